package operation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// debugRun is a debug run of a task as the person saw it.
func debugRun() ask { return ask{kind: batchsync.OpDebug} }

// onDebug plays a scenario with a debug run of a deployed task.
func onDebug(t *testing.T, arm func(p *platform), scenario func(r *rig)) {
	t.Helper()
	onTask(t, debugRun(), arm, func(r *rig) {
		op := r.op()
		op.Debug = &batchsync.DebugRun{VCluster: "sync_vc", Mode: batchsync.Overwrite}
		op.Version++
		if err := r.disk.Store.Advance(batchsync.Progress{Operation: op}); err != nil {
			r.Fatal(err)
		}
		scenario(r)
	})
}

func debugFirst() batchsync.Spec {
	s := single()
	s.DebugFirst = true
	return s
}

// ran checks what became of the debug run.
func (r *rig) ran(op batchsync.Operation, run batchsync.RunID, status batchsync.RunStatus, executes int) {
	r.Helper()
	d := op.Debug
	if d == nil || d.Run != run || d.Status != status || !d.Read {
		r.Fatalf("debug run: got %+v, want run %d with status %d\n%s", d, run, status, &r.log)
	}
	r.counts("debug runs", r.platform.executes, executes)
	if d.Began.IsZero() || d.Took() <= 0 {
		r.Errorf("times: %+v", d)
	}
	if lines := strings.Split(d.Log, "\n"); len(lines) != debugLines || !strings.HasSuffix(d.Log, "no route to host") {
		r.Errorf("log: %q", d.Log)
	}
	want := batchsync.TableResult{Table: "ods.orders", Source: "shop.orders", State: batchsync.TableOK, By: batchsync.FromRun, Rows: 1234}
	if status != batchsync.RunSuccess {
		want = batchsync.TableResult{Table: "ods.orders", Source: "shop.orders", State: batchsync.TableFailed, By: batchsync.FromLog, Rows: -1, Line: "ERROR table ods.orders failed: no route to host"}
	}
	if len(d.Tables) != 1 || d.Tables[0] != want || d.More != 0 {
		r.Errorf("tables: got %+v and %d more, want %+v", d.Tables, d.More, want)
	}
}

func TestDebug(t *testing.T) {
	t.Parallel()
	old := func(p *platform) { // runs of before are none of ours
		p.over(taskID, batchsync.RunTemporary, time.Now().Add(-5*time.Minute), bad)
		p.over(taskID, batchsync.RunScheduled, time.Now().Add(-3*time.Minute), bad)
	}
	tests := []struct {
		name    string
		arm     func(p *platform)
		trouble bool
		note    batchsync.TextKey // of the last step
		told    batchsync.TextKey
	}{
		{"Succeeds", nil, false, "follow.run_done", "told.debug_done"},
		{"Fails", func(p *platform) { p.runFails = true }, true, "follow.run_failed", "told.debug_trouble"},
		{"Offline", func(p *platform) { p.tasks[0].deployed = batchsync.Deployed{} }, false, "follow.run_done", "told.debug_done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onDebug(t, old, func(r *rig) {
				if tt.arm != nil {
					tt.arm(r.platform)
				}
				if !r.platform.tasks[0].deployed.Online {
					op := r.op()
					op.Change.Online, op.Change.Cron, op.Version = false, "", op.Version+1
					if err := r.disk.Store.Advance(batchsync.Progress{Operation: op}); err != nil {
						t.Fatal(err)
					}
				}
				op := r.live()
				r.done(op, tt.trouble)
				status := good
				if tt.trouble {
					status = bad
				}
				r.ran(op, 3, status, 1)
				r.noted(op, batchsync.StepExecute, "debug.begun")
				r.noted(op, batchsync.StepFollow, tt.note)
				if m := r.told(op); len(m.Body) == 0 || m.Body[0].Key != tt.told {
					r.Errorf("told %+v", m)
				}
				if r.platform.onVC != "sync_vc" || r.platform.deploys != 0 {
					r.Errorf("ran on %q, deployed %d times", r.platform.onVC, r.platform.deploys)
				}
			})
		})
	}
}

