package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/monitor"
	"batchsync/internal/source"
)

// Secret is a setting that must not be shown. Nothing that prints, logs or
// encodes values can get at it; Reveal is the one way.
type Secret struct{ value string }

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return s.value }

// UnmarshalText takes the secret over from the environment.
func (s *Secret) UnmarshalText(b []byte) error {
	s.value = strings.TrimSpace(string(b))
	return nil
}

func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return "[redacted]"
}

func (s Secret) GoString() string             { return s.String() }
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(s.String()) }

// Config is everything an administrator sets, by environment variable. Each
// name is read with the prefix BATCHSYNC_ first and as it stands second.
type Config struct {
	SlackBotToken Secret `envconfig:"SLACK_BOT_TOKEN" desc:"bot token, xoxb-…"`
	SlackAppToken Secret `envconfig:"SLACK_APP_TOKEN" desc:"app-level token with connections:write, xapp-…"`
	SlackAPIURL   string `envconfig:"SLACK_API_URL" default:"https://slack.com/api/" desc:"Web API"`

	CZCLI     string `envconfig:"CZ_CLI" default:"cz-cli" desc:"the platform's program"`
	CZProfile string `envconfig:"CZ_PROFILE" desc:"its profile; empty: the default one"`
	// The program reads these two by itself; they are here to be redacted.
	CZPAT      Secret `envconfig:"CZ_PAT" desc:"access token, read by the program"`
	CZPassword Secret `envconfig:"CZ_PASSWORD" desc:"password, read by the program"`

	FileConfig

	Admins       []string `envconfig:"BATCHSYNC_ADMINS" desc:"user ids (U…, W…) and user group ids (S…)"`
	Operators    []string `envconfig:"BATCHSYNC_OPERATORS" desc:"user ids (U…, W…) and user group ids (S…)"`
	Channel      string   `envconfig:"BATCHSYNC_CHANNEL" desc:"channel id for news that no subscription claims"`
	Poll         string   `envconfig:"BATCHSYNC_POLL" default:"@every 1m" desc:"when the monitor looks, as a cron spec"`
	Timezone     string   `envconfig:"BATCHSYNC_TIMEZONE" default:"UTC" desc:"zone schedules are entered in by default"`
	StudioZone   string   `envconfig:"BATCHSYNC_STUDIO_TIMEZONE" desc:"zone the workspace reads schedules in; default: BATCHSYNC_TIMEZONE"`
	Locale       string   `envconfig:"BATCHSYNC_LOCALE" desc:"language of everything, such as en or zh-CN; empty: each reader's own by Slack, English where several read"`
	Folder       string   `envconfig:"BATCHSYNC_FOLDER" desc:"path of the folder offered for new tasks"`
	SyncVC       string   `envconfig:"BATCHSYNC_SYNC_VC" desc:"sync VCluster offered for new tasks"`
	TargetSchema string   `envconfig:"BATCHSYNC_TARGET_SCHEMA" default:"ods" desc:"target schema offered for new tasks"`
	Listen       string   `envconfig:"BATCHSYNC_LISTEN" default:"127.0.0.1:8090" desc:"address of the health endpoint; empty: off"`
	PingURL      Secret   `envconfig:"BATCHSYNC_PING_URL" desc:"address that is asked for every minute while all is well, of a service that tells when it is not; empty: none"`
	LogLevel     string   `envconfig:"BATCHSYNC_LOG_LEVEL" default:"info" desc:"debug, info, warn or error"`
	Children     int      `envconfig:"BATCHSYNC_CHILDREN" default:"4" desc:"cz-cli processes at once"`

	DeafAfter   time.Duration `envconfig:"BATCHSYNC_DEAF_AFTER" default:"5m" desc:"the process ends when nothing was heard from Slack for this long, for its supervisor to start it again"`
	Mention     string        `envconfig:"BATCHSYNC_MENTION" default:"owner" desc:"whom the first message of an incident mentions: owner or none"`
	AllowShared bool          `envconfig:"BATCHSYNC_ALLOW_SHARED_CHANNELS" desc:"cards and news may go to channels shared with other organisations"`
	LateAfter   time.Duration `envconfig:"BATCHSYNC_LATE_AFTER" default:"15m" desc:"a run that has not begun is late this long after its time"`
	StuckAfter  time.Duration `envconfig:"BATCHSYNC_STUCK_AFTER" default:"30m" desc:"a run that waits for this long is stuck"`
	Sources     string        `envconfig:"BATCHSYNC_SOURCES" desc:"file with the addresses of data sources that the bot may count; empty: none"`
	RowDrop     int           `envconfig:"BATCHSYNC_ROW_DROP" default:"50" desc:"percent of its rows a table may lose from one good run to the next"`

	unread  []error          // the settings that do not have the form they must have
	unknown []unknownSetting // what looks like a setting and is none
}

