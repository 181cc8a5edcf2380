package acceptance

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// check runs a test in synthetic time.
func check(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}

// pass lets time go by, and what is due then happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// says reports whether a finding of the acceptance has the text.
func says(a batchsync.Acceptance, v batchsync.Verdict, key batchsync.TextKey) bool {
	all := slices.Clone(a.Whole)
	for _, t := range a.Tables {
		all = append(all, t.Found...)
	}
	return slices.ContainsFunc(all, func(f batchsync.Finding) bool { return f.Verdict == v && f.Text.Key == key })
}

func TestRunner_Passed(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p, s := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform(), &source{knows: "shop_db"}
		running(t, b, p, s)
		synctest.Wait()
		a := b.get(t, "x1")
		if a.State != batchsync.AcceptanceDone || a.Verdict != batchsync.VerdictPassed || a.Run != 70 || len(a.Tables) != 2 || a.Version != 2 {
			t.Fatalf("made %+v", a)
		}
		if p.count("columns") != 0 {
			t.Errorf("the platform described %d tables that the source had told of", p.count("columns"))
		}
		want := []batchsync.TargetQuery{{Table: "ods.orders", Keys: []string{"id"}}, {Table: "ods.items", Keys: []string{"id"}}}
		if !slices.EqualFunc(p.asked, want, func(a, b batchsync.TargetQuery) bool { return a.Table == b.Table && slices.Equal(a.Keys, b.Keys) }) {
			t.Errorf("asked the target for %+v", p.asked)
		}
		if len(b.messages) != 0 {
			t.Errorf("told %+v of what was done at once", b.messages)
		}
		if len(b.success) != 1 || b.success[0].Run != 70 || len(b.success[0].Columns) != 2 || b.success[0].Content == nil {
			t.Errorf("remembered %+v", b.success)
		}
	})
}

// A table that is dropped while the others are looked at is said to be missing,
// whichever side it is dropped on, and the others are judged.
func TestRunner_Dropped(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p, s := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform(), &source{knows: "shop_db"}
		figures := p.figures
		p.figures = func(q batchsync.TargetQuery) batchsync.TargetFigures {
			if q.Table == "ods.items" {
				return batchsync.TargetFigures{Table: q.Table, Rows: -1}
			}
			return figures(q)
		}
		s.figures = func(_ context.Context, all []SourceTable) (out []batchsync.SourceFigures, err error) {
			gone := batchsync.SourceFigures{Table: "shop.orders", Rows: -1, Problem: &batchsync.Problem{Code: batchsync.CodeNotFound, Text: batchsync.T("source.table_gone")}}
			return append(out, gone, counted(all[1], 10)), nil
		}
		running(t, b, p, s)
		pass(time.Minute)
		a := b.get(t, "x1")
		if a.Verdict != batchsync.VerdictFailed || !says(a, batchsync.VerdictFailed, "judged.table_missing") || !says(a, batchsync.VerdictUnchecked, "judged.source_unknown") {
			t.Errorf("made %+v", a)
		}
		if len(b.success) != 0 {
			t.Errorf("what failed is remembered as a success: %+v", b.success)
		}
	})
}

// A source that hangs costs its own figures, and nothing else.
func TestRunner_HangingSource(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		p.at = time.Now().Add(stage)
		running(t, b, p, &source{knows: "shop_db", figures: hangs})
		pass(stage + time.Minute)
		a := b.get(t, "x1")
		if a.State != batchsync.AcceptanceDone || a.Verdict != batchsync.VerdictUnchecked || a.Tables[0].Target.Rows != 10 {
			t.Fatalf("made %+v", a)
		}
		if f := a.Tables[0].Source; f.Problem == nil || f.Problem.Text.Key != "acceptance.source_slow" || f.Rows != -1 || len(f.Columns) != 1 {
			t.Errorf("source is %+v", f)
		}
		if len(b.messages) != 0 {
			t.Errorf("nobody asked, but told are %+v", b.messages)
		}
	})
}

