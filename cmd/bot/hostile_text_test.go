package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// planted is in every secret that foreign text brings along.
const planted = "Pl4nt3d"

// secrets are shapes in which errors and logs carry secrets.
var secrets = []string{
	"xoxb-1234567890-" + planted + "abc", "xapp-1-A012-345-" + planted, "czt_" + planted + "_0123456789", "password=" + planted,
	"root:" + planted + "@tcp(db.example.test:3306)/shop", "jdbc:mysql://db.example.test:3306/shop?user=root&password=" + planted,
	"postgres://ana:" + planted + "@db.example.test/shop", `{"accessKeySecret":"` + planted + `"}`, "Authorization: Bearer " + planted + ".abcdef",
	"https://hooks.slack.com/commands/T0123/456/" + planted, "https://hooks.slack.com/services/T1/B1/" + planted,
	"postgres://ana:a/" + planted + "@db.example.test/shop", "postgres://ana:a#" + planted + "@db.example.test/shop", "postgres://ana:a?" + planted + "@db.example.test/shop",
	"jdbc:sqlserver://h;user=sa;password=a " + planted + ";", `jdbc:mysql://h/x?user=a&password="` + planted + `"`,
	"password => '" + planted + "'", "password=a&" + planted, `password=a\` + planted, `"password":["` + planted + `"]`, "Pwd={a " + planted + "}",
	"IDENTIFIED BY '" + planted + "'", "<password>" + planted + "</password>", "scott/" + planted + "@//db:1521/orcl",
	"密码：" + planted, "password：" + planted, "password＝" + planted, "password%3D" + planted, `{\\\"password\\\":\\\"a ` + planted + `\\\"}`,
	"hooks.slack.com%2Fcommands%2FT0123%2F456%2F" + planted, "%22password%22%3A%22a%20" + planted + "%22",
}

// FuzzHostileText has names, errors, logs and what people type made of any text,
// on the whole way from the platform to Slack: nobody is pinged, no link leads
// elsewhere, Slack refuses nothing, and no secret that came along is shown, logged
// or kept.
func FuzzHostileText(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		t.Parallel()
		newStage(t).hostile(t, text)
	})
}

// named makes a name of a text, as far as platforms take one.
func named(text string, most int) string {
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	if r := []rune(text); len(r) > most {
		text = string(r[:most])
	}
	return text + "x"
}

func (s *stage) hostile(t *testing.T, text string) {
	trouble := text + " " + strings.Join(secrets, "\n") + " " + text
	name := named(text, 100)
	s.hostileWorld(t, name, strings.ToValidUTF8(trouble, "�"))
	refusal, err := json.Marshal(map[string]any{"error": map[string]string{"code": "TASK_ERROR", "message": "@@"}})
	must(t, err)
	words, err := json.Marshal(trouble)
	must(t, err)
	raw := strings.ReplaceAll(string(words), `\ufffd`, "\xff") // the program writes bytes as they come
	must(t, os.WriteFile(filepath.Join(s.dir, "refusal"), bytes.Replace(refusal, []byte(`"@@"`), []byte(raw), 1), 0o600))
	b := s.watching("CZ_CLI=" + s.program(t, `
case "$*" in
"task deploy"*|"datasource test"*|"task execute"*) cat "$dir/refusal"; cat "$dir/refusal" >&2; exit 1 ;;
esac
exec "$sim" "$@"`))
	ana := s.as(t, "ana")
	ana.follow(s, "*")
	_, err = s.world.RunAt(h0, time.Now().Add(-time.Minute), 5*time.Second)
	must(t, err)

	// What people read.
	id := fmt.Sprint(h0)
	runs, err := s.world.Runs(h0)
	must(t, err)
	run := fmt.Sprint(runs[len(runs)-1].ID)
	for _, line := range []string{
		"list", "show " + id, "runs " + id, "deps " + id, "config " + id, "mapping " + id, "diagnose " + id, "log " + run,
		"incidents", "audit", "status", "questions",
	} {
		s.answered(t, ana, line)
	}
	// What people type.
	typed := strings.ReplaceAll(named(text, 1000), "\n", " ")
	for _, line := range []string{"", "show ", "log ", "subscribe ", "mute ", "quiet ", "ack ", "rehearse ", "audit ", "expect ", "tune "} {
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync "+line+typed)
		must(t, err)
	}
	_, err = ana.actor.DM(within(t, ackWait), "show "+typed)
	must(t, err)
	for _, rest := range []string{typed, "aliyun_mysql " + typed + " -> ods.x", "aliyun_mysql shop.orders -> ods.orders daily 03:30 vc=sync_vc folder=data_sync/mysql lake=LAKEHOUSE_ecommerce where=\"" + typed + "\" name=\"" + typed + "\""} {
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync new "+rest)
		must(t, err)
		ana.wait(func(v slacksim.View) bool { return !strings.Contains(v.AllText(), "Loading") })
	}
	// What is done: refused in the platform's words.
	v := ana.modal("/batchsync deploy "+id, "Deploy")
	ana.confirm(v)
	s.card(t, slacksim.General, "Deploy", "Failed")
	s.card(t, slacksim.General, "ailed") // the alert
	_, err = ana.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync acceptance "+id)
	must(t, err)
	s.card(t, slacksim.General, "delivery of")
	b.stop(t)
	s.unharmed(t, text)
}

