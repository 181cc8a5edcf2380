package batchsync

import "strings"

// Event is something a person did in the wizard.
type Event interface{ event() }

// Edited says that a field of the present screen changed. Answers holds every
// field of that screen as it stands.
type Edited struct {
	Step    Step
	Answers Answers
}

// Submitted says that the person wants to go on from a screen.
type Submitted struct {
	Version int
	Answers Answers
}

// WentBack says that the person wants to see the screen before, keeping what
// was typed.
type WentBack struct {
	Version int
	Answers Answers
}

// Expanded says that the person wants to be asked the questions of the tuning.
type Expanded struct {
	Version int
	Answers Answers
}

// Replanned says that the plan of the review is not the one the person saw.
type Replanned struct{ Version int }

// Unfolded says that the person wants to see the commands of the review, or no
// longer.
type Unfolded struct {
	Version  int
	Commands bool
}

// Confirmed says that the person wants the reviewed task made.
type Confirmed struct{ Version int }

// WentOn says that the person keeps the draft of a line in which something is
// wrong, see [Draft.Mistaken].
type WentOn struct{}

// Cancelled says that the person gives the draft up.
type Cancelled struct{}

func (Edited) event()    {}
func (Submitted) event() {}
func (WentBack) event()  {}
func (Expanded) event()  {}
func (Replanned) event() {}
func (Unfolded) event()  {}
func (Confirmed) event() {}
func (WentOn) event()    {}
func (Cancelled) event() {}

// Effect is what the world has to do after an event.
type Effect interface{ effect() }

// Prefetch asks for the lists the coming screen will offer.
type Prefetch struct {
	Source       DatasourceID
	SourceSchema string // empty: the schemas, else the tables of the schema
}

// Create asks for the task to be made.
type Create struct{ Spec Spec }

func (Prefetch) effect() {}
func (Create) effect()   {}

// StaleError says that an event belongs to an older drawing of the draft.
type StaleError struct{ Draft Draft }

func (e *StaleError) Error() string {
	return "draft " + string(e.Draft.ID) + ": the menu is out of date"
}

// Code is always conflict.
func (e *StaleError) Code() Code { return CodeConflict }

// InvalidError carries the wrong answers of a screen. The draft keeps them.
type InvalidError struct{ Fields []FieldError }

func (e *InvalidError) Error() string {
	var names []string
	for _, f := range e.Fields {
		names = append(names, string(f.Field))
	}
	return "wrong answers: " + strings.Join(names, ", ")
}

// Code is always invalid.
func (e *InvalidError) Code() Code { return CodeInvalid }

// Seen is the draft with the answers an event brings, for looking up what is
// known about them.
func (d Draft) Seen(ev Event) Draft {
	switch e := ev.(type) {
	case Edited:
		return d.With(e.Answers)
	case Submitted:
		return d.With(e.Answers)
	case WentBack:
		return d.With(e.Answers)
	case Expanded:
		return d.With(e.Answers)
	}
	return d
}
