package monitor

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func located(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// moment reads "2006-01-02 15:04" in a zone.
func moment(t *testing.T, zone, at string) time.Time {
	t.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04", at, located(t, zone))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDue(t *testing.T) {
	t.Parallel()
	const berlin = "Europe/Berlin" // 2026: skips 02:00 on 29 March, repeats it on 25 October
	tests := []struct {
		name      string
		digest    string
		zone      string
		told, now string // in Berlin; told "" is never
		want      string // in Berlin; "" is none
	}{
		{name: "not yet", digest: "09:00", told: "2026-03-09 09:00", now: "2026-03-10 08:59"},
		{name: "now", digest: "09:00", told: "2026-03-09 09:00", now: "2026-03-10 09:00", want: "2026-03-10 09:00"},
		{name: "told", digest: "09:00", told: "2026-03-10 09:00", now: "2026-03-10 09:01"},
		{name: "after hours away", digest: "09:00", told: "2026-03-09 09:00", now: "2026-03-10 20:59", want: "2026-03-10 09:00"},
		{name: "after half a day away", digest: "09:00", told: "2026-03-09 09:00", now: "2026-03-10 21:00"},
		{name: "of yesterday, after midnight", digest: "23:30", told: "2026-03-08 23:30", now: "2026-03-10 00:10", want: "2026-03-09 23:30"},
		{name: "moved to later on the same day", digest: "17:00", told: "2026-03-10 09:00", now: "2026-03-10 17:00"},
		{name: "asked for long after the time", digest: "09:00", now: "2026-03-10 12:00"},
		{name: "asked for before the time", digest: "09:00", now: "2026-03-10 09:01", want: "2026-03-10 09:00"},
		{name: "another zone", digest: "09:00", zone: "Asia/Shanghai", told: "2026-03-09 02:00", now: "2026-03-10 02:00", want: "2026-03-10 02:00"},
		{name: "skipped time", digest: "02:30", told: "2026-03-28 02:30", now: "2026-03-29 03:00", want: "2026-03-29 03:00"},
		{name: "before the skipped time", digest: "02:30", told: "2026-03-28 02:30", now: "2026-03-29 01:59"},
		{name: "a clock was a year ahead", digest: "09:00", told: "2027-03-10 09:00", now: "2026-03-10 09:00", want: "2026-03-10 09:00"},
		{name: "none wanted", now: "2026-03-10 09:00"},
		{name: "no time", digest: "25:00", now: "2026-03-10 09:00"},
		{name: "no zone", digest: "09:00", zone: "Mars/Base", now: "2026-03-10 09:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ch := batchsync.Channel{ID: "C1", Digest: tt.digest, Zone: tt.zone}
			if ch.Zone == "" {
				ch.Zone = berlin
			}
			if tt.told != "" {
				ch.Told = moment(t, berlin, tt.told)
			}
			got, ok := due(ch, moment(t, berlin, tt.now))
			if ok != (tt.want != "") {
				t.Fatalf("due() = %v, %t", got, ok)
			}
			if ok && !got.Equal(moment(t, berlin, tt.want)) {
				t.Errorf("due() = %v, want %s", got, tt.want)
			}
		})
	}
}

