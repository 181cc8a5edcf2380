package handlers

import (
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// telling is an alert of one failed task of Ana's.
func telling(channel batchsync.ChannelID) batchsync.Telling {
	i := batchsync.Incident{
		ID: "i1", Task: 40001, Name: "orders", State: batchsync.IncidentOpen, Opened: time.Now(), Version: 1,
		Conditions: []batchsync.Condition{{Reason: batchsync.ReasonFailed, Run: 900001, Times: 1, Detail: "broken"}},
	}
	return batchsync.Telling{
		Alert:     batchsync.Alert{ID: "a1", Channel: channel, Kind: batchsync.AlertSingle, Incidents: []batchsync.IncidentID{"i1"}, Opened: i.Opened, Version: 1},
		Incidents: []batchsync.Incident{i},
		Tasks:     map[batchsync.TaskID]batchsync.Task{40001: {ID: 40001, Name: "orders", Owner: slacksim.Ana}},
		Subscriptions: []batchsync.Subscription{
			{Channel: channel, Selector: batchsync.Selector{Kind: batchsync.SelectAll}, Topics: batchsync.UsualTopics(), By: slacksim.Adam},
		},
	}
}

func alertMessage(channel batchsync.ChannelID) batchsync.Message {
	return batchsync.Message{ID: "alert/a1", Kind: batchsync.MessageAlert, Object: "a1", Channel: channel, Wanted: 1}
}

func newsSender(t *testing.T, channel batchsync.ChannelID) (*Sender, *shelf, *slacksim.Sim) {
	t.Helper()
	sim, api := connect(t, slacksim.Options{})
	s := sender(api)
	told := telling(channel)
	back := &shelf{tellings: map[batchsync.AlertID]batchsync.Telling{"a1": told}, subs: told.Subscriptions, messages: map[batchsync.MessageID]batchsync.Message{}}
	s.Store = back
	return s, back, sim
}

func shows(sim *slacksim.Sim, where, words string) bool {
	for _, m := range sim.Messages(where) {
		if strings.Contains(m.AllText(), words) {
			return true
		}
	}
	return false
}

// TestSender_Alert_Shared holds that neither news nor logs stay where people
// from outside read them.
func TestSender_Alert_Shared(t *testing.T) {
	t.Parallel()
	reply := batchsync.Message{
		ID: "alert/a1/closed/2", Kind: batchsync.MessageNotice, Body: []batchsync.Text{batchsync.T("incident.acked", "orders")},
		Channel: slacksim.Shared, Thread: "alert/a1", Wanted: 1,
	}
	news := reply
	news.ID, news.Thread = "news/1", ""
	log := batchsync.Message{ID: "log/1", Kind: batchsync.MessageLog, Channel: slacksim.Shared, Wanted: 1, Log: &batchsync.LogExcerpt{
		Run: batchsync.Run{ID: 9000, Task: 7, TaskName: "orders", Status: batchsync.RunFailed}, Number: 1, Attempts: 1, By: slacksim.Ana,
	}}
	shown := alertMessage(slacksim.Shared)
	shown.TS, shown.Posted = "1.1", slacksim.Shared
	for _, c := range []struct {
		name    string
		message batchsync.Message
		thread  *batchsync.Message
		allow   bool
		want    batchsync.Outcome
		where   string // that shows it; "" for nowhere
	}{
		{"alert: to the owner", alertMessage(slacksim.Shared), nil, false, batchsync.OutcomeDone, slacksim.Ana},
		{"allowed", alertMessage(slacksim.Shared), nil, true, batchsync.OutcomeDone, slacksim.Shared},
		{"not edited there any more", shown, nil, false, batchsync.OutcomeGone, ""},
		{"reply: to the owner", reply, &shown, false, batchsync.OutcomeDone, slacksim.Ana},
		{"a log: to who asked", log, nil, false, batchsync.OutcomeDone, slacksim.Ana},
		{"other news: to who subscribed", news, nil, false, batchsync.OutcomeDone, slacksim.Adam},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, _, sim := newsSender(t, slacksim.Shared)
			s.Channels.allow = c.allow
			if got := s.Send(t.Context(), c.message, c.thread); got.Outcome != c.want {
				t.Errorf("got %+v, want %s", got, c.want)
			}
			for _, where := range []string{slacksim.Shared, slacksim.Ana, slacksim.Adam} {
				if got := shows(sim, where, "orders"); got != (where == c.where) {
					t.Errorf("shown in %s: %v", where, got)
				}
			}
		})
	}
}

