package operation

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/store"
)

// fault is what goes wrong with a call.
type fault int

const (
	none      fault = iota
	refuse          // a definite no, nothing done
	lost            // done, but the answer is an error that leaves it open
	dropped         // not done, and the error leaves it open
	unreached       // certainly not done, the platform is down
	hangs           // nothing happens until the context ends
	panics          // the program has a bug
	hides           // a list comes without the newest entry
	longLost        // lost, after a minute and a half
	partly          // a definite no, after some of it was done
)

// task is what the fake platform holds.
type task struct {
	ref      batchsync.TaskRef
	content  *batchsync.Content
	schedule batchsync.DraftSchedule
	deployed batchsync.Deployed
}

// platform is a small world in memory whose calls can be made to fail.
type platform struct {
	mu sync.Mutex
	world
	faults     map[string][]fault // by method, used up one by one; the last stays when it is the only rule
	always     map[string]fault   // by method
	calls      map[string]int
	total      int
	cut        int  // the call at which the program dies, 0 never
	late       bool // it dies after the call took effect
	dead       bool
	onCut      func()
	refuseWith batchsync.PlatformError // for refuse
}

// world is what can be tested for.
type world struct {
	profile   error
	offline   string // reason
	offlineAs batchsync.Failure
	sources   []batchsync.Datasource
	untested  map[batchsync.DatasourceID]error
	schemas   map[string][]string
	unlisted  string // a schema that the list of them lacks
	folders   []batchsync.Folder
	clusters  []batchsync.VCluster
	sinks     []string // schemas of the target
	tasks     []*task
	creates   int
	setups    int
	deploys   int
	setUp     func(c *batchsync.Content)       // what becomes of a content
	online    func(d *batchsync.Deployed)      // what is shown of a deployment
	saved     func(s *batchsync.DraftSchedule) // what becomes of saved retries
	mangle    func(string) string              // what becomes of a stored cron
	unlinked  bool                             // no task has an address
	forgetful bool                             // setup says yes and does nothing
	runWorld
	debugWorld
}

var errDead = errors.New("the program is dead")

func newPlatform() *platform {
	return &platform{
		world: world{
			sources:  []batchsync.Datasource{{ID: 5001, Name: "lake", Type: "LAKEHOUSE"}, {ID: 5002, Name: "shop_db", Type: "MySQL"}, {ID: 5003, Name: "files", Type: "OSS"}},
			schemas:  map[string][]string{"shop": {"orders", "customers", "orders_2024"}, "empty": {}},
			untested: map[batchsync.DatasourceID]error{},
			folders:  []batchsync.Folder{{ID: 110, Path: "data_sync"}},
			sinks:    []string{"public", "ods"},
			clusters: []batchsync.VCluster{{Name: "default", Type: "GENERAL"}, {Name: "sync_vc", Type: "INTEGRATION"}},
			mangle:   func(s string) string { return s },
		},
		faults: map[string][]fault{}, always: map[string]fault{}, calls: map[string]int{},
		refuseWith: batchsync.PlatformError{Failure: batchsync.FailRefused, ExitCode: 1, Message: "no permission"},
	}
}

// call plays one invocation of the program: effect may be nil.
func (p *platform) call(ctx context.Context, method string, effect func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return errDead
	}
	p.calls[method]++
	p.total++
	if p.cut == p.total {
		if p.late && effect != nil {
			_ = effect()
		}
		p.dead = true
		p.onCut()
		return errDead
	}
	f := p.always[method]
	if rules := p.faults[method]; len(rules) > 0 {
		f, p.faults[method] = rules[0], rules[1:]
	}
	open := &batchsync.PlatformError{Command: method, Failure: batchsync.FailUnreachable, ExitCode: 1, Message: "connection reset", Uncertain: true}
	switch f {
	case refuse:
		e := p.refuseWith
		e.Command = method
		return &e
	case dropped:
		return open
	case unreached:
		open.Uncertain = false
		return open
	case lost, longLost:
		if f == longLost {
			p.mu.Unlock()
			time.Sleep(90 * time.Second)
			p.mu.Lock()
		}
		if effect != nil {
			_ = effect()
		}
		return open
	case hangs:
		p.mu.Unlock()
		<-ctx.Done()
		p.mu.Lock()
		return &batchsync.PlatformError{Command: method, Failure: batchsync.FailTimeout, ExitCode: -1, Uncertain: true, Err: ctx.Err()}
	case partly:
		_ = effect()
		e := p.refuseWith
		e.Command = method
		return &e
	case hides:
		return nil
	case panics:
		panic("bug in " + method)
	}
	if effect == nil {
		return nil
	}
	return effect()
}

func (p *platform) CheckProfile(ctx context.Context) error {
	return p.call(ctx, "CheckProfile", func() error { return p.profile })
}

