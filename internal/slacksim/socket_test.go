package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// rawApp is a Socket Mode client without a library, to see every frame.
type rawApp struct {
	t  *testing.T
	ws *websocket.Conn
}

func openURL(t *testing.T, s *Sim) string {
	t.Helper()
	answer := post(t, s, s.AppToken, "apps.connections.open", `{}`)
	return str(answer, "url")
}

// post calls a method with a JSON body and returns the answer.
func post(t *testing.T, s *Sim, token, method, body string) Object {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/api/"+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out Object
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func dial(t *testing.T, s *Sim) *rawApp {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), openURL(t, s), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	a := &rawApp{t, ws}
	if hello := a.read(); str(hello, "type") != "hello" {
		t.Fatalf("first frame %v", hello)
	}
	return a
}

func (a *rawApp) read() Object {
	a.t.Helper()
	a.ws.SetReadDeadline(time.Now().Add(5 * time.Second))
	var o Object
	if err := a.ws.ReadJSON(&o); err != nil {
		a.t.Fatal(err)
	}
	return o
}

func (a *rawApp) ack(o Object) {
	a.t.Helper()
	if err := a.ws.WriteJSON(Object{"envelope_id": o["envelope_id"]}); err != nil {
		a.t.Error(err)
	}
}

// slash sends a command in the background; the returned function gives its error.
func slash(ctx context.Context, s *Sim, line string) func() error {
	done := make(chan error, 1)
	go func() { _, err := s.As(Ana).Slash(ctx, DataSync, line); done <- err }()
	return func() error { return <-done }
}

func TestSocket_Hello(t *testing.T) {
	t.Parallel()
	s, _ := newSim(t, Options{})
	url := openURL(t, s)
	ws, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	hello := (&rawApp{t, ws}).read()
	if hello["num_connections"] != 1.0 || str(obj(hello, "connection_info"), "app_id") != AppID || obj(hello, "debug_info") == nil {
		t.Errorf("hello %v", hello)
	}
	if _, res, err := websocket.DefaultDialer.Dial(url, nil); err == nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("the same URL worked twice: %v", err)
	}
}

func TestSocket_TooMany(t *testing.T) {
	t.Parallel()
	s, _ := newSim(t, Options{})
	for range maxConnections {
		dial(t, s)
	}
	ws, _, err := websocket.DefaultDialer.Dial(openURL(t, s), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if got := (&rawApp{t, ws}).read(); str(got, "reason") != "too_many_websockets" {
		t.Errorf("eleventh connection got %v", got)
	}
}

func TestSocket_NoConnection(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	if _, err := s.As(Ana).Slash(ctx, DataSync, "/batchsync"); !errors.Is(err, ErrNoConnection) {
		t.Errorf("got %v", err)
	}
	if toasts := s.Toasts(Ana); len(toasts) != 1 || !strings.Contains(toasts[0].Text, "dispatch_failed") {
		t.Errorf("toasts %v", toasts)
	}
}

func TestSocket_LateAndDoubleAcks(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{AckTimeout: 30 * time.Millisecond})
	a := dial(t, s)
	wait := slash(ctx, s, "/batchsync")
	e := a.read()
	if err := wait(); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v", err)
	}
	if !strings.HasPrefix(s.Toasts(Ana)[0].Text, "operation_timeout") {
		t.Errorf("toasts %v", s.Toasts(Ana))
	}
	a.ack(e)
	a.ack(e)
	a.ack(Object{"envelope_id": "unheard-of"})
	if err := s.wait(ctx, "violations", func() bool { return len(s.violations) == 3 }); err != nil {
		t.Fatal(err, s.Violations())
	}
	for i, want := range []string{"late ack", "acked 2 times", "unknown envelope"} {
		if got := s.Violations()[i]; !strings.Contains(got, want) {
			t.Errorf("violation %q, want %q", got, want)
		}
	}
}

