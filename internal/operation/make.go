package operation

import (
	"context"
	"errors"
	"time"

	"batchsync/internal/batchsync"
)

// clockSkew is how much earlier than ours the platform's clock may put the
// creation of a task.
const clockSkew = 2 * time.Minute

// making makes the empty task, the one change that must not happen twice. The
// preflight found its name free in the folder; what is found there since the
// first try is therefore ours.
type making struct{ Maker }

func (m making) step() step { return step{do: m.do, look: m.look, refused: m.refused} }

func (m making) do(ctx context.Context, t *turn) error {
	spec := t.spec()
	about := "batchsync " + string(t.op.ID) + " for " + string(t.op.Actor)
	created, err := m.CreateTask(ctx, spec.Name, spec.TaskType(), spec.Folder.ID, about)
	// The program re-sends lost requests, so the twin may be our own.
	var pe *batchsync.PlatformError
	if errors.As(err, &pe) && pe.Failure == batchsync.FailDuplicate {
		twin := *pe
		twin.Uncertain = true
		return &twin
	}
	if err != nil {
		return err
	}
	if created.ID <= 0 {
		return &batchsync.PlatformError{Command: "task create", Failure: batchsync.FailGarbage, Uncertain: true}
	}
	t.made(created.ID, created.StudioURL)
	return nil
}

// look finds the task by exact name and folder, unless the platform named it.
func (m making) look(ctx context.Context, t *turn) finding {
	if t.op.Task != 0 {
		return isDone(batchsync.T("make.made", t.op.Task.String()))
	}
	spec := t.spec()
	hits, err := m.TasksLike(ctx, spec.Name)
	if err != nil {
		return isUnclear(err)
	}
	var here []batchsync.TaskRef
	for _, h := range hits {
		if h.Name == spec.Name && h.Folder == spec.Folder.ID {
			here = append(here, h)
		}
	}
	if len(here) == 0 {
		return finding{verdict: absent}
	}
	hit := here[0]
	switch {
	case len(here) > 1, hit.Created.IsZero():
		t.doubt = true
		return finding{verdict: unclear, problem: problem(batchsync.CodeUnknown, "make.ambiguous", spec.Name, spec.Folder.Path)}
	case hit.Type != spec.TaskType(), hit.Created.Before(t.step().Began.Add(-clockSkew)):
		// A folder has one task of a name: with this one there, ours is not.
		return finding{verdict: refused, problem: problem(batchsync.CodeConflict, "make.taken", spec.Name, spec.Folder.Path, hit.ID.String())}
	}
	t.made(hit.ID, "")
	return isDone(batchsync.T("make.found", hit.ID.String()))
}

// refused: a name that is taken although nothing of that name is listed is a
// contradiction nobody but a person can solve. Anything else is the end of the
// operation, unless some try is in doubt: that task may come to light yet.
func (m making) refused(t *turn, err error) finding {
	if batchsync.FailureOf(err) != batchsync.FailDuplicate {
		return nothingDone(t, err)
	}
	spec := t.spec()
	t.doubt = true
	return finding{verdict: unclear, problem: problem(batchsync.CodeUnknown, "make.contradiction", spec.Name, spec.Folder.Path)}
}

// made notes the task in the operation and as something to remember, so that
// nothing that was made is ever forgotten. From here on it is the task that
// nobody else may change.
func (t *turn) made(id batchsync.TaskID, url string) {
	t.op.Task, t.op.StudioURL, t.op.Lock = id, url, batchsync.TaskLock(id)
	t.remember(t.now)
}

// remember has the operation's task, made at that time, stored with the
// outcome of the step.
func (t *turn) remember(made time.Time) {
	spec := t.spec()
	t.task = &batchsync.Task{
		ID: t.op.Task, Name: spec.Name, Type: spec.TaskType(), Owner: t.op.Actor, Channel: t.op.Channel,
		Spec: &spec, Operation: t.op.ID, StudioURL: t.op.StudioURL, CreatedAt: made.UTC(),
	}
}

// link asks for the address of a task that is not known: it went missing with
// the answer to its creation, or the task was made elsewhere. It is a
// convenience; for a task made here the next step asks again.
func (m making) link(ctx context.Context, t *turn) error {
	changes := t.op.Kind != batchsync.OpCreate
	if t.op.Task == 0 || t.op.StudioURL != "" || changes && t.step().Name != batchsync.StepCheck {
		return nil
	}
	url, err := m.StudioURL(ctx, t.op.Task)
	if err != nil || url == "" {
		return err
	}
	t.op.StudioURL = url
	if !changes {
		t.remember(t.op.Step(batchsync.StepMake).Ended)
	}
	return nil
}
