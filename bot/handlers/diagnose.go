package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// diagnose says what is known about the trouble of a task, or about a failed
// run. What is open is looked for first: it needs no platform to be found.
func (b *Bot) diagnose(ctx context.Context, o origin, typed string) {
	typed = strings.TrimSpace(typed)
	open, err := b.Store.OpenIncidents()
	if err != nil {
		b.fail(ctx, o, "list open incidents", err)
		return
	}
	at := slices.IndexFunc(open, func(i batchsync.Incident) bool {
		run := i.Worst().Run
		return run != 0 && run.String() == typed
	})
	if ref, candidates := batchsync.FindTask(typed, tasksOf(open)); at < 0 && len(candidates) == 0 && ref.Name != "" {
		at = slices.IndexFunc(open, func(i batchsync.Incident) bool { return i.Task == ref.ID })
	}
	if at >= 0 {
		b.explain(ctx, o, open[at])
		return
	}
	b.diagnoseUntold(ctx, o, typed)
}

// diagnoseUntold finds a task or run of which no incident is open.
func (b *Bot) diagnoseUntold(ctx context.Context, o origin, typed string) {
	ref, candidates, err := b.resolve(ctx, typed)
	if id, ok := batchsync.ParseRunID(typed); ok && batchsync.CodeOf(err) == batchsync.CodeNotFound {
		run, err := b.Platform.Run(ctx, id)
		if err != nil {
			b.fail(ctx, o, "diagnose run "+typed, b.unknownRun(err, id))
			return
		}
		b.explain(ctx, o, troubleOf(run))
		return
	}
	switch {
	case err != nil:
		b.fail(ctx, o, "find task", err)
		return
	case ref.ID == 0:
		b.tell(ctx, o, b.printer(o.User).Candidates(typed, candidates))
		return
	}
	v, err := b.runsView(ctx, ref.ID)
	i := slices.IndexFunc(v.Runs, func(r batchsync.Run) bool { return r.Status == batchsync.RunFailed })
	if err == nil && i < 0 {
		err = &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("diagnose.nothing", ref.Name), Hint: batchsync.T("diagnose.nothing_hint")}
	}
	if err != nil {
		b.fail(ctx, o, "diagnose task "+ref.ID.String(), err)
		return
	}
	b.explain(ctx, o, troubleOf(v.Runs[i]))
}

// troubleOf is a run as the trouble it would be.
func troubleOf(r batchsync.Run) batchsync.Incident {
	c := batchsync.Condition{Reason: batchsync.ReasonFailed, Run: r.ID, Type: r.Type, Plan: r.Plan, Since: r.Ended, Status: r.Status, Detail: r.Failure}
	return batchsync.Incident{
		Task: r.Task, Name: r.TaskName, Type: r.TaskType, VCluster: r.VCluster, State: batchsync.IncidentOpen, Conditions: []batchsync.Condition{c},
	}
}

// diagnosed explains the incident a button names.
func (b *Bot) diagnosed(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	i, err := b.Store.Incident(batchsync.IncidentID(ref.ID))
	if err != nil {
		b.fail(ctx, in.origin, "diagnose incident "+ref.ID, err)
		return
	}
	b.explain(ctx, in.origin, i)
}

// explain answers with what the platform's message and the log of the run are
// known to mean: in the thread of an alert that everybody sees, else to the
// person alone.
func (b *Bot) explain(ctx context.Context, o origin, i batchsync.Incident) {
	d := blocks.Diagnosis{Incident: i}
	c := i.Worst()
	message, text := c.Detail, ""
	if c.Run > 0 {
		l, log, err := b.readLog(ctx, o, c.Run, 0)
		if err == nil {
			text, d.LogRead = log, true
		} else {
			b.Log.Info("log not read for a diagnosis", "run", c.Run, "error", err)
		}
		message = cmp.Or(message, l.Run.Failure)
	}
	d.Advice = batchsync.Advise(b.Drawer.Redact.String(message), text)
	drawn := b.printer(o.User).Diagnose(d)
	ours := o.Channel != "" && o.Channel[0] == 'D' && b.withUs(ctx, o)
	if o.Thread == "" || !ours && !b.mayPost(ctx, o) {
		b.tell(ctx, o, drawn)
		return
	}
	err := b.Ladder.climb(ctx, drawn, func(ctx context.Context, m blocks.Message) error {
		_, _, err := b.API.PostMessageContext(ctx, string(o.Channel), append(body(m), slack.MsgOptionTS(o.Thread))...)
		return err
	})
	if err != nil {
		b.Log.Info("diagnosis not posted in its thread", "channel", o.Channel, "error", errorCode(err))
		b.tell(ctx, o, drawn)
	}
}
