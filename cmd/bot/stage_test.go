package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// programs are built once for all tests of the package.
var programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "batchsync-e2e")
	if err != nil {
		return "", err
	}
	if err := noticed("../.."); err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-o", dir+"/", "batchsync/cmd/bot", "batchsync/cmd/cz-cli-sim").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build programs: %w\n%s", err, out)
	}
	return dir, nil
})

// noticed looks into the folders of the sources. The programs are built behind
// the back of go test, which would take an old result for that of a changed one
// otherwise.
func noticed(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		return err
	})
}

func TestMain(m *testing.M) {
	// Stories spend their time waiting for child processes, so more of them
	// run side by side than there are processors. The command line wins.
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	code := m.Run()
	if dir, err := programs(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// How long a story may take on a busy machine; nothing waits for them to pass.
const (
	ackWait   = 5 * time.Second
	storyWait = 40 * time.Second
)

// stage is a local Slack, a stand-in platform and the files of one bot.
type stage struct {
	t     testing.TB
	slack *slacksim.Sim
	world *studiosim.World
	dir   string
	bin   string
	log   *safeBuffer
}

func newStage(t testing.TB) *stage {
	t.Helper()
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, dir: scratch(t), bin: bin, log: &safeBuffer{}}
	s.slack = slacksim.New(slacksim.Options{})
	must(t, s.slack.Start())
	t.Cleanup(s.slack.Close)
	s.world, err = studiosim.Seed(filepath.Join(s.dir, "studio"), "demo")
	must(t, err)
	_, err = studiosim.WriteProfile(filepath.Join(s.dir, "home"), "test")
	must(t, err)
	return s
}

// env is the bot's whole environment.
func (s *stage) env() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(s.dir, "home"),
		"CZ_SIM_STATE=" + filepath.Join(s.dir, "studio"),
		"SLACK_BOT_TOKEN=" + s.slack.BotToken,
		"SLACK_APP_TOKEN=" + s.slack.AppToken,
		"SLACK_API_URL=" + s.slack.URL() + "/api/",
		"CZ_CLI=" + filepath.Join(s.bin, "cz-cli-sim"),
		"BATCHSYNC_DB=" + filepath.Join(s.dir, "batchsync.db"),
		"BATCHSYNC_ADMINS=" + slacksim.Adam,
		"BATCHSYNC_OPERATORS=" + slacksim.Ana,
		"BATCHSYNC_FOLDER=data_sync/mysql",
		"BATCHSYNC_TIMEZONE=Asia/Shanghai", // the stand-in platform's zone
		"BATCHSYNC_LISTEN=",
		"BATCHSYNC_LOG_LEVEL=debug",
	}
}

// bot is one running process of the bot.
type bot struct {
	cmd  *exec.Cmd
	done chan error
	gone func() // waits until Slack sees that it is
}

// start runs the real program and waits until it is connected. extra overrides
// settings.
func (s *stage) start(extra ...string) *bot {
	s.t.Helper()
	b := s.launch(extra...)
	s.t.Cleanup(b.end)
	must(s.t, s.slack.WaitConnected(within(s.t, 20*time.Second), 1))
	return b
}

func (s *stage) launch(extra ...string) *bot {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, "bot"))
	cmd.Env = append(s.env(), extra...)
	cmd.Stdout, cmd.Stderr = s.log, s.log
	must(s.t, cmd.Start())
	b := &bot{cmd: cmd, done: make(chan error, 1)}
	b.gone = func() { must(s.t, s.slack.WaitDisconnected(within(s.t, 20*time.Second))) }
	go func() { b.done <- cmd.Wait() }()
	return b
}

// kill ends the process as a power cut would.
func (b *bot) kill() {
	b.cmd.Process.Kill()
	err := <-b.done
	b.done <- err
	b.gone()
}

// stop ends the process as a supervisor would.
func (b *bot) stop(t testing.TB) {
	t.Helper()
	must(t, b.cmd.Process.Signal(os.Interrupt))
	select {
	case err := <-b.done:
		b.done <- err
		b.gone()
		if err != nil {
			t.Errorf("the bot ended with %v after an interrupt", err)
		}
	case <-time.After(25 * time.Second):
		t.Fatal("the bot did not stop")
	}
}

// clean asserts what must hold at the end of every story: Slack had nothing to
// refuse, nobody was pinged who should not be, no secret went anywhere.
func (s *stage) clean() {
	s.t.Helper()
	for _, v := range s.slack.Violations() {
		s.t.Errorf("Slack's rules were broken: %s", v)
	}
	secrets := []string{"Pl41nText!", "s3cret", s.slack.BotToken, s.slack.AppToken}
	for _, secret := range secrets {
		if strings.Contains(s.log.String(), secret) {
			s.t.Errorf("the log shows the secret %q", secret)
		}
		for _, call := range s.slack.Calls() {
			if strings.Contains(fmt.Sprint(call.Args), secret) {
				s.t.Errorf("%s shows the secret %q", call.Method, secret)
			}
		}
	}
	if s.t.Failed() {
		s.t.Logf("the bot's log:\n%s", tail(s.log.String(), 6000))
	}
}

