package slacksim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxConnections = 10
	maxFrame       = 20_480 // bytes; a larger frame from the app closes the socket with 1009
)

type socketState struct {
	conns   []*conn
	tickets map[string]bool
	turn    int                 // round robin
	waiting map[string]*pending // by envelope id; kept after the ack to see double acks

	silent, refuse, hang, redeliver bool

	lifespan                   time.Duration // of new connections; 0: without end
	duplicate, malform, gather int
	gathered                   []func()
}

func newSocketState() socketState {
	return socketState{tickets: map[string]bool{}, waiting: map[string]*pending{}}
}

type conn struct {
	ws      *websocket.Conn
	out     chan []byte
	done    chan struct{} // closed when the reader ends
	leaving bool          // was told to disconnect; gets nothing more
	mute    bool          // half-open: nothing comes out of it any more
}

// pending is an envelope on its way. acked is closed by the first ack.
type pending struct {
	env   *Envelope
	sends int
	acked chan struct{}
}

// Ack is the app's answer to one delivery.
type Ack struct {
	EnvelopeID string
	Latency    time.Duration
	Payload    Object // nil for an empty ack
}

func (s *Sim) connectionsOpen(r *http.Request, _ Object) Object {
	ticket := fmt.Sprintf("ticket-%d", s.next())
	s.socket.tickets[ticket] = true
	s.reach = "http://" + r.Host
	return Object{"url": "ws://" + r.Host + "/link/?ticket=" + ticket + "&app_id=" + AppID}
}

// serveSocket is one Socket Mode connection from upgrade to close.
func (s *Sim) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	valid, refuse, hang := s.socket.tickets[ticket], s.socket.refuse || s.ctx.Err() != nil, s.socket.hang
	delete(s.socket.tickets, ticket) // single use
	s.mu.Unlock()
	switch {
	case hang:
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
		return
	case refuse:
		http.Error(w, "refused", http.StatusServiceUnavailable)
		return
	case !valid:
		http.Error(w, "unknown or used ticket", http.StatusForbidden)
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	c := &conn{ws: ws, out: make(chan []byte, 512), done: make(chan struct{})}
	if !s.join(c) {
		ws.Close()
		return
	}
	s.read(c)
	s.mu.Lock()
	s.socket.conns = slices.DeleteFunc(s.socket.conns, func(o *conn) bool { return o == c })
	s.touch()
	s.mu.Unlock()
	close(c.done)
	ws.Close()
}

// join registers a connection, greets it and starts its writer.
func (s *Sim) join(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	if len(s.socket.conns) >= maxConnections {
		_ = c.ws.WriteJSON(Object{"type": "disconnect", "reason": "too_many_websockets", "debug_info": debugInfo()})
		return false
	}
	s.socket.conns = append(s.socket.conns, c)
	s.put(c, Object{"type": "hello", "num_connections": len(s.socket.conns), "debug_info": debugInfo(),
		"connection_info": Object{"app_id": AppID}})
	if s.socket.redeliver {
		for _, e := range s.envelopes {
			if p := s.socket.waiting[e.ID]; e.Acks == 0 && e.Type != "events_api" {
				s.transmit(p)
			}
		}
	}
	s.spawn(func() { s.write(c) })
	if s.socket.lifespan > 0 {
		age := s.socket.lifespan
		s.spawn(func() { s.expire(c, age) })
	}
	s.touch()
	return true
}

func debugInfo() Object {
	return Object{"host": "applink-sim-1", "build_number": 1, "approximate_connection_time": 18060}
}

func (s *Sim) put(c *conn, v Object) {
	frame, err := json.Marshal(v)
	if err != nil {
		s.violate("cannot encode a frame: %v", err)
		return
	}
	s.putRaw(c, frame)
}

func (s *Sim) putRaw(c *conn, frame []byte) {
	if s.socket.silent || c.mute {
		return
	}
	select {
	case c.out <- frame:
	default:
		s.violate("the app does not read its socket: a frame was lost")
	}
}

// write is the only writer of data frames; it also pings.
func (s *Sim) write(c *conn) {
	ping := time.NewTicker(s.opts.PingInterval)
	defer ping.Stop()
	for {
		var err error
		select {
		case frame := <-c.out:
			c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
			err = c.ws.WriteMessage(websocket.TextMessage, frame)
		case <-ping.C:
			s.mu.Lock()
			silent := s.socket.silent || c.mute
			s.mu.Unlock()
			if !silent {
				err = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from the sim"), time.Now().Add(time.Second))
			}
		case <-c.done:
			return
		}
		if err != nil {
			c.ws.Close()
			return
		}
	}
}

func (s *Sim) read(c *conn) {
	c.ws.SetReadLimit(maxFrame) // beyond it the library closes with 1009
	for {
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			if err == websocket.ErrReadLimit {
				s.mu.Lock()
				s.violate("the app sent a frame of more than %d bytes; the socket was closed with 1009", maxFrame)
				s.mu.Unlock()
			}
			return
		}
		s.ack(frame)
	}
}

func (s *Sim) ack(frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var a struct {
		EnvelopeID string `json:"envelope_id"`
		Payload    any    `json:"payload"`
	}
	if err := json.Unmarshal(frame, &a); err != nil {
		s.violate("the app sent a frame that is not JSON: %v", err)
		return
	}
	p := s.socket.waiting[a.EnvelopeID]
	if p == nil {
		s.violate("ack of an unknown envelope %q", a.EnvelopeID)
		return
	}
	e := p.env
	e.Acks++
	if e.Acks > p.sends {
		s.violate("envelope %s (%s) was acked %d times", e.ID, e.Type, e.Acks)
	}
	if e.Acks > 1 {
		return
	}
	e.Acked = time.Now()
	if late := e.Acked.Sub(e.Sent); late > s.opts.AckTimeout {
		s.violate("late ack: envelope %s (%s) after %s", e.ID, e.Type, late.Round(time.Millisecond))
	}
	e.Answer, _ = a.Payload.(Object)
	close(p.acked)
	s.touch()
}
