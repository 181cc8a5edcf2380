package batchsync

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// PlannedCommand is a command of the platform's program as it will get it,
// without the global flags. What is not known yet stands as a word in angle
// brackets.
type PlannedCommand struct{ Argv []string }

// TaskAbout is the description of a task that is made here.
func TaskAbout(op OperationID, by UserID) string {
	return "batchsync " + string(op) + " for " + string(by)
}

// PlanName is what a part of a plan is about.
type PlanName string

const (
	PlanSource   PlanName = "source"
	PlanTarget   PlanName = "target"
	PlanContent  PlanName = "content" // which tables, into which names, written how
	PlanSchedule PlanName = "schedule"
	PlanFolder   PlanName = "folder"
	PlanVCluster PlanName = "vcluster"
	PlanTask     PlanName = "task"    // its name
	PlanWriters  PlanName = "writers" // other tasks that write the same target
	PlanCommands PlanName = "commands"
)

// PlanNames are all parts of a plan in order.
func PlanNames() []PlanName {
	return []PlanName{
		PlanSource, PlanTarget, PlanContent, PlanSchedule, PlanFolder, PlanVCluster, PlanTask, PlanWriters, PlanCommands,
	}
}

// PlanPart is something a confirmation rests on.
type PlanPart struct {
	Name  PlanName
	Value string // for people, foreign text; empty where it would be too long to show
	mark  string
}

// Plan is what a person confirms: what would be made of a draft, with all that
// is known of the platform. Two plans are the same exactly if their digests are.
type Plan struct {
	Parts  []PlanPart
	Digest string // digits and letters a to f, always as many
}

// markLen is how much of a part's hash goes into the digest: enough to notice
// every change that happens, as nobody gains by forging one.
const markLen = 8

// PlanOf makes the plan of a specification. Zone is the platform's, others are
// the tasks that write a table of it.
func PlanOf(s Spec, zone string, now time.Time, commands []PlannedCommand, others []TaskRef) Plan {
	var cron string
	if there, err := s.Schedule.In(zone, now); err == nil && there.Validate() == nil {
		cron = there.Cron().Stored + " (" + zone + ")"
	}
	var writers []string
	for _, t := range others {
		writers = append(writers, t.Name+" ("+t.ID.String()+")")
	}
	slices.Sort(writers)
	var p Plan
	for _, part := range []struct {
		name  PlanName
		value string
		of    []any // what it consists of, where that is not its value
	}{
		{PlanSource, s.Source.Name, []any{s.Source.ID, s.Source.Name}},
		{PlanTarget, s.Target.Name, []any{s.Target.ID, s.Target.Name}},
		{PlanContent, "", []any{rest(s)}},
		{PlanSchedule, cron, []any{cron, s.Schedule}},
		{PlanFolder, s.Folder.Path, []any{s.Folder.ID, s.Folder.Path}},
		{PlanVCluster, s.VCluster, nil},
		{PlanTask, s.Name, nil},
		{PlanWriters, strings.Join(writers, ", "), nil},
		{PlanCommands, "", []any{commands}},
	} {
		of := part.of
		if of == nil {
			of = []any{part.value}
		}
		p.add(part.name, part.value, of)
	}
	return p
}

// rest is a specification without what other parts of its plan tell.
func rest(s Spec) Spec {
	s.Source, s.Target, s.Folder = Datasource{}, Datasource{}, Folder{}
	s.Schedule, s.VCluster, s.Name = Schedule{}, "", ""
	return s
}

func (p *Plan) add(name PlanName, value string, of []any) {
	text, err := json.Marshal(of)
	if err != nil {
		text = []byte(err.Error()) // values of ours always can be written
	}
	sum := sha256.Sum256(text)
	mark := hex.EncodeToString(sum[:])[:markLen]
	p.Parts = append(p.Parts, PlanPart{name, value, mark})
	p.Digest += mark
}

// PlanChange is a part of a plan that is not what it was.
type PlanChange struct {
	Name     PlanName
	Was, Now string // foreign text; empty where it is not known or too long to show
}

// Since lists what differs from the plan of that digest. Before are earlier
// values, as far as they are known; one that does not fit the digest is not
// told. The commands follow from the rest, and are told only if nothing else is.
// A digest that is none of a plan differs as a whole: one change without a name.
func (p Plan) Since(digest string, before Plan) (changes []PlanChange) {
	if digest == p.Digest {
		return nil
	}
	if len(digest) != len(p.Digest) {
		return []PlanChange{{}}
	}
	for i, part := range p.Parts {
		was := digest[i*markLen : (i+1)*markLen]
		if was == part.mark || part.Name == PlanCommands && len(changes) > 0 {
			continue
		}
		c := PlanChange{Name: part.Name, Now: part.Value}
		if i < len(before.Parts) && before.Parts[i].mark == was {
			c.Was = before.Parts[i].Value
		}
		changes = append(changes, c)
	}
	return changes
}
