package operation

import (
	"context"
	"strings"

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

func (d deploying) look(ctx context.Context, t *turn) finding {
	f := d.confirm(ctx, t)
	f.notes = nil // the last step says it
	return f
}

// confirm compares what the scheduler holds with what was meant.
func (d deploying) confirm(ctx context.Context, t *turn) finding {
	spec := t.spec()
	cron, err := cronOf(spec, d.zone, t.now)
	if err != nil {
		return hasFailed(err)
	}
	got, err := d.Deployed(ctx, t.op.Task)
	switch {
	case err != nil:
		return isUnclear(err)
	case !got.Online:
		return finding{verdict: absent, problem: problem(batchsync.CodeRefused, "deploy.offline")}
	case !batchsync.SameCron(got.Cron, cron.Stored):
		return finding{verdict: differs, problem: problem(batchsync.CodeRefused, "deploy.differs", cron.Stored, got.Cron)}
	case got.VCluster != "" && !strings.EqualFold(got.VCluster, spec.VCluster):
		return finding{verdict: differs, problem: problem(batchsync.CodeRefused, "deploy.vcluster_differs", spec.VCluster, got.VCluster)}
	}
	return isDone(batchsync.T("verify.online", got.Cron, d.zone))
}

// refused: a content or schedule that the platform finds wanting is set right
// in Studio.
func (d deploying) refused(t *turn, err error) finding {
	if batchsync.FailureOf(err) != batchsync.FailNotConfigured {
		return hasFailed(err)
	}
	p := problem(codeWaiting, "deploy.not_configured", t.spec().Name)
	p.Detail = batchsync.ProblemOf(err).Detail
	return finding{verdict: waits, problem: p}
}
