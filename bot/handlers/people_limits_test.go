package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// wordOfSlack answers look-ups of people instead of Slack: everybody is of the
// workspace, and a group answers as it is told to.
type wordOfSlack struct {
	mu     sync.Mutex
	of     map[batchsync.GroupID][]string
	takes  map[batchsync.GroupID]time.Duration
	fails  error // of groups
	person error // of people
	asked  []time.Time
}

func (w *wordOfSlack) members(ctx context.Context, g batchsync.GroupID) ([]string, error) {
	w.mu.Lock()
	w.asked = append(w.asked, time.Now())
	users, takes, fails := w.of[g], w.takes[g], w.fails
	w.mu.Unlock()
	select {
	case <-time.After(takes):
		return users, fails
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wordOfSlack) user(_ context.Context, id batchsync.UserID) (batchsync.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return batchsync.User{ID: id, Name: "Name of " + string(id), Team: "T1"}, w.person
}

// calls is how often groups were asked for since it was asked itself.
func (w *wordOfSlack) calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.asked)
	w.asked = nil
	return n
}

func (w *wordOfSlack) people(operators, admins []batchsync.GroupID) *people {
	access := batchsync.Access{Team: "T1", Operators: []batchsync.UserID{"U1ID"}, OperatorGroups: operators, AdminGroups: admins}
	p := newPeople(nil, access, 0, quiet())
	p.users.ask, p.groups.ask = w.user, w.members
	return p
}

func groupNames(n int) (out []batchsync.GroupID) {
	for i := range n {
		out = append(out, batchsync.GroupID(fmt.Sprint("S", i)))
	}
	return out
}

// However many change something, and however many groups there are, Slack is
// asked for groups half as often as it answers, and in no minute more often than that.
func TestPeople_Authorise_Pace(t *testing.T) {
	t.Parallel()
	const tier, minutes = 20, 10
	for _, n := range []int{1, 2, 3, 7, 10} {
		t.Run(fmt.Sprint(n, " groups"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				names := groupNames(n)
				w := &wordOfSlack{of: map[batchsync.GroupID][]string{names[n-1]: {"UANA"}}}
				p := w.people(names, names[:1])
				for second := range 60 * minutes {
					for _, id := range []batchsync.UserID{"UANA", "UNOBODY", batchsync.UserID(fmt.Sprint("U", second%40))} {
						if err := p.Authorise(t.Context(), id, batchsync.ActBackfill); (err == nil) != (id == "UANA") {
							t.Fatalf("%s: %v", id, err)
						}
						_ = p.Offer(t.Context(), id, batchsync.ActUndeploy)
					}
					time.Sleep(time.Second)
				}
				for i, at := range w.asked {
					in := 0
					for _, other := range w.asked[i:] {
						if other.Sub(at) < time.Minute {
							in++
						}
					}
					if in > tier {
						t.Fatalf("%d calls within a minute from %v on", in, at)
					}
				}
				// The first round comes at once, and the last may fall behind the end.
				if got, want := len(w.asked), minutes*tier/2; got > want+n || got < want-n {
					t.Errorf("%d calls in %d minutes, want about %d", got, minutes, want)
				}
			})
		})
	}
}

