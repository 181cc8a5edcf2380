package store

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// examination is an acceptance that a person asked for.
func examination(id batchsync.AcceptanceID, task batchsync.TaskID, at time.Time) batchsync.Acceptance {
	a := batchsync.NewAcceptance(id, batchsync.OnRequest, task, "task "+task.String(), "C1", "", at)
	a.By = "U1"
	return a
}

// examinedAs is the acceptance as it came out.
func examinedAs(a batchsync.Acceptance, v batchsync.Verdict, tables ...string) batchsync.Acceptance {
	judged := batchsync.Acceptance{Done: a.Asked.Add(time.Minute), Verdict: v, Run: 70}
	for _, t := range tables {
		judged.Tables = append(judged.Tables, batchsync.AcceptanceTable{Pair: batchsync.TablePair{Source: t, Sink: "ods." + t}})
	}
	return a.Complete(judged)
}

// made stores an acceptance of a task from asking to its verdict.
func made(t *testing.T, s *Store, a batchsync.Acceptance, v batchsync.Verdict, tables ...string) batchsync.Acceptance {
	t.Helper()
	ok(t, s.AskAcceptance(a))
	a = examinedAs(a, v, tables...)
	ok(t, s.SaveAcceptance(a, nil))
	return a
}

func stored(t *testing.T, s *Store, id batchsync.AcceptanceID) batchsync.Acceptance {
	t.Helper()
	return must[batchsync.Acceptance](t)(s.Acceptance(id))
}

func TestStore_AskAcceptance(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	audit := batchsync.AuditRow{At: start, Actor: "U1", Object: "task/7", Outcome: "asked"}
	first := examination("x1", 7, start.Add(time.Second))
	ok(t, s.AskAcceptance(first, audit))
	if err := s.AskAcceptance(first, audit); !errors.Is(err, ErrExists) {
		t.Errorf("the same again: got %v, want ErrExists", err)
	}
	err := s.AskAcceptance(examination("x2", 7, start), audit)
	if e, is := errors.AsType[*batchsync.AskedError](err); !is || e.By.ID != "x1" {
		t.Errorf("another of the task: got %v, want the first named", err)
	}
	wantCode(t, err, batchsync.CodeConflict)
	run := batchsync.NewAcceptance("run-8-1", batchsync.OnEveryRun, 8, "b", "C1", "", start)
	ok(t, s.AskAcceptance(run))

	var got []batchsync.AcceptanceID
	for _, a := range must[[]batchsync.Acceptance](t)(s.AskedAcceptances()) {
		got = append(got, a.ID)
	}
	if !slices.Equal(got, []batchsync.AcceptanceID{"run-8-1", "x1"}) {
		t.Errorf("asked are %v, want the first asked in front", got)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 1 {
		t.Errorf("%d audit rows, want that of the one that was taken", len(rows))
	}
	if got := ids(must[[]batchsync.Message](t)(s.Due(start.Add(time.Hour), 9))); !slices.Equal(got, []string{"acceptance/x1"}) {
		t.Errorf("due are %v, want the card that somebody waits for", got)
	}
	if _, err := s.Acceptance("x9"); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("unknown: got %v", err)
	}
}

func TestStore_SaveAcceptance(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.Begin(begin("op1", "orders")))
	first := batchsync.NewAcceptance("op1", batchsync.OnFirstRun, 7, "orders", "C1", "operation/op1", start)
	first.Also = []batchsync.ChannelID{"C2"}
	ok(t, s.AskAcceptance(first))
	if _, err := s.Message("acceptance/op1"); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("a card nobody waits for is there before its result: %v", err)
	}
	shown := wanted(t, s, "operation/op1")
	done := examinedAs(first, batchsync.VerdictPassed)
	ok(t, s.SaveAcceptance(done, []batchsync.Message{notice("n1", start)}, batchsync.AuditRow{At: start}))
	if err := s.SaveAcceptance(done, nil); !errors.Is(err, ErrStale) {
		t.Errorf("the same again: got %v, want ErrStale", err)
	}
	card := must[batchsync.Message](t)(s.Message("acceptance/op1"))
	if card.Kind != batchsync.MessageAcceptance || card.Object != "op1" || card.Channel != "C1" || card.Thread != "operation/op1" || !card.Broadcast {
		t.Errorf("card is %+v", card)
	}
	also := must[batchsync.Message](t)(s.Message("acceptance/op1/in/C2"))
	if also.Channel != "C2" || also.Thread != "" || also.Object != "op1" {
		t.Errorf("the other channel's card is %+v", also)
	}
	if got := wanted(t, s, "operation/op1"); got != shown+1 {
		t.Errorf("the operation's card wants revision %d, want %d", got, shown+1)
	}
	must[batchsync.Message](t)(s.Message("n1"))
	if got := must[[]batchsync.Acceptance](t)(s.AskedAcceptances()); len(got) != 0 {
		t.Errorf("still asked are %+v", got)
	}
	want := batchsync.Examined{Run: 70, At: start}
	if got := known(t, s, start).Examined[7]; got != want {
		t.Errorf("examined is %+v, want %+v", got, want)
	}
	done.ID = "gone"
	wantCode(t, s.SaveAcceptance(done, nil), batchsync.CodeNotFound)
}

