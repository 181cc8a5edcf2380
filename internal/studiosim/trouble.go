package studiosim

import (
	"fmt"
	"slices"
	"time"
)

// RunAt plants a scheduled run of a task: planned at plan, begun when the
// world's waiting time was over and at work for took, which may reach into the
// future. It ends as the task's settings, its source and its cluster make runs
// end, and writes the task's tables. The schedule itself goes on as before.
func (w *World) RunAt(task int64, plan time.Time, took time.Duration) (id int64, err error) {
	err = w.change(func(st *state) error {
		t, err := st.mustTask(task)
		if err != nil {
			return err
		}
		vc := "DEFAULT"
		if s := t.schedule(); s != nil {
			vc = s.VC
		}
		r := st.start(t, Scheduled, plan.UnixMilli(), plan.UnixMilli(), vc)
		r.EndAt = r.StartAt + took.Milliseconds()
		st.advance()
		id = r.ID
		return nil
	})
	return id, err
}

// schedule is what the task runs by: published, else the draft, else nil.
func (t *Task) schedule() *Schedule {
	if t.Published != nil {
		return t.Published
	}
	return t.Draft
}

// Break makes all coming runs of a task fail with a message until it is mended.
func (w *World) Break(task int64, message string) error {
	return w.ChangeTask(task, func(t *Task) { t.FailRate, t.FailMsg = 1, message })
}

// Mend takes all trouble off a task: its coming runs are made in time, succeed
// and write all tables.
func (w *World) Mend(task int64) error {
	return w.ChangeTask(task, func(t *Task) {
		t.FailRate, t.FailNext, t.FailMsg, t.SkipFires, t.LateMS = 0, 0, "", 0, 0
		t.TableFaults, t.EmptyTables, t.TableRows, t.Unwritten = nil, nil, nil, nil
	})
}

// BreakSource makes every copy from a data source fail with a message; an empty
// one mends it.
func (w *World) BreakSource(id int64, message string) error {
	return w.ChangeDatasource(id, func(d *Datasource) { d.Fault = message })
}

// StallVC keeps the runs of a cluster waiting for resources from now on, or
// lets them begin.
func (w *World) StallVC(name string, stalled bool) error {
	return w.change(func(st *state) error {
		if st.vc(name) == nil {
			return fmt.Errorf("look up vcluster %s: no such vcluster", name)
		}
		st.StalledVCs = slices.DeleteFunc(st.StalledVCs, func(other string) bool { return other == name })
		if stalled {
			st.StalledVCs = append(st.StalledVCs, name)
		}
		for _, r := range st.allRuns() {
			if !stalled && r.VC == name && r.Status == Stalled && !r.Held {
				took := r.EndAt - r.StartAt
				r.StartAt = st.now
				r.EndAt = r.StartAt + took
			}
		}
		return nil
	})
}

// Away makes every invocation find the platform unreachable, or ends that. It
// replaces the faults that were set.
func (w *World) Away(away bool) error {
	if !away {
		return w.SetFaults()
	}
	return w.SetFaults(Fault{Kind: "unreachable"})
}

// Reschedule is what a person does in the web UI: the task is saved and
// published with another expression, of the 7 fields as stored.
func (w *World) Reschedule(task int64, cron string) error {
	return w.ChangeTask(task, func(t *Task) {
		for _, s := range []*Schedule{t.Draft, t.Published} {
			if s != nil {
				s.Cron = cron
			}
		}
	})
}

// DropTable removes a lakehouse table, named "schema.table".
func (w *World) DropTable(name string) error {
	return w.change(func(st *state) error {
		t, f := st.table(name)
		if f != nil {
			return f
		}
		st.Lake = slices.DeleteFunc(st.Lake, func(other *LakeTable) bool { return other == t })
		return nil
	})
}
