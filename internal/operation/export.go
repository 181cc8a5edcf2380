package operation

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

const (
	// exportBack is how far back runs are kept as a file, exportRuns how many.
	exportBack = 2 // years
	exportRuns = 10_000
	// exportEvery is how often the store is asked for the fate of the message.
	exportEvery = 5 * time.Second
	maxFailure  = 300 // bytes of a run's failure that are kept
)

// exporting keeps the runs of a task as a file in the thread before they are
// lost. The step is done when Slack has the file, not earlier.
type exporting struct {
	Platform
	store Store
	zone  string
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

// write makes the file and the message that brings it, to be saved at once.
func (e exporting) write(ctx context.Context, t *turn, id batchsync.MessageID) finding {
	runs, err := e.Runs(ctx, batchsync.RunFilter{
		Task: t.op.Task, From: t.now.AddDate(-exportBack, 0, 0), To: t.now.AddDate(0, 0, 1), Limit: exportRuns,
	})
	if err != nil {
		return isUnclear(err)
	}
	if len(runs) == 0 {
		return isDone(batchsync.T("export.no_runs"))
	}
	data, kept, err := runsCSV(runs, e.zone, batchsync.MaxFile)
	if err != nil {
		return hasFailed(fmt.Errorf("write the runs of task %s: %w", t.op.Task, err))
	}
	f := isResting(time.Second, batchsync.T("export.written", strconv.Itoa(kept)))
	if kept < len(runs) || len(runs) == exportRuns {
		f.notes = append(f.notes, batchsync.T("export.cut"))
	}
	file := batchsync.File{ID: string(id), Name: "runs-" + t.op.Task.String() + ".csv", Data: data}
	f.files = []batchsync.File{file}
	f.messages = []batchsync.Message{{
		ID: id, Kind: batchsync.MessageFile, Object: file.ID, Body: []batchsync.Text{batchsync.T("export.file", t.op.Name(), strconv.Itoa(kept))},
		Channel: t.op.Channel, Thread: t.op.Message, Due: t.now, CreatedAt: t.now,
	}}
	return f
}

// runsCSV writes runs as a table, in their order, as many as fit; kept tells
// how many. Times are in the zone, with its offset.
func runsCSV(runs []batchsync.Run, zone string, limit int) (data []byte, kept int, err error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, 0, err
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	header := []string{"run_id", "plan_time", "type", "status", "started", "ended", "seconds", "vcluster", "failure"}
	if err := w.Write(header); err != nil {
		return nil, 0, err
	}
	w.Flush()
	for _, run := range runs {
		before := out.Len()
		if err := w.Write(csvRow(run, loc)); err != nil {
			return nil, kept, err
		}
		w.Flush()
		if out.Len() > limit {
			out.Truncate(before)
			break
		}
		kept++
	}
	return out.Bytes(), kept, w.Error()
}

func csvRow(r batchsync.Run, loc *time.Location) []string {
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
	failure := r.Failure
	if len(failure) > maxFailure {
		failure = strings.ToValidUTF8(failure[:maxFailure], "") + "…"
	}
	return []string{
		r.ID.String(), at(r.Plan), typeWord(r.Type), statusWord(r.Status), at(r.Began), at(r.Ended), seconds,
		harmless(r.VCluster), harmless(failure),
	}
}

// harmless keeps a spreadsheet from taking foreign text for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
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
