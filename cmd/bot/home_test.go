package main

import (
	"strings"
	"testing"

	"batchsync/internal/slacksim"
)

// home waits for the person's Home tab to show the words, and none of those
// that begin with "-".
func (p *person) home(words ...string) slacksim.View {
	p.t.Helper()
	v, err := p.slack.WaitHome(within(p.t, storyWait), p.name, func(v slacksim.View) bool {
		for _, w := range words {
			unwanted, not := strings.CutPrefix(w, "-")
			if strings.Contains(v.AllText(), unwanted) == not {
				return false
			}
		}
		return true
	})
	if err != nil {
		now, _ := p.slack.Home(p.name)
		p.t.Fatalf("the Home tab does not show %q: %v\nshown:\n%s", words, err, now.AllText())
	}
	return v
}

// openHome opens the tab and waits until the platform was read for it.
func (p *person) openHome() {
	p.t.Helper()
	_, err := p.actor.OpenHome(within(p.t, ackWait))
	must(p.t, err)
	p.home("Runs as of")
}

// TestHome_FollowsAnOperation opens the tab once and touches it never again:
// who asked and who looks on both see a backfill begin, go on and end.
func TestHome_FollowsAnOperation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	s.start()
	task := s.online(t)
	ana, vera := s.as(t, "ana"), s.as(t, "vera")
	ana.openHome()
	vera.openHome()
	ana.confirm(ana.modal("/batchsync backfill "+task.Name+" "+dayAgo(5)+" "+dayAgo(4), "Job name"))
	ana.home("Under way", task.Name, "-Asked by")
	vera.home("Under way", task.Name, "Asked by")
	ana.home("Under way", "of 2 done")
	s.card(t, slacksim.General, "Backfill", task.Name, "Done")
	ana.home("-Under way")
	vera.home("-Under way")
}

// TestHome_Wizard begins a sync on the tab, which then offers to resume it, and
// goes on from there.
func TestHome_Wizard(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.start()
	ana := s.as(t, "ana")
	ana.openHome()
	_, err := ana.actor.Click(within(t, ackWait), ana.home("New Sync", "-Drafts"), "New Sync")
	must(t, err)
	_, err = ana.actor.CloseView(within(t, ackWait), ana.step(1))
	must(t, err)
	tab := ana.home("Drafts", "Not named yet")
	_, err = ana.actor.Click(within(t, ackWait), tab, "home/drafts/0/wizard.open")
	must(t, err)
	ana.step(1)
}

// TestHome_Rights shows nothing to outsiders, and no New Sync to viewers.
func TestHome_Rights(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.start()
	vera, gus := s.as(t, "vera"), s.as(t, "gus")
	vera.openHome()
	vera.home("All Tasks", "-New Sync")
	_, err := gus.actor.OpenHome(within(t, ackWait))
	must(t, err)
	gus.home("Batch syncs", "-All Tasks", "-Runs as of", "-New Sync")
}
