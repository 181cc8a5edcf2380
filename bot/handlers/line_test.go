package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// told are lists that are told when they are asked for, or are not.
type told struct {
	facts   batchsync.Facts
	broken  bool
	awaited []string // source and schema of each wait
}

func (l *told) err() error {
	if l.broken {
		return errors.New("the platform is down")
	}
	return nil
}

func (l *told) Datasources(context.Context) ([]batchsync.Datasource, error) {
	return l.facts.Datasources, l.err()
}
func (l *told) Schemas(context.Context, batchsync.DatasourceID) ([]string, error) {
	return l.facts.Schemas, l.err()
}
func (l *told) Tables(context.Context, batchsync.DatasourceID, string) ([]string, error) {
	return l.facts.Tables, l.err()
}
func (l *told) Folders(context.Context) ([]batchsync.Folder, error) { return l.facts.Folders, l.err() }
func (l *told) VClusters(context.Context) ([]batchsync.VCluster, error) {
	return l.facts.VClusters, l.err()
}
func (l *told) TargetSchemas(context.Context) ([]string, error) { return nil, l.err() }
func (l *told) Warm(batchsync.Prefetch)                         {}
func (l *told) Match(string, []string, int) []int               { return nil }
func (l *told) Await(_ context.Context, source batchsync.DatasourceID, schema string) {
	l.awaited = append(l.awaited, fmt.Sprintf("%d/%s", source, schema))
}
func (l *told) Facts(source batchsync.DatasourceID, schema string) batchsync.Facts {
	if l.broken {
		return batchsync.Facts{}
	}
	f := l.facts
	if source == 0 {
		f.Schemas = nil
	}
	if source == 0 || schema == "" {
		f.Tables = nil
	}
	return f
}

func shopFacts(tables ...string) batchsync.Facts {
	return batchsync.Facts{
		Datasources: []batchsync.Datasource{{ID: 5, Name: "shop db", Type: "MySQL"}, {ID: 9, Name: "lake", Type: "Lakehouse"}},
		Schemas:     []string{"shop"}, Tables: tables,
		Folders:   []batchsync.Folder{{ID: 7, Path: "sync"}},
		VClusters: []batchsync.VCluster{{Name: "sync_vc", Type: "INTEGRATION"}},
	}
}

func numbered(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("order_%05d", i))
	}
	return out
}

func TestBot_ReadLine(t *testing.T) {
	t.Parallel()
	const rest = ` daily 02:00 folder=sync name=n`
	for _, c := range []struct {
		name   string
		line   string
		tables []string
		broken bool
		step   batchsync.Step
		wrong  string // key of the first problem
		first  string // of the lines that mend it
		note   string
	}{
		{"complete", `"shop db" shop.orders -> ods.orders` + rest, []string{"orders"}, false, batchsync.StepReview, "", "", ""},
		{"nothing but a source", `"shop db"`, nil, false, batchsync.StepTables, "", "", ""},
		{"no time", `"shop db" shop.orders -> ods.orders daily ? folder=sync name=n`, []string{"orders"}, false, batchsync.StepSchedule, "", "", ""},
		{"no source", `-> ods.orders daily 02:00`, nil, false, batchsync.StepSource, "", "", ""},
		{"wrong table", `"shop db" shop.oders -> ods.orders` + rest, []string{"orders"}, false, batchsync.StepTables, "field.table_gone", `"shop db" shop.orders -> ods.orders` + rest, ""},
		{"wrong condition", `"shop db" shop.orders -> ods.orders where="a;b"` + rest, []string{"orders"}, false, batchsync.StepTables, "field.where_unsafe", "", ""},
		{"a word that is none", `"shop db" shop.orders -> ods.orders qqqqqqqq` + rest, []string{"orders"}, false, batchsync.StepSource, "oneline.unknown_word", "", "line.left_out"},
		{"wrong source", `"shop dv" shop.orders -> ods.orders` + rest, []string{"orders"}, false, batchsync.StepSource, "oneline.no_source", `"shop db" shop.orders -> ods.orders` + rest, ""},
		{"platform down", `"shop db" shop.orders -> ods.orders` + rest, nil, true, batchsync.StepSource, "", "", "line.unread"},
		{"zero tables", `"shop db" shop.* -> ods` + rest, []string{}, false, batchsync.StepReview, "", "", ""},
		{"pattern of nothing", `"shop db" shop.x* => ods.x` + rest, []string{}, false, batchsync.StepTables, "oneline.glob_empty", "", ""},
		{"ten thousand tables, all", `"shop db" shop.* -> ods` + rest, numbered(10_000), false, batchsync.StepReview, "", "", ""},
		{"ten thousand tables, one", `"shop db" shop.order_07777 -> ods.x` + rest, numbered(10_000), false, batchsync.StepReview, "", "", ""},
		{"ten thousand tables by a pattern", `"shop db" shop.order_* => ods.x` + rest, numbered(10_000), false, batchsync.StepTables, "field.tables_many", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			facts := shopFacts(c.tables...)
			if c.tables != nil && len(c.tables) == 0 {
				facts.Tables = []string{}
			}
			b := idle(unread{t}, nothing{}, nil)
			b.Lists = &told{facts: facts, broken: c.broken}
			d := batchsync.NewDraft("d1", slacksim.Ana, "C1", batchsync.Defaults{Zone: "Asia/Shanghai"}, now())
			got, err := b.readLine(t.Context(), d, c.line)
			if err != nil || got.Draft.Step != c.step {
				t.Errorf("leads to %s, %v, want %s", got.Draft.Step, err, c.step)
			}
			wrong, first := "", ""
			if len(got.Problems) > 0 {
				wrong = string(got.Problems[0].Text.Key)
				first = strings.Join(got.Problems[0].Lines[:min(1, len(got.Problems[0].Lines))], "")
			}
			if wrong != c.wrong || first != c.first {
				t.Errorf("wrong: %q, mended by %q, want %q and %q", wrong, first, c.wrong, c.first)
			}
			note := ""
			for _, n := range got.Draft.Notes {
				note += string(n.Key)
			}
			if note != c.note {
				t.Errorf("said %q, want %q", note, c.note)
			}
		})
	}
}

