package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"batchsync/internal/batchsync"
)

// warnAttempt is the failure in a row that is worth a warning: about half a
// minute of trouble.
const warnAttempt = 5

// deliver sends one message and stores the outcome. It runs outside the loop's
// goroutine and touches none of its state.
func (l *loop) deliver(p parcel) result {
	m := p.message
	d := plausible(m, l.send(m, p.thread))
	now := time.Now()
	due := l.due(p, d, now)
	l.report(m, d)
	l.save(m, d, due, now)
	return result{message: m, to: p.to, delivery: d, due: due, at: now}
}

// send makes one bounded call of the sender; a panic of it is a failure.
func (l *loop) send(m batchsync.Message, thread *batchsync.Message) (d batchsync.Delivery) {
	limit := sendTimeout
	if m.Kind == batchsync.MessageFile {
		limit = fileTimeout
	}
	ctx, cancel := context.WithTimeout(l.sendCtx, limit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("sender panicked", "message", m.ID, "panic", p, "stack", string(debug.Stack()))
			d = batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "panic"}
		}
	}()
	return l.sender.Send(ctx, m, thread)
}

// plausible turns answers that make no sense into failures, which wait before
// they are tried again.
func plausible(m batchsync.Message, d batchsync.Delivery) batchsync.Delivery {
	switch d.Outcome {
	case batchsync.OutcomeDone, batchsync.OutcomeFailed, batchsync.OutcomeNever:
		return d
	case batchsync.OutcomeLater:
		d.Wait = max(d.Wait, time.Second)
		return d
	case batchsync.OutcomeGone:
		if m.TS != "" {
			return d
		}
		d.Reason = "post reported gone: " + d.Reason
	default:
		d.Reason = fmt.Sprintf("unknown outcome %q", d.Outcome)
	}
	d.Outcome = batchsync.OutcomeFailed
	return d
}

// due is when to go on with the message, if there is more to do.
func (l *loop) due(p parcel, d batchsync.Delivery, now time.Time) time.Time {
	switch d.Outcome {
	case batchsync.OutcomeDone:
		return now.Add(editEvery)
	case batchsync.OutcomeLater:
		return p.message.Due // keeps its place among those that wait; the pace holds them up
	case batchsync.OutcomeFailed:
		return l.retry(p, now)
	}
	return now
}

// retry is when to try a message again that failed: a post right after the one
// in front of it in line.
func (l *loop) retry(p parcel, now time.Time) time.Time {
	failures := p.message.Attempts + 1
	if actionOf(p.message) != post {
		return now.Add(backoff(failures, l.jitter()))
	}
	if p.behind.After(now) {
		return p.behind.Add(nextInLine)
	}
	return now.Add(backoff(min(failures, postFailures), l.jitter()))
}

func (l *loop) report(m batchsync.Message, d batchsync.Delivery) {
	log := l.log.With("message", m.ID, "channel", m.Channel, "reason", d.Reason)
	switch d.Outcome {
	case batchsync.OutcomeDone:
		level := slog.LevelInfo
		if m.TS != "" {
			level = slog.LevelDebug // one of many edits
		}
		log.Log(context.Background(), level, "message delivered", "revision", m.Wanted, "ts", d.TS, "posted", d.Channel)
	case batchsync.OutcomeLater:
		log.Info("message delayed by a rate limit", "wait", d.Wait)
	case batchsync.OutcomeFailed:
		if m.Attempts+1 == warnAttempt {
			log.Warn("message keeps failing, trying on", "attempts", warnAttempt)
		} else {
			log.Info("message failed, trying on", "attempts", m.Attempts+1)
		}
	case batchsync.OutcomeGone:
		log.Info("message is gone, posting anew")
	case batchsync.OutcomeNever:
		log.Warn("message given up")
	}
}

// save stores the outcome, as often as it takes: a message that was sent and
// not noted would be sent again. Its channel stays busy meanwhile. At shutdown
// there is one last attempt.
func (l *loop) save(m batchsync.Message, d batchsync.Delivery, due, now time.Time) {
	for {
		last := l.ctx.Err() != nil
		err := l.store.Delivered(m.ID, m.Wanted, d, due, now)
		if err == nil || batchsync.CodeOf(err) == batchsync.CodeNotFound {
			return // one that was removed meanwhile needs no note
		}
		l.log.Error("cannot store how a delivery ended", "message", m.ID, "outcome", d.Outcome, "error", err)
		if last {
			return
		}
		select {
		case <-l.ctx.Done():
		case <-time.After(retrySave):
		}
	}
}
