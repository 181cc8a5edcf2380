package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/bot/handlers"
	"batchsync/internal/acceptance"
	"batchsync/internal/czcli"
	"batchsync/internal/failpoint"
	"batchsync/internal/inventory"
	"batchsync/internal/metrics"
	"batchsync/internal/monitor"
	"batchsync/internal/operation"
	"batchsync/internal/outbox"
	"batchsync/internal/precondition"
	"batchsync/internal/redact"
	"batchsync/internal/source"
	"batchsync/internal/store"

	"github.com/slack-go/slack"
)

// slackTimeout bounds every call of the Web API.
const slackTimeout = 10 * time.Second

// run wires the rooms, starts them and waits. It is one straight line on
// purpose: what is started when, and taken down after what, is read here.
//
// Down go, all at once, Slack's requests, the monitor, acceptances (what is under
// way is made again at the next start) and operations (a step under way is
// finished or parked); then the outbox with what they told, and the file last.
// See stop.go.
func run(ctx context.Context, cfg Config, logTo io.Writer) error {
	sources, err := source.Load(cfg.Sources)
	if err != nil {
		return err
	}
	secrets := secretsOf(cfg, sources)
	log, err := newLog(cfg, logTo, secrets)
	if err != nil {
		return err
	}
	for _, u := range cfg.unknown {
		log.Warn("variable is no setting of the bot and does nothing", "name", u.name, "nearest", u.near)
	}
	vitals := newVitals(cfg, log.With("room", "health"))
	seen := metrics.New(built(), vitals.state)
	api := slack.New(cfg.SlackBotToken.Reveal(),
		slack.OptionAppLevelToken(cfg.SlackAppToken.Reveal()), slack.OptionAPIURL(cfg.SlackAPIURL),
		slack.OptionHTTPClient(&http.Client{Timeout: slackTimeout, Transport: seen.Transport(cfg.SlackAPIURL, failpoint.Transport(nil))}))

	file, err := store.Open(cfg.DB, time.Now())
	if err != nil {
		return openHint(cfg.FileConfig, err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			log.Error("close database", "error", err)
		}
	}()
	if u := file.Upgraded(); u.Copy != "" {
		log.Warn("database brought to the schema of this version; an older version cannot use it any more, but the copy", "from", u.From, "to", u.To, "copy", u.Copy)
	}
	logExposed(file, log)
	if err := sound(ctx, file, log); err != nil {
		return openHint(cfg.FileConfig, err)
	}
	archive := store.NewArchive(file, cfg.backups(), log.With("room", "store"))
	team, err := introduce(ctx, api)
	if err != nil {
		return err
	}

	zone, err := time.LoadLocation(cfg.StudioZone)
	if err != nil {
		return fmt.Errorf("zone %s: %w", cfg.StudioZone, err)
	}
	mark := czcli.NewMark(cfg.DB + ".children")
	defer func() {
		if err := mark.Close(); err != nil {
			log.Error("close the mark of children", "error", err)
		}
	}()
	cli := czcli.New(czcli.Config{Path: cfg.CZCLI, Mark: mark, Profile: cfg.CZProfile, Children: cfg.Children, Zone: zone, Observe: ranFor(vitals.ran, seen.Ran), Redact: secrets.String, Log: log.With("room", "czcli")})
	lists := inventory.New(cli, inventory.DefaultTTL, log.With("room", "inventory"))
	drawer := blocks.Drawer{Redact: secrets, PlatformZone: cfg.StudioZone, Locale: cfg.Locale}
	ladder := &handlers.Ladder{}
	channels := handlers.NewChannels(api, cfg.AllowShared, log.With("room", "handlers"))
	sender := &handlers.Sender{API: api, Store: file, Drawer: drawer, Ladder: ladder, Channels: channels, Log: log.With("room", "sender")}
	out := outbox.New(file, counting{sender, seen}, log.With("room", "outbox"))
	homes := handlers.NewHomes(api, log.With("room", "handlers"))
	counter := source.New(sources, log.With("room", "source"))
	defer func() {
		if err := counter.Close(); err != nil {
			log.Error("close sources", "error", err)
		}
	}()
	checks := acceptance.New(acceptance.Config{Zone: cfg.StudioZone, RowDrop: cfg.RowDrop},
		delivered{file, out, homes, seen}, cli.Background(), counted{counter}, log.With("room", "acceptance"))
	ticks := monitor.New(cfg.monitor(zone, worked(seen)), keeper{file, homes, cfg.keepAudit()}, newBook(file, homes, checks.Wake, cfg.Channel, seen), watched{cli.Background(), secrets},
		out.Wake, newID, log.With("room", "monitor"))
	shown := told{file, out, homes, ticks, checks, seen}
	ops := operation.New(shown, watched{cli.Background(), secrets}, operation.Config{PlatformZone: cfg.StudioZone, Clean: drawer.Clean, Clear: clearOf(mark, log.With("room", "czcli"))}, log.With("room", "operation"))
	bot := handlers.New(handlers.Config{
		Access: cfg.access(team), Zone: cfg.Timezone, PlatformZone: cfg.StudioZone,
		TargetSchema: cfg.TargetSchema, VCluster: cfg.SyncVC, Folder: cfg.Folder, Version: buildInfo(),
		DeafAfter: cfg.DeafAfter,
	}, handlers.Deps{
		API: api, Store: shown, Platform: cli, Lists: menus{lists, cfg.StudioZone}, Drawer: drawer, Ladder: ladder, Homes: homes,
		Checks: operation.NewPreview(cli.Background(), cfg.StudioZone, log.With("room", "operation")), Commands: czcli.Plan,
		Signs: vitals.Signs, Seen: ticks.Seen, Channels: channels, Backups: archive.State, Run: ops.Wake, Deliver: out.Wake, Look: ticks.Wake, Observer: seen, Log: log.With("room", "handlers"),
	})

	bot.Preconditions = precondition.New(cfg.preconditions(nil, cli), precondition.Deps{
		Slack: asksSlack{api, func() bool { return bot.Status().Connected }}, Program: cli,
		Machine: machine{cfg: cfg, ours: true}, Sources: namedSources{counter, sources}, Log: log.With("room", "precondition"),
	}).Check
	sender.Locale = bot.Locale
	vitals.bot, vitals.outbox, vitals.monitor, vitals.file, vitals.program, vitals.backups = bot, out, ticks, file, cli, archive.State

	var g group
	g.start(stopsThen, "outbox", log, out.Run)
	g.start(stopsFirst, "backups", log, archive.Run)
	g.start(stopsThen, "inventory", log, lists.Run)
	g.start(stopsFirst, "operations", log, ops.Run)
	g.start(stopsFirst, "acceptance", log, checks.Run)
	g.start(stopsFirst, "monitor", log, ticks.Run)
	g.start(stopsLast, "signs of life", log, vitals.Run)
	if cfg.Listen != "" {
		g.start(stopsLast, "health endpoint", log, func(ctx context.Context) error { return serveHTTP(ctx, cfg.Listen, vitals, seen.Handler()) })
	}
	if cfg.PingURL.Reveal() != "" {
		g.start(stopsFirst, "ping", log, newPing(cfg.PingURL, vitals.well, log.With("room", "ping")).Run)
	}
	g.start(stopsFirst, "slack", log, bot.Serve)
	log.Info("batchsync started", "team", team, "db", cfg.DB, "profile", cfg.CZProfile)
	began := time.Now()
	err = g.wait(ctx, log, roomsLimit)
	parked(file, log, began)
	return err
}

