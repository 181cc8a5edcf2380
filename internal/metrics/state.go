package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"batchsync/internal/batchsync"
)

// State is what stands at the moment.
type State struct {
	Now   time.Time
	Signs []batchsync.Sign

	Connected               bool
	Connections, Reconnects int
	Frames                  uint64         // reads of the socket that brought bytes
	Queues                  map[string]int // requests waiting, by pool

	Due, Dead int       // messages that wait, and that were given up
	Oldest    time.Time // since when the longest waiting one does; zero: none

	Running, Waiting int // children of the program, and calls that wait for one

	Incidents  map[batchsync.Reason]int         // open ones
	Operations map[batchsync.OperationState]int // unsettled ones
	FileBytes  int64
	FreeBytes  int64                 // on its disk; negative: not known
	Backup     batchsync.BackupState // of the file
	Program    time.Time             // last success of the program; zero: none
	Written    time.Time             // last write of the file; zero: none
}

// gauges show a state, each scrape one of its own.
type gauges struct {
	read      func() State
	succeeded func() map[string]time.Time
}

// Describe tells nothing beforehand: descriptions come with the values.
func (g *gauges) Describe(chan<- *prometheus.Desc) {}

// Collect reads the state once.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	s := g.read()
	c := collector(out)
	c.slack(s)
	c.work(s)
	c.file(s)
	last := g.succeeded()
	last["backup"], last["platform"], last["file"] = s.Backup.Last, s.Program, s.Written
	for job, at := range last {
		if !at.IsZero() {
			c.put("last_success_timestamp_seconds", "When something last succeeded; missing before the first time.", seconds(at), "job", job)
		}
	}
	for _, sign := range s.Signs {
		c.put("sign_ok", "Whether a sign of life is as it should be: 1 or 0.", truth(sign.OK), "sign", string(sign.Name))
		if sign.Name != batchsync.SignDisk {
			c.put("sign_age_seconds", "Age of a sign of life.", sign.Age.Seconds(), "sign", string(sign.Name))
		}
	}
}

type collector chan<- prometheus.Metric

func (c collector) slack(s State) {
	c.put("slack_connected", "Whether there is a connection to Slack: 1 or 0.", truth(s.Connected))
	c.put("slack_connections", "Connections of this app that Slack told of; more than 1: another process takes part of the requests.", float64(s.Connections))
	c.count("slack_reconnects_total", "Connections to Slack that were lost.", float64(s.Reconnects))
	c.count("frames_received_total", "Reads of the socket that brought bytes, pings too; about one per frame.", float64(s.Frames))
	for _, pool := range pools() {
		c.put("queue_requests", "Requests that wait for their turn.", float64(s.Queues[pool]), "pool", pool)
	}
}

func (c collector) work(s State) {
	c.put("outbox_waiting", "Messages that wait for delivery.", float64(s.Due))
	c.put("outbox_dead", "Messages that were given up in the last seven days.", float64(s.Dead))
	age := 0.0
	if !s.Oldest.IsZero() {
		age = max(0, s.Now.Sub(s.Oldest).Seconds())
	}
	c.put("outbox_oldest_seconds", "Since when the longest waiting message waits; 0 without one.", age)
	c.put("czcli_children", "Child processes of cz-cli that run, and calls that wait for one.", float64(s.Running), "state", "running")
	c.put("czcli_children", "Child processes of cz-cli that run, and calls that wait for one.", float64(s.Waiting), "state", "waiting")
	for _, r := range batchsync.Reasons() {
		c.put("incidents_open", "Open incidents, by the worst that is wrong.", float64(s.Incidents[r]), "reason", string(r))
	}
	for _, state := range batchsync.OperationStates() {
		if !state.Settled() {
			c.put("operations", "Changes that are not settled.", float64(s.Operations[state]), "state", string(state))
		}
	}
}

func (c collector) file(s State) {
	c.put("file_bytes", "Size of the database file.", float64(s.FileBytes))
	if s.FreeBytes >= 0 {
		c.put("disk_free_bytes", "Room on the disk of the database file.", float64(s.FreeBytes))
	}
	c.put("backup_on", "Whether backups are made: 1 or 0.", truth(s.Backup.On))
	c.put("backup_ok", "Whether backups are in order, or none are to be made: 1 or 0.", truth(!s.Backup.Troubled(s.Now)))
}

func (c collector) put(name, help string, value float64, label ...string) {
	c.send(prometheus.GaugeValue, name, help, value, label)
}

func (c collector) count(name, help string, value float64) {
	c.send(prometheus.CounterValue, name, help, value, nil)
}

// send takes at most one label, as its name and value.
func (c collector) send(kind prometheus.ValueType, name, help string, value float64, label []string) {
	var names, values []string
	if len(label) == 2 {
		names, values = label[:1], label[1:]
	}
	c <- prometheus.MustNewConstMetric(prometheus.NewDesc(namespace+"_"+name, help, names, nil), kind, value, values...)
}

func truth(ok bool) float64 {
	if ok {
		return 1
	}
	return 0
}
