package blocks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

func TestPrinter_Acceptance_Golden(t *testing.T) {
	t.Parallel()
	for label, name := range map[string]string{"english": "orders", "hostile": hostile} {
		for kind, v := range acceptanceCases(name) {
			t.Run(label+"/"+kind, func(t *testing.T) {
				t.Parallel()
				m := printer().Acceptance(v)
				mayMention(t, checkMessage(t, m), "U0ANA", "U0BEN")
				quiet(t, m.Text)
				noSecret(t, m)
				if label == "english" || kind == "tables_50" || kind == "failed" {
					goldenMessage(t, "acceptance_"+kind+"_"+label, m)
				}
			})
		}
	}
}

func TestPrinter_Acceptance_EveryName(t *testing.T) {
	t.Parallel()
	for label, name := range names() {
		for kind, v := range acceptanceCases(name) {
			mayMention(t, checkMessage(t, printer().Acceptance(v)), "U0ANA", "U0BEN")
			if t.Failed() {
				t.Fatalf("with %s name, %s", label, kind)
			}
		}
		for form, v := range acceptanceForms(name) {
			if r := checkView(t, v); len(r.mentions) > 0 {
				t.Errorf("mentions %v", r.mentions)
			}
			if t.Failed() {
				t.Fatalf("with %s name, %s", label, form)
			}
		}
		for kind, m := range diagnosisCases(name) {
			mayMention(t, checkMessage(t, m))
			noSecret(t, m)
			if t.Failed() {
				t.Fatalf("with %s name, %s", label, kind)
			}
		}
	}
}

func TestPrinter_AcceptanceForms_Golden(t *testing.T) {
	t.Parallel()
	for label, name := range map[string]string{"english": "orders", "hostile": hostile} {
		for form, v := range acceptanceForms(name) {
			if label == "english" || form == "accept_open" || form == "expect_wrong" {
				goldenView(t, "form_acceptance_"+form+"_"+label, v)
			}
		}
	}
}

func TestPrinter_Diagnose_Golden(t *testing.T) {
	t.Parallel()
	for label, name := range map[string]string{"english": "orders", "hostile": hostile} {
		for kind, m := range diagnosisCases(name) {
			goldenMessage(t, "diagnose_"+kind+"_"+label, m)
		}
	}
}

// The card begins with the verdict, in words, and no verdict stands for another
// one.
func TestPrinter_Acceptance_VerdictFirst(t *testing.T) {
	t.Parallel()
	words := map[string]string{
		"passed": "Passed", "failed": "Failed", "person": "Needs a person", "unchecked": "Not checked", "tables_50": "Failed", "nothing": "Not checked",
	}
	for kind, want := range words {
		m := printer().Acceptance(acceptanceCases("orders")[kind])
		if !strings.HasPrefix(m.Text, want+": delivery of orders.") {
			t.Errorf("%s: the text begins with %.60q", kind, m.Text)
		}
		verdict := string(mustJSON(t, m.Blocks[1]))
		if !strings.Contains(verdict, want+".*") {
			t.Errorf("%s: the card begins with %s", kind, verdict)
		}
		for _, other := range words {
			if other != want && strings.Contains(verdict, other+".*") {
				t.Errorf("%s: the card also says %s", kind, other)
			}
		}
	}
}

func TestPrinter_Acceptance_Buttons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		want []ActionID
	}{
		{"asked", nil},
		{"passed", []ActionID{ActionAccept, ActionAcceptance, ActionExpect, ActionShowTask}},
		{"failed", []ActionID{ActionAcceptance, ActionExpect, ActionDiagnoseTask, ActionShowTask}},
		{"person", []ActionID{ActionAccept, ActionGiveFigure, ActionAcceptance, ActionExpect, ActionDiagnoseTask, ActionShowTask}},
		{"unchecked", []ActionID{ActionAccept, ActionAcceptance, ActionExpect, ActionDiagnoseTask, ActionShowTask}},
		{"tables_50", []ActionID{ActionGiveFigure, ActionAcceptance, ActionExpect, ActionDiagnoseTask, ActionShowTask}},
		{"accepted", []ActionID{ActionAcceptance, ActionExpect, ActionShowTask}},
		{"reopened", []ActionID{ActionAcceptance, ActionExpect, ActionShowTask}},
	} {
		if got := offered(printer().Acceptance(acceptanceCases("orders")[c.name])); !slices.Equal(got, c.want) {
			t.Errorf("%s: buttons %v, want %v", c.name, got, c.want)
		}
	}
}

