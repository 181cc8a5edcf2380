package batchsync

import (
	"testing"
	"time"
)

func TestLife_Signs(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	well := Life{
		Started: ago(24 * time.Hour), Connected: true, Frame: ago(5 * time.Second), Heard: ago(5 * time.Second),
		Program: ago(time.Minute), Looked: ago(time.Minute), Ended: ago(time.Minute), Written: ago(10 * time.Second), Free: 1 << 30,
	}
	for _, c := range []struct {
		name  string
		spoil func(*Life)
		bad   []SignName
	}{
		{"all is well", func(*Life) {}, nil},
		{"just started", func(l *Life) { *l = Life{Started: ago(time.Second), Connected: true, Free: -1} }, nil},
		{"started and never connected", func(l *Life) { *l = Life{Started: ago(time.Second), Free: -1} }, []SignName{SignSlack}},
		{"nothing ever happened", func(l *Life) { *l = Life{Started: ago(24 * time.Hour), Free: -1} },
			[]SignName{SignSlack, SignHearing, SignPlatform, SignMonitor, SignLooks, SignStore}},
		{"silent", func(l *Life) { l.Frame = ago(61 * time.Second) }, []SignName{SignSlack}},
		{"lost", func(l *Life) { l.Connected = false }, []SignName{SignSlack}},
		{"deaf", func(l *Life) { l.Heard = ago(7 * time.Minute) }, []SignName{SignHearing}},
		{"asked to wait", func(l *Life) { l.Heard = now.Add(time.Hour) }, nil},
		{"platform away", func(l *Life) { l.Program, l.Looked = ago(time.Hour), ago(time.Hour) }, []SignName{SignPlatform, SignMonitor}},
		{"monitor stands still", func(l *Life) { l.Looked, l.Ended = ago(time.Hour), ago(time.Hour) }, []SignName{SignMonitor, SignLooks}},
		{"message new", func(l *Life) { l.Oldest = ago(time.Minute) }, nil},
		{"message stuck", func(l *Life) { l.Oldest = ago(11 * time.Minute) }, []SignName{SignOutbox}},
		{"message put off by Slack", func(l *Life) { l.Oldest, l.Paused = ago(time.Hour), now.Add(time.Minute) }, nil},
		{"message put off by Slack until lately", func(l *Life) { l.Oldest, l.Paused = ago(time.Hour), ago(9*time.Minute) }, nil},
		{"message stuck after that", func(l *Life) { l.Oldest, l.Paused = ago(time.Hour), ago(11*time.Minute) }, []SignName{SignOutbox}},
		{"paused and nothing waits", func(l *Life) { l.Paused = ago(time.Hour) }, nil},
		{"file hangs", func(l *Life) { l.Written = ago(3 * time.Minute) }, []SignName{SignStore}},
		{"file refused lately", func(l *Life) { l.Unwritten = true }, []SignName{SignStore}},
		{"file on a full disk", func(l *Life) { l.Unwritten, l.Full = true, true }, []SignName{SignStore}},
		{"file on a disk that was full", func(l *Life) { l.Full = true }, nil},
		{"disk full", func(l *Life) { l.Free = 1 << 20 }, []SignName{SignDisk}},
		{"clock set back", func(l *Life) { l.Frame, l.Written = now.Add(time.Hour), now.Add(time.Hour) }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := well
			c.spoil(&l)
			var bad []SignName
			for _, s := range l.Signs(now, LifeBounds{Deaf: 5 * time.Minute, Look: 10 * time.Minute}) {
				if !s.OK {
					bad = append(bad, s.Name)
				}
				if s.Age < 0 || s.Name != SignDisk && s.Bound <= 0 {
					t.Errorf("%s has age %s and bound %s", s.Name, s.Age, s.Bound)
				}
			}
			if len(bad) != len(c.bad) {
				t.Fatalf("missing %v, want %v", bad, c.bad)
			}
			for i := range bad {
				if bad[i] != c.bad[i] {
					t.Errorf("missing %v, want %v", bad, c.bad)
				}
			}
		})
	}
}
