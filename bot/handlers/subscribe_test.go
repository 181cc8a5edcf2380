package handlers

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"
)

// board keeps subscriptions and incidents.
type board struct {
	Store
	subs     []batchsync.Subscription
	channel  batchsync.Channel
	open     []batchsync.Incident
	quiets   []batchsync.Quiet
	rows     []batchsync.AuditRow
	messages []batchsync.Message
	acked    []batchsync.IncidentID
}

func (s *board) Subscriptions(c batchsync.ChannelID) (out []batchsync.Subscription, _ error) {
	for _, sub := range s.subs {
		if sub.Channel == c {
			out = append(out, sub)
		}
	}
	return out, nil
}

func (s *board) Subscribe(sub batchsync.Subscription, c *batchsync.Channel, row batchsync.AuditRow) error {
	_, _ = s.Unsubscribe(sub.Channel, sub.Selector.Key(), row)
	s.subs = append(s.subs, sub)
	if c != nil {
		s.channel = *c
	}
	return nil
}

func (s *board) Unsubscribe(c batchsync.ChannelID, key string, row batchsync.AuditRow) (bool, error) {
	was := len(s.subs)
	s.subs = slices.DeleteFunc(s.subs, func(o batchsync.Subscription) bool { return o.Channel == c && o.Selector.Key() == key })
	s.rows = append(s.rows, row)
	return len(s.subs) < was, nil
}

func (s *board) Channel(id batchsync.ChannelID) (batchsync.Channel, error) {
	s.channel.ID = id
	return s.channel, nil
}

func (s *board) SetChannel(c batchsync.Channel, _ batchsync.AuditRow) error {
	s.channel = c
	return nil
}

func (s *board) Watches() ([]batchsync.Watch, error)          { return nil, nil }
func (s *board) Tasks() ([]batchsync.Task, error)             { return nil, nil }
func (s *board) OpenIncidents() ([]batchsync.Incident, error) { return slices.Clone(s.open), nil }
func (s *board) Quiets(time.Time) ([]batchsync.Quiet, error)  { return s.quiets, nil }
func (s *board) Record(row batchsync.AuditRow) error          { s.rows = append(s.rows, row); return nil }
func (s *board) Enqueue(msgs ...batchsync.Message) error {
	s.messages = append(s.messages, msgs...)
	return nil
}
func (s *board) AddQuiet(q batchsync.Quiet, _ batchsync.AuditRow) error {
	s.quiets = append(s.quiets, q)
	return nil
}

func (s *board) EndQuiet(id string, _ time.Time, row batchsync.AuditRow) error {
	s.quiets = slices.DeleteFunc(s.quiets, func(q batchsync.Quiet) bool { return q.ID == id })
	s.rows = append(s.rows, row)
	return nil
}

func (s *board) Task(batchsync.TaskID) (batchsync.Task, error)            { return batchsync.Task{}, missing() }
func (s *board) AlertsOf(batchsync.IncidentID) ([]batchsync.Alert, error) { return nil, nil }
func (s *board) Incident(id batchsync.IncidentID) (batchsync.Incident, error) {
	i := slices.IndexFunc(s.open, func(i batchsync.Incident) bool { return i.ID == id })
	if i < 0 {
		return batchsync.Incident{}, missing()
	}
	return s.open[i], nil
}

func (s *board) Acknowledge(id batchsync.IncidentID, by batchsync.UserID, again time.Duration, now time.Time, row batchsync.AuditRow) (batchsync.Incident, error) {
	i := slices.IndexFunc(s.open, func(i batchsync.Incident) bool { return i.ID == id })
	next, err := s.open[i].Acknowledge(by, again, now)
	s.open[i], s.acked, s.rows = next, append(s.acked, id), append(s.rows, row)
	return next, err
}

// twoTasks is a platform with two tasks.
type twoTasks struct{ Platform }

func (twoTasks) TasksLike(_ context.Context, part string) (out []batchsync.TaskRef, _ error) {
	for _, ref := range []batchsync.TaskRef{{ID: 1, Name: "orders", Type: batchsync.TypeSingle}, {ID: 2, Name: "orders_eu", Type: batchsync.TypeSingle}, {ID: 3, Name: "report", Type: 23}} {
		if strings.Contains(ref.Name, part) {
			out = append(out, ref)
		}
	}
	return out, nil
}

