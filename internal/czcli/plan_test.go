package czcli

import (
	"slices"
	"testing"

	bs "batchsync/internal/batchsync"
)

// TestPlan makes each kind of task and compares what is run with the plan.
func TestPlan(t *testing.T) {
	t.Parallel()
	const about = "batchsync op1 for U1"
	cron := bs.Schedule{Every: bs.Daily, Hour: 3, Minute: 30}.Cron()
	for name, spec := range map[string]bs.Spec{
		"single":   single(),
		"filtered": tuned(single(), bs.Tuning{Where: "a = '--b'", Rate: 5, Parallel: 2}),
		"chosen":   multi("orders", "items"),
		"tuned":    tuned(multi("orders", "items"), bs.Tuning{KeyedMode: bs.Append}),
		"whole":    whole("ods", "x_{SOURCE_TABLE}"),
		"merge":    merge(),
		"debugged": debugged(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec.Name, spec.Folder, spec.VCluster = "sync it's", bs.Folder{ID: 111}, "sync_vc"
			f := newFake(t, Config{}, answer{Match: "task create", Stdout: `{"data":{"id":40001}}`}, answer{Stdout: `{"data":{}}`})
			ctx := t.Context()
			made, err := f.CreateTask(ctx, spec.Name, spec.TaskType(), spec.Folder.ID, about)
			if err != nil {
				t.Fatal(err)
			}
			if !spec.ByHand() {
				err = f.Setup(ctx, made.ID, spec)
			}
			if spec.DebugFirst && err == nil {
				err = f.Execute(ctx, made.ID, spec.VCluster)
			}
			for _, err := range []error{err, f.SaveCron(ctx, made.ID, cron.Send, spec.VCluster), f.SaveRerun(ctx, made.ID), f.Deploy(ctx, made.ID)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			var want [][]string
			for _, c := range Plan(spec, cron, about) {
				line := slices.Clone(c.Argv)
				for i, arg := range line {
					if arg == PlannedTask {
						line[i] = made.ID.String()
					}
				}
				want = append(want, argv(line...))
			}
			f.wantArgv(want...)
		})
	}
}

func debugged() bs.Spec {
	s := single()
	s.DebugFirst = true
	return s
}

func merge() bs.Spec {
	s := multi("orders_1", "orders_2")
	s.Scope, s.TargetTable = bs.ScopeMerge, "orders"
	return s
}
