package operation

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// followed checks the runs that stand for the business times.
func (r *rig) followed(op batchsync.Operation, status ...batchsync.RunStatus) {
	r.Helper()
	var got []batchsync.RunStatus
	for i, f := range op.Change.Followed {
		got = append(got, f.Status)
		if !f.Plan.Equal(days(3)[i]) {
			r.Errorf("business time %d: got %v", i, f.Plan)
		}
	}
	if !slices.Equal(got, status) {
		r.Errorf("followed: got %v, want %v", got, status)
	}
}

const (
	good = batchsync.RunSuccess
	bad  = batchsync.RunFailed
)

func TestBackfill(t *testing.T) {
	t.Parallel()
	old := func(p *platform) { // a backfill of long ago is none of ours
		p.over(taskID, batchsync.RunRefill, days(1)[0], bad)
		p.over(taskID, batchsync.RunScheduled, days(2)[1], bad)
	}
	onTask(t, backfill(), old, func(r *rig) {
		op := r.live()
		r.done(op, false)
		r.followed(op, good, good, good)
		r.counts("backfills", r.platform.refills, 1)
		r.noted(op, batchsync.StepSubmit, "submit.seen")
		r.noted(op, batchsync.StepFollow, "follow.done")
		if m := r.told(op); len(m.Body) != 1 || m.Body[0].Key != "told.backfill_done" || m.Mention != "U1" {
			r.Errorf("told %+v", m)
		}
	})
}

// TestSubmitting_Faults lets the submission go wrong in every way: it is never
// sent twice unless it certainly was not sent at all.
func TestSubmitting_Faults(t *testing.T) {
	t.Parallel()
	play := func(name string, scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onTask(t, backfill(), nil, scenario)
		})
	}
	// unknown looks, and looks again, and sends nothing.
	unknown := func(r *rig, op batchsync.Operation, key batchsync.TextKey, calls int) {
		r.Helper()
		r.settled(op, batchsync.OpUnknown, key)
		r.settled(r.checkAgain(), batchsync.OpUnknown, key)
		r.asked("Refill", calls)
		r.counts("backfills", r.platform.refills, 0)
	}
	play("Refused", func(r *rig) {
		r.platform.always["Refill"] = refuse
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
		r.asked("Refill", 1)
	})
	play("AnswerLost", func(r *rig) {
		r.platform.faults["Refill"] = []fault{lost}
		op := r.live()
		r.done(op, false)
		r.asked("Refill", 1)
		r.counts("backfills", r.platform.refills, 1)
	})
	play("AnswerLostAndListedLate", func(r *rig) {
		r.platform.faults["Refill"], r.platform.listed = []fault{lost}, 40*time.Second
		op := r.live()
		r.done(op, false)
		r.noted(op, batchsync.StepSubmit, "submit.reported")
		r.asked("Refill", 1)
	})
	play("AnswerLostAfterLong", func(r *rig) {
		r.platform.faults["Refill"], r.platform.listed = []fault{longLost}, 40*time.Second
		r.done(r.live(), false)
		r.asked("Refill", 1)
	})
	play("RequestLost", func(r *rig) {
		r.platform.over(taskID, batchsync.RunRefill, days(1)[0], good) // of another backfill
		r.platform.over(taskID, batchsync.RunRefill, time.Now().Add(-5*time.Minute), good)
		r.platform.always["Refill"] = dropped
		op := r.live()
		if d := op.UpdatedAt.Sub(op.CreatedAt); d < runsWithin || d > 2*runsWithin {
			r.Errorf("given up after %v", d)
		}
		unknown(r, op, "submit.lost", 1)
		if m := r.told(op); len(m.Body) != 2 || m.Body[0].Key != "told.change_unknown" {
			r.Errorf("told %+v", m)
		}
	})
	play("PlatformDown", func(r *rig) {
		r.platform.faults["Refill"] = repeat(unreached, 2)
		r.done(r.live(), false)
		r.asked("Refill", 3)
		r.counts("backfills", r.platform.refills, 1)
	})
	play("PlatformDownForLong", func(r *rig) {
		r.platform.always["Refill"] = unreached
		r.settled(r.live(), batchsync.OpRefused, "platform.unreachable")
		r.asked("Refill", maxTries)
	})
	play("DownAfterTheAnswerWasLost", func(r *rig) {
		r.platform.faults["Refill"] = []fault{lost}
		r.platform.faults["Runs"] = append(repeat(none, 2), repeat(unreached, 6)...)
		r.done(r.live(), false)
		r.asked("Refill", 1)
	})
	play("AppliedAndCannotTell", func(r *rig) {
		r.platform.faults["Refill"] = []fault{lost}
		r.platform.faults["Runs"] = append(repeat(none, 2), repeat(unreached, 16)...)
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		r.platform.faults["Runs"] = nil
		r.done(r.checkAgain(), false)
		r.asked("Refill", 1)
	})
	play("AcceptedAndNeverListed", func(r *rig) {
		r.platform.listed = 90 * time.Second
		op := r.live()
		r.settled(op, batchsync.OpUnknown, "submit.no_runs")
		if args := op.Problem().Hint.Args; len(args) != 1 || args[0] != "batchsync op1 by U1" {
			r.Errorf("the hint does not name the job: %q", args)
		}
		r.platform.listed = 0
		r.done(r.checkAgain(), false)
		r.asked("Refill", 1)
	})
	play("Bug", func(r *rig) {
		r.platform.faults["Refill"] = []fault{panics}
		op := r.live()
		r.settled(op, batchsync.OpUnknown, "operation.unclear")
		unknown(r, r.checkAgain(), "submit.lost", 1)
	})
	play("Parked", func(r *rig) {
		r.platform.faults["Refill"] = []fault{hangs}
		if op := r.stopAt("Refill"); op.State != batchsync.OpRunning || op.Step(batchsync.StepSubmit).State != batchsync.StepRunning {
			r.Errorf("parked: got %+v", op)
		}
		unknown(r, r.live(), "submit.lost", 1)
	})
	play("DiesBefore", func(r *rig) {
		r.platform.cut = r.callsUntil("Refill")
		r.live()
		unknown(r, r.live(), "submit.lost", 1)
	})
	play("DiesAfter", func(r *rig) {
		r.platform.cut, r.platform.late = r.callsUntil("Refill"), true
		r.live()
		r.done(r.live(), false)
		r.asked("Refill", 1)
		r.counts("backfills", r.platform.refills, 1)
	})
}