// places is what menus offer.
type places struct{ Lists }

func (places) Folders(context.Context) ([]batchsync.Folder, error) {
	return []batchsync.Folder{{ID: 1, Path: "sync/mysql"}}, nil
}

func (places) Datasources(context.Context) ([]batchsync.Datasource, error) {
	return []batchsync.Datasource{{ID: 1, Name: "mysql_prod"}}, nil
}

func follower(t *testing.T) (*Bot, *board, *slacksim.Sim) {
	t.Helper()
	sim, api := connect(t, slacksim.Options{})
	s := &board{}
	return &Bot{
		Deps: Deps{
			API: api, Platform: twoTasks{}, Store: s, Lists: places{}, Ladder: &Ladder{}, Channels: NewChannels(api, false, quiet()), Log: quiet(),
			Deliver: func() {}, Look: func() {}, Drawer: blocks.Drawer{Redact: redact.New()},
		},
		cfg:    Config{Zone: "Asia/Shanghai", PlatformZone: "Asia/Shanghai"},
		people: newPeople(api, batchsync.Access{}, 0, quiet()),
	}, s, sim
}

func here(channel batchsync.ChannelID) origin { return origin{User: slacksim.Ana, Channel: channel} }

// state is what a channel follows, in the words of the command.
func (s *board) state() string {
	var out []string
	for _, sub := range s.subs {
		out = append(out, sub.Selector.Words()+" "+strings.Join(batchsync.Items(topicWords(sub.Topics)), ", "))
	}
	if s.channel.Digest != "" {
		out = append(out, "at "+s.channel.Digest+" "+s.channel.Zone)
	}
	return strings.Join(out, "; ")
}

// TestBot_Subscribe types commands one after the other.
func TestBot_Subscribe(t *testing.T) {
	t.Parallel()
	const usual = "failures, tables, late, recoveries"
	for _, c := range []struct {
		name  string
		typed []string // "-" before it: unsubscribe
		want  string
		said  string // in the last answer
	}{
		{"all, usual topics", []string{"*"}, "* " + usual, "all tasks"},
		{"a task by exact name", []string{"orders"}, "orders " + usual, "orders"},
		{"a name that is only similar", []string{"order"}, "", "orders_eu"},
		{"no sync task", []string{"report"}, "", "report"},
		{"named topics only", []string{"* late failures"}, "* failures, late", ""},
		{"topics are added", []string{"* late", "* tables"}, "* tables, late", ""},
		{"and the usual ones", []string{"* digest 08:30", "*"}, "* " + usual + ", digest; at 08:30 Asia/Shanghai", ""},
		{"another time of the digest", []string{"* digest 08:30", "* digest 09:15"}, "* digest; at 09:15 Asia/Shanghai", ""},
		{"a folder above", []string{"sync/*"}, "sync/* " + usual, ""},
		{"an unknown folder", []string{"nowhere/*"}, "", "There is no folder nowhere"},
		{"a source", []string{"source:mysql_prod"}, "source:mysql_prod " + usual, ""},
		{"an unknown source", []string{"source:mysql"}, "", "There is no data source mysql"},
		{"no topic", []string{"* lates"}, "", "late"},
		{"nothing: what there is", []string{"*", ""}, "* " + usual, "What this channel is told"},
		{"ended", []string{"*", "-*"}, "", "no longer told"},
		{"ended by number", []string{"orders", "-1"}, "", "no longer told"},
		{"topics taken off", []string{"*", "-* late tables"}, "* failures, recoveries", "still told"},
		{"the last topic", []string{"* late", "-* late"}, "", "no longer told"},
		{"the digest goes with its last subscription", []string{"* digest 08:30 late", "-* digest"}, "* late", "still told"},
		{"the digest stays with another", []string{"* digest 08:30", "orders digest 08:30", "-*"}, "orders digest; at 08:30 Asia/Shanghai", ""},
		{"what is not there", []string{"*", "-orders"}, "* " + usual, "not subscribed to orders"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, sim := follower(t)
			for _, typed := range c.typed {
				if words, end := strings.CutPrefix(typed, "-"); end {
					b.unsubscribe(t.Context(), here(slacksim.General), words)
				} else {
					b.subscribe(t.Context(), here(slacksim.General), typed)
				}
			}
			if got := s.state(); got != c.want {
				t.Errorf("follows %q, want %q", got, c.want)
			}
			all := sim.Ephemerals("ana")
			if last := all[len(all)-1].AllText(); !strings.Contains(last, c.said) {
				t.Errorf("said %q, want %q", last, c.said)
			}
		})
	}
}

