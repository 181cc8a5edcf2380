package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/source/sourcetest"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// manyTables is a data source with tables of several shapes: in a real database
// that the bot counts, and in the platform that copies them.
type manyTables struct {
	source   int64  // of the demo's platform
	setting  string // its name there
	server   func(sourcetest.T) string
	quote    string
	numbered string // n rows whose number is seq
	types    *strings.Replacer
	use      string // makes the schema the usual one
	count    int
}

func mysqlTables(count int) manyTables {
	return manyTables{5002, "aliyun_mysql", sourcetest.StartMySQL, "`", "seq_1_to_%d", strings.NewReplacer(), "USE many", count}
}

func postgresTables(count int) manyTables {
	return manyTables{5003, "pg_prod", sourcetest.StartPostgres, `"`, "generate_series(1, %d) seq",
		strings.NewReplacer("DATETIME", "TIMESTAMP", "DOUBLE", "DOUBLE PRECISION"), "SET search_path TO many", count}
}

// table is the i-th one. The first is empty; names are written in several ways,
// and some columns are called like secrets.
func (m manyTables) table(i int) studiosim.SourceTable {
	t := studiosim.SourceTable{Name: fmt.Sprintf("facts_%02d", i), Rows: int64(17 * i)}
	column := func(name, kind string, primary bool) {
		t.Columns = append(t.Columns, studiosim.Column{Name: name, Type: kind, Primary: primary})
	}
	switch i % 4 {
	case 0:
		column("id", "BIGINT", true)
		column("code", "VARCHAR(40)", false)
		column("amount", "DECIMAL(12,2)", false)
		column("changed_at", "DATETIME", false)
	case 1:
		column("shop_id", "INT", true)
		column("order_no", "BIGINT", true)
		column("price", "DOUBLE", false)
		column("day", "DATE", false)
	case 2:
		column("token_id", "BIGINT", true)
		column("email", "VARCHAR(120)", false)
	case 3:
		t.Name = fmt.Sprintf("Mixed %02d", i)
		column("Order Id", "BIGINT", true)
		column("Total", "DECIMAL(10,2)", false)
	}
	return t
}

func (m manyTables) sink(i int) string { return "many." + m.table(i).Name }

func (m manyTables) quoted(names ...string) string {
	for i, name := range names {
		names[i] = m.quote + name + m.quote
	}
	return strings.Join(names, ", ")
}

// filled are the statements that make the table and its rows in the database.
func (m manyTables) filled(t studiosim.SourceTable) []string {
	var columns, keys, values []string
	for _, c := range t.Columns {
		columns = append(columns, m.quoted(c.Name)+" "+m.types.Replace(c.Type))
		if c.Primary {
			keys = append(keys, c.Name)
		}
		word, _, _ := strings.Cut(c.Type, "(")
		values = append(values, map[string]string{"BIGINT": "seq", "INT": "seq", "VARCHAR": "'x'", "DECIMAL": "1.5", "DOUBLE": "2.5",
			"DATETIME": "'2026-01-02 03:04:05'", "DATE": "'2026-01-02'"}[word])
	}
	name := m.quoted("many") + "." + m.quoted(t.Name)
	out := []string{fmt.Sprintf("CREATE TABLE %s (%s, PRIMARY KEY (%s))", name, strings.Join(columns, ", "), m.quoted(keys...))}
	if t.Rows > 0 {
		out = append(out, fmt.Sprintf("INSERT INTO %s SELECT %s FROM "+m.numbered, name, strings.Join(values, ", "), t.Rows))
	}
	return out
}

