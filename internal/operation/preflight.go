package operation

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// preflight checks everything that can be known before anything is changed,
// and reports all that is wrong at once.
type preflight struct {
	Preflighter
	zone string
	log  *slog.Logger
}

func (p preflight) step() step { return step{look: p.look} }

// check is the outcome of one check: what to note, and the problem if any.
type check struct {
	part    batchsync.CheckPart // of a creation
	notes   []batchsync.Text
	odd     bool // the last note is worth knowing, though no problem
	problem *batchsync.Problem
	err     error // of a question that got no answer
}

func ok(key batchsync.TextKey, args ...string) check {
	return check{notes: []batchsync.Text{batchsync.T(key, args...)}}
}

// odd is a check that is passed, but not as expected.
func odd(key batchsync.TextKey, args ...string) check {
	c := ok(key, args...)
	c.odd = true
	return c
}

// wrong is a check that failed: its sentence says what to do as well.
func wrong(code batchsync.Code, key batchsync.TextKey, args ...string) check {
	c := ok(key, args...)
	c.problem = &batchsync.Problem{Code: code, Text: c.notes[0], Hint: batchsync.T("preflight.hint")}
	return c
}

// unread is a check whose question failed.
func unread(err error, key batchsync.TextKey, args ...string) check {
	c := ok(key, args...)
	c.problem, c.err = batchsync.ProblemOf(err), err
	return c
}

func (p preflight) look(ctx context.Context, t *turn) finding {
	return sum(p.checks(ctx, t.spec(), t.now))
}

// checks are all that a creation has to pass, in the order they are told.
func (p preflight) checks(ctx context.Context, spec batchsync.Spec, now time.Time) []check {
	reached := p.reach(ctx)
	reached.part = batchsync.PartProfile
	if reached.problem != nil {
		return []check{reached}
	}
	list, err := p.Datasources(ctx)
	source := func() check { return unread(err, "preflight.datasources_unread") }
	target := func() check { return check{} }
	if err == nil {
		source = func() check { return p.source(ctx, spec, list) }
		target = func() check { return p.target(ctx, spec, list) }
	}
	return append([]check{reached}, p.together(
		of(batchsync.PartSource, source),
		of(batchsync.PartTarget, target),
		of(batchsync.PartTables, func() check { return p.tables(ctx, spec) }),
		of(batchsync.PartFolder, func() check { return p.folder(ctx, spec) }),
		of(batchsync.PartVCluster, func() check { return p.cluster(ctx, spec.VCluster) }),
		of(batchsync.PartName, func() check { return p.name(ctx, spec) }),
		of(batchsync.PartSchedule, func() check { return p.schedule(now, spec.Schedule) }),
	)...)
}

// of names what a check is about, also of one that breaks down.
func of(part batchsync.CheckPart, f func() check) func() check {
	return func() (out check) {
		defer func() {
			if v := recover(); v != nil {
				panic(broken{part, v, debug.Stack()})
			}
		}()
		out = f()
		out.part = part
		return out
	}
}

// broken is the panic of a check that is known by its part.
type broken struct {
	part  batchsync.CheckPart
	cause any
	stack []byte
}

// together runs the checks side by side; each waits for seconds.
func (p preflight) together(checks ...func() check) []check {
	out := make([]check, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		all.Go(func() { out[i] = p.safely(c) })
	}
	all.Wait()
	return out
}

// safely makes a check that panicked one that could not be made: nobody else
// stands between its goroutine and the end of the program.
func (p preflight) safely(c func() check) (out check) {
	defer func() {
		if v := recover(); v != nil {
			b, named := v.(broken)
			if !named {
				b = broken{cause: v, stack: debug.Stack()}
			}
			p.log.Error("check panicked", "check", b.part, "panic", b.cause, "stack", string(b.stack))
			out = unread(fmt.Errorf("panic: %v", b.cause), "preflight.check_broken")
			out.part = b.part
		}
	}()
	return c()
}

