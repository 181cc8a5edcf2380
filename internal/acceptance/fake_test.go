package acceptance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// book is the store in memory.
type book struct {
	mu       sync.Mutex
	all      map[batchsync.AcceptanceID]batchsync.Acceptance
	expected batchsync.Expectation
	tasks    map[batchsync.TaskID]batchsync.Task
	messages []batchsync.Message
	success  []batchsync.Snapshot
	fail     int // saves that fail
	saves    int
	wrong    error // of reads
}

var (
	errStale = &batchsync.Error{Code: batchsync.CodeConflict}
	errGone  = &batchsync.Error{Code: batchsync.CodeNotFound}
	errDisk  = errors.New("disk is full")
)

func newBook(asked ...batchsync.Acceptance) *book {
	b := &book{all: map[batchsync.AcceptanceID]batchsync.Acceptance{}, tasks: map[batchsync.TaskID]batchsync.Task{}}
	for _, a := range asked {
		b.all[a.ID] = a
	}
	return b
}

func (b *book) AskedAcceptances() (out []batchsync.Acceptance, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.all {
		if a.State == batchsync.AcceptanceAsked {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b batchsync.Acceptance) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, b.wrong
}

func (b *book) AcceptanceBefore(task batchsync.TaskID, besides batchsync.AcceptanceID) (last *batchsync.Acceptance, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.all {
		if a.Task == task && a.ID != besides && a.State == batchsync.AcceptanceDone && (last == nil || a.Asked.After(last.Asked)) {
			last = &a
		}
	}
	return last, nil
}

func (b *book) Expectation(batchsync.TaskID) (batchsync.Expectation, error) { return b.expected, nil }

func (b *book) Task(id batchsync.TaskID) (batchsync.Task, error) {
	t, ok := b.tasks[id]
	if !ok {
		return t, errGone
	}
	return t, nil
}

func (b *book) SaveAcceptance(a batchsync.Acceptance, messages []batchsync.Message, _ ...batchsync.AuditRow) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.saves++
	old, ok := b.all[a.ID]
	switch {
	case b.fail > 0:
		b.fail--
		return errDisk
	case !ok:
		return errGone
	case old.Version != a.Version-1:
		return errStale
	}
	b.all[a.ID] = a
	b.messages = append(b.messages, messages...)
	return nil
}

func (b *book) RememberSuccess(s batchsync.Snapshot) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.success = append(b.success, s)
	return nil
}

// edit changes an acceptance as somebody else would.
func (b *book) edit(id batchsync.AcceptanceID, fn func(*batchsync.Acceptance)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.all[id]
	fn(&a)
	a.Version++
	b.all[id] = a
}

func (b *book) saved() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.saves
}

func (b *book) get(t *testing.T, id batchsync.AcceptanceID) batchsync.Acceptance {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.all[id]
	if !ok {
		t.Fatalf("acceptance %s is not there", id)
	}
	return a
}

// platform has a task of two tables that is all right. What a test wants
// otherwise it sets.
type platform struct {
	mu      sync.Mutex
	content batchsync.Content
	names   []string // tables of a whole database
	calls   map[string]int
	fails   map[string]error // by method
	asked   []batchsync.TargetQuery
	figures func(batchsync.TargetQuery) batchsync.TargetFigures
	during  func() // called while the target is looked at
	columns func(table string) ([]batchsync.Column, error)
	at      time.Time
	most    int // descriptions at once
	now     int
}

func newPlatform() *platform {
	p := &platform{calls: map[string]int{}, fails: map[string]error{}, at: time.Now()}
	p.content = batchsync.Content{
		Source: batchsync.Datasource{ID: 5, Name: "shop_db"}, Scope: batchsync.ScopeMulti,
		Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}, {Source: "shop.items", Sink: "ods.items"}},
	}
	p.figures = func(q batchsync.TargetQuery) batchsync.TargetFigures {
		set := map[string]int64{}
		for _, k := range q.Keys {
			set[k] = 10
		}
		return batchsync.TargetFigures{
			Table: q.Table, Exists: true, Rows: 10, NonNull: set, History: true, Written: p.at.Add(-30 * time.Second),
			Columns: []batchsync.TargetColumn{{Name: "id", Type: "bigint"}},
		}
	}
	p.columns = func(string) ([]batchsync.Column, error) {
		return []batchsync.Column{{Name: "id", Type: "BIGINT", Primary: true}}, nil
	}
	return p
}