func (p *platform) Ping(ctx context.Context) (batchsync.Connection, error) {
	err := p.call(ctx, "Ping", nil)
	return batchsync.Connection{Connected: p.offline == "", Failure: p.offlineAs, Reason: p.offline, Workspace: "ecommerce"}, err
}

func (p *platform) Datasources(ctx context.Context) ([]batchsync.Datasource, error) {
	return p.sources, p.call(ctx, "Datasources", nil)
}

func (p *platform) TestDatasource(ctx context.Context, id batchsync.DatasourceID) error {
	return p.call(ctx, "TestDatasource", func() error { return p.untested[id] })
}

func (p *platform) Schemas(ctx context.Context, _ batchsync.DatasourceID) ([]string, error) {
	var out []string
	for name := range p.schemas {
		if name != p.unlisted {
			out = append(out, name)
		}
	}
	return out, p.call(ctx, "Schemas", nil)
}

func (p *platform) Tables(ctx context.Context, _ batchsync.DatasourceID, schema string) ([]string, error) {
	return p.schemas[schema], p.call(ctx, "Tables", nil)
}

func (p *platform) Folders(ctx context.Context) ([]batchsync.Folder, error) {
	return p.folders, p.call(ctx, "Folders", nil)
}

func (p *platform) VClusters(ctx context.Context) ([]batchsync.VCluster, error) {
	return p.clusters, p.call(ctx, "VClusters", nil)
}

func (p *platform) TargetSchemas(ctx context.Context) ([]string, error) {
	return p.sinks, p.call(ctx, "TargetSchemas", nil)
}

func (p *platform) TasksLike(ctx context.Context, name string) (out []batchsync.TaskRef, err error) {
	err = p.call(ctx, "TasksLike", func() error {
		for _, t := range p.tasks {
			if strings.Contains(strings.ToLower(t.ref.Name), strings.ToLower(name)) {
				out = append(out, t.ref)
			}
		}
		return nil
	})
	return out, err
}

func (p *platform) TaskInfo(ctx context.Context, id batchsync.TaskID) (out batchsync.TaskRef, err error) {
	err = p.call(ctx, "TaskInfo", func() error {
		t, err := p.find(id)
		if err == nil {
			out = t.ref
		}
		return err
	})
	return out, err
}

func (p *platform) CreateTask(ctx context.Context, name string, typ batchsync.TaskType, folder batchsync.FolderID, about string) (out batchsync.Created, err error) {
	err = p.call(ctx, "CreateTask", func() error {
		for _, t := range p.tasks {
			if t.ref.Name == name && t.ref.Folder == folder {
				return &batchsync.PlatformError{Command: "task create", Failure: batchsync.FailDuplicate, ExitCode: 2, Name: "DUPLICATE_TASK"}
			}
		}
		if !strings.HasPrefix(about, "batchsync op1") {
			return fmt.Errorf("description %q", about)
		}
		p.creates++
		id := batchsync.TaskID(60000 + p.creates)
		p.tasks = append(p.tasks, &task{ref: batchsync.TaskRef{ID: id, Name: name, Type: typ, Folder: folder, Created: time.Now()}})
		out = batchsync.Created{ID: id, StudioURL: "https://studio.example.test/" + id.String()}
		return nil
	})
	return out, err
}

func (p *platform) StudioURL(ctx context.Context, id batchsync.TaskID) (out string, err error) {
	err = p.call(ctx, "StudioURL", func() error {
		t, err := p.find(id)
		if err == nil && !p.unlinked {
			out = "https://studio.example.test/" + t.ref.ID.String()
		}
		return err
	})
	return out, err
}

func (p *platform) find(id batchsync.TaskID) (*task, error) {
	i := slices.IndexFunc(p.tasks, func(t *task) bool { return t.ref.ID == id })
	if i < 0 {
		return nil, &batchsync.PlatformError{Command: "task content", Failure: batchsync.FailNotFound, ExitCode: 1, Message: "no such task"}
	}
	return p.tasks[i], nil
}

func (p *platform) Setup(ctx context.Context, id batchsync.TaskID, s batchsync.Spec) error {
	return p.call(ctx, "Setup", func() error {
		t, err := p.find(id)
		if err != nil || p.forgetful {
			return err
		}
		p.setups++
		t.content = contentOf(s)
		if p.setUp != nil {
			p.setUp(t.content)
		}
		return nil
	})
}

// contentOf is what a task shows that was set up as the specification has it.
func contentOf(s batchsync.Spec) *batchsync.Content {
	c := batchsync.Content{Source: s.Source, Target: s.Target, Scope: shownScope(s), Pairs: s.Pairs(), WriteMode: s.WriteMode, SourceSchema: s.SourceSchema, Columns: 3,
		Where: s.Where, Parallel: s.Parallel, Rate: s.Rate}
	if s.Scope == batchsync.ScopeMulti || s.Scope == batchsync.ScopeWhole {
		c.KeyedMode = s.Keyed()
	}
	if s.Scope == batchsync.ScopeWhole {
		c.SchemaRule, c.TableRule = s.TargetSchema, s.TargetTable
	}
	return &c
}