// TestBot_ReadLine_Awaits has a line wait for fresh lists before it is judged.
func TestBot_ReadLine_Awaits(t *testing.T) {
	t.Parallel()
	lists := &told{facts: shopFacts("orders")}
	b := idle(unread{t}, nothing{}, nil)
	b.Lists = lists
	d := batchsync.NewDraft("d1", slacksim.Ana, "C1", batchsync.Defaults{Zone: "UTC"}, now())
	if _, err := b.readLine(t.Context(), d, `"shop db" shop.orders -> ods.orders`); err != nil || strings.Join(lists.awaited, " ") != "0/ 5/shop" {
		t.Errorf("waited for %q, %v", lists.awaited, err)
	}
}

// TestBot_ReadLine_Mended sets several problems right at once, or says nothing.
func TestBot_ReadLine_Mended(t *testing.T) {
	t.Parallel()
	const rest = " daily 02:00 folder=sync vc=sync_vc lake=lake"
	for _, c := range []struct{ name, line, want string }{
		{"nothing wrong", `"shop db" shop.orders -> ods.orders` + rest, ""},
		{"one problem has lines of its own", `"shop db" shop.oders -> ods.orders` + rest, ""},
		{"a word and a table", `"shop db" shop.oders -> ods.orders` + strings.Replace(rest, "daily", "daly", 1), `"shop db" shop.orders -> ods.orders` + rest},
		{"one of two stays", `"shop db" shop.oders -> ods.orders qqqqqqqq` + rest, ""},
	} {
		b := idle(unread{t}, nothing{}, nil)
		b.Lists = &told{facts: shopFacts("orders")}
		d := batchsync.NewDraft("d1", slacksim.Ana, "C1", batchsync.Defaults{Zone: "UTC"}, now())
		if got, err := b.readLine(t.Context(), d, c.line); err != nil || got.Mended != c.want {
			t.Errorf("%s: mended to %q, %v, want %q", c.name, got.Mended, err, c.want)
		}
	}
}

// A line that no button can carry is mended by hand: what is near is told.
func TestBot_ReadLine_Long(t *testing.T) {
	t.Parallel()
	b := idle(unread{t}, nothing{}, nil)
	b.Lists = &told{facts: shopFacts("orders")}
	d := batchsync.NewDraft("d1", slacksim.Ana, "C1", batchsync.Defaults{Zone: "UTC"}, now())
	got, err := b.readLine(t.Context(), d, `"shop db" shop.oders -> ods.orders where="`+strings.Repeat("a", blocks.MaxCommand)+`"`)
	if err != nil || len(got.Problems) == 0 || len(got.Problems[0].Lines) != 0 || len(got.Problems[0].Nearest) == 0 {
		t.Errorf("got %+v, %v", got.Problems, err)
	}
}

func TestLikeTask(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rest, task string
		like       bool
	}{
		{"like orders daily", "orders daily", true},
		{"LIKE  40001", "40001", true},
		{"like", "", true},
		{"like shop.orders -> ods.orders", "", false},
		{"likely shop.orders", "", false},
		{"", "", false},
	} {
		if task, like := likeTask(c.rest); task != c.task || like != c.like {
			t.Errorf("likeTask(%q) = %q, %v", c.rest, task, like)
		}
	}
}

// TestBot_DrawLine has a line that is complete lead to the review only if nothing
// in it is wrong.
func TestBot_DrawLine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`"shop db" shop.orders -> ods.orders daily 02:00 folder=sync name=n vc=sync_vc zone=UTC lake=lake`:              "Create Sync",
		`"shop db" shop.orders -> ods.orders daily 02:00 folder=sync name=n vc=sync_vc zone=UTC lake=lake folder=other`: "Go On",
	} {
		d := atReview(t)
		d.Lists = &told{facts: shopFacts("orders")}
		d.drawLine(t.Context(), origin{User: slacksim.Ana}, "V1", line)
		if got := d.wall.top(); !strings.Contains(got, want) || want != "Create Sync" && strings.Contains(got, "Create Sync") {
			t.Errorf("%s draws %s, want %s", line, got, want)
		}
	}
}
