package handlers

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// pressed carries out a click of Ana's, who may change things, with all that it
// has done behind it.
func pressed(t *testing.T, b *Bot, in click) {
	t.Helper()
	b.people.access = batchsync.Access{Admins: []batchsync.UserID{slacksim.Ana}, Team: "T1"}
	b.people.knows(batchsync.User{ID: slacksim.Ana, Team: "T1"}, time.Now())
	in.origin = ana
	in.Trigger, in.Again = "1.2.3", opener{in.Action, in.Value}
	b.routes[in.Action].run(b, t.Context(), in)
	inline := newPool(1, 10, time.Minute, quiet())
	for _, p := range []*pool{b.reads, b.work} {
		for _, jobs := range p.lanes {
			for _, job := range jobs {
				inline.guarded(t.Context(), "", job)
			}
		}
	}
}

var initialDate = regexp.MustCompile(`initial_date":\s*"([^"]*)"`)

// days are those a form begins with.
func (w *wall) days() (out []string) {
	for _, m := range initialDate.FindAllStringSubmatch(w.top(), -1) {
		out = append(out, m[1])
	}
	return out
}

// TestBot_BackfillClicked opens the form with the days of a button, whatever way
// it is pressed, and never goes on to the review: nobody chose the days yet.
func TestBot_BackfillClicked(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	day := func(n int) string { return time.Now().In(zone).AddDate(0, 0, n).Format(time.DateOnly) }
	mean := func(from, to string) string { return blocks.DaysRef{Task: 7, From: from, To: to}.String() }
	hourly := online
	hourly.Cron = "0 00 * * * ? *"
	yearly := online
	yearly.Cron = "0 00 02 31 12 ? *"
	summer := "2025-07-01"
	for _, c := range []struct {
		name     string
		value    string
		deployed batchsync.Deployed
		days     []string
		want     []string
		not      string
	}{
		{"days of a row", mean(day(-3), day(-1)), online, []string{day(-3), day(-1)}, []string{"Run `orders` again"}, "warning"},
		{"one day", mean(day(-2), day(-2)), online, []string{day(-2), day(-2)}, nil, "warning"},
		{"of an older message", mean("", ""), online, []string{day(-1), day(-1)}, nil, "warning"},
		{"tomorrow", mean(day(-1), day(1)), online, []string{day(-1), day(1)}, []string{day(1) + " is in the future"}, ""},
		{"no run on these days", mean(summer, summer), yearly, []string{summer, summer}, []string{"The schedule has no run on these days"}, ""},
		{"many runs", mean(day(-9), day(-1)), hourly, []string{day(-9), day(-1)}, []string{"These days have 216 runs", string(blocks.ActionLarge)}, ""},
		{"too long ago", mean("1999-01-01", "1999-01-02"), online, []string{"1999-01-01", "1999-01-02"}, []string{"1999-01-01 is too long ago"}, ""},
		{"a schedule nobody can read", mean(day(-3), day(-1)), batchsync.Deployed{Online: true, Cron: "0 NaN 02 * * ? *"}, []string{day(-3), day(-1)}, nil, "warning"},
		{"offline", mean(day(-3), day(-1)), batchsync.Deployed{}, nil, []string{"orders is not deployed"}, ""},
		{"no reference", "1:7/" + day(-1), online, nil, []string{"button"}, "form.from"},
	} {
		for path, in := range map[string]click{
			"button":  {Action: blocks.ActionBackfill, Value: c.value},
			"menu":    {Action: blocks.ActionTaskMenu, Value: blocks.MenuChoice{Action: blocks.ActionBackfill, Value: c.value}.String()},
			"in form": {Action: blocks.ActionBackfill, Value: c.value, View: &slack.View{ID: "V5"}},
		} {
			t.Run(c.name+" by "+path, func(t *testing.T) {
				t.Parallel()
				b, w := changer(t, &plant{tasks: []batchsync.TaskRef{syncTask}, deployed: c.deployed}, desk{}, clusters{})
				s := newLedger()
				b.Store = s
				pressed(t, b, in)
				shown := w.top()
				if got := w.days(); !slices.Equal(got, c.days) {
					t.Errorf("begins with %q, want %q: %s", got, c.days, shown)
				}
				for _, want := range c.want {
					if !strings.Contains(shown, want) {
						t.Errorf("%q is not shown in %s", want, shown)
					}
				}
				if c.not != "" && strings.Contains(shown, c.not) {
					t.Errorf("%q is shown in %s", c.not, shown)
				}
				all := strings.Join(w.seen, "")
				if in.View != nil && strings.Contains(all, "1.2.3") {
					t.Error("opens another form")
				}
				if len(s.proposed) > 0 || strings.Contains(all, "Job name") {
					t.Error("goes on to the review")
				}
			})
		}
	}
}

