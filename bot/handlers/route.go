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
	// apart requests wait for their like only, of what the same person asked for:
	// all else may wait for Slack, for longer than Slack waits for an
	// acknowledgement.
	apart bool
	// modal requests show a modal first, because Slack's permission to open
	// one is short, and ask for the right in it. All others are asked before
	// they run.
	modal bool
	// written requests are answered with a message where no modal can be
	// opened, so they are carried out also when they are written to the bot.
	written bool
}

// routes is the one table from action ids to what they do.
func routes() map[blocks.ActionID]route {
	const own, look = batchsync.ActView, batchsync.ActInspect
	fast, slow, late, apart := how{}, how{slow: true}, how{late: true}, how{late: true, apart: true}
	wizard, form := how{modal: true}, how{modal: true}
	nothing := func(*Bot, context.Context, click) {}
	table := map[blocks.ActionID]route{
		blocks.ActionOpenWizard:  {batchsync.ActCreate, (*Bot).reopen, wizard},
		blocks.ActionEditDraft:   {batchsync.ActCreate, (*Bot).reopen, wizard},
		blocks.ActionResumeDraft: {batchsync.ActCreate, (*Bot).chosenResume, wizard},
		blocks.ActionStartOver:   {batchsync.ActCreate, (*Bot).chosenNew, how{modal: true, late: true}},
		blocks.ActionDiscard:     {own, (*Bot).discard, late},
		blocks.ActionDrafts:      {batchsync.ActCreate, (*Bot).drafts, wizard},
		blocks.ActionBack:        {own, (*Bot).back, fast},
		blocks.ActionMore:        {own, (*Bot).more, fast},
		blocks.ActionCheckDraft:  {batchsync.ActCreate, (*Bot).checkDraft, fast},

		blocks.ActionShowCommands: {own, unfold(true), fast},
		blocks.ActionHideCommands: {own, unfold(false), fast},

		blocks.ActionSubmit:     {own, (*Bot).submittedInMessage, late},
		blocks.ActionCancel:     {own, (*Bot).cancelledInMessage, fast},
		blocks.ActionQuestions:  {look, wordClick((*Bot).questions), fast},
		blocks.ActionLike:       {batchsync.ActCreate, formClick(batchsync.ActCreate, (*Bot).likeForm), form},
		blocks.ActionCheckAgain: {batchsync.ActResume, (*Bot).checkAgain, apart},
		blocks.ActionDrop:       {batchsync.ActDrop, (*Bot).drop, apart},
		blocks.ActionOpenStudio: {own, nothing, fast}, // a link: Slack only reports it

		blocks.ActionShowTask:       {look, taskClick((*Bot).show), slow},
		blocks.ActionRefreshTask:    {look, (*Bot).refresh, slow},
		blocks.ActionRuns:           {look, taskClick((*Bot).runs), slow},
		blocks.ActionDeps:           {look, taskClick((*Bot).deps), slow},
		blocks.ActionTables:         {look, (*Bot).tables, slow},
		blocks.ActionTablesBack:     {look, (*Bot).tables, slow},
		blocks.ActionTablesNext:     {look, (*Bot).tables, slow},
		blocks.ActionConfig:         {look, taskClick((*Bot).config), slow},
		blocks.ActionColumns:        {look, taskClick((*Bot).columns), slow},
		blocks.ActionColumnsTable:   {look, (*Bot).columnsTurned, slow},
		blocks.ActionColumnsBack:    {look, (*Bot).columnsTurned, slow},
		blocks.ActionColumnsNext:    {look, (*Bot).columnsTurned, slow},
		blocks.ActionListBack:       {look, (*Bot).turned, slow},
		blocks.ActionListNext:       {look, (*Bot).turned, slow},
		blocks.ActionBackfill:       {batchsync.ActBackfill, (*Bot).backfillClicked, form},
		blocks.ActionChangeSchedule: {batchsync.ActSchedule, formClick(batchsync.ActSchedule, (*Bot).scheduleForm), form},
		blocks.ActionLessAtOnce:     {batchsync.ActTune, formClick(batchsync.ActTune, adjustForm(lessAtOnce, false)), form},
		blocks.ActionRaiseRetries:   {batchsync.ActTune, formClick(batchsync.ActTune, adjustForm(raisedRetries, false)), form},
		blocks.ActionDebug:          {batchsync.ActDebug, formClick(batchsync.ActDebug, (*Bot).debugForm), form},
		blocks.ActionDebugFirst:     {batchsync.ActDebug, (*Bot).debugFirst, apart},
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
		blocks.ActionStopOperation:  {batchsync.ActStop, (*Bot).stopFollowed, apart},
		blocks.ActionList:           {look, wordClick((*Bot).list), slow},
		blocks.ActionAudit:          {look, wordClick((*Bot).audit), slow},
		blocks.ActionStatus:         {look, wordClick((*Bot).status), slow},
		blocks.ActionHelp:           {own, wordClick((*Bot).help), fast},
		blocks.ActionCommand:        {own, (*Bot).commanded, how{modal: true}}, // the command's own right is asked for
		blocks.ActionRefreshHome:    {look, func(b *Bot, ctx context.Context, in click) { b.homeOpened(ctx, in.origin) }, slow},
	}
	newsRoutes(table)
	acceptanceRoutes(table)
	for _, id := range []blocks.ActionID{
		blocks.ActionFigureTable, blocks.ActionFigure, blocks.ActionKeys, blocks.ActionNonNull, blocks.ActionTolerance, blocks.ActionRowDrop,
		blocks.ActionFromDay, blocks.ActionToDay, blocks.ActionLarge, blocks.ActionTypedName, blocks.ActionDownstream,
		blocks.ActionMuteFor, blocks.ActionMuteDay, blocks.ActionCluster,
		blocks.ActionConcurrency, blocks.ActionRetries, blocks.ActionInterval,
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
	fast, slow, apart := how{}, how{slow: true}, how{late: true, apart: true}
	for id, r := range map[blocks.ActionID]route{
		blocks.ActionAck:           {batchsync.ActAck, (*Bot).acked, apart},
		blocks.ActionAckAll:        {batchsync.ActAck, (*Bot).ackedAll, apart},
		blocks.ActionDiagnose:      {look, (*Bot).diagnosed, slow},
		blocks.ActionIncidents:     {look, wordClick((*Bot).incidents), fast},
		blocks.ActionIncidentsBack: {look, (*Bot).incidentsTurned, fast},
		blocks.ActionIncidentsNext: {look, (*Bot).incidentsTurned, fast},
		blocks.ActionSubscriptions: {look, wordClick((*Bot).subscriptions), fast},
		blocks.ActionSubscribe:     {batchsync.ActSubscribe, wordClick((*Bot).subscribe), slow},
		blocks.ActionUnsubscribe:   {batchsync.ActSubscribe, (*Bot).unsubscribed, apart},
		blocks.ActionQuietEnd:      {batchsync.ActQuiet, (*Bot).quietEnded, apart},
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
	if in.View != nil && in.View.ID == "" && !b.takeFrame(ctx, &in) {
		return
	}
	r, known := b.routes[in.Action]
	if !known {
		b.Log.WarnContext(ctx, "unknown action", "action", in.Action, "user", in.User)
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
	if ref, err := blocks.ParseDaysRef(in.Value); err == nil && in.Action != blocks.ActionCheckAgain && in.Action != blocks.ActionDebugFirst && in.Action != blocks.ActionDrop {
		return "task/" + ref.Task.String()
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
	case blocks.ActionCheckDraft:
		return "draft"
	case blocks.ActionAck, blocks.ActionDiagnose:
		return "incident"
	case blocks.ActionAckAll:
		return "alert"
	case blocks.ActionQuietEnd:
		return "quiet"
	case blocks.ActionAccept, blocks.ActionGiveFigure:
		return "acceptance"
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
		case blocks.CallbackAdjust:
			b.submittedAdjust(ctx, in, answer)
		case blocks.CallbackMute:
			b.submittedMute(ctx, in, answer)
		case blocks.CallbackExpect:
			b.submittedExpect(ctx, in, answer)
		case blocks.CallbackAccept:
			b.submittedAccept(ctx, in, answer)
		case blocks.CallbackFigure:
			b.submittedFigure(ctx, in, answer)
		case blocks.CallbackDeploy, blocks.CallbackUndeploy, blocks.CallbackDebug, blocks.CallbackConfirm:
			b.confirmed(ctx, in, answer)
		case blocks.CallbackResume, blocks.CallbackLine, blocks.CallbackDrafts, blocks.CallbackInfo:
			answer(nil) // have nothing to send
		default: // of another version
			b.Log.WarnContext(ctx, "unknown form", "callback", in.Callback, "user", in.User)
			answer(update(b.printer(in.User).Info(batchsync.T("form.unknown"), batchsync.T("form.unknown_hint"), nil)))
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
	in.Again = opener{choice.Action, choice.Value}
	if !r.slow {
		b.pass(ctx, in, r)
		return
	}
	b.enqueue(r.how, string(in.Action), in.origin, func(ctx context.Context) { b.pass(ctx, in, r) })
}
