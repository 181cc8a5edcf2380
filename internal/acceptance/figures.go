package acceptance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

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
	if content.Scope == batchsync.ScopeWhole {
		content.Pairs = nil // they were looked up here, and are no part of the content
	}
	return batchsync.NewSnapshot(in.Task, r.ID, in.Deployed, &content, sources, in.Zone, r.Ended), true
}
