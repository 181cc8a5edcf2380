package batchsync

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// saveCron is what the program makes of a five-field expression: seven fields,
// second 0, two-digit figures for minute and hour. It refuses what the program
// refuses and also what the program takes but mangles: an open hour step, lists
// of hours or minutes, months, steps of days.
func saveCron(expr string) (string, error) {
	f := strings.Fields(expr)
	if len(f) != 5 {
		return "", fmt.Errorf("%d fields", len(f))
	}
	minute, err := saveMinute(f[0])
	if err != nil {
		return "", fmt.Errorf("minute: %w", err)
	}
	hour, err := saveHour(f[1])
	if err != nil {
		return "", fmt.Errorf("hour: %w", err)
	}
	day, weekday := f[2], f[4]
	switch {
	case f[3] != "*":
		return "", fmt.Errorf("month %s is dropped", f[3])
	case day != "*" && weekday != "*":
		return "", fmt.Errorf("day and weekday both set")
	case weekday != "*":
		for _, d := range strings.Split(weekday, ",") {
			if _, err := figure(d, 1, 7); err != nil {
				return "", fmt.Errorf("weekday: %w", err)
			}
		}
		return "0 " + minute + " " + hour + " ? * " + weekday + " *", nil
	case day != "*":
		if _, err := figure(day, 1, 31); err != nil {
			return "", fmt.Errorf("day: %w", err)
		}
	}
	return "0 " + minute + " " + hour + " " + day + " * ? *", nil
}

func saveMinute(f string) (string, error) {
	if step, ok := strings.CutPrefix(f, "*/"); ok {
		if n, err := strconv.Atoi(step); err != nil || !slices.Contains([]int{1, 2, 3, 5, 10, 15, 20, 30}, n) {
			return "", fmt.Errorf("gap %s refused", step)
		}
		return f, nil
	}
	return figure(f, 0, 59)
}

func saveHour(f string) (string, error) {
	if f == "*" {
		return f, nil
	}
	span, step, stepped := strings.Cut(f, "/")
	from, to, ranged := strings.Cut(span, "-")
	if !ranged {
		if stepped {
			return "", fmt.Errorf("%s becomes NaN", f)
		}
		return figure(f, 0, 23)
	}
	if !stepped {
		step = "1"
	}
	a, err1 := figure(from, 0, 23)
	b, err2 := figure(to, 0, 23)
	if n, err3 := strconv.Atoi(step); err1 != nil || err2 != nil || err3 != nil || n < 1 || n > 12 {
		return "", fmt.Errorf("%s refused", f)
	}
	return a + "-" + b + "/" + step, nil
}

func figure(s string, low, high int) (string, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high || strings.HasPrefix(s, "+") {
		return "", fmt.Errorf("%q is no figure from %d to %d", s, low, high)
	}
	return fmt.Sprintf("%02d", n), nil
}

// The model itself, held against recorded pairs.
func TestSaveCron(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // empty: refused or mangled
		"0 2 * * *": "0 00 02 * * ? *", "*/5 * * * *": "0 */5 * * * ? *", "15 * * * *": "0 15 * * * ? *",
		"0 8-20/3 * * *": "0 00 08-20/3 * * ? *", "0 2 1 * *": "0 00 02 1 * ? *", "0 9-17 * * *": "0 00 09-17/1 * * ? *",
		"0 2 * * 1,2,3": "0 00 02 ? * 1,2,3 *",
		"0 */2 * * *":   "", "0 9,18 * * *": "", "0,30 * * * *": "", "0 2 1 6 *": "", "0 25 * * *": "", "99 2 * * *": "",
		"0 2 */2 * *": "", "*/7 * * * *": "", "0 0-23/13 * * *": "", "0 2 1 * 1": "", "0 2 * * 0": "", "@daily": "", "": "",
	}
	for give, want := range tests {
		if got, err := saveCron(give); got != want || (err == nil) != (want != "") {
			t.Errorf("saveCron(%q) = %q, %v, want %q", give, got, err, want)
		}
	}
}

