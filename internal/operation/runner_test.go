package operation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// TestRunner_DiesAtEverySave kills the program at each save, before and after
// the disk has it, and starts it again.
func TestRunner_DiesAtEverySave(t *testing.T) {
	t.Parallel()
	saves := 2 * (len(batchsync.StepNames(batchsync.OpCreate)) - 1) // nobody asked for a debug run
	for n := 1; n <= saves; n++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/late=%v", n, late), func(t *testing.T) {
				t.Parallel()
				test(t, single(), func(r *rig) {
					r.disk.cut, r.disk.late = n, late
					r.live()
					if r.disk.saves != n {
						r.Fatalf("died after %d saves, want %d", r.disk.saves, n)
					}
					op := r.op()
					if op.State == batchsync.OpRunning {
						op = r.live()
					}
					r.ends(op, batchsync.OpDone, "")
					if r.platform.creates != 1 || r.platform.deploys != 1 {
						r.Errorf("got %d creations, %d deployments, want 1 and 1", r.platform.creates, r.platform.deploys)
					}
				})
			})
		}
	}
}

func TestRunner_ChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, state := range []batchsync.OperationState{batchsync.OpRunning, batchsync.OpDropped} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			test(t, single(), func(r *rig) {
				r.disk.stale = func(p batchsync.Progress) error {
					if p.Operation.Step(batchsync.StepConfigure).State != batchsync.StepRunning {
						return nil
					}
					r.disk.stale = nil
					other, err := r.disk.Store.Operation("op1")
					if err != nil {
						return err
					}
					other.State, other.Version = state, other.Version+1
					return r.disk.Store.Advance(batchsync.Progress{Operation: other})
				}
				op := r.live()
				if state == batchsync.OpDropped {
					r.ends(op, batchsync.OpDropped, "")
					if r.platform.calls["Setup"] != 0 {
						r.Error("a dropped operation went on")
					}
					return
				}
				r.ends(op, batchsync.OpDone, "")
				if took := op.UpdatedAt.Sub(op.CreatedAt); took >= storeRest {
					r.Errorf("a conflict took %v to get over, want no rest", took)
				}
			})
		})
	}
}

// TestRunner_DiskFull comes back to an operation that could not be saved.
func TestRunner_DiskFull(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		full := 3
		r.disk.stale = func(batchsync.Progress) error {
			if r.platform.creates == 1 && full > 0 {
				full--
				return errors.New("no space left on device")
			}
			return nil
		}
		op := r.live()
		r.ends(op, batchsync.OpDone, "")
		if took := op.UpdatedAt.Sub(op.CreatedAt); took < 3*storeRest {
			r.Errorf("done after %v, want a rest of %v after each failed save", took, storeRest)
		}
	})
}

func TestRunner_CannotCarryOut(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		op := r.op()
		op.Spec, op.Version = nil, op.Version+1
		if err := r.disk.Store.Advance(batchsync.Progress{Operation: op}); err != nil {
			r.Fatal(err)
		}
		r.ends(r.live(), batchsync.OpRefused, "error.internal")
	})
}

// ops is a store of operations in memory that are all at their last step.
type ops struct {
	mu   sync.Mutex
	all  map[batchsync.OperationID]batchsync.Operation
	fail error
}

func (o *ops) Running() (out []batchsync.Operation, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, op := range o.all {
		if op.State == batchsync.OpRunning {
			out = append(out, op)
		}
	}
	return out, o.fail
}

func (o *ops) Operation(id batchsync.OperationID) (batchsync.Operation, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	op, found := o.all[id]
	if !found {
		return op, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("operation.gone")}
	}
	return op, nil
}

func (o *ops) Draft(batchsync.DraftID) (batchsync.Draft, error) {
	return batchsync.Draft{}, &batchsync.Error{Code: batchsync.CodeNotFound}
}

func (o *ops) Message(batchsync.MessageID) (batchsync.Message, error) {
	return batchsync.Message{}, &batchsync.Error{Code: batchsync.CodeNotFound}
}

