package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// ledger notes what is written to a store.
type ledger struct {
	desk
	proposal batchsync.Operation // of Ana's
	stored   batchsync.Operation
	draft    batchsync.Draft // of Ana's
	rows     []batchsync.AuditRow

	mu       sync.Mutex
	proposed []batchsync.Operation
	begun    batchsync.AuditRow
	wrote    []string
	refused  []batchsync.Action
}

func (s *ledger) note(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrote = append(s.wrote, what)
	return nil
}

func (s *ledger) Propose(op batchsync.Operation) error {
	s.proposed = append(s.proposed, op)
	return nil
}

// No incident is open, and nothing is watched.
func (s *ledger) OpenIncidents() ([]batchsync.Incident, error) { return nil, nil }
func (s *ledger) Watches() ([]batchsync.Watch, error)          { return nil, nil }

// AuditOf is of rows that are all about the task asked for.
func (s *ledger) AuditOf(f batchsync.AuditFilter) (out []batchsync.AuditRow, err error) {
	for _, row := range s.rows {
		if f.Has(row, f.Task) && (f.Limit == 0 || len(out) < f.Limit) {
			out = append(out, row)
		}
	}
	return out, nil
}

func (s *ledger) Proposal(batchsync.OperationID) (batchsync.Operation, error)  { return s.proposal, nil }
func (s *ledger) Operation(batchsync.OperationID) (batchsync.Operation, error) { return s.stored, nil }
func (s *ledger) Begin(b batchsync.Begin) error {
	s.begun = b.Audit
	return s.note("begin")
}

func (s *ledger) Advance(batchsync.Progress) error                       { return s.note("advance") }
func (s *ledger) SaveTask(batchsync.Task, batchsync.AuditRow) error      { return s.note("save task") }
func (s *ledger) CreateDraft(batchsync.Draft) error                      { return s.note("create draft") }
func (s *ledger) Draft(batchsync.DraftID) (batchsync.Draft, error)       { return s.draft, nil }
func (s *ledger) OpenDrafts(batchsync.UserID) ([]batchsync.Draft, error) { return nil, nil }
func (s *ledger) FirstTime(string, time.Time) (bool, error)              { return true, nil }
func (s *ledger) EditDraft(batchsync.DraftID, func(batchsync.Draft) (batchsync.Draft, error)) (batchsync.Draft, error) {
	return s.draft, s.note("edit draft")
}

func (s *ledger) Record(row batchsync.AuditRow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = append(s.refused, row.Action)
	return nil
}

func newLedger() *ledger {
	change := batchsync.Change{Name: "orders", Online: true, After: []batchsync.TaskLink{{ID: 9, Name: "dwd", Online: true}}}
	s := &ledger{desk: desk{tasks: []batchsync.Task{{ID: 7, Name: "orders"}}}}
	s.proposal = batchsync.NewChange("op1", batchsync.OpUndeploy, slacksim.Ana, "C1", 7, change, time.Now())
	s.stored = s.proposal
	s.stored.State = batchsync.OpUnknown
	s.draft = batchsync.NewDraft("d1", slacksim.Ana, "C1", batchsync.Defaults{Zone: "UTC"}, time.Now())
	return s
}

