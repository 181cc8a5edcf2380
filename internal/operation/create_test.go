package operation

import (
	"testing"

	"batchsync/internal/batchsync"
)

func TestRunner_Create(t *testing.T) {
	t.Parallel()
	for _, spec := range []batchsync.Spec{single(), multi(), whole()} {
		t.Run(string(spec.Scope), func(t *testing.T) {
			t.Parallel()
			test(t, spec, func(r *rig) {
				op := r.live()
				r.ends(op, batchsync.OpDone, "")
				if op.StudioURL == "" || r.platform.creates != 1 || r.platform.setups != 1 || r.platform.deploys != 1 {
					r.Errorf("got %d creates, %d setups, %d deploys, url %q", r.platform.creates, r.platform.setups, r.platform.deploys, op.StudioURL)
				}
				if got := r.platform.tasks[0].schedule.Cron; got != "0 0 2 * * ? *" {
					r.Errorf("schedule: got %q", got)
				}
			})
		})
	}
}

// change is a call that changes the platform, and the question that tells
// whether it did.
type change struct {
	method string
	step   batchsync.StepName
	look   string
	before int // times the question is asked before the change
	state  batchsync.OperationState
	key    batchsync.TextKey // of the problem after a refusal
}

func changes() []change {
	return []change{
		{"CreateTask", batchsync.StepMake, "TasksLike", 1, batchsync.OpRefused, "platform.refused"},
		{"Setup", batchsync.StepConfigure, "Content", 0, batchsync.OpWaiting, "configure.refused"},
		{"SaveCron", batchsync.StepSetCron, "DraftSchedule", 0, batchsync.OpFailed, "platform.refused"},
		{"SaveRerun", batchsync.StepSetCron, "DraftSchedule", 0, batchsync.OpFailed, "platform.refused"},
		{"Deploy", batchsync.StepDeploy, "Deployed", 0, batchsync.OpFailed, "platform.refused"},
	}
}

// TestRunner_Faults lets every change go wrong in every way and counts what
// the platform was told and what it did.
func TestRunner_Faults(t *testing.T) {
	t.Parallel()
	for _, c := range changes() {
		play := func(name string, scenario func(r *rig)) {
			t.Run(c.method+"/"+name, func(t *testing.T) {
				t.Parallel()
				test(t, single(), scenario)
			})
		}
		asked := func(r *rig, want int) {
			r.Helper()
			if got := r.platform.calls[c.method]; got != want {
				r.Errorf("%s was called %d times, want %d", c.method, got, want)
			}
		}
		blind := append(repeat(none, c.before), repeat(unreached, 3)...)

		play("Refused", func(r *rig) {
			r.platform.always[c.method] = refuse
			op := r.live()
			r.ends(op, c.state, c.key)
			r.audited(string(c.state))
			asked(r, 1)
			if p := op.Problem(); p.Detail != "no permission" || p.Hint.IsZero() {
				r.Errorf("problem: got %+v", p)
			}
			r.platform.always[c.method] = none // the cause is removed
			if c.state == batchsync.OpRefused {
				r.refused(op)
				r.ends(r.createAgain(), batchsync.OpDone, "")
				asked(r, 2)
				return
			}
			if d, err := r.disk.Draft("d1"); err != nil || d.State != batchsync.DraftConfirmed {
				r.Errorf("draft: got %+v, %v, want it confirmed still: something was made", d, err)
			}
			r.ends(r.checkAgain(), batchsync.OpDone, "") // it goes on where it stopped
			asked(r, 2)
		})
		play("AnswerLost", func(r *rig) {
			r.platform.faults[c.method] = []fault{lost}
			r.ends(r.live(), batchsync.OpDone, "")
			asked(r, 1)
		})
		play("RequestLost", func(r *rig) {
			r.platform.faults[c.method] = []fault{dropped}
			r.ends(r.live(), batchsync.OpDone, "")
			asked(r, 2)
		})
		play("RequestLostEachTime", func(r *rig) {
			r.platform.always[c.method] = dropped
			r.ends(r.live(), batchsync.OpFailed, "platform.unreachable")
			asked(r, maxTries)
		})
		play("PlatformDown", func(r *rig) {
			r.platform.faults[c.method] = repeat(unreached, 2)
			r.ends(r.live(), batchsync.OpDone, "")
			asked(r, 3)
		})
		play("AppliedAndCannotTell", func(r *rig) {
			r.platform.faults[c.method] = []fault{lost}
			r.platform.faults[c.look] = blind
			op := r.live()
			r.ends(op, batchsync.OpUnknown, "operation.unclear")
			r.audited("unknown")
			asked(r, 1)
			if st := op.Step(c.step); st.State != batchsync.StepUnknown || st.Problem.Code != batchsync.CodeUnknown {
				r.Errorf("step: got %+v", st)
			}
			r.ends(r.checkAgain(), batchsync.OpDone, "")
		})
		play("NotAppliedAndCannotTell", func(r *rig) {
			r.platform.faults[c.method] = []fault{dropped}
			r.platform.faults[c.look] = blind
			r.ends(r.live(), batchsync.OpUnknown, "operation.unclear")
			asked(r, 1)
			r.ends(r.checkAgain(), batchsync.OpDone, "")
			asked(r, 2)
		})
		play("Bug", func(r *rig) {
			r.platform.faults[c.method] = []fault{panics}
			r.ends(r.live(), batchsync.OpUnknown, "operation.unclear")
			r.ends(r.checkAgain(), batchsync.OpDone, "")
		})
		play("Parked", func(r *rig) {
			r.platform.faults[c.method] = []fault{hangs}
			op := r.stopAt(c.method)
			if op.State != batchsync.OpRunning || op.Step(c.step).State != batchsync.StepRunning {
				r.Errorf("parked: got %s, %+v", op.State, op.Step(c.step))
			}
			r.ends(r.live(), batchsync.OpDone, "")
		})
		play("DiesAndCannotTell", func(r *rig) {
			r.platform.cut = r.callOf(c.method)
			r.live()
			r.platform.faults[c.look] = repeat(unreached, 3)
			r.ends(r.live(), batchsync.OpUnknown, "operation.unclear")
			r.ends(r.checkAgain(), batchsync.OpDone, "")
		})
		for _, late := range []bool{false, true} {
			name := "DiesBefore"
			if late {
				name = "DiesAfter"
			}
			play(name, func(r *rig) {
				r.platform.cut, r.platform.late = r.callOf(c.method), late
				if op := r.live(); op.State != batchsync.OpRunning || op.Step(c.step).State != batchsync.StepRunning {
					r.Fatalf("after the death: got %s, %+v", op.State, op.Step(c.step))
				}
				before := r.platform.calls[c.method]
				r.ends(r.live(), batchsync.OpDone, "")
				want := 1
				if late {
					want = 0
				}
				if got := r.platform.calls[c.method] - before; got != want {
					r.Errorf("%s was called %d times after the restart, want %d", c.method, got, want)
				}
			})
		}
	}
}
