package handlers

import (
	"context"
	"errors"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

const (
	maxCompared = 10 // source tables that a diagnosis asks about
	compareTime = 40 * time.Second
	hearTime    = 15 * time.Second // for the words of the run, within that
)

// runWords are what a failed run said: its message and its log.
type runWords struct{ message, log string }

// compare finds what is different since the last success that is remembered.
// said brings the run's words, or is closed where there are none.
func (b *Bot) compare(ctx context.Context, d *blocks.Diagnosis, said <-chan runWords) error {
	before, err := b.Store.Success(d.Incident.Task, d.Incident.Worst().Run)
	switch {
	case batchsync.CodeOf(err) == batchsync.CodeNotFound:
		return nil
	case err != nil:
		d.Unread = true
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, compareTime)
	defer cancel()
	content, contentErr := b.Platform.Content(ctx, d.Incident.Task)
	deployed, deployedErr := b.Platform.Deployed(ctx, d.Incident.Task)
	if contentErr != nil && deployedErr != nil {
		d.Unread = true // there is nothing to compare with
		return errors.Join(contentErr, deployedErr)
	}
	var source []batchsync.SourceFigures
	if contentErr == nil {
		told := hear(ctx, said)
		tables := batchsync.FirstToCompare(before.Columns, content.Pairs, told.message, told.log)
		source = b.columnsNow(ctx, tables, content)
	}
	present := batchsync.NewSnapshot(d.Incident.Task, 0, given(deployed, deployedErr), given(content, contentErr), source, b.cfg.PlatformZone, now())
	d.Compared = batchsync.Compare(before, present)
	return nil
}

// hear waits a little for a run's words: they say which tables to look at first.
func hear(ctx context.Context, said <-chan runWords) runWords {
	ctx, cancel := context.WithTimeout(ctx, hearTime)
	defer cancel()
	select {
	case told := <-said:
		return told
	case <-ctx.Done():
		return runWords{}
	}
}

// given is what was read, nil where it was not.
func given[T any](got T, err error) *T {
	if err != nil {
		return nil
	}
	return &got
}

// columnsNow reads the columns of the first of some source tables, as far as the
// platform tells them.
func (b *Bot) columnsNow(ctx context.Context, tables []batchsync.SourceFigures, content batchsync.Content) []batchsync.SourceFigures {
	out := make([]batchsync.SourceFigures, min(len(tables), maxCompared))
	var all sync.WaitGroup
	for i := range out {
		all.Go(func() {
			schema, table := sourceTable(tables[i].Table, content.SourceSchema)
			columns, err := b.Platform.Columns(ctx, content.Source.ID, schema, table)
			if err != nil {
				b.Log.InfoContext(ctx, "source columns not read for a diagnosis", "table", tables[i].Table, "error", err)
				return
			}
			f := batchsync.SourceFigures{Table: tables[i].Table, Rows: -1, Described: true}
			for _, c := range columns {
				f.Columns = append(f.Columns, batchsync.SourceColumn(c))
			}
			out[i] = f
		})
	}
	all.Wait()
	return out
}
