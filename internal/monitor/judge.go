package monitor

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// judgement is one look, decided. It is made from what is known and what the
// monitor remembers, and changes neither.
type judgement struct {
	m      *Monitor
	board  board
	byTask map[batchsync.TaskID]*batchsync.Incident // open, or else the last closed
	away   bool                                     // nobody looked for a while before

	look    batchsync.Look
	watches map[batchsync.TaskID]batchsync.Watch // that changed
	ask     []batchsync.TaskID                   // of which the scheduler must be read
	news    []news
}

// judge decides everything about the platform as the last look left it.
func (m *Monitor) judge(known batchsync.Known, now time.Time) *judgement {
	j := &judgement{
		m: m, watches: map[batchsync.TaskID]batchsync.Watch{}, byTask: map[batchsync.TaskID]*batchsync.Incident{},
		board: board{
			known: known, mentions: m.cfg.Mentions, id: m.newID, now: now.UTC(),
			incidents: map[batchsync.IncidentID]batchsync.Incident{}, tasks: map[batchsync.TaskID]batchsync.Task{},
		},
	}
	for _, t := range known.Tasks {
		j.board.tasks[t.ID] = t
	}
	for _, i := range known.Incidents {
		j.board.incidents[i.ID] = i
		if newer(i, j.byTask[i.Task]) {
			j.byTask[i.Task] = &i
		}
	}
	j.look.At = j.board.now
	j.health()
	if j.look.Cursor.Since.IsZero() { // else nothing is known, and unknown is not ok
		j.tasks()
		j.rehearsals()
	}
	j.tell()
	if j.look.Cursor.Since.IsZero() {
		j.deliveries()
	}
	j.patches()
	j.digests()
	return j
}

func newer(i batchsync.Incident, than *batchsync.Incident) bool {
	switch {
	case than == nil || i.State == batchsync.IncidentOpen:
		return true
	case than.State == batchsync.IncidentOpen:
		return false
	}
	return i.Closed.After(than.Closed)
}

// When a platform that does not answer is told: a single lost answer is not
// worth a message.
const (
	downLooks = 3
	downFor   = 2 * time.Minute
)

// health judges the platform itself, by whether the last look succeeded.
func (j *judgement) health() {
	now, cur := j.board.now, j.board.known.Cursor
	j.away = !cur.Looked.IsZero() && now.Sub(cur.Looked) > j.m.absence(now)
	var conditions []batchsync.Condition
	if err := j.m.failure; err != nil {
		if cur.Since.IsZero() || j.m.failures == 1 && !has(j.byTask[0], batchsync.ReasonUnreachable) {
			cur.Since = now // what a process before this one saw is no outage up to now
		}
		if j.m.failures >= downLooks || now.Sub(cur.Since) >= downFor || has(j.byTask[0], batchsync.ReasonUnreachable) {
			conditions = []batchsync.Condition{{Reason: batchsync.ReasonUnreachable, Since: cur.Since, Detail: detail(err)}}
		}
	} else {
		cur.Since, cur.Looked = time.Time{}, now
		if j.m.swept {
			cur.Swept = now
		}
	}
	j.look.Cursor = cur
	s := subject{hushed: j.board.silent(0, "", "")}
	j.board.changes = reconcile(j.byTask[0], conditions, s, now, j.m.newID)
}

// detail is the platform's word on a failure.
func detail(err error) string {
	if p := batchsync.ProblemOf(err); p.Detail != "" {
		return p.Detail
	}
	return err.Error()
}

// tasks judges every watched task.
func (j *judgement) tasks() {
	watched := j.m.watched(j.board.known)
	ids := slices.Sorted(maps.Keys(watched))
	for _, id := range ids {
		j.task(id)
	}
	for id, i := range j.byTask {
		if id > 0 && !watched[id] && i.State == batchsync.IncidentOpen {
			j.took(reconcile(i, nil, subject{task: id, unwatched: true}, j.board.now, j.m.newID))
		}
	}
	for id := range j.m.watches {
		if !watched[id] {
			j.look.Forget = append(j.look.Forget, id)
		}
	}
}

func (j *judgement) took(changes []change) { j.board.changes = append(j.board.changes, changes...) }

