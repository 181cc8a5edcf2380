package handlers

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

const (
	maxCompared = 10 // source tables that a diagnosis asks about
	compareTime = 40 * time.Second
)

// compare finds what is different since the last success that is remembered.
func (b *Bot) compare(ctx context.Context, d *blocks.Diagnosis) error {
	before, err := b.Store.Success(d.Incident.Task)
	switch {
	case batchsync.CodeOf(err) == batchsync.CodeNotFound:
		return nil
	case err != nil:
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, compareTime)
	defer cancel()
	content, contentErr := b.Platform.Content(ctx, d.Incident.Task)
	deployed, deployedErr := b.Platform.Deployed(ctx, d.Incident.Task)
	if contentErr != nil && deployedErr != nil {
		return errors.Join(contentErr, deployedErr) // there is nothing to compare with
	}
	var source []batchsync.SourceFigures
	if contentErr == nil {
		source = b.columnsNow(ctx, before.Columns, content.Source.ID)
	}
	present := batchsync.NewSnapshot(d.Incident.Task, 0, given(deployed, deployedErr), given(content, contentErr), source, b.cfg.PlatformZone, now())
	d.Changed, d.Since = batchsync.Changed(before, present), before.At
	return nil
}

// given is what was read, nil where it was not.
func given[T any](got T, err error) *T {
	if err != nil {
		return nil
	}
	return &got
}

// columnsNow reads the columns of the first source tables that are remembered,
// as far as the platform tells them.
func (b *Bot) columnsNow(ctx context.Context, before []batchsync.SourceFigures, source batchsync.DatasourceID) []batchsync.SourceFigures {
	out := make([]batchsync.SourceFigures, min(len(before), maxCompared))
	var all sync.WaitGroup
	for i := range out {
		all.Go(func() {
			schema, table, _ := strings.Cut(before[i].Table, ".")
			columns, err := b.Platform.Columns(ctx, source, schema, table)
			if err != nil {
				b.Log.InfoContext(ctx, "source columns not read for a diagnosis", "table", before[i].Table, "error", err)
				return
			}
			out[i] = batchsync.SourceFigures{Table: before[i].Table, Rows: -1, Columns: likeBefore(before[i].Columns, columns)}
		})
	}
	all.Wait()
	return out
}

// likeBefore are columns with the types that are remembered of those of the
// same name: the source itself writes its types otherwise than the platform
// does, which is no change.
func likeBefore(before []batchsync.SourceColumn, columns []batchsync.Column) []batchsync.SourceColumn {
	types := map[string]string{}
	for _, c := range before {
		types[c.Name] = c.Type
	}
	var out []batchsync.SourceColumn
	for _, c := range columns {
		kind, known := types[c.Name]
		if !known {
			kind = c.Type
		}
		out = append(out, batchsync.SourceColumn{Name: c.Name, Type: kind, Nullable: c.Nullable, Primary: c.Primary})
	}
	return out
}