// What brings nothing new has no card, and a card that is held back waits.
func TestStore_SaveAcceptance_Quiet(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	a := batchsync.NewAcceptance("r1", batchsync.OnEveryRun, 7, "orders", "C1", "", start)
	a.Held = start.Add(time.Hour)
	told := made(t, s, a, batchsync.VerdictFailed)
	if m := must[batchsync.Message](t)(s.Message("acceptance/r1")); !m.Due.Equal(a.Held) {
		t.Errorf("the card is due at %v, want %v", m.Due, a.Held)
	}
	b := batchsync.NewAcceptance("r2", batchsync.OnEveryRun, 7, "orders", "C1", "", start.Add(time.Minute))
	ok(t, s.AskAcceptance(b))
	b = examinedAs(b, batchsync.VerdictFailed)
	b.Quiet = true
	ok(t, s.SaveAcceptance(b, nil))
	if _, err := s.Message("acceptance/r2"); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("a quiet one has a card: %v", err)
	}
	if got := must[batchsync.Acceptance](t)(s.LastAcceptance(7)); got.ID != told.ID {
		t.Errorf("the last that people saw is %s, want %s", got.ID, told.ID)
	}
	if got := must[*batchsync.Acceptance](t)(s.AcceptanceBefore(7, "r3")); got == nil || got.ID != "r2" {
		t.Errorf("the next is compared with %+v, want r2", got)
	}
	if got := must[*batchsync.Acceptance](t)(s.AcceptanceBefore(8, "r3")); got != nil {
		t.Errorf("another task's is compared with %+v", got)
	}
	_, err := s.LastAcceptance(8)
	wantCode(t, err, batchsync.CodeNotFound)
}

