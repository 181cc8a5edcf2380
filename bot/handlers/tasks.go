package handlers

import (
	"context"
	"fmt"
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
	b.tell(ctx, o, b.card(ctx, o, v, nil))
}

// refresh redraws a task's card in place, also where the task is no more.
func (b *Bot) refresh(ctx context.Context, in click) {
	id, err := blocks.ParseTaskRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	drawn, err := b.cardNow(ctx, in.origin, id, nil)
	if err != nil {
		b.fail(ctx, in.origin, fmt.Sprintf("show task %d", id), err)
		return
	}
	b.settle(ctx, in.origin, drawn())
}

// cardNow looks at a task and tells how to draw its card; of one that is no
// more, that it is gone.
func (b *Bot) cardNow(ctx context.Context, o origin, id batchsync.TaskID, used *blocks.Settled) (func() blocks.Message, error) {
	v, err := b.look(ctx, id)
	if batchsync.CodeOf(err) == batchsync.CodeNotFound {
		name := ""
		if known, err := b.Store.Task(id); err == nil {
			name = known.Name
		}
		return func() blocks.Message { return b.printerOf(o).TaskGone(batchsync.TaskRef{ID: id, Name: name}, now()) }, nil
	}
	return func() blocks.Message { return b.card(ctx, o, v, used) }, err
}

// runs answers with the newest runs of a task.
func (b *Bot) runs(ctx context.Context, o origin, ref batchsync.TaskRef) {
	v, err := b.runsView(ctx, ref.ID)
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("list runs of task %d", ref.ID), err)
		return
	}
	v.Task = ref
	b.tell(ctx, o, b.printerOf(o).Runs(v))
}

// runsView reads the newest runs of a task; its name is that of the runs.
func (b *Bot) runsView(ctx context.Context, id batchsync.TaskID) (blocks.RunsView, error) {
	at := now()
	all, err := b.Platform.Runs(ctx, batchsync.RunFilter{Task: id, From: at.Add(-stripWindow), To: at.Add(24 * time.Hour), Limit: stripRuns})
	v := blocks.RunsView{Task: batchsync.TaskRef{ID: id}, Runs: b.stopped(all), Zone: b.cfg.PlatformZone, Now: at}
	if len(all) > 0 {
		v.Task.Name = all[0].TaskName
	}
	return v, err
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
			b.tell(ctx, o, b.printerOf(o).Deps(before, after, ref))
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
	if err := b.saveAdopted(o, task); err != nil {
		b.fail(ctx, o, fmt.Sprintf("adopt task %d", ref.ID), err)
		return
	}
	b.toldDirectly(ctx, o, task.Channel)
	b.shown(ctx, o, ref, blocks.ActionAdopt)
}

// saveAdopted stores a task, with what is known of it already.
func (b *Bot) saveAdopted(o origin, task batchsync.Task) error {
	b.edits.Lock()
	defer b.edits.Unlock()
	if known, err := b.Store.Task(task.ID); err == nil {
		known.Name, known.Owner, known.Channel = task.Name, task.Owner, task.Channel
		task = known
	}
	return b.Store.SaveTask(task, batchsync.AuditRow{
		At: now(), Actor: o.User, Action: batchsync.ActAdopt, Object: "task/" + task.ID.String(), Name: task.Name, Outcome: string(batchsync.OpDone),
	})
}

// tables answers with a page of the mapping of a task, or turns to it in place.
func (b *Bot) tables(ctx context.Context, in click) {
	ref, err := blocks.ParsePageRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	v := blocks.TablesView{Page: ref.Page}
	if v.Task, err = b.Platform.TaskInfo(ctx, ref.Task); err == nil {
		var content batchsync.Content
		content, err = b.content(ctx, v.Task)
		if batchsync.FailureOf(err) == batchsync.FailNotConfigured {
			err = nil
		}
		v.Pairs = content.Pairs
	}
	if err != nil {
		b.fail(ctx, in.origin, fmt.Sprintf("list tables of task %d", ref.Task), unknownTask(err, ref.Task.String()))
		return
	}
	drawn := b.printer(in.User).Tables(v)
	if in.Action == blocks.ActionTables {
		b.tell(ctx, in.origin, drawn)
		return
	}
	b.settle(ctx, in.origin, drawn)
}
