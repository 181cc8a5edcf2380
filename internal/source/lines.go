package source

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// dialTime is how long a connection may take to be made, and keepAlive how
// often a silent one is tried.
const (
	dialTime  = 10 * time.Second
	keepAlive = 30 * time.Second
)

// lines are the open connections. The drivers close some of them behind our
// back, in goroutines of their own; here is what they are waited for by.
type lines struct {
	mu   sync.Mutex
	open map[*line]bool
	over bool
	all  sync.WaitGroup
}

func newLines() *lines { return &lines{open: map[*line]bool{}} }

// dial makes a connection; it fails once cut was called.
func (l *lines) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTime, KeepAlive: keepAlive}
	conn, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		conn.Close()
		return nil, errClosed
	}
	made := &line{Conn: conn, of: l}
	l.open[made] = true
	l.all.Add(1)
	return made, nil
}

// cut closes every connection; whoever reads from one fails at once.
func (l *lines) cut() {
	l.mu.Lock()
	l.over = true
	var all []*line
	for open := range l.open {
		all = append(all, open)
	}
	l.mu.Unlock()
	for _, open := range all {
		open.Close()
	}
}

// line is one connection.
type line struct {
	net.Conn
	of   *lines
	once sync.Once
}

func (l *line) Close() error {
	err := l.Conn.Close()
	l.once.Do(func() {
		l.of.mu.Lock()
		delete(l.of.open, l)
		l.of.mu.Unlock()
		l.of.all.Done()
	})
	return err
}

// SyscallConn lets a driver find out cheaply that an idle connection is dead.
func (l *line) SyscallConn() (syscall.RawConn, error) {
	if c, ok := l.Conn.(syscall.Conn); ok {
		return c.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}