func TestStore_AcceptDelivery(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	audit := batchsync.AuditRow{At: start, Action: batchsync.ActAccept}
	made(t, s, examination("x0", 7, start.Add(-time.Hour)), batchsync.VerdictPassed)
	a := made(t, s, examination("x1", 7, start), batchsync.VerdictPassed)
	_, err := s.AcceptDelivery("x1", a.Version-1, "U1", start, audit)
	wantCode(t, err, batchsync.CodeConflict)
	shown := wanted(t, s, "acceptance/x1")
	got := must[batchsync.Acceptance](t)(s.AcceptDelivery("x1", a.Version, "U1", start.Add(time.Hour), audit))
	if !got.Accepted() || stored(t, s, "x1").AcceptedBy != "U1" || wanted(t, s, "acceptance/x1") != shown+1 {
		t.Errorf("accepted as %+v", got)
	}

	bad := made(t, s, examination("x2", 7, start.Add(2*time.Hour)), batchsync.VerdictFailed)
	if again := stored(t, s, "x1"); again.Accepted() || again.ReopenedBy != "x2" || wanted(t, s, "acceptance/x1") != shown+2 {
		t.Errorf("after a failure it is %+v", again)
	}
	if other := stored(t, s, "x0"); other.ReopenedBy != "" || other.Version != 2 {
		t.Errorf("what nobody accepted is open again: %+v", other)
	}
	_, err = s.AcceptDelivery("x2", bad.Version, "U1", start, audit)
	wantCode(t, err, batchsync.CodeInvalid)
	_, err = s.AcceptDelivery("x1", stored(t, s, "x1").Version, "U1", start, audit)
	if !errors.Is(err, ErrStale) {
		t.Errorf("an older one: got %v, want ErrStale", err)
	}
	made(t, s, examination("y1", 8, start.Add(time.Hour)), batchsync.VerdictFailed)
	if other := stored(t, s, "x1"); other.ReopenedBy != "x2" {
		t.Errorf("another task's failure changed %+v", other)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 1 {
		t.Errorf("%d audit rows, want that of the one that was taken", len(rows))
	}
}

// Only a failure opens what was accepted, also one whose figures were gathered
// when it was; what was accepted stays to be read.
func TestStore_AcceptDelivery_Reopened(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	a := made(t, s, examination("x0", 7, start), batchsync.VerdictUnchecked, "shop.a", "shop.b")
	must[batchsync.Acceptance](t)(s.AcceptDelivery("x0", a.Version, "U1", start.Add(time.Hour), batchsync.AuditRow{}))
	for i, v := range []batchsync.Verdict{batchsync.VerdictPassed, batchsync.VerdictUnchecked, batchsync.VerdictPerson} {
		made(t, s, examination(batchsync.AcceptanceID("x"+strconv.Itoa(i+1)), 7, start.Add(time.Duration(i+2)*time.Hour)), v)
		if again := stored(t, s, "x0"); !again.Accepted() {
			t.Errorf("what %s opened it again: %+v", v, again)
		}
	}
	b := stored(t, s, "x3")
	bad := examination("x4", 7, start.Add(6*time.Hour))
	ok(t, s.AskAcceptance(bad))
	failed := examinedAs(bad, batchsync.VerdictFailed)
	must[batchsync.Acceptance](t)(s.AcceptDelivery("x3", b.Version, "U1", failed.Done.Add(time.Second), batchsync.AuditRow{}))
	ok(t, s.SaveAcceptance(failed, nil))
	for _, id := range []batchsync.AcceptanceID{"x0", "x3"} {
		if again := stored(t, s, id); again.Accepted() || again.ReopenedBy != "x4" || again.AcceptedBy != "U1" {
			t.Errorf("after a failure %s is %+v", id, again)
		}
	}
	if again := stored(t, s, "x0"); len(again.Tables) != 2 || again.Tables[1].Pair.Source != "shop.b" {
		t.Errorf("the figures that were accepted are %+v", again.Tables)
	}
}

// What people see as the last can be accepted although a quiet one came after.
func TestStore_GiveFigure(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	audit := batchsync.AuditRow{At: start, Action: batchsync.ActAcceptance}
	a := made(t, s, examination("x1", 7, start), batchsync.VerdictPerson, "shop.a", "shop.b")
	quiet := batchsync.NewAcceptance("r2", batchsync.OnEveryRun, 7, "orders", "C1", "", start.Add(time.Minute))
	ok(t, s.AskAcceptance(quiet))
	_, err := s.GiveFigure("x1", a.Version, "shop.a", 12, "U2", start, audit)
	if e, is := errors.AsType[*batchsync.AskedError](err); !is || e.By.ID != "r2" {
		t.Errorf("while another is under way: got %v", err)
	}
	quiet = examinedAs(quiet, batchsync.VerdictPerson, "shop.a", "shop.b")
	quiet.Quiet = true
	ok(t, s.SaveAcceptance(quiet, nil))
	for _, tt := range []struct {
		name    string
		version int
		table   string
		rows    int64
		want    batchsync.Code
	}{
		{"of another version", a.Version - 1, "shop.a", 1, batchsync.CodeConflict},
		{"of no table", a.Version, "shop.c", 1, batchsync.CodeNotFound},
		{"below nothing", a.Version, "shop.a", -1, batchsync.CodeNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.GiveFigure("x1", tt.version, tt.table, tt.rows, "U2", start, audit)
			wantCode(t, err, tt.want)
		})
	}
	at := start.Add(time.Hour)
	got := must[batchsync.Acceptance](t)(s.GiveFigure("x1", a.Version, "shop.a", 12, "U2", at, audit))
	f := got.Tables[0].Source
	if got.State != batchsync.AcceptanceAsked || f.How != batchsync.CountedPerson || f.Rows != 12 || f.By != "U2" || got.Tables[1].Source.How != "" {
		t.Errorf("given: %+v", got)
	}
	if asked := must[[]batchsync.Acceptance](t)(s.AskedAcceptances()); len(asked) != 1 || asked[0].ID != "x1" {
		t.Errorf("asked are %+v", asked)
	}
	if e := known(t, s, at).Examined[7]; !e.Open || !e.At.Equal(at) {
		t.Errorf("examined is %+v, want it open since %v", e, at)
	}
	var ids []batchsync.AcceptanceID
	ok(t, s.db.View(func(tx *bbolt.Tx) error {
		for a, err := range acceptancesOf[batchsync.Acceptance](tx, 7) {
			ok(t, err)
			ids = append(ids, a.ID)
		}
		return nil
	}))
	if !slices.Equal(ids, []batchsync.AcceptanceID{"x1", "r2"}) {
		t.Errorf("the task has acceptances %v, want the one just asked for in front, once each", ids)
	}
}