// TestSender_Alert_ChannelUnread has Slack not say what kind of channel it is:
// the alert waits, and goes by what was known before where there is something.
func TestSender_Alert_ChannelUnread(t *testing.T) {
	t.Parallel()
	s, _, sim := newsSender(t, slacksim.General)
	sim.Fault("conversations.info", slacksim.HTTPStatus(500), -1)
	if got := s.Send(t.Context(), alertMessage(slacksim.General), nil); got.Outcome != batchsync.OutcomeFailed {
		t.Errorf("got %+v, want another try", got)
	}
	s.Channels.known[slacksim.General] = channel{member: true, at: time.Now().Add(-time.Hour)}
	if got := s.Send(t.Context(), alertMessage(slacksim.General), nil); got.Outcome != batchsync.OutcomeDone {
		t.Errorf("got %+v, want it posted", got)
	}
	s, _, sim = newsSender(t, slacksim.General)
	sim.Fault("conversations.info", slacksim.SlackError("missing_scope"), -1)
	if got := s.Send(t.Context(), alertMessage(slacksim.General), nil); got.Outcome != batchsync.OutcomeDone || shows(sim, slacksim.General, "orders") || !shows(sim, slacksim.Ana, "orders") {
		t.Errorf("got %+v, want it with the owner", got)
	}
}

// TestSender_Alert_RootDeleted has a reply find its alert deleted: the alert is
// posted anew first.
func TestSender_Alert_RootDeleted(t *testing.T) {
	t.Parallel()
	s, back, sim := newsSender(t, slacksim.General)
	root := alertMessage(slacksim.General)
	root.TS, root.Posted, root.State = "1.1", slacksim.General, batchsync.MessageSent
	reply := batchsync.Message{
		ID: "alert/a1/again/2", Kind: batchsync.MessageNotice, Body: []batchsync.Text{batchsync.T("incident.acked", "orders")},
		Channel: slacksim.General, Thread: root.ID, Wanted: 1,
	}
	if got := s.Send(t.Context(), reply, &root); got.Outcome != batchsync.OutcomeFailed || len(back.refreshed) != 1 {
		t.Errorf("got %+v, refreshed %v, want the alert first", got, back.refreshed)
	}
	root.State = batchsync.MessageDue
	if got := s.Send(t.Context(), reply, &root); got.Outcome != batchsync.OutcomeFailed || len(back.refreshed) != 1 {
		t.Errorf("got %+v, refreshed %v, want to wait for it", got, back.refreshed)
	}
	reply.Attempts = rootTries
	if got := s.Send(t.Context(), reply, &root); got.Outcome != batchsync.OutcomeDone || !shows(sim, slacksim.General, "Acknowledged") {
		t.Errorf("got %+v, want it to stand on its own in the end", got)
	}
}

// TestSender_Alert_Folded waits for the message that tells it now, to lead there;
// what nobody saw is not posted any more.
func TestSender_Alert_Folded(t *testing.T) {
	t.Parallel()
	s, back, sim := newsSender(t, slacksim.General)
	group := batchsync.Message{ID: "alert/a2", Kind: batchsync.MessageAlert, Object: "a2", State: batchsync.MessageDue, Channel: slacksim.General}
	told := back.tellings["a1"]
	told.Alert.Folded, told.Alert.Closed = "a2", time.Now()
	told.Into, told.IntoMessage = &batchsync.Alert{ID: "a2", Kind: batchsync.AlertSource, Subject: "mysql_prod", Incidents: []batchsync.IncidentID{"i1"}}, &group
	back.tellings["a1"] = told
	if got := s.Send(t.Context(), alertMessage(slacksim.General), nil); got.Outcome != batchsync.OutcomeDone || len(sim.Messages(slacksim.General)) != 0 {
		t.Errorf("got %+v, want nothing posted that is told elsewhere", got)
	}
	back.messages["alert/a1"] = batchsync.Message{ID: "alert/a1", State: batchsync.MessageSent}
	reply := batchsync.Message{ID: "alert/a1/again/2", Kind: batchsync.MessageNotice, Body: []batchsync.Text{batchsync.T("incident.acked", "orders")},
		Channel: slacksim.General, Thread: "alert/a1", Wanted: 1}
	if got := s.Send(t.Context(), reply, nil); got.Outcome != batchsync.OutcomeDone || len(sim.Messages(slacksim.General)) != 0 {
		t.Errorf("got %+v, want no reply to what nobody saw", got)
	}
	posted := s.Send(t.Context(), notice(slacksim.General), nil)
	shown := alertMessage(slacksim.General)
	shown.TS, shown.Posted, shown.Shown = posted.TS, posted.Channel, 1
	if got := s.Send(t.Context(), shown, nil); got.Outcome != batchsync.OutcomeFailed {
		t.Errorf("got %+v, want to wait for the other message", got)
	}
	posted = s.Send(t.Context(), notice(slacksim.General), nil)
	group.TS, group.Posted, group.State = posted.TS, posted.Channel, batchsync.MessageSent
	if got := s.Send(t.Context(), shown, nil); got.Outcome != batchsync.OutcomeDone {
		t.Errorf("got %+v", got)
	}
	if last := sim.Messages(slacksim.General)[0]; len(last.Links) == 0 || !strings.Contains(last.Links[0], "/archives/"+slacksim.General) {
		t.Errorf("it leads to %v", last.Links)
	}
}

