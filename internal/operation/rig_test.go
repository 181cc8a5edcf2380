package operation

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

const zone = "Asia/Shanghai"

// rig is a runner between a platform and a disk, through several lives.
type rig struct {
	*testing.T
	platform *platform
	disk     *disk
	id       batchsync.OperationID // of the newest operation
	each     func(runner *Runner)  // called every second of a life; nil: nothing
	lifetime time.Duration         // the program is stopped after it, an hour when 0
	limit    int                   // operations at once, 0: as usual
	log      bytes.Buffer
}

func single() batchsync.Spec {
	return batchsync.Spec{
		Kind: batchsync.KindMySQL, Source: batchsync.Datasource{ID: 5002, Name: "shop_db", Type: "MySQL"},
		Scope: batchsync.ScopeSingle, WriteMode: batchsync.Overwrite, SourceSchema: "shop", Tables: []string{"orders"},
		Target: batchsync.Datasource{ID: 5001, Name: "lake", Type: "LAKEHOUSE"}, TargetSchema: "ods", TargetTable: "orders",
		Schedule: batchsync.Schedule{Every: batchsync.Daily, Hour: 2, Zone: zone},
		Folder:   batchsync.Folder{ID: 110, Path: "data_sync"}, VCluster: "sync_vc", Name: "sync_orders",
	}
}

func multi() batchsync.Spec {
	s := single()
	s.Scope, s.Tables, s.TargetTable, s.Name = batchsync.ScopeMulti, []string{"orders", "customers"}, "", "sync_many"
	return s
}

func whole() batchsync.Spec {
	s := single()
	s.Scope, s.Tables, s.TargetTable, s.Name = batchsync.ScopeWhole, nil, "shop_"+batchsync.VarSourceTable, "sync_all"
	return s
}

func merge() batchsync.Spec {
	s := single()
	s.Scope, s.Tables, s.Name = batchsync.ScopeMerge, []string{"orders", "orders_2024"}, "sync_merge"
	return s
}

func object() batchsync.Spec {
	s := single()
	s.Kind, s.Source = batchsync.KindObject, batchsync.Datasource{ID: 5003, Name: "files", Type: "OSS"}
	s.SourceSchema, s.Tables, s.Name = "bucket", []string{"in/2024"}, "sync_files"
	return s
}

// test plays a scenario in simulated time, with a confirmed operation on disk.
func test(t *testing.T, spec batchsync.Spec, scenario func(r *rig)) {
	t.Helper()
	if errs := spec.Validate(); len(errs) > 0 {
		t.Fatalf("the scenario's specification is wrong: %v", errs)
	}
	synctest.Test(t, func(t *testing.T) {
		r := &rig{T: t, platform: newPlatform(), disk: openDisk(t)}
		d := batchsync.NewDraft("d1", "U1", "C1", batchsync.Defaults{}, time.Now())
		if err := r.disk.CreateDraft(d); err != nil {
			t.Fatal(err)
		}
		r.confirm("op1", spec)
		scenario(r)
	})
}

// confirm puts an operation on disk that comes from the draft, which must be
// open.
func (r *rig) confirm(id batchsync.OperationID, spec batchsync.Spec) {
	r.Helper()
	d, err := r.disk.Draft("d1")
	if err != nil || d.State != batchsync.DraftOpen || d.Operation != "" {
		r.Fatalf("draft: got %+v, %v, want it open", d, err)
	}
	now := time.Now()
	d.Version, d.State, d.Operation = d.Version+1, batchsync.DraftConfirmed, id
	err = r.disk.Begin(batchsync.Begin{
		Operation: batchsync.NewCreate(id, d, spec, now), Draft: &d,
		Audit: batchsync.AuditRow{At: now, Actor: "U1", Action: batchsync.ActCreate, Outcome: batchsync.AuditAsked, Operation: id},
	})
	if err != nil {
		r.Fatal(err)
	}
	r.id = id
}

// createAgain confirms the draft of a refused operation once more and lives on.
func (r *rig) createAgain() batchsync.Operation {
	r.Helper()
	r.confirm(r.id+"+", *r.op().Spec)
	return r.live()
}

// live runs the program until nothing moves any more: the operation ended, or
// the program died.
func (r *rig) live() batchsync.Operation {
	r.Helper()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	r.platform.onCut, r.disk.onCut = func() { r.disk.kill(); cancel() }, func() { r.platform.kill(); cancel() }
	runner := New(r.disk, r.platform, Config{PlatformZone: zone, Limit: r.limit}, slog.New(slog.NewTextHandler(&r.log, nil)))
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	for end := time.Now().Add(cmp.Or(r.lifetime, time.Hour)); time.Now().Before(end); time.Sleep(time.Second) {
		synctest.Wait()
		if op := r.op(); ctx.Err() != nil || op.State != batchsync.OpRunning {
			break
		}
		if r.each != nil {
			r.each(runner)
		}
	}
	if ctx.Err() == nil && r.lifetime == 0 && r.op().State == batchsync.OpRunning {
		r.Fatalf("the operation is still running after an hour\n%s", &r.log)
	}
	cancel()
	if err := <-ended; err != nil {
		r.Fatalf("Run: %v", err)
	}
	r.platform.revive()
	r.disk.revive()
	return r.op()
}

func (p *platform) kill() { p.mu.Lock(); p.dead = true; p.mu.Unlock() }

func (p *platform) revive() { p.mu.Lock(); p.dead, p.cut = false, 0; p.mu.Unlock() }

func (d *disk) kill() { go func() { d.mu.Lock(); d.dead = true; d.mu.Unlock() }() }

func (d *disk) revive() { d.mu.Lock(); d.dead, d.cut = false, 0; d.mu.Unlock() }

