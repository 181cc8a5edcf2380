package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/robfig/cron/v3"

	"batchsync/internal/batchsync"
)

func TestFollowing(t *testing.T) {
	t.Parallel()
	clock := func(text string) time.Time {
		at, err := time.Parse("2006-01-02 15:04:05", "2026-03-"+text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct{ name, spec, due, now, want string }{
		{"in time", "* * * * *", "10 12:00:00", "10 12:00:03", "10 12:01:00"},
		{"those that passed meanwhile are left out", "@every 1m", "10 12:00:20", "10 12:05:50", "10 12:06:20"},
		{"fired a moment early", "* * * * *", "10 12:00:00", "10 11:59:59", "10 12:01:00"},
		{"set back by an hour", "* * * * *", "10 12:00:00", "10 11:00:30", "10 11:01:00"},
		{"set back by an hour, every so often", "@every 1m", "10 12:00:00", "10 11:00:30", "10 11:01:30"},
		{"set back by a month", "*/5 * * * *", "31 12:00:00", "01 11:00:30", "01 11:05:00"},
		{"set forward by a day", "* * * * *", "10 12:00:00", "11 12:00:30", "11 12:01:00"},
		{"set forward by weeks", "@every 1m", "10 12:00:00", "30 12:00:30", "30 12:01:30"},
		{"never again", "0 0 30 2 *", "10 12:00:00", "10 12:00:00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spec, err := cron.ParseStandard(c.spec)
			if err != nil {
				t.Fatal(err)
			}
			var want time.Time
			if c.want != "" {
				want = clock(c.want)
			}
			if got := following(spec, clock(c.due), clock(c.now)); !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// Looks go on at their pace, whatever the clock on the wall is set to: there are
// never two minutes without one, and never more than two in one.
func TestMonitor_Run_ClockIsSet(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{"* * * * *", "@every 1m"} {
		for _, by := range []time.Duration{24 * time.Hour, -time.Hour, -24 * time.Hour, 90 * time.Second, -90 * time.Second, -500 * time.Millisecond} {
			t.Run(fmt.Sprint(spec, " by ", by), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var looks []time.Time
					k := &keeper{keep: func(int) (bool, error) { looks = append(looks, time.Now()); return false, nil }}
					var set atomic.Int64
					m := New(Config{Spec: spec, Zone: time.UTC}, k, noBook{}, noPlatform{}, func() {}, func() string { return "x" }, slog.New(slog.DiscardHandler))
					m.now = func() time.Time { return time.Now().Round(0).Add(time.Duration(set.Load())) } // no monotonic part
					time.AfterFunc(5*time.Minute+20*time.Second, func() { set.Store(int64(by)) })
					ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute+time.Second)
					defer cancel()
					if err := m.Run(ctx); err != nil {
						t.Fatal(err)
					}
					for i, at := range looks[1:] {
						if gap := at.Sub(looks[i]); gap > 2*time.Minute || gap < 10*time.Second {
							t.Errorf("%s between two looks", gap)
						}
					}
					if len(looks) < 14 || len(looks) > 17 {
						t.Errorf("%d looks in a quarter of an hour", len(looks))
					}
				})
			})
		}
	}
}

// platformAt puts hourly runs of a task up to a moment of the platform's clock,
// which is right, at the desk.
func (d *desk) platformAt(now time.Time) {
	for n, plan := 0, midday.Add(-40*time.Hour); !plan.After(now); n, plan = n+1, plan.Add(time.Hour) {
		r := run(int64(1000+n), plan, ok)
		r.Task = 7
		d.p.set(r)
	}
}

// hourlyDesk watches a task that runs every hour.
func hourlyDesk(t *testing.T) *desk {
	d := newDesk(t)
	d.watch[7] = batchsync.Watch{Task: 7, Name: "orders", Online: true, Cron: "0 00 * * * ? *", Since: at(1, 0, 0), Read: d.now}
	d.known.Tasks = []batchsync.Task{{ID: 7, Name: "orders", Type: batchsync.TypeSingle}}
	return d
}

// A failure that was told, and a recovery, are told once each although the clock
// is set back by an hour between them, and no message says that anything lasted
// for less than no time.
func TestJudge_ClockSetBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	real := d.now
	d.now = real.Add(time.Hour) // the bot's clock is ahead
	d.p.set(planned(1, 7, 10*time.Minute, bust))
	if said := d.look(); len(d.known.Incidents) != 1 {
		t.Fatalf("said %v, incidents %+v", said, d.known.Incidents)
	}
	d.now = real.Add(2 * time.Minute) // it is set right
	for range 10 {
		if said := d.look(); len(said) != 0 {
			t.Errorf("told again: %v", said)
		}
	}
	d.p.set(planned(2, 7, -5*time.Minute, ok))
	d.now = real.Add(15 * time.Minute)
	said := d.look()
	if len(said) != 1 || said[0] != "incident.reply_recovered" {
		t.Errorf("the recovery is told by %v", said)
	}
	if i := d.last(); i.State != batchsync.IncidentClosed || strings.HasPrefix(lasted(i), "-") {
		t.Errorf("lasted %s: %+v", lasted(i), i)
	}
	for range 10 {
		if said := d.look(); len(said) != 0 {
			t.Errorf("told again: %v", said)
		}
	}
}

