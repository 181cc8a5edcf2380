package handlers

import (
	"context"
	"errors"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// openWizard opens the modal for a draft.
func (b *Bot) openWizard(ctx context.Context, o origin, id batchsync.DraftID) {
	b.Lists.Warm(batchsync.Prefetch{})
	b.begin(ctx, o, b.openFrame(ctx, o), id)
}

// begin fills an open modal: the draft asked for, the choice between an
// unfinished one and a new one, or a new one.
func (b *Bot) begin(ctx context.Context, o origin, view string, id batchsync.DraftID) {
	if err := b.people.Offer(ctx, o.User, batchsync.ActCreate); err != nil {
		b.refused(o, batchsync.ActCreate, "draft/"+string(id))
		b.drawProblem(ctx, o, view, "open wizard", err, nil)
		return
	}
	if id != "" {
		b.resume(ctx, o, view, id)
		return
	}
	open, err := b.Store.OpenDrafts(o.User)
	switch {
	case err != nil:
		b.drawProblem(ctx, o, view, "find open drafts", err, nil)
	case len(open) > 0:
		b.draw(ctx, o, view, "", b.printerOf(o).Choose(open[0], len(open)-1, now()))
	default:
		b.startDraft(ctx, o, view)
	}
}

func (b *Bot) resume(ctx context.Context, o origin, view string, id batchsync.DraftID) {
	draft, err := b.ownDraft(o, id)
	if err == nil && draft.Mistaken != "" {
		draft, err = b.wentOn(ctx, o, draft)
	}
	if err != nil {
		b.drawProblem(ctx, o, view, "resume draft", err, nil)
		return
	}
	spec := draft.Spec()
	b.carryOut([]batchsync.Effect{batchsync.Prefetch{Source: spec.Source.ID, SourceSchema: spec.SourceSchema}})
	b.drawDraft(ctx, o, view, draft, nil)
}

// ownDraft loads a draft of this person. What a payload names is a reference:
// other people's drafts are refused whatever the payload says.
func (b *Bot) ownDraft(o origin, id batchsync.DraftID) (batchsync.Draft, error) {
	draft, err := b.Store.Draft(id)
	if err != nil {
		return draft, err
	}
	if draft.Owner != o.User {
		return draft, &batchsync.Error{Code: batchsync.CodeForbidden, Text: batchsync.T("draft.not_yours")}
	}
	return draft, nil
}

func (b *Bot) startDraft(ctx context.Context, o origin, view string) {
	draft := b.newDraft(ctx, o)
	if err := b.Store.CreateDraft(draft); err != nil {
		b.drawProblem(ctx, o, view, "create draft", err, nil)
		return
	}
	b.drawDraft(ctx, o, view, draft, nil)
	b.toldDirectly(ctx, o, draft.Channel)
}

func (b *Bot) newDraft(ctx context.Context, o origin) batchsync.Draft {
	return batchsync.NewDraft(batchsync.DraftID(newID()), o.User, b.homeOf(ctx, o), batchsync.Defaults{
		Zone: b.cfg.Zone, TargetSchema: b.cfg.TargetSchema, VCluster: b.cfg.VCluster,
	}, now())
}

// toldDirectly says that a card and the news after it do not come where they
// were asked for.
func (b *Bot) toldDirectly(ctx context.Context, o origin, home batchsync.ChannelID) {
	if !direct(o.Channel) && home != o.Channel {
		b.tell(ctx, o, b.printerOf(o).Notice([]batchsync.Text{batchsync.T("channel.direct")}))
	}
}

// homeOf decides where the card will stand: in the channel the wizard was
// opened in if the bot may post there and nobody from outside reads along,
// else in a direct message.
func (b *Bot) homeOf(ctx context.Context, o origin) batchsync.ChannelID {
	direct := batchsync.ChannelID(o.User)
	if o.Channel == "" || o.Channel[0] == 'D' {
		return direct
	}
	if err := b.Channels.refuses(ctx, o.Channel); err != nil {
		b.Log.InfoContext(ctx, "channel is not taken", "channel", o.Channel, "user", o.User, "error", err)
		return direct
	}
	return o.Channel
}

// drawDraft shows a draft as it stands: its screen, or what became of it.
func (b *Bot) drawDraft(ctx context.Context, o origin, view string, d batchsync.Draft, problems []batchsync.FieldError) {
	b.draw(ctx, o, view, "", b.drawing(o, d, problems))
	b.behind(o, view, d)
}

func (b *Bot) drawing(o origin, d batchsync.Draft, problems []batchsync.FieldError) slack.ModalViewRequest {
	p := b.printerOf(o)
	switch d.State {
	case batchsync.DraftOpen:
		return p.Wizard(b.screen(d, problems))
	case batchsync.DraftConfirmed:
		if op, err := b.Store.Operation(d.Operation); err == nil {
			return p.Creating(op)
		}
	}
	return p.Info(batchsync.T("draft.gone"), batchsync.T("draft.gone_hint"), new(batchsync.DraftID))
}

// screen is what an open draft's present screen is drawn from.
func (b *Bot) screen(d batchsync.Draft, problems []batchsync.FieldError) blocks.Screen {
	s := blocks.Screen{Draft: d, Problems: problems, Facts: b.facts(d), PlatformZone: b.cfg.PlatformZone, Now: now(), ReaderZone: b.people.Zone(d.Owner)}
	if d.Step == batchsync.StepSchedule || d.Step == batchsync.StepReview {
		spec := d.Spec()
		s.Crowd = b.crowd(spec.Schedule, spec.Source.Name, 0)
	}
	if d.Step == batchsync.StepReview {
		b.reviewed(&s)
	}
	return s
}

func (b *Bot) drawProblem(ctx context.Context, o origin, view, what string, err error, again *batchsync.DraftID) {
	o.done()
	if cut(ctx) {
		b.Log.InfoContext(ctx, "request cut short", "what", what, "user", o.User, "error", err)
		err = interrupted()
	}
	b.draw(ctx, o, view, "", b.problemView(o, what, err, again))
}

func (b *Bot) problemView(o origin, what string, err error, again *batchsync.DraftID) slack.ModalViewRequest {
	pr, ref := b.problem(o, what, err)
	hint := pr.Hint
	if ref != "" {
		hint = batchsync.T("error.reference", ref)
	}
	return b.printerOf(o).Info(pr.Text, hint, again)
}

func (b *Bot) facts(d batchsync.Draft) batchsync.Facts {
	spec := d.Spec()
	facts := b.Lists.Facts(spec.Source.ID, spec.SourceSchema)
	facts.PlatformZone, facts.Masked = b.cfg.PlatformZone, blocks.Masked
	return facts
}

// carryOut starts what an event asks of the world besides the drawing.
func (b *Bot) carryOut(effects []batchsync.Effect) {
	for _, effect := range effects {
		if ahead, ok := effect.(batchsync.Prefetch); ok && ahead.Source > 0 {
			b.Lists.Warm(ahead)
		}
	}
}

// apply moves a stored draft on by one event. What has only one answer is
// answered on the way, as far as the platform's lists are known.
func (b *Bot) apply(id batchsync.DraftID, ev func(batchsync.Draft) batchsync.Event) (batchsync.Draft, error) {
	var effects []batchsync.Effect
	draft, err := b.Store.EditDraft(id, func(d batchsync.Draft) (next batchsync.Draft, err error) {
		event := ev(d)
		// What is known of the source and schema the event brings, not of those before.
		facts := b.facts(d.Seen(event))
		next, effects, err = d.Suggest(facts, b.cfg.Folder).Apply(event, facts, now())
		return next, err
	})
	b.carryOut(effects)
	return draft, err
}

// edited takes a changed field over and redraws what depends on it.
func (b *Bot) edited(ctx context.Context, in click) {
	if in.View != nil && blocks.CallbackID(in.View.CallbackID) == blocks.CallbackSchedule {
		b.fillBehind(in.origin, in.View.ID, func(ctx context.Context) { b.scheduleEdited(ctx, in) })
		return
	}
	b.moves(ctx, in, func(d batchsync.Draft, drawn int, answers batchsync.Answers) batchsync.Event {
		if d.Version != drawn {
			return batchsync.Submitted{Version: drawn} // stale, whatever the step
		}
		return batchsync.Edited{Step: d.Step, Answers: answers}
	})
}

// back shows the screen before, keeping what was typed.
func (b *Bot) back(ctx context.Context, in click) {
	b.moves(ctx, in, func(_ batchsync.Draft, drawn int, answers batchsync.Answers) batchsync.Event {
		return batchsync.WentBack{Version: drawn, Answers: answers}
	})
}

// more asks the questions of the tuning too, keeping what was typed.
func (b *Bot) more(ctx context.Context, in click) {
	b.moves(ctx, in, func(_ batchsync.Draft, drawn int, answers batchsync.Answers) batchsync.Event {
		return batchsync.Expanded{Version: drawn, Answers: answers}
	})
}

// moves carries out what a click in the modal means for its draft, given the
// version it was drawn from and what its fields say, and draws the outcome.
func (b *Bot) moves(ctx context.Context, in click, means func(d batchsync.Draft, drawn int, answers batchsync.Answers) batchsync.Event) {
	if in.View == nil {
		return // a draft's questions are in modals only
	}
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err != nil {
		return
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	if err == nil {
		answers := b.answers(ctx, draft, in.View.State)
		draft, err = b.apply(draft.ID, func(d batchsync.Draft) batchsync.Event {
			return means(d, ref.Version, answers)
		})
	}
	b.afterMove(ctx, in, draft, err)
}

// afterMove draws what a click in the modal led to.
func (b *Bot) afterMove(ctx context.Context, in click, d batchsync.Draft, err error) {
	var stale *batchsync.StaleError
	switch {
	case err == nil:
		b.draw(ctx, in.origin, in.View.ID, in.View.Hash, b.drawing(in.origin, d, nil))
		b.behind(in.origin, in.View.ID, d)
	case errors.As(err, &stale):
		b.drawDraft(ctx, in.origin, in.View.ID, stale.Draft, outOfDate())
	default:
		b.drawProblem(ctx, in.origin, in.View.ID, "change draft", err, nil)
	}
}

// outOfDate stands at the top of a fresh drawing.
func outOfDate() []batchsync.FieldError {
	return []batchsync.FieldError{{Text: batchsync.T("draft.out_of_date")}}
}

// submittedWizard goes on to the next screen, or creates.
func (b *Bot) submittedWizard(ctx context.Context, in submit, answer ack) {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err != nil {
		answer(update(b.printer(in.User).Info(batchsync.T("draft.gone"), batchsync.T("draft.gone_hint"), new(batchsync.DraftID))))
		return
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	if err != nil {
		answer(update(b.problemView(in.origin, "submit draft", err, new(batchsync.DraftID))))
		return
	}
	if draft.Step == batchsync.StepReview && draft.Version == ref.Version && draft.State == batchsync.DraftOpen {
		b.confirm(ctx, in, draft, answer)
		return
	}
	answers := b.answers(ctx, draft, in.View.State)
	draft, err = b.apply(draft.ID, func(batchsync.Draft) batchsync.Event {
		return batchsync.Submitted{Version: ref.Version, Answers: answers}
	})
	b.answerMove(ctx, in, draft, err, answer)
}

// answerMove answers a submission with where it led.
func (b *Bot) answerMove(ctx context.Context, in submit, d batchsync.Draft, err error, answer ack) {
	var invalid *batchsync.InvalidError
	var stale *batchsync.StaleError
	switch {
	case err == nil:
		b.answerView(ctx, in.origin, answer, in.View.ID, b.drawing(in.origin, d, nil))
		b.behind(in.origin, in.View.ID, d)
	case errors.As(err, &invalid):
		shown := b.printer(in.User).FieldErrors(in.View.State, invalid.Fields)
		if len(shown) == len(invalid.Fields) && b.frames.of(in.View.ID) == nil {
			answer(slack.NewErrorsViewSubmissionResponse(shown))
			return
		}
		b.answerView(ctx, in.origin, answer, in.View.ID, b.drawing(in.origin, d, invalid.Fields))
	case errors.As(err, &stale):
		b.answerView(ctx, in.origin, answer, in.View.ID, b.drawing(in.origin, stale.Draft, outOfDate()))
		b.behind(in.origin, in.View.ID, stale.Draft)
	default:
		answer(update(b.problemView(in.origin, "submit draft", err, &d.ID)))
	}
}

// confirm makes the operation. The answer to Slack comes after it is on disk:
// from then on it will be carried out or reported.
func (b *Bot) confirm(ctx context.Context, in submit, d batchsync.Draft, answer ack) {
	if err := b.people.Authorise(ctx, in.User, batchsync.ActCreate); err != nil {
		b.refused(in.origin, batchsync.ActCreate, "draft/"+string(d.ID))
		b.answerView(ctx, in.origin, answer, in.View.ID, b.problemView(in.origin, "create", err, &d.ID))
		return
	}
	facts := b.facts(d)
	next, effects, err := d.Apply(batchsync.Confirmed{Version: d.Version}, facts, now())
	if err != nil {
		b.unconfirmed(ctx, in, d, next, err, answer)
		return
	}
	if b.heldBack(ctx, in, d, facts, answer) {
		return
	}
	for _, effect := range effects {
		create, ok := effect.(batchsync.Create)
		if !ok {
			continue
		}
		op := batchsync.NewCreate(batchsync.OperationID(newID()), d, create.Spec, now())
		next.Operation = op.ID
		b.beginOperation(ctx, in, next, op, answer)
		return
	}
}

// unconfirmed stores where a refused confirmation leads: back to the first
// screen with a wrong answer.
func (b *Bot) unconfirmed(ctx context.Context, in submit, was, next batchsync.Draft, err error, answer ack) {
	saved, saveErr := b.Store.EditDraft(was.ID, func(d batchsync.Draft) (batchsync.Draft, error) {
		if d.Version != was.Version {
			return d, &batchsync.StaleError{Draft: d}
		}
		return next, nil
	})
	if saveErr != nil {
		b.answerMove(ctx, in, saved, saveErr, answer)
		return
	}
	b.answerMove(ctx, in, saved, err, answer)
}

func (b *Bot) beginOperation(ctx context.Context, in submit, d batchsync.Draft, op batchsync.Operation, answer ack) {
	err := b.Store.Begin(batchsync.Begin{Operation: op, Draft: &d, Audit: batchsync.AuditRow{
		At: now(), Actor: in.User, Action: batchsync.ActCreate, Object: "operation/" + string(op.ID),
		Name: op.Spec.Name, Outcome: batchsync.AuditAsked, Operation: op.ID,
	}})
	var held *batchsync.HeldError
	var stale *batchsync.StaleError
	switch {
	case err == nil:
		b.begun(ctx, op)
		b.answerView(ctx, in.origin, answer, in.View.ID, b.printer(in.User).Creating(op))
		b.Deliver()
		b.Run(op.ID)
	case errors.As(err, &held):
		pr := b.held(ctx, in.origin, held)
		b.answerView(ctx, in.origin, answer, in.View.ID, b.printer(in.User).Info(pr.Text, pr.Hint, &d.ID))
	case errors.As(err, &stale):
		b.answerMove(ctx, in, stale.Draft, err, answer)
	default:
		answer(update(b.problemView(in.origin, "begin operation "+string(op.ID), err, &d.ID)))
	}
}
