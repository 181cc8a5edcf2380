package operation

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

func TestPreview(t *testing.T) {
	t.Parallel()
	refused := &batchsync.PlatformError{Failure: batchsync.FailRefused, Name: "CONNECTION_FAILED", Message: "detail"}
	tests := []struct {
		name string
		spec batchsync.Spec
		arm  func(p *platform)
		part batchsync.CheckPart
		want batchsync.CheckLevel
		text batchsync.TextKey
		fix  batchsync.TextKey
	}{
		{"Reached", single(), nil, batchsync.PartProfile, batchsync.LevelTick, "preflight.reached", ""},
		{"ProfileUnknown", single(), func(p *platform) { p.profile = &batchsync.PlatformError{Failure: batchsync.FailNoProfile} },
			batchsync.PartProfile, batchsync.LevelCross, "preflight.profile_bad", "platform.no_profile_hint"},
		{"Offline", single(), func(p *platform) { p.offline = "ECONNREFUSED" }, batchsync.PartProfile, batchsync.LevelUnread, "preflight.not_connected", "platform.unreachable_hint"},
		{"SourceFine", single(), nil, batchsync.PartSource, batchsync.LevelTick, "preflight.source_ok", ""},
		{"SourceRenamed", single(), func(p *platform) { p.sources[1].Name = "shop_old" }, batchsync.PartSource, batchsync.LevelCross, "preflight.source_renamed", "fix.source"},
		{"SourceDoesNotConnect", single(), func(p *platform) { p.untested[5002] = refused }, batchsync.PartSource, batchsync.LevelCross, "preflight.source_test", "fix.datasource"},
		{"SourcesUnread", single(), func(p *platform) { p.always["Datasources"] = unreached }, batchsync.PartSource, batchsync.LevelUnread, "preflight.datasources_unread", "platform.unreachable_hint"},
		{"TableDropped", multi(), func(p *platform) { p.schemas["shop"] = []string{"orders"} }, batchsync.PartTables, batchsync.LevelCross, "preflight.tables_gone", "fix.tables"},
		{"ObjectStorage", object(), nil, batchsync.PartTables, batchsync.LevelWarning, "preflight.object_unchecked", ""},
		{"TargetGone", single(), func(p *platform) { p.sources = p.sources[1:] }, batchsync.PartTarget, batchsync.LevelCross, "preflight.target_gone", "fix.tables"},
		{"SchemaThere", single(), nil, batchsync.PartSchema, batchsync.LevelTick, "preflight.target_schema_ok", ""},
		{"SchemaToBeMade", single(), func(p *platform) { p.sinks = nil }, batchsync.PartSchema, batchsync.LevelTick, "preflight.target_schema_made", ""},
		{"SchemaMissing", multi(), func(p *platform) { p.sinks = nil }, batchsync.PartSchema, batchsync.LevelWarning, "preflight.target_schema_missing", ""},
		{"SchemasUnread", single(), func(p *platform) { p.always["TargetSchemas"] = unreached }, batchsync.PartSchema, batchsync.LevelUnread, "preflight.target_schema_unread", "platform.unreachable_hint"},
		{"FolderGone", single(), func(p *platform) { p.folders = nil }, batchsync.PartFolder, batchsync.LevelCross, "preflight.folder_gone", "fix.place"},
		{"FolderMoved", single(), func(p *platform) { p.folders[0].Path = "elsewhere" }, batchsync.PartFolder, batchsync.LevelWarning, "preflight.folder_moved", ""},
		{"FoldersRefused", single(), func(p *platform) { p.always["Folders"] = refuse }, batchsync.PartFolder, batchsync.LevelCross, "preflight.folders_unread", "platform.refused_hint"},
		{"Rights", single(), nil, batchsync.PartRights, batchsync.LevelUnread, "preflight.rights", ""},
		{"RightsUnread", single(), func(p *platform) { p.always["TasksLike"] = unreached }, batchsync.PartRights, batchsync.LevelUnread, "preflight.rights_unread", ""},
		{"NameTaken", single(), func(p *platform) {
			p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: 7, Name: "sync_orders", Folder: 110}})
		}, batchsync.PartName, batchsync.LevelCross, "preflight.name_taken", "fix.place"},
		{"NameTwin", single(), func(p *platform) {
			p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: 7, Name: "SYNC_ORDERS", Folder: 110}})
		}, batchsync.PartName, batchsync.LevelWarning, "preflight.name_twin", ""},
		{"NoCluster", single(), func(p *platform) { p.clusters = nil }, batchsync.PartVCluster, batchsync.LevelCross, "preflight.vcluster_none", "fix.administrator"},
		{"Schedule", single(), nil, batchsync.PartSchedule, batchsync.LevelTick, "preflight.schedule_ok", ""},
		{"ScheduleDrifts", drifting(), nil, batchsync.PartSchedule, batchsync.LevelCross, "schedule.zone_drifts", "fix.schedule"},
		{"Rerun", single(), nil, batchsync.PartRerun, batchsync.LevelTick, "preflight.rerun", ""},
		{"ACheckBreaksDown", single(), func(p *platform) { p.always["Folders"] = panics }, batchsync.PartFolder, batchsync.LevelUnread, "preflight.check_broken", "error.internal_hint"},
		{"AllBreakDown", single(), func(p *platform) { p.always["Ping"] = panics }, batchsync.PartProfile, batchsync.LevelUnread, "preflight.check_broken", "error.internal_hint"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPlatform()
				if tt.arm != nil {
					tt.arm(p)
				}
				lines := preview(p).Preflight(t.Context(), tt.spec, time.Now())
				i := slices.IndexFunc(lines, func(l batchsync.CheckLine) bool { return l.Part == tt.part && l.Text.Key == tt.text })
				if i < 0 {
					t.Fatalf("%s is not told: %+v", tt.text, lines)
				}
				if l := lines[i]; l.Level != tt.want || l.Fix.Key != tt.fix {
					t.Errorf("got %s with fix %q, want %s with %q", l.Level, l.Fix.Key, tt.want, tt.fix)
				}
				if l := lines[i]; l.Why.IsZero() == strings.HasSuffix(string(l.Fix.Key), "_hint") {
					t.Errorf("%s for the reason %q", tt.text, l.Why.Key)
				}
				if p.calls["CreateTask"]+p.calls["Setup"]+p.calls["SaveCron"] > 0 {
					t.Error("a check changed something")
				}
			})
		})
	}
}

