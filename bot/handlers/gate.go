package handlers

import (
	"context"
	"slices"
	"strings"

	"batchsync/internal/batchsync"
)

// allowed asks the one gate and tells the person when the answer is no.
func (b *Bot) allowed(ctx context.Context, o origin, act batchsync.Action, object string) bool {
	return b.allowedTyped(ctx, o, act, object, "")
}

// allowedTyped is allowed for what was typed, which a refusal is recorded with.
func (b *Bot) allowedTyped(ctx context.Context, o origin, act batchsync.Action, object, typed string) bool {
	err := b.people.Authorise(ctx, o.User, act)
	if err == nil {
		return true
	}
	if typed != "" {
		b.refusedTyped(o, act, object, typed)
	} else {
		b.refused(o, act, object)
	}
	b.fail(ctx, o, string(act), err)
	return false
}

// allowedIn asks the one gate and draws the refusal in an open modal.
func (b *Bot) allowedIn(ctx context.Context, o origin, view string, act batchsync.Action, object string) bool {
	return b.unlessRefused(ctx, o, view, act, object, b.people.Authorise(ctx, o.User, act))
}

// offeredIn does the same before a form is drawn, which asks again when it is sent.
func (b *Bot) offeredIn(ctx context.Context, o origin, view string, act batchsync.Action, object string) bool {
	return b.unlessRefused(ctx, o, view, act, object, b.people.Offer(ctx, o.User, act))
}

func (b *Bot) unlessRefused(ctx context.Context, o origin, view string, act batchsync.Action, object string, err error) bool {
	if err == nil {
		return true
	}
	b.refused(o, act, object)
	b.drawProblem(ctx, o, view, string(act), err, nil)
	return false
}

// refused records that somebody was not allowed to do something, under the name of
// what it is about where that is known.
func (b *Bot) refused(o origin, act batchsync.Action, object string) {
	b.refusedTyped(o, act, object, b.nameOfObject(object))
}

func (b *Bot) refusedTyped(o origin, act batchsync.Action, object, typed string) {
	err := b.Store.Record(batchsync.AuditRow{
		At: now(), Actor: o.User, Action: act, Object: object, Name: short(b.Drawer.Clean(typed)), Outcome: batchsync.AuditForbidden,
	})
	if err != nil {
		b.Log.Error("record refusal", "envelope", o.Envelope, "user", o.User, "action", act, "error", err)
	}
}

// nameOfObject is the name of a task, or of the one that a run or an incident is of;
// what was typed for a task, and "" where the bot does not know it. The platform is
// not asked: nothing is done for somebody who may not.
func (b *Bot) nameOfObject(object string) string {
	kind, id, _ := strings.Cut(object, "/")
	switch kind {
	case "task":
		task, isID := batchsync.ParseTaskID(id)
		if !isID {
			return id
		}
		if known, err := b.Store.Task(task); err == nil {
			return known.Name
		}
	case "incident":
		if i, err := b.Store.Incident(batchsync.IncidentID(id)); err == nil {
			return i.Name
		}
	case "run":
		if run, ok := batchsync.ParseRunID(id); ok {
			return b.nameOfRun(run)
		}
	}
	return ""
}

// nameOfRun is the name of the task of a run that an incident is about, or that the
// monitor saw last.
func (b *Bot) nameOfRun(run batchsync.RunID) string {
	if open, err := b.Store.OpenIncidents(); err == nil {
		for _, i := range open {
			if slices.ContainsFunc(i.Conditions, func(c batchsync.Condition) bool { return c.Run == run }) {
				return i.Name
			}
		}
	}
	if watches, err := b.Store.Watches(); err == nil {
		for _, w := range watches {
			if w.Last == run || w.Checked == run {
				return w.Name
			}
		}
	}
	return ""
}
