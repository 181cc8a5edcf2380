package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// verb is something a person can ask for by a word after /batchsync. The
// buttons that do the same call the same function, see [blocks.CommandActions]
// and [routes].
type verb struct {
	word string
	act  batchsync.Action // the right it takes
	run  func(b *Bot, ctx context.Context, o origin, rest string)
	how
}

// verbs are all commands, in the order of the help text.
func verbs() []verb {
	const own, look = batchsync.ActView, batchsync.ActInspect
	slow, form := how{slow: true}, how{modal: true}
	return []verb{
		{"new", batchsync.ActCreate, (*Bot).openNew, how{modal: true, written: true}},
		{"questions", look, (*Bot).questions, how{}},
		{"list", look, (*Bot).list, slow},
		{"show", look, onTask((*Bot).show), slow},
		{"runs", look, onTask((*Bot).runs), slow},
		{"log", look, (*Bot).log, slow},
		{"deps", look, onTask((*Bot).deps), slow},
		{"config", look, onTask((*Bot).config), slow},
		{"mapping", look, (*Bot).mapping, slow},
		{"backfill", batchsync.ActBackfill, (*Bot).backfill, form},
		{"rerun", batchsync.ActRerun, (*Bot).rerun, form},
		{"run", batchsync.ActDebug, inModal(batchsync.ActDebug, (*Bot).debugForm), form},
		{"stop", batchsync.ActStop, (*Bot).stop, form},
		{"deploy", batchsync.ActDeploy, inModal(batchsync.ActDeploy, (*Bot).deployForm), form},
		{"undeploy", batchsync.ActUndeploy, inModal(batchsync.ActUndeploy, (*Bot).undeployForm), form},
		{"schedule", batchsync.ActSchedule, inModal(batchsync.ActSchedule, (*Bot).scheduleForm), form},
		{"tune", batchsync.ActTune, (*Bot).tune, form},
		{"mute", batchsync.ActMute, (*Bot).mute, form},
		{"adopt", batchsync.ActAdopt, onTask((*Bot).adopt), slow},
		{"incidents", look, (*Bot).incidents, how{}},
		{"ack", batchsync.ActAck, (*Bot).ack, how{}},
		{"diagnose", look, (*Bot).diagnose, slow},
		{"subscribe", batchsync.ActSubscribe, (*Bot).subscribe, slow},
		{"unsubscribe", batchsync.ActSubscribe, (*Bot).unsubscribe, how{}},
		{"subscriptions", look, (*Bot).subscriptions, how{}},
		{"quiet", batchsync.ActQuiet, (*Bot).quiet, slow},
		{"rehearse", batchsync.ActRehearse, (*Bot).rehearse, how{}},
		{"acceptance", batchsync.ActAcceptance, onTask((*Bot).acceptance), slow},
		{"accept", batchsync.ActAccept, inModal(batchsync.ActAccept, (*Bot).acceptForm), form},
		{"expect", batchsync.ActExpect, inModal(batchsync.ActExpect, (*Bot).expectForm), form},
		{"audit", look, (*Bot).audit, slow},
		{"status", look, (*Bot).status, slow},
		{"help", own, (*Bot).help, how{}},
	}
}

// verbOf finds the command a person typed.
func (b *Bot) verbOf(word string) (verb, bool) {
	if word == "" {
		word = "help"
	}
	i := slices.IndexFunc(b.verbs, func(v verb) bool { return v.word == word })
	if i < 0 {
		return verb{}, false
	}
	return b.verbs[i], true
}

// command carries out what was typed after /batchsync, or written to the bot.
// Slack may deliver it twice.
func (b *Bot) command(ctx context.Context, in slash) {
	if !b.seen(in.origin) {
		b.obey(ctx, in)
	}
}

