package slacksim

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

func newSim(t *testing.T, o Options) (*Sim, context.Context) {
	t.Helper()
	s := New(o)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	t.Cleanup(cancel)
	return s, ctx
}

func client(s *Sim) *slack.Client {
	return slack.New(s.BotToken, slack.OptionAppLevelToken(s.AppToken), slack.OptionAPIURL(s.URL()+"/api/"))
}

// connect runs an app whose acks are made by answer; nil as answer acks empty, and
// the noAck value leaves the envelope without an ack.
func connect(t *testing.T, s *Sim, ctx context.Context, answer func(*slack.Client, socketmode.Event) any) *slack.Client {
	t.Helper()
	api := client(s)
	sm := socketmode.New(api)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{}, 2)
	go func() { _ = sm.RunContext(ctx); done <- struct{}{} }()
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-sm.Events:
				if e.Request == nil || e.Request.EnvelopeID == "" {
					continue
				}
				var payload any
				if answer != nil {
					payload = answer(api, e)
				}
				if payload == noAck {
					continue
				}
				if payload == nil {
					_ = sm.AckCtx(ctx, e.Request.EnvelopeID, nil)
				} else {
					_ = sm.AckCtx(ctx, e.Request.EnvelopeID, payload)
				}
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done; <-done })
	if err := s.WaitConnected(ctx, 1); err != nil {
		t.Fatal(err)
	}
	return api
}

const noAck = "no ack"

// modal decodes a modal from JSON, which reads better than constructors.
func modal(t *testing.T, text string) slack.ModalViewRequest {
	t.Helper()
	var v slack.ModalViewRequest
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
