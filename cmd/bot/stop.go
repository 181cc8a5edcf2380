package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"batchsync/internal/store"
)

// How long the end may take. Supervisors kill after a while that people choose
// by this: the sum counts, not what each room may take.
const (
	// roomsLimit is for all rooms together: [handlers.Grace] or [operation.Grace],
	// [outbox.Grace] and closing the health endpoint fit into it.
	roomsLimit = 18 * time.Second
	// stopLimit is for everything, from the signal on. Then the process ends as
	// it is: the file is whole at every moment.
	stopLimit = 19 * time.Second
)

// errLate says that something would not end.
var errLate = fmt.Errorf("did not stop within %s of the signal: ended as it was; the next start goes on from the file", stopLimit)

// bounded runs what ends soon after ctx does, and gives up on it a limit after
// that. What it gives up on goes on: the process has to end then.
func bounded(ctx context.Context, limit time.Duration, run func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- run() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(limit):
		return errLate
	}
}

// phase is when a room is stopped. Those of one phase stop at the same time, and
// the next when all of them ended.
type phase int

const (
	stopsFirst phase = iota // takes in or makes what others bring out
	stopsThen               // brings out, or is asked by the first until they end
	stopsLast               // tells others how the bot is
	phases
)

// group runs the rooms and takes them down by phases.
type group struct {
	rooms  []*room
	failed chan error
	once   sync.Once
}

type room struct {
	name  string
	phase phase
	stop  context.CancelFunc
	done  chan struct{}
}

// start runs a room until it is its turn to stop. A room that ends by itself
// takes the process down: half a bot is worse than a restart.
func (g *group) start(s phase, name string, log *slog.Logger, run func(context.Context) error) {
	g.once.Do(func() { g.failed = make(chan error, 16) })
	ctx, stop := context.WithCancel(context.Background())
	r := &room{name: name, phase: s, stop: stop, done: make(chan struct{})}
	g.rooms = append(g.rooms, r)
	go func() {
		defer close(r.done)
		err := run(ctx)
		if ctx.Err() == nil {
			if err == nil {
				err = errors.New("ended unexpectedly")
			}
			g.failed <- fmt.Errorf("%s: %w", name, err)
		} else if err != nil && !errors.Is(err, context.Canceled) {
			log.Warn("room ended with an error", "name", name, "error", err)
		}
	}()
}

// wait returns when ctx ended or a room failed, and all rooms were stopped after
// that. It names those that did not within the limit.
func (g *group) wait(ctx context.Context, log *slog.Logger, limit time.Duration) error {
	var err error
	select {
	case <-ctx.Done():
		log.Info("stopping: what is under way is finished or parked; a second signal ends at once", "limit", stopLimit.String())
	case err = <-g.failed:
		log.Error("stopping: a room failed", "error", err)
	}
	over, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var late []string
	for s := range phases {
		late = append(late, g.end(over, s)...)
	}
	if len(late) > 0 {
		return errors.Join(err, fmt.Errorf("did not stop in time: %s", strings.Join(late, ", ")))
	}
	return err
}

// end stops the rooms of a phase and names those that are not through when over
// is.
func (g *group) end(over context.Context, s phase) (late []string) {
	var rooms []*room
	for _, r := range slices.Backward(g.rooms) {
		if r.phase == s {
			rooms = append(rooms, r)
			r.stop()
		}
	}
	for _, r := range rooms {
		select {
		case <-r.done:
			continue
		case <-over.Done():
		}
		select {
		case <-r.done:
		default:
			late = append(late, r.name)
		}
	}
	return late
}

// parked says in one line what the next start goes on with.
func parked(file *store.Store, log *slog.Logger, began time.Time) {
	operations, err := file.Running()
	due, _, _, err2 := file.Counts()
	asked, err3 := file.AskedAcceptances()
	if err := errors.Join(err, err2, err3); err != nil {
		log.Error("stopped, but what is parked cannot be read", "error", err)
		return
	}
	var ids, examined []string
	for _, op := range operations {
		ids = append(ids, string(op.ID))
	}
	for _, a := range asked {
		examined = append(examined, string(a.ID))
	}
	log.Info("batchsync stopped", "ran", time.Since(began).Round(time.Second).String(),
		"operations", ids, "acceptances", examined, "messages", due)
}