func TestStore_Expectation(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	if e := must[batchsync.Expectation](t)(s.Expectation(7)); e.Keys != nil || e.Tolerance != 0 {
		t.Errorf("at first: %+v", e)
	}
	first, row := batchsync.Expectation{Keys: map[string][]string{"ods.a": {"id"}}, Tolerance: 1.5}, batchsync.AuditRow{At: start}
	for _, seen := range []string{"", "x", first.Digest()} {
		if err := s.Expect(7, seen, first, row); !errors.Is(err, ErrStale) {
			t.Errorf("having seen %q: got %v, want ErrStale", seen, err)
		}
	}
	ok(t, s.Expect(7, batchsync.Expectation{}.Digest(), first, row))
	ok(t, s.Expect(7, batchsync.Expectation{}.Digest(), first, row)) // sent twice
	if err := s.Expect(7, batchsync.Expectation{}.Digest(), batchsync.Expectation{Drop: 5}, row); !errors.Is(err, ErrStale) {
		t.Errorf("by somebody who did not see it: got %v, want ErrStale", err)
	}
	if e := must[batchsync.Expectation](t)(s.Expectation(7)); !slices.Equal(e.Keys["ods.a"], []string{"id"}) || e.Tolerance != 1.5 {
		t.Errorf("stored: %+v", e)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(9)); len(rows) != 1 {
		t.Errorf("%d audit rows, want 1", len(rows))
	}
}

// Twenty that people saw are kept, the last quiet one, and what was accepted.
func TestStore_AcceptancesKept(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	a := made(t, s, examination("x0", 7, start), batchsync.VerdictPassed)
	must[batchsync.Acceptance](t)(s.AcceptDelivery("x0", a.Version, "U1", start, batchsync.AuditRow{}))
	for i := range 30 {
		at := start.Add(time.Duration(i+1) * time.Hour)
		made(t, s, examination(batchsync.AcceptanceID("x"+strconv.Itoa(i+1)), 7, at), batchsync.VerdictPassed)
		quiet := batchsync.NewAcceptance(batchsync.AcceptanceID("r"+strconv.Itoa(i)), batchsync.OnEveryRun, 7, "", "C1", "", at.Add(time.Minute))
		ok(t, s.AskAcceptance(quiet))
		quiet = examinedAs(quiet, batchsync.VerdictPassed)
		quiet.Quiet = true
		ok(t, s.SaveAcceptance(quiet, nil))
	}
	for id, kept := range map[batchsync.AcceptanceID]bool{"x0": true, "x1": false, "x10": false, "x11": true, "x30": true, "r29": true, "r28": false} {
		_, err := s.Acceptance(id)
		if got := err == nil; got != kept {
			t.Errorf("%s is kept: %t, want %t (%v)", id, got, kept, err)
		}
	}
	if _, err := s.Message("acceptance/x1"); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("the card of one that is gone is there: %v", err)
	}
	if gone := must[Expired](t)(s.Expire(start.Add(keepDeliveries + time.Minute))); gone.Acceptances != 1 {
		t.Errorf("after a year and a minute %d expired, want the one accepted at the start", gone.Acceptances)
	}
	must[Expired](t)(s.Expire(start.Add(400 * 24 * time.Hour)))
	if _, err := s.LastAcceptance(7); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("after more than a year: %v", err)
	}
	ok(t, s.Check())
}

// The card of an acceptance stays while the acceptance does: people go on
// pressing its buttons.
func TestStore_AcceptanceCardKept(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	made(t, s, examination("x1", 7, start), batchsync.VerdictPassed)
	m := must[batchsync.Message](t)(s.Message("acceptance/x1"))
	ok(t, s.Delivered(m.ID, m.Wanted, batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: "C1", TS: "1.1"}, start, start))
	must[Expired](t)(s.Expire(start.Add(40 * 24 * time.Hour)))
	if m := must[batchsync.Message](t)(s.Message("acceptance/x1")); m.TS != "1.1" {
		t.Errorf("the card is %+v", m)
	}
}

