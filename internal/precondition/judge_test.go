package precondition

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// verdict is what a judgement is compared by.
type verdict struct {
	name, state, key string
	said             string // among its arguments
}

func judged(p batchsync.Precondition, name string) verdict {
	return verdict{name: name, state: string(p.State), key: strings.TrimPrefix(string(p.Text.Key), "precondition.")}
}

// expect compares, and sees to it that whatever is not met has something to do.
func expect(t *testing.T, p batchsync.Precondition, want verdict) {
	t.Helper()
	got := judged(p, want.name)
	if got.state != want.state || got.key != want.key {
		t.Errorf("%s: got %s %s, want %s %s", want.name, got.state, got.key, want.state, want.key)
	}
	if args := strings.Join(append(slices.Clone(p.Text.Args), p.Fix.Args...), " "); !strings.Contains(args, want.said) {
		t.Errorf("%s: says %q, want %q in it", want.name, args, want.said)
	}
	troubled := p.State == batchsync.PreconditionFailed || p.State == batchsync.PreconditionWarning
	if troubled == p.Fix.IsZero() {
		t.Errorf("%s: state %s with the fix %q", want.name, p.State, p.Fix.Key)
	}
}

func no(code string) error { return &Refusal{Code: code} }

func TestJudge_Tokens(t *testing.T) {
	t.Parallel()
	silent := errors.New("connection refused")
	for err, want := range map[error]verdict{
		nil:                          {"accepted", "met", "bot_token_ok", "bot"},
		no("invalid_auth"):           {"refused", "failed", "token_refused", "invalid_auth"},
		no("not_allowed_token_type"): {"kind", "failed", "token_kind", ""},
		silent:                       {"silent", "failed", "slack_silent", ""},
	} {
		expect(t, judgeBotToken(Identity{User: "bot"}, err), want)
	}
	for err, want := range map[error]verdict{
		nil:                          {"app accepted", "met", "app_token_ok", ""},
		no("token_revoked"):          {"app revoked", "failed", "token_refused", "token_revoked"},
		no("not_allowed_token_type"): {"app kind", "failed", "token_kind", ""},
		no("missing_scope"):          {"app scope", "failed", "app_scope", ""},
		silent:                       {"app silent", "failed", "slack_silent", ""},
	} {
		expect(t, judgeAppToken(err), want)
	}
}

func TestJudge_Scopes(t *testing.T) {
	t.Parallel()
	need := []Scope{{"chat:write", []string{"chat.update"}}, {"users:read", []string{"users.info"}}}
	for _, tt := range []struct {
		have []string
		told bool
		want verdict
	}{
		{[]string{"users:read", "chat:write"}, true, verdict{"all", "met", "scopes_ok", "2"}},
		{[]string{"chat:write"}, true, verdict{"one short", "failed", "scopes_missing", "users:read users.info"}},
		{nil, true, verdict{"none", "failed", "scopes_missing", "chat:write"}},
		{[]string{"users:read", "chat:write", "admin"}, true, verdict{"more", "warning", "scopes_more", "admin"}},
		{[]string{"chat:write", "admin"}, true, verdict{"other", "failed", "scopes_missing", "users:read"}},
		{nil, false, verdict{"untold", "unchecked", "scopes_untold", ""}},
	} {
		expect(t, judgeScopes(Identity{Scopes: tt.have, Scoped: tt.told}, need), tt.want)
	}
}

func TestJudge_Clock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		skew time.Duration
		want verdict
	}{
		{0, verdict{"right", "met", "clock_ok", ""}},
		{5 * time.Second, verdict{"at the bound", "met", "clock_ok", ""}},
		{5*time.Second + 1, verdict{"beyond it", "warning", "clock_behind", "5s"}},
		{-30 * time.Second, verdict{"ahead", "warning", "clock_ahead", "30s"}},
		{time.Minute, verdict{"at the other bound", "warning", "clock_behind", "1m0s"}},
		{-61 * time.Second, verdict{"far ahead", "failed", "clock_ahead", "1m1s"}},
	} {
		expect(t, judgeClock(Identity{Timed: true, Skew: tt.skew}), tt.want)
	}
	expect(t, judgeClock(Identity{Skew: time.Hour}), verdict{"untold", "unchecked", "clock_untold", ""})
}

