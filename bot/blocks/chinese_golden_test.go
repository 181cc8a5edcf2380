package blocks

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
)

func chinesePrinter() Printer { return Drawer{Redact: redact.New("planted-secret")}.In("zh-CN") }

// both draw in every language, for what must hold in all of them.
func both() []Printer { return []Printer{printer(), chinesePrinter()} }

var figures = regexp.MustCompile(`^(?:[\d:]+|UTC|(?:Africa|America|Asia|Europe)/[\w/]+)$`)

// said is everything a drawing says, one text a line in the order of drawing.
// It tells the words and leaves the structure to the English drawings.
func said(t *testing.T, v any) string {
	t.Helper()
	var out strings.Builder
	dec := json.NewDecoder(bytes.NewReader(mustJSON(t, v)))
	depth, object, key := 0, []bool{}, ""
	isKey := false
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case json.Delim:
			if x == '{' || x == '[' {
				object = append(object, x == '{')
				depth++
			} else {
				depth--
				object = object[:depth]
			}
			isKey = depth > 0 && object[depth-1]
		case string:
			switch {
			case isKey:
				key, isKey = x, false
				continue
			case figures.MatchString(x): // hours, days and zones to choose from
			case slices.Contains([]string{"text", "Text", "title", "alt_text", "accessibility_label"}, key):
				out.WriteString(strings.ReplaceAll(x, "\n", "\n  ") + "\n")
			}
			isKey = depth > 0 && object[depth-1]
		default:
			isKey = depth > 0 && object[depth-1]
		}
	}
}

func goldenWords(t *testing.T, name string, v any) {
	t.Helper()
	noSecret(t, v)
	text := said(t, v)
	if strings.Contains(text, "(modal.") || strings.Contains(text, "%!") {
		t.Errorf("%s has no words for something: %s", name, text)
	}
	path := filepath.Join("testdata", "golden", "zh", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with go test -update", err)
	}
	if text != string(want) {
		t.Errorf("%s has changed; look at it and accept it with go test -update. Now:\n%s", path, text)
	}
}

func TestChinese_Wizard_Golden(t *testing.T) {
	t.Parallel()
	p := chinesePrinter()
	for _, step := range batchsync.Steps() {
		for _, scope := range batchsync.Scopes() {
			v := p.Wizard(sampleScreen(sampleDraft(step, batchsync.KindMySQL, scope, batchsync.Daily, "orders")))
			checkView(t, v)
			goldenWords(t, "wizard_"+string(step)+"_"+string(scope), v)
		}
	}
	for _, every := range batchsync.Rhythms() {
		s := sampleScreen(sampleDraft(batchsync.StepSchedule, batchsync.KindMySQL, batchsync.ScopeSingle, every, "orders"))
		s.Crowd = sampleCrowd()
		s.Draft.Answers[batchsync.FieldTime], s.Draft.Answers[batchsync.FieldUntil] = choice("12:00"), choice("20")
		v := p.Wizard(s)
		checkView(t, v)
		goldenWords(t, "schedule_"+string(every), v)
	}
	d := sampleDraft(batchsync.StepReview, batchsync.KindObject, batchsync.ScopeSingle, batchsync.Daily, "a/b/")
	goldenWords(t, "wizard_review_object", p.Wizard(sampleScreen(d)))
}

func sampleCrowd() *batchsync.Crowd {
	return &batchsync.Crowd{Source: "shop_mysql", At: sampleNow().Truncate(15 * 60e9), With: []string{"a", "b", "c", "d", "e"}, Free: "05:15"}
}

func TestChinese_Cards_Golden(t *testing.T) {
	t.Parallel()
	p := chinesePrinter()
	cards := map[string]Message{
		"card_running":         p.Operation(sampleOperation(batchsync.OpRunning, 2, batchsync.ScopeSingle, "orders"), sampleNow()),
		"card_waiting_by_hand": p.Operation(sampleOperation(batchsync.OpWaiting, 2, batchsync.ScopeMerge, "orders"), sampleNow()),
		"card_unknown":         p.Operation(sampleOperation(batchsync.OpUnknown, 4, batchsync.ScopeMulti, "orders"), sampleNow()),
		"card_refused":         p.Operation(sampleOperation(batchsync.OpRefused, 0, batchsync.ScopeSingle, "orders"), sampleNow()),
		"card_done":            p.Operation(sampleOperation(batchsync.OpDone, 6, batchsync.ScopeSingle, "orders"), sampleNow()),
		"task":                 p.Task(taskCard(sampleView(3, 8, "orders"))),
		"help":                 p.Help(""),
		"list":                 p.TaskList(TaskList{Rows: sampleRows(5, "orders"), Total: 120, FreshAt: sampleNow(), Now: sampleNow()}),
		"runs":                 p.Runs(RunsView{Task: batchsync.TaskRef{ID: 40001, Name: "orders"}, Runs: sampleRuns(8, "orders", true), Zone: "Asia/Shanghai", Now: sampleNow()}),
		"digest":               p.Digest(sampleDigest("orders")),
		"subscriptions":        p.Subscriptions(sampleSubscriptions(3, "orders")),
		"problem":              p.Problem(batchsync.Problem{Text: batchsync.T("access.operator"), Hint: batchsync.T("access.ask", "S0OPS", "U0ADMIN")}, "ref-1"),
	}
	for name, op := range changeCases() {
		cards["change_"+name] = p.Operation(op, sampleNow())
	}
	for name, v := range alertCases() {
		if !strings.Contains(name, "500") {
			cards["alert_"+name] = p.Alert(v)
		}
	}
	for kind, v := range acceptanceCases("orders") {
		cards["acceptance_"+kind] = p.Acceptance(v)
	}
	for _, name := range slices.Sorted(maps.Keys(cards)) {
		m := cards[name]
		checkMessage(t, m)
		goldenWords(t, name, drawing(m))
	}
	home := p.Home(sampleHome(5, "orders"))
	checkHome(t, home)
	goldenWords(t, "home", home)
}