// TestDue_once walks through a year: each day has one digest, also one with a
// repeated hour, and one without the hour. Apia left a whole day out.
func TestDue_once(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"} {
		for _, at := range []string{"00:00", "02:30"} {
			ch := batchsync.Channel{Digest: at, Zone: zone}
			begin := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC)
			ch.Told = begin
			told := 0
			for now := begin; now.Before(begin.AddDate(1, 0, 0)); now = now.Add(30 * time.Minute) {
				if due, ok := due(ch, now); ok {
					if now.Sub(due) >= 30*time.Minute {
						t.Errorf("%s at %s: told %v of %v", zone, at, now, due)
					}
					ch.Told = due
					told++
				}
			}
			if told < 363 || told > 365 {
				t.Errorf("%s at %s: %d digests in a year", zone, at, told)
			}
		}
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	watches := map[batchsync.TaskID]batchsync.Watch{
		1: {Task: 1, Name: "orders", Folder: "sync", Days: []batchsync.DayFigures{{Day: "2026-02-01", OK: 99}, {Day: "2026-03-08", OK: 4, Longer: time.Hour}, {Day: "2026-03-09", OK: 20, Late: 2, Failed: 1, Longer: time.Minute}, {Day: "2026-03-10", OK: 7}}},
		2: {Task: 2, Name: "users", Folder: "sync/crm", Days: []batchsync.DayFigures{{Day: "2026-03-09", OK: 3, Failed: 2, Longer: 9 * time.Minute}}, Took: slices.Repeat([]time.Duration{3 * time.Minute}, 5)},
		3: {Task: 3, Name: "other", Folder: "else", Days: []batchsync.DayFigures{{Day: "2026-03-09", OK: 500, Failed: 500}}},
		4: {Task: 4, Name: "gone", Folder: "sync", Gone: true},
	}
	subs := []batchsync.Subscription{
		{Selector: batchsync.Selector{Kind: batchsync.SelectFolder, Name: "sync"}, Topics: []batchsync.Topic{batchsync.TopicDigest}},
		{Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: []batchsync.Topic{batchsync.TopicFailures}},
	}
	open := trouble(2, 21, batchsync.ReasonLate, time.Hour)
	worse := trouble(1, 11, batchsync.ReasonFailed, 0)
	elsewhere, closed, made := trouble(3, 31, batchsync.ReasonFailed, 0), trouble(1, 12, batchsync.ReasonFailed, 0), trouble(-1, 1, batchsync.ReasonFailed, 0)
	closed.State, closed.ID, made.Rehearsal = batchsync.IncidentClosed, "closed", true
	platform := trouble(0, 0, batchsync.ReasonUnreachable, 0)
	tasks := []batchsync.Task{{ID: 1, Name: "orders", Muted: at.Add(time.Hour)}, {ID: 2, Muted: at.Add(-time.Hour)}, {ID: 3, Muted: at.Add(time.Hour)}}
	ops := []batchsync.Operation{
		{ID: "here", Channel: "C1", State: batchsync.OpWaiting}, {ID: "theirs", Channel: "C2", Task: 2, State: batchsync.OpUnknown},
		{ID: "no", Channel: "C2", Task: 3, State: batchsync.OpUnknown}, {ID: "done", Channel: "C1", State: batchsync.OpDone},
	}
	got := digest(batchsync.Channel{ID: "C1", Zone: "Asia/Shanghai"}, subs, watches,
		[]batchsync.Incident{open, worse, elsewhere, closed, made, platform}, tasks, ops, time.UTC, at)
	days := got.Days
	got.Days = nil
	want := batchsync.Digest{
		At: at, Zone: "Asia/Shanghai", Day: "2026-03-09", Tasks: 2, OK: 23, Late: 2, Failed: 3,
		Open:    []batchsync.IncidentID{"0", "1", "2"},
		Failing: []batchsync.TaskLine{{Task: 1, Name: "orders", At: worse.Opened}, {Task: 2, Name: "users", At: open.Opened}},
		Slowest: []batchsync.SlowTask{{Task: 2, Name: "users", Took: 9 * time.Minute, Usual: 3 * time.Minute}, {Task: 1, Name: "orders", Took: time.Minute}},
		Muted:   []batchsync.TaskLine{{Task: 1, Name: "orders", At: at.Add(time.Hour)}},
		Waiting: []batchsync.OperationID{"here", "theirs"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("digest() = %+v\nwant %+v", got, want)
	}
	if len(days) != 14 || days[0].Day != "2026-02-24" || days[13] != (batchsync.DayFigures{Day: "2026-03-09", OK: 23, Late: 2, Failed: 3, Longer: 9 * time.Minute}) || days[12].OK != 4 {
		t.Errorf("days = %v", days)
	}
}

