package main

import (
	"strings"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/store"
)

// framed is somebody at the wizard in a message.
type framed struct {
	*person
	at slacksim.Message
}

// shows waits until the person's message has all the words. Without one it waits
// for any; where is a conversation, "" for messages only the person sees.
func (p *person) framedIn(where string, words ...string) *framed {
	p.t.Helper()
	f := &framed{person: p}
	f.at = f.see(where, func(slacksim.Message) bool { return true }, words...)
	return f
}

func (f *framed) see(where string, is func(slacksim.Message) bool, words ...string) slacksim.Message {
	f.t.Helper()
	good := func(m slacksim.Message) bool { return m.FromApp && is(m) && contains(m.AllText(), words...) }
	var m slacksim.Message
	var err error
	if where == "" {
		m, err = f.slack.WaitEphemeral(within(f.t, storyWait), f.name, good)
	} else {
		m, err = f.slack.WaitMessage(within(f.t, storyWait), where, good)
	}
	if err != nil {
		var all []string
		for _, m := range f.slack.Messages(where) {
			all = append(all, m.AllText())
		}
		f.t.Fatalf("%v: %q\nstood there: %s\nnow: %s", err, words, f.at.AllText(), strings.Join(all, "\n---\n"))
	}
	return m
}

// same waits until the same message was drawn anew with all the words.
func (f *framed) same(words ...string) *framed {
	f.t.Helper()
	was, where := f.at, ""
	if was.EphemeralTo == "" {
		where = was.Channel
	}
	f.at = f.see(where, func(m slacksim.Message) bool { return m.TS == was.TS && m.Edits > was.Edits }, words...)
	return f
}

func (f *framed) press(button string, words ...string) *framed {
	f.t.Helper()
	_, err := f.actor.Click(within(f.t, ackWait), f.at, button)
	must(f.t, err)
	return f.same(words...)
}

// set chooses a fixed value or, of a menu that asks for its entries, the one
// with that text.
func (f *framed) set(field string, values ...string) *framed {
	f.t.Helper()
	_, err := f.actor.Select(within(f.t, ackWait), f.at, "field."+field, values...)
	must(f.t, err)
	if redraws[field] {
		f.same()
	}
	return f
}

func (f *framed) pick(field, text string) *framed {
	f.t.Helper()
	value := ""
	until(f.t, text+" in the menu "+field, func() bool {
		options, err := f.actor.Suggest(within(f.t, ackWait), f.at, "field."+field, text)
		must(f.t, err)
		for _, o := range options {
			if o.Text == text {
				value = o.Value
			}
		}
		return value != ""
	})
	return f.set(field, value)
}

func (f *framed) typeIn(field, text string) *framed {
	f.t.Helper()
	_, err := f.actor.Type(within(f.t, ackWait), f.at, "field."+field, text)
	must(f.t, err)
	return f
}

// TestMessageWizard asks all questions in a message only the person sees,
// because what is written to the bot lets it open no form.
func TestMessageWizard(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	ana := s.as(t, "ana")
	_, err := ana.actor.Mention(within(t, ackWait), slacksim.General, "new")
	must(t, err)
	f := ana.framedIn("", "Step 1 of 5", "All Questions")
	f.set("kind", "mysql").press("Next", "Step 1 of 5", "Please check")
	f.pick("source", "aliyun_mysql").press("Next", "Step 2 of 5")
	f.pick("source_schema", "shop").pick("tables", "orders")
	old := f.at
	f.press("Back", "Step 1 of 5").press("Next", "Step 2 of 5", "orders")

	// An old drawing, and a press of somebody else.
	_, err = s.slack.Inject(within(t, ackWait), "interactive", forged(s.captured(t, "wizard.back")))
	must(t, err)
	f.same("The form was out of date", "Step 2 of 5")
	_, err = s.slack.Inject(within(t, ackWait), "interactive", forged(s.captured(t, "wizard.back"), "user.id", slacksim.Adam, "response_url", nil))
	must(t, err)
	_, err = s.slack.WaitEphemeral(within(t, storyWait), "adam", func(m slacksim.Message) bool {
		return strings.Contains(m.AllText(), "This draft belongs to somebody else")
	})
	must(t, err)
	if old.TS != f.at.TS {
		t.Error("the questions stand in more than one message")
	}

	f.pick("target", "LAKEHOUSE_ecommerce").typeIn("target_table", "orders").press("Next", "Step 3 of 5")
	f.typeIn("time", "03:30").same()
	b.stop(t)
	b = s.start() // what stands in the message outlives the process
	f.press("Next", "Step 4 of 5").pick("folder", "data_sync/mysql").pick("vcluster", "sync_vc").typeIn("name", "e2e_message")
	f.press("Next", "Step 5 of 5", "Create Sync")
	s.slack.DuplicateNext(1)
	_, err = ana.actor.Click(within(t, ackWait), f.at, "Create Sync")
	must(t, err)
	f.same("Creating e2e_message")
	s.onlyOne(t, "e2e_message")
	b.stop(t)
	if got := s.slack.Calls("views.open"); len(got) != 0 {
		t.Errorf("%d forms were opened", len(got))
	}
	s.clean()
}

