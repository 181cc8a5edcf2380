package operation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func TestConfiguring_ByHand(t *testing.T) {
	t.Parallel()
	for _, spec := range []batchsync.Spec{merge(), object()} {
		t.Run(string(spec.Kind)+"/"+string(spec.Scope), func(t *testing.T) {
			t.Parallel()
			test(t, spec, func(r *rig) {
				key := batchsync.TextKey("configure.merge")
				if spec.Kind == batchsync.KindObject {
					key = "configure.object"
				}
				r.ends(r.live(), batchsync.OpWaiting, key)
				r.audited("waiting")
				if text := strings.Join(r.op().Problem().Text.Args, " "); !strings.Contains(text, joined(spec.Tables)) || !strings.Contains(text, "ods.orders") {
					r.Errorf("the hand-off does not name what to set: %q", text)
				}
				op := r.checkAgain()
				r.ends(op, batchsync.OpWaiting, key)
				r.noted(op, batchsync.StepConfigure, "configure.still_empty")
				r.platform.tasks[0].content = contentOf(spec)
				op = r.checkAgain()
				r.ends(op, batchsync.OpDone, "")
				r.noted(op, batchsync.StepConfigure, "configure.by_hand")
				if r.platform.calls["Setup"] != 0 {
					r.Error("the program was told to set what it cannot")
				}
			})
		})
	}
}

func TestConfiguring_Differences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		spec   batchsync.Spec
		change func(c *batchsync.Content)
		state  batchsync.OperationState
		key    batchsync.TextKey // of the problem, or of a note when it is accepted
	}{
		{"OtherSource", single(), func(c *batchsync.Content) { c.Source.ID = 9 }, batchsync.OpFailed, "differs.source"},
		{"OtherTarget", single(), func(c *batchsync.Content) { c.Target.ID = 9 }, batchsync.OpFailed, "differs.target"},
		{"OtherTable", single(), func(c *batchsync.Content) { c.Pairs[0].Source = "shop.customers" }, batchsync.OpFailed, "differs.missing"},
		{"OtherSink", single(), func(c *batchsync.Content) { c.Pairs[0].Sink = "ods.other" }, batchsync.OpFailed, "differs.missing"},
		{"SinkInOtherCase", single(), func(c *batchsync.Content) { c.Pairs[0].Sink = "ODS.ORDERS" }, batchsync.OpDone, "configure.single_set"},
		{"OtherWriteMode", single(), func(c *batchsync.Content) { c.WriteMode = batchsync.Append }, batchsync.OpFailed, "differs.write_mode"},
		{"OtherScope", multi(), func(c *batchsync.Content) { c.Scope = batchsync.ScopeWhole }, batchsync.OpFailed, "differs.scope"},
		{"NoTables", multi(), func(c *batchsync.Content) { c.Pairs = nil }, batchsync.OpFailed, "differs.missing"},
		{"OneMore", multi(), func(c *batchsync.Content) {
			c.Pairs = append(c.Pairs, batchsync.TablePair{Source: "shop.x", Sink: "ods.x"})
		}, batchsync.OpFailed, "differs.extra"},
		{"OtherRules", whole(), func(c *batchsync.Content) { c.TableRule = batchsync.VarSourceTable }, batchsync.OpFailed, "differs.rules"},
		{"BuiltInRules", whole(), func(c *batchsync.Content) {
			c.SchemaRule, c.TableRule = "{SOURCE_DATABASE}", "{SOURCE_DATABASE}_{SOURCE_TABLE}"
		}, batchsync.OpFailed, "differs.rules"},
		{"OtherSchema", whole(), func(c *batchsync.Content) { c.SourceSchema = "crm" }, batchsync.OpFailed, "differs.schema"},
		{"LittleShown", single(), func(c *batchsync.Content) { *c = batchsync.Content{} }, batchsync.OpDone, "differs.pairs_unseen"},
		{"NoRulesShown", whole(), func(c *batchsync.Content) { c.SchemaRule, c.TableRule = "", "" }, batchsync.OpDone, "differs.rules_unseen"},
		{"ByHandOtherSource", merge(), func(c *batchsync.Content) { c.Source.ID = 9 }, batchsync.OpWaiting, "differs.source"},
		{"ByHandTableMissing", merge(), func(c *batchsync.Content) { c.Pairs = c.Pairs[:1] }, batchsync.OpDone, "differs.missing"},
		{"ByHandNotListed", merge(), func(c *batchsync.Content) { c.Pairs = nil }, batchsync.OpDone, "differs.pairs_unseen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, tt.spec, func(r *rig) {
				r.platform.setUp = tt.change
				op := r.live()
				if tt.spec.ByHand() {
					r.platform.tasks[0].content = contentOf(tt.spec)
					tt.change(r.platform.tasks[0].content)
					op = r.checkAgain()
				}
				if tt.state == batchsync.OpDone {
					r.ends(op, tt.state, "")
					r.noted(op, batchsync.StepConfigure, tt.key)
					return
				}
				r.ends(op, tt.state, tt.key)
				if r.platform.deploys != 0 {
					r.Error("a task that differs was deployed")
				}
				// Set right in Studio, it goes on, and nothing is set again.
				r.platform.tasks[0].content = contentOf(tt.spec)
				setups := r.platform.calls["Setup"]
				r.ends(r.checkAgain(), batchsync.OpDone, "")
				if r.platform.calls["Setup"] != setups {
					r.Error("the content set in Studio was overwritten")
				}
			})
		})
	}
}

