package batchsync

import (
	"math"
	"strings"
	"testing"
)

func TestParseFigure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, typed string
		want        int64
		refused     TextKey
	}{
		{"plain", "1234567", 1234567, ""},
		{"none", "0", 0, ""},
		{"commas", "1,234,567", 1234567, ""},
		{"points", "1.234.567", 1234567, ""},
		{"blanks", " 1 234 567 ", 1234567, ""},
		{"narrow blanks", "1\u202f234\u202f567", 1234567, ""},
		{"unbreakable blanks", "12\u00a0345", 12345, ""},
		{"apostrophes", "1'234'567", 1234567, ""},
		{"underscores", "1_234_567", 1234567, ""},
		{"one group", "1,234", 1234, ""},
		{"leading zeros", "007", 7, ""},
		{"beyond 2^53", "9007199254740993", 9007199254740993, ""},
		{"the largest", "9,223,372,036,854,775,807", math.MaxInt64, ""},
		{"one too many", "9223372036854775808", 0, "figure.large"},
		{"nothing", "  ", 0, "figure.missing"},
		{"negative", "-5", 0, "figure.negative"},
		{"negative, grouped", "−1,234", 0, "figure.negative"},
		{"a part", "1,5", 0, "figure.unreadable"},
		{"a part of many", "1,234.5", 0, "figure.unreadable"},
		{"two kinds", "1,234.567", 0, "figure.unreadable"},
		{"pairs", "12,34,567", 0, "figure.unreadable"},
		{"long first group", "1234,567", 0, "figure.unreadable"},
		{"zero groups nothing", "0,123", 0, "figure.unreadable"},
		{"separator at the end", "1,234,", 0, "figure.unreadable"},
		{"separator first", ",234", 0, "figure.unreadable"},
		{"ten thousands", "12万", 0, "figure.unreadable"},
		{"thousands", "12k", 0, "figure.unreadable"},
		{"exponent", "1e6", 0, "figure.unreadable"},
		{"signed", "+5", 0, "figure.unreadable"},
		{"wide digits", "１２", 0, "figure.unreadable"},
		{"words", "about 500", 0, "figure.unreadable"},
		{"not text", "1\xff2", 0, "figure.unreadable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseFigure(tt.typed)
			if err != nil && CodeOf(err) != CodeInvalid {
				t.Errorf("code %s", CodeOf(err))
			}
			if key := keyOf(err); got != tt.want || key != tt.refused {
				t.Errorf("%q: %d, %q; want %d, %q", tt.typed, got, key, tt.want, tt.refused)
			}
		})
	}
}

func FuzzParseFigure(f *testing.F) {
	for _, s := range []string{"", "1,234", "1.5", "-1", "0", "9223372036854775808", "1 234\u202f567", strings.Repeat("9", 100), "0,000"} {
		f.Add(s, int64(12_345))
	}
	f.Fuzz(func(t *testing.T, typed string, n int64) {
		got, err := ParseFigure(typed)
		switch {
		case err != nil && (got != 0 || keyOf(err) == ""):
			t.Fatalf("%q: %d, %v", typed, got, err)
		case err == nil:
			var digits strings.Builder
			for _, r := range typed {
				if r >= '0' && r <= '9' {
					digits.WriteRune(r)
				}
			}
			if plain, err := ParseFigure(digits.String()); err != nil || plain != got || got < 0 {
				t.Fatalf("%q: %d, its digits alone %d, %v", typed, got, plain, err)
			}
		}
		if n >= 0 {
			if back, err := ParseFigure(grouped(n)); err != nil || back != n {
				t.Fatalf("%d is shown as %q and read as %d, %v", n, grouped(n), back, err)
			}
		}
	})
}
