package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// use is something people have the bot do, and the one command that does it.
type use struct {
	name    string
	command string // its beginning, without the id
	title   string // of the card
	ask     func(t *testing.T, s *stage, u *asked)
}

// asked is one use in one world.
type asked struct {
	use
	who  *person
	task string
	id   int64 // of the task, or of the run where the command takes one
	line string
	// ready, if set, happens when all is filled in and only the confirmation is
	// left to be sent.
	ready func()
}

// confirm sends the last screen.
func (a *asked) confirm(v slacksim.View) {
	if a.ready != nil {
		a.ready()
	}
	a.who.confirm(v)
}

// uses are all changes there are. Each has a task of its own, so that they can
// go wrong side by side.
func uses() []use {
	confirm := func(t *testing.T, s *stage, u *asked) { u.confirm(u.who.modal(u.line, u.task)) }
	return []use{
		{"create", "task create", "Batch sync ", func(t *testing.T, s *stage, u *asked) {
			u.who.resume()
			u.confirm(u.who.step(5))
		}},
		{"backfill", "runs refill", "Backfill of ", confirm},
		{"rerun", "runs rerun", "Rerun of ", confirm},
		{"stop", "runs stop", "Stop a run of ", confirm},
		{"deploy", "task deploy", "Deploy ", confirm},
		{"undeploy", "task undeploy", "Undeploy ", func(t *testing.T, s *stage, u *asked) {
			v := u.who.modal(u.line, "cannot be undone")
			_, err := u.who.actor.Type(within(t, ackWait), v, "form.name", u.task)
			must(t, err)
			u.confirm(v)
		}},
		{"schedule", "task save-cron", "New schedule for ", func(t *testing.T, s *stage, u *asked) {
			v := u.who.modal(u.line, "Schedule")
			_, err := u.who.actor.Type(within(t, ackWait), v, "field.time", "05:45")
			must(t, err)
			v = u.who.wait(func(now slacksim.View) bool { return now.Hash != v.Hash })
			u.who.confirm(v)
			u.confirm(u.who.wait(func(v slacksim.View) bool { return v.CallbackID == "change.confirm" }))
		}},
		{"tune", "task save-config", "New settings for ", confirm},
		{"debug", "task execute", "Debug run of ", confirm},
	}
}

// uses makes a world in which all uses can be asked for.
func (s *stage) uses(t *testing.T) []*asked {
	t.Helper()
	s.quick(t, 300)
	must(t, s.world.Configure(func(c *studiosim.Settings) { c.Switches.ExecuteMS = 100 }))
	s.seed(t, reviewed("draft1", slacksim.Ana, "m_create"))
	var out []*asked
	for _, u := range uses() {
		a := &asked{use: u, who: s.as(t, "ana"), task: "m_" + u.name}
		switch u.name {
		case "create":
		case "stop":
			a.task = "sync_mysql_products" // the demo world has a run of it at work
			runs, err := s.world.Runs(40009)
			must(t, err)
			a.id = runs[0].ID
			a.line = fmt.Sprintf("/batchsync stop %d", a.id)
		default:
			a.id = s.scheduled(t, 40105, a.task)
			a.line = "/batchsync " + u.name + " " + a.task
		}
		switch u.name {
		case "backfill":
			a.line += " " + dayAgo(5) + " " + dayAgo(5)
		case "rerun":
			run, err := s.world.AddRun(studiosim.Run{Task: a.id, Type: 1, Status: 3, Plan: time.Now().Add(-3 * time.Hour).UnixMilli(), FailMsg: "broken", VC: "sync_vc"})
			must(t, err)
			a.id, a.line = run, fmt.Sprintf("/batchsync rerun %d", run)
		case "deploy":
			must(t, s.world.Offline(a.id))
		case "undeploy":
			a.who = s.as(t, "adam")
		case "tune":
			a.line += " retries=3 interval=5"
		case "debug":
			a.line = "/batchsync run " + a.task
		}
		out = append(out, a)
	}
	return out
}

// match is the pattern of the command for the one task or run.
func (a *asked) match() string {
	if a.id == 0 {
		return a.command + " " + a.task + "*"
	}
	return fmt.Sprintf("%s %d*", a.command, a.id)
}

// took counts the commands that changed something.
func (a *asked) took(t *testing.T, s *stage) (n int) {
	t.Helper()
	all, err := s.world.Invocations()
	must(t, err)
	for _, inv := range all {
		line := strings.Join(inv.Argv, " ")
		if strings.HasPrefix(line, strings.TrimSuffix(a.match(), "*")) && len(inv.Effect) > 0 {
			n++
		}
	}
	return n
}

