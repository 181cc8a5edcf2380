package handlers

import (
	"context"
	"slices"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

const (
	// recent is how far back a list looks for each task's newest run.
	recent = 48 * time.Hour
	// maxListedRuns bounds the runs read for a list: each hundred of them is a
	// child process.
	maxListedRuns = 1000
)

// lasts are the newest runs of tasks, by plan time.
type lasts struct {
	runs   map[batchsync.TaskID]batchsync.Run
	unseen map[batchsync.TaskID]bool // those whose newest run may be older than what was read
	oldest time.Time                 // the oldest plan time that was read; zero: all recent runs were
}

// lasts reads the newest runs of tasks. Where there are too many to be read, the
// older ones are as the monitor saw them last; what it does not know either is
// told apart from what has no run.
func (b *Bot) lasts(ctx context.Context, tasks []batchsync.TaskID) (lasts, error) {
	at := now()
	runs, err := b.Platform.Runs(ctx, batchsync.RunFilter{From: at.Add(-recent), To: at.Add(time.Minute), Limit: maxListedRuns})
	if err != nil {
		return lasts{}, err
	}
	out := lasts{unseen: map[batchsync.TaskID]bool{}}
	if len(runs) >= maxListedRuns {
		out.oldest = runs[len(runs)-1].Plan
		runs = append(runs, b.older(newest(runs), tasks, out.unseen, at)...)
	}
	out.runs = newest(b.stopped(runs))
	return out, nil
}

// older are the newest runs of the tasks that have none among those read, as far
// as the monitor saw them; it notes the tasks of which that is not known.
func (b *Bot) older(read map[batchsync.TaskID]batchsync.Run, tasks []batchsync.TaskID, unseen map[batchsync.TaskID]bool, at time.Time) (out []batchsync.Run) {
	var seen func(batchsync.TaskID) []batchsync.Run
	known := false
	if b.Seen != nil {
		seen, known = b.Seen(at)
	}
	for _, id := range tasks {
		_, told := read[id]
		switch {
		case told:
		case !known:
			unseen[id] = true
		default:
			runs := seen(id) // once: a look may end meanwhile
			if i := slices.IndexFunc(runs, tellable); i >= 0 {
				out = append(out, runs[i])
			}
		}
	}
	return out
}

// tellable reports whether a run tells how its task does: it began.
func tellable(r batchsync.Run) bool {
	return r.Status.Over() || r.Status == batchsync.RunRunning
}

// newest are the newest runs of tasks by plan time that tell how these do; runs
// come newest first.
func newest(runs []batchsync.Run) map[batchsync.TaskID]batchsync.Run {
	out := map[batchsync.TaskID]batchsync.Run{}
	for _, r := range runs {
		if _, known := out[r.Task]; !known && tellable(r) {
			out[r.Task] = r
		}
	}
	return out
}

// row adds to a row what is known of the last run of its task.
func (l lasts) row(r blocks.TaskRow) blocks.TaskRow {
	if run, ok := l.runs[r.Ref.ID]; ok {
		r.Last = &run
	}
	r.Unseen = l.unseen[r.Ref.ID]
	return r
}

// idsOf are the ids of tasks.
func idsOf[T any](all []T, id func(T) batchsync.TaskID) []batchsync.TaskID {
	out := make([]batchsync.TaskID, 0, len(all))
	for _, t := range all {
		out = append(out, id(t))
	}
	return out
}
