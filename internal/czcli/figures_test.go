package czcli

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
	"batchsync/internal/studiosim"
)

func shanghai(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// answered are the lines of a batch.
func answered(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

func counted(index int, n string) string {
	return fmt.Sprintf(`{"index":%d,"sql":"x","columns":["c1"],"rows":[[%s]],"count":1}`, index, n)
}

func refused(index int, message string) string {
	return fmt.Sprintf(`{"index":%d,"sql":"x","error":{"code":"CZLH-42000","message":%q}}`, index, message)
}

func history(index int, rows ...string) string {
	return fmt.Sprintf(`{"index":%d,"sql":"x","columns":["version","time","total_rows","total_bytes","user","operation","job_id"],"rows":[%s],"count":%d}`,
		index, strings.Join(rows, ","), len(rows))
}

const (
	firstVersion  = `[1,"2026-11-22 22:06:05.813",12034,1203400,"bot_user","INSERT_OVERWRITE","j1"]`
	secondVersion = `[2,"2026-11-22 23:06:05.813",12040,1203400,"bot_user","INSERT_OVERWRITE","j2"]`
)

// seen is what a test compares of the figures of a table.
type seen struct {
	Exists   bool
	Rows     int64
	Versions []bs.TableVersion
	Problem  bs.TextKey
	Detail   string
}

func seenOf(f bs.TableFigures) seen {
	out := seen{f.Exists, f.Rows, f.Versions, "", ""}
	if f.Problem != nil {
		out.Problem, out.Detail = f.Problem.Text.Key, f.Problem.Detail
	}
	return out
}

func TestClient_TableFigures(t *testing.T) {
	t.Parallel()
	told := time.Date(2026, 11, 22, 14, 6, 5, 813e6, time.UTC)
	version := bs.TableVersion{At: told, Rows: 12034, Operation: "INSERT_OVERWRITE"}
	newer := bs.TableVersion{At: told.Add(time.Hour), Rows: 12040, Operation: "INSERT_OVERWRITE"}
	well := seen{Exists: true, Rows: 5, Versions: []bs.TableVersion{}}
	garbage, nothing := seen{Rows: -1, Problem: "platform.garbage"}, bs.TextKey("")
	tests := []struct {
		name   string
		answer answer // about ods.a and ods.b: counts 0 and 1, histories 2 and 3
		want   []seen
	}{
		{"well", answer{Stdout: answered(counted(0, "12040"), counted(1, `"9007199254740993"`), history(2, firstVersion, secondVersion), history(3))},
			[]seen{{true, 12040, []bs.TableVersion{newer, version}, nothing, ""}, {true, 9007199254740993, []bs.TableVersion{}, nothing, ""}}},
		{"in another order", answer{Stdout: answered(history(3), history(2), counted(1, "5"), counted(0, "5"))}, []seen{well, well}},
		{"no such table", answer{Stdout: answered(counted(0, "5"), refused(1, "table or view not found: ods.b"), history(2), refused(3, "table or view not found: ods.b"))},
			[]seen{well, {Rows: -1}}},
		{"the first is refused", answer{Stdout: answered(refused(0, "no privilege on table ods.a"), counted(1, "5"), history(2), history(3))},
			[]seen{{Rows: -1, Versions: []bs.TableVersion{}, Problem: "platform.refused", Detail: "no privilege on table ods.a"}, well}},
		{"histories refused", answer{Stdout: answered(counted(0, "0"), counted(1, "5"), refused(2, "syntax error"), refused(3, "syntax error"))},
			[]seen{{Exists: true}, {Exists: true, Rows: 5}}},
		{"answers missing", answer{Stdout: answered(counted(0, "5"))}, []seen{{Exists: true, Rows: 5}, garbage}},
		{"cut in the middle", answer{Stdout: counted(0, "5") + "\n" + counted(1, "5")[:20]}, []seen{{Exists: true, Rows: 5}, garbage}},
		{"answers of others", answer{Stdout: answered(counted(0, "5"), counted(7, "9"), counted(-1, "9"), `{"columns":["c1"],"rows":[[9]]}`, "noise", `{"index":1}`)},
			[]seen{{Exists: true, Rows: 5}, garbage}},
		{"answered twice", answer{Stdout: answered(counted(0, "5"), counted(0, "6"), counted(1, "5"))}, []seen{{Exists: true, Rows: 5}, {Exists: true, Rows: 5}}},
		{"no number", answer{Stdout: answered(counted(0, "null"), counted(1, `"many"`))}, []seen{garbage, garbage}},
		{"negative", answer{Stdout: answered(counted(0, "-1"), counted(1, "1.5"))}, []seen{garbage, garbage}},
		{"no rows in a count", answer{Stdout: answered(`{"index":0,"columns":["c1"],"rows":[]}`, `{"index":1,"columns":["c1"],"rows":[[1],[2]]}`)}, []seen{garbage, garbage}},
		{"unreadable times", answer{Stdout: answered(counted(0, "5"), counted(1, "5"), history(2, firstVersion, `[2,"yesterday",1]`), history(3, `[2,null,1]`))},
			[]seen{{Exists: true, Rows: 5}, {Exists: true, Rows: 5}}},
		{"other columns", answer{Stdout: answered(counted(0, "5"), counted(1, "5"), `{"index":2,"columns":["when"],"rows":[["x"]]}`, `{"index":3,"columns":["time"],"rows":[["2026-11-22T14:06:05.813Z"]]}`)},
			[]seen{{Exists: true, Rows: 5}, {true, 5, []bs.TableVersion{{At: told, Rows: -1}}, nothing, ""}}},
		{"a cluster for copying, per statement", answer{Stdout: answered(refused(0, "vcluster sync_vc of type INTEGRATION cannot run queries"), refused(1, "vcluster sync_vc of type INTEGRATION cannot run queries"))},
			[]seen{{Rows: -1, Problem: "figures.cluster", Detail: "vcluster sync_vc of type INTEGRATION cannot run queries"}, {Rows: -1, Problem: "figures.cluster", Detail: "vcluster sync_vc of type INTEGRATION cannot run queries"}}},
		{"a cluster for copying", answer{Sample: "sql.integration_vc"},
			[]seen{{Rows: -1, Problem: "figures.cluster", Detail: "vcluster sync_vc of type INTEGRATION cannot run queries"}, {Rows: -1, Problem: "figures.cluster", Detail: "vcluster sync_vc of type INTEGRATION cannot run queries"}}},
		{"no such cluster", answer{Stdout: answered(refused(0, "vcluster x not found"), counted(1, "5"), history(3))},
			[]seen{{Rows: -1, Problem: "platform.not_found", Detail: "vcluster x not found"}, well}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{Zone: shanghai(t)}, tt.answer)
			got, err := f.TableFigures(t.Context(), []string{"ods.a", "ods.b"})
			if err != nil {
				t.Fatal(err)
			}
			for i, name := range []string{"ods.a", "ods.b"} {
				if s := seenOf(got[i]); got[i].Table != name || !reflect.DeepEqual(s, tt.want[i]) {
					t.Errorf("%s:\n got %+v\nwant %+v", got[i].Table, s, tt.want[i])
				}
			}
		})
	}
}

