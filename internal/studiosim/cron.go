package studiosim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	minuteGaps = []int{1, 2, 3, 5, 10, 15, 20, 30}
	dayNames   = []string{"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"}
)

func badCron(format string, args ...any) *failure {
	return fail(2, "INVALID_CRON", format, args...)
}

// storedCron turns an expression into the 7 fields that save-cron stores,
// with the losses the real program has: month, year and second are dropped,
// lists of hours and minutes keep only their first value, and an open hour
// step becomes NaN.
func storedCron(expr string) (string, *failure) {
	f := strings.Fields(expr)
	switch len(f) {
	case 5:
	case 6:
		f = f[1:]
	case 7:
		f = f[1:6]
	default:
		return "", badCron("Unsupported cron field count: %d. Expected 5, 6, or 7.", len(f))
	}
	for _, field := range f {
		if token, bad := quartzToken(field); bad {
			return "", badCron("Unsupported Quartz token: %s in '%s'", token, field)
		}
	}
	minute, hour, day, weekday := f[0], f[1], f[2], f[4]
	if !open(day) && !open(weekday) {
		return "", badCron("Both day-of-month and day-of-week are specific.")
	}
	min, bad := storedMinute(minute)
	if bad != nil {
		return "", bad
	}
	hr, bad := storedHour(hour)
	if bad != nil {
		return "", bad
	}
	if !open(weekday) {
		return fmt.Sprintf("0 %s %s ? * %s *", min, hr, storedWeekdays(weekday)), nil
	}
	if day == "?" {
		day = "*"
	}
	return fmt.Sprintf("0 %s %s %s * ? *", min, hr, day), nil
}

func open(field string) bool { return field == "*" || field == "?" }

func quartzToken(field string) (string, bool) {
	up := strings.ToUpper(field)
	if slices.ContainsFunc(strings.FieldsFunc(up, func(r rune) bool { return r == ',' || r == '-' }),
		func(w string) bool { return slices.Contains(dayNames, w) }) {
		return "", false
	}
	for _, token := range []string{"L", "W", "#", "C"} {
		if strings.Contains(up, token) && len(up) <= 3 {
			return token, true
		}
	}
	return "", false
}

func storedMinute(field string) (string, *failure) {
	if from, step, ok := strings.Cut(field, "/"); ok {
		n, err := strconv.Atoi(step)
		if err != nil || !slices.Contains(minuteGaps, n) {
			return "", badCron("Unsupported minute gap: %s. Allowed: 1,2,3,5,10,15,20,30", step)
		}
		return from + "/" + step, nil
	}
	if field == "*" {
		return "*/1", nil
	}
	first, _, _ := strings.Cut(field, ",")
	return two(first), nil
}

func storedHour(field string) (string, *failure) {
	if field == "*" {
		return "*", nil
	}
	span, step, stepped := strings.Cut(field, "/")
	from, to, ranged := strings.Cut(span, "-")
	if stepped {
		if n, err := strconv.Atoi(step); err != nil || n > 12 {
			return "", badCron("Unsupported hour gap: %s. Allowed: 1-12", step)
		}
		if !ranged {
			return "NaN-NaN/" + step, nil
		}
		return two(from) + "-" + two(to) + "/" + step, nil
	}
	if ranged {
		return two(from) + "-" + two(to) + "/1", nil
	}
	first, _, _ := strings.Cut(field, ",")
	return two(first), nil
}

func storedWeekdays(field string) string {
	var out []string
	for _, part := range strings.Split(field, ",") {
		from, to, ranged := strings.Cut(part, "-")
		a, b := weekday(from), weekday(to)
		if x, err1 := strconv.Atoi(a); ranged && err1 == nil {
			for y, _ := strconv.Atoi(b); x <= y; x++ {
				out = append(out, strconv.Itoa(x))
			}
			continue
		}
		out = append(out, a)
	}
	return strings.Join(out, ",")
}

func weekday(name string) string {
	if i := slices.Index(dayNames, strings.ToUpper(name)); i >= 0 {
		return strconv.Itoa(i + 1)
	}
	return name
}

// two pads a number to two digits and leaves anything else as it is.
func two(s string) string {
	if n, err := strconv.Atoi(s); err == nil {
		return fmt.Sprintf("%02d", n)
	}
	return s
}

// fires lists the moments in (after, until] at which a stored expression
// fires, at most max of them. Unusable expressions never fire.
func fires(cron string, zone *time.Location, after, until int64, max int) []int64 {
	f := strings.Fields(cron)
	if len(f) != 7 {
		return nil
	}
	minutes, ok1 := values(f[1], 0, 59)
	hours, ok2 := values(f[2], 0, 23)
	days, ok3 := values(f[3], 1, 31)
	weekdays, ok4 := values(f[5], 1, 7)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil
	}
	var out []int64
	start := time.UnixMilli(after).In(zone)
	day := time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, zone)
	for ; day.UnixMilli() <= until && len(out) < max; day = day.AddDate(0, 0, 1) {
		if !days[day.Day()] || !weekdays[(int(day.Weekday())+6)%7+1] {
			continue
		}
		for h := range 24 {
			for m := 0; hours[h] && m < 60; m++ {
				at := time.Date(day.Year(), day.Month(), day.Day(), h, m, 0, 0, zone).UnixMilli()
				if minutes[m] && at > after && at <= until && len(out) < max {
					out = append(out, at)
				}
			}
		}
	}
	return out
}

// values expands one field into the set of numbers it stands for.
func values(field string, lo, hi int) (map[int]bool, bool) {
	set := map[int]bool{}
	for _, part := range strings.Split(field, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step, from, to := 1, lo, hi
		var err error
		if stepped {
			if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > 100 {
				return nil, false
			}
		}
		if !open(span) {
			a, b, ranged := strings.Cut(span, "-")
			if from, err = strconv.Atoi(a); err != nil {
				return nil, false
			}
			if ranged {
				if to, err = strconv.Atoi(b); err != nil {
					return nil, false
				}
			} else if !stepped {
				to = from
			}
		}
		for n := from; n <= to && n <= hi; n += step {
			set[n] = true
		}
	}
	return set, true
}

// horizon bounds the search for the next fire.
const horizon = 366 * 24 * int64(time.Hour/time.Millisecond)

func (st *state) nextFire(cron string, after int64) int64 {
	if at := fires(cron, st.zone, after, after+horizon, 1); len(at) == 1 {
		return at[0]
	}
	return 0
}
