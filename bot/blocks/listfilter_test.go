package blocks

import (
	"strings"
	"testing"
)

func TestReadListFilter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed string
		want        ListFilter
		title       string
	}{
		{"all", "", ListFilter{}, "Batch syncs"},
		{"blank", "  ", ListFilter{}, "Batch syncs"},
		{"mine", " MINE ", ListFilter{Word: "mine"}, "My batch syncs"},
		{"failed", "failed", ListFilter{Word: "failed"}, "Batch syncs whose last run failed"},
		{"name", "mysql", ListFilter{Part: "mysql"}, "Batch syncs like mysql"},
		{"both", "failed mysql", ListFilter{"failed", "mysql"}, "Batch syncs like mysql whose last run failed"},
		{"mine of a name", "Mine  daily orders", ListFilter{"mine", "daily orders"}, "My batch syncs like daily orders"},
		{"a name that begins like a word", "failed_orders", ListFilter{Part: "failed_orders"}, "Batch syncs like failed_orders"},
		{"a word behind a name", "mysql failed", ListFilter{Part: "mysql failed"}, "Batch syncs like mysql failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := ReadListFilter(c.typed); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if got := printer().listTitle(c.typed); got != c.title {
				t.Errorf("the title is %q, want %q", got, c.title)
			}
			for _, p := range both() {
				m := p.TaskList(TaskList{Filter: c.typed, Rows: sampleRows(20, "orders"), First: 20, Total: 45, Now: sampleNow()})
				checkMessage(t, m)
				back := ListRef{First: 0, Filter: strings.TrimSpace(c.typed)}
				if !has(actionsOf(m.Blocks), ActionListBack) || !strings.Contains(unescaped(mustJSON(t, m.Blocks)), `"`+back.String()+`"`) {
					t.Errorf("the page before does not keep the filter: %q", actionsOf(m.Blocks))
				}
			}
		})
	}
}

// TestPrinter_TaskList_CutOfName says how far back was looked also for failures of
// a name.
func TestPrinter_TaskList_CutOfName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		filter string
		want   bool
	}{{"failed", true}, {"failed mysql", true}, {"mysql", false}, {"mine", false}} {
		l := TaskList{Filter: c.filter, Unseen: 2, Oldest: sampleNow(), Now: sampleNow()}
		if said := printer().TaskList(l).Text; strings.Contains(said, "last run of 2 tasks is not known") != c.want {
			t.Errorf("%q: %q", c.filter, said)
		}
	}
}