func TestJudge_Channel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		there Channel
		allow bool
		err   error
		want  verdict
	}{
		{Channel{Member: true}, false, nil, verdict{"member", "met", "channel_ok", "C1"}},
		{Channel{}, false, nil, verdict{"no member", "failed", "channel_not_in", "C1"}},
		{Channel{Member: true, Archived: true}, false, nil, verdict{"archived", "failed", "channel_archived", "C1"}},
		{Channel{Member: true, Shared: true}, false, nil, verdict{"shared", "failed", "channel_shared", "C1"}},
		{Channel{Member: true, Shared: true}, true, nil, verdict{"shared and allowed", "met", "channel_ok", "C1"}},
		{Channel{}, false, no("channel_not_found"), verdict{"unknown", "failed", "channel_unknown", "channel_not_found"}},
		{Channel{}, false, &Refusal{"missing_scope", "groups:read"}, verdict{"no scope", "unchecked", "because_scope", "groups:read"}},
		{Channel{}, false, errors.New("EOF"), verdict{"silent", "failed", "slack_silent", ""}},
	} {
		expect(t, judgeChannel("C1", tt.there, tt.allow, tt.err), tt.want)
	}
}

func TestJudge_People(t *testing.T) {
	t.Parallel()
	member := batchsync.User{ID: "U1", Team: "T1"}
	with := func(change func(*batchsync.User)) batchsync.User {
		u := member
		change(&u)
		return u
	}
	for _, tt := range []struct {
		asked asked
		want  verdict
	}{
		{asked{id: "U1", user: with(func(u *batchsync.User) { u.Deleted = true })}, verdict{"deactivated", "failed", "person_deleted", ""}},
		{asked{id: "U1", user: with(func(u *batchsync.User) { u.Guest = true })}, verdict{"guest", "failed", "person_outside", ""}},
		{asked{id: "U1", user: with(func(u *batchsync.User) { u.Stranger = true })}, verdict{"stranger", "failed", "person_outside", ""}},
		{asked{id: "U1", user: with(func(u *batchsync.User) { u.Bot = true })}, verdict{"bot", "failed", "person_outside", ""}},
		{asked{id: "U1", user: with(func(u *batchsync.User) { u.Team = "T2" })}, verdict{"other team", "failed", "person_outside", ""}},
		{asked{id: "U1", err: no("user_not_found")}, verdict{"nobody", "failed", "person_unknown", "user_not_found"}},
		{asked{id: "S1", err: no("no_such_subteam")}, verdict{"no group", "failed", "person_unknown", "no_such_subteam"}},
		{asked{id: "S1"}, verdict{"empty group", "warning", "group_empty", ""}},
		{asked{id: "S1", err: &Refusal{"missing_scope", "usergroups:read"}}, verdict{"no scope", "unchecked", "because_scope", "usergroups:read"}},
	} {
		lines := judgePeople([]asked{{id: "U0", user: member}, tt.asked}, true, "T1")
		if len(lines) != 1 || lines[0].About != tt.asked.id {
			t.Errorf("%s: got %+v, want one line about %s", tt.want.name, lines, tt.asked.id)
			continue
		}
		expect(t, lines[0], tt.want)
	}
	fine := []asked{{id: "S1", members: 3}, {id: "U1", user: member}}
	expect(t, judgePeople(fine, true, "T1")[0], verdict{"all fine", "met", "people_ok", "1 1"})
	expect(t, judgePeople(fine, false, "T1")[0], verdict{"no administrator", "warning", "people_no_admin", ""})
}

func TestJudge_Program(t *testing.T) {
	t.Parallel()
	missing := &batchsync.PlatformError{Failure: batchsync.FailMissingProgram}
	denied := &batchsync.PlatformError{Failure: batchsync.FailMissingProgram, Err: fs.ErrPermission}
	for _, tt := range []struct {
		version string
		err     error
		want    verdict
	}{
		{"1.17.19", nil, verdict{"tested", "met", "program_ok", "1.17.19"}},
		{"v1.17.19", nil, verdict{"with a v", "met", "program_ok", ""}},
		{"1.17.20", nil, verdict{"newer of the line", "met", "program_ok", ""}},
		{"1.17.3", nil, verdict{"older of the line", "warning", "program_old", "1.17.3 1.17.19"}},
		{"1.9.30", nil, verdict{"older line", "warning", "program_other", ""}},
		{"1.18.0", nil, verdict{"newer line", "warning", "program_other", ""}},
		{"2.0", nil, verdict{"another age", "warning", "program_other", ""}},
		{"1.17.19-rc.1", nil, verdict{"candidate", "met", "program_ok", ""}},
		{"1.x", nil, verdict{"no version", "warning", "program_other", ""}},
		{"", missing, verdict{"missing", "failed", "program_missing", ""}},
		{"", denied, verdict{"denied", "failed", "program_denied", ""}},
		{"", &batchsync.PlatformError{Failure: batchsync.FailGarbage}, verdict{"garbage", "failed", "platform.garbage", ""}},
	} {
		expect(t, judgeVersion(tt.version, "1.17.19", tt.err), tt.want)
	}
	expect(t, judgeCommands(nil, nil), verdict{"all commands", "met", "commands_ok", ""})
	expect(t, judgeCommands([]string{"task deploy"}, nil), verdict{"a command short", "failed", "commands_missing", "task deploy"})
	expect(t, judgeCommands(nil, missing), verdict{"no help", "failed", "platform.missing_program", ""})
}

