package operation

import (
	"context"
	"slices"
	"strconv"

	"batchsync/internal/batchsync"
)

// configuring sets the content: by the program where it can, by a person in
// Studio where it cannot or may not.
type configuring struct{ Configurer }

func (c configuring) step() step { return step{do: c.do, look: c.look, refused: c.refused} }

// notes that say how the content comes to be; they are read by later goes.
const (
	noteHandedOff = "configure.handed_off"
	keyCrossed    = "configure.crossed"
)

func (c configuring) do(ctx context.Context, t *turn) error {
	if t.spec().ByHand() {
		return nil
	}
	t.setUp = true
	return c.Setup(ctx, t.op.Task, t.spec())
}

func (c configuring) look(ctx context.Context, t *turn) finding {
	spec := t.spec()
	content, err := c.Content(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured:
		if spec.ByHand() {
			return handOff(t)
		}
		return finding{verdict: absent}
	case err != nil:
		return isUnclear(err)
	}
	d := compare(spec, content)
	switch {
	case spec.ByHand():
		return byHand(spec, d)
	case t.noted(noteHandedOff) && !t.setUp:
		if halfSetUp(spec, content) {
			return untouched(d)
		}
		return byHand(spec, d)
	case halfSetUp(spec, content):
		return finding{verdict: differs, notes: d.texts(), problem: d.problem()}
	case len(d.found) > 0:
		return finding{verdict: failed, notes: d.texts(), problem: d.problem()}
	}
	return crossed(t, spec, content, d)
}

// handOff asks a person to set the content, naming every value.
func handOff(t *turn) finding {
	f := finding{verdict: waits, problem: byHandProblem(t.spec())}
	if t.was != nil && t.was.Code == batchsync.CodeWaiting {
		f.notes = []batchsync.Text{batchsync.T("configure.still_empty", t.now.UTC().Format("2006-01-02 15:04:05 UTC"))}
	}
	return f
}

func byHandProblem(s batchsync.Spec) *batchsync.Problem {
	p := &batchsync.Problem{Code: batchsync.CodeWaiting, Hint: batchsync.T("configure.hand_off_hint")}
	sink := s.TargetSchema + "." + s.TargetTable
	if s.Kind == batchsync.KindObject {
		p.Text = batchsync.T("configure.object", s.Source.Name, s.SourceSchema, joined(s.Tables), s.Target.Name, sink, string(s.WriteMode))
		return p
	}
	p.Text = batchsync.T("configure.merge", s.Source.Name, s.SourceSchema, strconv.Itoa(len(s.Tables)), joined(s.Tables), s.Target.Name, sink, string(s.WriteMode))
	return p
}

// byHand accepts what a person set, as long as it reads and writes where it
// should; everything else that differs is noted.
func byHand(spec batchsync.Spec, d difference) finding {
	if d.elsewhere {
		return finding{verdict: waits, notes: d.texts(), problem: &batchsync.Problem{
			Code: batchsync.CodeWaiting, Text: d.found[0], Hint: batchsync.T("configure.elsewhere_hint", spec.Source.Name, spec.Target.Name),
		}}
	}
	return isDone(append([]batchsync.Text{batchsync.T("configure.by_hand")}, d.texts()...)...)
}

// untouched waits on for a person where the content still is what the program's
// setup left: nobody set the rest, and a run would write otherwise than asked.
func untouched(d difference) finding {
	return finding{
		verdict: waits, notes: append([]batchsync.Text{batchsync.T(noteHandedOff)}, d.texts()...),
		problem: &batchsync.Problem{Code: batchsync.CodeWaiting, Text: d.found[0], Hint: batchsync.T("configure.hand_off_hint")},
	}
}

// halfSetUp recognises a content as the program's setup leaves it, where a
// second command is to change it: that one is missing then.
func halfSetUp(s batchsync.Spec, c batchsync.Content) bool {
	return s.Edited() && len(compare(s.AsSetUp(), c).found) == 0 && len(compare(s, c).found) > 0
}

// crossed holds a single table back whose columns were paired by position
// though their names differ, until a person has seen the list.
func crossed(t *turn, spec batchsync.Spec, c batchsync.Content, d difference) finding {
	done := isDone(append([]batchsync.Text{setText(spec, c)}, d.texts()...)...)
	if len(c.Crossed) == 0 {
		return done
	}
	list := batchsync.T(keyCrossed, joined(c.Crossed))
	if t.was != nil && t.was.Text.Key == keyCrossed && slices.Equal(t.was.Text.Args, list.Args) {
		done.notes = append(done.notes, batchsync.T("configure.crossed_accepted", joined(c.Crossed)))
		return done
	}
	return finding{verdict: waits, notes: d.texts(), problem: &batchsync.Problem{
		Code: batchsync.CodeWaiting, Text: list, Hint: batchsync.T(keyCrossed + "_hint"),
	}}
}

func setText(s batchsync.Spec, c batchsync.Content) batchsync.Text {
	switch s.Scope {
	case batchsync.ScopeWhole:
		return batchsync.T("configure.whole_set", s.SourceSchema, s.TargetSchema, s.TargetTable)
	case batchsync.ScopeMulti:
		return batchsync.T("configure.multi_set", strconv.Itoa(len(s.Tables)), s.TargetSchema)
	}
	return batchsync.T("configure.single_set", s.TargetSchema+"."+s.TargetTable, strconv.Itoa(c.Columns))
}

// refused hands the content over to a person where the platform, or a program
// too old for the command, will not set it.
func (c configuring) refused(_ context.Context, t *turn, err error) finding {
	code := batchsync.CodeOf(err)
	unable := batchsync.FailureOf(err) == batchsync.FailUsage
	if !unable && code != batchsync.CodeRefused && code != batchsync.CodeNotFound && code != batchsync.CodeConflict {
		return hasFailed(err)
	}
	s := t.spec()
	to := s.TargetSchema
	if s.TargetTable != "" {
		to += "." + s.TargetTable
	}
	return finding{verdict: waits, notes: []batchsync.Text{batchsync.T(noteHandedOff)}, problem: &batchsync.Problem{
		Code:   batchsync.CodeWaiting,
		Text:   batchsync.T("configure.refused", s.Source.Name, s.SourceSchema, joined(s.Tables), s.Target.Name, to, string(s.WriteMode)),
		Hint:   batchsync.T("configure.hand_off_hint"),
		Detail: batchsync.ProblemOf(err).Detail,
	}}
}

// joined lists names for a sentence. An argument of a sentence has room for
// three hundred characters; what does not fit is counted.
func joined(names []string) string {
	const room = 260
	if len(names) == 0 {
		return "*"
	}
	var shown []string
	size := 0
	for i, name := range names {
		if i > 0 && size+len(name) > room {
			return batchsync.List(append(shown, "… ("+strconv.Itoa(len(names))+")")...)
		}
		shown, size = append(shown, name), size+len(name)+2
	}
	return batchsync.List(shown...)
}
