package batchsync

import (
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"
)

func createOp() Operation {
	d := Draft{ID: "d1", Owner: "U1", Channel: "C1"}
	return NewCreate("o1", d, singleSpec(), bornAt.In(time.FixedZone("", 3600)))
}

func TestNewCreate(t *testing.T) {
	t.Parallel()
	op := createOp()
	if op.Kind != OpCreate || op.State != OpRunning || op.Version != 1 || op.Actor != "U1" || op.Channel != "C1" || op.Draft != "d1" {
		t.Errorf("born as %+v", op)
	}
	if op.Lock != "new/7/sync_shop_orders_daily" || op.Message != CardOf("o1") || op.CreatedAt != bornAt || op.UpdatedAt != bornAt {
		t.Errorf("lock %q, message %q, created %v", op.Lock, op.Message, op.CreatedAt)
	}
	if !reflect.DeepEqual(*op.Spec, singleSpec()) {
		t.Errorf("spec %+v", op.Spec)
	}
	var names []StepName
	for _, s := range op.Steps {
		names = append(names, s.Name)
		if s.State != StepPending {
			t.Errorf("%s is %s", s.Name, s.State)
		}
	}
	if !slices.Equal(names, createSteps(singleSpec())) || len(names) != len(StepNames(OpCreate))-1 || names[0] != StepPreflight || names[len(names)-1] != StepVerify {
		t.Errorf("steps %v", names)
	}
	if op.Made() || op.Current() != 0 || op.Problem() != nil {
		t.Errorf("made %v, current %d, problem %v before anything happened", op.Made(), op.Current(), op.Problem())
	}
	if op.Name() != singleSpec().Name || (Operation{}).Name() != "" {
		t.Errorf("called %q, without a spec %q", op.Name(), Operation{}.Name())
	}
	if StepNames("other") != nil {
		t.Error("an unknown kind has steps")
	}
}

func TestLocks(t *testing.T) {
	t.Parallel()
	locks := []string{
		CreateLock(7, "a"), CreateLock(8, "a"), CreateLock(7, "b"), CreateLock(7, "1/a"), CreateLock(71, "a"), TaskLock(7), TaskLock(71),
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(locks)))); n != len(locks) {
		t.Errorf("two things share a lock: %v", locks)
	}
	if CardOf("a") == CardOf("b") {
		t.Error("two operations share a card")
	}
}

func TestOperation_Progress(t *testing.T) {
	t.Parallel()
	op := createOp()
	trouble := &Problem{Code: CodeRefused, Text: T("x")}
	op.Step(StepPreflight).State = StepDone
	op.Step(StepMake).State = StepUnknown
	op.Step(StepMake).Problem = trouble
	op.Step(StepDeploy).Problem = &Problem{Code: CodeInternal}
	if op.Current() != 1 || op.Problem() != trouble {
		t.Errorf("current %d, problem %v", op.Current(), op.Problem())
	}
	for i := range op.Steps {
		op.Steps[i].State = StepDone
	}
	if op.Current() != -1 || op.Problem() != nil {
		t.Errorf("all done: current %d, problem %v", op.Current(), op.Problem())
	}
	if op.Step("no such") != nil {
		t.Error("a step nobody has")
	}
}

func TestOperation_Made(t *testing.T) {
	t.Parallel()
	tests := []struct {
		state StepState
		task  TaskID
		want  bool
	}{
		{StepPending, 0, false}, {StepPending, 40001, true}, {StepRunning, 0, true},
		{StepUnknown, 0, true}, {StepDone, 40001, true},
	}
	for _, tt := range tests {
		op := createOp()
		op.Step(StepMake).State, op.Task = tt.state, tt.task
		if got := op.Made(); got != tt.want {
			t.Errorf("make %s, task %d: Made() = %v, want %v", tt.state, tt.task, got, tt.want)
		}
	}
	refused := createOp()
	refused.Step(StepMake).State, refused.State = StepFailed, OpRefused
	if refused.Made() {
		t.Error("a refused creation made something")
	}
	refused.State = OpFailed
	if !refused.Made() {
		t.Error("a creation that failed, but was not refused, may have made something")
	}
	if (Operation{}).Made() {
		t.Error("an operation without steps made something")
	}
}

func TestOperation_ResumeAndDrop(t *testing.T) {
	t.Parallel()
	free := []OperationState{OpWaiting, OpUnknown, OpFailed} // a person decides
	moves := map[string]struct {
		do   func(Operation, int, time.Time) (Operation, error)
		want OperationState
	}{"resume": {Operation.Resume, OpRunning}, "drop": {Operation.Drop, OpDropped}}
	for name, move := range moves {
		for _, state := range OperationStates() {
			for _, offset := range []int{-1, 0, 1} {
				t.Run(name+"/"+string(state)+"/"+strconv.Itoa(offset), func(t *testing.T) {
					t.Parallel()
					op := createOp()
					op.State, op.Version = state, 5
					before := createOp()
					before.State, before.Version = state, 5
					got, err := move.do(op, 5+offset, actAt)
					if !slices.Contains(free, state) || offset != 0 {
						if CodeOf(err) != CodeConflict || !reflect.DeepEqual(got, before) {
							t.Errorf("%+v, %v, want a conflict and no change", got, err)
						}
						return
					}
					if err != nil || got.State != move.want || got.Version != 6 || got.UpdatedAt != actAt.UTC() {
						t.Errorf("%+v, %v", got, err)
					}
					if got.Lock != op.Lock || !reflect.DeepEqual(got.Steps, op.Steps) {
						t.Errorf("steps or lock changed: %+v", got)
					}
					got.Steps[0].State = StepDone
					if name == "resume" && op.Steps[0].State != StepPending {
						t.Error("the resumed operation shares its steps with the old one")
					}
					if _, err := move.do(got, 5, actAt); CodeOf(err) != CodeConflict {
						t.Errorf("a second click: %v, want a conflict", err)
					}
				})
			}
		}
	}
}

func TestOperationState_Settled(t *testing.T) {
	t.Parallel()
	for _, s := range OperationStates() {
		if got, want := s.Settled(), s == OpDone || s == OpDropped || s == OpRefused; got != want {
			t.Errorf("%s settled: %v", s, got)
		}
	}
}

func TestOperationState_NeedsPerson(t *testing.T) {
	t.Parallel()
	want := []OperationState{OpWaiting, OpUnknown, OpFailed, OpRefused}
	for _, s := range OperationStates() {
		if got := s.NeedsPerson(); got != slices.Contains(want, s) {
			t.Errorf("%s needs a person: %v", s, got)
		}
	}
}

func TestToldOf(t *testing.T) {
	t.Parallel()
	if got := ToldOf("o1", 12); got != "operation/o1/told/12" {
		t.Errorf("got %q", got)
	}
	if ToldOf("o1", 1) == ToldOf("o1", 11) || ToldOf("o1", 1) == CardOf("o1") {
		t.Error("two messages share an id")
	}
}

func TestIDs_String(t *testing.T) {
	t.Parallel()
	for _, got := range []string{TaskID(40001).String(), RunID(40001).String(), FolderID(40001).String(), DatasourceID(40001).String()} {
		if got != "40001" {
			t.Errorf("%q, want plain digits", got)
		}
	}
}
