package metrics

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// scraped are the samples of a scrape: what stands before the value, and it.
func scraped(t testing.TB, m *Metrics) map[string]string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("a scrape is answered with %d: %s", w.Code, w.Body)
	}
	out := map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		if at := strings.LastIndexByte(line, ' '); strings.HasPrefix(line, "batchsync_") {
			out[line[:at]] = strings.TrimSpace(line[at:])
		}
	}
	return out
}

func empty() State { return State{Now: time.Unix(1_700_000_000, 0)} }

// TestMetrics_Told tells each thing once and looks for it in a scrape.
func TestMetrics_Told(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		tell func(m *Metrics)
		want map[string]string
	}{
		{"acknowledged", func(m *Metrics) { m.Acked("click", 20*time.Millisecond, false) }, map[string]string{
			`ack_seconds_count{kind="click"}`: "1", `ack_seconds_sum{kind="click"}`: "0.02", `ack_seconds_bucket{kind="click",le="0.025"}`: "1", `acks_lost_total`: "0",
		}},
		{"acknowledgement lost", func(m *Metrics) { m.Acked("submit", time.Second, true) }, map[string]string{`acks_lost_total`: "1", `ack_seconds_count{kind="submit"}`: "1"}},
		{"refused", func(m *Metrics) { m.Refused("reads") }, map[string]string{`requests_refused_total{pool="reads"}`: "1"}},
		{"posted", func(m *Metrics) {
			m.Sent(batchsync.Message{}, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "1"})
		}, map[string]string{`outbox_sent_total{method="post"}`: "1", `outbox_sent_total{method="edit"}`: "0"}},
		{"edited", func(m *Metrics) {
			m.Sent(batchsync.Message{TS: "1"}, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "1"})
		}, map[string]string{`outbox_sent_total{method="edit"}`: "1"}},
		{"uploaded", func(m *Metrics) {
			m.Sent(batchsync.Message{Kind: batchsync.MessageFile}, batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "F1"})
		}, map[string]string{`outbox_sent_total{method="file"}`: "1"}},
		{"nothing to send", func(m *Metrics) { m.Sent(batchsync.Message{}, batchsync.Delivery{Outcome: batchsync.OutcomeDone}) }, map[string]string{`outbox_sent_total{method="post"}`: "0"}},
		{"limited", func(m *Metrics) { m.Sent(batchsync.Message{}, batchsync.Delivery{Outcome: batchsync.OutcomeLater}) }, map[string]string{`outbox_failed_total{error="rate_limited"}`: "1"}},
		{"closed channel", func(m *Metrics) {
			m.Sent(batchsync.Message{}, batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "is_archived"})
		}, map[string]string{`outbox_failed_total{error="is_archived"}`: "1", `outbox_given_up_total`: "1"}},
		{"our own cause", func(m *Metrics) {
			m.Sent(batchsync.Message{}, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "connection lost"})
		}, map[string]string{`outbox_failed_total{error="connection_lost"}`: "1", `outbox_given_up_total`: "0"}},
		{"child", func(m *Metrics) { m.Ran("task list", "", 300*time.Millisecond) }, map[string]string{
			`czcli_calls_total{command="task list",outcome="ok"}`: "1", `czcli_call_seconds_sum{command="task list"}`: "0.3",
		}},
		{"failed child", func(m *Metrics) { m.Ran("task list", batchsync.FailLogin, time.Second) }, map[string]string{`czcli_calls_total{command="task list",outcome="login"}`: "1"}},
		{"look", func(m *Metrics) { m.Worked("look", 2*time.Second, true, time.Unix(1_600_000_000, 0)) }, map[string]string{
			`jobs_total{job="look",outcome="ok"}`: "1", `job_seconds_sum{job="look"}`: "2", `last_success_timestamp_seconds{job="look"}`: "1.6e+09",
		}},
		{"failed look", func(m *Metrics) { m.Worked("look", time.Second, false, time.Now()) }, map[string]string{
			`jobs_total{job="look",outcome="failed"}`: "1", `last_success_timestamp_seconds{job="look"}`: "",
		}},
		{"incidents", func(m *Metrics) {
			failed := []batchsync.Condition{{Reason: batchsync.ReasonFailed}, {Reason: batchsync.ReasonLate}}
			m.Looked(batchsync.Look{Incidents: []batchsync.Incident{
				{Version: 1, Conditions: failed}, {Version: 2, Conditions: failed}, {Version: 1, Rehearsal: true, Conditions: failed},
			}, Alerts: []batchsync.Alert{{Version: 1, Kind: batchsync.AlertStorm}, {Version: 3, Kind: batchsync.AlertStorm}}})
		}, map[string]string{`incidents_total{reason="failed"}`: "1", `incidents_total{reason="late"}`: "0", `alerts_total{kind="storm"}`: "1"}},
		{"operation", func(m *Metrics) {
			m.Advanced(batchsync.Operation{Kind: batchsync.OpCreate, State: batchsync.OpRunning})
			m.Advanced(batchsync.Operation{Kind: batchsync.OpCreate, State: batchsync.OpDone})
			m.Advanced(batchsync.Operation{Kind: batchsync.OpDeploy, State: batchsync.OpRefused})
		}, map[string]string{`operations_ended_total{kind="create",outcome="done"}`: "1", `operations_ended_total{kind="deploy",outcome="refused"}`: "1", `operations_ended_total{kind="create",outcome="running"}`: ""}},
		{"acceptance", func(m *Metrics) {
			m.Judged(batchsync.Acceptance{Verdict: batchsync.VerdictPerson})
			m.Judged(batchsync.Acceptance{})
		}, map[string]string{`acceptances_total{verdict="person"}`: "1", `acceptances_total{verdict="other"}`: ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := New(Build{"v1", "abc"}, empty)
			c.tell(m)
			got := scraped(t, m)
			for sample, want := range c.want {
				if got["batchsync_"+sample] != want {
					t.Errorf("%s is %q, want %q", sample, got["batchsync_"+sample], want)
				}
			}
		})
	}
}

