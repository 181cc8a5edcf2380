package handlers

import (
	"context"
	"regexp"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// mute opens the form for the task that was typed. How long is chosen there; who
// typed it too is told so, because it was taken for a part of the name.
func (b *Bot) mute(ctx context.Context, o origin, typed string) {
	typed = strings.TrimSpace(typed)
	b.openAndFill(ctx, o, batchsync.ActMute, "task/"+typed, func(ctx context.Context, view string) {
		b.fillMute(ctx, o, view, typed)
	})
}

func (b *Bot) fillMute(ctx context.Context, o origin, view, typed string) {
	ref, candidates, err := b.resolve(ctx, typed)
	if _, known := b.knownAs(typed); !known && batchsync.CodeOf(err) == batchsync.CodeNotFound && strings.Contains(typed, " ") {
		err = noTaskToMute(typed)
	}
	b.fillFound(ctx, o, view, typed, ref, candidates, err, (*Bot).muteForm)
}

// noTaskToMute says how the command is written to whoever typed several words
// that are no task's name.
func noTaskToMute(typed string) error {
	hint := batchsync.T("mute.how")
	if task, long := cutLong(typed); long != "" {
		hint = batchsync.T("mute.how_long", short(long), short(task))
	}
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("task.not_found", short(typed)), Hint: hint}
}

// cutLong takes what was meant as a time or a span off the end of a text. The
// first word is a name, whatever it looks like.
func cutLong(typed string) (task, long string) {
	words := strings.Fields(typed)
	n := len(words)
	for n > 1 && (longLike.MatchString(words[n-1]) || soundsLikeDay(words[n-1])) {
		n--
	}
	return strings.Join(words[:n], " "), strings.Join(words[n:], " ")
}

// longLike is generous: it decides about a hint only.
var longLike = regexp.MustCompile(`(?i)^(\+?\d[\d\pL.,:/-]*|for|until|till|(min|minute|hour|day|week|month)s?|tonight|forever)$`)

func (b *Bot) muteForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	known, err := b.Store.Task(ref.ID)
	if err != nil {
		b.drawProblem(ctx, o, view, "mute", &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("mute.not_adopted", ref.Name), Hint: batchsync.T("mute.not_adopted_hint")}, nil)
		return
	}
	b.draw(ctx, o, view, "", b.printerOf(o).MuteForm(ref, known.Muted, now()))
}

func (b *Bot) submittedMute(ctx context.Context, in submit, answer ack) {
	id, err := blocks.ParseTaskRef(in.View.PrivateMetadata)
	choice, day := blocks.MuteAnswers(in.View.State)
	at := now()
	var until time.Time
	if err == nil {
		until, err = muteEnd(choice, day, b.cfg.Zone, at)
	}
	if err != nil {
		answer(b.formErrors(in, err))
		return
	}
	err = b.saveMute(ctx, in.origin, id, until, batchsync.AuditRow{At: at, Outcome: "muted", Form: in.form()})
	if before, again := b.repeated(ctx, in, err); again {
		until, err = muteEnd(choice, day, b.cfg.Zone, before)
	} else if err == nil {
		b.settleBehind(in.origin, id, blocks.ActionMute, "")
	}
	if err != nil {
		answer(update(b.problemView(in.origin, "mute", err, nil)))
		return
	}
	answer(update(b.printer(in.User).Info(batchsync.T("mute.done", b.localTime(until)), batchsync.T("mute.done_hint"), nil)))
}

// saveMute stores until when the news of a task is held. Of the row it takes when
// that was asked for, by which form, and the outcome.
func (b *Bot) saveMute(ctx context.Context, o origin, id batchsync.TaskID, until time.Time, row batchsync.AuditRow) error {
	if err := b.people.Authorise(ctx, o.User, batchsync.ActMute); err != nil {
		b.refused(o, batchsync.ActMute, "task/"+id.String())
		return err
	}
	b.edits.Lock()
	defer b.edits.Unlock()
	task, err := b.Store.Task(id)
	if err != nil {
		return err
	}
	task.Muted = until
	row.Actor, row.Action, row.Object, row.Name = o.User, batchsync.ActMute, "task/"+id.String(), task.Name
	return b.Store.SaveTask(task, row)
}

// unmute ends a mute at once, from the card.
func (b *Bot) unmute(ctx context.Context, o origin, ref batchsync.TaskRef) {
	if err := b.saveMute(ctx, o, ref.ID, time.Time{}, batchsync.AuditRow{At: now(), Outcome: "unmuted"}); err != nil {
		b.fail(ctx, o, "unmute", err)
		return
	}
	b.shown(ctx, o, ref, blocks.ActionUnmute)
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

// localTime writes a moment in the bot's zone, by the zone's own name: drawings
// read it back, and show it in the reader's zone where Slack does that.
func (b *Bot) localTime(t time.Time) string {
	loc, err := time.LoadLocation(b.cfg.Zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format("2006-01-02 15:04") + " " + loc.String()
}