// prefix may stand before every name, also before those that begin with it.
const prefix = "BATCHSYNC"

// loadConfig reads the environment and reports everything that is wrong with
// it at once, each problem with its fix.
func loadConfig() (Config, error) {
	c := readConfig()
	return c, c.Validate()
}

// readConfig reads the environment; what is in it may be wrong, as Validate tells.
func readConfig() Config {
	var c Config
	c.unread, c.unknown = readSettings(&c), unknownSettings(os.Environ())
	if c.StudioZone == "" {
		c.StudioZone = c.Timezone
	}
	return c
}

var (
	userID    = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)
	groupID   = regexp.MustCompile(`^S[A-Z0-9]{2,20}$`)
	channelID = regexp.MustCompile(`^[CG][A-Z0-9]{2,20}$`)
)

// Validate reports all problems, joined, one per line.
func (c Config) Validate() error {
	errs := slices.Clone(c.unread)
	bad := func(name, problem, fix string) {
		errs = append(errs, &settingError{name, problem, fix})
	}
	checkToken(bad, "SLACK_BOT_TOKEN", c.SlackBotToken, "xoxb-", "the Bot User OAuth Token under OAuth & Permissions of the Slack app")
	checkToken(bad, "SLACK_APP_TOKEN", c.SlackAppToken, "xapp-", "an App-Level Token with the scope connections:write under Basic Information of the Slack app")
	if u, err := url.Parse(c.SlackAPIURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		bad("SLACK_API_URL", "is no address", "leave it unset for Slack itself")
	} else if !strings.HasSuffix(c.SlackAPIURL, "/") {
		bad("SLACK_API_URL", "does not end with /", "write it as "+c.SlackAPIURL+"/")
	}
	if strings.TrimSpace(c.CZCLI) == "" {
		bad("CZ_CLI", "is empty", "unset it to use cz-cli from PATH, or set the program's full path")
	}
	c.validateFile(bad)
	for _, list := range []struct {
		name string
		ids  []string
	}{{"BATCHSYNC_ADMINS", c.Admins}, {"BATCHSYNC_OPERATORS", c.Operators}} {
		for _, id := range list.ids {
			if id = strings.TrimSpace(id); !userID.MatchString(id) && !groupID.MatchString(id) {
				bad(list.name, fmt.Sprintf("contains %q", id), "use user ids (U…, W…) or user group ids (S…), separated by commas")
			}
		}
	}
	if c.Channel != "" && !channelID.MatchString(c.Channel) {
		bad("BATCHSYNC_CHANNEL", fmt.Sprintf("is %q", c.Channel), "use the channel's id (C…), found at the bottom of its details in Slack")
	}
	if err := monitor.CheckSpec(c.Poll); err != nil {
		bad("BATCHSYNC_POLL", err.Error(), `write for example "@every 1m" or "*/5 * * * *"`)
	}
	for _, zone := range []struct{ name, value string }{
		{"BATCHSYNC_TIMEZONE", c.Timezone}, {"BATCHSYNC_STUDIO_TIMEZONE", c.StudioZone},
	} {
		if _, err := time.LoadLocation(zone.value); err != nil || zone.value == "Local" || zone.value == "" {
			bad(zone.name, fmt.Sprintf("%q is no time zone", zone.value), "use an IANA name such as UTC, Europe/Berlin or Asia/Shanghai")
		}
	}
	if c.Listen != "" {
		if _, _, err := net.SplitHostPort(c.Listen); err != nil {
			bad("BATCHSYNC_LISTEN", fmt.Sprintf("%q is no address", c.Listen), "write host:port, for example 127.0.0.1:8090, or leave it empty")
		}
	}
	if err := checkPing(c.PingURL); err != nil {
		bad("BATCHSYNC_PING_URL", err.Error(), "use the https address that the service gave you, or leave it empty")
	}
	if _, err := c.level(); err != nil {
		bad("BATCHSYNC_LOG_LEVEL", fmt.Sprintf("is %q", c.LogLevel), "use debug, info, warn or error")
	}
	if language, _, _ := strings.Cut(strings.ToLower(c.Locale), "-"); c.Locale != "" && !slices.Contains(blocks.Languages(), language) {
		bad("BATCHSYNC_LOCALE", fmt.Sprintf("is %q", c.Locale), "use en or zh-CN, or leave it empty")
	}
	c.validateMonitor(bad)
	if _, err := source.Load(c.Sources); err != nil {
		bad("BATCHSYNC_SOURCES", "cannot be used, "+err.Error(), "mend that file, or leave it empty to have no source counted")
	}
	if c.Children < 2 || c.Children > 64 {
		bad("BATCHSYNC_CHILDREN", fmt.Sprintf("is %d", c.Children), "use a number from 2 to 64")
	}
	return errors.Join(errs...)
}

