package truth

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/monitor"
	"batchsync/internal/outbox"
	"batchsync/internal/store"
)

// weeks is a world in which everything happens at a set time: one task, 40, that
// runs daily at 02:00 UTC and takes ten minutes, and one channel that follows
// it. Days are counted from the first of the simulated clock, 2000-01-01.
type weeks struct {
	t     *testing.T
	begin time.Time
	file  *store.Store
	watch *monitor.Monitor
	stop  func()

	mu       sync.Mutex
	runs     []batchsync.Run
	deployed batchsync.Deployed
	figures  batchsync.TableFigures
	gone     bool
	down     bool
	told     []telling
	drawn    string // how the alert looked last
}

// telling is something Slack was given.
type telling struct {
	at   time.Time
	what string // of an alert: kind, state and reason; of the rest the text key
}

const daily = "0 00 02 * * ? *"

// How often is looked: rarely is enough where it is not about the minute.
const (
	minutely = "@every 1m"
	rarely   = "@every 5m"
)

func inWeeks(t *testing.T, spec string, do func(w *weeks)) {
	t.Helper()
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b.db")
	synctest.Test(t, func(t *testing.T) {
		w := &weeks{t: t, begin: time.Now().UTC(), figures: batchsync.TableFigures{Table: "ods.orders", Exists: true, Rows: 1000}}
		w.deployed = batchsync.Deployed{Online: true, Cron: daily, VCluster: "vc", PublishedAt: w.begin.Add(-time.Hour)}
		w.start(path, spec)
		task := batchsync.Task{ID: 40, Name: "orders", Type: batchsync.TypeSingle, Owner: "U1", Channel: "C1", CreatedAt: w.begin}
		if err := w.file.SaveTask(task, batchsync.AuditRow{At: w.begin, Actor: "U1", Action: batchsync.ActAdopt, Object: "task/40", Outcome: "done"}); err != nil {
			t.Fatal(err)
		}
		do(w)
		w.stop()
	})
}

func (w *weeks) start(path, spec string) {
	file, err := store.Open(path, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	log := slog.New(slog.DiscardHandler)
	letters := &letters{Store: file}
	out := outbox.New(letters, w, log)
	n := 0
	id := func() string { n++; return fmt.Sprintf("%d-%d", time.Now().UnixNano(), n) }
	watch := monitor.New(monitor.Config{Spec: spec, Zone: time.UTC, Mentions: true, RowDrop: 50}, idleKeeper{}, file, w, func() { letters.came(); out.Wake() }, id, log)
	var rooms sync.WaitGroup
	rooms.Go(func() { _ = out.Run(ctx) })
	rooms.Go(func() { _ = watch.Run(ctx) })
	w.file, w.watch = file, watch
	w.stop = func() {
		cancel()
		rooms.Wait()
		if err := file.Close(); err != nil {
			w.t.Fatal(err)
		}
	}
}

// letters is the store as the outbox sees it, which looks every second. Weeks of
// that take long, so it reads the file only while something waits, when
// something came, and once a minute.
type letters struct {
	*store.Store
	mu    sync.Mutex
	quiet time.Time // until when nothing is read
}

func (l *letters) came() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.quiet = time.Time{}
}

func (l *letters) Due(now time.Time, n int) ([]batchsync.Message, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.quiet) {
		return nil, nil
	}
	due, err := l.Store.Due(now, n)
	if _, more, failed := l.Store.NextDue(); err == nil && failed == nil && !more {
		l.quiet = now.Add(time.Minute)
	}
	return due, err
}

func (l *letters) NextDue() (time.Time, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.quiet) {
		return time.Time{}, false, nil
	}
	return l.Store.NextDue()
}

// until lets the clock run to a time of a day, day 1 being the first.
func (w *weeks) until(day, hour, minute int) {
	at := w.begin.AddDate(0, 0, day-1).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	time.Sleep(time.Until(at))
	synctest.Wait()
}

// run plants the run of a day.
func (w *weeks) run(day int, status batchsync.RunStatus) {
	w.mu.Lock()
	defer w.mu.Unlock()
	plan := w.begin.AddDate(0, 0, day-1).Add(2 * time.Hour)
	r := batchsync.Run{
		ID: batchsync.RunID(day), Task: 40, TaskName: "orders", TaskType: batchsync.TypeSingle, Type: batchsync.RunScheduled,
		Status: status, Plan: plan, VCluster: "vc",
	}
	if status.Over() || status == batchsync.RunRunning {
		r.Began = plan
	}
	if status.Over() {
		r.Ended = time.Now().UTC()
	}
	for i := range w.runs {
		if w.runs[i].ID == r.ID {
			w.runs[i] = r
			return
		}
	}
	w.runs = append(w.runs, r)
}

