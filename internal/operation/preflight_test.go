package operation

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func TestPreflight(t *testing.T) {
	t.Parallel()
	fail := func(f batchsync.Failure, name string) error {
		return &batchsync.PlatformError{Command: "x", Failure: f, Name: name, ExitCode: 1, Message: "detail"}
	}
	tests := []struct {
		name string
		spec batchsync.Spec
		arm  func(p *platform)
		want batchsync.TextKey   // problem
		note []batchsync.TextKey // at least these
	}{
		{"ProfileUnknown", single(), func(p *platform) { p.profile = fail(batchsync.FailNoProfile, "NO_PROFILE") }, "platform.no_profile", []batchsync.TextKey{"preflight.profile_bad"}},
		{"NotConnected", single(), func(p *platform) { p.offline = "ECONNREFUSED" }, "platform.unreachable", []batchsync.TextKey{"preflight.not_connected"}},
		{"LoginRefused", single(), func(p *platform) { p.offline, p.offlineAs = "Login failed", batchsync.FailLogin }, "platform.login", []batchsync.TextKey{"preflight.not_connected"}},
		{"SourceGone", single(), func(p *platform) { p.sources = p.sources[:1] }, "preflight.source_gone", nil},
		{"SourceRenamed", single(), func(p *platform) { p.sources[1].Name = "shop_old" }, "preflight.source_renamed", nil},
		{"SourceOfAnotherKind", single(), func(p *platform) { p.sources[1].Type = "PostgreSQL" }, "preflight.source_kind", nil},
		{"SourceDoesNotConnect", single(), func(p *platform) { p.untested[5002] = fail(batchsync.FailUnreachable, "CONNECTION_FAILED") }, "preflight.source_test", []batchsync.TextKey{"preflight.target_ok", "preflight.tables_ok"}},
		{"TargetGone", single(), func(p *platform) { p.sources = p.sources[1:] }, "preflight.target_gone", nil},
		{"TargetRenamed", single(), func(p *platform) { p.sources[0].Name = "lake2" }, "preflight.target_renamed", nil},
		{"TargetNoLakehouse", single(), func(p *platform) { p.sources[0].Type = "Kafka" }, "preflight.target_kind", nil},
		{"TargetDoesNotConnect", single(), func(p *platform) { p.untested[5001] = fail(batchsync.FailRefused, "") }, "preflight.target_test", nil},
		{"SchemaGone", single(), func(p *platform) { delete(p.schemas, "shop") }, "preflight.schema_gone", nil},
		{"TableGone", multi(), func(p *platform) { p.schemas["shop"] = []string{"orders"} }, "preflight.tables_gone", nil},
		{"SchemaEmpty", whole(), func(p *platform) { p.schemas["shop"] = nil }, "preflight.schema_empty", nil},
		{"FolderGone", single(), func(p *platform) { p.folders = nil }, "preflight.folder_gone", nil},
		{"ClusterGone", single(), func(p *platform) { p.clusters[1].Name = "other" }, "preflight.vcluster_gone", nil},
		{"ClusterOfAnotherType", single(), func(p *platform) {
			p.clusters = append(p.clusters, batchsync.VCluster{Name: "vc2", Type: "INTEGRATION"})
			p.clusters[1].Type = "ANALYTICS"
		}, "preflight.vcluster_type", nil},
		{"NoClusterForSync", single(), func(p *platform) { p.clusters = p.clusters[:1] }, "preflight.vcluster_none", nil},
		{"NameTaken", single(), func(p *platform) {
			p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: 7, Name: "sync_orders", Folder: 110}})
		}, "preflight.name_taken", nil},
		{"ListRefused", single(), func(p *platform) { p.always["Folders"] = refuse }, "platform.refused", []batchsync.TextKey{"preflight.folders_unread"}},
		{"ListsUnreachable", single(), func(p *platform) {
			for _, m := range []string{"Datasources", "Schemas", "VClusters", "TasksLike"} {
				p.always[m] = unreached
			}
		}, "platform.unreachable", []batchsync.TextKey{"preflight.datasources_unread", "preflight.schemas_unread", "preflight.vclusters_unread", "preflight.tasks_unread"}},
		{"TablesUnreachable", single(), func(p *platform) { p.always["Tables"] = unreached }, "platform.unreachable", []batchsync.TextKey{"preflight.tables_unread"}},
		{"WrongCountsBeforeUnreachable", single(), func(p *platform) { p.always["Tables"], p.folders = unreached, nil }, "preflight.folder_gone", []batchsync.TextKey{"preflight.tables_unread"}},
		{"EverythingWrongIsTold", single(), func(p *platform) {
			p.sources, p.folders, p.clusters = p.sources[:1], nil, nil
			delete(p.schemas, "shop")
		}, "preflight.source_gone", []batchsync.TextKey{"preflight.schema_gone", "preflight.folder_gone", "preflight.vcluster_none", "preflight.name_ok", "preflight.schedule_ok"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, tt.spec, func(r *rig) {
				good := newPlatform().world
				tt.arm(r.platform)
				op := r.live()
				r.ends(op, batchsync.OpRefused, tt.want)
				r.refused(op)
				for _, key := range append(tt.note, tt.want) {
					if !strings.HasPrefix(string(key), "platform.") {
						r.noted(op, batchsync.StepPreflight, key)
					}
				}
				if op.Problem().Hint.IsZero() {
					r.Error("the problem does not say what to do")
				}
				if r.platform.calls["CreateTask"] != 0 {
					r.Error("a task was to be made although the preflight failed")
				}
				// Everything is set right: the same draft goes through.
				r.platform.world, r.platform.always = good, map[string]fault{}
				r.ends(r.createAgain(), batchsync.OpDone, "")
			})
		})
	}
}