// Who waits for long is told by a reply, because the edit of a card notifies
// nobody.
func TestRunner_Told(t *testing.T) {
	check(t, func(t *testing.T) {
		slow := func(ctx context.Context, all []SourceTable) ([]batchsync.SourceFigures, error) {
			time.Sleep(time.Minute)
			return []batchsync.SourceFigures{counted(all[0], 11), counted(all[1], 10)}, nil
		}
		a := asked("x1", batchsync.OnRequest, 7)
		a.By = "U1"
		b := newBook(a)
		running(t, b, newPlatform(), &source{knows: "shop_db", figures: slow})
		pass(2 * time.Minute)
		if len(b.messages) != 1 {
			t.Fatalf("told %+v", b.messages)
		}
		m := b.messages[0]
		if m.Mention != "U1" || m.Thread != "acceptance/x1" || m.Channel != "C1" || m.Body[0].Key != "told.acceptance_failed" {
			t.Errorf("told %+v", m)
		}
	})
}

// A platform that does not answer is asked three times; then what is not known
// is said, with the reason.
func TestRunner_PlatformTrouble(t *testing.T) {
	for _, tt := range []struct {
		name    string
		method  string
		recover bool
		want    batchsync.Verdict
		said    batchsync.TextKey
	}{
		{"content", "content", false, batchsync.VerdictUnchecked, "platform.unreachable"},
		{"target", "target", false, batchsync.VerdictUnchecked, "platform.unreachable"},
		{"schedule", "deployed", false, batchsync.VerdictUnchecked, "judged.schedule_unread"},
		{"runs", "runs", false, batchsync.VerdictUnchecked, "platform.unreachable"},
		{"target, and comes back", "target", true, batchsync.VerdictPassed, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, func(t *testing.T) {
				b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
				p.set(tt.method, unreachable())
				r := running(t, b, p, &source{knows: "shop_db"})
				pass(time.Minute)
				r.Wake() // does not cut the pause short
				synctest.Wait()
				if got := p.count(tt.method); got != 2 || b.saved() != 0 {
					t.Errorf("asked %d times within a minute, saved %d times", got, b.saved())
				}
				if tt.recover {
					p.set(tt.method, nil)
				}
				pass(5 * time.Minute)
				a := b.get(t, "x1")
				if a.Verdict != tt.want || p.count(tt.method) != 3 {
					t.Fatalf("asked %d times, made %+v", p.count(tt.method), a)
				}
				if tt.said != "" && !says(a, batchsync.VerdictUnchecked, tt.said) {
					t.Errorf("why is not said: %+v", a)
				}
			})
		})
	}
}

// A refusal will not change by waiting.
func TestRunner_Refused(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		p.set("content", &batchsync.PlatformError{Failure: batchsync.FailNotFound})
		running(t, b, p, &source{})
		synctest.Wait()
		if a := b.get(t, "x1"); a.Verdict != batchsync.VerdictUnchecked || !says(a, batchsync.VerdictUnchecked, "platform.not_found") {
			t.Errorf("made %+v", a)
		}
	})
}

// A task whose schedule was never saved is no trouble of the platform.
func TestRunner_NoDraft(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		p.set("draft", &batchsync.PlatformError{Failure: batchsync.FailNotConfigured})
		running(t, b, p, &source{knows: "shop_db"})
		synctest.Wait()
		if a := b.get(t, "x1"); a.State != batchsync.AcceptanceDone || !says(a, batchsync.VerdictUnchecked, "judged.schedule_unasked") {
			t.Errorf("made %+v", a)
		}
	})
}

func TestRunner_Panics(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7), asked("x2", batchsync.OnRequest, 8)), newPlatform()
		s := &source{knows: "shop_db", figures: func(context.Context, []SourceTable) ([]batchsync.SourceFigures, error) { panic("boom") }}
		running(t, b, p, s)
		pass(10 * time.Minute)
		for _, id := range []batchsync.AcceptanceID{"x1", "x2"} {
			if a := b.get(t, id); a.State != batchsync.AcceptanceDone || a.Verdict != batchsync.VerdictUnchecked || !says(a, batchsync.VerdictUnchecked, "acceptance.broken") {
				t.Errorf("made %+v", a)
			}
		}
	})
}