// callsUntil is the number of the first call of a method in a life without
// faults, played on a rig of its own.
func (r *rig) callsUntil(method string) int {
	r.Helper()
	n := map[string]int{"Refill": 7, "Rerun": 7, "StopRun": 4, "Undeploy": 6}[method]
	if n == 0 {
		r.Fatalf("it is not known when %s is called", method)
	}
	return n
}

// TestBackfill_DiesAtEverySave never has it twice, and never claims more than is
// known.
func TestBackfill_DiesAtEverySave(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 8; n++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/late=%v", n, late), func(t *testing.T) {
				t.Parallel()
				onTask(t, backfill(), nil, func(r *rig) {
					r.disk.cut, r.disk.late = n, late
					r.live()
					if r.disk.saves != n {
						r.Fatalf("died after %d saves, want %d", r.disk.saves, n)
					}
					op := r.op()
					if op.State == batchsync.OpRunning {
						op = r.live()
					}
					if r.platform.refills == 0 { // the intent was saved, the request not sent
						r.settled(op, batchsync.OpUnknown, "submit.lost")
						return
					}
					r.done(op, false)
					r.counts("backfills", r.platform.refills, 1)
				})
			})
		}
	}
}

func TestBackfill_Runs(t *testing.T) {
	t.Parallel()
	failing := func(p *platform) { p.fails = map[int64]bool{days(2)[1].Unix(): true} }
	tests := []struct {
		name    string
		arm     func(p *platform)
		trouble bool
		status  []batchsync.RunStatus
		note    batchsync.TextKey
	}{
		{"OneFails", failing, true, []batchsync.RunStatus{good, bad, good}, "follow.failed"},
		{"MadeTwice", func(p *platform) { p.twice = true }, false, []batchsync.RunStatus{good, good, good}, "backfill.twice"},
		{"UnderTheMomentOfAsking", func(p *platform) { failing(p); p.planNow = true }, true, []batchsync.RunStatus{good, bad, good}, "follow.failed"},
		{"UnderTheMomentBesideAnother", func(p *platform) {
			p.over(taskID, batchsync.RunRefill, time.Now().Add(-5*time.Minute), bad)
			p.planNow = true
		}, false, []batchsync.RunStatus{good, good, good}, "follow.done"},
		{"BesideAnother", func(p *platform) {
			p.over(taskID, batchsync.RunRefill, days(1)[0], bad)
		}, false, []batchsync.RunStatus{good, good, good}, "follow.done"},
		{"UnderTheMomentAndTwice", func(p *platform) { p.planNow, p.twice = true, true }, false, []batchsync.RunStatus{good, good, good}, "backfill.twice"},
		{"OneAfterTheOther", func(p *platform) { p.oneByOne, p.takes = true, 5*time.Minute }, false, []batchsync.RunStatus{good, good, good}, "follow.done"},
		{"OneIsNeverMade", func(p *platform) { p.times = days(2) }, true, []batchsync.RunStatus{good, good, 0}, "follow.missing"},
		{"PlatformDownMeanwhile", func(p *platform) {
			p.faults["Runs"] = append(repeat(none, 4), repeat(unreached, 9)...)
		}, false, []batchsync.RunStatus{good, good, good}, "follow.done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onTask(t, backfill(), tt.arm, func(r *rig) {
				op := r.live()
				r.done(op, tt.trouble)
				r.followed(op, tt.status...)
				r.noted(op, batchsync.StepFollow, tt.note)
				r.counts("backfills", r.platform.refills, 1)
				for _, f := range op.Change.Followed {
					if f.Twice != r.platform.twice {
						r.Errorf("twice: got %+v", f)
					}
				}
				if tt.trouble {
					if rows, err := r.disk.Audit(1); err != nil || rows[0].Detail.Key != tt.note {
						r.Errorf("audit: got %+v, %v", rows, err)
					}
					if m := r.told(op); len(m.Body) != 2 || m.Body[0].Key != "told.backfill_trouble" || m.Body[1].Key != tt.note {
						r.Errorf("told %+v", m)
					}
				}
			})
		})
	}
}

