package blocks

import (
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

func TestActionIDs_Unique(t *testing.T) {
	t.Parallel()
	all := ActionIDs()
	slices.Sort(all)
	if n := len(slices.Compact(slices.Clone(all))); n != len(all) {
		t.Errorf("%d action ids, %d different ones", len(all), n)
	}
}

func TestFieldOf(t *testing.T) {
	t.Parallel()
	for _, step := range batchsync.Steps() {
		for _, f := range batchsync.StepFields(step) {
			if got, ok := FieldOf(FieldAction(f)); !ok || got != f || !slices.Contains(ActionIDs(), FieldAction(f)) {
				t.Errorf("FieldOf(%q) = %q, %v", FieldAction(f), got, ok)
			}
		}
	}
	for _, a := range []ActionID{"", "field.", "field.nonsense", ActionBack, "kind"} {
		if got, ok := FieldOf(a); ok || got != "" {
			t.Errorf("FieldOf(%q) = %q, want none", a, got)
		}
	}
}

func TestParseRef(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want Ref
		ok   bool
	}{
		{"3:abc", Ref{ID: "abc", Version: 3}, true},
		{"3:a:b", Ref{ID: "a:b", Version: 3}, true},
		{"3:a.b", Ref{ID: "a.b", Version: 3}, true},
		{"3.01ef:abc", Ref{ID: "abc", Version: 3, Plan: "01ef"}, true},
		{"3.:abc", Ref{}, false},
		{"3.01EF:abc", Ref{}, false},
		{"3.x:abc", Ref{}, false},
		{"3.a.b:abc", Ref{}, false},
		{"3." + strings.Repeat("a", 201) + ":abc", Ref{}, false},
		{"", Ref{}, false},
		{"abc", Ref{}, false},
		{"0:abc", Ref{}, false},
		{"-1:abc", Ref{}, false},
		{"+1:abc", Ref{}, false},
		{"1:", Ref{}, false},
		{"x:abc", Ref{}, false},
	}
	for _, tt := range tests {
		got, err := ParseRef(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseRef(%q) = %+v, %v", tt.in, got, err)
		}
		if tt.ok && got.String() != tt.in {
			t.Errorf("%+v is written as %q, want %q", got, got.String(), tt.in)
		}
	}
}

func TestParseLogRef(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want LogRef
		ok   bool
	}{
		{"40001/9000/2", LogRef{RunRef{40001, 9000}, 2}, true},
		{"40001/9000", LogRef{}, false},
		{"40001/9000/", LogRef{}, false},
		{"40001/9000/0", LogRef{}, false},
		{"40001/9000/02", LogRef{}, false},
		{"40001/9000/-2", LogRef{}, false},
		{"40001/9000/99999999999999999999", LogRef{}, false},
		{"40001/9000/2/3", LogRef{}, false},
		{"/40001/9000/2", LogRef{}, false},
		{"", LogRef{}, false},
	}
	for _, tt := range tests {
		got, err := ParseLogRef(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseLogRef(%q) = %+v, %v", tt.in, got, err)
		}
		if tt.ok && got.String() != tt.in {
			t.Errorf("%+v is written as %q, want %q", got, got.String(), tt.in)
		}
	}
}

func TestParseDaysRef(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want DaysRef
		ok   bool
	}{
		{"1:40001/2026-03-01/2026-03-03", DaysRef{40001, "2026-03-01", "2026-03-03"}, true},
		{"1:40001/2028-02-29/2028-02-29", DaysRef{40001, "2028-02-29", "2028-02-29"}, true},
		{"1:40001", DaysRef{Task: 40001}, true}, // of older messages, and of other buttons
		{"1:40001/", DaysRef{}, false},
		{"1:40001//", DaysRef{}, false},
		{"1:40001/2026-03-01", DaysRef{}, false},
		{"1:40001/2026-03-01/", DaysRef{}, false},
		{"1:40001//2026-03-01", DaysRef{}, false},
		{"1:40001/2026-03-03/2026-03-01", DaysRef{}, false},
		{"1:40001/2026-02-29/2026-03-01", DaysRef{}, false},
		{"1:40001/2026-3-1/2026-03-01", DaysRef{}, false},
		{"1:40001/2026-03-01/2026-03-01T00:00:00Z", DaysRef{}, false},
		{"1:40001/2026-03-01/2026-03-03/4", DaysRef{}, false},
		{"1:40001/2026-03-01/ 2026-03-03", DaysRef{}, false},
		{"2:40001/2026-03-01/2026-03-03", DaysRef{}, false},
		{"1.ab:40001/2026-03-01/2026-03-03", DaysRef{}, false},
		{"1:x/2026-03-01/2026-03-03", DaysRef{}, false},
		{"40001/2026-03-01/2026-03-03", DaysRef{}, false},
		{"", DaysRef{}, false},
	}
	for _, tt := range tests {
		got, err := ParseDaysRef(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseDaysRef(%q) = %+v, %v", tt.in, got, err)
		}
		if tt.ok && got.String() != tt.in {
			t.Errorf("%+v is written as %q, want %q", got, got.String(), tt.in)
		}
	}
	for _, r := range []DaysRef{{40001, "2026-03-01", ""}, {40001, "", "2026-03-01"}, {40001, "2026-03-02", "2026-03-01"}, {40001, "35680114-03-01", "35680114-03-01"}} {
		if got := r.String(); got != TaskRefOf(40001).String() {
			t.Errorf("%+v is written as %q, want the task alone", r, got)
		}
	}
}
