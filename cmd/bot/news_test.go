package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"

	"github.com/slack-go/slack"
)

// watching starts a bot that looks every second.
func (s *stage) watching(extra ...string) *bot {
	s.t.Helper()
	return s.start(append([]string{"BATCHSYNC_POLL=@every 1s"}, extra...)...)
}

// scheduled adds a deployed task, a copy of the demo's one of that id, that will
// not run by itself during a story.
func (s *stage) scheduled(t testing.TB, of int64, name string) int64 {
	t.Helper()
	task, err := s.world.Task(of)
	must(t, err)
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(t, err)
	cron := time.Now().In(zone).Add(12 * time.Hour).Format("0 04 15 * * ? *")
	draft, published := *task.Draft, *task.Published
	draft.Cron, published.Cron = cron, cron
	task.ID, task.Name, task.Draft, task.Published, task.FailRate, task.Fired = 0, name, &draft, &published, 0, 0
	task.PublishedAt = time.Now().UnixMilli()
	id, err := s.world.AddTask(task)
	must(t, err)
	return id
}

// runs plants a run of a task that is over already.
func (s *stage) runs(t testing.TB, task int64) int64 {
	t.Helper()
	id, err := s.world.RunAt(task, time.Now().Add(-time.Minute), 5*time.Second)
	must(t, err)
	return id
}

// fails breaks a task and has it run.
func (s *stage) fails(t testing.TB, task int64) int64 {
	t.Helper()
	must(t, s.world.Break(task, "source connection failed: connect timed out"))
	return s.runs(t, task)
}

// roots are the messages of a channel that are no replies and say all the words.
func (s *stage) roots(channel string, words ...string) []slacksim.Message {
	return slices.DeleteFunc(s.slack.Messages(channel), func(m slacksim.Message) bool {
		return m.ThreadTS != "" && m.ThreadTS != m.TS || !says(m, words...)
	})
}

// follow subscribes the channel and waits until everybody there is told.
func (p *person) follow(s *stage, what string) {
	p.t.Helper()
	p.ask("/batchsync subscribe "+what, "This channel is told of")
	s.card(p.t, slacksim.General, p.name+" subscribed this channel")
}

// TestNews takes a failure from its first message to resolved: it is
// acknowledged, survives a restart and the deletion of its message, and is
// resolved by a rerun. There is one message at any time.
func TestNews(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_news")
	b := s.watching()
	ana := s.as(t, "ana")
	ana.follow(s, "e2e_news")
	run := s.fails(t, task)
	alert := s.card(t, slacksim.General, "Failed", "e2e_news", fmt.Sprint(run), "connect timed out")
	if len(alert.Pings) != 0 {
		t.Errorf("the alert of a task that nobody owns pings %v", alert.Pings)
	}

	if _, err := s.as(t, "vera").actor.Click(within(t, ackWait), alert, "Acknowledge"); err != nil {
		t.Fatal(err)
	}
	s.as(t, "vera").hears("This takes an operator")
	_, err := ana.actor.Click(within(t, ackWait), alert, "Acknowledge")
	must(t, err)
	s.card(t, slacksim.General, "Failed", "e2e_news", "cknowledged", "<@"+slacksim.Ana+">")
	reply := s.card(t, slacksim.General, "Acknowledged: e2e_news")
	if reply.ThreadTS != alert.TS || reply.Broadcast {
		t.Errorf("the acknowledgement is no quiet reply: %+v", reply)
	}

	b.stop(t)
	b = s.watching()
	api := slack.New(s.slack.BotToken, slack.OptionAPIURL(s.slack.URL()+"/api/"), slack.OptionHTTPClient(&http.Client{Timeout: ackWait}))
	_, _, err = api.DeleteMessageContext(within(t, ackWait), alert.Channel, alert.TS)
	must(t, err)
	must(t, s.world.Mend(task))
	ana.confirm(ana.modal(fmt.Sprintf("/batchsync rerun %d", run), "The run is repeated"))
	over := s.card(t, slacksim.General, "Recovered", "e2e_news")
	if over.TS == alert.TS {
		t.Error("the deleted message was edited")
	}
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.ThreadTS == over.TS && m.Broadcast && says(m, "well again") })
	b.stop(t)
	if all := s.roots(slacksim.General, "e2e_news", "Recovered"); len(all) != 1 {
		t.Errorf("%d messages tell of it, want one", len(all))
	}
}

// said waits for a message of the channel.
func (s *stage) said(t testing.TB, channel string, ok func(slacksim.Message) bool) slacksim.Message {
	t.Helper()
	m, err := s.slack.WaitMessage(within(t, storyWait), channel, ok)
	if err != nil {
		var shown []string
		for _, m := range s.slack.Messages(channel) {
			shown = append(shown, fmt.Sprint(m.TS, " in ", m.ThreadTS, ": ", m.AllText()))
		}
		t.Fatalf("no such message: %v\nshown:\n%s", err, strings.Join(shown, "\n---\n"))
	}
	return m
}