func preview(p *platform) Preview {
	return NewPreview(p, "Asia/Shanghai", slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func drifting() batchsync.Spec {
	s := single()
	s.Schedule.Zone = "Europe/Berlin"
	return s
}

// TestPreview_Ends has a platform that never answers.
func TestPreview_Ends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		lines := NewPreview(silent{newPlatform()}, "Asia/Shanghai", slog.New(slog.DiscardHandler)).Preflight(t.Context(), single(), began)
		if took := time.Since(began); took > previewTime {
			t.Errorf("took %v", took)
		}
		i := slices.IndexFunc(lines, func(l batchsync.CheckLine) bool { return l.Text.Key == "preflight.folders_unread" })
		if i < 0 || lines[i].Level != batchsync.LevelUnread {
			t.Errorf("got %+v", lines)
		}
		if _, crossed := batchsync.FirstCross(lines); crossed {
			t.Errorf("what was not answered counts as wrong: %+v", lines)
		}
	})
}

// silent never lists folders.
type silent struct{ *platform }

func (silent) Folders(ctx context.Context) ([]batchsync.Folder, error) {
	<-ctx.Done()
	return nil, &batchsync.PlatformError{Failure: batchsync.FailTimeout, Err: ctx.Err()}
}

// TestPreview_SameAsCreation holds that what the preview crosses out is what the
// creation refuses, and nothing else.
func TestPreview_SameAsCreation(t *testing.T) {
	t.Parallel()
	for name, arm := range map[string]func(p *platform){
		"Fine":         func(*platform) {},
		"FolderGone":   func(p *platform) { p.folders = nil },
		"FolderMoved":  func(p *platform) { p.folders[0].Path = "elsewhere" },
		"TableDropped": func(p *platform) { p.schemas["shop"] = nil },
		"NameTaken": func(p *platform) {
			p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: 7, Name: "sync_orders", Folder: 110}})
		},
		"ListRefused": func(p *platform) { p.always["VClusters"] = refuse },
		"SchemaNew":   func(p *platform) { p.sinks = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, single(), func(r *rig) {
				arm(r.platform)
				_, crossed := batchsync.FirstCross(preview(r.platform).Preflight(r.Context(), single(), time.Now()))
				op := r.live()
				if refused := op.State == batchsync.OpRefused; refused != crossed {
					t.Errorf("crossed out: %v, but the creation ended %s", crossed, op.State)
				}
			})
		})
	}
}
