package blocks

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// How much history a card shows. A chart of Slack takes 20 points.
const (
	maxStrip      = 30
	stripGroup    = 10 // symbols between two gaps, to count by
	maxChart      = 20
	maxChartTitle = 50
	maxChartLabel = 20
	maxZoneName   = 32 // the longest name there is
)

// history is a strip with a symbol for every one of the last runs, the oldest
// first, and the same in words.
func (p Printer) history(v batchsync.TaskView) mark {
	switch {
	case !v.RunsRead:
		return lines(bold(p.word("strip.title")), p.say("strip.unread"))
	case len(v.Runs) == 0:
		return lines(bold(p.word("strip.title")), p.say("strip.none"))
	}
	shown := v.Runs[:min(len(v.Runs), maxStrip)]
	var strip strings.Builder
	for i, r := range slices.Backward(shown) {
		strip.WriteString(string(fate(r.Status).symbol))
		if done := len(shown) - i; i > 0 && done%stripGroup == 0 {
			strip.WriteByte(' ')
		}
	}
	return lines(bold(p.word("strip.title")), mark(strip.String()), p.legend(shown), p.takeaway(v.Runs, v.Zone))
}

// legend explains the symbols of a strip, each with how often it occurs.
func (p Printer) legend(shown []batchsync.Run) mark {
	parts := p.fates(shown, func(f runFate, n mark) mark { return join([]mark{f.symbol, p.say(f.word, n)}, " ") })
	if len(shown) == 1 {
		return p.say("strip.count_one", parts)
	}
	return p.say("strip.legend", number(len(shown)), parts)
}

// fates has a part for every way in which some of the runs ended or stand.
func (p Printer) fates(runs []batchsync.Run, part func(f runFate, n mark) mark) mark {
	n := map[runFate]int{}
	for _, r := range runs {
		n[fate(r.Status)]++
	}
	var parts []mark
	for _, f := range runFates() {
		if n[f] > 0 {
			parts = append(parts, part(f, number(n[f])))
		}
	}
	return p.series(parts)
}

// counts is the strip in words: "Last 30 runs: 27 succeeded, 3 failed."
func (p Printer) counts(runs []batchsync.Run) mark {
	if len(runs) == 0 {
		return p.say("strip.none")
	}
	runs = runs[:min(len(runs), maxStrip)]
	parts := p.fates(runs, func(f runFate, n mark) mark { return p.say(f.word, n) })
	if len(runs) == 1 {
		return p.say("strip.count_one", parts)
	}
	return p.say("strip.count", number(len(runs)), parts)
}

// runFate is how a run ended or stands, as coarsely as a strip shows it. The
// symbols differ in shape and weight: in a row, a tick and a cross look alike.
type runFate struct {
	symbol mark
	word   batchsync.TextKey
}

func runFates() []runFate {
	return []runFate{
		{"●", "strip.succeeded"}, {"✗", "strip.failed"}, {"□", "strip.stopped"},
		{"…", "strip.at_work"}, {"○", "strip.not_started"}, {"?", "strip.unknown"},
	}
}

func fate(s batchsync.RunStatus) runFate {
	all := runFates()
	switch s {
	case batchsync.RunSuccess:
		return all[0]
	case batchsync.RunFailed, batchsync.RunBlocked:
		return all[1]
	case batchsync.RunStopped:
		return all[2]
	case batchsync.RunRunning, batchsync.RunWaitingResources, batchsync.RunWaitingUpstream, batchsync.RunPaused:
		return all[3]
	case batchsync.RunNotStarted, 0:
		return all[4]
	}
	return all[5]
}

// timed are the newest runs whose duration is known, newest first. The others
// are left out: a gap is not a zero, and a stopped run says nothing of how long
// one takes.
func timed(runs []batchsync.Run) []batchsync.Run {
	var out []batchsync.Run
	for _, r := range runs {
		if r.Took() > 0 && r.Status.Over() && r.Status != batchsync.RunStopped && len(out) < maxChart {
			out = append(out, r)
		}
	}
	return out
}

// takeaway is what the durations say, in a sentence; "" for less than two. It
// names a run by the clock of the chart, so that its bar is found.
func (p Printer) takeaway(runs []batchsync.Run, zone string) mark {
	all := timed(runs)
	if len(all) < 2 {
		return ""
	}
	slices.SortStableFunc(all, func(a, b batchsync.Run) int { return int(a.Took() - b.Took()) })
	slowest := all[len(all)-1]
	return p.say("chart.takeaway", p.took(all[len(all)/2].Took()), p.took(slowest.Took()), mark(clock(slowest.Plan, zone)), p.zoneName(zone))
}

// took is a duration as people say it.
func (p Printer) took(d time.Duration) mark {
	s := int(d.Round(time.Second).Seconds())
	switch {
	case s < 120:
		return p.say("took.seconds", number(s))
	case s < 2*60*60:
		return p.say("took.minutes", number((s+30)/60))
	}
	return p.say("took.hours", number(s/3600), number(s%3600/60))
}

// durations is a chart of how long the last runs worked, nil when there is not
// enough to see. Some workspaces refuse charts: the card has a fallback.
func (p Printer) durations(runs []batchsync.Run, zone, id string) slack.Block {
	all := timed(runs)
	if len(all) < 2 {
		return nil
	}
	slices.Reverse(all)
	unit, label := time.Second, p.word("chart.seconds")
	if slices.MaxFunc(all, func(a, b batchsync.Run) int { return int(a.Took() - b.Took()) }).Took() >= 2*time.Minute {
		unit, label = time.Minute, p.word("chart.minutes")
	}
	var labels []string
	var points []slack.DataVisualizationDataPoint
	for _, r := range all {
		at := unlike(inZone(r.Plan, zone).Format("01-02 15:04"), labels)
		labels = append(labels, at)
		value := float64(r.Took().Round(unit/10)) / float64(unit)
		points = append(points, slack.NewDataVisualizationDataPoint(at, value))
	}
	axis := slack.NewDataVisualizationAxisConfig(labels...).WithYLabel(cut(label, maxChartTitle, "…"))
	series := slack.NewDataVisualizationDataSeries(cut(p.word("chart.series"), maxChartLabel, "…"), points...)
	title := cut(p.format("chart.title", []any{strconv.Itoa(len(all)), p.zoneName(zone)}), maxChartTitle, "…")
	return slack.NewDataVisualizationBlock(title, slack.NewDataVisualizationBarChart(axis, series), slack.DataVisualizationBlockOptionBlockID(id))
}

// durationTable tells what the chart shows, where charts are refused.
func (p Printer) durationTable(runs []batchsync.Run, zone, id string) slack.Block {
	cells := [][]string{{p.format("runs.plan", []any{p.zoneName(zone)}), p.word("runs.took")}}
	for _, r := range slices.Backward(timed(runs)) {
		cells = append(cells, []string{clock(r.Plan, zone), string(p.took(r.Took()))})
	}
	return table(id, cells)
}

// zoneName is the zone that [clock] shows.
func (p Printer) zoneName(zone string) mark {
	return escape(p.clip(inZone(time.Time{}, zone).Location().String(), maxZoneName))
}

// unlike makes a label that is not among others: two runs may have one time.
func unlike(label string, others []string) string {
	for n := 2; slices.Contains(others, label); n++ {
		base, _, _ := strings.Cut(label, " #")
		label = base + " #" + strconv.Itoa(n)
	}
	return label
}
