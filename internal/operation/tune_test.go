package operation

import (
	"testing"

	"batchsync/internal/batchsync"
)

// tune asks for less at once and for more retries, of a task as the rig deploys
// it: four at once, one retry after a minute.
func tune(want batchsync.Adjustment) ask {
	return ask{batchsync.OpTune, func(c *batchsync.Change) {
		saved := batchsync.DraftSchedule{Cron: oldCron, VCluster: "sync_vc", Rerun: 1, Retry: oneRetry()}
		content := contentOf(single())
		content.Parallel = 4
		c.Tune, c.Saved, c.Parallel, c.Content = &want, &saved, 4, content.Print()
	}}
}

func oneRetry() batchsync.Retry { return batchsync.Retry{Told: true, Count: 1, Pause: 1, Unit: "m"} }

func threeTimes() *int { n := 3; return &n }

func lessAndMore() batchsync.Adjustment {
	return batchsync.Adjustment{Concurrency: 2, Retries: threeTimes(), Pause: 5}
}

// settings puts the task's settings on the platform, and arms it then.
func settings(arm func(p *platform)) func(p *platform) {
	return func(p *platform) {
		p.tasks[0].content.Parallel, p.tasks[0].schedule.Retry = 4, oneRetry()
		if arm != nil {
			arm(p)
		}
	}
}

func TestTune(t *testing.T) {
	t.Parallel()
	play := func(name string, want batchsync.Adjustment, arm func(p *platform), scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onTask(t, tune(want), settings(arm), scenario)
		})
	}
	both := lessAndMore()
	tuned := func(r *rig, op batchsync.Operation, sets, saves, deploys int) {
		r.Helper()
		r.done(op, false)
		r.asked("SetConcurrency", sets)
		r.asked("SaveRetries", saves)
		r.counts("deployments", r.platform.deploys, deploys)
		task, want := r.platform.tasks[0], op.Change.Tune.Goal(oneRetry())
		if n := op.Change.Tune.Concurrency; n != 0 && task.content.Parallel != n || task.schedule.Retry != want || task.deployed.Retry.Count != want.Count {
			r.Errorf("got %+v, %+v deployed as %+v", task.content, task.schedule, task.deployed)
		}
		if task.schedule.Cron != oldCron || task.schedule.Rerun != 1 || task.deployed.VCluster != "sync_vc" {
			r.Errorf("the schedule was changed: %+v", task.schedule)
		}
		r.asked("SaveCron", 0)
	}
	play("Done", both, nil, func(r *rig) { tuned(r, r.live(), 1, 1, 1) })
	play("ConcurrencyOnly", batchsync.Adjustment{Concurrency: 10}, nil, func(r *rig) {
		op := r.live()
		tuned(r, op, 1, 0, 1)
		if op.Step(batchsync.StepRetries) != nil {
			r.Errorf("a step without anything to do: %+v", op.Steps)
		}
	})
	play("RetriesOnly", batchsync.Adjustment{Retries: threeTimes()}, nil, func(r *rig) { tuned(r, r.live(), 0, 1, 1) })

	// The work was done although an error said otherwise, or the other way round.
	play("AnswerLost", both, func(p *platform) {
		p.faults["SetConcurrency"], p.faults["SaveRetries"], p.faults["Deploy"] = []fault{lost}, []fault{lost}, []fault{lost}
	}, func(r *rig) { tuned(r, r.live(), 1, 1, 1) })
	play("RequestLost", both, func(p *platform) {
		p.faults["SetConcurrency"], p.faults["SaveRetries"] = []fault{dropped}, []fault{dropped}
	}, func(r *rig) { tuned(r, r.live(), 2, 2, 1) })
	play("SaidYesDidNothing", both, func(p *platform) { p.forgetful = true }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "set_concurrency.differs")
		r.counts("deployments", r.platform.deploys, 0)
	})
	play("SavedOtherwise", both, func(p *platform) { p.setUp = func(c *batchsync.Content) { c.Parallel = 7 } }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "set_concurrency.differs")
		r.asked("SetConcurrency", 1)
		r.counts("deployments", r.platform.deploys, 0)
		r.alter(func(p *platform) { p.tasks[0].content.Parallel = 2 }) // set right in Studio
		tuned(r, r.checkAgain(), 1, 1, 1)
	})
	play("ContentLost", both, func(p *platform) { p.setUp = func(c *batchsync.Content) { c.Pairs = nil } }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "set_concurrency.content_differs")
		r.counts("deployments", r.platform.deploys, 0)
	})
	play("RetriesSavedOtherwise", both, func(p *platform) { p.saved = func(s *batchsync.DraftSchedule) { s.Retry.Count = 99 } }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "set_retries.differs")
		r.counts("deployments", r.platform.deploys, 0)
	})
	play("ScheduleLost", both, func(p *platform) { p.saved = func(s *batchsync.DraftSchedule) { s.Cron = "0 00 00 * * ? *" } }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "set_retries.schedule_differs")
		r.counts("deployments", r.platform.deploys, 0)
	})
	play("DeployedOtherwise", both, nil, func(r *rig) {
		r.platform.online = func(d *batchsync.Deployed) {
			if r.platform.deploys > 0 {
				d.Retry.Count = 1
			}
		}
		r.settled(r.live(), batchsync.OpFailed, "deploy.retries_differ")
	})
	play("DeployedRetriesUntold", both, nil, func(r *rig) {
		r.platform.online = func(d *batchsync.Deployed) { d.Retry = batchsync.Retry{} }
		r.done(r.live(), false)
	})
	play("ChangedAfterTheDeployment", both, nil, func(r *rig) {
		asked := 0
		r.platform.online = func(*batchsync.Deployed) {
			if asked++; asked == 3 { // the check, the deployment, and now the verification
				r.platform.tasks[0].content.Parallel = 9
			}
		}
		r.settled(r.live(), batchsync.OpFailed, "set_concurrency.differs")
	})

	// What is refused first changed nothing; what is refused later did.
	play("Refused", both, func(p *platform) { p.always["SetConcurrency"] = refuse }, func(r *rig) {
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
		r.asked("SaveRetries", 0)
	})
	play("RetriesRefusedFirst", batchsync.Adjustment{Retries: threeTimes()}, func(p *platform) { p.always["SaveRetries"] = refuse }, func(r *rig) {
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
	})
	play("RetriesRefusedThen", both, func(p *platform) { p.faults["SaveRetries"] = []fault{refuse} }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "platform.refused")
		tuned(r, r.checkAgain(), 1, 2, 1)
	})
	play("DeployRefused", both, func(p *platform) { p.faults["Deploy"] = []fault{refuse} }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "platform.refused")
		tuned(r, r.checkAgain(), 1, 1, 1)
	})
	play("CannotTell", both, func(p *platform) {
		p.faults["SetConcurrency"], p.faults["Content"] = []fault{lost}, append(repeat(none, 1), repeat(unreached, 3)...)
	}, func(r *rig) {
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		tuned(r, r.checkAgain(), 1, 1, 1)
	})
	for _, late := range []bool{false, true} {
		play("Dies"+map[bool]string{false: "Before", true: "After"}[late], both, nil, func(r *rig) {
			r.platform.cut, r.platform.late = 7, late // the saving of the concurrency
			r.live()
			r.asked("SetConcurrency", 1)
			tuned(r, r.live(), map[bool]int{false: 2, true: 1}[late], 1, 1)
		})
	}
}

