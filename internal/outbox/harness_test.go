package outbox

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/store"
)

// sent is one call of the sender.
type sent struct {
	At       time.Duration // since the test began
	ID       batchsync.MessageID
	Channel  batchsync.ChannelID
	Action   action
	Revision int
	Thread   string // TS of the root
}

func (s sent) String() string {
	return fmt.Sprintf("%v %s r%d", s.At, s.ID, s.Revision)
}

// slack is a sender that takes everything unless answer says otherwise. It
// gives each post a TS of its own.
type slack struct {
	t     *testing.T
	began time.Time
	takes time.Duration // per send

	mu     sync.Mutex
	answer func(ctx context.Context, m batchsync.Message, call int) batchsync.Delivery
	calls  []sent
	posts  int
	busy   map[batchsync.ChannelID]bool
	most   int // sends under way at a time
}

func (s *slack) Send(ctx context.Context, m batchsync.Message, thread *batchsync.Message) batchsync.Delivery {
	call := s.begin(m, thread)
	defer s.end(m.Channel)
	if s.takes > 0 {
		time.Sleep(s.takes)
	}
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	d := batchsync.Delivery{Outcome: batchsync.OutcomeDone}
	if answer != nil {
		d = answer(ctx, m, call)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Outcome == batchsync.OutcomeDone && m.TS == "" {
		s.posts++
		d.TS, d.Channel = fmt.Sprintf("ts%d", s.posts), m.Channel
	}
	return d
}

// answers says how the sends from now on end; call counts all sends, from 1.
func (s *slack) answers(f func(ctx context.Context, m batchsync.Message, call int) batchsync.Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

func (s *slack) begin(m batchsync.Message, thread *batchsync.Message) (call int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := sent{At: time.Since(s.began), ID: m.ID, Channel: m.Channel, Action: actionOf(m), Revision: m.Wanted}
	if thread != nil {
		c.Thread = thread.TS
	}
	s.calls = append(s.calls, c)
	if s.busy[m.Channel] {
		s.t.Errorf("two sends at a time in channel %s", m.Channel)
	}
	s.busy[m.Channel] = true
	s.most = max(s.most, len(s.busy))
	return len(s.calls)
}

func (s *slack) end(c batchsync.ChannelID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, c)
}

func (s *slack) sent() []sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// taken is how many posts were taken.
func (s *slack) taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posts
}

// want compares the calls so far with lines such as "0s m1 r1", those of the
// same moment by id.
func (s *slack) want(lines ...string) {
	s.t.Helper()
	calls := s.sent()
	slices.SortStableFunc(calls, func(a, b sent) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	var got []string
	for _, c := range calls {
		got = append(got, c.String())
	}
	if !slices.Equal(got, lines) {
		s.t.Errorf("sent %q, want %q", got, lines)
	}
}

// room is an outbox on a real file, inside a bubble.
type room struct {
	*testing.T
	store *store.Store
	slack *slack
	out   *Outbox
}

func bubble(t *testing.T, f func(r *room)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(filepath.Join(t.TempDir(), "bot.db"), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		sl := &slack{t: t, began: time.Now(), busy: map[batchsync.ChannelID]bool{}}
		r := &room{T: t, store: s, slack: sl}
		r.restart(s)
		f(r)
	})
}

func (r *room) restart(s Store) {
	r.out = New(s, r.slack, slog.New(slog.DiscardHandler))
	r.out.jitter = func() float64 { return 0 }
}

// start runs the outbox until the function it returns is called.
func (r *room) start() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- r.out.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			r.Errorf("Run: %v", err)
		}
	}
}

// runFor runs the outbox for a while of bubble time.
func (r *room) runFor(d time.Duration) {
	stop := r.start()
	time.Sleep(d)
	synctest.Wait()
	stop()
}

func (r *room) ok(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *room) enqueue(msgs ...batchsync.Message) {
	r.Helper()
	for i := range msgs {
		msgs[i].CreatedAt = time.Now()
	}
	r.ok(r.store.Enqueue(msgs...))
	r.out.Wake()
}

func (r *room) raise(id batchsync.MessageID) {
	r.Helper()
	r.ok(r.store.Refresh(id, time.Now()))
	r.out.Wake()
}

func (r *room) message(id batchsync.MessageID) batchsync.Message {
	r.Helper()
	m, err := r.store.Message(id)
	r.ok(err)
	return m
}

// msg is a message for a channel, under a root if one is given.
func msg(id batchsync.MessageID, channel batchsync.ChannelID, root ...batchsync.MessageID) batchsync.Message {
	m := batchsync.Message{ID: id, Kind: batchsync.MessageNotice, Channel: channel}
	if len(root) > 0 {
		m.Thread = root[0]
	}
	return m
}
