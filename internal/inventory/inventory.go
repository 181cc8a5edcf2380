// Package inventory remembers what exists on the platform: data sources,
// schemas, tables, folders, clusters. The wizard's menus ask it, because one
// answer of the platform takes seconds and Slack waits three.
//
// Rules of the house:
//
//   - An ask never starts a second fetch of a list that is being fetched, and
//     a fetch goes on when the one who asked has gone away.
//   - What is in memory is given at once, also when it is old; an old list is
//     refreshed behind. What is not is waited for as long as the asker's
//     context allows, then [ErrLoading] says that it is on its way.
//   - A failure is told once to everybody who waits and forgotten after two
//     seconds, so that the next ask tries again.
//   - A list that was read and is empty is an empty slice; nil means unknown.
//
// How many fetches run at once is the platform client's business.
package inventory

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Limits of what is remembered.
const (
	DefaultTTL  = 5 * time.Minute
	maxTables   = 200 // table lists
	maxSchemas  = 200 // schema lists
	retryFailed = 2 * time.Second
)

// ErrLoading says that a list is being fetched and was not there in time.
var ErrLoading = errors.New("the list is still loading")

// Platform is what the lists come from. Each method may take many seconds and
// sets its own deadline.
type Platform interface {
	Datasources(ctx context.Context) ([]batchsync.Datasource, error)
	Schemas(ctx context.Context, source batchsync.DatasourceID) ([]string, error)
	Tables(ctx context.Context, source batchsync.DatasourceID, schema string) ([]string, error)
	Folders(ctx context.Context) ([]batchsync.Folder, error)
	VClusters(ctx context.Context) ([]batchsync.VCluster, error)
	TargetSchemas(ctx context.Context) ([]string, error)
}

// Inventory holds the lists. It is safe for concurrent use.
type Inventory struct {
	fetches fetches

	datasources   *shelf[struct{}, batchsync.Datasource]
	schemas       *shelf[batchsync.DatasourceID, string]
	tables        *shelf[place, string]
	folders       *shelf[struct{}, batchsync.Folder]
	vclusters     *shelf[struct{}, batchsync.VCluster]
	targetSchemas *shelf[struct{}, string]
}

// place is a schema of a data source.
type place struct {
	source batchsync.DatasourceID
	schema string
}

// New makes an empty inventory whose lists count as fresh for ttl
// ([DefaultTTL] when not positive). Nothing is fetched before [Inventory.Run].
func New(p Platform, ttl time.Duration, log *slog.Logger) *Inventory {
	if ttl <= 0 {
		ttl = DefaultTTL
	}
	i := &Inventory{}
	i.fetches.signal = make(chan struct{}, 1)
	one := func(name string, size int) common {
		return common{name: name, ttl: ttl, size: size, log: log, fetches: &i.fetches}
	}
	i.datasources = newShelf(one("data sources", 1), func(ctx context.Context, _ struct{}) ([]batchsync.Datasource, error) {
		return p.Datasources(ctx)
	})
	i.schemas = newShelf(one("schemas", maxSchemas), p.Schemas)
	i.tables = newShelf(one("tables", maxTables), func(ctx context.Context, at place) ([]string, error) {
		return p.Tables(ctx, at.source, at.schema)
	})
	i.folders = newShelf(one("folders", 1), func(ctx context.Context, _ struct{}) ([]batchsync.Folder, error) {
		return p.Folders(ctx)
	})
	i.vclusters = newShelf(one("clusters", 1), func(ctx context.Context, _ struct{}) ([]batchsync.VCluster, error) {
		return p.VClusters(ctx)
	})
	i.targetSchemas = newShelf(one("target schemas", 1), func(ctx context.Context, _ struct{}) ([]string, error) {
		return p.TargetSchemas(ctx)
	})
	return i
}

// Run carries out the fetches until ctx ends and returns when the last of
// them has. Asks made before it started wait for it.
func (i *Inventory) Run(ctx context.Context) error {
	i.fetches.run(ctx)
	return nil
}

// Datasources are the configured connections of the workspace.
//
// It and its siblings return [ErrLoading] when ctx ends first, or the error of
// the fetch. The items are shared: callers must not change them.
func (i *Inventory) Datasources(ctx context.Context) (List[batchsync.Datasource], error) {
	return i.datasources.ask(ctx, struct{}{})
}