func (w *weeks) set(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// calmDays lets the task run well on days from to, both included.
func (w *weeks) calmDays(from, to int) {
	for day := from; day <= to; day++ {
		w.until(day, 2, 0)
		w.run(day, batchsync.RunRunning)
		w.until(day, 2, 10)
		w.run(day, batchsync.RunSuccess)
	}
}

// expect compares what was told since the last call with what should have
// been: each "what" within five minutes of the moment given.
func (w *weeks) expect(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var got []string
	for _, m := range w.told {
		state, edited := strings.CutPrefix(m.what, "edit: ")
		if edited && state == w.drawn {
			continue // more is known of it
		}
		if strings.HasPrefix(state, "alert") {
			w.drawn = state
		}
		at := m.at.Sub(w.begin)
		got = append(got, fmt.Sprintf("day %d %02d:%02d %s", int(at.Hours())/24+1, int(at.Hours())%24, int(at.Minutes())%60, m.what))
	}
	w.told = nil
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		w.t.Errorf("told:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func (w *weeks) Send(_ context.Context, m batchsync.Message, _ *batchsync.Message) batchsync.Delivery {
	what := ""
	switch m.Kind {
	case batchsync.MessageAlert:
		a, err := w.file.Alert(batchsync.AlertID(m.Object))
		if err != nil {
			w.t.Error(err)
		}
		i, err := w.file.Incident(a.Incidents[0])
		if err != nil {
			w.t.Error(err)
		}
		what = fmt.Sprint("alert ", i.State, " ", i.Worst().Reason)
		if m.TS != "" {
			what = "edit: " + what
		}
	case batchsync.MessageDigest:
		what = fmt.Sprintf("digest %s: %d ok, %d failed", m.Digest.Day, m.Digest.OK, m.Digest.Failed)
	default:
		what = string(m.Body[0].Key)
		if m.Broadcast {
			what += " aloud"
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, telling{time.Now().UTC(), what})
	ts := m.TS
	if ts == "" {
		ts = fmt.Sprint(len(w.told), time.Now().UnixNano())
	}
	return batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: m.Channel, TS: ts}
}

func (w *weeks) broken() error {
	if w.down {
		return errIll
	}
	return nil
}

func (w *weeks) RunStats(_ context.Context, from, to time.Time) ([]batchsync.RunCount, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []batchsync.RunCount
	for _, r := range w.runs {
		if !r.Plan.Before(from) && !r.Plan.After(to) {
			out = append(out, batchsync.RunCount{Status: r.Status, Type: r.Type, TaskType: r.TaskType, Count: 1})
		}
	}
	return out, w.broken()
}

func (w *weeks) Runs(_ context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []batchsync.Run
	for _, r := range w.runs {
		if !r.Plan.Before(f.From) && !r.Plan.After(f.To) {
			out = append([]batchsync.Run{r}, out...)
		}
	}
	return out, w.broken()
}

func (w *weeks) Run(_ context.Context, id batchsync.RunID) (batchsync.Run, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.runs {
		if r.ID == id {
			return r, w.broken()
		}
	}
	return batchsync.Run{}, &batchsync.PlatformError{Command: "runs detail", Failure: batchsync.FailNotFound}
}

func (w *weeks) RunDeps(context.Context, batchsync.RunID) (before, after []batchsync.Run, err error) {
	return nil, nil, w.broken()
}
func (w *weeks) Attempts(context.Context, batchsync.RunID) ([]batchsync.Attempt, error) {
	return nil, w.broken()
}
func (w *weeks) AttemptLog(context.Context, batchsync.RunID, int64, int) (string, bool, error) {
	return "", false, w.broken()
}
func (w *weeks) TaskInfo(_ context.Context, id batchsync.TaskID) (batchsync.TaskRef, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone {
		return batchsync.TaskRef{}, &batchsync.PlatformError{Command: "task list", Failure: batchsync.FailNotFound}
	}
	return batchsync.TaskRef{ID: id, Name: "orders", Type: batchsync.TypeSingle, Folder: 1}, w.broken()
}
func (w *weeks) Tasks(context.Context) ([]batchsync.TaskRef, error) { return nil, w.broken() }
func (w *weeks) Folders(context.Context) ([]batchsync.Folder, error) {
	return []batchsync.Folder{{ID: 1, Path: "data/mysql"}}, w.broken()
}
func (w *weeks) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	return batchsync.Content{Source: batchsync.Datasource{Name: "mysql"}, Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}}}, w.broken()
}

