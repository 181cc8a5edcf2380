package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// backfill reads "TASK [DAY | FROM TO]": the days stand at the end, the task's name
// may hold spaces. With days it goes straight to the review.
func (b *Bot) backfill(ctx context.Context, o origin, rest string) {
	typed, from, to := cutDays(rest)
	inModal(batchsync.ActBackfill, backfillForm(from, to))(b, ctx, o, typed)
}

// cutDays takes one or two days off the end of a text, if there are any.
func cutDays(rest string) (task, from, to string) {
	words := strings.Fields(rest)
	if n := len(words); n >= 2 && looksLikeDay(words[n-1]) && !looksLikeDay(words[n-2]) {
		return strings.Join(words[:n-1], " "), words[n-1], words[n-1]
	}
	if n := len(words); n >= 3 && looksLikeDay(words[n-1]) && looksLikeDay(words[n-2]) {
		return strings.Join(words[:n-2], " "), words[n-2], words[n-1]
	}
	return strings.TrimSpace(rest), "", ""
}

// looksLikeDay accepts what a person may have meant as a day; whether it is
// one is judged later, with a sentence.
func looksLikeDay(word string) bool {
	return strings.Count(word, "-") == 2 && strings.Trim(word, "0123456789-") == ""
}

// backfillForm asks for the days, or goes straight to the review of those
// given.
func backfillForm(from, to string) formFunc {
	return func(b *Bot, ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
		v, ok := b.ready(ctx, o, view, ref.ID)
		switch {
		case !ok:
		case !v.Deployed.Online:
			b.drawProblem(ctx, o, view, "backfill", &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("backfill.offline", ref.Name), Hint: batchsync.T("backfill.offline_hint")}, nil)
		case from != "":
			b.planBackfill(ctx, o, view, v, from, to, false)
		default:
			b.draw(ctx, view, "", b.printer(o.User).BackfillForm(blocks.BackfillForm{Task: v.Ref, Zone: b.cfg.PlatformZone, Cron: v.Deployed.Cron, Now: now()}))
		}
	}
}

// submittedBackfill judges the days at once, and plans behind a loading view,
// because the platform may take longer than Slack waits.
func (b *Bot) submittedBackfill(ctx context.Context, in submit, answer ack) {
	from, to, large := blocks.BackfillAnswers(in.View.State)
	id, err := blocks.ParseTaskRef(in.View.PrivateMetadata)
	if err == nil {
		_, err = batchsync.ParseWindow(from, to, b.cfg.PlatformZone, now())
	}
	if err != nil {
		answer(b.formErrors(in, err))
		return
	}
	b.answerSlowly(in, answer, batchsync.ActBackfill, id, func(ctx context.Context, v batchsync.TaskView) {
		b.planBackfill(ctx, in.origin, in.View.ID, v, from, to, large)
	})
}

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

func (b *Bot) planBackfill(ctx context.Context, o origin, view string, v batchsync.TaskView, from, to string, large bool) {
	at := now()
	plan, err := b.backfillPlan(ctx, v, from, to, large, at)
	var tooMany *batchsync.LargeError
	switch {
	case errors.As(err, &tooMany):
		b.draw(ctx, view, "", b.printer(o.User).BackfillForm(blocks.BackfillForm{
			Task: v.Ref, Zone: b.cfg.PlatformZone, Cron: v.Deployed.Cron, From: from, To: to, Large: tooMany.Instances, Now: at,
		}))
	case err != nil:
		b.drawProblem(ctx, o, view, fmt.Sprintf("plan backfill of task %d", v.Ref.ID), err, nil)
	default:
		c := b.seenNow(v)
		c.Backfill = &plan
		b.present(ctx, o, view, batchsync.OpBackfill, v, c)
	}
}

func (b *Bot) backfillPlan(ctx context.Context, v batchsync.TaskView, from, to string, large bool, at time.Time) (batchsync.Backfill, error) {
	window, err := batchsync.ParseWindow(from, to, b.cfg.PlatformZone, at)
	if err != nil {
		return batchsync.Backfill{}, err
	}
	existing, err := b.Platform.Runs(ctx, batchsync.RunFilter{Task: v.Ref.ID, From: window.From, To: window.To})
	if err != nil {
		return batchsync.Backfill{}, err
	}
	plan, err := batchsync.PlanBackfill(from, to, b.cfg.PlatformZone, v.Deployed.Cron, existing, large, at)
	plan.VCluster = v.VCluster()
	return plan, err
}

func (b *Bot) scheduleForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	v, ok := b.ready(ctx, o, view, ref.ID)
	switch {
	case !ok:
	case v.VCluster() == "":
		b.drawProblem(ctx, o, view, "schedule", noCluster(ref), nil)
	default:
		b.draw(ctx, view, "", b.printer(o.User).ScheduleForm(b.scheduleOf(v, nil, nil)))
	}
}

// noCluster says that a task was never scheduled: a schedule without a cluster
// would run on one that cannot sync.
func noCluster(ref batchsync.TaskRef) error {
	return &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("schedule.no_cluster", ref.Name), Hint: batchsync.T("schedule.no_cluster_hint")}
}

func (b *Bot) scheduleOf(v batchsync.TaskView, answers batchsync.Answers, problems []batchsync.FieldError) blocks.ScheduleForm {
	f := blocks.ScheduleForm{Task: v.Ref, VCluster: v.VCluster(), Zone: b.cfg.PlatformZone, Answers: answers, Problems: problems, Now: now()}
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
	b.draw(ctx, in.View.ID, in.View.Hash, b.printer(in.User).ScheduleForm(b.scheduleOf(v, blocks.ScheduleAnswers(in.View.State), nil)))
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
		if v.VCluster() == "" {
			b.drawProblem(ctx, in.origin, in.View.ID, "schedule", noCluster(v.Ref), nil)
			return
		}
		c := b.seenNow(v)
		c.Schedule = &schedule
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
	b.show(ctx, o, ref)
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