func TestJudge_Profile(t *testing.T) {
	t.Parallel()
	all := []batchsync.Profile{{Name: "a"}, {Name: "b", Default: true}}
	for _, tt := range []struct {
		all   []batchsync.Profile
		asked string
		err   error
		got   string
		want  verdict
	}{
		{all, "a", nil, "a", verdict{"named", "met", "profile_ok", "a"}},
		{all, "", nil, "b", verdict{"default", "met", "profile_ok", "b"}},
		{all[:1], "", nil, "a", verdict{"first", "met", "profile_ok", "a"}},
		{all, "c", nil, "", verdict{"replaced", "failed", "profile_unknown", "c"}},
		{all, "A", nil, "", verdict{"other case", "failed", "profile_unknown", "A"}},
		{nil, "", nil, "", verdict{"none", "failed", "profile_none", ""}},
		{nil, "a", &batchsync.PlatformError{Failure: batchsync.FailNoProfile}, "", verdict{"no file", "failed", "profile_none", ""}},
		{nil, "a", &batchsync.PlatformError{Failure: batchsync.FailTimeout}, "", verdict{"hangs", "failed", "platform.timeout", ""}},
	} {
		profile, p := judgeProfile(tt.all, tt.asked, tt.err)
		expect(t, p, tt.want)
		if profile.Name != tt.got {
			t.Errorf("%s: took profile %q, want %q", tt.want.name, profile.Name, tt.got)
		}
	}
}

func TestJudge_Platform(t *testing.T) {
	t.Parallel()
	expect(t, judgeLogin(batchsync.Connection{Connected: true}, nil), verdict{"in", "met", "login_ok", ""})
	expect(t, judgeLogin(batchsync.Connection{Failure: batchsync.FailLogin, Reason: "no"}, nil), verdict{"refused", "failed", "login_refused", ""})
	expect(t, judgeLogin(batchsync.Connection{Failure: batchsync.FailUnreachable}, nil), verdict{"away", "failed", "login_silent", ""})
	expect(t, judgeLogin(batchsync.Connection{}, &batchsync.PlatformError{Failure: batchsync.FailTimeout}), verdict{"hangs", "failed", "platform.timeout", ""})

	want := batchsync.Profile{Name: "a", Instance: "i", Workspace: "w"}
	login := &batchsync.PlatformError{Failure: batchsync.FailLogin, Message: "instance name 'i' is invalid"}
	expect(t, judgeWorkspace(want, "w", nil), verdict{"same", "met", "workspace_ok", "w i"})
	expect(t, judgeWorkspace(want, "x", nil), verdict{"another", "failed", "workspace_other", "w x"})
	expect(t, judgeWorkspace(batchsync.Profile{}, "w", nil), verdict{"not named", "met", "workspace_alone", "w"})
	expect(t, judgeWorkspace(want, "", nil), verdict{"not told", "met", "workspace_ok", "i"})
	expect(t, judgeWorkspace(want, "w", login), verdict{"no such", "failed", "workspace_refused", "w i"})
	expect(t, judgeWorkspace(want, "w", &batchsync.PlatformError{Failure: batchsync.FailUnreachable}), verdict{"away", "failed", "platform.unreachable", ""})

	folders := []batchsync.Folder{{ID: 1, Path: "a"}, {ID: 2, Path: "a/b"}}
	expect(t, judgeFolder("", folders), verdict{"no folder", "met", "folder_none", ""})
	expect(t, judgeFolder("a/b", folders), verdict{"folder", "met", "folder_ok", "a/b"})
	expect(t, judgeFolder("b", folders), verdict{"leaf", "failed", "folder_unknown", "b"})

	expect(t, judgeRights("ods", []string{"ods"}, nil), verdict{"all rights", "met", "rights_ok", ""})
	expect(t, judgeRights("ods", nil, nil), verdict{"schema to come", "met", "rights_schema", "ods"})
	refused := errors.Join(nil, &batchsync.PlatformError{Failure: batchsync.FailRefused, Message: "no permission"})
	expect(t, judgeRights("ods", nil, refused), verdict{"no right", "failed", "rights_refused", ""})
	expect(t, judgeRights("ods", nil, &batchsync.PlatformError{Failure: batchsync.FailTimeout}), verdict{"hangs", "failed", "platform.timeout", ""})
}