func (w *weeks) Tables(context.Context, batchsync.DatasourceID, string) ([]string, error) {
	return nil, w.broken()
}
func (w *weeks) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone {
		return batchsync.Deployed{}, &batchsync.PlatformError{Command: "task schedule-info", Failure: batchsync.FailNotFound}
	}
	return w.deployed, w.broken()
}

func (w *weeks) TableFigures(context.Context, []string) ([]batchsync.TableFigures, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return []batchsync.TableFigures{w.figures}, w.broken()
}

func TestWeeks_AllIsWell(t *testing.T) {
	inWeeks(t, rarely, func(w *weeks) {
		w.calmDays(1, 7)
		w.until(7, 12, 0)
		w.expect()
	})
}

func TestWeeks_FailsAndRecovers(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 5)
		w.until(6, 2, 0)
		w.run(6, batchsync.RunRunning)
		w.until(6, 9, 0) // long after its business time
		w.run(6, batchsync.RunFailed)
		w.until(6, 12, 0)
		w.expect("day 6 02:31 alert open slow",
			"day 6 09:01 edit: alert open failed", "day 6 09:01 incident.reply_changed aloud")
		w.until(7, 2, 0)
		w.run(7, batchsync.RunFailed)
		w.until(8, 2, 0)
		w.run(8, batchsync.RunFailed)
		w.until(8, 12, 0)
		w.expect("day 7 02:01 incident.reply_again", "day 8 02:01 incident.reply_again aloud")
		w.run(8, batchsync.RunSuccess) // repeated in Studio
		w.until(8, 13, 0)
		w.expect("day 8 12:01 edit: alert closed failed", "day 8 12:01 incident.reply_recovered aloud")
		w.calmDays(9, 9)
		w.expect()
	})
}

func TestWeeks_NeverCame(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 3)
		w.until(4, 12, 0) // no run at two
		w.expect("day 4 02:15 alert open missing")
		w.calmDays(5, 6)
		w.expect("day 5 02:01 edit: alert closed missing", "day 5 02:01 incident.reply_recovered aloud")
	})
}

func TestWeeks_NotBegun(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 3)
		w.until(4, 2, 0)
		w.run(4, batchsync.RunNotStarted)
		w.until(4, 2, 14)
		w.expect()
		w.until(4, 3, 0)
		w.expect("day 4 02:15 alert open late")
		w.run(4, batchsync.RunSuccess)
		w.until(4, 4, 0)
		w.expect("day 4 03:01 edit: alert closed late", "day 4 03:01 incident.reply_recovered aloud")
	})
}

func TestWeeks_GreenAndEmpty(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 3)
		w.until(3, 12, 0)
		w.set(func() { w.figures.Rows = 0 })
		w.calmDays(4, 5)
		w.until(5, 12, 0)
		w.expect("day 4 02:11 alert open tables", "day 5 02:11 incident.reply_another")
		w.set(func() { w.figures.Rows = 1001 })
		w.calmDays(6, 6)
		w.until(6, 12, 0)
		w.expect("day 6 02:11 edit: alert closed tables", "day 6 02:11 incident.reply_recovered aloud")
	})
}

func TestWeeks_Elsewhere(t *testing.T) {
	inWeeks(t, rarely, func(w *weeks) {
		w.calmDays(1, 2)
		w.set(func() { w.deployed.Cron = "0 00 23 * * ? *"; w.deployed.PublishedAt = time.Now().UTC() })
		w.until(2, 12, 0)
		w.expectOnce("news.schedule")
		w.set(func() { w.deployed = batchsync.Deployed{} })
		w.until(3, 1, 0)
		w.expectOnce("news.offline")
		w.until(5, 1, 0) // and nothing is missed
		w.expect()
		w.set(func() { w.gone = true })
		w.until(5, 12, 0)
		w.expectOnce("news.gone")
	})
}

