package handlers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// TestVerbs_TwoDoors holds that whatever can be pressed can be typed and the
// other way round, with the same right.
func TestVerbs_TwoDoors(t *testing.T) {
	t.Parallel()
	table, doors := routes(), blocks.CommandActions()
	for _, v := range verbs() {
		buttons, ok := doors[v.word]
		if !ok || len(buttons) == 0 {
			t.Errorf("command %q has no button", v.word)
		}
		for _, id := range buttons {
			if got := table[id].act; got != v.act {
				t.Errorf("button %q takes the right %q, its command %q takes %q", id, got, v.word, v.act)
			}
		}
	}
	for word, buttons := range doors {
		if !slices.ContainsFunc(verbs(), func(v verb) bool { return v.word == word }) {
			t.Errorf("buttons %v do what %q does, which cannot be typed", buttons, word)
		}
	}
	// What goes on with something begun has no word of its own.
	continues := []blocks.ActionID{
		blocks.ActionResumeDraft, blocks.ActionStartOver, blocks.ActionBack, blocks.ActionSubmit, blocks.ActionCancel, blocks.ActionMore, blocks.ActionCheckDraft, blocks.ActionShowCommands, blocks.ActionHideCommands, blocks.ActionDiscard, blocks.ActionDrafts, blocks.ActionEditDraft,
		blocks.ActionCheckAgain, blocks.ActionDebugFirst, blocks.ActionDrop, blocks.ActionOpenStudio, blocks.ActionTaskMenu, blocks.ActionRefreshHome,
		blocks.ActionPostLog, blocks.ActionCommand,
	}
	for _, id := range blocks.ActionIDs() {
		_, isField := blocks.FieldOf(id)
		isInput := strings.HasPrefix(string(id), "form.")
		typed := false
		for _, buttons := range doors {
			typed = typed || slices.Contains(buttons, id)
		}
		if !typed && !isField && !isInput && !slices.Contains(continues, id) {
			t.Errorf("button %q has no command", id)
		}
	}
}

func TestCutDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rest, task string
		days             []string
	}{
		{"id and days", "40001 2026-07-01 2026-07-03", "40001", []string{"2026-07-01", "2026-07-03"}},
		{"name with spaces", "orders to ods 2026-07-01 2026-07-03", "orders to ods", []string{"2026-07-01", "2026-07-03"}},
		{"no days", "orders  to ods", "orders  to ods", nil},
		{"one day", "orders to ods 2026-07-01", "orders to ods", []string{"2026-07-01"}},
		{"days that do not exist are days", "x 2026-02-30 2026-99-99", "x", []string{"2026-02-30", "2026-99-99"}},
		{"slashes", "x 2026/11/01 2026/11/02", "x", []string{"2026/11/01", "2026/11/02"}},
		{"the other way round", "x 01.11.2026", "x", []string{"01.11.2026"}},
		{"a version", "x 1.2.3", "x 1.2.3", nil},
		{"words", "x yesterday Today", "x", []string{"yesterday", "Today"}},
		{"a word alone", "yesterday", "yesterday", nil},
		{"three days", "x 2026-07-01 2026-07-02 2026-07-03", "x", []string{"2026-07-01", "2026-07-02", "2026-07-03"}},
		{"only days", "2026-07-01 2026-07-03", "", []string{"2026-07-01", "2026-07-03"}},
		{"nothing", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			task, days := cutDays(c.rest)
			if task != c.task || !slices.Equal(days, c.days) {
				t.Errorf("got %q %q, want %q %q", task, days, c.task, c.days)
			}
		})
	}
}

func TestTailOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"short", "a\nb\n", 10, "a\nb\n"},
		{"from a line's beginning", "first\nsecond\nthird\n", 10, "third\n"},
		{"one long line", strings.Repeat("x", 20), 5, "xxxxx"},
		{"not within a rune", strings.Repeat("表", 10), 4, "表"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tailOf(c.text, c.n); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestMentionedUser(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed string
		want        batchsync.UserID
		ok          bool
	}{
		{"escaped with name", "<@U123|ana>", "U123", true},
		{"escaped", "<@W123>", "W123", true},
		{"plain name", "@ana", "", false},
		{"group", "<!subteam^S1>", "", false},
		{"empty", "<@>", "", false},
		{"open", "<@U123", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := mentionedUser(c.typed); got != c.want || ok != c.ok {
				t.Errorf("got %q %v, want %q %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func TestMuteEnd(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, choice, day string
		want              time.Time // zero: refused
	}{
		{"an hour", blocks.MuteHour, "", at.Add(time.Hour)},
		{"a shift", blocks.MuteShift, "", at.Add(8 * time.Hour)},
		{"a day", blocks.MuteDay, "", at.Add(24 * time.Hour)},
		{"until a day of the zone", blocks.MuteUntil, "2026-07-21", time.Date(2026, 7, 21, 15, 59, 59, 0, time.UTC)},
		{"until yesterday", blocks.MuteUntil, "2026-07-19", time.Time{}},
		{"until a day that does not exist", blocks.MuteUntil, "2026-02-30", time.Time{}},
		{"until far away", blocks.MuteUntil, "2036-02-20", time.Time{}},
		{"for ever", "", "", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := muteEnd(c.choice, c.day, "Asia/Shanghai", at)
			if c.want.IsZero() != (err != nil) || err == nil && !got.Equal(c.want) {
				t.Errorf("got %v %v, want %v", got, err, c.want)
			}
		})
	}
}
