package operation

import (
	"fmt"
	"reflect"
	"testing"

	"batchsync/internal/batchsync"
)

// edited are specifications whose content takes a second command.
func edited() map[string]batchsync.Spec {
	tuned := single()
	tuned.Tuning = batchsync.Tuning{Where: "id > 1", Parallel: 4, Rate: 20}
	several := multi()
	several.TargetTable, several.WriteMode = "x_"+batchsync.VarSourceTable, batchsync.Append
	several.Tuning = batchsync.Tuning{Parallel: 2, KeyedMode: batchsync.Append}
	all := whole()
	all.WriteMode, all.Parallel = batchsync.Append, 10
	return map[string]batchsync.Spec{"single": tuned, "several": several, "whole": all}
}

// half leaves the first content as the first command alone does.
func (r *rig) half(spec batchsync.Spec) {
	r.platform.setUp = func(c *batchsync.Content) {
		*c = *contentOf(spec.AsSetUp())
		r.platform.setUp = nil
	}
}

// TestConfiguring_HalfEdited loses the second command: the content is set up
// again, and nothing is deployed before it is as asked.
func TestConfiguring_HalfEdited(t *testing.T) {
	t.Parallel()
	for name, spec := range edited() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, spec, func(r *rig) {
				r.half(spec)
				r.platform.faults["Setup"] = []fault{lost}
				r.ends(r.live(), batchsync.OpDone, "")
				if got := r.platform.tasks[0].content; r.platform.setups != 2 || !reflect.DeepEqual(got, contentOf(spec)) {
					r.Errorf("after %d setups: %+v", r.platform.setups, got)
				}
			})
		})
	}
}

// TestConfiguring_DiesBetween has the program die at every call, the content
// being half set up when it dies in the setup.
func TestConfiguring_DiesBetween(t *testing.T) {
	t.Parallel()
	for name, spec := range edited() {
		for _, late := range []bool{false, true} {
			for call := 1; call <= 22; call++ {
				t.Run(fmt.Sprintf("%s/%v/%d", name, late, call), func(t *testing.T) {
					t.Parallel()
					test(t, spec, func(r *rig) {
						r.platform.cut, r.platform.late = call, late
						r.platform.setUp = func(c *batchsync.Content) {
							if r.platform.total == r.platform.cut { // dies in this very call
								*c = *contentOf(spec.AsSetUp())
							}
						}
						op := r.live()
						for range 2 {
							if op.State == batchsync.OpRunning {
								op = r.live()
							}
						}
						r.once()
						r.ends(op, batchsync.OpDone, "")
						if got := r.platform.tasks[0].content; !reflect.DeepEqual(got, contentOf(spec)) {
							r.Errorf("deployed was %+v", got)
						}
					})
				})
			}
		}
	}
}

// TestConfiguring_EditRefused has the program take the first command and refuse
// the second: a person is asked, and what is still as the first left it is not
// taken for their work.
func TestConfiguring_EditRefused(t *testing.T) {
	t.Parallel()
	for name, spec := range edited() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, spec, func(r *rig) {
				r.half(spec)
				r.platform.faults["Setup"] = []fault{partly}
				r.platform.refuseWith = batchsync.PlatformError{Failure: batchsync.FailUsage, ExitCode: 2, Message: "unknown flag"}
				r.ends(r.live(), batchsync.OpWaiting, "configure.refused")
				for range 2 {
					op := r.checkAgain()
					if op.State != batchsync.OpWaiting || r.platform.deploys != 0 {
						r.Fatalf("half set up it is %s, with %d deploys", op.State, r.platform.deploys)
					}
					r.noted(op, batchsync.StepConfigure, noteHandedOff)
				}
				r.platform.tasks[0].content = contentOf(spec)
				op := r.checkAgain()
				r.ends(op, batchsync.OpDone, "")
				r.noted(op, batchsync.StepConfigure, "configure.by_hand")
				if r.platform.setups != 1 {
					r.Errorf("got %d setups, want the first alone", r.platform.setups)
				}
			})
		})
	}
}

// TestConfiguring_TuningDiffers has the platform show another tuning than was
// sent: nothing is deployed.
func TestConfiguring_TuningDiffers(t *testing.T) {
	t.Parallel()
	all := edited()
	for _, tt := range []struct {
		name   string
		spec   batchsync.Spec
		change func(c *batchsync.Content)
		key    batchsync.TextKey
	}{
		{"where", all["single"], func(c *batchsync.Content) { c.Where = "id > 2" }, "differs.where"},
		{"parallel", all["single"], func(c *batchsync.Content) { c.Parallel = 1 }, "differs.parallel"},
		{"rate", all["single"], func(c *batchsync.Content) { c.Rate = 1 }, "differs.rate"},
		{"keyed mode", all["several"], func(c *batchsync.Content) { c.KeyedMode = batchsync.Overwrite }, "differs.keyed_mode"},
		{"mode of the others", all["several"], func(c *batchsync.Content) { c.WriteMode = batchsync.Overwrite }, "differs.write_mode"},
		{"keyed mode not shown", all["several"], func(c *batchsync.Content) { c.KeyedMode = "" }, "differs.keyed_mode_unseen"},
		{"mode of the others not shown", all["several"], func(c *batchsync.Content) { c.WriteMode = "" }, "differs.write_mode_unseen"},
		{"a name", all["several"], func(c *batchsync.Content) { c.Pairs[0].Sink = "ods.orders" }, "differs.missing"},
		{"not asked for", single(), func(c *batchsync.Content) { c.Parallel, c.Rate = 3, 5 }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, tt.spec, func(r *rig) {
				r.platform.setUp = tt.change
				if tt.key == "" {
					r.ends(r.live(), batchsync.OpDone, "")
					return
				}
				r.ends(r.live(), batchsync.OpFailed, tt.key)
				if r.platform.deploys != 0 {
					r.Error("a task that differs was deployed")
				}
			})
		})
	}
}

func TestPreflight_WholeNamesMeet(t *testing.T) {
	t.Parallel()
	test(t, whole(), func(r *rig) {
		r.platform.schemas["shop"] = []string{"orders", "Orders"}
		r.ends(r.live(), batchsync.OpRefused, "field.sink_clash")
		if r.platform.creates != 0 {
			r.Error("a task was made whose tables are written to one")
		}
	})
}
