// Package metrics counts what the bot does and shows it to Prometheus. It is
// the only room that knows the client library, has a registry of its own, and
// starts nothing.
//
// It knows no other room: what happens is told to it by methods that fit the
// hooks of the rooms, and what stands at the moment is asked of one function
// when somebody scrapes. No method waits, fails or keeps what it is given.
//
// Rules of the house:
//
//   - Names begin with batchsync_, units are seconds and bytes, moments are
//     seconds since 1970 and end in _timestamp_seconds. docs/OPERATIONS.md has
//     them all.
//   - A label has few values that are known beforehand; anything else is
//     "other". So neither foreign text nor a secret gets in, and no number of
//     requests adds series.
package metrics

import (
	"maps"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"batchsync/internal/batchsync"
)

const namespace = "batchsync"

// Build is what was built. It becomes labels as it is.
type Build struct{ Version, Revision string }

// Metrics is told of what happens. It is safe for use by many goroutines.
type Metrics struct {
	registry *prometheus.Registry

	acks     *prometheus.HistogramVec
	acksLost prometheus.Counter
	refused  *prometheus.CounterVec

	sent, failed *prometheus.CounterVec
	givenUp      prometheus.Counter

	slackCalls   *prometheus.CounterVec
	slackSeconds *prometheus.HistogramVec

	programCalls   *prometheus.CounterVec
	programSeconds *prometheus.HistogramVec
	commands       capped

	jobs       *prometheus.CounterVec
	jobSeconds *prometheus.HistogramVec
	mu         sync.Mutex
	succeeded  map[string]time.Time // jobs, when they last did

	incidents, alerts, operations, acceptances *prometheus.CounterVec
}

// New makes metrics that ask read for what stands at the moment, whenever they
// are scraped. It must not wait.
func New(b Build, read func() State) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), succeeded: map[string]time.Time{}}
	m.acks = m.histogram("ack_seconds", "Time from an envelope of Slack to its acknowledgement.", ackBuckets(), "kind")
	m.acksLost = m.counter("acks_lost_total", "Acknowledgements that Slack did not get.").WithLabelValues()
	m.refused = m.counter("requests_refused_total", "Requests for which there was no room in their queue.", "pool")
	m.sent = m.counter("outbox_sent_total", "Messages that Slack took.", "method")
	m.failed = m.counter("outbox_failed_total", "Attempts to send a message that Slack did not take.", "error")
	m.givenUp = m.counter("outbox_given_up_total", "Messages that were given up, because Slack will never take them.").WithLabelValues()
	m.slackCalls = m.counter("slack_calls_total", "Calls of Slack's Web API; error is none for those that succeeded.", "method", "error")
	m.slackSeconds = m.histogram("slack_call_seconds", "Time of a call of Slack's Web API.", callBuckets(), "method")
	m.programCalls = m.counter("czcli_calls_total", "Child processes of cz-cli that ended; outcome is ok or the kind of failure.", "command", "outcome")
	m.programSeconds = m.histogram("czcli_call_seconds", "Time of a child process of cz-cli.", callBuckets(), "command")
	m.jobs = m.counter("jobs_total", "Regular work that ended.", "job", "outcome")
	m.jobSeconds = m.histogram("job_seconds", "Time of regular work.", callBuckets(), "job")
	m.incidents = m.counter("incidents_total", "Incidents that began, by the worst that was wrong then.", "reason")
	m.alerts = m.counter("alerts_total", "Alerts that were posted, by what they tell of.", "kind")
	m.operations = m.counter("operations_ended_total", "Changes that the bot came to the end of, or left to a person.", "kind", "outcome")
	m.acceptances = m.counter("acceptances_total", "Deliveries that were judged.", "verdict")
	built := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "What was built; always 1.",
		ConstLabels: prometheus.Labels{"version": b.Version, "revision": b.Revision, "goversion": runtime.Version()},
	})
	built.Set(1)
	m.registry.MustRegister(built, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &gauges{read: read, succeeded: m.lastSuccess})
	m.begin()
	return m
}

// ackBuckets reach to Slack's three seconds and a bit beyond.
func ackBuckets() []float64 {
	return []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5}
}

// callBuckets reach to the five minutes that a change of the platform may take.
func callBuckets() []float64 {
	return []float64{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300}
}

func (m *Metrics) counter(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func (m *Metrics) histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(v)
	return v
}

