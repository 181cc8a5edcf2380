package handlers

import (
	"context"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

func TestSender_Send_Post(t *testing.T) {
	t.Parallel()
	ghost := card(slacksim.Archived)
	ghost.Object = "op2"
	for _, c := range []struct {
		name    string
		message batchsync.Message
		fault   slacksim.Fault
		faults  int
		want    batchsync.Delivery
		shown   string // where the message is in the end; empty: nowhere
	}{
		{"posted", card(slacksim.General), slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: slacksim.General}, slacksim.General},
		{"to a person", notice(slacksim.Ana), slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, slacksim.Ana},
		{"rate limit", card(slacksim.General), slacksim.RateLimited(7 * time.Second), 1, batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 7 * time.Second, Reason: "rate_limited"}, ""},
		{"server error", card(slacksim.General), slacksim.HTTPStatus(503), 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "no_answer"}, ""},
		{"connection broke before", card(slacksim.General), slacksim.ResetBefore(), 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "connection lost"}, ""},
		{"connection broke after", card(slacksim.General), slacksim.ResetAfter(), 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "connection lost"}, slacksim.General},
		{"no answer", card(slacksim.General), slacksim.Hang(), 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "connection lost"}, ""},
		{"token revoked", card(slacksim.General), slacksim.SlackError("token_revoked"), 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "token_revoked"}, ""},
		{"passing trouble", card(slacksim.General), slacksim.SlackError("internal_error"), 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "internal_error"}, ""},
		{"archived: to the person", card(slacksim.Archived), slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, slacksim.Ana},
		{"not a member: to the person", card(slacksim.Outside), slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, slacksim.Ana},
		{"not visible: to the person", card(slacksim.Secret), slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, slacksim.Ana},
		{"closed, and the person is gone", ghost, slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "channel_not_found"}, ""},
		{"closed, for nobody", notice(slacksim.Archived), slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "is_archived"}, ""},
		{"blocks refused for ever", card(slacksim.General), slacksim.SlackError("invalid_blocks"), 2, batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "invalid_blocks"}, ""},
		{"operation gone", batchsync.Message{ID: "m", Kind: batchsync.MessageOperation, Object: "op9", Channel: slacksim.General}, slacksim.Fault{}, 0,
			batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "nothing to draw"}, ""},
		{"unknown kind", batchsync.Message{ID: "m", Kind: "poem", Channel: slacksim.General}, slacksim.Fault{}, 0,
			batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "nothing to draw"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			sim.Fault("chat.postMessage", c.fault, c.faults)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			got := sender(api).Send(ctx, c.message, nil)
			place, ts := got.Channel, got.TS
			if c.want.Channel == "" {
				got.Channel = "" // a direct message's own id
			}
			got.TS = ""
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			for _, where := range []string{slacksim.General, slacksim.Archived, slacksim.Outside, slacksim.Secret, slacksim.Ana} {
				found := sim.Messages(where)
				if where != c.shown {
					if len(found) != 0 {
						t.Errorf("%s shows %q", where, found[0].AllText())
					}
					continue
				}
				if len(found) != 1 || len(found[0].Blocks) == 0 || found[0].Text == "" {
					t.Fatalf("%s shows %+v, want the message", where, found)
				}
				if got.Outcome == batchsync.OutcomeDone && (found[0].TS != ts || found[0].Channel != string(place)) {
					t.Errorf("noted %s/%s, it is %s/%s", place, ts, found[0].Channel, found[0].TS)
				}
			}
			for _, v := range sim.Violations() {
				t.Errorf("Slack's rules were broken: %s", v)
			}
		})
	}
}

func TestSender_Send_Edit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		fault  slacksim.Fault
		faults int
		want   batchsync.Delivery
		edits  int
	}{
		{"edited", slacksim.Fault{}, 0, batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: slacksim.General}, 1},
		{"rate limit", slacksim.RateLimited(2 * time.Second), 1, batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 2 * time.Second, Reason: "rate_limited"}, 0},
		{"deleted", slacksim.SlackError("message_not_found"), 1, batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "message_not_found"}, 0},
		{"too old to edit", slacksim.SlackError("edit_window_closed"), 1, batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "edit_window_closed"}, 0},
		{"archived since", slacksim.SlackError("is_inactive"), 1, batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "is_inactive"}, 0},
		{"bot removed since", slacksim.SlackError("not_in_channel"), 1, batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "not_in_channel"}, 0},
		{"channel gone", slacksim.SlackError("channel_not_found"), 1, batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "channel_not_found"}, 0},
		{"server error", slacksim.HTTPStatus(500), 1, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "no_answer"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			s, m := sender(api), card(slacksim.General)
			posted := s.Send(t.Context(), m, nil)
			m.Posted, m.TS = posted.Channel, posted.TS
			sim.Fault("chat.update", c.fault, c.faults)
			if c.want.Outcome == batchsync.OutcomeDone {
				c.want.TS = m.TS
			}
			if got := s.Send(t.Context(), m, nil); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if all := sim.Messages(slacksim.General); len(all) != 1 || all[0].Edits != c.edits {
				t.Errorf("shown: %+v, want one message with %d edits", all, c.edits)
			}
		})
	}
}

// A workspace that refuses a kind of block still gets the words.
func TestSender_Send_PlainText(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{RefusedBlocks: []string{"header"}})
	s, m := sender(api), card(slacksim.General)
	for range 2 { // a post, then an edit
		d := s.Send(t.Context(), m, nil)
		if d.Outcome != batchsync.OutcomeDone {
			t.Fatalf("got %+v, want done", d)
		}
		m.Posted, m.TS = d.Channel, d.TS
	}
	all := sim.Messages(slacksim.General)
	if len(all) != 1 || len(all[0].Blocks) != 0 || !strings.Contains(all[0].Text, "orders_daily") || all[0].Edits != 1 {
		t.Errorf("shown: %+v", all)
	}
}

func TestSender_Send_Thread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		gone  bool // the root was deleted in Slack
		under bool
	}{
		{"under its root", false, true},
		{"on its own", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			s, root := sender(api), card(slacksim.General)
			d := s.Send(t.Context(), root, nil)
			root.Posted, root.TS = d.Channel, d.TS
			if c.gone {
				if _, _, err := api.DeleteMessageContext(t.Context(), slacksim.General, root.TS); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.Send(t.Context(), notice(slacksim.General), &root); got.Outcome != batchsync.OutcomeDone {
				t.Fatalf("got %+v, want done", got)
			}
			all := sim.Messages(slacksim.General)
			if last := all[len(all)-1]; (last.ThreadTS == root.TS) != c.under {
				t.Errorf("the reply is under %q, the root is %q", last.ThreadTS, root.TS)
			}
		})
	}
}
