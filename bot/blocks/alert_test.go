package blocks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// drawing is all of a message as a golden file shows it.
type drawing struct {
	Text      string          `json:"text"`
	Blocks    []slack.Block   `json:"blocks"`
	Fallbacks [][]slack.Block `json:"fallbacks,omitempty"`
}

func TestPrinter_Alert_Golden(t *testing.T) {
	t.Parallel()
	for name, v := range alertCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := printer().Alert(v)
			mayMention(t, checkMessage(t, m), "U0OWNER", "U0ANA")
			noSecret(t, m)
			d := drawing(m)
			if name != "tables_40" && name != "source_12" {
				d.Fallbacks = nil // alike, and judged above
			}
			golden(t, "alert_"+name, d)
		})
	}
}

// Whatever is wrong with whatever is called how, Slack takes the alert.
func TestPrinter_Alert_EveryName(t *testing.T) {
	t.Parallel()
	kinds := []batchsync.AlertKind{batchsync.AlertSingle, batchsync.AlertSource, batchsync.AlertVCluster, batchsync.AlertStorm, batchsync.AlertPlatform, "newer"}
	for label, name := range names() {
		for _, kind := range kinds {
			for _, reason := range append(batchsync.Reasons(), "", "newer", batchsync.Reason(name)) {
				for _, end := range []batchsync.Ending{"", batchsync.EndedRecovered, batchsync.EndedStopped, "newer"} {
					i := sampleIncident(reason, name)
					i.Conditions[0].Tables, i.Conditions[0].Of = sampleResults(12, 2, name), 90
					i.Found = batchsync.Found{Run: 81, Tables: sampleResults(30, 2, name)}
					if end != "" {
						i = ended(i, end)
					}
					v := sampleAlert(kind, append(sampleMembers(5, name), i)...)
					v.Incidents[0], v.Incidents[5] = v.Incidents[5], v.Incidents[0]
					v.Alert.Subject = name
					mayMention(t, checkMessage(t, printer().Alert(v)), "U0OWNER", "U0ANA")
					if t.Failed() {
						t.Fatalf("with %s name: %s, %s, %s", label, kind, reason, end)
					}
				}
			}
		}
	}
}

// Only an open alert pings owners, and only those it is meant to.
func TestPrinter_Alert_Mentions(t *testing.T) {
	t.Parallel()
	i := sampleIncident(batchsync.ReasonFailed, "orders <@U0EVIL>")
	open := sampleAlert(batchsync.AlertSingle, i)
	silent := sampleAlert(batchsync.AlertSingle, i)
	silent.Alert.Mentions = nil
	closed := sampleAlert(batchsync.AlertSingle, ended(i, batchsync.EndedRecovered))
	closed.Alert.Closed = sampleNow()
	forged := sampleAlert(batchsync.AlertSingle, i)
	forged.Alert.Mentions = []batchsync.UserID{"<!channel>", "!here", hostile}
	for _, c := range []struct {
		name string
		view AlertView
		want bool
	}{{"open", open, true}, {"not configured", silent, false}, {"closed", closed, false}, {"no ids", forged, false}} {
		t.Run(c.name, func(t *testing.T) {
			m := printer().Alert(c.view)
			r := checkMessage(t, m)
			if got := strings.Contains(m.Text, "<@U0OWNER>"); got != c.want {
				t.Errorf("text %q pings the owner: %v, want %v", m.Text, got, c.want)
			}
			if !c.want && len(r.mentions) > 0 {
				t.Errorf("mentions %v", r.mentions)
			}
		})
	}
}

// offered are the buttons and menu entries of a message.
func offered(m Message) []ActionID {
	var out []ActionID
	for _, b := range m.Blocks {
		row, ok := b.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, e := range row.Elements.ElementSet {
			switch e := e.(type) {
			case *slack.ButtonBlockElement:
				out = append(out, ActionID(e.ActionID))
			case *slack.OverflowBlockElement:
				for _, o := range e.Options {
					if c, err := ParseMenuChoice(o.Value); err == nil {
						out = append(out, c.Action)
					}
				}
			}
		}
	}
	return out
}