// TestBot_Subscribe_Place refuses channels that news must not, or cannot, go to.
func TestBot_Subscribe_Place(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		channel batchsync.ChannelID
		allow   bool
		want    string // in the refusal; "" for none
		told    int    // messages to the channel
	}{
		{"a channel of the bot", slacksim.General, false, "", 1},
		{"the bot is no member", slacksim.Outside, false, "cannot post here", 0},
		{"not visible", slacksim.Secret, false, "cannot post here", 0},
		{"archived", slacksim.Archived, false, "archived", 0},
		{"shared", slacksim.Shared, false, "other organisations", 0},
		{"shared and allowed", slacksim.Shared, true, "", 1},
		{"in no channel: directly", "", false, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, sim := follower(t)
			b.Channels.allow = c.allow
			b.subscribe(t.Context(), here(c.channel), "*")
			if len(s.subs) == 1 != (c.want == "") || len(s.messages) != c.told {
				t.Errorf("%d subscriptions, %d messages", len(s.subs), len(s.messages))
			}
			if c.want == "" {
				return
			}
			said := append(sim.Ephemerals("ana"), sim.Messages(slacksim.Ana)...)
			if len(said) != 1 || !strings.Contains(said[0].AllText(), c.want) {
				t.Errorf("said %v, want %q", said, c.want)
			}
		})
	}
}

// TestBot_Subscribe_NoPing announces a change by a name that pings nobody.
func TestBot_Subscribe_NoPing(t *testing.T) {
	t.Parallel()
	b, s, _ := follower(t)
	b.subscribe(t.Context(), here(slacksim.General), "*")
	if m := s.messages[0]; m.Mention != "" || m.Body[0].Args[0] != "ana" {
		t.Errorf("announced %+v", m)
	}
}

func trouble(id batchsync.IncidentID, task batchsync.TaskID, name string, reason batchsync.Reason) batchsync.Incident {
	return batchsync.Incident{ID: id, Task: task, Name: name, State: batchsync.IncidentOpen, Version: 1, Conditions: []batchsync.Condition{{Reason: reason, Run: batchsync.RunID(task) * 100}}}
}

func TestBot_Ack(t *testing.T) {
	t.Parallel()
	open := []batchsync.Incident{
		trouble("i1", 1, "orders", batchsync.ReasonFailed), trouble("i2", 2, "orders_eu", batchsync.ReasonLate), trouble("i0", 0, "", batchsync.ReasonUnreachable),
	}
	for _, c := range []struct {
		name, typed string
		want        batchsync.IncidentID
		said        string
	}{
		{"by name", "orders", "i1", "Acknowledged: 1"},
		{"by number", "2", "i2", "Acknowledged: 1"},
		{"the platform", "platform", "i0", "Acknowledged: 1"},
		{"only similar", "order", "", "orders_eu"},
		{"none of it", "invoices", "", "No incident of invoices is open"},
		{"nothing typed: what there is", "", "", "Open incidents"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, sim := follower(t)
			s.open = slices.Clone(open)
			b.ack(t.Context(), here(slacksim.General), c.typed)
			if got := slices.Clone(s.acked); c.want == "" && len(got) != 0 || c.want != "" && !slices.Equal(got, []batchsync.IncidentID{c.want}) {
				t.Errorf("acknowledged %v, want %q", got, c.want)
			}
			all := sim.Ephemerals("ana")
			if len(all) == 0 || !strings.Contains(all[len(all)-1].AllText(), c.said) {
				t.Errorf("said %v, want %q", all, c.said)
			}
		})
	}
}

