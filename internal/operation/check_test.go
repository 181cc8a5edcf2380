package operation

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestChecking_Refuses lets nothing be changed once the task is not what the
// person saw, or the change cannot be made.
func TestChecking_Refuses(t *testing.T) {
	t.Parallel()
	other := func(f func(p *task)) func(p *platform) { return func(p *platform) { f(p.tasks[0]) } }
	offline := other(func(t *task) { t.deployed = batchsync.Deployed{} })
	tests := []struct {
		name string
		ask  ask
		arm  func(p *platform)
		want batchsync.TextKey
	}{
		{"BackfillWentOffline", backfill(), offline, "check.offline_since"},
		{"BackfillOtherSchedule", backfill(), other(func(t *task) { t.deployed.Cron = "0 0 3 * * ? *" }), "check.cron_since"},
		{"BackfillOtherCluster", backfill(), other(func(t *task) { t.deployed.VCluster = "vc2" }), "check.vcluster_since"},
		{"BackfillOnWrongCluster", backfill(), func(p *platform) { p.clusters[1].Type = "GENERAL" }, "preflight.vcluster_none"},
		{"BackfillBesideARun", backfill(), func(p *platform) {
			p.addRun(taskID, batchsync.RunScheduled, days(1)[0], time.Now(), "sync_vc")
		}, "check.at_work"},
		{"BackfillUnreachable", backfill(), func(p *platform) { p.always["Runs"] = unreached }, "platform.unreachable"},
		{"BackfillOfNoDays", ask{batchsync.OpBackfill, func(c *batchsync.Change) { c.Backfill = &batchsync.Backfill{} }}, nil, "error.internal"},

		{"RerunGone", rerun(), nil, "check.run_gone"},
		{"RerunElsewhere", rerun(), func(p *platform) { p.over(7, batchsync.RunScheduled, days(1)[0], batchsync.RunFailed) }, "check.run_elsewhere"},
		{"RerunAtWork", rerun(), func(p *platform) { p.addRun(taskID, batchsync.RunScheduled, days(1)[0], time.Now(), "sync_vc") }, "check.run_at_work"},
		{"RerunNeverAllowed", rerun(), func(p *platform) {
			p.over(taskID, batchsync.RunScheduled, days(1)[0], batchsync.RunFailed)
			p.tasks[0].schedule.Rerun = 3
		}, "check.rerun_never"},
		{"RerunOfSuccessNotAllowed", rerun(), func(p *platform) {
			p.over(taskID, batchsync.RunScheduled, days(1)[0], batchsync.RunSuccess)
			p.tasks[0].schedule.Rerun = 2
		}, "check.rerun_failed_only"},

		{"StopGone", stopRun(), nil, "check.run_gone"},
		{"StopElsewhere", stopRun(), func(p *platform) { p.addRun(7, batchsync.RunScheduled, days(1)[0], time.Now(), "sync_vc") }, "check.run_elsewhere"},
		{"StopSucceeded", stopRun(), func(p *platform) { p.over(taskID, batchsync.RunScheduled, days(1)[0], batchsync.RunSuccess) }, "check.run_succeeded"},
		{"StopFailed", stopRun(), func(p *platform) { p.over(taskID, batchsync.RunScheduled, days(1)[0], batchsync.RunFailed) }, "check.run_failed"},
		{"StopBlocked", stopRun(), func(p *platform) { p.over(taskID, batchsync.RunScheduled, days(1)[0], batchsync.RunBlocked) }, "check.run_blocked"},

		{"DeployWithoutContent", deploy(), other(func(t *task) { t.content = nil }), "check.no_content"},
		{"DeployWithoutSchedule", deploy(), other(func(t *task) { t.schedule.Cron = "" }), "check.no_schedule"},
		{"DeployOnWrongCluster", deploy(), other(func(t *task) { t.schedule.VCluster = "default" }), "preflight.vcluster_type"},
		{"DeployOnlineSince", ask{batchsync.OpDeploy, func(c *batchsync.Change) { c.Online = false }}, nil, "check.online_since"},
		{"DeploySavedSince", ask{batchsync.OpDeploy, func(c *batchsync.Change) {
			c.Saved = &batchsync.DraftSchedule{Cron: "0 0 9 * * ? *", VCluster: "sync_vc"}
		}}, nil, "check.saved_since"},
		{"DeploySavedClusterSince", ask{batchsync.OpDeploy, func(c *batchsync.Change) {
			c.Saved = &batchsync.DraftSchedule{Cron: oldCron, VCluster: "vc2"}
		}}, nil, "check.vcluster_since"},
		{"DeployRetriesSince", ask{batchsync.OpDeploy, func(c *batchsync.Change) {
			c.Saved = &batchsync.DraftSchedule{Cron: oldCron, VCluster: "sync_vc", Retry: batchsync.Retry{Told: true, Count: 7}}
		}}, nil, "check.retries_since"},
		{"DeployPolicySince", ask{batchsync.OpDeploy, func(c *batchsync.Change) {
			c.Saved = &batchsync.DraftSchedule{Cron: oldCron, VCluster: "sync_vc", Rerun: 2}
		}}, nil, "check.policy_since"},

		{"ScheduleDrifts", ask{batchsync.OpSchedule, func(c *batchsync.Change) {
			c.Schedule = &batchsync.Schedule{Every: batchsync.Daily, Hour: 5, Zone: "Europe/Berlin"}
		}}, nil, "schedule.zone_drifts"},
		{"ScheduleOtherSince", reschedule(), other(func(t *task) { t.deployed.Cron = "0 0 3 * * ? *" }), "check.cron_since"},
		{"ScheduleWithoutContent", reschedule(), other(func(t *task) { t.content = nil }), "check.no_content"},

		{"UndeployWentOffline", undeploy(), offline, "check.offline_since"},
		{"UndeployOffline", ask{batchsync.OpUndeploy, func(c *batchsync.Change) { c.Online = false }}, offline, "check.offline"},
		{"UndeployRenamed", undeploy(), other(func(t *task) { t.ref.Name = "sync_orders_old" }), "check.renamed_since"},
		{"UndeployNameUnread", undeploy(), func(p *platform) { p.always["TaskInfo"] = unreached }, "platform.unreachable"},
		{"UndeployNoSync", undeploy(), other(func(t *task) { t.ref.Type = 23 }), "change.no_sync"},
		{"BackfillNoSync", backfill(), other(func(t *task) { t.ref.Type = 23 }), "change.no_sync"},
		{"RerunNoSync", rerun(), func(p *platform) { failedRun(p); p.tasks[0].ref.Type = 23 }, "change.no_sync"},
		{"StopNoSync", stopRun(), other(func(t *task) { t.ref.Type = 23 }), "change.no_sync"},
		{"RerunTaskGone", rerun(), func(p *platform) { failedRun(p); p.tasks = nil }, "check.task_gone"},
		{"BackfillTaskGone", backfill(), func(p *platform) { p.tasks = nil }, "check.task_gone"},
		{"UndeployUnread", undeploy(), func(p *platform) { p.always["Downstream"] = unreached }, "platform.unreachable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onTask(t, tt.ask, tt.arm, func(r *rig) {
				op := r.live()
				r.settled(op, batchsync.OpRefused, tt.want)
				for _, method := range []string{"Refill", "Rerun", "StopRun", "Deploy", "SaveCron", "SaveRerun", "Undeploy"} {
					r.asked(method, 0)
				}
				if m := r.told(op); len(m.Body) == 0 || m.Body[0].Key != "told.change_refused" {
					r.Errorf("told %+v, want the refusal", m)
				}
			})
		})
	}
}