// TestClient_TableFigures_argv checks the one command line.
func TestClient_TableFigures_argv(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Stdout: answered(counted(0, "1"))})
	if _, err := f.TableFigures(t.Context(), []string{"ods.order", "客户.daily feed/x.csv"}); err != nil {
		t.Fatal(err)
	}
	f.wantArgv(argv("sql", "--batch", "--execute=SELECT COUNT(*) AS c1 FROM `ods`.`order`; SELECT COUNT(*) AS c1 FROM `客户`.`daily feed/x.csv`; "+
		"DESC HISTORY `ods`.`order`; DESC HISTORY `客户`.`daily feed/x.csv`", "--timeout=60"))
}

// TestClient_TableFigures_names refuses names that could end their quotation,
// without losing the others.
func TestClient_TableFigures_names(t *testing.T) {
	t.Parallel()
	bad := []string{"", "orders", ".orders", "ods.", "ods.a`; DROP TABLE b", "ods.a;b", "ods.a'b", `ods.a"b`, `ods.a\b`, "ods.a\nb", "ods.a\x00", "ods.\u202eab", "ods.\xff", "ods." + strings.Repeat("x", 300)}
	f := newFake(t, Config{}, answer{Stdout: answered(counted(0, "5"), history(1))})
	got, err := f.TableFigures(t.Context(), append(slices.Clone(bad), "ods.a"))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range bad {
		if s := seenOf(got[i]); got[i].Table != name || s.Problem != "figures.name" || s.Rows != -1 || s.Exists {
			t.Errorf("%q: %+v", name, s)
		}
	}
	if s := seenOf(got[len(bad)]); !reflect.DeepEqual(s, seen{Exists: true, Rows: 5, Versions: []bs.TableVersion{}}) {
		t.Errorf("the good one: %+v", s)
	}
	if n := len(f.invocations()); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
	none, err := f.TableFigures(t.Context(), bad[:2])
	if err != nil || len(none) != 2 || len(f.invocations()) != 1 {
		t.Errorf("nothing to ask: %+v, %v, %d calls", none, err, len(f.invocations()))
	}
}

