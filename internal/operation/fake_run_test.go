package operation

import (
	"context"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// runWorld is the part of the fake platform that knows runs.
type runWorld struct {
	runs  []*run
	down  []batchsync.TaskLink
	takes time.Duration  // per run, 20 seconds when 0
	fails map[int64]bool // business times (Unix) whose runs fail
	times []time.Time    // business times a backfill makes runs for

	twice     bool          // the program sends a backfill twice
	planNow   bool          // backfill runs stand under the moment they were asked for
	oneByOne  bool          // a backfill run is made some time after the one before is over
	listed    time.Duration // how long a new run is not listed
	newRun    bool          // a rerun makes another run
	slowStop  time.Duration // how long a stopped run goes on
	deaf      bool          // a stop is taken and does nothing
	stopTakes time.Duration // how long the program takes to answer a stop
	refills   int
	reruns    int
	stops     int
	undeploys int
	asked     []batchsync.RunFilter // of the lists of runs
}

// run is a run of the fake platform: what becomes of it follows from the time.
type run struct {
	batchsync.Run
	made, starts, ends time.Time
	attempts           int
	stopped            bool
	then               batchsync.RunStatus
}

// at is the run as it stands now.
func (r *run) at(now time.Time) batchsync.Run {
	out := r.Run
	switch {
	case out.Status.Over():
	case now.Before(r.starts):
		out.Status = batchsync.RunNotStarted
	case now.Before(r.ends):
		out.Status, out.Began = batchsync.RunRunning, r.starts
	default:
		out.Status, out.Began, out.Ended = r.then, r.starts, r.ends
	}
	return out
}

// addRun makes a run that starts at that time.
func (p *platform) addRun(task batchsync.TaskID, typ batchsync.RunType, plan, starts time.Time, vc string) *run {
	takes := p.takes
	if takes == 0 {
		takes = 20 * time.Second
	}
	then := batchsync.RunSuccess
	if p.fails[plan.Unix()] || vc != "sync_vc" {
		then = batchsync.RunFailed
	}
	r := &run{
		Run:  batchsync.Run{ID: batchsync.RunID(len(p.runs) + 1), Task: task, Type: typ, Plan: plan, VCluster: vc, Status: batchsync.RunNotStarted},
		made: time.Now(), starts: starts, ends: starts.Add(takes), attempts: 1, then: then,
	}
	p.runs = append(p.runs, r)
	return r
}

// over is a run that ended long ago.
func (p *platform) over(task batchsync.TaskID, typ batchsync.RunType, plan time.Time, status batchsync.RunStatus) *run {
	r := p.addRun(task, typ, plan, plan, "sync_vc")
	r.made, r.Status, r.Began, r.Ended = plan, status, plan, plan.Add(time.Minute)
	return r
}

func (p *platform) Runs(ctx context.Context, f batchsync.RunFilter) (out []batchsync.Run, err error) {
	err = p.call(ctx, "Runs", func() error {
		now := time.Now()
		p.asked = append(p.asked, f)
		for _, r := range p.runs {
			hidden := now.Before(r.made.Add(p.listed)) || p.oneByOne && now.Before(r.starts.Add(40*time.Second))
			if r.Task != f.Task || f.Type != 0 && r.Type != f.Type || r.Plan.Before(f.From) || r.Plan.After(f.To) || hidden {
				continue
			}
			out = append(out, r.at(now))
		}
		slices.Reverse(out)
		return nil
	})
	return out, err
}

func (p *platform) findRun(id batchsync.RunID) (*run, error) {
	i := slices.IndexFunc(p.runs, func(r *run) bool { return r.ID == id })
	if i < 0 {
		return nil, &batchsync.PlatformError{Command: "runs detail", Failure: batchsync.FailNotFound, ExitCode: 1}
	}
	return p.runs[i], nil
}

func (p *platform) Run(ctx context.Context, id batchsync.RunID) (out batchsync.Run, err error) {
	err = p.call(ctx, "Run", func() error {
		r, err := p.findRun(id)
		if err == nil {
			out = r.at(time.Now())
		}
		return err
	})
	return out, err
}

func (p *platform) Attempts(ctx context.Context, id batchsync.RunID) (out []batchsync.Attempt, err error) {
	err = p.call(ctx, "Attempts", func() error {
		if r, err := p.findRun(id); err == nil {
			out = make([]batchsync.Attempt, r.attempts)
		}
		return nil
	})
	return out, err
}

// unsure is a refusal by the platform that may be of a second request.
func unsure(command, message string) error {
	return &batchsync.PlatformError{Command: command, Failure: batchsync.FailRefused, ExitCode: 1, Name: "RUNS_ERROR", Message: message, Uncertain: true}
}

func (p *platform) Refill(ctx context.Context, id batchsync.TaskID, w batchsync.Window, vc, job string) error {
	return p.call(ctx, "Refill", func() error {
		t, err := p.find(id)
		if err != nil {
			return err
		}
		if !t.deployed.Online {
			return unsure("runs refill", "schedule task is not online")
		}
		p.refills++
		jobs := 1
		if p.twice {
			jobs = 2
		}
		at := time.Now()
		for range jobs {
			for _, plan := range p.times {
				if plan.Before(w.From) || plan.After(w.To) {
					continue
				}
				stands := plan
				if p.planNow {
					stands = time.Now()
				}
				r := p.addRun(id, batchsync.RunRefill, stands, at, vc)
				if p.fails[plan.Unix()] {
					r.then = batchsync.RunFailed
				}
				at = r.ends
			}
		}
		return nil
	})
}

func (p *platform) Rerun(ctx context.Context, id batchsync.RunID) error {
	return p.call(ctx, "Rerun", func() error {
		r, err := p.findRun(id)
		if err != nil {
			return err
		}
		if !r.at(time.Now()).Status.Over() {
			return unsure("runs rerun", "task instance is running")
		}
		p.reruns++
		if p.newRun {
			p.addRun(r.Task, r.Type, r.Plan, time.Now(), r.VCluster)
			return nil
		}
		r.Status, r.starts, r.ends = batchsync.RunNotStarted, time.Now(), time.Now().Add(p.takes)
		r.attempts++
		return nil
	})
}

func (p *platform) StopRun(ctx context.Context, id batchsync.RunID) error {
	time.Sleep(p.stopTakes) // of the simulated clock
	return p.call(ctx, "StopRun", func() error {
		r, err := p.findRun(id)
		if err != nil {
			return err
		}
		if r.at(time.Now()).Status.Over() {
			return unsure("runs stop", "task instance is not running")
		}
		p.stops++
		if p.deaf || r.stopped {
			return nil
		}
		r.stopped = true
		r.starts, r.ends, r.then = time.Now(), time.Now().Add(p.slowStop), batchsync.RunFailed
		return nil
	})
}

func (p *platform) Undeploy(ctx context.Context, id batchsync.TaskID, withDownstream bool) error {
	return p.call(ctx, "Undeploy", func() error {
		t, err := p.find(id)
		switch {
		case err != nil:
			return err
		case !t.deployed.Online:
			return unsure("task undeploy", "task is not online")
		}
		for _, d := range p.down {
			other, err := p.find(d.ID)
			if err != nil || !other.deployed.Online {
				continue
			}
			if !withDownstream {
				return unsure("task undeploy", "task sync_orders has online downstream task "+d.Name)
			}
			other.deployed = batchsync.Deployed{}
		}
		p.undeploys++
		t.deployed = batchsync.Deployed{}
		p.runs = slices.DeleteFunc(p.runs, func(r *run) bool { return r.Task == id })
		return nil
	})
}

func (p *platform) Downstream(ctx context.Context, _ batchsync.TaskID) (out []batchsync.TaskLink, err error) {
	err = p.call(ctx, "Downstream", func() error {
		out = slices.Clone(p.down)
		return nil
	})
	return out, err
}
