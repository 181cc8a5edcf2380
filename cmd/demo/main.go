// Command demo runs batchsync on one machine without any account: a local
// Slack with a page in the browser, a stand-in for cz-cli with a small world
// of data sources and tasks, and the real bot between them.
//
//	demo [-listen 127.0.0.1:8080] [-data demo-data] [-fresh]
//
// The page /studio/control makes trouble on that platform and spoils
// deliveries. The stand-in's sources cannot be counted; BATCHSYNC_SOURCES is
// handed to the bot as it is, for real databases with tables of the same names.
//
// It starts the programs bot and cz-cli-sim that lie beside it, and starts the
// bot again when it ends, as a supervisor would: kill it at any moment and see
// that nothing is lost.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "address of the page; loopback only")
	data := flag.String("data", "demo-data", "folder for the demo's state")
	fresh := flag.Bool("fresh", false, "begin with an empty state")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := start(ctx, *listen, *data, *fresh); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context, listen, data string, fresh bool) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the programs: %w", err)
	}
	data, err = filepath.Abs(data)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if fresh {
		if err := forget(data); err != nil {
			return err
		}
	}
	at := place{bin: filepath.Dir(self), listen: listen, data: data, sources: os.Getenv("BATCHSYNC_SOURCES")}
	return run(ctx, at, func(base string) {
		fmt.Printf("\n  batchsync demo: open %s and type /batchsync new\n", base)
		fmt.Printf("  make trouble or spoil a delivery on %s/studio/control\n\n", base)
		fmt.Printf("  state and logs are in %s; Ctrl-C stops everything\n\n", data)
	})
}

// place is where a demo finds and leaves its things.
type place struct {
	bin     string // folder of the programs
	listen  string // address of the page
	data    string // folder of the state
	sources string // file with real databases that the bot counts; may be empty
}

// run serves the page and keeps the bot running until ctx ends. ready is called
// with the page's address.
func run(ctx context.Context, at place, ready func(base string)) error {
	ln, err := net.Listen("tcp", at.listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w (choose another address with -listen)", at.listen, err)
	}
	if ip := ln.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		return errors.Join(fmt.Errorf("%s is not loopback: the demo's page lets anybody act as anybody", ip), ln.Close())
	}
	base := "http://" + ln.Addr().String()
	world, err := prepareWorld(at.data, base)
	if err != nil {
		return err
	}
	slack := slacksim.New(slacksim.Options{Logger: slog.New(slog.DiscardHandler)})
	mux := http.NewServeMux()
	mux.Handle("/studio/", &studio{world: world})
	mux.Handle("/", slack.Handler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()

	ready(base)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	supervised := make(chan error, 1)
	go func() { supervised <- supervise(ctx, at, base, slack) }()
	select {
	case err = <-served:
		stop()
		err = errors.Join(err, <-supervised)
	case err = <-supervised:
	}
	slack.Close()
	return errors.Join(err, server.Close())
}

// forget removes what earlier demos left, and only that.
func forget(data string) error {
	for _, name := range []string{"studio", "home", "batchsync.db", "batchsync.db.children", "bot.log"} {
		if err := os.RemoveAll(filepath.Join(data, name)); err != nil {
			return fmt.Errorf("forget earlier demos: %w", err)
		}
	}
	return nil
}

func prepareWorld(data, base string) (*studiosim.World, error) {
	dir := filepath.Join(data, "studio")
	world := studiosim.Open(dir)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if world, err = studiosim.Seed(dir, "demo"); err != nil {
			return nil, fmt.Errorf("seed the demo world: %w", err)
		}
	}
	if _, err := studiosim.WriteProfile(filepath.Join(data, "home"), "demo"); err != nil {
		return nil, fmt.Errorf("write the demo profile: %w", err)
	}
	err := world.Configure(func(s *studiosim.Settings) { s.StudioURL = base + "/studio" })
	return world, err
}

// quickEnds is how often in a row the bot may end right after its start before
// the demo gives up: killing it is part of the fun, a bot that cannot start is
// not.
const quickEnds = 8

// supervise keeps one bot running until ctx ends.
func supervise(ctx context.Context, at place, base string, slack *slacksim.Sim) error {
	for quick := 0; ; {
		began := time.Now()
		err := runBot(ctx, at, base, slack)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(began) > 2*time.Second {
			quick = 0
		}
		if quick++; quick > quickEnds {
			return fmt.Errorf("the bot does not stay up: %w; see %s", err, filepath.Join(at.data, "bot.log"))
		}
		fmt.Printf("  the bot ended (%v); starting it again\n", err)
	}
}

func runBot(ctx context.Context, at place, base string, slack *slacksim.Sim) error {
	log, err := os.OpenFile(filepath.Join(at.data, "bot.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the bot's log: %w", err)
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, filepath.Join(at.bin, "bot"))
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 25 * time.Second
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(at.data, "home"),
		"CZ_SIM_STATE=" + filepath.Join(at.data, "studio"),
		"SLACK_BOT_TOKEN=" + slack.BotToken,
		"SLACK_APP_TOKEN=" + slack.AppToken,
		"SLACK_API_URL=" + base + "/api/",
		"CZ_CLI=" + filepath.Join(at.bin, "cz-cli-sim"),
		"BATCHSYNC_DB=" + filepath.Join(at.data, "batchsync.db"),
		"BATCHSYNC_ADMINS=" + slacksim.Adam,
		"BATCHSYNC_OPERATORS=" + slacksim.Ana + "," + slacksim.Lin,
		"BATCHSYNC_FOLDER=data_sync/mysql",
		"BATCHSYNC_TIMEZONE=Asia/Shanghai", // the stand-in platform's zone
		"BATCHSYNC_POLL=@every 2s",         // trouble made on the control page is told while one waits
		"BATCHSYNC_SOURCES=" + at.sources,
		"BATCHSYNC_LISTEN=127.0.0.1:0",
		"BATCHSYNC_LOG_LEVEL=debug",
	}
	return cmd.Run()
}