// TestDebug_Checked begins nothing that cannot work, or that is not what the
// person was told.
func TestDebug_Checked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		arm  func(op *batchsync.Operation, p *platform)
		want batchsync.TextKey
	}{
		{"GeneralCluster", func(op *batchsync.Operation, _ *platform) { op.Debug.VCluster = "default" }, "preflight.vcluster_type"},
		{"NoSuchCluster", func(op *batchsync.Operation, _ *platform) { op.Debug.VCluster = "gone" }, "preflight.vcluster_gone"},
		{"NoContent", func(_ *batchsync.Operation, p *platform) { p.tasks[0].content = nil }, "check.no_content"},
		{"OtherContent", func(op *batchsync.Operation, _ *platform) { op.Change.Content = "other" }, "check.content_since"},
		{"Gone", func(_ *batchsync.Operation, p *platform) { p.tasks = nil }, "check.task_gone"},
		{"Undeployed", func(_ *batchsync.Operation, p *platform) { p.tasks[0].deployed = batchsync.Deployed{} }, "check.offline_since"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onDebug(t, nil, func(r *rig) {
				op := r.op()
				op.Version++
				tt.arm(&op, r.platform)
				if err := r.disk.Store.Advance(batchsync.Progress{Operation: op}); err != nil {
					t.Fatal(err)
				}
				r.settled(r.live(), batchsync.OpRefused, tt.want)
				r.asked("Execute", 0)
			})
		})
	}
}

// TestDebug_Faults lets the request go wrong in every way: the task is never
// run twice, unless it certainly was not run at all.
func TestDebug_Faults(t *testing.T) {
	t.Parallel()
	play := func(name string, scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onDebug(t, nil, scenario)
		})
	}
	once := func(r *rig, op batchsync.Operation) {
		r.Helper()
		r.done(op, false)
		r.ran(op, 1, good, 1)
		r.asked("Execute", 1)
	}
	unknown := func(r *rig, op batchsync.Operation) {
		r.Helper()
		r.settled(op, batchsync.OpUnknown, "debug.lost")
		r.settled(r.checkAgain(), batchsync.OpUnknown, "debug.lost")
		r.asked("Execute", 1)
		r.counts("debug runs", r.platform.executes, 0)
	}
	play("Refused", func(r *rig) {
		r.platform.always["Execute"] = refuse
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
		r.asked("Execute", 1)
	})
	play("AppliedReportedFailed", func(r *rig) {
		r.platform.faults["Execute"] = []fault{lost}
		once(r, r.live())
	})
	play("AppliedReportedFailedLate", func(r *rig) {
		r.platform.faults["Execute"], r.platform.listed = []fault{longLost}, 40*time.Second
		once(r, r.live())
	})
	play("ListedLate", func(r *rig) {
		r.platform.listed = 40 * time.Second
		once(r, r.live())
	})
	play("RequestLost", func(r *rig) {
		r.platform.over(taskID, batchsync.RunTemporary, time.Now().Add(-time.Minute), good) // somebody else's
		r.platform.always["Execute"] = dropped
		unknown(r, r.live())
	})
	play("PlatformDown", func(r *rig) {
		r.platform.faults["Execute"] = repeat(unreached, 2)
		r.done(r.live(), false)
		r.asked("Execute", 3)
		r.counts("debug runs", r.platform.executes, 1)
	})
	play("PlatformDownForLong", func(r *rig) {
		r.platform.always["Execute"] = unreached
		r.settled(r.live(), batchsync.OpRefused, "platform.unreachable")
		r.asked("Execute", maxTries)
	})
	play("RunsUnreadBefore", func(r *rig) {
		r.platform.always["Runs"] = unreached
		r.settled(r.live(), batchsync.OpRefused, "platform.unreachable")
		r.asked("Execute", 0)
	})
	play("AppliedAndCannotTell", func(r *rig) {
		r.platform.faults["Execute"] = []fault{lost}
		r.platform.faults["Runs"] = append(repeat(none, 1), repeat(unreached, 40)...)
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		r.platform.faults["Runs"] = nil
		once(r, r.checkAgain())
	})
	play("Killed", func(r *rig) {
		r.platform.faults["Execute"] = []fault{hangs}
		r.stopAt("Execute")
		unknown(r, r.live())
	})
	play("MadeTwiceByTheProgram", func(r *rig) {
		r.platform.again = true
		op := r.live()
		r.done(op, false)
		r.ran(op, 2, good, 2)
		r.noted(op, batchsync.StepExecute, "debug.others")
		r.asked("Execute", 1)
	})
	play("LogAndTablesUnread", func(r *rig) {
		r.platform.always["AttemptLog"], r.platform.always["TableFigures"] = unreached, unreached
		op := r.live()
		r.done(op, false)
		r.noted(op, batchsync.StepFollow, "debug.log_unread")
		r.noted(op, batchsync.StepFollow, "debug.tables_unread")
		r.noted(op, batchsync.StepFollow, "follow.run_done")
	})
	play("GoneMeanwhile", func(r *rig) {
		r.platform.takes = time.Hour
		r.after(time.Minute, func(*Runner) { r.alter(func(p *platform) { p.runs = nil }) })
		op := r.live()
		r.done(op, true)
		r.noted(op, batchsync.StepFollow, "follow.gone")
	})
	play("Stopped", func(r *rig) {
		r.platform.takes, r.platform.again = time.Hour, true
		r.after(time.Minute, r.askStop)
		op := r.live()
		r.done(op, false)
		r.noted(op, batchsync.StepFollow, "debug.stopped")
		r.audited(batchsync.AuditStopped)
		r.counts("stops", r.platform.stops, 2)
		if m := r.told(op); len(m.Body) != 1 || m.Body[0].Key != "told.debug_stopped" {
			r.Errorf("told %+v", m)
		}
	})
}