// A clock that is a day ahead for some minutes makes runs seem to be missing. That
// is told once at most, and taken back at the first looks after it is right; what
// goes wrong then is told as always.
func TestJudge_ClockADayAhead(t *testing.T) {
	t.Parallel()
	d := hourlyDesk(t)
	d.platformAt(d.now)
	for range 5 {
		d.look()
	}
	right := d.now
	d.now = right.Add(24 * time.Hour)
	var said []batchsync.TextKey
	for range 5 {
		said = append(said, d.look()...)
		w := d.m.watches[7]
		w.Read = d.now // the scheduler is asked and says the same
		d.m.watches[7] = w
	}
	if len(d.known.Incidents) > 1 {
		t.Errorf("%d incidents", len(d.known.Incidents))
	}
	d.now = right.Add(5 * time.Minute)
	for range 5 {
		said = append(said, d.look()...)
	}
	d.open()
	if len(said) > 1 {
		t.Errorf("said %v, want the end of it at most", said)
	}
	d.p.set(planned(1, 7, -10*time.Minute, bust))
	d.now = right.Add(20 * time.Minute)
	d.look()
	d.open("7 failed 1")
}

// A file that a clock a day ahead left behind, read by a bot whose clock is right:
// the run that is missing, and the one that fails, are told within minutes, not
// when the clock gets to where it was.
func TestJudge_FileFromTheFuture(t *testing.T) {
	t.Parallel()
	d := hourlyDesk(t)
	ahead := d.now.Add(24 * time.Hour)
	d.watch[7] = batchsync.Watch{Task: 7, Name: "orders", Online: true, Cron: "0 00 * * * ? *", Since: ahead, Read: ahead, ContentRead: ahead}
	d.known.Cursor = batchsync.Cursor{Looked: ahead, Swept: ahead}
	d.known.Incidents = []batchsync.Incident{{ID: "old", Task: 7, State: batchsync.IncidentClosed, Opened: ahead, Closed: ahead, Changed: ahead, Version: 2, Ending: batchsync.EndedRecovered}}
	d.platformAt(d.now)
	d.look()
	if w := d.m.watches[7]; w.Since.After(d.now) || w.Read.After(d.now) {
		t.Fatalf("runs are promised from %s, read at %s; it is %s", w.Since, w.Read, d.now)
	}
	if !d.known.Cursor.Looked.Equal(d.now) {
		t.Errorf("last looked at %s; it is %s", d.known.Cursor.Looked, d.now)
	}
	begun := d.now
	for d.now.Before(begun.Add(2 * time.Hour)) { // no run comes any more
		d.look()
		w := d.m.watches[7]
		w.Read = d.now
		d.m.watches[7] = w
	}
	d.open("7 missing 0")
	if i := d.last(); i.ID == "old" || i.Opened.Sub(begun) > 80*time.Minute {
		t.Errorf("told as %s, %s after the start", i.ID, i.Opened.Sub(begun))
	}
}