// Words by which a card tells how a change stands.
const (
	toldDone    = "Done"
	toldReady   = "Ready" // a creation that is done
	toldUnknown = "Outcome unknown"
	toldFailed  = "Failed"
	toldRefused = "Not started"
	toldUnmade  = "Not created" // a creation that is refused
	toldGiven   = "Given up"
)

// outcome waits until the newest card of it tells an outcome.
func (a *asked) outcome(t *testing.T, s *stage, after string) (m slacksim.Message, told string) {
	t.Helper()
	m, err := s.slack.WaitMessage(within(t, 150*time.Second), slacksim.General, func(m slacksim.Message) bool {
		if m.TS <= after || m.ThreadTS != "" && m.ThreadTS != m.TS || !says(m, a.title+a.task) {
			return false
		}
		for _, told = range []string{toldUnknown, toldFailed, toldRefused, toldUnmade, toldGiven, toldReady, toldDone} {
			if says(m, a.title+a.task+": "+told) {
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Errorf("%s: the card tells no outcome: %v", a.name, err)
	}
	return m, told
}

// spoiled is one way in which the command of every change goes wrong once, and
// what the cards tell then. What is not named ends as if nothing had happened.
type spoiled struct {
	kind string
	want map[string]string // by use
	also bool              // in every run of the tests, not only in the whole matrix
}

// spoils are all rows of the matrix. What the program does not answer for is
// repeated only where twice does not matter; a backfill, a rerun and a debug run
// would be two then, and nobody can tell whether one that is not seen will not
// come yet.
func spoils() []spoiled {
	plus := func(all ...map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range all {
			maps.Copy(out, m)
		}
		return out
	}
	lost := map[string]string{"backfill": toldUnknown, "rerun": toldUnknown, "debug": toldUnknown}
	yet := plus(lost, map[string]string{"schedule": toldFailed}) // the answer was yes, so that it stays as it was is no delay
	refused := map[string]string{
		"create": toldUnmade, "backfill": toldRefused, "rerun": toldRefused, "stop": toldRefused, "deploy": toldRefused,
		"undeploy": toldFailed, "schedule": toldRefused, "tune": toldRefused, "debug": toldRefused, // the history of an undeployment was saved before
	}
	// These may come after a first try of the program's own that took effect.
	doubtful := plus(lost, map[string]string{"create": toldFailed, "deploy": toldFailed, "schedule": toldFailed, "tune": toldFailed, "undeploy": toldFailed})
	backend := plus(doubtful, map[string]string{"undeploy": toldRefused})
	return []spoiled{
		{unanswered, lost, true},
		{"slow", nil, false},
		{"stderr_noise", nil, false},
		{"half", nil, true},
		{"two_documents", nil, true},
		{"applied_reported_failed", nil, true},
		{"applied_twice", nil, true},
		{"applied_killed", nil, true},
		{"killed", lost, false},
		{"unreachable", lost, false},
		{"http_429", lost, false},
		{"http_500", lost, false},
		{"connection_dropped", lost, false},
		{"truncated", lost, false},
		{"empty_body", lost, false},
		{"huge", yet, true},
		{"null_data", yet, false},
		{"exit_zero_refusal", refused, true},
		{anotherVersion, refused, true},
		{"login_rejected", refused, false},
		{"token_expired", doubtful, true},
		{"http_403", backend, false},
		{"business_error", backend, false},
	}
}

// unanswered is the row in which the program says nothing that can be read.
const unanswered = "garbage"

// wholeMatrix is the setting that runs all cells: those that stay unknown wait
// for a minute each.
const wholeMatrix = "BATCHSYNC_WHOLE_MATRIX"

// TestFaultMatrix spoils the one command of every kind of change in every way
// the program goes wrong. What is told is what is so, nothing is done twice, and
// once the platform is well again there is a way to what was asked for.
func TestFaultMatrix(t *testing.T) {
	alone(t)
	t.Parallel()
	for _, row := range spoils() {
		if os.Getenv(wholeMatrix) == "" && (!row.also || row.kind == unanswered) {
			continue
		}
		t.Run(row.kind, func(t *testing.T) {
			t.Parallel()
			row.run(t, newStage(t))
		})
	}
}

// TestFaultMatrix_Unknown is the row whose cards end unknown, after a minute in
// which nothing else happens: it has the time beside the other tests.
func TestFaultMatrix_Unknown(t *testing.T) {
	if os.Getenv(wholeMatrix) != "" {
		t.Skip("is a row of TestFaultMatrix then")
	}
	t.Parallel()
	for _, row := range spoils() {
		if row.kind == unanswered {
			row.run(t, newStage(t))
		}
	}
}

func (row spoiled) run(t *testing.T, s *stage) {
	all := slices.DeleteFunc(s.uses(t), func(a *asked) bool {
		return os.Getenv(wholeMatrix) == "" && row.want[a.name] == toldUnknown && row.kind != unanswered
	})
	heal := row.spoil(t, s, all)
	for _, a := range all {
		a.ask(t, s, a)
	}
	cards := map[string]slacksim.Message{}
	for _, a := range all {
		m, told := a.outcome(t, s, "")
		cards[a.name] = m
		a.expect(t, s, told, cmp.Or(row.want[a.name], a.over()))
	}
	heal()
	all = slices.DeleteFunc(all, func(a *asked) bool { return row.want[a.name] == "" })
	for _, a := range all {
		a.mend(t, s, row.want[a.name], cards[a.name])
	}
	for _, a := range all {
		s.said(t, slacksim.General, func(m slacksim.Message) bool { return says(m, a.title+a.task+": "+a.over()) })
		a.expect(t, s, a.over(), a.over())
	}
	s.reads(t, row.kind)
	s.clean()
}

// spoil starts the bot with what goes wrong, and returns what ends it where it
// does not end by itself.
func (row spoiled) spoil(t *testing.T, s *stage, all []*asked) (heal func()) {
	if row.kind == anotherVersion {
		var lines []string
		for _, a := range all {
			lines = append(lines, fmt.Sprintf("%q*", strings.TrimSuffix(a.match(), "*")))
		}
		s.start("CZ_CLI=" + s.program(t, `
[ -e "$dir/well" ] || case "$*" in `+strings.Join(lines, "|")+`) set -- "$1" renamed "$3" --format=json ;; esac
exec "$sim" "$@"`))
		return func() { must(t, os.WriteFile(filepath.Join(s.dir, "well"), nil, 0o600)) }
	}
	var faults []studiosim.Fault
	for _, a := range all {
		faults = append(faults, studiosim.Fault{Match: a.match(), Kind: row.kind, Times: 1, Seconds: 2})
	}
	must(t, s.world.SetFaults(faults...))
	s.start()
	return func() {}
}

// anotherVersion is a program that was exchanged for one that does not know the
// command any more.
const anotherVersion = "another_version"

// over is what the card tells when it went well.
func (a *asked) over() string {
	if a.name == "create" {
		return toldReady
	}
	return toldDone
}

// expect compares what is told with what was to be told, and with what is so.
func (a *asked) expect(t *testing.T, s *stage, told, want string) {
	t.Helper()
	times := 0
	if want == a.over() {
		times = 1
	}
	if n := a.took(t, s); told != want || n != times {
		t.Errorf("%s: told %q and took effect %d times, want %q and %d", a.name, told, n, want, times)
	}
}

// mend goes the way the card offers: to look again, or to ask anew, which takes
// an end of what may still come.
func (a *asked) mend(t *testing.T, s *stage, told string, card slacksim.Message) {
	t.Helper()
	switch told {
	case toldFailed:
		_, err := a.who.actor.Click(within(t, ackWait), card, "Check Again")
		must(t, err)
		return
	case toldUnknown:
		_, err := a.who.actor.Click(within(t, ackWait), card, "Give Up")
		must(t, err)
		s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == card.TS && says(m, toldGiven) })
	}
	a.ask(t, s, a)
}

// reads asks for all that can be read while every command goes wrong so, and
// again when it does not. Every question is answered, by what is wrong first.
func (s *stage) reads(t *testing.T, kind string) {
	t.Helper()
	whole := os.Getenv(wholeMatrix) != "" && kind != "slow"
	if !whole && !slices.Contains([]string{unanswered, "two_documents", "token_expired", "exit_zero_refusal"}, kind) {
		return
	}
	vera := s.as(t, "vera")
	run, err := s.world.Runs(40105)
	must(t, err)
	lines := map[string]string{
		"list": "sync_", "show m_deploy": "m_deploy", "runs m_deploy": "m_deploy", "deps m_deploy": "m_deploy", "config m_deploy": "m_deploy",
		"diagnose m_deploy": "m_deploy", "mapping m_deploy": "ods.", "status": "workspace", fmt.Sprintf("log %d", run[0].ID): fmt.Sprint(run[0].ID),
	}
	must(t, s.world.SetFaults(studiosim.Fault{Kind: kind}))
	for line := range lines {
		before := len(s.slack.Ephemerals("vera"))
		_, err := vera.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync "+line)
		must(t, err)
		until(t, "an answer to "+line, func() bool { return len(s.slack.Ephemerals("vera")) > before })
	}
	must(t, s.world.SetFaults())
	for line, words := range lines {
		vera.ask("/batchsync "+line, words)
	}
}
