package batchsync

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func count(n int) *int { return &n }

func TestCutAdjustment(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, task string
		want        Adjustment
		err         TextKey
	}{
		{"orders concurrency=4 retries=3 interval=5", "orders", Adjustment{Concurrency: 4, Retries: count(3), Pause: 5}, ""},
		{"orders  to ods RETRIES=0", "orders to ods", Adjustment{Retries: count(0)}, ""},
		{" orders  to ods ", "orders  to ods", Adjustment{}, ""},
		{"40001 concurrency=10", "40001", Adjustment{Concurrency: 10}, ""},
		{"concurrency=4", "concurrency=4", Adjustment{}, ""}, // a name, for there is no other
		{"a=b retries=1", "a=b", Adjustment{Retries: count(1)}, ""},
		{"", "", Adjustment{}, ""},
		{"orders paralel=4", "", Adjustment{}, "tune.unknown"},
		{"orders retries=1 retries=2", "", Adjustment{}, "tune.twice"},
		{"orders concurrency=0", "", Adjustment{}, "tune.bad_concurrency"},
		{"orders concurrency=11", "", Adjustment{}, "tune.bad_concurrency"},
		{"orders concurrency=+4", "", Adjustment{}, "tune.bad_concurrency"},
		{"orders concurrency=٤", "", Adjustment{}, "tune.bad_concurrency"},
		{"orders concurrency=", "", Adjustment{}, "tune.bad_concurrency"},
		{"orders retries=-1", "", Adjustment{}, "tune.bad_retries"},
		{"orders retries=1e1", "", Adjustment{}, "tune.bad_retries"},
		{"orders retries=99999999999999999999", "", Adjustment{}, "tune.bad_retries"},
		{"orders interval=0", "", Adjustment{}, "tune.bad_interval"},
		{"orders interval=61", "", Adjustment{}, "tune.bad_interval"},
		{"orders interval=5m", "", Adjustment{}, "tune.bad_interval"},
	} {
		task, got, err := CutAdjustment(tt.typed)
		var e *Error
		key := TextKey("")
		if errors.As(err, &e) {
			key = e.Text.Key
		}
		if key != tt.err || err == nil && (task != tt.task || !reflect.DeepEqual(got, tt.want)) {
			t.Errorf("%q: got %q %+v %v, want %q %+v %q", tt.typed, task, got, err, tt.task, tt.want, tt.err)
		}
	}
}

// FuzzCutAdjustment holds that nothing out of bounds is ever read.
func FuzzCutAdjustment(f *testing.F) {
	f.Add("orders concurrency=4 retries=3 interval=5")
	f.Add("a=b retries=\u00a03 =")
	f.Fuzz(func(t *testing.T, typed string) {
		task, a, err := CutAdjustment(typed)
		switch {
		case err != nil:
			return
		case a.Concurrency < 0 || a.Concurrency > MaxParallel || a.Pause < 0 || a.Pause > MaxRetryPause:
			t.Errorf("%q: %+v", typed, a)
		case a.Retries != nil && (*a.Retries < 0 || *a.Retries > MaxRetries):
			t.Errorf("%q: %d retries", typed, *a.Retries)
		case a.Empty() && task != strings.TrimSpace(typed):
			t.Errorf("%q became %q", typed, task)
		}
	})
}

func TestAdjustment_Beyond(t *testing.T) {
	t.Parallel()
	now := Retry{Told: true, Count: 1, Pause: 5, Unit: "m"}
	for _, tt := range []struct {
		name string
		want Adjustment
		now  Retry
		rest Adjustment
	}{
		{"all is so", Adjustment{Concurrency: 4, Retries: count(1), Pause: 5}, now, Adjustment{}},
		{"all is otherwise", Adjustment{Concurrency: 2, Retries: count(0), Pause: 6}, now, Adjustment{Concurrency: 2, Retries: count(0), Pause: 6}},
		{"not told", Adjustment{Retries: count(0)}, Retry{}, Adjustment{Retries: count(0)}},
		{"the same figure of seconds", Adjustment{Pause: 5}, Retry{Told: true, Count: 1, Pause: 5, Unit: "s"}, Adjustment{Pause: 5}},
	} {
		if got := tt.want.Beyond(4, tt.now); !reflect.DeepEqual(got, tt.rest) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.rest)
		}
	}
	if got, want := (Adjustment{Retries: count(3)}).Goal(now), (Retry{Told: true, Count: 3, Pause: 5, Unit: "m"}); got != want {
		t.Errorf("goal %+v, want %+v", got, want)
	}
	if got, want := (Adjustment{Pause: 9}).Goal(Retry{Told: true, Count: 2, Pause: 30, Unit: "s"}), (Retry{Told: true, Count: 2, Pause: 9, Unit: "m"}); got != want {
		t.Errorf("goal %+v, want %+v", got, want)
	}
}