// hears waits until only this person is told the words.
func (p *person) hears(words ...string) slacksim.Message {
	p.t.Helper()
	m, err := p.slack.WaitEphemeral(within(p.t, storyWait), p.name, func(m slacksim.Message) bool { return says(m, words...) })
	if err != nil {
		p.t.Fatalf("%s was never told %q: %v", p.name, words, err)
	}
	return m
}

// asks types a command again and again until its answer says the words.
func (p *person) asks(line string, words ...string) {
	p.t.Helper()
	deadline := time.Now().Add(storyWait)
	for {
		before := len(p.slack.Ephemerals(p.name))
		_, err := p.actor.Slash(within(p.t, ackWait), slacksim.General, line)
		must(p.t, err)
		p.settled()
		for _, m := range p.slack.Ephemerals(p.name)[before:] {
			if says(m, words...) {
				return
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s never says %q", line, words)
		}
	}
}

// TestNews_RateLimit has Slack refuse posts for a while: the failure is told all
// the same, once.
func TestNews_RateLimit(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_limited")
	b := s.watching()
	s.as(t, "ana").follow(s, "e2e_limited")
	s.slack.Fault("chat.postMessage", slacksim.RateLimited(2*time.Second), 2)
	s.fails(t, task)
	s.card(t, slacksim.General, "Failed", "e2e_limited")
	must(t, s.world.Mend(task))
	s.runs(t, task)
	s.card(t, slacksim.General, "Recovered", "e2e_limited")
	b.stop(t)
	if all := s.roots(slacksim.General, "e2e_limited", "Recovered"); len(all) != 1 {
		t.Errorf("%d messages tell of it, want one", len(all))
	}
}

// TestNews_Mute keeps a muted task's failure back and tells it when the mute is
// over; then the channel stops following it.
func TestNews_Mute(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_muted")
	b := s.watching("BATCHSYNC_ADMINS=" + slacksim.Ana)
	ana := s.as(t, "ana")
	ana.ask("/batchsync adopt e2e_muted", "e2e_muted")
	ana.ask("/batchsync subscriptions", "e2e_muted", "failures") // by being adopted here
	v := ana.modal("/batchsync mute e2e_muted", "e2e_muted")
	ana.confirm(v)
	s.fails(t, task)
	ana.asks("/batchsync incidents", "e2e_muted", "ailed")
	if all := s.roots(slacksim.General, "Failed", "e2e_muted"); len(all) != 0 {
		t.Fatalf("a muted task is told: %q", all[0].AllText())
	}
	card := ana.ask("/batchsync show e2e_muted", "e2e_muted", "Unmute")
	_, err := ana.actor.Click(within(t, ackWait), card, "Unmute")
	must(t, err)
	alert := s.card(t, slacksim.General, "Failed", "e2e_muted")
	if !slices.Contains(alert.Pings, "@"+slacksim.Ana) {
		t.Errorf("the owner is not mentioned: %v", alert.Pings)
	}

	ana.ask("/batchsync unsubscribe e2e_muted", "no longer told")
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == alert.TS && !offers(m, "Acknowledge") })
	b.stop(t)
}

// TestNews_GreenAndEmpty tells of a run that succeeded and left a table empty,
// and of the next one that did not.
func TestNews_GreenAndEmpty(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40101, "e2e_empty")
	s.watching()
	s.as(t, "ana").follow(s, "e2e_empty")
	must(t, s.world.ChangeTask(task, func(t *studiosim.Task) { t.EmptyTables = []string{"ods.invoices"} }))
	s.runs(t, task)
	s.card(t, slacksim.General, "e2e_empty", "ods.invoices", "empty")
	must(t, s.world.Mend(task))
	s.runs(t, task)
	s.card(t, slacksim.General, "Recovered", "e2e_empty")
}

// TestNews_PlatformAway tells once that the platform does not answer, and that
// it is back.
func TestNews_PlatformAway(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.scheduled(t, 40105, "e2e_away")
	s.watching()
	s.as(t, "ana").follow(s, "e2e_away")
	must(t, s.world.Away(true))
	down := s.card(t, slacksim.General, "Platform unreachable")
	s.as(t, "ana").ask("/batchsync status", "cannot look since")
	must(t, s.world.Away(false))
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == down.TS && says(m, "answers again") })
}

// TestNews_Rehearsal sends a made-up failure along the true path.
func TestNews_Rehearsal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.watching()
	adam, ana := s.as(t, "adam"), s.as(t, "ana")
	ana.ask("/batchsync rehearse", "administrator")
	adam.ask("/batchsync rehearse", "Rehearsal")
	told := s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.ThreadTS == "" && says(m, "made up") })
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == told.TS && says(m, "Recovered") })
}

