package source

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Table is a table to be counted.
type Table struct {
	Schema string // "": the one the address names
	Name   string
	Where  string // the task's own filter; "": all rows
}

// limits are what a source may cost.
type limits struct {
	connections int           // at once
	statement   time.Duration // each
	probe       time.Duration // looking for dates that do not exist
	total       time.Duration // one call of Figures
	idle        time.Duration // an unused connection lives
	goodbye     time.Duration // for calling off what runs when the counter is closed
	huge        int64         // rows from which a table is estimated
}

func usual() limits {
	return limits{
		connections: 2, statement: 30 * time.Second, probe: 10 * time.Second, total: 5 * time.Minute,
		idle: time.Minute, goodbye: 2 * time.Second, huge: 20_000_000,
	}
}

// Counter counts the tables of sources. It is safe for use by many goroutines
// and must be closed.
type Counter struct {
	sources Sources
	log     *slog.Logger
	limits  limits
	now     func() time.Time
	lines   *lines
	closing chan struct{}

	mu     sync.Mutex
	closed bool
	pools  map[string]*pool
	calls  sync.WaitGroup
}

// pool is one source that was asked something.
type pool struct {
	address
	name  string
	db    *sql.DB
	slots chan struct{} // one per connection
}

// take waits for a connection's turn; false means that ctx ended before.
func (p *pool) take(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case p.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p *pool) release() { <-p.slots }

// New makes a counter; nothing is connected before it is asked.
func New(sources Sources, log *slog.Logger) *Counter {
	return &Counter{
		sources: sources, log: log, limits: usual(), now: time.Now,
		lines: newLines(), closing: make(chan struct{}), pools: map[string]*pool{},
	}
}

// Has reports whether the source of that name can be counted.
func (c *Counter) Has(source string) bool {
	_, ok := c.sources.by[source]
	return ok
}

// Figures tells rows, columns and dates that do not exist of tables of one
// source, one answer per table in the order asked. Table is named schema.table.
//
// Rows are counted exactly, views too, unless the source's own statistics call
// a table without filter huge (20 million rows); then they are that estimate,
// and How says so. Where something is not known Rows are -1 or Columns nil, and
// Problem says why; a look for dates that took too long is DatesUnread only. Each statement has 30 seconds and a call five minutes; what
// was not reached by then is a Problem too.
//
// An error means that nothing is told: the source is not known here, ctx ended,
// or the counter was closed. Neither errors nor problems show an address.
func (c *Counter) Figures(ctx context.Context, source string, tables []Table) ([]batchsync.SourceFigures, error) {
	p, err := c.begin(source)
	if err != nil {
		return nil, err
	}
	defer c.calls.Done()
	bounded, cancel := context.WithTimeout(ctx, c.limits.total)
	defer cancel()
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-c.closing:
			cancel()
		case <-done:
		}
	})
	out := c.figures(bounded, p, tables)
	close(done)
	watch.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("count tables of source %s: %w", source, err)
	}
	if c.over() {
		return nil, fmt.Errorf("count tables of source %s: %w", source, errClosed)
	}
	return out, nil
}

// begin returns the pool of a source and counts the call as one to wait for.
func (c *Counter) begin(source string) (*pool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, fmt.Errorf("count tables of source %s: %w", source, errClosed)
	}
	p := c.pools[source]
	if p == nil {
		a, ok := c.sources.by[source]
		if !ok {
			return nil, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("source.unknown", source), Hint: batchsync.T("source.unknown_hint")}
		}
		// A silent connection outlives its statement's deadline by a little,
		// so that the server can say itself that it gave up.
		connector, err := a.dialect.connector(c.lines, c.limits.statement+c.limits.goodbye)
		if err != nil {
			return nil, fmt.Errorf("open source %s: the address cannot be used", source)
		}
		p = &pool{address: a, name: source, db: sql.OpenDB(connector), slots: make(chan struct{}, c.limits.connections)}
		p.db.SetMaxOpenConns(c.limits.connections)
		p.db.SetMaxIdleConns(c.limits.connections)
		p.db.SetConnMaxIdleTime(c.limits.idle)
		c.pools[source] = p
	}
	c.calls.Add(1)
	return p, nil
}

func (c *Counter) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Close calls off what is being counted, waits for it and closes all
// connections; a source that hangs costs no more than two seconds. Closing
// again does nothing.
func (c *Counter) Close() error {
	c.mu.Lock()
	already := c.closed
	c.closed = true
	if !already {
		close(c.closing)
	}
	c.mu.Unlock()
	cut := time.AfterFunc(c.limits.goodbye, c.lines.cut)
	defer cut.Stop()
	c.calls.Wait()
	var first error
	for name, p := range c.pools {
		if err := p.db.Close(); err != nil && first == nil {
			first = fmt.Errorf("close source %s: %s", name, p.masked(err.Error()))
		}
	}
	c.lines.all.Wait()
	return first
}
