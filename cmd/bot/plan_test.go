package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/czcli"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// several is a reviewed draft of chosen tables with everything that takes the
// second command of a content.
func several(id string, owner batchsync.UserID, task string) batchsync.Draft {
	d := reviewed(id, owner, task)
	for field, answer := range map[batchsync.Field][]batchsync.Choice{
		batchsync.FieldScope:       {{Value: "multi"}},
		batchsync.FieldTables:      {{Value: "orders"}, {Value: "customers"}},
		batchsync.FieldTargetTable: {{Value: "new_{SOURCE_TABLE}"}},
		batchsync.FieldWriteMode:   {{Value: "append"}},
		batchsync.FieldParallel:    {{Value: "3"}},
		batchsync.FieldKeyedMode:   {{Value: "append"}},
	} {
		d.Answers[field] = answer
	}
	return d
}

func filtered(id string, owner batchsync.UserID, task string) batchsync.Draft {
	d := reviewed(id, owner, task)
	d.Answers[batchsync.FieldWhere] = []batchsync.Choice{{Value: "status = 'it''s paid'"}}
	d.Answers[batchsync.FieldRate] = []batchsync.Choice{{Value: "20"}}
	return d
}

// TestPlan_IsWhatRuns compares the commands that the review shows, those that
// the plan is made of, and those that the program was run with.
func TestPlan_IsWhatRuns(t *testing.T) {
	t.Parallel()
	for name, draft := range map[string]func(string, batchsync.UserID, string) batchsync.Draft{
		"single table": reviewed, "with a condition": filtered, "chosen tables": several,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.seed(t, draft("draft1", slacksim.Ana, "e2e_plan"))
			b, ana := s.start(), s.as(t, "ana")
			ana.resume()
			_, err := ana.actor.Click(within(t, ackWait), ana.saying("Check Again", "Show Details"), "Show Details")
			must(t, err)
			shown := ana.saying("Hide Details").AllText()
			ana.next()
			s.card(t, slacksim.General, "e2e_plan", "Ready")
			b.stop(t)

			var made batchsync.Task
			s.file(t, func(file *store.Store) {
				all, err := file.Tasks()
				must(t, err)
				if len(all) != 1 {
					t.Fatalf("%d tasks are remembered", len(all))
				}
				made = all[0]
			})
			there, err := made.Spec.Schedule.In("Asia/Shanghai", time.Now())
			must(t, err)
			planned := czcli.Plan(*made.Spec, there.Cron(), batchsync.TaskAbout(made.Operation, made.Owner))
			ran := s.changes(t)
			if len(ran) != len(planned) {
				t.Fatalf("ran %q, planned %q", ran, planned)
			}
			for i, argv := range ran {
				id := slices.Index(argv, made.ID.String())
				if id >= 0 {
					argv[id] = czcli.PlannedTask
				}
				if !slices.Equal(argv, planned[i].Argv) {
					t.Errorf("command %d: ran\n%q, planned\n%q", i, argv, planned[i].Argv)
				}
				for _, arg := range argv {
					arg = strings.ReplaceAll(strings.ReplaceAll(arg, string(made.Operation), "<OPERATION>"), "'", `'\''`)
					if !strings.Contains(shown, arg) {
						t.Errorf("the review does not show %q: %s", arg, shown)
					}
				}
			}
			s.clean()
		})
	}
}

// changes are the commands that change something, without the global flags.
func (s *stage) changes(t testing.TB) (out [][]string) {
	t.Helper()
	all, err := s.world.Invocations()
	must(t, err)
	for _, inv := range all {
		argv := slices.DeleteFunc(slices.Clone(inv.Argv), func(a string) bool {
			return strings.HasPrefix(a, "--format=") || strings.HasPrefix(a, "--profile=")
		})
		line := strings.Join(argv, " ")
		for _, write := range []string{"task create ", "task integration setup ", "task integration edit ", "task save-", "task deploy "} {
			if strings.HasPrefix(line, write) {
				out = append(out, argv)
			}
		}
	}
	return out
}

