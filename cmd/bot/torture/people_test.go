package torture

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"batchsync/internal/slacksim"
)

// How patient people are, and how often they try.
const (
	viewPatience = 8 * time.Second
	ackPatience  = 5 * time.Second
	tries        = 6
)

// errNo says that the bot did not do what was asked, and said so.
var errNo = errors.New("the bot said no")

// person works through a script, and puts up with a bot that dies.
type person struct {
	r     *round
	name  string
	actor slacksim.Actor
}

// follow works through a script. An act that comes to nothing is left: whether
// that may be is the model's business.
func (p *person) follow(ctx context.Context, script []*ask) {
	for _, a := range script {
		for range tries {
			life, err := p.r.life.alive(ctx)
			if err != nil {
				return
			}
			if err = p.do(life, a); err == nil || a.is(accepted) {
				break
			}
			if a.is(sent) && !errors.Is(err, errNo) {
				p.insist(ctx, a)
				break
			}
			if !p.breathe(ctx) {
				return
			}
		}
	}
}

// breathe waits for a moment before another try.
func (p *person) breathe(ctx context.Context) bool {
	select {
	case <-time.After(200 * time.Millisecond):
		return true
	case <-ctx.Done():
		return false
	}
}

// do goes once through what an ask takes.
func (p *person) do(life context.Context, a *ask) error {
	p.clear(life)
	switch a.kind {
	case "create":
		return p.command(life, a, "new "+line+a.name, "Step 5 of 5", a.name)
	case "create_message":
		return p.written(life, a)
	case "backfill":
		return p.command(life, a, fmt.Sprintf("backfill %s %s %s", a.name, dayAgo(5), dayAgo(4)), "Job name")
	case "rerun", "stop":
		return p.command(life, a, fmt.Sprintf("%s %d", a.kind, a.run), a.name)
	case "tune":
		return p.command(life, a, "tune "+a.name+" retries=3 interval=5", "3, 5 min apart")
	case "schedule":
		return p.reschedule(life, a)
	case "mute":
		if !a.is(told) {
			if err := p.answered(life, a, "adopt "+a.name, a.name, "Mute"); err != nil {
				return err
			}
			a.note(func(a *ask) { a.told, a.accepted = true, false })
		}
		return p.command(life, a, "mute "+a.name, "Keep the news")
	case "deploy", "undeploy", "debug":
		word := map[string]string{"debug": "run"}[a.kind]
		if word == "" {
			word = a.kind
		}
		return p.command(life, a, word+" "+a.name, a.name)
	case "adopt":
		return p.answered(life, a, "adopt "+a.name, a.name, "Mute")
	case "acceptance":
		return p.accepting(life, a)
	case "alert":
		return p.trouble(life, a)
	}
	return fmt.Errorf("nobody knows how to %s", a.kind)
}

const line = "aliyun_mysql shop.orders -> ods.orders overwrite daily 03:30 vc=sync_vc folder=data_sync/mysql lake=LAKEHOUSE_ecommerce name="

// dayAgo is a day of the past as people type it.
func dayAgo(n int) string { return time.Now().UTC().AddDate(0, 0, -n).Format("2006-01-02") }

// clear closes what is open, as people do before they begin anew.
func (p *person) clear(ctx context.Context) {
	for range 3 {
		v, open := p.r.slack.View(p.name)
		if !open {
			return
		}
		short, cancel := context.WithTimeout(ctx, ackPatience)
		_, _ = p.actor.CloseView(short, v) // a bot that does not answer changes nothing about it
		cancel()
	}
}

func (p *person) slash(life context.Context, line string) error {
	ctx, cancel := context.WithTimeout(life, ackPatience)
	defer cancel()
	_, err := p.actor.Slash(ctx, channelOf(p.name), "/batchsync "+line)
	return err
}

// form waits for a modal that can be confirmed and says all the words. One that
// cannot is a refusal.
func (p *person) form(life context.Context, words ...string) (slacksim.View, error) {
	ctx, cancel := context.WithTimeout(life, viewPatience)
	defer cancel()
	v, err := p.r.slack.WaitView(ctx, p.name, func(v slacksim.View) bool {
		return !strings.Contains(v.AllText(), "Loading") && (v.Submit == "" || contains(v.AllText(), words...))
	})
	if err == nil && v.Submit == "" {
		err = fmt.Errorf("%w: %s", errNo, v.AllText())
	}
	return v, err
}

// command types a command that opens a form, and confirms it.
func (p *person) command(life context.Context, a *ask, line string, words ...string) error {
	if err := p.slash(life, line); err != nil {
		return err
	}
	v, err := p.form(life, words...)
	if err != nil {
		return err
	}
	if a.kind == "undeploy" {
		if _, err := p.actor.Type(life, v, "form.name", a.name); err != nil {
			return err
		}
	}
	return p.confirm(life, a, v)
}