// stopAt lives until the method is called and hangs, stops, and gives the stop
// the time it needs.
func (r *rig) stopAt(method string) batchsync.Operation {
	r.Helper()
	ctx, cancel := context.WithCancel(r.Context())
	runner := New(r.disk, r.platform, Config{PlatformZone: zone}, slog.New(slog.NewTextHandler(&r.log, nil)))
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	synctest.Wait()
	if r.platform.calls[method] != 1 {
		r.Fatalf("%s was called %d times before the stop, want 1", method, r.platform.calls[method])
	}
	began := time.Now()
	cancel()
	if err := <-ended; err != nil {
		r.Fatalf("Run: %v", err)
	}
	if took := time.Since(began); took != Grace {
		r.Errorf("stopping took %v, want the grace period of %v", took, Grace)
	}
	return r.op()
}

// callOf is the number of a method's call in a life without faults.
func (r *rig) callOf(method string) int {
	order := []string{"CheckProfile", "Ping", "Datasources", "TestDatasource", "TestDatasource", "Schemas", "Tables", "Folders", "VClusters", "TasksLike",
		"CreateTask", "Setup", "Content", "SaveCron", "SaveRerun", "DraftSchedule", "Deploy", "Deployed", "Deployed"}
	return slices.Index(order, method) + 1
}

// op is the operation on disk.
func (r *rig) op() batchsync.Operation {
	r.Helper()
	op, err := r.disk.Store.Operation(r.id)
	if err != nil {
		r.Fatal(err)
	}
	return op
}

// checkAgain presses the button and lives on.
func (r *rig) checkAgain() batchsync.Operation {
	r.Helper()
	op := r.op()
	next, err := op.Resume(op.Version, time.Now())
	if err != nil {
		r.Fatalf("Check Again in state %s: %v", op.State, err)
	}
	if err := r.disk.Store.Advance(batchsync.Progress{Operation: next}); err != nil {
		r.Fatalf("Check Again: %v", err)
	}
	return r.live()
}

// ends checks where the operation stands: its state, and its present step's
// problem ("" for none).
func (r *rig) ends(op batchsync.Operation, state batchsync.OperationState, key batchsync.TextKey) {
	r.Helper()
	var got batchsync.TextKey
	if p := op.Problem(); p != nil {
		got = p.Text.Key
	}
	if op.State != state || got != key {
		r.Errorf("got state %s with problem %q, want %s with %q\nsteps: %+v\n%s", op.State, got, state, key, op.Steps, &r.log)
	}
	if op.State == batchsync.OpDone {
		r.truthful(op)
	}
}

// truthful checks that a done operation is what the platform shows.
func (r *rig) truthful(op batchsync.Operation) {
	r.Helper()
	if len(r.platform.tasks) != 1 {
		r.Fatalf("got %d tasks on the platform, want 1", len(r.platform.tasks))
	}
	t := r.platform.tasks[0]
	if op.Task != t.ref.ID || !t.deployed.Online || t.content == nil || t.schedule.Rerun != 1 {
		r.Errorf("done, but task %d is %+v", op.Task, t)
	}
	kept, err := r.disk.Task(op.Task)
	if err != nil || kept.Owner != "U1" || kept.Channel != "C1" || kept.Operation != r.id || kept.Spec == nil {
		r.Errorf("remembered task: got %+v, %v", kept, err)
	}
	if _, err := r.disk.Draft("d1"); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		r.Errorf("draft of a done operation: got %v, want it gone", err)
	}
	for _, s := range op.Steps {
		if s.State != batchsync.StepDone || s.Tries < 1 || s.Began.IsZero() || s.Ended.Before(s.Began) || s.Problem != nil {
			r.Errorf("done, but step %+v", s)
		}
	}
	r.audited("done")
}

// refused checks that the operation ended without a trace: nothing is made, the
// lock is free and the draft open.
func (r *rig) refused(op batchsync.Operation) {
	r.Helper()
	if op.State != batchsync.OpRefused || op.Made() || op.Task != 0 || r.platform.creates != 0 {
		r.Errorf("got state %s, made %v, task %d, %d creations; want it refused and nothing made", op.State, op.Made(), op.Task, r.platform.creates)
	}
	d, err := r.disk.Draft("d1")
	if err != nil || d.State != batchsync.DraftOpen || d.Step != batchsync.StepReview || d.Operation != "" || op.Draft != "d1" {
		r.Errorf("draft: got %+v, %v, want it open at the review", d, err)
	}
	if _, held, err := r.disk.HolderOf(op.Lock); held || err != nil {
		r.Errorf("lock: got held %v, %v, want it free", held, err)
	}
	if _, err := op.Resume(op.Version, time.Now()); err == nil {
		r.Error("it can be resumed beside its draft")
	}
	r.audited("refused")
}

// audited checks the newest audit row.
func (r *rig) audited(outcome string) {
	r.Helper()
	rows, err := r.disk.Audit(1)
	if err != nil || len(rows) != 1 || rows[0].Outcome != outcome || rows[0].Actor != "U1" || rows[0].Operation != r.id {
		r.Errorf("audit: got %+v, %v, want outcome %q", rows, err, outcome)
	}
}

// noted checks that a step has a note of the key.
func (r *rig) noted(op batchsync.Operation, name batchsync.StepName, key batchsync.TextKey) {
	r.Helper()
	for _, n := range op.Step(name).Notes {
		if n.Key == key {
			return
		}
	}
	r.Errorf("step %s: got notes %v, want %q", name, op.Step(name).Notes, key)
}

func repeat(f fault, n int) []fault {
	out := make([]fault, n)
	for i := range out {
		out[i] = f
	}
	return out
}
