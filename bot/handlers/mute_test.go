package handlers

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// muted is a store that took a form before.
type muted struct {
	*ledger
	before time.Time
	asked  []string // forms, as they were to be stored
}

func (s *muted) SaveTask(_ batchsync.Task, row batchsync.AuditRow) error {
	s.asked = append(s.asked, row.Form)
	return &batchsync.RepeatedError{At: s.before}
}

// A form that is delivered again is answered with the time that was stored for
// it, and leaves the message alone that it was opened from.
func TestBot_Mute_Again(t *testing.T) {
	t.Parallel()
	_, api := connect(t, slacksim.Options{})
	s := &muted{ledger: newLedger(), before: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	b := idle(harbour{}, s, api)
	b.cfg.Zone = "UTC"
	b.people.access = batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}
	in := sentForm(blocks.TaskRefOf(7).String(), slacksim.Ana, map[string]slack.BlockAction{
		string(blocks.ActionMuteFor): {SelectedOption: slack.OptionBlockObject{Value: blocks.MuteShift}},
	})
	in.From = spot{Surface: blocks.SurfaceTask}
	got := answered(t, func(a ack) { b.submittedMute(t.Context(), in, a) })
	if end := s.before.Add(8 * time.Hour); !strings.Contains(got, "Muted until") || !strings.Contains(got, "date^"+strconv.FormatInt(end.Unix(), 10)) {
		t.Errorf("answered %s, want that it is muted until %v", got, end)
	}
	if len(b.reads.lanes) != 0 {
		t.Error("the message is drawn anew")
	}
	other := in
	other.View.Hash = "of another drawing"
	answered(t, func(a ack) { b.submittedMute(t.Context(), in, a) })
	answered(t, func(a ack) { b.submittedMute(t.Context(), other, a) })
	if len(s.asked) != 3 || s.asked[0] == "" || s.asked[1] != s.asked[0] || s.asked[2] == s.asked[0] {
		t.Errorf("stored by forms %q, want the first twice, and another", s.asked)
	}
}
