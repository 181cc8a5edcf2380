package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// answerSlowly answers a form with a loading view and goes on among the
// requests that read the platform.
func (b *Bot) answerSlowly(in submit, answer ack, act batchsync.Action, id batchsync.TaskID, then func(context.Context, batchsync.TaskView)) {
	// The answer comes first: behind the drawing it would cover it.
	answer(update(b.printer(in.User).Loading()))
	b.fillBehind(in.origin, in.View.ID, func(ctx context.Context) {
		if !b.allowedIn(ctx, in.origin, in.View.ID, act, "task/"+id.String()) {
			return
		}
		if v, ok := b.ready(ctx, in.origin, in.View.ID, id); ok {
			then(ctx, v)
		}
	})
}

func (b *Bot) scheduleForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	if v, ok := b.ready(ctx, o, view, ref.ID); ok {
		b.drawSchedule(ctx, o, view, "", v, b.scheduleOf(v, nil))
	}
}

// drawSchedule draws the form. A task that was never scheduled has no cluster
// yet, so that the form asks for one: the platform would choose one that cannot
// sync.
func (b *Bot) drawSchedule(ctx context.Context, o origin, view, hash string, v batchsync.TaskView, f blocks.ScheduleForm) {
	if v.VCluster() == "" {
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
	b.draw(ctx, view, hash, b.printer(o.User).ScheduleForm(f))
}

// noCluster says that there is nothing a batch sync could run on.
func noCluster(ref batchsync.TaskRef) error {
	return &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("schedule.no_clusters", ref.Name), Hint: batchsync.T("schedule.no_clusters_hint")}
}

func (b *Bot) scheduleOf(v batchsync.TaskView, answers batchsync.Answers) blocks.ScheduleForm {
	f := blocks.ScheduleForm{Task: v.Ref, VCluster: v.VCluster(), Zone: b.cfg.PlatformZone, Answers: answers, Now: now()}
	if v.Deployed != nil {
		f.Cron = v.Deployed.Cron
	}
	if f.Cron == "" && v.Draft != nil {
		f.Cron = v.Draft.Cron
	}
	return f
}

// scheduleEdited redraws the form after a field that decides which others are
// asked. It needs nothing of the platform but the task's name, which it reads.
func (b *Bot) scheduleEdited(ctx context.Context, in click) {
	id, err := blocks.ParseTaskRef(in.View.PrivateMetadata)
	if err != nil {
		return
	}
	v, err := b.look(ctx, id)
	if err != nil {
		b.drawProblem(ctx, in.origin, in.View.ID, fmt.Sprintf("change schedule of task %d", id), err, nil)
		return
	}
	f := b.scheduleOf(v, blocks.ScheduleAnswers(in.View.State))
	f.Cluster = blocks.ClusterAnswer(in.View.State)
	b.drawSchedule(ctx, in.origin, in.View.ID, in.View.Hash, v, f)
}

func (b *Bot) submittedSchedule(ctx context.Context, in submit, answer ack) {
	id, err := blocks.ParseTaskRef(in.View.PrivateMetadata)
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
		c := b.seenNow(v)
		c.Schedule, c.VCluster = &schedule, cmp.Or(c.VCluster, blocks.ClusterAnswer(in.View.State))
		if c.VCluster == "" { // it lost its cluster since the form was drawn, so ask for one
			b.drawSchedule(ctx, in.origin, in.View.ID, "", v, b.scheduleOf(v, blocks.ScheduleAnswers(in.View.State)))
			return
		}
		b.present(ctx, in.origin, in.View.ID, batchsync.OpSchedule, v, c)
	})
}

func (b *Bot) muteForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	known, err := b.Store.Task(ref.ID)
	if err != nil {
		b.drawProblem(ctx, o, view, "mute", &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("mute.not_adopted", ref.Name), Hint: batchsync.T("mute.not_adopted_hint")}, nil)
		return
	}
	b.draw(ctx, view, "", b.printer(o.User).MuteForm(ref, known.Muted, now()))
}

func (b *Bot) submittedMute(ctx context.Context, in submit, answer ack) {
	id, err := blocks.ParseTaskRef(in.View.PrivateMetadata)
	choice, day := blocks.MuteAnswers(in.View.State)
	var until time.Time
	if err == nil {
		until, err = muteEnd(choice, day, b.cfg.Zone, now())
	}
	if err != nil {
		answer(b.formErrors(in, err))
		return
	}
	if err := b.saveMute(ctx, in.origin, id, until, "muted"); err != nil {
		answer(update(b.problemView(in.origin, "mute", err, nil)))
		return
	}
	b.settleBehind(in.origin, id, blocks.ActionMute, "")
	answer(update(b.printer(in.User).Info(batchsync.T("mute.done", b.localTime(until)), batchsync.T("mute.done_hint"), nil)))
}

// localTime writes a moment in the bot's zone.
func (b *Bot) localTime(t time.Time) string {
	loc, err := time.LoadLocation(b.cfg.Zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format("2006-01-02 15:04 MST")
}

// muteEnd is the moment a mute ends; a mute without an end does not exist.
func muteEnd(choice, day, zone string, at time.Time) (time.Time, error) {
	switch choice {
	case blocks.MuteHour:
		return at.Add(time.Hour), nil
	case blocks.MuteShift:
		return at.Add(8 * time.Hour), nil
	case blocks.MuteDay:
		return at.Add(24 * time.Hour), nil
	case blocks.MuteUntil:
		return batchsync.EndOfDay(day, zone, at)
	}
	return time.Time{}, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("mute.no_choice")}
}

// unmute ends a mute at once, from the card.
func (b *Bot) unmute(ctx context.Context, o origin, ref batchsync.TaskRef) {
	if err := b.saveMute(ctx, o, ref.ID, time.Time{}, "unmuted"); err != nil {
		b.fail(ctx, o, "unmute", err)
		return
	}
	b.shown(ctx, o, ref, blocks.ActionUnmute)
}

func (b *Bot) saveMute(ctx context.Context, o origin, id batchsync.TaskID, until time.Time, outcome string) error {
	if err := b.people.Authorise(ctx, o.User, batchsync.ActMute); err != nil {
		b.refused(o, batchsync.ActMute, "task/"+id.String())
		return err
	}
	task, err := b.Store.Task(id)
	if err != nil {
		return err
	}
	task.Muted = until
	return b.Store.SaveTask(task, batchsync.AuditRow{
		At: now(), Actor: o.User, Action: batchsync.ActMute, Object: "task/" + id.String(), Name: task.Name, Outcome: outcome,
	})
}

// fieldErrors answers a form with the wizard's kind of errors.
func (b *Bot) fieldErrors(in submit, problems []batchsync.FieldError) any {
	if shown := b.printer(in.User).FieldErrors(in.View.State, problems); len(shown) > 0 {
		return slack.NewErrorsViewSubmissionResponse(shown)
	}
	return update(b.printer(in.User).Info(problems[0].Text, batchsync.Text{}, nil))
}
