package batchsync

import "time"

// Baseline is what acceptances before knew of a pair, for the next one to
// compare with. Each part is of the time it was known at.
type Baseline struct {
	Pair    TablePair    `json:"pair"`
	Rows    int64        `json:"rows"` // of the target; -1: not known
	RowsAt  time.Time    `json:"rows_at,omitzero"`
	Columns *ColumnsThen `json:"columns,omitempty"` // of the source; nil: not known
	Types   *ColumnsThen `json:"types,omitempty"`   // of both sides, as a person accepted them; nil: nobody did
}

// ColumnsThen are columns as they were; without those of the target where types
// are not asked for.
type ColumnsThen struct {
	At        time.Time      `json:"at"`
	Source    []SourceColumn `json:"source"`
	Described bool           `json:"described,omitempty"`
	ZeroDate  bool           `json:"zero_date,omitempty"`
	Target    []TargetColumn `json:"target,omitempty"`
}

// Carry is the acceptance with what the one before knew and it could not find
// out itself, for the one after it. An acceptance that looked at no table has
// all of it; tables that left the task are forgotten.
func (a Acceptance) Carry(before *Acceptance) Acceptance {
	a.Carried = nil
	if before == nil {
		return a
	}
	tables := a.Tables
	if len(tables) == 0 {
		for _, b := range before.Carried {
			tables = append(tables, unknownTable(b.Pair))
		}
		for _, t := range before.Tables {
			tables = append(tables, unknownTable(t.Pair))
		}
	}
	known := before.baselines()
	for _, t := range tables {
		b, had := known[t.Pair]
		delete(known, t.Pair) // a pair may be there twice
		if left := b.unknownTo(t); had && (left.Rows >= 0 || left.Columns != nil || left.Types != nil) {
			a.Carried = append(a.Carried, left)
		}
	}
	return a
}

func unknownTable(pair TablePair) AcceptanceTable {
	return AcceptanceTable{Pair: pair, Target: TargetFigures{Exists: true, Rows: -1}}
}

// unknownTo is the part of a baseline that a look at the table did not replace.
func (b Baseline) unknownTo(t AcceptanceTable) Baseline {
	if t.Target.gone() || t.Target.Rows >= 0 {
		b.Rows, b.RowsAt = -1, time.Time{}
	}
	if len(t.Source.Columns) > 0 {
		b.Columns = nil
	}
	if len(t.Source.Columns) > 0 && len(t.Target.Columns) > 0 {
		b.Types = nil
	}
	return b
}

// baselines are what an acceptance knows of its pairs: what it found out, else
// what it carries.
func (a Acceptance) baselines() map[TablePair]Baseline {
	out := map[TablePair]Baseline{}
	for _, b := range a.Carried {
		out[b.Pair] = b
	}
	for _, t := range a.Tables {
		b, carried := out[t.Pair]
		if !carried {
			b = Baseline{Pair: t.Pair, Rows: -1}
		}
		b = b.unknownTo(t)
		then := ColumnsThen{At: a.Done, Source: t.Source.Columns, Described: t.Source.Described}
		if t.Target.Rows >= 0 && !t.Target.gone() {
			b.Rows, b.RowsAt = t.Target.Rows, a.Done
		}
		if len(then.Source) > 0 {
			b.Columns = &then
		}
		if len(then.Source) > 0 && len(t.Target.Columns) > 0 && (a.Accepted() || t.acceptedTypes()) {
			types := then
			types.ZeroDate, types.Target = t.Source.ZeroDate, t.Target.Columns
			b.Types = &types
		}
		out[t.Pair] = b
	}
	return out
}

// like are the columns of the source as they can be compared with those of now.
func (c *ColumnsThen) like(now SourceFigures) []SourceColumn {
	return columnsLike(SourceFigures{Columns: c.Source, Described: c.Described}, now)
}