// Of 50 tables those with trouble come first, every one of them is in every
// drawing, and what is wrong is said in words.
func TestPrinter_Acceptance_Tables(t *testing.T) {
	t.Parallel()
	m := printer().Acceptance(AcceptanceView{Acceptance: planted(50, "orders")})
	rows, text := gridOf(m.Blocks)
	if rows != 51 {
		t.Errorf("%d rows, want 50 and a heading", rows)
	}
	_, simple := gridOf(m.Fallbacks[1])
	for i := range 50 {
		if name := fmt.Sprintf("ods.orders_%02d", i); !strings.Contains(text, "|"+name+"|") || !strings.Contains(simple, name+"  ") {
			t.Errorf("%s is not in every drawing", name)
		}
	}
	var at []int
	for _, name := range []string{"orders_07", "orders_21", "orders_33", "orders_34", "orders_40", "orders_00", "orders_41", "orders_42", "orders_12"} {
		at = append(at, strings.Index(text, name))
	}
	if !slices.IsSorted(at) || at[0] < 0 {
		t.Errorf("tables stand at %v", at)
	}
	for _, want := range []string{
		"52,000,000 (estimate)", "not known", "1,250,043 (by a person)", "99.99 % set, 0 duplicates", "100 % set, 17 duplicates", "no such table", "no rows", "none known",
		"✗ failed: row counts", "? needs a person: column types", "– not checked: row counts", "✓ passed",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q: %s", want, text)
		}
	}
	drawn := string(mustJSON(t, m.Blocks))
	for _, want := range []string{
		"5 of 50 tables", "Missing: 1,200.", "Row counts:* Tables: 2 failed, 1 for a person, 1 not checked, 46 passed.",
		"12 tables · Column types", "estimated, not counted", "given by \\u003c@U0BEN\\u003e", `Next run: \u003c!date^1772647200^{date_short_pretty} {time}|2026-03-05 02:00 Asia/Shanghai\u003e`,
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("the card lacks %q", want)
		}
	}
}

// A share that is not all is never shown as all, and counts beyond what a
// floating point number holds are exact.
func TestPercentOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, rows int64
		want    string
	}{
		{1, 1, "100"}, {0, 3, "0.00"}, {2, 3, "66.66"}, {9_007_199_254_740_992, 9_007_199_254_740_993, "99.99"},
		{1<<63 - 2, 1<<63 - 1, "99.99"}, {1<<63 - 1, 1<<63 - 1, "100"},
	} {
		if got := percentOf(c.n, c.rows); got != c.want {
			t.Errorf("percentOf(%d, %d) = %s, want %s", c.n, c.rows, got, c.want)
		}
	}
	a := sampleAcceptance(1, "orders")
	a.Tables[0].Source.Rows, a.Tables[0].Target.Rows = 9_007_199_254_740_993, 9_007_199_254_740_993
	if _, text := gridOf(printer().Acceptance(AcceptanceView{Acceptance: a}).Blocks); strings.Count(text, "9,007,199,254,740,993") != 2 {
		t.Errorf("the table shows %s", text)
	}
}

// Tables that do not fit are counted, and none of them is worse than those
// shown.
func TestPrinter_Acceptance_ManyTables(t *testing.T) {
	t.Parallel()
	a := planted(200, strings.Repeat("x", 100))
	m := printer().Acceptance(AcceptanceView{Acceptance: a})
	checkMessage(t, m)
	rows, text := gridOf(m.Blocks)
	if drawn := string(mustJSON(t, m.Blocks)); !strings.Contains(drawn, fmt.Sprintf("+%d more tables", 201-rows)) {
		t.Errorf("of 200 tables %d are shown, and the rest is not counted", rows-1)
	}
	if strings.Count(text, "✗ failed") != 5 {
		t.Errorf("%d of 5 failed tables are shown", strings.Count(text, "✗ failed"))
	}
}

func TestPrinter_AcceptForm_NamesWhatDidNotPass(t *testing.T) {
	t.Parallel()
	drawn := string(mustJSON(t, printer().AcceptForm(acceptanceCases("orders")["person"].Acceptance)))
	for _, want := range []string{"Not everything passed.", "needs a person: 2 of 2 tables", "ods.orders_00", "Row counts"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("the form lacks %q: %s", want, drawn)
		}
	}
	if drawn := string(mustJSON(t, printer().AcceptForm(sampleAcceptance(2, "orders")))); strings.Contains(drawn, "Not everything") {
		t.Errorf("the form warns of a delivery that passed: %s", drawn)
	}
}