// TestDebug_DiesAtEverySave never runs the task twice, and never claims more
// than is known.
func TestDebug_DiesAtEverySave(t *testing.T) {
	t.Parallel()
	for n := 2; n <= 8; n++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/late=%v", n, late), func(t *testing.T) {
				t.Parallel()
				onDebug(t, nil, func(r *rig) {
					r.disk.cut, r.disk.late = n, late
					op := r.live()
					if op.State == batchsync.OpRunning {
						op = r.live()
					}
					if r.platform.executes == 0 { // the intent was saved, the request not sent
						r.settled(op, batchsync.OpUnknown, "debug.lost")
						return
					}
					r.done(op, false)
					r.counts("debug runs", r.platform.executes, 1)
				})
			})
		}
	}
}

// TestCreate_DebugFirst runs a new task before it is scheduled.
func TestCreate_DebugFirst(t *testing.T) {
	t.Parallel()
	t.Run("Succeeds", func(t *testing.T) {
		t.Parallel()
		test(t, debugFirst(), func(r *rig) {
			r.each = func(*Runner) {
				r.alter(func(p *platform) {
					if p.executes > 0 && len(p.tasks) == 1 && p.tasks[0].schedule.Cron != "" && !p.runs[0].at(time.Now()).Status.Over() {
						t.Error("it was scheduled before its run was over")
					}
				})
			}
			op := r.live()
			r.ends(op, batchsync.OpDone, "")
			r.ran(op, 1, good, 1)
			r.noted(op, batchsync.StepDebug, "follow.run_done")
		})
	})
	t.Run("FailsAndIsMended", func(t *testing.T) {
		t.Parallel()
		test(t, debugFirst(), func(r *rig) {
			r.platform.runFails = true
			op := r.live()
			r.ends(op, batchsync.OpWaiting, "debug.failed")
			r.ran(op, 1, bad, 1)
			if m := r.told(op); len(m.Body) != 1 || m.Body[0].Key != "told.debug_first" {
				t.Errorf("told %+v", m)
			}
			r.asked("SaveCron", 0)
			if again := r.live(); again.Version != op.Version || r.platform.executes != 1 {
				t.Errorf("it went on without a person: %+v", again)
			}
			op = r.checkAgain()
			r.ends(op, batchsync.OpWaiting, "debug.failed")
			r.ran(op, 2, bad, 2)
			r.platform.runFails = false
			op = r.checkAgain()
			r.ends(op, batchsync.OpDone, "")
			r.ran(op, 3, good, 3)
		})
	})
	t.Run("Stopped", func(t *testing.T) {
		t.Parallel()
		test(t, debugFirst(), func(r *rig) {
			r.platform.takes = time.Hour
			r.after(time.Minute, r.askStop)
			op := r.live()
			r.ends(op, batchsync.OpWaiting, "debug.stopped")
			r.counts("stops", r.platform.stops, 1)
			r.platform.takes = time.Minute
			op = r.checkAgain()
			r.ends(op, batchsync.OpDone, "")
			r.ran(op, 2, good, 2)
		})
	})
	t.Run("RequestLost", func(t *testing.T) {
		t.Parallel()
		test(t, debugFirst(), func(r *rig) {
			r.platform.always["Execute"] = dropped
			r.ends(r.live(), batchsync.OpUnknown, "debug.lost")
			r.ends(r.checkAgain(), batchsync.OpUnknown, "debug.lost")
			r.asked("Execute", 1)
			r.asked("SaveCron", 0)
		})
	})
	t.Run("RunsUnreadBefore", func(t *testing.T) {
		t.Parallel()
		test(t, debugFirst(), func(r *rig) {
			r.platform.always["Runs"] = unreached
			r.ends(r.live(), batchsync.OpFailed, "platform.unreachable")
			r.asked("Execute", 0)
			r.platform.always["Runs"] = none
			r.ends(r.checkAgain(), batchsync.OpDone, "")
			r.asked("Execute", 1)
		})
	})
	t.Run("AppliedReportedFailed", func(t *testing.T) {
		t.Parallel()
		test(t, debugFirst(), func(r *rig) {
			r.platform.faults["Execute"] = []fault{lost}
			op := r.live()
			r.ends(op, batchsync.OpDone, "")
			r.ran(op, 1, good, 1)
		})
	})
	t.Run("AfterContentByHand", func(t *testing.T) {
		t.Parallel()
		test(t, merge(), func(r *rig) {
			op := r.live()
			r.ends(op, batchsync.OpWaiting, "configure.merge")
			r.platform.tasks[0].content = contentOf(merge())
			next, err := op.DebugFirst(op.Version, time.Now())
			if err == nil {
				err = r.disk.Store.Advance(batchsync.Progress{Operation: next})
			}
			if err != nil {
				t.Fatal(err)
			}
			op = r.live()
			r.ends(op, batchsync.OpDone, "")
			if op.Debug.Run != 1 || op.Debug.Status != good {
				t.Errorf("debug run: %+v", op.Debug)
			}
			r.counts("debug runs", r.platform.executes, 1)
		})
	})
}

// TestCreate_DebugFirst_DiesAtEverySave never runs the task twice.
func TestCreate_DebugFirst_DiesAtEverySave(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 2*len(batchsync.StepNames(batchsync.OpCreate))+2; n++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/late=%v", n, late), func(t *testing.T) {
				t.Parallel()
				test(t, debugFirst(), func(r *rig) {
					r.disk.cut, r.disk.late = n, late
					op := r.live()
					if op.State == batchsync.OpRunning {
						op = r.live()
					}
					if r.platform.executes == 0 {
						r.ends(op, batchsync.OpUnknown, "debug.lost")
						return
					}
					r.ends(op, batchsync.OpDone, "")
					r.counts("debug runs", r.platform.executes, 1)
				})
			})
		}
	}
}
