// Command bot is batchsync: a Slack bot through which data engineers create,
// deploy and watch batch sync tasks. It is the only place that knows every
// room: it reads the configuration, wires the rooms, and takes them down in
// reverse order.
//
//	bot [run]          answer Slack until SIGINT or SIGTERM
//	bot version        print what was built
//	bot backup [FILE]  copy the database file, by default into BATCHSYNC_BACKUP_DIR
//	bot restore FILE   put a backup in the place of the database file
//	bot check [FILE]   read the database file, or a backup, from end to end
//	bot compact        rewrite the database file without what is free in it
//
// All but run and version need the bot to be stopped.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // schedules need zones; a minimal container has none
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(command(ctx, os.Args[1:]))
}

// command runs a subcommand and returns the exit code: 0 fine, 1 it failed,
// 2 it was called or configured wrongly.
func command(ctx context.Context, args []string) int {
	name := "run"
	if len(args) > 0 {
		name = args[0]
	}
	if c, ok := fileCommands()[name]; ok && len(args)-1 >= c.min && len(args)-1 <= c.max {
		return c.runFile(args[1:])
	}
	switch {
	case name == "version" && len(args) == 1:
		fmt.Println(buildInfo())
		return 0
	case name == "run" && len(args) <= 1:
		return runCommand(ctx)
	}
	fmt.Fprintln(os.Stderr, "usage: bot [run | version | backup [FILE] | restore FILE | check [FILE] | compact]")
	return 2
}

func runCommand(ctx context.Context) int {
	cfg, err := loadConfig()
	if err != nil {
		fmt.Fprintln(os.Stderr, "batchsync cannot start with this configuration:")
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, "  -", strings.TrimSpace(line))
		}
		return 2
	}
	if err := run(ctx, cfg, os.Stderr); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "batchsync:", err)
		return 1
	}
	return 0
}

func buildInfo() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "batchsync (unknown build)"
	}
	out := "batchsync " + info.Main.Version + " " + info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.time" {
			out += " " + s.Value
		}
	}
	return out
}