func (p *platform) call(name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[name]++
	return p.fails[name]
}

func (p *platform) count(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[name]
}

func (p *platform) set(name string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fails[name] = err
}

func (p *platform) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	if err := p.call("content"); err != nil {
		return batchsync.Content{}, err
	}
	return p.content, nil
}

func (p *platform) DraftSchedule(context.Context, batchsync.TaskID) (batchsync.DraftSchedule, error) {
	return batchsync.DraftSchedule{Cron: "0 30 03 * * ? *", VCluster: "sync_vc"}, p.call("draft")
}

func (p *platform) Deployed(context.Context, batchsync.TaskID) (batchsync.Deployed, error) {
	return batchsync.Deployed{Online: true, Cron: "0 30 03 * * ? *", VCluster: "sync_vc"}, p.call("deployed")
}

func (p *platform) Runs(_ context.Context, f batchsync.RunFilter) ([]batchsync.Run, error) {
	if f.From.IsZero() || f.To.IsZero() {
		return nil, errors.New("a window has two ends")
	}
	return []batchsync.Run{{
		ID: 70, Status: batchsync.RunSuccess, Type: batchsync.RunScheduled,
		Plan: p.at.Add(-time.Minute), Began: p.at.Add(-time.Minute), Ended: p.at,
	}}, p.call("runs")
}

func (p *platform) Tables(context.Context, batchsync.DatasourceID, string) ([]string, error) {
	return p.names, p.call("tables")
}

func (p *platform) Columns(_ context.Context, id batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error) {
	p.mu.Lock()
	p.calls["columns"]++
	p.now++
	p.most = max(p.most, p.now)
	p.mu.Unlock()
	time.Sleep(time.Second) // synthetic time: the others come meanwhile
	defer func() {
		p.mu.Lock()
		p.now--
		p.mu.Unlock()
	}()
	return p.columns(schema + "." + table)
}

func (p *platform) TargetFigures(ctx context.Context, queries []batchsync.TargetQuery) (out []batchsync.TargetFigures, err error) {
	if err := p.call("target"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.asked = queries
	during := p.during
	p.mu.Unlock()
	if during != nil {
		during()
	}
	for _, q := range queries {
		out = append(out, p.figures(q))
	}
	return out, ctx.Err()
}

// source counts ten rows in every table, unless it is told otherwise.
type source struct {
	mu      sync.Mutex
	knows   string
	figures func(ctx context.Context, t []SourceTable) ([]batchsync.SourceFigures, error)
	asked   []SourceTable
}

func (s *source) Has(name string) bool { return name != "" && name == s.knows }

func (s *source) Figures(ctx context.Context, name string, tables []SourceTable) ([]batchsync.SourceFigures, error) {
	s.mu.Lock()
	s.asked = tables
	figures := s.figures
	s.mu.Unlock()
	if figures != nil {
		return figures(ctx, tables)
	}
	var out []batchsync.SourceFigures
	for _, t := range tables {
		out = append(out, counted(t, 10))
	}
	return out, nil
}

func counted(t SourceTable, rows int64) batchsync.SourceFigures {
	return batchsync.SourceFigures{
		Table: t.Schema + "." + t.Name, How: batchsync.CountedExactly, Rows: rows,
		Columns: []batchsync.SourceColumn{{Name: "id", Type: "bigint(20)", Primary: true}},
	}
}

// hangs answers when nobody waits any more.
func hangs(ctx context.Context, _ []SourceTable) ([]batchsync.SourceFigures, error) {
	<-ctx.Done()
	return nil, fmt.Errorf("count: %w", ctx.Err())
}

func unreachable() error {
	return &batchsync.PlatformError{Command: "task content", Failure: batchsync.FailUnreachable}
}

// running starts a runner that ends with the test.
func running(t *testing.T, b Book, p Platform, s Source) *Runner {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := New(Config{Zone: "UTC", RowDrop: 50}, b, p, s, quiet())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return r
}

func asked(id batchsync.AcceptanceID, why batchsync.Occasion, task batchsync.TaskID) batchsync.Acceptance {
	return batchsync.NewAcceptance(id, why, task, "orders", "C1", "", time.Now())
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
