package batchsync

import "slices"

// Role is what a person may do, by user id or user group.
type Role int

const (
	Viewer   Role = iota // everybody who can see the channel
	Operator             // share logs, create, deploy, backfill, rerun, stop, mute, subscribe, acknowledge, accept
	Admin                // undeploy, adopt, rehearse, expectations, settings
)

// Action is something a person asks the bot to do.
type Action string

const (
	ActView     Action = "view"    // one's own draft, help: everybody
	ActInspect  Action = "inspect" // tasks, runs, logs, audit, status: every member of the workspace
	ActCreate   Action = "create"
	ActBackfill Action = "backfill"
	ActRerun    Action = "rerun"
	ActStop     Action = "stop"
	ActMute     Action = "mute"
	ActSchedule Action = "schedule"
	ActTune     Action = "tune" // concurrency and retries
	ActDeploy   Action = "deploy"
	ActUndeploy Action = "undeploy"
	ActAdopt    Action = "adopt"
	ActResume   Action = "resume" // Check Again on an operation; it takes the operation's own right too
	ActDrop     Action = "drop"   // give an operation up; likewise
	ActShare    Action = "share"  // show a log, which may hold rows of data, to a channel

	ActAck       Action = "ack"       // say that one is on an incident
	ActSubscribe Action = "subscribe" // choose the news of a channel, or end that
	ActQuiet     Action = "quiet"     // plan a window without news, or end one
	ActRehearse  Action = "rehearse"  // make a failure up, to see that news arrives

	ActAcceptance Action = "acceptance" // examine a delivery, or give a figure for that
	ActAccept     Action = "accept"     // take a delivery as it was examined
	ActExpect     Action = "expect"     // say what a task's tables have to be like
)

// Actions returns every action.
func Actions() []Action {
	return []Action{
		ActView, ActInspect, ActCreate, ActBackfill, ActRerun, ActStop, ActMute, ActSchedule, ActTune, ActDebug, ActDeploy, ActUndeploy, ActAdopt,
		ActResume, ActDrop, ActShare, ActAck, ActSubscribe, ActQuiet, ActRehearse,
		ActAcceptance, ActAccept, ActExpect,
	}
}

// RequiredRole is the least role an action takes. An action without a rule
// needs an administrator.
func RequiredRole(a Action) Role {
	switch a {
	case ActView, ActInspect:
		return Viewer
	case ActCreate, ActBackfill, ActRerun, ActStop, ActMute, ActSchedule, ActTune, ActDebug, ActDeploy, ActResume, ActDrop, ActShare,
		ActAck, ActSubscribe, ActQuiet, ActAcceptance, ActAccept:
		return Operator
	}
	return Admin
}

// Action is the right an operation of the kind takes, to begin it and to move
// it on.
func (k OperationKind) Action() Action {
	switch k {
	case OpCreate:
		return ActCreate
	case OpBackfill:
		return ActBackfill
	case OpRerun:
		return ActRerun
	case OpStop:
		return ActStop
	case OpDeploy:
		return ActDeploy
	case OpSchedule:
		return ActSchedule
	case OpTune:
		return ActTune
	case OpDebug:
		return ActDebug
	}
	return ActUndeploy // the strictest: an unknown kind is nobody's but an administrator's
}

// User is a person as Slack describes them now.
type User struct {
	ID       UserID
	Name     string // display name; foreign text
	Team     string
	Locale   string // e.g. "en-US"
	Zone     string // IANA
	Guest    bool   // restricted or ultra restricted
	Stranger bool   // external, from a shared channel
	Bot      bool
	Deleted  bool
	Groups   []GroupID // those of the access lists that the person is in
}

// Access lists who may change things. Empty lists mean nobody.
type Access struct {
	Team           string // the installing workspace
	Admins         []UserID
	AdminGroups    []GroupID
	Operators      []UserID
	OperatorGroups []GroupID
}

// RoleOf is the role of a person by the lists alone.
func (a Access) RoleOf(u User) Role {
	in := func(users []UserID, groups []GroupID) bool {
		return slices.Contains(users, u.ID) ||
			slices.ContainsFunc(u.Groups, func(g GroupID) bool { return slices.Contains(groups, g) })
	}
	switch {
	case in(a.Admins, a.AdminGroups):
		return Admin
	case in(a.Operators, a.OperatorGroups):
		return Operator
	}
	return Viewer
}

// Authorise decides whether the person may do the action, for every entrance
// alike. Guests, strangers, bots, deleted users and people of another
// workspace neither look at tasks nor change anything, whatever the lists say. The refusal says who may.
func (a Access) Authorise(u User, act Action) error {
	if act == ActView {
		return nil
	}
	need := RequiredRole(act)
	if u.ID == "" || u.Guest || u.Stranger || u.Bot || u.Deleted || u.Team == "" || u.Team != a.Team {
		return &Error{Code: CodeForbidden, Text: T("access.outsider")}
	}
	if a.RoleOf(u) >= need {
		return nil
	}
	who := a.named(need)
	if len(who) == 0 {
		return &Error{Code: CodeForbidden, Text: T("access.nobody"), Hint: T("access.nobody_hint")}
	}
	return &Error{Code: CodeForbidden, Text: T(accessText(need)), Hint: T("access.ask", who...)}
}

func accessText(need Role) TextKey {
	if need == Admin {
		return "access.admin"
	}
	return "access.operator"
}

// named lists up to five of those who have the role, administrators last.
// Ids only: how they are shown without pinging is the drawing's matter.
func (a Access) named(need Role) []string {
	var out []string
	add := func(users []UserID, groups []GroupID) {
		for _, g := range groups {
			out = append(out, string(g))
		}
		for _, u := range users {
			out = append(out, string(u))
		}
	}
	if need <= Operator {
		add(a.Operators, a.OperatorGroups)
	}
	add(a.Admins, a.AdminGroups)
	return out[:min(len(out), 5)]
}
