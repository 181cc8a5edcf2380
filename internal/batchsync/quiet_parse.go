package batchsync

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a quiet window.
const (
	MaxQuiet      = 31 * 24 * time.Hour
	MaxQuietAhead = 366 * 24 * time.Hour // its begin; later is a wrong year
	MaxQuietWhy   = 300                  // characters
)

// QuietRequest is what somebody typed behind quiet.
type QuietRequest struct {
	Selector Selector // of a task the Name only, as in [SubscribeRequest]
	From, To time.Time
	Zone     string // IANA; the times were meant in it
	Why      string // foreign text
}

// String is the request in the words it can be typed with again. They name the
// zone's offset, so they mean the same moments wherever they are read.
func (r QuietRequest) String() string {
	const layout = "2006-01-02T15:04Z07:00"
	loc, err := time.LoadLocation(r.Zone)
	if err != nil {
		loc = time.UTC
	}
	all := []string{r.Selector.Words(), r.From.In(loc).Format(layout), r.To.In(loc).Format(layout)}
	if r.Why != "" {
		all = append(all, r.Why)
	}
	return strings.Join(all, " ")
}

// ParseQuiet reads
//
//	[TASK|FOLDER/*|source:NAME|*] FROM TO [why...]
//
// where a time is HH:MM (the next one on the zone's clocks; the present minute
// counts), YYYY-MM-DDTHH:MM (in the zone, or with an offset behind it) or, as
// in +2h, +1d12h or +30m, so much later: FROM than now, TO than FROM. Without a
// selector all tasks are meant. Where clocks go back, FROM is the first and TO
// the second of two equal times.
//
// It refuses, as [CodeInvalid], windows that end before they begin, begin in
// the past or are longer than [MaxQuiet], and times that daylight saving skips.
func ParseQuiet(words, zone string, now time.Time) (QuietRequest, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return QuietRequest{}, &Error{Code: CodeInvalid, Text: T("schedule.zone_unknown", zone), Err: err}
	}
	r := QuietRequest{Selector: Selector{Kind: SelectAll}, Zone: zone}
	in := wordReader{strings.ToValidUTF8(words, "\uFFFD")}
	w, err := in.next()
	if err == nil && !w.end() && !w.time() {
		if r.Selector, err = parseSelector(w); err == nil {
			w, err = in.next()
		}
	}
	if err != nil {
		return QuietRequest{}, err
	}
	now = now.Truncate(time.Minute)
	if r.From, err = quietTime(w, now, loc, false); err != nil {
		return QuietRequest{}, err
	}
	if w, err = in.next(); err != nil {
		return QuietRequest{}, err
	}
	if r.To, err = quietTime(w, r.From, loc, true); err != nil {
		return QuietRequest{}, err
	}
	r.Why = strings.Join(strings.Fields(in.rest), " ")
	return r, r.check(now)
}

// check judges a window that was understood.
func (r QuietRequest) check(now time.Time) error {
	text := Text{}
	switch {
	case r.From.Before(now):
		text = T("quiet.past", r.show(r.From))
	case !r.To.After(r.From):
		text = T("quiet.reversed", r.show(r.From), r.show(r.To))
	case r.To.Sub(r.From) > MaxQuiet:
		text = T("quiet.long", itoa(int(MaxQuiet/(24*time.Hour))))
	case r.From.Sub(now) > MaxQuietAhead:
		text = T("quiet.far", r.show(r.From))
	case utf8.RuneCountInString(r.Why) > MaxQuietWhy:
		text = T("quiet.why_long", itoa(MaxQuietWhy))
	default:
		return nil
	}
	return &Error{Code: CodeInvalid, Text: text}
}

func (r QuietRequest) show(t time.Time) string {
	if loc, err := time.LoadLocation(r.Zone); err == nil {
		t = t.In(loc)
	}
	return t.Format("2006-01-02 15:04")
}

// The forms that times are typed in. timeShaped is generous, so that a time
// with a mistake in it is not taken for the name of a task.
var (
	timeShaped = regexp.MustCompile(`^(\+\d|\d{1,2}:\d|\d{4}-\d{1,2}-\d{1,2}(T|$))`)
	laterBy    = regexp.MustCompile(`^\+(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$`)
)

func timeLike(s string) bool { return timeShaped.MatchString(strings.ToUpper(s)) }

func (w word) time() bool { return !w.quoted && timeLike(w.text) }

// quietTime is the moment a word means when it is typed at base. Of two equal
// times on the clock it is the first, or the last.
func quietTime(w word, base time.Time, loc *time.Location, last bool) (time.Time, error) {
	bad := func(t Text) (time.Time, error) {
		return time.Time{}, &Error{Code: CodeInvalid, Text: t, Hint: T("quiet.how")}
	}
	if w.end() {
		return bad(T("quiet.missing"))
	}
	s := strings.ToUpper(w.text)
	if later, ok := duration(strings.ToLower(s)); ok {
		return base.Add(later).UTC(), nil
	}
	if t, err := time.Parse("2006-01-02T15:04Z07:00", s); err == nil {
		return t.UTC(), nil
	}
	var found time.Time
	var exists bool
	if wall, err := time.Parse("2006-01-02T15:04", s); err == nil {
		found, exists = onClock(wall, loc, last)
	} else if clock, ok := clockTime(s); ok {
		found, exists = nextClock(clock, base, loc, last)
	} else {
		return bad(T("quiet.bad_time", w.text))
	}
	if !exists {
		return bad(T("quiet.skipped", w.text, loc.String()))
	}
	return found.UTC(), nil
}

// duration reads +1d2h30m.
func duration(s string) (time.Duration, bool) {
	m := laterBy.FindStringSubmatch(s)
	if m == nil || len(s) < 2 {
		return 0, false
	}
	var sum time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		n, _ := strconv.Atoi(m[i+1]) // a part that was left out is 0
		sum += time.Duration(n) * unit
	}
	return sum, true
}

// nextClock is the next time the clocks in loc show HH:MM: from base on for
// the begin of a window, after base for its end. false: daylight saving skips
// it on that day.
func nextClock(clock string, base time.Time, loc *time.Location, last bool) (time.Time, bool) {
	local := base.In(loc)
	hour, _ := strconv.Atoi(clock[:2])
	minute, _ := strconv.Atoi(clock[3:])
	wall := time.Date(local.Year(), local.Month(), local.Day(), hour, minute, 0, 0, time.UTC)
	for range 3 {
		for _, second := range []bool{last, true} {
			t, exists := onClock(wall, loc, second)
			if t.After(base) || t.Equal(base) && !last {
				return t, exists
			}
		}
		wall = wall.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// onClock is the moment at which a clock in loc shows what wall shows in UTC,
// of two the first or the last. false: clocks jump over it.
func onClock(wall time.Time, loc *time.Location, last bool) (time.Time, bool) {
	t := onWall(wall, loc)
	shows := func(t time.Time) bool {
		_, offset := t.Zone()
		return t.Add(time.Duration(offset) * time.Second).Equal(wall)
	}
	if !last {
		return t, shows(t)
	}
	_, now := t.Zone()
	_, later := t.Add(24 * time.Hour).Zone()
	if again := t.Add(time.Duration(now-later) * time.Second); now > later && shows(again) {
		return again, true
	}
	return t, shows(t)
}
