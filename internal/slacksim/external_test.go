package slacksim

import "testing"

// TestViews_ExternalID finds a modal by the id its developer gave it, also one
// whose opening was not answered; no two may have the same.
func TestViews_ExternalID(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	named := func(title string) string {
		return `{"type":"modal","external_id":"mine","title":{"type":"plain_text","text":"` + title + `"},"blocks":[{"type":"section","text":{"type":"plain_text","text":"x"}}]}`
	}
	trigger := func(who string) string {
		t.Helper()
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.newTrigger(who, "")
	}
	s.Fault("views.open", ResetAfter(), 1)
	if _, err := client(s).OpenViewContext(ctx, trigger(Ana), modal(t, named("one"))); err == nil {
		t.Fatal("the opening was answered")
	}
	if got := post(t, s, s.BotToken, "views.open", `{"trigger_id":"`+trigger(Adam)+`","view":`+named("two")+`}`); str(got, "error") != "duplicate_external_id" {
		t.Errorf("opened twice: %v", got)
	}
	got := post(t, s, s.BotToken, "views.update", `{"external_id":"mine","view":`+named("three")+`}`)
	top, _ := s.View(Ana)
	if top.Title != "three" || str(obj(got, "view"), "id") != top.ID {
		t.Errorf("updated by its own id: %v, shown %q", got, top.Title)
	}
	if got := post(t, s, s.BotToken, "views.update", `{"external_id":"other","view":`+named("four")+`}`); str(got, "error") != "not_found" {
		t.Errorf("another id: %v", got)
	}
}
