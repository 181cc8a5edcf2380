package operation

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// withRuns gives the task a history.
func withRuns(p *platform) {
	for _, at := range days(3) {
		p.over(taskID, batchsync.RunScheduled, at, good)
	}
	p.runs[1].Status, p.runs[1].Failure = bad, "=cmd()"
}

// slack ends every delivery of a file that way.
func (r *rig) slack(o batchsync.Outcome) { r.each = r.slackTakes(o) }

// slackTakes ends the deliveries of files that are due.
func (r *rig) slackTakes(o batchsync.Outcome) func(*Runner) {
	return func(*Runner) {
		due, err := r.disk.Due(time.Now(), 100)
		if err != nil {
			r.Fatal(err)
		}
		for _, m := range due {
			if m.Kind != batchsync.MessageFile {
				continue
			}
			if err := r.disk.Delivered(m.ID, m.Wanted, batchsync.Delivery{Outcome: o, Reason: "no_permission"}, time.Now(), time.Now()); err != nil {
				r.Fatal(err)
			}
		}
	}
}

// kept checks the file that goes with a message.
func (r *rig) kept(id batchsync.MessageID) {
	r.Helper()
	m, err := r.disk.Message(id)
	if err != nil || m.Kind != batchsync.MessageFile || m.Thread != "operation/op1" || m.Channel != "C1" {
		r.Fatalf("message: got %+v, %v", m, err)
	}
	f, err := r.disk.File(m.Object)
	if err != nil || f.Name != "runs-40001.csv" || strings.Count(string(f.Data), "\n") != 4 || !strings.Contains(string(f.Data), ",'=cmd()\n") {
		r.Errorf("file: got %s, %v\n%s", f.Name, err, f.Data)
	}
}

func TestUndeploy(t *testing.T) {
	t.Parallel()
	play := func(name string, arm func(p *platform), scenario func(r *rig)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onTask(t, undeploy(), func(p *platform) {
				withRuns(p)
				if arm != nil {
					arm(p)
				}
			}, func(r *rig) {
				r.slack(batchsync.OutcomeDone)
				scenario(r)
			})
		})
	}
	offline := func(r *rig, op batchsync.Operation, asked int) {
		r.Helper()
		r.done(op, false)
		r.asked("Undeploy", asked)
		r.counts("undeployments", r.platform.undeploys, 1)
		r.kept(batchsync.HistoryOf("op1", 1))
		r.noted(op, batchsync.StepExport, "export.delivered")
	}
	play("Done", nil, func(r *rig) { offline(r, r.live(), 1) })
	play("AnswerLost", func(p *platform) { p.faults["Undeploy"] = []fault{lost} }, func(r *rig) { offline(r, r.live(), 1) })
	play("RequestLost", func(p *platform) { p.faults["Undeploy"] = []fault{dropped} }, func(r *rig) { offline(r, r.live(), 2) })
	play("PlatformDown", func(p *platform) { p.faults["Undeploy"] = repeat(unreached, 2) }, func(r *rig) { offline(r, r.live(), 3) })
	play("Refused", func(p *platform) { p.faults["Undeploy"] = []fault{refuse} }, func(r *rig) {
		r.settled(r.live(), batchsync.OpRefused, "platform.refused")
		r.asked("Undeploy", 1)
	})
	play("CannotTell", func(p *platform) {
		p.faults["Undeploy"], p.faults["Deployed"] = []fault{lost}, append(repeat(none, 1), repeat(unreached, 3)...)
	}, func(r *rig) {
		r.settled(r.live(), batchsync.OpUnknown, "operation.unclear")
		offline(r, r.checkAgain(), 1)
	})
	for _, late := range []bool{false, true} {
		play("Dies"+map[bool]string{false: "Before", true: "After"}[late], nil, func(r *rig) {
			r.platform.cut, r.platform.late = r.callsUntil("Undeploy"), late
			r.live()
			r.asked("Undeploy", 1)
			offline(r, r.live(), map[bool]int{false: 2, true: 1}[late])
		})
	}
	play("HiccupIsNotOffline", func(p *platform) { p.faults["Undeploy"] = []fault{dropped} }, func(r *rig) {
		shown := 0
		r.platform.online = func(d *batchsync.Deployed) {
			if shown++; shown == 2 { // the first look after the request
				*d = batchsync.Deployed{}
			}
		}
		offline(r, r.live(), 2)
	})
	play("WaitedFor", func(p *platform) { p.down = []batchsync.TaskLink{{ID: 2, Name: "dwd_orders", Online: true}} }, func(r *rig) {
		r.deployed(2, "dwd_orders")
		op := r.live()
		r.settled(op, batchsync.OpRefused, "undeploy.downstream")
		if !strings.Contains(op.Problem().Detail, "dwd_orders") {
			r.Errorf("problem: got %+v", op.Problem())
		}
		r.asked("Undeploy", 1) // and nobody stays locked out
	})
	play("NoRuns", func(p *platform) { p.runs = nil }, func(r *rig) {
		op := r.live()
		r.done(op, false)
		r.noted(op, batchsync.StepExport, "export.no_runs")
		if _, err := r.disk.Message(batchsync.HistoryOf("op1", 1)); batchsync.CodeOf(err) != batchsync.CodeNotFound {
			r.Errorf("an empty history was sent: %v", err)
		}
	})
}