// TestMetrics_State looks for all that stands at the moment in a scrape.
func TestMetrics_State(t *testing.T) {
	t.Parallel()
	s := empty()
	s.Signs = []batchsync.Sign{{Name: batchsync.SignSlack, OK: true, Age: 1500 * time.Millisecond}, {Name: batchsync.SignDisk}}
	s.Connected, s.Connections, s.Reconnects, s.Frames = true, 2, 3, 4
	s.Queues = map[string]int{"work": 5, "nobody's": 6}
	s.Due, s.Dead, s.Oldest = 7, 8, s.Now.Add(-9*time.Second)
	s.Running, s.Waiting = 10, 11
	s.Incidents = map[batchsync.Reason]int{batchsync.ReasonLate: 12, "foreign": 13}
	s.Operations = map[batchsync.OperationState]int{batchsync.OpRunning: 14}
	s.FileBytes, s.FreeBytes = 15, 16
	s.Backup = batchsync.BackupState{On: true, Failed: s.Now, Last: s.Now}
	s.Program, s.Written = s.Now.Add(time.Second), s.Now.Add(2*time.Second)
	got := scraped(t, New(Build{"v1", "abc"}, func() State { return s }))
	for sample, want := range map[string]string{
		`sign_ok{sign="slack"}`: "1", `sign_ok{sign="disk"}`: "0", `sign_age_seconds{sign="slack"}`: "1.5", `sign_age_seconds{sign="disk"}`: "",
		`slack_connected`: "1", `slack_connections`: "2", `slack_reconnects_total`: "3", `frames_received_total`: "4",
		`queue_requests{pool="work"}`: "5", `queue_requests{pool="reads"}`: "0", `queue_requests{pool="nobody's"}`: "",
		`outbox_waiting`: "7", `outbox_dead`: "8", `outbox_oldest_seconds`: "9",
		`czcli_children{state="running"}`: "10", `czcli_children{state="waiting"}`: "11",
		`incidents_open{reason="late"}`: "12", `incidents_open{reason="failed"}`: "0", `incidents_open{reason="foreign"}`: "",
		`operations{state="running"}`: "14", `operations{state="failed"}`: "0", `operations{state="done"}`: "",
		`file_bytes`: "15", `disk_free_bytes`: "16", `backup_on`: "1", `backup_ok`: "0",
		`last_success_timestamp_seconds{job="backup"}`: "1.7e+09", `last_success_timestamp_seconds{job="platform"}`: "1.700000001e+09",
		`last_success_timestamp_seconds{job="file"}`: "1.700000002e+09",
	} {
		if got["batchsync_"+sample] != want {
			t.Errorf("%s is %q, want %q", sample, got["batchsync_"+sample], want)
		}
	}
	s = empty()
	s.FreeBytes = -1
	got = scraped(t, New(Build{}, func() State { return s }))
	if _, told := got["batchsync_disk_free_bytes"]; told || got["batchsync_backup_ok"] != "1" || got["batchsync_outbox_oldest_seconds"] != "0" {
		t.Errorf("of what is not known or not there is told: %v", got)
	}
}

