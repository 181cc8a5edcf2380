// Package acceptance carries asked acceptances out: it gathers the figures of a
// delivery from the platform and the source, has them judged and saves what
// came of it.
//
// What there is to do is read off the store each time, so nothing is lost with
// the process: an acceptance is under way until it is saved as done. One whose
// figures changed meanwhile (a person gave one, a backfill ended) is begun anew.
package acceptance

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// atOnce is how many acceptances are made at once: each keeps a child of
	// the program and two connections of a source busy.
	atOnce = 2
	// maxTries is how often a platform that does not answer is asked; what it
	// has not told by then is said to be unchecked.
	maxTries = 3
	// bookRest is the pause after the store could not be read or written.
	bookRest = 30 * time.Second
)

// pauses lie between tries.
func pauses() []time.Duration { return []time.Duration{30 * time.Second, 2 * time.Minute} }

// Book is where acceptances are asked for and kept.
type Book interface {
	AskedAcceptances() ([]batchsync.Acceptance, error)
	// AcceptanceBefore is the last one of the task that is done, besides the
	// one given; nil without any.
	AcceptanceBefore(task batchsync.TaskID, besides batchsync.AcceptanceID) (*batchsync.Acceptance, error)
	Expectation(task batchsync.TaskID) (batchsync.Expectation, error)
	// Task fails with CodeNotFound for one that the bot does not know.
	Task(id batchsync.TaskID) (batchsync.Task, error)
	// SaveAcceptance fails with CodeConflict when the acceptance was changed
	// meanwhile, and with CodeNotFound when it is not there any more.
	SaveAcceptance(a batchsync.Acceptance, messages []batchsync.Message, audit ...batchsync.AuditRow) error
	// RememberSuccess is told what a task was like when a run succeeded.
	RememberSuccess(s batchsync.Snapshot) error
}

// Config is what the runner has to be told.
type Config struct {
	Zone    string // IANA, in which the platform reads schedules
	RowDrop int    // by how many percent rows may drop where a task says nothing else
}

// Runner carries asked acceptances out.
type Runner struct {
	cfg    Config
	book   Book
	gather gatherer
	log    *slog.Logger
	signal chan struct{} // one slot: a wake-up is never lost

	// Of the goroutine that runs Run.
	active map[batchsync.AcceptanceID]bool
	rests  map[batchsync.AcceptanceID]rest
	ended  chan outcome
}

// rest is an acceptance that is tried again later.
type rest struct {
	tries int // that failed
	until time.Time
}

// outcome is the end of a go at an acceptance.
type outcome struct {
	id batchsync.AcceptanceID
	how
}

type how int

const (
	settled  how = iota // saved, gone, or left for the next start
	changed             // somebody else changed it: to be looked at anew at once
	troubled            // the platform did not answer, or the go panicked
	unsaved             // the store did not take it
)

// New makes a runner. It does nothing before [Runner.Run].
func New(cfg Config, b Book, p Platform, s Source, log *slog.Logger) *Runner {
	return &Runner{
		cfg: cfg, book: b, gather: gatherer{cfg, b, p, s}, log: log, signal: make(chan struct{}, 1),
		active: map[batchsync.AcceptanceID]bool{}, rests: map[batchsync.AcceptanceID]rest{}, ended: make(chan outcome),
	}
}

// Wake tells the runner that an acceptance may have been asked for. It never
// waits.
func (r *Runner) Wake() {
	select {
	case r.signal <- struct{}{}:
	default:
	}
}

// Run carries out what is asked for, then whatever it is woken for, until ctx
// ends; it returns when nothing of it is left. An acceptance under way then is
// made at the next start.
func (r *Runner) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		next := r.begin(ctx, time.Now())
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
		case <-r.signal:
		case <-timer.C:
		case o := <-r.ended:
			r.end(o, time.Now())
		}
		timer.Stop()
	}
	for len(r.active) > 0 {
		delete(r.active, (<-r.ended).id)
	}
	return nil
}

// idle is when to look again without being woken.
const idle = time.Hour

// begin starts what can be started, and tells when there is more to do.
func (r *Runner) begin(ctx context.Context, now time.Time) (next time.Duration) {
	asked, err := r.book.AskedAcceptances()
	if err != nil {
		r.log.Error("list asked acceptances", "error", err)
		return bookRest
	}
	r.forget(asked)
	slices.SortStableFunc(asked, func(a, b batchsync.Acceptance) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Asked.Compare(b.Asked))
	})
	next = idle
	for _, a := range asked {
		wait := r.rests[a.ID].until.Sub(now)
		switch {
		case r.active[a.ID]:
		case wait > 0:
			next = min(next, wait)
		case len(r.active) < atOnce:
			last := r.rests[a.ID].tries+1 >= maxTries
			r.active[a.ID] = true
			go func() { r.ended <- outcome{a.ID, r.examine(ctx, a, last)} }()
		}
	}
	return next
}

// rank is whose turn it is: who waits for an answer comes first, and what is
// made after every run last.
func rank(a batchsync.Acceptance) int {
	switch a.Occasion {
	case batchsync.OnRequest:
		return 0
	case batchsync.OnEveryRun:
		return 2
	}
	return 1
}

// forget drops what is remembered of acceptances that are not asked for any
// more.
func (r *Runner) forget(asked []batchsync.Acceptance) {
	for id := range r.rests {
		if !slices.ContainsFunc(asked, func(a batchsync.Acceptance) bool { return a.ID == id }) {
			delete(r.rests, id)
		}
	}
}

func (r *Runner) end(o outcome, now time.Time) {
	delete(r.active, o.id)
	was := r.rests[o.id]
	switch o.how {
	case troubled:
		r.rests[o.id] = rest{was.tries + 1, now.Add(pauses()[min(was.tries, len(pauses())-1)])}
	case unsaved:
		r.rests[o.id] = rest{was.tries, now.Add(bookRest)}
	default:
		delete(r.rests, o.id)
	}
}
