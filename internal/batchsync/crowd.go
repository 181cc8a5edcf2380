package batchsync

import (
	"cmp"
	"slices"
	"time"
)

// Bounds of what is looked at for a [Crowd].
const (
	crowdSize  = 3 // tasks, with the one that is asked about
	quarter    = 15 * time.Minute
	crowdDays  = 7
	crowdFires = 24     // of the schedule, the next ones
	crowdMost  = 20_000 // fires of one neighbour: more than one a minute in all the days
)

// Neighbour is a task that is known to read a data source by a schedule.
type Neighbour struct {
	Name   string
	Source string // name of the data source
	Cron   string // as the platform stores it, in the platform's zone
}

// Crowd is a quarter of an hour in which many tasks begin to read one source.
type Crowd struct {
	Source string
	At     time.Time // its beginning, in the zone of the schedule
	With   []string  // names of the other tasks, sorted
	// Free is the time of day, HH:MM in the schedule's zone, at which the
	// schedule would begin with no crowd, as near as there is one on the same
	// day; of a rhythm of hours, in the same hour. Empty: there is none.
	Free string
}

// FindCrowd looks for the fullest quarter of an hour among those in which the
// schedule fires within a week from now (of a schedule that does not, its next
// one). It reports nothing when fewer than three tasks begin there, the one
// asked about included, and of a rhythm of minutes, which meets everybody. Zone
// is the platform's.
func FindCrowd(s Schedule, source string, known []Neighbour, zone string, now time.Time) (Crowd, bool) {
	platform, err := time.LoadLocation(zone)
	if err != nil || source == "" || s.Every == Minutes || s.Validate() != nil {
		return Crowd{}, false
	}
	fires := s.crowdFires(now)
	if len(fires) == 0 {
		return Crowd{}, false
	}
	from, to := fires[0].Add(-24*time.Hour), fires[len(fires)-1].Add(24*time.Hour)
	at := startsOf(known, source, platform, from, to)
	fullest := slices.MaxFunc(fires, func(a, b time.Time) int {
		return cmp.Compare(len(at[slotOf(a)]), len(at[slotOf(b)]))
	})
	with := at[slotOf(fullest)]
	if len(with)+1 < crowdSize {
		return Crowd{}, false
	}
	slices.Sort(with)
	return Crowd{
		Source: source, At: slotOf(fullest).In(fullest.Location()), With: with,
		Free: s.freeTime(fires, at),
	}, true
}

func (s Schedule) crowdFires(now time.Time) []time.Time {
	fires := s.Next(now, crowdFires)
	within := slices.IndexFunc(fires, func(t time.Time) bool { return t.After(now.AddDate(0, 0, crowdDays)) })
	if within >= 0 {
		return fires[:max(within, 1)]
	}
	return fires
}

// slotOf is the beginning of the quarter of an hour. Zones differ by whole
// quarters, so it is the same one everywhere.
func slotOf(t time.Time) time.Time { return t.UTC().Truncate(quarter) }

// startsOf are the names of those who begin in each quarter of an hour.
func startsOf(known []Neighbour, source string, zone *time.Location, from, to time.Time) map[time.Time][]string {
	at := map[time.Time][]string{}
	for _, n := range known {
		cron, err := ParseCron(n.Cron)
		if n.Source != source || err != nil {
			continue
		}
		fires, _ := cron.Between(from, to, zone, crowdMost)
		var last time.Time
		for _, t := range fires {
			if slot := slotOf(t); !slot.Equal(last) {
				at[slot], last = append(at[slot], n.Name), slot
			}
		}
	}
	return at
}

// freeTime looks for another quarter of an hour around the schedule's own, the
// nearest first and of two the later.
func (s Schedule) freeTime(fires []time.Time, at map[time.Time][]string) string {
	slot := s.Minute / 15
	if s.Every != Hours {
		slot += s.Hour * 4
	}
	last := 24 * 4
	if s.Every == Hours {
		last = 4
	}
	for far := 1; far < last; far++ {
		for _, by := range []int{far, -far} {
			if slot+by < 0 || slot+by >= last || !freeAll(fires, at, time.Duration(by)*quarter) {
				continue
			}
			begin := time.Date(2000, 1, 1, s.Hour, s.Minute, 0, 0, time.UTC)
			return begin.Truncate(quarter).Add(time.Duration(by) * quarter).Format("15:04")
		}
	}
	return ""
}

func freeAll(fires []time.Time, at map[time.Time][]string, by time.Duration) bool {
	return !slices.ContainsFunc(fires, func(t time.Time) bool {
		return len(at[slotOf(t.Add(by))])+1 >= crowdSize
	})
}
