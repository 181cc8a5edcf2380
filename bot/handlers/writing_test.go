package handlers

import (
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// Stores of tests that have no watches.
func (desk) Watches() ([]batchsync.Watch, error)    { return nil, nil }
func (nothing) Watches() ([]batchsync.Watch, error) { return nil, nil }

// delivered is a store that knows what tasks were set up to at their last good
// run, too.
type delivered struct {
	watching
	set map[batchsync.TaskID]batchsync.Content
}

func (d delivered) Success(id batchsync.TaskID, _ batchsync.RunID) (batchsync.Snapshot, error) {
	c, ok := d.set[id]
	if !ok {
		return batchsync.Snapshot{}, missing()
	}
	return batchsync.Snapshot{Content: &c}, nil
}

// TestBot_Writers_Known names those that write a table of a new task, by all that
// is known of them, and apart those of which that is not certain.
func TestBot_Writers_Known(t *testing.T) {
	t.Parallel()
	shop, crm, lake := batchsync.Datasource{ID: 5, Name: "shop db"}, batchsync.Datasource{ID: 6, Name: "crm db"}, batchsync.Datasource{ID: 9, Name: "lake"}
	single := batchsync.Spec{Scope: batchsync.ScopeSingle, Source: shop, SourceSchema: "shop", Tables: []string{"orders"}, Target: lake, TargetSchema: "ods", TargetTable: "orders"}
	whole := func(from batchsync.Datasource, schema, rule string) *batchsync.Spec {
		return &batchsync.Spec{Scope: batchsync.ScopeWhole, Source: from, SourceSchema: schema, Target: lake, TargetSchema: "ods", TargetTable: rule}
	}
	mirror := batchsync.Content{Scope: batchsync.ScopeWhole, Source: shop, Target: lake, SourceSchema: "shop", SchemaRule: "ods", TableRule: batchsync.VarSourceTable}
	pair := []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}}
	task := func(id batchsync.TaskID, s *batchsync.Spec) []batchsync.Task {
		return []batchsync.Task{{ID: id, Name: "other", Spec: s}}
	}
	for _, c := range []struct {
		name   string
		spec   batchsync.Spec
		tasks  []batchsync.Task
		watch  batchsync.Watch
		set    map[batchsync.TaskID]batchsync.Content
		origin *batchsync.Origin
		tables []string // of the other's source; nil: not known
		sure   int
		may    int
	}{
		{name: "mirror made here", spec: single, tasks: task(1, whole(shop, "shop", batchsync.VarSourceTable)), sure: 1},
		{name: "mirror with another rule", spec: single, tasks: task(1, whole(shop, "shop", "raw_"+batchsync.VarSourceTable))},
		{name: "mirror whose tables are not known", spec: single, tasks: task(1, whole(crm, "crm", batchsync.VarSourceTable)), may: 1},
		{name: "mirror that has such a table", spec: single, tasks: task(1, whole(crm, "crm", batchsync.VarSourceTable)), tables: []string{"Orders"}, may: 1},
		{name: "mirror that has no such table", spec: single, tasks: task(1, whole(crm, "crm", batchsync.VarSourceTable)), tables: []string{"users"}},
		{name: "new mirror over a task", spec: *whole(shop, "shop", batchsync.VarSourceTable), tasks: task(1, &single), sure: 1},
		{name: "followed", spec: single, watch: batchsync.Watch{Task: 2, Name: "other", Pairs: pair}, may: 1},
		{name: "followed, gone", spec: single, watch: batchsync.Watch{Task: 2, Name: "other", Pairs: pair, Gone: true}},
		{name: "followed mirror", spec: single, watch: batchsync.Watch{Task: 2, Name: "other"}, set: map[batchsync.TaskID]batchsync.Content{2: mirror}, sure: 1},
		{name: "followed, nothing read", spec: single, watch: batchsync.Watch{Task: 2, Name: "other"}},
		{name: "made here, set up otherwise since", spec: single, tasks: task(2, &single),
			watch: batchsync.Watch{Task: 2, Name: "other", Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.other"}}}},
		{name: "made here, set up to it since", spec: single,
			tasks: task(2, &batchsync.Spec{Scope: batchsync.ScopeSingle, Target: lake, TargetSchema: "ods", TargetTable: "else"}),
			watch: batchsync.Watch{Task: 2, Name: "other", Pairs: pair}, sure: 1},
		{name: "made here, gone", spec: single, tasks: task(2, &single), watch: batchsync.Watch{Task: 2, Gone: true}},
		{name: "like a task of Studio", spec: single, origin: &batchsync.Origin{Task: 3, Name: "other", Writes: batchsync.Writes{Target: lake, Pairs: pair}}, sure: 1},
		{name: "like a task made here", spec: single, tasks: task(3, &single), origin: &batchsync.Origin{Task: 3, Name: "other", Writes: batchsync.Writes{Target: lake, Pairs: pair}}, sure: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := delivered{watching{remembering: remembering{tasks: c.tasks}}, c.set}
			if c.watch.Task != 0 {
				s.watches = []batchsync.Watch{c.watch}
			}
			b := idle(unread{t}, s, nil)
			b.Lists = known{facts: &batchsync.Facts{Tables: c.tables}}
			got := b.alsoWritingSpec(c.spec, c.origin)
			if len(got.sure) != c.sure || len(got.may) != c.may {
				t.Fatalf("got %+v, want %d for certain and %d perhaps", got, c.sure, c.may)
			}
			for _, r := range slices.Concat(got.sure, got.may) {
				if r.Name != "other" || r.ID == 0 {
					t.Errorf("named %+v", r)
				}
			}
		})
	}
}

// TestBot_Like_Writers warns at the review of a task made like one of Studio's
// that this one writes the same table.
func TestBot_Like_Writers(t *testing.T) {
	t.Parallel()
	content := batchsync.Content{
		Source: batchsync.Datasource{ID: 5, Name: "shop db"}, Target: batchsync.Datasource{ID: 9, Name: "lake"}, Scope: batchsync.ScopeSingle,
		WriteMode: batchsync.Overwrite, SourceSchema: "shop", Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}},
	}
	b := idle(unread{t}, remembering{}, nil)
	d := batchsync.NewDraft("d1", "U1", "C1", batchsync.Defaults{}, time.Now())
	d, _ = d.Like(batchsync.TaskView{Ref: syncTask, Content: &content, Draft: &batchsync.DraftSchedule{Cron: daily}}, shopFacts("orders"))
	if _, _, also := b.planOf(d, d.Spec()); len(also.sure) != 1 || also.sure[0].Name != syncTask.Name {
		t.Errorf("got %+v", also)
	}
}
