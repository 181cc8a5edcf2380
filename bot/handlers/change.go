package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// A change of an existing task is first proposed: what was seen of the task
// and what would be done is stored, drawn for the person, and begun only when
// that very proposal is confirmed. Modals carry its id and nothing else.

// propose stores a change for confirmation.
func (b *Bot) propose(o origin, kind batchsync.OperationKind, task batchsync.TaskID, channel batchsync.ChannelID, c batchsync.Change) (batchsync.Operation, error) {
	op := batchsync.NewChange(batchsync.OperationID(newID()), kind, o.User, channel, task, c, now())
	op.State = batchsync.OpProposed
	if c.Backfill != nil {
		c.Backfill.Job = batchsync.JobName(o.User, op.ID)
	}
	return op, b.Store.Propose(op)
}

// seenNow describes the task for a change as it stands.
func (b *Bot) seenNow(v batchsync.TaskView) batchsync.Change {
	c := batchsync.Change{Name: v.Ref.Name, Type: v.Ref.Type, VCluster: v.VCluster(), Zone: b.cfg.PlatformZone}
	if v.Deployed != nil {
		c.Online, c.Cron = v.Deployed.Online, v.Deployed.Cron
	}
	return c
}

// calledTask is what the bot knows a task as, its id where it does not.
func (b *Bot) calledTask(id batchsync.TaskID) string {
	if known, err := b.Store.Task(id); err == nil {
		return known.Name
	}
	return id.String()
}

// ready looks at a task that is to be changed; what stands in the way is drawn
// in the modal.
func (b *Bot) ready(ctx context.Context, o origin, view string, id batchsync.TaskID) (batchsync.TaskView, bool) {
	v, err := b.look(ctx, id)
	switch {
	case batchsync.CodeOf(err) == batchsync.CodeNotFound:
		err = vanished(b.calledTask(id))
	case err == nil && !v.Ref.Type.IsSync():
		err = &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("change.no_sync", v.Ref.Name), Hint: batchsync.T("change.no_sync_hint")}
	case err == nil && v.Deployed == nil:
		err = &batchsync.Error{Code: batchsync.CodeUnreachable, Text: batchsync.T("task.state_unread"), Hint: batchsync.T("task.state_unread_hint")}
	case err == nil && v.Holder != nil:
		pr := b.held(ctx, o, &batchsync.HeldError{By: *v.Holder, Lock: batchsync.TaskLock(id)})
		err = &batchsync.Error{Code: batchsync.CodeConflict, Text: pr.Text, Hint: pr.Hint}
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("look at task %d", id), err, nil)
		return v, false
	}
	return v, true
}

// present proposes a change and draws it for confirmation.
func (b *Bot) present(ctx context.Context, o origin, view string, kind batchsync.OperationKind, v batchsync.TaskView, c batchsync.Change) {
	op, err := b.propose(o, kind, v.Ref.ID, b.cardHome(ctx, o, v), c)
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("propose %s of task %d", kind, v.Ref.ID), err, nil)
		return
	}
	p := b.printerOf(o)
	switch kind {
	case batchsync.OpBackfill:
		b.draw(ctx, o, view, "", p.BackfillReview(op))
	case batchsync.OpDeploy:
		b.draw(ctx, o, view, "", p.DeployForm(op, v))
	case batchsync.OpUndeploy:
		b.draw(ctx, o, view, "", p.UndeployForm(op, v))
	default:
		b.draw(ctx, o, view, "", p.Confirm(op))
	}
}

// cardHome is where the card of a change stands: where it was asked for, or
// where the task's news goes when it was asked for in no channel.
func (b *Bot) cardHome(ctx context.Context, o origin, v batchsync.TaskView) batchsync.ChannelID {
	if o.Channel == "" && v.Known != nil && v.Known.Channel != "" {
		return v.Known.Channel
	}
	return b.homeOf(ctx, o)
}

