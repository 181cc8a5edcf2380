package handlers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// tries is a platform with one run of some attempts.
type tries struct {
	Platform
	attempts []batchsync.Attempt
	logs     map[int64]string
	cut      bool
	broken   error
}

func (p tries) Run(_ context.Context, id batchsync.RunID) (batchsync.Run, error) {
	return batchsync.Run{ID: id, Task: 7, TaskName: "orders", Status: batchsync.RunFailed, Failure: "broken"}, nil
}

func (p tries) Attempts(context.Context, batchsync.RunID) ([]batchsync.Attempt, error) {
	return p.attempts, nil
}

func (p tries) AttemptLog(_ context.Context, _ batchsync.RunID, attempt int64, limit int) (string, bool, error) {
	return p.logs[attempt], p.cut, p.broken
}

// tray keeps what is to be delivered.
type tray struct {
	Store
	mu       sync.Mutex
	messages map[batchsync.MessageID]batchsync.Message
	files    map[string]batchsync.File
	rows     []batchsync.AuditRow
}

func newTray() *tray {
	return &tray{messages: map[batchsync.MessageID]batchsync.Message{}, files: map[string]batchsync.File{}}
}

func (s *tray) Message(id batchsync.MessageID) (batchsync.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.messages[id]
	if !ok {
		return m, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("message.gone")}
	}
	return m, nil
}

func (s *tray) Enqueue(msgs ...batchsync.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range msgs {
		if _, known := s.messages[m.ID]; !known {
			m.State = batchsync.MessageDue
			s.messages[m.ID] = m
		}
	}
	return nil
}

func (s *tray) EnqueueFile(f batchsync.File, first batchsync.Message, others ...batchsync.Message) error {
	s.files[f.ID] = f
	return s.Enqueue(append([]batchsync.Message{first}, others...)...)
}

// Tasks are those the bot knows by itself: none.
func (s *tray) Tasks() ([]batchsync.Task, error) { return nil, nil }

func (s *tray) AuditOf(f batchsync.AuditFilter) ([]batchsync.AuditRow, error) {
	var out []batchsync.AuditRow
	for _, r := range s.rows {
		if f.Has(r, 0) {
			out = append(out, r)
		}
	}
	return out, nil
}

// reader is a bot that answers about logs and the audit.
func reader(api *slack.Client, p Platform, s *tray) *Bot {
	return &Bot{
		Deps: Deps{
			API: api, Platform: p, Store: s, Ladder: &Ladder{}, Log: quiet(), Deliver: func() {}, Channels: NewChannels(api, false, quiet()),
			Drawer: blocks.Drawer{Redact: redact.New("xoxb-sim-bot")},
		},
		people: newPeople(api, batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}, 0, quiet()),
	}
}

func long(words string) string { return strings.Repeat("one more line\n", 400) + words + "\n" }

func attemptAt(id int64, minute int) batchsync.Attempt {
	return batchsync.Attempt{ID: id, Began: time.Date(2026, 7, 1, 2, minute, 0, 0, time.UTC)}
}