// TestBackfill_Gone ends when somebody undeployed the task in Studio: its runs
// do not exist any more.
func TestBackfill_Gone(t *testing.T) {
	t.Parallel()
	onTask(t, backfill(), nil, func(r *rig) {
		r.after(25*time.Second, func(*Runner) {
			r.alter(func(p *platform) { p.runs, p.tasks[0].deployed = nil, batchsync.Deployed{} })
		})
		op := r.live()
		r.done(op, true)
		r.noted(op, batchsync.StepFollow, "follow.gone")
	})
}

func TestBackfill_Stop(t *testing.T) {
	t.Parallel()
	play := func(name string, arm func(p *platform), scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onTask(t, backfill(), arm, scenario)
		})
	}
	play("AtOnce", nil, func(r *rig) {
		r.platform.takes = 5 * time.Minute
		asked := time.Time{}
		r.after(33*time.Second, func(runner *Runner) { asked = time.Now(); r.askStop(runner) })
		op := r.live()
		r.done(op, false)
		r.followed(op, bad, bad, bad)
		r.noted(op, batchsync.StepFollow, "follow.stopped")
		r.asked("StopRun", 3)
		if d := op.UpdatedAt.Sub(asked); d > 10*time.Second {
			r.Errorf("it took %v, although nothing had to be waited for", d)
		}
		if m := r.told(op); len(m.Body) != 1 || m.Body[0].Key != "told.backfill_stopped" {
			r.Errorf("told %+v", m)
		}
	})
	play("SomeAreDone", nil, func(r *rig) {
		r.after(30*time.Second, r.askStop)
		op := r.live()
		r.done(op, false)
		r.followed(op, good, bad, bad)
	})
	play("NotMadeYet", func(p *platform) { p.oneByOne, p.takes = true, 2*time.Minute }, func(r *rig) {
		r.after(30*time.Second, func(runner *Runner) {
			r.alter(func(p *platform) { p.runs = p.runs[:1] }) // the rest is never made
			r.askStop(runner)
		})
		op := r.live()
		r.done(op, false)
		r.followed(op, bad, 0, 0)
		if took := op.UpdatedAt.Sub(op.CreatedAt); took > 5*time.Minute {
			r.Errorf("waited %v for runs that were stopped", took)
		}
	})
	play("Slowly", func(p *platform) { p.slowStop = time.Minute }, func(r *rig) {
		r.after(15*time.Second, r.askStop)
		r.done(r.live(), false)
	})
	play("BothOfTwo", func(p *platform) { p.twice = true }, func(r *rig) {
		r.after(15*time.Second, r.askStop)
		r.done(r.live(), false)
		for _, run := range r.platform.runs {
			if run.at(time.Now()).Status != bad {
				r.Errorf("left running: %+v", run)
			}
		}
	})
	play("MostNotMadeYet", func(p *platform) { p.oneByOne, p.takes, p.times = true, time.Hour, days(3)[:1] }, func(r *rig) {
		r.after(2*time.Minute, r.askStop)
		op := r.live()
		r.done(op, false)
		r.followed(op, bad, 0, 0)
		r.noted(op, batchsync.StepFollow, "follow.stopped_early")
		r.audited(batchsync.AuditStopped)
	})
	play("RefusedAtFirst", func(p *platform) { p.faults["StopRun"], p.takes = []fault{refuse}, time.Minute }, func(r *rig) {
		r.after(15*time.Second, r.askStop)
		op := r.live()
		r.done(op, false)
		r.counts("stops", r.platform.stops, 3)
	})
}

