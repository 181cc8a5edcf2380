package handlers

import (
	"sync"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// reviews remembers what was found out for the reviews people look at, because
// the platform takes seconds to tell. It is a convenience and not kept on disk:
// after a restart a review is checked once more.
type reviews struct {
	mu    sync.Mutex
	by    map[batchsync.DraftID]review
	order []batchsync.DraftID // oldest first
}

// review is what is known of one version of a draft.
type review struct {
	version  int
	from     origin // whose modal shows it, opened last
	view     string
	checking bool
	unshown  bool // drawn last before the checks were back
	checks   []batchsync.CheckLine
	listed   bool // the platform listed its tasks meanwhile

	describing bool
	columns    *blocks.SourceColumns

	plan     batchsync.Plan // as it was drawn last
	changed  []batchsync.PlanChange
	problems []batchsync.FieldError
}

// maxReviews bounds what is remembered.
const maxReviews = 2000

// of is what is known of the draft's version; zero for nothing.
func (r *reviews) of(d batchsync.Draft) review {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v := r.by[d.ID]; v.version == d.Version {
		return v
	}
	return review{}
}

// note changes what is known of the draft's version. What is known of an older
// one is forgotten; a version that is past is not noted.
func (r *reviews) note(d batchsync.Draft, change func(*review)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[batchsync.DraftID]review{}
	}
	v, known := r.by[d.ID]
	switch {
	case v.version > d.Version:
		return
	case v.version < d.Version:
		v = review{version: d.Version}
	}
	change(&v)
	r.by[d.ID] = v
	if !known {
		r.order = append(r.order, d.ID)
	}
	if len(r.order) > maxReviews {
		delete(r.by, r.order[0])
		r.order = r.order[1:]
	}
}
