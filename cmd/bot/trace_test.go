package main

import (
	"encoding/json"
	"strings"
	"testing"

	"batchsync/internal/slacksim"
)

// line is one of the log.
type line map[string]any

func (l line) is(msg string, attrs ...string) bool {
	for i := 0; i < len(attrs); i += 2 {
		if l[attrs[i]] != attrs[i+1] {
			return false
		}
	}
	return l["msg"] == msg
}

// lines are those of the log so far.
func (s *stage) lines(t testing.TB) (out []line) {
	t.Helper()
	for text := range strings.Lines(s.log.String()) {
		var l line
		if !strings.HasSuffix(text, "\n") {
			continue // being written
		}
		must(t, json.Unmarshal([]byte(text), &l))
		out = append(out, l)
	}
	return out
}

// logged waits for a line.
func (s *stage) logged(t testing.TB, msg string, attrs ...string) line {
	t.Helper()
	var found line
	until(t, "the line "+msg+" with "+strings.Join(attrs, " "), func() bool {
		for _, l := range s.lines(t) {
			if l.is(msg, attrs...) {
				found = l
				return true
			}
		}
		return false
	})
	return found
}

// TestTrace follows one press of a button through the log, by ids alone: from
// Slack's envelope to the operation, the children that carried it out, and the
// card in the channel.
func TestTrace(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start("BATCHSYNC_LOG_LEVEL=info")
	ana := s.as(t, "ana")
	_, err := ana.actor.Mention(within(t, ackWait), slacksim.General,
		"new aliyun_mysql shop.orders -> ods.e2e_traced overwrite daily 02:00 vc=sync_vc folder=data_sync/mysql name=e2e_traced")
	must(t, err)
	f := ana.framedIn("", "Create Sync")
	ack, err := ana.actor.Click(within(t, ackWait), f.at, "Create Sync")
	must(t, err)
	card := s.card(t, slacksim.General, "e2e_traced", "Ready")

	s.logged(t, "request", "envelope", ack.EnvelopeID, "kind", "click", "user", slacksim.Ana)
	begun := s.logged(t, "operation begun", "envelope", ack.EnvelopeID)
	operation, _ := begun["operation"].(string)
	if operation == "" {
		t.Fatalf("the operation has no id: %v", begun)
	}
	for step, command := range map[string]string{"make": "task create", "deploy": "task deploy"} {
		child := s.logged(t, "cz-cli ended", "operation", operation, "step", step, "command", command)
		if pid, _ := child["pid"].(float64); pid <= 1 {
			t.Errorf("the child of %s has no process id: %v", step, child)
		}
		s.logged(t, "step ended", "operation", operation, "step", step, "state", "done")
	}
	sent := s.logged(t, "message delivered", "message", "operation/"+operation)
	if sent["ts"] != card.TS || sent["posted"] != slacksim.General {
		t.Errorf("the log leads to message %v in %v, the card is %s in %s", sent["ts"], sent["posted"], card.TS, card.Channel)
	}

	// What leads to no operation is found by its envelope too.
	ack, err = s.as(t, "vera").actor.Slash(within(t, ackWait), slacksim.General, "/batchsync show no_such_task_at_all")
	must(t, err)
	s.logged(t, "request", "envelope", ack.EnvelopeID, "kind", "command", "what", "show")
	s.clean()
}
