package batchsync

import (
	"slices"
	"time"
)

// Step is one screen of the wizard.
type Step string

const (
	StepSource   Step = "source"   // what to copy from, how much, how it is written
	StepTables   Step = "tables"   // which tables, and where to
	StepSchedule Step = "schedule" // when
	StepPlace    Step = "place"    // folder, cluster, name
	StepReview   Step = "review"   // everything once more, and the confirmation
)

// Steps are the screens in order.
func Steps() []Step {
	return []Step{StepSource, StepTables, StepSchedule, StepPlace, StepReview}
}

// DraftState says whether a draft can still be answered.
type DraftState string

const (
	DraftOpen      DraftState = "open"      // the owner moves it on
	DraftConfirmed DraftState = "confirmed" // became an operation; open again if that is refused
	DraftCancelled DraftState = "cancelled" // the owner gave it up; removed
)

// Draft is a half-answered wizard. It belongs to one person, survives
// restarts, and ends confirmed, cancelled or expired.
//
// Version grows whenever the step or the state changes. Every drawn menu
// carries id and version, and a move that names another version is answered
// with a fresh drawing. That covers double clicks, redelivered envelopes and
// two open windows. Field edits do not raise it: each carries all answers of
// its screen, so the last one wins.
type Draft struct {
	ID        DraftID     `json:"id"`
	Owner     UserID      `json:"owner"`
	Channel   ChannelID   `json:"channel"` // where the wizard was opened; the card goes there
	Version   int         `json:"version"`
	State     DraftState  `json:"state"`
	Step      Step        `json:"step"`
	Answers   Answers     `json:"answers"`
	More      bool        `json:"more,omitempty"`      // the questions of the tuning are asked, see [Draft.ShowsMore]
	Commands  bool        `json:"commands,omitempty"`  // the review lists the commands, too
	Notes     []Text      `json:"notes,omitempty"`     // said on the screen the draft begins with, gone with it
	Origin    *Origin     `json:"origin,omitempty"`    // the task it was filled in like, nil for none
	Operation OperationID `json:"operation,omitempty"` // once confirmed
	Numbered  string      `json:"numbered,omitempty"`  // the name that the bot gave it because the one it proposed was taken
	// Mistaken is the line it was made of, as typed, as long as nobody went on from
	// what is wrong in it. Until then it is none of the drafts that a person has; ""
	// for all others.
	Mistaken  string    `json:"mistaken,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Defaults are the answers a new draft starts with; empty ones stay open.
type Defaults struct {
	Zone         string
	TargetSchema string
	VCluster     string
	Folder       Folder
	Target       Datasource
}

// NewDraft starts a wizard.
func NewDraft(id DraftID, owner UserID, channel ChannelID, d Defaults, now time.Time) Draft {
	a := Answers{
		FieldWriteMode: {{Value: string(Overwrite)}},
		FieldScope:     {{Value: string(ScopeSingle)}},
		FieldSchedule:  {{Value: string(Daily)}},
		FieldTime:      {{Value: "02:00"}},
	}
	if d.Zone != "" {
		a[FieldZone] = []Choice{{Value: d.Zone}}
	}
	if d.TargetSchema != "" {
		a[FieldTargetSchema] = []Choice{{Value: d.TargetSchema}}
	}
	if d.VCluster != "" {
		a[FieldVCluster] = []Choice{{Value: d.VCluster}}
	}
	if d.Folder.ID > 0 {
		a[FieldFolder] = []Choice{{Value: d.Folder.ID.String(), Label: d.Folder.Path}}
	}
	if d.Target.ID > 0 {
		a[FieldTarget] = []Choice{{Value: d.Target.ID.String(), Label: d.Target.Name}}
	}
	return Draft{
		ID: id, Owner: owner, Channel: channel, Version: 1, State: DraftOpen,
		Step: StepSource, Answers: a, CreatedAt: now.UTC(), UpdatedAt: now.UTC(),
	}
}

// Apply moves the wizard on. It returns the draft as it must be saved, also
// with an error: [*InvalidError] keeps what was typed on the same screen (of a
// confirmation: leads to the first wrong screen), [*StaleError] changes nothing.
func (d Draft) Apply(ev Event, facts Facts, now time.Time) (Draft, []Effect, error) {
	if d.State != DraftOpen || d.outdates(ev) {
		return d, nil, &StaleError{d}
	}
	next := d
	next.Answers, next.Mistaken = d.Answers.clone(), ""
	next.UpdatedAt = now.UTC()
	switch e := ev.(type) {
	case WentOn:
		next.Version++
		return next, nil, nil
	case Edited:
		next.merge(e.Answers)
		return next, next.prefetch(), nil
	case Expanded:
		next.merge(e.Answers)
		next.More = true
		return next, nil, nil
	case Submitted:
		next.merge(e.Answers)
		if errs := next.check(d.Step, facts, now); len(errs) > 0 {
			return next, nil, &InvalidError{errs}
		}
		next.move(+1)
		return next, next.prefetch(), nil
	case WentBack:
		next.merge(e.Answers)
		next.move(-1)
		return next, next.prefetch(), nil
	case Replanned:
		next.relabel(facts)
		next.Version++
		return next, nil, nil
	case Unfolded:
		next.Commands = e.Commands
		return next, nil, nil
	case Confirmed:
		for _, step := range Steps() {
			if errs := next.check(step, facts, now); len(errs) > 0 {
				next.Step = step
				next.Version++
				return next, nil, &InvalidError{errs}
			}
		}
		next.State = DraftConfirmed
		next.Version++
		return next, []Effect{Create{next.Spec().withFacts(facts)}}, nil
	case Cancelled:
		next.State = DraftCancelled
		next.Version++
		return next, nil, nil
	}
	return d, nil, &Error{Code: CodeInternal, Text: T("error.internal")}
}

// outdates reports whether an event belongs to an older drawing of the draft, or
// to another screen.
func (d Draft) outdates(ev Event) bool {
	switch e := ev.(type) {
	case Edited:
		return e.Step != d.Step
	case Expanded:
		return e.Version != d.Version || d.Step != StepTables
	case Submitted:
		return e.Version != d.Version || d.Step == StepReview
	case WentBack:
		return e.Version != d.Version || d.Step == StepSource
	case Replanned:
		return e.Version != d.Version || d.Step != StepReview
	case Unfolded:
		return e.Version != d.Version || d.Step != StepReview
	case Confirmed:
		return e.Version != d.Version || d.Step != StepReview
	}
	return false // giving up is meant whatever is drawn
}

// Reopen makes a confirmed draft answerable again at its review, after its
// operation was refused.
func (d Draft) Reopen(now time.Time) Draft {
	d.State, d.Step, d.Operation = DraftOpen, StepReview, ""
	d.Version++
	d.UpdatedAt = now.UTC()
	return d
}

func (d *Draft) move(by int) {
	steps := Steps()
	i := slices.Index(steps, d.Step) + by
	d.Step = steps[min(max(i, 0), len(steps)-1)]
	d.Version++
	d.Notes = nil
	if d.Step == StepPlace {
		d.propose(FieldName)
	}
	if d.Step == StepTables && d.Spec().Scope == ScopeWhole {
		d.propose(FieldTargetTable)
	}
}

func (d Draft) prefetch() []Effect {
	source := DatasourceID(number(d.Answers.Value(FieldSource)))
	if source <= 0 {
		return nil
	}
	return []Effect{Prefetch{Source: source, SourceSchema: d.Answers.Value(FieldSourceSchema)}}
}