func TestUndeploy_WithDownstream(t *testing.T) {
	t.Parallel()
	a := ask{batchsync.OpUndeploy, func(c *batchsync.Change) { c.WithDownstream = true }}
	arm := func(p *platform) {
		p.down = []batchsync.TaskLink{{ID: 2, Name: "dwd_orders", Online: true}, {ID: 3, Name: "dwd_items"}}
	}
	for _, left := range []bool{false, true} {
		t.Run(map[bool]string{false: "AllOffline", true: "OneLeft"}[left], func(t *testing.T) {
			t.Parallel()
			onTask(t, a, arm, func(r *rig) {
				other := r.deployed(2, "dwd_orders")
				if left {
					other.ref.ID = 20 // the platform forgets it
					r.platform.tasks = append(r.platform.tasks, &task{ref: batchsync.TaskRef{ID: 2}, deployed: batchsync.Deployed{}})
					r.platform.online = func(d *batchsync.Deployed) {
						if r.platform.undeploys > 0 && r.platform.calls["Deployed"] > 3 {
							d.Online = true
						}
					}
				}
				op := r.live()
				r.done(op, left)
				if left {
					r.noted(op, batchsync.StepUndeploy, "undeploy.downstream_left")
					if m := r.told(op); len(m.Body) != 2 || m.Body[0].Key != "told.undeploy_trouble" {
						r.Errorf("told %+v", m)
					}
				} else if other.deployed.Online {
					r.Error("the task that waits is still online")
				}
			})
		})
	}
}

// TestExporting_Downstream keeps the runs of every task that goes offline, in
// one file, before any is lost.
func TestExporting_Downstream(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		with  bool
		tasks []string // in the file
		said  batchsync.TextKey
	}{
		{"With", true, []string{"40001,sync_orders,", "2,dwd_orders,", "3,dwd_items,"}, "export.file_many"},
		{"Without", false, []string{"40001,sync_orders,"}, "export.file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := ask{batchsync.OpUndeploy, func(c *batchsync.Change) { c.WithDownstream = tt.with }}
			onTask(t, a, func(p *platform) {
				withRuns(p)
				p.down = []batchsync.TaskLink{{ID: 2, Name: "dwd_orders", Online: tt.with}, {ID: 3, Name: "dwd_items", Online: tt.with}}
				p.over(2, batchsync.RunScheduled, days(1)[0], good)
				p.over(3, batchsync.RunScheduled, days(1)[0], good)
			}, func(r *rig) {
				r.deployed(2, "dwd_orders").deployed.Online = tt.with
				r.deployed(3, "dwd_items").deployed.Online = tt.with
				r.slack(batchsync.OutcomeDone)
				r.done(r.live(), false)
				m, err := r.disk.Message(batchsync.HistoryOf("op1", 1))
				if err != nil || m.Body[0].Key != tt.said || tt.with && !strings.Contains(m.Body[0].Args[2], "dwd_items") {
					r.Fatalf("message: got %+v, %v", m, err)
				}
				f, err := r.disk.File(m.Object)
				if err != nil {
					r.Fatal(err)
				}
				if got := strings.Count(string(f.Data), "\n"); got != 3+len(tt.tasks) {
					r.Errorf("got %d lines, want the head and the runs of %v\n%s", got, tt.tasks, f.Data)
				}
				for _, task := range tt.tasks {
					if !strings.Contains(string(f.Data), "\n"+task) {
						r.Errorf("no run of %q in\n%s", task, f.Data)
					}
				}
			})
		})
	}
}

// endless has as many runs of every task as are asked for.
type endless struct {
	Platform
	mu   sync.Mutex
	read int
}

func (e *endless) Runs(_ context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.read += f.Limit
	return make([]batchsync.Run, f.Limit), nil
}

