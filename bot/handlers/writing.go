package handlers

import "batchsync/internal/batchsync"

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
	for _, o := range b.writing(origin) {
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

// writing lists the tasks of which the bot knows what they write: by their
// making, by what the monitor read of them since, and by the task that somebody
// asks for another like.
func (b *Bot) writing(origin *batchsync.Origin) (out []batchsync.Origin) {
	known, err := b.Store.Tasks()
	if err != nil {
		b.Log.Warn("list tasks for a warning", "error", err)
	}
	watches, err := b.Store.Watches()
	if err != nil {
		b.Log.Warn("list watches for a warning", "error", err)
	}
	seen := map[batchsync.TaskID]bool{}
	add := func(o batchsync.Origin) {
		if !seen[o.Task] {
			seen[o.Task], out = true, append(out, o)
		}
	}
	watched := map[batchsync.TaskID]batchsync.Watch{}
	for _, w := range watches {
		watched[w.Task], seen[w.Task] = w, w.Gone
	}
	if origin != nil {
		add(*origin)
	}
	for _, t := range known {
		if t.Spec == nil {
			continue
		}
		writes := t.Spec.Writes()
		if read := watched[t.ID].Pairs; len(read) > 0 { // newer than what was asked for
			writes.Pairs = read
		}
		add(batchsync.Origin{Task: t.ID, Name: t.Name, Type: t.Type, Writes: writes})
	}
	for _, w := range watches {
		if !seen[w.Task] {
			add(batchsync.Origin{Task: w.Task, Name: w.Name, Type: w.Type, Writes: b.writesOf(w)})
		}
	}
	return out
}

// writesOf is what the monitor knows of what a task writes; of one that names no
// tables, what it was set up to when it last was delivered. Where to is not always
// known.
func (b *Bot) writesOf(w batchsync.Watch) batchsync.Writes {
	if len(w.Pairs) > 0 {
		return batchsync.Writes{Source: batchsync.Datasource{Name: w.Source}, Pairs: w.Pairs}
	}
	good, err := b.Store.Success(w.Task, 0)
	if err != nil || good.Content == nil { // nothing is known of it
		return batchsync.Writes{}
	}
	return good.Content.Writes()
}
