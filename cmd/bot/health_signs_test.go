package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/batchsync"
)

// body is a bot of which every sign can be taken away.
type body struct {
	status         handlers.Status
	paused         time.Time
	looked, ended  time.Time
	unwritable     error
	hang           atomic.Pointer[chan struct{}] // nil: the file answers
	oldest         time.Time
	due, requested int
}

func (b *body) Status() handlers.Status                      { return b.status }
func (b *body) Waiting() int                                 { return b.requested }
func (b *body) PausedUntil() time.Time                       { return b.paused }
func (b *body) Alive() (looked, ended time.Time)             { return b.looked, b.ended }
func (b *body) Absence(time.Time) time.Duration              { return 10 * time.Minute }
func (b *body) Queues() map[string]int                       { return map[string]int{"work": b.requested} }
func (b *body) Children() (running, waiting int)             { return 1, 2 }
func (b *body) Counts() (int, int, time.Time, error)         { return b.due, 0, b.oldest, nil }
func (b *body) OpenIncidents() ([]batchsync.Incident, error) { return nil, nil }
func (b *body) Unsettled() ([]batchsync.Operation, error)    { return nil, nil }
func (b *body) well(now time.Time)                           { b.looked, b.ended = now, now; b.status = connected(now) }
func connected(now time.Time) handlers.Status {
	return handlers.Status{Connected: true, Since: now, LastFrame: now, Hearing: now, Connections: 1}
}
func (b *body) Writable() error {
	if hang := b.hang.Load(); hang != nil {
		<-*hang
	}
	return b.unwritable
}

func vitalsOf(t *testing.T, b *body, log *bytes.Buffer) *vitals {
	t.Helper()
	v := newVitals(Config{DeafAfter: 5 * time.Minute}, slog.New(slog.NewTextHandler(log, nil)))
	v.path = t.TempDir() + "/batchsync.db"
	v.bot, v.outbox, v.monitor, v.file, v.program = b, b, b, b, b
	v.backups = func() batchsync.BackupState { return batchsync.BackupState{} }
	return v
}

// TestHealth_Endpoints takes one sign away at a time and asks both endpoints.
func TestHealth_Endpoints(t *testing.T) {
	t.Parallel()
	full := fmt.Errorf("write database: %w", &batchsync.Error{Code: batchsync.CodeDisk})
	for _, c := range []struct {
		name        string
		spoil       func(b *body, v *vitals)
		missing     string
		live, ready bool
	}{
		{"well", func(*body, *vitals) {}, "", true, true},
		{"not connected", func(b *body, _ *vitals) { b.status.Connected = false }, "slack", true, false},
		{"deaf and still there", func(b *body, _ *vitals) { b.status.Hearing = time.Time{} }, "hearing", false, true},
		{"platform away", func(b *body, v *vitals) { v.life.Program = v.life.Started.Add(time.Minute) }, "platform", true, true},
		{"platform never there", func(b *body, v *vitals) { v.life.Program = time.Time{} }, "platform", true, false},
		{"looks fail", func(b *body, _ *vitals) { b.looked = time.Time{} }, "monitor", true, true},
		{"monitor hangs", func(b *body, _ *vitals) { b.ended = time.Time{} }, "looks", false, true},
		{"messages stuck", func(b *body, _ *vitals) { b.oldest = time.Now().Add(-time.Hour) }, "outbox", true, true},
		{"file not writable", func(b *body, v *vitals) {
			b.unwritable = errors.New("input/output error")
			v.life.Written = time.Time{}
		}, "store", false, false},
		{"file not writable lately", func(b *body, v *vitals) {
			b.unwritable = errors.New("input/output error")
			v.life.Written = time.Now().Add(-15 * time.Second)
		}, "store", true, false},
		{"disk full lately", func(b *body, v *vitals) {
			b.unwritable = full
			v.life.Written = time.Now().Add(-15 * time.Second)
		}, "store", true, false},
		{"disk full for long", func(b *body, v *vitals) {
			b.unwritable = full
			v.life.Written = time.Time{}
		}, "store", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, log := &body{}, &bytes.Buffer{}
			v := vitalsOf(t, b, log)
			v.life.Started = time.Now().Add(-24 * time.Hour)
			b.well(time.Now())
			v.ran("task list", "", time.Second)
			v.ran("task list", batchsync.FailTimeout, time.Second)
			c.spoil(b, v)
			v.probe()
			for path, want := range map[string]bool{"healthz": c.live, "readyz": c.ready} {
				ok := map[string]func(batchsync.Sign) bool{"healthz": live, "readyz": ready}[path]
				w := httptest.NewRecorder()
				v.answer(ok).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+path, nil))
				var got report
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Fatal(err)
				}
				code := map[bool]int{true: http.StatusOK, false: http.StatusServiceUnavailable}[want]
				if w.Code != code || got.OK != want || want != (len(got.Reasons) == 0) || !want && !strings.HasPrefix(got.Reasons[0], c.missing+": ") {
					t.Errorf("%s: %d, %s", path, w.Code, w.Body)
				}
				for _, s := range got.Signs {
					if s.OK == (string(s.Name) == c.missing) {
						t.Errorf("%s: sign %+v", path, s)
					}
					if s.Name != batchsync.SignDisk && (s.Age == nil || s.Bound == nil) || s.Name == batchsync.SignDisk && (s.Free == nil || *s.Free <= 0) {
						t.Errorf("%s: sign %s without figures", path, s.Name)
					}
				}
			}
		})
	}
}

// TestVitals_Run_Hangs has the file hang. Who asks for health is answered all
// the same, the sign goes missing, and it comes back.
func TestVitals_Run_Hangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := &body{}
		v := vitalsOf(t, b, &log)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		b.well(time.Now().Add(time.Hour)) // of another room's clock: nothing of it gets old
		v.ran("", "", 0)
		go func() { done <- v.Run(ctx) }()
		time.Sleep(time.Minute)
		if !all(v.Signs(), live) || !all(v.Signs(), ready) {
			t.Errorf("not well at first: %+v", v.Signs())
		}
		release := make(chan struct{})
		synctest.Wait()
		b.hang.Store(&release)
		time.Sleep(3 * time.Minute)
		if all(v.Signs(), live) || all(v.Signs(), ready) {
			t.Errorf("a hanging file goes unnoticed: %+v", v.Signs())
		}
		synctest.Wait()
		b.hang.Store(nil)
		close(release)
		time.Sleep(time.Minute)
		if !all(v.Signs(), live) {
			t.Errorf("not well afterwards: %+v", v.Signs())
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("the log is %s", log.String())
		}
	})
}