// Acceptances are made two at a time, and people are not kept waiting by what
// is made after every run.
func TestRunner_Order(t *testing.T) {
	check(t, func(t *testing.T) {
		b := newBook(asked("a", batchsync.OnEveryRun, 1), asked("b", batchsync.OnEveryRun, 2), asked("c", batchsync.OnBackfill, 3), asked("d", batchsync.OnRequest, 4))
		var mu sync.Mutex
		most, now := 0, 0
		p := newPlatform()
		p.during = func() {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Minute)
			mu.Lock()
			now--
			mu.Unlock()
		}
		running(t, b, p, &source{knows: "shop_db"})
		pass(90 * time.Second)
		if most != 2 || b.get(t, "c").State != batchsync.AcceptanceDone || b.get(t, "d").State != batchsync.AcceptanceDone || b.get(t, "a").State != batchsync.AcceptanceAsked {
			t.Errorf("%d at once; made first are %+v", most, b.all)
		}
		pass(2 * time.Minute)
		if b.get(t, "a").State != batchsync.AcceptanceDone || b.get(t, "b").State != batchsync.AcceptanceDone {
			t.Error("the others were not made")
		}
	})
}

// What is under way at a stop is made by the next process; nothing half is
// saved.
func TestRunner_Restart(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		ctx, stop := context.WithCancel(t.Context())
		first := New(Config{Zone: "UTC"}, b, p, &source{knows: "shop_db", figures: hangs}, quiet())
		done := make(chan error, 1)
		go func() { done <- first.Run(ctx) }()
		pass(10 * time.Second)
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if a := b.get(t, "x1"); a.State != batchsync.AcceptanceAsked || b.saved() != 0 {
			t.Fatalf("after the stop it is %+v, saved %d times", a, b.saved())
		}
		running(t, b, p, &source{knows: "shop_db"})
		synctest.Wait()
		if a := b.get(t, "x1"); a.State != batchsync.AcceptanceDone {
			t.Errorf("after the restart it is %+v", a)
		}
	})
}

// What somebody changed meanwhile is examined anew, at once.
func TestRunner_ChangedMeanwhile(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		once := sync.OnceFunc(func() { b.edit("x1", func(*batchsync.Acceptance) {}) })
		p.during = func() { once() }
		running(t, b, p, &source{knows: "shop_db"})
		synctest.Wait()
		if a := b.get(t, "x1"); a.State != batchsync.AcceptanceDone || a.Version != 3 || p.count("target") != 2 {
			t.Errorf("asked the target %d times, made %+v", p.count("target"), a)
		}
	})
}

func TestRunner_StoreTrouble(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		b.fail, b.wrong = 5, errDisk
		running(t, b, p, &source{knows: "shop_db"})
		pass(10 * time.Second)
		b.mu.Lock()
		b.wrong = nil
		b.mu.Unlock()
		pass(5 * time.Minute)
		if a := b.get(t, "x1"); a.State != batchsync.AcceptanceDone || b.saved() != 6 {
			t.Errorf("saved %d times, made %+v", b.saved(), a)
		}
	})
}

// A person's figure stands where the bot cannot count, and not where it can.
func TestRunner_Given(t *testing.T) {
	check(t, func(t *testing.T) {
		given := func(id batchsync.AcceptanceID) batchsync.Acceptance {
			a := asked(id, batchsync.OnRequest, 7)
			for _, pair := range newPlatform().content.Pairs {
				f := batchsync.SourceFigures{Table: pair.Source, How: batchsync.CountedPerson, Rows: 12, By: "U2", At: a.Asked}
				a.Tables = append(a.Tables, batchsync.AcceptanceTable{Pair: pair, Source: f})
			}
			return a
		}
		alone, counting := newBook(given("x1")), newBook(given("x1"))
		running(t, alone, newPlatform(), &source{})
		running(t, counting, newPlatform(), &source{knows: "shop_db"})
		pass(time.Minute)
		a := alone.get(t, "x1")
		if f := a.Tables[0].Source; a.Verdict != batchsync.VerdictFailed || f.How != batchsync.CountedPerson || f.Rows != 12 || f.By != "U2" || len(f.Columns) != 1 {
			t.Errorf("without a count: %+v", a)
		}
		if a := counting.get(t, "x1"); a.Verdict != batchsync.VerdictPassed || a.Tables[0].Source.How != batchsync.CountedExactly {
			t.Errorf("counted: %+v", a)
		}
	})
}

