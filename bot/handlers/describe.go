package handlers

import (
	"context"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// describeTime bounds the look at the columns of a source: the review is
// complete without it.
const describeTime = 40 * time.Second

// describe has the review of a single table say which of its columns need a
// look. It is drawn once the source has told them, if the review is still what
// the modal shows.
func (b *Bot) describe(o origin, view string, d batchsync.Draft) {
	spec := d.Spec()
	if !reviewing(d) || spec.Scope != batchsync.ScopeSingle || spec.Kind == batchsync.KindObject || len(spec.Tables) != 1 {
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

func (b *Bot) sourceColumns(ctx context.Context, spec batchsync.Spec) *blocks.SourceColumns {
	ctx, cancel := context.WithTimeout(ctx, describeTime)
	defer cancel()
	columns, err := b.Platform.Columns(ctx, spec.Source.ID, spec.SourceSchema, spec.Tables[0])
	if err != nil {
		b.Log.InfoContext(ctx, "source columns not read for a review", "datasource", spec.Source.ID, "error", err)
		return &blocks.SourceColumns{Problem: batchsync.ProblemOf(err)}
	}
	return &blocks.SourceColumns{All: len(columns), Unusual: batchsync.Unusual(described(columns))}
}

// described are columns as the acceptance knows them.
func described(columns []batchsync.Column) []batchsync.SourceColumn {
	var out []batchsync.SourceColumn
	for _, c := range columns {
		out = append(out, batchsync.SourceColumn(c))
	}
	return out
}
