package blocks

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// sampleDigest is a day with everything in it.
func sampleDigest(name string) DigestView {
	v := DigestView{
		Digest: batchsync.Digest{
			At: sampleNow(), Zone: "Asia/Shanghai", Day: "2026-03-03", Tasks: 40, OK: 165, Late: 3, Failed: 2,
			Open: []batchsync.IncidentID{"i1", "i2"}, Waiting: []batchsync.OperationID{"o1"},
			Slowest: []batchsync.SlowTask{{Task: 1, Name: name, Took: 90 * time.Minute, Usual: 12 * time.Minute}, {Task: 2, Took: time.Minute}},
			Muted:   []batchsync.TaskLine{{Task: 3, Name: name, At: sampleNow().Add(time.Hour)}, {Task: 4}},
			Failing: []batchsync.TaskLine{{Task: 5, Name: name, At: sampleNow().Add(-9 * time.Hour)}},
		},
		Incidents: []batchsync.Incident{sampleIncident(batchsync.ReasonLate, name), sampleIncident(batchsync.ReasonFailed, name)},
		Waiting:   []batchsync.Operation{sampleChange(batchsync.OpDeploy, batchsync.OpUnknown, 2, name)},
		Links:     map[batchsync.IncidentID]string{"i1": "https://demo.slack.com/archives/C1/p1"},
	}
	v.Cards = map[batchsync.OperationID]string{v.Waiting[0].ID: "https://demo.slack.com/archives/C1/p2"}
	for n := range 14 {
		d := batchsync.DayFigures{Day: time.Date(2026, 2, 18+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), OK: 160 + n, Failed: n % 4}
		if n == 6 {
			d.OK, d.Failed = 0, 0 // nobody ran anything: a gap
		}
		v.Days = append(v.Days, d)
	}
	return v
}

func manyDigest(name string) DigestView {
	v := sampleDigest(name)
	for n := range 60 {
		v.Open = append(v.Open, batchsync.IncidentID(fmt.Sprint("x", n)))
		v.Incidents = append(v.Incidents, sampleIncident(batchsync.ReasonFailed, name))
		v.Slowest = append(v.Slowest, v.Slowest[0])
		v.Muted = append(v.Muted, v.Muted[0])
		v.Failing = append(v.Failing, v.Failing[0])
		v.Waiting = append(v.Waiting, v.Waiting[0])
	}
	return v
}

func sampleSubscriptions(n int, name string) SubscriptionsView {
	v := SubscriptionsView{Channel: batchsync.Channel{ID: "C0CHAN", Digest: "09:00", Zone: "Asia/Shanghai"}, Zone: "Asia/Shanghai", Now: sampleNow()}
	kinds := []batchsync.SelectorKind{batchsync.SelectTask, batchsync.SelectFolder, batchsync.SelectSource, batchsync.SelectAll}
	for k := range n {
		s := batchsync.Selector{Kind: kinds[k%4], Name: name}
		if s.Kind == batchsync.SelectTask {
			s.Task = batchsync.TaskID(40001 + k)
		}
		v.Rows = append(v.Rows, batchsync.Subscription{Channel: "C0CHAN", Selector: s, Topics: batchsync.Topics(), By: "U0ANA", At: sampleNow()})
	}
	v.Quiet = sampleQuiets(min(n, 12), name)
	return v
}

func sampleQuiets(n int, why string) []batchsync.Quiet {
	var out []batchsync.Quiet
	for k := range n {
		from := sampleNow().Add(time.Duration(k-1) * time.Hour)
		out = append(out, batchsync.Quiet{
			ID: fmt.Sprint("q", k), Selector: batchsync.Selector{Kind: batchsync.SelectSource, Name: why}, From: from, To: from.Add(90 * time.Minute), Why: why, By: "U0ANA",
		})
	}
	return out
}

