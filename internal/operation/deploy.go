package operation

import (
	"context"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// deploying puts the task online. Deploying twice only makes a new version.
type deploying struct {
	Deployer
	zone string
}

func (d deploying) step() step { return step{do: d.do, look: d.look, refused: d.refused} }

// verify reads once more, after everything, what the scheduler holds.
func (d deploying) verify() step { return step{look: d.confirm} }

func (d deploying) do(ctx context.Context, t *turn) error { return d.Deploy(ctx, t.op.Task) }

// look also wants a deployment that is newer than the one the check found,
// unless the platform said yes: a schedule that stays as it was tells nothing.
func (d deploying) look(ctx context.Context, t *turn) finding {
	f, at := d.compare(ctx, t)
	f.notes = nil // the last step says it
	if c := t.change(); f.verdict == took && c != nil && !t.said && !at.After(c.Published) {
		return finding{verdict: absent}
	}
	return f
}

func (d deploying) confirm(ctx context.Context, t *turn) finding {
	f, _ := d.compare(ctx, t)
	if f.verdict == unclear {
		p := problem(batchsync.CodeUnknown, "verify.unread")
		p.Detail = f.problem.Detail
		f.problem = p
	}
	return f
}

// compare holds what the scheduler has against what was meant, and tells since
// when it has it.
func (d deploying) compare(ctx context.Context, t *turn) (f finding, at time.Time) {
	want, err := t.goal(d.zone)
	if err != nil {
		return hasFailed(err), at
	}
	got, err := d.Deployed(ctx, t.op.Task)
	switch {
	case err != nil:
		f = isUnclear(err)
	case !got.Online:
		f = finding{verdict: absent, problem: problem(batchsync.CodeRefused, "deploy.offline")}
	case !batchsync.SameCron(got.Cron, want.cron.Stored):
		f = finding{verdict: differs, problem: problem(batchsync.CodeRefused, "deploy.differs", want.cron.Stored, got.Cron)}
	case got.VCluster != "" && !strings.EqualFold(got.VCluster, want.vcluster):
		f = finding{verdict: differs, problem: problem(batchsync.CodeRefused, "deploy.vcluster_differs", want.vcluster, got.VCluster)}
	case got.Retry.Told && want.retry.Told && got.Retry.Count != want.retry.Count:
		f = finding{verdict: differs, problem: problem(batchsync.CodeRefused, "deploy.retries_differ", strconv.Itoa(want.retry.Count), strconv.Itoa(got.Retry.Count))}
	default:
		f = isDone(batchsync.T("verify.online", got.Cron, d.zone))
	}
	return f, got.PublishedAt
}

// refused: a content or schedule that the platform finds wanting is set right
// in Studio. Where deploying is all that was asked for, nothing has happened.
func (d deploying) refused(ctx context.Context, t *turn, err error) finding {
	switch {
	case t.op.Kind == batchsync.OpDeploy:
		return nothingDone(ctx, t, err)
	case batchsync.FailureOf(err) != batchsync.FailNotConfigured:
		return hasFailed(err)
	}
	p := problem(batchsync.CodeWaiting, "deploy.not_configured", t.op.Name())
	p.Detail = batchsync.ProblemOf(err).Detail
	return finding{verdict: waits, problem: p}
}
