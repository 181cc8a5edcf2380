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
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/bot/handlers"
	"batchsync/internal/acceptance"
	"batchsync/internal/czcli"
	"batchsync/internal/failpoint"
	"batchsync/internal/inventory"
	"batchsync/internal/monitor"
	"batchsync/internal/operation"
	"batchsync/internal/outbox"
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
// Down goes: Slack's requests first, then the monitor, then acceptances (what is
// under way is made again at the next start), then operations (a step under way
// is finished or parked), then the outbox, and the file last.
func run(ctx context.Context, cfg Config, logTo io.Writer) error {
	sources, err := source.Load(cfg.Sources)
	if err != nil {
		return err
	}
	secrets := redact.New(append(sources.Secrets(),
		cfg.SlackBotToken.Reveal(), cfg.SlackAppToken.Reveal(), cfg.CZPAT.Reveal(), cfg.CZPassword.Reveal())...)
	log, err := newLog(cfg, logTo, secrets)
	if err != nil {
		return err
	}
	api := slack.New(cfg.SlackBotToken.Reveal(),
		slack.OptionAppLevelToken(cfg.SlackAppToken.Reveal()), slack.OptionAPIURL(cfg.SlackAPIURL),
		slack.OptionHTTPClient(&http.Client{Timeout: slackTimeout, Transport: failpoint.Transport(nil)}))

	file, err := store.Open(cfg.DB, time.Now())
	if err != nil {
		return openHint(cfg.FileConfig, err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			log.Error("close database", "error", err)
		}
	}()
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
	vitals := newVitals(cfg, log.With("room", "health"))
	mark := czcli.NewMark(cfg.DB + ".children")
	defer func() {
		if err := mark.Close(); err != nil {
			log.Error("close the mark of children", "error", err)
		}
	}()
	cli := czcli.New(czcli.Config{Path: cfg.CZCLI, Mark: mark, Profile: cfg.CZProfile, Children: cfg.Children, Zone: zone, Observe: vitals.ran, Redact: secrets.String, Log: log.With("room", "czcli")})
	lists := inventory.New(cli, inventory.DefaultTTL, log.With("room", "inventory"))
	drawer := blocks.Drawer{Redact: secrets, PlatformZone: cfg.StudioZone, Locale: cfg.Locale}
	ladder := &handlers.Ladder{}
	channels := handlers.NewChannels(api, cfg.AllowShared, log.With("room", "handlers"))
	sender := &handlers.Sender{API: api, Store: file, Drawer: drawer, Ladder: ladder, Channels: channels, Log: log.With("room", "sender")}
	out := outbox.New(file, sender, log.With("room", "outbox"))
	homes := handlers.NewHomes(api, log.With("room", "handlers"))
	counter := source.New(sources, log.With("room", "source"))
	defer func() {
		if err := counter.Close(); err != nil {
			log.Error("close sources", "error", err)
		}
	}()
	checks := acceptance.New(acceptance.Config{Zone: cfg.StudioZone, RowDrop: cfg.RowDrop},
		delivered{file, out, homes}, cli.Background(), counted{counter}, log.With("room", "acceptance"))
	ticks := monitor.New(cfg.monitor(zone), keeper{file, homes, cfg.keepAudit()}, newBook(file, homes, checks.Wake, cfg.Channel), watched{cli.Background(), secrets},
		out.Wake, newID, log.With("room", "monitor"))
	shown := told{file, out, homes, ticks, checks}
	ops := operation.New(shown, watched{cli.Background(), secrets}, operation.Config{PlatformZone: cfg.StudioZone, Clear: clearOf(mark, log.With("room", "czcli"))}, log.With("room", "operation"))
	bot := handlers.New(handlers.Config{
		Access: cfg.access(team), Zone: cfg.Timezone, PlatformZone: cfg.StudioZone,
		TargetSchema: cfg.TargetSchema, VCluster: cfg.SyncVC, Folder: cfg.Folder, Version: buildInfo(),
		DeafAfter: cfg.DeafAfter,
	}, handlers.Deps{
		API: api, Store: shown, Platform: cli, Lists: menus{lists, cfg.StudioZone}, Drawer: drawer, Ladder: ladder, Homes: homes,
		Checks: operation.NewPreview(cli.Background(), cfg.StudioZone, log.With("room", "operation")), Commands: czcli.Plan,
		Signs: vitals.Signs, Channels: channels, Backups: archive.State, Run: ops.Wake, Deliver: out.Wake, Look: ticks.Wake, Log: log.With("room", "handlers"),
	})

	sender.Locale = bot.Locale
	vitals.bot, vitals.outbox, vitals.monitor, vitals.file = bot, out, ticks, file

	var g group
	g.start("outbox", log, out.Run)
	g.start("backups", log, archive.Run)
	g.start("inventory", log, lists.Run)
	g.start("operations", log, ops.Run)
	g.start("acceptance", log, checks.Run)
	g.start("monitor", log, ticks.Run)
	g.start("signs of life", log, vitals.Run)
	if cfg.Listen != "" {
		g.start("health endpoint", log, func(ctx context.Context) error { return serveHTTP(ctx, cfg.Listen, vitals) })
	}
	g.start("slack", log, bot.Serve)
	log.Info("batchsync started", "team", team, "db", cfg.DB, "profile", cfg.CZProfile)
	return g.wait(ctx)
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
	return slog.New(redact.Handler(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: level}), secrets)), nil
}

// group runs the rooms and takes them down in reverse order of their start.
type group struct {
	rooms  []*room
	failed chan error
	once   sync.Once
}

type room struct {
	name string
	log  *slog.Logger
	stop context.CancelFunc
	done chan struct{}
}

// start runs a room until it is its turn to stop. A room that ends by itself
// takes the process down: half a bot is worse than a restart.
func (g *group) start(name string, log *slog.Logger, run func(context.Context) error) {
	g.once.Do(func() { g.failed = make(chan error, 16) })
	ctx, stop := context.WithCancel(context.Background())
	r := &room{name: name, log: log, stop: stop, done: make(chan struct{})}
	g.rooms = append(g.rooms, r)
	go func() {
		defer close(r.done)
		err := run(ctx)
		if ctx.Err() == nil {
			if err == nil {
				err = errors.New("ended unexpectedly")
			}
			g.failed <- fmt.Errorf("%s: %w", name, err)
		} else if err != nil && !errors.Is(err, context.Canceled) {
			log.Warn("room ended with an error", "name", name, "error", err)
		}
	}()
}

// roomGrace is how long one room may take to stop.
const roomGrace = 18 * time.Second

func (g *group) wait(ctx context.Context) error {
	var err error
	select {
	case <-ctx.Done():
	case err = <-g.failed:
	}
	var late []string
	for i := len(g.rooms) - 1; i >= 0; i-- {
		r := g.rooms[i]
		r.stop()
		select {
		case <-r.done:
		case <-time.After(roomGrace):
			late = append(late, r.name)
		}
	}
	if len(late) > 0 {
		return errors.Join(err, fmt.Errorf("did not stop in time: %s", strings.Join(late, ", ")))
	}
	return err
}
