package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"batchsync/internal/store"
)

// fileCommands work with the file of a bot that is not running.
func fileCommands() map[string]fileCommand {
	return map[string]fileCommand{
		"backup":  {backupCommand, 0, 1},
		"restore": {restoreCommand, 1, 1},
		"verify":  {verifyCommand, 0, 1},
		"compact": {compactCommand, 0, 0},
	}
}

type fileCommand struct {
	run      func(cfg FileConfig, on fileArgs, out io.Writer) error
	min, max int // arguments without flags
}

// fileArgs are what a command was given.
type fileArgs struct {
	path  string // empty: none was named
	force bool   // what is at path may be replaced
}

// takes reports whether there may be so many arguments, flags aside.
func (f fileCommand) takes(args []string) bool {
	n := len(slices.DeleteFunc(slices.Clone(args), isForce))
	return n >= f.min && n <= f.max
}

// runFile runs a command on the file and returns the exit code.
func (f fileCommand) runFile(args []string) int {
	tellUnknown(unknownSettings(os.Environ()))
	on := fileArgs{force: slices.ContainsFunc(args, isForce)}
	on.path = strings.Join(slices.DeleteFunc(slices.Clone(args), isForce), "")
	cfg, err := loadFileConfig()
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, "batchsync:", strings.TrimSpace(line))
		}
		return 2
	}
	if err := f.run(cfg, on, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "batchsync:", openHint(cfg, err))
		return 1
	}
	return 0
}

func restoreCommand(cfg FileConfig, on fileArgs, out io.Writer) error {
	done, err := store.Restore(cfg.DB, on.path, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Checked %s and put a copy of it in the place of %s.\n", on.path, cfg.DB)
	if done.Aside != "" {
		fmt.Fprintf(out, "What was there is kept as %s.\n", done.Aside)
	}
	return nil
}

func verifyCommand(cfg FileConfig, on fileArgs, out io.Writer) error {
	path := cmp.Or(on.path, cfg.DB)
	begun := time.Now()
	if err := store.CheckFile(path); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is sound. Checking it took %s.\n", path, time.Since(begun).Round(time.Millisecond))
	return nil
}

func compactCommand(cfg FileConfig, _ fileArgs, out io.Writer) error {
	return withFile(cfg, func(file *store.Store) error {
		if err := file.Check(); err != nil {
			return err
		}
		before, after, err := compact(file)
		if err == nil {
			fmt.Fprintf(out, "Rewrote %s: %d bytes became %d.\n", cfg.DB, before, after)
		}
		return err
	})
}

func compact(file *store.Store) (before, after int64, err error) {
	if before, _, err = file.Size(); err != nil {
		return 0, 0, err
	}
	if err := file.Compact(); err != nil {
		return 0, 0, err
	}
	after, _, err = file.Size()
	return before, after, err
}

// withFile opens the file for a command. One that is not there is not made.
func withFile(cfg FileConfig, use func(*store.Store) error) error {
	if _, err := os.Stat(cfg.DB); err != nil {
		return err
	}
	file, err := store.Open(cfg.DB, time.Now())
	if err != nil {
		return err
	}
	if said := upgradedLine(cfg, file); said != "" {
		fmt.Fprintln(os.Stderr, said)
	}
	for _, e := range file.Exposed() {
		fmt.Fprintln(os.Stderr, exposedLine(e))
	}
	return errors.Join(use(file), file.Close())
}

// checkLimit bounds the slow part of the check at the start: of a database far
// larger than one is, not every value is decoded then.
const checkLimit = 2 * time.Second

// sound reads the database through: a damaged one must not be worked with. One
// that is mostly air is rewritten then, while nobody else uses it.
func sound(ctx context.Context, file *store.Store, log *slog.Logger) error {
	begun := time.Now()
	whole, err := file.CheckWithin(checkLimit)
	if err != nil {
		return err
	}
	took := time.Since(begun).Round(time.Millisecond)
	size, free, err := file.Size()
	if err != nil {
		return err
	}
	log.Info("database is sound", "took", took, "bytes", size, "free", free, "whole", whole)
	if !file.Roomy() || ctx.Err() != nil {
		return nil
	}
	before, after, err := compact(file)
	if err != nil { // it is as large as it was, and as good
		log.Warn("database was not compacted", "error", err)
		return nil
	}
	log.Info("database compacted", "before", before, "after", after)
	return nil
}

// upgradedLine says what was done about a file of an older version; empty:
// nothing.
func upgradedLine(cfg FileConfig, file *store.Store) string {
	u := file.Upgraded()
	if u.Copy == "" {
		return ""
	}
	return fmt.Sprintf("Brought %s from schema %d to %d. What it was is kept as %s.", cfg.DB, u.From, u.To, u.Copy)
}

// shellWord is one argument of a command line as people paste it.
func shellWord(s string) string {
	plain := strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-", r)
	}) < 0
	if s != "" && plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