// TestBot_Gates has somebody who may not come by every entrance that asks for
// the right later than at the door: nothing is written, read of the platform or
// drawn of it, and the refusal is on record.
func TestBot_Gates(t *testing.T) {
	t.Parallel()
	state := func(block string, action blocks.ActionID, value slack.BlockAction) *slack.ViewState {
		return &slack.ViewState{Values: map[string]map[string]slack.BlockAction{block: {string(action): value}}}
	}
	sent := func(metadata string, s *slack.ViewState) submit {
		return submit{origin: origin{User: slacksim.Ana}, View: slack.View{ID: "V1", PrivateMetadata: metadata, State: s}}
	}
	asked := ana
	asked.Trigger = "1.1" // opens a modal
	clicked := func(value string, view *slack.View) click {
		return click{origin: asked, Value: value, View: view}
	}
	modal := &slack.View{ID: "V1", PrivateMetadata: blocks.TaskRefOf(7).String()}
	answer := func(any) {}
	for _, c := range []struct {
		name string
		act  batchsync.Action
		do   func(*Bot, context.Context)
	}{
		{"a modal is opened", batchsync.ActBackfill, func(b *Bot, ctx context.Context) { b.backfill(ctx, asked, "7") }},
		{"a modal about a run", batchsync.ActStop, func(b *Bot, ctx context.Context) { b.stop(ctx, asked, "9000") }},
		{"a change is confirmed", batchsync.ActUndeploy, func(b *Bot, ctx context.Context) { b.confirmed(ctx, sent("1:op1", nil), answer) }},
		{"a form is sent", batchsync.ActDeploy, func(b *Bot, ctx context.Context) {
			b.answerSlowly(sent("", nil), answer, batchsync.ActDeploy, 7, func(context.Context, batchsync.TaskView) { panic("went on") })
		}},
		{"a field of a form is changed", batchsync.ActSchedule, func(b *Bot, ctx context.Context) { b.scheduleEdited(ctx, clicked("", modal)) }},
		{"a task is muted", batchsync.ActMute, func(b *Bot, ctx context.Context) {
			choice := slack.BlockAction{SelectedOption: slack.OptionBlockObject{Value: blocks.MuteHour}}
			b.submittedMute(ctx, sent(blocks.TaskRefOf(7).String(), state("form/mute_for", blocks.ActionMuteFor, choice)), answer)
		}},
		{"a mute is ended", batchsync.ActMute, func(b *Bot, ctx context.Context) { b.unmute(ctx, ana, syncTask) }},
		{"the wizard is opened", batchsync.ActCreate, func(b *Bot, ctx context.Context) { b.begin(ctx, ana, "V1", "") }},
		{"the wizard is started over", batchsync.ActCreate, func(b *Bot, ctx context.Context) { b.chosenNew(ctx, clicked("1:d1", modal)) }},
		{"a sync is created", batchsync.ActCreate, func(b *Bot, ctx context.Context) {
			b.confirm(ctx, sent("1:d1", nil), batchsync.Draft{ID: "d1", Owner: slacksim.Ana}, answer)
		}},
		{"a change goes on", batchsync.ActUndeploy, func(b *Bot, ctx context.Context) { b.checkAgain(ctx, clicked("1:op1", nil)) }},
		{"a change is given up", batchsync.ActUndeploy, func(b *Bot, ctx context.Context) { b.drop(ctx, clicked("1:op1", nil)) }},
		{"an entry of a menu", batchsync.ActRerun, func(b *Bot, ctx context.Context) {
			b.menuChosen(ctx, clicked(blocks.MenuChoice{Action: blocks.ActionRerun, Value: "7/9000"}.String(), nil))
		}},
		{"a command on a button", batchsync.ActQuiet, func(b *Bot, ctx context.Context) {
			b.obey(ctx, slash{origin: ana, Command: "quiet", Rest: "orders +1h"})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, w := changer(t, nil, desk{}, clusters{})
			s := newLedger()
			b.Store, b.Platform = s, unread{t}
			c.do(b, t.Context())
			// What is queued would read the platform: whose right is asked there is let in.
			inline := newPool(1, 10, time.Minute, quiet())
			for _, jobs := range b.reads.lanes {
				for _, job := range jobs {
					inline.guarded(t.Context(), "", job)
				}
			}
			if len(s.wrote)+len(s.proposed) > 0 {
				t.Errorf("wrote %v, proposed %v", s.wrote, s.proposed)
			}
			if !slices.Equal(s.refused, []batchsync.Action{c.act}) {
				t.Errorf("refusals on record: %v, want %s; shown: %s", s.refused, c.act, w.top())
			}
		})
	}
}

