package truth

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/monitor"
	"batchsync/internal/outbox"
	"batchsync/internal/store"
)

var (
	truthRounds = flag.Int("truth.rounds", 20, "random scenarios of the monitor")
	truthSeed   = flag.Uint64("truth.seed", 0, "the one scenario to run; 0: all")
)

// TestTruth lets a platform, Slack and the process misbehave at random for
// hours of simulated time: runs fail, recover, are repeated, answers get lost,
// messages are refused, deleted and delayed, the process dies. When all of it
// is over, what the channels show is what is true.
func TestTruth(t *testing.T) {
	t.Parallel()
	seeds := []uint64{*truthSeed}
	if *truthSeed == 0 {
		seeds = nil
		for n := range *truthRounds {
			seeds = append(seeds, uint64(n)+1)
		}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "b.db")
			synctest.Test(t, func(t *testing.T) { newTruth(t, path, seed).play() })
		})
	}
}

// truth is one scenario.
type truth struct {
	t    *testing.T
	path string
	rnd  *rand.Rand // of the script
	log  *slog.Logger

	mu    sync.Mutex
	dice  *rand.Rand                         // of what misbehaves
	runs  map[batchsync.RunID]*batchsync.Run // of the platform
	last  batchsync.RunID
	ill   float64 // how often the platform does not answer
	moody float64 // how often Slack does not do as it is told
	shown map[batchsync.MessageID]string
	posts int

	file *store.Store
	stop func()
}

const truthTasks = 12

func newTruth(t *testing.T, path string, seed uint64) *truth {
	return &truth{
		t: t, path: path, rnd: rand.New(rand.NewPCG(seed, 1)), dice: rand.New(rand.NewPCG(seed, 2)), log: slog.New(slog.DiscardHandler),
		runs: map[batchsync.RunID]*batchsync.Run{}, shown: map[batchsync.MessageID]string{},
	}
}

func (s *truth) play() {
	s.start()
	s.subscribe()
	for range 30 {
		s.happen()
		time.Sleep(time.Duration(s.rnd.IntN(240)) * time.Second)
		switch n := s.rnd.IntN(20); {
		case n == 0:
			s.stop()
			time.Sleep(time.Duration(s.rnd.IntN(90)) * time.Minute)
			s.start()
		case n < 4:
			s.set(s.rnd.Float64()*0.7, s.rnd.Float64()*0.6)
		case n < 8:
			s.set(0, 0)
		}
	}
	s.set(0, 0)
	s.mu.Lock()
	s.end(time.Now())
	s.mu.Unlock()
	time.Sleep(45 * time.Minute) // a sweep, the back-off of every message, and every flap
	synctest.Wait()
	s.check()
	s.stop()
}

func (s *truth) set(ill, moody float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ill, s.moody = ill, moody
}

