package operation

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// newer gives the task a saved schedule that is not deployed yet.
func newer(p *platform) { p.tasks[0].schedule.Cron = "0 30 06 * * ? *" }

func TestDeploy(t *testing.T) {
	t.Parallel()
	play := func(name string, arm func(p *platform), scenario func(r *rig)) {
		for _, same := range []bool{false, true} { // the schedule tells nothing when only the content changed
			t.Run(name+map[bool]string{true: "/ContentOnly"}[same], func(t *testing.T) {
				t.Parallel()
				onTask(t, deploy(), func(p *platform) {
					if !same {
						newer(p)
					}
					if arm != nil {
						arm(p)
					}
				}, scenario)
			})
		}
	}
	deployed := func(r *rig, op batchsync.Operation, asked, deploys int) {
		r.Helper()
		r.done(op, false)
		r.asked("Deploy", asked)
		r.counts("deployments", r.platform.deploys, deploys)
		r.noted(op, batchsync.StepVerify, "verify.online")
		if task := r.platform.tasks[0]; task.deployed.Cron != task.schedule.Cron {
			r.Errorf("deployed %+v, saved %+v", task.deployed, task.schedule)
		}
		r.asked("SaveCron", 0)
	}
	play("Done", nil, func(r *rig) { deployed(r, r.live(), 1, 1) })
	play("AnswerLost", func(p *platform) { p.faults["Deploy"] = []fault{lost} }, func(r *rig) { deployed(r, r.live(), 1, 1) })
	play("RequestLost", func(p *platform) { p.faults["Deploy"] = []fault{dropped} }, func(r *rig) { deployed(r, r.live(), 2, 1) })
	play("PlatformDown", func(p *platform) { p.faults["Deploy"] = repeat(unreached, 2) }, func(r *rig) { deployed(r, r.live(), 3, 1) })
	play("Refused", func(p *platform) { p.always["Deploy"] = refuse }, func(r *rig) {
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
		r.asked("Deploy", 1)
	})
	play("CannotTell", func(p *platform) {
		p.faults["Deploy"], p.faults["Deployed"] = []fault{lost}, append(repeat(none, 1), repeat(unreached, 3)...)
	}, func(r *rig) {
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		deployed(r, r.checkAgain(), 1, 1)
	})
	play("NoAnswerAtTheEnd", func(p *platform) { p.faults["Deployed"] = append(repeat(none, 2), repeat(unreached, 3)...) }, func(r *rig) {
		r.settled(r.live(), batchsync.OpUnknown, "verify.unread")
		deployed(r, r.checkAgain(), 1, 1)
	})
	play("NeverLeftUs", func(p *platform) {
		p.faults["Deploy"], p.faults["Deployed"] = []fault{unreached}, append(repeat(none, 1), repeat(unreached, 3)...)
	}, func(r *rig) {
		r.settled(r.live(), batchsync.OpRefused, "platform.unreachable")
		r.asked("Deploy", 1)
	})
	for _, late := range []bool{false, true} {
		play("Dies"+map[bool]string{false: "Before", true: "After"}[late], nil, func(r *rig) {
			r.platform.cut, r.platform.late = 7, late // the deployment
			r.live()
			r.asked("Deploy", 1)
			asked := map[bool]int{false: 2, true: 1}[late]
			deployed(r, r.live(), asked, 1)
		})
	}
	t.Run("OfAnOfflineTask", func(t *testing.T) {
		t.Parallel()
		a := ask{batchsync.OpDeploy, func(c *batchsync.Change) {
			c.Online, c.Cron = false, ""
			c.Saved = &batchsync.DraftSchedule{Cron: "0 0 2 * * ? *", VCluster: "SYNC_VC"}
		}}
		onTask(t, a, func(p *platform) { p.tasks[0].deployed = batchsync.Deployed{} }, func(r *rig) { deployed(r, r.live(), 1, 1) })
	})
	t.Run("WithoutATimeOfIt", func(t *testing.T) {
		t.Parallel()
		onTask(t, deploy(), nil, func(r *rig) {
			r.platform.online = func(d *batchsync.Deployed) { d.PublishedAt = time.Time{} }
			deployed(r, r.live(), 1, 1)
		})
	})
	t.Run("SavedMeanwhile", func(t *testing.T) {
		t.Parallel()
		onTask(t, deploy(), newer, func(r *rig) {
			r.platform.online = func(d *batchsync.Deployed) {
				if r.platform.deploys > 0 {
					d.Cron = "0 0 9 * * ? *"
				}
			}
			r.settled(r.live(), batchsync.OpFailed, "deploy.differs")
		})
	})
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	play := func(name string, arm func(p *platform), scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onTask(t, reschedule(), func(p *platform) {
				p.tasks[0].schedule.Rerun = 2
				if arm != nil {
					arm(p)
				}
			}, scenario)
		})
	}
	changed := func(r *rig, op batchsync.Operation, asked int) {
		r.Helper()
		r.done(op, false)
		r.asked("SaveCron", asked)
		r.counts("deployments", r.platform.deploys, 1)
		task := r.platform.tasks[0]
		if task.deployed.Cron != "0 0 5 * * ? *" || task.schedule.Rerun != 2 {
			r.Errorf("got %+v, %+v, want the new schedule and the rerun policy as it was", task.deployed, task.schedule)
		}
		r.asked("SaveRerun", 0)
	}
	play("Done", nil, func(r *rig) { changed(r, r.live(), 1) })
	play("AnswerLost", func(p *platform) { p.faults["SaveCron"] = []fault{lost} }, func(r *rig) { changed(r, r.live(), 1) })
	play("RequestLost", func(p *platform) { p.faults["SaveCron"] = []fault{dropped} }, func(r *rig) { changed(r, r.live(), 2) })
	play("DeployAnswerLost", func(p *platform) { p.faults["Deploy"] = []fault{lost} }, func(r *rig) { changed(r, r.live(), 1) })
	play("Refused", func(p *platform) { p.always["SaveCron"] = refuse }, func(r *rig) {
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
	})
	play("DeployRefused", func(p *platform) { p.faults["Deploy"] = []fault{refuse} }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "platform.refused")
		changed(r, r.checkAgain(), 1)
	})
	play("CannotTell", func(p *platform) {
		p.faults["SaveCron"], p.faults["DraftSchedule"] = []fault{lost}, repeat(unreached, 3)
	}, func(r *rig) {
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		changed(r, r.checkAgain(), 1)
	})
	play("NoAnswerAfterAChange", func(p *platform) {
		// The schedule is stored wrongly, which fails; asked again, the platform
		// is silent: what it holds is not known then.
		p.mangle = func(string) string { return "0 00 NaN * * ? *" }
		p.faults["DraftSchedule"] = append(repeat(none, 1), repeat(unreached, 3)...)
	}, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "set_cron.differs")
		r.settled(r.checkAgain(), batchsync.OpUnknown, "operation.unclear")
	})
	play("Corrupted", func(p *platform) { p.mangle = func(string) string { return "0 00 NaN * * ? *" } }, func(r *rig) {
		r.settled(r.live(), batchsync.OpFailed, "set_cron.differs")
		r.counts("deployments", r.platform.deploys, 0)
	})
	for _, late := range []bool{false, true} {
		play("Dies"+map[bool]string{false: "Before", true: "After"}[late], nil, func(r *rig) {
			r.platform.cut, r.platform.late = 6, late // the saving
			r.live()
			r.asked("SaveCron", 1)
			changed(r, r.live(), map[bool]int{false: 2, true: 1}[late])
		})
	}
}
