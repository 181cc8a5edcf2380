package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// TestFault_Once spoils every command of a creation once, in every way the
// program is known to go wrong. One task comes of it all the same.
func TestFault_Once(t *testing.T) {
	t.Parallel()
	for _, command := range []string{
		"profile status", "task list", "task create", "task integration setup", "task content",
		"task save-cron", "task save-config", "task deploy", "task schedule-info",
	} {
		for _, fault := range []studiosim.Fault{
			{Kind: "applied_reported_failed"}, {Kind: "applied_killed"}, {Kind: "killed"}, {Kind: "http_500"},
			{Kind: "garbage"}, {Kind: "half"}, {Kind: "hang", Seconds: 1},
		} {
			t.Run(fault.Kind+" "+command, func(t *testing.T) {
				t.Parallel()
				s := newStage(t)
				_, ana := s.review(t, "e2e_fault")
				ana.resume()
				v := ana.saying("Step 5 of 5", "Check Again") // its checks, which use the same commands, are over
				fault.Match, fault.Times = command, 1
				must(t, s.world.SetFaults(fault))
				_, err := ana.actor.Submit(within(t, ackWait), v)
				must(t, err)
				s.onlyOne(t, "e2e_fault")
				all, err := s.world.Invocations()
				must(t, err)
				if !slices.ContainsFunc(all, func(i studiosim.Invocation) bool { return i.Fault == fault.Kind }) {
					t.Errorf("%q was never called", command)
				}
				s.clean()
			})
		}
	}
}

// TestFault_Refused has the platform refuse a change. The card says so in the
// platform's words, and Check Again goes on from there.
func TestFault_Refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		command string
		state   string
		repair  func(t *testing.T, s *stage)
	}{
		{command: "task create", state: "Failed"},
		{command: "task integration setup", state: "Waiting for you", repair: func(t *testing.T, s *stage) {
			must(t, s.world.ConfigureInStudio(s.made(t, "e2e_refused")[0].ID, studiosim.Integration{
				Kind: "single", Source: 5002, Sink: 5001, WriteMode: "OVERWRITE", Tables: []studiosim.Pair{{Source: "shop.orders", Sink: "ods.orders"}},
			}))
		}},
		{command: "task save-cron", state: "Failed"},
		{command: "task deploy", state: "Failed"},
	} {
		t.Run(c.command, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			must(t, s.world.SetFaults(studiosim.Fault{Match: c.command, Kind: "business_error", Times: 1}))
			_, ana := s.review(t, "e2e_refused")
			ana.create()
			card := s.card(t, slacksim.General, "e2e_refused", c.state, "no permission on project", "Check Again")
			if c.repair != nil {
				c.repair(t, s)
			}
			_, err := ana.actor.Click(within(t, ackWait), card, "Check Again")
			must(t, err)
			s.onlyOne(t, "e2e_refused")
			s.clean()
		})
	}
}

// TestFault_Unknown loses the answer to a creation and then cannot ask whether
// it took effect. The card says that this is not known, and Check Again finds
// out: nothing is made twice, and what was not made is made.
func TestFault_Unknown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, create string }{
		{"took effect", `"$sim" "$@" > /dev/null`},
		{"did not", `:`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			_, ana := s.review(t, "e2e_unknown", "CZ_CLI="+s.program(t, `
case "$*" in
"task create"*) [ -e "$dir/dark" ] || { : > "$dir/dark"; `+c.create+`; exit 137; } ;;
"task list"*) [ -e "$dir/dark" ] && [ ! -e "$dir/light" ] && exit 1 ;;
esac
exec "$sim" "$@"`))
			ana.create()
			card := s.card(t, slacksim.General, "e2e_unknown", "Outcome unknown", "It cannot be told whether this step took effect", "Check Again", "Give Up")
			must(t, os.WriteFile(filepath.Join(s.dir, "light"), nil, 0o600))
			_, err := ana.actor.Click(within(t, ackWait), card, "Check Again")
			must(t, err)
			s.onlyOne(t, "e2e_unknown")
			s.clean()
		})
	}
}

// TestPlatform_Away has no platform to work with, for several reasons. Menus
// and card name the reason, nothing is made, and when it is mended the draft
// goes on.
func TestPlatform_Away(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		extra string // setting that breaks it
		fault string
		menu  string
		card  string
		cross bool // the review knows that the creation would be refused
	}{
		{name: "unreachable", fault: "unreachable", menu: "The platform did not answer.", card: "The platform did not answer."},
		{name: "login refused", fault: "login_rejected", menu: "The platform refuses the bot's credentials.", card: "The platform refuses the bot's credentials.", cross: true},
		{name: "unknown profile", extra: "CZ_PROFILE=nope", menu: "no connection profile of the configured name", card: "no connection profile of the configured name", cross: true},
		{name: "no program", extra: "CZ_CLI=/nonexistent/cz-cli", menu: "The cz-cli program cannot be started.", card: "The cz-cli program cannot be started.", cross: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			if c.fault != "" {
				must(t, s.world.SetFaults(studiosim.Fault{Kind: c.fault}))
			}
			s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_away"))
			b := s.start(c.extra)
			s.menuSays(t, s.as(t, "adam"), c.menu)

			ana := s.as(t, "ana")
			ana.resume()
			sign := ":grey_question:"
			if c.cross {
				sign = ":x:"
			}
			v := ana.saying(sign, c.card, "Check Again")
			got, err := ana.actor.Submit(within(t, ackWait), v)
			must(t, err)
			var card slacksim.Message
			if !c.cross {
				card = s.card(t, slacksim.General, "e2e_away", "Not created", c.card, "Edit Draft")
				if strings.Contains(card.AllText(), "Check Again") {
					t.Errorf("the card offers a button it does not have:\n%s", card.AllText())
				}
			} else if got.View == nil || !contains(got.View.AllText(), "Nothing was created: a check failed", c.card) {
				t.Errorf("answer to Create Sync: %+v", got)
			}
			if made := s.made(t, "e2e_away"); len(made) != 0 {
				t.Errorf("made without a check: %+v", made)
			}

			must(t, s.world.SetFaults())
			b.stop(t)
			s.ended(t, b)
			s.file(t, func(file *store.Store) {
				d, err := file.Draft("draft1")
				must(t, err)
				if d.State != batchsync.DraftOpen || d.Step != batchsync.StepReview {
					t.Errorf("the draft stands at %s, %s", d.State, d.Step)
				}
			})
			s.start()
			if c.cross {
				ana.resume()
			} else {
				_, err = ana.actor.Click(within(t, ackWait), card, "Edit Draft")
				must(t, err)
			}
			ana.step(5)
			ana.next()
			s.card(t, slacksim.General, "e2e_away", "Ready")
			if made := s.made(t, "e2e_away"); len(made) != 1 || !made[0].Online {
				t.Errorf("made after the repair: %+v", made)
			}
			s.clean()
		})
	}
}

// menuSays opens a new wizard and reads the reason in a menu that has no list.
func (s *stage) menuSays(t *testing.T, p *person, why string) {
	t.Helper()
	v := p.open()
	v = p.set("kind", "mysql")
	until(t, "a reason in the menu", func() bool {
		options, err := p.actor.Suggest(within(t, ackWait), v, "field.source", "")
		must(t, err)
		if len(options) != 1 {
			t.Fatalf("the menu offers %v", options)
		}
		if options[0].Text == "Still loading" {
			return false
		}
		if options[0].Text != "The list cannot be loaded" || !strings.Contains(options[0].Description, why) {
			t.Fatalf("the menu says %q: %q, want %q", options[0].Text, options[0].Description, why)
		}
		return true
	})
}
