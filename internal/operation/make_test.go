package operation

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestMaking_Look covers what may be found under the name of the task: it is
// ours only where an answer to us is in doubt, and never with a content.
func TestMaking_Look(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)
	hit := func(created time.Time, typ batchsync.TaskType) *task {
		return &task{ref: batchsync.TaskRef{ID: 77, Name: "sync_orders", Type: typ, Folder: 110, Created: created}}
	}
	filled := hit(began.Add(time.Second), batchsync.TypeSingle)
	filled.content = contentOf(single())
	lost := func(t *turn) { t.doubt = true }
	before := func(t *turn) { t.again = true }
	never := func(*turn) {}
	tests := []struct {
		name  string
		past  func(t *turn) // of our tries
		tasks []*task
		want  verdict
		key   batchsync.TextKey
	}{
		{"Nothing", lost, nil, absent, ""},
		{"OtherFolderOrName", lost, []*task{
			{ref: batchsync.TaskRef{Name: "sync_orders", Folder: 1, Created: began}},
			{ref: batchsync.TaskRef{Name: "Sync_Orders", Folder: 110, Created: began}},
		}, absent, ""},
		{"Ours", lost, []*task{hit(began.Add(time.Second), batchsync.TypeSingle)}, took, "make.found"},
		{"OursOfAnEarlierGo", before, []*task{hit(began.Add(time.Second), batchsync.TypeSingle)}, took, "make.found"},
		{"OursByASlowClock", lost, []*task{hit(began.Add(-clockSkew), batchsync.TypeSingle)}, took, "make.found"},
		{"WithContent", lost, []*task{filled}, unclear, "make.has_content"},
		{"OlderThanTheTry", lost, []*task{hit(began.Add(-clockSkew-time.Second), batchsync.TypeSingle)}, unclear, "make.older"},
		{"OtherType", lost, []*task{hit(began.Add(time.Second), batchsync.TypeMulti)}, refused, "make.taken"},
		{"NoDate", lost, []*task{hit(time.Time{}, batchsync.TypeSingle)}, unclear, "make.ambiguous"},
		{"Two", lost, []*task{hit(began, batchsync.TypeSingle), hit(began, batchsync.TypeSingle)}, unclear, "make.ambiguous"},
		{"NotLost", never, []*task{hit(began.Add(time.Second), batchsync.TypeSingle)}, refused, "make.taken"},
		{"NotLostAndOlder", never, []*task{hit(began.Add(-time.Hour), batchsync.TypeSingle)}, refused, "make.taken"},
		{"NotLostAndNoDate", never, []*task{hit(time.Time{}, batchsync.TypeSingle)}, refused, "make.taken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform()
			p.tasks = tt.tasks
			op := batchsync.NewCreate("op1", batchsync.Draft{ID: "d1", Owner: "U1"}, single(), began)
			op.Steps[0].State = batchsync.StepDone
			turn := newTurn(op)
			turn.step().Began = began
			tt.past(turn)
			f := making{p}.look(t.Context(), turn)
			var key batchsync.TextKey
			switch {
			case f.problem != nil:
				key = f.problem.Text.Key
			case len(f.notes) > 0:
				key = f.notes[0].Key
			}
			if f.verdict != tt.want || key != tt.key {
				t.Errorf("got verdict %d with %q, want %d with %q", f.verdict, key, tt.want, tt.key)
			}
			if ours := tt.want == took; ours != (turn.op.Task == 77) || ours != (turn.task != nil) {
				t.Errorf("got task %d, remembered %v", turn.op.Task, turn.task)
			}
		})
	}
}

// theirs is a task of the name that a person makes while we are at it.
func theirs(age time.Duration, content *batchsync.Content) *task {
	return &task{
		ref:     batchsync.TaskRef{ID: 9, Name: "sync_orders", Type: batchsync.TypeSingle, Folder: 110, Created: time.Now().Add(-age)},
		content: content,
	}
}