// TestFollowing_Restart goes on after a restart without asking for anything
// again.
func TestFollowing_Restart(t *testing.T) {
	t.Parallel()
	onTask(t, backfill(), nil, func(r *rig) {
		for range 4 {
			r.lifetime = 15 * time.Second
			if op := r.live(); op.State != batchsync.OpRunning && op.State != batchsync.OpDone {
				r.Fatalf("after a restart: %+v", op)
			}
		}
		r.lifetime = 0
		op := r.op()
		if op.State == batchsync.OpRunning {
			op = r.live()
		}
		r.done(op, false)
		r.counts("backfills", r.platform.refills, 1)
		if tries := op.Step(batchsync.StepFollow).Tries; tries != 1 {
			r.Errorf("following was begun %d times", tries)
		}
	})
}

// TestFollowing_Quiet writes nothing while nothing happens, and does not ask
// too often.
func TestFollowing_Quiet(t *testing.T) {
	t.Parallel()
	onTask(t, backfill(), func(p *platform) { p.takes = 15 * time.Minute }, func(r *rig) {
		r.done(r.live(), false)
		if r.disk.saves > 16 {
			r.Errorf("got %d saves for three runs", r.disk.saves)
		}
		if asked := r.platform.calls["Runs"]; asked > 130 {
			r.Errorf("the runs were listed %d times in 45 minutes", asked)
		}
	})
}

// TestFollowing_TakesNoPlace lets others go on while it rests.
func TestFollowing_TakesNoPlace(t *testing.T) {
	t.Parallel()
	onTask(t, backfill(), func(p *platform) { p.takes = 10 * time.Minute }, func(r *rig) {
		r.limit = 1
		r.deployed(2, "other")
		other := batchsync.NewChange("op2", batchsync.OpDeploy, "U1", "C1", 2, batchsync.Change{Name: "other", Online: true, Cron: oldCron, VCluster: "sync_vc"}, time.Now())
		if err := r.disk.Begin(batchsync.Begin{Operation: other}); err != nil {
			r.Fatal(err)
		}
		r.lifetime = time.Minute
		r.live()
		if op, err := r.disk.Store.Operation("op2"); err != nil || op.State != batchsync.OpDone {
			r.Errorf("the other is %s, %v", op.State, err)
		}
		if r.op().State != batchsync.OpRunning {
			r.Errorf("the backfill is %s", r.op().State)
		}
	})
}

// TestBackfill_StopMany stops several at the same time: each stop takes the
// program a second.
func TestBackfill_StopMany(t *testing.T) {
	t.Parallel()
	const runs = 300
	var times []time.Time
	for i := range runs {
		times = append(times, days(1)[0].Add(time.Duration(i)*time.Minute))
	}
	a := backfill()
	many := ask{a.kind, func(c *batchsync.Change) {
		a.edit(c)
		c.Backfill.Instances = times
	}}
	onTask(t, many, func(p *platform) { p.times, p.takes, p.stopTakes = times, time.Hour, time.Second }, func(r *rig) {
		asked := time.Time{}
		r.after(33*time.Second, func(runner *Runner) { asked = time.Now(); r.askStop(runner) })
		op := r.live()
		r.done(op, false)
		r.asked("StopRun", runs)
		if took := op.UpdatedAt.Sub(asked); took > time.Minute {
			r.Errorf("stopping took %v", took)
		}
	})
}

// TestBackfill_Many asks only for what is still open, once there is much.
func TestBackfill_Many(t *testing.T) {
	t.Parallel()
	var times []time.Time
	for i := range manyRuns + 20 {
		times = append(times, days(1)[0].Add(time.Duration(i)*time.Minute))
	}
	a := backfill()
	many := ask{a.kind, func(c *batchsync.Change) {
		a.edit(c)
		c.Backfill.Instances = times
	}}
	onTask(t, many, func(p *platform) { p.times, p.takes, p.twice = times, time.Second, true }, func(r *rig) {
		op := r.live()
		r.done(op, false)
		if done, _, _ := op.Change.Tally(); done != len(times) {
			r.Errorf("got %d done, want %d", done, len(times))
		}
		last := r.platform.asked[len(r.platform.asked)-1]
		if !last.From.After(days(1)[0]) || !last.To.Equal(times[len(times)-1]) {
			r.Errorf("asked for %v to %v at last", last.From, last.To)
		}
	})
}