// TestReview_Crossed has the platform in a state in which the creation would be
// refused: the review says so, and pressing Create Sync makes nothing. When that
// is mended, Check Again shows it and the same draft goes through.
func TestReview_Crossed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		spoil, mend func(s *stage) error
		want        string
	}{
		{"source does not connect",
			func(s *stage) error { return s.world.BreakSource(5002, "connect ECONNREFUSED") },
			func(s *stage) error { return s.world.BreakSource(5002, "") },
			"Source aliyun_mysql does not connect"},
		{"name taken",
			func(s *stage) error {
				_, err := s.world.AddTask(studiosim.Task{ID: 77001, Name: "e2e_cross", Type: 10, Folder: 111})
				return err
			},
			func(s *stage) error { return s.world.DeleteTask(77001) },
			"has a task e2e_cross already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			must(t, c.spoil(s))
			_, ana := s.review(t, "e2e_cross")
			ana.resume()
			v := ana.saying(":x:", c.want)
			got, err := ana.actor.Submit(within(t, ackWait), v)
			must(t, err)
			if got.View == nil || !contains(got.View.AllText(), "Nothing was created: a check failed", c.want) {
				t.Fatalf("answer: %+v", got)
			}
			if made := s.effects(t, "create "); len(made) != 0 {
				t.Fatalf("made %q", made)
			}
			must(t, c.mend(s))
			_, err = ana.actor.Click(within(t, ackWait), ana.saying("Check Again", c.want), "Check Again")
			must(t, err)
			v = ana.wait(func(v slacksim.View) bool {
				return contains(v.AllText(), "Check Again", ":white_check_mark:") && !strings.Contains(v.AllText(), ":x:") && !strings.Contains(v.AllText(), "checking…")
			})
			if strings.Contains(v.AllText(), "Nothing was created") {
				t.Error("what was said before still stands there")
			}
			ana.next()
			s.onlyOne(t, "e2e_cross")
			s.clean()
		})
	}
}

// TestReview_TableDropped has a chosen table dropped before the confirmation:
// the review says so, and Create Sync leads to where another one is chosen.
func TestReview_TableDropped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	must(t, s.renameTable("orders", "orders_gone"))
	_, ana := s.review(t, "e2e_dropped")
	ana.resume()
	got, err := ana.actor.Submit(within(t, ackWait), ana.saying(":x:", "Not in schema shop: orders"))
	must(t, err)
	if got.View == nil || !contains(got.View.AllText(), "Step 2 of 5", "Table orders does not exist in schema shop") {
		t.Fatalf("answer: %+v", got)
	}
	if made := s.effects(t, "create "); len(made) != 0 {
		t.Errorf("made %q", made)
	}
	s.clean()
}

// renameTable calls a table of the source otherwise.
func (s *stage) renameTable(from, to string) error {
	return s.world.ChangeDatasource(5002, func(d *studiosim.Datasource) {
		for i := range d.Catalogs {
			for j := range d.Catalogs[i].Tables {
				if table := &d.Catalogs[i].Tables[j]; d.Catalogs[i].Name == "shop" && table.Name == from {
					table.Name = to
				}
			}
		}
	})
}

// TestReview_PlanChanged has somebody else make a task that writes the same
// table while a review is open.
func TestReview_PlanChanged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.seed(t, reviewed("draft1", slacksim.Ana, "e2e_late"), reviewed("draft2", slacksim.Adam, "e2e_early"))
	s.start()
	ana, adam := s.as(t, "ana"), s.as(t, "adam")
	ana.resume()
	seen := ana.saying("10 passed", "Other writers", "Check Again")
	adam.create()
	s.card(t, slacksim.General, "e2e_early", "Ready")

	got, err := ana.actor.Submit(within(t, ackWait), seen)
	must(t, err)
	if got.View == nil || !contains(got.View.AllText(), "The plan changed since you saw it", "Other tasks that write the target", "e2e_early", "Step 5 of 5") {
		t.Fatalf("answer: %+v", got)
	}
	if made := s.made(t, "e2e_late"); len(made) != 0 {
		t.Fatalf("made %+v", made)
	}
	again := ana.saying("The plan changed since you saw it", "Check Again") // the checks are back, and what changed is still said
	got, err = ana.actor.Submit(within(t, ackWait), again)
	must(t, err)
	if got.View == nil || !strings.Contains(got.View.AllText(), "Creating e2e_late") {
		t.Fatalf("answer: %+v", got)
	}
	s.card(t, slacksim.General, "e2e_late", "Ready")
	if made := s.made(t, "e2e_late"); len(made) != 1 {
		t.Errorf("made %d tasks, want 1", len(made))
	}
	s.clean()
}

// TestReview_Mirror has a mirror of a whole database write the table of a new
// task, which no tick at its review may hide.
func TestReview_Mirror(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	v := ana.modal("/batchsync new aliyun_mysql shop.* -> ods daily 01:00 vc=sync_vc folder=data_sync/mysql name=e2e_mirror", "Step 5 of 5")
	_, err := ana.actor.Submit(within(t, ackWait), v)
	must(t, err)
	s.card(t, slacksim.General, "e2e_mirror", "Ready")
	ana.modal("/batchsync new "+wholeLine+"e2e_single", "Step 5 of 5", "Other writers*, look at it: These tasks write a table of this one, too: e2e_mirror", "10 passed")
	s.clean()
}
