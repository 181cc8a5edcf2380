package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestFault_ProgramGone takes the program away, as an update does that is under
// way, when everything is filled in and only the confirmation is left to be sent.
// Nothing is begun, what is told names the reason, also to who only looks, and
// when the program is back the same is asked for again and done once. Three kinds
// of change are tried in every run of the tests, all in the whole matrix.
func TestFault_ProgramGone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	all := slices.DeleteFunc(s.uses(t), func(a *asked) bool {
		return os.Getenv(wholeMatrix) == "" && a.name != "create" && a.name != "backfill" && a.name != "tune"
	})
	path, away := filepath.Join(s.dir, "cz-cli"), filepath.Join(s.dir, "cz-cli.away")
	must(t, os.Symlink(filepath.Join(s.bin, "cz-cli-sim"), path))
	s.start("CZ_CLI=" + path)
	vera, why := s.as(t, "vera"), "The cz-cli program cannot be started"
	for _, a := range all {
		a.ready = func() { must(t, os.Rename(path, away)) }
		a.ask(t, s, a)
		if a.name == "create" { // refused at once by who still checks, or by the operation
			until(t, "the refusal of a creation", func() bool {
				v, _ := s.slack.View("ana")
				return contains(v.AllText(), "Nothing was created", why) || len(s.roots(slacksim.General, a.title+a.task+": "+toldUnmade, why)) > 0
			})
			a.expect(t, s, "", "")
		} else {
			m, told := a.outcome(t, s, "")
			a.expect(t, s, told, toldRefused)
			if !says(m, why) {
				t.Errorf("%s: no reason is given:\n%s", a.name, m.AllText())
			}
		}
		if a.name == "tune" { // once is enough
			vera.ask("/batchsync show m_deploy", why)
		}
		must(t, os.Rename(away, path))
	}
	for _, a := range all {
		a.ready = nil
		if a.name == "create" {
			a.who.checkAgain(why)
		}
		a.ask(t, s, a)
	}
	for _, a := range all {
		s.said(t, slacksim.General, func(m slacksim.Message) bool { return says(m, a.title+a.task+": "+a.over()) })
		a.expect(t, s, a.over(), a.over())
	}
	vera.ask("/batchsync show m_deploy", "m_deploy")
	s.clean()
}

// checkAgain has the draft's review checked once more if it shows words.
func (p *person) checkAgain(words string) {
	p.t.Helper()
	p.resume()
	v := p.step(5)
	if !contains(v.AllText(), words) {
		return
	}
	_, err := p.actor.Click(within(p.t, ackWait), v, "Check Again")
	must(p.t, err)
	p.wait(func(v slacksim.View) bool {
		return contains(v.AllText(), "Step 5 of 5") && !contains(v.AllText(), words)
	})
}

// TestFault_OldProgram exchanges the program, while the bot runs, for one that is
// too old to set up a sync. The creation waits for a person, and goes on when the
// program is the right one again.
func TestFault_OldProgram(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	a := s.uses(t)[0]
	s.start()
	a.ready = func() { must(t, s.world.SetFaults(studiosim.Fault{Match: "task integration", Kind: "old_version"})) }
	a.ask(t, s, a)
	card := s.card(t, slacksim.General, a.task, "Waiting for you", "Check Again")
	if got := s.effects(t, "deploy "); len(got) != 0 {
		t.Errorf("deployed without content: %q", got)
	}
	must(t, s.world.SetFaults())
	_, err := a.who.actor.Click(within(t, ackWait), card, "Check Again")
	must(t, err)
	s.onlyOne(t, a.task)
	s.clean()
}
