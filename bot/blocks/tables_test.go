package blocks

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// samplePairs are n tables, of which every seventh has another name in the
// target.
func samplePairs(n int) []batchsync.TablePair {
	var out []batchsync.TablePair
	for i := range n {
		name := fmt.Sprintf("orders_%04d", i+1)
		pair := batchsync.TablePair{Source: "shop." + name, Sink: "ods." + name}
		if i%7 == 3 {
			pair.Sink = "ods.ods_" + name
		}
		out = append(out, pair)
	}
	return out
}

// oddPairs have names that are long, alike, hostile or empty.
func oddPairs() []batchsync.TablePair {
	long := strings.Repeat("very_long_name_", 60)
	return []batchsync.TablePair{
		{Source: "shop." + long + "a", Sink: "ods." + long + "a"},
		{Source: "shop." + long + "b", Sink: "ods." + long + "b"},
		{Source: "shop.Orders", Sink: "ods.orders"},
		{Source: "shop.表 with spaces & <tags>", Sink: "ods.表 with spaces & <tags>"},
		{Source: hostile, Sink: hostile},
		{Source: "", Sink: "ods.orders"},
		{Source: "shop.a.b", Sink: "ods.a.b"},
		{Source: "orders", Sink: "orders"},
	}
}

// rowsOf are the table cells of a drawing, without the heading.
func rowsOf(t *testing.T, all []slack.Block) (rows [][]string) {
	t.Helper()
	var drawn struct {
		Blocks []struct {
			Type string `json:"type"`
			Rows [][]struct {
				Text string `json:"text"`
			} `json:"rows"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal(mustJSON(t, map[string]any{"blocks": all}), &drawn); err != nil {
		t.Fatal(err)
	}
	for _, b := range drawn.Blocks {
		for i, r := range b.Rows {
			var row []string
			for _, c := range r {
				row = append(row, c.Text)
			}
			if i > 0 {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// Every table of a mapping stands on exactly one page, in every drawing of it.
func TestPrinter_Tables_AllOfThem(t *testing.T) {
	t.Parallel()
	ref := batchsync.TaskRef{ID: 40001, Name: "orders"}
	for _, tt := range []struct {
		name  string
		pairs []batchsync.TablePair
	}{
		{"two", samplePairs(2)}, {"forty", samplePairs(40)}, {"two hundred", samplePairs(200)}, {"a thousand", samplePairs(1000)},
		{"odd names", oddPairs()}, {"all long", append(oddPairs()[:2:2], wideNames(300)...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := printer()
			seen := 0
			for page := 1; seen < len(tt.pairs); page++ {
				m := p.Tables(TablesView{Task: ref, Pairs: tt.pairs, Page: page})
				checkMessage(t, m)
				noSecret(t, m)
				rows := rowsOf(t, m.Blocks)
				if len(rows) == 0 || rows[0][0] != fmt.Sprint(seen+1) {
					t.Fatalf("page %d begins with %v, want table %d", page, rows, seen+1)
				}
				if older := rowsOf(t, m.Fallbacks[0]); len(older) != len(rows) {
					t.Errorf("page %d: the older table has %d rows, the newer %d", page, len(older), len(rows))
				}
				boxes := string(mustJSON(t, m.Fallbacks[1]))
				for i, row := range rows {
					pair := tt.pairs[seen+i]
					if want := p.middle(pair.Source, maxTableName); want != "" && row[1] != want {
						t.Errorf("table %d is %q, want %q", seen+i+1, row[1], want)
					}
					if got := row[3] == "= same"; got == renamed(pair) {
						t.Errorf("table %d is called %q", seen+i+1, row[3])
					}
					if !strings.Contains(boxes, row[0]+". ") {
						t.Errorf("table %s is not in the boxes", row[0])
					}
				}
				seen += len(rows)
				got := actionsOf(m.Blocks)
				if has(got, ActionTablesNext) != (seen < len(tt.pairs)) || has(got, ActionTablesBack) != (page > 1) {
					t.Errorf("page %d after %d of %d tables offers %q", page, seen, len(tt.pairs), got)
				}
			}
			if last := p.Tables(TablesView{Task: ref, Pairs: tt.pairs, Page: 1 << 30}); !strings.Contains(last.Text, fmt.Sprintf("to %d of %d.", seen, seen)) {
				t.Errorf("a page that is not there any more: %q", last.Text)
			}
		})
	}
}

// wideNames are tables whose names fill their cells.
func wideNames(n int) (out []batchsync.TablePair) {
	for i := range n {
		name := fmt.Sprintf("s.%0298d", i)
		out = append(out, batchsync.TablePair{Source: name, Sink: name})
	}
	return out
}

func TestPrinter_Tables_Golden(t *testing.T) {
	t.Parallel()
	ref := batchsync.TaskRef{ID: 40001, Name: "orders"}
	for name, v := range map[string]TablesView{
		"forty": {Task: ref, Pairs: samplePairs(40), Page: 1},
		"third": {Task: ref, Pairs: samplePairs(200), Page: 3},
		"odd":   {Task: batchsync.TaskRef{ID: 40001, Name: hostile}, Pairs: oddPairs(), Page: 1},
		"none":  {Task: ref},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goldenMessage(t, "tables_"+name, printer().Tables(v))
		})
	}
}

// The card is short, tells long names apart, and leads to what it leaves out.
func TestPrinter_Task_Mapping(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		pairs []batchsync.TablePair
		all   bool
		says  []string
	}{
		{"two whole", samplePairs(2), false, []string{"shop.orders_0002"}},
		{"forty", samplePairs(40), true, []string{"shop.orders_0010", "+30 more", "ods_orders_0004` · ≠ other name"}},
		{"long", oddPairs()[:2], true, []string{"name_a`", "name_b`"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := sampleView(2, 0, "orders")
			v.Content.Pairs = tt.pairs
			m := printer().Task(taskCard(v))
			checkMessage(t, m)
			drawn := strings.ReplaceAll(string(mustJSON(t, m.Blocks)), `\u003e`, ">")
			for _, want := range tt.says {
				if !strings.Contains(drawn, want) {
					t.Errorf("the card does not say %q: %s", want, drawn)
				}
			}
			if got := has(actionsOf(m.Blocks), ActionTables); got != tt.all {
				t.Errorf("All Tables offered: %v, want %v", got, tt.all)
			}
		})
	}
}