func TestConfiguring_Crossed(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		r.platform.setUp = func(c *batchsync.Content) { c.Crossed = []string{"code -> discount"} }
		r.ends(r.live(), batchsync.OpWaiting, "configure.crossed")
		// Another mapping than the one that was shown is shown again.
		r.platform.tasks[0].content.Crossed = []string{"code -> name"}
		r.ends(r.checkAgain(), batchsync.OpWaiting, "configure.crossed")
		op := r.checkAgain()
		r.ends(op, batchsync.OpDone, "")
		r.noted(op, batchsync.StepConfigure, "configure.crossed_accepted")
	})
}

// TestConfiguring_HalfSetUp dies between the two commands of a whole-database
// setup: the rules are still the program's own, so it is set up again.
func TestConfiguring_HalfSetUp(t *testing.T) {
	t.Parallel()
	test(t, whole(), func(r *rig) {
		r.platform.setUp = func(c *batchsync.Content) {
			c.SchemaRule, c.TableRule = "{SOURCE_DATABASE}", "{SOURCE_DATABASE}_{SOURCE_TABLE}"
			r.platform.setUp = nil
		}
		r.platform.faults["Setup"] = []fault{lost}
		r.ends(r.live(), batchsync.OpDone, "")
		if r.platform.setups != 2 {
			r.Errorf("got %d setups, want 2", r.platform.setups)
		}
	})
}

func TestConfiguring_HandedOff(t *testing.T) {
	t.Parallel()
	for _, failure := range []batchsync.Failure{batchsync.FailUsage, batchsync.FailRefused, batchsync.FailNotFound} {
		t.Run(string(failure), func(t *testing.T) {
			t.Parallel()
			test(t, single(), func(r *rig) {
				r.platform.refuseWith, r.platform.always["Setup"] = batchsync.PlatformError{Failure: failure, ExitCode: 2, Message: "no"}, refuse
				r.ends(r.live(), batchsync.OpWaiting, "configure.refused")
				r.platform.tasks[0].content = contentOf(single())
				r.platform.tasks[0].content.WriteMode = batchsync.Append
				op := r.checkAgain()
				r.ends(op, batchsync.OpDone, "")
				for _, key := range []batchsync.TextKey{"configure.handed_off", "configure.by_hand", "differs.write_mode"} {
					r.noted(op, batchsync.StepConfigure, key)
				}
			})
		})
	}
	t.Run("ThenSetByTheProgram", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.faults["Setup"] = []fault{refuse}
			r.ends(r.live(), batchsync.OpWaiting, "configure.refused")
			// Nobody set it by hand, and now the program may: what it sets is
			// held to the specification again.
			r.platform.setUp = func(c *batchsync.Content) { c.Target.ID = 9 }
			r.ends(r.checkAgain(), batchsync.OpFailed, "differs.target")
		})
	})
	t.Run(string(batchsync.FailLogin), func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.refuseWith, r.platform.always["Setup"] = batchsync.PlatformError{Failure: batchsync.FailLogin, ExitCode: 1}, refuse
			r.ends(r.live(), batchsync.OpFailed, "platform.login")
		})
	})
}

func TestConfiguring_NoEffect(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		r.platform.forgetful = true
		r.ends(r.live(), batchsync.OpFailed, "operation.no_effect")
		if r.platform.calls["Setup"] != maxTries {
			r.Errorf("got %d tries, want %d", r.platform.calls["Setup"], maxTries)
		}
	})
}