func TestPrinter_FigureForm_Answers(t *testing.T) {
	t.Parallel()
	a := planted(50, "orders")
	v := printer().FigureForm(a)
	table, typed := FigureAnswers(stateOf(v))
	if table != 42 || typed != "" { // the one that is not known comes first
		t.Errorf("answers %d, %q", table, typed)
	}
	if got, _ := FigureAnswers(nil); got != -1 {
		t.Errorf("without a state: table %d", got)
	}
	if got := FigureTables(a); !slices.Equal(got, []int{42, 41, 43}) {
		t.Errorf("tables %v", got)
	}
	for _, typed := range []string{"", "1,5", "-3", "99999999999999999999"} {
		_, err := batchsync.ParseFigure(typed)
		if shown := printer().FormErrors(stateOf(v), err); shown[inputFigure] == "" {
			t.Errorf("%q: %v is shown at %v", typed, err, shown)
		}
	}
}

func TestPrinter_ExpectForm_Answers(t *testing.T) {
	t.Parallel()
	e := batchsync.Expectation{NonNull: 99.5, Tolerance: 0.25, Drop: 30, Keys: map[string][]string{"ods.orders": {"id", "shop"}, "ods.items": {"id"}}}
	v := printer().ExpectForm(ExpectForm{Task: batchsync.TaskRef{ID: 40001, Name: "orders"}, Typed: e.Typed()})
	if got := ExpectAnswers(stateOf(v)); got != e.Typed() {
		t.Errorf("answers %+v, want %+v", got, e.Typed())
	}
	typed := batchsync.TypedExpectation{Keys: "a:", NonNull: "101", Tolerance: "x", Drop: "1.5"}
	_, wrong := typed.Parse(nil)
	var at []string
	for _, err := range wrong {
		for block := range printer().FormErrors(stateOf(v), err) {
			at = append(at, block)
		}
	}
	if want := []string{inputKeys, inputNonNull, inputTolerance, inputRowDrop}; !slices.Equal(at, want) {
		t.Errorf("errors at %v, want %v", at, want)
	}
}

// Every act that the bot can do is a button, and what it cannot is said.
func TestPrinter_Diagnose_Acts(t *testing.T) {
	t.Parallel()
	button := map[batchsync.Act]ActionID{
		batchsync.OfferTest: ActionTestSource, batchsync.OfferRerun: ActionRerun, batchsync.OfferVCluster: ActionSwitchCluster,
		batchsync.OfferLessAtOnce: ActionLessAtOnce, batchsync.OfferRetries: ActionRaiseRetries, batchsync.OfferStudio: ActionOpenStudio,
	}
	for _, act := range batchsync.Acts() {
		m := printer().Diagnose(Diagnosis{
			Incident: sampleIncident(batchsync.ReasonFailed, "orders"), Studio: "https://studio.example.com/x",
			Advice: []batchsync.Advice{{Means: batchsync.T("advice.slow"), Next: batchsync.T("advice.slow_next"), Acts: []batchsync.Act{act}}},
		})
		want := []ActionID{ActionProbe, ActionViewLog, ActionShowTask}
		if id, ok := button[act]; ok {
			want = append([]ActionID{id}, want...)
		}
		if got := offered(m); !slices.Equal(got, want) {
			t.Errorf("%s: buttons %v, want %v", act, got, want)
		}
	}
	// What is advised first comes first, each button once, and only the first is
	// the one to press.
	m := printer().Diagnose(Diagnosis{Incident: sampleIncident(batchsync.ReasonFailed, "orders"), Advice: []batchsync.Advice{
		{Means: batchsync.T("advice.slow"), Next: batchsync.T("advice.slow_next"), Acts: []batchsync.Act{batchsync.OfferLessAtOnce, batchsync.OfferRerun}},
		{Means: batchsync.T("advice.slow"), Next: batchsync.T("advice.slow_next"), Acts: []batchsync.Act{batchsync.OfferRetries, batchsync.OfferLessAtOnce}},
	}})
	if want := []ActionID{ActionLessAtOnce, ActionRerun, ActionRaiseRetries, ActionProbe, ActionViewLog, ActionShowTask}; !slices.Equal(offered(m), want) {
		t.Errorf("buttons %v, want %v", offered(m), want)
	}
	said := string(mustJSON(t, m.Blocks))
	if strings.Count(said, `"style":"primary"`) != 1 || strings.Contains(said, "Studio") || strings.Contains(said, "cannot set") {
		t.Errorf("more than one button to press, or words of Studio: %s", said)
	}
}

