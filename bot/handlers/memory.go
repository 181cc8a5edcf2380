package handlers

import (
	"maps"
	"slices"
	"sync"
)

// memory holds what was put in last, by key: when there is more than it may
// hold, it forgets what was put in first. Nothing of it is kept on disk.
type memory[K comparable, V any] struct {
	mu    sync.Mutex
	by    map[K]V
	order []K // oldest first
}

// get is zero and false for what is not remembered.
func (r *memory[K, V]) get(k K) (v V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok = r.by[k]
	return v, ok
}

// values are all that is remembered, in no order.
func (r *memory[K, V]) values() []V {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Values(r.by))
}

// put remembers a value among limit others at most. One that was there keeps its
// place in the order.
func (r *memory[K, V]) put(k K, v V, limit int) {
	r.update(k, limit, func(V, bool) V { return v })
}

// update does the same with a value made of the one before, of which nobody makes
// another meanwhile.
func (r *memory[K, V]) update(k K, limit int, next func(old V, known bool) V) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by == nil {
		r.by = map[K]V{}
	}
	old, known := r.by[k]
	if !known {
		r.order = append(r.order, k)
	}
	v := next(old, known)
	r.by[k] = v
	if len(r.order) > limit {
		delete(r.by, r.order[0])
		r.order = r.order[1:]
	}
	return v
}