func TestPreflight_Notes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		spec batchsync.Spec
		arm  func(p *platform)
		note batchsync.TextKey
	}{
		{"FolderMoved", single(), func(p *platform) { p.folders[0].Path = "elsewhere" }, "preflight.folder_moved"},
		{"TwinInOtherCase", single(), func(p *platform) {
			p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: 7, Name: "SYNC_ORDERS", Folder: 110}})
		}, "preflight.name_twin"},
		{"SameNameElsewhere", single(), func(p *platform) {
			p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: 7, Name: "sync_orders", Folder: 111}})
		}, "preflight.name_ok"},
		{"PartOfAnotherName", single(), func(p *platform) {
			p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: 7, Name: "sync_orders_old", Folder: 110}})
		}, "preflight.name_ok"},
		{"WholeDatabase", whole(), func(*platform) {}, "preflight.whole_ok"},
		{"WholeDatabase_OddNames", whole(), func(p *platform) { p.schemas["shop"] = []string{"orders", "order-items", "订单"} }, "preflight.whole_names"},
		{"ObjectStorage", object(), func(*platform) {}, "preflight.object_unchecked"},
		{"TableBeyondTheEndOfTheList", multi(), func(p *platform) { p.schemas["shop"] = many("orders") }, "preflight.tables_unchecked"},
		{"SchemaBeyondTheEndOfTheList", single(), func(p *platform) {
			for _, name := range many() {
				p.schemas[name] = nil
			}
			p.unlisted = "shop"
		}, "preflight.tables_ok"},
		{"PassingTrouble", single(), func(p *platform) { p.faults["Folders"] = repeat(unreached, 2) }, "preflight.folder_ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, tt.spec, func(r *rig) {
				tt.arm(r.platform)
				op := r.live()
				if st := op.Step(batchsync.StepPreflight); st.State != batchsync.StepDone {
					r.Fatalf("got %+v", st)
				}
				r.noted(op, batchsync.StepPreflight, tt.note)
			})
		})
	}
}

// many are names and as many more as a list can have.
func many(names ...string) []string {
	for len(names) < batchsync.MaxNames {
		names = append(names, "t"+strconv.Itoa(len(names)))
	}
	return names
}

