package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/slacksim"
)

// boundTo reads the reference of a review.
func boundTo(t testing.TB, metadata string) blocks.Ref {
	t.Helper()
	ref, err := blocks.ParseRef(metadata)
	if err != nil || ref.Plan == "" {
		t.Fatalf("the review is bound to %q: %v", metadata, err)
	}
	return ref
}

// TestForged_Plans confirms reviews with the digest of another plan: of another
// draft, of another person, of a version before, of none, or made up. Nothing is
// made, the answer says why, and the true confirmation counts once.
func TestForged_Plans(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_mine"), reviewed("draft2", slacksim.Adam, "e2e_his"))
	b := s.start()
	ana, adam := s.as(t, "ana"), s.as(t, "adam")
	ana.resume()
	mine := boundTo(t, ana.saying("Step 5 of 5", "Check Again").PrivateMetadata)
	base := s.captured(t, "wizard.resume")
	adam.resume()
	his := boundTo(t, adam.saying("Step 5 of 5", "Check Again").PrivateMetadata)
	if mine.Plan == his.Plan {
		t.Fatal("two people's plans have one digest")
	}
	confirm := func(user string, ref blocks.Ref) string {
		t.Helper()
		return s.sends(t, base, user, "wizard", ref.String(), slacksim.Object{})
	}

	for _, id := range []string{mine.ID, his.ID} {
		user, other := slacksim.Adam, slacksim.Ana
		if id == mine.ID {
			user, other = other, user
		}
		for _, plan := range []string{mine.Plan, his.Plan, ""} {
			for _, version := range []int{mine.Version, 1, 99} {
				if said := confirm(other, blocks.Ref{ID: id, Version: version, Plan: plan}); !strings.Contains(said, "This draft belongs to somebody else") {
					t.Errorf("%s confirms the draft of %s: %s", other, user, said)
				}
			}
		}
	}

	// Ana's own draft, bound to what she was not shown.
	at := mine
	for _, plan := range []string{his.Plan, "", strings.Repeat("0", len(mine.Plan)), mine.Plan[:len(mine.Plan)-1], mine.Plan + "0", mine.Plan[8:] + mine.Plan[:8], "abc"} {
		bad := at
		bad.Plan = plan
		said, metadata := s.answeredWith(t, base, slacksim.Ana, "wizard", bad.String(), slacksim.Object{})
		if !strings.Contains(said, "The plan changed since you saw it") && !strings.Contains(said, "an older version of the bot") {
			t.Errorf("bound to %.80q: %s", plan, said)
		}
		next := boundTo(t, metadata)
		if next.Version != at.Version+1 || next.Plan != mine.Plan {
			t.Fatalf("bound to %.80q: the review is now %v, was %v", plan, next, at)
		}
		old := at // the right plan, of the version that is past
		if said := confirm(slacksim.Ana, old); !strings.Contains(said, "The form was out of date") {
			t.Errorf("an old version: %s", said)
		}
		at = next
	}
	if got := s.effects(t, "create "); len(got) != 0 {
		t.Fatalf("made %q", got)
	}

	// The true one, and what was true once more.
	if said := confirm(slacksim.Ana, at); !strings.Contains(said, "Creating e2e_mine") {
		t.Fatalf("the true confirmation: %s", said)
	}
	s.card(t, slacksim.General, "e2e_mine", "Ready")
	for _, again := range []blocks.Ref{at, mine, {ID: at.ID, Version: at.Version + 1, Plan: at.Plan}, {ID: at.ID, Version: at.Version + 1, Plan: his.Plan}} {
		confirm(slacksim.Ana, again)
	}
	ana.settled()
	b.stop(t)
	if got := s.effects(t, "create "); len(got) != 1 {
		t.Errorf("made %q, want one task", got)
	}
	if len(s.made(t, "e2e_his")) != 0 {
		t.Error("the other draft was made")
	}
	if strings.Contains(s.log.String(), "panicked") {
		t.Error("something panicked")
	}
}

