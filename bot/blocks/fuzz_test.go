package blocks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return b
}

func FuzzPrinter_Operation(f *testing.F) {
	f.Add(uint8(2), uint8(1), "orders", "detail", "U0ACTOR", "https://studio.example.com", "sync")
	f.Add(uint8(3), uint8(2), hostile, hostile, hostile, "javascript:alert(1)", hostile)
	f.Add(uint8(1), uint8(2), strings.Repeat("&", 300), strings.Repeat("<", 3000), "U1", "https://a:b@c", strings.Repeat("🚀", 300))
	f.Fuzz(func(t *testing.T, state, scope uint8, name, detail, actor, link, task string) {
		states, scopes := batchsync.OperationStates(), batchsync.Scopes()
		current := int(state) % 7
		op := sampleOperation(states[int(state)%len(states)], current, scopes[int(scope)%len(scopes)], name)
		op.Actor, op.StudioURL, op.Spec.Name = batchsync.UserID(actor), link, task
		if current < len(op.Steps) {
			op.Steps[current].Problem.Detail = detail
			op.Steps[current].Problem.Text = batchsync.T("configure.merge", name, detail, task, name, name, name, name)
			for range 12 {
				op.Steps[current].Notes = append(op.Steps[current].Notes, batchsync.T("configure.refused", detail, detail, name, name, task, task))
			}
		}
		for _, p := range both() {
			r := checkMessage(t, p.Operation(op, sampleNow()))
			for _, m := range r.mentions {
				if m != "<@"+actor+">" {
					t.Errorf("mentions %q", m)
				}
			}
			if len(r.mentions) > 1 {
				t.Errorf("mentions %v", r.mentions)
			}
		}
	})
}

func FuzzPrinter_Wizard(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(0), "orders", "Asia/Shanghai", "02:00")
	f.Add(uint8(4), uint8(3), uint8(2), hostile, "Local", "25:00")
	f.Add(uint8(1), uint8(1), uint8(1), strings.Repeat("&", 300), "UTC", "")
	f.Fuzz(func(t *testing.T, step, scope, every uint8, name, zone, at string) {
		steps, scopes, rhythms := batchsync.Steps(), batchsync.Scopes(), batchsync.Rhythms()
		d := sampleDraft(steps[int(step)%len(steps)], batchsync.KindMySQL, scopes[int(scope)%len(scopes)], rhythms[int(every)%len(rhythms)], name)
		d.Answers[batchsync.FieldZone], d.Answers[batchsync.FieldTime] = choice(zone), choice(at)
		s := sampleScreen(d)
		s.Problems = []batchsync.FieldError{{Field: batchsync.FieldTables, Text: batchsync.T("field.table_gone", name, zone)}}
		s.Facts.Datasources = []batchsync.Datasource{{ID: 5, Name: name, Type: zone}}
		for _, p := range both() {
			v := p.Wizard(s)
			if r := checkView(t, v); len(r.mentions) > 0 {
				t.Errorf("mentions %v", r.mentions)
			}
			got := Answers(stateOf(v))
			for f, c := range got {
				if want := d.Answers.Values(f); len(c) > 0 && len(want) > 0 && !slices.Contains(want, p.Unveil(c[0].Value, want)) {
					t.Errorf("%s came back as %q, want one of %q", f, c[0].Value, want)
				}
			}
		}
	})
}

func FuzzParseRef(f *testing.F) {
	f.Add("3:abc")
	f.Add("03:abc")
	f.Add("-1:")
	f.Add("1:a:b")
	f.Add("7.0a9f:abc")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRef(s)
		if err == nil && (r.String() != s || r.Version < 1 || r.ID == "") {
			t.Errorf("ParseRef(%q) = %+v, which writes %q", s, r, r.String())
		}
		if err != nil && r != (Ref{}) {
			t.Errorf("ParseRef(%q) fails and returns %+v", s, r)
		}
	})
}