func newsCases() map[string]Message {
	p := printer()
	out := map[string]Message{
		"digest_nothing":   p.Digest(DigestView{Digest: batchsync.Digest{At: sampleNow(), Zone: "UTC", Day: "2026-03-03"}}),
		"digest_fine":      p.Digest(DigestView{Digest: batchsync.Digest{At: sampleNow(), Zone: "UTC", Day: "2026-03-03", Tasks: 40, OK: 40, Days: sampleDigest("").Days[:3]}}),
		"digest_only_open": p.Digest(DigestView{Digest: batchsync.Digest{At: sampleNow(), Zone: "UTC", Day: "2026-03-03", Tasks: 1, Open: []batchsync.IncidentID{"gone"}}}),
		"rehearse":         p.RehearsalStarted(batchsync.Rehearsal{ID: "r1", Channel: "C0CHAN"}),
		"rehearse_direct":  p.RehearsalStarted(batchsync.Rehearsal{ID: "r1", Channel: "D0CHAN"}),
		"incidents_none":   p.Incidents(IncidentsView{}),
		"quiets_none":      p.Quiets(QuietsView{}),
	}
	for label, name := range names() {
		i := sampleIncident(batchsync.ReasonFailed, name)
		sub := sampleSubscriptions(2, name).Rows[1]
		channel := batchsync.Channel{Digest: "09:00", Zone: name}
		quiet := sampleQuiets(2, name)
		out["digest_"+label] = p.Digest(sampleDigest(name))
		out["digest_many_"+label] = p.Digest(manyDigest(name))
		out["incidents_"+label] = p.Incidents(IncidentsView{
			Rows: sampleMembers(20, name), First: 20, Total: 45, Zone: "UTC", Now: sampleNow(),
			Muted: map[batchsync.TaskID]time.Time{40004: sampleNow().Add(time.Hour)}, Links: map[batchsync.IncidentID]string{"i3": "https://demo.slack.com/p3"},
		})
		for n, what := range []string{"none", "some", "many"} {
			out["subscriptions_"+what+"_"+label] = p.Subscriptions(sampleSubscriptions(n*n*8, name))
		}
		out["subscribed_"+label] = p.Subscribed(sub, channel, 12)
		out["subscribed_nothing_"+label] = p.Subscribed(sub, channel, 0)
		out["unsubscribed_"+label] = p.Unsubscribed(sub.Selector, nil, channel)
		out["unsubscribed_some_"+label] = p.Unsubscribed(sub.Selector, []batchsync.Topic{batchsync.TopicLate, batchsync.TopicDigest}, channel)
		out["quiets_"+label] = p.Quiets(QuietsView{Rows: sampleQuiets(12, name), Zone: name, Now: sampleNow()})
		out["quiet_set_"+label] = p.QuietSet(quiet[0], "Asia/Shanghai", sampleNow())
		out["quiet_ended_"+label] = p.QuietEnded(quiet[0])
		out["diagnosis_none_"+label] = p.Diagnose(Diagnosis{Incident: i})
		out["diagnosis_"+label] = p.Diagnose(Diagnosis{Incident: i, LogRead: true, Advice: []batchsync.Advice{
			{Means: batchsync.T("platform.unreachable"), Next: batchsync.T("platform.unreachable_hint"), Line: name},
			{Means: batchsync.T("platform.login"), Next: batchsync.T("platform.login_hint")},
		}})
	}
	return out
}

func TestPrinter_News_Golden(t *testing.T) {
	t.Parallel()
	for name, m := range newsCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mayMention(t, checkMessage(t, m), "U0ANA")
			noSecret(t, m)
			label := name[strings.LastIndexByte(name, '_')+1:]
			if _, named := names()[label]; named && label != "english" && label != "hostile" || strings.Contains(name, "_many_") {
				return // drawn and judged; the others show what there is to see
			}
			golden(t, "news_"+name, drawing(m))
		})
	}
}

// The share of runs in time counts what failed and what was late, and only all
// of it is 100 percent.
func TestPrinter_Digest_Share(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		ok, late, failed int
		want             string
	}{
		{"all but one of many", 999, 0, 1, "99 %"}, {"late ones", 10, 5, 0, "50 %"}, {"all failed", 0, 0, 3, "0 %"},
		{"odd figures", 1, 5, 0, "0 %"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := printer().Digest(DigestView{Digest: batchsync.Digest{At: sampleNow(), OK: c.ok, Late: c.late, Failed: c.failed}})
			if !strings.Contains(m.Text, "*"+c.want+"*") {
				t.Errorf("%q lacks %s", m.Text, c.want)
			}
		})
	}
}

// A day without runs is a gap in the chart and in its words, not a zero.
func TestPrinter_Digest_Gap(t *testing.T) {
	t.Parallel()
	m := printer().Digest(sampleDigest("orders"))
	shown := string(mustJSON(t, m.Blocks)) + string(mustJSON(t, m.Fallbacks))
	if strings.Contains(shown, "02-24") || !strings.Contains(shown, "02-25") || !strings.Contains(m.Text, "13 days") {
		t.Errorf("the day without runs is drawn: %s", m.Text)
	}
	var chart *slack.DataVisualizationBlock
	for _, b := range m.Blocks {
		if c, ok := b.(*slack.DataVisualizationBlock); ok {
			chart = c
		}
	}
	if chart == nil || chart.Validate() != nil {
		t.Fatalf("chart %+v: %v", chart, chart.Validate())
	}
}

// Every subscription can be ended by its button, which carries no foreign text.
func TestPrinter_Subscriptions_Twins(t *testing.T) {
	t.Parallel()
	of := func(id batchsync.TaskID, name string) batchsync.Subscription {
		return batchsync.Subscription{Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: id, Name: name}, Topics: batchsync.UsualTopics()}
	}
	text := printer().Subscriptions(SubscriptionsView{Rows: []batchsync.Subscription{of(7, "orders"), of(8, "orders"), of(9, "users")}}).Text
	for _, want := range []string{"`orders`, id 7", "`orders`, id 8", "`users` ·"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not tell %q", text, want)
		}
	}
}