// TestMaking_Duplicate has the platform say that the name is taken.
func TestMaking_Duplicate(t *testing.T) {
	t.Parallel()
	duplicate := batchsync.PlatformError{Failure: batchsync.FailDuplicate, ExitCode: 2, Name: "DUPLICATE_TASK"}
	play := func(name string, scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, single(), scenario)
		})
	}
	untouched := func(r *rig) {
		r.Helper()
		if r.platform.calls["Setup"] != 0 || r.platform.creates != 0 {
			r.Errorf("got %d creations, %d setups of what is not ours", r.platform.creates, r.platform.calls["Setup"])
		}
	}
	play("Ours", func(r *rig) {
		r.platform.faults["CreateTask"] = []fault{lost}
		r.platform.faults["TasksLike"] = []fault{none, hides, hides}
		op := r.live()
		r.ends(op, batchsync.OpDone, "")
		r.noted(op, batchsync.StepMake, "make.found")
		if r.platform.calls["CreateTask"] != 2 || r.platform.creates != 1 {
			r.Errorf("got %d creations of %d tried, want 1 of 2", r.platform.creates, r.platform.calls["CreateTask"])
		}
	})
	play("OursSentTwiceByTheProgram", func(r *rig) {
		r.platform.faults["CreateTask"] = []fault{refuse}
		r.platform.refuseWith = duplicate
		r.platform.refuseWith.Uncertain = true
		r.platform.faults["TasksLike"] = []fault{hides}
		r.platform.tasks = []*task{theirs(0, nil)}
		op := r.live()
		r.noted(op, batchsync.StepMake, "make.found")
	})
	// Our answer is not in doubt, so what is there belongs to somebody else, be
	// it as new as ours would be.
	for name, age := range map[string]time.Duration{"TakenJustNow": time.Second, "TakenLongAgo": time.Hour} {
		play(name, func(r *rig) {
			r.platform.faults["TasksLike"] = []fault{hides}
			r.platform.tasks = []*task{theirs(age, nil)}
			op := r.live()
			r.ends(op, batchsync.OpRefused, "make.taken")
			r.refused(op)
			untouched(r)
		})
	}
	play("TakenWhileThePlatformWasDown", func(r *rig) {
		r.platform.faults["TasksLike"], r.platform.faults["CreateTask"] = []fault{hides}, []fault{unreached}
		r.platform.tasks = []*task{theirs(time.Second, nil)}
		op := r.live()
		r.ends(op, batchsync.OpRefused, "make.taken")
		r.refused(op)
		untouched(r)
	})
	play("NotListed", func(r *rig) {
		r.platform.refuseWith, r.platform.always["CreateTask"] = duplicate, refuse
		op := r.live()
		r.ends(op, batchsync.OpRefused, "make.taken_unlisted")
		r.refused(op)
	})
	play("ListNotRead", func(r *rig) {
		r.platform.refuseWith, r.platform.always["CreateTask"] = duplicate, refuse
		r.platform.faults["TasksLike"] = append(repeat(none, 1), repeat(unreached, 3)...)
		op := r.live()
		r.ends(op, batchsync.OpRefused, "make.taken_unlisted")
		r.refused(op)
	})
	play("NotListedAfterALostRequest", func(r *rig) {
		r.platform.refuseWith, r.platform.always["CreateTask"] = duplicate, refuse
		r.platform.faults["CreateTask"] = []fault{dropped}
		r.ends(r.live(), batchsync.OpUnknown, "make.contradiction")
		if r.platform.calls["CreateTask"] != 2 {
			r.Errorf("got %d creations tried, want 2", r.platform.calls["CreateTask"])
		}
	})
}

// TestMaking_Theirs loses the request while somebody makes a task of the name.
// What has content, or is older than our try, is left to a person to judge.
func TestMaking_Theirs(t *testing.T) {
	t.Parallel()
	content := contentOf(single())
	content.Source.Name = "theirs"
	for _, tt := range []struct {
		name string
		task func() *task
		key  batchsync.TextKey
	}{
		{"WithContent", func() *task { return theirs(0, content) }, "make.has_content"},
		{"Older", func() *task { return theirs(time.Hour, nil) }, "make.older"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, single(), func(r *rig) {
				r.platform.faults["CreateTask"], r.platform.faults["TasksLike"] = []fault{dropped}, []fault{hides}
				other := tt.task()
				r.platform.tasks = []*task{other}
				for _, op := range []batchsync.Operation{r.live(), r.checkAgain()} {
					r.ends(op, batchsync.OpUnknown, tt.key)
					if !op.Made() || op.Task != 0 {
						r.Errorf("made %v, task %d: want it open, and nothing adopted", op.Made(), op.Task)
					}
				}
				if r.platform.calls["Setup"] != 0 || r.platform.calls["CreateTask"] != 1 {
					r.Errorf("got %d creations, %d setups", r.platform.calls["CreateTask"], r.platform.calls["Setup"])
				}
				other.ref.Name = "renamed" // as the card says
				op := r.checkAgain()
				if op.State != batchsync.OpDone || op.Task == other.ref.ID || other.deployed.Online {
					r.Errorf("got state %s of task %d, theirs %+v", op.State, op.Task, other)
				}
			})
		})
	}
	t.Run("ContentNotRead", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.faults["CreateTask"], r.platform.faults["Content"] = []fault{lost}, repeat(unreached, 3)
			r.ends(r.live(), batchsync.OpUnknown, "operation.unclear")
			r.ends(r.checkAgain(), batchsync.OpDone, "")
		})
	})
}

