package operation

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// failedRun puts a failed run of long ago on the platform.
func failedRun(p *platform) { p.over(taskID, batchsync.RunScheduled, days(1)[0], bad) }

func TestRerun(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		arm     func(p *platform)
		trouble bool
		run     batchsync.RunID // that is followed
		notes   map[batchsync.StepName]batchsync.TextKey
	}{
		{"AnotherAttempt", func(p *platform) { p.runs[0].then = good }, false, 1,
			map[batchsync.StepName]batchsync.TextKey{batchsync.StepRerun: "rerun.begun", batchsync.StepFollow: "follow.run_done"}},
		{"AnotherRun", func(p *platform) { p.newRun = true }, false, 2,
			map[batchsync.StepName]batchsync.TextKey{batchsync.StepRerun: "rerun.new_run", batchsync.StepFollow: "follow.run_done"}},
		{"OverAtOnce", func(p *platform) { p.runs[0].then, p.takes = good, 0 }, false, 1,
			map[batchsync.StepName]batchsync.TextKey{batchsync.StepRerun: "rerun.begun"}},
		{"FailsAgain", func(*platform) {}, true, 1,
			map[batchsync.StepName]batchsync.TextKey{batchsync.StepFollow: "follow.run_failed"}},
		{"OfASuccess", func(p *platform) { p.runs[0].Status, p.runs[0].then = good, good }, false, 1, nil},
		{"OfABlockedRun", func(p *platform) { p.runs[0].Status, p.runs[0].then = batchsync.RunBlocked, good }, false, 1, nil},
		{"PolicyFailedOnly", func(p *platform) { p.tasks[0].schedule.Rerun, p.runs[0].then = 2, good }, false, 1, nil},
		{"ListedLate", func(p *platform) { p.newRun, p.listed = true, 40*time.Second }, false, 2, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onTask(t, rerun(), func(p *platform) { failedRun(p); p.runs[0].then = bad; tt.arm(p) }, func(r *rig) {
				op := r.live()
				r.done(op, tt.trouble)
				r.counts("reruns", r.platform.reruns, 1)
				if f := op.Change.Followed; len(f) != 1 || f[0].Run != tt.run || !f[0].Plan.Equal(days(1)[0]) {
					r.Errorf("followed: got %+v, want run %d", f, tt.run)
				}
				for step, key := range tt.notes {
					r.noted(op, step, key)
				}
				key := batchsync.TextKey("told.rerun_done")
				if tt.trouble {
					key = "told.rerun_trouble"
				}
				if m := r.told(op); tt.trouble && (len(m.Body) != 2 || m.Body[0].Key != key) {
					r.Errorf("told %+v, want %q", m, key)
				}
			})
		})
	}
	t.Run("Stopped", func(t *testing.T) {
		t.Parallel()
		onTask(t, rerun(), func(p *platform) { failedRun(p); p.takes = time.Hour }, func(r *rig) {
			r.after(time.Minute, r.askStop)
			op := r.live()
			r.done(op, false)
			r.noted(op, batchsync.StepFollow, "follow.stopped")
			if m := r.told(op); len(m.Body) != 1 || m.Body[0].Key != "told.rerun_stopped" {
				r.Errorf("told %+v", m)
			}
		})
	})
	t.Run("GoneMeanwhile", func(t *testing.T) {
		t.Parallel()
		onTask(t, rerun(), func(p *platform) { failedRun(p); p.takes = time.Hour }, func(r *rig) {
			r.after(time.Minute, func(*Runner) { r.alter(func(p *platform) { p.runs = nil }) })
			op := r.live()
			r.done(op, true)
			r.noted(op, batchsync.StepFollow, "follow.gone")
		})
	})
}