// TestMetrics_Bounded tells thousands of things that nobody thought of, from
// many goroutines. They become "other", and no series is added by more of them.
func TestMetrics_Bounded(t *testing.T) {
	t.Parallel()
	m := New(Build{}, empty)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"ok":false,"error":%q}`, r.URL.Query().Get("e"))
	}))
	t.Cleanup(server.Close)
	client := &http.Client{Transport: m.Transport(server.URL+"/api/", nil)}
	flood := func(from, to int) {
		var all sync.WaitGroup
		for n := from; n < to; n++ {
			all.Go(func() {
				foreign := fmt.Sprintf("xoxb-planted-%d", n)
				m.Acked(foreign, 0, false)
				m.Refused(foreign)
				m.Sent(batchsync.Message{}, batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: foreign})
				m.Ran(foreign, batchsync.Failure(foreign), 0)
				m.Ran(fmt.Sprint("word ", strings.Repeat("x", n%30)), "", 0)
				m.Worked(foreign, 0, n%2 == 0, time.Now())
				m.Looked(batchsync.Look{
					Incidents: []batchsync.Incident{{Version: 1, Conditions: []batchsync.Condition{{Reason: batchsync.Reason(foreign)}}}},
					Alerts:    []batchsync.Alert{{Version: 1, Kind: batchsync.AlertKind(foreign), Subject: foreign}},
				})
				m.Advanced(batchsync.Operation{Kind: batchsync.OperationKind(foreign), State: batchsync.OperationState(foreign)})
				m.Judged(batchsync.Acceptance{Verdict: batchsync.Verdict(foreign)})
				for _, path := range []string{"/api/" + foreign, "/response/" + foreign, "/upload/" + foreign, "/api/chat.postMessage"} {
					res, err := client.Get(server.URL + path + "?e=" + foreign)
					if err != nil {
						t.Error(err)
						return
					}
					_, _ = fmt.Fscanln(res.Body)
					res.Body.Close()
				}
			})
		}
		all.Wait()
	}
	flood(0, 100)
	first := scraped(t, m)
	flood(100, 400)
	second := scraped(t, m)
	if len(second) > len(first) {
		for sample := range second {
			if _, was := first[sample]; !was {
				t.Errorf("added: %s", sample)
			}
		}
	}
	for sample := range maps.Keys(second) {
		if strings.Contains(sample, "planted") {
			t.Errorf("foreign text is shown: %s", sample)
		}
	}
	if got := second[`batchsync_slack_calls_total{error="other",method="other"}`]; got != "400" {
		t.Errorf("%q calls of methods nobody knows, want 400", got)
	}
	for n := range 2 * maxCommands {
		m.Ran("a"+strings.Repeat("b", n%26)+" "+strings.Repeat("c", n/26), "", 0)
	}
	if n := len(m.commands.seen); n > maxCommands {
		t.Errorf("%d commands are told apart, want %d at most", n, maxCommands)
	}
}
