package batchsync

import (
	"testing"
	"time"
)

func TestNewestAttempt(t *testing.T) {
	t.Parallel()
	at := func(minute int) Attempt { return Attempt{Began: time.Date(2026, 7, 1, 2, minute, 0, 0, time.UTC)} }
	for _, tt := range []struct {
		name string
		all  []Attempt
		want int
	}{
		{"none", nil, 0},
		{"one", []Attempt{at(1)}, 1},
		{"in order", []Attempt{at(1), at(2), at(3)}, 3},
		{"newest first", []Attempt{at(3), at(2), at(1)}, 1},
		{"in the middle", []Attempt{at(1), at(3), at(2)}, 2},
		{"one has not begun", []Attempt{at(1), at(2), {}}, 2},
		{"none has begun", []Attempt{{}, {}}, 2},
		{"the first has not begun", []Attempt{{}, at(1), {}}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := NewestAttempt(tt.all); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}