func TestTune_Refuses(t *testing.T) {
	t.Parallel()
	of := func(f func(p *task)) func(p *platform) { return settings(func(p *platform) { f(p.tasks[0]) }) }
	retries := batchsync.Adjustment{Retries: threeTimes()}
	for _, tt := range []struct {
		name string
		ask  ask
		arm  func(p *platform)
		want batchsync.TextKey
	}{
		{"Offline", tune(lessAndMore()), of(func(t *task) { t.deployed = batchsync.Deployed{} }), "check.offline_since"},
		{"OfflineAllAlong", tuneOffline(), of(func(t *task) { t.deployed = batchsync.Deployed{} }), "check.offline"},
		{"OtherSchedule", tune(lessAndMore()), of(func(t *task) { t.deployed.Cron = "0 0 3 * * ? *" }), "check.cron_since"},
		{"Unpublished", tune(lessAndMore()), of(func(t *task) { t.schedule.Cron = "0 30 06 * * ? *" }), "tune.unpublished"},
		{"UnpublishedCluster", tune(lessAndMore()), of(func(t *task) { t.schedule.VCluster = "other" }), "tune.unpublished"},
		{"NoSchedule", tune(lessAndMore()), of(func(t *task) { t.schedule.Cron = "" }), "check.no_schedule"},
		{"NoContent", tune(lessAndMore()), of(func(t *task) { t.content = nil }), "check.no_content"},
		{"OtherContent", tune(lessAndMore()), of(func(t *task) { t.content.Where = "id > 10" }), "check.content_since"},
		{"OtherConcurrency", tune(lessAndMore()), of(func(t *task) { t.content.Parallel = 8 }), "check.concurrency_since"},
		{"OtherRetries", tune(lessAndMore()), of(func(t *task) { t.schedule.Retry.Count = 2 }), "check.retries_since"},
		{"WrongCluster", tune(lessAndMore()), settings(func(p *platform) { p.clusters[1].Type = "GENERAL" }), "preflight.vcluster_none"},
		{"Unreachable", tune(lessAndMore()), settings(func(p *platform) { p.always["DraftSchedule"] = unreached }), "platform.unreachable"},
		{"ByHand", tuneMarked(lessAndMore(), func(c *batchsync.Content) { c.NoEdit = true }), of(func(t *task) { t.content.NoEdit = true }), "tune.by_hand"},
		{"Parameters", tuneMarked(retries, func(c *batchsync.Content) { c.NoEdit, c.Params = true, true }), of(func(t *task) { t.content.NoEdit, t.content.Params = true, true }), "tune.by_hand"},
		{"Nothing", tune(batchsync.Adjustment{}), settings(nil), "error.internal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			onTask(t, tt.ask, tt.arm, func(r *rig) {
				r.settled(r.live(), batchsync.OpRefused, tt.want)
				for _, method := range []string{"SetConcurrency", "SaveRetries", "Deploy"} {
					r.asked(method, 0)
				}
			})
		})
	}
	t.Run("RetriesOfWhatIsSetByHand", func(t *testing.T) {
		t.Parallel()
		noEdit := func(c *batchsync.Content) { c.NoEdit = true }
		onTask(t, tuneMarked(retries, noEdit), of(func(t *task) { t.content.NoEdit = true }), func(r *rig) { r.done(r.live(), false) })
	})
}

// tuneOffline asks for a tuning of a task that was seen offline.
func tuneOffline() ask {
	a := tune(lessAndMore())
	edit := a.edit
	a.edit = func(c *batchsync.Change) {
		edit(c)
		c.Online = false
	}
	return a
}

// tuneMarked asks for a tuning of a task whose content was seen with a mark.
func tuneMarked(want batchsync.Adjustment, marked func(c *batchsync.Content)) ask {
	a := tune(want)
	edit := a.edit
	a.edit = func(c *batchsync.Change) {
		edit(c)
		content := contentOf(single())
		marked(content)
		c.Content = content.Print()
	}
	return a
}
