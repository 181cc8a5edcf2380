package main

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// sends forges a form, sends it in, and tells what the bot answered, in words.
func (s *stage) sends(t testing.TB, base slacksim.Object, user, callback, ref string, state slacksim.Object) string {
	t.Helper()
	said, _ := s.answeredWith(t, base, user, callback, ref, state)
	return said
}

// answeredWith is sends with the metadata of the view that came back.
func (s *stage) answeredWith(t testing.TB, base slacksim.Object, user, callback, ref string, state slacksim.Object) (said, metadata string) {
	t.Helper()
	payload := forged(base, "type", "view_submission", "user.id", user, "view.callback_id", callback, "view.private_metadata", ref,
		"view.state", slacksim.Object{"values": state})
	ack, err := s.slack.Inject(within(t, storyWait), "interactive", payload)
	if err != nil {
		t.Errorf("%s of %.60q by %s: %v", callback, ref, user, err)
	}
	said = texts(ack.Payload)
	if wrong, ok := ack.Payload["errors"].(map[string]any); ok {
		said += fmt.Sprint(wrong)
	}
	if strings.TrimSpace(said) == "" {
		t.Errorf("%s of %.60q by %s: no answer", callback, ref, user)
	}
	view, _ := ack.Payload["view"].(map[string]any)
	metadata, _ = view["private_metadata"].(string)
	return said, metadata
}

// figured are the answers of the form that asks for a figure.
func figured(table, rows string) slacksim.Object {
	return slacksim.Object{
		"form/figure_table": slacksim.Object{"form.figure_table": slacksim.Object{"type": "static_select", "selected_option": slacksim.Object{"value": table}}},
		"form/figure":       slacksim.Object{"form.figure": slacksim.Object{"type": "plain_text_input", "value": rows}},
	}
}

// judged is what the file has of a task's acceptance.
type judged struct {
	last     batchsync.Acceptance
	expected map[batchsync.TaskID]batchsync.Expectation
}

func (s *stage) judged(t testing.TB, task batchsync.TaskID, others ...batchsync.TaskID) judged {
	t.Helper()
	out := judged{expected: map[batchsync.TaskID]batchsync.Expectation{}}
	s.file(t, func(file *store.Store) {
		var err error
		out.last, err = file.LastAcceptance(task)
		must(t, err)
		for _, id := range append(others, task) {
			e, err := file.Expectation(id)
			must(t, err)
			if !reflect.DeepEqual(e, batchsync.Expectation{}) {
				out.expected[id] = e
			}
		}
	})
	return out
}

