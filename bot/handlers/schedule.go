package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

func (b *Bot) scheduleForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	if v, ok := b.ready(ctx, o, view, ref.ID); ok {
		b.drawSchedule(ctx, o, view, "", v, b.scheduleOf(v, nil))
	}
}

// clusterForm is the form that also asks for another cluster.
func (b *Bot) clusterForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	if v, ok := b.ready(ctx, o, view, ref.ID); ok {
		f := b.scheduleOf(v, nil)
		f.Cluster, f.Switch = cmp.Or(v.VCluster(), b.cfg.VCluster), true
		b.drawSchedule(ctx, o, view, "", v, f)
	}
}

// drawSchedule draws the form. It asks for a cluster where another one is
// wanted, and of a task that was never scheduled: it has none yet, and the
// platform would choose one that cannot sync.
func (b *Bot) drawSchedule(ctx context.Context, o origin, view, hash string, v batchsync.TaskView, f blocks.ScheduleForm) {
	if v.VCluster() == "" || f.Switch {
		all, err := b.Lists.VClusters(ctx)
		f.Clusters = slices.DeleteFunc(slices.Clone(all), func(c batchsync.VCluster) bool { return !c.ForSync() })
		if err == nil && len(f.Clusters) == 0 {
			err = noCluster(v.Ref)
		}
		if err != nil {
			b.drawProblem(ctx, o, view, "list clusters for a schedule", err, nil)
			return
		}
		f.Cluster = cmp.Or(f.Cluster, b.cfg.VCluster)
	}
	f.ReaderZone = b.people.Zone(o.User)
	if v.Content != nil {
		f.Crowd = b.crowd(f.Schedule(), v.Content.Source.Name, v.Ref.ID)
	}
	b.draw(ctx, o, view, hash, b.printerOf(o).ScheduleForm(f))
}

// noCluster says that there is nothing a batch sync could run on.
func noCluster(ref batchsync.TaskRef) error {
	return &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("schedule.no_clusters", ref.Name), Hint: batchsync.T("schedule.no_clusters_hint")}
}

func (b *Bot) scheduleOf(v batchsync.TaskView, answers batchsync.Answers) blocks.ScheduleForm {
	f := blocks.ScheduleForm{Task: v.Ref, VCluster: v.VCluster(), Zone: b.cfg.PlatformZone, Answers: answers, Now: now()}
	if v.Deployed != nil {
		f.Seen, f.Cron = blocks.SeenOnline(v.Deployed.Online), v.Deployed.Cron
	}
	if f.Cron == "" && v.Draft != nil {
		f.Cron = v.Draft.Cron
	}
	return f
}

// scheduleEdited redraws the form after a field that decides which others are
// asked. It needs nothing of the platform but the task's name, which it reads.
func (b *Bot) scheduleEdited(ctx context.Context, in click) {
	id, seen, err := blocks.ParseExpectRef(in.View.PrivateMetadata)
	if err != nil || !b.offeredIn(ctx, in.origin, in.View.ID, batchsync.ActSchedule, "task/"+id.String()) {
		return
	}
	v, err := b.look(ctx, id)
	if err != nil {
		b.drawProblem(ctx, in.origin, in.View.ID, fmt.Sprintf("change schedule of task %d", id), err, nil)
		return
	}
	f := b.scheduleOf(v, blocks.ScheduleAnswers(in.View.State))
	f.Seen = seen // as it was opened: an edit does not look at the task's state
	f.Cluster = b.clusterChosen(in.origin, in.View.State, f.VCluster)
	f.Switch = f.Cluster != ""
	b.drawSchedule(ctx, in.origin, in.View.ID, in.View.Hash, v, f)
}

func (b *Bot) submittedSchedule(ctx context.Context, in submit, answer ack) {
	id, seen, err := blocks.ParseExpectRef(in.View.PrivateMetadata)
	if err != nil {
		answer(b.formErrors(in, err))
		return
	}
	schedule, problems := batchsync.ReadAnswers(blocks.ScheduleAnswers(in.View.State), b.cfg.PlatformZone, now())
	if len(problems) > 0 {
		answer(b.fieldErrors(in, problems))
		return
	}
	b.answerSlowly(in, answer, batchsync.ActSchedule, id, func(ctx context.Context, v batchsync.TaskView) {
		if err := turnedSince(seen, v); err != nil {
			b.drawProblem(ctx, in.origin, in.View.ID, fmt.Sprintf("change schedule of task %d", id), err, nil)
			return
		}
		c := b.seenNow(v)
		chosen := b.clusterChosen(in.origin, in.View.State, c.VCluster)
		c.Schedule = &schedule
		if c.VCluster == "" {
			c.VCluster = chosen
		} else if chosen != c.VCluster {
			c.Cluster = chosen
		}
		if c.VCluster == "" { // it lost its cluster since the form was drawn, so ask for one
			b.drawSchedule(ctx, in.origin, in.View.ID, "", v, b.scheduleOf(v, blocks.ScheduleAnswers(in.View.State)))
			return
		}
		b.present(ctx, in.origin, in.View.ID, batchsync.OpSchedule, v, c)
	})
}

// turnedSince tells that a task was deployed or undeployed since its form was
// opened: a new schedule puts it online, which would undo that without a word. It
// is nil where the form was drawn by a bot that did not note what it saw.
func turnedSince(seen string, v batchsync.TaskView) error {
	if seen == "" || seen == blocks.SeenOnline(v.Deployed.Online) {
		return nil
	}
	text := batchsync.T("check.offline_since")
	if v.Deployed.Online {
		text = batchsync.T("check.online_since")
	}
	return &batchsync.Error{Code: batchsync.CodeConflict, Text: text, Hint: batchsync.T("check.since_hint")}
}