// confirm presses the button that begins a change; who is impatient presses it
// twice. Whether the bot said yes is what it answered.
func (p *person) confirm(life context.Context, a *ask, v slacksim.View) error {
	if a.twice {
		p.r.slack.DuplicateNext(1)
	}
	ctx, cancel := context.WithTimeout(life, ackPatience)
	defer cancel()
	a.note(func(a *ask) { a.sent = true })
	got, err := p.actor.Submit(ctx, v)
	if err == nil {
		p.r.yes()
	}
	switch {
	case errors.Is(err, slacksim.ErrNoConnection), errors.Is(err, slacksim.ErrClientRejected), errors.Is(err, slacksim.ErrNotFound):
		a.note(func(a *ask) { a.sent = false }) // it never left
		return err
	case err != nil:
		return err
	case len(got.Errors) > 0:
		return fmt.Errorf("%w: %v", errNo, got.Errors)
	case got.View == nil || !says(got.View.AllText(), "Creating ", ": started.", "Muted until"):
		return fmt.Errorf("%w: %+v", errNo, got)
	}
	a.note(func(a *ask) { a.accepted = true })
	if a.twice {
		p.again(life, v.ID)
	}
	return nil
}

// says reports whether a text has one of the words.
func says(text string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// again delivers the last confirmation of a view once more, as Slack does when
// it is not sure.
func (p *person) again(life context.Context, view string) {
	all := p.r.slack.Envelopes()
	for i := len(all) - 1; i >= 0; i-- {
		of, _ := all[i].Payload["view"].(map[string]any)
		if all[i].Payload["type"] == "view_submission" && of["id"] == view {
			ctx, cancel := context.WithTimeout(life, ackPatience)
			defer cancel()
			_, _ = p.r.slack.Inject(ctx, "interactive", all[i].Payload) // nothing must come of it
			return
		}
	}
}

// insist presses the button of a form that was left open without an answer, as
// long as it is there: the person does not know whether it was heard.
func (p *person) insist(ctx context.Context, a *ask) {
	for range tries {
		life, err := p.r.life.alive(ctx)
		if err != nil {
			return
		}
		v, open := p.r.slack.View(p.name)
		if !open || v.Submit == "" {
			return
		}
		if p.confirm(life, a, v) == nil || !p.breathe(ctx) {
			return
		}
		a.note(func(a *ask) { a.sent = true }) // before, if not now
	}
}

// reschedule gives a task another time in the form that asks for it.
func (p *person) reschedule(life context.Context, a *ask) error {
	if err := p.slash(life, "schedule "+a.name); err != nil {
		return err
	}
	v, err := p.form(life, "Schedule")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(life, viewPatience)
	defer cancel()
	if _, err := p.actor.Type(ctx, v, "field.time", "05:45"); err != nil {
		return err
	}
	if v, err = p.r.slack.WaitView(ctx, p.name, func(now slacksim.View) bool { return now.Hash != v.Hash }); err != nil {
		return err
	}
	if _, err := p.actor.Submit(ctx, v); err != nil {
		return err
	}
	v, err = p.r.slack.WaitView(ctx, p.name, func(v slacksim.View) bool { return v.CallbackID == "change.confirm" })
	if err != nil {
		return err
	}
	return p.confirm(life, a, v)
}

// heard waits until the bot tells this person alone something new with all the
// words; or no, for a refusal.
func (p *person) heard(life context.Context, since string, words ...string) (slacksim.Message, error) {
	ctx, cancel := context.WithTimeout(life, viewPatience)
	defer cancel()
	return p.r.slack.WaitEphemeral(ctx, p.name, func(m slacksim.Message) bool { return m.TS > since && contains(m.AllText(), words...) })
}

// latest is the stamp of the last thing told to this person alone.
func (p *person) latest() string {
	if all := p.r.slack.Ephemerals(p.name); len(all) > 0 {
		return all[len(all)-1].TS
	}
	return ""
}

// answered types a command until its answer says the words.
func (p *person) answered(life context.Context, a *ask, line string, words ...string) error {
	since := p.latest()
	a.note(func(a *ask) { a.sent = true })
	if err := p.slash(life, line); err != nil {
		return fmt.Errorf("%w: %w", errNo, err) // it may be asked again
	}
	if _, err := p.heard(life, since, words...); err != nil {
		return fmt.Errorf("%w: %w", errNo, err)
	}
	a.note(func(a *ask) { a.accepted = true })
	return nil
}

// written asks for a task in a message, where the questions are one too.
func (p *person) written(life context.Context, a *ask) error {
	since := p.latest()
	ctx, cancel := context.WithTimeout(life, ackPatience)
	defer cancel()
	if _, err := p.actor.Mention(ctx, channelOf(p.name), "new "+line+a.name); err != nil {
		return err
	}
	m, err := p.heard(life, since, "Step 5 of 5", a.name, "Create Sync")
	if err != nil {
		return err
	}
	if a.twice {
		p.r.slack.DuplicateNext(1)
	}
	a.note(func(a *ask) { a.sent = true })
	ctx, cancel = context.WithTimeout(life, ackPatience)
	defer cancel()
	if _, err := p.actor.Click(ctx, m, "Create Sync"); err != nil {
		if errors.Is(err, slacksim.ErrNoConnection) {
			a.note(func(a *ask) { a.sent = false })
		}
		return err
	}
	ctx, cancel = context.WithTimeout(life, viewPatience)
	defer cancel()
	_, err = p.r.slack.WaitEphemeral(ctx, p.name, func(now slacksim.Message) bool { return contains(now.AllText(), "Creating "+a.name) })
	if err == nil {
		a.note(func(a *ask) { a.accepted = true })
	}
	return err
}