func TestPreflight_ManyTables(t *testing.T) {
	t.Parallel()
	test(t, whole(), func(r *rig) {
		r.platform.schemas["shop"] = many()
		op := r.live()
		r.noted(op, batchsync.StepPreflight, "preflight.whole_ok")
		for _, n := range op.Step(batchsync.StepPreflight).Notes {
			if n.Key == "preflight.whole_ok" && !slices.Equal(n.Args, []string{"shop", "20000+"}) {
				r.Errorf("got %v, want it said that there may be more", n)
			}
		}
	})
}

// TestPreflight_Panic has a check break down: it is one that could not be made,
// not the end of the program.
func TestPreflight_Panic(t *testing.T) {
	t.Parallel()
	told := func(r *rig, op batchsync.Operation, name batchsync.StepName) {
		r.Helper()
		r.noted(op, name, "preflight.check_broken")
		if log := r.log.String(); !strings.Contains(log, "check panicked") || !strings.Contains(log, "bug in") || !strings.Contains(log, "preflight.go") {
			r.Errorf("the log lacks the panic or its stack:\n%s", log)
		}
	}
	t.Run("Creation", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.always["Folders"] = panics
			op := r.live()
			r.ends(op, batchsync.OpRefused, "error.internal")
			r.refused(op)
			told(r, op, batchsync.StepPreflight)
			r.noted(op, batchsync.StepPreflight, "preflight.name_ok")
		})
	})
	t.Run("Change", func(t *testing.T) {
		t.Parallel()
		onTask(t, deploy(), nil, func(r *rig) {
			r.platform.always["Content"] = panics
			op := r.live()
			r.settled(op, batchsync.OpRefused, "error.internal")
			told(r, op, batchsync.StepCheck)
		})
	})
	t.Run("Once", func(t *testing.T) {
		t.Parallel()
		test(t, single(), func(r *rig) {
			r.platform.faults["Folders"] = []fault{panics}
			r.ends(r.live(), batchsync.OpDone, "")
		})
	})
}

func TestPreflight_Schedule(t *testing.T) {
	t.Parallel()
	spec := single()
	spec.Schedule.Zone = "Europe/Berlin" // changes its clocks, the platform's zone does not
	test(t, spec, func(r *rig) {
		op := r.live()
		r.ends(op, batchsync.OpRefused, "schedule.zone_drifts")
		if took := op.Step(batchsync.StepPreflight).Ended.Sub(op.CreatedAt); took > time.Second {
			r.Errorf("a wrong schedule took %v to be told, want no waiting", took)
		}
	})
}

// TestPreflight_DraftMovedOn keeps a draft alone that belongs to another
// operation by now.
func TestPreflight_DraftMovedOn(t *testing.T) {
	t.Parallel()
	test(t, single(), func(r *rig) {
		d, err := r.disk.EditDraft("d1", func(d batchsync.Draft) (batchsync.Draft, error) {
			d.Operation = "op2"
			return d, nil
		})
		if err != nil {
			r.Fatal(err)
		}
		r.platform.folders = nil
		op := r.live()
		r.ends(op, batchsync.OpRefused, "preflight.folder_gone")
		if op.Draft != "" {
			r.Errorf("the card offers draft %s, which is not its own any more", op.Draft)
		}
		if got, err := r.disk.Draft("d1"); err != nil || got.Operation != d.Operation || got.State != d.State {
			r.Errorf("draft of another operation: got %+v, %v", got, err)
		}
	})
}

func TestPreflight_AsksAgain(t *testing.T) {
	t.Parallel()
	for name, want := range map[fault]int{refuse: 1, unreached: 3} {
		t.Run(map[fault]string{refuse: "NotAfterARefusal", unreached: "WithoutAnAnswer"}[name], func(t *testing.T) {
			t.Parallel()
			test(t, single(), func(r *rig) {
				r.platform.always["Folders"] = name
				r.live()
				if got := r.platform.calls["Folders"]; got != want {
					r.Errorf("asked %d times, want %d", got, want)
				}
			})
		})
	}
}
