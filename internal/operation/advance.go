package operation

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"batchsync/internal/batchsync"
)

// maxTries is how often a change is tried in one go.
const maxTries = 3

// pauses lie between tries, and between looks that got no answer.
func pauses() []time.Duration { return []time.Duration{2 * time.Second, 8 * time.Second} }

// advance takes the operation to the end of its present step, or to where it
// rests, and saves that; rest is how long there is nothing to do, 0 without
// one. What the stop leaves open is not saved: the step stays running on disk,
// and the next start looks what became of it.
func (r *Runner) advance(ctx, work context.Context, op batchsync.Operation) (rest time.Duration, err error) {
	if op.Current() < 0 {
		op.State = batchsync.OpDone
		return 0, r.save(&turn{op: op}, batchsync.Progress{})
	}
	t := newTurn(op)
	work = batchsync.Trace{Operation: op.ID, Step: t.step().Name}.In(work)
	f, err := r.settle(ctx, work, t)
	if err != nil {
		return 0, err
	}
	if ctx.Err() != nil && (f.open() || f.verdict == unclear) || work.Err() != nil && f.verdict != took {
		r.log.Info("step parked", "operation", op.ID, "step", t.step().Name)
		return 0, nil
	}
	if f.verdict == rests {
		return max(f.after, time.Second), r.rest(t, f)
	}
	return 0, r.conclude(t, f)
}

// settle finds out how the step stands, trying its change where that is due.
// A panic leaves the step in doubt instead of taking the program down.
func (r *Runner) settle(ctx, work context.Context, t *turn) (f finding, err error) {
	s, known := r.steps[t.op.Kind][t.step().Name]
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("step panicked", "operation", t.op.ID, "step", t.step().Name, "panic", p, "stack", string(debug.Stack()))
			t.doubt = s.do != nil
			f, err = isUnclear(fmt.Errorf("panic: %v", p)), nil
		}
	}()
	if !known || !complete(t.op) {
		return hasFailed(fmt.Errorf("operation %s of kind %q cannot be carried out", t.op.ID, t.op.Kind)), nil
	}
	if err := r.maker.link(work, t); err != nil {
		r.log.Warn("address of task not read", "operation", t.op.ID, "task", t.op.Task, "error", err)
	}
	if s.do == nil {
		return r.read(ctx, work, s, t)
	}
	return r.change(ctx, work, s, t)
}

// complete reports whether the operation says all that its steps need to know.
func complete(op batchsync.Operation) bool {
	c := op.Change
	if op.Kind == batchsync.OpCreate {
		return op.Spec != nil && (op.Debug != nil || op.Step(batchsync.StepDebug) == nil)
	}
	if c == nil || op.Task == 0 {
		return false
	}
	switch op.Kind {
	case batchsync.OpBackfill:
		return c.Backfill != nil && len(c.Backfill.Instances) > 0
	case batchsync.OpRerun, batchsync.OpStop:
		return c.Run != 0
	case batchsync.OpDebug:
		return op.Debug != nil
	case batchsync.OpSchedule:
		return c.Schedule != nil
	case batchsync.OpTune:
		return c.Tune != nil && !c.Tune.Empty() && c.Saved != nil
	}
	return true
}

// read settles a step that changes nothing. One that rested just goes on.
func (r *Runner) read(ctx, work context.Context, s step, t *turn) (finding, error) {
	if t.step().State != batchsync.StepRunning {
		if err := r.begin(t); err != nil {
			return finding{}, err
		}
	}
	t.doubt = false
	f := r.look(ctx, work, s, t, func(f finding) bool { return f.verdict == absent })
	if f.open() && ctx.Err() == nil {
		f.verdict = failed
	}
	return f, nil
}

// change settles a step that changes something: a look first if it was begun
// before, then tries until one took effect, was refused, or cannot be told.
func (r *Runner) change(ctx, work context.Context, s step, t *turn) (finding, error) {
	f := finding{verdict: absent}
	if t.step().Tries > 0 {
		f = r.look(ctx, work, s, t, nil)
	}
	var cause error // of the last try
	for try := 0; f.open() && ctx.Err() == nil; try++ {
		if try == maxTries {
			return giveUp(work, s, t, f, cause), nil
		}
		if try > 0 {
			if !pause(ctx, pauses()[try-1]) {
				break
			}
			// The answer of the try before may have come in late.
			if f = r.look(ctx, work, s, t, nil); !f.open() || ctx.Err() != nil {
				break
			}
		}
		if err := getReady(ctx, work, s, t); err != nil {
			return s.refusal(work, t, err), nil
		}
		if err := r.begin(t); err != nil {
			return finding{}, err
		}
		f, cause = r.try(ctx, work, s, t)
	}
	return f, nil
}

// getReady makes a step ready for a try. What fails for the moment is asked
// again.
func getReady(ctx, work context.Context, s step, t *turn) (err error) {
	if s.ready == nil {
		return nil
	}
	for _, d := range append(pauses(), 0) {
		t.now = time.Now()
		if err = s.ready(work, t); err == nil || !passing(err) || d == 0 || !pause(ctx, d) {
			break
		}
	}
	return err
}

// try makes the change once and finds out what became of it.
func (r *Runner) try(ctx, work context.Context, s step, t *turn) (finding, error) {
	t.now = time.Now()
	err := s.do(work, t)
	t.said, t.cause = err == nil, err
	if err != nil {
		r.log.Warn("step not carried out", "operation", t.op.ID, "step", t.step().Name, "try", t.step().Tries, "error", err)
	}
	if err != nil && definite(err) {
		if passing(err) {
			return finding{verdict: absent, problem: batchsync.ProblemOf(err)}, err
		}
		return s.refusal(work, t, err), err
	}
	t.doubt = true
	t.step().Tried = time.Now().UTC()
	f := r.look(ctx, work, s, t, nil)
	switch {
	case !f.open():
	case err == nil && f.verdict == differs:
		f.verdict = failed
	case err != nil && !passing(err):
		return s.refusal(work, t, err), err
	}
	return f, err
}

// look asks how the change stands, again after a pause while there is no
// answer, or while again wants it.
func (r *Runner) look(ctx, work context.Context, s step, t *turn, again func(finding) bool) finding {
	t.now = time.Now()
	f := s.look(work, t)
	for _, d := range pauses() {
		silent := f.verdict == unclear && f.err != nil && passing(f.err)
		if !silent && (again == nil || !again(f)) || !pause(ctx, d) {
			break
		}
		t.now = time.Now()
		f = s.look(work, t)
	}
	if f.err != nil {
		r.log.Warn("look at step failed", "operation", t.op.ID, "step", t.step().Name, "error", f.err)
	}
	return f
}

// giveUp ends the tries of a change that never took effect.
func giveUp(ctx context.Context, s step, t *turn, f finding, cause error) finding {
	if cause != nil {
		return s.refusal(ctx, t, cause)
	}
	f.verdict = failed
	if f.problem == nil {
		f.problem = problem(batchsync.CodeRefused, "operation.no_effect")
	}
	return f
}

// refusal rules what follows from the platform's refusal.
func (s step) refusal(ctx context.Context, t *turn, err error) finding {
	if s.refused != nil {
		return s.refused(ctx, t, err)
	}
	return hasFailed(err)
}
