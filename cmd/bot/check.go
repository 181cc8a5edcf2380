package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/bot/handlers"
	"batchsync/internal/batchsync"
	"batchsync/internal/czcli"
	"batchsync/internal/precondition"
	"batchsync/internal/redact"
	"batchsync/internal/source"

	"github.com/slack-go/slack"
)

// questionTime bounds a single question of the check.
const questionTime = 10 * time.Second

// checkCommand looks at everything that has to be as it is for the bot to work,
// and changes nothing; it may run beside the bot. The exit code is 0 when
// nothing has to be mended, 1 when something has, and 2 when it was called
// wrongly.
func checkCommand(ctx context.Context, args []string) int {
	asJSON := len(args) == 1 && isJSON(args[0])
	if len(args) > 0 && !asJSON {
		return usageOf(os.Stderr, "check")
	}
	found, printer, err := checked(ctx, readConfig())
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "batchsync: check:", err)
		return 1
	}
	show := printChecks
	if asJSON {
		show = encodeChecks
	}
	if err := show(os.Stdout, printer, found); err != nil || !batchsync.AllMet(found) {
		return 1
	}
	return 0
}

// checked asks with clients of its own, which end with it.
func checked(ctx context.Context, cfg Config) (found []batchsync.Precondition, printer blocks.Printer, err error) {
	wrong := wrongSettings(cfg.Validate())
	usable := func(name string) bool {
		return !slices.ContainsFunc(wrong, func(e *settingError) bool { return e.name == name })
	}
	var sources source.Sources
	if usable("BATCHSYNC_SOURCES") {
		if sources, err = source.Load(cfg.Sources); err != nil {
			return nil, printer, err
		}
	}
	if !usable("BATCHSYNC_CHILDREN") {
		cfg.Children = 0 // the usual number
	}
	secrets := secretsOf(cfg, sources)
	quiet := slog.New(slog.DiscardHandler)
	cli := czcli.New(czcli.Config{Path: cfg.CZCLI, Profile: cfg.CZProfile, Children: cfg.Children, Read: questionTime, Redact: secrets.String})
	api := slack.New(cfg.SlackBotToken.Reveal(), slack.OptionAppLevelToken(cfg.SlackAppToken.Reveal()),
		slack.OptionAPIURL(cfg.SlackAPIURL), slack.OptionHTTPClient(&http.Client{Timeout: slackTimeout}))
	counter := source.New(sources, quiet)
	defer func() { err = errors.Join(err, counter.Close()) }()
	found = precondition.New(cfg.preconditions(wrong, cli), precondition.Deps{
		Slack: asksSlack{api: api}, Program: cli, Machine: machine{cfg: cfg, bound: questionTime - time.Second},
		Sources: namedSources{counter, sources}, Log: quiet,
	}).Check(ctx)
	return found, blocks.Drawer{Redact: secrets, Locale: cfg.Locale}.In(""), err
}

// secretsOf are the settings that must not be shown.
func secretsOf(cfg Config, sources source.Sources) *redact.Redactor {
	return redact.New(append(append(sources.Secrets(), pingSecrets(cfg.PingURL)...),
		cfg.SlackBotToken.Reveal(), cfg.SlackAppToken.Reveal(), cfg.CZPAT.Reveal(), cfg.CZPassword.Reveal())...)
}

// namedSources are sources with their names.
type namedSources struct {
	*source.Counter
	all source.Sources
}

func (n namedSources) Names() []string { return n.all.Names() }

// preconditions are the settings as they are held against the world.
func (c Config) preconditions(wrong []*settingError, cli *czcli.Client) precondition.Settings {
	s := precondition.Settings{
		Channel: c.Channel, AllowShared: c.AllowShared, Admins: trimmed(c.Admins), Operators: trimmed(c.Operators),
		Recorded: czcli.Recorded, Profile: cli.Profile(), Workspace: cli.Workspace(), Instance: cli.Instance(),
		Folder: c.Folder, VCluster: c.SyncVC, TargetSchema: c.TargetSchema, Zone: c.Timezone, PlatformZone: c.StudioZone,
	}
	for _, e := range wrong {
		s.Wrong = append(s.Wrong, precondition.Wrong{Setting: e.name, Problem: e.problem, Fix: e.fix})
	}
	for _, u := range c.unknown {
		s.Unknown = append(s.Unknown, precondition.Unknown{Name: u.name, Near: u.near})
	}
	for _, scope := range handlers.Scopes() {
		s.Scopes = append(s.Scopes, precondition.Scope(scope))
	}
	return s
}

func trimmed(all []string) []string {
	var out []string
	for _, s := range all {
		out = append(out, strings.TrimSpace(s))
	}
	return out
}
