package blocks

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, v any) {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatalf("encode %s: %v", name, err)
	}
	path := filepath.Join("testdata", "golden", name+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with go test -update", err)
	}
	if !bytes.Equal(buf.Bytes(), want) {
		t.Errorf("%s has changed; look at it and accept it with go test -update. Now:\n%s", path, buf.String())
	}
}

// noSecret fails when a planted secret is anywhere in what is shown.
func noSecret(t testing.TB, v any) {
	t.Helper()
	b, _ := json.Marshal(v)
	if s := string(b); strings.Contains(s, "xoxb-") {
		t.Errorf("a secret is shown: %s", s)
	}
}

func TestPrinter_Wizard_Golden(t *testing.T) {
	t.Parallel()
	for _, step := range batchsync.Steps() {
		for _, scope := range batchsync.Scopes() {
			name := string(step) + "_" + string(scope)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				v := printer().Wizard(sampleScreen(sampleDraft(step, batchsync.KindMySQL, scope, batchsync.Daily, "orders")))
				checkView(t, v)
				golden(t, "wizard_"+name, v)
			})
		}
	}
}

func TestPrinter_Wizard_EveryName(t *testing.T) {
	t.Parallel()
	for label, name := range names() {
		for _, step := range batchsync.Steps() {
			for _, scope := range batchsync.Scopes() {
				for _, every := range batchsync.Rhythms() {
					if every != batchsync.Daily && step != batchsync.StepSchedule {
						continue // looks the same
					}
					d := sampleDraft(step, batchsync.KindMySQL, scope, every, name)
					s := sampleScreen(d)
					s.Problems = []batchsync.FieldError{{Field: batchsync.FieldTables, Text: batchsync.T("field.table_gone", name, name)}, {Text: batchsync.T("draft.out_of_date")}}
					v := printer().Wizard(s)
					r := checkView(t, v)
					if len(r.mentions) > 0 {
						t.Errorf("mentions %v", r.mentions)
					}
					if scope == batchsync.ScopeSingle && (step == batchsync.StepTables || step == batchsync.StepReview) {
						golden(t, "wizard_"+string(step)+"_name_"+label, v)
					}
					if t.Failed() {
						t.Fatalf("with %s name, step %s, scope %s, %s", label, step, scope, every)
					}
				}
			}
		}
	}
	d := sampleDraft(batchsync.StepTables, batchsync.KindObject, batchsync.ScopeSingle, batchsync.Daily, "a/b/")
	v := printer().Wizard(sampleScreen(d))
	checkView(t, v)
	golden(t, "wizard_tables_object", v)
	d.Step = batchsync.StepReview
	golden(t, "wizard_review_object", printer().Wizard(sampleScreen(d)))
}

func TestPrinter_Operation_Golden(t *testing.T) {
	t.Parallel()
	cases := map[string]batchsync.Operation{
		"running":         sampleOperation(batchsync.OpRunning, 2, batchsync.ScopeSingle, "orders"),
		"waiting_debug":   sampleDebugFirst(),
		"waiting_by_hand": sampleOperation(batchsync.OpWaiting, 2, batchsync.ScopeMerge, "orders"),
		"unknown":         sampleOperation(batchsync.OpUnknown, 4, batchsync.ScopeMulti, "orders"),
		"refused":         sampleOperation(batchsync.OpRefused, 0, batchsync.ScopeSingle, "orders"),
		"refused_name":    sampleOperation(batchsync.OpRefused, 1, batchsync.ScopeSingle, "orders"),
		"failed_made":     sampleOperation(batchsync.OpFailed, 4, batchsync.ScopeWhole, "orders"),
		"done":            sampleOperation(batchsync.OpDone, 6, batchsync.ScopeSingle, "orders"),
		"dropped":         sampleOperation(batchsync.OpDropped, 3, batchsync.ScopeSingle, "orders"),
		"hostile":         sampleOperation(batchsync.OpFailed, 2, batchsync.ScopeMulti, hostile),
	}
	for name, op := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := printer().Operation(op, sampleNow())
			r := checkMessage(t, m)
			if len(r.mentions) != 1 || r.mentions[0] != "<@U0ACTOR>" {
				t.Errorf("mentions %v, want the actor once", r.mentions)
			}
			noSecret(t, m)
			golden(t, "card_"+name, struct {
				Text   string        `json:"text"`
				Blocks []slack.Block `json:"blocks"`
			}{m.Text, m.Blocks})
		})
	}
}

func TestPrinter_Operation_EveryName(t *testing.T) {
	t.Parallel()
	for label, name := range names() {
		for _, state := range batchsync.OperationStates() {
			for current := range 7 {
				for _, scope := range batchsync.Scopes() {
					m := printer().Operation(sampleOperation(state, current, scope, name), sampleNow())
					checkMessage(t, m)
					if t.Failed() {
						t.Fatalf("with %s name, %s at %d, scope %s", label, state, current, scope)
					}
				}
			}
		}
	}
}

func TestPrinter_Messages_Golden(t *testing.T) {
	t.Parallel()
	p, id := printer(), batchsync.DraftID("d1")
	op := sampleOperation(batchsync.OpRunning, 1, batchsync.ScopeSingle, hostile)
	draft := sampleDraft(batchsync.StepPlace, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, hostile)
	messages := map[string]Message{
		"notice":       p.Notice([]batchsync.Text{batchsync.T("draft.expired"), batchsync.T("field.schema_gone", hostile)}),
		"notice_empty": p.Notice(nil),
		"notice_to":    p.NoticeTo("U0ACTOR", []batchsync.Text{batchsync.T("told.failed", hostile), batchsync.T("platform.refused")}),
		"problem":      p.Problem(batchsync.Problem{Text: batchsync.T("access.operator"), Hint: batchsync.T("access.ask", "S0OPS", "U0ADMIN", hostile), Detail: hostile}, "ref-1"),
		"help":         p.Help(""), "help_new": p.Help("new"), "help_else": p.Help("else"),
		"unknown": p.UnknownCommand(hostile, "new"), "unknown_far": p.UnknownCommand(hostile, ""),
		"other_kept": p.OtherKept(draft), "undrawn": p.Undrawn(ActionCommand, "backfill orders"), "undrawn_ask": p.Undrawn(ActionCommand, "deploy "+hostile),
		"kept": p.Kept(draft), "held": p.Problem(Held(&batchsync.HeldError{By: op}, "C0DATASYNC"), ""),
		"held_change": p.Problem(Held(&batchsync.HeldError{By: sampleChange(batchsync.OpDeploy, batchsync.OpRunning, 0, "orders")}, "https://demo.slack.com/archives/C1/p1"), ""),
		"held_along":  p.Problem(Held(heldAlong(hostile), "C0DATASYNC"), ""),
	}
	for name, m := range messages {
		checkMessage(t, m)
		noSecret(t, m)
		golden(t, "message_"+name, struct {
			Text   string        `json:"text"`
			Blocks []slack.Block `json:"blocks"`
		}{m.Text, m.Blocks})
	}
	views := map[string]slack.ModalViewRequest{
		"loading": p.Loading(), "choose": p.Choose(draft, 0, sampleNow().AddDate(0, 0, 3)),
		"info":     p.Info(batchsync.T("draft.gone"), batchsync.T("access.ask", "U0ADMIN"), &id),
		"creating": p.Creating(op),
	}
	for name, v := range views {
		checkView(t, v)
		noSecret(t, v)
		golden(t, "view_"+name, v)
	}
}
