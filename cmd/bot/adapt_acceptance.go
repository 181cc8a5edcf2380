package main

import (
	"context"
	"time"

	"batchsync/bot/handlers"
	"batchsync/internal/acceptance"
	"batchsync/internal/batchsync"
	"batchsync/internal/metrics"
	"batchsync/internal/outbox"
	"batchsync/internal/source"
	"batchsync/internal/store"
)

func (t told) AskAcceptance(a batchsync.Acceptance, audit ...batchsync.AuditRow) error {
	err := t.Store.AskAcceptance(a, audit...)
	if err == nil {
		t.out.Wake()
		t.check.Wake()
	}
	return err
}

func (t told) AcceptDelivery(id batchsync.AcceptanceID, version int, by batchsync.UserID, now time.Time, audit batchsync.AuditRow) (batchsync.Acceptance, error) {
	a, err := t.Store.AcceptDelivery(id, version, by, now, audit)
	if err == nil {
		t.out.Wake()
		t.homes.Changed()
	}
	return a, err
}

func (t told) GiveFigure(id batchsync.AcceptanceID, version int, table string, rows int64, by batchsync.UserID, now time.Time, audit batchsync.AuditRow) (batchsync.Acceptance, error) {
	a, err := t.Store.GiveFigure(id, version, table, rows, by, now, audit)
	if err == nil {
		t.out.Wake()
		t.check.Wake()
	}
	return a, err
}

// delivered is the store as acceptances are made with it: what comes of one has
// something to tell.
type delivered struct {
	*store.Store
	out   *outbox.Outbox
	homes *handlers.Homes
	seen  *metrics.Metrics
}

func (d delivered) SaveAcceptance(a batchsync.Acceptance, messages []batchsync.Message, audit ...batchsync.AuditRow) error {
	err := d.Store.SaveAcceptance(a, messages, audit...)
	if err == nil {
		d.seen.Judged(a)
		d.out.Wake()
		d.homes.Changed()
	}
	return err
}

// counted are the data sources as acceptances count them.
type counted struct{ *source.Counter }

func (c counted) Figures(ctx context.Context, name string, tables []acceptance.SourceTable) ([]batchsync.SourceFigures, error) {
	all := make([]source.Table, len(tables))
	for i, t := range tables {
		all[i] = source.Table(t)
	}
	return c.Counter.Figures(ctx, name, all)
}