// TestBot_Log_Doors asks for a log from everywhere it can be asked for.
func TestBot_Log_Doors(t *testing.T) {
	t.Parallel()
	const ts = "1700000000.000100"
	direct := func(sim *slacksim.Sim, api *slack.Client) batchsync.ChannelID {
		c, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{slacksim.Ana}})
		if err != nil {
			t.Fatal(err)
		}
		return batchsync.ChannelID(c.ID)
	}
	for _, c := range []struct {
		name    string
		channel batchsync.ChannelID // "D": the conversation with the bot
		thread  string
		log     string
		private bool // ephemeral, else stored
		button  bool // Post Log to Channel
		thereby string
		files   int
		viewer  bool // asks, who may not show it to others
	}{
		{"command in a channel", slacksim.General, "", long("the cause"), true, true, "", 1, false},
		{"short", slacksim.General, "", "the cause\n", true, true, "", 0, false},
		{"command in a channel without the bot", slacksim.Outside, "", long("the cause"), true, false, "", 1, false},
		{"button of a message in a channel", slacksim.General, ts, long("the cause"), false, false, ts, 1, false},
		{"button of a message, short", slacksim.General, ts, "the cause\n", false, false, ts, 0, false},
		{"Home tab", "", "", long("the cause"), false, false, "", 1, false},
		{"command in the conversation with the bot", "D", "", long("the cause"), false, false, "", 1, false},
		{"button in the conversation with the bot", "D", ts, long("the cause"), false, false, ts, 1, false},
		{"conversation with somebody else", "D0SOMEBODY", "", long("the cause"), true, false, "", 1, false},
		{"viewer's command in a channel", slacksim.General, "", "the cause\n", true, false, "", 0, true},
		{"viewer's button of a message in a channel", slacksim.General, ts, "the cause\n", true, false, "", 0, true},
		{"viewer's conversation with the bot", "", "", "the cause\n", false, false, "", 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			if c.channel == "D" {
				c.channel = direct(sim, api)
			}
			p := tries{attempts: []batchsync.Attempt{attemptAt(61, 1), attemptAt(62, 2)}, logs: map[int64]string{61: "old", 62: c.log}}
			s := newTray()
			b := reader(api, p, s)
			var told []blocks.Message
			user := batchsync.UserID(slacksim.Ana)
			if c.viewer {
				user = slacksim.Vera
			}
			b.showLog(t.Context(), origin{User: user, Channel: c.channel, Thread: c.thread}, 9000, 0,
				func(_ context.Context, _ origin, m blocks.Message) { told = append(told, m) })
			if (len(told) == 1) != c.private {
				t.Fatalf("told to the person: %d messages, want that: %v", len(told), c.private)
			}
			if len(s.files) != c.files {
				t.Errorf("%d files, want %d", len(s.files), c.files)
			}
			for _, f := range s.files {
				if string(f.Data) != c.log || f.Name != "run-9000-attempt-2.log" {
					t.Errorf("file %s has %d bytes", f.Name, len(f.Data))
				}
			}
			var log, file *batchsync.Message
			for _, m := range s.messages {
				if m.Kind == batchsync.MessageLog {
					log = &m
				} else {
					file = &m
				}
			}
			if c.private {
				drawn := fmt.Sprint(told[0].Text) + actions(told[0])
				if log != nil || strings.Contains(drawn, string(blocks.ActionPostLog)) != c.button {
					t.Errorf("stored %+v; drawn with a button to post it, want that %v: %s", log, c.button, drawn)
				}
				if file != nil && file.Channel != slacksim.Ana {
					t.Errorf("the file goes to %s", file.Channel)
				}
				return
			}
			if log == nil || log.ThreadTS != c.thereby || log.Log.Number != 2 || !strings.HasSuffix(log.Log.Tail, "the cause\n") {
				t.Fatalf("stored %+v", log)
			}
			if c.files > 0 && (file.Thread != log.ID || file.Channel != log.Channel) {
				t.Errorf("the file is %+v, want it under %s", file, log.ID)
			}
		})
	}
}

// actions lists the action ids of a message's buttons.
func actions(m blocks.Message) string {
	var out []string
	for _, block := range m.Blocks {
		if a, ok := block.(*slack.ActionBlock); ok {
			for _, el := range a.Elements.ElementSet {
				switch el := el.(type) {
				case *slack.ButtonBlockElement:
					out = append(out, el.ActionID)
				case *slack.SelectBlockElement:
					out = append(out, el.ActionID)
				}
			}
		}
	}
	return strings.Join(out, " ")
}

// TestBot_Log_Again leads to a log that stands in the thread already, and posts
// it anew where it does not any more.
func TestBot_Log_Again(t *testing.T) {
	t.Parallel()
	sim, api := connect(t, slacksim.Options{})
	p := tries{attempts: []batchsync.Attempt{attemptAt(61, 1)}, logs: map[int64]string{61: "the cause\n"}}
	s := newTray()
	b := reader(api, p, s)
	_, root, err := api.PostMessage(slacksim.General, body(blocks.Message{Text: "card"})...)
	if err != nil {
		t.Fatal(err)
	}
	ask := func() {
		b.log(t.Context(), origin{User: slacksim.Ana, Channel: slacksim.General, Message: root, Thread: root}, "9000")
	}
	ask()
	ask()
	if said := lastEphemeral(sim); len(s.messages) != 1 || !strings.Contains(said, "on its way") {
		t.Fatalf("%d messages, said %q", len(s.messages), said)
	}
	for id, m := range maps.Clone(s.messages) {
		d := (&Sender{API: api, Ladder: &Ladder{}, Drawer: b.Drawer, Channels: b.Channels, Log: quiet()}).Send(t.Context(), m, nil)
		m.Posted, m.TS, m.State = d.Channel, d.TS, batchsync.MessageSent
		s.messages[id] = m
	}
	ask()
	if said := lastEphemeral(sim); len(s.messages) != 1 || !strings.Contains(said, "posted already") || !strings.Contains(said, "/archives/") {
		t.Errorf("%d messages, said %q", len(s.messages), said)
	}
	for _, m := range maps.Clone(s.messages) {
		if _, _, err := api.DeleteMessage(slacksim.General, m.TS); err != nil {
			t.Fatal(err)
		}
	}
	ask()
	if len(s.messages) != 2 {
		t.Errorf("%d messages after it was deleted, want it posted anew", len(s.messages))
	}
}