// obey carries a command out if the person has the right.
func (b *Bot) obey(ctx context.Context, in slash) {
	v, known := b.verbOf(in.Command)
	in.Verb = typedVerb(v.word, in.Rest)
	switch {
	case !known:
		b.tell(ctx, in.origin, b.printer(in.User).UnknownCommand(in.Command, nearest(in.Command)))
	case in.Aloud && !v.looks() && !v.written:
		b.offer(ctx, in, v)
	case v.modal || b.allowedTyped(ctx, in.origin, v.act, "command/"+v.word, in.Rest):
		if v.slow {
			defer b.patience(in.origin).Stop()
		}
		v.run(b, ctx, in.origin, in.Rest)
	}
}

// typedVerb is a command as a hint writes it before a task.
func typedVerb(word, rest string) string {
	if _, like := likeTask(rest); like && word == "new" {
		return "new like"
	}
	return word
}

// silence is how long a person waits for an answer before they are told that
// it is being looked up.
const silence = 4 * time.Second

// patience tells a person that the platform is slow, unless it is stopped
// before.
func (b *Bot) patience(o origin) *time.Timer {
	return time.AfterFunc(silence, func() {
		b.urgent.Submit(string(o.User), func(ctx context.Context) {
			b.tell(ctx, o.aside(), b.printerOf(o).Notice([]batchsync.Text{batchsync.T("platform.slow")}))
		})
	})
}

// taskFunc answers about a task; formFunc fills an open modal about one.
type (
	taskFunc func(b *Bot, ctx context.Context, o origin, ref batchsync.TaskRef)
	formFunc func(b *Bot, ctx context.Context, o origin, view string, ref batchsync.TaskRef)
)

// onTask finds the one task a person typed. Where the text names none, it
// answers with candidates or a sentence: nothing is ever done to a task that
// was only guessed.
func onTask(do taskFunc) func(*Bot, context.Context, origin, string) {
	return func(b *Bot, ctx context.Context, o origin, typed string) {
		ref, candidates, err := b.resolve(ctx, strings.TrimSpace(typed))
		switch {
		case err != nil:
			b.fail(ctx, o, "find task", err)
		case ref.ID == 0:
			b.tell(ctx, o, b.printerOf(o).Candidates(strings.TrimSpace(typed), candidates))
		default:
			do(b, ctx, o, ref)
		}
	}
}

// inModal opens a modal first, because Slack's permission to do so lives three
// seconds, and fills it among the requests that read the platform, once the
// right is there and the task is known.
func inModal(act batchsync.Action, fill formFunc) func(*Bot, context.Context, origin, string) {
	return func(b *Bot, ctx context.Context, o origin, typed string) {
		typed = strings.TrimSpace(typed)
		b.openAndFill(ctx, o, act, "task/"+typed, func(ctx context.Context, view string) {
			b.fillModal(ctx, o, view, typed, fill)
		})
	}
}

// openAndFill opens a loading view, asks for the right, and has the view
// filled behind.
func (b *Bot) openAndFill(ctx context.Context, o origin, act batchsync.Action, object string, fill func(ctx context.Context, view string)) {
	view, ok := b.openModal(ctx, o)
	if !ok || !b.offeredIn(ctx, o, view, act, object) {
		return
	}
	b.fillBehind(o, view, func(ctx context.Context) { fill(ctx, view) })
}

// fillBehind has an open modal drawn among the requests that read the
// platform, one at a time per modal.
func (b *Bot) fillBehind(o origin, view string, fill func(context.Context)) {
	if b.reads.Submit(string(o.User)+"/"+view, o.traced(fill)) {
		return
	}
	b.urgent.Submit(string(o.User), o.traced(func(ctx context.Context) {
		b.draw(ctx, o, view, "", b.printerOf(o).Info(busy().Text, busy().Hint, nil))
	}))
}

func (b *Bot) fillModal(ctx context.Context, o origin, view, typed string, fill formFunc) {
	ref, candidates, err := b.resolve(ctx, typed)
	b.fillFound(ctx, o, view, typed, ref, candidates, err, fill)
}

