package blocks

import (
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxDays is how many days the chart shows.
const maxDays = 14

// digestTrend is the chart in a sentence; "" where there is none.
func (p Printer) digestTrend(days []batchsync.DayFigures) mark {
	days = worked(days)
	if len(days) < 2 {
		return ""
	}
	ok, failed, worst := 0, 0, days[0]
	for _, d := range days {
		ok, failed = ok+d.OK, failed+d.Failed
		if d.Failed >= worst.Failed {
			worst = d
		}
	}
	if failed == 0 {
		return p.say("digest.trend_fine", number(len(days)), number(ok))
	}
	return p.say("digest.trend", number(len(days)), number(ok), number(failed), p.foreign(worst.Day), number(worst.Failed))
}

// worked are the days that had runs, the last ones: a day without any is no
// zero.
func worked(days []batchsync.DayFigures) []batchsync.DayFigures {
	days = slices.DeleteFunc(slices.Clone(days), func(d batchsync.DayFigures) bool { return d.OK <= 0 && d.Failed <= 0 })
	return days[max(len(days)-maxDays, 0):]
}

// dayChart is a chart of the runs of the last days, nil when there is not enough to
// see. Some workspaces refuse charts: the digest has a fallback.
func (p Printer) dayChart(days []batchsync.DayFigures, id string) slack.Block {
	days = worked(days)
	if len(days) < 2 {
		return nil
	}
	var labels []string
	var ok, failed []slack.DataVisualizationDataPoint
	for _, d := range days {
		label := unlike(cut(shortDay(p.cell(d.Day, maxChartLabel)), maxChartLabel-4, "…"), labels)
		labels = append(labels, label)
		ok = append(ok, slack.NewDataVisualizationDataPoint(label, float64(max(d.OK, 0))))
		failed = append(failed, slack.NewDataVisualizationDataPoint(label, float64(max(d.Failed, 0))))
	}
	axis := slack.NewDataVisualizationAxisConfig(labels...).WithYLabel(p.word("digest.chart_axis"))
	bars := slack.NewDataVisualizationBarChart(axis,
		slack.NewDataVisualizationDataSeries(p.word("digest.chart_ok"), ok...),
		slack.NewDataVisualizationDataSeries(p.word("digest.chart_failed"), failed...))
	title := cut(p.format("digest.chart_title", []any{strconv.Itoa(len(days))}), maxChartTitle, "…")
	return slack.NewDataVisualizationBlock(title, bars, slack.DataVisualizationBlockOptionBlockID(id))
}

// shortDay is a day without its year.
func shortDay(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format("01-02")
	}
	return day
}

// dayLines is the chart as lines.
func (p Printer) dayLines(days []batchsync.DayFigures) string {
	var out string
	for _, d := range worked(days) {
		out += p.format("digest.day", []any{p.cell(d.Day, maxChartLabel), strconv.Itoa(max(d.OK, 0)), strconv.Itoa(max(d.Failed, 0))}) + "\n"
	}
	return out
}
