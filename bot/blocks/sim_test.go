package blocks

import (
	"context"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// workspace is a simulated Slack with an app that only opens the loading view.
func workspace(t *testing.T) (context.Context, *slacksim.Sim, *slack.Client) {
	t.Helper()
	s := slacksim.New(slacksim.Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	api := slack.New(s.BotToken, slack.OptionAppLevelToken(s.AppToken), slack.OptionAPIURL(s.URL()+"/api/"))
	sm := socketmode.New(api)
	done := make(chan struct{}, 2)
	running, stop := context.WithCancel(ctx)
	t.Cleanup(func() { stop(); <-done; <-done })
	go func() { _ = sm.RunContext(running); done <- struct{}{} }()
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			select {
			case <-running.Done():
				return
			case e := <-sm.Events:
				if cmd, ok := e.Data.(slack.SlashCommand); ok {
					_ = sm.AckCtx(running, e.Request.EnvelopeID, nil)
					if _, err := api.OpenViewContext(running, cmd.TriggerID, printer().Loading()); err != nil {
						t.Errorf("open the loading view: %v", err)
					}
				}
			}
		}
	}()
	if err := s.WaitConnected(ctx, 1); err != nil {
		t.Fatal(err)
	}
	return ctx, s, api
}

// A second opinion: the simulated Slack has its own idea of what it takes.
func TestPrinter_Wizard_TakenBySlack(t *testing.T) {
	t.Parallel()
	ctx, s, api := workspace(t)
	user := slacksim.Ana
	if _, err := s.As(user).Slash(ctx, "batchsync", "/batchsync new"); err != nil {
		t.Fatal(err)
	}
	open, err := s.WaitView(ctx, user, func(slacksim.View) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for label, name := range names() {
		for _, step := range batchsync.Steps() {
			for _, scope := range batchsync.Scopes() {
				v := printer().Wizard(sampleScreen(sampleDraft(step, batchsync.KindMySQL, scope, batchsync.Weekly, name)))
				if _, err := api.UpdateViewContext(ctx, v, "", "", open.ID); err != nil {
					t.Errorf("%s name, step %s, scope %s: %v", label, step, scope, err)
				}
			}
		}
	}
}

func TestPrinter_Operation_TakenBySlack(t *testing.T) {
	t.Parallel()
	ctx, _, api := workspace(t)
	user := slacksim.Ana
	for label, name := range names() {
		for _, state := range batchsync.OperationStates() {
			m := printer().Operation(sampleOperation(state, 2, batchsync.ScopeMerge, name), sampleNow())
			_, _, err := api.PostMessageContext(ctx, user, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...))
			if err != nil {
				t.Errorf("%s name, %s: %v", label, state, err)
			}
		}
	}
}

// Every screen about tasks, with its simpler drawings.
func TestPrinter_TaskScreens_TakenBySlack(t *testing.T) {
	t.Parallel()
	ctx, _, api := workspace(t)
	p := printer()
	post := func(what string, m Message) {
		for i, drawing := range append([][]slack.Block{m.Blocks}, m.Fallbacks...) {
			_, _, err := api.PostMessageContext(ctx, slacksim.Ana, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(drawing...))
			if err != nil {
				t.Errorf("%s, drawing %d: %v", what, i, err)
			}
		}
	}
	for name, v := range views() {
		post("task "+name, p.Task(taskCard(v)))
		post("runs "+name, p.Runs(RunsView{Task: v.Ref, Runs: v.Runs, Zone: v.Zone}))
	}
	for name, op := range changeCases() {
		post("card "+name, p.Operation(op, sampleNow()))
	}
	for label, name := range names() {
		ref := batchsync.TaskRef{ID: 40001, Name: name}
		post("list "+label, p.TaskList(TaskList{Rows: sampleRows(30, name), Now: sampleNow()}))
		post("log "+label, p.Log(batchsync.LogExcerpt{Run: sampleRuns(4, name, false)[3], Tail: name}))
		post("tables "+label, p.Tables(TablesView{Task: ref, Pairs: append(samplePairs(200), batchsync.TablePair{Source: name, Sink: name}), Page: 5}))
		post("deps "+label, p.Deps(sampleLinks(12, name), nil, ref))
		post("audit "+label, p.Audit(sampleAudit(25, name), name))
		post("candidates "+label, p.Candidates(name, []batchsync.TaskRef{ref}))
		_, err := api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: slacksim.Ana, View: p.Home(sampleHome(30, name))})
		if err != nil {
			t.Errorf("home with %s name: %v", label, err)
		}
	}
	post("status", p.Status(StatusView{Checks: []Check{{Name: CheckSlack, State: CheckOK}}, Now: sampleNow()}))
	for word := range CommandActions() {
		post("help "+word, p.Help(word))
	}
	post("help", p.Help(""))
}

func TestPrinter_Forms_TakenBySlack(t *testing.T) {
	t.Parallel()
	ctx, s, api := workspace(t)
	if _, err := s.As(slacksim.Ana).Slash(ctx, "batchsync", "/batchsync new"); err != nil {
		t.Fatal(err)
	}
	open, err := s.WaitView(ctx, slacksim.Ana, func(slacksim.View) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	for label, name := range names() {
		for form, v := range formCases(name) {
			if _, err := api.UpdateViewContext(ctx, v, "", "", open.ID); err != nil {
				t.Errorf("%s with %s name: %v", form, label, err)
			}
		}
	}
}
