package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// backfill reads "TASK [DAY | FROM TO]": the days stand at the end, the task's name
// may hold spaces. With days it goes straight to the review.
func (b *Bot) backfill(ctx context.Context, o origin, rest string) {
	typed, days := cutDays(rest)
	inModal(batchsync.ActBackfill, backfillForm(days...))(b, ctx, o, typed)
}

// cutDays takes what was meant as days off the end of a text. A word like
// "yesterday" alone is a name.
func cutDays(rest string) (task string, days []string) {
	words := strings.Fields(rest)
	n := len(words)
	for n > 0 && (looksLikeDay(words[n-1]) || n > 1 && soundsLikeDay(words[n-1])) {
		n--
	}
	if n == len(words) {
		return strings.TrimSpace(rest), nil
	}
	return strings.Join(words[:n], " "), words[n:]
}

// looksLikeDay accepts what a person may have meant as a day, in whatever order
// and with whatever between the figures; whether it is one is judged later, with
// a sentence. With full stops alone it may be a version, so it takes a year.
func looksLikeDay(word string) bool {
	parts := strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune("-/.", r) })
	figures := strings.Trim(word, "0123456789-/.") == "" && len(parts) == 3
	return figures && (!strings.Contains(word, ".") || len(parts[0]) == 4 || len(parts[2]) == 4)
}

func soundsLikeDay(word string) bool {
	return slices.Contains([]string{"yesterday", "today", "tomorrow"}, strings.ToLower(word))
}

// backfillForm asks for the days, or goes straight to the review of the day or
// the two days given.
func backfillForm(days ...string) formFunc {
	return func(b *Bot, ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
		v, ok := b.ready(ctx, o, view, ref.ID)
		switch {
		case !ok:
		case len(days) == 0 || len(days) > 2:
			b.askDays(ctx, o, view, v, blocks.BackfillForm{Wrong: tooManyDays(days)})
		default:
			b.planBackfill(ctx, o, view, v, days[0], days[len(days)-1], false)
		}
	}
}

// backfillClicked opens the form of a backfill, with the days that the button
// means to begin with.
func (b *Bot) backfillClicked(ctx context.Context, in click) {
	ref, err := blocks.ParseDaysRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	fill := backfillForm()
	if ref.From != "" {
		fill = suggestDays(ref.From, ref.To)
	}
	b.openForm(ctx, in, batchsync.ActBackfill, ref.Task, fill)
}

// suggestDays asks for the days and begins with these. Nobody chose them yet, so
// it never goes to the review; what is wrong with them stands in the form.
func suggestDays(from, to string) formFunc {
	return func(b *Bot, ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
		v, ok := b.ready(ctx, o, view, ref.ID)
		if !ok {
			return
		}
		_, err := batchsync.PlanBackfill(from, to, b.cfg.PlatformZone, v.Deployed.Cron, nil, false, now())
		f, _ := daysForm(from, to, err) // what is no matter of days is said at the review
		b.askDays(ctx, o, view, v, f)
	}
}

// daysForm is the form that begins with these days and says what an error says of
// them; false where it says nothing of them.
func daysForm(from, to string, err error) (f blocks.BackfillForm, ok bool) {
	f = blocks.BackfillForm{From: from, To: to}
	var tooMany *batchsync.LargeError
	switch {
	case errors.As(err, &tooMany):
		f.Large = tooMany.Instances
	case blocks.AboutDays(err):
		f.Wrong = err
	default:
		return f, false
	}
	return f, true
}

// tooManyDays says that days were typed that are no window, nil for none.
func tooManyDays(days []string) error {
	if len(days) == 0 {
		return nil
	}
	return &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("backfill.many_days", batchsync.List(days...))}
}

// submittedBackfill judges the days at once, and plans behind a loading view,
// because the platform may take longer than Slack waits.
func (b *Bot) submittedBackfill(ctx context.Context, in submit, answer ack) {
	from, to, large := blocks.BackfillAnswers(in.View.State)
	id, err := blocks.ParseTaskRef(in.View.PrivateMetadata)
	if err == nil {
		_, err = batchsync.ParseWindow(from, to, b.cfg.PlatformZone, now())
	}
	if err == nil && blocks.BackfillUnticked(in.View.State) {
		err = &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("backfill.unticked", fmt.Sprint(batchsync.BackfillCap))}
	}
	if err != nil {
		answer(b.formErrors(in, err))
		return
	}
	b.answerSlowly(in, answer, batchsync.ActBackfill, id, func(ctx context.Context, v batchsync.TaskView) {
		b.planBackfill(ctx, in.origin, in.View.ID, v, from, to, large)
	})
}

// askDays draws the form, if the task is one that can be backfilled now.
func (b *Bot) askDays(ctx context.Context, o origin, view string, v batchsync.TaskView, f blocks.BackfillForm) {
	if !v.Deployed.Online {
		b.drawProblem(ctx, o, view, "backfill", offline(v.Ref), nil)
		return
	}
	f.Task, f.Zone, f.Cron, f.Now = v.Ref, b.cfg.PlatformZone, v.Deployed.Cron, now()
	b.draw(ctx, o, view, "", b.printerOf(o).BackfillForm(f))
}

func offline(task batchsync.TaskRef) error {
	return &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("backfill.offline", task.Name), Hint: batchsync.T("backfill.offline_hint")}
}

// planBackfill draws the review, or the form once more where its days will not
// do. The task may have gone offline since the form was opened.
func (b *Bot) planBackfill(ctx context.Context, o origin, view string, v batchsync.TaskView, from, to string, large bool) {
	if !v.Deployed.Online {
		b.drawProblem(ctx, o, view, "backfill", offline(v.Ref), nil)
		return
	}
	plan, err := b.backfillPlan(ctx, v, from, to, large, now())
	form, again := daysForm(from, to, err)
	switch {
	case again:
		b.askDays(ctx, o, view, v, form)
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
	if err != nil {
		return plan, err
	}
	plan.VCluster = v.VCluster()
	plan.Earlier, err = b.earlierBackfills(v.Ref.ID, window)
	for i := range plan.Earlier[:min(len(plan.Earlier), blocks.MaxEarlier)] {
		if u, err := b.people.Who(ctx, plan.Earlier[i].By); err == nil {
			plan.Earlier[i].Name = u.Name
		}
	}
	return plan, err
}

// earlierAsked is how many requests for backfills of a task are looked through for
// those of the same days.
const earlierAsked = 200

// earlierBackfills are those asked for here that share days with a window, the
// newest first.
func (b *Bot) earlierBackfills(task batchsync.TaskID, w batchsync.Window) ([]batchsync.EarlierBackfill, error) {
	rows, err := b.Store.AuditOf(batchsync.AuditFilter{
		Task: task, Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked, Limit: earlierAsked,
	})
	if err != nil {
		return nil, err
	}
	var ops []batchsync.Operation
	for _, row := range rows {
		op, err := b.Store.Operation(row.Operation)
		switch {
		case batchsync.CodeOf(err) == batchsync.CodeNotFound: // too old to be kept
		case err != nil:
			return nil, err
		default:
			ops = append(ops, op)
		}
	}
	return batchsync.EarlierBackfills(task, w, ops), nil
}