// Schemas are the schemas of a source; of object storage, the buckets.
func (i *Inventory) Schemas(ctx context.Context, source batchsync.DatasourceID) (List[string], error) {
	return i.schemas.ask(ctx, source)
}

// Tables are the tables of a source schema.
func (i *Inventory) Tables(ctx context.Context, source batchsync.DatasourceID, schema string) (List[string], error) {
	return i.tables.ask(ctx, place{source, schema})
}

// Folders are the places for tasks.
func (i *Inventory) Folders(ctx context.Context) (List[batchsync.Folder], error) {
	return i.folders.ask(ctx, struct{}{})
}

// VClusters are the compute clusters of every type.
func (i *Inventory) VClusters(ctx context.Context) (List[batchsync.VCluster], error) {
	return i.vclusters.ask(ctx, struct{}{})
}

// TargetSchemas are the schemas of the workspace that tasks write to.
func (i *Inventory) TargetSchemas(ctx context.Context) (List[string], error) {
	return i.targetSchemas.ask(ctx, struct{}{})
}

// Facts is what is in memory and fresh about the choices of a wizard; lists
// that are not, or that may have been cut, stay nil. It neither waits nor starts
// a fetch. The schema is the source's; platformZone is passed through.
func (i *Inventory) Facts(source batchsync.DatasourceID, schema, platformZone string) batchsync.Facts {
	return batchsync.Facts{
		Datasources:  i.datasources.fresh(struct{}{}),
		Schemas:      complete(i.schemas.fresh(source)),
		Tables:       complete(i.tables.fresh(place{source, schema})),
		Folders:      i.folders.fresh(struct{}{}),
		VClusters:    i.vclusters.fresh(struct{}{}),
		PlatformZone: platformZone,
	}
}

// Await waits until ctx ends for what [Inventory.Facts] tells of a source's
// schema to be in memory and fresh: what is old is fetched anew first. Source 0
// and schema "" are none. A list that cannot be fetched is not waited for longer.
func (i *Inventory) Await(ctx context.Context, source batchsync.DatasourceID, schema string) {
	var all sync.WaitGroup
	all.Go(func() { i.datasources.await(ctx, struct{}{}) })
	all.Go(func() { i.folders.await(ctx, struct{}{}) })
	all.Go(func() { i.vclusters.await(ctx, struct{}{}) })
	if source > 0 {
		all.Go(func() { i.schemas.await(ctx, source) })
	}
	if source > 0 && schema != "" {
		all.Go(func() { i.tables.await(ctx, place{source, schema}) })
	}
	all.Wait()
}

// complete is the list if it certainly has everything, else nil.
func complete(names []string) []string {
	if !batchsync.Complete(names) {
		return nil
	}
	return names
}

// Forget empties the memory, after a change made elsewhere. A fetch under way
// still answers those who wait for it; its result is not kept.
func (i *Inventory) Forget() {
	i.datasources.forget()
	i.schemas.forget()
	i.tables.forget()
	i.folders.forget()
	i.vclusters.forget()
	i.targetSchemas.forget()
}

// fetches hands work from the asks to the one loop that owns its goroutines.
type fetches struct {
	mu     sync.Mutex
	due    []func(context.Context)
	closed bool
	signal chan struct{} // one slot: a due list is never overlooked
}

// add queues a fetch; false when nobody will carry it out any more.
func (f *fetches) add(fetch func(context.Context)) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.due = append(f.due, fetch)
	select {
	case f.signal <- struct{}{}:
	default:
	}
	return true
}

func (f *fetches) take() []func(context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	due := f.due
	f.due = nil
	return due
}

func (f *fetches) run(ctx context.Context) {
	var running sync.WaitGroup
	for ctx.Err() == nil {
		for _, fetch := range f.take() {
			running.Go(func() { fetch(ctx) })
		}
		select {
		case <-ctx.Done():
		case <-f.signal:
		}
	}
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	// What was queued meanwhile ends at once with the context's error, so
	// that nobody waits for it.
	for _, fetch := range f.take() {
		fetch(ctx)
	}
	running.Wait()
}