// deploy makes the tables on both sides and a task that copies them all; it
// returns the task and the setting that lets the bot count.
func (m manyTables) deploy(t *testing.T, s *stage, name string) (task int64, setting string) {
	t.Helper()
	dsn := m.server(t)
	statements := []string{"CREATE SCHEMA many", m.use}
	content := studiosim.Integration{Kind: "multi", Source: m.source, Sink: 5001}
	var tables []studiosim.SourceTable
	for i := range m.count {
		tables = append(tables, m.table(i))
		statements = append(statements, m.filled(tables[i])...)
		content.Tables = append(content.Tables, studiosim.Pair{Source: "many." + tables[i].Name, Sink: m.sink(i)})
	}
	sourcetest.Exec(t, dsn, statements...)
	must(t, s.world.AddTables(m.source, "many", tables...))
	task = s.scheduled(t, 40106, name)
	must(t, s.world.ChangeTask(task, func(t *studiosim.Task) { t.Content = &content }))
	addresses, err := json.Marshal(map[string]string{m.setting: sourcetest.As(t, dsn, sourcetest.Reader, sourcetest.Password)})
	must(t, err)
	path := filepath.Join(s.dir, "sources.json")
	must(t, os.WriteFile(path, addresses, 0o600))
	return task, "BATCHSYNC_SOURCES=" + path
}

// Where faults are planted: at tables whose shapes suit. The last one also has
// fewer rows.
const (
	fewerRows, nullKey, nullOfTwo, doubled, doubledOfTwo = 5, 6, 9, 8, 13
	otherType, narrowKey, stale, dropped                 = 12, 7, 15, 18
)

// run has the task run again so that something is wrong with several of its
// targets; it returns what an acceptance has to find, as "table: check".
func (m manyTables) run(t *testing.T, w *studiosim.World, task int64) []string {
	t.Helper()
	last := m.count - 1
	must(t, w.ChangeTask(task, func(t *studiosim.Task) {
		t.TableRows = map[string]int64{m.sink(fewerRows): m.table(fewerRows).Rows - 1, m.sink(last): 1}
		t.Unwritten = []string{m.sink(stale)}
	}))
	_, err := w.RunAt(task, time.Now().Add(-time.Minute), 5*time.Second)
	must(t, err)
	change := func(i int, fn func(*studiosim.LakeTable)) { must(t, w.ChangeTable(m.sink(i), fn)) }
	retype := func(column, kind string) func(*studiosim.LakeTable) {
		return func(t *studiosim.LakeTable) {
			for i := range t.Columns {
				if t.Columns[i].Name == column {
					t.Columns[i].Type = kind
				}
			}
		}
	}
	change(nullKey, func(t *studiosim.LakeTable) { t.NonNull = map[string]int64{"token_id": t.Rows - 1} })
	change(nullOfTwo, func(t *studiosim.LakeTable) { t.NonNull = map[string]int64{"order_no": 0} })
	change(doubled, func(t *studiosim.LakeTable) { t.Twice = 4 })
	change(doubledOfTwo, func(t *studiosim.LakeTable) { t.Twice = 1 })
	change(otherType, retype("amount", "DATE"))
	change(narrowKey, retype("Order Id", "INT"))
	must(t, w.DropTable(m.sink(dropped)))
	var want []string
	for i, check := range map[int]batchsync.CheckName{
		fewerRows: batchsync.CheckRows, last: batchsync.CheckRows, dropped: batchsync.CheckRows,
		nullKey: batchsync.CheckKeys, nullOfTwo: batchsync.CheckKeys,
		doubled: batchsync.CheckDuplicates, doubledOfTwo: batchsync.CheckDuplicates,
		otherType: batchsync.CheckTypes, narrowKey: batchsync.CheckTypes, stale: batchsync.CheckFreshness,
	} {
		want = append(want, fmt.Sprintf("%s: %s", m.sink(i), check))
	}
	slices.Sort(want)
	return want
}

// TestAcceptance_Many judges the delivery of a task of many tables that a real
// database has: a clean copy passes, and of a copy with planted faults each is
// named at its table, in one message, and nothing else is.
func TestAcceptance_FiftyTables(t *testing.T) {
	t.Parallel()
	for name, tables := range map[string]manyTables{"e2e_fifty_mysql": mysqlTables(50), "e2e_fifty_postgres": postgresTables(50)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			t.Cleanup(s.clean)
			task, sources := tables.deploy(t, s, name)
			_, err := s.world.RunAt(task, time.Now().Add(-time.Hour), 5*time.Second)
			must(t, err)
			bot := s.start(sources)
			ana := s.as(t, "ana")
			ana.accepts(s, name, "Passed")
			before := s.questions()
			want := tables.run(t, s.world, task)
			card := ana.accepts(s, name, "Failed")
			if n := s.questions() - before; n < 1 || n > 3 {
				t.Errorf("%d children asked about %d target tables, want 1 to 3", n, tables.count)
			}
			tables.named(t, card, want)
			if got := s.roots(slacksim.General, "delivery of "+name); len(got) != 2 {
				t.Errorf("%d messages about two acceptances", len(got))
			}
			bot.stop(t)
			s.file(t, func(file *store.Store) {
				last, err := file.LastAcceptance(batchsync.TaskID(task))
				must(t, err)
				tables.found(t, last, want)
			})
		})
	}
}

