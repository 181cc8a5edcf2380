package inventory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// platform answers after a while and counts what it was asked.
type platform struct {
	took time.Duration

	mu    sync.Mutex
	asked map[string]int
	fail  error
	names []string
}

func (p *platform) answer(ctx context.Context, what string) ([]string, error) {
	p.mu.Lock()
	if p.asked == nil {
		p.asked = map[string]int{}
	}
	p.asked[what]++
	p.mu.Unlock()
	select {
	case <-time.After(p.took):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.names, p.fail
}

func (p *platform) set(names []string, fail error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names, p.fail = names, fail
}

func (p *platform) count(what string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[what]
}

func (p *platform) Schemas(ctx context.Context, id batchsync.DatasourceID) ([]string, error) {
	return p.answer(ctx, "schemas/"+id.String())
}

func (p *platform) Tables(ctx context.Context, id batchsync.DatasourceID, schema string) ([]string, error) {
	return p.answer(ctx, "tables/"+id.String()+"/"+schema)
}

func (p *platform) TargetSchemas(ctx context.Context) ([]string, error) {
	return p.answer(ctx, "target schemas")
}

func (p *platform) Datasources(ctx context.Context) ([]batchsync.Datasource, error) {
	names, err := p.answer(ctx, "datasources")
	var out []batchsync.Datasource
	for i, n := range names {
		out = append(out, batchsync.Datasource{ID: batchsync.DatasourceID(i + 1), Name: n, Type: "MySQL"})
	}
	return out, err
}

func (p *platform) Folders(ctx context.Context) ([]batchsync.Folder, error) {
	names, err := p.answer(ctx, "folders")
	var out []batchsync.Folder
	for i, n := range names {
		out = append(out, batchsync.Folder{ID: batchsync.FolderID(i + 1), Path: n})
	}
	return out, err
}

func (p *platform) VClusters(ctx context.Context) ([]batchsync.VCluster, error) {
	names, err := p.answer(ctx, "clusters")
	var out []batchsync.VCluster
	for _, n := range names {
		out = append(out, batchsync.VCluster{Name: n, Type: "INTEGRATION"})
	}
	return out, err
}

// run plays a test in simulated time with a running inventory.
func run(t *testing.T, p *platform, test func(t *testing.T, i *Inventory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		i := New(p, time.Minute, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- i.Run(ctx) }()
		test(t, i)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: got %v, want nil", err)
		}
	})
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestInventory_Ask(t *testing.T) {
	t.Run("SlowPlatformIsLoadingFirstAndThereLater", func(t *testing.T) {
		p := &platform{took: 10 * time.Second, names: []string{"orders"}}
		run(t, p, func(t *testing.T, i *Inventory) {
			_, err := i.Tables(within(t, 2500*time.Millisecond), 7, "shop")
			if !errors.Is(err, ErrLoading) {
				t.Fatalf("first ask: got %v, want ErrLoading", err)
			}
			time.Sleep(8 * time.Second)
			began := time.Now()
			got, err := i.Tables(t.Context(), 7, "shop")
			if err != nil || !slices.Equal(got.Items, []string{"orders"}) || got.Stale {
				t.Errorf("second ask: got %v, %v", got, err)
			}
			if waited := time.Since(began); waited != 0 {
				t.Errorf("second ask waited %v, want 0", waited)
			}
			if n := p.count("tables/7/shop"); n != 1 {
				t.Errorf("got %d fetches, want 1: the first must go on when its asker has left", n)
			}
		})
	})

	t.Run("ManyAskersOneFetch", func(t *testing.T) {
		p := &platform{took: time.Second, names: []string{"a", "b"}}
		run(t, p, func(t *testing.T, i *Inventory) {
			var askers sync.WaitGroup
			for range 100 {
				askers.Go(func() {
					if got, err := i.Datasources(t.Context()); err != nil || len(got.Items) != 2 {
						t.Errorf("got %v, %v", got, err)
					}
				})
			}
			askers.Wait()
			if n := p.count("datasources"); n != 1 {
				t.Errorf("got %d fetches, want 1", n)
			}
		})
	})

	t.Run("FailureIsToldAndTriedAgainAfterTwoSeconds", func(t *testing.T) {
		refused := errors.New("refused")
		p := &platform{took: time.Second, fail: refused}
		run(t, p, func(t *testing.T, i *Inventory) {
			for range 2 {
				if _, err := i.Folders(t.Context()); !errors.Is(err, refused) {
					t.Fatalf("got %v, want %v", err, refused)
				}
			}
			if n := p.count("folders"); n != 1 {
				t.Fatalf("got %d fetches within two seconds, want 1", n)
			}
			p.set([]string{"data_sync"}, nil)
			time.Sleep(retryFailed)
			if got, err := i.Folders(t.Context()); err != nil || len(got.Items) != 1 {
				t.Errorf("after two seconds: got %v, %v", got, err)
			}
		})
	})

	t.Run("OldListIsGivenAndRefreshedBehind", func(t *testing.T) {
		p := &platform{took: 10 * time.Second, names: []string{"old"}}
		run(t, p, func(t *testing.T, i *Inventory) {
			if _, err := i.TargetSchemas(t.Context()); err != nil {
				t.Fatal(err)
			}
			p.set([]string{"new"}, nil)
			time.Sleep(time.Minute + time.Second)
			began := time.Now()
			got, err := i.TargetSchemas(t.Context())
			if err != nil || !slices.Equal(got.Items, []string{"old"}) || !got.Stale || time.Since(began) != 0 {
				t.Errorf("old list: got %v, %v after %v", got, err, time.Since(began))
			}
			time.Sleep(11 * time.Second)
			got, err = i.TargetSchemas(t.Context())
			if err != nil || !slices.Equal(got.Items, []string{"new"}) || got.Stale {
				t.Errorf("refreshed list: got %v, %v", got, err)
			}
		})
	})

	t.Run("OldListSurvivesAFailedRefresh", func(t *testing.T) {
		p := &platform{names: []string{"old"}}
		run(t, p, func(t *testing.T, i *Inventory) {
			if _, err := i.TargetSchemas(t.Context()); err != nil {
				t.Fatal(err)
			}
			p.set(nil, errors.New("down"))
			time.Sleep(2 * time.Minute)
			for range 3 {
				got, err := i.TargetSchemas(t.Context())
				if err != nil || !slices.Equal(got.Items, []string{"old"}) {
					t.Fatalf("got %v, %v", got, err)
				}
				synctest.Wait()
			}
			if n := p.count("target schemas"); n != 2 {
				t.Errorf("got %d fetches, want 2: a failed refresh rests too", n)
			}
		})
	})

	t.Run("ForgetFetchesAnew", func(t *testing.T) {
		p := &platform{names: []string{"a"}}
		run(t, p, func(t *testing.T, i *Inventory) {
			for range 2 {
				if _, err := i.Schemas(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				i.Forget()
			}
			if n := p.count("schemas/1"); n != 2 {
				t.Errorf("got %d fetches, want 2", n)
			}
		})
	})
}

func TestInventory_Await(t *testing.T) {
	tests := []struct {
		name     string
		patience time.Duration
		fail     error
		waited   time.Duration
		known    bool
	}{
		{"Refreshed", 25 * time.Second, nil, 10 * time.Second, true},
		{"OutOfTime", 3 * time.Second, nil, 3 * time.Second, false},
		{"Failed", 25 * time.Second, errors.New("down"), 10 * time.Second, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &platform{took: 10 * time.Second, names: []string{"old"}}
			run(t, p, func(t *testing.T, i *Inventory) {
				i.Await(t.Context(), 3, "shop")
				began := time.Now()
				if i.Await(t.Context(), 3, "shop"); time.Since(began) != 0 {
					t.Errorf("waited %v for fresh lists", time.Since(began))
				}
				time.Sleep(2 * time.Minute)
				p.set([]string{"new"}, tt.fail)
				began = time.Now()
				i.Await(within(t, tt.patience), 3, "shop")
				if waited := time.Since(began); waited != tt.waited {
					t.Errorf("waited %v, want %v", waited, tt.waited)
				}
				f := i.Facts(3, "shop", "")
				for list, known := range map[string]bool{
					"datasources": len(f.Datasources) == 1, "folders": len(f.Folders) == 1, "clusters": len(f.VClusters) == 1,
					"schemas": slices.Equal(f.Schemas, []string{"new"}), "tables": slices.Equal(f.Tables, []string{"new"}),
				} {
					if known != tt.known {
						t.Errorf("%s known: %v, want %v", list, known, tt.known)
					}
				}
			})
		})
	}
}

