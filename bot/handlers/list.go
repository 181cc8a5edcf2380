package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

const (
	// statesAtOnce and stateTime bound the look-ups of whether the tasks of a
	// page are online: what is not known by then is said as not known.
	statesAtOnce = 8
	stateTime    = 15 * time.Second
)

// list answers with tasks, the last touched first: all, those of the person,
// those whose newest run failed, those whose name contains a text, or those of the
// latter that also pass one of the former.
func (b *Bot) list(ctx context.Context, o origin, filter string) {
	drawn, err := b.listFrom(ctx, o, blocks.ListRef{Filter: strings.TrimSpace(filter)})
	if err != nil {
		b.fail(ctx, o, "list tasks", err)
		return
	}
	b.tell(ctx, o, drawn)
}

// listFrom draws the part of a list that begins at some place. Tasks may have
// come and gone since the page before: the last page stands in for one that is
// not there any more.
func (b *Bot) listFrom(ctx context.Context, o origin, ref blocks.ListRef) (blocks.Message, error) {
	at := now()
	l, err := b.rows(ctx, o, ref.Filter)
	if err != nil {
		return blocks.Message{}, err
	}
	rows := l.Rows
	l.Filter, l.First, l.Total, l.FreshAt, l.Now = ref.Filter, ref.First, len(rows), at, at
	if l.First >= len(rows) {
		l.First = max(len(rows)-1, 0) / blocks.ListPage * blocks.ListPage
	}
	l.Rows = rows[l.First:min(l.First+blocks.ListPage, len(rows))]
	b.states(ctx, l.Rows)
	return b.printerOf(o).TaskList(l), nil
}

// rows are the tasks that pass the filter, and what is not known of them: Known
// counts those that the bot knows where the platform lists none, which it is known
// to answer when it means that it cannot tell.
func (b *Bot) rows(ctx context.Context, o origin, filter string) (l blocks.TaskList, err error) {
	wants := blocks.ReadListFilter(filter)
	if !batchsync.CouldName(wants.Part) {
		return l, notFound(wants.Part)
	}
	refs, err := b.tasksLike(ctx, wants.Part)
	if err != nil {
		return l, err
	}
	tasks, err := b.Store.Tasks()
	if err != nil {
		return l, err
	}
	if len(refs) == 0 {
		for _, t := range tasks {
			if named(t.Name, wants.Part) {
				l.Known++
			}
		}
		return l, nil
	}
	refs = slices.DeleteFunc(refs, func(ref batchsync.TaskRef) bool { return !ref.Type.IsSync() })
	last, err := b.lasts(ctx, idsOf(refs, func(ref batchsync.TaskRef) batchsync.TaskID { return ref.ID }))
	if err != nil {
		return l, err
	}
	l.Unseen, l.Oldest = len(last.unseen), last.oldest
	slices.SortStableFunc(refs, func(x, y batchsync.TaskRef) int {
		return cmp.Or(touched(y).Compare(touched(x)), cmp.Compare(y.ID, x.ID))
	})
	for _, ref := range refs {
		row := last.row(blocks.TaskRow{Ref: ref})
		if i := slices.IndexFunc(tasks, func(t batchsync.Task) bool { return t.ID == ref.ID }); i >= 0 {
			row.Known = &tasks[i]
		}
		if wanted(row, wants.Word, o.User) {
			l.Rows = append(l.Rows, row)
		}
	}
	if wants.Own() {
		l.Rows = append(l.Rows, slices.DeleteFunc(unlistedOf(tasks, refs, o.User), func(r blocks.TaskRow) bool { return !named(r.Ref.Name, wants.Part) })...)
	}
	return l, nil
}

// named reports whether a name contains a text, letters of either case alike.
func named(name, part string) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(part))
}

// unlistedOf are the tasks of a person that the platform does not list any more.
func unlistedOf(tasks []batchsync.Task, listed []batchsync.TaskRef, owner batchsync.UserID) (rows []blocks.TaskRow) {
	for _, t := range tasks {
		if t.Owner == owner && !slices.ContainsFunc(listed, func(ref batchsync.TaskRef) bool { return ref.ID == t.ID }) {
			rows = append(rows, blocks.TaskRow{Ref: batchsync.TaskRef{ID: t.ID, Name: t.Name, Type: t.Type}, Known: &t, Gone: true})
		}
	}
	return rows
}

func (b *Bot) tasksLike(ctx context.Context, partOfName string) ([]batchsync.TaskRef, error) {
	if partOfName == "" {
		return b.Platform.Tasks(ctx)
	}
	return b.Platform.TasksLike(ctx, partOfName)
}

// touched is when somebody last changed the task on the platform.
func touched(t batchsync.TaskRef) time.Time {
	if t.Updated.After(t.Created) {
		return t.Updated
	}
	return t.Created
}

// states asks which of the tasks are online, several at the same time.
func (b *Bot) states(ctx context.Context, rows []blocks.TaskRow) {
	ctx, cancel := context.WithTimeout(ctx, stateTime)
	defer cancel()
	var wg sync.WaitGroup
	turns := make(chan struct{}, statesAtOnce)
	for i := range rows {
		if rows[i].Gone {
			continue
		}
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			rows[i].Unread = true
			err := b.safely(func() error {
				d, err := b.Platform.Deployed(ctx, rows[i].Ref.ID)
				if err == nil {
					rows[i].Online, rows[i].Unread = &d.Online, false
				}
				return err
			})
			if err != nil {
				b.Log.InfoContext(ctx, "state of a listed task not read", "task", rows[i].Ref.ID, "error", err)
			}
		})
	}
	wg.Wait()
}

func wanted(row blocks.TaskRow, word string, user batchsync.UserID) bool {
	switch word {
	case "mine":
		return row.Known != nil && row.Known.Owner == user
	case "failed":
		return row.Last != nil && row.Last.Status == batchsync.RunFailed
	}
	return true
}

// turned shows another page of a list in its place.
func (b *Bot) turned(ctx context.Context, in click) {
	ref, err := blocks.ParseListRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	drawn, err := b.listFrom(ctx, in.origin, ref)
	switch {
	case err != nil:
		b.fail(ctx, in.origin, "list tasks", err)
	case in.public() && blocks.ReadListFilter(ref.Filter).Own(): // in front of everybody stands somebody else's
		b.tell(ctx, in.origin, drawn)
	default:
		b.settle(ctx, in.origin, drawn)
	}
}