func TestJudge_VCluster(t *testing.T) {
	t.Parallel()
	of := func(state string) []batchsync.VCluster {
		return []batchsync.VCluster{{Name: "DEFAULT", Type: "GENERAL", State: "RUNNING"}, {Name: "sync", Type: "INTEGRATION", State: state}}
	}
	for _, tt := range []struct {
		set  string
		all  []batchsync.VCluster
		err  error
		want verdict
	}{
		{"sync", of("RUNNING"), nil, verdict{"runs", "met", "vcluster_running", "sync"}},
		{"SYNC", of("running"), nil, verdict{"other case", "met", "vcluster_running", "SYNC"}},
		{"sync", of("SUSPENDED"), nil, verdict{"asleep", "met", "vcluster_asleep", "sync"}},
		{"sync", of("BROKEN"), nil, verdict{"odd", "warning", "vcluster_state", "BROKEN"}},
		{"sync", of(""), nil, verdict{"no state", "warning", "vcluster_state", ""}},
		{"DEFAULT", of("RUNNING"), nil, verdict{"type", "failed", "vcluster_type", "GENERAL sync"}},
		{"other", of("RUNNING"), nil, verdict{"unknown", "failed", "vcluster_unknown", "other sync"}},
		{"", of("RUNNING"), nil, verdict{"unset", "met", "vcluster_unset", "sync"}},
		{"", of("")[:1], nil, verdict{"none", "failed", "vcluster_none", ""}},
		{"sync", nil, &batchsync.PlatformError{Failure: batchsync.FailGarbage}, verdict{"unread", "failed", "platform.garbage", ""}},
	} {
		expect(t, judgeVCluster(tt.set, tt.all, tt.err), tt.want)
	}
}

func TestJudge_PlatformZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 11, 42, 37, 500e6, time.UTC)
	twice := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // clocks in Berlin show this and an hour later alike
	for _, tt := range []struct {
		zone  string
		shown []batchsync.ShownTime
		err   error
		want  verdict
	}{
		{"Asia/Shanghai", []batchsync.ShownTime{{At: at, Wall: "2026-11-22 19:42:37"}}, nil, verdict{"same", "met", "platform_zone_ok", "Asia/Shanghai"}},
		{"UTC", []batchsync.ShownTime{{At: at, Wall: "2026-11-22 19:42:37"}}, nil, verdict{"other", "failed", "platform_zone_other", "2026-11-22 11:42:37"}},
		{"Asia/Shanghai", []batchsync.ShownTime{{At: at, Wall: "Nov 22"}, {At: at, Wall: "2026-11-22 19:42:37"}}, nil, verdict{"the second", "met", "platform_zone_ok", ""}},
		{"Asia/Shanghai", []batchsync.ShownTime{{At: at, Wall: "Nov 22"}}, nil, verdict{"another form", "unchecked", "platform_zone_untold", ""}},
		{"Asia/Shanghai", nil, nil, verdict{"no run", "unchecked", "platform_zone_untold", ""}},
		{"Europe/Berlin", []batchsync.ShownTime{{At: twice, Wall: "2026-10-25 02:30:00"}}, nil, verdict{"before clocks are set back", "met", "platform_zone_ok", ""}},
		{"Europe/Berlin", []batchsync.ShownTime{{At: twice.Add(time.Hour), Wall: "2026-10-25 02:30:00"}}, nil, verdict{"after clocks were set back", "met", "platform_zone_ok", ""}},
		{"Mars/Olympus", nil, nil, verdict{"no zone", "failed", "platform_zone_unknown", "Mars/Olympus"}},
		{"UTC", nil, &batchsync.PlatformError{Failure: batchsync.FailTimeout}, verdict{"hangs", "failed", "platform.timeout", ""}},
	} {
		expect(t, judgePlatformZone(tt.zone, tt.shown, tt.err), tt.want)
	}
}