func TestPrinter_Alert_Buttons(t *testing.T) {
	t.Parallel()
	failed := []ActionID{ActionBackfill, ActionShowTask, ActionOpenStudio}
	menu := append([]ActionID{ActionDiagnose}, failed[1:]...)
	cases := alertCases()
	for _, c := range []struct {
		name string
		want []ActionID
	}{
		{"failed", append([]ActionID{ActionAck, ActionRerun, ActionDiagnose, ActionViewLog, ActionMute}, failed...)},
		{"failed_3x_acked", append([]ActionID{ActionRerun, ActionDiagnose, ActionViewLog, ActionMute}, failed...)},
		{"tables", append([]ActionID{ActionAck, ActionRerun, ActionDiagnose, ActionViewLog, ActionMute}, failed...)},
		{"blocked", append([]ActionID{ActionAck, ActionDiagnose, ActionMute}, failed...)},
		{"missing", append([]ActionID{ActionAck, ActionBackfill, ActionMute}, menu...)},
		{"late", append([]ActionID{ActionAck, ActionBackfill, ActionMute}, menu...)},
		{"stuck", append(append([]ActionID{ActionAck, ActionMute}, menu...), ActionStopRun)},
		{"slow", append(append([]ActionID{ActionAck, ActionViewLog, ActionMute}, menu...), ActionStopRun)},
		{"muted_held_away", []ActionID{ActionAck, ActionDiagnose, ActionViewLog, ActionUnmute, ActionShowTask}},
		{"recovered", []ActionID{ActionShowTask, ActionViewLog}},
		{"folded", []ActionID{ActionShowTask, ActionViewLog}},
		{"unfollowed", []ActionID{ActionShowTask, ActionViewLog}},
		{"rehearsal", []ActionID{ActionAck}},
		{"platform_down", []ActionID{ActionAck, ActionStatus}},
		{"source_12", []ActionID{ActionAckAll, ActionDiagnose, ActionIncidents}},
		{"source_over", []ActionID{ActionIncidents}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := offered(printer().Alert(cases[c.name])); !slices.Equal(got, c.want) {
				t.Errorf("buttons %v, want %v", got, c.want)
			}
		})
	}
}

// backfillOf is what a message's Backfill carries, and whether it stands in the
// menu; "" where there is none.
func backfillOf(m Message) (value string, inMenu bool) {
	for _, b := range m.Blocks {
		row, ok := b.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, e := range row.Elements.ElementSet {
			switch e := e.(type) {
			case *slack.ButtonBlockElement:
				if e.ActionID == string(ActionBackfill) {
					return e.Value, false
				}
			case *slack.OverflowBlockElement:
				for _, o := range e.Options {
					if c, err := ParseMenuChoice(o.Value); err == nil && c.Action == ActionBackfill {
						return c.Value, true
					}
				}
			}
		}
	}
	return "", false
}

