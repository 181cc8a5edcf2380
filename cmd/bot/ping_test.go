package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/redact"
)

// answers is a service that is asked inside a bubble.
type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answered(status int) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("ok"))}
}

func pingLog(address string) (*slog.Logger, *bytes.Buffer) {
	var log bytes.Buffer
	return slog.New(redact.Handler(slog.NewTextHandler(&log, nil), redact.New(pingSecrets(Secret{address})...))), &log
}

// TestPing_Run asks every minute while all is well, and at no other time; a
// service that fails, refuses or hangs is told of once and holds nothing up.
func TestPing_Run(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const address = "https://user:pa55word@ping.test/0f3c9a52-6d1e-4d55?key=planted"
		log, said := pingLog(address)
		var well atomic.Bool
		var asked atomic.Int32
		var answer atomic.Pointer[answers]
		answering := func(f answers) { answer.Store(&f) }
		saying := func(status int) {
			answering(func(*http.Request) (*http.Response, error) { return answered(status), nil })
		}
		hanging := func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }
		well.Store(true)
		saying(http.StatusOK)
		p := newPing(Secret{address}, well.Load, log)
		p.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			return (*answer.Load())(r)
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		wants := func(what string, d time.Duration, n int32) {
			t.Helper()
			asked.Store(0)
			time.Sleep(d)
			synctest.Wait()
			if got := asked.Load(); got != n {
				t.Errorf("%s: asked %d times within %s, want %d", what, got, d, n)
			}
		}
		time.Sleep(30 * time.Second) // between two minutes
		wants("well", 10*time.Minute, 10)
		well.Store(false)
		wants("not well", 10*time.Minute, 0)
		well.Store(true)
		saying(http.StatusInternalServerError)
		wants("refused", 5*time.Minute, 5)
		answering(func(*http.Request) (*http.Response, error) { return nil, errors.New("no such host") })
		wants("away", 5*time.Minute, 5)
		answering(hanging)
		wants("hanging", 5*time.Minute, 5)
		if n := strings.Count(said.String(), "\n"); n != 1 || !strings.Contains(said.String(), "answered 500") {
			t.Errorf("trouble is told %d times, want once:\n%s", n, said)
		}
		saying(http.StatusNoContent)
		wants("back", 5*time.Minute, 5)
		if n := strings.Count(said.String(), "\n"); n != 2 {
			t.Errorf("the end of the trouble is told %d times:\n%s", n-1, said)
		}
		answering(hanging)
		time.Sleep(35 * time.Second) // one is under way
		cancel()
		synctest.Wait()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Fatal("the end of the bot waits for a ping")
		}
		for _, secret := range []string{"pa55word", "planted", "0f3c9a52", "user:"} {
			if strings.Contains(said.String(), secret) {
				t.Errorf("the log shows %q of the address:\n%s", secret, said)
			}
		}
	})
}

// TestPing_Once asks a real server, over the real network.
func TestPing_Once(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   string // of the error
	}{
		{"taken", func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.RequestURI() != "/hook?key=planted" {
				t.Errorf("asked %s %s", r.Method, r.URL)
			}
		}, ""},
		{"refused", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "key=planted is unknown", http.StatusNotFound)
		}, "answered 404"},
		{"sent elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/?key=planted", http.StatusFound)
		}, "answered 302"},
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(c.answer)
			t.Cleanup(server.Close)
			log, _ := pingLog("")
			err := newPing(Secret{server.URL + "/hook?key=planted"}, nil, log).once(t.Context())
			switch {
			case c.want == "" && err != nil, c.want != "" && (err == nil || err.Error() != c.want):
				t.Errorf("got %v, want %q", err, c.want)
			case err != nil && strings.Contains(err.Error(), "planted"):
				t.Errorf("the error shows the address: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		if n := elsewhere.Load(); n != 0 {
			t.Errorf("the address was handed on %d times", n)
		}
	})
}

func TestCheckPing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address string
		ok      bool
	}{
		{"", true},
		{"https://ping.test/abc", true},
		{"https://user:word@ping.test/abc?x=1", true},
		{"http://127.0.0.1:9000/abc", true},
		{"http://[::1]:9000/abc", true},
		{"http://localhost/abc", true},
		{"http://ping.test/abc", false},
		{"http://localhost.ping.test/abc", false},
		{"http://127.0.0.1.ping.test/abc", false},
		{"ftp://127.0.0.1/abc", false},
		{"https:///abc", false},
		{"https://:443/abc", false},
		{"ping.test/abc", false},
		{"https://ping.test/\x00planted", false},
	} {
		err := checkPing(Secret{c.address})
		if (err == nil) != c.ok {
			t.Errorf("%q: got %v", c.address, err)
		}
		if err != nil && strings.Contains(err.Error(), "abc") {
			t.Errorf("%q is shown: %v", c.address, err)
		}
	}
}