func TestSchedule_Cron(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		s            Schedule
		send, stored string
	}{
		{"daily", Schedule{Every: Daily, Hour: 2}, "0 2 * * *", "0 00 02 * * ? *"},
		{"weekly", Schedule{Every: Weekly, Hour: 2, Weekdays: []time.Weekday{1, 2, 3, 4, 5}}, "0 2 * * 1,2,3,4,5", "0 00 02 ? * 1,2,3,4,5 *"},
		{"Sunday is 7 and last", Schedule{Every: Weekly, Hour: 2, Weekdays: []time.Weekday{0, 6, 0}}, "0 2 * * 6,7", "0 00 02 ? * 6,7 *"},
		{"monthly", Schedule{Every: Monthly, Hour: 2, Day: 1}, "0 2 1 * *", "0 00 02 1 * ? *"},
		{"hourly", Schedule{Every: Hours, Step: 1, Hour: 7, Minute: 15}, "15 * * * *", "0 15 * * * ? *"},
		{"hours have a range", Schedule{Every: Hours, Step: 2}, "0 0-23/2 * * *", "0 00 00-23/2 * * ? *"},
		{"hours from the first of the day", Schedule{Every: Hours, Step: 3, Hour: 20}, "0 2-23/3 * * *", "0 00 02-23/3 * * ? *"},
		{"minutes", Schedule{Every: Minutes, Step: 5}, "*/5 * * * *", "0 */5 * * * ? *"},
		{"every minute", Schedule{Every: Minutes, Step: 1}, "*/1 * * * *", "0 */1 * * * ? *"},
		{"no rhythm", Schedule{Hour: 2}, "", ""},
		{"hour out of range", Schedule{Every: Daily, Hour: 25}, "", ""},
		{"no step", Schedule{Every: Hours}, "", ""},
		{"no weekdays", Schedule{Every: Weekly}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.s.Cron(); got.Send != tt.send || got.Stored != tt.stored {
				t.Errorf("Cron() = %+v, want %q and %q", got, tt.send, tt.stored)
			}
		})
	}
}

// forAllSchedules goes through every combination of rhythm, hour, minute, day
// and step, and through every set of weekdays.
func forAllSchedules(do func(Schedule)) {
	for h := range 24 {
		for m := range 60 {
			base := Schedule{Hour: h, Minute: m, Zone: "UTC"}
			at := func(e Every) Schedule { s := base; s.Every = e; return s }
			do(at(Daily))
			for day := 1; day <= 31; day++ {
				s := at(Monthly)
				s.Day = day
				do(s)
			}
			for _, step := range HourSteps() {
				s := at(Hours)
				s.Step = step
				do(s)
			}
			for _, step := range MinuteSteps() {
				s := at(Minutes)
				s.Step = step
				do(s)
			}
			s := at(Weekly)
			s.Weekdays = weekdaySet(1 + (h*60+m)%127)
			do(s)
		}
	}
	for set := 1; set < 128; set++ {
		do(Schedule{Every: Weekly, Hour: set % 24, Minute: set % 60, Weekdays: weekdaySet(set), Zone: "UTC"})
	}
}

func weekdaySet(bits int) []time.Weekday {
	var out []time.Weekday
	for d := range 7 {
		if bits&(1<<d) != 0 {
			out = append(out, time.Weekday(d))
		}
	}
	return out
}

func TestSchedule_Cron_StoredIsWhatIsMadeOfSend(t *testing.T) {
	t.Parallel()
	forAllSchedules(func(s Schedule) {
		c := s.Cron()
		if got, err := saveCron(c.Send); err != nil || got != c.Stored {
			t.Fatalf("%+v: %q is stored as %q (%v), Cron() says %q", s, c.Send, got, err, c.Stored)
		}
		if !SameCron(c.Stored, c.Stored) {
			t.Fatalf("%q differs from itself", c.Stored)
		}
	})
}

