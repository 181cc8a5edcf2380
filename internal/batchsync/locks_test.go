package batchsync

import (
	"slices"
	"testing"
	"time"
)

func TestOperation_Locks(t *testing.T) {
	t.Parallel()
	change := func(kind OperationKind, with bool, after ...TaskID) Operation {
		c := Change{Name: "orders", WithDownstream: with}
		for _, id := range after {
			c.After = append(c.After, TaskLink{ID: id, Name: "task " + id.String()})
		}
		return NewChange("o1", kind, "U1", "C1", 7, c, time.Now())
	}
	create := NewCreate("o1", Draft{}, Spec{Name: "orders", Folder: Folder{ID: 3}}, time.Now())
	tests := []struct {
		name string
		op   Operation
		want []string
	}{
		{"a change", change(OpDeploy, false), []string{"task/7"}},
		{"a new task", create, []string{"new/3/orders"}},
		{"undeployed alone", change(OpUndeploy, false, 8, 9), []string{"task/7"}},
		{"undeployed together", change(OpUndeploy, true, 9, 8), []string{"task/7", "task/9", "task/8"}},
		{"each once", change(OpUndeploy, true, 8, 7, 8), []string{"task/7", "task/8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.op.Locks(); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	made := create
	made.Task = 7
	if got := made.Locks(); !slices.Equal(got, []string{"new/3/orders"}) {
		t.Errorf("a new task that is made holds %q", got)
	}
	op := change(OpUndeploy, true, 8)
	for lock, want := range map[string]string{"": "orders", "task/7": "orders", "task/8": "task 8", "task/9": "orders"} {
		e := &HeldError{By: op, Lock: lock}
		if e.Name() != want || e.Along() != (lock == "task/8") {
			t.Errorf("held %q: is called %q, along %t", lock, e.Name(), e.Along())
		}
	}
}

// What an operation works on begins with its own task and has each once.
func TestOperation_Changes(t *testing.T) {
	t.Parallel()
	below := []TaskLink{{ID: 9, Name: "items", Online: true}, {ID: 7, Name: "itself"}, {ID: 8}, {ID: 9, Name: "twice"}}
	own := TaskLink{ID: 7, Name: "orders"}
	for _, tt := range []struct {
		name string
		op   Operation
		want []TaskLink
	}{
		{"a task that is not made yet", Operation{Spec: &Spec{Name: "orders"}}, nil},
		{"one that is", Operation{Spec: &Spec{Name: "orders"}, Task: 7}, []TaskLink{own}},
		{"alone", Operation{Task: 7, Change: &Change{Name: "orders", After: below}}, []TaskLink{own}},
		{"together", Operation{Task: 7, Change: &Change{Name: "orders", After: below, WithDownstream: true}}, []TaskLink{own, below[0], below[2]}},
	} {
		if got := tt.op.Changes(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
