package acceptance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"batchsync/internal/batchsync"
)

// Platform is what an acceptance asks of the platform. Its methods set their own
// deadlines and fail with *batchsync.PlatformError.
type Platform interface {
	Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error)
	DraftSchedule(ctx context.Context, task batchsync.TaskID) (batchsync.DraftSchedule, error)
	Deployed(ctx context.Context, task batchsync.TaskID) (batchsync.Deployed, error)
	Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error)
	Tables(ctx context.Context, id batchsync.DatasourceID, schema string) ([]string, error)
	Columns(ctx context.Context, id batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error)
	// TargetFigures answers one by one, in the order asked.
	TargetFigures(ctx context.Context, tables []batchsync.TargetQuery) ([]batchsync.TargetFigures, error)
}

// Source counts the tables of data sources itself.
type Source interface {
	// Has reports whether it knows the data source of that name.
	Has(name string) bool
	// Figures answers one by one, in the order asked; an error means that
	// nothing is told.
	Figures(ctx context.Context, source string, tables []SourceTable) ([]batchsync.SourceFigures, error)
}

// SourceTable is a table of a source.
type SourceTable struct {
	Schema string
	Name   string
	Where  string // the task's own filter; "": all rows
}

// Bounds of one acceptance.
const (
	// stage is how long each part may take at most: what the platform tells of
	// the task, the source, its columns, the target. It is a little more than
	// the source room gives itself, which then tells what it has.
	stage = 5*time.Minute + 15*time.Second
	// maxTables are looked at of a whole database.
	maxTables = 200
	// maxDescribed are asked for one by one, describers at once.
	maxDescribed = 60
	describers   = 4
	// Runs of so many days and so many of them tell which was the latest: one
	// that is due once a month is among them.
	runDays = 40
	runMany = 30
)

// gatherer reads everything a delivery is judged by.
type gatherer struct {
	cfg      Config
	book     Book
	platform Platform
	source   Source
}

// input is what was gathered, and what is to be said of what was not.
type input struct {
	batchsync.AcceptanceInput
	why []batchsync.Finding
}

// missed notes what could not be read; which check is left without it is said
// in the end.
func (in *input) missed(check batchsync.CheckName, p batchsync.Problem) {
	in.Missing = append(in.Missing, p)
	f := batchsync.Finding{Check: check, Verdict: batchsync.VerdictUnchecked, Text: p.Text}
	same := func(o batchsync.Finding) bool {
		return o.Text.Key == f.Text.Key && slices.Equal(o.Text.Args, f.Text.Args)
	}
	if !slices.ContainsFunc(in.why, same) {
		in.why = append(in.why, f)
	}
}

// explain adds to what was judged why some of it could not be.
func (in *input) explain(judged batchsync.Acceptance) batchsync.Acceptance {
	judged.Whole = append(judged.Whole, in.why...)
	if len(in.why) > 0 && judged.Verdict == batchsync.VerdictPassed {
		judged.Verdict = batchsync.VerdictUnchecked
	}
	return judged
}

// all gathers the input of an acceptance. trouble is what may go better a
// little later; err is about our own store.
func (g gatherer) all(ctx context.Context, a batchsync.Acceptance) (in input, trouble, err error) {
	in.Task, in.Zone, in.RowDrop = a.Task, g.cfg.Zone, g.cfg.RowDrop
	in.Source, in.Target = map[string]batchsync.SourceFigures{}, map[string]batchsync.TargetFigures{}
	if err := g.known(&in, a); err != nil {
		return in, nil, err
	}
	for _, part := range []func(context.Context, *input) error{g.task, g.sources, g.columns, g.targets} {
		bounded, cancel := context.WithTimeout(ctx, stage)
		trouble = errors.Join(trouble, part(bounded, &in))
		cancel()
		if ctx.Err() != nil {
			break
		}
	}
	given(&in, a)
	return in, trouble, nil
}

// known reads what is stored here.
func (g gatherer) known(in *input, a batchsync.Acceptance) (err error) {
	if in.Expected, err = g.book.Expectation(a.Task); err != nil {
		return fmt.Errorf("expectation of task %s: %w", a.Task, err)
	}
	if in.Before, err = g.book.AcceptanceBefore(a.Task, a.ID); err != nil {
		return fmt.Errorf("acceptance before %s: %w", a.ID, err)
	}
	t, err := g.book.Task(a.Task)
	if err != nil && batchsync.CodeOf(err) != batchsync.CodeNotFound {
		return fmt.Errorf("task %s: %w", a.Task, err)
	}
	in.Asked = t.Spec
	return nil
}

// task reads what the platform tells of the task.
func (g gatherer) task(ctx context.Context, in *input) error {
	var trouble error
	note := func(check batchsync.CheckName, err error) bool {
		if err == nil {
			return true
		}
		in.missed(check, *batchsync.ProblemOf(err))
		if batchsync.CodeOf(err) == batchsync.CodeUnreachable || ctx.Err() != nil {
			trouble = errors.Join(trouble, err)
		}
		return false
	}
	content, err := g.platform.Content(ctx, in.Task)
	if note(batchsync.CheckRows, err) {
		in.Content = content
	}
	draft, err := g.platform.DraftSchedule(ctx, in.Task)
	if batchsync.FailureOf(err) != batchsync.FailNotConfigured && note(batchsync.CheckSchedule, err) {
		in.Draft = &draft
	}
	deployed, err := g.platform.Deployed(ctx, in.Task)
	if note(batchsync.CheckSchedule, err) {
		in.Deployed = &deployed
	}
	now := time.Now()
	runs, err := g.platform.Runs(ctx, batchsync.RunFilter{Task: in.Task, From: now.AddDate(0, 0, -runDays), To: now, Limit: runMany})
	if note(batchsync.CheckRun, err) {
		in.Runs = runs
	}
	note(batchsync.CheckRows, g.mirrored(ctx, in))
	return trouble
}

// mirrored names the tables of a whole database.
func (g gatherer) mirrored(ctx context.Context, in *input) error {
	c := &in.Content
	if c.Scope != batchsync.ScopeWhole || len(c.Pairs) > 0 {
		return nil
	}
	names, err := g.platform.Tables(ctx, c.Source.ID, c.SourceSchema)
	if err != nil {
		return err
	}
	slices.Sort(names)
	if len(names) > maxTables {
		in.missed(batchsync.CheckRows, batchsync.Problem{
			Code: batchsync.CodeInvalid, Text: batchsync.T("acceptance.capped", strconv.Itoa(maxTables), strconv.Itoa(len(names))),
		})
		names = names[:maxTables]
	}
	c.Pairs = c.Mirrored(names)
	return nil
}