// digestDesk plays the digests of a channel as they are stored: Told never goes
// back, and a message whose id is there already is none.
type digestDesk struct {
	ch   batchsync.Channel
	told map[string]int // by local day
	ids  map[time.Time]bool
}

func (d *digestDesk) at(now time.Time, zone *time.Location) {
	when, ok := due(d.ch, now)
	if !ok {
		return
	}
	if when.After(d.ch.Told) {
		d.ch.Told = when
	}
	if d.ids[when] {
		return
	}
	d.ids[when] = true
	d.told[when.In(zone).Format(dayFormat)]++
}

// Whatever the clock is set to for a while: one digest for every day, none twice,
// and none for want of a clock that gets to where it was.
func TestDue_ClockIsSet(t *testing.T) {
	t.Parallel()
	const zone = "Europe/Berlin"
	for _, c := range []struct {
		name     string
		at       string        // when the clock is set
		by       time.Duration // how far it is off
		lasts    time.Duration
		from, to string // the days of which each has its digest
	}{
		{"a day ahead for minutes", "2026-06-10 12:00", 24 * time.Hour, 10 * time.Minute, "2026-06-09", "2026-06-19"},
		{"a day ahead around the time", "2026-06-10 08:58", 24 * time.Hour, 5 * time.Minute, "2026-06-09", "2026-06-19"},
		{"back by an hour, after the time", "2026-06-10 09:05", -time.Hour, 90 * time.Minute, "2026-06-09", "2026-06-19"},
		{"back by an hour, for good", "2026-06-10 09:30", -time.Hour, 365 * 24 * time.Hour, "2026-06-09", "2026-06-18"},
		{"three days ahead for minutes", "2026-06-10 12:00", 72 * time.Hour, 10 * time.Minute, "2026-06-09", "2026-06-19"},
		{"a year ahead for minutes", "2026-06-10 12:00", 365 * 24 * time.Hour, 10 * time.Minute, "2026-06-09", "2026-06-19"},
		{"a day ahead in the night of 25 hours", "2026-10-25 01:30", 24 * time.Hour, 10 * time.Minute, "2026-10-24", "2026-10-30"},
		{"back by an hour in the night of 23 hours", "2026-03-29 03:05", -time.Hour, 10 * time.Minute, "2026-03-28", "2026-04-03"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			loc := located(t, zone)
			set := moment(t, zone, c.at)
			d := digestDesk{ch: batchsync.Channel{Digest: "09:00", Zone: zone, Told: set.Add(-48 * time.Hour)}, told: map[string]int{}, ids: map[time.Time]bool{}}
			for now := set.Add(-30 * time.Hour); now.Before(moment(t, zone, c.to+" 23:00")); now = now.Add(5 * time.Minute) {
				shown := now
				if !now.Before(set) && now.Before(set.Add(c.lasts)) {
					shown = now.Add(c.by)
				}
				d.at(shown, loc)
			}
			for day := moment(t, "UTC", c.from+" 00:00"); !day.After(moment(t, "UTC", c.to+" 00:00")); day = day.AddDate(0, 0, 1) {
				if n := d.told[day.Format(dayFormat)]; n != 1 {
					t.Errorf("%s has %d digests", day.Format(dayFormat), n)
				}
			}
		})
	}
}

// What changed in a quiet window is told when the window ends, and not once more
// when the clock is set back and comes to that end again.
func TestRoute_QuietEndsTwice(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fail(1, "")
	s.look()
	end := s.board.now.Add(2 * time.Hour)
	s.board.known.Quiet = []batchsync.Quiet{{ID: "q1", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: end.Add(-90 * time.Minute), To: end}}
	s.board.now = end.Add(-time.Hour)
	i := s.board.incidents["i1"]
	i.Changed, i.Conditions = s.board.now, []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: 9, Times: 2, Since: s.board.now}}
	i.Version++
	s.set(i, turnAgain)
	s.look()
	told := map[batchsync.MessageID]bool{}
	for range 2 {
		s.board.now = end.Add(-2 * time.Minute)
		for range 5 {
			for _, m := range s.look().messages {
				if m.Broadcast {
					told[m.ID] = true // one id is one message
				}
			}
			s.board.known.Cursor.Looked = s.board.now.Add(-time.Minute)
		}
	}
	if len(told) != 1 {
		t.Errorf("told as %v, want one message", told)
	}
}

