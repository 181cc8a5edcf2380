package czcli

import (
	"context"
	"fmt"
)

const (
	pageSize = 100
	// maxPages ends the reading of a list that goes on for ever. It leaves room
	// for 200,000 runs at 20 a page.
	maxPages = 10_000
)

// pages reads a list page by page. The platform may cap the page size below
// what was asked for; where it does not tell the total, only a page shorter
// than the program's own default size is certainly the last one.
func pages[T any](ctx context.Context, c *Client, usual int, page func() *command, id func(T) int64) ([]T, error) {
	return pagesUntil(ctx, c, usual, page, id, func([]T) bool { return false })
}

// pagesUntil is pages that also ends once the items so far are enough.
func pagesUntil[T any](ctx context.Context, c *Client, usual int, page func() *command, id func(T) int64, enough func([]T) bool) ([]T, error) {
	l := list[T]{id: id, usual: usual, items: []T{}, seen: map[int64]bool{}}
	for n := 1; n <= maxPages; n++ {
		var items []T
		var total int
		k := page().number("page", int64(n)).number("page-size", pageSize)
		err := c.do(ctx, k, func(d document) error {
			items, total = nil, int(d.Pagination.Total)
			return d.into(&items)
		})
		if err != nil {
			return nil, err
		}
		if l.add(items, total) || enough(l.items) {
			return l.items, nil
		}
	}
	return nil, page().unfit(fmt.Errorf("the list does not end after %d pages", maxPages))
}

// list is a list of the platform as far as it was read. It may grow and shrink
// between two pages.
type list[T any] struct {
	id    func(T) int64
	usual int
	items []T
	seen  map[int64]bool
	size  int // of the largest page
	pages int
}

// add takes the next page and the total that came with it, 0 where none did,
// and reports whether it was the last. An item that was on an earlier page
// already, because the list grew in between, is left out. A page may be full of
// those: where the total says that pages are left, they are read all the same.
func (l *list[T]) add(items []T, total int) (last bool) {
	before := len(l.items)
	for _, it := range items {
		if id := l.id(it); !l.seen[id] {
			l.seen[id] = true
			l.items = append(l.items, it)
		}
	}
	l.size = max(l.size, len(items))
	l.pages++
	news := len(l.items) > before
	if total <= 0 {
		return len(items) < l.usual || !news
	}
	return len(l.items) >= total || len(items) == 0 || !news && l.pages*l.size >= total
}
