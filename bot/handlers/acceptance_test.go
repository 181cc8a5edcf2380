package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// dock keeps one acceptance of task 1, and what is expected of it.
type dock struct {
	board
	mu       sync.Mutex
	last     *batchsync.Acceptance
	asked    []batchsync.Acceptance
	expected batchsync.Expectation
	cards    map[batchsync.MessageID]batchsync.Message
	success  *batchsync.Snapshot
}

func (s *dock) Success(batchsync.TaskID, batchsync.RunID) (batchsync.Snapshot, error) {
	if s.success == nil {
		return batchsync.Snapshot{}, missing()
	}
	return *s.success, nil
}

func (s *dock) AskAcceptance(a batchsync.Acceptance, rows ...batchsync.AuditRow) error {
	if len(s.asked) > 0 {
		return &batchsync.AskedError{By: s.asked[0]}
	}
	s.asked, s.rows = append(s.asked, a), append(s.rows, rows...)
	return nil
}

func (s *dock) Acceptance(id batchsync.AcceptanceID) (batchsync.Acceptance, error) {
	if s.last == nil || s.last.ID != id {
		return batchsync.Acceptance{}, missing()
	}
	return *s.last, nil
}

func (s *dock) LastAcceptance(batchsync.TaskID) (batchsync.Acceptance, error) {
	if s.last == nil {
		return batchsync.Acceptance{}, missing()
	}
	return *s.last, nil
}

func (s *dock) AcceptDelivery(_ batchsync.AcceptanceID, version int, by batchsync.UserID, now time.Time, row batchsync.AuditRow) (batchsync.Acceptance, error) {
	next, err := s.last.Accept(by, version, now)
	if err == nil {
		s.last, s.rows = &next, append(s.rows, row)
	}
	return next, err
}

func (s *dock) GiveFigure(_ batchsync.AcceptanceID, version int, table string, rows int64, by batchsync.UserID, now time.Time, row batchsync.AuditRow) (batchsync.Acceptance, error) {
	next, err := s.last.Give(table, rows, by, version, now)
	if err == nil {
		s.last, s.rows = &next, append(s.rows, row)
	}
	return next, err
}

func (s *dock) Expect(_ batchsync.TaskID, seen string, e batchsync.Expectation, row batchsync.AuditRow) error {
	if seen != s.expected.Digest() {
		return changedSince()
	}
	s.expected, s.rows = e, append(s.rows, row)
	return nil
}

func (s *dock) Expectation(batchsync.TaskID) (batchsync.Expectation, error) { return s.expected, nil }

func (s *dock) Record(row batchsync.AuditRow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.board.Record(row)
}

func (s *dock) Message(id batchsync.MessageID) (batchsync.Message, error) {
	m, ok := s.cards[id]
	if !ok {
		return m, missing()
	}
	return m, nil
}

// harbour is a platform with the task of a dock.
type harbour struct {
	twoTasks
	down bool
	kind batchsync.TaskType // 0: one of many tables
}

func (h harbour) TaskInfo(_ context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	return batchsync.TaskRef{ID: id, Name: "orders", Type: cmp.Or(h.kind, batchsync.TypeMulti)}, nil
}

func (h harbour) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	if h.down {
		return batchsync.Content{}, &batchsync.Error{Code: batchsync.CodeUnreachable, Text: batchsync.T("platform.timeout")}
	}
	return batchsync.Content{Source: batchsync.Datasource{ID: 5, Name: "mysql_prod"}, Scope: batchsync.ScopeMulti, Pairs: []batchsync.TablePair{
		{Source: "shop.orders", Sink: "ods.orders"}, {Source: "shop.items", Sink: "ods.items"},
	}}, nil
}