// expectOnce is for what may take as long as reading every schedule does.
func (w *weeks) expectOnce(what string) {
	w.t.Helper()
	w.mu.Lock()
	if len(w.told) == 1 {
		w.told[0].at = w.begin
	}
	w.mu.Unlock()
	w.expect("day 1 00:00 " + what)
}

func TestWeeks_PlatformDown(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 2)
		w.until(2, 12, 0)
		w.set(func() { w.down = true })
		w.until(2, 12, 2)
		w.expect()
		w.until(3, 1, 0)
		w.expect("day 2 12:03 alert open unreachable")
		w.until(3, 2, 0)
		w.run(3, batchsync.RunFailed)
		w.until(3, 6, 0) // unknown is not ok, and not late either
		w.expect()
		w.set(func() { w.down = false })
		w.until(3, 7, 0)
		w.expect("day 3 06:01 edit: alert closed unreachable", "day 3 06:01 alert open failed", "day 3 06:01 incident.reply_platform aloud")
	})
}

func TestWeeks_Muted(t *testing.T) {
	inWeeks(t, rarely, func(w *weeks) {
		w.calmDays(1, 2)
		task, err := w.file.Task(40)
		if err != nil {
			t.Fatal(err)
		}
		task.Muted = w.begin.AddDate(0, 0, 3)
		if err := w.file.SaveTask(task, batchsync.AuditRow{At: time.Now(), Actor: "U1", Action: batchsync.ActMute, Object: "task/40", Outcome: "done"}); err != nil {
			t.Fatal(err)
		}
		w.until(3, 2, 0)
		w.run(3, batchsync.RunFailed)
		w.until(3, 23, 59)
		w.expect()
		w.until(4, 0, 30)
		w.expect("day 4 00:00 alert open failed", "day 4 00:00 mute.over_still")
	})
}

func TestWeeks_Digest(t *testing.T) {
	inWeeks(t, rarely, func(w *weeks) {
		if err := w.file.SetChannel(batchsync.Channel{ID: "C1", Digest: "09:00", Zone: "UTC"}, batchsync.AuditRow{At: time.Now(), Actor: "U1", Action: batchsync.ActView, Object: "channel/C1", Outcome: "done"}); err != nil {
			t.Fatal(err)
		}
		w.calmDays(1, 3)
		w.until(3, 12, 0)
		w.expect("day 1 09:00 digest 1999-12-31: 0 ok, 0 failed", "day 2 09:00 digest 2000-01-01: 1 ok, 0 failed", "day 3 09:00 digest 2000-01-02: 1 ok, 0 failed")
	})
}

func TestWeeks_Rehearsal(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 1)
		w.until(1, 12, 0)
		if err := w.file.Rehearse(batchsync.Rehearsal{ID: "r", Channel: "C9", By: "U1", At: time.Now().UTC()}, batchsync.AuditRow{At: time.Now(), Actor: "U1", Action: batchsync.ActView, Object: "channel/C9", Outcome: "done"}); err != nil {
			t.Fatal(err)
		}
		w.watch.Wake()
		w.until(1, 12, 10)
		w.expect("day 1 12:00 alert open failed", "day 1 12:01 edit: alert closed failed", "day 1 12:01 incident.reply_recovered aloud")
	})
}

// Taking a task off the scheduler clears its runs: what was wrong is then gone
// from sight, and must not be taken for a recovery.
func TestWeeks_UndeployedInTrouble(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 1)
		w.until(2, 2, 0)
		w.run(2, batchsync.RunFailed)
		w.until(2, 12, 0)
		w.expect("day 2 02:01 alert open failed")
		w.set(func() { w.runs, w.deployed = nil, batchsync.Deployed{} })
		w.until(3, 12, 0)
		w.expect("day 2 12:01 edit: alert closed failed", "day 2 12:01 news.offline", "day 2 12:01 incident.reply_offline aloud")
	})
}

// A green run after a failure is no recovery when its table is empty.
func TestWeeks_GreenButNotWell(t *testing.T) {
	inWeeks(t, minutely, func(w *weeks) {
		w.calmDays(1, 1)
		w.until(2, 2, 0)
		w.run(2, batchsync.RunFailed)
		w.until(2, 12, 0)
		w.expect("day 2 02:01 alert open failed")
		w.set(func() { w.figures.Rows = 0 })
		w.run(2, batchsync.RunSuccess)
		w.until(2, 13, 0)
		w.expect("day 2 12:01 edit: alert open tables", "day 2 12:01 incident.reply_changed")
	})
}