// TestMessageWizard_Direct writes a line with gaps in a direct message, where the
// questions are a message that is edited; Cancel keeps the draft.
func TestMessageWizard_Direct(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	_, err := ana.actor.DM(within(t, ackWait), "new aliyun_mysql shop.orders -> ods.orders daily 03:30 vc=? name=e2e_direct lake=LAKEHOUSE_ecommerce folder=data_sync/mysql")
	must(t, err)
	f := ana.framedIn(ana.dm(t), "Step 4 of 5", "data_sync/mysql")
	f.press("Cancel", "Your draft e2e_direct is kept", "Resume Draft")
	_, err = ana.actor.Click(within(t, ackWait), f.at, "Resume Draft")
	must(t, err)
	ana.saying("Step 4 of 5")

	_, err = ana.actor.DM(within(t, ackWait), "questions")
	must(t, err)
	f.see(ana.dm(t), func(slacksim.Message) bool { return true }, "aliyun_mysql shop.orders -> ods.orders overwrite daily 03:30", "vc=?")

	_, err = ana.actor.DM(within(t, ackWait), "new")
	must(t, err)
	f = ana.framedIn(ana.dm(t), "unfinished draft", "Resume Draft", "Start Over")
	f.press("Resume Draft", "Step 4 of 5").pick("vcluster", "sync_vc").press("Next", "Step 5 of 5")
	f.press("Create Sync", "Creating e2e_direct")
	s.card(t, ana.dm(t), "e2e_direct", "Ready")
	s.clean()
}

// actions counts what a person did that the bot heard of.
func (p *person) actions() (n int) {
	for _, e := range p.slack.Envelopes() {
		if e.Type == "slash_commands" || e.Type == "interactive" {
			n++
		}
	}
	return n
}

const wholeLine = "aliyun_mysql shop.orders -> ods.orders overwrite daily 03:30 vc=sync_vc folder=data_sync/mysql lake=LAKEHOUSE_ecommerce name="

// TestOneLine goes from a complete line to the deployed task in two
// interactions. An unfinished draft is left alone.
func TestOneLine(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, ana := s.review(t, "e2e_other")
	_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync new "+wholeLine+"e2e_line")
	must(t, err)
	v := ana.saying("Step 5 of 5", "e2e_line")
	_, err = ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	s.onlyOne(t, "e2e_line")
	if n := ana.actions(); n != 2 {
		t.Errorf("took %d interactions, want 2", n)
	}
	if said(ana, "Your other one is kept") != 1 {
		t.Error("not said that the other draft is kept")
	}
	s.clean()
}

// TestOneLine_Written has a complete line, written in a thread, end in a review
// in a message there.
func TestOneLine_Written(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	_, err := ana.actor.Say(within(t, ackWait), slacksim.General, "we need the orders")
	must(t, err)
	root := s.slack.Messages(slacksim.General)[0]
	_, err = ana.actor.Reply(within(t, ackWait), root, "@batchsync new "+wholeLine+"e2e_written")
	must(t, err)
	f := ana.framedIn("", "Step 5 of 5", "e2e_written")
	if f.at.ThreadTS != root.TS {
		t.Errorf("answered in thread %q, asked in %q", f.at.ThreadTS, root.TS)
	}
	if strings.Contains(f.at.AllText(), "checking…") {
		t.Error("the review cannot be drawn again, and is drawn before it was checked")
	}
	f.press("Create Sync", "Creating e2e_written")
	s.onlyOne(t, "e2e_written")
	s.clean()
}

