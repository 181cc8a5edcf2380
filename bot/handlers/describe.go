package handlers

import (
	"context"
	"slices"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// Bounds of the look at the columns of a source: the review is complete without
// it.
const (
	describeTime    = 40 * time.Second
	maxDescribed    = 20 // tables
	describedAtOnce = 2  // of one review: others ask the platform, too
)

// describe has the review say which columns of the source need a look. It is
// drawn once the source has told them, if the review is still what the modal
// shows.
func (b *Bot) describe(o origin, view string, d batchsync.Draft) {
	spec := d.Spec()
	if !reviewing(d) || spec.Kind == batchsync.KindObject || spec.Scope != batchsync.ScopeWhole && len(spec.Tables) == 0 {
		return
	}
	begins := false
	b.reviews.note(d, func(v *review) {
		begins = v.columns == nil && !v.describing
		v.describing = v.describing || begins
	})
	if !begins {
		return
	}
	known := func(columns *blocks.SourceColumns) {
		b.reviews.note(d, func(v *review) { v.describing, v.columns = false, columns })
	}
	queued := b.reads.Submit(string(o.User)+"/"+view, o.traced(func(ctx context.Context) {
		known(b.sourceColumns(ctx, spec))
		b.redraw(o, view, d)
	}))
	if !queued { // nobody is told: this only adds to a screen
		known(nil)
	}
}

// sourceColumns looks at the first tables of a task, as many as there is time for.
func (b *Bot) sourceColumns(ctx context.Context, spec batchsync.Spec) *blocks.SourceColumns {
	ctx, cancel := context.WithTimeout(ctx, describeTime)
	defer cancel()
	tables := spec.Tables
	if spec.Scope == batchsync.ScopeWhole {
		names, err := b.Lists.Tables(ctx, spec.Source.ID, spec.SourceSchema)
		if err != nil {
			b.Log.InfoContext(ctx, "source tables not read for a review", "datasource", spec.Source.ID, "error", err)
			return &blocks.SourceColumns{Problem: batchsync.ProblemOf(err)}
		}
		tables = slices.Sorted(slices.Values(names))
	}
	out := &blocks.SourceColumns{Of: len(tables)}
	columns, errs := b.columnsOf(ctx, spec, tables[:min(len(tables), maxDescribed)])
	for i, err := range errs {
		if err != nil {
			b.Log.InfoContext(ctx, "source columns not read for a review", "datasource", spec.Source.ID, "table", tables[i], "error", err)
			out.Problem = batchsync.ProblemOf(err)
			continue
		}
		out.Tables++
		out.All += len(columns[i])
		for _, c := range batchsync.Unusual(columns[i]) {
			if len(tables) > 1 {
				c = tables[i] + "." + c
			}
			out.Unusual = append(out.Unusual, c)
		}
	}
	if out.Tables > 0 {
		out.Problem = nil // the count says that there are others
	}
	return out
}

// columnsOf reads the columns of tables, each with its own error.
func (b *Bot) columnsOf(ctx context.Context, spec batchsync.Spec, tables []string) ([][]batchsync.SourceColumn, []error) {
	columns, errs := make([][]batchsync.SourceColumn, len(tables)), make([]error, len(tables))
	turns := make(chan struct{}, describedAtOnce)
	var all sync.WaitGroup
	for i, table := range tables {
		all.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			errs[i] = b.safely(func() error {
				told, err := b.Platform.Columns(ctx, spec.Source.ID, spec.SourceSchema, table)
				columns[i] = described(told)
				return err
			})
		})
	}
	all.Wait()
	return columns, errs
}

// described are columns as the acceptance knows them.
func described(columns []batchsync.Column) []batchsync.SourceColumn {
	var out []batchsync.SourceColumn
	for _, c := range columns {
		out = append(out, batchsync.SourceColumn(c))
	}
	return out
}
