package batchsync

import (
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 18, 5, 0, 0, time.UTC)
	for _, zone := range []string{"Asia/Shanghai", "UTC", "America/Argentina/Buenos_Aires", "no such zone"} {
		if got, ok := ParseMoment(momentIn(at, zone)); !ok || !got.Equal(at) {
			t.Errorf("%s: %q is read as %v, %v", zone, momentIn(at, zone), got, ok)
		}
	}
	for _, s := range []string{"", "id", "2026-03-04 18:05", "2026-03-04 18:05 ", "2026-03-04 18:05 Mars/Base", "2026-13-04 18:05 UTC", "x 2026-03-04 18:05 UTC", "2026-03-04 18:05 ../UTC"} {
		if got, ok := ParseMoment(s); ok {
			t.Errorf("%q is read as %v", s, got)
		}
	}
}
