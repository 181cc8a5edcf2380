package blocks

import (
	"regexp"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

func TestPrinter_Text_Numbered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		text batchsync.Text
		want string
	}{
		{"one table", batchsync.T("mapping.choose", "1"), "The task copies 1 table. Choose it."},
		{"two tables", batchsync.T("mapping.choose", "2"), "The task copies 2 tables. Choose one."},
		{"none", batchsync.T("mapping.choose", "0"), "The task copies 0 tables. Choose one."},
		{"the second of two numbers", batchsync.T("submit.seen", "2", "1"), "The backfill is with the platform: 2 runs for 1 plan time so far."},
		{"eleven", batchsync.T("audit.file_sent", "11"), "11 rows are on their way to you as a file."},
		{"a number that is left out", batchsync.T("follow.done", "1"), "The run succeeded."},
		{"an argument of a form", batchsync.T("follow.done", "12"), "All 12 runs succeeded."},
		{"no arguments", batchsync.T("follow.done"), "All – runs succeeded."},
		{"forms in an argument", batchsync.T("task.not_found", "{1:a|b}"), "No task is called {1:a|b}."},
		{"of 1", batchsync.T("follow.failed", "1", "1"), "1 of 1 run failed."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := printer().Text(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := string(printer().sentence(tt.text, false)); got != tt.want {
				t.Errorf("in markup %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever is counted has two forms, and forms are of an argument that is there.
func TestEnglish_Numbered(t *testing.T) {
	t.Parallel()
	// Counts that are never one: limits, percentages, and lists that are shown
	// from two on.
	many := map[batchsync.TextKey]bool{
		"ago.minutes": true, "ago.hours": true, "ago.days": true, "step.hours": true, "step.minutes": true,
		"rhythm.hours": true, "rhythm.minutes": true, "rhythm.window": true, "field.tables_many": true, "field.name_length": true,
		"examined.tables": true, "examined.trouble_many": true, "figure.more": true, "subscribe.long": true, "quiet.long": true,
		"quiet.why_long": true, "cause.failed_times": true, "backfill.large": true, "option.large": true, "backfill.too_large": true,
		"backfill.unticked": true, "mapping.more": true, "acceptance.capped": true, "incident.reply_again": true, "alert.over": true,
		"digest.trend": true, "digest.trend_fine": true, "digest.chart_title": true, "crowd.text": true, "settled.times": true,
		"strip.legend": true, "strip.count": true, "chart.title": true, "field.where_long": true, "field.mapping_long": true,
		"log.earlier": true, "text.cut": true, "commands.cut": true, "card.text": true,
		"precondition.scopes_ok": true,
		// Verbs.
		"preflight.vcluster_ok": true, "judged.next_unknown": true, "told.schedule_done": true,
	}
	counted := regexp.MustCompile(`%\[\d\]s\*? (?:more |plan |earlier )?(?:tables|rows|runs|tasks|columns|days|minutes|hours|seconds|times|entries|characters|people|groups|messages|incidents|steps|retries|others|scopes|files|attempts)\b`)
	for key, words := range english() {
		for _, m := range forms.FindAllStringSubmatch(words, -1) {
			if n := int(m[1][0] - '0'); n > highest(words) {
				t.Errorf("%q has forms of argument %d: %q", key, n, words)
			}
		}
		if rest := forms.ReplaceAllString(words, ""); strings.Contains(rest, "{1:") || strings.Contains(rest, "|}") {
			t.Errorf("%q has broken forms: %q", key, words)
		} else if !many[key] && counted.MatchString(rest) {
			t.Errorf("%q has no form for one: %q", key, words)
		}
	}
}
