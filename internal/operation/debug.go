package operation

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// maxDebugLog is how much of the end of a log is read, in bytes; of it, so
	// many lines and bytes are kept for the card.
	maxDebugLog   = 64 << 10
	debugLines    = 12
	debugLogBytes = 1500
	// maxDebugTables is how many target tables are asked for their rows, and how
	// many are kept, the worst first.
	maxDebugTables = 50
	// debugReading bounds the reading of log and rows together, once the run is
	// over.
	debugReading = 90 * time.Second
)

// debugging runs a task once, outside of its schedule. The platform answers
// without telling which run it began, and the program may ask it twice; the
// run is found among the temporary ones that were not there before. It is asked
// for once, and once more only when a person wants that after it failed.
type debugging struct {
	Debugger
	log *slog.Logger
}

// execute and follow are the steps of a debug run of a task that exists.
func (d debugging) execute() step {
	return step{ready: d.ready, do: d.do, look: d.begun, refused: nothingDone}
}

func (d debugging) follow() step { return step{look: d.watch} }

// first is the step of a creation: the task is scheduled only if the run
// succeeds.
func (d debugging) first() step { return step{ready: d.ready, do: d.do, look: d.lookFirst} }

// ready notes which temporary runs are there before ours.
func (d debugging) ready(ctx context.Context, t *turn) error {
	there, err := d.temporary(ctx, t, t.now)
	if err != nil {
		return err
	}
	next := t.op.Debug.Anew()
	next.Asked = t.now.UTC()
	for _, run := range there {
		next.Before = append(next.Before, run.ID)
	}
	t.op.Debug = &next
	return nil
}

func (d debugging) do(ctx context.Context, t *turn) error {
	return d.Execute(ctx, t.op.Task, t.op.Debug.VCluster)
}

// temporary lists the temporary runs around the moment they were asked for.
func (d debugging) temporary(ctx context.Context, t *turn, asked time.Time) ([]batchsync.Run, error) {
	return d.Runs(ctx, batchsync.RunFilter{
		Task: t.op.Task, Type: batchsync.RunTemporary, From: asked.Add(-refillBefore), To: asked.Add(refillAfter),
	})
}

// begun finds the run.
func (d debugging) begun(ctx context.Context, t *turn) finding {
	run := t.op.Debug
	switch {
	case !t.doubt:
		return finding{verdict: absent} // nothing has left us yet
	case run.Run != 0:
		return isDone()
	}
	found, err := d.temporary(ctx, t, run.Asked)
	found = slices.DeleteFunc(found, func(r batchsync.Run) bool { return slices.Contains(run.Before, r.ID) })
	patient := t.within(runsWithin)
	switch {
	case err != nil && patient && passing(err), err == nil && len(found) == 0 && patient:
		return isResting(runsEvery, t.answered()...)
	case err != nil:
		return isUnclear(err)
	case len(found) == 0:
		return finding{verdict: unclear, notes: t.answered(), problem: problem(batchsync.CodeUnknown, "debug.lost")}
	}
	ours := standsFor(found)
	run.Run, run.Status, run.Others = ours.ID, ours.Status, nil
	f := isDone(batchsync.T("debug.begun", ours.ID.String()))
	for _, other := range found {
		if other.ID != ours.ID {
			run.Others = append(run.Others, other.ID)
		}
	}
	if n := len(run.Others); n > 0 {
		f.notes = append(f.notes, batchsync.T("debug.others", strconv.Itoa(n)))
	}
	return f
}

// watch follows the run to its end.
func (d debugging) watch(ctx context.Context, t *turn) finding {
	run := t.op.Debug
	if run.Run == 0 {
		return hasFailed(fmt.Errorf("operation %s has no run to follow", t.op.ID))
	}
	if f := d.goOn(ctx, t); f.verdict != took {
		return f
	}
	id := run.Run.String()
	switch {
	case run.Status == batchsync.RunSuccess:
		return isDone(batchsync.T("follow.run_done", id))
	case run.StopAsked:
		return isDone(batchsync.T("debug.stopped", id))
	}
	f := isDone(batchsync.T("follow.run_failed", id))
	f.trouble = true
	return f
}

// lookFirst finds the run and follows it. One that did not succeed leaves it to
// a person whether there shall be another.
func (d debugging) lookFirst(ctx context.Context, t *turn) finding {
	f := d.begun(ctx, t)
	if f.verdict != took {
		return f
	}
	t.step().Notes = mergeNotes(t.step().Notes, f.notes)
	if f = d.goOn(ctx, t); f.verdict != took {
		return f
	}
	run := t.op.Debug
	id := run.Run.String()
	if run.Status == batchsync.RunSuccess {
		return isDone(batchsync.T("follow.run_done", id))
	}
	p := problem(batchsync.CodeWaiting, "debug.failed", id)
	if run.StopAsked {
		p = problem(batchsync.CodeWaiting, "debug.stopped", id)
	}
	return finding{verdict: waits, problem: p}
}

