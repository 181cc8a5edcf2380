package operation

import (
	"cmp"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// follow brings the business times of a backfill up to date with the runs that
// were found. A time without one keeps what was known of it.
func follow(was []batchsync.Followed, times []time.Time, found []batchsync.Run, byOrder bool) []batchsync.Followed {
	out := make([]batchsync.Followed, len(times))
	for i, at := range times {
		out[i] = batchsync.Followed{Plan: at}
	}
	slices.SortFunc(out, func(a, b batchsync.Followed) int { return a.Plan.Compare(b.Plan) })
	known := map[int64]batchsync.Followed{}
	for _, f := range was {
		known[f.Plan.UnixMilli()] = f
	}
	groups := byPlan(out, found)
	if byOrder {
		groups = byTurn(len(out), found)
	}
	for i := range out {
		if f, ok := known[out[i].Plan.UnixMilli()]; ok {
			out[i] = f
		}
		if len(groups[i]) > 0 {
			run := standsFor(groups[i])
			out[i].Run, out[i].Status, out[i].Twice = run.ID, run.Status, out[i].Twice || len(groups[i]) > 1
		}
	}
	return out
}

// byPlan sorts the runs to the business times they stand under.
func byPlan(times []batchsync.Followed, found []batchsync.Run) map[int][]batchsync.Run {
	at := map[int64]int{}
	for i, f := range times {
		at[f.Plan.UnixMilli()] = i
	}
	out := map[int][]batchsync.Run{}
	for _, run := range found {
		if i, ok := at[run.Plan.UnixMilli()]; ok {
			out[i] = append(out[i], run)
		}
	}
	return out
}

// byTurn deals the runs out in the order they were made; a second job follows
// the first.
func byTurn(times int, found []batchsync.Run) map[int][]batchsync.Run {
	found = slices.SortedFunc(slices.Values(found), func(a, b batchsync.Run) int {
		return cmp.Or(a.Plan.Compare(b.Plan), cmp.Compare(a.ID, b.ID))
	})
	out := map[int][]batchsync.Run{}
	for i, run := range found {
		out[i%times] = append(out[i%times], run)
	}
	return out
}

// standsFor is the run that tells how its business time stands: one that is at
// work, else the last.
func standsFor(runs []batchsync.Run) batchsync.Run {
	return slices.MaxFunc(runs, func(a, b batchsync.Run) int {
		if a.Status.Over() != b.Status.Over() {
			if a.Status.Over() {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.ID, b.ID)
	})
}

// onPlan keeps the runs that stand under one of the times.
func onPlan(found []batchsync.Run, times []time.Time) []batchsync.Run {
	planned := map[int64]bool{}
	for _, at := range times {
		planned[at.UnixMilli()] = true
	}
	return slices.DeleteFunc(slices.Clone(found), func(r batchsync.Run) bool { return !planned[r.Plan.UnixMilli()] })
}