// validateMonitor checks what the monitor goes by.
func (c Config) validateMonitor(bad func(name, problem, fix string)) {
	if c.Mention != mentionOwner && c.Mention != mentionNone {
		bad("BATCHSYNC_MENTION", fmt.Sprintf("is %q", c.Mention), "use owner or none")
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"BATCHSYNC_LATE_AFTER", c.LateAfter}, {"BATCHSYNC_STUCK_AFTER", c.StuckAfter}, {"BATCHSYNC_DEAF_AFTER", c.DeafAfter}} {
		if d.value < time.Minute || d.value > 24*time.Hour {
			bad(d.name, "is "+d.value.String(), "use a time from 1m to 24h, for example 15m")
		}
	}
	if c.RowDrop < 1 || c.RowDrop > 100 {
		bad("BATCHSYNC_ROW_DROP", fmt.Sprintf("is %d", c.RowDrop), "use a number of percent from 1 to 100")
	}
}

// Values of BATCHSYNC_MENTION.
const (
	mentionOwner = "owner"
	mentionNone  = "none"
)

func checkToken(bad func(name, problem, fix string), name string, token Secret, kind, where string) {
	switch v := token.Reveal(); {
	case v == "":
		bad(name, "is not set", "set it to "+where)
	case !strings.HasPrefix(v, kind):
		bad(name, "does not begin with "+kind, "use "+where)
	}
}

func (c Config) level() (slog.Level, error) {
	var l slog.Level
	err := l.UnmarshalText([]byte(c.LogLevel))
	return l, err
}

// monitor is what the monitor goes by. zone is that of the platform.
func (c Config) monitor(zone *time.Location, observe func(job string, took time.Duration, ok bool)) monitor.Config {
	return monitor.Config{
		Observe: observe, Spec: c.Poll, Zone: zone, Mentions: c.Mention == mentionOwner, RowDrop: c.RowDrop,
		Limits: monitor.Limits{Late: c.LateAfter, Stuck: c.StuckAfter},
	}
}

// access sorts the configured ids into people and groups.
func (c Config) access(team string) batchsync.Access {
	a := batchsync.Access{Team: team}
	for _, id := range c.Admins {
		if id = strings.TrimSpace(id); groupID.MatchString(id) {
			a.AdminGroups = append(a.AdminGroups, batchsync.GroupID(id))
		} else {
			a.Admins = append(a.Admins, batchsync.UserID(id))
		}
	}
	for _, id := range c.Operators {
		if id = strings.TrimSpace(id); groupID.MatchString(id) {
			a.OperatorGroups = append(a.OperatorGroups, batchsync.GroupID(id))
		} else {
			a.Operators = append(a.Operators, batchsync.UserID(id))
		}
	}
	return a
}
