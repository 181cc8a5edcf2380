package operation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// maxNotes is how many notes of a step are kept, the newest.
const maxNotes = 40

// errChanged says that somebody else saved the operation meanwhile.
var errChanged = errors.New("operation was changed meanwhile")

// begin puts the intent on disk: whatever happens from here on, the next start
// knows that the step may have taken effect.
func (r *Runner) begin(t *turn) error {
	st := t.step()
	st.State, st.Problem, st.Ended = batchsync.StepRunning, nil, time.Time{}
	st.Tries++
	if st.Began.IsZero() {
		st.Began = time.Now().UTC()
	}
	return r.save(t, batchsync.Progress{})
}

// save stores the operation as it stands in the turn, with its by-products.
func (r *Runner) save(t *turn, p batchsync.Progress) error {
	base := t.op.Version
	t.op.Version++
	t.op.UpdatedAt = time.Now().UTC()
	p.Operation = t.op
	p.Operation.Steps = slices.Clone(t.op.Steps)
	err := r.store.Advance(p)
	if err == nil {
		t.saved = stamp(t.op)
		return nil
	}
	if stored, lost := r.store.Operation(t.op.ID); lost == nil && stored.Version != base {
		return errChanged
	}
	return fmt.Errorf("save operation %s: %w", t.op.ID, err)
}

// rest saves what is new of a step that goes on later, nothing when nothing is:
// a platform that is only watched costs no writes and no edits of the card.
func (r *Runner) rest(t *turn, f finding) error {
	st := t.step()
	st.Notes = mergeNotes(st.Notes, f.notes)
	st.Problem = f.problem
	if !t.news() && len(f.messages) == 0 {
		return nil
	}
	return r.save(t, batchsync.Progress{Files: f.files, Messages: f.messages})
}

// conclude saves the outcome of a step and everything that follows from it in
// one transaction.
func (r *Runner) conclude(t *turn, f finding) error {
	now := time.Now().UTC()
	st := t.step()
	st.Ended = now
	st.Notes = mergeNotes(st.Notes, f.notes)
	st.Problem = f.problem
	switch f.verdict {
	case took:
		st.State, st.Problem = batchsync.StepDone, nil
		t.op.Trouble = t.op.Trouble || f.trouble
		if t.op.Current() < 0 {
			t.op.State = batchsync.OpDone
		}
	case waits:
		st.State, t.op.State = batchsync.StepWaiting, batchsync.OpWaiting
	case unclear:
		if r.changed(t) {
			st.State, t.op.State = batchsync.StepUnknown, batchsync.OpUnknown
			st.Problem = inDoubt(f)
			break
		}
		fallthrough
	default:
		st.State, t.op.State = batchsync.StepFailed, batchsync.OpFailed
		unchanged := f.verdict == refused || f.verdict == unclear && r.changes(t.op.Kind, st.Name)
		if unchanged || st.Name == batchsync.StepPreflight || st.Name == batchsync.StepCheck {
			t.op.State = batchsync.OpRefused
		}
	}
	r.log.Info("step ended", "operation", t.op.ID, "step", st.Name, "state", st.State, "tries", st.Tries)
	return r.save(t, r.byproducts(t, now))
}

// changed reports whether the operation has changed something by now, or may
// have: then a look that gets no answer leaves it open how things stand.
func (r *Runner) changed(t *turn) bool {
	return r.changes(t.op.Kind, t.step().Name) && t.doubted() ||
		slices.ContainsFunc(t.op.Steps[:t.at], func(s batchsync.OperationStep) bool { return r.changes(t.op.Kind, s.Name) })
}

// changes reports whether a step is one that changes something.
func (r *Runner) changes(k batchsync.OperationKind, name batchsync.StepName) bool {
	return r.steps[k][name].do != nil
}

// inDoubt is the problem of a change that may or may not be in effect. What
// the look found is kept as it is when it says so itself.
func inDoubt(f finding) *batchsync.Problem {
	if f.problem != nil && f.problem.Code == batchsync.CodeUnknown {
		return f.problem
	}
	p := problem(batchsync.CodeUnknown, "operation.unclear")
	if f.problem != nil {
		p.Detail = f.problem.Detail
	}
	return p
}

// byproducts are what is saved together with the outcome of a step.
func (r *Runner) byproducts(t *turn, now time.Time) batchsync.Progress {
	p := batchsync.Progress{Task: t.task}
	if t.op.State == batchsync.OpRunning {
		return p
	}
	p.Audit = []batchsync.AuditRow{auditRow(t, now)}
	p.Messages = tell(t, now)
	d, ours := r.draft(t.op)
	switch {
	case ours && t.op.State == batchsync.OpDone:
		p.DropDraft = d.ID
	case ours && t.op.State == batchsync.OpRefused:
		d = d.Reopen(now)
		p.Draft = &d
	case t.op.State == batchsync.OpRefused:
		t.op.Draft = "" // the card must not offer it
	}
	return p
}

// draft is the one the operation came from, unless it expired or went into
// another operation.
func (r *Runner) draft(op batchsync.Operation) (d batchsync.Draft, ours bool) {
	if op.Draft == "" {
		return d, false
	}
	d, err := r.store.Draft(op.Draft)
	return d, err == nil && d.State == batchsync.DraftConfirmed && (d.Operation == "" || d.Operation == op.ID)
}

func auditRow(t *turn, now time.Time) batchsync.AuditRow {
	row := batchsync.AuditRow{
		At: now, Actor: t.op.Actor, Action: t.op.Kind.Action(), Object: "operation/" + string(t.op.ID),
		Name: t.op.Name(), Outcome: t.op.Outcome(), Operation: t.op.ID,
	}
	if t.op.Task != 0 {
		row.Object = "task/" + t.op.Task.String()
	}
	st := t.step()
	switch {
	case st.Problem != nil:
		row.Detail = st.Problem.Text
	case row.Outcome != string(batchsync.OpDone) && len(st.Notes) > 0:
		row.Detail = st.Notes[len(st.Notes)-1]
	}
	return row
}

// mergeNotes adds notes to those of earlier goes; one that is said anew
// replaces what was said before.
func mergeNotes(old, added []batchsync.Text) []batchsync.Text {
	out := slices.DeleteFunc(slices.Clone(old), func(o batchsync.Text) bool {
		return slices.ContainsFunc(added, func(a batchsync.Text) bool { return a.Key == o.Key })
	})
	out = append(out, added...)
	return out[max(0, len(out)-maxNotes):]
}