func (b *Bot) deployForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	v, ok := b.ready(ctx, o, view, ref.ID)
	if !ok {
		return
	}
	if v.Draft == nil || v.Draft.Cron == "" {
		b.drawProblem(ctx, o, view, "deploy", &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("deploy.no_schedule", ref.Name), Hint: batchsync.T("deploy.no_schedule_hint")}, nil)
		return
	}
	c := b.seenNow(v)
	c.Saved = v.Draft
	b.present(ctx, o, view, batchsync.OpDeploy, v, c)
}

func (b *Bot) undeployForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	v, ok := b.ready(ctx, o, view, ref.ID)
	if !ok {
		return
	}
	if !v.Deployed.Online {
		b.drawProblem(ctx, o, view, "undeploy", &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("undeploy.offline", ref.Name)}, nil)
		return
	}
	if !v.AfterRead { // who would be hit is not known
		text := batchsync.T("undeploy.after_unread", ref.Name)
		b.Log.InfoContext(ctx, "undeployment not offered: tasks after it not read", "user", o.User, "task", ref.ID)
		b.draw(ctx, o, view, "", b.printerOf(o).LookAgain(text, batchsync.T("undeploy.after_unread_hint"), blocks.ActionUndeploy, ref.ID))
		return
	}
	c := b.seenNow(v)
	c.After = v.After
	b.present(ctx, o, view, batchsync.OpUndeploy, v, c)
}

// refill looks once more for a form that could not be filled, in its modal.
func (b *Bot) refill(ctx context.Context, in click, act batchsync.Action, id batchsync.TaskID, fill formFunc) {
	view, o := in.View.ID, in.origin
	opening := b.opened.of(view)
	o.Channel, o.From = opening.channel, opening.from
	if !b.offeredIn(ctx, o, view, act, "task/"+id.String()) {
		return
	}
	b.draw(ctx, o, view, "", b.printerOf(o).Loading())
	b.fillBehind(o, view, func(ctx context.Context) { b.fillModal(ctx, o, view, id.String(), fill) })
}

// rerun asks to repeat a run, typed or clicked.
func (b *Bot) rerun(ctx context.Context, o origin, typed string) {
	b.onRunInModal(ctx, o, typed, batchsync.OpRerun)
}

// stop asks to stop a run, typed or clicked.
func (b *Bot) stop(ctx context.Context, o origin, typed string) {
	b.onRunInModal(ctx, o, typed, batchsync.OpStop)
}

func (b *Bot) onRunInModal(ctx context.Context, o origin, typed string, kind batchsync.OperationKind) {
	id, err := typedRun(string(kind), typed)
	if err != nil {
		b.fail(ctx, o, "read run id", err)
		return
	}
	b.openAndFill(ctx, o, kind.Action(), "run/"+id.String(), func(ctx context.Context, view string) {
		b.fillForRun(ctx, o, view, id, kind)
	})
}

func (b *Bot) fillForRun(ctx context.Context, o origin, view string, id batchsync.RunID, kind batchsync.OperationKind) {
	run, err := b.Platform.Run(ctx, id)
	err = b.noSuchRun(ctx, err, id)
	if err == nil && kind == batchsync.OpStop && run.Status.Over() {
		err = &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("stop.over", id.String())}
	}
	if err == nil && kind == batchsync.OpRerun && !run.Status.Over() {
		err = &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("rerun.at_work", id.String())}
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("%s run %d", kind, id), err, nil)
		return
	}
	v, ok := b.ready(ctx, o, view, run.Task)
	if !ok {
		return
	}
	c := b.seenNow(v)
	c.Run, c.Plan = run.ID, run.Plan
	b.present(ctx, o, view, kind, v, c)
}