// TestBot_Ack_Offered acknowledges by the button that a written command was
// answered with: no message there shows what came of it.
func TestBot_Ack_Offered(t *testing.T) {
	t.Parallel()
	b, s, sim := follower(t)
	b.verbs = verbs()
	b.people = newPeople(b.API, batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}, 0, quiet())
	s.open = []batchsync.Incident{trouble("i1", 1, "orders", batchsync.ReasonFailed)}
	o := here(slacksim.General)
	o.Message, o.Thread = "1.1", "1.1"
	b.commanded(t.Context(), click{origin: o, Value: "ack orders"})
	all := sim.Ephemerals("ana")
	if len(s.acked) != 1 || len(all) != 1 || !strings.Contains(all[0].AllText(), "Acknowledged: 1") {
		t.Errorf("acknowledged %v, said %v", s.acked, all)
	}
}

// TestBot_Acked presses Acknowledge on drawings of different age.
func TestBot_Acked(t *testing.T) {
	t.Parallel()
	taken := trouble("i1", 1, "orders", batchsync.ReasonFailed)
	taken.AckedBy, taken.AckedAt, taken.Version = slacksim.Adam, now().Add(-time.Hour), 2
	mine := taken
	mine.AckedBy = slacksim.Ana
	for _, c := range []struct {
		name, value string
		stored      batchsync.Incident
		want        int
		said        string
	}{
		{"as it stands", "1:i1", trouble("i1", 1, "orders", batchsync.ReasonFailed), 1, ""},
		{"it changed since, nobody is on it", "9:i1", trouble("i1", 1, "orders", batchsync.ReasonFailed), 1, ""},
		{"somebody else was faster", "1:i1", taken, 0, "adam is on it already"},
		{"taken over knowingly", "2:i1", taken, 1, ""},
		{"double click", "1:i1", mine, 0, ""},
		{"gone", "1:i9", taken, 0, "no longer"},
		{"garbage", "x", taken, 0, "button"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, sim := follower(t)
			if c.stored.AckedBy == slacksim.Ana {
				c.stored.AckedAt = now().Add(doubleClick - time.Second) // however long the test takes to get there
			}
			s.open = []batchsync.Incident{c.stored}
			o := here(slacksim.General)
			o.Thread = "1.1"
			b.acked(t.Context(), click{origin: o, Value: c.value})
			if len(s.acked) != c.want {
				t.Errorf("acknowledged %v", s.acked)
			}
			all := sim.Ephemerals("ana")
			if (len(all) > 0) != (c.said != "") || c.said != "" && !strings.Contains(all[0].AllText(), c.said) {
				t.Errorf("said %v, want %q", all, c.said)
			}
		})
	}
}

func TestBot_Quiet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		typed []string
		want  []string // selectors of the windows there are then
		said  string
	}{
		{"all tasks", []string{"+1h +2h moving house"}, []string{"*"}, "moving house"},
		{"one task", []string{"orders +1h +2h"}, []string{"orders"}, "orders"},
		{"a task that is none", []string{"order +1h +2h"}, nil, "orders_eu"},
		{"reversed", []string{"2030-01-01T10:00 2030-01-01T09:00"}, nil, "before"},
		{"list", []string{"+1h +2h", ""}, []string{"*"}, "Quiet windows"},
		{"the only one is ended", []string{"orders +1h +2h", "end"}, nil, "is over"},
		{"the one of those tasks", []string{"orders +1h +2h", "+1h +2h", "end *"}, []string{"orders"}, "is over"},
		{"which one", []string{"orders +1h +2h", "+1h +2h", "end"}, []string{"orders", "*"}, "Quiet windows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, s, sim := follower(t)
			for _, typed := range c.typed {
				b.quiet(t.Context(), here(slacksim.General), typed)
			}
			var got []string
			for _, q := range s.quiets {
				got = append(got, q.Selector.Words())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("windows for %q, want %q", got, c.want)
			}
			all := sim.Ephemerals("ana")
			if last := all[len(all)-1].AllText(); !strings.Contains(last, c.said) {
				t.Errorf("said %q, want %q", last, c.said)
			}
		})
	}
}
