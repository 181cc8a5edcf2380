package batchsync

import (
	"slices"
	"time"
)

// Precondition is one thing that has to be as it is for the bot to work, and
// how it was found.
type Precondition struct {
	Name  PreconditionName
	State PreconditionState
	// About says which of several it is: a setting, a person, a source. Foreign
	// text; empty where there is one only.
	About string
	Text  Text // what was found
	Fix   Text // what to do about it, and where; zero where nothing is to be done
	// Detail is the platform's, Slack's or the system's own message; foreign
	// text, may be empty.
	Detail string
}

// PreconditionState is how a precondition was found.
type PreconditionState string

const (
	PreconditionMet       PreconditionState = "met"
	PreconditionWarning   PreconditionState = "warning"   // the bot works; somebody should look
	PreconditionFailed    PreconditionState = "failed"    // has to be mended
	PreconditionUnchecked PreconditionState = "unchecked" // not known; Text says why
)

// PreconditionStates are all states.
func PreconditionStates() []PreconditionState {
	return []PreconditionState{PreconditionMet, PreconditionWarning, PreconditionFailed, PreconditionUnchecked}
}

// PreconditionName names what is looked at.
type PreconditionName string

const (
	PreconditionSettings     PreconditionName = "settings"
	PreconditionBotToken     PreconditionName = "bot_token"
	PreconditionAppToken     PreconditionName = "app_token"
	PreconditionScopes       PreconditionName = "scopes"
	PreconditionTeam         PreconditionName = "team" // Slack's workspace
	PreconditionChannel      PreconditionName = "channel"
	PreconditionPeople       PreconditionName = "people"
	PreconditionClock        PreconditionName = "clock"
	PreconditionProgram      PreconditionName = "program"
	PreconditionCommands     PreconditionName = "commands" // the program's that the bot uses
	PreconditionProfile      PreconditionName = "profile"
	PreconditionLogin        PreconditionName = "login"
	PreconditionWorkspace    PreconditionName = "workspace" // the platform's
	PreconditionFolder       PreconditionName = "folder"
	PreconditionVCluster     PreconditionName = "vcluster"
	PreconditionRights       PreconditionName = "rights"
	PreconditionZone         PreconditionName = "zone"
	PreconditionPlatformZone PreconditionName = "platform_zone"
	PreconditionFile         PreconditionName = "file"
	PreconditionDisk         PreconditionName = "disk"
	PreconditionBackup       PreconditionName = "backup"
	PreconditionSource       PreconditionName = "source"
	PreconditionAddress      PreconditionName = "address" // of the health endpoint
)

// PreconditionNames are all of them in the order they are shown in.
func PreconditionNames() []PreconditionName {
	return []PreconditionName{
		PreconditionSettings,
		PreconditionBotToken, PreconditionAppToken, PreconditionScopes, PreconditionTeam, PreconditionChannel, PreconditionPeople, PreconditionClock,
		PreconditionProgram, PreconditionCommands, PreconditionProfile, PreconditionLogin, PreconditionWorkspace,
		PreconditionFolder, PreconditionVCluster, PreconditionRights, PreconditionZone, PreconditionPlatformZone,
		PreconditionFile, PreconditionDisk, PreconditionBackup, PreconditionSource, PreconditionAddress,
	}
}

// AllMet reports whether nothing has to be mended. What stayed unchecked did so
// because of something that failed, or because there is nothing yet to look at.
func AllMet(all []Precondition) bool {
	return !slices.ContainsFunc(all, func(p Precondition) bool { return p.State == PreconditionFailed })
}

// Profile is a set of credentials that the platform's program knows, without
// them.
type Profile struct {
	Name      string
	Instance  string
	Workspace string
	Default   bool // taken when none is named
}

// ShownTime is a moment as the platform writes it, beside the moment itself.
type ShownTime struct {
	At   time.Time
	Wall string // "2006-01-02 15:04:05" in the zone of the platform
}

// SourceAccess is what an account may do in a source, as far as the source
// tells.
type SourceAccess struct {
	TLS    Told     // the connection is encrypted
	Writes Told     // the account may change something
	Rights []string // those by which it may; foreign text
}

// Told is an answer that may be missing.
type Told int

// Answers.
const (
	NotTold Told = iota
	ToldNo
	ToldYes
)

// Tell is the answer yes or no.
func Tell(yes bool) Told {
	if yes {
		return ToldYes
	}
	return ToldNo
}