// TestForged_Acceptance sends in the forms about a delivery as no client would:
// with figures of tables that are not there, of versions that are past and to
// come, of other acceptances, by those who may not, and once more after they had
// their effect. Each is answered, and none has an effect.
func TestForged_Acceptance(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_forged")
	other := s.scheduled(t, 40105, "e2e_other")
	s.runs(t, task)
	s.runs(t, other)
	admins := "BATCHSYNC_ADMINS=" + slacksim.Adam + "," + slacksim.Ana
	b := s.start(admins)
	ana := s.as(t, "ana")
	refs := map[string]string{}
	for _, name := range []string{"e2e_other", "e2e_forged"} {
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance "+name)
		must(t, err)
		card := s.card(t, slacksim.General, "Needs a person: delivery of "+name)
		refs[name] = ana.click(card, "Give Figure", "How many rows", name).PrivateMetadata
	}
	base := s.captured(t, "acceptance.figure")
	base["view"] = slacksim.Object{"id": "VFORGED", "type": "modal", "hash": "1", "blocks": []any{}}
	ref := refs["e2e_forged"]
	version, id, _ := strings.Cut(ref, ":")
	_, otherID, _ := strings.Cut(refs["e2e_other"], ":")

	ana.settled()
	b.stop(t)
	tasks := []batchsync.TaskID{batchsync.TaskID(other), 1, 40001}
	before := s.judged(t, batchsync.TaskID(task), tasks...)
	trail := len(s.audit(t))
	b = s.start(admins)

	// Refused, each in words.
	for _, bad := range append([]string{"0:" + id, "99:" + id, "-1:" + id, version + ":" + id + "x", version + ".abcdef:nope", "1:nope", version + ":" + id + " --" + forgery}, nasty...) {
		s.sends(t, base, slacksim.Ana, "acceptance.figure", bad, figured("0", "7"))
		s.sends(t, base, slacksim.Ana, "acceptance.accept", bad, slacksim.Object{})
		s.sends(t, base, slacksim.Adam, "task.expect", bad, slacksim.Object{"form/row_drop": slacksim.Object{"form.row_drop": slacksim.Object{"value": "5"}}})
	}
	for _, bad := range append([]string{"1", "7", "-0", "00", "shop.orders", strings.Repeat("9", 30)}, nasty...) {
		if bad != "0" {
			s.sends(t, base, slacksim.Ana, "acceptance.figure", ref, figured(bad, "7"))
		}
	}
	for _, bad := range append([]string{"9223372036854775808", "1.5", "0x10", "١٢", "twelve", "-7", "1,23,4"}, nasty...) {
		if bad != "0" && bad != "1e9" {
			if said := s.sends(t, base, slacksim.Ana, "acceptance.figure", ref, figured("0", bad)); strings.Contains(said, "Recorded") {
				t.Errorf("the figure %.30q is taken: %s", bad, said)
			}
		}
	}
	for _, user := range []string{slacksim.Vera, slacksim.Gus, slacksim.Fay} {
		for callback, form := range map[string]string{"acceptance.figure": ref, "acceptance.accept": ref, "task.expect": fmt.Sprintf("1:%d", task)} {
			if said := s.sends(t, base, user, callback, form, figured("0", "7")); strings.Contains(said, "e2e_") {
				t.Errorf("%s tells %s: %s", callback, user, said)
			}
		}
	}
	// Expectations of what has none, in words that are none, and drawn from others.
	drawn := batchsync.Expectation{}.Digest()
	for _, of := range []string{"1", "40001", "99999999", fmt.Sprint(task)} {
		for _, seen := range []string{"", "." + strings.Repeat("0", 16), "." + strings.Repeat("f", 200), "." + drawn} {
			for _, typed := range nasty {
				if of == fmt.Sprint(task) && seen == "."+drawn && !strings.Contains(typed, "--") {
					continue // may be names of columns
				}
				state := slacksim.Object{}
				for _, field := range []string{"keys", "non_null", "tolerance", "row_drop"} {
					state["form/"+field] = slacksim.Object{"form." + field: slacksim.Object{"type": "plain_text_input", "value": typed}}
				}
				s.sends(t, base, slacksim.Adam, "task.expect", "1"+seen+":"+of, state)
			}
		}
	}
	s.as(t, "adam").settled()
	ana.settled()
	b.stop(t)
	after := s.judged(t, batchsync.TaskID(task), tasks...)
	if !reflect.DeepEqual(after.last, before.last) || !maps.EqualFunc(after.expected, before.expected, func(a, b batchsync.Expectation) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("the file has now\n%+v, had\n%+v", after, before)
	}
	for _, row := range s.audit(t)[trail:] {
		if !strings.HasSuffix(row, batchsync.AuditForbidden) {
			t.Errorf("in the trail: %s", row)
		}
	}
	b = s.start(admins)

	// Replayed: what had its effect has none again.
	figure := figured("0", "512")
	if said := s.sends(t, base, slacksim.Ana, "acceptance.figure", ref, figure); !strings.Contains(said, "Recorded") {
		t.Fatalf("a true figure: %s", said)
	}
	passed := s.card(t, slacksim.General, "Passed: delivery of e2e_forged", "Accept Delivery")
	for range 3 {
		if said := s.sends(t, base, slacksim.Ana, "acceptance.figure", ref, figured("0", "1")); !strings.Contains(said, "has changed since") {
			t.Errorf("a figure once more: %s", said)
		}
	}
	accept := ana.click(passed, "Accept Delivery", "You take the delivery of")
	ana.confirm(accept)
	s.card(t, slacksim.General, "delivery of e2e_forged", "Accepted")
	newest := accept.PrivateMetadata
	for _, form := range []string{newest, ref, version + ":" + otherID + "x"} {
		for _, callback := range []string{"acceptance.accept", "acceptance.figure"} {
			if said := s.sends(t, base, slacksim.Adam, callback, form, figure); strings.Contains(said, "Recorded") || strings.Contains(said, "is accepted") {
				t.Errorf("%s of %s after it was accepted: %s", callback, form, said)
			}
		}
	}
	b.stop(t)
	last := s.judged(t, batchsync.TaskID(task)).last
	if last.AcceptedBy != slacksim.Ana || last.Tables[0].Source.Rows != 512 || last.ReopenedBy != "" {
		t.Errorf("in the end %+v", last)
	}
	if all := strings.Join(s.audit(t), "\n"); strings.Count(all, "accept done") != 1 || strings.Contains(all, slacksim.Adam+" accept done") {
		t.Errorf("the trail: %s", all)
	}
	if strings.Contains(s.log.String(), "panicked") {
		t.Error("something panicked")
	}
}
