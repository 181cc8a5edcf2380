package operation

import (
	"slices"
	"testing"

	"batchsync/internal/batchsync"
)

func TestFollow(t *testing.T) {
	t.Parallel()
	at := days(3)
	run := func(id batchsync.RunID, day int, status batchsync.RunStatus) batchsync.Run {
		return batchsync.Run{ID: id, Plan: at[day], Status: status}
	}
	type f = batchsync.Followed
	tests := []struct {
		name    string
		was     []f
		found   []batchsync.Run
		byOrder bool
		want    []f
	}{
		{"nothing seen yet", nil, nil, false, []f{{Plan: at[0]}, {Plan: at[1]}, {Plan: at[2]}}},
		{"by business time, whatever the order", nil, []batchsync.Run{run(9, 2, good), run(3, 0, bad)}, false,
			[]f{{Plan: at[0], Run: 3, Status: bad}, {Plan: at[1]}, {Plan: at[2], Run: 9, Status: good}}},
		{"of two, the one at work", nil, []batchsync.Run{run(1, 0, batchsync.RunRunning), run(2, 0, good)}, false,
			[]f{{Plan: at[0], Run: 1, Status: batchsync.RunRunning, Twice: true}, {Plan: at[1]}, {Plan: at[2]}}},
		{"of two that are over, the last", nil, []batchsync.Run{run(1, 0, good), run(2, 0, bad)}, false,
			[]f{{Plan: at[0], Run: 2, Status: bad, Twice: true}, {Plan: at[1]}, {Plan: at[2]}}},
		{"what is listed no more stays as it was", []f{{Plan: at[1], Run: 5, Status: good, Twice: true}}, nil, false,
			[]f{{Plan: at[0]}, {Plan: at[1], Run: 5, Status: good, Twice: true}, {Plan: at[2]}}},
		{"what was made twice stays so", []f{{Plan: at[0], Run: 5, Status: good, Twice: true}}, []batchsync.Run{run(4, 0, good)}, false,
			[]f{{Plan: at[0], Run: 4, Status: good, Twice: true}, {Plan: at[1]}, {Plan: at[2]}}},
		{"by order", nil, []batchsync.Run{run(6, 2, good), run(5, 2, bad), run(7, 2, batchsync.RunNotStarted)}, true,
			[]f{{Plan: at[0], Run: 5, Status: bad}, {Plan: at[1], Run: 6, Status: good}, {Plan: at[2], Run: 7, Status: batchsync.RunNotStarted}}},
		{"by order, and a second job begins", nil, []batchsync.Run{run(1, 0, good), run(2, 0, good), run(3, 0, good), run(4, 1, batchsync.RunRunning)}, true,
			[]f{{Plan: at[0], Run: 4, Status: batchsync.RunRunning, Twice: true}, {Plan: at[1], Run: 2, Status: good}, {Plan: at[2], Run: 3, Status: good}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			times := slices.Clone(at)
			slices.Reverse(times) // they are sorted here, not by the caller
			if got := follow(tt.was, times, tt.found, tt.byOrder); !slices.Equal(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}