func TestInventory_Warm(t *testing.T) {
	p := &platform{took: 5 * time.Second, names: []string{"x"}}
	run(t, p, func(t *testing.T, i *Inventory) {
		i.Warm(Start()...)
		i.Warm(Ahead(batchsync.Prefetch{Source: 3})...)
		i.Warm(Ahead(batchsync.Prefetch{Source: 3, SourceSchema: "shop"})...)
		if facts := i.Facts(3, "shop", "UTC"); facts.Datasources != nil || facts.Tables != nil || facts.PlatformZone != "UTC" {
			t.Errorf("facts before anything came: got %+v", facts)
		}
		time.Sleep(6 * time.Second)
		facts := i.Facts(3, "shop", "UTC")
		if len(facts.Datasources) != 1 || len(facts.Schemas) != 1 || len(facts.Tables) != 1 || len(facts.Folders) != 1 || len(facts.VClusters) != 1 {
			t.Errorf("facts after warming: got %+v", facts)
		}
		if other := i.Facts(4, "shop", "UTC"); other.Schemas != nil || other.Tables != nil {
			t.Errorf("facts of another source: got %+v", other)
		}
		for _, what := range []string{"datasources", "schemas/3", "tables/3/shop", "folders", "clusters", "target schemas"} {
			if n := p.count(what); n != 1 {
				t.Errorf("%s: got %d fetches, want 1", what, n)
			}
		}
		time.Sleep(time.Minute)
		if facts := i.Facts(3, "shop", "UTC"); facts.Datasources != nil || facts.Tables != nil {
			t.Errorf("facts older than their time to live: got %+v", facts)
		}
	})
}

