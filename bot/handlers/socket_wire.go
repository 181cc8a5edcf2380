package handlers

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"batchsync/internal/failpoint"

	"github.com/gorilla/websocket"
)

// writeBuffer is larger than any acknowledgement: Slack does not put together
// what comes in several frames.
const writeBuffer = 32 << 10

// dialer makes the connections of one client of the library: heard is called
// whenever bytes come, which the library tells of envelopes only and not of
// pings. limit bounds all handshakes together; the end of ctx ends them too,
// which the WebSocket library would not notice.
func dialer(ctx context.Context, limit time.Duration, heard func()) *websocket.Dialer {
	return &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: limit, WriteBufferSize: writeBuffer,
		NetDialContext: func(dialing context.Context, network, addr string) (net.Conn, error) {
			var d net.Dialer
			conn, err := d.DialContext(dialing, network, addr)
			if err != nil {
				return nil, err
			}
			return &wire{Conn: conn, heard: heard, keep: context.AfterFunc(ctx, func() { conn.Close() })}, nil
		},
	}
}

// wire is a connection that tells when it hears something.
type wire struct {
	net.Conn
	heard func()
	keep  func() bool // ends its tie to the context
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.heard()
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	failpoint.Hit(failpoint.FrameAfter)
	return n, err
}

func (w *wire) Close() error {
	w.keep()
	return w.Conn.Close()
}

// tokenHolds asks Slack now and then whether the bot token still holds: a bot
// whose token was revoked hears clicks and can answer none. It returns nil when
// ctx ends.
func (s *socket) tokenHolds(ctx context.Context) error {
	tick := time.NewTicker(s.limits.token)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		_, err := s.api.AuthTestContext(ctx)
		if advice := permanent(err); advice != "" {
			return fmt.Errorf("slack refuses SLACK_BOT_TOKEN: %w; %s", err, advice)
		}
	}
}
