// Package monitor watches the platform and decides what is to be told, on a
// cron schedule.
//
// A look has three parts. It observes: what runs there are and how they stand,
// at a cost that grows with what is new and never with the number of tasks. It
// judges: which conditions hold for each task now, what became of each
// incident, and which channel is told by which message; these are pure
// functions of what was observed, what is known, and now. It records: all of it
// in one transaction.
//
// Rules of the house:
//
//   - What is wrong is read off the platform's present state, never off having
//     seen it happen. So a restart, a lost answer or a night without the bot
//     changes nothing about what is told in the end.
//   - Unknown is not ok: what could not be observed is not judged.
//   - A look never talks to Slack, it stores messages. What takes time per
//     task or per run is looked up behind, by [Monitor.Run]'s inspectors.
//   - A look is skipped while the one before still runs.
package monitor

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"batchsync/internal/batchsync"
)

// Keeper forgets what is over.
type Keeper interface {
	// Keep does the housekeeping due at now and reports whether messages
	// were stored.
	Keep(now time.Time) (told bool, err error)
}

// Book is what the monitor knows and tells.
type Book interface {
	// Watches are what it stored of the tasks it watches.
	Watches() ([]batchsync.Watch, error)
	// Known is everything it decides with, as it stands now.
	Known(now time.Time) (batchsync.Known, error)
	// RecordLook stores a look, or fails with CodeConflict when what it was
	// decided on has changed since.
	RecordLook(l batchsync.Look) error
}

// Platform is what the monitor asks.
type Platform interface {
	runLister
	Details
}

// Config is what an administrator decides.
type Config struct {
	Spec     string         // when to look: a robfig/cron spec that [CheckSpec] accepted
	Zone     *time.Location // of the platform's schedules
	Limits   Limits
	Mentions bool // owners are mentioned in the first message of an incident
	RowDrop  int  // percent of its rows a table may lose from one good run to the next
	// Observe, if set, is told of every job that ended, how long it took and
	// whether it did what it should. It is called from several goroutines and
	// must not wait.
	Observe func(job string, took time.Duration, ok bool)
}

// The jobs that [Config.Observe] is told of.
const (
	JobLook         = "look"         // at the platform
	JobSweep        = "sweep"        // of all runs of the window, as far as it got behind one look
	JobLookUp       = "look_up"      // of what a look does not tell, one task or run
	JobHousekeeping = "housekeeping" // in what is stored
)

// Monitor looks at the platform.
type Monitor struct {
	cfg      Config
	keeper   Keeper
	book     Book
	platform Platform
	deliver  func() // a message is due; must not wait
	newID    func() string
	log      *slog.Logger
	wake     chan struct{}
	now      func() time.Time

	mu       sync.Mutex // a look, or what an inspector brought
	view     *view
	watches  map[batchsync.TaskID]batchsync.Watch // nil before the first look
	changed  map[batchsync.TaskID]bool            // with runs that changed since they were judged
	swept    bool                                 // what was read last ended a sweep
	sweptAt  time.Time                            // when the last sweep was done
	sweeping bool                                 // a sweep is under way
	doubt    bool                                 // counts of runs do not tell what changed
	blind    bool                                 // it is not known what is unfinished before the window
	failure  error                                // of the last look
	failures int                                  // looks in a row that failed
	found    []found                              // looked up since the last look was recorded
	more     chan struct{}
	work     *inspector
	alive    alive
}

// New builds a monitor. newID makes ids nobody has used.
func New(cfg Config, k Keeper, b Book, p Platform, deliver func(), newID func() string, log *slog.Logger) *Monitor {
	if cfg.Observe == nil {
		cfg.Observe = func(string, time.Duration, bool) {}
	}
	m := &Monitor{
		cfg: cfg, keeper: k, book: b, platform: p, deliver: deliver, newID: newID, log: log, now: time.Now,
		wake: make(chan struct{}, 1), more: make(chan struct{}, 1), view: newView(), changed: map[batchsync.TaskID]bool{},
	}
	m.work = newInspector(p, m.inspected, log)
	m.work.observe = cfg.Observe
	return m
}

// CheckSpec reports why a spec is none.
func CheckSpec(spec string) error {
	if _, err := cron.ParseStandard(spec); err != nil {
		return fmt.Errorf("is no schedule (%v)", err)
	}
	return nil
}