// TestClient_TableFigures_many spreads tables over children.
func TestClient_TableFigures_many(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		count int
		width int // bytes of a name
		calls int
	}{{"one batch", 200, 10, 1}, {"one more", 201, 10, 2}, {"long names", 200, 250, 2}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, answer{Stdout: answered(counted(0, "5"))})
			var names []string
			for i := range tt.count {
				names = append(names, fmt.Sprintf("%s.%0*d", strings.Repeat("s", tt.width/2), tt.width, i))
			}
			got, err := f.TableFigures(t.Context(), names)
			if err != nil {
				t.Fatal(err)
			}
			var firsts int
			for i, g := range got {
				if g.Table != names[i] || (g.Problem == nil) != g.Exists {
					t.Fatalf("table %d: %+v", i, g)
				}
				if g.Exists {
					firsts++ // the fake answers the first statement of each child
				}
			}
			if n := len(f.invocations()); n != tt.calls || firsts != tt.calls || len(got) != tt.count {
				t.Errorf("%d calls for %d tables, %d answered; want %d calls", n, len(got), firsts, tt.calls)
			}
		})
	}
}

// TestClient_TableFigures_ends keeps what was told before the child's end.
func TestClient_TableFigures_ends(t *testing.T) {
	t.Parallel()
	lines := answered(counted(0, "5"))
	tests := []struct {
		name    string
		answer  answer
		failure bs.Failure // of the whole
		problem bs.TextKey // of the second table
	}{
		{"hangs half-way", answer{Stdout: lines, Act: "hang"}, "", "platform.timeout"},
		{"hangs", answer{Act: "hang"}, bs.FailTimeout, ""},
		{"killed half-way", answer{Stdout: lines, Act: "kill"}, "", "platform.garbage"},
		{"unreachable", answer{Sample: "unreachable.error"}, bs.FailUnreachable, ""},
		{"login refused", answer{Sample: "login_rejected.error"}, bs.FailLogin, ""},
		{"no answer", answer{Stdout: ""}, bs.FailGarbage, ""},
		{"answers without place", answer{Sample: "sql.count"}, bs.FailGarbage, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, tt.answer)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tt.answer.Act == "hang" {
				go func() {
					within(30*time.Second, func() bool { return exists(f.dir, "hanging") || ctx.Err() != nil })
					cancel()
				}()
			}
			got, err := f.TableFigures(ctx, []string{"ods.a", "ods.b"})
			if bs.FailureOf(err) != tt.failure {
				t.Fatalf("got %+v, error %v; want the failure %q", got, err, tt.failure)
			}
			if tt.failure == "" && (got[0].Rows != 5 || seenOf(got[1]).Problem != tt.problem || got[1].Rows != -1) {
				t.Errorf("got %+v and %+v, want the problem %q", got[0], seenOf(got[1]), tt.problem)
			}
		})
	}
}

// TestJudge_batchTooLong keeps the whole lines of a stdout that was cut.
func TestJudge_batchTooLong(t *testing.T) {
	t.Parallel()
	k := read("sql")
	k.batch = true
	doc, pe := k.judge(result{stdout: []byte(answered(counted(0, "5")) + `{"index":1,"colu`), tooMuch: true, started: true}, cleaner{})
	if pe != nil || doc.rest == nil || doc.rest.Failure != bs.FailGarbage {
		t.Fatalf("rest %v, error %v", doc.rest, pe)
	}
	var places []int
	doc.answers(func(a reply) { places = append(places, *a.Index) })
	if !slices.Equal(places, []int{0}) {
		t.Errorf("answers to %v", places)
	}
}

func TestBatchLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		read time.Duration
		n    int
		want time.Duration
	}{
		{"one table", 30 * time.Second, 1, 92 * time.Second},
		{"forty", 30 * time.Second, 40, 170 * time.Second},
		{"a full batch", 30 * time.Second, 200, 5 * time.Minute},
		{"patient by configuration", 10 * time.Minute, 1, 10 * time.Minute},
	}
	for _, tt := range tests {
		if got := batchLimit(tt.read, tt.n); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestClient_TableFigures_simulated looks at what a run wrote.
func TestClient_TableFigures_simulated(t *testing.T) {
	t.Parallel()
	c := newSimulated(t)
	c.cfg.Zone = shanghai(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	world, err := studiosim.SeedAt(lookup(c.env, "CZ_SIM_STATE"), "samples", time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC))
	must(err)
	must(world.Configure(func(s *studiosim.Settings) { s.Zone = "Asia/Shanghai" }))
	must(world.Freeze())
	must(world.Shift(2 * time.Hour)) // the seeded tables were written at its beginning
	must(world.ChangeTask(40002, func(t *studiosim.Task) {
		t.EmptyTables, t.TableRows = []string{"ods.customers"}, map[string]int64{"ods.order_items": 3}
	}))
	now, err := world.Now()
	must(err)
	_, err = world.RunAt(40002, now.Add(-time.Hour), time.Minute)
	must(err)
	run, err := c.Runs(t.Context(), bs.RunFilter{Task: 40002, From: now.Add(-61 * time.Minute), To: now.Add(-59 * time.Minute)})
	must(err)
	got, err := c.TableFigures(t.Context(), []string{"ods.orders", "ods.customers", "ods.order_items", "ods.events", "ods.nope"})
	must(err)
	for i, rows := range []int64{12034, 0, 3, 0, -1} {
		f := got[i]
		writes := slices.ContainsFunc(f.Versions, func(v bs.TableVersion) bool { return v.At.Equal(run[0].Ended) && v.Rows == rows })
		if f.Rows != rows || f.Exists != (i < 4) || f.Problem != nil || writes != (i < 3) || (f.Versions == nil) != (i == 4) {
			t.Errorf("%+v, want %d rows; the run ended at %s", f, rows, run[0].Ended)
		}
	}
	stats, err := c.RunStats(t.Context(), now.Add(-24*time.Hour), now)
	must(err)
	all, err := c.Runs(t.Context(), bs.RunFilter{From: now.Add(-24 * time.Hour), To: now})
	must(err)
	counts := map[bs.RunCount]int{}
	for _, r := range all {
		counts[bs.RunCount{Status: r.Status, Type: r.Type, TaskType: r.TaskType}]++
	}
	for _, s := range stats {
		n := s.Count
		s.Count = 0
		if counts[s] != n {
			t.Errorf("%+v: counted %d, listed %d", s, n, counts[s])
		}
		delete(counts, s)
	}
	if len(counts) != 0 {
		t.Errorf("not counted: %+v", counts)
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       string // "" for an error
	}{
		{"recorded", "2026-11-22 22:06:05.813", "2026-11-22T14:06:05.813Z"},
		{"no fraction", "2026-11-22 22:06:05", "2026-11-22T14:06:05Z"},
		{"in the zone, with a T", "2026-11-22T22:06:05.813", "2026-11-22T14:06:05.813Z"},
		{"UTC", "2026-11-22T14:06:05.813Z", "2026-11-22T14:06:05.813Z"},
		{"with an offset", "2026-11-22 15:06:05+01:00", "2026-11-22T14:06:05Z"},
		{"empty", "", ""},
		{"a date", "2026-11-22", ""},
		{"a figure", "1795356365813", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := moment(tt.text, shanghai(t))
			if (err != nil) != (tt.want == "") || err == nil && got.Format(time.RFC3339Nano) != tt.want {
				t.Errorf("got %s, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestNoTable(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"table or view not found: ods.nope":                            true,
		"Table 'foo' not found":                                        true,
		"Table `order items` does not exist":                           true,
		"[1,22] table or view not found - ods.nope":                    true,
		"schema ods not found":                                         true,
		"schema not found":                                             true,
		"vcluster sync_vc not found":                                   false,
		"no privilege on table ods.t: user bob not found":              false,
		"NoPermission: User bob is not found, cannot read table ods.t": false,
		"syntax error at or near 'table'":                              false,
		"vegetable not found":                                          false,
	}
	for message, want := range tests {
		if got := noTable.MatchString(message); got != want {
			t.Errorf("%q: %v", message, got)
		}
	}
}

// FuzzAnswers holds the reading of a batch against what a stdout can be.
func FuzzAnswers(f *testing.F) {
	for _, name := range []string{"sql.batch_mixed", "sql.desc_history", "sql.integration_vc", "sql.rows_masked"} {
		s, err := loadSample(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(s.Stdout))
	}
	f.Add([]byte(answered(counted(0, "null"), history(1, firstVersion), `{"index":1.5}`, `{"index":1e99}`, `{"index":0,"rows":[[[]]],"columns":[null]}`)))
	f.Fuzz(func(t *testing.T, stdout []byte) {
		figures := make([]bs.TableFigures, 2)
		tables := []wanted{{"a", &figures[0]}, {"b", &figures[1]}}
		for i := range figures {
			figures[i].Rows = -1
		}
		c := &Client{cfg: Config{Zone: time.UTC}}
		seen := map[int]bool{}
		document{batch: stdout}.answers(func(a reply) {
			if seen[*a.Index] {
				t.Fatalf("statement %d answered twice", *a.Index)
			}
			seen[*a.Index] = true
			c.understand(read("sql"), tables, a)
		})
		if batched(stdout) != (len(seen) > 0) {
			t.Fatalf("batched says %v of %d answers", batched(stdout), len(seen))
		}
		for i, g := range figures {
			if (g.Rows >= 0) != g.Exists || g.Exists && g.Problem != nil || g.Exists && !seen[i] {
				t.Fatalf("table %d: %+v", i, g)
			}
			if !slices.IsSortedFunc(g.Versions, func(a, b bs.TableVersion) int { return b.At.Compare(a.At) }) {
				t.Fatalf("versions %+v", g.Versions)
			}
		}
	})
}
