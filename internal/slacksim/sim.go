package slacksim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options change how the workspace behaves. The zero value is a workspace with
// all scopes the sim knows, Slack's deadlines and no rate limits.
type Options struct {
	BotToken string // default "xoxb-sim-bot"
	AppToken string // default "xapp-sim-app"
	Team     string // workspace name on the page; default "Northwind Data"

	Scopes     []string             // bot scopes; nil means [DefaultScopes]
	RateLimits map[string]RateLimit // per method; nil means none, see [SlackRateLimits]

	// RefusedBlocks are block types that this workspace answers with invalid_blocks,
	// as workspaces without the newer blocks do.
	RefusedBlocks []string

	PingInterval time.Duration   // default 3 s
	AckTimeout   time.Duration   // default 3 s
	TriggerTTL   time.Duration   // default 3 s
	RetryDelays  []time.Duration // redelivery of events; default 0, 1 min, 5 min

	Logger *slog.Logger // default: discard
}

// DefaultScopes are the bot scopes a workspace grants unless told otherwise:
// those that the app's manifest asks for.
func DefaultScopes() []string {
	return []string{"app_mentions:read", "channels:read", "chat:write", "commands", "files:write",
		"groups:read", "im:history", "im:write", "usergroups:read", "users:read"}
}

func (o Options) withDefaults() Options {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	span := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&o.BotToken, "xoxb-sim-bot")
	def(&o.AppToken, "xapp-sim-app")
	def(&o.Team, "Northwind Data")
	span(&o.PingInterval, 3*time.Second)
	span(&o.AckTimeout, 3*time.Second)
	span(&o.TriggerTTL, 3*time.Second)
	if o.Scopes == nil {
		o.Scopes = DefaultScopes()
	}
	if o.RetryDelays == nil {
		o.RetryDelays = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Sim is one workspace with one installed app. All methods are safe for
// concurrent use. Values it returns are copies.
type Sim struct {
	BotToken, AppToken string

	opts Options
	ctx  context.Context // ends with Close
	stop context.CancelFunc
	jobs sync.WaitGroup // everything the sim started, except the server itself

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change
	version int
	base    string // "http://host:port", as the sim knows itself
	reach   string // the same as the app knows it, for response URLs
	serial  int

	users    []*User
	channels []*Channel
	groups   []*Group
	messages []*Message // all, ephemeral ones included, in the order they were posted
	homes    map[string]*View
	stacks   map[string][]*View // per user, bottom first
	inputs   map[string]inputState
	options  map[string][]Object // last suggestions per user and element
	toasts   []Toast
	files    map[string]*file
	links    map[string]*responseLink
	triggers map[string]*trigger

	calls      []*Call
	envelopes  []*Envelope
	violations []string
	faults     []*fault
	strikes    []Strike
	windows    map[string][]time.Time // rate limit bookkeeping
	skew       time.Duration          // of the clock that answers show

	socket socketState
	served chan error // set by Start, for Close
}

// New returns a workspace with the sample users and channels. It starts nothing.
func New(o Options) *Sim {
	o = o.withDefaults()
	ctx, stop := context.WithCancel(context.Background())
	return &Sim{
		BotToken: o.BotToken, AppToken: o.AppToken, opts: o, ctx: ctx, stop: stop,
		changed: make(chan struct{}),
		users:   sampleUsers(), channels: sampleChannels(), groups: sampleGroups(),
		homes: map[string]*View{}, stacks: map[string][]*View{}, inputs: map[string]inputState{},
		options: map[string][]Object{}, files: map[string]*file{}, links: map[string]*responseLink{},
		triggers: map[string]*trigger{}, windows: map[string][]time.Time{},
		socket: newSocketState(),
	}
}

// Start serves on a free port of the loopback interface until Close.
func (s *Sim) Start() error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("start the slack sim: %w", err)
	}
	s.setBase("http://" + ln.Addr().String())
	s.served = make(chan error, 1)
	go func() { s.served <- s.Serve(s.ctx, ln) }()
	return nil
}

// Close ends a sim that was started with Start and waits for all it began.
func (s *Sim) Close() {
	s.end()
	if s.served == nil {
		return
	}
	if err := <-s.served; err != nil {
		s.opts.Logger.Warn("slack sim ended", "error", err)
	}
}

// Serve answers on ln until ctx ends; then it closes every connection, waits for
// what it started and returns nil. A Sim serves once.
func (s *Sim) Serve(ctx context.Context, ln net.Listener) error {
	s.setBase("http://" + ln.Addr().String())
	srv := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() {
		s.end()
		srv.Close()
	})
	err := srv.Serve(ln)
	s.end()
	s.jobs.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve the slack sim: %w", err)
}

// end refuses new work and closes every socket.
func (s *Sim) end() {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	s.DropConnections()
}

// spawn runs f in the background; Serve waits for it. Callers hold s.mu, which
// keeps it apart from end.
func (s *Sim) spawn(f func()) {
	if s.ctx.Err() == nil {
		s.jobs.Go(f)
	}
}

// URL is the address of the page; the Web API is below URL + "/api/".
func (s *Sim) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

func (s *Sim) setBase(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base, s.reach = url, url
}

// Handler is the whole HTTP surface: /api/, sockets, response and upload URLs, the page.
func (s *Sim) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("GET /link/", s.serveSocket)
	mux.HandleFunc("POST /response/{id}", s.serveResponseURL)
	mux.HandleFunc("/upload/{id}", s.serveUpload)
	mux.HandleFunc("GET /files/{id}", s.serveFile)
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	s.routePage(mux)
	return mux
}

// touch tells waiters and browsers that something changed. Callers hold s.mu.
func (s *Sim) touch() {
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
}

// wait blocks until check, called with s.mu held, reports true.
func (s *Sim) wait(ctx context.Context, what string, check func() bool) error {
	for {
		s.mu.Lock()
		done, changed := check(), s.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ctx.Err())
		case <-s.ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ErrClosed)
		}
	}
}

// next makes a number that is unique within the sim. Callers hold s.mu.
func (s *Sim) next() int {
	s.serial++
	return s.serial
}

// stamp makes a Slack timestamp, unique and rising. Callers hold s.mu.
func (s *Sim) stamp() string {
	return fmt.Sprintf("%d.%06d", time.Now().Unix(), s.next()%1_000_000)
}

// violate records something that Slack would punish. Callers hold s.mu.
func (s *Sim) violate(format string, args ...any) {
	v := fmt.Sprintf(format, args...)
	s.violations = append(s.violations, v)
	s.opts.Logger.Warn("slack sim: violation", "what", v)
	s.touch()
}

// Violations lists what Slack would reject or punish though the call looked fine
// to the app, oldest first: late or double acks, unfurl flags left out, texts too
// long, error keys that name no input block, blocks refused, and so on.
func (s *Sim) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.violations...)
}

// Errors that user actions return.
var (
	ErrClosed         = errors.New("the sim is closed")
	ErrNoConnection   = errors.New("dispatch_failed: no app is connected")
	ErrTimeout        = errors.New("operation_timeout: the app did not ack in time")
	ErrNotFound       = errors.New("there is no such element, message, view or channel")
	ErrNotAllowed     = errors.New("slack would not let this user do that")
	ErrClientRejected = errors.New("the client refuses the input")
)
