package batchsync

import (
	"strings"
	"testing"
	"time"
)

func TestParseQuiet(t *testing.T) {
	t.Parallel()
	const shanghai, york, howe = "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"
	evening := "2026-03-04T21:30:40+08:00" // in Shanghai
	tests := []struct {
		name, zone, now, words string
		want                   string // selector from to why
	}{
		{"tonight", shanghai, evening, "22:00 06:00", "* 2026-03-04T22:00+08:00 2026-03-05T06:00+08:00"},
		{"tomorrow", shanghai, evening, "21:00 23:00", "* 2026-03-05T21:00+08:00 2026-03-05T23:00+08:00"},
		{"this very minute", shanghai, evening, "21:30 +2h", "* 2026-03-04T21:30+08:00 2026-03-04T23:30+08:00"},
		{"a whole day", shanghai, evening, "22:00 22:00", "* 2026-03-04T22:00+08:00 2026-03-05T22:00+08:00"},
		{"from now on", shanghai, evening, "+0m +1d12h30m", "* 2026-03-04T21:30+08:00 2026-03-06T10:00+08:00"},
		{"end counts from the begin", shanghai, evening, "+1h +2h", "* 2026-03-04T22:30+08:00 2026-03-05T00:30+08:00"},
		{"days", shanghai, evening, "2026-03-10T22:00 2026-03-11T02:00", "* 2026-03-10T22:00+08:00 2026-03-11T02:00+08:00"},
		{"small letters", shanghai, evening, "2026-03-10t22:00z +2H", "* 2026-03-11T06:00+08:00 2026-03-11T08:00+08:00"},
		{"selector and reason", shanghai, evening, `source:"My DB" 22:00 +2h  moving   the "database`, `source:"My DB" 2026-03-04T22:00+08:00 2026-03-05T00:00+08:00 moving the "database`},
		{"task called like a time", shanghai, evening, `"22:00" 22:00 23:00`, `"22:00" 2026-03-04T22:00+08:00 2026-03-04T23:00+08:00`},
		{"longest", shanghai, evening, "+0m +31d", "* 2026-03-04T21:30+08:00 2026-04-04T21:30+08:00"},
		{"over a change of clocks", york, "2026-03-07T20:00:00-05:00", "22:00 06:00", "* 2026-03-07T22:00-05:00 2026-03-08T06:00-04:00"},
		{"both of two equal times", york, "2026-10-31T20:00:00-04:00", "2026-11-01T01:30 2026-11-01T01:30", "* 2026-11-01T01:30-04:00 2026-11-01T01:30-05:00"},
		{"the second of two is ahead", york, "2026-11-01T01:40:00-04:00", "01:30 02:00", "* 2026-11-01T01:30-05:00 2026-11-01T02:00-05:00"},
		{"half an hour twice", howe, "2026-04-04T20:00:00+11:00", "2026-04-05T01:45 2026-04-05T01:45", "* 2026-04-05T01:45+11:00 2026-04-05T01:45+10:30"},
	}
	for _, tt := range tests {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseQuiet(tt.words, tt.zone, now)
		if err != nil || got.String() != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.name, got, err, tt.want)
		}
		if got.From.Location() != time.UTC || got.To.Location() != time.UTC {
			t.Errorf("%s: not in UTC: %v, %v", tt.name, got.From, got.To)
		}
	}
}

func TestParseQuiet_Refuses(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 7, 20, 0, 0, 0, time.UTC) // 15:00 in New York, before clocks jump at night
	tests := []struct{ name, words, want string }{
		{"nothing", "", "quiet.missing()"},
		{"no end", "* 22:00", "quiet.missing()"},
		{"no times", "orders", "quiet.missing()"},
		{"two words of a name", "sync orders 22:00", "quiet.bad_time(orders)"},
		{"word for a time", "22:00 midnight", "quiet.bad_time(midnight)"},
		{"a day alone", "2026-03-08 2026-03-09", "quiet.bad_time(2026-03-08)"},
		{"no such time", "25:00 26:00", "quiet.bad_time(25:00)"},
		{"no such day", "2026-02-30T10:00 +2h", "quiet.bad_time(2026-02-30T10:00)"},
		{"unknown unit", "+2w +2h", "quiet.bad_time(+2w)"},
		{"skipped by the clocks", "02:30 04:00", "quiet.skipped(02:30,America/New_York)"},
		{"end skipped by the clocks", "2026-03-08T01:00 2026-03-08T02:15", "quiet.skipped(2026-03-08T02:15,America/New_York)"},
		{"past", "2026-03-07T14:59 +2h", "quiet.past(2026-03-07 14:59)"},
		{"reversed", "2026-03-09T10:00 2026-03-09T09:00", "quiet.reversed(2026-03-09 10:00,2026-03-09 09:00)"},
		{"no length", "+1h +0m", "quiet.reversed(2026-03-07 16:00,2026-03-07 16:00)"},
		{"too long", "+0m +31d1m", "quiet.long(31)"},
		{"wrong year", "2027-03-10T10:00 +2h", "quiet.far(2027-03-10 10:00)"},
		{"long story", "+0m +1h " + strings.Repeat("x", 301), "quiet.why_long(300)"},
		{"topic for a task", "late 22:00 23:00", "subscribe.topic_first(late)"},
		{"open quote", `"orders 22:00 23:00`, `subscribe.unclosed("orders 22:00 23:00)`},
	}
	for _, tt := range tests {
		got, err := ParseQuiet(tt.words, "America/New_York", now)
		if err == nil {
			t.Errorf("%s: taken as %s", tt.name, got)
		} else if s := said(t, err); s != tt.want {
			t.Errorf("%s: says %s, want %s", tt.name, s, tt.want)
		}
	}
	for _, zone := range []string{"", "Local", "Mars/Phobos"} {
		if _, err := ParseQuiet("+0m +1h", zone, now); said(t, err) != "schedule.zone_unknown("+zone+")" {
			t.Errorf("zone %q: %v", zone, err)
		}
	}
}

func FuzzParseQuiet(f *testing.F) {
	f.Add(`source:"a b" 22:00 06:00 why "not`, "America/New_York", int64(1_772_600_000))
	f.Add("2026-11-01T01:30 01:30", "America/New_York", int64(1_793_000_000))
	f.Add("+0m +1d", "Australia/Lord_Howe", int64(1_775_000_000))
	f.Add("02:15 +1h x", "Africa/Cairo", int64(1_777_000_000))
	f.Fuzz(func(t *testing.T, words, zone string, unix int64) {
		const from2000, to2100 = 946_684_800, 4_102_444_800
		now := time.Unix(from2000+abs(unix)%(to2100-from2000), 0)
		r, err := ParseQuiet(words, zone, now)
		if err != nil {
			said(t, err)
			return
		}
		if length := r.To.Sub(r.From); length <= 0 || length > MaxQuiet || r.From.Before(now.Add(-time.Minute)) {
			t.Errorf("%q at %v is %s", words, now, r)
		}
		again, err := ParseQuiet(r.String(), zone, now)
		if err != nil || again != r {
			t.Errorf("%q is %s, typed again it is %s, %v", words, r, again, err)
		}
	})
}

func abs(n int64) int64 { return max(n, -(n + 1)) }
