package handlers

import (
	"context"
	"errors"
	"fmt"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// acceptanceRoutes are those of acceptances and diagnoses.
func acceptanceRoutes(table map[blocks.ActionID]route) {
	const look = batchsync.ActInspect
	slow, form := how{slow: true}, how{modal: true}
	for id, r := range map[blocks.ActionID]route{
		blocks.ActionAcceptance:    {batchsync.ActAcceptance, taskClick((*Bot).acceptance), slow},
		blocks.ActionGiveFigure:    {batchsync.ActAcceptance, acceptanceClick(batchsync.ActAcceptance, (*Bot).drawFigure), form},
		blocks.ActionAccept:        {batchsync.ActAccept, acceptanceClick(batchsync.ActAccept, (*Bot).drawAccept), form},
		blocks.ActionExpect:        {batchsync.ActExpect, formClick(batchsync.ActExpect, (*Bot).expectForm), form},
		blocks.ActionDiagnoseTask:  {look, taskClick((*Bot).diagnoseTask), slow},
		blocks.ActionDiagnoseRun:   {look, runClick((*Bot).diagnoseRun), slow},
		blocks.ActionProbe:         {look, taskClick((*Bot).probe), slow},
		blocks.ActionTestSource:    {look, taskClick((*Bot).testSource), slow},
		blocks.ActionSwitchCluster: {batchsync.ActSchedule, formClick(batchsync.ActSchedule, (*Bot).clusterForm), form},
	} {
		table[id] = r
	}
}

// acceptance asks for an examination of a task's delivery. Its card shows how
// that goes.
func (b *Bot) acceptance(ctx context.Context, o origin, ref batchsync.TaskRef) {
	if err := noSyncTask(ref); err != nil {
		b.fail(ctx, o, "ask for acceptance", err)
		return
	}
	channel, thread := b.acceptancePlace(ctx, o, ref.ID)
	a := batchsync.NewAcceptance(batchsync.AcceptanceID(newID()), batchsync.OnRequest, ref.ID, ref.Name, channel, thread, now())
	a.By = o.User
	err := b.Store.AskAcceptance(a, b.acceptanceRow(o, batchsync.ActAcceptance, a, batchsync.AuditAsked))
	var asked *batchsync.AskedError
	switch {
	case errors.As(err, &asked):
		card := b.permalink(ctx, batchsync.AcceptanceMessage(asked.By.ID))
		b.tell(ctx, o.aside(), b.printerOf(o).Notice([]batchsync.Text{batchsync.T("accepting.under_way", ref.Name, card)}))
	case err != nil:
		b.fail(ctx, o, fmt.Sprintf("ask for acceptance of task %d", ref.ID), err)
	case channel != o.Channel:
		b.toldDirectly(ctx, o, channel)
	}
}

func (b *Bot) acceptanceRow(o origin, act batchsync.Action, a batchsync.Acceptance, outcome string) batchsync.AuditRow {
	return batchsync.AuditRow{At: now(), Actor: o.User, Action: act, Object: "task/" + a.Task.String(), Name: a.Name, Outcome: outcome}
}

// acceptancePlace is where the card of an acceptance stands: where it was asked
// for, in the thread of the card before where the button was pressed there, or
// where the task's news goes when it was asked for in no channel.
func (b *Bot) acceptancePlace(ctx context.Context, o origin, id batchsync.TaskID) (batchsync.ChannelID, batchsync.MessageID) {
	if known, err := b.Store.Task(id); o.Channel == "" && err == nil && known.Channel != "" {
		return known.Channel, ""
	}
	home := b.homeOf(ctx, o)
	last, err := b.Store.LastAcceptance(id)
	if err != nil || last.Thread == "" || home != o.Channel || !o.public() {
		return home, ""
	}
	if root, err := b.Store.Message(last.Thread); err == nil && root.TS == o.Thread && root.Posted == o.Channel {
		return last.Channel, last.Thread
	}
	return home, ""
}

// acceptanceClick opens a modal about the acceptance that a button names, as it
// was when the button was drawn.
func acceptanceClick(act batchsync.Action, fill func(b *Bot, ctx context.Context, o origin, view string, a batchsync.Acceptance)) func(*Bot, context.Context, click) {
	return func(b *Bot, ctx context.Context, in click) {
		ref, err := blocks.ParseRef(in.Value)
		if err != nil {
			b.unknownButton(ctx, in)
			return
		}
		b.openAndFill(ctx, in.origin, act, "acceptance/"+ref.ID, func(ctx context.Context, view string) {
			a, err := b.Store.Acceptance(batchsync.AcceptanceID(ref.ID))
			if err == nil && a.Version != ref.Version {
				err = changedSince()
			}
			if err != nil {
				b.drawProblem(ctx, in.origin, view, "read acceptance "+ref.ID, err, nil)
				return
			}
			fill(b, ctx, in.origin, view, a)
		})
	}
}

func changedSince() error {
	return &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("acceptance.changed_since")}
}