// TestBot_Gates_Anew has somebody change something who could a minute ago and, as
// Slack says now, cannot any more: every entrance that carries a change out asks
// again, and one that only opens a form does not.
func TestBot_Gates_Anew(t *testing.T) {
	t.Parallel()
	sent := func(metadata string, s *slack.ViewState) submit {
		return submit{origin: origin{User: slacksim.Ana}, View: slack.View{ID: "V1", PrivateMetadata: metadata, State: s}}
	}
	press := func(action blocks.ActionID, value string) func(*Bot, context.Context) {
		return func(b *Bot, ctx context.Context) {
			b.pass(ctx, click{origin: ana, Action: action, Value: value}, b.routes[action])
		}
	}
	answer := func(any) {}
	task := blocks.TaskRefOf(7).String()
	for _, c := range []struct {
		name string
		act  batchsync.Action // that is refused; "": none
		do   func(*Bot, context.Context)
	}{
		{"a change is confirmed", batchsync.ActUndeploy, func(b *Bot, ctx context.Context) { b.confirmed(ctx, sent("1:op1", nil), answer) }},
		{"a sync is created", batchsync.ActCreate, func(b *Bot, ctx context.Context) {
			b.confirm(ctx, sent("1:d1", nil), batchsync.Draft{ID: "d1", Owner: slacksim.Ana}, answer)
		}},
		{"a task is muted", batchsync.ActMute, func(b *Bot, ctx context.Context) {
			choice := slack.BlockAction{SelectedOption: slack.OptionBlockObject{Value: blocks.MuteHour}}
			b.submittedMute(ctx, sent(task, &slack.ViewState{Values: map[string]map[string]slack.BlockAction{
				"form/mute_for": {string(blocks.ActionMuteFor): choice},
			}}), answer)
		}},
		{"a mute is ended", batchsync.ActMute, press(blocks.ActionUnmute, task)},
		{"a task is adopted", batchsync.ActAdopt, press(blocks.ActionAdopt, task)},
		{"Check Again", batchsync.ActResume, press(blocks.ActionCheckAgain, "1:op1")},
		{"Give Up", batchsync.ActDrop, press(blocks.ActionDrop, "1:op1")},
		{"Stop", batchsync.ActStop, press(blocks.ActionStopOperation, "1:op1")},
		{"a log is posted", batchsync.ActShare, press(blocks.ActionPostLog, "7/9/1")},
		{"a delivery is accepted", batchsync.ActAccept, func(b *Bot, ctx context.Context) { b.submittedAccept(ctx, sent("1:a1", nil), answer) }},
		{"a form is filled", "", func(b *Bot, ctx context.Context) {
			if !b.offeredIn(ctx, ana, "V1", batchsync.ActUndeploy, "task/7") {
				panic("refused")
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, w := changer(t, nil, desk{}, clusters{}) // its Slack knows nobody
			s := newLedger()
			b.Store, b.Platform = s, unread{t}
			b.people.access = batchsync.Access{Team: "T1", Admins: []batchsync.UserID{slacksim.Ana}}
			b.people.knows(batchsync.User{ID: slacksim.Ana, Team: "T1"}, time.Now().Add(-time.Minute))
			c.do(b, t.Context())
			var want []batchsync.Action
			if c.act != "" {
				want = []batchsync.Action{c.act}
			}
			if len(s.wrote) > 0 || !slices.Equal(s.refused, want) {
				t.Errorf("wrote %v, refused %v, want %v; shown: %s", s.wrote, s.refused, want, w.top())
			}
		})
	}
}

// TestBot_Proposals looks at what is kept of a change until it is confirmed:
// what the person saw and nothing that a payload could bring.
func TestBot_Proposals(t *testing.T) {
	t.Parallel()
	day := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
	draft := batchsync.DraftSchedule{Cron: daily, VCluster: "sync_a"}
	for _, c := range []struct {
		name string
		fill formFunc
		ok   func(batchsync.Operation) bool
	}{
		{"backfill", backfillForm(day(-4), day(-3)), func(op batchsync.Operation) bool {
			p := op.Change.Backfill
			return p.VCluster == "sync_a" && len(p.Instances) == 2 && p.Overlaps == 1 && p.Refills == 1 && len(p.Earlier) == 1 && p.Earlier[0].By == slacksim.Adam &&
				strings.Contains(p.Job, slacksim.Ana) && strings.Contains(p.Job, string(op.ID))
		}},
		{"deploy", (*Bot).deployForm, func(op batchsync.Operation) bool { return op.Change.Saved != nil && op.Change.Saved.Cron == daily }},
		{"undeploy", (*Bot).undeployForm, func(op batchsync.Operation) bool {
			return op.Change.Name == "orders" && op.Change.Online && !op.Change.WithDownstream
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.DateOnly, day(-4))
			if err != nil {
				t.Fatal(err)
			}
			old := batchsync.Run{ID: 1, Task: 7, Plan: at.Add(2*time.Hour - 8*time.Hour), Status: batchsync.RunSuccess} // 02:00 in Shanghai
			refill := old
			refill.ID, refill.Type = 2, batchsync.RunRefill
			b, w := changer(t, &plant{tasks: []batchsync.TaskRef{syncTask}, deployed: online, draft: draft, runs: []batchsync.Run{old, refill}}, desk{}, clusters{})
			s := newLedger()
			b.Store = s
			// Of what was asked of the task, one was a backfill of the same days.
			s.stored = batchsync.NewChange("op0", batchsync.OpBackfill, slacksim.Adam, "C1", 7, batchsync.Change{
				Backfill: &batchsync.Backfill{Window: batchsync.Window{From: at, To: at.Add(time.Hour), Zone: "UTC"}},
			}, time.Now())
			s.rows = []batchsync.AuditRow{
				{Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked, Operation: "op0"},
				{Action: batchsync.ActBackfill, Outcome: string(batchsync.OpDone), Operation: "op0"},
				{Action: batchsync.ActRerun, Outcome: batchsync.AuditAsked, Operation: "op0"},
			}
			c.fill(b, t.Context(), ana, "V1", syncTask)
			if len(s.proposed) != 1 {
				t.Fatalf("proposed %+v, shown %s", s.proposed, w.top())
			}
			op := s.proposed[0]
			if op.State != batchsync.OpProposed || op.Actor != slacksim.Ana || op.Task != 7 || !c.ok(op) {
				t.Errorf("proposed %+v: %+v", op, op.Change)
			}
		})
	}
}

