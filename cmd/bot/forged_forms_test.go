package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"batchsync/bot/blocks"
	"batchsync/internal/slacksim"
)

// forgery is in everything that is forged and must reach no program.
const forgery = "f0rg3d"

// nasty are values that would do harm where they are taken as they come.
var nasty = []string{
	"", " ", "0", "-1", "1e9", "NaN", strings.Repeat("9", 40), "--" + forgery, "-y --" + forgery, "'; DROP TABLE " + forgery + "; --", "x`" + forgery + "`",
	"../../etc/" + forgery, "$(" + forgery + ")", forgery + "\x00", "\u202e" + forgery, "<!channel> " + forgery, strings.Repeat(forgery, 400),
}

// TestForged_Forms sends in forms that nobody opened: with references to what is
// not, to what is somebody else's and to worse, and with answers that no field
// takes. What the person may not do is not done, and no answer reaches the
// platform as anything but a value.
func TestForged_Forms(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_forms"))
	b := s.start()
	task := s.online(t)
	ana := s.as(t, "ana")
	ana.resume()
	base := s.captured(t, "wizard.resume")
	form := ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name")
	mine := form.PrivateMetadata // a proposal of Ana's, drawn for her alone

	send := func(user, callback, ref string, state slacksim.Object) {
		t.Helper()
		payload := forged(base, "type", "view_submission", "user.id", user, "view.callback_id", callback, "view.private_metadata", ref, "view.state", slacksim.Object{"values": state})
		ack, err := s.slack.Inject(within(t, storyWait), "interactive", payload)
		if err != nil {
			t.Errorf("%s of %.40q by %s: %v", callback, ref, user, err)
		}
		if user != slacksim.Ana && strings.Contains(texts(ack.Payload), task.Name) {
			t.Errorf("%s of %.40q tells %s: %s", callback, ref, user, texts(ack.Payload))
		}
	}
	known := fmt.Sprintf("1:%d", task.ID)
	var callbacks []string
	for _, id := range blocks.CallbackIDs() {
		callbacks = append(callbacks, string(id))
	}
	for _, callback := range append(callbacks, "task.unknown", "") {
		for _, ref := range append(slices.Clone(nasty), "1:-1", "1:0", "1:"+strings.Repeat("9", 30), known+" --"+forgery, known+";"+forgery, "1:../"+forgery) {
			send(slacksim.Ana, callback, ref, slacksim.Object{})
		}
		for _, user := range []string{slacksim.Vera, slacksim.Gus, slacksim.Adam} {
			send(user, callback, mine, slacksim.Object{}) // Adam may do it, and did not ask for it
		}
		for _, user := range []string{slacksim.Vera, slacksim.Gus} {
			send(user, callback, known, slacksim.Object{})
		}
	}
	// Answers to every field there is, by somebody who may change the task.
	for _, value := range nasty {
		state := everyInput(value)
		for _, callback := range []string{"task.adjust", "task.expect", "task.schedule", "task.mute", "task.backfill", "change.deploy", "change.undeploy", "change.debug"} {
			send(slacksim.Ana, callback, known, state)
		}
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
		if line := strings.Join(inv.Argv, " "); strings.Contains(line, forgery) {
			t.Errorf("the program was given what was forged: %.300q", line)
		}
	}
	if left := s.everything(t).operations; len(left) != 0 {
		t.Errorf("begun: %+v", left)
	}
	if strings.Contains(s.log.String(), "panicked") {
		t.Error("something panicked")
	}
	s.clean()
}

// everyInput is the state of a form that has every input there is, each answered
// with that value.
func everyInput(value string) slacksim.Object {
	state := slacksim.Object{}
	for _, id := range blocks.ActionIDs() {
		name := string(id)
		block := strings.Replace(name, "form.", "form/", 1)
		if field, ok := strings.CutPrefix(name, "field."); ok {
			block = "field/" + field + "/1"
		}
		if block == name {
			continue // a button
		}
		chosen := slacksim.Object{"value": value, "text": slacksim.Object{"type": "plain_text", "text": value}}
		state[block] = slacksim.Object{name: slacksim.Object{ // every kind at once: each reads its own member
			"type": "plain_text_input", "value": value, "selected_option": chosen, "selected_options": []any{chosen},
			"selected_time": value, "selected_date": value,
		}}
	}
	return state
}

// TestForged_Frames presses in a message what refers to other drafts: the
// reference stands in the block id there.
func TestForged_Frames(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft2", slacksim.Adam, "e2e_own"))
	before := s.everything(t).drafts["draft2"]
	b := s.start()
	ana := s.as(t, "ana")
	_, err := ana.actor.Mention(within(t, ackWait), slacksim.General, "new")
	must(t, err)
	f := ana.framedIn("", "Step 1 of 5", "All Questions")
	f.set("kind", "mysql").press("Next", "Step 1 of 5", "Please check")
	press := s.captured(t, "wizard.submit")
	for _, action := range []string{"wizard.submit", "wizard.cancel", "wizard.back", "wizard.check", "wizard.commands", "wizard.questions", "field.kind", "field.nonsense"} {
		for _, ref := range append([]string{"5:draft2", "4:draft2", "6:draft2", "5:draft2#5:draft2", "5:nope"}, nasty[7:9]...) {
			inject(t, s, forged(press, "actions.0.action_id", action, "actions.0.block_id", "frame/buttons#"+ref, "actions.0.value", ref))
		}
	}
	ana.settled()
	b.stop(t)
	if after := s.everything(t).drafts["draft2"]; !reflect.DeepEqual(after, before) {
		t.Errorf("somebody else's draft is now %+v, was %+v", after, before)
	}
	for _, m := range s.slack.Ephemerals("ana") {
		if strings.Contains(m.AllText(), "e2e_own") {
			t.Errorf("somebody else's draft is shown: %s", m.AllText())
		}
	}
	if got := s.effects(t, ""); len(got) != 0 {
		t.Errorf("the platform was changed: %q", got)
	}
	if strings.Contains(s.log.String(), "panicked") {
		t.Error("something panicked")
	}
	s.clean()
}
