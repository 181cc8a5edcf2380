package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"
)

// setenv gives the test exactly this environment for the names we read.
func setenv(t *testing.T, env map[string]string) {
	t.Helper()
	for _, kv := range os.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "BATCHSYNC_") || strings.HasPrefix(name, "SLACK_") || strings.HasPrefix(name, "CZ_") {
			t.Setenv(name, value) // restored afterwards
			os.Unsetenv(name)
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
}

func good(with ...string) map[string]string {
	env := map[string]string{"SLACK_BOT_TOKEN": "xoxb-1-abc", "SLACK_APP_TOKEN": "xapp-1-abc"}
	for i := 0; i < len(with); i += 2 {
		env[with[i]] = with[i+1]
	}
	return env
}

func TestLoadConfig(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want []string // parts of the error; none: accepted
	}{
		{"least", good(), nil},
		{"everything missing is said at once", map[string]string{}, []string{"SLACK_BOT_TOKEN is not set", "SLACK_APP_TOKEN is not set"}},
		{"tokens swapped", map[string]string{"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"},
			[]string{"SLACK_BOT_TOKEN does not begin with xoxb-", "SLACK_APP_TOKEN does not begin with xapp-"}},
		{"people and groups", good("BATCHSYNC_ADMINS", "U12345,S12345, W12345", "BATCHSYNC_OPERATORS", "S9999"), nil},
		{"a name instead of an id", good("BATCHSYNC_ADMINS", "@ana"), []string{`BATCHSYNC_ADMINS contains "@ana"`}},
		{"bad poll", good("BATCHSYNC_POLL", "sometimes"), []string{"BATCHSYNC_POLL is no schedule"}},
		{"bad zone", good("BATCHSYNC_TIMEZONE", "Mars/Base"), []string{`BATCHSYNC_TIMEZONE "Mars/Base" is no time zone`}},
		{"local zone", good("BATCHSYNC_TIMEZONE", "Local"), []string{"is no time zone"}},
		{"bad listen", good("BATCHSYNC_LISTEN", "8090"), []string{"BATCHSYNC_LISTEN"}},
		{"no listen", good("BATCHSYNC_LISTEN", ""), nil},
		{"bad level", good("BATCHSYNC_LOG_LEVEL", "loud"), []string{"BATCHSYNC_LOG_LEVEL"}},
		{"no folder for the file", good("BATCHSYNC_DB", "/nowhere/at/all/x.db"), []string{"create /nowhere/at/all first"}},
		{"channel by name", good("BATCHSYNC_CHANNEL", "#data"), []string{"BATCHSYNC_CHANNEL"}},
		{"children", good("BATCHSYNC_CHILDREN", "0"), []string{"BATCHSYNC_CHILDREN"}},
		{"mention none", good("BATCHSYNC_MENTION", "none"), nil},
		{"mention the channel", good("BATCHSYNC_MENTION", "channel"), []string{`BATCHSYNC_MENTION is "channel"`}},
		{"shared channels", good("BATCHSYNC_ALLOW_SHARED_CHANNELS", "true"), nil},
		{"shared channels, unclear", good("BATCHSYNC_ALLOW_SHARED_CHANNELS", "perhaps"), []string{"BATCHSYNC_ALLOW_SHARED_CHANNELS is neither true nor false"}},
		{"late", good("BATCHSYNC_LATE_AFTER", "5m", "BATCHSYNC_STUCK_AFTER", "2h"), nil},
		{"late at once", good("BATCHSYNC_LATE_AFTER", "1s"), []string{"BATCHSYNC_LATE_AFTER is 1s"}},
		{"never stuck", good("BATCHSYNC_STUCK_AFTER", "48h"), []string{"BATCHSYNC_STUCK_AFTER is 48h0m0s"}},
		{"row drop", good("BATCHSYNC_ROW_DROP", "0"), []string{"BATCHSYNC_ROW_DROP is 0"}},
		{"sources that are not there", good("BATCHSYNC_SOURCES", "/nowhere/sources.json"), []string{"BATCHSYNC_SOURCES cannot be used", "/nowhere/sources.json"}},
		{"Chinese for all", good("BATCHSYNC_LOCALE", "zh-CN"), nil},
		{"English for all", good("BATCHSYNC_LOCALE", "en"), nil},
		{"a language without words", good("BATCHSYNC_LOCALE", "tlh"), []string{`BATCHSYNC_LOCALE is "tlh"`, "en or zh-CN"}},
		{"backups", good("BATCHSYNC_BACKUP_DIR", "/nowhere/yet", "BATCHSYNC_BACKUP_EVERY", "30m", "BATCHSYNC_BACKUP_KEEP", "2", "BATCHSYNC_KEEP_AUDIT", "90"), nil},
		{"backups into a file", good("BATCHSYNC_BACKUP_DIR", "/dev/null"), []string{"BATCHSYNC_BACKUP_DIR is no folder"}},
		{"backups all the time", good("BATCHSYNC_BACKUP_EVERY", "1s", "BATCHSYNC_BACKUP_KEEP", "0"), []string{"BATCHSYNC_BACKUP_EVERY is 1s", "BATCHSYNC_BACKUP_KEEP is 0"}},
		{"no audit trail", good("BATCHSYNC_KEEP_AUDIT", "1"), []string{"BATCHSYNC_KEEP_AUDIT is 1"}},
		{"ping", good("BATCHSYNC_PING_URL", "https://ping.test/abc"), nil},
		{"ping in the clear", good("BATCHSYNC_PING_URL", "http://ping.test/abc"), []string{"BATCHSYNC_PING_URL does not begin with https://"}},
		{"no number", good("BATCHSYNC_CHILDREN", "many"), []string{"BATCHSYNC_CHILDREN is no number: write a whole number such as 4"}},
		{"api without slash", good("SLACK_API_URL", "https://slack.example/api"), []string{"does not end with /"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			setenv(t, c.env)
			_, err := loadConfig()
			if (err == nil) != (len(c.want) == 0) {
				t.Fatalf("got %v, want parts %q", err, c.want)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want it to say %q", err, part)
				}
			}
		})
	}
}

