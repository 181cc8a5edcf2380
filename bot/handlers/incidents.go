package handlers

import (
	"cmp"
	"context"
	"slices"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// incidents answers with what is wrong now, the worst first.
func (b *Bot) incidents(ctx context.Context, o origin, _ string) {
	drawn, err := b.incidentsFrom(ctx, o, 0)
	if err != nil {
		b.fail(ctx, o, "list incidents", err)
		return
	}
	b.tell(ctx, o, drawn)
}

// incidentsTurned shows another page of them in its place.
func (b *Bot) incidentsTurned(ctx context.Context, in click) {
	ref, err := blocks.ParseListRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	drawn, err := b.incidentsFrom(ctx, in.origin, ref.First)
	if err != nil {
		b.fail(ctx, in.origin, "list incidents", err)
		return
	}
	b.settle(ctx, in.origin, drawn)
}

// incidentsFrom draws the page that begins at some place, or the last one there
// is.
func (b *Bot) incidentsFrom(ctx context.Context, o origin, first int) (blocks.Message, error) {
	all, err := b.Store.OpenIncidents()
	if err != nil {
		return blocks.Message{}, err
	}
	sortIncidents(all)
	if first >= len(all) {
		first = max(len(all)-1, 0) / blocks.ListPage * blocks.ListPage
	}
	v := blocks.IncidentsView{
		Rows: all[first:min(first+blocks.ListPage, len(all))], First: first, Total: len(all), Zone: b.cfg.PlatformZone, Now: now(),
		Muted: map[batchsync.TaskID]time.Time{}, Links: map[batchsync.IncidentID]string{},
	}
	links := b.links() // with nothing to ask for, once one is known: this answers while the platform hangs
	for _, i := range v.Rows {
		if task, err := b.Store.Task(i.Task); err == nil {
			v.Muted[i.Task] = task.Muted
		}
		v.Links[i.ID] = links.ofIncident(ctx, b.Store, i.ID, o.Channel)
	}
	return b.printerOf(o).Incidents(v), nil
}

// sortIncidents puts the worse reasons first, then what lasts longer.
func sortIncidents(all []batchsync.Incident) {
	order := batchsync.Reasons()
	slices.SortStableFunc(all, func(x, y batchsync.Incident) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, x.Worst().Reason), slices.Index(order, y.Worst().Reason)),
			x.Opened.Compare(y.Opened), cmp.Compare(x.ID, y.ID))
	})
}