func examined(v batchsync.Verdict) *batchsync.Acceptance {
	return &batchsync.Acceptance{
		ID: "acc1", Task: 1, Name: "orders", Channel: slacksim.General, State: batchsync.AcceptanceDone, Verdict: v, Version: 3, Done: time.Now(),
		Tables: []batchsync.AcceptanceTable{
			{Pair: batchsync.TablePair{Source: "shop.orders", Sink: "ods.orders"}, Source: batchsync.SourceFigures{Table: "shop.orders", How: batchsync.CountedExactly}},
			{Pair: batchsync.TablePair{Source: "shop.items", Sink: "ods.items"}, Source: batchsync.SourceFigures{Table: "shop.items", Rows: -1}},
		},
	}
}

// accepting is a bot with a dock; Ana is an operator, or an administrator.
func accepting(t *testing.T, admin bool) (*Bot, *dock, *slacksim.Sim) {
	t.Helper()
	sim, api := connect(t, slacksim.Options{})
	s := &dock{}
	b := idle(harbour{}, s, api)
	b.Deliver = func() {}
	b.people.access = batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}
	if admin {
		b.people.access.Admins = []batchsync.UserID{slacksim.Ana}
	}
	return b, s, sim
}

func sentForm(metadata string, by batchsync.UserID, values map[string]slack.BlockAction) submit {
	state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{}}
	for action, value := range values {
		block := strings.Replace(action, ".", "/", 1)
		state.Values[block] = map[string]slack.BlockAction{action: value}
	}
	return submit{origin: origin{User: by}, View: slack.View{ID: "V1", PrivateMetadata: metadata, State: state}}
}

// answered runs a form and returns what Slack was answered, as JSON.
func answered(t *testing.T, do func(ack)) string {
	t.Helper()
	var out string
	do(func(payload any) {
		js, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		out = string(js)
	})
	return out
}

// work carries out what waits to read the platform.
func work(t *testing.T, b *Bot) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.reads.Run(ctx, 10*time.Second)
}

func TestBot_Acceptance_Ask(t *testing.T) {
	t.Parallel()
	b, s, sim := accepting(t, false)
	task := batchsync.TaskRef{ID: 1, Name: "orders", Type: batchsync.TypeMulti}
	b.acceptance(t.Context(), here(slacksim.General), task)
	if len(s.asked) != 1 {
		t.Fatalf("asked for %d acceptances, want one", len(s.asked))
	}
	a := s.asked[0]
	if a.Task != 1 || a.By != slacksim.Ana || a.Channel != slacksim.General || a.Thread != "" || a.Occasion != batchsync.OnRequest {
		t.Errorf("asked for %+v", a)
	}
	if len(s.rows) != 1 || s.rows[0].Action != batchsync.ActAcceptance || s.rows[0].Object != "task/1" {
		t.Errorf("audit %+v", s.rows)
	}
	b.acceptance(t.Context(), here(slacksim.General), task)
	if said := sim.Ephemerals(slacksim.Ana); len(s.asked) != 1 || len(said) != 1 || !strings.Contains(said[0].AllText(), "being examined already") {
		t.Errorf("a second one: asked %d, said %v", len(s.asked), said)
	}
	b.acceptance(t.Context(), here(slacksim.General), batchsync.TaskRef{ID: 3, Name: "report", Type: 23})
	if said := sim.Ephemerals(slacksim.Ana); len(s.asked) != 1 || !strings.Contains(said[len(said)-1].AllText(), "no batch sync task") {
		t.Errorf("a task of another kind: asked %d, said %v", len(s.asked), said)
	}
}

// A button pressed in the thread of a deployment leads to a card in that thread.
func TestBot_Acceptance_Thread(t *testing.T) {
	t.Parallel()
	b, s, _ := accepting(t, false)
	s.last = examined(batchsync.VerdictFailed)
	s.last.Thread = "operation/op1"
	s.cards = map[batchsync.MessageID]batchsync.Message{"operation/op1": {ID: "operation/op1", Posted: slacksim.General, TS: "1.1"}}
	in := here(slacksim.General)
	for _, c := range []struct {
		name, message, thread string
		want                  batchsync.MessageID
	}{
		{"in its thread", "1.5", "1.1", "operation/op1"}, {"in another thread", "1.5", "1.2", ""}, {"typed", "", "", ""},
	} {
		in.Message, in.Thread = c.message, c.thread
		if channel, thread := b.acceptancePlace(t.Context(), in, 1); channel != slacksim.General || thread != c.want {
			t.Errorf("%s: at %s in %q, want %q", c.name, channel, thread, c.want)
		}
	}
}