// watched are the tasks to be looked at: those known here, those that a channel
// asked for, and all that run as soon as a channel asked by folder, by source
// or for everything.
func (m *Monitor) watched(known batchsync.Known) map[batchsync.TaskID]bool {
	out := map[batchsync.TaskID]bool{}
	for _, t := range known.Tasks {
		out[t.ID] = t.Type.IsSync()
	}
	wide := false
	for _, s := range known.Subscriptions {
		if s.Selector.Kind == batchsync.SelectTask {
			out[s.Selector.Task] = true
		}
		wide = wide || s.Selector.Kind != batchsync.SelectTask
	}
	if wide {
		for id := range m.view.all() {
			out[id] = true
		}
		for id, w := range m.watches { // some run once a month
			out[id] = out[id] || !w.Gone || w.Before != nil
		}
	}
	maps.DeleteFunc(out, func(_ batchsync.TaskID, yes bool) bool { return !yes })
	return out
}

// task judges one task.
func (j *judgement) task(id batchsync.TaskID) {
	now, known := j.board.now, j.board.known
	runs := j.m.view.runsOf(id)
	before, seen := j.m.watches[id]
	w, incident := sober(before, now), j.byTask[id]
	if !seen || j.m.changed[id] {
		w = j.freshen(w, id, runs)
	}
	w, incident = j.found(w, incident)
	busy := known.Busy[id]
	what := sight{
		watch: w, runs: runs, stopped: known.Stopped, since: j.m.view.since, busy: busy, open: incident,
		zone: j.m.cfg.Zone, oldest: j.m.view.oldest(),
	}
	v := assess(what, j.m.cfg.Limits, now)
	if v.ask || known.Touched[id].After(w.Read) {
		j.ask = append(j.ask, id)
	}
	w = j.elsewhere(before, w, busy != "" || known.Touched[id].After(before.Read))
	if !seen || !reflect.DeepEqual(before, w) {
		j.watches[id] = w
	}
	if what.beingStopped(now) {
		return // what it comes to is not known yet
	}
	about := j.subject(what)
	if vanished(incident, v.conditions, runs) && !about.offline {
		// What was wrong is not there any more, and nothing made up for it: the
		// task may have been taken off the scheduler, which clears its runs.
		about.vanished = now.Sub(w.Read) < asked
		if !about.vanished {
			v.conditions = incident.Conditions
			j.ask = append(j.ask, id)
		}
	}
	if len(v.conditions) == 0 && open(incident) && j.unexamined(w, runs) {
		v.conditions = incident.Conditions // a green run is no recovery before its tables are
	}
	changes := reconcile(incident, v.conditions, about, now, j.m.newID)
	if len(changes) == 0 && incident != j.byTask[id] {
		next := *incident
		next.Version++
		changes = []change{{incident: next, turn: turnFound}}
	}
	j.took(changes)
}

// elsewhere finds out what somebody else changed about a task's schedule, and has
// it told. While nothing may be told, what channels know is remembered, and at
// the end they are told of the difference, if there still is one. What is ours
// is no news, and neither is what ours replaced.
func (j *judgement) elsewhere(before, w batchsync.Watch, ours bool) batchsync.Watch {
	e, said := happened(before, w)
	switch {
	case ours && e != "":
		w.Before = nil
		return w
	case j.board.silent(w.Task, w.Folder, w.Source):
		if e != "" && w.Before == nil {
			w.Before = &batchsync.Standing{Online: before.Online, Gone: before.Gone, Cron: before.Cron, VCluster: before.VCluster}
		}
		return w
	case w.Before != nil:
		was := w
		was.Online, was.Gone, was.Cron, was.VCluster = w.Before.Online, w.Before.Gone, w.Before.Cron, w.Before.VCluster
		e, said = happened(was, w)
		w.Before = nil
	}
	if e != "" {
		j.news = append(j.news, news{e, w, said})
	}
	return w
}

// sober takes readings from the future, which a clock that was wrong left
// behind, for old ones: nothing would replace them for long. A schedule that
// counts from then promises runs from now on.
func sober(w batchsync.Watch, now time.Time) batchsync.Watch {
	if w.Read.After(now) {
		w.Read = now.Add(-scheduleAge)
	}
	if w.ContentRead.After(now) {
		w.ContentRead = now.Add(-contentAge)
	}
	if w.Since.After(now.Add(ahead)) {
		w.Since = now
	}
	return w
}

// examining is how long a recovery waits for the look at the run's tables.
const examining = 3 * time.Minute

// unexamined reports whether the tables of the newest good run are about to be
// looked at.
func (j *judgement) unexamined(w batchsync.Watch, runs []batchsync.Run) bool {
	r, ok := lastGoodRun(runs)
	return ok && r.ID != w.Checked && j.board.now.Sub(ended(r)) < examining && j.m.wantsTables(j.board.known)(w.Task)
}

func open(i *batchsync.Incident) bool { return i != nil && i.State == batchsync.IncidentOpen }