// Backfill begins with the days of the failures in a row, as the platform's zone
// counts them: 18:00 in London is the next day in Shanghai.
func TestPrinter_Alert_BackfillDays(t *testing.T) {
	t.Parallel()
	row := func(i *batchsync.Incident, _ *AlertView) {
		i.Conditions[0].Times, i.Conditions[0].First = 3, i.Conditions[0].Plan.AddDate(0, 0, -2)
	}
	on := func(w batchsync.Watch) func(*batchsync.Incident, *AlertView) {
		return func(_ *batchsync.Incident, v *AlertView) { v.Watches[40001] = w }
	}
	for _, c := range []struct {
		name   string
		reason batchsync.Reason
		change func(*batchsync.Incident, *AlertView)
		want   string
		menu   bool
	}{
		{"failed once", batchsync.ReasonFailed, nil, "1:40001/2026-03-04/2026-03-04", true},
		{"failed three times", batchsync.ReasonFailed, row, "1:40001/2026-03-02/2026-03-04", true},
		{"in another zone", batchsync.ReasonFailed, func(i *batchsync.Incident, v *AlertView) { row(i, v); v.Zone = "Europe/London" }, "1:40001/2026-03-01/2026-03-03", true},
		{"told by an older bot", batchsync.ReasonFailed, func(i *batchsync.Incident, v *AlertView) { i.Conditions[0].Times = 3 }, "1:40001/2026-03-04/2026-03-04", true},
		{"no time is told", batchsync.ReasonFailed, func(i *batchsync.Incident, v *AlertView) { i.Conditions[0].Plan = time.Time{} }, "1:40001", true},
		{"a time that no calendar has", batchsync.ReasonFailed, func(i *batchsync.Incident, v *AlertView) { i.Conditions[0].Plan = time.Unix(1<<50, 0) }, "1:40001", true},
		{"tables", batchsync.ReasonTables, nil, "1:40001/2026-03-04/2026-03-04", true},
		{"blocked", batchsync.ReasonBlocked, row, "1:40001/2026-03-02/2026-03-04", true},
		{"missing", batchsync.ReasonMissing, nil, "1:40001/2026-03-04/2026-03-04", false},
		{"late", batchsync.ReasonLate, nil, "1:40001/2026-03-04/2026-03-04", false},
		{"stuck", batchsync.ReasonStuck, nil, "", false},
		{"slow", batchsync.ReasonSlow, nil, "", false},
		{"paused", batchsync.ReasonPaused, nil, "", false},
		{"in no state that is known", batchsync.ReasonOdd, nil, "", false},
		{"held", batchsync.ReasonFailed, func(_ *batchsync.Incident, v *AlertView) {
			v.Holders = map[batchsync.TaskID]batchsync.Operation{40001: sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 1, "orders")}
		}, "", false},
		{"missing and held", batchsync.ReasonMissing, func(_ *batchsync.Incident, v *AlertView) {
			v.Holders = map[batchsync.TaskID]batchsync.Operation{40001: sampleChange(batchsync.OpBackfill, batchsync.OpRunning, 1, "orders")}
		}, "", false},
		{"not followed", batchsync.ReasonFailed, func(_ *batchsync.Incident, v *AlertView) { v.Tasks = nil }, "1:40001/2026-03-04/2026-03-04", true},
		{"nothing known of the schedule", batchsync.ReasonFailed, func(_ *batchsync.Incident, v *AlertView) { v.Watches = nil }, "1:40001/2026-03-04/2026-03-04", true},
		{"taken offline", batchsync.ReasonFailed, on(batchsync.Watch{Task: 40001, Read: sampleNow()}), "", false},
		{"deleted", batchsync.ReasonFailed, on(batchsync.Watch{Task: 40001, Online: true, Gone: true}), "", false},
		{"over", batchsync.ReasonFailed, func(i *batchsync.Incident, _ *AlertView) { *i = ended(*i, batchsync.EndedRecovered) }, "", false},
		{"told elsewhere", batchsync.ReasonFailed, func(_ *batchsync.Incident, v *AlertView) { v.Alert.Closed = sampleNow() }, "", false},
		{"made up", batchsync.ReasonFailed, func(i *batchsync.Incident, _ *AlertView) { i.Task, i.Rehearsal = -5, true }, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			i := sampleIncident(c.reason, "orders")
			v := sampleAlert(batchsync.AlertSingle, i)
			if c.change != nil {
				c.change(&i, &v)
			}
			v.Incidents = []batchsync.Incident{i}
			m := printer().Alert(v)
			checkMessage(t, m)
			if got, menu := backfillOf(m); got != c.want || menu != c.menu {
				t.Errorf("backfill of %q, in the menu %v; want %q, %v", got, menu, c.want, c.menu)
			}
		})
	}
}

// gridOf is the table of a message: of the first drawing the table itself, of
// the last its lines.
func gridOf(all []slack.Block) (rows int, text string) {
	for _, b := range all {
		switch b := b.(type) {
		case *slack.DataTableBlock:
			rows = len(b.Rows)
			text = fmt.Sprint(rows)
			for _, row := range b.Rows {
				for _, cell := range row {
					if c, ok := cell.(*slack.DataTableRawTextCell); ok {
						text += "|" + c.Text
					}
				}
			}
		case *slack.RichTextBlock:
			for _, e := range b.Elements {
				if pre, ok := e.(*slack.RichTextPreformatted); ok {
					for _, s := range pre.Elements {
						text += s.(*slack.RichTextSectionTextElement).Text + "\n"
					}
				}
			}
		}
	}
	return rows, text
}

// Every member is in every drawing, the worst first, or counted as left out.
func TestPrinter_Alert_AllMembers(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 12, 98, 99, 100, 500} {
		v := sampleAlert(batchsync.AlertStorm, sampleMembers(n, "orders")...)
		m := printer().Alert(v)
		rows, text := gridOf(m.Blocks)
		if want := min(n, 99) + 1; rows != want {
			t.Errorf("%d members: %d rows, want %d", n, rows, want)
		}
		_, lines := gridOf(m.Fallbacks[1])
		for _, i := range worstFirst(v.Incidents)[:min(n, 99)] {
			if !strings.Contains(text, "|"+i.Name+"|") || !strings.Contains(lines, i.Name+"  ") {
				t.Fatalf("%d members: %s is not in every drawing", n, i.Name)
			}
		}
		if got := strings.Contains(string(mustJSON(t, m.Blocks)), "/batchsync incidents"); got != (n > 99) {
			t.Errorf("%d members: what is left out is said: %v", n, got)
		}
	}
}