func TestBot_Accept(t *testing.T) {
	t.Parallel()
	reopened := examined(batchsync.VerdictPassed)
	reopened.AcceptedBy, reopened.ReopenedBy = slacksim.Ana, "acc2"
	accepted := examined(batchsync.VerdictPassed)
	accepted.AcceptedBy = slacksim.Ana
	asked := examined("")
	asked.State = batchsync.AcceptanceAsked
	for _, c := range []struct {
		name  string
		last  *batchsync.Acceptance
		ref   string
		taken bool
		says  string
	}{
		{"passed", examined(batchsync.VerdictPassed), "3:acc1", true, "is accepted"},
		{"for a person", examined(batchsync.VerdictPerson), "3:acc1", true, "is accepted"},
		{"failed", examined(batchsync.VerdictFailed), "3:acc1", false, ""},
		{"asked", asked, "3:acc1", false, ""},
		{"accepted", accepted, "3:acc1", false, ""},
		{"went on", examined(batchsync.VerdictPassed), "2:acc1", false, ""},
		{"another", examined(batchsync.VerdictPassed), "3:acc9", false, ""},
		{"garbage", examined(batchsync.VerdictPassed), "x", false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, _ := accepting(t, false)
			s.last = c.last
			before := s.last.AcceptedBy
			got := answered(t, func(a ack) { b.submittedAccept(t.Context(), sentForm(c.ref, slacksim.Ana, nil), a) })
			if taken := s.last.AcceptedBy != before; taken != c.taken || !strings.Contains(got, c.says) || got == "" {
				t.Errorf("taken: %v, answered %s", taken, got)
			}
			if wrote := len(s.rows) > 0; wrote != c.taken {
				t.Errorf("audit %+v", s.rows)
			}
		})
	}
	for _, c := range []struct {
		last *batchsync.Acceptance
		want batchsync.TextKey
	}{
		{examined(batchsync.VerdictUnchecked), ""}, {examined(batchsync.VerdictFailed), "accept.failed"}, {asked, "accept.asked"}, {accepted, "accept.before"}, {reopened, "accept.reopened"},
	} {
		var got batchsync.TextKey
		if err := unacceptable(*c.last); err != nil {
			got = batchsync.ProblemOf(err).Text.Key
		}
		if got != c.want {
			t.Errorf("%+v: says %q, want %q", c.last.Verdict, got, c.want)
		}
	}
}

func TestBot_GiveFigure(t *testing.T) {
	t.Parallel()
	figure := func(table, typed string) map[string]slack.BlockAction {
		return map[string]slack.BlockAction{
			string(blocks.ActionFigureTable): {SelectedOption: slack.OptionBlockObject{Value: table}}, string(blocks.ActionFigure): {Value: typed},
		}
	}
	for _, c := range []struct {
		name, table, typed string
		rows               int64 // -1: refused
		says               string
	}{
		{"typed with commas", "1", "1,234,567", 1_234_567, "Recorded"},
		{"none", "1", "0", 0, "Recorded"},
		{"half a row", "1", "1,5", -1, "form/figure\":"},
		{"nothing", "1", " ", -1, "form/figure\":"},
		{"a table that was counted", "0", "12", -1, "form/figure_table"},
		{"a table that is not there", "7", "12", -1, "form/figure_table"},
		{"no table", "", "12", -1, "form/figure_table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, _ := accepting(t, false)
			s.last = examined(batchsync.VerdictPerson)
			got := answered(t, func(a ack) {
				b.submittedFigure(t.Context(), sentForm("3:acc1", slacksim.Ana, figure(c.table, c.typed)), a)
			})
			if !strings.Contains(got, c.says) {
				t.Errorf("answered %s, want %q", got, c.says)
			}
			source := s.last.Tables[1].Source
			if c.rows < 0 && (source.How != batchsync.CountedNot || len(s.rows) > 0) {
				t.Errorf("recorded %+v", source)
			}
			if c.rows >= 0 && (source.Rows != c.rows || source.By != slacksim.Ana || s.last.State != batchsync.AcceptanceAsked || len(s.rows) != 1) {
				t.Errorf("recorded %+v in state %s", source, s.last.State)
			}
		})
	}
}

