package monitor

import (
	"cmp"
	"maps"
	"slices"

	"batchsync/internal/batchsync"
)

// deliveries asks for the acceptances that are due: of the first good scheduled
// run after the bot deployed a task, and of every good run that a channel wants
// to know the acceptance of. Tables are not counted while they are written.
func (j *judgement) deliveries() {
	b := &j.board
	for _, id := range slices.Sorted(maps.Keys(b.watches)) {
		seen := b.known.Examined[id]
		last, ok := lastGoodRun(j.m.view.runsOf(id))
		if !ok || seen.Open || b.known.Busy[id] != "" {
			continue
		}
		if a, due := j.first(id); due {
			j.look.Acceptances = append(j.look.Acceptances, a)
			continue
		}
		old := b.now.Sub(ended(last)) > j.m.cfg.Limits.filled().Horizon
		channels := j.accepting(id, "")
		if old || len(channels) == 0 || seen.Covers(last.ID, ended(last)) {
			continue
		}
		a := j.due(acceptanceOfRun(id, last.ID), batchsync.OnEveryRun, b.watches[id], last)
		a.Channel, a.Also = channels[0], channels[1:]
		j.look.Acceptances = append(j.look.Acceptances, a)
	}
}

// first is the acceptance of the first good scheduled run after a deployment by
// the bot: it goes into the thread of that.
func (j *judgement) first(id batchsync.TaskID) (a batchsync.Acceptance, due bool) {
	f, ok := j.board.known.Fresh[id]
	if !ok {
		return a, false
	}
	var last batchsync.Run
	for _, r := range j.m.view.runsOf(id) {
		began := cmp.Or(r.Began, r.Plan)
		good := r.Status == batchsync.RunSuccess && r.Type == batchsync.RunScheduled && !began.Before(f.At.Add(-batchsync.TableSkew))
		if good && (last.ID == 0 || ended(r).After(ended(last))) {
			last = r
		}
	}
	if last.ID == 0 {
		return a, false
	}
	a = j.due(batchsync.AcceptanceAfter(f.Operation), batchsync.OnFirstRun, j.board.watches[id], last)
	a.Channel, a.Thread, a.Also = f.Channel, f.Card, j.accepting(id, f.Channel)
	return a, true
}

func (j *judgement) due(id batchsync.AcceptanceID, why batchsync.Occasion, w batchsync.Watch, r batchsync.Run) batchsync.Acceptance {
	a := batchsync.NewAcceptance(id, why, w.Task, cmp.Or(w.Name, r.TaskName), "", "", j.board.now)
	a.Run = r.ID
	if until := j.board.tellable(w.Task, w.Folder, w.Source); until.After(j.board.now) {
		a.Held = until.UTC()
	}
	return a
}

// accepting are the channels that want to know of the task's acceptance,
// besides one.
func (j *judgement) accepting(id batchsync.TaskID, besides batchsync.ChannelID) []batchsync.ChannelID {
	w := j.board.watches[id]
	all := map[batchsync.ChannelID]bool{}
	for _, s := range j.board.known.Subscriptions {
		if s.Channel != besides && s.Wants(batchsync.TopicAcceptance) && s.Selector.Selects(id, w.Folder, w.Source) {
			all[s.Channel] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// acceptanceOfRun is the same for the same run, so that it is examined once
// whatever becomes of the look.
func acceptanceOfRun(task batchsync.TaskID, run batchsync.RunID) batchsync.AcceptanceID {
	return batchsync.AcceptanceID("run-" + task.String() + "-" + run.String())
}

// success is what is known of the task's schedule as its newest good run left
// it: what the next failure is compared with. That run's own tables are not
// looked at yet: should some be in trouble, it is compared with an earlier one.
func (j *judgement) success(w batchsync.Watch, runs []batchsync.Run) (newest, earlier *batchsync.Snapshot) {
	last, ok := lastGoodRun(runs)
	if !ok || w.Read.IsZero() || w.Success != nil && w.Success.Run == last.ID {
		return w.Success, w.Earlier
	}
	earlier = w.Earlier
	if w.Success != nil && (w.Checked != w.Success.Run || !slices.ContainsFunc(w.Tables, batchsync.TableResult.Bad)) {
		earlier = w.Success
	}
	zone := ""
	if j.m.cfg.Zone != nil {
		zone = j.m.cfg.Zone.String()
	}
	deployed := batchsync.Deployed{Online: w.Online, Cron: w.Cron, VCluster: cmp.Or(last.VCluster, w.VCluster)}
	s := batchsync.NewSnapshot(w.Task, last.ID, &deployed, nil, nil, zone, ended(last))
	return &s, earlier
}