// TestExporting_Bounded reads no more runs than fit into memory, however many
// tasks go offline together, and says that there may be more.
func TestExporting_Bounded(t *testing.T) {
	t.Parallel()
	p := &endless{}
	op := batchsync.NewChange("op1", batchsync.OpUndeploy, "U1", "C1", 1, batchsync.Change{Name: "first", WithDownstream: true}, time.Now())
	for i := range 500 {
		op.Change.After = append(op.Change.After, batchsync.TaskLink{ID: batchsync.TaskID(i + 2)})
	}
	turn := newTurn(op)
	turn.now = time.Now()
	f := exporting{p, nil, "UTC", asItIs}.write(t.Context(), turn, "m1")
	if p.read > exportAll || p.read < exportAll/2 {
		t.Errorf("%d runs are read, want %d at most", p.read, exportAll)
	}
	if len(f.files) != 1 || len(f.files[0].Data) > batchsync.MaxFile || !slices.ContainsFunc(f.notes, func(n batchsync.Text) bool { return n.Key == "export.cut" }) {
		t.Errorf("%d files, notes %v", len(f.files), f.notes)
	}
}

// TestExporting_Old keeps the runs of business times long past: with the others,
// they are lost.
func TestExporting_Old(t *testing.T) {
	t.Parallel()
	onTask(t, undeploy(), func(p *platform) {
		p.over(taskID, batchsync.RunRefill, days(1)[0].AddDate(-8, 0, 0), good)
		p.over(taskID, batchsync.RunScheduled, days(1)[0], good)
	}, func(r *rig) {
		r.slack(batchsync.OutcomeDone)
		r.done(r.live(), false)
		f, err := r.disk.File(string(batchsync.HistoryOf("op1", 1)))
		if err != nil || !strings.Contains(string(f.Data), ",1991-12-26T02:00:00+08:00,refill,") || strings.Count(string(f.Data), "\n") != 3 {
			t.Errorf("got %v\n%s", err, f.Data)
		}
	})
}

// TestExporting_DownstreamUnread undeploys nothing while the runs of one of the
// tasks are not known.
func TestExporting_DownstreamUnread(t *testing.T) {
	t.Parallel()
	a := ask{batchsync.OpUndeploy, func(c *batchsync.Change) { c.WithDownstream = true }}
	onTask(t, a, func(p *platform) {
		withRuns(p)
		p.down = []batchsync.TaskLink{{ID: 2, Name: "dwd_orders", Online: true}}
		p.faults["Runs"] = []fault{none, unreached, none, unreached, none, unreached}
	}, func(r *rig) {
		r.slack(batchsync.OutcomeDone)
		r.settled(r.live(), batchsync.OpFailed, "platform.unreachable")
		r.asked("Undeploy", 0)
	})
}

// TestExporting_Dead undeploys nothing without the history, and sends it anew
// when asked again.
func TestExporting_Dead(t *testing.T) {
	t.Parallel()
	onTask(t, undeploy(), withRuns, func(r *rig) {
		r.slack(batchsync.OutcomeNever)
		op := r.live()
		r.settled(op, batchsync.OpFailed, "export.dead")
		r.asked("Undeploy", 0)
		if op.Problem().Detail != "no_permission" {
			r.Errorf("problem: got %+v", op.Problem())
		}
		r.slack(batchsync.OutcomeDone)
		r.done(r.checkAgain(), false)
		r.kept("operation/op1/history/2")
	})
}

// TestExporting_Waits for the file to be in Slack, as long as that takes, also
// through restarts, and sends it once.
func TestExporting_Waits(t *testing.T) {
	t.Parallel()
	onTask(t, undeploy(), withRuns, func(r *rig) {
		for range 3 {
			r.lifetime = 5 * time.Minute
			if op := r.live(); op.State != batchsync.OpRunning {
				r.Fatalf("without the file in Slack: got %s", op.State)
			}
		}
		r.asked("Undeploy", 0)
		r.asked("Runs", 1)
		saves := r.disk.saves
		r.live()
		if r.disk.saves != saves {
			r.Error("waiting was saved again")
		}
		r.slack(batchsync.OutcomeDone)
		r.done(r.live(), false)
		r.kept(batchsync.HistoryOf("op1", 1))
	})
}

// TestExporting_DiesAtEverySave sends one history and undeploys once.
func TestExporting_DiesAtEverySave(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 7; n++ {
		for _, late := range []bool{false, true} {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				onTask(t, undeploy(), withRuns, func(r *rig) {
					r.slack(batchsync.OutcomeDone)
					r.disk.cut, r.disk.late = n, late
					r.live()
					op := r.op()
					if op.State == batchsync.OpRunning {
						op = r.live()
					}
					r.done(op, false)
					r.counts("undeployments", r.platform.undeploys, 1)
					r.kept(batchsync.HistoryOf("op1", 1))
				})
			})
		}
	}
}