func TestSender_Digest(t *testing.T) {
	t.Parallel()
	s, _, sim := newsSender(t, slacksim.General)
	m := batchsync.Message{ID: "digest/1", Kind: batchsync.MessageDigest, Channel: slacksim.General, Wanted: 1, Digest: &batchsync.Digest{
		At: time.Now(), Zone: "UTC", Day: "2026-11-21", Tasks: 3, OK: 5, Failed: 1, Open: []batchsync.IncidentID{"i1", "gone"}, Waiting: []batchsync.OperationID{"gone"},
	}}
	if got := s.Send(t.Context(), m, nil); got.Outcome != batchsync.OutcomeDone || !shows(sim, slacksim.General, "2026-11-21") {
		t.Errorf("got %+v", got)
	}
}

// TestSender_Alert_Overtaken holds back what a message that Slack took late tells
// by itself.
func TestSender_Alert_Overtaken(t *testing.T) {
	t.Parallel()
	taken := time.Now().Truncate(time.Second)
	for _, c := range []struct {
		name    string
		made    time.Time // the reply
		mention batchsync.UserID
		sent    bool // it stands there already
		want    bool
	}{
		{"before Slack was back", taken.Add(-time.Hour), "", false, false},
		{"before, and is edited", taken.Add(-time.Hour), "", true, true},
		{"asks a person", taken.Add(-time.Hour), slacksim.Ana, false, true},
		{"just before", taken.Add(-30 * time.Second), "", false, true},
		{"after", taken.Add(time.Hour), "", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, _, sim := newsSender(t, slacksim.General)
			first := s.Send(t.Context(), notice(slacksim.General), nil)
			root := alertMessage(slacksim.General)
			root.TS, root.Posted, root.State = first.TS, first.Channel, batchsync.MessageSent
			if got := posted(root.TS); got.Sub(taken).Abs() > 30*time.Second {
				t.Fatalf("timestamp %q is read as %s", root.TS, got)
			}
			reply := batchsync.Message{
				ID: "alert/a1/again/2", Kind: batchsync.MessageNotice, Body: []batchsync.Text{batchsync.T("incident.reply_again", "orders", "3")},
				Channel: slacksim.General, Thread: root.ID, Wanted: 1, CreatedAt: c.made, Mention: c.mention,
			}
			if c.sent {
				was := s.Send(t.Context(), notice(slacksim.General), nil)
				reply.TS, reply.Posted, reply.Shown, reply.Wanted = was.TS, was.Channel, 1, 2
			}
			got := s.Send(t.Context(), reply, &root)
			if got.Outcome != batchsync.OutcomeDone || (got.TS != "") != c.want {
				t.Errorf("got %+v, want it sent: %v", got, c.want)
			}
			shown := shows(sim, slacksim.General, "failed again") || shows(sim, first.TS, "failed again")
			if shown && !c.want || !shown && c.sent {
				t.Errorf("it is shown: %v", shown)
			}
		})
	}
}

// TestSender_Alert_Late says that a message comes late, also when it is drawn
// again.
func TestSender_Alert_Late(t *testing.T) {
	t.Parallel()
	s, back, sim := newsSender(t, slacksim.General)
	told := back.tellings["a1"]
	told.Alert.Opened = time.Now().Add(-3 * time.Hour)
	back.tellings["a1"] = told
	m := alertMessage(slacksim.General)
	for _, when := range []string{"posted", "drawn again"} {
		got := s.Send(t.Context(), m, nil)
		if got.Outcome != batchsync.OutcomeDone || !shows(sim, slacksim.General, "comes late") {
			t.Errorf("%s: got %+v, want it to say that it comes late", when, got)
		}
		m.TS, m.Posted, m.Shown = got.TS, got.Channel, 1
	}
	told.Alert.Opened = time.Now().Add(-time.Minute)
	back.tellings["a1"] = told
	if s.Send(t.Context(), m, nil); shows(sim, slacksim.General, "comes late") {
		t.Error("what comes in time says that it comes late")
	}
}
