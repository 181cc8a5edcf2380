package handlers

import (
	"maps"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// The rows of operations lead to their cards, but not to other people's direct
// messages, and Slack is asked for one address only.
func TestBot_HomeCards(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	k := homeSample(time.Now())
	k.cards = map[batchsync.MessageID]batchsync.Message{}
	b := homeBot(t, k)
	b.API = api
	card := func(op batchsync.OperationID, to string) {
		channel, ts, err := api.PostMessage(to, body(blocks.Message{Text: "card"})...)
		if err != nil {
			t.Fatal(err)
		}
		k.cards[batchsync.CardOf(op)] = batchsync.Message{Posted: batchsync.ChannelID(channel), TS: ts}
	}
	card("mine", slacksim.Ana)
	card("theirs", slacksim.Adam)
	card("stuck", slacksim.General)
	for name, want := range map[string][]batchsync.OperationID{slacksim.Ana: {"mine", "stuck"}, slacksim.Adam: {"theirs"}} {
		v, err := b.home(batchsync.UserID(name))
		if err != nil {
			t.Fatal(err)
		}
		got := b.homeCards(t.Context(), v)
		if len(got) != len(want) {
			t.Errorf("%s is led to %v, want %v", name, got, want)
		}
		for _, id := range want {
			m := k.cards[batchsync.CardOf(id)]
			if !strings.HasSuffix(got[id], "/archives/"+string(m.Posted)+"/p"+strings.ReplaceAll(m.TS, ".", "")) {
				t.Errorf("%s is led to %q", name, got[id])
			}
		}
	}
	if asked := len(sim.Calls("chat.getPermalink")); asked != 1 {
		t.Errorf("Slack was asked for %d addresses, want one", asked)
	}
	for id := range maps.Keys(k.cards) {
		k.cards[id] = batchsync.Message{} // on its way
	}
	if v, _ := b.home(slacksim.Ana); len(b.homeCards(t.Context(), v)) != 0 {
		t.Error("cards that are not posted are linked")
	}
}