// goOn brings what is known of the run up to date; it took once the run is over
// and all is read that there is to tell. Trouble of the platform ends nothing.
func (d debugging) goOn(ctx context.Context, t *turn) finding {
	run := t.op.Debug
	if run.Read {
		return isDone()
	}
	next := pace(t.now.Sub(run.Asked), 1)
	now, err := d.Run(ctx, run.Run)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotFound:
		run.Status, run.Read = batchsync.RunFailed, true
		return isDone(t.note(batchsync.T("follow.gone", run.Run.String())))
	case err != nil:
		return finding{verdict: rests, after: next, problem: batchsync.ProblemOf(err), err: err}
	}
	run.Status, run.Began, run.Ended, run.OpsURL = now.Status, now.Began.UTC(), now.Ended.UTC(), now.OpsURL
	if run.Status.Over() {
		run.Failure = now.Failure
		d.read(ctx, t, now)
		run.Read = true
		return isDone()
	}
	if !run.StopAsked {
		return isResting(next)
	}
	err = d.stop(ctx, run)
	f := isResting(runsEvery)
	if err != nil {
		f.problem, f.err = batchsync.ProblemOf(err), err
	}
	return f
}

// stop asks for the end of the run, and of those that began besides.
func (d debugging) stop(ctx context.Context, run *batchsync.DebugRun) error {
	err := d.StopRun(ctx, run.Run)
	for _, other := range run.Others {
		if now, unread := d.Run(ctx, other); unread == nil && !now.Status.Over() {
			// One that does not end is seen in Studio; the run of the card is
			// what a person waits for.
			_ = d.StopRun(ctx, other)
		}
	}
	return err
}

// read takes the end of the log, and what is known of each table. Neither is
// needed to tell how the run ended, so what cannot be read is only said.
func (d debugging) read(ctx context.Context, t *turn, run batchsync.Run) {
	ctx, cancel := context.WithTimeout(ctx, debugReading)
	defer cancel()
	text, err := d.readLog(ctx, run.ID)
	t.op.Debug.Log = batchsync.LastLines(text, debugLines, debugLogBytes)
	if err != nil {
		d.log.Warn("log of debug run not read", "operation", t.op.ID, "run", run.ID, "error", err)
		t.note(batchsync.T("debug.log_unread"))
	}
	tables, of, err := d.readTables(ctx, t.op.Task, run, text)
	if err != nil {
		d.log.Warn("tables of debug run not read", "operation", t.op.ID, "run", run.ID, "error", err)
		t.note(batchsync.T("debug.tables_unread"))
	}
	t.op.Debug.Tables, t.op.Debug.More = tables, of-len(tables)
}

func (d debugging) readLog(ctx context.Context, run batchsync.RunID) (string, error) {
	all, err := d.Attempts(ctx, run)
	if err != nil {
		return "", err
	}
	n := batchsync.NewestAttempt(all)
	if n == 0 {
		return "", nil // it never began
	}
	text, _, err := d.AttemptLog(ctx, run, all[n-1].ID, maxDebugLog)
	return text, err
}

// readTables tells how the run went for each table: of a good run by the
// target, of any other by its log. of is how many tables there are.
func (d debugging) readTables(ctx context.Context, task batchsync.TaskID, run batchsync.Run, text string) (all []batchsync.TableResult, of int, err error) {
	c, err := d.Content(ctx, task)
	if err != nil || len(c.Pairs) == 0 {
		return nil, 0, err
	}
	pairs := c.Pairs[:min(len(c.Pairs), batchsync.MaxTables)]
	if run.Status != batchsync.RunSuccess {
		all = batchsync.TablesInLog(text, pairs)
		return all[:min(len(all), maxDebugTables)], len(all), nil
	}
	pairs, of = pairs[:min(len(pairs), maxDebugTables)], len(pairs)
	var sinks []string
	for _, pair := range pairs {
		if pair.Sink != "" && !slices.ContainsFunc(sinks, func(s string) bool { return strings.EqualFold(s, pair.Sink) }) {
			sinks = append(sinks, pair.Sink)
		}
	}
	figures, err := d.TableFigures(ctx, sinks)
	if err != nil {
		return nil, 0, err
	}
	all = batchsync.JudgeTables(batchsync.TableCheck{Run: run, Pairs: pairs, Figures: figures})
	return all, len(all) + of - len(pairs), nil
}

// note adds a note to the step and returns it.
func (t *turn) note(n batchsync.Text) batchsync.Text {
	t.step().Notes = mergeNotes(t.step().Notes, []batchsync.Text{n})
	return n
}

// asShown sees to it that the task would do what the person was told.
func (c checking) asShown(ctx context.Context, t *turn) check {
	was := t.change().Content
	now, err := c.Content(ctx, t.op.Task)
	switch {
	case batchsync.FailureOf(err) == batchsync.FailNotConfigured:
		return wrong(batchsync.CodeInvalid, "check.no_content")
	case err != nil:
		return unread(err, "check.content_unread")
	case was != "" && now.Print() != was:
		return since("check.content_since")
	}
	return ok("check.content_ok")
}