func TestDigest_failed_and_well_again(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	watches := map[batchsync.TaskID]batchsync.Watch{}
	for id := range batchsync.TaskID(80) {
		watches[id+1] = batchsync.Watch{Task: id + 1, Name: "same", Days: []batchsync.DayFigures{{Day: "2026-03-09", Failed: 1, Longer: time.Minute}}}
	}
	subs := []batchsync.Subscription{{Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: batchsync.UsualTopics()}}
	incidents := []batchsync.Incident{trouble(40, 1, batchsync.ReasonFailed, 0)}
	got := digest(batchsync.Channel{ID: "C1"}, subs, watches, incidents, nil, nil, nil, at)
	if len(got.Failing) != digestLines || len(got.Slowest) != digestSlowest || got.Failed != 80 {
		t.Errorf("%d failing, %d slowest, %d failed", len(got.Failing), len(got.Slowest), got.Failed)
	}
	if got.Failing[0].Task != 40 || got.Failing[0].At.IsZero() || got.Failing[1].Task != 1 || !got.Failing[1].At.IsZero() {
		t.Errorf("failing begins with %v", got.Failing[:2])
	}
	if again := digest(batchsync.Channel{ID: "C1"}, subs, watches, incidents, nil, nil, nil, at); !reflect.DeepEqual(got, again) {
		t.Error("the same facts make two digests")
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	run := func(id int64, plan string, status batchsync.RunStatus, late, took time.Duration) batchsync.Run {
		r := batchsync.Run{ID: batchsync.RunID(id), Type: batchsync.RunScheduled, Status: status, Plan: moment(t, "Europe/Berlin", plan)}
		r.Began = r.Plan.Add(late)
		r.Ended = r.Began.Add(took)
		return r
	}
	byHand := run(9, "2026-03-10 03:00", batchsync.RunFailed, 0, time.Minute)
	byHand.Type = batchsync.RunTemporary
	tests := []struct {
		name string
		was  []batchsync.DayFigures
		runs []batchsync.Run
		now  string
		want []batchsync.DayFigures
	}{
		{name: "nothing", now: "2026-03-10 12:00"},
		{
			name: "two days in the platform's zone, older ones as they were", now: "2026-03-10 12:00",
			was: []batchsync.DayFigures{{Day: "2026-03-08", OK: 7}, {Day: "2026-03-09", OK: 1}},
			runs: []batchsync.Run{
				byHand, run(5, "2026-03-10 04:00", batchsync.RunRunning, 0, 0), run(4, "2026-03-10 03:00", batchsync.RunBlocked, 0, 0),
				run(3, "2026-03-10 00:00", batchsync.RunSuccess, 15*time.Minute, 2*time.Minute), run(2, "2026-03-09 23:59", batchsync.RunSuccess, 16*time.Minute, time.Minute),
				run(1, "2026-03-09 00:00", batchsync.RunSuccess, 0, time.Hour), run(8, "2026-03-08 23:59", batchsync.RunFailed, 0, time.Hour),
			},
			want: []batchsync.DayFigures{{Day: "2026-03-08", OK: 7}, {Day: "2026-03-09", OK: 2, Late: 1, Longer: time.Hour}, {Day: "2026-03-10", OK: 1, Failed: 1, Longer: 2 * time.Minute}},
		},
		{
			name: "made good by another run of the same time", now: "2026-03-10 12:00",
			was:  []batchsync.DayFigures{{Day: "2026-03-10", Failed: 1}},
			runs: []batchsync.Run{run(1, "2026-03-10 03:00", batchsync.RunFailed, 0, time.Minute), run(2, "2026-03-10 03:00", batchsync.RunSuccess, time.Hour, time.Minute)},
			want: []batchsync.DayFigures{{Day: "2026-03-10", OK: 1, Late: 1, Longer: time.Minute}},
		},
		{
			name: "forgotten by the platform", now: "2026-03-10 12:00",
			was:  []batchsync.DayFigures{{Day: "2026-03-09", OK: 3}, {Day: "2026-03-10", OK: 2}},
			runs: []batchsync.Run{run(1, "2026-03-10 03:00", batchsync.RunSuccess, 0, time.Minute)},
			want: []batchsync.DayFigures{{Day: "2026-03-09", OK: 3}, {Day: "2026-03-10", OK: 2}},
		},
		{
			name: "a day of 25 hours", now: "2026-10-26 23:30",
			was:  []batchsync.DayFigures{{Day: "2026-10-25", OK: 1}},
			runs: []batchsync.Run{run(1, "2026-10-25 03:00", batchsync.RunSuccess, 0, time.Minute), run(2, "2026-10-25 04:00", batchsync.RunSuccess, 0, time.Minute)},
			want: []batchsync.DayFigures{{Day: "2026-10-25", OK: 2, Longer: time.Minute}},
		},
		{
			name: "a clock was ahead", now: "2026-03-10 12:00",
			was: []batchsync.DayFigures{{Day: "2027-01-01", OK: 1}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := batchsync.Watch{Days: tt.was}
			got := figures(w, tt.runs, 15*time.Minute, located(t, "Europe/Berlin"), moment(t, "Europe/Berlin", tt.now))
			if !slices.Equal(got, tt.want) {
				t.Errorf("figures() = %v\nwant %v", got, tt.want)
			}
			w.Days = got
			if again := figures(w, tt.runs, 15*time.Minute, located(t, "Europe/Berlin"), moment(t, "Europe/Berlin", tt.now)); !slices.Equal(again, got) {
				t.Errorf("counted again: %v", again)
			}
		})
	}
}

func TestFigures_capped(t *testing.T) {
	t.Parallel()
	w := batchsync.Watch{}
	for day := range 40 {
		now := midday.AddDate(0, 0, day)
		r := planned(int64(day+1), 1, 0, batchsync.RunSuccess)
		r.Plan = now.Add(-time.Hour)
		w.Days = figures(w, []batchsync.Run{r}, time.Minute, nil, now)
	}
	if len(w.Days) != batchsync.MaxDays || w.Days[batchsync.MaxDays-1].Day != midday.AddDate(0, 0, 39).Format(dayFormat) {
		t.Errorf("%d days are kept: %v", len(w.Days), w.Days)
	}
}

func TestTook(t *testing.T) {
	t.Parallel()
	good := func(id int64, ago, took time.Duration) batchsync.Run {
		r := planned(id, 1, ago, batchsync.RunSuccess)
		r.Ended = r.Began.Add(took)
		return r
	}
	refill := good(9, time.Minute, time.Hour)
	refill.Type = batchsync.RunRefill
	runs := []batchsync.Run{refill, planned(4, 1, time.Hour, batchsync.RunRunning), good(3, 2*time.Hour, 3*time.Minute), planned(7, 1, 2*time.Hour, batchsync.RunFailed), good(2, 3*time.Hour, 2*time.Minute), good(1, 4*time.Hour, time.Minute)}
	var w batchsync.Watch
	w.Took, w.Last = took(w, runs)
	if want := []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}; !slices.Equal(w.Took, want) || w.Last != 3 {
		t.Errorf("took() = %v, %v, want %v, 3", w.Took, w.Last, want)
	}
	if again, last := took(w, runs); !slices.Equal(again, w.Took) || last != 3 {
		t.Errorf("the same runs count twice: %v, %v", again, last)
	}
	for id := range int64(40) {
		w.Took, w.Last = took(w, []batchsync.Run{good(id+100, 0, time.Minute)})
	}
	if len(w.Took) != batchsync.MaxTook || w.Last != 139 {
		t.Errorf("%d durations are kept, last %v", len(w.Took), w.Last)
	}
}