func lastEphemeral(sim *slacksim.Sim) string {
	all := sim.Ephemerals(slacksim.Ana)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].AllText()
}

func TestBot_ReadLog(t *testing.T) {
	t.Parallel()
	broken := errors.New("gone away")
	attempts := []batchsync.Attempt{attemptAt(63, 3), attemptAt(61, 1), attemptAt(62, 2)} // newest first
	logs := map[int64]string{61: "first\n", 62: "second\n", 63: "half a line xoxb-sim-bot\npassword=hunter2 and token xoxb-sim-bot\nend"}
	for _, c := range []struct {
		name       string
		attempts   []batchsync.Attempt
		number     int
		cut        bool
		err        error
		want       string
		lines      int
		unfinished bool
		refused    batchsync.TextKey
	}{
		{"the one that began last", attempts, 0, false, nil, "half a line [redacted]\npassword=[redacted] and token [redacted]\nend", 3, false, ""},
		{"a chosen one", attempts, 2, false, nil, "first\n", 1, false, ""},
		{"cut: no half line", attempts, 1, true, nil, "password=[redacted] and token [redacted]\nend", 2, false, ""},
		{"not read to the end", attempts, 2, false, broken, "first\n", 1, true, ""},
		{"nothing read", []batchsync.Attempt{{ID: 99}}, 0, false, broken, "", 0, false, "error.internal"},
		{"no such attempt", attempts, 4, false, nil, "", 0, false, "log.no_attempt"},
		{"not begun", nil, 0, false, nil, "", 0, false, "log.not_begun"},
		{"not begun, chosen", nil, 1, false, nil, "", 0, false, "log.not_begun"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := &Bot{Deps: Deps{Platform: tries{attempts: c.attempts, logs: logs, cut: c.cut, broken: c.err}, Log: quiet(), Drawer: blocks.Drawer{Redact: redact.New("xoxb-sim-bot")}}}
			l, text, err := b.readLog(t.Context(), origin{User: "U1"}, 9000, c.number)
			if c.refused != "" {
				if batchsync.ProblemOf(err).Text.Key != c.refused {
					t.Errorf("got %v, want %s", err, c.refused)
				}
				return
			}
			if err != nil || text != c.want || l.Tail != c.want || l.Lines != c.lines || l.Unfinished != c.unfinished || l.Cut != c.cut || l.By != "U1" {
				t.Errorf("got %q, %+v, %v", text, l, err)
			}
		})
	}
}

func TestTypedLog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, typed string
		run         batchsync.RunID
		number      int
		refused     batchsync.TextKey
	}{
		{"run", "9000", 9000, 0, ""},
		{"run and attempt", " 9000   2 ", 9000, 2, ""},
		{"zero", "9000 0", 0, 0, "log.bad_number"},
		{"negative", "9000 -1", 0, 0, "log.bad_number"},
		{"word", "9000 last", 0, 0, "log.bad_number"},
		{"huge", "9000 99999999999999999999", 0, 0, "log.bad_number"},
		{"no run", "orders", 0, 0, "run.no_id"},
		{"nothing", "", 0, 0, "run.none_typed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run, number, err := typedLog(c.typed)
			if c.refused != "" {
				if batchsync.ProblemOf(err).Text.Key != c.refused {
					t.Errorf("got %v, want %s", err, c.refused)
				}
				return
			}
			if err != nil || run != c.run || number != c.number {
				t.Errorf("got %d, %d, %v", run, number, err)
			}
		})
	}
}