func TestCanAdjust(t *testing.T) {
	t.Parallel()
	less, more := Adjustment{Concurrency: 2}, Adjustment{Retries: count(3)}
	for _, tt := range []struct {
		name string
		want Adjustment
		edit func(v *TaskView)
		key  TextKey
	}{
		{"fine", less, func(*TaskView) {}, ""},
		{"content not read", more, func(v *TaskView) { v.Content = nil }, "tune.unread"},
		{"draft not read", more, func(v *TaskView) { v.Draft = nil }, "tune.unread"},
		{"offline", more, func(v *TaskView) { v.Deployed = &Deployed{} }, "tune.offline"},
		{"another schedule saved", more, func(v *TaskView) { v.Draft.Cron = "0 0 3 * * ? *" }, "tune.unpublished"},
		{"another cluster saved", more, func(v *TaskView) { v.Draft.VCluster = "b" }, "tune.unpublished"},
		{"no schedule saved", more, func(v *TaskView) { v.Draft.Cron = "" }, "tune.unpublished"},
		{"partitions", less, func(v *TaskView) { v.Content.NoEdit = true }, "tune.by_hand"},
		{"partitions, retries", more, func(v *TaskView) { v.Content.NoEdit = true }, ""},
		{"parameters, retries", more, func(v *TaskView) { v.Content.Params = true }, "tune.by_hand"},
	} {
		v := TaskView{
			Ref: TaskRef{ID: 1, Name: "orders"}, Content: &Content{Parallel: 4}, Draft: &DraftSchedule{Cron: "0 0 2 * * ? *", VCluster: "a"},
			Deployed: &Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "a"},
		}
		tt.edit(&v)
		var e *Error
		key := TextKey("")
		if err := CanAdjust(tt.want, v); errors.As(err, &e) {
			key = e.Text.Key
		}
		if key != tt.key {
			t.Errorf("%s: got %q, want %q", tt.name, key, tt.key)
		}
	}
}

func TestNewChange_LeavesIdleStepsOut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		want  Adjustment
		steps []StepName
	}{
		{Adjustment{Concurrency: 2}, []StepName{StepCheck, StepConcurrency, StepDeploy, StepVerify}},
		{Adjustment{Pause: 2}, []StepName{StepCheck, StepRetries, StepDeploy, StepVerify}},
		{Adjustment{Concurrency: 2, Retries: count(0)}, []StepName{StepCheck, StepConcurrency, StepRetries, StepDeploy, StepVerify}},
	} {
		var got []StepName
		for _, s := range NewChange("op1", OpTune, "U1", "C1", 1, Change{Tune: &tt.want}, time.Now()).Steps {
			got = append(got, s.Name)
		}
		if !reflect.DeepEqual(got, tt.steps) {
			t.Errorf("%+v: got %q, want %q", tt.want, got, tt.steps)
		}
	}
}

func TestContent_Print(t *testing.T) {
	t.Parallel()
	a := Content{Pairs: []TablePair{{Source: "a.b", Sink: "c.d"}}, Parallel: 4}
	b := a
	if b.Parallel = 9; a.Print() != b.Print() || a.Print() == "" {
		t.Error("how much is copied at once makes another content")
	}
	if b.Where = "id > 1"; a.Print() == b.Print() {
		t.Error("a filter makes no other content")
	}
}