// TestScheduling_Corrupted never deploys a schedule that was stored otherwise.
func TestScheduling_Corrupted(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		r.platform.mangle = func(string) string { return "0 00 NaN-NaN/2 * * ? *" }
		op := r.live()
		r.ends(op, batchsync.OpFailed, "set_cron.differs")
		if args := op.Problem().Text.Args; !slices.Equal(args, []string{"0 00 02 * * ? *", "0 00 NaN-NaN/2 * * ? *"}) {
			r.Errorf("expressions shown: got %q", args)
		}
		if r.platform.deploys != 0 || r.platform.calls["SaveCron"] != 1 {
			r.Errorf("got %d deploys, %d saves", r.platform.deploys, r.platform.calls["SaveCron"])
		}
		r.platform.tasks[0].schedule.Cron = "0 0 2 * * ? *" // set right in Studio
		r.ends(r.checkAgain(), batchsync.OpDone, "")
		if r.platform.calls["SaveCron"] != 1 {
			r.Error("the schedule set in Studio was overwritten")
		}
	})
}

// TestScheduling_AlwaysReportedFailed gets past a command that works and never
// says so.
func TestScheduling_AlwaysReportedFailed(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		r.platform.always["SaveCron"] = lost
		r.ends(r.live(), batchsync.OpDone, "")
	})
}

func TestScheduling_Elsewhere(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		r.platform.faults["Deploy"] = []fault{refuse}
		r.live()
		r.platform.tasks[0].schedule.VCluster = "default"
		turn := newTurn(r.op())
		turn.at, turn.now = 3, time.Now()
		f := scheduling{r.platform, zone}.look(r.Context(), turn)
		if f.verdict != differs || f.problem.Text.Key != "set_cron.vcluster_differs" {
			r.Errorf("another cluster: got %+v", f)
		}
	})
}

func TestDeploying(t *testing.T) {
	t.Parallel()
	t.Run("NotConfigured", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.refuseWith = batchsync.PlatformError{Failure: batchsync.FailNotConfigured, ExitCode: 2, Message: "run setup"}
			r.platform.faults["Deploy"] = []fault{refuse}
			op := r.live()
			r.ends(op, batchsync.OpWaiting, "deploy.not_configured")
			if op.Problem().Detail != "run setup" {
				r.Errorf("problem: got %+v", op.Problem())
			}
			r.ends(r.checkAgain(), batchsync.OpDone, "")
		})
	})
	t.Run("OtherScheduleOnline", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.online = func(d *batchsync.Deployed) { d.Cron = "0 0 3 * * ? *" }
			r.ends(r.live(), batchsync.OpFailed, "deploy.differs")
			r.platform.online = func(d *batchsync.Deployed) { d.VCluster = "default" }
			r.ends(r.checkAgain(), batchsync.OpFailed, "deploy.vcluster_differs")
		})
	})
	t.Run("NoAnswerAtTheEnd", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.faults["Deployed"] = append(repeat(none, 1), repeat(unreached, 3)...)
			op := r.live()
			r.ends(op, batchsync.OpUnknown, "verify.unread")
			if st := op.Step(batchsync.StepVerify); st.State != batchsync.StepUnknown || st.Problem.Detail != "connection reset" {
				r.Errorf("got %+v", st)
			}
			r.ends(r.checkAgain(), batchsync.OpDone, "")
			if r.platform.deploys != 1 {
				r.Errorf("got %d deployments, want 1", r.platform.deploys)
			}
		})
	})
	t.Run("BrokenAtTheEnd", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.faults["Deployed"] = []fault{none, panics}
			r.ends(r.live(), batchsync.OpUnknown, "operation.unclear")
			r.ends(r.checkAgain(), batchsync.OpDone, "")
		})
	})
	t.Run("OfflineAtTheEnd", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			asked := 0
			r.platform.online = func(d *batchsync.Deployed) {
				if asked++; asked > 1 {
					*d = batchsync.Deployed{}
				}
			}
			op := r.live()
			r.ends(op, batchsync.OpFailed, "deploy.offline")
			if st := op.Step(batchsync.StepVerify); st.State != batchsync.StepFailed || asked != 4 {
				r.Errorf("got %+v after %d questions, want 1 and 3", st, asked)
			}
			r.platform.online = nil
			r.ends(r.checkAgain(), batchsync.OpDone, "")
		})
	})
}
