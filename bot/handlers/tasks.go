package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// show answers with the task's card as the platform describes it now.
func (b *Bot) show(ctx context.Context, o origin, ref batchsync.TaskRef) {
	v, err := b.look(ctx, ref.ID)
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("show task %d", ref.ID), err)
		return
	}
	b.tell(ctx, o, b.printer(o.User).Task(v))
}

// refresh redraws a task's card in place.
func (b *Bot) refresh(ctx context.Context, o origin, ref batchsync.TaskRef) {
	v, err := b.look(ctx, ref.ID)
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("show task %d", ref.ID), err)
		return
	}
	b.settle(ctx, o, b.printer(o.User).Task(v))
}

// recent is how far back a list looks for each task's newest run.
const recent = 48 * time.Hour

// list answers with tasks: all, those of the person, those whose newest run
// failed, or those whose name contains a text.
func (b *Bot) list(ctx context.Context, o origin, filter string) {
	rows, err := b.rows(ctx, o, strings.TrimSpace(filter))
	if err != nil {
		b.fail(ctx, o, "list tasks", err)
		return
	}
	b.tell(ctx, o, b.printer(o.User).TaskList(blocks.TaskList{Filter: strings.TrimSpace(filter), Rows: rows, Total: len(rows), FreshAt: now(), Now: now()}))
}

func (b *Bot) rows(ctx context.Context, o origin, filter string) ([]blocks.TaskRow, error) {
	word := strings.ToLower(filter)
	var refs []batchsync.TaskRef
	var err error
	if filter == "" || word == "mine" || word == "failed" {
		refs, err = b.Platform.Tasks(ctx)
	} else {
		refs, err = b.Platform.TasksLike(ctx, filter)
	}
	if err != nil {
		return nil, err
	}
	known, err := b.Store.Tasks()
	if err != nil {
		return nil, err
	}
	at := now()
	runs, err := b.Platform.Runs(ctx, batchsync.RunFilter{From: at.Add(-recent), To: at.Add(time.Minute), Limit: maxListedRuns})
	if err != nil {
		return nil, err
	}
	var rows []blocks.TaskRow
	for _, ref := range refs {
		row := blocks.TaskRow{Ref: ref, Last: newestRun(runs, ref.ID)}
		if i := slices.IndexFunc(known, func(t batchsync.Task) bool { return t.ID == ref.ID }); i >= 0 {
			row.Known = &known[i]
		}
		if ref.Type.IsSync() && wanted(row, word, o.User) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// maxListedRuns bounds the runs read for a list.
const maxListedRuns = 1000

func wanted(row blocks.TaskRow, word string, user batchsync.UserID) bool {
	switch word {
	case "mine":
		return row.Known != nil && row.Known.Owner == user
	case "failed":
		return row.Last != nil && row.Last.Status == batchsync.RunFailed
	}
	return true
}

// newestRun is the task's newest run by plan time; runs come newest first.
func newestRun(runs []batchsync.Run, id batchsync.TaskID) *batchsync.Run {
	i := slices.IndexFunc(runs, func(r batchsync.Run) bool {
		return r.Task == id && (r.Status.Over() || r.Status == batchsync.RunRunning)
	})
	if i < 0 {
		return nil
	}
	return &runs[i]
}

// runs answers with the newest runs of a task.
func (b *Bot) runs(ctx context.Context, o origin, ref batchsync.TaskRef) {
	at := now()
	all, err := b.Platform.Runs(ctx, batchsync.RunFilter{Task: ref.ID, From: at.Add(-stripWindow), To: at.Add(24 * time.Hour), Limit: stripRuns})
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("list runs of task %d", ref.ID), err)
		return
	}
	b.tell(ctx, o, b.printer(o.User).Runs(blocks.RunsView{Task: ref, Runs: all, Zone: b.cfg.PlatformZone, Now: at}))
}

// maxLookedUp bounds the look-ups of tasks before one.
const maxLookedUp = 10

// deps answers with the tasks before and after one.
func (b *Bot) deps(ctx context.Context, o origin, ref batchsync.TaskRef) {
	before, err := b.Platform.Upstream(ctx, ref.ID)
	for i := range before[:min(len(before), maxLookedUp)] {
		// The platform names them only; whether they are online is asked for each.
		if d, err := b.Platform.Deployed(ctx, before[i].ID); err == nil {
			before[i].Online, before[i].Cron, before[i].VCluster = d.Online, d.Cron, d.VCluster
		}
	}
	if err == nil {
		var after []batchsync.TaskLink
		if after, err = b.Platform.Downstream(ctx, ref.ID); err == nil {
			b.tell(ctx, o, b.printer(o.User).Deps(before, after, ref))
			return
		}
	}
	b.fail(ctx, o, fmt.Sprintf("read dependencies of task %d", ref.ID), err)
}

// adopt makes the bot remember a task that was made elsewhere: its news goes
// to this channel from now on.
func (b *Bot) adopt(ctx context.Context, o origin, ref batchsync.TaskRef) {
	if !ref.Type.IsSync() {
		b.fail(ctx, o, "adopt task", &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("adopt.no_sync", ref.Name)})
		return
	}
	url, _ := b.Platform.StudioURL(ctx, ref.ID) // a link is a convenience
	task := batchsync.Task{ID: ref.ID, Name: ref.Name, Type: ref.Type, Owner: o.User, Channel: b.homeOf(ctx, o), StudioURL: url, CreatedAt: now()}
	if known, err := b.Store.Task(ref.ID); err == nil {
		known.Name, known.Owner, known.Channel = task.Name, task.Owner, task.Channel
		task = known
	}
	err := b.Store.SaveTask(task, batchsync.AuditRow{
		At: now(), Actor: o.User, Action: batchsync.ActAdopt, Object: "task/" + ref.ID.String(), Name: ref.Name, Outcome: string(batchsync.OpDone),
	})
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("adopt task %d", ref.ID), err)
		return
	}
	b.show(ctx, o, ref)
}

// allowed asks the one gate and tells the person when the answer is no.
func (b *Bot) allowed(ctx context.Context, o origin, act batchsync.Action, object string) bool {
	err := b.people.Authorise(ctx, o.User, act)
	if err == nil {
		return true
	}
	b.refused(o, act, object)
	b.fail(ctx, o, string(act), err)
	return false
}