// TestOneLine_Wrong offers the line with the nearest value in the place of what
// is wrong, and loses nothing.
func TestOneLine_Wrong(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.start()
	ana := s.as(t, "ana")
	wrong := strings.Replace(wholeLine, "shop.orders", "shop.oders", 1) + "e2e_wrong"
	v := ana.modal("/batchsync new "+wrong, "Something in this line is wrong", "oders", "Take This", "Go On")
	first, err := findButton(v, "Take This", "shop.orders -> ods.orders")
	must(t, err)
	_, err = ana.actor.Click(within(t, ackWait), v, first)
	must(t, err)
	v = ana.saying("Step 5 of 5", "e2e_wrong")
	_, err = ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	s.onlyOne(t, "e2e_wrong")

	v = ana.modal("/batchsync new "+strings.Replace(wrong, "e2e_wrong", "e2e_go_on", 1), "Something in this line is wrong")
	_, err = ana.actor.Click(within(t, ackWait), v, "Go On")
	must(t, err)
	ana.saying("Step 2 of 5")
	b.stop(t)
	s.file(t, func(file *store.Store) {
		open, err := file.OpenDrafts(slacksim.Ana)
		must(t, err)
		if len(open) != 1 || open[0].Spec().Name != "e2e_go_on" {
			t.Errorf("open drafts: got %+v, want the one that went on", open)
		}
	})
	s.clean()
}

// findButton names the button whose row or value has the words.
func findButton(v slacksim.View, label, words string) (string, error) {
	for _, block := range v.Blocks {
		button, _ := block["accessory"].(map[string]any)
		value, _ := button["value"].(string)
		if strings.Contains(value, words) {
			return block["block_id"].(string) + "/" + button["action_id"].(string), nil
		}
	}
	return label, nil
}

// TestExpiredTrigger asks in a message when Slack does not let the bot open the
// form, also for a line.
func TestExpiredTrigger(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	s.slack.Fault("views.open", slacksim.SlackError("expired_trigger_id"), 1)
	_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync new "+wholeLine+"e2e_expired")
	must(t, err)
	f := ana.framedIn("", "time for opening the form has passed", "Step 5 of 5", "e2e_expired")
	f.press("Create Sync", "Creating e2e_expired")
	s.onlyOne(t, "e2e_expired")
	s.clean()
}

// TestLike makes a task like another one.
func TestLike(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	task := s.online(t)
	v := ana.modal("/batchsync new like "+task.Name, "Step 5 of 5", "This is filled in like "+task.Name, "These tasks write a table of this one, too: "+task.Name)
	_, err := ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	card := s.card(t, slacksim.General, "Ready")
	all, err := s.world.Tasks()
	must(t, err)
	twin := all[len(all)-1]
	if twin.Name == task.Name || !strings.Contains(card.AllText(), twin.Name) || !twin.Online || twin.Published.Cron != task.Published.Cron || twin.Content.Tables[0] != task.Content.Tables[0] {
		t.Errorf("made %+v like %+v", twin, task)
	}

	ana.ask("/batchsync show "+task.Name, task.Name, "New Like This")
	must(t, press(t, s, ana, "New Like This"))
	ana.saying("Step 5 of 5", "This is filled in like "+task.Name)
	s.clean()
}

// TestOneLine_BadInput ends every strange name in one clear sentence and never
// in a task.
func TestOneLine_BadInput(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	for _, c := range []struct{ name, line, want string }{
		{"name of digits", wholeLine + "40001", "digits"},
		{"name with a dash in front", wholeLine + "-x", "dash"},
		{"long name", wholeLine + strings.Repeat("x", 256), "255"},
		{"quote that does not close", wholeLine + `"x`, "does not close"},
		{"table that is not there", "aliyun_mysql shop.nosuch -> ods.x", "nosuch"},
		{"schema that is not there", "aliyun_mysql nosuch.* -> ods", "nosuch"},
		{"pattern without tables", "aliyun_mysql shop.zzz* => ods.x", "No table has such a name"},
		{"no such source", "订单🚀 shop.orders -> ods.orders", "There is no such data source"},
		{"arrow in nothing", "-> ->", "one arrow"},
	} {
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync new "+c.line)
		must(t, err)
		v := ana.wait(func(v slacksim.View) bool { return contains(v.AllText(), "Something in this line", c.want) })
		_, err = ana.actor.CloseView(within(t, ackWait), v)
		must(t, err)
		ana.settled()
	}
	for _, name := range []string{`"with space"`, "订单", "🚀", `"it's"`} {
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync new "+wholeLine+name)
		must(t, err)
		v := ana.wait(func(v slacksim.View) bool { return contains(v.AllText(), "Step 5 of 5", strings.Trim(name, `"`)) })
		_, err = ana.actor.CloseView(within(t, ackWait), v)
		must(t, err)
		ana.settled()
	}
	if got := s.effects(t, "create"); len(got) != 0 {
		t.Errorf("effects: %q", got)
	}
	s.clean()
}