// Wake asks for a look soon. It never waits.
func (m *Monitor) Wake() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// Run looks once at once, then by the spec in UTC and whenever it is woken,
// until ctx ends; it returns when the look and the look-ups under way have.
func (m *Monitor) Run(ctx context.Context) error {
	spec, err := cron.ParseStandard(m.cfg.Spec)
	if err != nil {
		return fmt.Errorf("schedule monitor: %w", err)
	}
	var inspectors sync.WaitGroup
	inspectors.Go(func() { m.work.run(ctx) })
	defer inspectors.Wait()
	due, timer := m.now().UTC(), time.NewTimer(0)
	defer timer.Stop()
	var gather <-chan time.Time
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-timer.C:
			m.Tick(ctx, m.now())
			now := m.now().UTC()
			if due = following(spec, due, now); !due.IsZero() {
				timer.Reset(due.Sub(now))
			}
		case <-m.wake:
			m.Tick(ctx, m.now())
		case <-m.more:
			// What else is found meanwhile is decided on in one go.
			gather = time.After(gathering)
		case <-gather:
			gather = nil
			m.again(ctx, m.now())
		}
	}
	return nil
}

// gathering is how long what was looked up may wait for more.
const gathering = time.Second

// Tick does everything due at now. A panic costs this look only, and is told
// in the log.
func (m *Monitor) Tick(ctx context.Context, now time.Time) {
	if ctx.Err() != nil {
		return
	}
	defer m.outlive("tick")
	m.timed(ctx, JobHousekeeping, func() bool { return m.keep(now.UTC()) })
	m.mu.Lock()
	defer m.mu.Unlock()
	m.timed(ctx, JobLook, func() bool { return m.look(ctx, now.UTC()) })
	if m.sweepDue(now.UTC()) {
		m.timed(ctx, JobSweep, func() bool { return m.sweep(ctx, now.UTC()) })
	}
}

// timed tells the observer of a job, also of one that panics. What the stop cuts
// short tells nothing.
func (m *Monitor) timed(ctx context.Context, job string, do func() (ok bool)) {
	began, ok := time.Now(), false
	defer func() {
		if ctx.Err() == nil {
			m.cfg.Observe(job, time.Since(began), ok)
		}
	}()
	ok = do()
}

// look makes one look and reports whether the platform was seen.
func (m *Monitor) look(ctx context.Context, now time.Time) bool {
	if err := m.remember(now); err != nil {
		m.log.Error("read watches", "error", err)
		return false
	}
	calls := m.observe(ctx, now)
	if ctx.Err() != nil {
		return false
	}
	m.decide(now, routine(calls))
	m.alive.note(time.Now(), m.failure == nil)
	return m.failure == nil
}

// inspected takes over what was looked up; what it means is decided soon.
func (m *Monitor) inspected(f found) {
	m.mu.Lock()
	m.found = append(m.found, f)
	m.mu.Unlock()
	select {
	case m.more <- struct{}{}:
	default:
	}
}

// again decides on what was looked up since the last look.
func (m *Monitor) again(ctx context.Context, now time.Time) {
	defer m.outlive("look-up")
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.found) > 0 && ctx.Err() == nil {
		m.decide(now.UTC(), 0)
	}
}

func (m *Monitor) outlive(what string) {
	if v := recover(); v != nil {
		m.log.Error(what+" panicked", "panic", v, "stack", string(debug.Stack()))
	}
}

func (m *Monitor) keep(now time.Time) (ok bool) {
	told, err := m.keeper.Keep(now)
	if err != nil {
		m.log.Error("housekeeping", "error", err)
		return false
	}
	if told {
		m.deliver()
	}
	return true
}

// remember reads what was stored before this process began, once.
func (m *Monitor) remember(now time.Time) error {
	if m.watches != nil {
		return nil
	}
	all, err := m.book.Watches()
	if err != nil {
		return err
	}
	known, err := m.book.Known(now)
	if err != nil {
		return err
	}
	m.view.want(runsOfOpen(slices.Values(known.Incidents)))
	m.watches = make(map[batchsync.TaskID]batchsync.Watch, len(all))
	for _, w := range all {
		m.watches[w.Task] = w
	}
	return nil
}

// runsOfOpen lists the runs that open incidents rest on.
func runsOfOpen(incidents iter.Seq[batchsync.Incident]) []batchsync.RunID {
	var out []batchsync.RunID
	for i := range incidents {
		if i.State != batchsync.IncidentOpen || i.Rehearsal {
			continue
		}
		for _, c := range i.Conditions {
			out = append(out, c.Run)
		}
	}
	return out
}

