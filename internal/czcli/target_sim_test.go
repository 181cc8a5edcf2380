package czcli

import (
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
	"batchsync/internal/studiosim"
)

// TestClient_SimulatedTargets reads a delivery with planted faults back.
func TestClient_SimulatedTargets(t *testing.T) {
	t.Parallel()
	c := newSimulated(t)
	c.cfg.Zone = shanghai(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	world, err := studiosim.SeedAt(lookup(c.env, "CZ_SIM_STATE"), "samples", time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC))
	must(err)
	must(world.Configure(func(s *studiosim.Settings) { s.Zone = "Asia/Shanghai" }))
	must(world.AddLakeTable(studiosim.LakeTable{
		Schema: "ods", Name: "Email log", Rows: 1<<53 + 1, NonNull: map[string]int64{"email": 1 << 53}, Twice: 4,
		Columns: []studiosim.Column{{Name: "email", Type: "ENUM('a','b')"}, {Name: "part no", Type: "DECIMAL(10,2)"}},
	}))
	got, err := c.TargetFigures(t.Context(), []bs.TargetQuery{
		{Table: "ods.orders", Keys: []string{"id"}},
		{Table: "ods.Email log", Keys: []string{"email", "part no"}},
		{Table: "ods.customers", Keys: []string{"nope"}},
		{Table: "ods.nope", Keys: []string{"id"}},
		{Table: "ods.events"},
	})
	must(err)
	want := []string{
		"exists true rows 12034 twice 0 keys map[id:12034] written ",
		"exists true rows 9007199254740993 twice 4 keys map[email:9007199254740992 part no:9007199254740993] written 00:00",
		"exists true rows 3120 twice -1 keys map[] written ",
		"exists false rows -1 twice -1 keys map[]",
		"exists true rows 0 twice -1 keys map[] written 00:00",
	}
	for i, f := range got {
		s := delivered(f)
		if i == 0 || i == 2 {
			s = s[:min(len(s), len(want[i]))] // whenever that was
		}
		if s != want[i] {
			t.Errorf("%s:\n got %s\nwant %s", f.Table, s, want[i])
		}
	}
	if p := got[2].Problem; p == nil || p.Detail != "Column not found: nope" {
		t.Errorf("a key that is not there: %+v", p)
	}
	if cols := got[1].Columns; len(cols) != 2 || cols[0].Type != "string" || cols[1].Type != "decimal(10,2)" {
		t.Errorf("columns %+v", cols)
	}
	if got[0].Written.IsZero() {
		t.Error("the last write was not told")
	}
}
