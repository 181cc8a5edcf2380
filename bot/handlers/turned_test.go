package handlers

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// Everybody whose requests found no room is told, however many they and others
// made, and there is room left for acknowledgements.
func TestBot_TurnAway(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	bot := conversation(api)
	bot.urgent = newPool(1, poolLimit, time.Minute, quiet())
	people := []batchsync.UserID{slacksim.Ana, slacksim.Vera, slacksim.Adam}
	for n := range 3 * poolLimit {
		bot.turnAway(origin{User: people[n%len(people)], Channel: slacksim.General})
	}
	if got := bot.urgent.Depth(); got != len(people) {
		t.Fatalf("%d words wait, want one for each of %d people", got, len(people))
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	bot.urgent.Run(ctx, time.Minute) // carries out what is queued
	for _, name := range []string{"ana", "vera", "adam"} {
		told := slices.DeleteFunc(sim.Ephemerals(name), func(m slacksim.Message) bool { return !strings.Contains(m.AllText(), "The bot is busy") })
		if len(told) != 1 {
			t.Errorf("%s was told %d times, want once", name, len(told))
		}
	}
	bot.turnAway(origin{User: slacksim.Ana, Channel: slacksim.General})
	if n := bot.crowded.take(slacksim.Ana); n != 0 {
		t.Errorf("%d requests that nobody can tell of keep later ones from being told", n)
	}
}
