package batchsync

import (
	"strings"
	"time"
)

const momentLayout = "2006-01-02 15:04"

// momentIn writes a time as an argument of a [Text]: to the minute, in a zone
// and with its IANA name. A zone that does not exist is UTC, and so is the second
// of two times that a clock in the zone shows, which would be read as the first.
func momentIn(t time.Time, zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	t = t.Truncate(time.Minute)
	wall, _ := time.Parse(momentLayout, t.In(loc).Format(momentLayout)) // it was written so
	if !onWall(wall, loc).Equal(t) {
		loc = time.UTC
	}
	return t.In(loc).Format(momentLayout) + " " + loc.String()
}

// ParseMoment reads a time as acceptances and probes write it into their
// findings, "2026-03-05 02:00 Asia/Shanghai"; false for anything else. Whoever
// shows it can use the zone of the reader.
func ParseMoment(s string) (time.Time, bool) {
	at := strings.LastIndexByte(s, ' ')
	if at != len(momentLayout) || at+1 == len(s) {
		return time.Time{}, false
	}
	loc, err := time.LoadLocation(s[at+1:])
	if err != nil {
		return time.Time{}, false
	}
	wall, err := time.Parse(momentLayout, s[:at])
	if err != nil {
		return time.Time{}, false
	}
	return onWall(wall, loc), true
}
