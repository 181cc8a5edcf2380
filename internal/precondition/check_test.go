package precondition

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// world answers everything well unless it is told otherwise.
type world struct {
	identify func(context.Context) (Identity, error)
	version  func(context.Context) (string, error)
	folders  func(context.Context) ([]batchsync.Folder, error)
	access   func(context.Context, string) (batchsync.SourceAccess, error)
	address  func(context.Context) AddressState
}

func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func (w world) Identify(ctx context.Context) (Identity, error) {
	if w.identify != nil {
		return w.identify(ctx)
	}
	return Identity{Team: "T1", TeamName: "Team", User: "bot", Scoped: true, Timed: true}, nil
}
func (w world) Connect(context.Context) error                    { return nil }
func (w world) Channel(context.Context, string) (Channel, error) { return Channel{Member: true}, nil }
func (w world) Group(context.Context, string) (int, error)       { return 1, nil }
func (w world) Person(_ context.Context, id string) (batchsync.User, error) {
	return batchsync.User{ID: batchsync.UserID(id), Team: "T1"}, nil
}

func (w world) Version(ctx context.Context) (string, error) {
	if w.version != nil {
		return w.version(ctx)
	}
	return "1.2.3", nil
}
func (w world) Missing(context.Context) ([]string, error) { return nil, nil }
func (w world) Profiles(context.Context) ([]batchsync.Profile, error) {
	return []batchsync.Profile{{Name: "a", Default: true, Workspace: "w"}}, nil
}
func (w world) Ping(context.Context) (batchsync.Connection, error) {
	return batchsync.Connection{Connected: true, Workspace: "w"}, nil
}
func (w world) Folders(ctx context.Context) ([]batchsync.Folder, error) {
	if w.folders != nil {
		return w.folders(ctx)
	}
	return []batchsync.Folder{{ID: 1, Path: "a"}}, nil
}
func (w world) VClusters(context.Context) ([]batchsync.VCluster, error) {
	return []batchsync.VCluster{{Name: "sync", Type: "INTEGRATION", State: "RUNNING"}}, nil
}
func (w world) Datasources(context.Context) ([]batchsync.Datasource, error) { return nil, nil }
func (w world) TargetSchemas(context.Context) ([]string, error)             { return []string{"ods"}, nil }
func (w world) Runs(context.Context, batchsync.RunFilter) ([]batchsync.Run, error) {
	return []batchsync.Run{{ID: 1}, {ID: 2, Began: time.Unix(0, 0)}}, nil
}
func (w world) ShownTimes(_ context.Context, run batchsync.RunID) ([]batchsync.ShownTime, error) {
	if run != 2 {
		return nil, errors.New("a run that did not begin has no times")
	}
	return []batchsync.ShownTime{{At: time.Unix(0, 0), Wall: "1970-01-01 00:00:00"}}, nil
}

func (w world) File(context.Context) FileState { return FileState{Found: FoundSound, Writable: true} }
func (w world) Free() int64                    { return 1 << 40 }
func (w world) Backups(context.Context) BackupState {
	return BackupState{Dir: "d", Every: time.Hour, Writable: true}
}
func (w world) Address(ctx context.Context) AddressState {
	if w.address != nil {
		return w.address(ctx)
	}
	return AddressState{}
}

func (w world) Names() []string { return []string{"a", "b"} }
func (w world) Access(ctx context.Context, source string) (batchsync.SourceAccess, error) {
	if w.access != nil {
		return w.access(ctx, source)
	}
	return batchsync.SourceAccess{TLS: batchsync.ToldYes, Writes: batchsync.ToldNo}, nil
}

func (w world) check(ctx context.Context, wrong ...Wrong) []batchsync.Precondition {
	s := Settings{Wrong: wrong, Recorded: "1.2.3", Admins: []string{"U1", "S1"}, Channel: "C1", Folder: "a", VCluster: "sync", TargetSchema: "ods", Zone: "UTC", PlatformZone: "UTC"}
	return New(s, Deps{Slack: w, Program: w, Machine: w, Sources: w, Log: slog.New(slog.DiscardHandler)}).Check(ctx)
}

// states are the worst state of each name; a missing line shows as "".
func states(all []batchsync.Precondition) map[batchsync.PreconditionName]batchsync.PreconditionState {
	out := map[batchsync.PreconditionName]batchsync.PreconditionState{}
	for _, p := range all {
		if was := out[p.Name]; was == "" || was == batchsync.PreconditionMet {
			out[p.Name] = p.State
		}
	}
	return out
}

