package studiosim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// SpoilTables is how many tables a task needs for [World.Spoil].
const SpoilTables = 6

// Spoil has a task run a minute ago, which succeeds, and leaves something else
// wrong with each of its first six targets: fewer rows than the source has, a
// key that is not set, a key that is there twice, a column of another type, no
// write by this run, and no table.
func (w *World) Spoil(task int64) error {
	t, err := w.Task(task)
	if err != nil {
		return err
	}
	if t.Content == nil || len(t.Content.Tables) < SpoilTables {
		return fmt.Errorf("spoil the delivery of task %d: it has fewer than %d tables", task, SpoilTables)
	}
	sinks := t.Content.Tables
	first, err := w.Table(sinks[0].Sink)
	if err != nil {
		return err
	}
	err = w.ChangeTask(task, func(t *Task) {
		t.TableRows, t.Unwritten = map[string]int64{sinks[0].Sink: first.Rows * 9 / 10}, []string{sinks[4].Sink}
	})
	if err != nil {
		return err
	}
	now, err := w.Now()
	if err != nil {
		return err
	}
	if _, err := w.RunAt(task, now.Add(-time.Minute), time.Second); err != nil {
		return err
	}
	return w.change(func(st *state) error { return st.spoil(sinks) })
}

// spoil plants what no run could leave behind.
func (st *state) spoil(sinks []Pair) error {
	for i, plant := range []func(*LakeTable){
		1: func(t *LakeTable) { t.NonNull = map[string]int64{strings.ToLower(t.Columns[0].Name): t.Rows / 2} },
		2: func(t *LakeTable) { t.Twice = 3 },
		3: func(t *LakeTable) {
			t.Columns = slices.Clone(t.Columns)
			t.Columns[len(t.Columns)-1].Type = "BOOLEAN"
		},
		4: func(t *LakeTable) { // what was written a moment ago would still pass
			for i := range t.History {
				t.History[i].Time -= day
			}
		},
		5: func(t *LakeTable) {
			st.Lake = slices.DeleteFunc(st.Lake, func(other *LakeTable) bool { return other == t })
		},
	} {
		if plant == nil {
			continue
		}
		t, f := st.table(sinks[i].Sink)
		if f != nil {
			return f
		}
		plant(t)
	}
	return nil
}

// MendDelivery takes off the targets of a task what [World.Spoil] planted there;
// its next run, once the task is mended, makes or writes the others again.
func (w *World) MendDelivery(task int64) error {
	t, err := w.Task(task)
	if err != nil {
		return err
	}
	return w.change(func(st *state) error {
		for _, pair := range t.Content.tables() {
			if table, f := st.table(pair.Sink); f == nil {
				table.NonNull, table.Twice = nil, 0
				if src := st.sourceColumns(t.Content.Source, pair.Source); src != nil {
					table.Columns = src
				}
			}
		}
		return nil
	})
}

// sourceColumns are those of a source table, nil without it.
func (st *state) sourceColumns(source int64, name string) []Column {
	catalog, table := cut(name)
	if ds := st.datasource(source); ds != nil {
		if src := ds.table(catalog, table); src != nil {
			return src.Columns
		}
	}
	return nil
}
