package handlers

import (
	"context"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// Somebody who only looks is never asked for their right, and all the same
// answered in their language from the first answer on.
func TestBot_Enqueue_MeetsFirst(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	b := conversation(api)
	b.work = newPool(1, poolLimit, time.Minute, quiet())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); b.work.Run(ctx, time.Second) }()
	t.Cleanup(func() { stop(); <-ended })
	for _, user := range []batchsync.UserID{slacksim.Lin, slacksim.Vera, slacksim.Lin} {
		answered := make(chan struct{})
		o := origin{User: user, Channel: slacksim.General}
		if !b.enqueue(how{}, "help", o, func(ctx context.Context) { defer close(answered); b.help(ctx, o, "") }) {
			t.Fatal("not queued")
		}
		<-answered
	}
	for user, want := range map[string]string{slacksim.Lin: "机器人用于创建", slacksim.Vera: "creates, watches and repairs"} {
		shown := sim.Ephemerals(user)
		if len(shown) == 0 || !strings.Contains(shown[0].AllText(), want) {
			t.Errorf("%s is not told %q: %+v", user, want, shown)
		}
	}
	if n := len(sim.Calls("users.info")); n != 2 {
		t.Errorf("two people were looked up %d times", n)
	}
}

// A Slack that does not tell who somebody is delays them once, not every time.
func TestPeople_Meet_Fails(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	sim.Fault("users.info", slacksim.SlackError("internal_error"), 1)
	p := newPeople(api, batchsync.Access{}, 0, quiet())
	for range 3 {
		p.meet(t.Context(), slacksim.Lin)
	}
	if n := len(sim.Calls("users.info")); n != 1 || p.Locale(slacksim.Lin) != "" {
		t.Errorf("asked %d times, locale %q", n, p.Locale(slacksim.Lin))
	}
	p.missed[slacksim.Lin] = time.Now().Add(-2 * meetRetry)
	p.meet(t.Context(), slacksim.Lin)
	p.meet(t.Context(), "")
	if p.Locale(slacksim.Lin) != "zh-CN" || p.Zone(slacksim.Lin) != "Asia/Shanghai" {
		t.Errorf("locale %q, zone %q", p.Locale(slacksim.Lin), p.Zone(slacksim.Lin))
	}
}

// What everybody reads is in one language, what one person reads in theirs.
func TestLanguages(t *testing.T) {
	t.Parallel()
	const zh, en = "草稿", "draft of yours"
	for _, c := range []struct {
		name, all, channel string
		want               string
	}{
		{"in a channel", "", slacksim.General, en},
		{"to somebody", "", slacksim.Lin, zh},
		{"to somebody else", "", slacksim.Ana, en},
		{"in a channel, for all", "zh-CN", slacksim.General, zh},
		{"to somebody, for all", "en", slacksim.Lin, en},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			s, p := sender(api), newPeople(api, batchsync.Access{}, 0, quiet())
			s.Drawer.Locale = c.all
			b := &Bot{people: p}
			s.Locale = b.Locale
			if d := s.Send(t.Context(), notice(batchsync.ChannelID(c.channel)), nil); d.Outcome != batchsync.OutcomeDone {
				t.Fatalf("delivery %+v", d)
			}
			if m := sim.Messages(c.channel); len(m) != 1 || !strings.Contains(m[0].AllText(), c.want) {
				t.Errorf("shown %+v, want %q", m, c.want)
			}
		})
	}
}

// An answer in a thread is for everybody, one in the conversation with the bot
// for the one person who is in it.
func TestBot_PrinterOf(t *testing.T) {
	t.Parallel()
	_, api := connect(t, slacksim.Options{})
	b := conversation(api)
	b.people.meet(t.Context(), slacksim.Lin)
	for _, c := range []struct {
		name string
		o    origin
		want string
	}{
		{"aloud", origin{User: slacksim.Lin, Channel: slacksim.General, Aloud: true}, "Table a does not exist in schema b"},
		{"aloud in a direct message", origin{User: slacksim.Lin, Channel: "D123", Aloud: true}, "不存在"},
		{"for one", origin{User: slacksim.Lin, Channel: slacksim.General}, "不存在"},
		{"of somebody unknown", origin{User: slacksim.Vera, Channel: slacksim.General}, "Table a does not exist in schema b"},
	} {
		if got := b.printerOf(c.o).Text(batchsync.T("field.table_gone", "a", "b")); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// watching is a store that knows some tasks, and what the monitor read of them.
type watching struct {
	remembering
	watches []batchsync.Watch
}

func (w watching) Watches() ([]batchsync.Watch, error) { return w.watches, nil }

func TestBot_Crowd(t *testing.T) {
	t.Parallel()
	_, api := connect(t, slacksim.Options{})
	watch := func(id batchsync.TaskID, name, source, cron string, online bool) batchsync.Watch {
		return batchsync.Watch{Task: id, Name: name, Source: source, Cron: cron, Online: online}
	}
	own := batchsync.Task{ID: 9, Name: "own", Spec: &batchsync.Spec{
		Source: batchsync.Datasource{Name: "shop"}, Schedule: batchsync.Schedule{Every: batchsync.Daily, Hour: 18, Zone: "UTC"},
	}}
	twice := own
	twice.ID, twice.Name = 1, "twice"
	fresh, paused, deleted := own, own, own // by the monitor: of the first it knows no source yet, the others do not run
	fresh.ID, fresh.Name, paused.ID, paused.Name, deleted.ID, deleted.Name = 11, "fresh", 12, "paused", 13, "deleted"
	s := watching{remembering{tasks: []batchsync.Task{own, twice, {ID: 10, Name: "adopted"}, fresh, paused, deleted}}, []batchsync.Watch{
		{Task: 11, Name: "fresh"}, {Task: 12, Name: "paused", Read: time.Now()}, {Task: 13, Name: "deleted", Gone: true},
		watch(1, "first", "shop", "0 05 02 * * ? *", true), watch(2, "elsewhere", "crm", "0 00 02 * * ? *", true),
		watch(3, "offline", "shop", "0 00 02 * * ? *", false), watch(4, "itself", "shop", "0 00 02 * * ? *", true),
	}}
	b := idle(unread{t}, s, api)
	schedule := batchsync.Schedule{Every: batchsync.Daily, Hour: 2, Zone: "Asia/Shanghai"}
	crowd := b.crowd(schedule, "shop", 4)
	if crowd == nil || strings.Join(crowd.With, " ") != "first fresh own" || crowd.Free != "02:15" {
		t.Errorf("the crowd is %+v, want first, fresh and own", crowd)
	}
	if c := b.crowd(schedule, "", 4); c != nil {
		t.Errorf("a crowd at no source: %+v", c)
	}
	if c := b.crowd(batchsync.Schedule{}, "shop", 4); c != nil {
		t.Errorf("a crowd at no time: %+v", c)
	}
}
