package slacksim

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestSocket_HalfOpen(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{PingInterval: 10 * time.Millisecond, AckTimeout: 50 * time.Millisecond})
	dead := dial(t, s)
	pinged := make(chan struct{}, 100)
	dead.ws.SetPingHandler(func(string) error { pinged <- struct{}{}; return nil })
	frames := make(chan error, 1)
	go func() { _, _, err := dead.ws.ReadMessage(); frames <- err }()
	<-pinged
	s.HalfOpen()
	if _, err := s.As(Ana).Slash(ctx, DataSync, "/batchsync"); !errors.Is(err, ErrTimeout) {
		t.Errorf("a command over a dead socket: %v", err)
	}
	for len(pinged) > 0 {
		<-pinged
	}
	dead2 := dial(t, s) // greeted, and pinged
	dead2.ws.SetPingHandler(func(string) error { pinged <- struct{}{}; return nil })
	go func() { _, _, _ = dead2.ws.ReadMessage() }()
	<-pinged
	select {
	case err := <-frames:
		t.Errorf("the dead socket was closed or spoke: %v", err)
	default:
	}
}

func TestSocket_HangConnections(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	s.HangConnections(true)
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, _, err := websocket.DefaultDialer.DialContext(short, openURL(t, s), nil); err == nil {
		t.Error("the handshake was answered")
	}
	s.HangConnections(false)
	dial(t, s)
}

func TestSocket_RefreshEvery(t *testing.T) {
	t.Parallel()
	s, _ := newSim(t, Options{})
	s.RefreshEvery(20 * time.Millisecond)
	a := dial(t, s)
	if got := a.read(); str(got, "reason") != "refresh_requested" {
		t.Errorf("got %v", got)
	}
	if _, _, err := a.ws.ReadMessage(); err == nil {
		t.Error("the connection stays")
	}
	s.RefreshEvery(0)
	b := dial(t, s)
	b.ws.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if _, _, err := b.ws.ReadMessage(); err == nil || websocket.IsCloseError(err, websocket.CloseAbnormalClosure) {
		t.Errorf("after the end of it: %v", err)
	}
}
