package blocks

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

func TestPrinter_Rhythm(t *testing.T) {
	t.Parallel()
	at := func(every batchsync.Every, more func(*batchsync.Schedule)) batchsync.Schedule {
		s := batchsync.Schedule{Every: every, Hour: 8, Minute: 30, Zone: "UTC"}
		more(&s)
		return s
	}
	for _, tt := range []struct {
		name   string
		s      batchsync.Schedule
		en, zh string
	}{
		{"daily", at(batchsync.Daily, func(*batchsync.Schedule) {}), "every day at 08:30 (UTC)", "每天 08:30（UTC）"},
		{"weekdays", at(batchsync.Weekly, func(s *batchsync.Schedule) { s.Weekdays = batchsync.WorkingDays() }), "on weekdays at 08:30 (UTC)", "每个工作日 08:30（UTC）"},
		{"two days", at(batchsync.Weekly, func(s *batchsync.Schedule) { s.Weekdays = []time.Weekday{1, 4} }), "every Monday, Thursday at 08:30 (UTC)", "每周一、周四 08:30（UTC）"},
		{"monthly", at(batchsync.Monthly, func(s *batchsync.Schedule) { s.Day = 28 }), "on day 28 of the month at 08:30 (UTC)", "每月 28 日 08:30（UTC）"},
		{"at the end of the month", at(batchsync.Monthly, func(s *batchsync.Schedule) { s.Day = 29 }), "on day 29 of the month at 08:30 (UTC), shorter months skipped", "每月 29 日 08:30（UTC），当月无此日则跳过"},
		{"hours", at(batchsync.Hours, func(s *batchsync.Schedule) { s.Step = 3 }), "every 3 hours, first at 02:30 (UTC)", "每 3 小时，首次 02:30（UTC）"},
		{"window", at(batchsync.Hours, func(s *batchsync.Schedule) { s.Step, s.Last = 3, 21 }), "every 3 hours from 08:30 until 20:30 (UTC)", "每天 08:30 至 20:30，每 3 小时（UTC）"},
		{"hourly window", at(batchsync.Hours, func(s *batchsync.Schedule) { s.Step, s.Last = 1, 20 }), "every hour from 08:30 until 20:30 (UTC)", "每天 08:30 至 20:30，每小时（UTC）"},
		{"minutes", batchsync.Schedule{Every: batchsync.Minutes, Step: 5, Zone: "UTC"}, "every 5 minutes", "每 5 分钟"},
		{"incomplete", batchsync.Schedule{}, "not complete yet", "尚未填完"},
	} {
		for i, want := range []string{tt.en, tt.zh} {
			if got := string(both()[i].rhythm(tt.s)); got != want {
				t.Errorf("%s: %q, want %q", tt.name, got, want)
			}
		}
	}
}

