package czcli

import (
	"cmp"
	"log/slog"
	"os"
	"time"

	"batchsync/internal/batchsync"
)

// Config says how the program is started. The zero value works where cz-cli
// is on the PATH and has a default profile.
type Config struct {
	Path    string   // the program; default "cz-cli", looked up in PATH
	Profile string   // passed with every call when set
	Home    string   // HOME of the child, where its profiles are; default the process's
	Env     []string // further KEY=value for the child, e.g. CZ_PAT; wins over the process's
	// Children is how many run at once, default 4. Background calls leave one
	// of them free.
	Children int
	// Read and Write are the deadlines of one command, default 30 s and 5 min.
	// Waiting for a free child does not count. TableFigures has a longer one.
	Read, Write time.Duration
	// Mark, if set, is held by the children that change something.
	Mark *Mark
	// Zone is that of the platform, in which it writes the times of table
	// versions; default UTC.
	Zone *time.Location
	// Redact takes secrets out of what the platform says, before anything else gets
	// to see or keep it; default what package redact knows without being told any.
	// It must be safe for concurrent use.
	Redact func(string) string
	Log    *slog.Logger
	// Observe, if set, is told every child that ended: the command words, the
	// failure ("" for success) and the time it took. It is called from several
	// goroutines.
	Observe func(command string, failure batchsync.Failure, took time.Duration)
}

// WriteLimit is the deadline of a command that changes something, unless
// configured.
const WriteLimit = 5 * time.Minute

// Client runs the program. It is safe for concurrent use and owns no
// goroutine beyond the calls that are under way.
type Client struct {
	cfg        Config
	env        []string
	secrets    []string // values of env that must not show up in messages
	slots      *slots
	profile    *profile
	background bool
}

// New makes a client and starts nothing.
func New(cfg Config) *Client {
	cfg.Path = cmp.Or(cfg.Path, "cz-cli")
	cfg.Read = cmp.Or(cfg.Read, 30*time.Second)
	cfg.Write = cmp.Or(cfg.Write, WriteLimit)
	if cfg.Children < 1 {
		cfg.Children = 4
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	env := childEnv(os.Environ(), cfg)
	return &Client{cfg: cfg, env: env, secrets: secretsOf(env), slots: newSlots(cfg.Children), profile: newProfile()}
}

// Children tells how many children run, and how many calls wait for one, those
// of all clients that share them. It never waits for a child.
func (c *Client) Children() (running, waiting int) { return c.slots.counts() }

// Background returns a client that shares c's children but lets c's own calls
// go first: use it for watchers and other work nobody waits for.
func (c *Client) Background() *Client {
	b := *c
	b.background = true
	return &b
}
