package handlers

import (
	"maps"
	"strings"
	"sync"
	"testing"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	const limit = 3
	for _, c := range []struct {
		name string
		put  string         // keys, in this order; each with its place as its value
		want map[string]int // what is remembered
	}{
		{"nothing", "", nil},
		{"as many as it may hold", "abc", map[string]int{"a": 0, "b": 1, "c": 2}},
		{"one more", "abcd", map[string]int{"b": 1, "c": 2, "d": 3}},
		{"the same again takes no room", "abcb", map[string]int{"a": 0, "b": 3, "c": 2}},
		{"nor does it become newer", "abcad", map[string]int{"b": 1, "c": 2, "d": 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var m memory[string, int]
			for i, k := range c.put {
				m.put(string(k), i, limit)
			}
			if !maps.Equal(m.by, c.want) || len(m.order) != len(c.want) {
				t.Errorf("holds %v in an order of %q, want %v", m.by, m.order, c.want)
			}
			for k := range strings.SplitSeq("abcdx", "") {
				want, known := c.want[k]
				if v, ok := m.get(k); v != want || ok != known {
					t.Errorf("%s is %d, %v; want %d, %v", k, v, ok, want, known)
				}
			}
		})
	}
}

// Of many who change the same, nobody undoes what another did.
func TestMemory_Update(t *testing.T) {
	t.Parallel()
	const many = 200
	var m memory[string, int]
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			m.update("a", 1, func(old int, known bool) int {
				if known != (old > 0) {
					t.Errorf("%d is known: %v", old, known)
				}
				return old + 1
			})
		})
	}
	all.Wait()
	if got, _ := m.get("a"); got != many {
		t.Errorf("%d changes are left of %d", got, many)
	}
}