// A run that succeeded with tables in trouble has no words to explain: the tables
// are named, and what helps is offered.
func TestPrinter_Diagnose_Tables(t *testing.T) {
	t.Parallel()
	m := diagnosisCases("orders")["tables"]
	for _, want := range []string{"2 failed, 1 empty, 1 far fewer rows, 26 others", "`ods.orders_07` · empty", "Rerun repeats the whole run"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("%q is missing in %s", want, m.Text)
		}
	}
	if strings.Contains(m.Text, "These words") || strings.Contains(m.Text, "message of the run") {
		t.Errorf("there are no words: %s", m.Text)
	}
	if want := []ActionID{ActionRerun, ActionAcceptance, ActionProbe, ActionViewLog, ActionShowTask}; !slices.Equal(offered(m), want) {
		t.Errorf("buttons %v, want %v", offered(m), want)
	}
}

// Further failures leave when it began.
func TestPrinter_Since(t *testing.T) {
	t.Parallel()
	i := sampleIncident(batchsync.ReasonFailed, "orders")
	i.Began = i.Conditions[0].Since.Add(-26 * time.Hour)
	began, newest := clock(i.Began, "UTC"), clock(i.Conditions[0].Since, "UTC")
	v := sampleAlert(batchsync.AlertSingle, i)
	v.Zone = "UTC"
	group := sampleAlert(batchsync.AlertSource, i, sampleIncident(batchsync.ReasonFailed, "customers"))
	group.Zone = "UTC"
	for name, drawn := range map[string]Message{
		"alert": printer().Alert(v), "incidents": printer().Incidents(IncidentsView{Rows: []batchsync.Incident{i}, Zone: "UTC", Now: sampleNow()}), "group": printer().Alert(group),
	} {
		all := string(mustJSON(t, drawn.Blocks))
		if !strings.Contains(all, began) || name != "group" && strings.Contains(all, newest) {
			t.Errorf("%s does not tell %s alone, the newest failure is of %s: %s", name, began, newest, all)
		}
	}
}

func TestPrinter_WithAcceptance(t *testing.T) {
	t.Parallel()
	op := sampleOperation(batchsync.OpDone, 6, batchsync.ScopeSingle, "orders")
	card := printer().Operation(op, sampleNow())
	before := len(card.Blocks)
	a := acceptanceCases("orders")["failed"].Acceptance
	for _, c := range []struct {
		name string
		a    *batchsync.Acceptance
		want string
	}{
		{"to come", nil, "after the first scheduled run that succeeds"},
		{"done", &a, "Acceptance: ✗ Failed · \\u003chttps://demo.slack.com/p1|its card"},
		{"asked", &batchsync.Acceptance{State: batchsync.AcceptanceAsked}, "figures are being gathered"},
	} {
		m := printer().WithAcceptance(card, op, c.a, "https://demo.slack.com/p1")
		checkMessage(t, m)
		if drawn := string(mustJSON(t, m.Blocks)); len(m.Blocks) != before+1 || len(card.Blocks) != before || !strings.Contains(drawn, c.want) {
			t.Errorf("%s: %s", c.name, drawn)
		}
	}
}

func TestPrinter_Acceptance_TakenBySlack(t *testing.T) {
	t.Parallel()
	ctx, _, api := workspace(t)
	post := func(what string, m Message) {
		for i, drawn := range append([][]slack.Block{m.Blocks}, m.Fallbacks...) {
			if _, _, err := api.PostMessageContext(ctx, slacksim.Ana, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(drawn...)); err != nil {
				t.Errorf("%s, drawing %d: %v", what, i, err)
			}
		}
	}
	for label, name := range names() {
		for kind, v := range acceptanceCases(name) {
			post(kind+" "+label, printer().Acceptance(v))
		}
		for kind, m := range diagnosisCases(name) {
			post(kind+" "+label, m)
		}
	}
}

