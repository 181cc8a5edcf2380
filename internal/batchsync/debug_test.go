package batchsync

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func stepNames(o Operation) (out []StepName) {
	for _, s := range o.Steps {
		out = append(out, s.Name)
	}
	return out
}

func debugSpec() Spec {
	s := singleSpec()
	s.DebugFirst = true
	return s
}

// TestNewCreate_DebugFirst puts the run before anything that is scheduled.
func TestNewCreate_DebugFirst(t *testing.T) {
	t.Parallel()
	op := NewCreate("o1", newDraft(), debugSpec(), bornAt)
	if got := stepNames(op); !slices.Equal(got, StepNames(OpCreate)) || slices.Index(got, StepDebug) != slices.Index(got, StepSetCron)-1 {
		t.Errorf("steps %v", got)
	}
	if op.Debug == nil || op.Debug.VCluster != debugSpec().VCluster || op.Debug.Mode != debugSpec().WriteMode || op.Debug.Keyed != "" {
		t.Errorf("debug run %+v", op.Debug)
	}
	if NewCreate("o1", newDraft(), singleSpec(), bornAt).Debug != nil {
		t.Error("a debug run nobody asked for")
	}
}

func TestDraft_DebugFirst(t *testing.T) {
	t.Parallel()
	d := newDraft()
	for answer, want := range map[string]bool{"": false, "no": false, Yes: true} {
		d.Answers[FieldDebug] = []Choice{{Value: answer}}
		if got := d.Spec().DebugFirst; got != want {
			t.Errorf("answer %q: got %v", answer, got)
		}
	}
}

// at is a creation that waits at a step, or runs there.
func creationAt(s Spec, step StepName, state OperationState) Operation {
	op := NewCreate("o1", newDraft(), s, bornAt)
	op.State = state
	for i := range op.Steps {
		if op.Steps[i].Name == step {
			op.Steps[i].State = StepWaiting
			break
		}
		op.Steps[i].State = StepDone
	}
	return op
}

func TestOperation_DebugFirst(t *testing.T) {
	t.Parallel()
	now := bornAt.Add(time.Minute)
	op := creationAt(singleSpec(), StepConfigure, OpWaiting)
	next, err := op.DebugFirst(op.Version, now)
	if err != nil || next.State != OpRunning || next.Version != op.Version+1 || !next.Spec.DebugFirst || next.Debug == nil {
		t.Fatalf("got %+v, %v", next, err)
	}
	if got := stepNames(next); !slices.Equal(got, StepNames(OpCreate)) {
		t.Errorf("steps %v", got)
	}
	if op.Spec.DebugFirst || len(op.Steps) != len(StepNames(OpCreate))-1 {
		t.Error("what was there before was changed")
	}
	for name, tt := range map[string]struct {
		op      Operation
		version int
	}{
		"old drawing":   {op, op.Version + 1},
		"not waiting":   {creationAt(singleSpec(), StepConfigure, OpFailed), 1},
		"another step":  {creationAt(singleSpec(), StepDeploy, OpWaiting), 1},
		"asked already": {creationAt(debugSpec(), StepConfigure, OpWaiting), 1},
		"no creation":   {NewChange("o2", OpDeploy, "U1", "C1", 1, Change{}, bornAt), 1},
	} {
		if _, err := tt.op.DebugFirst(tt.version, now); CodeOf(err) != CodeConflict {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOperation_AskStop_Debug(t *testing.T) {
	t.Parallel()
	now := bornAt.Add(time.Minute)
	with := func(edit func(*Operation)) Operation {
		op := creationAt(debugSpec(), StepDebug, OpRunning)
		op.Debug.Asked, op.Debug.Run, op.Debug.Status = bornAt, 7, RunRunning
		edit(&op)
		return op
	}
	op := with(func(*Operation) {})
	next, err := op.AskStop("U2", now)
	if by, asked := next.Stopped(); err != nil || !asked || by != "U2" || op.Debug.StopAsked {
		t.Errorf("got %+v, %v", next.Debug, err)
	}
	if runs := next.Runs(); len(runs) != 1 || runs[0].Run != 7 {
		t.Errorf("runs %+v", runs)
	}
	for name, op := range map[string]Operation{
		"asked before":  next,
		"not begun":     with(func(op *Operation) { op.Debug.Asked = time.Time{} }),
		"over":          with(func(op *Operation) { op.Debug.Read = true }),
		"waiting":       with(func(op *Operation) { op.State = OpWaiting }),
		"another step":  creationAt(debugSpec(), StepDeploy, OpRunning),
		"none asked of": creationAt(singleSpec(), StepDeploy, OpRunning),
	} {
		if _, err := op.AskStop("U2", now); CodeOf(err) != CodeConflict {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOperation_Outcome_Debug(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		run     DebugRun
		trouble bool
		want    string
	}{
		"good":             {DebugRun{Run: 1, Status: RunSuccess}, false, "done"},
		"failed":           {DebugRun{Run: 1, Status: RunFailed}, true, AuditTrouble},
		"stopped":          {DebugRun{Run: 1, Status: RunFailed, StopAsked: true}, false, AuditStopped},
		"stopped too late": {DebugRun{Run: 1, Status: RunSuccess, StopAsked: true}, false, "done"},
	} {
		op := Operation{Kind: OpDebug, State: OpDone, Change: &Change{}, Debug: &tt.run, Trouble: tt.trouble}
		if got := op.Outcome(); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

func TestLastLines(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		log          string
		lines, bytes int
		want         string
	}{
		"nothing":       {"", 3, 10, ""},
		"all of it":     {"a\nb\n\n", 3, 10, "a\nb"},
		"so many lines": {"a\nb\nc", 2, 10, "b\nc"},
		"whole lines":   {"aaaa\nbbbb\nc", 9, 8, "bbbb\nc"},
		"to the byte":   {"aaaa\nbbbb\nc", 9, 6, "bbbb\nc"},
		"one long line": {"aaaabbbb", 9, 4, "bbbb"},
		"characters":    {"日本語", 9, 4, "語"},
		"a lot":         {strings.Repeat("x\n", 1000), 12, 1000, strings.TrimSuffix(strings.Repeat("x\n", 12), "\n")},
	} {
		if got := LastLines(tt.log, tt.lines, tt.bytes); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// TestLine_Debug answers the box in a line, and quotes what is no answer.
func TestLine_Debug(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{"": false, " debug=yes": true, " debug=YES": true, " debug=no": false} {
		d, wrong := read(t, "shop_mysql shop.orders -> ods.orders daily 02:00"+word, lineDraft(), lineFacts())
		if len(wrong) != 0 || d.Spec().DebugFirst != want {
			t.Errorf("%q: got %v, %+v", word, d.Spec().DebugFirst, wrong)
		}
		if again, _ := read(t, LineOf(d.Spec()), lineDraft(), lineFacts()); again.Spec().DebugFirst != want {
			t.Errorf("%q: lost in %q", word, LineOf(d.Spec()))
		}
	}
	_, wrong := read(t, "shop_mysql shop.orders -> ods.orders debug=yess", lineDraft(), lineFacts())
	if len(wrong) != 1 || wrong[0].Quoted != "debug=yess" || !slices.Contains(wrong[0].Nearest, "debug=yes") {
		t.Errorf("got %+v", wrong)
	}
}