// person is somebody at the wizard.
type person struct {
	t     testing.TB
	slack *slacksim.Sim
	actor slacksim.Actor
	name  string
}

func (s *stage) as(t testing.TB, name string) *person {
	return &person{t: t, slack: s.slack, actor: s.slack.As(name), name: name}
}

// open types /batchsync new and waits for the first screen or the choice.
func (p *person) open() slacksim.View {
	p.t.Helper()
	_, err := p.actor.Slash(within(p.t, 5*time.Second), slacksim.General, "/batchsync new")
	must(p.t, err)
	return p.wait(func(v slacksim.View) bool { return !strings.Contains(v.AllText(), "Loading") })
}

func (p *person) wait(ok func(slacksim.View) bool) slacksim.View {
	p.t.Helper()
	v, err := p.slack.WaitView(within(p.t, 20*time.Second), p.name, ok)
	if err != nil {
		now, _ := p.slack.View(p.name)
		p.t.Fatalf("the view did not come: %v\nshown: %s", err, now.AllText())
	}
	return v
}

// step waits for the wizard's n-th screen.
func (p *person) step(n int) slacksim.View {
	p.t.Helper()
	want := fmt.Sprintf("Step %d of 5", n)
	return p.wait(func(v slacksim.View) bool { return strings.Contains(v.AllText(), want) })
}

// redraws names the fields whose change redraws the screen.
var redraws = map[string]bool{"kind": true, "scope": true, "write_mode": true, "source": true, "source_schema": true, "schedule": true, "time": true, "zone": true, "step": true, "weekdays": true, "day": true}

// answer acts on a field and waits for the redrawing that follows, if one does.
func (p *person) answer(field string, act func(v slacksim.View) error) slacksim.View {
	p.t.Helper()
	was, _ := p.slack.View(p.name)
	must(p.t, act(was))
	if !redraws[field] {
		now, _ := p.slack.View(p.name)
		return now
	}
	return p.wait(func(v slacksim.View) bool { return v.Hash != was.Hash })
}

// pick chooses entries of a menu by their text, waiting for it to load.
func (p *person) pick(field string, texts ...string) slacksim.View {
	p.t.Helper()
	return p.answer(field, func(v slacksim.View) error {
		var values []string
		query := texts[0]
		if len(texts) > 1 {
			query = "" // the sim knows the entries of the last answer only
		}
		for _, text := range texts {
			values = append(values, p.option(v, field, query, text))
		}
		_, err := p.actor.Select(within(p.t, ackWait), v, "field."+field, values...)
		return err
	})
}

func (p *person) option(v slacksim.View, field, query, text string) string {
	p.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		options, err := p.actor.Suggest(within(p.t, 5*time.Second), v, "field."+field, query)
		must(p.t, err)
		for _, o := range options {
			if o.Text == text {
				return o.Value
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("menu %s does not offer %q but %v", field, text, options)
		}
	}
}

// set chooses fixed values.
func (p *person) set(field string, values ...string) slacksim.View {
	p.t.Helper()
	return p.answer(field, func(v slacksim.View) error {
		_, err := p.actor.Select(within(p.t, ackWait), v, "field."+field, values...)
		return err
	})
}

func (p *person) typeIn(field, text string) slacksim.View {
	p.t.Helper()
	return p.answer(field, func(v slacksim.View) error {
		_, err := p.actor.Type(within(p.t, ackWait), v, "field."+field, text)
		return err
	})
}

// next submits a screen that must be accepted.
func (p *person) next() {
	p.t.Helper()
	now, _ := p.slack.View(p.name)
	got, err := p.actor.Submit(within(p.t, 5*time.Second), now)
	must(p.t, err)
	if len(got.Errors) > 0 {
		p.t.Fatalf("the screen was refused: %v", got.Errors)
	}
}

// card waits for a message of the channel that contains all the words.
func (s *stage) card(t testing.TB, channel string, words ...string) slacksim.Message {
	t.Helper()
	m, err := s.slack.WaitMessage(within(t, 40*time.Second), channel, func(m slacksim.Message) bool {
		for _, w := range words {
			if !strings.Contains(m.AllText(), w) {
				return false
			}
		}
		return true
	})
	if err != nil {
		var shown []string
		for _, m := range s.slack.Messages(channel) {
			shown = append(shown, m.AllText())
		}
		t.Fatalf("no message with %q: %v\nshown:\n%s\nlog:\n%s", words, err, strings.Join(shown, "\n---\n"), tail(s.log.String(), 4000))
	}
	return m
}

// made lists the tasks of a name.
func (s *stage) made(t testing.TB, name string) []studiosim.Task {
	t.Helper()
	all, err := s.world.Tasks()
	must(t, err)
	var out []studiosim.Task
	for _, task := range all {
		if task.Name == name {
			out = append(out, task)
		}
	}
	return out
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func tail(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}

// safeBuffer collects the log of a child process.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*safeBuffer)(nil)

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
