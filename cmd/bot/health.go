package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// report is what the health endpoints answer. It names no secret and nothing
// of anybody's data.
type report struct {
	OK          bool         `json:"ok"`
	Reasons     []string     `json:"reasons,omitempty"` // why not
	Signs       []signReport `json:"signs"`
	Connections int          `json:"slack_connections"`
	Reconnects  int          `json:"slack_reconnects"`
	Waiting     int          `json:"requests_waiting"`
	Due         int          `json:"messages_due"`
	Dead        int          `json:"messages_dead"`
}

type signReport struct {
	Name  batchsync.SignName `json:"name"`
	OK    bool               `json:"ok"`
	Vital bool               `json:"vital,omitempty"`
	Full  bool               `json:"full,omitempty"`
	Last  time.Time          `json:"last,omitzero"`
	Age   *float64           `json:"age_seconds,omitempty"`
	Bound *float64           `json:"bound_seconds,omitempty"`
	Free  *int64             `json:"free_bytes,omitempty"`
	Need  *int64             `json:"need_bytes,omitempty"`
}

func signsReport(signs []batchsync.Sign) []signReport {
	out := make([]signReport, len(signs))
	for i, s := range signs {
		r := signReport{Name: s.Name, OK: s.OK, Vital: s.Vital, Full: s.Full, Last: s.Last.UTC()}
		if s.Name == batchsync.SignDisk {
			r.Free, r.Need = &s.Free, &s.Need
		} else {
			age, bound := s.Age.Round(time.Millisecond).Seconds(), s.Bound.Seconds()
			r.Age, r.Bound = &age, &bound
		}
		out[i] = r
	}
	return out
}

// live is whether the process should go on: no sign is lost that a restart may
// bring back. A platform that is down or a full disk is no reason to restart, and
// writing that fails is none before it did for as long as it may hang.
func live(s batchsync.Sign) bool { return s.OK || !s.Vital || s.Failed && s.Age <= s.Bound }

// ready is whether people can work with the bot now: it is connected, the file
// can be written to, and the platform's program did something since the start,
// so that it is there and may log in. A platform that is away now is told by
// the bot itself, which people have to reach for that.
func ready(s batchsync.Sign) bool {
	switch s.Name {
	case batchsync.SignSlack, batchsync.SignStore:
		return s.OK
	case batchsync.SignPlatform:
		return !s.Last.IsZero()
	}
	return true
}

// all is whether every sign passes.
func all(signs []batchsync.Sign, ok func(batchsync.Sign) bool) bool {
	return !slices.ContainsFunc(signs, func(s batchsync.Sign) bool { return !ok(s) })
}

// reason says what is wrong with a sign.
func reason(s batchsync.Sign) string {
	switch {
	case s.Full:
		return fmt.Sprintf("%s: the disk is full or read-only, and takes no change", s.Name)
	case s.Failed && s.Age <= s.Bound:
		return fmt.Sprintf("%s: the last write failed", s.Name)
	case s.Name == batchsync.SignSlack && s.Age <= s.Bound:
		return "slack: not connected"
	case s.Last.IsZero():
		return fmt.Sprintf("%s: not yet, %s after the start", s.Name, s.Age.Round(time.Second))
	}
	return fmt.Sprintf("%s: last good %s ago, may be %s", s.Name, s.Age.Round(time.Second), s.Bound)
}

// answer serves one of the endpoints: 200 when every sign is ok for it, else 503
// with the reasons, and all signs as JSON in both cases.
func (v *vitals) answer(ok func(batchsync.Sign) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		signs := v.Signs()
		r := v.report(signs)
		r.OK = all(signs, ok)
		for _, s := range signs {
			if !ok(s) {
				r.Reasons = append(r.Reasons, reason(s))
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !r.OK {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(r) // the caller is gone: nobody left to tell
	}
}

// serveHTTP serves health and metrics until ctx ends. When the address cannot be
// had, the error names its setting.
func serveHTTP(ctx context.Context, addr string, v *vitals, metrics http.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", v.answer(live))
	mux.Handle("GET /readyz", v.answer(ready))
	mux.Handle("GET /metrics", metrics)
	server := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("%w; set BATCHSYNC_LISTEN to a free address of this machine, or to nothing to be without", err)
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err = server.Shutdown(closing)
	if serveErr := <-failed; !errors.Is(serveErr, http.ErrServerClosed) {
		return errors.Join(err, serveErr)
	}
	return err
}
