package handlers

import (
	"slices"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// TestBot_Answers takes back what stood for names and texts that Slack does not
// get.
func TestBot_Answers(t *testing.T) {
	t.Parallel()
	const (
		table, where = "czt_abcdef_orders", "token = 'abcdefgh'"
		condition    = "field/where/1"
	)
	d := atReview(t)
	d.facts.Tables = []string{table, "orders"}
	draft := d.book.draft
	draft.Answers[batchsync.FieldWhere] = []batchsync.Choice{{Value: where}}
	sent := d.printer(slacksim.Ana).NameOptions([]string{table}, "").Options[0].Value
	if strings.Contains(sent, "abcdef") {
		t.Fatalf("sent %q", sent)
	}
	for _, c := range []struct {
		name  string
		field batchsync.Field
		value string
		want  string
		asked bool // it is asked for again
	}{
		{"a table", batchsync.FieldTables, sent, table, false},
		{"another table", batchsync.FieldTables, "orders", "orders", false},
		{"a table that is gone", batchsync.FieldTables, blocks.Masked + "/0011", blocks.Masked + "/0011", true},
		{"the condition as it was shown", batchsync.FieldWhere, "token = '" + blocks.Masked + "'", where, false},
		{"the condition changed beside it", batchsync.FieldWhere, "token = '" + blocks.Masked + "' and x = 1", "token = '" + blocks.Masked + "' and x = 1", true},
		{"a whole condition", batchsync.FieldWhere, "token = 'ijklmnop'", "token = 'ijklmnop'", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := slack.BlockAction{Value: c.value}
			if c.field == batchsync.FieldTables {
				in = slack.BlockAction{SelectedOptions: []slack.OptionBlockObject{{Value: c.value, Text: &slack.TextBlockObject{Text: blocks.Masked}}}}
			}
			block := strings.Replace(condition, "where", string(c.field), 1)
			state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{block: {string(blocks.FieldAction(c.field)): in}}}
			got := d.answers(t.Context(), draft, state)
			if got.Value(c.field) != c.want {
				t.Errorf("got %q, want %q", got.Value(c.field), c.want)
			}
			asked := slices.ContainsFunc(refusedWith(draft, got, d.Bot), func(e batchsync.FieldError) bool { return e.Text.Key == "field.masked" && e.Field == c.field })
			if asked != c.asked {
				t.Errorf("asked for again: %v, want %v", asked, c.asked)
			}
		})
	}
}

// refusedWith is what confirming such a draft is refused with.
func refusedWith(d batchsync.Draft, a batchsync.Answers, b *Bot) []batchsync.FieldError {
	d = d.With(a)
	for f, all := range a {
		d.Answers[f] = all
	}
	_, _, err := d.Apply(batchsync.Confirmed{Version: d.Version}, b.facts(d), now())
	if invalid, ok := err.(*batchsync.InvalidError); ok {
		return invalid.Fields
	}
	return nil
}
