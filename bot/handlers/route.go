package handlers

import (
	"context"
	"errors"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// route is what an action id does, which right it takes, and how it is run.
type route struct {
	act batchsync.Action
	run func(*Bot, context.Context, click)
	how
}

// how a request is carried out.
type how struct {
	// slow requests read the platform. They have workers of their own, so that
	// a platform that hangs delays nobody's answer to a modal.
	slow bool
	// late requests change something here: they are acknowledged when that is
	// on disk.
	late bool
	// modal requests show a modal first, because Slack's permission to open
	// one is short, and ask for the right in it. All others are asked before
	// they run.
	modal bool
}

// routes is the one table from action ids to what they do.
func routes() map[blocks.ActionID]route {
	const own, look = batchsync.ActView, batchsync.ActInspect
	fast, slow, late := how{}, how{slow: true}, how{late: true}
	wizard, form := how{modal: true}, how{modal: true}
	nothing := func(*Bot, context.Context, click) {}
	table := map[blocks.ActionID]route{
		blocks.ActionOpenWizard:  {batchsync.ActCreate, (*Bot).reopen, wizard},
		blocks.ActionEditDraft:   {batchsync.ActCreate, (*Bot).reopen, wizard},
		blocks.ActionResumeDraft: {batchsync.ActCreate, (*Bot).chosenResume, wizard},
		blocks.ActionStartOver:   {batchsync.ActCreate, (*Bot).chosenNew, how{modal: true, late: true}},
		blocks.ActionDiscard:     {own, (*Bot).discard, late},
		blocks.ActionBack:        {own, (*Bot).back, fast},
		blocks.ActionCheckAgain:  {batchsync.ActResume, (*Bot).checkAgain, late},
		blocks.ActionDrop:        {batchsync.ActDrop, (*Bot).drop, late},
		blocks.ActionOpenStudio:  {own, nothing, fast}, // a link: Slack only reports it

		blocks.ActionShowTask:       {look, taskClick((*Bot).show), slow},
		blocks.ActionRefreshTask:    {look, (*Bot).refresh, slow},
		blocks.ActionRuns:           {look, taskClick((*Bot).runs), slow},
		blocks.ActionDeps:           {look, taskClick((*Bot).deps), slow},
		blocks.ActionTables:         {look, (*Bot).tables, slow},
		blocks.ActionTablesBack:     {look, (*Bot).tables, slow},
		blocks.ActionTablesNext:     {look, (*Bot).tables, slow},
		blocks.ActionListBack:       {look, (*Bot).turned, slow},
		blocks.ActionListNext:       {look, (*Bot).turned, slow},
		blocks.ActionBackfill:       {batchsync.ActBackfill, formClick(batchsync.ActBackfill, backfillForm()), form},
		blocks.ActionChangeSchedule: {batchsync.ActSchedule, formClick(batchsync.ActSchedule, (*Bot).scheduleForm), form},
		blocks.ActionDeploy:         {batchsync.ActDeploy, formClick(batchsync.ActDeploy, (*Bot).deployForm), form},
		blocks.ActionUndeploy:       {batchsync.ActUndeploy, formClick(batchsync.ActUndeploy, (*Bot).undeployForm), form},
		blocks.ActionMute:           {batchsync.ActMute, formClick(batchsync.ActMute, (*Bot).muteForm), form},
		blocks.ActionAdopt:          {batchsync.ActAdopt, taskClick((*Bot).adopt), slow},
		blocks.ActionUnmute:         {batchsync.ActMute, taskClick((*Bot).unmute), slow},
		blocks.ActionTaskMenu:       {own, (*Bot).menuChosen, how{modal: true}}, // the entry's own right is asked for
		blocks.ActionViewLog:        {look, runClick((*Bot).log), slow},
		blocks.ActionLogAttempt:     {look, (*Bot).logAttempt, slow},
		blocks.ActionPostLog:        {batchsync.ActShare, (*Bot).publishLog, slow},
		blocks.ActionRerun:          {batchsync.ActRerun, runClick((*Bot).rerun), form},
		blocks.ActionStopRun:        {batchsync.ActStop, runClick((*Bot).stop), form},
		blocks.ActionStopOperation:  {batchsync.ActStop, (*Bot).stopFollowed, late},
		blocks.ActionList:           {look, wordClick((*Bot).list), slow},
		blocks.ActionAudit:          {look, wordClick((*Bot).audit), slow},
		blocks.ActionStatus:         {look, wordClick((*Bot).status), slow},
		blocks.ActionHelp:           {own, wordClick((*Bot).help), fast},
		blocks.ActionCommand:        {own, (*Bot).commanded, how{modal: true}}, // the command's own right is asked for
		blocks.ActionRefreshHome:    {look, func(b *Bot, ctx context.Context, in click) { b.homeOpened(ctx, in.origin) }, slow},
	}
	newsRoutes(table)
	for _, id := range []blocks.ActionID{
		blocks.ActionFromDay, blocks.ActionToDay, blocks.ActionLarge, blocks.ActionTypedName, blocks.ActionDownstream,
		blocks.ActionMuteFor, blocks.ActionMuteDay, blocks.ActionCluster,
	} {
		table[id] = route{own, nothing, fast} // read when the form is sent
	}
	for _, step := range batchsync.Steps() {
		for _, f := range batchsync.StepFields(step) {
			table[blocks.FieldAction(f)] = route{own, (*Bot).edited, fast}
		}
	}
	return table
}

// newsRoutes are those of alerts, and of what channels are told.
func newsRoutes(table map[blocks.ActionID]route) {
	const look = batchsync.ActInspect
	fast, slow, late := how{}, how{slow: true}, how{late: true}
	for id, r := range map[blocks.ActionID]route{
		blocks.ActionAck:           {batchsync.ActAck, (*Bot).acked, late},
		blocks.ActionAckAll:        {batchsync.ActAck, (*Bot).ackedAll, late},
		blocks.ActionDiagnose:      {look, (*Bot).diagnosed, slow},
		blocks.ActionIncidents:     {look, wordClick((*Bot).incidents), fast},
		blocks.ActionIncidentsBack: {look, (*Bot).incidentsTurned, fast},
		blocks.ActionIncidentsNext: {look, (*Bot).incidentsTurned, fast},
		blocks.ActionSubscriptions: {look, wordClick((*Bot).subscriptions), fast},
		blocks.ActionSubscribe:     {batchsync.ActSubscribe, wordClick((*Bot).subscribe), slow},
		blocks.ActionUnsubscribe:   {batchsync.ActSubscribe, (*Bot).unsubscribed, late},
		blocks.ActionQuietEnd:      {batchsync.ActQuiet, (*Bot).quietEnded, late},
		blocks.ActionRehearse:      {batchsync.ActRehearse, wordClick((*Bot).rehearse), fast},
	} {
		table[id] = r
	}
}

// clicked looks the action up and carries it out. A click delivered again
// must neither start a second draft nor bring old answers back.
func (b *Bot) clicked(ctx context.Context, in click) {
	if b.seen(in.origin) {
		return
	}
	r, known := b.routes[in.Action]
	if !known {
		b.Log.Warn("unknown action", "action", in.Action, "user", in.User)
		b.unknownButton(ctx, in)
		return
	}
	b.pass(ctx, in, r)
}

// pass asks for the right a route takes, unless it does so in its modal, and
// carries it out.
func (b *Bot) pass(ctx context.Context, in click, r route) {
	if r.modal || b.allowed(ctx, in.origin, r.act, objectOf(in)) {
		r.run(b, ctx, in)
	}
}

// objectOf is what a button is about, for the audit of a refusal.
func objectOf(in click) string {
	if id, err := blocks.ParseTaskRef(in.Value); err == nil && in.Action != blocks.ActionCheckAgain && in.Action != blocks.ActionDrop {
		return "task/" + id.String()
	}
	if run, err := blocks.ParseRunRef(in.Value); err == nil {
		return "task/" + run.Task.String()
	}
	if log, err := blocks.ParseLogRef(in.Value); err == nil {
		return "task/" + log.Task.String()
	}
	if ref, err := blocks.ParseRef(in.Value); err == nil {
		return kindOf(in.Action) + "/" + ref.ID
	}
	return "button/" + string(in.Action)
}

// kindOf is what the reference in a button's value points to.
func kindOf(a blocks.ActionID) string {
	switch a {
	case blocks.ActionAck, blocks.ActionDiagnose:
		return "incident"
	case blocks.ActionAckAll:
		return "alert"
	case blocks.ActionQuietEnd:
		return "quiet"
	}
	return "operation"
}

// submitted routes a modal by its callback and always answers.
func (b *Bot) submitted(ctx context.Context, in submit, a ack) {
	opening := b.opened.of(in.View.ID)
	in.Channel, in.From = opening.channel, opening.from
	fallback := func() any {
		return update(b.problemView(in.origin, "submission", errors.New("no answer was made"), draftOf(in.View)))
	}
	once(a, fallback, func(answer ack) {
		switch in.Callback {
		case blocks.CallbackWizard:
			b.submittedWizard(ctx, in, answer)
		case blocks.CallbackBackfill:
			b.submittedBackfill(ctx, in, answer)
		case blocks.CallbackSchedule:
			b.submittedSchedule(ctx, in, answer)
		case blocks.CallbackMute:
			b.submittedMute(ctx, in, answer)
		case blocks.CallbackDeploy, blocks.CallbackUndeploy, blocks.CallbackConfirm:
			b.confirmed(ctx, in, answer)
		default:
			answer(nil) // the others have nothing to send
		}
	})
}

// menuChosen does what the chosen entry of an overflow menu says, as if a
// button of that action had been pressed.
func (b *Bot) menuChosen(ctx context.Context, in click) {
	choice, err := blocks.ParseMenuChoice(in.Value)
	r, known := b.routes[choice.Action]
	if err != nil || !known || choice.Action == blocks.ActionTaskMenu {
		b.unknownButton(ctx, in)
		return
	}
	in.Action, in.Value = choice.Action, choice.Value
	if !r.slow {
		b.pass(ctx, in, r)
		return
	}
	b.enqueue(r.how, string(in.Action), in.origin, func(ctx context.Context) { b.pass(ctx, in, r) })
}

// dismissed tells the owner of a draft that it is kept.
func (b *Bot) dismissed(ctx context.Context, in closed) {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if in.Callback != blocks.CallbackWizard || err != nil || b.seen(in.origin) {
		return
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	if err != nil || draft.State != batchsync.DraftOpen {
		return
	}
	in.Channel = draft.Channel
	b.tell(ctx, in.origin, b.printer(in.User).Kept(draft))
}

// reopen opens the wizard from a button in a message.
func (b *Bot) reopen(ctx context.Context, in click) {
	if in.View != nil {
		b.begin(ctx, in.origin, in.View.ID, batchsync.DraftID(in.Value))
		return
	}
	b.openWizard(ctx, in.origin, batchsync.DraftID(in.Value))
}

// chosenResume goes on with the unfinished draft.
func (b *Bot) chosenResume(ctx context.Context, in click) {
	if ref, err := blocks.ParseRef(in.Value); err == nil && in.View != nil {
		b.begin(ctx, in.origin, in.View.ID, batchsync.DraftID(ref.ID))
	}
}

// chosenNew gives the unfinished draft up and starts a new one.
func (b *Bot) chosenNew(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil || in.View == nil {
		return
	}
	if !b.allowedIn(ctx, in.origin, in.View.ID, batchsync.ActCreate, "draft/"+ref.ID) {
		return
	}
	// A modal belongs to no channel; the new draft's card goes where the old
	// one's would have.
	if old, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID)); err == nil {
		in.Channel = old.Channel
	}
	done, err := b.cancel(in.origin, ref)
	in.done()
	switch {
	case err != nil:
		b.drawProblem(ctx, in.origin, in.View.ID, "give draft up", err, nil)
	case done:
		b.startDraft(ctx, in.origin, in.View.ID)
	default: // as after a double click, or when it went on in another window
		b.begin(ctx, in.origin, in.View.ID, "")
	}
}