// sum is the finding of all checks. What is wrong counts before what could not
// be asked, because asking again will not mend it.
func sum(checks []check) finding {
	f := isDone()
	for _, c := range checks {
		f.notes = append(f.notes, c.notes...)
		switch {
		case c.problem == nil:
		case c.err != nil:
			if f.verdict == took {
				f.verdict, f.problem, f.err = unclear, c.problem, c.err
			}
		case f.verdict != failed:
			f.verdict, f.problem, f.err = failed, c.problem, c.err
		}
	}
	return f
}

// reach asks whether the platform can be talked to at all; without that,
// nothing else is worth asking.
func (p preflight) reach(ctx context.Context) check {
	if err := p.CheckProfile(ctx); err != nil {
		return unread(err, "preflight.profile_bad")
	}
	conn, err := p.Ping(ctx)
	if err != nil {
		return unread(err, "preflight.not_connected")
	}
	if !conn.Connected {
		return unread(&batchsync.PlatformError{
			Command: "profile status", Failure: cmp.Or(conn.Failure, batchsync.FailUnreachable), Message: conn.Reason,
		}, "preflight.not_connected")
	}
	return ok("preflight.reached", conn.Workspace)
}

func (p preflight) schedule(now time.Time, s batchsync.Schedule) check {
	cron, err := cronOf(s, p.zone, now)
	if err != nil {
		pr := batchsync.ProblemOf(err)
		if pr.Hint.IsZero() {
			pr.Hint = batchsync.T("preflight.hint")
		}
		return check{notes: []batchsync.Text{pr.Text}, problem: pr}
	}
	return ok("preflight.schedule_ok", cron.Stored, p.zone)
}

func (p preflight) folder(ctx context.Context, s batchsync.Spec) check {
	list, err := p.Folders(ctx)
	if err != nil {
		return unread(err, "preflight.folders_unread")
	}
	i := slices.IndexFunc(list, func(f batchsync.Folder) bool { return f.ID == s.Folder.ID })
	switch {
	case i < 0:
		return wrong(batchsync.CodeNotFound, "preflight.folder_gone", s.Folder.Path)
	case list[i].Path != s.Folder.Path:
		return odd("preflight.folder_moved", s.Folder.Path, list[i].Path)
	}
	return ok("preflight.folder_ok", s.Folder.Path)
}

func (p preflight) cluster(ctx context.Context, name string) check {
	list, err := p.VClusters(ctx)
	if err != nil {
		return unread(err, "preflight.vclusters_unread")
	}
	var usable []string
	for _, v := range list {
		if v.ForSync() {
			usable = append(usable, v.Name)
		}
	}
	i := slices.IndexFunc(list, func(v batchsync.VCluster) bool { return strings.EqualFold(v.Name, name) })
	switch {
	case len(usable) == 0:
		return wrong(batchsync.CodeNotFound, "preflight.vcluster_none")
	case i < 0:
		return wrong(batchsync.CodeNotFound, "preflight.vcluster_gone", name, joined(usable))
	case !list[i].ForSync():
		return wrong(batchsync.CodeInvalid, "preflight.vcluster_type", name, list[i].Type, joined(usable))
	}
	return ok("preflight.vcluster_ok", name)
}

// name sees to it that the folder has no task of the name: only then can a
// task found later be told to be ours.
func (p preflight) name(ctx context.Context, s batchsync.Spec) check {
	hits, err := p.TasksLike(ctx, s.Name)
	if err != nil {
		return unread(err, "preflight.tasks_unread")
	}
	c := ok("preflight.name_ok", s.Name, s.Folder.Path)
	for _, h := range hits {
		switch {
		case h.Folder != s.Folder.ID:
		case h.Name == s.Name:
			return wrong(batchsync.CodeConflict, "preflight.name_taken", s.Name, s.Folder.Path, h.ID.String())
		case strings.EqualFold(h.Name, s.Name):
			c.notes, c.odd = append(c.notes, batchsync.T("preflight.name_twin", h.Name, h.ID.String())), true
		}
	}
	return c
}
