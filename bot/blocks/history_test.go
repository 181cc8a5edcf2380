package blocks

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// The strip is plain text in groups of ten, oldest first, and its legend
// explains what occurs and nothing else.
func TestPrinter_Strip(t *testing.T) {
	t.Parallel()
	v := sampleView(1, 25, "orders")
	v.Runs[0].Status = batchsync.RunRunning
	got := string(printer().history(v))
	want := "\n●✗●●●●●●●● ●✗●●●●●●●● ●✗●●…\n"
	if !strings.Contains(got, want) {
		t.Errorf("the strip is %q, want %q", got, want)
	}
	if !strings.Contains(got, "Last 25 runs, oldest first: ● 21 succeeded, ✗ 3 failed, … 1 at work.") {
		t.Errorf("the legend does not count what is shown: %q", got)
	}
	if strings.Contains(got, "`") || strings.Contains(got, "□") {
		t.Errorf("code style, or a symbol that does not occur: %q", got)
	}
}

// Two symbols that look alike would be no strip.
func TestRunFates(t *testing.T) {
	t.Parallel()
	symbols := map[mark]bool{}
	for _, f := range runFates() {
		if symbols[f.symbol] {
			t.Errorf("%s stands for two things", f.symbol)
		}
		symbols[f.symbol] = true
	}
	for status, want := range map[batchsync.RunStatus]mark{
		batchsync.RunSuccess: "●", batchsync.RunFailed: "✗", batchsync.RunBlocked: "✗", batchsync.RunStopped: "□",
		batchsync.RunRunning: "…", batchsync.RunNotStarted: "○", 99: "?",
	} {
		if got := fate(status).symbol; got != want {
			t.Errorf("status %d is drawn as %s, want %s", status, got, want)
		}
	}
}

// Whatever shows clock times names their zone.
func TestPrinter_ZonesAreNamed(t *testing.T) {
	t.Parallel()
	p := Drawer{PlatformZone: "Asia/Shanghai"}.In("")
	v := sampleView(1, 5, "orders")
	chart := p.durations(v.Runs, v.Zone, "chart").(*slack.DataVisualizationBlock)
	cells := p.runCells(v.Runs, v.Zone)
	log := p.logSize(batchsync.LogExcerpt{Bytes: 9}, "log.as_file")
	for name, text := range map[string]string{
		"chart": chart.Title, "table": cells[0][0], "takeaway": string(p.takeaway(v.Runs, v.Zone)), "log": string(log),
	} {
		if !strings.Contains(text, "Asia/Shanghai") {
			t.Errorf("%s does not name the zone of its times: %q", name, text)
		}
	}
	if got := p.zoneName("no/such"); got != "UTC" || clock(time.Unix(0, 0), "no/such") != "1970-01-01 00:00" {
		t.Errorf("a zone that is none is called %q", got)
	}
}

func TestPrinter_RerunIsPrimary(t *testing.T) {
	t.Parallel()
	runs := func(states ...batchsync.RunStatus) []batchsync.Run {
		all := sampleRuns(len(states), "orders", false)
		for i, s := range states {
			all[i].Status = s
		}
		return all
	}
	const ok, failed, running, stopped = batchsync.RunSuccess, batchsync.RunFailed, batchsync.RunRunning, batchsync.RunStopped
	for _, tt := range []struct {
		name string
		runs []batchsync.Run
		want bool
	}{
		{"newest failed", runs(failed, ok), true},
		{"newest over failed", runs(running, failed, ok), true},
		{"later ones succeeded", runs(ok, ok, failed), false},
		{"later one was stopped", runs(stopped, failed), false},
		{"none failed", runs(ok, ok), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			buttons, failedLast := printer().runButtons(40001, tt.runs)
			if failedLast != tt.want {
				t.Errorf("the last run failed: %v", failedLast)
			}
			for _, e := range buttons {
				if b, is := e.(*slack.ButtonBlockElement); is && b.ActionID == string(ActionRerun) && (b.Style == slack.StylePrimary) != tt.want {
					t.Errorf("style is %q", b.Style)
				}
			}
		})
	}
}

func TestPrinter_CronHasItsOwnLine(t *testing.T) {
	t.Parallel()
	m := printer().Task(taskCard(sampleView(1, 1, "orders")))
	if drawn := string(mustJSON(t, m.Blocks)); !strings.Contains(drawn, `"text":"*Schedule*\nevery day at 02:00 (Asia/Shanghai)\n`+"`0 00 02 * * ? *`") {
		t.Errorf("the expression shares a line: %s", drawn)
	}
	if !strings.Contains(m.Text, "every day at 02:00 (Asia/Shanghai) · `0 00 02 * * ? *`.") {
		t.Errorf("the text is broken into lines: %q", m.Text)
	}
}
