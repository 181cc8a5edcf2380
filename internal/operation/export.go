package operation

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// exportSince is a year before any run: a backfill may be of any day, and with
	// the others its runs are lost. exportRuns is how many of a task are kept as a
	// file, the newest, and exportAll of all together, which is more than a file
	// holds; exportAtOnce is of how many tasks they are read at the same time.
	exportSince  = 1990
	exportRuns   = 10_000
	exportAll    = 50_000
	exportAtOnce = 4
	// exportEvery is how often the store is asked for the fate of the message.
	exportEvery = 5 * time.Second
	maxFailure  = 300 // bytes of a run's failure that are kept
)

// exporting keeps the runs of a task, and of those that go offline with it, as
// a file in the thread before they are lost. The step is done when Slack has the
// file, not earlier.
type exporting struct {
	Platform
	store Store
	zone  string
	clean func(string) string // see Config
}

func (e exporting) step() step { return step{look: e.look} }

func (e exporting) look(ctx context.Context, t *turn) finding {
	id := batchsync.HistoryOf(t.op.ID, t.step().Tries)
	m, err := e.store.Message(id)
	switch {
	case batchsync.CodeOf(err) == batchsync.CodeNotFound:
		return e.write(ctx, t, id)
	case err != nil:
		return isUnclear(err)
	case m.State == batchsync.MessageSent:
		return isDone(batchsync.T("export.delivered"))
	case m.State == batchsync.MessageDead:
		p := problem(batchsync.CodeRefused, "export.dead")
		p.Detail = m.Reason
		return finding{verdict: failed, problem: p}
	}
	return isResting(exportEvery)
}

// history are the runs of a task that are lost with an undeployment.
type history struct {
	task batchsync.TaskID
	name string // foreign text
	runs []batchsync.Run
	cut  bool // there may be more
}

// lost reads the runs of all tasks that go offline, the one asked for first.
func (e exporting) lost(ctx context.Context, t *turn) ([]history, error) {
	var all []history
	for _, task := range t.op.Changes() {
		all = append(all, history{task: task.ID, name: task.Name})
	}
	most := max(1, min(exportRuns, exportAll/len(all)))
	return all, atOnce(exportAtOnce, len(all), func(i int) (err error) {
		h := &all[i]
		h.runs, err = e.Runs(ctx, batchsync.RunFilter{
			Task: h.task, From: time.Date(exportSince, 1, 1, 0, 0, 0, 0, time.UTC), To: t.now.AddDate(0, 0, 1), Limit: most,
		})
		if err != nil {
			return fmt.Errorf("read the runs of task %s: %w", h.task, err)
		}
		h.cut = len(h.runs) == most
		return nil
	})
}

// write makes the file and the message that brings it, to be saved at once.
func (e exporting) write(ctx context.Context, t *turn, id batchsync.MessageID) finding {
	all, err := e.lost(ctx, t)
	if err != nil {
		return isUnclear(err)
	}
	total, cut := 0, false
	for _, h := range all {
		total, cut = total+len(h.runs), cut || h.cut
	}
	if total == 0 {
		return isDone(batchsync.T("export.no_runs"))
	}
	data, kept, err := runsCSV(all, e.zone, batchsync.MaxFile, e.clean)
	if err != nil {
		return hasFailed(fmt.Errorf("write the runs of task %s: %w", t.op.Task, err))
	}
	f := isResting(time.Second, batchsync.T("export.written", strconv.Itoa(kept)))
	if kept < total || cut {
		f.notes = append(f.notes, batchsync.T("export.cut"))
	}
	file := batchsync.File{ID: string(id), Name: "runs-" + t.op.Task.String() + ".csv", Data: data}
	f.files = []batchsync.File{file}
	f.messages = []batchsync.Message{{
		ID: id, Kind: batchsync.MessageFile, Object: file.ID, Body: []batchsync.Text{caption(all, kept)},
		Channel: t.op.Channel, Thread: t.op.Message, Due: t.now, CreatedAt: t.now,
	}}
	return f
}

// caption says what the file holds, naming every task in it.
func caption(all []history, kept int) batchsync.Text {
	if len(all) == 1 {
		return batchsync.T("export.file", all[0].name, strconv.Itoa(kept))
	}
	var others []string
	for _, h := range all[1:] {
		others = append(others, h.name)
	}
	return batchsync.T("export.file_many", all[0].name, strconv.Itoa(kept), joined(others))
}

// runsCSV writes the runs of several tasks as one table, each task's in their
// order, as many as fit into limit bytes; kept tells how many. The room is
// shared out evenly, and what a short history leaves goes to the longer ones.
// Times are in the zone, with its offset; foreign text is cleaned.
func runsCSV(all []history, zone string, limit int, clean func(string) string) (data []byte, kept int, err error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, 0, err
	}
	head, err := csvLine([]string{"task_id", "task", "run_id", "plan_time", "type", "status", "started", "ended", "seconds", "vcluster", "failure"})
	if err != nil {
		return nil, 0, err
	}
	shortest := make([]int, len(all))
	for i := range all {
		shortest[i] = i
	}
	slices.SortStableFunc(shortest, func(a, b int) int { return cmp.Compare(len(all[a].runs), len(all[b].runs)) })
	parts := make([][]byte, len(all))
	left := limit - len(head)
	for i, at := range shortest {
		part, n, err := runRows(all[at], loc, left/(len(all)-i), clean)
		if err != nil {
			return nil, kept, err
		}
		parts[at], kept, left = part, kept+n, left-len(part)
	}
	return slices.Concat(append([][]byte{head}, parts...)...), kept, nil
}

// runRows are the rows of a task's runs that fit into the room.
func runRows(h history, loc *time.Location, room int, clean func(string) string) (rows []byte, kept int, err error) {
	name := batchsync.SafeCell(clean(h.name))
	for _, run := range h.runs {
		line, err := csvLine(append([]string{h.task.String(), name}, csvRow(run, loc, clean)...))
		if err != nil || len(rows)+len(line) > room {
			return rows, kept, err
		}
		rows, kept = append(rows, line...), kept+1
	}
	return rows, kept, nil
}

func csvLine(cells []string) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(cells); err != nil {
		return nil, err
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func csvRow(r batchsync.Run, loc *time.Location, clean func(string) string) []string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(loc).Format(time.RFC3339)
	}
	seconds := ""
	if took := r.Took(); took > 0 {
		seconds = strconv.FormatFloat(took.Seconds(), 'f', 0, 64)
	}
	failure := clean(r.Failure) // whole: half a secret would not be recognised
	if len(failure) > maxFailure {
		failure = strings.ToValidUTF8(failure[:maxFailure], "") + "…"
	}
	return []string{
		r.ID.String(), at(r.Plan), typeWord(r.Type), statusWord(r.Status), at(r.Began), at(r.Ended), seconds,
		batchsync.SafeCell(clean(r.VCluster)), batchsync.SafeCell(failure),
	}
}

func typeWord(t batchsync.RunType) string {
	switch t {
	case batchsync.RunScheduled:
		return "schedule"
	case batchsync.RunTemporary:
		return "temporary"
	case batchsync.RunRefill:
		return "refill"
	}
	return strconv.Itoa(int(t))
}

func statusWord(s batchsync.RunStatus) string {
	words := []string{"", "success", "not started", "failed", "running", "waiting for resources", "waiting for upstream", "paused", "blocked"}
	if !s.Known() {
		return strconv.Itoa(int(s))
	}
	return words[s]
}
