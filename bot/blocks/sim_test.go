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
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
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