// confirmed begins a proposed change. The answer to Slack comes after it is on
// disk.
func (b *Bot) confirmed(ctx context.Context, in submit, answer ack) {
	p := b.printer(in.User)
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err != nil || ref.Version != 1 || ref.Plan != "" { // a proposal is never changed
		answer(update(p.Info(batchsync.T("proposal.gone"), batchsync.T("proposal.gone_hint"), nil)))
		return
	}
	op, err := b.Store.Proposal(batchsync.OperationID(ref.ID))
	if batchsync.CodeOf(err) == batchsync.CodeNotFound {
		b.begunAlready(ctx, in, batchsync.OperationID(ref.ID), answer)
		return
	}
	if err == nil && op.Actor != in.User {
		err = &batchsync.Error{Code: batchsync.CodeForbidden, Text: batchsync.T("proposal.not_yours")}
	}
	if err == nil {
		if err = b.people.Authorise(ctx, in.User, op.Kind.Action()); err != nil {
			b.refused(in.origin, op.Kind.Action(), "task/"+op.Task.String())
		}
	}
	if err != nil {
		answer(update(b.problemView(in.origin, "confirm "+string(op.Kind), err, nil)))
		return
	}
	if op.Kind == batchsync.OpUndeploy {
		if shown := b.undeployTyped(in, &op); shown != nil {
			answer(shown)
			return
		}
	}
	if op.Kind == batchsync.OpDebug && op.Debug != nil {
		b.debugAnswers(in, &op)
	}
	b.beginChange(ctx, in, op, answer)
}

// undeployTyped takes the typed name and the choice over; it returns what is
// to be answered instead when one of them, or both, cannot be.
func (b *Bot) undeployTyped(in submit, op *batchsync.Operation) any {
	typed, withDownstream := blocks.UndeployAnswers(in.View.State)
	waiting := slices.ContainsFunc(op.Change.After, func(t batchsync.TaskLink) bool { return t.Online })
	var wrong []error
	if waiting && !withDownstream {
		wrong = append(wrong, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("undeploy.downstream_online"), Hint: batchsync.T("undeploy.downstream_online_hint")})
	}
	if typed != op.Change.Name {
		wrong = append(wrong, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("undeploy.name_differs", op.Change.Name)})
	}
	if len(wrong) > 0 {
		return b.formErrors(in, wrong...)
	}
	c := *op.Change
	c.WithDownstream = withDownstream && len(c.After) > 0
	op.Change = &c
	return nil
}

func (b *Bot) beginChange(ctx context.Context, in submit, op batchsync.Operation, answer ack) {
	op, err := op.Confirm(now())
	if err != nil {
		answer(update(b.problemView(in.origin, "confirm operation "+string(op.ID), err, nil)))
		return
	}
	err = b.Store.Begin(batchsync.Begin{Operation: op, Audit: batchsync.AuditRow{
		At: now(), Actor: in.User, Action: op.Kind.Action(), Object: "task/" + op.Task.String(), Name: op.Name(),
		Outcome: batchsync.AuditAsked, Operation: op.ID,
	}})
	var held *batchsync.HeldError
	switch {
	case err == nil:
		b.begun(ctx, op)
		b.answerView(ctx, in.origin, answer, in.View.ID, b.printer(in.User).Started(op))
		b.Deliver()
		b.Run(op.ID)
		b.settleBehind(in.origin, op.Task, buttonOf(op.Kind), op.ID)
	case errors.As(err, &held):
		pr := b.held(ctx, in.origin, held)
		b.answerView(ctx, in.origin, answer, in.View.ID, b.printer(in.User).Info(pr.Text, pr.Hint, nil))
	case batchsync.CodeOf(err) == batchsync.CodeConflict:
		b.begunAlready(ctx, in, op.ID, answer)
	default:
		answer(update(b.problemView(in.origin, "begin operation "+string(op.ID), err, nil)))
	}
}

// begunAlready answers a confirmation that was confirmed before, or that came
// too late.
func (b *Bot) begunAlready(ctx context.Context, in submit, id batchsync.OperationID, answer ack) {
	p := b.printer(in.User)
	if op, err := b.Store.Operation(id); err == nil && op.Actor == in.User {
		b.answerView(ctx, in.origin, answer, in.View.ID, p.Started(op))
		return
	}
	answer(update(p.Info(batchsync.T("proposal.gone"), batchsync.T("proposal.gone_hint"), nil)))
}