// discard gives a kept draft up from the message that says it is kept.
func (b *Bot) discard(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		return
	}
	said := []batchsync.Text{batchsync.T("draft.discarded")}
	done, err := b.cancel(in.origin, ref)
	in.done()
	if err != nil {
		b.fail(ctx, in.origin, "discard draft", err)
		return
	}
	if !done {
		said = []batchsync.Text{batchsync.T("draft.went_on"), batchsync.T("draft.went_on_hint")}
	}
	b.settle(ctx, in.origin, b.printer(in.User).Notice(said))
}

// cancel removes an open draft of this person, as it was when the button was
// drawn. One that is gone, became an operation or went on since is left alone:
// done is false then.
func (b *Bot) cancel(o origin, ref blocks.Ref) (done bool, err error) {
	draft, err := b.ownDraft(o, batchsync.DraftID(ref.ID))
	if batchsync.CodeOf(err) == batchsync.CodeNotFound || err == nil && draft.State != batchsync.DraftOpen {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = b.Store.EditDraft(draft.ID, func(d batchsync.Draft) (batchsync.Draft, error) {
		if d.Version != ref.Version {
			return d, &batchsync.StaleError{Draft: d}
		}
		next, _, err := d.Apply(batchsync.Cancelled{}, batchsync.Facts{}, now())
		return next, err
	})
	var stale *batchsync.StaleError
	if errors.As(err, &stale) {
		return false, nil
	}
	return err == nil, err
}