func TestJudge_Machine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		state FileState
		want  verdict
	}{
		{FileState{Path: "x", Found: FoundSound, Writable: true}, verdict{"sound", "met", "file_ok", "x"}},
		{FileState{Found: FoundInUse, Writable: true}, verdict{"in use", "met", "file_in_use", ""}},
		{FileState{Found: FoundNothing, Writable: true}, verdict{"new", "met", "file_nothing", ""}},
		{FileState{Found: FoundNothing}, verdict{"no place", "failed", "file_unwritable", ""}},
		{FileState{Found: FoundSound}, verdict{"read only", "failed", "file_unwritable", ""}},
		{FileState{Found: FoundDamaged, Writable: true}, verdict{"damaged", "failed", "file_damaged", ""}},
		{FileState{Found: FoundNewer, Writable: true}, verdict{"newer", "failed", "file_newer", ""}},
		{FileState{Found: FoundUnread, Writable: true}, verdict{"unread", "failed", "file_unread", ""}},
		{FileState{Found: FoundSlow, Writable: true}, verdict{"slow", "warning", "file_slow", ""}},
	} {
		expect(t, judgeFile(tt.state), tt.want)
	}
	expect(t, judgeDisk(batchsync.FreeBound), verdict{"room", "met", "disk", "256 256"})
	expect(t, judgeDisk(batchsync.FreeBound-1), verdict{"little room", "warning", "disk", "255"})
	expect(t, judgeDisk(fullAt-1), verdict{"full", "failed", "disk", "31"})
	expect(t, judgeDisk(-1), verdict{"untold", "unchecked", "disk_untold", ""})

	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	backups := func(newest time.Time) BackupState {
		return BackupState{Dir: "d", Every: 6 * time.Hour, Writable: true, Newest: newest, Now: now}
	}
	expect(t, judgeBackups(BackupState{Now: now}), verdict{"off", "warning", "backup_off", ""})
	expect(t, judgeBackups(BackupState{Dir: "d", Now: now}), verdict{"no place", "failed", "backup_unwritable", "d"})
	expect(t, judgeBackups(backups(time.Time{})), verdict{"none", "met", "backup_none", "d"})
	expect(t, judgeBackups(backups(now.Add(-12*time.Hour))), verdict{"fresh", "met", "backup_ok", "12h"})
	expect(t, judgeBackups(backups(now.Add(-13*time.Hour))), verdict{"old", "warning", "backup_old", "13h"})
	expect(t, judgeBackups(backups(now.Add(time.Hour))), verdict{"to come", "met", "backup_ok", "0s"})

	expect(t, judgeAddress(AddressState{}), verdict{"off", "met", "address_off", ""})
	expect(t, judgeAddress(AddressState{Address: "a", Free: true}), verdict{"free", "met", "address_free", "a"})
	expect(t, judgeAddress(AddressState{Address: "a", Ours: true, Detail: "in use"}), verdict{"ours", "met", "address_ours", "a"})
	expect(t, judgeAddress(AddressState{Address: "a", Detail: "in use"}), verdict{"taken", "failed", "address_taken", "a"})
}

func TestJudge_Source(t *testing.T) {
	t.Parallel()
	unknown := &batchsync.Error{Code: batchsync.CodeMisconfigured, Text: batchsync.T("source.login"), Hint: batchsync.T("source.login_hint"), Err: errors.New("denied")}
	for _, tt := range []struct {
		access batchsync.SourceAccess
		err    error
		want   []verdict
	}{
		{batchsync.SourceAccess{TLS: batchsync.ToldYes, Writes: batchsync.ToldNo}, nil, []verdict{{"good", "met", "source_ok", ""}}},
		{batchsync.SourceAccess{TLS: batchsync.ToldNo, Writes: batchsync.ToldNo}, nil, []verdict{{"plain", "warning", "source_plain", ""}}},
		{batchsync.SourceAccess{TLS: batchsync.ToldYes, Writes: batchsync.ToldYes, Rights: []string{"DROP"}}, nil, []verdict{{"writes", "warning", "source_writes", "DROP"}}},
		{batchsync.SourceAccess{TLS: batchsync.ToldNo, Writes: batchsync.ToldYes}, nil, []verdict{{"both 1", "warning", "source_writes", ""}, {"both 2", "warning", "source_plain", ""}}},
		{batchsync.SourceAccess{}, nil, []verdict{{"untold", "met", "source_rights_untold", ""}}},
		{batchsync.SourceAccess{}, unknown, []verdict{{"login", "failed", "source.login", ""}}},
		{batchsync.SourceAccess{}, errors.New("deadline"), []verdict{{"hangs", "failed", "source.unreachable", ""}}},
	} {
		got := judgeSource(tt.access, tt.err)
		if len(got) != len(tt.want) {
			t.Errorf("%s: got %+v", tt.want[0].name, got)
			continue
		}
		for i, want := range tt.want {
			expect(t, got[i], want)
		}
	}
}