func FuzzPrinter_Acceptance(f *testing.F) {
	f.Add(uint8(0), uint8(50), "orders", "detail", "U0ANA", "https://studio.example.com", int64(1_770_000_000), int64(5))
	f.Add(uint8(3), uint8(200), hostile, hostile, hostile, "javascript:alert(1)", int64(-1), int64(-7))
	f.Add(uint8(2), uint8(1), strings.Repeat("&", 300), strings.Repeat("<", 5000), "U1", "https://a:b@c", int64(1)<<50, int64(1)<<62)
	f.Fuzz(func(t *testing.T, verdict, tables uint8, name, detail, person, address string, at, n int64) {
		verdicts := append(batchsync.Verdicts(), batchsync.Verdict(name))
		a := planted(int(tables)%60+1, name)
		a.Verdict, a.Version, a.Occasion = verdicts[int(verdict)%len(verdicts)], int(n%1000), batchsync.Occasion(detail)
		a.By, a.AcceptedBy, a.AcceptedAt, a.Done = batchsync.UserID(person), batchsync.UserID(person), time.Unix(at, 0), time.Unix(at, 0)
		a.Expected = batchsync.Expectation{NonNull: float64(n), Tolerance: float64(at), Drop: int(n % 200)}
		for i := range a.Tables {
			t := &a.Tables[i]
			t.Source.Rows, t.Target.Rows, t.Target.Duplicates, t.Target.Exists = n, at, n, n%2 == 0
			t.Target.NonNull = map[string]int64{"id": n, name: at}
			t.Keys = []string{name, "ID"}
			t.Source.Problem = &batchsync.Problem{Code: batchsync.CodeRefused, Text: batchsync.T("no.such", name), Hint: batchsync.T("figures.name_hint"), Detail: detail}
			t.Target.Problem = &batchsync.Problem{Text: batchsync.T("source.timeout", detail, strconv.Itoa(i)), Detail: name}
			t.Source.By = batchsync.UserID(person)
			t.Source.How = []batchsync.Counted{batchsync.CountedNot, batchsync.CountedExactly, batchsync.CountedEstimated, batchsync.CountedPerson, batchsync.Counted(name)}[i%5]
			t.Found[i%len(t.Found)] = batchsync.Finding{Check: batchsync.CheckName(name), Verdict: verdicts[i%len(verdicts)], Text: batchsync.T("no.such", detail)}
			t.Found[(i+1)%len(t.Found)].Text = batchsync.T("types.enum", detail, name)
			t.Found[(i+1)%len(t.Found)].Verdict = verdicts[(i+1)%len(verdicts)]
		}
		if n%3 == 0 {
			a.ReopenedBy = batchsync.AcceptanceID(name)
		}
		for _, p := range both() {
			mayMention(t, checkMessage(t, p.Acceptance(AcceptanceView{Acceptance: a, Reopening: address})), person, "U0BEN")
			for _, v := range []slack.ModalViewRequest{
				p.AcceptForm(a), p.FigureForm(a),
				p.ExpectForm(ExpectForm{Task: batchsync.TaskRef{ID: 1, Name: name}, Typed: batchsync.TypedExpectation{Keys: detail, Drop: name}, Wrong: &batchsync.Error{Text: batchsync.T("expect.keys_unknown", detail)}}),
			} {
				if r := checkView(t, v); len(r.mentions) > 0 {
					t.Errorf("mentions %v", r.mentions)
				}
			}
			acts := batchsync.Acts()
			probes := ProbesView{Task: batchsync.TaskRef{ID: batchsync.TaskID(n), Name: name}, Studio: address, At: time.Unix(at, 0)}
			for _, pn := range append(batchsync.ProbeNames(), batchsync.ProbeName(name)) {
				probes.Probes = append(probes.Probes, batchsync.Probe{
					Name: pn, Verdict: verdicts[int(verdict)%len(verdicts)], Text: batchsync.T("probe.target_gone", name, detail),
					Problem: &batchsync.Problem{Text: batchsync.T("no.such", name), Detail: detail}, Act: acts[int(tables)%len(acts)],
				})
			}
			mayMention(t, checkMessage(t, p.Probes(probes)))
			d := Diagnosis{
				Incident: sampleIncident(batchsync.ReasonFailed, name), Studio: address, After: sampleLinks(int(tables)%30, name), AfterRead: true,
				Delivery: &a, Unread: tables%13 == 1,
				Compared: batchsync.Comparison{
					Since: time.Unix(at, 0), Read: time.Unix(at/2, 0), Earlier: slices.Repeat([]batchsync.Text{batchsync.T("changed.where")}, int(tables)%11),
					Changed: slices.Repeat([]batchsync.Text{batchsync.T("changed.mode", name, detail, name, detail)}, int(tables)%20),
					Left:    []batchsync.Text{batchsync.T("no.such", name), batchsync.T("uncompared.columns_some", detail, name)},
				},
				Advice: slices.Repeat([]batchsync.Advice{{Means: batchsync.T("no.such", name), Next: batchsync.T("advice.slow_next"), Acts: acts[int(verdict)%len(acts):], Line: detail}}, int(tables)%7),
			}
			mayMention(t, checkMessage(t, p.Diagnose(d)))
		}
	})
}