// Groups are asked for at the same time, and who has a role by one of them does
// not wait for the others.
func TestPeople_Authorise_AtOnce(t *testing.T) {
	t.Parallel()
	const never = time.Hour
	for _, c := range []struct {
		name  string
		user  batchsync.UserID
		act   batchsync.Action
		takes [3]time.Duration // of S0, an administrators' group, and of S1 and S2; Ana is in S2
		want  batchsync.TextKey
		after time.Duration
		calls int
	}{
		{"each takes a second", "UANA", batchsync.ActBackfill, [3]time.Duration{time.Second, time.Second, time.Second}, "", time.Second, 3},
		{"the others take longer", "UANA", batchsync.ActBackfill, [3]time.Duration{time.Second, never, time.Millisecond}, "", time.Millisecond, 3},
		{"her own is silent", "UANA", batchsync.ActBackfill, [3]time.Duration{0, 0, never}, "access.lookup_failed", lookupTimeout, 3},
		{"in none, one is silent", "UADAM", batchsync.ActBackfill, [3]time.Duration{0, never, 0}, "access.lookup_failed", lookupTimeout, 3},
		{"in none", "UADAM", batchsync.ActBackfill, [3]time.Duration{}, "access.operator", 0, 3},
		{"by id", "U1ID", batchsync.ActBackfill, [3]time.Duration{never, never, never}, "", 0, 0},
		{"operators' groups make no administrator", "UANA", batchsync.ActUndeploy, [3]time.Duration{time.Second, never, never}, "access.admin", time.Second, 1},
		{"a look takes no group", "UADAM", batchsync.ActInspect, [3]time.Duration{never, never, never}, "", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				names := groupNames(3)
				w := &wordOfSlack{of: map[batchsync.GroupID][]string{"S2": {"UANA"}}, takes: map[batchsync.GroupID]time.Duration{}}
				for i, g := range names {
					w.takes[g] = c.takes[i]
				}
				p := w.people(names[1:], names[:1])
				began := time.Now()
				err := p.Authorise(t.Context(), c.user, c.act)
				if got := batchsync.ProblemOf(err).Text.Key; (err == nil) != (c.want == "") || err != nil && got != c.want {
					t.Errorf("got %v, want %q", err, c.want)
				}
				if took := time.Since(began); took != c.after {
					t.Errorf("it took %v, want %v", took, c.after)
				}
				p.end()
				if got := w.calls(); got != c.calls {
					t.Errorf("%d groups were asked for, want %d", got, c.calls)
				}
			})
		})
	}
}

// A group that is silent holds up nobody who is in another one, nor is it asked
// for a second time meanwhile.
func TestPeople_Authorise_Apart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		names := groupNames(2)
		w := &wordOfSlack{
			of:    map[batchsync.GroupID][]string{"S0": {"UADAM"}, "S1": {"UANA"}},
			takes: map[batchsync.GroupID]time.Duration{"S0": time.Hour},
		}
		p := w.people(names, nil)
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				if err := p.Authorise(t.Context(), "UADAM", batchsync.ActStop); err == nil {
					t.Error("allowed without an answer")
				}
			})
			all.Go(func() {
				began := time.Now()
				if err := p.Authorise(t.Context(), "UANA", batchsync.ActStop); err != nil || time.Since(began) > 0 {
					t.Errorf("person %d: %v after %v", i, err, time.Since(began))
				}
			})
		}
		all.Wait()
		p.end()
		if got := w.calls(); got != 2 {
			t.Errorf("%d calls, want one for each group", got)
		}
	})
}

// No group is asked for where one that was just asked gives the role already.
func TestPeople_Authorise_KnownGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		names := groupNames(2)
		w := &wordOfSlack{
			of:    map[batchsync.GroupID][]string{"S1": {"UANA"}},
			takes: map[batchsync.GroupID]time.Duration{"S0": time.Hour},
		}
		p := w.people(names, nil)
		for range 3 {
			if err := p.Authorise(t.Context(), "UANA", batchsync.ActStop); err != nil {
				t.Fatal(err)
			}
			p.end()
		}
		if got := w.calls(); got != 2 {
			t.Errorf("%d calls, want one for each group", got)
		}
	})
}