// vanished reports whether the run an open incident was about is gone without
// a success after it.
func vanished(i *batchsync.Incident, now []batchsync.Condition, runs []batchsync.Run) bool {
	if !open(i) || len(now) > 0 || i.Worst().Run == 0 {
		return false
	}
	worst := i.Worst()
	return !slices.ContainsFunc(runs, func(r batchsync.Run) bool {
		return r.ID == worst.Run || r.Status == batchsync.RunSuccess && !r.Plan.Before(worst.Plan)
	})
}

// found adds what was looked up since the last look.
func (j *judgement) found(w batchsync.Watch, i *batchsync.Incident) (batchsync.Watch, *batchsync.Incident) {
	for _, f := range j.m.found {
		if f.task == w.Task || f.kind == inspectFolders {
			w, i = f.apply(w, i)
		}
	}
	return w, i
}

// freshen brings what is remembered of a task up to date with its runs.
func (j *judgement) freshen(w batchsync.Watch, id batchsync.TaskID, runs []batchsync.Run) batchsync.Watch {
	w.Task = id
	if t, ok := j.board.tasks[id]; ok && w.Name == "" {
		w.Name, w.Type = t.Name, t.Type
	}
	if len(runs) > 0 {
		w.Name, w.Type = cmp.Or(runs[0].TaskName, w.Name), runs[0].TaskType
	}
	w.Took, w.Last = took(w, runs)
	w.Success, w.Earlier = j.success(w, runs)
	w.Days = figures(w, runs, j.m.cfg.Limits.filled().Late, j.m.cfg.Zone, j.board.now)
	return w
}

func (j *judgement) subject(of sight) subject {
	w := of.watch
	s := subject{
		task: w.Task, name: w.Name, kind: w.Type, source: w.Source, vcluster: w.VCluster, away: j.away,
		offline: offline(w), hushed: j.board.silent(w.Task, w.Folder, w.Source),
	}
	if len(of.runs) > 0 && of.runs[0].VCluster != "" {
		s.vcluster = of.runs[0].VCluster
	}
	if of.open == nil {
		return s
	}
	worst := of.open.Worst()
	s.stays = worst.Reason == batchsync.ReasonTables && stays(worst, w)
	_, s.stopped = of.stopped[worst.Run]
	for _, r := range of.runs {
		if r.ID == worst.Run {
			s.stopped = r.Status != batchsync.RunSuccess && of.stoppedHere(r)
		}
		if madeUp(r, worst, w) && (s.recovered == 0 || ended(r).Before(s.over)) {
			s.recovered, s.over = r.ID, ended(r)
		}
	}
	return s
}

// madeUp reports whether a run ended what was wrong. That tables are well again is
// known of the run that was looked at only.
func madeUp(r batchsync.Run, worst batchsync.Condition, w batchsync.Watch) bool {
	if worst.Reason == batchsync.ReasonTables && r.ID != w.Checked {
		return false
	}
	after := !r.Plan.Before(worst.Plan.Add(-sameMoment)) && !ended(r).Before(worst.Since)
	return r.Status == batchsync.RunSuccess && after
}

// stays reports whether a table of a condition that lost rows has kept its new
// level.
func stays(c batchsync.Condition, w batchsync.Watch) bool {
	return slices.ContainsFunc(w.Tables, func(t batchsync.TableResult) bool {
		return t.Stays && slices.ContainsFunc(c.Tables, func(o batchsync.TableResult) bool {
			return o.Table == t.Table && o.State == batchsync.TableDropped
		})
	})
}

// rehearsals judges the made-up task of every rehearsal.
func (j *judgement) rehearsals() {
	for _, r := range j.board.known.Rehearsals {
		id, runs := rehearsalTask(r), rehearsalRuns(r)
		v := assess(sight{runs: runs, open: j.byTask[id]}, j.m.cfg.Limits, j.board.now)
		s := subject{task: id, name: rehearsalName, rehearsal: true}
		j.took(reconcile(j.byTask[id], v.conditions, s, j.board.now, j.m.newID))
		j.look.Rehearsed = append(j.look.Rehearsed, rehearsed(r, j.board.now))
		delete(j.byTask, id)
	}
	for id, i := range j.byTask { // of rehearsals that were given up half way
		if id < 0 && i.State == batchsync.IncidentOpen {
			j.took(reconcile(i, nil, subject{task: id, unwatched: true}, j.board.now, j.m.newID))
		}
	}
}

