package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/acceptance"
	"batchsync/internal/batchsync"
	"batchsync/internal/czcli"
	"batchsync/internal/inventory"
	"batchsync/internal/metrics"
	"batchsync/internal/monitor"
	"batchsync/internal/outbox"
	"batchsync/internal/redact"
	"batchsync/internal/store"
)

// told is the store as those see it who change it: what an operation saves has
// something to tell, so the outbox is woken, and what is saved may stand on
// somebody's Home tab.
type told struct {
	*store.Store
	out   *outbox.Outbox
	homes *handlers.Homes
	watch *monitor.Monitor
	check *acceptance.Runner
	seen  *metrics.Metrics
}

func (t told) Advance(p batchsync.Progress) error {
	err := t.Store.Advance(p)
	if err == nil {
		t.seen.Advanced(p.Operation)
		t.out.Wake()
		t.homes.Changed()
		if p.Operation.State.Settled() {
			t.watch.Wake() // what it changed may end an incident
			t.check.Wake() // a backfill asks for an acceptance
		}
	}
	return err
}

func (t told) Begin(b batchsync.Begin) error {
	err := t.Store.Begin(b)
	if err == nil {
		t.homes.Changed()
	}
	return err
}

func (t told) SaveTask(task batchsync.Task, audit batchsync.AuditRow) error {
	err := t.Store.SaveTask(task, audit)
	if err == nil {
		t.homes.Changed()
		t.watch.Wake() // another mute or channel changes what is told
	}
	return err
}

func (t told) Acknowledge(id batchsync.IncidentID, by batchsync.UserID, again time.Duration, now time.Time, audit batchsync.AuditRow) (batchsync.Incident, error) {
	next, err := t.Store.Acknowledge(id, by, again, now, audit)
	if err == nil {
		t.homes.Changed()
	}
	return next, err
}

func (t told) AcknowledgeAll(id batchsync.AlertID, by batchsync.UserID, again time.Duration, now time.Time, audit batchsync.AuditRow) ([]batchsync.Incident, error) {
	done, err := t.Store.AcknowledgeAll(id, by, again, now, audit)
	if len(done) > 0 {
		t.homes.Changed()
	}
	return done, err
}

func (t told) CreateDraft(d batchsync.Draft) error {
	err := t.Store.CreateDraft(d)
	if err == nil {
		t.homes.Changed(d.Owner)
	}
	return err
}

func (t told) EditDraft(id batchsync.DraftID, fn func(batchsync.Draft) (batchsync.Draft, error)) (batchsync.Draft, error) {
	next, err := t.Store.EditDraft(id, fn)
	t.homes.Changed(next.Owner) // answers found wrong are saved too
	return next, err
}

// keeper is the store as the monitor sees it.
type keeper struct {
	file  *store.Store
	homes *handlers.Homes
	audit time.Duration // for how long the audit trail is kept
}

func (k keeper) Keep(now time.Time) (bool, error) {
	gone, err := k.file.Expire(now)
	if err == nil {
		_, err = k.file.Forget(now, k.audit)
	}
	if gone.Drafts > 0 {
		k.homes.Changed()
	}
	return gone.Drafts > 0, err
}

// book is the store as the monitor decides with it. The monitor calls it from
// one goroutine at a time.
type book struct {
	*store.Store
	homes    *handlers.Homes
	check    func()
	seen     *metrics.Metrics
	fallback batchsync.ChannelID // where news goes that no subscription claims; "" for none
	places   map[batchsync.TaskID]location
}

// location is what folders and sources choose a task by.
type location struct{ folder, source string }

// newBook also takes what is called when a look asked for acceptances.
func newBook(file *store.Store, homes *handlers.Homes, check func(), fallback string, seen *metrics.Metrics) *book {
	return &book{Store: file, homes: homes, check: check, seen: seen, fallback: batchsync.ChannelID(fallback), places: map[batchsync.TaskID]location{}}
}

// Watches also notes where tasks are, for the fallback.
func (b *book) Watches() ([]batchsync.Watch, error) {
	all, err := b.Store.Watches()
	b.note(all)
	return all, err
}

func (b *book) note(watches []batchsync.Watch) {
	if b.fallback == "" {
		return
	}
	for _, w := range watches {
		b.places[w.Task] = location{w.Folder, w.Source}
	}
}

// Known subscribes the fallback channel to the tasks known here that no
// subscription chooses.
func (b *book) Known(now time.Time) (batchsync.Known, error) {
	k, err := b.Store.Known(now)
	if err == nil && b.fallback != "" {
		k.Subscriptions = append(k.Subscriptions, unclaimed(k, b.places, b.fallback)...)
	}
	return k, err
}