// The times stand in both zones, but only once where they are the same.
func TestPrinter_Preview_Zones(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, zone, reader string
		both               bool
	}{
		{"reader not known", "Asia/Shanghai", "", true},
		{"reader elsewhere", "Asia/Shanghai", "Europe/Berlin", true},
		{"same zone", "Asia/Shanghai", "Asia/Shanghai", false},
		{"same clocks", "Asia/Shanghai", "Asia/Singapore", false},
		{"reader in no zone", "Asia/Shanghai", "Mars/Base", true},
	} {
		s := sampleScreen(sampleDraft(batchsync.StepSchedule, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders"))
		s.Draft.Answers[batchsync.FieldZone], s.ReaderZone = choice(tt.zone), tt.reader
		text := string(printer().runs(s, s.Draft.Spec().Schedule))
		if got := strings.Count(text, " = "); strings.Count(text, "<!date") != 5 || got != 0 != tt.both || tt.both && got != 5 {
			t.Errorf("%s: %q", tt.name, text)
		}
	}
}

func TestPrinter_Crowd(t *testing.T) {
	t.Parallel()
	c := *sampleCrowd()
	want := ":busts_in_silhouette: Of the tasks the bot follows, 6, with this one, begin to read `shop_mysql` between 05:00 and 05:15: also `a`, `b`, `c`, +2 more.\n" +
		"The nearest quarter of an hour with fewer of them begins at 05:15."
	if got := string(printer().crowd(c)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	c.With, c.Free = []string{hostile, "`b`"}, ""
	if got := string(printer().crowd(c)); strings.Contains(got, "<!") || strings.Contains(got, "<@") || strings.Contains(got, "xoxb-") || strings.Contains(got, "\n") {
		t.Errorf("%q", got)
	}
	for _, step := range []batchsync.Step{batchsync.StepSchedule, batchsync.StepReview} {
		s := sampleScreen(sampleDraft(step, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders"))
		s.Crowd = sampleCrowd()
		v := printer().Wizard(s)
		checkView(t, v)
		if !strings.Contains(string(mustJSON(t, v)), "begin to read") {
			t.Errorf("step %s does not say it", step)
		}
	}
	f := ScheduleForm{Task: batchsync.TaskRef{ID: 1, Name: "orders"}, Cron: "0 00 02 * * ? *", Zone: "UTC", Now: sampleNow(), Crowd: sampleCrowd()}
	if v := printer().ScheduleForm(f); !strings.Contains(string(mustJSON(t, v)), "begin to read") {
		t.Error("the form of an existing task does not say it")
	}
}

// zonesOf are the zones that a screen offers, and what is said beside them.
func zonesOf(s Screen) (names []string, marked map[string]string) {
	marked = map[string]string{}
	for _, o := range printer().zones(s) {
		names = append(names, o.Value)
		if o.Description != nil {
			marked[o.Value] = o.Description.Text
		}
	}
	return names, marked
}

// No zone is offered that would be refused then.
func TestPrinter_Zones(t *testing.T) {
	t.Parallel()
	for _, every := range batchsync.Rhythms() {
		for _, platform := range []string{"UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", ""} {
			for _, at := range []string{"02:00", "23:30", ""} {
				s := sampleScreen(sampleDraft(batchsync.StepSchedule, batchsync.KindMySQL, batchsync.ScopeSingle, every, "orders"))
				s.PlatformZone, s.Draft.Answers[batchsync.FieldTime] = platform, choice(at)
				s.Draft.Answers[batchsync.FieldZone] = choice("Europe/Paris")
				names, marked := zonesOf(s)
				if !slices.Contains(names, "Europe/Paris") || platform != "" && !slices.Contains(names, platform) {
					t.Fatalf("%s at %q on %q offers %q", every, at, platform, names)
				}
				for _, zone := range names {
					schedule := s.Draft.Spec().Schedule
					if schedule.Zone = zone; platform == "" || schedule.Validate() != nil {
						continue
					}
					_, err := schedule.In(platform, s.Now)
					if said := marked[zone] != ""; said != (err != nil) || err != nil && zone != "Europe/Paris" {
						t.Errorf("%s at %s on %s offers %s, marked: %v, which is answered with %v", every, at, platform, zone, said, err)
					}
				}
			}
		}
	}
}

// What the form reads of a task's schedule, it would save as the same one.
func TestScheduleForm_ReadsBack(t *testing.T) {
	t.Parallel()
	for _, cron := range []string{
		"0 00 02 * * ? *", "0 30 06 ? * 1,2,3,4,5 *", "0 30 06 ? * 1,7 *", "0 05 02 31 * ? *", "0 15 * * * ? *",
		"0 00 08-20/3 * * ? *", "0 00 09-17/1 * * ? *", "0 10 01-23/4 * * ? *", "0 */15 * * * ? *",
	} {
		f := ScheduleForm{Task: batchsync.TaskRef{ID: 1, Name: "orders"}, Cron: cron, Zone: "Asia/Shanghai", Now: sampleNow()}
		v := printer().ScheduleForm(f)
		checkView(t, v)
		s, problems := batchsync.ReadAnswers(ScheduleAnswers(stateOf(v)), "Asia/Shanghai", sampleNow())
		if there, err := s.In("Asia/Shanghai", sampleNow()); err != nil || len(problems) > 0 || there.Cron().Stored != cron {
			t.Errorf("%q is read as %+v and would be saved as %q (%v %v)", cron, s, there.Cron().Stored, problems, err)
		}
		kind := map[bool]string{true: "weekdays"}[cron == "0 30 06 ? * 1,2,3,4,5 *"]
		if got := f.draft().Answers.Value(batchsync.FieldSchedule); kind != "" && got != kind {
			t.Errorf("%q is shown as %s", cron, got)
		}
	}
	window := batchsync.T("schedule.window_invalid")
	state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{"field/until/ab": {}}}
	if shown := printer().FormErrors(state, &batchsync.Error{Text: window}); shown["field/until/ab"] == "" {
		t.Errorf("a wrong window is told at %v", shown)
	}
}
