package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

const (
	poolWorkers = 8
	poolLimit   = 1024
	jobTimeout  = time.Minute
	// answerTimeout is how long after its receipt a menu may wait for its
	// entries, behind others of the same person; Slack gives up after three
	// seconds.
	answerTimeout = 2200 * time.Millisecond
	// openTimeout ends an attempt to open a modal together with Slack's
	// permission.
	openTimeout = 3 * time.Second
)

// Store is what requests read and write.
type Store interface {
	drafts
	operations
	tasks
	news
	acceptances
	FirstTime(key string, now time.Time) (bool, error)
	Record(row batchsync.AuditRow) error
	AuditOf(f batchsync.AuditFilter) ([]batchsync.AuditRow, error)
	Counts() (due, dead int, oldest time.Time, err error)
	Enqueue(msgs ...batchsync.Message) error
	EnqueueFile(f batchsync.File, first batchsync.Message, others ...batchsync.Message) error
}

type drafts interface {
	CreateDraft(d batchsync.Draft) error
	Draft(id batchsync.DraftID) (batchsync.Draft, error)
	OpenDrafts(owner batchsync.UserID) ([]batchsync.Draft, error)
	EditDraft(id batchsync.DraftID, fn func(batchsync.Draft) (batchsync.Draft, error)) (batchsync.Draft, error)
}

type tasks interface {
	Task(id batchsync.TaskID) (batchsync.Task, error)
	Tasks() ([]batchsync.Task, error)
	SaveTask(t batchsync.Task, audit batchsync.AuditRow) error
}

type acceptances interface {
	AskAcceptance(a batchsync.Acceptance, audit ...batchsync.AuditRow) error
	Acceptance(id batchsync.AcceptanceID) (batchsync.Acceptance, error)
	LastAcceptance(task batchsync.TaskID) (batchsync.Acceptance, error)
	AcceptDelivery(id batchsync.AcceptanceID, version int, by batchsync.UserID, now time.Time, audit batchsync.AuditRow) (batchsync.Acceptance, error)
	GiveFigure(id batchsync.AcceptanceID, version int, table string, rows int64, by batchsync.UserID, now time.Time, audit batchsync.AuditRow) (batchsync.Acceptance, error)
	Expect(task batchsync.TaskID, seen string, e batchsync.Expectation, audit batchsync.AuditRow) error
	Expectation(task batchsync.TaskID) (batchsync.Expectation, error)
	// Success is what a task was like when a run of it succeeded last.
	Success(task batchsync.TaskID, besides batchsync.RunID) (batchsync.Snapshot, error)
}

type operations interface {
	Propose(op batchsync.Operation) error
	Proposal(id batchsync.OperationID) (batchsync.Operation, error)
	Unsettled() ([]batchsync.Operation, error)
	HolderOf(lock string) (batchsync.Operation, bool, error)
	Begin(b batchsync.Begin) error
	Operation(id batchsync.OperationID) (batchsync.Operation, error)
	Advance(p batchsync.Progress) error
}

type news interface {
	alerts
	Incident(id batchsync.IncidentID) (batchsync.Incident, error)
	OpenIncidents() ([]batchsync.Incident, error)
	Alert(id batchsync.AlertID) (batchsync.Alert, error)
	Acknowledge(id batchsync.IncidentID, by batchsync.UserID, again time.Duration, now time.Time, audit batchsync.AuditRow) (batchsync.Incident, error)
	AcknowledgeAll(id batchsync.AlertID, by batchsync.UserID, again time.Duration, now time.Time, audit batchsync.AuditRow) ([]batchsync.Incident, error)
	Watches() ([]batchsync.Watch, error)
	Known(now time.Time) (batchsync.Known, error)
	Subscribe(s batchsync.Subscription, c *batchsync.Channel, audit batchsync.AuditRow) error
	Unsubscribe(channel batchsync.ChannelID, selectorKey string, audit batchsync.AuditRow) (found bool, err error)
	Subscriptions(channel batchsync.ChannelID) ([]batchsync.Subscription, error)
	Channel(id batchsync.ChannelID) (batchsync.Channel, error)
	SetChannel(c batchsync.Channel, audit batchsync.AuditRow) error
	AddQuiet(q batchsync.Quiet, audit batchsync.AuditRow) error
	EndQuiet(id string, now time.Time, audit batchsync.AuditRow) error
	Quiets(now time.Time) ([]batchsync.Quiet, error)
	Rehearse(r batchsync.Rehearsal, audit batchsync.AuditRow) error
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
	// Await waits until ctx ends for what Facts tells to be in memory and fresh.
	Await(ctx context.Context, source batchsync.DatasourceID, schema string)
	// Facts are what is in memory and fresh; it never waits.
	Facts(source batchsync.DatasourceID, schema string) batchsync.Facts
	// Match orders the names that fit what was typed, n at most, as indexes.
	Match(query string, names []string, n int) []int
}

// Config is what an administrator decides.
type Config struct {
	Access       batchsync.Access
	PersonTTL    time.Duration // how long Slack's word on a person is believed; 5 minutes when not positive
	Zone         string        // default zone of schedules
	PlatformZone string        // zone the platform reads cron expressions in
	TargetSchema string
	VCluster     string
	Folder       string // path
	Version      string // of the bot, for status
	// DeafAfter is how long nothing may be heard from Slack before Serve gives
	// up; 5 minutes when not positive.
	DeafAfter time.Duration
}