// accepts asks for an acceptance and waits for its verdict.
func (p *person) accepts(s *stage, task, verdict string) slacksim.Message {
	p.t.Helper()
	_, err := p.actor.Slash(within(p.t, ackWait), slacksim.General, "/batchsync acceptance "+task)
	must(p.t, err)
	return s.card(p.t, slacksim.General, verdict+": delivery of "+task)
}

// questions is how many children asked the platform by SQL so far, as the bot
// tells itself.
func (s *stage) questions() int { return strings.Count(s.log.String(), `"command":"sql"`) }

// named holds that the card says of every faulty table what is wrong with it, in
// a sentence and in its row, and of no other table that it failed.
func (m manyTables) named(t *testing.T, card slacksim.Message, want []string) {
	t.Helper()
	words := map[string]string{"rows": "Row counts", "keys": "Key fields", "duplicates": "Duplicate keys", "types": "Column types", "freshness": "Freshness"}
	text := card.AllText()
	_, rows, _ := strings.Cut(text, "Figures of each table")
	for _, w := range want {
		table, check, _ := strings.Cut(w, ": ")
		if !strings.Contains(text, "✗ `"+table+"` · "+words[check]+": ") {
			t.Errorf("no sentence about %s", w)
		}
		_, row, _ := strings.Cut(rows, table+"\n")
		if row, _, _ := strings.Cut(row, "many."); !strings.Contains(row, "✗ failed: "+strings.ToLower(words[check])) {
			t.Errorf("the row of %s is %q", w, row)
		}
	}
	if sentences, failed := strings.Count(text, "✗ `"), strings.Count(rows, "✗ failed"); sentences != len(want) || failed != len(want) {
		t.Errorf("%d sentences and %d rows about failures, want %d", sentences, failed, len(want))
	}
	if sentences, _, _ := strings.Cut(text, "Figures of each table"); strings.Contains(sentences, " more\n") {
		t.Error("the card hides faults behind what follows from others")
	}
	for i := range m.count {
		if !strings.Contains(rows, m.sink(i)+"\n") {
			t.Errorf("%s has no row", m.sink(i))
		}
	}
	if t.Failed() {
		t.Logf("the card:\n%s", text)
	}
}

// found holds that the stored figures are those of both sides, and that exactly
// what was planted failed. A table that is gone leaves its other checks open.
func (m manyTables) found(t *testing.T, a batchsync.Acceptance, want []string) {
	t.Helper()
	got := map[string]bool{}
	for i, table := range a.Tables {
		if table.Source.How != batchsync.CountedExactly || table.Source.Rows != m.table(i).Rows {
			t.Errorf("%s: the source has %d rows (%s)", table.Pair.Source, table.Source.Rows, table.Source.How)
		}
		for _, f := range table.Found {
			switch {
			case f.Verdict == batchsync.VerdictFailed:
				got[table.Pair.Sink+": "+string(f.Check)] = true
			case f.Verdict != batchsync.VerdictPassed && i != dropped:
				t.Errorf("%s: %+v", table.Pair.Sink, f)
			}
		}
	}
	for _, f := range a.Whole {
		if f.Verdict != batchsync.VerdictPassed {
			t.Errorf("the whole: %+v", f)
		}
	}
	if found := slices.Sorted(maps.Keys(got)); len(a.Tables) != m.count || !slices.Equal(found, want) {
		t.Errorf("of %d tables failed\n%q, want\n%q", len(a.Tables), found, want)
	}
}
