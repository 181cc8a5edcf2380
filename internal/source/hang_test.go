package source

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// silent accepts connections and says nothing; it returns its address.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var all []net.Conn
	var work sync.WaitGroup
	work.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			all = append(all, conn)
			mu.Unlock()
		}
	})
	t.Cleanup(func() {
		l.Close()
		work.Wait()
		for _, conn := range all {
			conn.Close()
		}
	})
	return l.Addr().String()
}

func addresses(host string) map[string]string {
	return map[string]string{
		"mysql":     "mysql://reader:pl4nted@" + host + "/",
		"postgres":  "postgres://reader:pl4nted@" + host + "/shop",
		"sqlserver": "sqlserver://reader:pl4nted@" + host + "?database=shop",
	}
}

// Not parallel: goroutines are counted.
func TestFigures_SourceHangs(t *testing.T) {
	for kind, dsn := range addresses(silent(t)) {
		t.Run(kind, func(t *testing.T) {
			gone := leaves(t)
			c := counter(t, dsn, func(l *limits) { l.statement, l.goodbye = 200*time.Millisecond, 200*time.Millisecond })
			began := time.Now()
			for _, f := range c.ask(t, Table{"shop", "a", ""}, Table{"shop", "b", ""}) {
				if problemKey(f) != "source.timeout" || f.Rows != -1 {
					t.Errorf("of a silent source: %+v %+v", f, f.Problem)
				}
			}
			c.Close()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			gone()
		})
	}
}

// Not parallel: goroutines are counted.
func TestClose_SourceHangs(t *testing.T) {
	for kind, dsn := range addresses(silent(t)) {
		t.Run(kind, func(t *testing.T) {
			gone := leaves(t)
			c := counter(t, dsn, func(l *limits) { l.goodbye = 100 * time.Millisecond })
			failed := make(chan error, 1)
			go func() {
				_, err := c.Figures(context.Background(), "src", []Table{{"shop", "a", ""}})
				failed <- err
			}()
			until(t, "the source is asked", func() bool {
				c.lines.mu.Lock()
				defer c.lines.mu.Unlock()
				return len(c.lines.open) > 0
			})
			c.Close()
			if err := <-failed; !errors.Is(err, errClosed) {
				t.Errorf("the call says %v", err)
			}
			gone()
		})
	}
}

func TestFigures_NobodyThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := l.Addr().String()
	l.Close()
	for kind, dsn := range addresses(host) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			f := counter(t, dsn, nil).ask(t, Table{"shop", "a", ""})[0]
			if problemKey(f) != "source.unreachable" || f.Problem.Code != batchsync.CodeUnreachable {
				t.Errorf("of nobody: %+v %+v", f, f.Problem)
			}
			if kind != "sqlserver" && f.Problem.Detail != "connection refused" {
				t.Errorf("the reason is %q", f.Problem.Detail)
			}
		})
	}
}

func TestFigures_Refused(t *testing.T) {
	t.Parallel()
	c := counter(t, addresses("127.0.0.1:1")["mysql"], func(l *limits) { l.total = 5 * time.Second })
	if !c.Has("src") || c.Has("other") {
		t.Error("the counter does not know its sources")
	}
	if _, err := c.Figures(t.Context(), "other", nil); batchsync.CodeOf(err) != batchsync.CodeNotFound {
		t.Errorf("an unknown source says %v", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Figures(over, "src", []Table{{"shop", "a", ""}}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
	// Whoever gives up leaves no connection occupied.
	for range 20 {
		_, _ = c.Figures(over, "src", []Table{{"shop", "a", ""}, {"shop", "b", ""}})
	}
	if f := c.ask(t, Table{"shop", "a", ""})[0]; problemKey(f) != "source.unreachable" {
		t.Errorf("after many that gave up: %+v", f.Problem)
	}
	if got, err := c.Figures(t.Context(), "src", nil); err != nil || len(got) != 0 {
		t.Errorf("of no tables: %v, %v", got, err)
	}
	if f := c.ask(t, Table{"shop", "", ""})[0]; problemKey(f) != "source.name" {
		t.Errorf("of a table without a name: %+v", f)
	}
}
