package handlers

import (
	"context"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// maxContents is of how many tasks the content is remembered that people looked at.
const maxContents = 5000

// readContent is what a task wrote when somebody looked at it here.
type readContent struct {
	at time.Time
	batchsync.Origin
}

// content reads what a task is set up to, and remembers which tables it writes. A
// task without content writes none.
func (b *Bot) content(ctx context.Context, ref batchsync.TaskRef) (batchsync.Content, error) {
	at := now()
	c, err := b.Platform.Content(ctx, ref.ID)
	if err == nil || batchsync.FailureOf(err) == batchsync.FailNotConfigured {
		o := batchsync.Origin{Task: ref.ID, Name: ref.Name, Type: ref.Type, Writes: c.Writes()}
		b.contents.put(ref.ID, readContent{at, o}, maxContents)
	}
	return c, err
}

// preflight makes the checks of a review, and lists the tasks that may write what
// it would write. It reads the platform.
func (b *Bot) preflight(ctx context.Context, d batchsync.Draft, spec batchsync.Spec) {
	listed := false
	var listing sync.WaitGroup
	listing.Go(func() {
		err := b.safely(func() (err error) {
			listed, err = b.listSyncs(ctx)
			return err
		})
		if err != nil {
			b.Log.InfoContext(ctx, "tasks not listed for a review", "draft", d.ID, "error", err)
		}
	})
	lines := b.Checks.Preflight(ctx, spec, now())
	listing.Wait()
	b.checked(d, lines, listed)
}

// listSyncs has the platform list its sync tasks. That it lists no task at all is
// known to mean that it cannot tell.
func (b *Bot) listSyncs(ctx context.Context) (listed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, listPatience)
	defer cancel()
	tasks, err := b.Platform.Tasks(ctx)
	if err != nil || len(tasks) == 0 {
		return false, err
	}
	var ids []batchsync.TaskID
	for _, t := range tasks {
		if t.Type.IsSync() {
			ids = append(ids, t.ID)
		}
	}
	b.listed.Store(&ids)
	return true, nil
}

// unread counts the sync tasks listed last that may be online and of which nobody
// read which tables they write; -1 where none were listed.
func (b *Bot) unread(origin *batchsync.Origin) int {
	syncs := b.listed.Load()
	if syncs == nil {
		return -1
	}
	known, n := b.writing(origin), 0
	for _, id := range *syncs {
		if !known.settled[id] {
			n++
		}
	}
	return n
}

// rivals are tasks that write a table of one: for certain, or perhaps.
type rivals struct{ sure, may []batchsync.TaskRef }

// alsoWriting lists the other tasks the bot knows of that write a table of this
// one for certain: they would overwrite each other.
func (b *Bot) alsoWriting(v batchsync.TaskView) []batchsync.TaskRef {
	if v.Content == nil {
		return nil
	}
	return b.writers(v.Content.Writes(), v.Ref.ID, nil).sure
}

// alsoWritingSpec is alsoWriting for a task that is not made yet, with those that
// may write a table of it. Origin is the task it is filled in like, nil for none.
func (b *Bot) alsoWritingSpec(s batchsync.Spec, origin *batchsync.Origin) rivals {
	return b.writers(s.Writes(), 0, origin)
}

// writers compares what is written with what the tasks write that the bot made,
// follows, or has read; but is left out.
func (b *Bot) writers(mine batchsync.Writes, but batchsync.TaskID, origin *batchsync.Origin) (out rivals) {
	for _, o := range b.writing(origin).tasks {
		if o.Task == but {
			continue
		}
		ref := batchsync.TaskRef{ID: o.Task, Name: o.Name, Type: o.Type}
		switch mine.Meets(o.Writes) {
		case batchsync.MeetYes:
			out.sure = append(out.sure, ref)
		case batchsync.MeetMay:
			if b.spelled(mine).Meets(b.spelled(o.Writes)) != batchsync.MeetNot {
				out.may = append(out.may, ref)
			}
		}
	}
	return out
}

// spelled is what a task of a whole database writes with the tables named that
// are known to be there now.
func (b *Bot) spelled(w batchsync.Writes) batchsync.Writes {
	if w.Rule == "" || w.Source.ID <= 0 {
		return w
	}
	if tables := b.Lists.Facts(w.Source.ID, w.Database).Tables; tables != nil {
		return w.Of(tables)
	}
	return w
}

// writerList is what the bot knows of what tasks write. Settled are those of which
// nothing is left to be known: they were read, are offline or gone.
type writerList struct {
	tasks   []batchsync.Origin
	settled map[batchsync.TaskID]bool
	listed  map[batchsync.TaskID]bool
}

// add takes what is known of a task over, unless more is known already.
func (w *writerList) add(o batchsync.Origin, settled bool) {
	if !w.listed[o.Task] {
		w.listed[o.Task], w.tasks = true, append(w.tasks, o)
		w.settled[o.Task] = w.settled[o.Task] || settled
	}
}

// writing lists the tasks of which the bot knows what they write: by what was read
// of them here, by their making, by what the monitor read of them since, and by
// the task that somebody asks for another like.
func (b *Bot) writing(origin *batchsync.Origin) writerList {
	known, err := b.Store.Tasks()
	if err != nil {
		b.Log.Warn("list tasks for a warning", "error", err)
	}
	watches, err := b.Store.Watches()
	if err != nil {
		b.Log.Warn("list watches for a warning", "error", err)
	}
	out := writerList{settled: map[batchsync.TaskID]bool{}, listed: map[batchsync.TaskID]bool{}}
	watched := map[batchsync.TaskID]batchsync.Watch{}
	for _, w := range watches {
		watched[w.Task], out.listed[w.Task] = w, w.Gone
		out.settled[w.Task] = w.Gone || !w.Read.IsZero() && !w.Online
	}
	if origin != nil {
		out.add(*origin, true)
	}
	for _, c := range b.contents.values() {
		if w := watched[c.Task]; len(w.Pairs) == 0 || !w.ContentRead.After(c.at) {
			out.add(c.Origin, true)
		}
	}
	for _, t := range known {
		if t.Spec == nil {
			continue
		}
		writes := t.Spec.Writes()
		if read := watched[t.ID].Pairs; len(read) > 0 { // newer than what was asked for
			writes.Pairs = read
		}
		out.add(batchsync.Origin{Task: t.ID, Name: t.Name, Type: t.Type, Writes: writes}, true)
	}
	for _, w := range watches {
		writes, read := b.writesOf(w)
		out.add(batchsync.Origin{Task: w.Task, Name: w.Name, Type: w.Type, Writes: writes}, read)
	}
	return out
}

// writesOf is what the monitor knows of what a task writes, if anything; of one
// that names no tables, what it was set up to when it last was delivered. Where to
// is not always known.
func (b *Bot) writesOf(w batchsync.Watch) (_ batchsync.Writes, known bool) {
	if len(w.Pairs) > 0 {
		return batchsync.Writes{Source: batchsync.Datasource{Name: w.Source}, Pairs: w.Pairs}, true
	}
	good, err := b.Store.Success(w.Task, 0)
	if err != nil || good.Content == nil {
		return batchsync.Writes{}, false
	}
	return good.Content.Writes(), true
}
