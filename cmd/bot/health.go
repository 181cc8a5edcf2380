package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/store"
)

// health answers whether the process does its work, from real signs: the
// socket's state and the age of the oldest message not delivered.
type health struct {
	bot  *handlers.Bot
	file *store.Store
}

// staleMessage is the age of an undelivered message from which on something
// is wrong.
const staleMessage = 10 * time.Minute

type report struct {
	OK            bool      `json:"ok"`
	Connected     bool      `json:"slack_connected"`
	Since         time.Time `json:"slack_since"`
	LastFrame     time.Time `json:"slack_last_event"`
	Waiting       int       `json:"requests_waiting"`
	MessagesDue   int       `json:"messages_due"`
	MessagesDead  int       `json:"messages_dead"`
	OldestMessage time.Time `json:"oldest_message_due,omitzero"`
}

func (h *health) look(now time.Time) (report, error) {
	status := h.bot.Status()
	due, dead, oldest, err := h.file.Counts()
	r := report{
		Connected: status.Connected, Since: status.Since, LastFrame: status.LastFrame,
		Waiting: h.bot.Waiting(), MessagesDue: due, MessagesDead: dead, OldestMessage: oldest,
	}
	r.OK = err == nil && status.Connected && (due == 0 || now.Sub(oldest) < staleMessage)
	return r, err
}

// ServeHTTP answers /healthz: 200 when all is well, 503 when not, and what was
// seen as JSON in both cases.
func (h *health) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	r, err := h.look(time.Now())
	w.Header().Set("Content-Type", "application/json")
	if err != nil || !r.OK {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(r) // the caller is gone: nobody left to tell
}

// serveHTTP serves until ctx ends.
func serveHTTP(ctx context.Context, addr string, h http.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", h)
	server := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := server.Shutdown(closing)
	if serveErr := <-failed; !errors.Is(serveErr, http.ErrServerClosed) {
		return errors.Join(err, serveErr)
	}
	return err
}
