package acceptance

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"batchsync/internal/batchsync"
)

// examine makes one go at an acceptance. The last is saved whatever it brought.
func (r *Runner) examine(ctx context.Context, a batchsync.Acceptance, last bool) (h how) {
	log := r.log.With("acceptance", a.ID, "task", a.Task)
	ctx = batchsync.Trace{Acceptance: a.ID}.In(ctx)
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		log.Error("acceptance panicked", "panic", p, "stack", string(debug.Stack()))
		if h = troubled; last {
			h = r.save(a, broken(a, time.Now()), log)
		}
	}()
	in, trouble, err := r.gather.all(ctx, a)
	switch {
	case ctx.Err() != nil:
		return settled
	case err != nil:
		log.Error("read what is known for an acceptance", "error", err)
		return unsaved
	case trouble != nil && !last:
		log.Warn("acceptance is tried again later", "error", trouble)
		return troubled
	}
	judged := r.judge(a, in, time.Now())
	// What failed is nothing that a later trouble is compared with.
	if s, ok := in.success(time.Now()); ok && judged.Verdict != batchsync.VerdictFailed {
		if err := r.book.RememberSuccess(s); err != nil {
			log.Warn("success not remembered", "error", err)
		}
	}
	return r.save(a, judged, log)
}

// judge is the acceptance as it comes out.
func (r *Runner) judge(a batchsync.Acceptance, in input, now time.Time) batchsync.Acceptance {
	next := a.Complete(in.explain(batchsync.JudgeAcceptance(in.AcceptanceInput, now)))
	next.Quiet = a.Occasion == batchsync.OnEveryRun && !a.Given() && !next.Tells(in.Before)
	return next
}

// broken is an acceptance that our own mistake keeps from being made.
func broken(a batchsync.Acceptance, now time.Time) batchsync.Acceptance {
	return a.Complete(batchsync.Acceptance{
		Done: now.UTC(), Verdict: batchsync.VerdictUnchecked, Expected: a.Expected,
		Whole: []batchsync.Finding{{Check: batchsync.CheckRows, Verdict: batchsync.VerdictUnchecked, Text: batchsync.T("acceptance.broken")}},
	})
}

func (r *Runner) save(asked, done batchsync.Acceptance, log *slog.Logger) how {
	err := r.book.SaveAcceptance(done, told(done, asked.Asked))
	switch {
	case err == nil:
		log.Info("acceptance made", "verdict", done.Verdict, "tables", len(done.Tables), "occasion", done.Occasion, "quiet", done.Quiet)
		return settled
	case batchsync.CodeOf(err) == batchsync.CodeNotFound:
		log.Warn("acceptance is gone", "error", err)
		return settled
	case batchsync.CodeOf(err) == batchsync.CodeConflict:
		return changed
	}
	log.Error("save acceptance", "error", fmt.Errorf("save acceptance %s: %w", done.ID, err))
	return unsaved
}

// quick is how long people are taken to watch the card after they asked: what
// is done by then needs no word besides.
const quick = 10 * time.Second

// told is the short reply for who waits for the outcome, because the edit of a
// card notifies nobody.
func told(a batchsync.Acceptance, asked time.Time) []batchsync.Message {
	who := a.Asker()
	took := a.Done.Sub(asked) // negative: clocks were set back meanwhile, it may have been long
	if who == "" || took >= 0 && took <= quick {
		return nil
	}
	return []batchsync.Message{{
		ID: batchsync.AcceptanceTold(a.ID, a.Version), Kind: batchsync.MessageNotice, Mention: who,
		Body:    []batchsync.Text{batchsync.T(batchsync.TextKey("told.acceptance_"+string(a.Verdict)), a.Name)},
		Channel: a.Channel, Thread: cmp.Or(a.Thread, batchsync.AcceptanceMessage(a.ID)), Due: a.Done, CreatedAt: a.Done,
	}}
}