func (o *ops) Advance(p batchsync.Progress) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all[p.Operation.ID] = p.Operation
	return nil
}

func (o *ops) add(id batchsync.OperationID) {
	op := batchsync.NewCreate(id, batchsync.Draft{}, single(), time.Now())
	for i := range op.Steps[:len(op.Steps)-1] {
		op.Steps[i].State = batchsync.StepDone
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all[id] = op
}

// gate is a platform whose last step takes a second; it counts how many are
// under way.
type gate struct {
	Platform
	mu        sync.Mutex
	now, most int
}

func (g *gate) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	g.mu.Lock()
	g.now++
	g.most = max(g.most, g.now)
	g.mu.Unlock()
	time.Sleep(time.Second)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now--
	return batchsync.Deployed{Online: true, Cron: "0 0 2 * * ? *"}, nil
}

func TestRunner_Run(t *testing.T) {
	t.Parallel()
	discard := slog.New(slog.DiscardHandler)
	t.Run("SeveralAtOnceWithinTheLimit", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			store, platform := &ops{all: map[batchsync.OperationID]batchsync.Operation{}}, &gate{}
			for n := range 5 {
				store.add(batchsync.OperationID(fmt.Sprint("left", n)))
			}
			r := New(store, platform, Config{PlatformZone: zone, Limit: 3}, discard)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- r.Run(ctx) }()
			for n := range 5 {
				id := batchsync.OperationID(fmt.Sprint("new", n))
				store.add(id)
				r.Wake(id)
				r.Wake(id)
			}
			r.Wake("never heard of")
			time.Sleep(4*time.Second - time.Millisecond)
			synctest.Wait()
			if left, _ := store.Running(); len(left) != 1 {
				t.Errorf("after 4 seconds: %d still running, want 1 of 10", len(left))
			}
			time.Sleep(time.Second)
			if left, _ := store.Running(); len(left) != 0 || platform.most != 3 {
				t.Errorf("after 5 seconds: %d running, %d at once at most, want 0 and 3", len(left), platform.most)
			}
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	})
	t.Run("OnlyWhenClear", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			store, platform := &ops{all: map[batchsync.OperationID]batchsync.Operation{}}, &gate{}
			store.add("left")
			clear := make(chan struct{})
			wait := func(ctx context.Context) {
				select {
				case <-clear:
				case <-ctx.Done():
				}
			}
			r := New(store, platform, Config{PlatformZone: zone, Clear: wait}, discard)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- r.Run(ctx) }()
			synctest.Wait()
			store.add("new")
			r.Wake("left")
			r.Wake("new")
			time.Sleep(time.Minute)
			if left, _ := store.Running(); len(left) != 2 {
				t.Errorf("before it is clear: %d running, want both", len(left))
			}
			close(clear)
			time.Sleep(time.Minute)
			if left, _ := store.Running(); len(left) != 0 {
				t.Errorf("when it is clear: %d running", len(left))
			}
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	})
	t.Run("WokenWhileUnderWay", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			store, platform := &ops{all: map[batchsync.OperationID]batchsync.Operation{}}, &gate{}
			store.add("op")
			r := New(store, platform, Config{PlatformZone: zone}, discard)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- r.Run(ctx) }()
			synctest.Wait() // asking
			r.Wake("op")
			synctest.Wait()
			if platform.most != 1 {
				t.Errorf("got %d goes at one operation at once, want 1", platform.most)
			}
			if r.mu.Lock(); len(r.woken) != 1 {
				t.Errorf("got %v woken, want the operation under way to be kept", r.woken)
			}
			r.mu.Unlock()
			time.Sleep(2 * time.Second)
			synctest.Wait()
			if r.mu.Lock(); len(r.woken) != 0 {
				t.Errorf("got %v woken after it ended, want none", r.woken)
			}
			r.mu.Unlock()
			cancel()
			<-ended
		})
	})
	t.Run("StoreCannotBeRead", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("broken")
		r := New(&ops{fail: broken}, &gate{}, Config{}, discard)
		if err := r.Run(t.Context()); !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
	})
}