// TestMaking_Refused ends the operation only where it is certain that no try
// made the task.
func TestMaking_Refused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults []fault // then refused
		with   batchsync.Failure
		state  batchsync.OperationState
		key    batchsync.TextKey
	}{
		{"AtOnce", nil, batchsync.FailRefused, batchsync.OpRefused, "platform.refused"},
		{"FolderGone", nil, batchsync.FailNotFound, batchsync.OpRefused, "platform.not_found"},
		{"AfterThePlatformWasDown", repeat(unreached, 2), batchsync.FailRefused, batchsync.OpRefused, "platform.refused"},
		{"NeverReached", repeat(unreached, maxTries), batchsync.FailRefused, batchsync.OpRefused, "platform.unreachable"},
		{"NeverReachedNorListed", []fault{unreached}, batchsync.FailRefused, batchsync.OpRefused, "platform.unreachable"},
		{"AfterALostRequest", []fault{dropped}, batchsync.FailRefused, batchsync.OpFailed, "platform.refused"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, single(), func(r *rig) {
				r.platform.refuseWith = batchsync.PlatformError{Failure: tt.with, ExitCode: 1, Message: "no"}
				r.platform.faults["CreateTask"], r.platform.always["CreateTask"] = tt.faults, refuse
				if tt.name == "NeverReachedNorListed" {
					r.platform.faults["TasksLike"] = append(repeat(none, 1), repeat(unreached, 3)...)
				}
				op := r.live()
				r.ends(op, tt.state, tt.key)
				if tt.state == batchsync.OpRefused {
					r.refused(op)
					return
				}
				// The doubt of the first go is not forgotten in the next.
				op = r.checkAgain()
				r.ends(op, tt.state, tt.key)
				if !op.Made() {
					r.Error("a lost request may have made the task")
				}
			})
		})
	}
}

// TestMaking_Lock holds the name until there is a task, and the task from then
// on.
func TestMaking_Lock(t *testing.T) {
	t.Parallel()
	test(t, merge(), func(r *rig) {
		name := r.op().Lock
		op := r.live()
		r.ends(op, batchsync.OpWaiting, "configure.merge")
		if by, held, err := r.disk.HolderOf(batchsync.TaskLock(op.Task)); !held || by.ID != "op1" || err != nil {
			r.Errorf("task: held %t by %q, %v", held, by.ID, err)
		}
		if _, held, err := r.disk.HolderOf(name); held || err != nil {
			r.Errorf("name: held %t, %v", held, err)
		}
	})
}

// TestMaking_Link finds the address that was lost with the answer to the
// creation, whatever the task holds, and goes on without.
func TestMaking_Link(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spec  batchsync.Spec
		arm   func(p *platform)
		state batchsync.OperationState
		url   string
		asked int
	}{
		{"Lost", single(), func(p *platform) { p.faults["CreateTask"] = []fault{lost} }, batchsync.OpDone, "https://studio.example.test/60001", 1},
		{"LostOfAnEmptyTask", merge(), func(p *platform) { p.faults["CreateTask"] = []fault{lost} }, batchsync.OpWaiting, "https://studio.example.test/60001", 1},
		{"AskedAgain", single(), func(p *platform) {
			p.faults["CreateTask"], p.faults["StudioURL"] = []fault{lost}, repeat(unreached, 2)
		}, batchsync.OpDone, "https://studio.example.test/60001", 3},
		{"None", single(), func(p *platform) {
			p.faults["CreateTask"], p.unlinked = []fault{lost}, true
		}, batchsync.OpDone, "", 4},
		{"NotLost", single(), func(*platform) {}, batchsync.OpDone, "https://studio.example.test/60001", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, tt.spec, func(r *rig) {
				tt.arm(r.platform)
				op := r.live()
				if op.State != tt.state || op.StudioURL != tt.url || r.platform.calls["StudioURL"] != tt.asked {
					r.Errorf("got state %s, address %q, asked %d times", op.State, op.StudioURL, r.platform.calls["StudioURL"])
				}
				kept, err := r.disk.Task(op.Task)
				made := op.Step(batchsync.StepMake)
				if err != nil || kept.StudioURL != tt.url || kept.CreatedAt.Before(made.Began) || kept.CreatedAt.After(made.Ended) {
					r.Errorf("remembered task: got %+v, %v", kept, err)
				}
			})
		})
	}
}