func (p *platform) Content(ctx context.Context, id batchsync.TaskID) (out batchsync.Content, err error) {
	err = p.call(ctx, "Content", func() error {
		t, err := p.find(id)
		if err != nil {
			return err
		}
		if t.content == nil {
			return &batchsync.PlatformError{Command: "task integration show", Failure: batchsync.FailNotConfigured, ExitCode: 1, Name: "NO_CONTENT"}
		}
		out = *t.content
		return nil
	})
	return out, err
}

func (p *platform) SaveCron(ctx context.Context, id batchsync.TaskID, cron, vc string) error {
	return p.call(ctx, "SaveCron", func() error {
		t, err := p.find(id)
		if err != nil {
			return err
		}
		f := strings.Fields(cron)
		stored := "0 " + f[0] + " " + f[1] + " * * ? *"
		rerun := t.schedule.Rerun
		if rerun == 0 {
			rerun = 3 // the program's own default for a new task
		}
		t.schedule = batchsync.DraftSchedule{Cron: p.mangle(stored), VCluster: vc, Rerun: rerun}
		return nil
	})
}

func (p *platform) SaveRerun(ctx context.Context, id batchsync.TaskID) error {
	return p.call(ctx, "SaveRerun", func() error {
		t, err := p.find(id)
		if err == nil {
			t.schedule.Rerun = 1
		}
		return err
	})
}

func (p *platform) SetConcurrency(ctx context.Context, id batchsync.TaskID, n int) error {
	return p.call(ctx, "SetConcurrency", func() error {
		t, err := p.find(id)
		if err != nil || p.forgetful {
			return err
		}
		changed := *t.content
		changed.Parallel = n
		if p.setUp != nil {
			p.setUp(&changed)
		}
		t.content = &changed
		return nil
	})
}

func (p *platform) SaveRetries(ctx context.Context, id batchsync.TaskID, tune batchsync.Adjustment) error {
	return p.call(ctx, "SaveRetries", func() error {
		t, err := p.find(id)
		if err != nil || p.forgetful {
			return err
		}
		t.schedule.Retry = tune.Goal(t.schedule.Retry)
		if p.saved != nil {
			p.saved(&t.schedule)
		}
		return nil
	})
}

func (p *platform) DraftSchedule(ctx context.Context, id batchsync.TaskID) (out batchsync.DraftSchedule, err error) {
	err = p.call(ctx, "DraftSchedule", func() error {
		t, err := p.find(id)
		if err == nil {
			out = t.schedule
		}
		return err
	})
	return out, err
}

func (p *platform) Deploy(ctx context.Context, id batchsync.TaskID) error {
	return p.call(ctx, "Deploy", func() error {
		t, err := p.find(id)
		if err != nil {
			return err
		}
		if t.content == nil || t.schedule.Cron == "" {
			return &batchsync.PlatformError{Command: "task deploy", Failure: batchsync.FailNotConfigured, ExitCode: 2, Name: "NO_SYNC_CONFIG"}
		}
		p.deploys++
		t.deployed = batchsync.Deployed{Online: true, Cron: t.schedule.Cron, VCluster: t.schedule.VCluster, PublishedAt: time.Now(),
			Retry: batchsync.Retry{Told: t.schedule.Retry.Told, Count: t.schedule.Retry.Count}}
		return nil
	})
}

func (p *platform) Deployed(ctx context.Context, id batchsync.TaskID) (out batchsync.Deployed, err error) {
	err = p.call(ctx, "Deployed", func() error {
		t, err := p.find(id)
		if err == nil {
			out = t.deployed
			if p.online != nil {
				p.online(&out)
			}
		}
		return err
	})
	return out, err
}

// disk is the real store; it can die together with the program.
type disk struct {
	*store.Store
	mu    sync.Mutex
	dead  bool
	saves int
	cut   int  // the save at which the program dies, 0 never
	late  bool // it dies after the save is on disk
	onCut func()
	stale func(p batchsync.Progress) error
}

func (d *disk) Advance(p batchsync.Progress) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	d.saves++
	if d.cut == d.saves {
		if d.late {
			_ = d.Store.Advance(p)
		}
		d.dead = true
		d.onCut()
		return errDead
	}
	if d.stale != nil {
		if err := d.stale(p); err != nil {
			return err
		}
	}
	return d.Store.Advance(p)
}

func (d *disk) Operation(id batchsync.OperationID) (batchsync.Operation, error) {
	d.mu.Lock()
	dead := d.dead
	d.mu.Unlock()
	if dead {
		return batchsync.Operation{}, errDead
	}
	return d.Store.Operation(id)
}

func openDisk(t *testing.T) *disk {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "state.db"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &disk{Store: s, onCut: func() {}}
}