// fillFound fills an open modal with what [Bot.resolve] found.
func (b *Bot) fillFound(ctx context.Context, o origin, view, typed string, ref batchsync.TaskRef, candidates []batchsync.TaskRef, err error, fill formFunc) {
	switch {
	case err != nil:
		b.drawProblem(ctx, o, view, "find task", err, nil)
	case ref.ID == 0:
		text, hint := batchsync.T("task.not_exact", short(typed)), batchsync.T("task.not_exact_hint")
		if candidates[0].Name == typed {
			text, hint = batchsync.T("candidates.same", typed), batchsync.T("task.listed_hint")
		}
		b.draw(ctx, o, view, "", b.printerOf(o).Info(text, hint, nil))
		b.tell(ctx, o, b.printerOf(o).Candidates(typed, candidates))
	default:
		fill(b, ctx, o, view, ref)
	}
}

// typedRun reads the id of a run behind a command; what is none is answered with
// how to write that command.
func typedRun(command, typed string) (batchsync.RunID, error) {
	typed = strings.TrimSpace(typed)
	if id, ok := batchsync.ParseRunID(typed); ok {
		return id, nil
	}
	text := batchsync.T("run.no_id", short(typed))
	if typed == "" {
		text = batchsync.T("run.none_typed")
	}
	return 0, &batchsync.Error{Code: batchsync.CodeInvalid, Text: text, Hint: batchsync.T("run.how", command)}
}

// openModal opens a loading view; false when Slack did not let us, which the
// person has been told.
func (b *Bot) openModal(ctx context.Context, o origin) (string, bool) {
	view, err := b.openLoading(ctx, o)
	if err != nil {
		b.fail(ctx, o, "open modal", &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("modal.expired"), Hint: batchsync.T("modal.expired_hint")})
		return "", false
	}
	b.opened.remember(view, opening{o.Channel, o.From, o.Again})
	return view, true
}

// taskClick makes a button do what a command on its task does.
func taskClick(do taskFunc) func(*Bot, context.Context, click) {
	return func(b *Bot, ctx context.Context, in click) {
		id, err := blocks.ParseTaskRef(in.Value)
		if err != nil {
			b.unknownButton(ctx, in)
			return
		}
		onTask(do)(b, ctx, in.origin, id.String())
	}
}

// formClick makes a button open a modal about its task, or fill the one it stands
// in anew.
func formClick(act batchsync.Action, fill formFunc) func(*Bot, context.Context, click) {
	return func(b *Bot, ctx context.Context, in click) {
		id, err := blocks.ParseTaskRef(in.Value)
		if err != nil {
			b.unknownButton(ctx, in)
			return
		}
		b.openForm(ctx, in, act, id, fill)
	}
}

// openForm opens a modal about a task for a button, or fills the one it stands in
// anew.
func (b *Bot) openForm(ctx context.Context, in click, act batchsync.Action, id batchsync.TaskID, fill formFunc) {
	if in.View != nil {
		b.refill(ctx, in, act, id, fill)
		return
	}
	inModal(act, fill)(b, ctx, in.origin, id.String())
}

// runClick makes a button do what a command on its run does.
func runClick(do func(b *Bot, ctx context.Context, o origin, typed string)) func(*Bot, context.Context, click) {
	return func(b *Bot, ctx context.Context, in click) {
		ref, err := blocks.ParseRunRef(in.Value)
		if err != nil {
			b.unknownButton(ctx, in)
			return
		}
		do(b, ctx, in.origin, ref.Run.String())
	}
}

// wordClick makes a button do what a command with that rest does; "all" stands
// for no rest, because a button's value cannot be empty.
func wordClick(do func(b *Bot, ctx context.Context, o origin, rest string)) func(*Bot, context.Context, click) {
	return func(b *Bot, ctx context.Context, in click) {
		rest := in.Value
		if rest == "all" {
			rest = ""
		}
		do(b, ctx, in.origin, rest)
	}
}

func (b *Bot) unknownButton(ctx context.Context, in click) {
	b.fail(ctx, in.origin, "read button", &batchsync.Error{
		Code: batchsync.CodeNotFound, Text: batchsync.T("button.unknown"), Hint: batchsync.T("button.unknown_hint"),
	})
}