// A fetch that panics is told to everybody who waits, and the others go on.
func TestInventory_Panic(t *testing.T) {
	p := &platform{names: []string{"a"}}
	run(t, p, func(t *testing.T, i *Inventory) {
		var log bytes.Buffer
		i.folders.log = slog.New(slog.NewTextHandler(&log, nil))
		real := i.folders.fetch
		i.folders.fetch = func(context.Context, struct{}) ([]batchsync.Folder, error) {
			time.Sleep(time.Second)
			panic("bug in folders")
		}
		var askers sync.WaitGroup
		for range 3 {
			askers.Go(func() {
				if got, err := i.Folders(t.Context()); err == nil || errors.Is(err, ErrLoading) {
					t.Errorf("got %v, %v, want an error and no waiting", got, err)
				}
			})
		}
		askers.Wait()
		if said := log.String(); !strings.Contains(said, "bug in folders") || !strings.Contains(said, "inventory_test.go") {
			t.Errorf("the log lacks the panic or its stack: %s", said)
		}
		if _, err := i.TargetSchemas(t.Context()); err != nil {
			t.Errorf("another list: %v", err)
		}
		i.folders.fetch = real
		time.Sleep(retryFailed)
		if _, err := i.Folders(t.Context()); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// A list that may have been cut is no knowledge of what does not exist.
func TestInventory_Facts_Cut(t *testing.T) {
	for n, known := range map[int]bool{batchsync.MaxNames - 1: true, batchsync.MaxNames: false} {
		p := &platform{names: make([]string, n)}
		run(t, p, func(t *testing.T, i *Inventory) {
			i.Warm(Ahead(batchsync.Prefetch{Source: 1, SourceSchema: "shop"})...)
			synctest.Wait()
			if got, err := i.Tables(t.Context(), 1, "shop"); err != nil || len(got.Items) != n {
				t.Errorf("list: got %d tables, %v, want %d", len(got.Items), err, n)
			}
			if facts := i.Facts(1, "shop", ""); (facts.Schemas != nil) != known || (facts.Tables != nil) != known {
				t.Errorf("facts of %d names: got %d schemas, %d tables, want known: %t", n, len(facts.Schemas), len(facts.Tables), known)
			}
		})
	}
}

func TestInventory_Facts(t *testing.T) {
	p := &platform{}
	run(t, p, func(t *testing.T, i *Inventory) {
		if _, err := i.Tables(t.Context(), 1, "empty"); err != nil {
			t.Fatal(err)
		}
		if got := i.Facts(1, "empty", "").Tables; got == nil || len(got) != 0 {
			t.Errorf("a schema read as empty: got %#v, want an empty list, not an unknown one", got)
		}
	})
}

func TestInventory_Bounded(t *testing.T) {
	p := &platform{names: []string{"t"}}
	run(t, p, func(t *testing.T, i *Inventory) {
		for n := range maxTables + 50 {
			if _, err := i.Tables(t.Context(), 1, fmt.Sprint("s", n)); err != nil {
				t.Fatal(err)
			}
			// The first schema stays in use and must be kept.
			if _, err := i.Tables(t.Context(), 1, "s0"); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(i.tables.lists); got != maxTables {
			t.Errorf("got %d lists in memory, want %d", got, maxTables)
		}
		if n := p.count("tables/1/s0"); n != 1 {
			t.Errorf("the list in use was fetched %d times, want 1", n)
		}
	})
}

func TestInventory_Run(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// A platform that takes its time to notice the cancellation.
		began, stubborn := make(chan struct{}), make(chan struct{})
		i := New(&platform{}, 0, slog.New(slog.DiscardHandler))
		i.folders.fetch = func(context.Context, struct{}) ([]batchsync.Folder, error) {
			close(began)
			<-stubborn
			return nil, context.Canceled
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = i.Run(ctx)
		}()
		i.Warm(Start()...)
		<-began
		synctest.Wait() // the other lists are there
		cancel()
		synctest.Wait()
		select {
		case <-ended:
			t.Fatal("Run returned with a fetch under way")
		default:
		}
		close(stubborn)
		<-ended
		if _, err := i.TargetSchemas(context.Background()); err != nil {
			t.Errorf("a list in memory after Run: got %v", err)
		}
		if _, err := i.Schemas(context.Background(), 9); !errors.Is(err, ErrLoading) {
			t.Errorf("a list not in memory after Run: got %v, want ErrLoading and no waiting", err)
		}
	})
}