// h0 is the task with the hostile name.
const h0 = 77001

func (s *stage) hostileWorld(t *testing.T, name, trouble string) {
	t.Helper()
	s.quick(t, 300)
	must(t, s.world.AddTables(5002, "shop", studiosim.SourceTable{Name: name, Columns: []studiosim.Column{{Name: name, Type: "BIGINT", Primary: true}, {Name: "b" + name, Type: name}}}))
	must(t, s.world.AddTables(5002, "c"+name, studiosim.SourceTable{Name: "d" + name}))
	like, err := s.world.Task(40105)
	must(t, err)
	draft, published, content := *like.Draft, *like.Published, *like.Content
	cron := time.Now().UTC().Add(20 * time.Hour).Format("0 04 15 * * ? *")
	draft.Cron, published.Cron = cron, cron
	content.Tables = []studiosim.Pair{{Source: "shop." + name, Sink: "ods." + name}}
	content.Where = named(trouble, 500)
	like.ID, like.Name, like.Description, like.Draft, like.Published, like.Content = h0, name, trouble, &draft, &published, &content
	like.FailRate, like.FailMsg, like.Fired = 1, trouble, 0
	like.PublishedAt = time.Now().UnixMilli()
	_, err = s.world.AddTask(like)
	must(t, err)
	must(t, s.world.ChangeDatasource(5002, func(d *studiosim.Datasource) {
		d.Params = map[string]any{"url": secrets[5], "password": planted, "note": trouble}
	}))
}

// answered types a command and waits until something is said to that.
func (s *stage) answered(t *testing.T, p *person, line string) {
	t.Helper()
	before := len(s.slack.Ephemerals(p.name))
	_, err := p.actor.Slash(within(t, ackWait), slacksim.General, "/batchsync "+line)
	must(t, err)
	until(t, "an answer to "+line, func() bool { return len(s.slack.Ephemerals(p.name)) > before })
}

// unharmed looks through all that left the bot.
func (s *stage) unharmed(t *testing.T, text string) {
	t.Helper()
	for _, call := range s.slack.Calls() {
		switch call.Method {
		case "apps.connections.open", "auth.test":
			continue
		}
		sent := fmt.Sprint(call.Args)
		if strings.Contains(sent, planted) {
			t.Errorf("%s shows a secret: %s", call.Method, around(sent, planted))
		}
		if !utf8.ValidString(sent) {
			t.Errorf("%s has bytes that are no text", call.Method)
		}
		if !call.OK() && call.Err() != "not_found" && call.Err() != "expired_trigger_id" {
			t.Errorf("%s was refused: %s %.300v", call.Method, call.Err(), call.Answer)
		}
	}
	for _, e := range s.slack.Envelopes() {
		if sent := fmt.Sprint(e.Answer); strings.Contains(sent, planted) {
			t.Errorf("the answer to %s shows a secret: %s", e.Type, around(sent, planted))
		}
	}
	s.unsent(t)
	shown := append(s.slack.Messages(slacksim.General), s.slack.Ephemerals("ana")...)
	shown = append(shown, s.slack.Messages(slacksim.Ana)...)
	for _, m := range shown {
		if !m.FromApp && m.EphemeralTo == "" {
			continue // what people wrote
		}
		for _, ping := range m.Pings {
			if ping != "@"+slacksim.Ana && ping != "@"+slacksim.Adam { // whom to ask
				t.Errorf("pings %s: %.300s", ping, m.AllText())
			}
		}
		for _, link := range m.Links {
			if strings.Contains(link, "evil.example") {
				t.Errorf("links to %s: %.300s", link, m.AllText())
			}
		}
	}
	s.kept(t)
	s.clean()
}

// kept looks through the log and all files of the bot, byte by byte.
func (s *stage) kept(t *testing.T) {
	t.Helper()
	if log := s.log.String(); strings.Contains(log, planted) {
		t.Errorf("the log shows a secret: %s", around(log, planted))
	}
	files, err := os.ReadDir(s.dir)
	must(t, err)
	for _, f := range files {
		if f.IsDir() || f.Name() == "refusal" || strings.HasPrefix(f.Name(), "cz-cli") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(s.dir, f.Name()))
		must(t, err)
		for _, secret := range []string{planted, "/commands/T", "/actions/T", s.slack.BotToken, s.slack.AppToken} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s keeps a secret: %s", f.Name(), around(string(data), secret))
			}
		}
	}
}

// around is a text near a word.
func around(text, word string) string {
	i := strings.Index(text, word)
	return fmt.Sprintf("%q", text[max(0, i-150):min(len(text), i+100)])
}