func TestPrinter_Subscriptions_Unsubscribe(t *testing.T) {
	t.Parallel()
	v := sampleSubscriptions(4, strings.Repeat("长", 1000))
	found := 0
	for _, b := range printer().Subscriptions(v).Blocks {
		s, ok := b.(*slack.SectionBlock)
		if !ok || s.Accessory == nil || s.Accessory.ButtonElement.ActionID != string(ActionUnsubscribe) {
			continue
		}
		if want := SelectorRef(v.Rows[found].Selector); s.Accessory.ButtonElement.Value != want {
			t.Errorf("row %d ends %q, want %q", found, s.Accessory.ButtonElement.Value, want)
		}
		found++
	}
	if found != 4 {
		t.Errorf("%d rows can be ended, want 4", found)
	}
}

func FuzzPrinter_News(f *testing.F) {
	f.Add("orders", "2026-03-03", "U0ANA", int64(7), int64(90))
	f.Add(hostile, hostile, hostile, int64(-1), int64(1)<<60)
	f.Add(strings.Repeat("&", 999), "", "W1", int64(1)<<61, int64(0))
	f.Fuzz(func(t *testing.T, name, day, person string, n, seconds int64) {
		for _, p := range both() {
			v := manyDigest(name)
			v.Day, v.Zone, v.OK, v.Late, v.Failed = day, name, int(n), int(seconds), int(seconds%100)
			v.Links["i1"], v.Digest.At = day, time.Unix(seconds, 0)
			v.Days = append(v.Days, batchsync.DayFigures{Day: day, OK: int(n), Failed: int(seconds)}, batchsync.DayFigures{Day: day, OK: 1})
			v.Slowest[0].Took, v.Slowest[0].Usual = time.Duration(n), time.Duration(seconds)
			mayMention(t, checkMessage(t, p.Digest(v)))
			s := sampleSubscriptions(int(uint64(n)%30), name)
			for i := range s.Rows {
				s.Rows[i].By, s.Rows[i].Topics = batchsync.UserID(person), append(batchsync.Topics(), batchsync.Topic(day))
			}
			s.Channel.Digest, s.Channel.Zone = day, name
			mayMention(t, checkMessage(t, p.Subscriptions(s)), person, "U0ANA")
			q := batchsync.Quiet{ID: "q1", Selector: batchsync.Selector{Kind: batchsync.SelectorKind(day), Name: name}, From: time.Unix(n, 0), To: time.Unix(seconds, 0), Why: name, By: batchsync.UserID(person)}
			mayMention(t, checkMessage(t, p.Quiets(QuietsView{Rows: []batchsync.Quiet{q}, Zone: day, Now: sampleNow()})), person)
			mayMention(t, checkMessage(t, p.QuietSet(q, day, sampleNow())), person)
			mayMention(t, checkMessage(t, p.QuietEnded(q)))
		}
	})
}

// Why a window was set is shown as it was typed, wherever it is shown: no mention
// of it notifies, and nothing of it is bold.
func TestPrinter_QuietReason(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, why, want string }{
		{"plain", "release 4.2", "`release 4.2`"},
		{"a person", "ask <@U0ANA|ana> *first*", "`ask @ana *first*`"},
		{"a person without a name", "ask <@U0ANA>", "`ask @U0ANA`"},
		{"a channel", "see <#C0CHAN|general>", "`see #general`"},
		{"everybody", "<!here> and <!subteam^S1|@ops>", "`@here and @ops`"},
		{"links", "<https://a.example/x|a.example/x> <https://b.example>", "`a.example/x https://b.example`"},
		{"backticks", "run `x` *bold* _it_", "`run 'x' *bold* _it_`"},
		{"signs", "a < b & c > d", "`a &lt; b &amp; c &gt; d`"},
		{"a secret", "use planted-secret", "`use [redacted]`"},
		{"none", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q := batchsync.Quiet{ID: "q1", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Why: tt.why, By: "U0ANA"}
			for _, p := range both() {
				for where, m := range map[string]Message{
					"list":          p.Quiets(QuietsView{Rows: []batchsync.Quiet{q}, Now: sampleNow()}),
					"answer":        p.QuietSet(q, "UTC", sampleNow()),
					"subscriptions": p.Subscriptions(SubscriptionsView{Quiet: []batchsync.Quiet{q}, Now: sampleNow()}),
				} {
					var drawn []string
					for _, b := range m.Blocks {
						if s, ok := b.(*slack.SectionBlock); ok && strings.HasPrefix(s.BlockID, "quiet/") {
							drawn = append(drawn, strings.Split(s.Text.Text, "\n")...)
						}
					}
					if tt.want != "" && !slices.Contains(drawn, tt.want) || tt.want == "" && len(drawn) == 3 {
						t.Errorf("%s: %q, want %q", where, drawn, tt.want)
					}
				}
			}
		})
	}
}