// TestSender_Send_Log posts a log into a thread that is known by its timestamp
// only, its file behind it, and both elsewhere when that is not possible.
func TestSender_Send_Log(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		channel batchsync.ChannelID
		gone    bool // the thread's first message was deleted
		shown   string
		under   bool
	}{
		{"in its thread", slacksim.General, false, slacksim.General, true},
		{"thread gone", slacksim.General, true, slacksim.General, false},
		{"channel closed", slacksim.Outside, false, slacksim.Ana, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			_, root, err := api.PostMessage(slacksim.General, body(blocks.Message{Text: "card"})...)
			if err != nil {
				t.Fatal(err)
			}
			if c.gone {
				if _, _, err := api.DeleteMessage(slacksim.General, root); err != nil {
					t.Fatal(err)
				}
			}
			s := sender(api)
			hostile := "</x> <!channel> @here ``` https://evil.example"
			log := batchsync.Message{ID: "log", Kind: batchsync.MessageLog, Channel: c.channel, ThreadTS: root, Log: &batchsync.LogExcerpt{
				Run: batchsync.Run{ID: 9000, Task: 7, TaskName: "orders", Status: batchsync.RunFailed}, Number: 1, Attempts: 1, Tail: hostile, AsFile: true, By: slacksim.Ana,
			}}
			d := s.Send(t.Context(), log, nil)
			log.Posted, log.TS = d.Channel, d.TS
			if d.Outcome != batchsync.OutcomeDone {
				t.Fatalf("log: %+v", d)
			}
			file := batchsync.Message{ID: "file", Kind: batchsync.MessageFile, Object: "f1", Channel: c.channel, Thread: "log"}
			if d := s.Send(t.Context(), file, &log); d.Outcome != batchsync.OutcomeDone {
				t.Fatalf("file: %+v", d)
			}
			all := sim.Messages(c.shown)
			if len(all) < 2 {
				t.Fatalf("%s shows %d messages", c.shown, len(all))
			}
			shown, upload := all[len(all)-2], all[len(all)-1]
			if (shown.ThreadTS == root) != c.under || len(upload.Files) != 1 || c.under && upload.ThreadTS != root {
				t.Errorf("the log is under %q and its file under %q, the root is %q", shown.ThreadTS, upload.ThreadTS, root)
			}
			if !strings.Contains(shown.AllText(), hostile) || len(shown.Links) != 0 {
				t.Errorf("shown: %q, links %q", shown.AllText(), shown.Links)
			}
			for _, ping := range shown.Pings {
				if ping != "@"+slacksim.Ana {
					t.Errorf("%s was pinged", ping)
				}
			}
			for _, v := range sim.Violations() {
				t.Errorf("Slack's rules were broken: %s", v)
			}
		})
	}
}

// TestBot_Log_RoleRemoved types for a log in a thread: the role counts as it is
// then, not as it was when something was drawn, because what everybody has seen
// stays seen.
func TestBot_Log_RoleRemoved(t *testing.T) {
	t.Parallel()
	for _, removed := range []bool{false, true} {
		t.Run(fmt.Sprint("removed ", removed), func(t *testing.T) {
			t.Parallel()
			sim, api := connect(t, slacksim.Options{})
			s := newTray()
			b := reader(api, tries{attempts: []batchsync.Attempt{attemptAt(61, 1)}, logs: map[int64]string{61: "the cause\n"}}, s)
			b.people = newPeople(api, batchsync.Access{Team: slacksim.TeamID, OperatorGroups: []batchsync.GroupID{slacksim.Engineers}}, 0, quiet())
			_, root, err := api.PostMessage(slacksim.General, body(blocks.Message{Text: "card"})...)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.people.Offer(t.Context(), slacksim.Ana, batchsync.ActShare); err != nil {
				t.Fatal(err)
			}
			b.people.grow(time.Minute)
			if removed {
				sim.SetGroup(slacksim.Engineers, slacksim.Adam)
			}
			b.log(t.Context(), origin{User: slacksim.Ana, Channel: slacksim.General, Message: root, Thread: root, Aloud: true}, "9000")
			told := sim.Ephemerals(slacksim.Ana)
			if posted := len(s.messages) == 1; posted == removed || (len(told) == 1) != removed {
				t.Fatalf("posted to everybody: %v, told her alone: %d messages", posted, len(told))
			}
			if removed && !strings.Contains(told[0].AllText(), "the cause") {
				t.Errorf("told her %q", told[0].AllText())
			}
		})
	}
}
