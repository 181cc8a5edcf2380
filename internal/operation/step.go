package operation

import (
	"context"
	"errors"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// step is one step of an operation as functions.
type step struct {
	// do makes the change; nil for a step that only reads. It may put what it
	// brought about into the turn.
	do func(ctx context.Context, t *turn) error
	// look tells whether the change is in effect. It changes nothing.
	look func(ctx context.Context, t *turn) finding
	// refused rules what follows from the platform's refusal; nil: failed.
	refused func(t *turn, err error) finding
}

// verdict says how a step stands after a look or a refusal.
type verdict int

const (
	took    verdict = iota + 1 // in effect
	absent                     // certainly not in effect
	differs                    // something else is in effect
	unclear                    // cannot be told at present
	waits                      // a person must do something
	failed                     // refused
)

// finding is a verdict and what there is to say about it.
type finding struct {
	verdict verdict
	notes   []batchsync.Text
	problem *batchsync.Problem
	err     error // of an unclear look
}

// open reports whether the change may be tried.
func (f finding) open() bool { return f.verdict == absent || f.verdict == differs }

func isDone(notes ...batchsync.Text) finding { return finding{verdict: took, notes: notes} }

func isUnclear(err error) finding {
	return finding{verdict: unclear, problem: batchsync.ProblemOf(err), err: err}
}

func hasFailed(err error) finding {
	return finding{verdict: failed, problem: batchsync.ProblemOf(err), err: err}
}

// problem makes a problem whose hint has the text's key and "_hint".
func problem(code batchsync.Code, key batchsync.TextKey, args ...string) *batchsync.Problem {
	return &batchsync.Problem{Code: code, Text: batchsync.T(key, args...), Hint: batchsync.T(key + "_hint")}
}

// codeWaiting marks a problem that a person solves in Studio.
const codeWaiting batchsync.Code = "waiting"

// turn is one go at the present step of an operation.
type turn struct {
	op    batchsync.Operation // our copy, saved as a whole
	at    int                 // index of the step
	now   time.Time           // of the present call
	was   *batchsync.Problem  // that the step had when it was picked up
	doubt bool                // a try may be in effect without our knowing
	setUp bool                // the program was told to set the content in this go
	task  *batchsync.Task     // made by this step
}

func newTurn(op batchsync.Operation) *turn {
	op.Steps = slices.Clone(op.Steps)
	t := &turn{op: op, at: op.Current()}
	st := t.step()
	t.was = st.Problem
	t.doubt = st.State == batchsync.StepRunning || st.State == batchsync.StepUnknown
	return t
}

func (t *turn) step() *batchsync.OperationStep { return &t.op.Steps[t.at] }

func (t *turn) spec() batchsync.Spec { return *t.op.Spec }

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