// observe looks at the platform and tells how many child processes it took to
// see what is new.
func (m *Monitor) observe(ctx context.Context, now time.Time) (calls int) {
	seen, err := m.view.look(ctx, m.platform, now)
	m.failure, m.swept = err, err == nil && seen.Swept
	if err != nil {
		m.failures++
		m.log.Warn("cannot look at the platform", "looks", m.failures, "error", err)
		return seen.Calls
	}
	m.failures = 0
	m.take(seen, now)
	return seen.Calls - seen.Aside
}

// take notes what a look or a part of a sweep brought.
func (m *Monitor) take(seen seen, now time.Time) {
	if seen.Doubt != m.doubt {
		m.doubt = seen.Doubt
		m.log.Warn("list and counts of runs disagree", "doubt", m.doubt)
	}
	switch blind := seen.Blind != nil; {
	case blind && !m.blind:
		m.log.Warn("cannot list unfinished runs of earlier days", "error", seen.Blind)
	case !blind && m.blind:
		m.log.Info("unfinished runs of earlier days are listed again")
	}
	m.blind = seen.Blind != nil
	if seen.Swept {
		m.sweptAt, m.sweeping = now, false
	}
	for _, id := range seen.Changed {
		m.changed[id] = true
	}
}

// decideTries bounds how often a look is decided anew because somebody changed
// what it was decided on meanwhile.
const decideTries = 5

// decide judges what was observed and records it. routine is how many look-ups
// it may ask for that nothing happened for.
func (m *Monitor) decide(now time.Time, routine int) {
	for range decideTries {
		known, err := m.book.Known(now)
		if err != nil {
			m.log.Error("read what is known", "error", err)
			return
		}
		j := m.judge(known, now)
		if j.dull() {
			m.settle(j, routine)
			return
		}
		err = m.book.RecordLook(j.look)
		if batchsync.CodeOf(err) == batchsync.CodeConflict {
			continue
		}
		if err != nil {
			m.log.Error("record a look", "error", err)
			return
		}
		m.settle(j, routine)
		return
	}
	m.log.Warn("a look was not recorded: what it was decided on kept changing")
}

// settle takes a recorded look over into memory.
func (m *Monitor) settle(j *judgement, routine int) {
	for id, w := range j.watches {
		m.watches[id] = w
	}
	for _, id := range j.look.Forget {
		delete(m.watches, id)
	}
	if j.look.Cursor.Since.IsZero() {
		clear(m.changed)
		m.found = nil
	}
	if len(j.look.Alerts)+len(j.look.Messages) > 0 {
		m.deliver()
	}
	for _, c := range j.board.changes {
		m.log.Info("incident", "incident", c.incident.ID, "task", c.incident.Task, "turn", c.turn, "reason", c.incident.Worst().Reason, "run", c.incident.Worst().Run)
	}
	m.view.want(runsOfOpen(maps.Values(j.board.incidents)))
	m.work.offer(m.survey(j, routine))
}

// absence is how long without a look is worth saying.
func (m *Monitor) absence(now time.Time) time.Duration {
	return max(10*time.Minute, 3*m.interval(now))
}

// interval is the time between the next two looks by the spec.
func (m *Monitor) interval(now time.Time) time.Duration {
	s, err := cron.ParseStandard(m.cfg.Spec)
	if err != nil {
		return 0
	}
	next := s.Next(now)
	return s.Next(next).Sub(next)
}

// lastGood tells when a run of a source or cluster last succeeded; it counts
// when it is first asked.
func (m *Monitor) lastGood(watches map[batchsync.TaskID]batchsync.Watch) func(batchsync.AlertKind, string) time.Time {
	type cause struct {
		kind batchsync.AlertKind
		name string
	}
	var good map[cause]time.Time
	return func(kind batchsync.AlertKind, name string) time.Time {
		if good == nil {
			good = map[cause]time.Time{}
			for id := range m.view.all() {
				for _, r := range m.view.runsOf(id) {
					if r.Status != batchsync.RunSuccess {
						continue
					}
					for _, c := range []cause{{batchsync.AlertSource, watches[id].Source}, {batchsync.AlertVCluster, r.VCluster}} {
						if ended(r).After(good[c]) {
							good[c] = ended(r)
						}
					}
				}
			}
		}
		return good[cause{kind, name}]
	}
}
