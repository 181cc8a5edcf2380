package handlers

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

const (
	poolWorkers = 8
	poolLimit   = 1024
	jobTimeout  = time.Minute
	// answerTimeout is how long a menu may wait for its entries; Slack gives
	// up after three seconds.
	answerTimeout = 2200 * time.Millisecond
	shutdownGrace = 15 * time.Second
)

// Store is what requests read and write.
type Store interface {
	drafts
	operations
	FirstTime(key string, now time.Time) (bool, error)
	Record(row batchsync.AuditRow) error
}

type drafts interface {
	CreateDraft(d batchsync.Draft) error
	Draft(id batchsync.DraftID) (batchsync.Draft, error)
	OpenDrafts(owner batchsync.UserID) ([]batchsync.Draft, error)
	EditDraft(id batchsync.DraftID, fn func(batchsync.Draft) (batchsync.Draft, error)) (batchsync.Draft, error)
}

type operations interface {
	Begin(b batchsync.Begin) error
	Operation(id batchsync.OperationID) (batchsync.Operation, error)
	Advance(p batchsync.Progress) error
}

// Lists are the platform's lists, answered from memory where possible.
type Lists interface {
	Datasources(ctx context.Context) ([]batchsync.Datasource, error)
	Schemas(ctx context.Context, source batchsync.DatasourceID) ([]string, error)
	Tables(ctx context.Context, source batchsync.DatasourceID, schema string) ([]string, error)
	Folders(ctx context.Context) ([]batchsync.Folder, error)
	VClusters(ctx context.Context) ([]batchsync.VCluster, error)
	TargetSchemas(ctx context.Context) ([]string, error)
	// Warm starts to fetch what a wizard will ask for; a zero value means what
	// its first screens do.
	Warm(ahead batchsync.Prefetch)
	// Facts are what is in memory; it never waits.
	Facts(source batchsync.DatasourceID, schema string) batchsync.Facts
	// Match orders the names that fit what was typed, n at most, as indexes.
	Match(query string, names []string, n int) []int
}

// Config is what an administrator decides.
type Config struct {
	Access       batchsync.Access
	Zone         string // default zone of schedules
	PlatformZone string // zone the platform reads cron expressions in
	TargetSchema string
	VCluster     string
	Folder       string // path
}

// Deps are the rooms this one works with. Run and Deliver are called after a
// change was stored; neither may wait.
type Deps struct {
	API     *slack.Client
	Store   Store
	Lists   Lists
	Drawer  blocks.Drawer
	Run     func(batchsync.OperationID) // an operation has work to do
	Deliver func()                      // a message is due
	Log     *slog.Logger
}

// Bot answers people.
type Bot struct {
	Deps
	cfg    Config
	people *people
	socket *socket
	pool   *pool // requests
	urgent *pool // words to people whose request could not be queued
	routes map[blocks.ActionID]route
}

// New builds the bot; [Bot.Serve] starts it.
func New(cfg Config, d Deps) *Bot {
	return &Bot{
		Deps: d, cfg: cfg,
		people: newPeople(d.API, cfg.Access, d.Log),
		socket: &socket{api: d.API, log: d.Log},
		pool:   newPool(poolWorkers, poolLimit, jobTimeout, d.Log),
		urgent: newPool(2, 64, 5*time.Second, d.Log),
		routes: routes(),
	}
}

// Serve connects and answers until ctx ends, then finishes what it accepted.
// It fails only when Slack will never accept the tokens.
func (b *Bot) Serve(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		urgent := make(chan struct{})
		go func() { defer close(urgent); b.urgent.Run(work, time.Second) }()
		b.pool.Run(work, shutdownGrace)
		<-urgent
	}()
	err := b.socket.Run(ctx, b.dispatch)
	stop()
	<-ended
	return err
}

// Status tells how the connection to Slack stands.
func (b *Bot) Status() Status { return b.socket.Status() }

// Waiting is the number of requests accepted and not begun.
func (b *Bot) Waiting() int { return b.pool.Depth() }

// printer draws for a person.
func (b *Bot) printer(user batchsync.UserID) blocks.Printer {
	return b.Drawer.In(b.people.Locale(user))
}

// newID makes an id nobody can guess, short enough to read out.
func newID() string { return strings.ToLower(rand.Text()[:12]) }