// TestBot_BackfillClicked_Again has a form that did not get there opened again
// with the same days, by whichever way it was asked for.
func TestBot_BackfillClicked_Again(t *testing.T) {
	t.Parallel()
	value := blocks.DaysRef{Task: 7, From: "2026-03-01", To: "2026-03-03"}.String()
	for name, in := range map[string]click{
		"button": {Action: blocks.ActionBackfill, Value: value},
		"menu":   {Action: blocks.ActionTaskMenu, Value: blocks.MenuChoice{Action: blocks.ActionBackfill, Value: value}.String()},
	} {
		b, _ := changer(t, &plant{tasks: []batchsync.TaskRef{syncTask}, deployed: online}, desk{}, clusters{})
		b.Store = newLedger()
		pressed(t, b, in)
		if got, want := b.opened.of("V1").again, (opener{blocks.ActionBackfill, value}); got != want {
			t.Errorf("%s: opened again by %+v, want %+v", name, got, want)
		}
	}
}

// A refusal is recorded of the task, whatever days a button means.
func TestObjectOf_Days(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"1:7", "1:7/2026-03-01/2026-03-03"} {
		if got := objectOf(click{Action: blocks.ActionBackfill, Value: value}); got != "task/7" {
			t.Errorf("%s: %q", value, got)
		}
	}
}

// trail is a store with one operation, and remembers what of the audit it was
// asked for.
type trail struct {
	Store
	asked []batchsync.AuditFilter
}

func (s *trail) AuditOf(f batchsync.AuditFilter) ([]batchsync.AuditRow, error) {
	s.asked = append(s.asked, f)
	return []batchsync.AuditRow{{Operation: "gone"}, {Operation: "op0"}}, nil
}

func (s *trail) Operation(id batchsync.OperationID) (batchsync.Operation, error) {
	if id == "gone" {
		return batchsync.Operation{}, &batchsync.Error{Code: batchsync.CodeNotFound}
	}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return batchsync.NewChange(id, batchsync.OpBackfill, slacksim.Adam, "C1", 7, batchsync.Change{
		Backfill: &batchsync.Backfill{Window: batchsync.Window{From: day, To: day.Add(time.Hour)}},
	}, day), nil
}

// TestBot_EarlierBackfills asks the store for as many rows as are looked through
// and no more, and goes on where an operation is not kept any more.
func TestBot_EarlierBackfills(t *testing.T) {
	t.Parallel()
	s := &trail{}
	b := &Bot{Deps: Deps{Store: s}}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	got, err := b.earlierBackfills(7, batchsync.Window{From: day, To: day.AddDate(0, 0, 1)})
	if err != nil || len(got) != 1 || got[0].By != slacksim.Adam {
		t.Errorf("got %+v, %v", got, err)
	}
	want := []batchsync.AuditFilter{{Task: 7, Action: batchsync.ActBackfill, Outcome: batchsync.AuditAsked, Limit: earlierAsked}}
	if !slices.Equal(s.asked, want) {
		t.Errorf("asked for %+v, want %+v", s.asked, want)
	}
}