func TestRerunning_Faults(t *testing.T) {
	t.Parallel()
	play := func(name string, scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onTask(t, rerun(), func(p *platform) { failedRun(p); p.runs[0].then = good }, scenario)
		})
	}
	unknown := func(r *rig, op batchsync.Operation) {
		r.Helper()
		r.settled(op, batchsync.OpUnknown, "rerun.no_effect")
		r.settled(r.checkAgain(), batchsync.OpUnknown, "rerun.no_effect")
		r.asked("Rerun", 1)
		r.counts("reruns", r.platform.reruns, 0)
	}
	play("Refused", func(r *rig) {
		r.platform.always["Rerun"] = refuse
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
		r.asked("Rerun", 1)
	})
	play("AnswerLost", func(r *rig) {
		r.platform.faults["Rerun"] = []fault{lost}
		r.done(r.live(), false)
		r.asked("Rerun", 1)
	})
	play("RequestLost", func(r *rig) {
		r.platform.always["Rerun"] = dropped
		r.platform.over(taskID, batchsync.RunTemporary, days(1)[0], good) // of the same business time
		unknown(r, r.live())
	})
	play("PlatformDown", func(r *rig) {
		r.platform.faults["Rerun"] = repeat(unreached, 2)
		r.done(r.live(), false)
		r.asked("Rerun", 3)
		r.counts("reruns", r.platform.reruns, 1)
	})
	play("AppliedAndCannotTell", func(r *rig) {
		r.platform.faults["Rerun"] = []fault{lost}
		r.platform.faults["Run"] = append(repeat(none, 1), repeat(unreached, 17)...)
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		r.platform.faults["Run"] = nil
		r.done(r.checkAgain(), false)
		r.asked("Rerun", 1)
	})
	play("Parked", func(r *rig) {
		r.platform.faults["Rerun"] = []fault{hangs}
		r.stopAt("Rerun")
		unknown(r, r.live())
	})
	play("DiesBefore", func(r *rig) {
		r.platform.cut = r.callsUntil("Rerun")
		r.live()
		unknown(r, r.live())
	})
	play("DiesAfter", func(r *rig) {
		r.platform.cut, r.platform.late = r.callsUntil("Rerun"), true
		r.live()
		r.done(r.live(), false)
		r.asked("Rerun", 1)
		r.counts("reruns", r.platform.reruns, 1)
	})
}

func TestStop(t *testing.T) {
	t.Parallel()
	play := func(name string, arm func(p *platform), scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onTask(t, stopRun(), func(p *platform) {
				p.takes = 3 * time.Hour
				p.addRun(taskID, batchsync.RunScheduled, days(1)[0], time.Now(), "sync_vc")
				if arm != nil {
					arm(p)
				}
			}, scenario)
		})
	}
	stopped := func(r *rig, op batchsync.Operation, asked, stops int) {
		r.Helper()
		r.done(op, false)
		r.noted(op, batchsync.StepStop, "stop.stopped")
		r.asked("StopRun", asked)
		r.counts("stops", r.platform.stops, stops)
	}
	play("AtOnce", nil, func(r *rig) {
		op := r.live()
		stopped(r, op, 1, 1)
		if m := r.told(op); m.ID != "" {
			r.Errorf("told %+v, although it was quick", m)
		}
	})
	play("Slowly", func(p *platform) { p.slowStop = 20 * time.Second }, func(r *rig) {
		op := r.live()
		stopped(r, op, 1, 1)
		if m := r.told(op); len(m.Body) != 1 || m.Body[0].Key != "told.stop_done" {
			r.Errorf("told %+v", m)
		}
	})
	play("Never", func(p *platform) { p.deaf = true }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "stop.still_running")
		r.asked("StopRun", maxTries)
		r.platform.deaf = false
		stopped(r, r.checkAgain(), maxTries+1, maxTries+1)
	})
	play("EndsByItself", func(p *platform) { p.deaf, p.runs[0].ends = true, time.Now().Add(10*time.Second) }, func(r *rig) {
		op := r.live()
		r.done(op, false)
		r.noted(op, batchsync.StepStop, "stop.succeeded")
	})
	play("Refused", func(p *platform) { p.always["StopRun"] = refuse }, func(r *rig) {
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
		r.asked("StopRun", 1)
	})
	play("AnswerLost", func(p *platform) { p.faults["StopRun"] = []fault{lost} }, func(r *rig) { stopped(r, r.live(), 1, 1) })
	play("RequestLost", func(p *platform) { p.faults["StopRun"] = []fault{dropped} }, func(r *rig) { stopped(r, r.live(), 2, 1) })
	play("PlatformDown", func(p *platform) { p.faults["StopRun"] = repeat(unreached, 2) }, func(r *rig) { stopped(r, r.live(), 3, 1) })
	play("CannotTell", func(p *platform) {
		p.faults["StopRun"], p.faults["Run"] = []fault{lost}, append(repeat(none, 1), repeat(unreached, 3)...)
	}, func(r *rig) {
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		stopped(r, r.checkAgain(), 1, 1)
	})
	play("DiesBefore", nil, func(r *rig) {
		r.platform.cut = r.callsUntil("StopRun")
		r.live()
		stopped(r, r.live(), 2, 1)
	})
	play("DiesAfter", nil, func(r *rig) {
		r.platform.cut, r.platform.late = r.callsUntil("StopRun"), true
		r.live()
		stopped(r, r.live(), 1, 1)
	})
}
