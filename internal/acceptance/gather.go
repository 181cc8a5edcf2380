package acceptance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// sources has the tables counted by the bot, where it can.
func (g gatherer) sources(ctx context.Context, in *input) error {
	var tables []SourceTable
	var names []string
	for _, pair := range in.Content.Pairs {
		if _, twice := in.Source[pair.Source]; twice {
			continue
		}
		in.Source[pair.Source] = batchsync.SourceFigures{Table: pair.Source, Rows: -1}
		t := tableOf(pair.Source)
		if in.Content.Scope == batchsync.ScopeSingle {
			t.Where = in.Content.Where
		}
		tables, names = append(tables, t), append(names, pair.Source)
	}
	in.CanCount = g.source.Has(in.Content.Source.Name)
	if !in.CanCount || len(tables) == 0 {
		return nil
	}
	got, err := g.source.Figures(ctx, in.Content.Source.Name, tables)
	for i, name := range names {
		f := batchsync.SourceFigures{Rows: -1}
		switch {
		case err != nil:
			f.Problem = sourceProblem(err)
		case i < len(got):
			f = got[i]
		}
		f.Table = name
		in.Source[name] = f
	}
	return nil // a source in trouble is said so at once: the platform is not to blame
}

// sourceProblem says why nothing was told of a source.
func sourceProblem(err error) *batchsync.Problem {
	if errors.Is(err, context.DeadlineExceeded) {
		return &batchsync.Problem{Code: batchsync.CodeUnreachable, Text: batchsync.T("acceptance.source_slow"), Hint: batchsync.T("acceptance.source_slow_hint")}
	}
	return batchsync.ProblemOf(err)
}

// tableOf splits schema.table; what has no schema is of the source's own.
func tableOf(name string) SourceTable {
	schema, table, ok := strings.Cut(name, ".")
	if !ok {
		return SourceTable{Name: name}
	}
	return SourceTable{Schema: schema, Name: table}
}

// columns asks the platform for the columns of the source tables that the bot
// could not read itself.
func (g gatherer) columns(ctx context.Context, in *input) error {
	var left []string
	for _, pair := range in.Content.Pairs {
		if in.Source[pair.Source].Columns == nil && !slices.Contains(left, pair.Source) && len(left) < maxDescribed {
			left = append(left, pair.Source)
		}
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	turn := make(chan struct{}, describers)
	for _, name := range left {
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			columns, err := g.described(ctx, in.Content.Source.ID, name)
			mu.Lock()
			defer mu.Unlock()
			f := in.Source[name]
			f.Columns, f.Described = columns, true
			if err != nil && f.Problem == nil {
				f.Problem = batchsync.ProblemOf(err)
			}
			in.Source[name] = f
		})
	}
	all.Wait()
	return nil
}

// described are the columns of one source table. A panic costs this table only.
func (g gatherer) described(ctx context.Context, source batchsync.DatasourceID, name string) (out []batchsync.SourceColumn, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("describe source table: panic: %v", p)
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t := tableOf(name)
	columns, err := g.platform.Columns(ctx, source, t.Schema, t.Name)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		out = append(out, batchsync.SourceColumn(c))
	}
	return out, nil
}

// targets asks what the target tables hold, each once.
func (g gatherer) targets(ctx context.Context, in *input) error {
	var queries []batchsync.TargetQuery
	seen := map[string]bool{}
	for _, pair := range in.Content.Pairs {
		if key := strings.ToLower(pair.Sink); !seen[key] {
			seen[key] = true
			queries = append(queries, batchsync.TargetQuery{Table: pair.Sink, Keys: batchsync.AcceptanceKeys(in.AcceptanceInput, pair)})
		}
	}
	if len(queries) == 0 {
		return nil
	}
	got, err := g.platform.TargetFigures(ctx, queries)
	if err != nil {
		in.missed(batchsync.CheckRows, *batchsync.ProblemOf(err))
		if batchsync.CodeOf(err) == batchsync.CodeUnreachable || ctx.Err() != nil {
			return err
		}
		return nil
	}
	for i, q := range queries {
		if i < len(got) {
			in.Target[q.Table] = got[i]
		}
	}
	return nil
}

// given takes over the figures of people, where the bot has not counted
// exactly itself.
func given(in *input, a batchsync.Acceptance) {
	for _, t := range a.Tables {
		f, asked := in.Source[t.Pair.Source]
		if !asked || t.Source.How != batchsync.CountedPerson || f.How == batchsync.CountedExactly {
			continue
		}
		f.How, f.Rows, f.By, f.At = t.Source.How, t.Source.Rows, t.Source.By, t.Source.At
		in.Source[t.Pair.Source] = f
	}
}

// lately is how long after a run what is read of its task is taken for what
// the run was made with.
const lately = time.Hour

// success is what the task was like when its latest run succeeded, if that was
// not long ago and the task was not deployed anew since.
func (in *input) success(now time.Time) (s batchsync.Snapshot, ok bool) {
	i := slices.IndexFunc(in.Runs, func(r batchsync.Run) bool { return r.Status.Over() && r.Type == batchsync.RunScheduled })
	if i < 0 || len(in.Missing) > 0 || in.Deployed == nil {
		return s, false
	}
	r := in.Runs[i]
	if r.Status != batchsync.RunSuccess || r.Ended.IsZero() || now.Sub(r.Ended) > lately || in.Deployed.PublishedAt.After(r.Began) {
		return s, false
	}
	var sources []batchsync.SourceFigures
	for _, pair := range in.Content.Pairs {
		sources = append(sources, in.Source[pair.Source])
	}
	content := in.Content
	return batchsync.NewSnapshot(in.Task, r.ID, in.Deployed, &content, sources, in.Zone, r.Ended), true
}