func TestExporting_Unread(t *testing.T) {
	t.Parallel()
	onTask(t, undeploy(), withRuns, func(r *rig) {
		r.slack(batchsync.OutcomeDone)
		r.platform.faults["Runs"] = repeat(unreached, 3)
		r.settled(r.live(), batchsync.OpFailed, "platform.unreachable")
		r.asked("Undeploy", 0)
		r.done(r.checkAgain(), false)
	})
}

func asItIs(s string) string { return s }

// TestRunsCSV_Clean has all foreign text cleaned, failures before they are cut, and
// nothing that a spreadsheet would calculate.
func TestRunsCSV_Clean(t *testing.T) {
	t.Parallel()
	clean := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "s3cret", "***")) }
	h := history{task: 1, name: "s3cret_task", runs: []batchsync.Run{
		{ID: 7, VCluster: "s3cret_vc", Failure: strings.Repeat("x", maxFailure-3) + "s3cret"},
		{ID: 8, VCluster: "＠SUM(A1)", Failure: "\n=1"}, {ID: 9, VCluster: "＝1+1"},
	}}
	data, _, err := runsCSV([]history{h}, zone, batchsync.MaxFile, clean)
	if err != nil || strings.Contains(string(data), "s3c") {
		t.Errorf("got %v\n%s", err, data)
	}
	for _, want := range []string{"1,***_task,7,", ",***_vc,xxx", "xxx***\n", ",'＠SUM(A1),'=1\n", ",'＝1+1,\n"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%q is not in\n%s", want, data)
		}
	}
}

func TestRunsCSV(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC)
	runs := []batchsync.Run{
		{ID: 7, Plan: at, Type: batchsync.RunRefill, Status: good, Began: at, Ended: at.Add(90 * time.Second), VCluster: "sync_vc"},
		{ID: 8, Plan: at, Type: 99, Status: 42, VCluster: "@vc", Failure: "-1, \"broken\"\nline"},
	}
	one := []history{{task: 40001, name: "=orders", runs: runs}}
	data, kept, err := runsCSV(one, zone, batchsync.MaxFile, asItIs)
	want := "task_id,task,run_id,plan_time,type,status,started,ended,seconds,vcluster,failure\n" +
		"40001,'=orders,7,2026-03-02T02:00:00+08:00,refill,success,2026-03-02T02:00:00+08:00,2026-03-02T02:01:30+08:00,90,sync_vc,\n" +
		"40001,'=orders,8,2026-03-02T02:00:00+08:00,99,42,,,,'@vc,\"'-1, \"\"broken\"\"\nline\"\n"
	if err != nil || kept != 2 || string(data) != want {
		t.Errorf("got %d runs, %v\n%s\nwant\n%s", kept, err, data, want)
	}
	data, kept, err = runsCSV(one, zone, len(want)-1, asItIs)
	if err != nil || kept != 1 || len(data) >= len(want) || !strings.HasSuffix(string(data), "sync_vc,\n") {
		t.Errorf("with too little room: got %d runs, %v\n%s", kept, err, data)
	}
	if words := []string{statusWord(8), typeWord(1), typeWord(3)}; !slices.Equal(words, []string{"blocked", "schedule", "temporary"}) {
		t.Errorf("words: got %q", words)
	}
}

// TestRunsCSV_Room gives what a short history leaves to the long ones, and
// keeps something of each.
func TestRunsCSV_Room(t *testing.T) {
	t.Parallel()
	some := func(task batchsync.TaskID, n int) history {
		h := history{task: task, name: "t"}
		for i := range n {
			h.runs = append(h.runs, batchsync.Run{ID: batchsync.RunID(1000 + i), Status: good})
		}
		return h
	}
	data, kept, err := runsCSV([]history{some(1, 300), some(2, 3), some(3, 300)}, zone, 8000, asItIs)
	if err != nil || len(data) > 8000 || len(data) < 7900 {
		t.Fatalf("got %d bytes, %v", len(data), err)
	}
	of := func(task string) int { return strings.Count(string(data), "\n"+task+",t,") }
	if a, b, c := of("1"), of("2"), of("3"); b != 3 || a < 50 || c < 50 || a+b+c != kept {
		t.Errorf("got %d, %d and %d runs of %d", a, b, c, kept)
	}
	if !strings.HasPrefix(string(data[strings.IndexByte(string(data), '\n'):]), "\n1,t,1000,") {
		t.Errorf("the task itself does not come first, or not its newest run:\n%.200s", data)
	}
}
