package operation

import (
	"context"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// clockSkew is how much earlier than ours the platform's clock may put the
// creation of a task.
const clockSkew = 2 * time.Minute

// making makes the empty task, the one change that must not happen twice. What
// is found under its name is taken for ours only if the answer to a try of ours
// is in doubt, it appeared since the first of them, and it is empty still:
// people make tasks too.
type making struct{ Maker }

func (m making) step() step { return step{do: m.do, look: m.look, refused: m.refused} }

func (m making) do(ctx context.Context, t *turn) error {
	spec := t.spec()
	about := batchsync.TaskAbout(t.op.ID, t.op.Actor)
	created, err := m.CreateTask(ctx, spec.Name, spec.TaskType(), spec.Folder.ID, about)
	if err != nil {
		return err
	}
	if created.ID <= 0 {
		return &batchsync.PlatformError{Command: "task create", Failure: batchsync.FailGarbage, Uncertain: true}
	}
	t.made(created.ID, created.StudioURL)
	return nil
}

func (m making) look(ctx context.Context, t *turn) finding {
	if t.op.Task != 0 {
		return isDone(batchsync.T("make.made", t.op.Task.String()))
	}
	here, err := m.here(ctx, t)
	switch {
	case err != nil:
		return isUnclear(err)
	case len(here) == 0:
		return finding{verdict: absent}
	case !t.doubted():
		return taken(t, here[0])
	case len(here) > 1, here[0].Created.IsZero():
		return doubtful("make.ambiguous", t, here[0])
	}
	return m.ours(ctx, t, here[0])
}

// here lists the tasks of the name in the folder: by exact comparison, because
// the platform's is not.
func (m making) here(ctx context.Context, t *turn) ([]batchsync.TaskRef, error) {
	spec := t.spec()
	hits, err := m.TasksLike(ctx, spec.Name)
	return slices.DeleteFunc(slices.Clone(hits), func(h batchsync.TaskRef) bool {
		return h.Name != spec.Name || h.Folder != spec.Folder.ID
	}), err
}

// ours adopts the task that a try in doubt made, if it may have made this one.
func (m making) ours(ctx context.Context, t *turn, hit batchsync.TaskRef) finding {
	if hit.Type != t.spec().TaskType() {
		return taken(t, hit) // a folder has one task of a name: with this one there, ours is not
	}
	if hit.Created.Before(t.step().Began.Add(-clockSkew)) {
		return doubtful("make.older", t, hit)
	}
	switch _, err := m.Content(ctx, hit.ID); {
	case err == nil:
		return doubtful("make.has_content", t, hit)
	case batchsync.FailureOf(err) != batchsync.FailNotConfigured:
		return isUnclear(err)
	}
	t.made(hit.ID, "")
	return isDone(batchsync.T("make.found", hit.ID.String()))
}

func taken(t *turn, hit batchsync.TaskRef) finding {
	s := t.spec()
	return finding{verdict: refused, problem: problem(batchsync.CodeConflict, "make.taken", s.Name, s.Folder.Path, hit.ID.String())}
}

// doubtful leaves it to a person whose the task is.
func doubtful(key batchsync.TextKey, t *turn, hit batchsync.TaskRef) finding {
	s := t.spec()
	return finding{verdict: unclear, problem: problem(batchsync.CodeUnknown, key, s.Name, s.Folder.Path, hit.ID.String())}
}

// refused: a name that is taken is looked up, since a try in doubt may have
// taken it. If it is not listed then, only a person can tell. Without such a try
// the operation is over: nothing of what is there is ours.
func (m making) refused(ctx context.Context, t *turn, err error) finding {
	if batchsync.FailureOf(err) != batchsync.FailDuplicate {
		return nothingDone(ctx, t, err)
	}
	s := t.spec()
	f := m.look(ctx, t)
	switch {
	case f.verdict != absent && f.verdict != unclear:
	case !t.doubted():
		f = finding{verdict: refused, problem: problem(batchsync.CodeConflict, "make.taken_unlisted", s.Name, s.Folder.Path)}
	case f.verdict == absent:
		f = finding{verdict: unclear, problem: problem(batchsync.CodeUnknown, "make.contradiction", s.Name, s.Folder.Path)}
	}
	return f
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