// start is a process beginning, with what the last one left on disk.
func (s *truth) start() {
	file, err := store.Open(s.path, time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out := outbox.New(file, s, s.log)
	n := 0
	newID := func() string { n++; return fmt.Sprintf("%d-%d", time.Now().UnixNano(), n) }
	watch := monitor.New(monitor.Config{Spec: "@every 1m", Zone: time.UTC}, idleKeeper{}, file, s, out.Wake, newID, s.log)
	var rooms sync.WaitGroup
	rooms.Go(func() { _ = out.Run(ctx) })
	rooms.Go(func() { _ = watch.Run(ctx) })
	s.file = file
	s.stop = func() {
		cancel()
		rooms.Wait()
		if err := file.Close(); err != nil {
			s.t.Fatal(err)
		}
	}
}

type idleKeeper struct{}

func (idleKeeper) Keep(time.Time) (bool, error) { return false, nil }

// subscribe has one channel follow everything and another one single task.
func (s *truth) subscribe() {
	for _, sub := range []batchsync.Subscription{
		{Channel: "CALL", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: batchsync.UsualTopics()},
		{Channel: "CONE", Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: 1}, Topics: []batchsync.Topic{batchsync.TopicFailures}},
	} {
		if err := s.file.Subscribe(sub, nil, batchsync.AuditRow{At: time.Now(), Action: batchsync.ActView, Object: "channel", Outcome: "done"}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// happen lets the platform go on: some tasks run, some fail, some runs are
// repeated.
func (s *truth) happen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.end(now)
	storm := s.rnd.IntN(12) == 0
	for task := range truthTasks {
		id := batchsync.TaskID(task + 1)
		switch n := s.rnd.IntN(12); {
		case storm:
			s.finish(id, now, batchsync.RunFailed)
		case n < 2:
			s.finish(id, now, batchsync.RunFailed)
		case n < 5:
			s.finish(id, now, batchsync.RunSuccess)
		case n == 5: // repeated, as the same run
			if r := s.newest(id); r != nil {
				r.Began, r.Ended, r.Status = now, time.Time{}, batchsync.RunRunning
			}
		case n == 6: // repeated, as another run of the same time
			if r := s.newest(id); r != nil {
				s.add(id, r.Plan, now, pick(s.rnd, batchsync.RunSuccess, batchsync.RunFailed))
			}
		}
	}
}

// end lets the runs end that are at work.
func (s *truth) end(now time.Time) {
	for _, id := range slices.Sorted(maps.Keys(s.runs)) {
		if r := s.runs[id]; r.Status == batchsync.RunRunning {
			r.Ended, r.Status = now, pick(s.rnd, batchsync.RunSuccess, batchsync.RunFailed)
		}
	}
}

func pick[T any](rnd *rand.Rand, of ...T) T { return of[rnd.IntN(len(of))] }

func (s *truth) finish(task batchsync.TaskID, now time.Time, status batchsync.RunStatus) {
	s.add(task, now.Add(-time.Duration(s.rnd.IntN(60))*time.Second), now, status)
}

func (s *truth) add(task batchsync.TaskID, plan, ended time.Time, status batchsync.RunStatus) {
	s.last++
	s.runs[s.last] = &batchsync.Run{
		ID: s.last, Task: task, TaskName: fmt.Sprint("task", task), TaskType: batchsync.TypeSingle, Status: status, Type: batchsync.RunScheduled,
		Plan: plan.UTC(), Began: plan.UTC(), Ended: ended.UTC(), VCluster: fmt.Sprint("vc", task%3),
	}
}

// newest is the run of a task with the newest business time.
func (s *truth) newest(task batchsync.TaskID) *batchsync.Run {
	var out *batchsync.Run
	for _, r := range s.runs {
		if r.Task == task && (out == nil || cmp.Or(r.Plan.Compare(out.Plan), r.Ended.Compare(out.Ended), cmp.Compare(r.ID, out.ID)) > 0) {
			out = r
		}
	}
	return out
}

// failing reports whether a failure of the task was not made up for: by a
// success of its time or a later one that ended no earlier.
func (s *truth) failing(task batchsync.TaskID) bool {
	for _, r := range s.runs {
		if r.Task != task || r.Status != batchsync.RunFailed {
			continue
		}
		made := false
		for _, g := range s.runs {
			made = made || g.Task == task && g.Status == batchsync.RunSuccess && !g.Plan.Before(r.Plan) && !g.Ended.Before(r.Ended)
		}
		if !made {
			return true
		}
	}
	return false
}

// check compares what is shown with what is true.
func (s *truth) check() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var bad []batchsync.TaskID
	for task := range truthTasks {
		if id := batchsync.TaskID(task + 1); s.failing(id) {
			bad = append(bad, id)
		}
	}
	known, err := s.file.Known(time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	for channel, want := range map[batchsync.ChannelID][]batchsync.TaskID{"CALL": bad, "CONE": slices.DeleteFunc(slices.Clone(bad), func(id batchsync.TaskID) bool { return id != 1 })} {
		var told []batchsync.TaskID
		for _, a := range known.Alerts {
			if a.Channel != channel {
				continue
			}
			drawn := s.draw(a.ID)
			if got := s.shown[batchsync.AlertMessage(a.ID)]; got != drawn {
				s.t.Errorf("alert %s shows %q, should show %q", a.ID, got, drawn)
			}
			if a.Open() {
				told = append(told, s.open(a)...)
			}
		}
		slices.Sort(told)
		if !slices.Equal(told, want) {
			s.t.Errorf("channel %s tells of %v, failing are %v", channel, told, want)
		}
	}
	if due, dead, _, err := s.file.Counts(); err != nil || due+dead > 0 {
		s.t.Errorf("%d messages wait, %d are dead (%v)", due, dead, err)
	}
}

// open are the tasks of an alert's open incidents.
func (s *truth) open(a batchsync.Alert) (out []batchsync.TaskID) {
	for _, id := range a.Incidents {
		i, err := s.file.Incident(id)
		if err != nil {
			s.t.Fatal(err)
		}
		if i.State == batchsync.IncidentOpen && i.Task != 0 {
			out = append(out, i.Task)
		}
	}
	return out
}

// draw stands for what a message looks like.
func (s *truth) draw(id batchsync.AlertID) string {
	a, err := s.file.Alert(id)
	if err != nil {
		s.t.Error(err)
	}
	if a.Folded != "" {
		return "see " + string(a.Folded)
	}
	out := fmt.Sprint(a.Kind, a.Closed.IsZero())
	for _, id := range a.Incidents {
		i, err := s.file.Incident(id)
		if err != nil {
			s.t.Error(err)
		}
		out += fmt.Sprint(" ", i.Task, i.State, i.Worst().Run, i.Worst().Times)
	}
	return out
}

// Send is Slack.
func (s *truth) Send(_ context.Context, m batchsync.Message, _ *batchsync.Message) batchsync.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dice.Float64() < s.moody {
		return pick(s.dice,
			batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: 30 * time.Second},
			batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "connection reset"},
			batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "message_not_found"})
	}
	if id, ok := batchsync.AlertOf(m.ID); ok {
		s.shown[m.ID] = s.draw(id)
	}
	s.posts++
	return batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: m.Channel, TS: cmp.Or(m.TS, fmt.Sprintf("%d.%06d", time.Now().Unix(), s.posts))}
}