// begin shows what has not happened yet as 0: a rate of something that appears
// with 1 misses the first time.
func (m *Metrics) begin() {
	for _, v := range ackKinds() {
		m.acks.WithLabelValues(v)
	}
	for _, v := range pools() {
		m.refused.WithLabelValues(v)
	}
	for _, v := range sendMethods() {
		m.sent.WithLabelValues(v)
	}
	m.failed.WithLabelValues(rateLimited)
	m.slackCalls.WithLabelValues("chat.postMessage", none)
	m.slackCalls.WithLabelValues("chat.postMessage", rateLimited)
	for _, v := range jobs() {
		m.jobs.WithLabelValues(v, outcome(true))
		m.jobs.WithLabelValues(v, outcome(false))
		m.jobSeconds.WithLabelValues(v)
	}
	for _, v := range batchsync.Reasons() {
		m.incidents.WithLabelValues(string(v))
	}
	for _, v := range alertKinds() {
		m.alerts.WithLabelValues(v)
	}
	for _, v := range batchsync.Verdicts() {
		m.acceptances.WithLabelValues(string(v))
	}
	for _, kind := range operationKinds() {
		for _, v := range []batchsync.OperationState{batchsync.OpDone, batchsync.OpFailed, batchsync.OpUnknown} {
			m.operations.WithLabelValues(kind, string(v))
		}
	}
}

// Handler answers a scrape. Two at a time are served: more would only slow each
// other down.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 5 * time.Second})
}

// Acked is told that an envelope was acknowledged, or that Slack did not get
// that, and how long after its arrival.
func (m *Metrics) Acked(kind string, took time.Duration, lost bool) {
	m.acks.WithLabelValues(known(ackKinds(), kind)).Observe(took.Seconds())
	if lost {
		m.acksLost.Inc()
	}
}

// Refused is told that a queue had no room for a request.
func (m *Metrics) Refused(pool string) { m.refused.WithLabelValues(known(pools(), pool)).Inc() }

// Sent is told how an attempt to deliver a message ended. An edit is one of a
// message that was posted before.
func (m *Metrics) Sent(msg batchsync.Message, d batchsync.Delivery) {
	if d.Outcome == batchsync.OutcomeNever {
		m.givenUp.Inc()
	}
	switch {
	case d.Outcome != batchsync.OutcomeDone:
		m.failed.WithLabelValues(errorClass(d)).Inc()
	case d.TS == "": // there was nothing to say any more
	case msg.Kind == batchsync.MessageFile:
		m.sent.WithLabelValues("file").Inc()
	case msg.TS != "":
		m.sent.WithLabelValues("edit").Inc()
	default:
		m.sent.WithLabelValues("post").Inc()
	}
}

// Ran is told of a child process of the platform's program: the words of its
// command and the kind of its failure, "" for none.
func (m *Metrics) Ran(command string, failure batchsync.Failure, took time.Duration) {
	command = m.commands.of(command)
	m.programCalls.WithLabelValues(command, programOutcome(failure)).Inc()
	m.programSeconds.WithLabelValues(command).Observe(took.Seconds())
}

// Worked is told that regular work ended at now.
func (m *Metrics) Worked(job string, took time.Duration, ok bool, now time.Time) {
	job = known(jobs(), job)
	m.jobs.WithLabelValues(job, outcome(ok)).Inc()
	m.jobSeconds.WithLabelValues(job).Observe(took.Seconds())
	if ok {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.succeeded[job] = now
	}
}

func (m *Metrics) lastSuccess() map[string]time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.succeeded)
}

// Looked is told of a look that was stored.
func (m *Metrics) Looked(l batchsync.Look) {
	for _, i := range l.Incidents {
		if i.Version == 1 && !i.Rehearsal {
			m.incidents.WithLabelValues(known(reasons(), string(i.Worst().Reason))).Inc()
		}
	}
	for _, a := range l.Alerts {
		if a.Version == 1 {
			m.alerts.WithLabelValues(known(alertKinds(), string(a.Kind))).Inc()
		}
	}
}

// Advanced is told of an operation that was stored; one that goes on counts
// nothing.
func (m *Metrics) Advanced(op batchsync.Operation) {
	if op.State != batchsync.OpRunning {
		m.operations.WithLabelValues(known(operationKinds(), string(op.Kind)), known(operationOutcomes(), op.Outcome())).Inc()
	}
}

// Judged is told of an acceptance that was stored; one that is still asked for
// counts nothing.
func (m *Metrics) Judged(a batchsync.Acceptance) {
	if a.Verdict != "" {
		m.acceptances.WithLabelValues(known(verdicts(), string(a.Verdict))).Inc()
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
