package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Confirm asks once more before a rerun, a stop, or a schedule or settings that are
// decided already. Its metadata points to the proposal.
func (p Printer) Confirm(op batchsync.Operation) slack.ModalViewRequest {
	title, submit := batchsync.TextKey("confirm."+string(op.Kind)), batchsync.TextKey("button.confirm_"+string(op.Kind))
	all := []slack.Block{section("about", lines(p.name(op.Name()), p.confirmFacts(op)))}
	if about := p.enumOrNone("confirm.", string(op.Kind)+"_about"); about != "" {
		all = append(all, section("then", about))
	}
	if op.Kind == batchsync.OpSchedule && op.Change != nil && !op.Change.Online {
		all = append(all, alert("offline", p.say("reschedule.puts_online"), slack.AlertLevelWarning))
	}
	return p.form(CallbackConfirm, title, submit, refOf(op), all)
}

func (p Printer) confirmFacts(op batchsync.Operation) mark {
	if op.Change == nil {
		return ""
	}
	return p.changeFacts(op)
}

// Started follows a confirmed change and may be closed: the card tells the
// rest.
func (p Printer) Started(op batchsync.Operation) slack.ModalViewRequest {
	where := p.say("creating.where_direct")
	if channel, ok := p.channel(op.Channel); ok {
		where = p.say("creating.where", channel)
	}
	return p.modal(CallbackInfo, "started.title", "", []slack.Block{
		section("started", p.say("started.text", escape(p.operationTitle(op)))),
		section("where", where),
	})
}

// LookAgain says what could not be read, with a button that asks for it once
// more.
func (p Printer) LookAgain(text, hint batchsync.Text, again ActionID, task batchsync.TaskID) slack.ModalViewRequest {
	view := p.Info(text, hint, nil)
	button := p.button(again, "button.look_again", TaskRefOf(task).String())
	view.Blocks.BlockSet = append(view.Blocks.BlockSet, slack.NewActionBlock("again", button))
	return view
}

// DeployForm shows how what is saved of the schedule differs from what is deployed,
// as far as the platform tells both. Its
// metadata points to the proposal.
func (p Printer) DeployForm(op batchsync.Operation, v batchsync.TaskView) slack.ModalViewRequest {
	all := []slack.Block{section("about", p.say("deploy.about", p.name(op.Name())))}
	if v.Content == nil {
		all = append(all, alert("content", p.say("deploy.no_content"), slack.AlertLevelWarning))
	}
	if v.Draft == nil || v.Draft.Cron == "" {
		all = append(all, alert("schedule", p.say("deploy.unscheduled"), slack.AlertLevelWarning))
	}
	all = append(all, p.fields("difference", []fact{
		{"label.deployed", p.deployedNow(v)},
		{"label.saved", p.savedNow(v)},
	}))
	switch v.State() {
	case batchsync.TaskOnline:
		all = append(all, section("same", p.say("deploy.same")))
	case batchsync.TaskModified:
		all = append(all, section("same", lines(p.say("deploy.differ"), p.itemised(v.Unpublished()))))
	}
	all = append(all, contextLine("uncompared", p.say("deploy.uncompared")))
	return p.form(CallbackDeploy, "deploy.title", "button.deploy", refOf(op), all)
}

func (p Printer) deployedNow(v batchsync.TaskView) mark {
	switch {
	case v.Deployed == nil:
		return p.enum("task.state_", string(batchsync.TaskUnknown))
	case !v.Deployed.Online:
		return p.enum("task.state_", string(batchsync.TaskOffline))
	}
	return lines(p.cronLines(v.Deployed.Cron, v.Zone), p.name(v.Deployed.VCluster), p.repeated(v.Deployed.Retry, v.Deployed.Rerun))
}

func (p Printer) savedNow(v batchsync.TaskView) mark {
	if v.Draft == nil || v.Draft.Cron == "" {
		return p.say("task.no_schedule")
	}
	return lines(p.cronLines(v.Draft.Cron, v.Zone), p.name(v.Draft.VCluster), p.repeated(v.Draft.Retry, v.Draft.Rerun))
}

// repeated is how failed runs are repeated and which runs may be, a line each.
func (p Printer) repeated(r batchsync.Retry, rerun int) mark {
	count, pause := p.told(""), p.told("")
	if r.Told {
		count = number(r.Count)
	}
	switch {
	case r.Pause > 0 && r.Unit == "s":
		pause = p.say("settings.seconds", number(r.Pause))
	case r.Pause > 0:
		pause = p.say("settings.minutes", number(r.Pause))
	}
	return lines(p.factLines([]fact{{"label.retries", count}, {"label.retry_pause", pause}, {"configured.rerun", p.rerun(rerun)}})...)
}

// UndeployForm shows what is lost and who depends on it, and has the name
// typed: this cannot be undone. Its metadata points to the proposal.
func (p Printer) UndeployForm(op batchsync.Operation, v batchsync.TaskView) slack.ModalViewRequest {
	all := []slack.Block{
		alert("warning", p.say("undeploy.warning"), slack.AlertLevelWarning),
		section("lost", p.lost(op, v)),
		section("after", p.dependents(op, v.AfterRead)),
	}
	if op.Change != nil && len(op.Change.After) > 0 {
		text := p.format("option.downstream", []any{strconv.Itoa(len(op.Change.After))})
		all = append(all, p.checkbox(inputDownstream, ActionDownstream, "label.downstream", text))
	}
	name := slack.NewPlainTextInputBlockElement(nil, string(ActionTypedName))
	all = append(all, p.ask(inputName, "label.typed_name", p.clip(op.Name(), maxHint), name))
	return p.form(CallbackUndeploy, "undeploy.title", "button.undeploy", refOf(op), all)
}

// lost is what undeploying takes away.
func (p Printer) lost(op batchsync.Operation, v batchsync.TaskView) mark {
	runs := p.say("undeploy.lost_runs_unread")
	if v.RunsRead {
		runs = p.say("undeploy.lost_runs", number(len(v.Runs)))
	}
	all := []mark{bold(p.word("undeploy.lost")), p.say("list.item", runs)}
	if op.Change != nil && op.Change.Cron != "" {
		all = append(all, p.say("list.item", p.say("undeploy.lost_schedule", p.cron(op.Change.Cron, op.Change.Zone))))
	}
	return lines(append(all, p.say("list.item", p.say("undeploy.lost_state")))...)
}

// dependents lists the tasks that wait for the one that goes, or says that they
// were not read.
func (p Printer) dependents(op batchsync.Operation, read bool) mark {
	switch {
	case !read:
		return p.say("undeploy.after_unread", p.shortName(op.Name()))
	case op.Change == nil || len(op.Change.After) == 0:
		return p.say("undeploy.nobody")
	}
	all := []mark{bold(p.word("undeploy.after"))}
	for i, l := range op.Change.After {
		if i == maxLinks {
			all = append(all, p.say("list.more", number(len(op.Change.After)-i)))
			break
		}
		state := batchsync.TaskOffline
		if l.Online {
			state = batchsync.TaskOnline
		}
		name := p.shortName(l.Name)
		all = append(all, p.say("list.item", join([]mark{name, p.enum("task.state_", string(state))}, " · ")))
	}
	return lines(append(all, p.say("undeploy.after_lost"))...)
}