// unclaimed are subscriptions of a channel to each task whose failures no other
// one asks for: a channel that wants a digest of everything is told of none.
func unclaimed(k batchsync.Known, places map[batchsync.TaskID]location, channel batchsync.ChannelID) []batchsync.Subscription {
	single := map[batchsync.TaskID]bool{}
	var wide []batchsync.Selector
	for _, s := range k.Subscriptions {
		if !s.Wants(batchsync.TopicFailures) {
			continue
		}
		if s.Selector.Kind == batchsync.SelectTask {
			single[s.Selector.Task] = true
		} else {
			wide = append(wide, s.Selector)
		}
	}
	var out []batchsync.Subscription
	for _, t := range k.Tasks {
		at := places[t.ID]
		claimed := single[t.ID] || slices.ContainsFunc(wide, func(s batchsync.Selector) bool { return s.Selects(t.ID, at.folder, at.source) })
		if !claimed {
			out = append(out, batchsync.Subscription{
				Channel: channel, Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: t.ID, Name: t.Name}, Topics: batchsync.UsualTopics(),
			})
		}
	}
	return out
}

// RecordLook brings Home tabs up to date with what changed.
func (b *book) RecordLook(l batchsync.Look) error {
	err := b.Store.RecordLook(l)
	if err == nil {
		b.seen.Looked(l)
		b.note(l.Watches)
		if len(l.Acceptances) > 0 {
			b.check()
		}
		if len(l.Incidents) > 0 {
			b.homes.Changed()
		}
	}
	return err
}

// watched is the platform as the monitor and operations see it: what they read
// of logs is stored, so secrets are taken out first.
type watched struct {
	*czcli.Client
	secrets *redact.Redactor
}

func (w watched) AttemptLog(ctx context.Context, run batchsync.RunID, attempt int64, limit int) (text string, cut bool, err error) {
	text, cut, err = w.Client.AttemptLog(ctx, run, attempt, limit)
	if _, rest, ok := strings.Cut(text, "\n"); ok && cut {
		text = rest // half a line may hold half a secret, which would not be recognised
	}
	return w.secrets.String(text), cut, err
}

// menus is the inventory as the wizard sees it.
type menus struct {
	all          *inventory.Inventory
	platformZone string
}

func (m menus) Datasources(ctx context.Context) ([]batchsync.Datasource, error) {
	return names(m.all.Datasources(ctx))
}

func (m menus) Schemas(ctx context.Context, source batchsync.DatasourceID) ([]string, error) {
	return names(m.all.Schemas(ctx, source))
}

func (m menus) Tables(ctx context.Context, source batchsync.DatasourceID, schema string) ([]string, error) {
	return names(m.all.Tables(ctx, source, schema))
}

func (m menus) Folders(ctx context.Context) ([]batchsync.Folder, error) {
	return names(m.all.Folders(ctx))
}

func (m menus) VClusters(ctx context.Context) ([]batchsync.VCluster, error) {
	return names(m.all.VClusters(ctx))
}

func (m menus) TargetSchemas(ctx context.Context) ([]string, error) {
	return names(m.all.TargetSchemas(ctx))
}

func (m menus) Warm(p batchsync.Prefetch) {
	if p.Source == 0 {
		m.all.Warm(inventory.Start()...)
		return
	}
	m.all.Warm(inventory.Ahead(p)...)
}

func (m menus) Await(ctx context.Context, source batchsync.DatasourceID, schema string) {
	m.all.Await(ctx, source, schema)
}

func (m menus) Facts(source batchsync.DatasourceID, schema string) batchsync.Facts {
	return m.all.Facts(source, schema, m.platformZone)
}

func (m menus) Match(query string, names []string, n int) []int {
	return inventory.Match(query, names, n)
}

// names unwraps a list; a list that is on its way has a code of its own.
func names[T any](l inventory.List[T], err error) ([]T, error) {
	if errors.Is(err, inventory.ErrLoading) {
		err = &batchsync.Error{Code: batchsync.CodeLoading, Text: batchsync.T("list.loading"), Err: err}
	}
	return l.Items, err
}

// clearOf waits for the children that an earlier process left at work, for as
// long as one may take.
func clearOf(mark *czcli.Mark, log *slog.Logger) func(context.Context) {
	return func(ctx context.Context) {
		began := time.Now()
		gone, err := mark.Clear(ctx, czcli.WriteLimit)
		switch waited := time.Since(began); {
		case ctx.Err() != nil:
		case err != nil:
			log.Error("children of the process before not looked for", "error", err)
		case !gone:
			log.Warn("a child of the process before is still at work; going on without it", "waited", waited)
		default:
			log.Info("no child of the process before is at work", "waited", waited)
		}
	}
}
