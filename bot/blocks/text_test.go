package blocks

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"batchsync/internal/batchsync"
)

func TestCut(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		limit    int
		want     string
	}{
		{"short", "abc", 3, "abc"},
		{"long", "abcdef", 4, "abc…"},
		{"chinese", "数据同步任务", 4, "数据同…"},
		{"emoji counts twice", "🚀🚀🚀", 4, "🚀…"},
		{"no space before the end", "ab cdef", 4, "ab…"},
	}
	for _, tt := range tests {
		if got := cut(tt.in, tt.limit, "…"); got != tt.want || units(got) > tt.limit {
			t.Errorf("%s: cut(%q, %d) = %q, want %q", tt.name, tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestCutMark_KeepsSequencesWhole(t *testing.T) {
	t.Parallel()
	in := mark("ab &amp; <!date^1^x|y> &lt;tail&gt;")
	for limit := 3; limit < 40; limit++ {
		got := cutMark(in, limit)
		if units(got) > limit {
			t.Errorf("limit %d: %q is too long", limit, got)
		}
		if open := strings.LastIndex(got, "<"); open > strings.LastIndex(got, ">") {
			t.Errorf("limit %d: %q has half a sequence", limit, got)
		}
		r := &rules{}
		r.markup("text", strings.ReplaceAll(got, "<!date^1^x|y>", ""))
		for _, b := range r.bad {
			t.Errorf("limit %d: %s", limit, b)
		}
	}
}

func TestPrinter_Text(t *testing.T) {
	t.Parallel()
	p := printer()
	tests := []struct {
		name string
		text batchsync.Text
		want string
	}{
		{"plain", batchsync.T("draft.expired"), "A draft of yours was not touched for seven days and is gone."},
		{"not escaped", batchsync.T("field.schema_gone", "a<b & c"), "Schema a<b & c does not exist at the source. Choose another one."},
		{"redacted", batchsync.T("field.schema_gone", "planted-secret"), "Schema [redacted] does not exist at the source. Choose another one."},
		{"unseen characters", batchsync.T("field.schema_gone", "a\u202eb\x00c\nd\u200b"), "Schema abc d does not exist at the source. Choose another one."},
		{"percent", batchsync.T("field.schema_gone", "100%d"), "Schema 100%d does not exist at the source. Choose another one."},
		{"argument missing", batchsync.T("field.table_gone", "t"), "Table t does not exist in schema –. Choose another one."},
		{"argument too many", batchsync.T("draft.expired", "x"), "A draft of yours was not touched for seven days and is gone."},
		{"list of persons", batchsync.T("access.ask", "U0A", "U0B"), "Ask one of: U0A, U0B."},
		{"no longer in the catalog", batchsync.T("old.%key"), "(old.%key)"},
	}
	for _, tt := range tests {
		if got := p.Text(tt.text); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPrinter_Name(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]mark{
		"orders": "`orders`", "_a_ *b* ~c~": "`_a_ *b* ~c~`", "a`b": "a`b", "": "", " ": "", "<!here>": "`&lt;!here&gt;`",
	} {
		if got := printer().name(in); got != want {
			t.Errorf("name %q is %q, want %q", in, got, want)
		}
	}
}

func TestPrinter_Sentence_People(t *testing.T) {
	t.Parallel()
	ask := batchsync.T("access.ask", "U0ADMIN", "S0OPS", "U1> <!here")
	if got := printer().sentence(ask, true); got != "Ask one of: <@U0ADMIN>, <!subteam^S0OPS>, U1&gt; &lt;!here." {
		t.Errorf("with people: %q", got)
	}
	held := Held(&batchsync.HeldError{By: batchsync.Operation{Kind: batchsync.OpDeploy, Actor: "U0ACTOR", Change: &batchsync.Change{Name: "U0NAME"}, CreatedAt: sampleNow()}}, "C0DATASYNC")
	if got := printer().sentence(held.Text, true); got != "Task U0NAME is being changed, by <@U0ACTOR> since <!date^1772600760^{date_short_pretty} {time}|2026-03-04 05:06 UTC>: its card is in <#C0DATASYNC>." {
		t.Errorf("who holds it: %q", got)
	}
	if got := printer().sentence(held.Text, false); strings.Contains(string(got), "<@") {
		t.Errorf("who holds it, without people: %q", got)
	}
	if got := printer().Text(held.Text); got != "Task U0NAME is being changed, by U0ACTOR since 2026-03-04 05:06 UTC: C0DATASYNC." {
		t.Errorf("who holds it, in plain words: %q", got)
	}
	if got := printer().sentence(ask, false); strings.Contains(string(got), "<") {
		t.Errorf("without people: %q", got)
	}
	if got := printer().sentence(batchsync.T("field.schema_gone", "U0ADMIN"), true); strings.Contains(string(got), "<") {
		t.Errorf("a schema named like an id is mentioned: %q", got)
	}
}

func TestPrinter_Preformatted_SaysWhatIsCut(t *testing.T) {
	t.Parallel()
	op := sampleOperation(batchsync.OpFailed, 2, batchsync.ScopeSingle, "orders")
	op.Steps[2].Problem.Detail = strings.Repeat("line\n", 1000)
	m := printer().Operation(op, sampleNow())
	checkMessage(t, m)
	if s := string(mustJSON(t, m.Blocks)); !strings.Contains(s, "more characters)") || !strings.Contains(s, `line\nline`) {
		t.Errorf("detail is not cut as it should be: %s", s)
	}
}

func TestDate_Fallback(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.FixedZone("a|b>c", 3600))
	if got := date(at); got != "<!date^1767319440^{date_short_pretty} {time}|2026-01-02 03:04 abc>" {
		t.Errorf("date is %q", got)
	}
}

func FuzzPrinter_Text(f *testing.F) {
	f.Add("field.table_gone", hostile, "%[9]s")
	f.Add("access.ask", "U0A", "<!here>")
	f.Fuzz(func(t *testing.T, key, a, b string) {
		text := batchsync.T(batchsync.TextKey(key), a, b)
		for _, p := range both() {
			if s := p.Text(text); !utf8.ValidString(s) || strings.Contains(s, "%!") && !strings.Contains(a+b+key, "%!") {
				t.Errorf("text is %q", s)
			}
			r := &rules{}
			r.markup("sentence", string(p.sentence(text, false)))
			r.report(t)
		}
	})
}

// Times in sentences about mutes, quiet windows and the bot itself are in the
// reader's own zone, in cards and in what is announced.
func TestPrinter_TimedSentences(t *testing.T) {
	t.Parallel()
	const from, to = "2026-03-05 02:00 Asia/Shanghai", "2026-03-05 03:30 UTC"
	for _, tt := range []struct {
		text  batchsync.Text
		times int
	}{
		{batchsync.T("quiet.told", "ana", "source:shop", from, to), 2},
		{batchsync.T("status.monitor", from, "3"), 1},
		{batchsync.T("status.monitor_blind", from), 1},
		{batchsync.T("status.backup_failed", from, to), 2},
		{batchsync.T("mute.done", to), 1},
		{batchsync.T("mute.done", "2026-03-05 03:30 CST"), 0}, // which of the zones of that name is not known
		{batchsync.T("subscribe.told", from, to, "late"), 0},
	} {
		for _, p := range both() {
			if got := string(p.sentence(tt.text, false)); strings.Count(got, "<!date^") != tt.times {
				t.Errorf("%s: %s, want %d times of Slack's", tt.text.Key, got, tt.times)
			}
		}
	}
}
