package operation

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// step is one step of an operation as functions.
type step struct {
	// ready notes in the operation what the look compares with, before a try is
	// begun that no other is in doubt of; nil: nothing. It changes nothing.
	ready func(ctx context.Context, t *turn) error
	// do makes the change; nil for a step that only reads. It may put what it
	// brought about into the turn.
	do func(ctx context.Context, t *turn) error
	// look tells whether the change is in effect. It changes nothing.
	look func(ctx context.Context, t *turn) finding
	// refused rules what follows from the platform's refusal; nil: failed. It
	// changes nothing.
	refused func(ctx context.Context, t *turn, err error) finding
}

// verdict says how a step stands after a look or a refusal.
type verdict int

const (
	took    verdict = iota + 1 // in effect
	absent                     // certainly not in effect
	differs                    // something else is in effect
	unclear                    // cannot be told at present
	waits                      // a person must do something
	failed                     // did not get done
	refused                    // did not get done, and certainly nothing was made
	rests                      // nothing to do at present; the step goes on later
)

// finding is a verdict and what there is to say about it.
type finding struct {
	verdict verdict
	notes   []batchsync.Text
	problem *batchsync.Problem
	err     error // of an unclear look

	trouble  bool                // took, but not all of it went well
	after    time.Duration       // rests: when to go on
	files    []batchsync.File    // rests: saved with the rest
	messages []batchsync.Message // likewise
}

// open reports whether the change may be tried.
func (f finding) open() bool { return f.verdict == absent || f.verdict == differs }

func isDone(notes ...batchsync.Text) finding { return finding{verdict: took, notes: notes} }

func isResting(after time.Duration, notes ...batchsync.Text) finding {
	return finding{verdict: rests, after: after, notes: notes}
}

func isUnclear(err error) finding {
	return finding{verdict: unclear, problem: batchsync.ProblemOf(err), err: err}
}

func hasFailed(err error) finding {
	return finding{verdict: failed, problem: batchsync.ProblemOf(err), err: err}
}

// nothingDone is the finding of the first change of an operation that the
// platform refused: while no try is in doubt, nothing has happened.
func nothingDone(_ context.Context, t *turn, err error) finding {
	f := hasFailed(err)
	if !t.doubted() {
		f.verdict = refused
	}
	return f
}

// problem makes a problem whose hint has the text's key and "_hint".
func problem(code batchsync.Code, key batchsync.TextKey, args ...string) *batchsync.Problem {
	return &batchsync.Problem{Code: code, Text: batchsync.T(key, args...), Hint: batchsync.T(key + "_hint")}
}

// turn is one go at the present step of an operation.
type turn struct {
	op    batchsync.Operation // our copy, saved as a whole
	at    int                 // index of the step
	now   time.Time           // of the present call
	was   *batchsync.Problem  // that the step had when it was picked up
	doubt bool                // a try may be in effect without our knowing
	again bool                // the step was tried in an earlier go
	setUp bool                // the program was told to set the content in this go
	said  bool                // the last try of this go was answered with yes
	cause error               // of the last try of this go
	task  *batchsync.Task     // made by this step
	saved []byte              // the operation as it is on disk, see stamp
}

func newTurn(op batchsync.Operation) *turn {
	op.Steps = slices.Clone(op.Steps)
	if op.Change != nil {
		c := *op.Change
		op.Change = &c
	}
	if op.Debug != nil {
		d := *op.Debug
		op.Debug = &d
	}
	t := &turn{op: op, at: op.Current(), saved: stamp(op)}
	st := t.step()
	t.was = st.Problem
	t.again = st.Tries > 0
	t.doubt = st.State == batchsync.StepRunning || st.State == batchsync.StepUnknown
	return t
}

// doubted reports whether some try of the step, in this go or before, may be in
// effect without our knowing. An earlier go ended neither done nor refused: had
// it been certain that nothing was made, the operation would be over.
func (t *turn) doubted() bool { return t.doubt || t.again }

func (t *turn) step() *batchsync.OperationStep { return &t.op.Steps[t.at] }

// spec is what a creation is to make.
func (t *turn) spec() batchsync.Spec { return *t.op.Spec }

// change is what is to be done to an existing task.
func (t *turn) change() *batchsync.Change { return t.op.Change }

// tried is when the last try ended, as far as that is known.
func (t *turn) tried() time.Time {
	if st := t.step(); st.Tried.After(st.Began) {
		return st.Tried
	}
	return t.step().Began
}

// within reports whether the last try ended less than limit ago. One that seems to
// end later than now was made by a clock that was set back since: how long ago
// nobody knows, and waiting for the clock to get there could take for ever.
func (t *turn) within(limit time.Duration) bool {
	ago := t.now.Sub(t.tried())
	return ago < limit && ago > -limit
}

// news reports whether the turn holds anything that is not on disk.
func (t *turn) news() bool { return string(t.saved) != string(stamp(t.op)) }

// stamp is the operation without what changes at every save.
func stamp(op batchsync.Operation) []byte {
	op.Version, op.UpdatedAt = 0, time.Time{}
	data, err := json.Marshal(op)
	if err != nil {
		return nil // it will not be saved either
	}
	return data
}

// noted reports whether the step has a note of that key.
func (t *turn) noted(key batchsync.TextKey) bool {
	return slices.ContainsFunc(t.step().Notes, func(n batchsync.Text) bool { return n.Key == key })
}

// definite reports whether an error of a change says for certain that nothing
// was done. Foreign errors never do.
func definite(err error) bool {
	var pe *batchsync.PlatformError
	if errors.As(err, &pe) {
		return !pe.Uncertain
	}
	var e *batchsync.Error
	return errors.As(err, &e)
}

// passing reports whether the same call may well succeed a little later.
func passing(err error) bool {
	code := batchsync.CodeOf(err)
	return code == batchsync.CodeUnreachable || code == batchsync.CodeInternal
}
