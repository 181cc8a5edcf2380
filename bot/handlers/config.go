package handlers

import (
	"context"
	"fmt"
	"slices"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// config answers with how a task is set up now, and what of it differs from
// what is deployed, was asked for, and was there at the last success.
func (b *Bot) config(ctx context.Context, o origin, ref batchsync.TaskRef) {
	seen, err := b.look(ctx, ref.ID)
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("show configuration of task %d", ref.ID), err)
		return
	}
	v := blocks.ConfigView{TaskView: seen}
	if v.Content != nil {
		v.SourceType = b.typeOf(v.Content.Source.ID)
	}
	if v.Known != nil && v.Known.Spec != nil {
		v.IsAsked = true
		if v.Content != nil {
			v.Asked = v.Known.Spec.Strayed(*v.Content)
		}
	}
	if before, err := b.Store.Success(ref.ID, 0); err == nil {
		present := batchsync.NewSnapshot(ref.ID, 0, v.Deployed, v.Content, nil, b.cfg.PlatformZone, now())
		v.Compared = batchsync.Compare(before, present)
	} else if batchsync.CodeOf(err) != batchsync.CodeNotFound {
		v.Missing = append(v.Missing, *batchsync.ProblemOf(err))
	}
	b.tell(ctx, o, b.printerOf(o).Config(v))
}

// typeOf is the type of a data source if the list is at hand.
func (b *Bot) typeOf(id batchsync.DatasourceID) string {
	all := b.Lists.Facts(0, "").Datasources
	if i := slices.IndexFunc(all, func(d batchsync.Datasource) bool { return d.ID == id }); i >= 0 {
		return all[i].Type
	}
	return ""
}