// While Slack limits the look-ups it is not asked, and changes are refused with
// the time that is left; who has a right by their id, or only looks, goes on.
func TestPeople_Authorise_Limited(t *testing.T) {
	t.Parallel()
	limited := fmt.Errorf("call: %w", &slack.RateLimitedError{RetryAfter: 30 * time.Second})
	const refused = "access.limited"
	type ask = func(*people, context.Context, batchsync.UserID, batchsync.Action) error
	for _, c := range []struct {
		name   string
		person bool // people are limited, else groups
		user   batchsync.UserID
		ask    ask
		act    batchsync.Action
		want   batchsync.TextKey
	}{
		{"a change", false, "UANA", (*people).Authorise, batchsync.ActBackfill, refused},
		{"a change of somebody not seen before", false, "UADAM", (*people).Authorise, batchsync.ActBackfill, refused},
		{"a change by id", false, "U1ID", (*people).Authorise, batchsync.ActBackfill, ""},
		{"a drawing", false, "UANA", (*people).Offer, batchsync.ActBackfill, ""},
		{"being on something", false, "UANA", (*people).Authorise, batchsync.ActAck, ""},
		{"a look", false, "UADAM", (*people).Authorise, batchsync.ActInspect, ""},
		{"people: a change", true, "UANA", (*people).Authorise, batchsync.ActBackfill, refused},
		{"people: a change by id", true, "U1ID", (*people).Authorise, batchsync.ActBackfill, refused},
		{"people: a drawing", true, "UANA", (*people).Offer, batchsync.ActBackfill, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &wordOfSlack{of: map[batchsync.GroupID][]string{"S0": {"UANA"}}}
				p := w.people(groupNames(1), nil)
				for _, id := range []batchsync.UserID{"UANA", "U1ID"} {
					if err := p.Authorise(t.Context(), id, batchsync.ActBackfill); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(time.Minute)
				if w.fails = limited; c.person {
					w.fails, w.person = nil, limited
				}
				_ = p.Authorise(t.Context(), "UANA", batchsync.ActStop) // is told of the limit
				w.fails, w.person = nil, nil
				w.calls()
				time.Sleep(20 * time.Second)
				err := c.ask(p, t.Context(), c.user, c.act)
				if got := batchsync.ProblemOf(err); (err == nil) != (c.want == "") || err != nil && got.Text.Key != c.want {
					t.Errorf("got %v, want %q", err, c.want)
				}
				if err != nil && (batchsync.ProblemOf(err).Hint.Key != "access.limited_hint" || !slices.Equal(batchsync.ProblemOf(err).Hint.Args, []string{"10"})) {
					t.Errorf("hint: %+v", batchsync.ProblemOf(err).Hint)
				}
				if got := w.calls(); !c.person && got != 0 {
					t.Errorf("Slack was asked %d times", got)
				}
				time.Sleep(10 * time.Second)
				if err := p.Authorise(t.Context(), "UANA", batchsync.ActBackfill); err != nil {
					t.Errorf("after that time: %v", err)
				}
			})
		})
	}
}

// A name is no matter of groups: it is found while those are limited.
func TestPeople_Who(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &wordOfSlack{fails: &slack.RateLimitedError{RetryAfter: time.Minute}}
		p := w.people(groupNames(2), groupNames(1))
		if who, err := p.Who(t.Context(), "UANA"); err != nil || who.Name != "Name of UANA" {
			t.Errorf("got %+v, %v", who, err)
		}
		if got := w.calls(); got != 0 {
			t.Errorf("%d groups were asked for", got)
		}
	})
}

func TestUnknownPerson(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	limit := func(left time.Duration) error { return fmt.Errorf("look up: %w", &limitedError{now.Add(left)}) }
	for _, c := range []struct {
		name       string
		err        error
		text, hint string
	}{
		{"no answer", context.DeadlineExceeded, "Slack did not say who you are, so nothing was changed.", "Try again in a minute."},
		{"limited", limit(29500 * time.Millisecond), "Slack limits how often it says who somebody is, so nothing was changed.", "Try again in 30 seconds."},
		{"among others", errors.Join(context.DeadlineExceeded, limit(time.Minute)), "Slack limits how often it says who somebody is, so nothing was changed.", "Try again in 60 seconds."},
		{"almost over", limit(time.Millisecond), "Slack limits how often it says who somebody is, so nothing was changed.", "Try again in 1 second."},
		{"over", limit(-time.Second), "Slack limits how often it says who somebody is, so nothing was changed.", "Try again in 1 second."},
	} {
		err := unknownPerson(c.err, now)
		got, p := batchsync.ProblemOf(err), blocks.Drawer{}.In("")
		if p.Text(got.Text) != c.text || p.Text(got.Hint) != c.hint || batchsync.CodeOf(err) != batchsync.CodeForbidden || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %q, %v", c.name, p.Text(got.Text), p.Text(got.Hint), err)
		}
	}
}

// What was begun is waited for at the end, and what is wanted later than that is
// found all the same.
func TestLookups_End(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &wordOfSlack{of: map[batchsync.GroupID][]string{"S0": {"UANA"}}, takes: map[batchsync.GroupID]time.Duration{"S0": time.Second}}
		p := w.people(groupNames(1), nil)
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := p.groups.get(short, "S0", time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		p.end()
		if known, ok := p.groups.last("S0"); !ok || len(known.value) != 1 {
			t.Errorf("not waited for: %+v", known)
		}
		if users, err := p.groups.get(t.Context(), "S0", time.Nanosecond); err != nil || len(users) != 1 {
			t.Errorf("later: %v, %v", users, err)
		}
		if got := w.calls(); got != 2 {
			t.Errorf("%d calls", got)
		}
	})
}