// TestChecking_Downstream compares the list the person decided on.
func TestChecking_Downstream(t *testing.T) {
	t.Parallel()
	link := func(id batchsync.TaskID, name string) batchsync.TaskLink {
		return batchsync.TaskLink{ID: id, Name: name, Online: true}
	}
	tests := []struct {
		name string
		now  []batchsync.TaskLink
		want batchsync.TextKey
	}{
		{"OneMore", []batchsync.TaskLink{link(2, "b"), link(1, "a"), link(3, "c")}, "check.downstream_since"},
		{"OneLess", []batchsync.TaskLink{link(1, "a")}, "check.downstream_since"},
		{"None", nil, "check.no_downstream_since"},
		{"Another", []batchsync.TaskLink{link(1, "a"), link(9, "b")}, "check.downstream_since"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onTask(t, undeploy(), func(p *platform) { p.down = []batchsync.TaskLink{link(1, "a"), link(2, "b")} }, func(r *rig) {
				r.platform.down = tt.now
				r.settled(r.live(), batchsync.OpRefused, tt.want)
				r.asked("Undeploy", 0)
			})
		})
	}
}

// TestChecking_Link finds the address of a task that was made elsewhere.
func TestChecking_Link(t *testing.T) {
	t.Parallel()
	onTask(t, backfill(), nil, func(r *rig) {
		op := r.live()
		r.done(op, false)
		r.asked("StudioURL", 1)
		if op.StudioURL != "https://studio.example.test/40001" {
			r.Errorf("address: got %q", op.StudioURL)
		}
		if _, err := r.disk.Task(taskID); batchsync.CodeOf(err) != batchsync.CodeNotFound {
			r.Errorf("a task nobody adopted is remembered: %v", err)
		}
	})
}

// TestChecking_Renamed goes on with a change that does not destroy anything,
// and says what the task is called now.
func TestChecking_Renamed(t *testing.T) {
	t.Parallel()
	onTask(t, backfill(), func(p *platform) { p.tasks[0].ref.Name = "sync_orders_new" }, func(r *rig) {
		op := r.live()
		r.done(op, false)
		r.noted(op, batchsync.StepCheck, "check.renamed")
	})
}

// TestChecking_GoneOnce says of a task that is gone only that.
func TestChecking_GoneOnce(t *testing.T) {
	t.Parallel()
	onTask(t, backfill(), func(p *platform) { p.tasks = nil }, func(r *rig) {
		op := r.live()
		if notes := op.Step(batchsync.StepCheck).Notes; len(notes) != 1 {
			r.Errorf("notes: got %+v, want one", notes)
		}
	})
}
