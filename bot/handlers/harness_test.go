package handlers

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// connect starts a local Slack and a client of it.
func connect(t *testing.T, o slacksim.Options) (*slacksim.Sim, *slack.Client) {
	t.Helper()
	sim := slacksim.New(o)
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	api := slack.New(sim.BotToken, slack.OptionAPIURL(sim.URL()+"/api/"), slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}))
	return sim, api
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// shelf is what a sender reads from.
type shelf struct {
	ops       map[batchsync.OperationID]batchsync.Operation
	tellings  map[batchsync.AlertID]batchsync.Telling
	subs      []batchsync.Subscription
	messages  map[batchsync.MessageID]batchsync.Message
	accepted  map[batchsync.AcceptanceID]batchsync.Acceptance
	refreshed []batchsync.MessageID
}

func missing() error {
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("message.gone")}
}

func (s *shelf) Telling(id batchsync.AlertID) (batchsync.Telling, error) {
	t, ok := s.tellings[id]
	if !ok {
		return t, missing()
	}
	return t, nil
}

func (s *shelf) Incident(id batchsync.IncidentID) (batchsync.Incident, error) {
	for _, t := range s.tellings {
		for _, i := range t.Incidents {
			if i.ID == id {
				return i, nil
			}
		}
	}
	return batchsync.Incident{}, missing()
}

func (s *shelf) AlertsOf(id batchsync.IncidentID) (out []batchsync.Alert, _ error) {
	for _, t := range s.tellings {
		if t.Alert.Has(id) {
			out = append(out, t.Alert)
		}
	}
	return out, nil
}

func (s *shelf) Message(id batchsync.MessageID) (batchsync.Message, error) {
	m, ok := s.messages[id]
	if !ok {
		return m, missing()
	}
	return m, nil
}

func (s *shelf) Subscriptions(c batchsync.ChannelID) (out []batchsync.Subscription, _ error) {
	for _, sub := range s.subs {
		if sub.Channel == c {
			out = append(out, sub)
		}
	}
	return out, nil
}

func (s *shelf) Refresh(id batchsync.MessageID, _ time.Time) error {
	s.refreshed = append(s.refreshed, id)
	return nil
}

func (s *shelf) Acceptance(id batchsync.AcceptanceID) (batchsync.Acceptance, error) {
	a, ok := s.accepted[id]
	if !ok {
		return a, missing()
	}
	return a, nil
}

func (s *shelf) Operation(id batchsync.OperationID) (batchsync.Operation, error) {
	op, ok := s.ops[id]
	if !ok {
		return op, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("operation.gone")}
	}
	return op, nil
}

func (s *shelf) File(id string) (batchsync.File, error) {
	if id != "f1" {
		return batchsync.File{}, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("message.gone")}
	}
	return batchsync.File{ID: "f1", Name: "runs.csv", Data: []byte("run_id\n900001\n")}, nil
}

// sender is a real one with a single operation "op1" of Ana's and one of a
// person who is gone, "op2".
func sender(api *slack.Client) *Sender {
	ops := map[batchsync.OperationID]batchsync.Operation{}
	for id, actor := range map[batchsync.OperationID]batchsync.UserID{"op1": slacksim.Ana, "op2": slacksim.Dora} {
		d := batchsync.NewDraft("d1", actor, slacksim.General, batchsync.Defaults{Zone: "UTC"}, time.Now())
		ops[id] = batchsync.NewCreate(id, d, batchsync.Spec{Name: "orders_daily", Scope: batchsync.ScopeSingle}, time.Now())
	}
	return &Sender{API: api, Ladder: &Ladder{}, Store: &shelf{ops: ops}, Drawer: blocks.Drawer{Redact: redact.New("xoxb-sim-bot")},
		Channels: NewChannels(api, false, quiet()), Log: quiet()}
}

func card(channel batchsync.ChannelID) batchsync.Message {
	return batchsync.Message{ID: "operation/op1", Kind: batchsync.MessageOperation, Object: "op1", Channel: channel, Wanted: 1}
}

func notice(channel batchsync.ChannelID) batchsync.Message {
	return batchsync.Message{ID: "notice/1", Kind: batchsync.MessageNotice, Body: []batchsync.Text{batchsync.T("draft.expired")}, Channel: channel, Wanted: 1}
}