// On the days clocks are set in the platform's zone nothing is called missing
// that the platform ran as much later, or at the first of two times, and nothing
// that it did not run stays unsaid for longer than an hour more than on other days.
func TestAbsent_ClocksChange(t *testing.T) {
	t.Parallel()
	for _, change := range []struct{ zone, day string }{
		{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"}, {"America/New_York", "2026-03-08"}, {"America/New_York", "2026-11-01"},
		{"Africa/Cairo", "2026-04-24"}, {"America/Santiago", "2026-09-06"}, {"America/Havana", "2026-11-01"},
	} {
		loc := located(t, change.zone)
		noon := moment(t, change.zone, change.day+" 12:00")
		for minute := 0; minute < 24*60; minute += 90 {
			s := batchsync.Schedule{Every: batchsync.Daily, Hour: minute / 60, Minute: minute % 60, Zone: change.zone}
			w := batchsync.Watch{Task: 7, Online: true, Cron: s.Cron().Stored, Since: noon.AddDate(0, -1, 0)}
			fires := s.Next(noon.AddDate(0, 0, -2), 4)
			var runs []batchsync.Run
			for n, f := range fires {
				runs = append(runs, run(int64(n+1), f, ok))
			}
			name := fmt.Sprintf("%s %s daily %02d:%02d", change.zone, change.day, s.Hour, s.Minute)
			for now := fires[0].Add(time.Minute); now.Before(fires[3]); now = now.Add(30 * time.Minute) {
				w.Read = now
				there := slices.DeleteFunc(slices.Clone(runs), func(r batchsync.Run) bool { return r.Plan.After(now) })
				if c, ask := absent(sight{watch: w, zone: loc, runs: there}, Limits{}.filled(), now); c != nil || ask {
					t.Errorf("%s: at %s %+v, ask %v", name, now.In(loc), c, ask)
					break
				}
			}
			lost := slices.Delete(slices.Clone(runs), 2, 4) // it stops
			now := fires[2].Add(Limits{}.filled().Late + time.Hour + time.Minute)
			w.Read = now
			if c, _ := absent(sight{watch: w, zone: loc, runs: lost}, Limits{}.filled(), now); c == nil || !c.Plan.Equal(fires[2]) {
				t.Errorf("%s: the run of %s is missing and not told: %+v", name, fires[2], c)
			}
		}
	}
}

// An hour or a day by which a clock is set back is no reason to take a run for
// late that was not, and a run that began late is late whatever clocks show.
func TestFigures_LateWhenClocksChange(t *testing.T) {
	t.Parallel()
	const zone = "Europe/Berlin"
	for _, c := range []struct {
		name, plan, began string
		late              int
	}{
		{"in time across the skipped hour", "2026-03-29T01:55:00+01:00", "2026-03-29T03:05:00+02:00", 0},
		{"late across the skipped hour", "2026-03-29T01:55:00+01:00", "2026-03-29T03:15:00+02:00", 1},
		{"in time across the repeated hour", "2026-10-25T02:55:00+02:00", "2026-10-25T02:05:00+01:00", 0},
		{"late by the whole repeated hour", "2026-10-25T02:30:00+02:00", "2026-10-25T02:31:00+01:00", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			parse := func(text string) time.Time {
				at, err := time.Parse(time.RFC3339, text)
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			r := run(1, parse(c.plan), ok, func(r *batchsync.Run) { r.Began, r.Ended = parse(c.began), parse(c.began).Add(time.Minute) })
			got := figures(batchsync.Watch{}, []batchsync.Run{r}, 15*time.Minute, located(t, zone), parse(c.began).Add(20*time.Hour))
			if len(got) != 1 || got[0].OK != 1 || got[0].Late != c.late {
				t.Errorf("got %+v, want %d late", got, c.late)
			}
		})
	}
}
