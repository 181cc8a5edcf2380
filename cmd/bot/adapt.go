package main

import (
	"context"
	"errors"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/inventory"
	"batchsync/internal/outbox"
	"batchsync/internal/store"
)

// told is the store as operations see it: whatever they save has something to
// tell, so the outbox is woken.
type told struct {
	*store.Store
	out *outbox.Outbox
}

func (t told) Advance(p batchsync.Progress) error {
	err := t.Store.Advance(p)
	if err == nil {
		t.out.Wake()
	}
	return err
}

// keeper is the store as the monitor sees it.
type keeper struct{ file *store.Store }

func (k keeper) Keep(now time.Time) (bool, error) {
	gone, err := k.file.Expire(now)
	return gone.Drafts > 0, err
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