// What is stored means what the schedule says: read field by field, it fires
// at the same moments.
func TestSchedule_Cron_Meaning(t *testing.T) {
	t.Parallel()
	start := time.Date(2028, 2, 27, 22, 41, 0, 0, time.UTC)
	i := 0
	forAllSchedules(func(s Schedule) {
		if i++; i%193 != 0 { // a sample: walking minutes takes long
			return
		}
		want := s.Next(start, 3)
		fields := strings.Fields(s.Cron().Stored)
		var got []time.Time
		for at := start.Add(time.Minute); !at.After(want[2]); {
			if !onCronDay(fields, at) {
				at = at.Truncate(24*time.Hour).AddDate(0, 0, 1)
				continue
			}
			if fieldHas(fields[1], at.Minute(), 59) && fieldHas(fields[2], at.Hour(), 23) {
				got = append(got, at)
			}
			at = at.Add(time.Minute)
		}
		if !sameMoments(got, want) {
			t.Fatalf("%v fires at %v, %+v at %v", fields, got, s, want)
		}
	})
}

func onCronDay(f []string, at time.Time) bool {
	weekday := (int(at.Weekday())+6)%7 + 1
	return fieldHas(f[3], at.Day(), 31) && fieldHas(f[5], weekday, 7)
}

func fieldHas(field string, v, top int) bool {
	if field == "*" || field == "?" {
		return true
	}
	for _, part := range strings.Split(field, ",") {
		span, step, stepped := strings.Cut(part, "/")
		from, to := 0, top
		if a, b, ranged := strings.Cut(span, "-"); ranged {
			from, to = number0(a), number0(b)
		} else if span != "*" {
			from, to = number0(span), number0(span)
		}
		n := 1
		if stepped {
			n = number0(step)
		}
		if v >= from && v <= to && (v-from)%n == 0 {
			return true
		}
	}
	return false
}

func number0(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func TestSameCron(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"equal", "0 00 02 * * ? *", "0 00 02 * * ? *", true},
		{"leading zeros", "0 00 02 * * ? *", "00 0 2 * * ? *", true},
		{"leading zeros in a range", "0 00 08-20/3 * * ? *", "0 0 8-20/03 * * ? *", true},
		{"spaces", "0 00  02 * * ? *", " 0 00 02 * * ? * ", true},
		{"hour differs", "0 00 02 * * ? *", "0 00 20 * * ? *", false},
		{"zero is not nothing", "0 0 02 * * ? *", "0  02 * * ? *", false},
		{"open hour is not hour 0", "0 00 * * * ? *", "0 00 0 * * ? *", false},
		{"mangled hours", "0 00 00-23/2 * * ? *", "0 00 NaN-NaN/2 * * ? *", false},
		{"lost weekday", "0 00 02 ? * 1,2 *", "0 00 02 ? * 1 *", false},
		{"figures do not run together", "0 1 2 * * ? *", "0 12 * * ? *", false},
		{"fewer fields", "0 2 * * *", "0 00 02 * * ? *", false},
		{"both empty: no schedule is no match", "", "", false},
		{"one empty", "0 00 02 * * ? *", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := SameCron(tt.a, tt.b); got != tt.want {
				t.Errorf("SameCron(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
			}
			if got := SameCron(tt.b, tt.a); got != tt.want {
				t.Errorf("the other way round: %v, want %v", got, tt.want)
			}
		})
	}
}

func FuzzSameCron(f *testing.F) {
	f.Add("0 00 02 * * ? *", "0 0 2 * * ? *")
	f.Add("0 00 NaN-NaN/2 * * ? *", "")
	f.Add("000 é\x00 1", "0 é\x00 01")
	f.Fuzz(func(t *testing.T, a, b string) {
		if blank := len(strings.Fields(a)) == 0; SameCron(a, a) == blank {
			t.Errorf("SameCron(%q, itself) = %v", a, !blank)
		}
		if SameCron(a, b) != SameCron(b, a) {
			t.Errorf("SameCron(%q, %q) depends on the order", a, b)
		}
		if SameCron(a, b) && len(strings.Fields(a)) != len(strings.Fields(b)) {
			t.Errorf("%q and %q have other numbers of fields", a, b)
		}
	})
}