// TestChecker_Dependencies breaks one thing at a time: it has a failed line, what
// rests on it is unchecked because of it, and everything else is met.
func TestChecker_Dependencies(t *testing.T) {
	t.Parallel()
	type names = []batchsync.PreconditionName
	onSlack := names{batchsync.PreconditionScopes, batchsync.PreconditionTeam, batchsync.PreconditionChannel, batchsync.PreconditionPeople, batchsync.PreconditionClock}
	inWorkspace := names{batchsync.PreconditionFolder, batchsync.PreconditionVCluster, batchsync.PreconditionRights, batchsync.PreconditionPlatformZone}
	onProgram := append(names{batchsync.PreconditionCommands, batchsync.PreconditionProfile, batchsync.PreconditionLogin, batchsync.PreconditionWorkspace}, inWorkspace...)
	for _, tt := range []struct {
		name   string
		world  world
		wrong  []Wrong
		fails  batchsync.PreconditionName
		unseen names
	}{
		{"nothing", world{}, nil, "", nil},
		{"bot token", world{identify: func(context.Context) (Identity, error) { return Identity{}, &Refusal{Code: "invalid_auth"} }}, nil, batchsync.PreconditionBotToken, onSlack},
		{"program", world{version: func(context.Context) (string, error) {
			return "", &batchsync.PlatformError{Failure: batchsync.FailMissingProgram}
		}}, nil, batchsync.PreconditionProgram, onProgram},
		{"workspace", world{folders: func(context.Context) ([]batchsync.Folder, error) {
			return nil, &batchsync.PlatformError{Failure: batchsync.FailLogin}
		}}, nil, batchsync.PreconditionWorkspace, inWorkspace},
		{"a panic", world{address: func(context.Context) AddressState { panic("broken") }}, nil, batchsync.PreconditionAddress, nil},
		{"a source", world{access: func(_ context.Context, source string) (batchsync.SourceAccess, error) {
			if source == "a" {
				return batchsync.SourceAccess{}, errors.New("gone")
			}
			return batchsync.SourceAccess{TLS: batchsync.ToldYes, Writes: batchsync.ToldNo}, nil
		}}, nil, batchsync.PreconditionSource, nil},
		{"channel setting", world{}, []Wrong{{"BATCHSYNC_CHANNEL", "is x", "use an id"}}, batchsync.PreconditionSettings, names{batchsync.PreconditionChannel}},
		{"file setting", world{}, []Wrong{{"BATCHSYNC_DB", "is x", "y"}}, batchsync.PreconditionSettings, names{batchsync.PreconditionFile, batchsync.PreconditionDisk}},
		{"zone setting", world{}, []Wrong{{"BATCHSYNC_TIMEZONE", "is x", "y"}}, batchsync.PreconditionSettings, names{batchsync.PreconditionZone}},
		{"token setting", world{}, []Wrong{{"SLACK_BOT_TOKEN", "is x", "y"}}, batchsync.PreconditionSettings, append(names{batchsync.PreconditionBotToken}, onSlack...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := map[batchsync.PreconditionName]batchsync.PreconditionState{}
			for _, n := range batchsync.PreconditionNames() {
				want[n] = batchsync.PreconditionMet
			}
			for _, n := range tt.unseen {
				want[n] = batchsync.PreconditionUnchecked
			}
			if tt.fails != "" {
				want[tt.fails] = batchsync.PreconditionFailed
			}
			all := tt.world.check(t.Context(), tt.wrong...)
			got := states(all)
			for n, state := range want {
				if got[n] != state {
					t.Errorf("%s: got %q, want %q", n, got[n], state)
				}
			}
			if len(got) != len(want) {
				t.Errorf("got %d names, want %d", len(got), len(want))
			}
			order := batchsync.PreconditionNames()
			for i, p := range all {
				for i > 0 && len(order) > 0 && order[0] != p.Name {
					order = order[1:]
				}
				if len(order) == 0 {
					t.Errorf("%s is out of order", p.Name)
				}
			}
		})
	}
}

// TestChecker_Hangs has everybody hang who can: the answer comes all the same,
// each question has ten seconds, and together they have a minute.
func TestChecker_Hangs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		world world
		takes time.Duration
	}{
		{"Slack", world{identify: func(ctx context.Context) (Identity, error) { return Identity{}, hangs(ctx) }}, 10 * time.Second},
		{"program", world{version: func(ctx context.Context) (string, error) {
			return "", &batchsync.PlatformError{Failure: batchsync.FailTimeout, Err: hangs(ctx)}
		}}, 10 * time.Second},
		{"sources, at the same time", world{access: func(ctx context.Context, _ string) (batchsync.SourceAccess, error) {
			return batchsync.SourceAccess{}, hangs(ctx)
		}}, 10 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				all := tt.world.check(t.Context())
				if took := time.Since(began); took != tt.takes {
					t.Errorf("it took %s, want %s", took, tt.takes)
				}
				if batchsync.AllMet(all) || len(states(all)) != len(batchsync.PreconditionNames()) {
					t.Errorf("got %+v", all)
				}
			})
		})
	}
}
