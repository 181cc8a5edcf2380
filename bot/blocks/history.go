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
	maxChart      = 20
	maxChartTitle = 50
	maxChartLabel = 20
)

// history is a strip with a symbol for every one of the last runs, the oldest
// first, and the same in words.
func (p Printer) history(v batchsync.TaskView) mark {
	if len(v.Runs) == 0 {
		return lines(bold(p.word("strip.title")), p.say("strip.none"))
	}
	shown := v.Runs[:min(len(v.Runs), maxStrip)]
	var strip strings.Builder
	for _, r := range slices.Backward(shown) {
		strip.WriteString(string(runSymbol(r.Status)))
	}
	return lines(bold(p.word("strip.title")), mark("`"+strip.String()+"`"), p.say("strip.legend"), p.counts(v.Runs), p.takeaway(v.Runs, v.Zone))
}

// counts is the strip in words: "Last 30 runs: 27 succeeded, 3 failed."
func (p Printer) counts(runs []batchsync.Run) mark {
	if len(runs) == 0 {
		return p.say("strip.none")
	}
	runs = runs[:min(len(runs), maxStrip)]
	n := map[batchsync.TextKey]int{}
	for _, r := range runs {
		n[fate(r.Status)]++
	}
	var parts []mark
	for _, key := range []batchsync.TextKey{"strip.succeeded", "strip.failed", "strip.at_work", "strip.not_started", "strip.unknown"} {
		if n[key] > 0 {
			parts = append(parts, p.say(key, number(n[key])))
		}
	}
	if len(runs) == 1 {
		return p.say("strip.count_one", join(parts, ", "))
	}
	return p.say("strip.count", number(len(runs)), join(parts, ", "))
}

// fate sorts the states of runs as coarsely as the symbols do.
func fate(s batchsync.RunStatus) batchsync.TextKey {
	switch runSymbol(s) {
	case "✓":
		return "strip.succeeded"
	case "✗":
		return "strip.failed"
	case "…":
		return "strip.at_work"
	case "○":
		return "strip.not_started"
	}
	return "strip.unknown"
}

// timed are the newest runs whose duration is known, newest first. The others
// are left out: a gap is not a zero.
func timed(runs []batchsync.Run) []batchsync.Run {
	var out []batchsync.Run
	for _, r := range runs {
		if r.Took() > 0 && r.Status.Over() && len(out) < maxChart {
			out = append(out, r)
		}
	}
	return out
}

// takeaway is what the durations say, in a sentence; "" for less than two.
func (p Printer) takeaway(runs []batchsync.Run, zone string) mark {
	all := timed(runs)
	if len(all) < 2 {
		return ""
	}
	slices.SortStableFunc(all, func(a, b batchsync.Run) int { return int(a.Took() - b.Took()) })
	slowest := all[len(all)-1]
	return p.say("chart.takeaway", p.took(all[len(all)/2].Took()), p.took(slowest.Took()), dateIn(slowest.Plan, zone))
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
	title := cut(p.format("chart.title", []any{strconv.Itoa(len(all))}), maxChartTitle, "…")
	return slack.NewDataVisualizationBlock(title, slack.NewDataVisualizationBarChart(axis, series), slack.DataVisualizationBlockOptionBlockID(id))
}

// unlike makes a label that is not among others: two runs may have one time.
func unlike(label string, others []string) string {
	for n := 2; slices.Contains(others, label); n++ {
		base, _, _ := strings.Cut(label, " #")
		label = base + " #" + strconv.Itoa(n)
	}
	return label
}