func TestSocket_BigFrame(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	for _, tt := range []struct {
		name string
		size int
		ok   bool
	}{{"at the limit", maxFrame, true}, {"beyond", maxFrame + 1, false}} {
		a := dial(t, s)
		wait := slash(ctx, s, "/batchsync")
		frame := `{"envelope_id":"` + str(a.read(), "envelope_id") + `","payload":{"x":"`
		frame += strings.Repeat("x", tt.size-len(frame)-3) + `"}}`
		if err := a.ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			t.Fatal(err)
		}
		if !tt.ok {
			_, _, err := a.ws.ReadMessage()
			if !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
				t.Errorf("%s: %v", tt.name, err)
			}
			return // the command would only run into its timeout
		}
		if err := wait(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		a.ws.Close()
		if err := s.wait(ctx, "the socket to go", func() bool { return len(s.socket.conns) == 0 }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSocket_Duplicate(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	a := dial(t, s)
	s.DuplicateNext(1)
	wait := slash(ctx, s, "/batchsync")
	one, two := a.read(), a.read()
	if one["envelope_id"] != two["envelope_id"] {
		t.Errorf("%v and %v", one["envelope_id"], two["envelope_id"])
	}
	a.ack(one)
	a.ack(two)
	if err := wait(); err != nil || len(s.Violations()) > 0 {
		t.Errorf("%v, %v", err, s.Violations())
	}
}

func TestSocket_ReorderMalformRaw(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	a := dial(t, s)
	s.ReorderNext(2)
	first := slash(ctx, s, "/batchsync one")
	if err := s.wait(ctx, "the first envelope", func() bool { return len(s.envelopes) == 1 }); err != nil {
		t.Fatal(err)
	}
	second := slash(ctx, s, "/batchsync two")
	for _, want := range []string{"two", "one"} {
		e := a.read()
		if got := str(obj(e, "payload"), "text"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		a.ack(e)
	}
	if err := errors.Join(first(), second()); err != nil {
		t.Error(err)
	}
	s.MalformNext(1)
	third := slash(ctx, s, "/batchsync three")
	e := a.read()
	if _, isArray := e["payload"].([]any); !isArray {
		t.Errorf("payload %v", e["payload"])
	}
	a.ack(e)
	if err := third(); err != nil {
		t.Error(err)
	}
	s.SendRaw(`{"broken`)
	if _, frame, _ := a.ws.ReadMessage(); string(frame) != `{"broken` {
		t.Errorf("raw frame %q", frame)
	}
}

func TestSocket_Disconnect(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	a := dial(t, s)
	s.Disconnect("refresh_requested")
	if got := a.read(); str(got, "type") != "disconnect" || str(got, "reason") != "refresh_requested" {
		t.Errorf("got %v", got)
	}
	if _, err := s.As(Ana).Slash(ctx, DataSync, "/batchsync"); !errors.Is(err, ErrNoConnection) {
		t.Errorf("delivered on a connection that is leaving: %v", err)
	}
	if _, _, err := a.ws.ReadMessage(); err == nil {
		t.Error("the socket stayed open")
	}
	s.RefuseConnections(true)
	if _, res, err := websocket.DefaultDialer.Dial(openURL(t, s), nil); err == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("not refused: %v", err)
	}
	s.RefuseConnections(false)
	dial(t, s)
}

func TestSocket_RedeliverAfterDrop(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	s.RedeliverOnReconnect(true)
	a := dial(t, s)
	wait := slash(ctx, s, "/batchsync")
	lost := a.read()
	s.DropConnections()
	if err := s.wait(ctx, "the drop", func() bool { return len(s.socket.conns) == 0 }); err != nil {
		t.Fatal(err)
	}
	b := dial(t, s)
	again := b.read()
	if lost["envelope_id"] != again["envelope_id"] {
		t.Errorf("got %v, want %v", again, lost)
	}
	b.ack(again)
	if err := wait(); err != nil {
		t.Error(err)
	}
}

func TestSocket_PingsAndSilence(t *testing.T) {
	t.Parallel()
	s, _ := newSim(t, Options{PingInterval: 10 * time.Millisecond})
	a := dial(t, s)
	pings := make(chan struct{}, 100)
	a.ws.SetPingHandler(func(string) error { pings <- struct{}{}; return nil })
	go a.ws.ReadMessage() // runs the ping handler until the socket closes
	<-pings
	s.Silence(true)
	for quiet := false; !quiet; {
		select {
		case <-pings:
		case <-time.After(200 * time.Millisecond):
			quiet = true
		case <-t.Context().Done():
			t.Fatal("pings go on in silence")
		}
	}
}

// TestSocket_RoundRobin spreads payloads over all connections.
func TestSocket_RoundRobin(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	var mu sync.Mutex
	got := map[int]int{}
	for i := range 3 {
		a := dial(t, s)
		go func() {
			for {
				var e Object
				if a.ws.ReadJSON(&e) != nil {
					return
				}
				mu.Lock()
				got[i]++
				mu.Unlock()
				a.ack(e)
			}
		}()
	}
	for range 6 {
		if err := slash(ctx, s, "/batchsync")(); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(got) != 3 {
		t.Errorf("payloads per connection: %v", got)
	}
}

func TestSocket_EventRetries(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{AckTimeout: 20 * time.Millisecond, RetryDelays: []time.Duration{0, time.Millisecond, time.Hour}})
	a := dial(t, s)
	go s.As(Ana).Mention(ctx, DataSync, "hi")
	var ids, attempts []any
	for range 3 {
		e := a.read()
		ids, attempts = append(ids, str(obj(e, "payload"), "event_id")), append(attempts, e["retry_attempt"])
		if e["accepts_response_payload"] != false {
			t.Error("an event must not accept a payload")
		}
	}
	if !slices.Equal(attempts, []any{0.0, 1.0, 2.0}) || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("attempts %v of %v", attempts, ids)
	}
}
