package source

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/source/sourcetest"
)

// counted is a counter of one source, named "src", and what it logged.
type counted struct {
	*Counter
	log *strings.Builder
}

// counter makes one with limits of the test's own and closes it at the end.
func counter(t *testing.T, dsn string, change func(*limits)) counted {
	t.Helper()
	a, err := parse(dsn)
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	var log strings.Builder
	c := New(Sources{map[string]address{"src": a}}, slog.New(slog.NewTextHandler(&log, nil)))
	if change != nil {
		change(&c.limits)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if strings.Contains(log.String(), "pl4nted") {
			t.Errorf("the log shows a password: %s", log.String())
		}
	})
	return counted{c, &log}
}

// ask expects answers.
func (c counted) ask(t *testing.T, tables ...Table) []batchsync.SourceFigures {
	t.Helper()
	out, err := c.Figures(t.Context(), "src", tables)
	if err != nil {
		t.Fatalf("figures: %v", err)
	}
	if len(out) != len(tables) {
		t.Fatalf("%d answers about %d tables", len(out), len(tables))
	}
	return out
}

// problemKey is the sentence of a problem, "" for none.
func problemKey(f batchsync.SourceFigures) batchsync.TextKey {
	if f.Problem == nil {
		return ""
	}
	return f.Problem.Text.Key
}

func typesOf(f batchsync.SourceFigures) map[string]string {
	out := map[string]string{}
	for _, c := range f.Columns {
		out[c.Name] = c.Type
	}
	return out
}

// until polls for something that happens elsewhere.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// leaves notes how many goroutines there are; the returned function waits until
// there are no more than that. Only for tests that run alone.
func leaves(t *testing.T) func() {
	t.Helper()
	before := runtime.NumGoroutine()
	return func() {
		t.Helper()
		defer func() {
			if t.Failed() {
				all := make([]byte, 1<<20)
				t.Logf("%s", all[:runtime.Stack(all, true)])
			}
		}()
		until(t, "goroutines end", func() bool { return runtime.NumGoroutine() <= before })
	}
}

// asks tells one number of a server.
func asks(t *testing.T, dsn, query string) func() int {
	t.Helper()
	db := sourcetest.Open(t, dsn)
	return func() int {
		var n int
		if err := db.QueryRowContext(context.Background(), query).Scan(&n); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return n
	}
}

// checkPassword expects that a wrong password is told of every table, once
// asked, and is shown nowhere.
func checkPassword(t *testing.T, dsn string) {
	t.Helper()
	const wrong = "pl4nted-wrong"
	c := counter(t, sourcetest.As(t, dsn, sourcetest.Reader, wrong), nil)
	for _, f := range c.ask(t, Table{"shop", "orders", ""}, Table{"shop", "other", ""}) {
		if problemKey(f) != "source.login" || f.Rows != -1 || f.How != batchsync.CountedNot || f.Problem.Code != batchsync.CodeMisconfigured {
			t.Errorf("with a wrong password: %+v", f)
		}
		if strings.Contains(f.Problem.Detail, "pl4nted") || strings.Contains(f.Problem.Detail, "127.0.0.1:") {
			t.Errorf("the detail shows too much: %s", f.Problem.Detail)
		}
	}
	if got := strings.Count(c.log.String(), "\n"); got != 1 {
		t.Errorf("the source was asked %d times:\n%s", got, c.log)
	}
}

// checkMasked expects that a password which the server itself repeats is shown
// neither in its words nor in the log.
func checkMasked(t *testing.T, reader string, quoted string) {
	t.Helper()
	c := counter(t, reader, nil)
	f := c.ask(t, Table{"shop", "orders", quoted + " = 1"})[0]
	if problemKey(f) != "source.refused" || !strings.Contains(f.Problem.Detail, mask) || strings.Contains(f.Problem.Detail, sourcetest.Password) {
		t.Errorf("what the server says is shown as %+v", f.Problem)
	}
	if log := c.log.String(); !strings.Contains(log, mask) || strings.Contains(log, sourcetest.Password) {
		t.Errorf("the log shows %s", log)
	}
}

// checkClose closes a counter while two counts wait for ever; waiting tells how
// many there are at the server.
func checkClose(t *testing.T, dsn string, waiting func() int, gates ...Table) {
	t.Helper()
	waiting() // its connection has a goroutine, too
	gone := leaves(t)
	c := counter(t, dsn, nil)
	failed := make(chan error, 1)
	go func() {
		_, err := c.Figures(context.Background(), "src", gates)
		failed <- err
	}()
	until(t, "both connections count", func() bool { return waiting() == 2 })
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := <-failed; !errors.Is(err, errClosed) {
		t.Errorf("a count that was called off says %v", err)
	}
	if _, err := c.Figures(t.Context(), "src", gates); !errors.Is(err, errClosed) {
		t.Errorf("a closed counter says %v", err)
	}
	gone()
}