func TestBot_Expect(t *testing.T) {
	t.Parallel()
	typed := func(keys, share string) map[string]slack.BlockAction {
		return map[string]slack.BlockAction{string(blocks.ActionKeys): {Value: keys}, string(blocks.ActionNonNull): {Value: share}}
	}
	for _, c := range []struct {
		name, keys, share string
		down              bool
		says              string // at once
		stored            bool
	}{
		{"fine", "orders: id, shop\nods.items: id", "99.5 %", false, "Looking", true},
		{"nothing", "", "", false, "Looking", true},
		{"no percentage", "", "lots", false, "form/non_null", false},
		{"a table of no task", "ods.nothing: id", "", false, "Looking", false},
		{"which table", "id", "", false, "Looking", false},
		{"the platform is down", "ods.items: id", "", true, "Looking", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, _ := accepting(t, true)
			b.Platform = harbour{down: c.down}
			got := answered(t, func(a ack) {
				drawn := blocks.ExpectRef(1, batchsync.Expectation{}.Digest())
				b.submittedExpect(t.Context(), sentForm(drawn.String(), slacksim.Ana, typed(c.keys, c.share)), a)
			})
			if c.says != "Looking" && !strings.Contains(got, c.says) {
				t.Errorf("answered %s, want %q", got, c.says)
			}
			work(t, b)
			if stored := len(s.rows) == 1; stored != c.stored {
				t.Errorf("stored: %v, %+v", stored, s.expected)
			}
			if c.name == "fine" && (len(s.expected.Keys["ods.orders"]) != 2 || len(s.expected.Keys["ods.items"]) != 1 || s.expected.NonNull != 99.5) {
				t.Errorf("stored %+v", s.expected)
			}
		})
	}
}

// TestBot_Expect_Stale sends forms that were drawn from other expectations than
// those that stand there now, and one about a task that has no tables: nothing
// is stored, and the person is told and shown what stands there.
func TestBot_Expect_Stale(t *testing.T) {
	t.Parallel()
	now := batchsync.Expectation{Drop: 7}
	for _, c := range []struct {
		name string
		ref  blocks.Ref
		kind batchsync.TaskType
		says string
	}{
		{"of before", blocks.ExpectRef(1, batchsync.Expectation{}.Digest()), batchsync.TypeMulti, "Somebody changed the expectations"},
		{"of an older bot", blocks.TaskRefOf(1), batchsync.TypeMulti, "Somebody changed the expectations"},
		{"of another plan", blocks.ExpectRef(1, strings.Repeat("a", 72)), batchsync.TypeMulti, "Somebody changed the expectations"},
		{"of a task without tables", blocks.ExpectRef(1, now.Digest()), 23, "is no batch sync task"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, sim := accepting(t, true)
			b.Platform, s.expected = harbour{kind: c.kind}, now
			in := sentForm(c.ref.String(), slacksim.Ana, map[string]slack.BlockAction{string(blocks.ActionRowDrop): {Value: "55"}})
			answered(t, func(a ack) { b.submittedExpect(t.Context(), in, a) })
			work(t, b)
			if s.expected.Drop != 7 || len(s.rows) != 0 {
				t.Errorf("stored %+v", s.expected)
			}
			var shown []string
			for _, call := range sim.Calls() {
				shown = append(shown, fmt.Sprint(call.Args))
			}
			if got := strings.Join(shown, "\n"); !strings.Contains(got, c.says) || strings.Contains(got, "initial_value:55") {
				t.Errorf("shown %s, want %q", got, c.says)
			}
		})
	}
}