// After every run only news is told.
func TestRunner_Quiet(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("r1", batchsync.OnEveryRun, 7)), newPlatform()
		r := running(t, b, p, &source{knows: "shop_db"})
		next := func(id batchsync.AcceptanceID) batchsync.Acceptance {
			b.mu.Lock()
			b.all[id] = asked(id, batchsync.OnEveryRun, 7)
			b.mu.Unlock()
			r.Wake()
			pass(time.Second)
			return b.get(t, id)
		}
		pass(time.Second)
		if a := b.get(t, "r1"); a.Verdict != batchsync.VerdictPassed || !a.Quiet {
			t.Errorf("first and well: %+v", a)
		}
		figures := p.figures
		p.figures = func(q batchsync.TargetQuery) batchsync.TargetFigures {
			f := figures(q)
			f.Rows--
			return f
		}
		if a := next("r2"); a.Verdict != batchsync.VerdictFailed || a.Quiet {
			t.Errorf("trouble: %+v", a)
		}
		if a := next("r3"); a.Verdict != batchsync.VerdictFailed || !a.Quiet {
			t.Errorf("the same trouble: %+v", a)
		}
		p.figures = figures
		if a := next("r4"); a.Verdict != batchsync.VerdictPassed || a.Quiet {
			t.Errorf("well again: %+v", a)
		}
	})
}

// Figures of a whole database are those of its tables, up to a bound that is
// said; columns are described by a few at once, up to a bound.
func TestRunner_WholeDatabase(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		p.content = batchsync.Content{
			Source: batchsync.Datasource{ID: 5, Name: "shop_db"}, Scope: batchsync.ScopeWhole, SourceSchema: "shop",
			SchemaRule: batchsync.VarSourceDatabase, TableRule: batchsync.VarSourceDatabase + "_" + batchsync.VarSourceTable,
		}
		for i := range maxTables + 5 {
			p.names = append(p.names, "t"+strings.Repeat("x", i))
		}
		running(t, b, p, &source{})
		pass(10 * time.Minute)
		a := b.get(t, "x1")
		if len(a.Tables) != maxTables || a.Tables[0].Pair != (batchsync.TablePair{Source: "shop.t", Sink: "shop.shop_t"}) {
			t.Fatalf("%d tables, the first %+v", len(a.Tables), a.Tables[0].Pair)
		}
		if !says(a, batchsync.VerdictUnchecked, "acceptance.capped") {
			t.Errorf("the bound is not said: %+v", a.Whole)
		}
		if p.count("columns") != maxDescribed || p.most != describers {
			t.Errorf("described %d tables, %d at once", p.count("columns"), p.most)
		}
	})
}

// The tables of a whole database are looked up, and are remembered as no part
// of its content: a later look at the content has none.
func TestRunner_WholeDatabase_Success(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		p.content = batchsync.Content{
			Source: batchsync.Datasource{ID: 5, Name: "shop_db"}, Scope: batchsync.ScopeWhole, SourceSchema: "shop", SchemaRule: "ods", TableRule: batchsync.VarSourceTable,
		}
		p.names = []string{"orders", "items"}
		running(t, b, p, &source{knows: "shop_db"})
		synctest.Wait()
		if len(b.success) != 1 || len(b.success[0].Content.Pairs) != 0 || b.success[0].Tables != 2 || len(b.get(t, "x1").Tables) != 2 {
			t.Errorf("remembered %+v", b.success)
		}
	})
}

// The filter of a single table goes to the source, and only there.
func TestRunner_Where(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p, s := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform(), &source{knows: "shop_db"}
		p.content.Scope, p.content.Pairs, p.content.Where = batchsync.ScopeSingle, p.content.Pairs[:1], "id > 5"
		running(t, b, p, s)
		synctest.Wait()
		if len(s.asked) != 1 || s.asked[0] != (SourceTable{"shop", "orders", "id > 5"}) {
			t.Errorf("asked the source for %+v", s.asked)
		}
	})
}

// Columns that the platform describes, because the source does not answer for
// once, are the same columns although their types are written otherwise.
func TestRunner_DescribedOnce(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p, s := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform(), &source{knows: "shop_db"}
		r := running(t, b, p, s)
		pass(time.Second)
		s.mu.Lock()
		s.figures = func(context.Context, []SourceTable) ([]batchsync.SourceFigures, error) { return nil, errDisk }
		s.mu.Unlock()
		b.mu.Lock()
		b.all["x2"] = asked("x2", batchsync.OnRequest, 7)
		b.mu.Unlock()
		r.Wake()
		pass(time.Minute)
		a := b.get(t, "x2")
		if !a.Tables[0].Source.Described || !says(a, batchsync.VerdictPassed, "columns.same") || says(a, batchsync.VerdictPerson, "columns.retyped") {
			t.Errorf("made %+v", a)
		}
	})
}