// A file of the version before opens, and nobody who did not ask for it has
// every run examined.
func TestMigrate_Acceptance(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	db := must[*bbolt.DB](t)(bbolt.Open(path, 0o600, nil))
	ok(t, migrate(db, migrations()[:3], start))
	old := map[string]string{
		"C1\x00all":    `{"channel":"C1","selector":{"kind":"all"},"topics":["failures","tables","acceptance","late","recoveries"],"by":"U1","at":"2026-01-01T00:00:00Z"}`,
		"C2\x00all":    `{"channel":"C2","selector":{"kind":"all"},"topics":["acceptance","late"],"by":"U1","at":"2026-01-01T00:00:00Z"}`,
		"C3\x00task/7": `{"channel":"C3","selector":{"kind":"task","task":7},"topics":null,"by":"U1","at":"2026-01-01T00:00:00Z"}`,
		"C4\x00task/7": `{"channel":"C4","selector":{"kind":"task","task":7},"by":"U1","at":"2026-01-01T00:00:00Z"}`,
	}
	ok(t, db.Update(func(tx *bbolt.Tx) error {
		for k, v := range old {
			if err := bucket(tx, bucketSubscriptions).Put([]byte(k), []byte(v)); err != nil {
				return err
			}
		}
		return nil
	}))
	ok(t, db.Close())
	s := open(t, path)
	if got := subscribed(t, s, ""); !slices.Equal(got, []string{"C1 all 4", "C2 all 2", "C3 task/7 0", "C4 task/7 0"}) {
		t.Errorf("subscribed are %q", got)
	}
	if got := must[[]batchsync.Subscription](t)(s.Subscriptions("C1"))[0]; got.By != "U1" || !slices.Equal(got.Topics, batchsync.UsualTopics()) {
		t.Errorf("subscription is %+v", got)
	}
	made(t, s, examination("x1", 7, start), batchsync.VerdictPassed)
}

// What an acceptance could not find out is carried from one to the next, also
// by one that looked at nothing.
func TestStore_SaveAcceptance_Carries(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	pair := batchsync.TablePair{Source: "shop.a", Sink: "ods.a"}
	columns := []batchsync.SourceColumn{{Name: "id", Type: "int"}}
	save := func(id batchsync.AcceptanceID, day int, tables ...batchsync.AcceptanceTable) batchsync.Acceptance {
		a := examination(id, 7, start.AddDate(0, 0, day))
		ok(t, s.AskAcceptance(a))
		ok(t, s.SaveAcceptance(a.Complete(batchsync.Acceptance{Done: a.Asked, Verdict: batchsync.VerdictUnchecked, Tables: tables}), nil))
		return stored(t, s, id)
	}
	save("x1", 0, batchsync.AcceptanceTable{
		Pair: pair, Source: batchsync.SourceFigures{Columns: columns}, Target: batchsync.TargetFigures{Exists: true, Rows: 1000},
	})
	must[batchsync.Acceptance](t)(s.AcceptDelivery("x1", 2, "U1", start, batchsync.AuditRow{}))
	save("x2", 1)
	save("x3", 2, batchsync.AcceptanceTable{Pair: pair, Source: batchsync.SourceFigures{Rows: -1}, Target: batchsync.TargetFigures{Exists: true, Rows: -1}})
	before := must[*batchsync.Acceptance](t)(s.AcceptanceBefore(7, "x4"))
	if before.ID != "x3" || len(before.Carried) != 1 {
		t.Fatalf("%s carries %+v", before.ID, before.Carried)
	}
	if b := before.Carried[0]; b.Pair != pair || b.Rows != 1000 || !b.RowsAt.Equal(start) || b.Columns == nil || !slices.Equal(b.Columns.Source, columns) {
		t.Errorf("carries %+v", b)
	}
	last := save("x4", 3, batchsync.AcceptanceTable{Pair: pair, Source: batchsync.SourceFigures{Columns: columns}, Target: batchsync.TargetFigures{Exists: true, Rows: 5}})
	if len(last.Carried) != 0 {
		t.Errorf("knows all, and carries %+v", last.Carried)
	}
}
