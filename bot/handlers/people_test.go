package handlers

import (
	"context"
	"sync"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

func TestPeople_Authorise(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	everybody := []batchsync.UserID{slacksim.Gus, slacksim.Fay, slacksim.Dora, slacksim.OtherBot, "U0NOBODY00", ""}
	p := newPeople(api, batchsync.Access{
		Team: slacksim.TeamID, Operators: everybody, Admins: []batchsync.UserID{slacksim.Vera}, OperatorGroups: []batchsync.GroupID{slacksim.Engineers},
	}, 0, quiet())
	for _, c := range []struct {
		name string
		user batchsync.UserID
		act  batchsync.Action
		want batchsync.TextKey // of the refusal; empty: allowed
	}{
		{"in the group", slacksim.Ana, batchsync.ActCreate, ""},
		{"by id", slacksim.Vera, batchsync.ActDrop, ""},
		{"guest looks", slacksim.Gus, batchsync.ActView, ""},
		{"guest", slacksim.Gus, batchsync.ActCreate, "access.outsider"},
		{"of another workspace", slacksim.Fay, batchsync.ActCreate, "access.outsider"},
		{"deactivated", slacksim.Dora, batchsync.ActResume, "access.outsider"},
		{"another bot", slacksim.OtherBot, batchsync.ActCreate, "access.outsider"},
		{"unknown", "U0NOBODY00", batchsync.ActCreate, "access.lookup_failed"},
		{"nobody", "", batchsync.ActCreate, "access.lookup_failed"},
		{"action without a rule", slacksim.Ana, "explode", "access.admin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := p.Authorise(t.Context(), c.user, c.act)
			if got := batchsync.ProblemOf(err); (err == nil) != (c.want == "") || err != nil && got.Text.Key != c.want {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if got := len(sim.Calls("usergroups.users.list")); got != 1 {
		t.Errorf("the group was looked up %d times, want once", got)
	}
}

// Slack's word is believed for a while and then asked for again; without an
// answer nobody changes anything.
func TestPeople_Authorise_Again(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		ttl     time.Duration
		method  string
		allowed bool
	}{
		{"believed", 0, "*", true},
		{"person asked again", time.Nanosecond, "users.info", false},
		{"group asked again", time.Nanosecond, "usergroups.users.list", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			p := newPeople(api, batchsync.Access{Team: slacksim.TeamID, OperatorGroups: []batchsync.GroupID{slacksim.Engineers}}, c.ttl, quiet())
			if err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate); err != nil {
				t.Fatal(err)
			}
			sim.Fault(c.method, slacksim.HTTPStatus(500), -1)
			err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate)
			if (err == nil) != c.allowed {
				t.Errorf("got %v, want allowed %v", err, c.allowed)
			}
			if err != nil && batchsync.CodeOf(err) != batchsync.CodeForbidden {
				t.Errorf("code: got %v", batchsync.CodeOf(err))
			}
		})
	}
}

// Somebody loses a role while they are known: what is drawn goes on for a while,
// what changes something is refused, also while Slack does not answer.
func TestPeople_Authorise_RoleRemoved(t *testing.T) {
	t.Parallel()
	const removed, silent = "access.operator", "access.lookup_failed"
	for _, c := range []struct {
		name  string
		age   time.Duration // of what is known
		ask   func(*people, context.Context, batchsync.UserID, batchsync.Action) error
		act   batchsync.Action
		fault bool
		want  batchsync.TextKey
	}{
		{"a change", time.Minute, (*people).Authorise, batchsync.ActBackfill, false, removed},
		{"a change, a moment after", time.Second, (*people).Authorise, batchsync.ActBackfill, false, ""},
		{"a change, when a group may be asked again", groupPace, (*people).Authorise, batchsync.ActBackfill, false, removed},
		{"a change, Slack is silent", time.Minute, (*people).Authorise, batchsync.ActStop, true, silent},
		{"sharing", time.Minute, (*people).Authorise, batchsync.ActShare, false, removed},
		{"being on something", time.Minute, (*people).Authorise, batchsync.ActAck, true, ""},
		{"a look", time.Minute, (*people).Authorise, batchsync.ActInspect, true, ""},
		{"a drawing", time.Minute, (*people).Offer, batchsync.ActBackfill, true, ""},
		{"a drawing, later", time.Hour, (*people).Offer, batchsync.ActBackfill, false, removed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			p := newPeople(api, batchsync.Access{Team: slacksim.TeamID, OperatorGroups: []batchsync.GroupID{slacksim.Engineers}}, 0, quiet())
			if err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate); err != nil {
				t.Fatal(err)
			}
			p.grow(c.age)
			sim.SetGroup(slacksim.Engineers, slacksim.Adam)
			if c.fault {
				sim.Fault("usergroups.users.list", slacksim.HTTPStatus(503), -1)
			}
			err := c.ask(p, t.Context(), slacksim.Ana, c.act)
			if (err == nil) != (c.want == "") || err != nil && batchsync.ProblemOf(err).Text.Key != c.want {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// grow makes all that is known older.
func (p *people) grow(age time.Duration) {
	p.users.grow(age)
	p.groups.grow(age)
}

func (l *lookups[K, V]) grow(age time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, f := range l.known {
		f.at = f.at.Add(-age)
		l.known[k] = f
	}
	l.until = l.until.Add(-age)
}

// Many people who change something at once ask for their group once.
func TestPeople_Authorise_Crowd(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	p := newPeople(api, batchsync.Access{Team: slacksim.TeamID, OperatorGroups: []batchsync.GroupID{slacksim.Engineers}}, 0, quiet())
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(sim.Calls("usergroups.users.list")); got != 1 {
		t.Errorf("the group was looked up %d times", got)
	}
}

// Slack's own answer is taken for a limit with its time: it is not asked again.
func TestPeople_Authorise_TooOften(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	p := newPeople(api, batchsync.Access{Team: slacksim.TeamID, OperatorGroups: []batchsync.GroupID{slacksim.Engineers}}, 0, quiet())
	sim.Fault("usergroups.users.list", slacksim.RateLimited(30*time.Second), 1)
	for range 3 {
		err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate)
		if err == nil || batchsync.ProblemOf(err).Text.Key != "access.limited" {
			t.Errorf("got %v", err)
		}
	}
	if got := len(sim.Calls("usergroups.users.list")); got != 1 {
		t.Errorf("Slack was asked %d times", got)
	}
	p.grow(30 * time.Second)
	if err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate); err != nil {
		t.Errorf("after that time: %v", err)
	}
}

// A slow look-up ends within Slack's patience.
func TestPeople_Authorise_Slow(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	p := newPeople(api, batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}, 0, quiet())
	if err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate); err != nil {
		t.Fatal(err)
	}
	p.grow(time.Minute)
	sim.Fault("users.info", slacksim.Hang(), -1)
	began := time.Now()
	if err := p.Authorise(t.Context(), slacksim.Ana, batchsync.ActCreate); err == nil {
		t.Error("allowed without an answer")
	}
	if took := time.Since(began); took > 2500*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

// knows has somebody looked up at a time.
func (p *people) knows(u batchsync.User, at time.Time) {
	p.users.mu.Lock()
	defer p.users.mu.Unlock()
	p.users.remember(finding[batchsync.UserID, batchsync.User]{key: u.ID, value: u, at: at})
}
