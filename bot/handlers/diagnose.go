package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

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
	if _, ok := batchsync.ParseRunID(typed); ok && batchsync.CodeOf(err) == batchsync.CodeNotFound {
		b.diagnoseRun(ctx, o, typed)
		return
	}
	switch {
	case err != nil:
		b.fail(ctx, o, "find task", err)
		return
	case ref.ID == 0:
		b.tell(ctx, o, b.printerOf(o).Candidates(typed, candidates))
		return
	}
	b.diagnoseLast(ctx, o, ref)
}

// diagnoseRun says what is known about a run: why it failed, or that it did not.
func (b *Bot) diagnoseRun(ctx context.Context, o origin, typed string) {
	id, err := typedRun("diagnose", typed)
	var run batchsync.Run
	if err == nil {
		run, err = b.Platform.Run(ctx, id)
		err = b.unknownRun(err, id)
	}
	if err != nil {
		b.fail(ctx, o, "diagnose run "+typed, err)
		return
	}
	b.explainRun(ctx, o, b.stopped([]batchsync.Run{run})[0])
}

// explainRun explains a run by how it stands: only what failed is trouble.
func (b *Bot) explainRun(ctx context.Context, o origin, run batchsync.Run) {
	if run.Status == batchsync.RunFailed || run.Status == batchsync.RunBlocked {
		b.explain(ctx, o, troubleOf(run))
		return
	}
	fine := well(batchsync.TaskRef{ID: run.Task, Name: run.TaskName, Type: run.TaskType})
	b.explainAs(ctx, o, blocks.Diagnosis{Incident: fine, Run: &run, Studio: run.OpsURL})
}

// well is a task of which nothing is known to be wrong.
func well(ref batchsync.TaskRef) batchsync.Incident {
	return batchsync.Incident{Task: ref.ID, Name: ref.Name, Type: ref.Type, State: batchsync.IncidentOpen}
}

// troubleOf is a run that failed, or is kept from beginning, as the trouble it
// would be.
func troubleOf(r batchsync.Run) batchsync.Incident {
	reason := batchsync.ReasonFailed
	if r.Status == batchsync.RunBlocked {
		reason = batchsync.ReasonBlocked
	}
	c := batchsync.Condition{Reason: reason, Run: r.ID, Type: r.Type, Plan: r.Plan, Since: r.Ended, Status: r.Status, Detail: r.Failure}
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

// diagnoseTask says what is known about a task, whatever it is that is wrong:
// its open incident, its last run if that failed, or that nothing did.
func (b *Bot) diagnoseTask(ctx context.Context, o origin, ref batchsync.TaskRef) {
	defer b.patience(o).Stop()
	open, err := b.Store.OpenIncidents()
	if err != nil {
		b.fail(ctx, o, "list open incidents", err)
		return
	}
	if at := slices.IndexFunc(open, func(i batchsync.Incident) bool { return i.Task == ref.ID }); at >= 0 {
		b.explain(ctx, o, open[at])
		return
	}
	b.diagnoseLast(ctx, o, ref)
}

// diagnoseLast explains the last run of a task that is over.
func (b *Bot) diagnoseLast(ctx context.Context, o origin, ref batchsync.TaskRef) {
	v, err := b.runsView(ctx, ref.ID)
	if err != nil {
		b.fail(ctx, o, "diagnose task "+ref.ID.String(), err)
		return
	}
	i := slices.IndexFunc(v.Runs, func(r batchsync.Run) bool { return r.Status.Over() })
	if i < 0 || v.Runs[i].Status == batchsync.RunSuccess {
		b.explain(ctx, o, well(ref))
		return
	}
	b.explainRun(ctx, o, v.Runs[i])
}

// explain answers with what the platform's message and the log of the run are
// known to mean, what changed since the last success, and who waits.
func (b *Bot) explain(ctx context.Context, o origin, i batchsync.Incident) {
	b.explainAs(ctx, o, blocks.Diagnosis{Incident: i, Studio: i.Found.OpsURL})
}

// explainAs explains what is diagnosed so far.
func (b *Bot) explainAs(ctx context.Context, o origin, d blocks.Diagnosis) {
	i := d.Incident
	var parts sync.WaitGroup
	part := func(read func() error) {
		parts.Go(func() {
			if err := b.safely(read); err != nil {
				b.Log.InfoContext(ctx, "part of a diagnosis not read", "task", i.Task, "error", err)
			}
		})
	}
	said := make(chan runWords, 1)
	part(func() error {
		defer close(said)
		return b.advise(ctx, o, &d, said)
	})
	if i.Task > 0 {
		part(func() error { return b.compare(ctx, &d, said) })
		part(func() (err error) {
			d.After, err = b.Platform.Downstream(ctx, i.Task)
			d.AfterRead = err == nil
			return err
		})
		part(func() error {
			if last, err := b.Store.LastAcceptance(i.Task); err == nil {
				d.Delivery = &last
			}
			return nil
		})
	}
	if i.ID == "" && i.Worst().Run > 0 { // of an incident the monitor knows whether it is over
		part(func() error { return b.since(ctx, &d) })
	}
	studio := ""
	if d.Studio == "" && i.Task > 0 {
		part(func() error { studio = b.studio(ctx, i.Task); return nil })
	}
	parts.Wait()
	d.Studio = cmp.Or(d.Studio, studio)
	b.answerIn(ctx, o, b.copies.keep(b.printerOf(o).Diagnose(d)))
}

// since finds the newest run of the task that succeeded after the one that
// failed.
func (b *Bot) since(ctx context.Context, d *blocks.Diagnosis) error {
	v, err := b.runsView(ctx, d.Incident.Task)
	if err != nil {
		return err
	}
	failed := d.Incident.Worst()
	end := failed.Since
	if end.IsZero() {
		end = failed.Plan // it never began
	}
	for _, r := range v.Runs {
		if r.Status == batchsync.RunSuccess && r.ID != failed.Run && r.Ended.After(end) && (d.Later == nil || r.Ended.After(d.Later.Ended)) {
			d.Later = &r
		}
	}
	return nil
}

// advise reads what the run said, passes it on, and says what that is known to
// mean.
func (b *Bot) advise(ctx context.Context, o origin, d *blocks.Diagnosis, said chan<- runWords) error {
	c := d.Incident.Worst()
	message, text := c.Detail, ""
	var unread error
	if c.Run > 0 {
		l, log, err := b.readLog(ctx, o, c.Run, 0)
		if unread = err; err == nil {
			text, d.LogRead = log, true
		}
		message = cmp.Or(message, l.Run.Failure)
	}
	said <- runWords{message, text}
	known := unread
	if batchsync.CodeOf(unread) == batchsync.CodeNotFound {
		known = nil // a run without a log is no trouble by itself
	}
	d.Advice = batchsync.Advise(b.Drawer.Redact.String(message), text, known)
	return unread
}

// answerIn answers in the thread of a message that everybody sees, else the
// person alone.
func (b *Bot) answerIn(ctx context.Context, o origin, drawn blocks.Message) {
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
		b.Log.InfoContext(ctx, "answer not posted in its thread", "channel", o.Channel, "error", errorCode(err))
		b.tell(ctx, o, drawn)
	}
}