// TestBot_UndeployTyped reads the answers of the form that takes a task offline.
func TestBot_UndeployTyped(t *testing.T) {
	t.Parallel()
	const typed, box = "form/name", "form/downstream"
	for _, c := range []struct {
		name   string
		typed  string
		ticked bool
		online bool // the task that waits
		wrong  []string
		with   bool
	}{
		{"as it should be", "orders", true, true, nil, true},
		{"another name", "order", true, true, []string{typed}, false},
		{"nothing typed", "", true, true, []string{typed}, false},
		{"not ticked, though a task waits", "orders", false, true, []string{box}, false},
		{"both wrong", "x", false, true, []string{typed, box}, false},
		{"not ticked, nobody waits", "orders", false, false, nil, false},
		{"ticked, nobody waits", "orders", true, false, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, _ := changer(t, &plant{}, desk{}, clusters{})
			op := newLedger().proposal
			op.Change.After[0].Online = c.online
			tick := slack.BlockAction{}
			if c.ticked {
				tick.SelectedOptions = []slack.OptionBlockObject{{Value: "yes"}}
			}
			state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{
				typed: {string(blocks.ActionTypedName): {Value: c.typed}}, box: {string(blocks.ActionDownstream): tick},
			}}
			got := b.undeployTyped(submit{origin: ana, View: slack.View{ID: "V1", State: state}}, &op)
			shown, _ := got.(*slack.ViewSubmissionResponse)
			if (got == nil) != (len(c.wrong) == 0) || got != nil && len(shown.Errors) != len(c.wrong) {
				t.Fatalf("answered %+v, want sentences at %v", got, c.wrong)
			}
			for _, at := range c.wrong {
				if shown.Errors[at] == "" {
					t.Errorf("nothing is said at %s: %v", at, shown.Errors)
				}
			}
			if op.Change.WithDownstream != c.with {
				t.Errorf("with downstream: %v", op.Change.WithDownstream)
			}
		})
	}
}

// TestBot_Confirmed_NotYours has somebody confirm what another person proposed:
// a proposal is what one person was shown.
func TestBot_Confirmed_NotYours(t *testing.T) {
	t.Parallel()
	_, api := connect(t, slacksim.Options{})
	s := newLedger()
	b := idle(unread{t}, s, api)
	b.people.access = batchsync.Access{Team: slacksim.TeamID, Admins: []batchsync.UserID{slacksim.Ana, slacksim.Adam}}
	in := submit{origin: origin{User: slacksim.Adam}, View: slack.View{ID: "V1", PrivateMetadata: "1:op1"}}
	var said string
	b.confirmed(t.Context(), in, func(payload any) {
		js, err := json.Marshal(payload)
		said = string(js)
		if err != nil {
			t.Error(err)
		}
	})
	if want := b.printer("").Text(batchsync.T("proposal.not_yours")); len(s.wrote) > 0 || !strings.Contains(said, want) {
		t.Errorf("wrote %v, said %s, want %q", s.wrote, said, want)
	}
}

// TestBot_Confirmed_Audit holds that a change is begun together with its row in
// the audit.
func TestBot_Confirmed_Audit(t *testing.T) {
	t.Parallel()
	_, api := connect(t, slacksim.Options{})
	s := newLedger()
	s.proposal.Kind, s.proposal.State = batchsync.OpDeploy, batchsync.OpProposed
	b := idle(unread{t}, s, api)
	b.people.access = batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}
	b.Run, b.Deliver = func(batchsync.OperationID) {}, func() {}
	b.confirmed(t.Context(), submit{origin: origin{User: slacksim.Ana}, View: slack.View{ID: "V1", PrivateMetadata: "1:op1"}}, func(any) {})
	got := s.begun
	want := batchsync.AuditRow{At: got.At, Actor: slacksim.Ana, Action: batchsync.ActDeploy, Object: "task/7", Name: "orders", Outcome: batchsync.AuditAsked, Operation: "op1"}
	if got.At.IsZero() || fmt.Sprint(got) != fmt.Sprint(want) || len(s.wrote) != 1 {
		t.Errorf("wrote %v with %+v, want %+v", s.wrote, got, want)
	}
}
