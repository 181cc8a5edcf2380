package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// commands are the ways to call the bot, in the order in which they are told.
func commands() []string {
	return []string{
		"run", "version [-json]", "health", "env", "check [-json]",
		"backup [-force] [FILE]", "restore FILE", "verify [FILE]", "compact",
	}
}

// askedUsage answers those who ask how a command is called, with 0, and those
// who give it a flag that it does not know, with 2: it must not be taken for the
// name of a file.
func askedUsage(name string, args []string) (code int, answered bool) {
	all := append([]string{name}, args...)
	if slices.ContainsFunc(all, asksHelp) {
		usageOf(os.Stdout, name)
		return 0, true
	}
	if slices.ContainsFunc(all, func(a string) bool { return strings.HasPrefix(a, "-") && !takesFlag(name, a) }) {
		return usageOf(os.Stderr, name), true
	}
	return 0, false
}

func asksHelp(arg string) bool {
	return arg == "-h" || arg == "-help" || arg == "--help" || arg == "help"
}

func isJSON(arg string) bool { return arg == "-json" || arg == "--json" }

func isForce(arg string) bool { return arg == "-force" || arg == "--force" }

// takesFlag reports whether a command knows a flag.
func takesFlag(name, arg string) bool {
	switch name {
	case "version", "check":
		return isJSON(arg)
	case "backup":
		return isForce(arg)
	}
	return false
}

// usageOf prints how a command is called, or all of them when it is none, and
// returns the exit code for a wrong call.
func usageOf(out io.Writer, name string) int {
	all := commands()
	i := slices.IndexFunc(all, func(c string) bool { bare, _, _ := strings.Cut(c, " "); return bare == name })
	if i < 0 {
		fmt.Fprintf(out, "usage: bot [%s]\n", strings.Join(all, " | "))
		return 2
	}
	fmt.Fprintln(out, "usage: bot", all[i])
	return 2
}
