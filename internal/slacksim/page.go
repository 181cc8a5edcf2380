package slacksim

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"
)

//go:embed assets
var assets embed.FS

// routePage serves the browser client: static files at "/", its API below /sim/.
func (s *Sim) routePage(mux *http.ServeMux) {
	static, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err) // the embedded directory is part of the program
	}
	files := http.FileServerFS(static)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-cache")
		files.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /sim/snapshot", s.serveSnapshot)
	mux.HandleFunc("GET /sim/events", s.serveEvents)
	mux.HandleFunc("POST /sim/act", s.serveAct)
}

// snapshot is all that one user's client shows.
type snapshot struct {
	Version   int       `json:"version"`
	Team      string    `json:"team"`
	Me        string    `json:"me"`
	App       string    `json:"app"`
	Connected int       `json:"connected"`
	Users     []person  `json:"users"`
	Groups    []Object  `json:"groups"`
	Channels  []Channel `json:"channels"`
	Messages  []Message `json:"messages"`
	Home      *View     `json:"home"`
	// Inputs are the states of selects and pickers in messages, by "channel/ts".
	Inputs map[string]map[string]map[string]Object `json:"inputs"`
	Modals []View                                  `json:"modals"` // bottom first
	Toasts []Toast                                 `json:"toasts"`
}

// person is a user and whether the page can act as that user.
type person struct {
	User
	Client bool `json:"client"`
}

func (s *Sim) serveSnapshot(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	u, err := s.As(r.URL.Query().Get("user")).who()
	var shot snapshot
	if err == nil {
		shot = s.snapshot(u)
	}
	s.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	writeJSON(w, http.StatusOK, shot)
}

func (s *Sim) snapshot(u *User) snapshot {
	shot := snapshot{Version: s.version, Team: s.opts.Team, Me: u.ID, App: BotUser, Connected: len(s.socket.conns), Groups: []Object{},
		Messages: []Message{}, Modals: []View{}, Toasts: []Toast{}} // the page wants lists, not null
	for _, p := range s.users {
		shot.Users = append(shot.Users, person{*p, !p.Bot && !p.Deleted})
	}
	for _, g := range s.groups {
		shot.Groups = append(shot.Groups, Object{"id": g.ID, "handle": g.Handle})
	}
	s.dm(u.ID)
	seen := map[string]bool{}
	for _, c := range s.channels {
		if c.has(u.ID) {
			shot.Channels = append(shot.Channels, clone(*c))
			seen[c.ID] = true
		}
	}
	shot.Messages = append(shot.Messages, s.collect(func(m *Message) bool { return seen[m.Channel] && (m.EphemeralTo == "" || m.EphemeralTo == u.ID) })...)
	shot.Inputs = map[string]map[string]map[string]Object{}
	for _, m := range shot.Messages {
		if state := s.state(u.ID, messageKey(&m), m.Blocks); len(state) > 0 {
			shot.Inputs[messageKey(&m)] = clone(state)
		}
	}
	if home := s.homes[u.ID]; home != nil {
		v := s.shown(home)
		shot.Home = &v
	}
	for _, v := range s.stacks[u.ID] {
		shot.Modals = append(shot.Modals, s.shown(v))
	}
	for _, t := range s.toasts {
		if t.User == u.ID {
			shot.Toasts = append(shot.Toasts, t)
		}
	}
	return shot
}

// serveEvents sends the version number after every change, at most 20 a second.
func (s *Sim) serveEvents(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	out := http.NewResponseController(w)
	for {
		s.mu.Lock()
		version, changed := s.version, s.changed
		s.mu.Unlock()
		fmt.Fprintf(w, "data: %d\n\n", version)
		if out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-s.ctx.Done():
			return
		}
	}
}

// act is one thing a person did on the page.
type act struct {
	User, Kind    string
	Channel, TS   string // of the message acted on, or the channel written to
	View          string // id of the view acted on; wins over TS
	Thread        string
	Element, Text string
	Values        []string
}

func (a act) place() (string, string) {
	if a.View != "" {
		return "", a.View
	}
	return a.Channel, a.TS
}

type outcome struct {
	OK        bool              `json:"ok"`
	Error     string            `json:"error,omitempty"`
	Options   []Option          `json:"options,omitempty"`
	Action    string            `json:"action,omitempty"`
	Errors    map[string]string `json:"errors,omitempty"`
	LatencyMS int64             `json:"latency_ms"`
}

func (s *Sim) serveAct(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/json" { // keeps other sites' forms out
		http.Error(w, "send application/json", http.StatusUnsupportedMediaType)
		return
	}
	var a act
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&a); err != nil {
		http.Error(w, "cannot read the act: "+err.Error(), http.StatusBadRequest)
		return
	}
	out, err := s.perform(r.Context(), a)
	out.OK = err == nil
	if err != nil {
		out.Error = err.Error()
	}
	writeJSON(w, http.StatusOK, out)
}

func (s *Sim) perform(ctx context.Context, a act) (out outcome, err error) {
	who := s.As(a.User)
	var ack Ack
	switch a.Kind {
	case "slash":
		ack, err = who.Slash(ctx, a.Channel, a.Text)
	case "say":
		ack, err = who.say(ctx, a.Channel, a.Thread, a.Text)
	case "home":
		ack, err = who.OpenHome(ctx)
	case "click":
		ack, err = who.Click(ctx, a, a.Element)
	case "select":
		ack, err = who.Select(ctx, a, a.Element, a.Values...)
	case "type":
		ack, err = who.Type(ctx, a, a.Element, a.Text)
	case "suggest":
		out.Options, err = who.Suggest(ctx, a, a.Element, a.Text)
	case "submit":
		var sub Submission
		sub, err = who.Submit(ctx, View{ID: a.View})
		ack, out.Action, out.Errors = sub.Ack, sub.Action, sub.Errors
		if errors.Is(err, ErrClientRejected) {
			err = nil // the fields tell it
		}
	case "close":
		ack, err = who.CloseView(ctx, View{ID: a.View})
	default:
		err = fmt.Errorf("act %q: %w", a.Kind, ErrNotFound)
	}
	out.LatencyMS = ack.Latency.Milliseconds()
	return out, err
}