// TestLoadConfig_Form tells every setting that has the wrong form, once, with
// what else is wrong and without a value; each has its default then.
func TestLoadConfig_Form(t *testing.T) {
	setenv(t, good("BATCHSYNC_CHILDREN", "xoxb-planted", "BATCHSYNC_LATE_AFTER", "15", "BATCHSYNC_BACKUP_KEEP", "", "BATCHSYNC_BATCHSYNC_BACKUP_EVERY", "planted", "BATCHSYNC_MENTION", "all"))
	c, err := loadConfig()
	const want = `BATCHSYNC_BACKUP_EVERY is no duration: write a number with its unit such as 6h, with h, m or s
BATCHSYNC_BACKUP_KEEP is no number: write a whole number such as 28
BATCHSYNC_CHILDREN is no number: write a whole number such as 4
BATCHSYNC_LATE_AFTER is no duration: write a number with its unit such as 15m, with h, m or s
BATCHSYNC_MENTION is "all": use owner or none`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if c.Children != 4 || c.LateAfter != 15*time.Minute || c.BackupKeep != 28 || c.BackupEvery != 6*time.Hour {
		t.Errorf("got %+v, want the defaults", c)
	}
	file, err := loadFileConfig()
	if err == nil || strings.Contains(err.Error(), "planted") || strings.Count(err.Error(), "BATCHSYNC_") != 2 || file.DB != "batchsync.db" {
		t.Errorf("of the file: got %+v, %v", file, err)
	}
}

func TestLoadConfig_Prefix(t *testing.T) {
	setenv(t, good("BATCHSYNC_SLACK_BOT_TOKEN", "xoxb-2-prefixed", "BATCHSYNC_CZ_PROFILE", "prod", "CZ_PROFILE", "dev", "BATCHSYNC_TIMEZONE", "Asia/Shanghai"))
	c, err := loadConfig()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.SlackBotToken.Reveal(); got != "xoxb-2-prefixed" {
		t.Errorf("bot token: got %q, want the prefixed one", got)
	}
	if c.CZProfile != "prod" {
		t.Errorf("profile: got %q, want the prefixed one", c.CZProfile)
	}
	if c.StudioZone != "Asia/Shanghai" {
		t.Errorf("studio zone: got %q, want the default zone", c.StudioZone)
	}
	if c.DB != "batchsync.db" || c.Poll != "@every 1m" || c.TargetSchema != "ods" || c.Listen != "127.0.0.1:8090" || c.CZCLI != "cz-cli" ||
		c.Locale != "" || c.Mention != "owner" || c.AllowShared || c.LateAfter != 15*time.Minute || c.StuckAfter != 30*time.Minute || c.RowDrop != 50 ||
		c.BackupDir != "" || c.BackupEvery != 6*time.Hour || c.BackupKeep != 28 || c.KeepAudit != 400 {
		t.Errorf("defaults: got %+v", c)
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	var s Secret
	if err := s.UnmarshalText([]byte(" xoxb-very-secret \n")); err != nil {
		t.Fatal(err)
	}
	js, err := json.Marshal(struct{ S Secret }{s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s, "c", Config{SlackBotToken: s})
	shown := fmt.Sprintf("%v %+v %#v %s %q", s, Config{SlackBotToken: s}, Config{SlackBotToken: s}, s, s) + string(js) + log.String()
	if strings.Contains(shown, "very-secret") {
		t.Errorf("the secret shows: %s", shown)
	}
	if s.Reveal() != "xoxb-very-secret" {
		t.Errorf("Reveal: got %q", s.Reveal())
	}
}

func TestConfig_Access(t *testing.T) {
	t.Parallel()
	a := Config{Admins: []string{"U1AA", " S2BB "}, Operators: []string{"W3CC", "S4DD"}}.access("T1")
	got := fmt.Sprint(a.Admins, a.AdminGroups, a.Operators, a.OperatorGroups, a.Team)
	if want := "[U1AA] [S2BB] [W3CC] [S4DD]T1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