// tell routes what changed.
func (j *judgement) tell() {
	b := &j.board
	b.watches = j.m.watches
	if len(j.watches) > 0 {
		b.watches = maps.Clone(j.m.watches)
		maps.Copy(b.watches, j.watches)
	}
	changed := map[batchsync.IncidentID]bool{}
	for _, c := range b.changes {
		b.incidents[c.incident.ID] = c.incident
		changed[c.incident.ID] = true
	}
	for id := range changed {
		j.look.Incidents = append(j.look.Incidents, b.incidents[id])
	}
	for _, w := range j.watches {
		j.look.Watches = append(j.look.Watches, w)
	}
	for _, n := range j.news {
		j.look.Messages = append(j.look.Messages, tell(*b, n)...)
	}
	b.good = j.m.lastGood(b.watches)
	told := route(*b)
	j.look.Alerts = told.alerts
	j.look.Messages = append(j.look.Messages, told.messages...)
}

// patches ends mutes whose time is over, and takes new names over.
func (j *judgement) patches() {
	for _, t := range j.board.known.Tasks {
		patch := batchsync.TaskPatch{ID: t.ID, Unmute: !t.Muted.IsZero() && !j.board.now.Before(t.Muted)}
		if w := j.board.watches[t.ID]; w.Name != "" && w.Name != t.Name {
			patch.Name = w.Name
		}
		if patch.Unmute {
			for _, c := range j.board.following(t) {
				j.look.Messages = append(j.look.Messages, unmuted(t, c, j.byTask[t.ID], j.board.now))
			}
		}
		if patch.Unmute || patch.Name != "" {
			j.look.Tasks = append(j.look.Tasks, patch)
		}
	}
}

// following are the channels that are told of trouble with a task, and its own.
func (b board) following(t batchsync.Task) []batchsync.ChannelID {
	w := b.watches[t.ID]
	all := map[batchsync.ChannelID]bool{t.Channel: true}
	for _, s := range b.known.Subscriptions {
		trouble := s.Wants(batchsync.TopicFailures) || s.Wants(batchsync.TopicTables) || s.Wants(batchsync.TopicLate)
		if trouble && s.Selector.Selects(t.ID, w.Folder, w.Source) {
			all[s.Channel] = true
		}
	}
	delete(all, "")
	return slices.Sorted(maps.Keys(all))
}

// unmuted tells a channel that a mute is over.
func unmuted(t batchsync.Task, c batchsync.ChannelID, i *batchsync.Incident, now time.Time) batchsync.Message {
	said := batchsync.T("mute.over", t.Name)
	if i != nil && i.State == batchsync.IncidentOpen {
		said = batchsync.T("mute.over_still", t.Name)
	}
	return batchsync.Message{
		ID: batchsync.MessageID("mute/" + t.ID.String() + "/" + t.Muted.UTC().Format(time.RFC3339) + "/" + string(c)), Kind: batchsync.MessageNotice,
		Body: []batchsync.Text{said}, Channel: c, State: batchsync.MessageDue, Wanted: 1, Due: now, CreatedAt: now,
	}
}

// digests makes the daily summaries that are due.
func (j *judgement) digests() {
	b := j.board
	for _, c := range b.known.Channels {
		at, ok := due(c, b.now)
		if !ok {
			continue
		}
		c.Told = at
		j.look.Channels = append(j.look.Channels, c)
		var incidents []batchsync.Incident
		for _, i := range b.incidents {
			incidents = append(incidents, i)
		}
		d := digest(c, b.subscriptionsOf(c.ID), b.watches, incidents, b.known.Tasks, b.known.Waiting, j.m.cfg.Zone, at)
		j.look.Messages = append(j.look.Messages, batchsync.Message{
			ID:   batchsync.MessageID("digest/" + string(c.ID) + "/" + at.UTC().Format(time.RFC3339)),
			Kind: batchsync.MessageDigest, Digest: &d, Channel: c.ID,
			State: batchsync.MessageDue, Wanted: 1, Due: b.now, CreatedAt: b.now,
		})
	}
}

// cursorEvery is how exactly it is stored when the platform was last seen: well
// below what is worth saying, see absence.
const cursorEvery = 4 * time.Minute

// dull reports whether nothing is to be stored but that somebody looked, and
// that was stored a moment ago.
func (j *judgement) dull() bool {
	l, was := j.look, j.board.known.Cursor
	changes := len(l.Watches) + len(l.Forget) + len(l.Incidents) + len(l.Alerts) + len(l.Messages) + len(l.Channels) + len(l.Rehearsed) + len(l.Tasks) + len(l.Acceptances)
	return changes == 0 && l.Cursor.Since.Equal(was.Since) && !was.Looked.IsZero() &&
		l.Cursor.Looked.Sub(was.Looked).Abs() < cursorEvery
}
