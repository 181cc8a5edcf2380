package operation

import (
	"context"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// secondLook is the pause before a task that shows no schedule is asked for
// once more: the program shows the same for a passing trouble of the platform.
const secondLook = 2 * time.Second

// undeploying takes the task off the scheduler. Its runs are gone then.
type undeploying struct{ Platform }

func (u undeploying) step() step { return step{do: u.do, look: u.look, refused: u.refused} }

func (u undeploying) do(ctx context.Context, t *turn) error {
	return u.Undeploy(ctx, t.op.Task, t.change().WithDownstream)
}

func (u undeploying) look(ctx context.Context, t *turn) finding {
	online, err := u.online(ctx, t.op.Task)
	switch {
	case err != nil:
		return isUnclear(err)
	case online:
		return finding{verdict: absent}
	}
	f := isDone(batchsync.T("undeploy.done"))
	left, err := u.left(ctx, t)
	switch {
	case err != nil:
		return isUnclear(err)
	case len(left) > 0:
		f.trouble = true
		f.notes = append(f.notes, batchsync.T("undeploy.downstream_left", joined(left)))
	}
	return f
}

// online believes that a task is offline only when it is told so twice.
func (u undeploying) online(ctx context.Context, task batchsync.TaskID) (bool, error) {
	for look := range 2 {
		if look > 0 && !pause(ctx, secondLook) {
			return false, ctx.Err()
		}
		got, err := u.Deployed(ctx, task)
		if err != nil || got.Online {
			return got.Online, err
		}
	}
	return false, nil
}

// left names the downstream tasks that should have gone offline too and did
// not.
func (u undeploying) left(ctx context.Context, t *turn) (names []string, err error) {
	for _, task := range t.op.Changes() {
		if task.ID == t.op.Task || !task.Online {
			continue
		}
		got, err := u.Deployed(ctx, task.ID)
		if err != nil {
			return nil, err
		}
		if got.Online {
			names = append(names, task.Name)
		}
	}
	return names, nil
}

// refused: the usual cause is a task that waits for this one. The look that
// came before found the task online, so after a plain no of the platform
// nothing was done and nobody must stay locked out; only tasks that should
// have gone offline along with it may have.
func (u undeploying) refused(_ context.Context, t *turn, err error) finding {
	f := hasFailed(err)
	if batchsync.FailureOf(err) == batchsync.FailRefused && !t.change().WithDownstream {
		f.verdict = refused
	}
	if strings.Contains(strings.ToLower(f.problem.Detail), "downstream") {
		detail := f.problem.Detail
		f.problem = problem(batchsync.CodeRefused, "undeploy.downstream")
		f.problem.Detail = detail
	}
	return f
}