// TestForged_Proposals confirms a proposed change with what it was not drawn
// with: another kind of form, another version, a plan, somebody else. Then it is
// confirmed three times, and counts once.
func TestForged_Proposals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 300)
	s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	form := ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name")
	_, err := ana.actor.Click(within(t, ackWait), ana.ask("/batchsync show "+task.Name, task.Name, "As of"), "Refresh")
	must(t, err)
	base := s.captured(t, string(blocks.ActionRefreshTask))
	base["view"] = slacksim.Object{"id": form.ID, "type": "modal", "hash": form.Hash, "blocks": []any{}}
	_, id, _ := strings.Cut(form.PrivateMetadata, ":")

	for _, bad := range []string{"2:" + id, "99:" + id, "1.abcdef:" + id, "1:" + id + "x", "1:draft1", "1:" + task.Name} {
		if said := s.sends(t, base, slacksim.Ana, string(blocks.CallbackConfirm), bad, slacksim.Object{}); !strings.Contains(said, "This form is too old") {
			t.Errorf("%s: %s", bad, said)
		}
	}
	for _, user := range []string{slacksim.Adam, slacksim.Vera, slacksim.Gus} {
		if said := s.sends(t, base, user, string(blocks.CallbackConfirm), form.PrivateMetadata, slacksim.Object{}); strings.Contains(said, task.Name) {
			t.Errorf("tells %s: %s", user, said)
		}
	}
	if got := s.effects(t, "refill"); len(got) != 0 {
		t.Fatalf("begun: %q", got)
	}
	for _, callback := range []blocks.CallbackID{blocks.CallbackConfirm, blocks.CallbackDeploy, blocks.CallbackUndeploy} {
		s.sends(t, base, slacksim.Ana, string(callback), form.PrivateMetadata, slacksim.Object{})
	}
	s.card(t, slacksim.General, "Backfill", task.Name, "Done")
	for _, write := range []string{"deploy", "undeploy"} {
		if got := s.effects(t, write); len(got) != 0 {
			t.Errorf("the platform was changed: %q", got)
		}
	}
	if got := s.effects(t, "refill"); len(got) != 1 {
		t.Errorf("backfilled %q, want once", got)
	}
}

// TestForged_Buttons presses every button there is, and chooses every entry,
// with values that none of them carries, as somebody who may do it all: each
// press is answered, and no value becomes an option of the platform's program.
func TestForged_Buttons(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	b := s.start("BATCHSYNC_ADMINS=" + slacksim.Ana)
	task := s.online(t)
	ana := s.as(t, "ana")
	ana.ask("/batchsync show "+task.Name, task.Name, "As of")
	must(t, press(t, s, ana, "Refresh"))
	base := s.captured(t, string(blocks.ActionRefreshTask))
	id := fmt.Sprint(task.ID)
	values := []string{"", "--" + forgery, "1:" + id + " --" + forgery, id + "/1 --" + forgery, "$(" + forgery + ")", strings.Repeat(forgery, 400)}
	pages := []string{id + "/0/1", id + "/1/0", id + "/99999/1", id + "/1/99999", id + "/-1/1", id + "/1/1/1", "0/1/1", id + "/1", id + "/99999", "1:" + id + "/1"}
	asTyped := []blocks.ActionID{blocks.ActionOpenWizard, blocks.ActionCommand, blocks.ActionSubscribe, blocks.ActionRehearse}
	for _, action := range blocks.ActionIDs() {
		if slices.Contains(asTyped, action) {
			continue // take any text
		}
		all := values
		if word := string(action); strings.HasPrefix(word, "columns.") || strings.HasPrefix(word, "tables.") || action == blocks.ActionTables {
			all = append(pages, values...)
		}
		for _, value := range all {
			inject(t, s, forged(base, "actions.0.action_id", string(action), "actions.0.value", value))
		}
		ana.settled() // nobody presses faster than they are answered; a flood is another test
	}
	ana.settled()
	b.stop(t)
	for _, write := range []string{"create", "setup", "edit", "save", "deploy", "undeploy", "delete", "refill", "rerun", "stop", "run "} {
		if got := s.effects(t, write); len(got) != 0 {
			t.Errorf("the platform was changed: %q", got)
		}
	}
	all, err := s.world.Invocations()
	must(t, err)
	for _, inv := range all {
		for _, arg := range inv.Argv {
			if strings.HasPrefix(arg, "-") && strings.Contains(arg, forgery) && !strings.Contains(arg, "=") {
				t.Errorf("forged is an option of the program: %.300q", inv.Argv)
			}
		}
	}
	if strings.Contains(s.log.String(), "panicked") {
		t.Error("something panicked")
	}
}
