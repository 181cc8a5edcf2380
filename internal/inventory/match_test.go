package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	names := []string{"reorders", "shop_orders", "orders_2024", "ORDERS", "customers", "shop.Orders", "preorders-orders", "订单_orders"}
	tests := []struct {
		name  string
		query string
		n     int
		want  []string
	}{
		{"ranks", "orders", 10, []string{"ORDERS", "orders_2024", "shop_orders", "shop.Orders", "preorders-orders", "订单_orders", "reorders"}},
		{"case", "SHOP", 10, []string{"shop_orders", "shop.Orders"}},
		{"limit keeps the best", "orders", 2, []string{"ORDERS", "orders_2024"}},
		{"empty query", "", 3, []string{"reorders", "shop_orders", "orders_2024"}},
		{"spaces around", "  customers ", 3, []string{"customers"}},
		{"other script", "订", 3, []string{"订单_orders"}},
		{"nothing", "invoice", 3, nil},
		{"no room", "orders", 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, i := range Match(tt.query, names, tt.n) {
				got = append(got, names[i])
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Match(%q, %d): got %q, want %q", tt.query, tt.n, got, tt.want)
			}
		})
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("or", "orders,reorders,a_or", 3)
	f.Add("", "", 1)
	f.Add("İ", "İstanbul,i̇", 2)
	f.Fuzz(func(t *testing.T, query, joined string, n int) {
		names := strings.Split(joined, ",")
		got := Match(query, names, n%100)
		if len(got) > max(n%100, 0) {
			t.Fatalf("got %d indexes, want at most %d", len(got), n%100)
		}
		seen := map[int]bool{}
		for _, i := range got {
			if seen[i] || !strings.Contains(strings.ToLower(names[i]), strings.ToLower(strings.TrimSpace(query))) {
				t.Fatalf("got index %d of %q for %q twice or without a match", i, names, query)
			}
			seen[i] = true
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	names := make([]string, 10_000)
	for i := range names {
		names[i] = fmt.Sprintf("Shop_orders_%05d_archive", i)
	}
	for b.Loop() {
		Match("order", names, 100)
	}
}
