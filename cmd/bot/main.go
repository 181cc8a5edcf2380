// Command bot is batchsync: a Slack bot through which data engineers create,
// deploy and watch batch sync tasks. It is the only place that knows every
// room: it reads the configuration, wires the rooms, and takes them down in
// stages.
//
//	bot [run]          answer Slack until SIGINT or SIGTERM
//	bot version        print what was built; -json as an object
//	bot health         ask the running bot whether it is well; the exit code says it
//	bot env            print every setting, as a file to fill in
//	bot backup [FILE]  copy the database file, by default into BATCHSYNC_BACKUP_DIR;
//	                   -force replaces a FILE that is there
//	bot restore FILE   put a backup in the place of the database file
//	bot check          look at everything the bot needs; -json as an object
//	bot verify [FILE]  read the database file, or a backup, from end to end
//	bot compact        rewrite the database file without what is free in it
//
// With -h, --help or help, bot and each of them print how they are called. A file
// whose name begins with - is written as ./-name.
//
// Those that work with the file need the bot to be stopped; check may run beside
// it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // schedules need zones; a minimal container has none
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal finds nobody who waits: it ends the process at once
	os.Exit(command(ctx, os.Args[1:]))
}

// command runs a subcommand and returns the exit code: 0 fine, 1 it failed,
// 2 it was called or configured wrongly.
func command(ctx context.Context, args []string) int {
	name := "run"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if code, answered := askedUsage(name, args); answered {
		return code
	}
	if c, ok := fileCommands()[name]; ok && c.takes(args) {
		return c.runFile(args)
	}
	switch {
	case name == "version":
		return versionCommand(args, os.Stdout)
	case name == "check":
		return checkCommand(ctx, args)
	case name == "health" && len(args) == 0:
		return healthCommand(ctx, os.Stdout)
	case name == "env" && len(args) == 0:
		return envCommand(os.Stdout)
	case name == "run" && len(args) == 0:
		return runCommand(ctx)
	}
	return usageOf(os.Stderr, name)
}

func runCommand(ctx context.Context) int {
	cfg, err := loadConfig()
	if err != nil {
		fmt.Fprintln(os.Stderr, "batchsync cannot start with this configuration:")
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, "  -", strings.TrimSpace(line))
		}
		tellUnknown(cfg.unknown) // what is missing may be there under another name
		return 2
	}
	if err := bounded(ctx, stopLimit, func() error { return run(ctx, cfg, os.Stderr) }); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "batchsync:", err)
		return 1
	}
	return 0
}
