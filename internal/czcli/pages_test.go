package czcli

import "testing"

// TestList reads long lists of platforms with different habits.
func TestList(t *testing.T) {
	t.Parallel()
	numbers := func(from, to int) []int {
		out := []int{}
		for n := from; n < to; n++ {
			out = append(out, n)
		}
		return out
	}
	// capped is a list of n items at size a page, its total told or not.
	capped := func(n, size int, told bool) func(page int) ([]int, int) {
		return func(page int) ([]int, int) {
			total := 0
			if told {
				total = n
			}
			return numbers(min(n, page*size), min(n, (page+1)*size)), total
		}
	}
	tests := []struct {
		name  string
		read  func(page int) (items []int, total int) // page from 0
		pages int
		want  int // items that must have been read
	}{
		{"50,000 runs at 20 a page", capped(50_000, 20, true), 2500, 50_000},
		{"likewise, total untold", capped(50_000, 20, false), 2501, 50_000},
		{"at 100 a page", capped(50_000, 100, true), 500, 50_000},
		{"none", capped(0, 20, true), 1, 0},
		{"a whole page of known ones, as 40 came in on top", func(page int) ([]int, int) {
			if page == 0 {
				return numbers(0, 20), 100
			}
			now := append(numbers(1000, 1040), numbers(0, 100)...)
			return now[min(140, page*20):min(140, page*20+20)], 140
		}, 8, 120},
		{"the same page for ever", func(int) ([]int, int) { return numbers(0, 20), 100 }, 5, 20},
		{"the same page for ever, total untold", func(int) ([]int, int) { return numbers(0, 20), 0 }, 2, 20},
		{"fewer than said", func(page int) ([]int, int) { return numbers(min(70, page*20), min(70, page*20+20)), 100 }, 5, 70},
		{"short pages in between", func(page int) ([]int, int) { return numbers(page*20, page*20+5), 20 }, 4, 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := list[int]{id: func(n int) int64 { return int64(n) }, usual: 10, seen: map[int64]bool{}}
			pages, last := 0, false
			for ; !last && pages < maxPages; pages++ {
				last = l.add(tt.read(pages))
			}
			if pages != tt.pages || len(l.items) != tt.want {
				t.Errorf("%d items of %d pages, want %d of %d", len(l.items), pages, tt.want, tt.pages)
			}
		})
	}
}
