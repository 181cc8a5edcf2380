package precondition

import (
	"context"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Limits of looking.
const (
	each  = 10 * time.Second
	whole = time.Minute
)

// Settings are what was configured, as far as it can be held against the world.
type Settings struct {
	Wrong   []Wrong   // what cannot be used; nothing is asked that rests on it
	Unknown []Unknown // what looks like a setting and is none

	Scopes      []Scope // what the app needs
	Channel     string  // id; empty: none
	AllowShared bool    // the channel may be shared with other organisations
	Admins      []string
	Operators   []string // ids of people and groups, as Admins

	Recorded     string // version of the program that is known to work
	Profile      string // empty: the program's default
	Workspace    string // in place of the profile's; empty: none
	Instance     string // likewise
	Folder       string // path; empty: none
	VCluster     string // empty: none
	TargetSchema string
	Zone         string // IANA
	PlatformZone string // IANA
}

// Wrong is a setting that cannot be used, in the words of whoever reads the
// settings. Problem goes on where the name of the setting ends.
type Wrong struct{ Setting, Problem, Fix string }

// Unknown is the name of something that looks like a setting and is none, and the
// setting that may be meant; Near is empty where none is near.
type Unknown struct{ Name, Near string }

// Scope is a right of the Slack app, and the methods and events it is for.
type Scope struct {
	Name string
	For  []string
}

// Deps are who is asked. Each may be called from several goroutines.
type Deps struct {
	Slack   Slack
	Program Program
	Machine Machine
	Sources Sources
	Log     *slog.Logger
}

// Checker looks at all preconditions. It keeps nothing from one look to the
// next.
type Checker struct {
	set Settings
	Deps
	each, whole time.Duration
}

// New makes a checker and asks nobody.
func New(s Settings, d Deps) *Checker {
	return &Checker{set: s, Deps: d, each: each, whole: whole}
}

// Check looks at everything and returns the preconditions in the order of
// [batchsync.PreconditionNames]. It returns within a minute, also when those who
// are asked hang, as long as they stop when their context ends; a file system
// that hangs does not.
func (c *Checker) Check(ctx context.Context) []batchsync.Precondition {
	ctx, cancel := context.WithTimeout(ctx, c.whole)
	defer cancel()
	var b board
	b.add(judgeSettings(c.set.Wrong, c.set.Unknown)...)
	b.add(judgeZone(c.set.Zone, c.set.Wrong))
	var parts sync.WaitGroup
	for _, part := range []func(context.Context, *board){c.slackSide, c.appToken, c.platformSide, c.machineSide, c.sourceSide} {
		parts.Go(func() { part(ctx, &b) })
	}
	parts.Wait()
	return b.sorted()
}

// board is where lines are put as they come.
type board struct {
	mu  sync.Mutex
	all []batchsync.Precondition
}

func (b *board) add(some ...batchsync.Precondition) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, some...)
}

// sorted are the lines in the order of their names; those of one name in the
// order of what they are about.
func (b *board) sorted() []batchsync.Precondition {
	b.mu.Lock()
	defer b.mu.Unlock()
	names := batchsync.PreconditionNames()
	slices.SortStableFunc(b.all, func(x, y batchsync.Precondition) int {
		return slices.Index(names, x.Name) - slices.Index(names, y.Name)
	})
	return b.all
}

// look carries out one check within its time, unless what it rests on is wrong,
// and puts its lines on the board. It reports whether nothing failed.
func (c *Checker) look(ctx context.Context, b *board, name batchsync.PreconditionName, settings []string, do func(context.Context) []batchsync.Precondition) bool {
	for _, w := range c.set.Wrong {
		if slices.Contains(settings, w.Setting) {
			b.add(unchecked(name, batchsync.T("precondition.because_setting", w.Setting)))
			return false
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.each)
	defer cancel()
	found := c.safely(ctx, name, do)
	b.add(found...)
	return batchsync.AllMet(found)
}

// safely keeps a check that breaks from hiding the others.
func (c *Checker) safely(ctx context.Context, name batchsync.PreconditionName, do func(context.Context) []batchsync.Precondition) (out []batchsync.Precondition) {
	defer func() {
		if p := recover(); p != nil {
			c.Log.Error("check panicked", "check", name, "panic", p, "stack", string(debug.Stack()))
			out = []batchsync.Precondition{failed(name, batchsync.T("error.internal"), batchsync.T("precondition_fix.internal"))}
		}
	}()
	return do(ctx)
}

// because leaves checks out that rest on one that failed.
func because(b *board, of batchsync.PreconditionName, names ...batchsync.PreconditionName) {
	for _, name := range names {
		b.add(unchecked(name, batchsync.T("precondition.because", string(of))))
	}
}

func met(name batchsync.PreconditionName, text batchsync.Text) batchsync.Precondition {
	return batchsync.Precondition{Name: name, State: batchsync.PreconditionMet, Text: text}
}

func warning(name batchsync.PreconditionName, text, fix batchsync.Text) batchsync.Precondition {
	return batchsync.Precondition{Name: name, State: batchsync.PreconditionWarning, Text: text, Fix: fix}
}

func failed(name batchsync.PreconditionName, text, fix batchsync.Text) batchsync.Precondition {
	return batchsync.Precondition{Name: name, State: batchsync.PreconditionFailed, Text: text, Fix: fix}
}

func unchecked(name batchsync.PreconditionName, why batchsync.Text) batchsync.Precondition {
	return batchsync.Precondition{Name: name, State: batchsync.PreconditionUnchecked, Text: why}
}

// of is a line about one of several.
func of(about string, p batchsync.Precondition) batchsync.Precondition {
	p.About = about
	return p
}

// quoting is a line with somebody's own words.
func quoting(detail string, p batchsync.Precondition) batchsync.Precondition {
	p.Detail = detail
	return p
}

// one is the result of a check with a single line.
func one(p batchsync.Precondition) []batchsync.Precondition { return []batchsync.Precondition{p} }

// judgeSettings is a line per setting that cannot be used, and one per name that
// nobody reads.
func judgeSettings(wrong []Wrong, unknown []Unknown) []batchsync.Precondition {
	if len(wrong)+len(unknown) == 0 {
		return one(met(batchsync.PreconditionSettings, batchsync.T("precondition.settings_ok")))
	}
	var out []batchsync.Precondition
	for _, w := range wrong {
		out = append(out, failed(batchsync.PreconditionSettings,
			batchsync.T("precondition.setting", w.Setting, w.Problem), batchsync.T("precondition_fix.setting", w.Fix)))
	}
	for _, u := range unknown {
		fix := batchsync.T("precondition_fix.unknown")
		if u.Near != "" {
			fix = batchsync.T("precondition_fix.nearest", u.Near)
		}
		out = append(out, warning(batchsync.PreconditionSettings, batchsync.T("precondition.setting_unknown", u.Name), fix))
	}
	return out
}

// judgeZone: that a zone is known was found out when the settings were read.
func judgeZone(zone string, wrong []Wrong) batchsync.Precondition {
	const name, setting = batchsync.PreconditionZone, "BATCHSYNC_TIMEZONE"
	if slices.ContainsFunc(wrong, func(w Wrong) bool { return w.Setting == setting }) {
		return unchecked(name, batchsync.T("precondition.because_setting", setting))
	}
	return met(name, batchsync.T("precondition.zone_ok", zone))
}