// Deps are the rooms this one works with. Run, Deliver and Look are called after
// a change was stored; none may wait.
type Deps struct {
	API      *slack.Client
	Store    Store
	Platform Platform
	Lists    Lists
	Drawer   blocks.Drawer
	Ladder   *Ladder
	Homes    *Homes
	Channels *Channels
	Checks   Checks // nil: a review shows none
	// Commands are what the platform's program will be told, for people to read;
	// nil: a review shows none.
	Commands func(spec batchsync.Spec, cron batchsync.PlatformCron, about string) []batchsync.PlannedCommand
	Backups  func() batchsync.BackupState // of the bot's own file; nil: status does not tell
	// Signs are those of the bot's own life, for status; it never waits. nil:
	// they are not shown.
	Signs func() []batchsync.Sign
	// Seen tells the runs of a task within the last 48 hours as they were when the
	// platform was last looked at, the newest first; false when that is too long
	// ago or not all of them. It never waits. nil: nobody looks.
	Seen func(now time.Time) (of func(batchsync.TaskID) []batchsync.Run, ok bool)
	// Preconditions are looked at anew, which takes up to a minute; nil: nobody is
	// shown them.
	Preconditions func(context.Context) []batchsync.Precondition
	Run           func(batchsync.OperationID) // an operation has work to do
	Deliver       func()                      // a message is due
	Look          func()                      // what is to be told may be different now
	// Observer is told what answering costs; nil: nobody is.
	Observer Observer
	Log      *slog.Logger
}

// Bot answers people. Its requests are carried out by several pools, so that
// what waits for one thing never delays what does not.
type Bot struct {
	Deps
	cfg      Config
	people   *people
	socket   *socket
	opened   opened
	drawings drawings
	copies   copies
	reviews  reviews
	frames   frames
	contents memory[batchsync.TaskID, readContent] // of tasks that were looked at
	listed   atomic.Pointer[[]batchsync.TaskID]    // the sync tasks that the platform listed last for a review
	work     *pool                                 // needs the file and Slack only; answers modals within Slack's three seconds
	menus    *pool                                 // waits for lists, for as long as Slack does
	reads    *pool                                 // reads the platform
	crowded  turned                                // people who wait for word that a request found no room
	urgent   *pool                                 // words to people whose request could not be queued, and acknowledgements the socket did not take at once
	routes   map[blocks.ActionID]route
	verbs    []verb

	lastRuns lastRuns // for Home tabs
	site     site     // for links to messages

	// edits is held by whoever reads a task or subscription to write it anew, so
	// that of two people neither undoes what the other does.
	edits sync.Mutex

	started time.Time
	intake  *intake // of envelopes
}

// New builds the bot; [Bot.Serve] starts it.
func New(cfg Config, d Deps) *Bot {
	if d.Observer == nil {
		d.Observer = unobserved{}
	}
	b := &Bot{
		Deps: d, cfg: cfg,
		people:  newPeople(d.API, cfg.Access, cfg.PersonTTL, d.Log),
		socket:  newSocket(d.API, cfg.DeafAfter, d.Log),
		work:    newPool(poolWorkers, poolLimit, jobTimeout, d.Log),
		menus:   newPool(4*poolWorkers, poolLimit, jobTimeout, d.Log),
		reads:   newPool(poolWorkers, poolLimit, 2*jobTimeout, d.Log),
		urgent:  newPool(2, poolLimit, 5*time.Second, d.Log),
		routes:  routes(),
		verbs:   verbs(),
		started: time.Now().UTC(), intake: newIntake(),
	}
	b.observe()
	return b
}

// Serve connects and answers until ctx ends; then it takes no more requests,
// acknowledges those it took, disconnects, and finishes them within [Grace]. It
// fails only where a person or a new process is needed: Slack
// will never accept the tokens, or nothing was heard from it for too long.
func (b *Bot) Serve(ctx context.Context) error {
	online, disconnect := context.WithCancel(context.WithoutCancel(ctx))
	defer disconnect()
	failed := make(chan error, 1)
	go func() { failed <- b.socket.Run(online, b.dispatch) }()

	requests, drain := context.WithCancel(context.WithoutCancel(ctx))
	var pools sync.WaitGroup
	for _, p := range []*pool{b.work, b.menus, b.reads} {
		pools.Go(func() { p.Run(requests, requestGrace) })
	}
	pools.Go(func() { b.Homes.run(requests, b.drawHome) })
	last, drainLast := context.WithCancel(context.WithoutCancel(ctx))
	var urgent sync.WaitGroup // outlives the others, whose acknowledgements it may have to carry
	urgent.Go(func() { b.urgent.Run(last, ackTimeout) })
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		failed <- nil
	}
	answered := b.intake.close()
	drain()
	pools.Go(func() { b.hangUp(answered, disconnect) })
	pools.Wait()
	drainLast()
	b.people.end()
	urgent.Wait()
	return errors.Join(err, <-failed)
}

// Status tells how the connection to Slack stands.
func (b *Bot) Status() Status { return b.socket.Status() }

// Waiting is the number of requests accepted and not begun.
func (b *Bot) Waiting() int { return b.work.Depth() + b.menus.Depth() + b.reads.Depth() }

// printer draws for a person.
func (b *Bot) printer(user batchsync.UserID) blocks.Printer {
	return b.Drawer.In(b.people.Locale(user))
}

// printerOf draws the answer to a request: for the person, or where it is
// answered for everybody, in the language of what everybody sees.
func (b *Bot) printerOf(o origin) blocks.Printer {
	if o.Aloud && !direct(o.Channel) {
		return b.Drawer.In("")
	}
	return b.printer(o.User)
}

// Locale is a person's Slack locale, looked up where it is not known; "" when
// Slack does not tell.
func (b *Bot) Locale(ctx context.Context, user batchsync.UserID) string {
	b.people.meet(ctx, user)
	return b.people.Locale(user)
}

// newID makes an id nobody can guess, short enough to read out.
func newID() string { return strings.ToLower(rand.Text()[:12]) }
