package operation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"batchsync/internal/batchsync"
)

// TestRunner_RandomDeaths lets the program die at random calls and saves, and
// requests and answers get lost or refused at random, until a task is made: one
// task at most, made once, and a state that is true.
func TestRunner_RandomDeaths(t *testing.T) {
	t.Parallel()
	specs := []batchsync.Spec{single(), multi(), whole()}
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			test(t, specs[random.IntN(len(specs))], func(r *rig) { r.ordeal(random) })
		})
	}
}

func (r *rig) ordeal(random *rand.Rand) {
	r.Helper()
	for life := 0; ; life++ {
		if life > 200 {
			r.Fatalf("not settled after %d lives: %+v", life, r.op())
		}
		if life < 6 {
			r.misfortune(random)
		} else {
			r.platform.faults = map[string][]fault{}
		}
		var op batchsync.Operation
		switch r.op().State {
		case batchsync.OpRunning:
			op = r.live()
		case batchsync.OpRefused:
			op = r.createAgain()
		default:
			op = r.checkAgain()
		}
		r.once()
		if op.State == batchsync.OpRefused {
			r.refused(op)
		}
		if op.State == batchsync.OpDone {
			r.truthful(op)
			return
		}
		for _, st := range op.Steps {
			if st.State == batchsync.StepDone && op.Step(batchsync.StepMake).State == batchsync.StepDone && op.Task == 0 {
				r.Fatalf("made, but the task is forgotten: %+v", op)
			}
		}
	}
}

// misfortune arms one death and a few lost requests and answers.
func (r *rig) misfortune(random *rand.Rand) {
	r.platform.cut, r.disk.cut = 0, 0
	switch random.IntN(3) {
	case 0:
		r.platform.cut, r.platform.late = r.platform.total+1+random.IntN(25), random.IntN(2) == 0
	case 1:
		r.disk.cut, r.disk.late = r.disk.saves+1+random.IntN(12), random.IntN(2) == 0
	}
	r.platform.faults = map[string][]fault{}
	for _, c := range changes() {
		for _, method := range []string{c.method, c.look} {
			for range random.IntN(4) {
				f := []fault{none, none, refuse, lost, dropped, unreached}[random.IntN(6)]
				r.platform.faults[method] = append(r.platform.faults[method], f)
			}
		}
	}
}

// once checks that nothing was made twice.
func (r *rig) once() {
	r.Helper()
	if r.platform.creates > 1 || len(r.platform.tasks) > 1 {
		r.Fatalf("got %d tasks, want one at most", len(r.platform.tasks))
	}
	all, err := r.disk.Tasks()
	if err != nil || len(all) > 1 {
		r.Fatalf("got %d tasks remembered, %v", len(all), err)
	}
	if len(all) == 1 && !slices.ContainsFunc(r.platform.tasks, func(t *task) bool { return t.ref.ID == all[0].ID }) {
		r.Fatalf("task %d is remembered, but does not exist", all[0].ID)
	}
}