// TestNews_Shared keeps news out of channels that people from outside read: it
// cannot be subscribed, and when one becomes shared the owner is told directly.
func TestNews_Shared(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_shared")
	b := s.watching()
	ana := s.as(t, "ana")
	_, err := ana.actor.Slash(within(t, ackWait), slacksim.Shared, "/batchsync subscribe *")
	must(t, err)
	ana.hears("other organisations")
	ana.follow(s, "e2e_shared")
	b.stop(t)
	s.slack.Share(slacksim.General, true)
	s.watching()
	s.fails(t, task)
	s.card(t, slacksim.Ana, "Failed", "e2e_shared")
	if all := s.roots(slacksim.General, "Failed", "e2e_shared"); len(all) != 0 {
		t.Errorf("news in a shared channel: %q", all[0].AllText())
	}
}

// TestNews_Unclaimed sends what no subscription claims to the channel an
// administrator named.
func TestNews_Unclaimed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_unclaimed")
	s.watching("BATCHSYNC_CHANNEL="+slacksim.DataSync, "BATCHSYNC_ADMINS="+slacksim.Ana, "BATCHSYNC_MENTION=none")
	ana := s.as(t, "ana")
	ana.ask("/batchsync adopt e2e_unclaimed", "e2e_unclaimed")
	ana.ask("/batchsync unsubscribe e2e_unclaimed", "no longer told")
	s.fails(t, task)
	if alert := s.card(t, slacksim.DataSync, "Failed", "e2e_unclaimed"); len(alert.Pings) != 0 {
		t.Errorf("somebody is mentioned: %v", alert.Pings)
	}
}

// TestNews_Quiet keeps news back during a planned window, until it is ended.
func TestNews_Quiet(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_quiet")
	s.watching()
	ana := s.as(t, "ana")
	ana.follow(s, "e2e_quiet")
	set := ana.ask("/batchsync quiet e2e_quiet +0m +1h moving the source", "Quiet now", "e2e_quiet", "moving the source")
	s.card(t, slacksim.General, "ana set a quiet window")
	s.fails(t, task)
	ana.asks("/batchsync incidents", "e2e_quiet", "ailed")
	if all := s.roots(slacksim.General, "Failed", "e2e_quiet"); len(all) != 0 {
		t.Fatalf("told in a quiet window: %q", all[0].AllText())
	}
	_, err := ana.actor.Click(within(t, ackWait), set, "End Quiet")
	must(t, err)
	s.card(t, slacksim.General, "Failed", "e2e_quiet")
}

// TestNews_Source has three tasks of one source fail: they become one message,
// which is acknowledged as a whole and explained one by one.
func TestNews_Source(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	var tasks []int64
	for n := range 3 {
		tasks = append(tasks, s.scheduled(t, 40105, fmt.Sprint("e2e_source_", n)))
	}
	s.watching()
	ana := s.as(t, "ana")
	for n := range tasks {
		ana.follow(s, fmt.Sprint("e2e_source_", n))
	}
	must(t, s.world.BreakSource(5002, "connect timed out"))
	for _, task := range tasks {
		s.runs(t, task)
	}
	group := s.card(t, slacksim.General, "e2e_source_0", "e2e_source_1", "e2e_source_2")
	for _, other := range s.roots(slacksim.General, "Failed", "e2e_source_0") {
		if other.TS != group.TS { // posted before the common cause was seen
			s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == other.TS && says(m, "Part of") })
		}
	}
	_, err := ana.actor.Click(within(t, ackWait), group, "Acknowledge All")
	must(t, err)
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.ThreadTS == group.TS && says(m, "Acknowledged: all 3") })
	ana.ask("/batchsync ack e2e_source", "e2e_source_1") // candidates
	ana.ask("/batchsync diagnose e2e_source_1", "e2e_source_1", "timed out", "It rests on")

	must(t, s.world.BreakSource(5002, ""))
	for _, task := range tasks {
		s.runs(t, task)
	}
	s.said(t, slacksim.General, func(m slacksim.Message) bool { return m.TS == group.TS && says(m, "ecovered") })
}

// TestNews_Diagnose explains a failure in the thread of its message. The Home tab
// shows it as long as it lasts.
func TestNews_Diagnose(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(s.clean)
	s.quick(t, 1000)
	task := s.scheduled(t, 40105, "e2e_diagnose")
	s.watching()
	ana := s.as(t, "ana")
	ana.follow(s, "e2e_diagnose")
	ana.openHome()
	run := s.fails(t, task)
	alert := s.card(t, slacksim.General, "Failed", "e2e_diagnose")
	_, err := s.as(t, "vera").actor.Click(within(t, ackWait), alert, "Diagnose")
	must(t, err)
	s.said(t, slacksim.General, func(m slacksim.Message) bool {
		return m.ThreadTS == alert.TS && says(m, "Diagnosis", "e2e_diagnose", "timed out")
	})
	ana.ask(fmt.Sprintf("/batchsync diagnose %d", run), "Diagnosis", "e2e_diagnose")
	ana.home("Open incidents", "e2e_diagnose")
	must(t, s.world.Mend(task))
	s.runs(t, task)
	ana.home("-Open incidents")
}