var errIll = errors.New("connect: connection refused")

// answers reports whether the platform does so now.
func (s *truth) answers() error {
	if s.dice.Float64() < s.ill {
		return errIll
	}
	return nil
}

func (s *truth) RunStats(_ context.Context, from, to time.Time) ([]batchsync.RunCount, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[batchsync.RunStatus]int{}
	for _, r := range s.runs {
		if !r.Plan.Before(from) && !r.Plan.After(to) {
			counts[r.Status]++
		}
	}
	var out []batchsync.RunCount
	for status, n := range counts {
		out = append(out, batchsync.RunCount{Status: status, Type: batchsync.RunScheduled, TaskType: batchsync.TypeSingle, Count: n})
	}
	return out, s.answers()
}

func (s *truth) Runs(_ context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []batchsync.Run
	for _, id := range slices.Sorted(maps.Keys(s.runs)) {
		if r := s.runs[id]; !r.Plan.Before(f.From) && !r.Plan.After(f.To) && (f.Task == 0 || f.Task == r.Task) {
			out = append(out, *r)
		}
	}
	slices.Reverse(out)
	return out, s.answers()
}

func (s *truth) Run(_ context.Context, id batchsync.RunID) (batchsync.Run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.runs[id]; r != nil {
		return *r, s.answers()
	}
	return batchsync.Run{}, &batchsync.PlatformError{Command: "runs detail", Failure: batchsync.FailNotFound}
}

func (s *truth) RunDeps(context.Context, batchsync.RunID) (before, after []batchsync.Run, err error) {
	return nil, nil, errIll
}

func (s *truth) Attempts(context.Context, batchsync.RunID) ([]batchsync.Attempt, error) {
	return nil, errIll
}

func (s *truth) AttemptLog(context.Context, batchsync.RunID, int64, int) (string, bool, error) {
	return "", false, errIll
}

func (s *truth) TaskInfo(_ context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	return batchsync.TaskRef{ID: id, Name: fmt.Sprint("task", id), Type: batchsync.TypeSingle}, nil
}

func (s *truth) Tasks(context.Context) ([]batchsync.TaskRef, error)  { return nil, errIll }
func (s *truth) Folders(context.Context) ([]batchsync.Folder, error) { return nil, errIll }
func (s *truth) Content(_ context.Context, id batchsync.TaskID) (batchsync.Content, error) {
	return batchsync.Content{Source: batchsync.Datasource{Name: fmt.Sprint("source", id%2)}, Pairs: []batchsync.TablePair{{Source: "a.b", Sink: "ods.b"}}}, nil
}

func (s *truth) Tables(context.Context, batchsync.DatasourceID, string) ([]string, error) {
	return nil, errIll
}

func (s *truth) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	return batchsync.Deployed{Online: true, Cron: "0 00 02 1 6 ? *", VCluster: "vc"}, nil
}

func (s *truth) TableFigures(_ context.Context, tables []string) ([]batchsync.TableFigures, error) {
	var out []batchsync.TableFigures
	for _, t := range tables {
		out = append(out, batchsync.TableFigures{Table: t, Exists: true, Rows: 100})
	}
	return out, nil
}