// newID makes an id nobody has used.
func newID() string { return strings.ToLower(rand.Text()[:12]) }

// introduce asks Slack who we are, with both tokens, so that a wrong one is
// named at the start instead of being retried for ever.
func introduce(ctx context.Context, api *slack.Client) (team string, err error) {
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		return "", tokenHint("SLACK_BOT_TOKEN", err)
	}
	if _, _, err := api.StartSocketModeContext(ctx); err != nil {
		return "", tokenHint("SLACK_APP_TOKEN", err)
	}
	return who.TeamID, nil
}

func tokenHint(name string, err error) error {
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) {
		return fmt.Errorf("reach Slack: %w (is SLACK_API_URL right, is there a proxy?)", err)
	}
	switch refused.Err {
	case "missing_scope":
		return fmt.Errorf("slack refuses %s: scope %s is missing; add it to the app and install it again", name, refused.Needed)
	case "not_allowed_token_type":
		return fmt.Errorf("slack refuses %s: it is a token of the other kind", name)
	}
	return fmt.Errorf("slack refuses %s: %s; copy the token from the app's pages again", name, refused.Err)
}

func newLog(cfg Config, to io.Writer, secrets *redact.Redactor) (*slog.Logger, error) {
	level, err := cfg.level()
	if err != nil {
		return nil, fmt.Errorf("log level %q: %w", cfg.LogLevel, err)
	}
	return slog.New(traced{redact.Handler(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level}), secrets)}), nil
}
