package handlers

import "batchsync/internal/batchsync"

// crowd looks for tasks that begin to read the source when the schedule does,
// among those the bot follows; nil when there are none to speak of. but is
// the task that is asked about, 0 for one that is not made yet.
func (b *Bot) crowd(s batchsync.Schedule, source string, but batchsync.TaskID) *batchsync.Crowd {
	if source == "" || s.Validate() != nil {
		return nil
	}
	crowd, found := batchsync.FindCrowd(s, source, b.neighbours(but), b.cfg.PlatformZone, now())
	if !found {
		return nil
	}
	return &crowd
}

// neighbours are the tasks whose source and schedule the monitor has read, and
// those of our own making that it has not yet looked at.
func (b *Bot) neighbours(but batchsync.TaskID) []batchsync.Neighbour {
	var out []batchsync.Neighbour
	watched := map[batchsync.TaskID]bool{but: true}
	watches, err := b.Store.Watches()
	if err != nil {
		b.Log.Warn("list watches for a hint", "error", err)
	}
	for _, w := range watches {
		if w.Source == "" && !w.Gone && (w.Online || w.Read.IsZero()) {
			continue // what it reads is not known yet, unless by its making
		}
		if !watched[w.Task] && w.Online && !w.Gone && w.Cron != "" {
			out = append(out, batchsync.Neighbour{Name: w.Name, Source: w.Source, Cron: w.Cron})
		}
		watched[w.Task] = true
	}
	known, err := b.Store.Tasks()
	if err != nil {
		b.Log.Warn("list tasks for a hint", "error", err)
	}
	for _, t := range known {
		if watched[t.ID] || t.Spec == nil {
			continue
		}
		if there, err := t.Spec.Schedule.In(b.cfg.PlatformZone, now()); err == nil {
			out = append(out, batchsync.Neighbour{Name: t.Name, Source: t.Spec.Source.Name, Cron: there.Cron().Stored})
		}
	}
	return out
}