// Whatever others call their things, Slack takes what is drawn in Chinese too.
func TestChinese_EveryName(t *testing.T) {
	t.Parallel()
	p := chinesePrinter()
	for label, name := range names() {
		for _, scope := range batchsync.Scopes() {
			for _, step := range batchsync.Steps() {
				checkView(t, p.Wizard(sampleScreen(sampleDraft(step, batchsync.KindMySQL, scope, batchsync.Hours, name))))
			}
			for _, state := range batchsync.OperationStates() {
				checkMessage(t, p.Operation(sampleOperation(state, 3, scope, name), sampleNow()))
			}
		}
		for _, v := range acceptanceCases(name) {
			checkMessage(t, p.Acceptance(v))
		}
		checkMessage(t, p.Task(taskCard(sampleView(40, 30, name))))
		checkMessage(t, p.Digest(sampleDigest(name)))
		checkHome(t, p.Home(sampleHome(20, name)))
		if t.Failed() {
			t.Fatalf("with %s name", label)
		}
	}
}

// What a sentence is told about is in the language of the sentence.
func TestPrinter_Arguments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		text   batchsync.Text
		en, zh string
	}{
		{"codes", batchsync.T("differs.write_mode", "overwrite", "append"), "Full overwrite", "增量追加"},
		{"scope", batchsync.T("differs.scope", "single", "multi"), "ingle table", "多表镜像"},
		{"both", batchsync.T("changed.mode", "single", "overwrite", "multi", "append"), "Mirror of chosen tables", "全量覆盖"},
		{"kind", batchsync.T("preflight.source_kind", "shop", "PostgreSQL", "mysql"), "MySQL", "MySQL"},
		{"unknown codes stay", batchsync.T("differs.scope", "single", "new_scope"), "new_scope", "new_scope"},
		{"reason", batchsync.T("incident.reply_changed", "orders", "late"), "Late", "延迟"},
		{"hours", batchsync.T("incident.reply_recovered", "orders", "3h5m0s"), "3 h 5 min", "3 小时 5 分钟"},
		{"seconds", batchsync.T("incident.reply_platform", "42s"), "42 s", "42 秒"},
		{"days", batchsync.T("alert.over", "3", "73h0m0s"), "3 d", "3 天"},
		{"as it was stored before", batchsync.T("incident.reply_platform", "3 h 5 min"), "3 h 5 min", "3 h 5 min"},
		{"list", batchsync.T("differs.missing", batchsync.List("a", "b, c")), "a, b, c", "a、b, c"},
		{"list of codes", batchsync.T("subscribe.told", "Ana", "orders", batchsync.List("failures", "late")), "failures, late", "失败、延迟"},
		{"people", batchsync.T("access.ask", "U0A", "U0B"), "U0A, U0B", "U0A、U0B"},
	} {
		for i, want := range []string{tt.en, tt.zh} {
			p := both()[i]
			if got := p.Text(tt.text); !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q in it", tt.name, got, want)
			}
			if got := string(p.sentence(tt.text, false)); !strings.Contains(got, want) {
				t.Errorf("%s in markup: %q, want %q in it", tt.name, got, want)
			}
		}
	}
}

func TestDrawer_In(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, all, locale, want string }{
		{"simplified", "", "zh-CN", "下一步"},
		{"traditional", "", "zh-TW", "下一步"},
		{"Hong Kong", "", "zh-HK", "下一步"},
		{"with underscore", "", "zh_CN", "下一步"},
		{"English", "", "en-GB", "Next"},
		{"another", "", "de-DE", "Next"},
		{"not known", "", "", "Next"},
		{"for all", "zh-CN", "en-US", "下一步"},
		{"for all, where several read", "zh-CN", "", "下一步"},
		{"English for all", "en", "zh-CN", "Next"},
	} {
		if got := (Drawer{Locale: tt.all}).In(tt.locale).word("button.next"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