// acceptForm asks whether to accept the delivery of a task as it was examined
// last.
func (b *Bot) acceptForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	a, err := b.Store.LastAcceptance(ref.ID)
	if batchsync.CodeOf(err) == batchsync.CodeNotFound {
		err = &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("accept.none", ref.Name), Hint: batchsync.T("accept.first")}
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("accept delivery of task %d", ref.ID), err, nil)
		return
	}
	b.drawAccept(ctx, o, view, a)
}

func (b *Bot) drawAccept(ctx context.Context, o origin, view string, a batchsync.Acceptance) {
	if err := unacceptable(a); err != nil {
		b.drawProblem(ctx, o, view, "accept delivery "+string(a.ID), err, nil)
		return
	}
	b.draw(ctx, o, view, "", b.printerOf(o).AcceptForm(a))
}

// unacceptable says why a delivery cannot be accepted, nil when it can.
func unacceptable(a batchsync.Acceptance) error {
	conflict := func(text, hint batchsync.TextKey) error {
		e := &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T(text, a.Name)}
		if hint != "" {
			e.Hint = batchsync.T(hint)
		}
		return e
	}
	switch {
	case blocks.Acceptable(a):
		return nil
	case a.State != batchsync.AcceptanceDone:
		return conflict("accept.asked", "accept.wait")
	case a.Verdict == batchsync.VerdictFailed:
		return conflict("accept.failed", "accept.again")
	case a.ReopenedBy != "":
		return conflict("accept.reopened", "accept.again")
	}
	return conflict("accept.before", "")
}

// submittedAccept records who accepted, on which figures. Who did so before, as
// when the form is delivered again, is told once more that it is accepted.
func (b *Bot) submittedAccept(ctx context.Context, in submit, answer ack) {
	a, err := b.submittedAbout(ctx, in, batchsync.ActAccept)
	if err != nil && a.Accepted() && a.AcceptedBy == in.User {
		err = nil
	} else if err == nil {
		_, err = b.Store.AcceptDelivery(a.ID, a.Version, in.User, now(), b.acceptanceRow(in.origin, batchsync.ActAccept, a, string(batchsync.OpDone)))
	}
	if err != nil {
		answer(update(b.problemView(in.origin, "accept delivery", err, nil)))
		return
	}
	answer(update(b.printer(in.User).Info(batchsync.T("accept.done", a.Name), batchsync.Text{}, nil)))
	b.Deliver()
}

// submittedAbout is the acceptance that a modal is about, as it was when that
// was drawn, if the person may do what it is for.
func (b *Bot) submittedAbout(ctx context.Context, in submit, act batchsync.Action) (batchsync.Acceptance, error) {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err != nil {
		return batchsync.Acceptance{}, changedSince()
	}
	if err := b.people.Authorise(ctx, in.User, act); err != nil {
		b.refused(in.origin, act, "acceptance/"+ref.ID)
		return batchsync.Acceptance{}, err
	}
	a, err := b.Store.Acceptance(batchsync.AcceptanceID(ref.ID))
	if err == nil && a.Version != ref.Version {
		err = changedSince()
	}
	return a, err
}
