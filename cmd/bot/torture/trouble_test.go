package torture

import (
	"context"
	"fmt"
	"strings"
	"time"

	"batchsync/internal/slacksim"
)

// accepting asks for an examination of a delivery and takes it.
func (p *person) accepting(life context.Context, a *ask) error {
	card := func(m slacksim.Message) bool { return contains(m.AllText(), "delivery of "+a.name) }
	if _, err := p.r.message(life, channelOf(p.name), 0, card); err != nil {
		if err := p.slash(life, "acceptance "+a.name); err != nil {
			return err
		}
		if _, err := p.r.message(life, channelOf(p.name), 3*viewPatience, card); err != nil {
			return err
		}
	}
	if err := p.slash(life, "accept "+a.name); err != nil {
		return err
	}
	v, err := p.form(life, "take the delivery of")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(life, ackPatience)
	defer cancel()
	a.note(func(a *ask) { a.sent = true })
	got, err := p.actor.Submit(ctx, v)
	if err == nil && len(got.Errors) == 0 {
		a.note(func(a *ask) { a.accepted = true })
		return nil
	}
	return fmt.Errorf("%w: %w: %v", errNo, err, got.Errors) // asking again takes the same delivery
}

// message waits for a message of a channel.
func (r *round) message(life context.Context, channel string, patience time.Duration, ok func(slacksim.Message) bool) (slacksim.Message, error) {
	ctx, cancel := context.WithTimeout(life, patience)
	defer cancel()
	return r.slack.WaitMessage(ctx, channel, ok)
}

// trouble has a task fail and be looked after: its channel is subscribed, the
// failure told and acknowledged, and perhaps mended.
func (p *person) trouble(life context.Context, a *ask) error {
	if !a.is(told) {
		if err := p.answered(life, a, "subscribe "+a.name, "This channel is told of"); err != nil {
			return err
		}
		a.note(func(a *ask) { a.told, a.accepted = true, false })
		if err := p.r.world.Break(a.task, plantedFailure); err != nil {
			return err
		}
		if _, err := p.r.world.RunAt(a.task, time.Now().Add(-time.Minute), 5*time.Second); err != nil {
			return err
		}
	}
	alert, err := p.r.message(life, channelOf(p.name), 3*viewPatience, func(m slacksim.Message) bool {
		return m.ThreadTS == "" && contains(m.AllText(), a.name, "Failed") && !strings.Contains(m.AllText(), "subscribed this channel")
	})
	if err != nil {
		return fmt.Errorf("%w: %w", errNo, err) // it may yet come
	}
	ctx, cancel := context.WithTimeout(life, ackPatience)
	defer cancel()
	if _, err := p.actor.Click(ctx, alert, "Acknowledge"); err != nil {
		return fmt.Errorf("%w: %w", errNo, err) // may be pressed again
	}
	a.note(func(a *ask) { a.accepted = true })
	return nil
}

// settleTrouble mends what is to be mended, when all is quiet.
func (r *round) settleTrouble() error {
	for _, a := range r.ledger.asks {
		if a.kind != "alert" || !a.is(told) || !a.mended {
			continue
		}
		if err := r.world.Mend(a.task); err != nil {
			return err
		}
		if _, err := r.world.RunAt(a.task, time.Now().Add(-30*time.Second), 5*time.Second); err != nil {
			return err
		}
	}
	return nil
}