// Whoever may not is refused by every form, at the moment it is sent, and that
// is on record.
func TestBot_Acceptance_Gates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		act  batchsync.Action
		do   func(*Bot, submit, ack)
		ref  string
	}{
		{"accept", batchsync.ActAccept, func(b *Bot, in submit, a ack) { b.submittedAccept(context.Background(), in, a) }, "3:acc1"},
		{"figure", batchsync.ActAcceptance, func(b *Bot, in submit, a ack) { b.submittedFigure(context.Background(), in, a) }, "3:acc1"},
		{"expect", batchsync.ActExpect, func(b *Bot, in submit, a ack) { b.submittedExpect(context.Background(), in, a) }, "1:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, _ := accepting(t, false)
			s.last = examined(batchsync.VerdictPerson)
			who := batchsync.UserID(slacksim.Vera)
			if c.act == batchsync.ActExpect {
				who = slacksim.Ana // an operator is not enough
			}
			in := sentForm(c.ref, who, map[string]slack.BlockAction{
				string(blocks.ActionFigureTable): {SelectedOption: slack.OptionBlockObject{Value: "1"}}, string(blocks.ActionFigure): {Value: "12"},
			})
			answered(t, func(a ack) { c.do(b, in, a) })
			work(t, b)
			if s.last.Version != 3 || s.expected.Keys != nil {
				t.Errorf("changed %+v", s.last)
			}
			if len(s.rows) != 1 || s.rows[0].Outcome != batchsync.AuditForbidden || s.rows[0].Action != c.act {
				t.Errorf("audit %+v", s.rows)
			}
		})
	}
}

// The card of an acceptance leads to the one that re-opened it, and the card of
// a deployment to its acceptance.
func TestSender_Acceptance(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	s := sender(api)
	store := s.Store.(*shelf)
	a := examined(batchsync.VerdictPassed)
	a.AcceptedBy, a.ReopenedBy = slacksim.Ana, "acc2"
	op := store.ops["op1"]
	op.State = batchsync.OpDone
	store.ops["op1"] = op
	first := examined(batchsync.VerdictFailed)
	first.ID, first.Occasion = batchsync.AcceptanceAfter("op1"), batchsync.OnFirstRun
	store.accepted = map[batchsync.AcceptanceID]batchsync.Acceptance{"acc1": *a, first.ID: *first}

	card := batchsync.Message{ID: batchsync.AcceptanceMessage("acc1"), Kind: batchsync.MessageAcceptance, Object: "acc1", Channel: slacksim.General, Wanted: 1}
	if d := s.Send(t.Context(), card, nil); d.Outcome != batchsync.OutcomeDone {
		t.Fatalf("card: %+v", d)
	}
	if all := sim.Messages(slacksim.General); !strings.Contains(all[len(all)-1].AllText(), "Re-opened") {
		t.Errorf("card shows %s", all[len(all)-1].AllText())
	}
	if d := s.Send(t.Context(), batchsync.Message{ID: "operation/op1", Kind: batchsync.MessageOperation, Object: "op1", Channel: slacksim.General, Wanted: 1}, nil); d.Outcome != batchsync.OutcomeDone {
		t.Fatalf("card of the operation: %+v", d)
	}
	if all := sim.Messages(slacksim.General); !strings.Contains(all[len(all)-1].AllText(), "Acceptance: ✗ Failed") {
		t.Errorf("the operation's card shows %s", all[len(all)-1].AllText())
	}
	card.Object = "acc9"
	if d := s.Send(t.Context(), card, nil); d.Outcome != batchsync.OutcomeNever {
		t.Errorf("a card of nothing: %+v", d)
	}
}
