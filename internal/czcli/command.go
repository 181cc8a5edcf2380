package czcli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"batchsync/internal/batchsync"
)

// maxValue is the longest argument in bytes: one argument may have 128 KiB on
// Linux.
const maxValue = 120_000

// command is one invocation in the making. The first bad argument sticks, and
// no child starts for it.
type command struct {
	words   string // what it is called in errors, logs and metrics
	argv    []string
	about   string // e.g. "task 40001", for errors
	write   bool
	plain   bool          // prints text, not JSON
	noLogin bool          // takes no profile
	batch   bool          // answers statement by statement
	limit   time.Duration // its deadline; 0: the usual one
	bad     error
}

func read(words string) *command {
	return &command{words: words, argv: strings.Fields(words)}
}

func write(words string) *command {
	k := read(words)
	k.write = true
	return k
}

func (k *command) refuse(format string, args ...any) {
	if k.bad == nil {
		k.bad = fmt.Errorf(format, args...)
	}
}

// task, run and source add a positional id.
func (k *command) task(id batchsync.TaskID) *command { return k.id("task", int64(id)) }

func (k *command) run(id batchsync.RunID) *command { return k.id("run", int64(id)) }

func (k *command) source(id batchsync.DatasourceID) *command { return k.id("data source", int64(id)) }

func (k *command) id(what string, id int64) *command {
	if id <= 0 {
		k.refuse("%s %d is not an id", what, id)
	}
	k.about = what + " " + strconv.FormatInt(id, 10)
	k.argv = append(k.argv, strconv.FormatInt(id, 10))
	return k
}

// name adds a positional word.
func (k *command) name(what, value string) *command {
	k.check(what, value)
	k.argv = append(k.argv, value)
	return k
}

// flag adds a name as --flag=value, the only form that carries any value.
func (k *command) flag(flag, value string) *command {
	k.check(flag, value)
	k.argv = append(k.argv, "--"+flag+"="+value)
	return k
}

// prose adds a flag whose value is no name and may begin with a dash.
func (k *command) prose(flag, value string) *command {
	if err := checkValue(value); err != nil {
		k.refuse("%s: %w", flag, err)
	}
	k.argv = append(k.argv, "--"+flag+"="+value)
	return k
}

func (k *command) flagID(flag string, id int64) *command {
	if id <= 0 {
		k.refuse("%s %d is not an id", flag, id)
	}
	return k.number(flag, id)
}

func (k *command) number(flag string, n int64) *command {
	k.argv = append(k.argv, "--"+flag+"="+strconv.FormatInt(n, 10))
	return k
}

// moment adds a time in its own zone. The offset is always written: a time
// without one would be read in the child's zone, and an unreadable one as now.
// Fractions of a second are dropped.
func (k *command) moment(flag string, t time.Time) *command {
	if t.Year() < 1970 || t.Year() > 9999 {
		k.refuse("%s: not a usable time", flag)
	}
	return k.flag(flag, t.Format("2006-01-02T15:04:05-07:00"))
}

// on adds a flag without a value.
func (k *command) on(flag string) *command {
	k.argv = append(k.argv, "--"+flag)
	return k
}

func (k *command) yes() *command {
	k.argv = append(k.argv, "-y")
	return k
}

// check refuses what is no name. A positional that begins with a dash is read
// as flags; as the value of a flag it would do, but name nothing reachable.
func (k *command) check(what, value string) {
	if err := checkValue(value); err != nil {
		k.refuse("%s: %w", what, err)
	}
	if strings.HasPrefix(value, "-") {
		k.refuse("%s: value begins with a dash", what)
	}
}

// list adds a comma-separated flag; the program knows no way to quote a comma
// and trims every entry.
func (k *command) list(flag string, values ...string) *command {
	for _, v := range values {
		k.check(flag, v)
		if strings.Contains(v, ",") || v != strings.TrimSpace(v) {
			k.refuse("%s: a name with a comma or outer spaces cannot be passed", flag)
		}
	}
	return k.flag(flag, strings.Join(values, ","))
}

// checkValue refuses what the program would misread. It does not quote the
// value: errors are logged.
func checkValue(v string) error {
	switch {
	case strings.TrimSpace(v) == "":
		return errors.New("empty value")
	case !utf8.ValidString(v) || strings.ContainsFunc(v, invisible):
		return errors.New("value has control characters")
	case len(v) > maxValue:
		return fmt.Errorf("value has more than %d bytes", maxValue)
	}
	return nil
}

func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}