// Of 40 tables the bad ones come first, and their number is said in words.
func TestPrinter_Alert_TablesWorstFirst(t *testing.T) {
	t.Parallel()
	m := printer().Alert(alertCases()["tables_40"])
	_, text := gridOf(m.Blocks)
	var at []int
	for _, word := range []string{"✗ failed", "✗ empty", "! far fewer rows", "? unknown", "✓ ok"} {
		at = append(at, strings.Index(text, word))
	}
	if !slices.IsSorted(at) || at[0] < 0 {
		t.Errorf("states at %v in %s", at, text)
	}
	if want := "3 failed, 1 empty, 1 far fewer rows, 1 unknown, 34 ok"; !strings.Contains(m.Text, want) {
		t.Errorf("text %q lacks %q", m.Text, want)
	}
	if !strings.Contains(string(mustJSON(t, m.Blocks)), "Sync Objects") {
		t.Error("how to rerun single tables is not said")
	}
}

// A redrawn alert has other block ids, so that Slack shows it anew.
func TestUnstamped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, line, want string }{
		{"time and level", "2026-11-23 02:24:39.897 ERROR table erp.a: status FAILED", "table erp.a: status FAILED"},
		{"brackets", "[2026-11-23T02:24:39Z] [WARN] far too slow", "far too slow"},
		{"level first", "ERROR: 2026/11/23 02:24 no such table", "no such table"},
		{"a number that is meant", "1064 You have an error", "1064 You have an error"},
		{"a word that begins like a level", "errors were found", "errors were found"},
		{"nothing else", "2026-11-23", "2026-11-23"},
	} {
		if got := unstamped(c.line); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWorstFirst_Names(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	got := worstFirst([]batchsync.Incident{{ID: "1", Name: "c", Opened: at}, {ID: "2", Name: "a", Opened: at}, {ID: "3", Name: "b", Opened: at.Add(-time.Hour)}})
	if got[0].Name != "b" || got[1].Name != "a" || got[2].Name != "c" {
		t.Errorf("order: %v", got)
	}
}

func TestPrinter_Alert_NewIDs(t *testing.T) {
	t.Parallel()
	i := sampleIncident(batchsync.ReasonFailed, "orders")
	before := printer().Alert(sampleAlert(batchsync.AlertSingle, i)).Blocks[0].ID()
	i.Version++
	after := printer().Alert(sampleAlert(batchsync.AlertSingle, i)).Blocks[0].ID()
	if before == after || SurfaceOf(after) != SurfaceNone {
		t.Errorf("block ids %q and %q", before, after)
	}
}

// Replies say the reason's word, not its code, and nothing else is translated.
func TestPrinter_Notice_ReasonWord(t *testing.T) {
	t.Parallel()
	for _, r := range batchsync.Reasons() {
		for _, said := range []batchsync.Text{
			batchsync.T("incident.reply_changed", "orders", string(r)), batchsync.T("incident.reply_another", "orders", string(r)), batchsync.T("incident.reply_reopened", "orders", string(r)),
		} {
			want := english()[batchsync.TextKey("reason."+string(r))]
			if m := printer().Notice([]batchsync.Text{said}); !strings.Contains(m.Text, want) || !strings.Contains(printer().Text(said), want) {
				t.Errorf("%s of %s: %q", said.Key, r, m.Text)
			}
		}
	}
	m := printer().Notice([]batchsync.Text{batchsync.T("news.gone", "failed")})
	if !strings.Contains(m.Text, "failed") {
		t.Errorf("a task called failed became %q", m.Text)
	}
}

func TestPrinter_News_TakenBySlack(t *testing.T) {
	t.Parallel()
	ctx, _, api := workspace(t)
	post := func(what string, m Message) {
		for i, drawn := range append([][]slack.Block{m.Blocks}, m.Fallbacks...) {
			_, _, err := api.PostMessageContext(ctx, slacksim.Ana, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(drawn...))
			if err != nil {
				t.Errorf("%s, drawing %d: %v", what, i, err)
			}
		}
	}
	for name, v := range alertCases() {
		post("alert "+name, printer().Alert(v))
	}
	for name, m := range newsCases() {
		post(name, m)
	}
}

func FuzzPrinter_Alert(f *testing.F) {
	f.Add(uint8(0), uint8(1), uint8(12), uint8(3), "orders", "detail", "U0OWNER", "https://studio.example.com", int64(1_770_000_000), int64(5))
	f.Add(uint8(1), uint8(9), uint8(200), uint8(80), hostile, hostile, hostile, "javascript:alert(1)", int64(-1), int64(-7))
	f.Add(uint8(3), uint8(4), uint8(3), uint8(0), strings.Repeat("&", 300), strings.Repeat("<", 5000), "U1", "https://a:b@c", int64(1)<<50, int64(1)<<62)
	f.Fuzz(func(t *testing.T, kind, reason, members, tables uint8, name, detail, person, address string, at, n int64) {
		kinds := []batchsync.AlertKind{batchsync.AlertSingle, batchsync.AlertSource, batchsync.AlertVCluster, batchsync.AlertStorm, batchsync.AlertPlatform, batchsync.AlertKind(name)}
		reasons := append(batchsync.Reasons(), batchsync.Reason(name))
		all := sampleMembers(int(members)%130, name)
		for k := range all {
			i := &all[k]
			i.Version = int(n % 1000)
			i.Source, i.VCluster, i.AckedBy = name, person, batchsync.UserID(person)
			i.Ending, i.Away, i.Rehearsal = batchsync.Ending(detail), n%2 == 0, n%3 == 0
			i.Found = batchsync.Found{Run: batchsync.RunID(n), OpsURL: address, Before: []batchsync.TaskLink{{Name: name}, {ID: 1}}, Tables: sampleResults(int(tables)%90, 4, name)}
			if k%3 == 0 {
				i.Task = batchsync.TaskID(n)
			}
			i.Conditions = []batchsync.Condition{{
				Reason: reasons[int(reason)%len(reasons)], Run: batchsync.RunID(n), Plan: time.Unix(at, 0), Since: time.Unix(at, 0), Times: int(n % 100),
				First:  time.Unix(at-n%1_000_000_000, 0),
				Status: batchsync.RunStatus(n % 50), Usual: time.Duration(n), Detail: detail, Tables: sampleResults(int(tables)%90, 9, detail), Of: int(n % 1000),
			}}
			for t := range i.Conditions[0].Tables {
				i.Conditions[0].Tables[t].State, i.Conditions[0].Tables[t].By = batchsync.TableState(detail), batchsync.Evidence(name)
			}
		}
		v := sampleAlert(kinds[int(kind)%len(kinds)], all...)
		v.Alert.Mentions, v.Alert.Subject, v.IntoLink, v.Zone = []batchsync.UserID{batchsync.UserID(person)}, name, address, detail
		v.Names = map[batchsync.UserID]string{"U0OWNER": name}
		if n%5 == 0 {
			v.Alert.Closed = time.Unix(at, 0)
			v.Alert.Folded = batchsync.AlertID(name)
			v.Into = &batchsync.Alert{Kind: kinds[int(members)%len(kinds)], Subject: detail}
		}
		for _, p := range both() {
			mayMention(t, checkMessage(t, p.Alert(v)), person)
			mayMention(t, checkMessage(t, p.Incidents(IncidentsView{Rows: all[:min(len(all), 20)], First: int(kind), Total: int(members), Zone: name, Now: sampleNow()})), person)
			if len(all) > 0 {
				mayMention(t, checkMessage(t, p.Diagnose(Diagnosis{Incident: all[0], Advice: []batchsync.Advice{{Means: batchsync.T("news.gone", name), Next: batchsync.T("no.such", detail), Line: detail}}})), person)
			}
		}
	})
}

// Several people are mentioned once each, behind the first, and nobody else.
func TestPrinter_NoticeTo_Several(t *testing.T) {
	t.Parallel()
	body := []batchsync.Text{batchsync.T("alert.remind", "9", "orders")}
	m := printer().NoticeTo("U0ANA", body, "U0BEN", "<!channel>", "W0CAT")
	if want := "<@U0ANA> <@U0BEN> <@W0CAT> 9 tasks are still in trouble"; !strings.HasPrefix(m.Text, want) {
		t.Errorf("text %q, want %q", m.Text, want)
	}
	mayMention(t, checkMessage(t, m), "U0ANA", "U0BEN", "W0CAT")
	m = printer().NoticeTo("U0ANA", body, slices.Repeat([]batchsync.UserID{"U0BEN"}, 500)...)
	if n := strings.Count(m.Text, "<@"); n != maxMentioned {
		t.Errorf("%d mentions, want %d", n, maxMentioned)
	}
	checkMessage(t, m)
}
