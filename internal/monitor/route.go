package monitor

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"batchsync/internal/batchsync"
)

// board is everything the routing of news looks at.
type board struct {
	known   batchsync.Known
	watches map[batchsync.TaskID]batchsync.Watch
	tasks   map[batchsync.TaskID]batchsync.Task
	// incidents are all that are open or lately closed, as they stand after
	// this look; changes are what this look changed about them.
	incidents map[batchsync.IncidentID]batchsync.Incident
	changes   []change
	mentions  bool // owners are mentioned
	// good tells when a run of a source or cluster last succeeded.
	good func(kind batchsync.AlertKind, name string) time.Time
	id   func() string
	now  time.Time
}

// routed is what is to be told.
type routed struct {
	alerts   []batchsync.Alert
	messages []batchsync.Message
}

// route decides which channel is told what, by which message: every channel by
// itself.
func route(b board) routed {
	var out routed
	for _, c := range b.channels() {
		p := post{board: b, channel: c, subs: b.subscriptionsOf(c)}
		p.load()
		p.follow()
		p.announce()
		p.save(&out)
	}
	return out
}

// channels are those that subscribed, or that have something to be told the
// end of, in a fixed order.
func (b board) channels() []batchsync.ChannelID {
	all := map[batchsync.ChannelID]bool{}
	for _, s := range b.known.Subscriptions {
		all[s.Channel] = true
	}
	for _, a := range b.known.Alerts {
		all[a.Channel] = all[a.Channel] || a.Open()
	}
	for _, r := range b.known.Rehearsals {
		all[r.Channel] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func (b board) subscriptionsOf(c batchsync.ChannelID) []batchsync.Subscription {
	var out []batchsync.Subscription
	for _, s := range b.known.Subscriptions {
		if s.Channel == c {
			out = append(out, s)
		}
	}
	return out
}

// post is one channel during one look.
type post struct {
	board
	channel batchsync.ChannelID
	subs    []batchsync.Subscription

	alerts   []*batchsync.Alert // of this channel, the oldest first
	touched  map[batchsync.AlertID]bool
	fresh    map[batchsync.AlertID]bool // opened at this look
	messages []batchsync.Message
}

func (p *post) load() {
	p.touched, p.fresh = map[batchsync.AlertID]bool{}, map[batchsync.AlertID]bool{}
	for _, a := range p.known.Alerts {
		if a.Channel == p.channel {
			a.Incidents = slices.Clone(a.Incidents)
			p.alerts = append(p.alerts, &a)
		}
	}
	slices.SortFunc(p.alerts, func(a, b *batchsync.Alert) int {
		return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID))
	})
}

// wants reports whether the channel wants to know of an incident, and whether
// that is only because of what it told before.
func (p *post) wants(i batchsync.Incident) bool {
	if i.Rehearsal {
		return slices.ContainsFunc(p.known.Rehearsals, func(r batchsync.Rehearsal) bool {
			return r.Channel == p.channel && rehearsalTask(r) == i.Task
		})
	}
	return slices.ContainsFunc(p.subs, func(s batchsync.Subscription) bool {
		return p.selects(s.Selector, i) && i.Tells(s.Topics)
	})
}

// selects reports whether a selector chooses an incident's task. The platform
// itself concerns everybody.
func (b board) selects(s batchsync.Selector, i batchsync.Incident) bool {
	if i.Task == 0 {
		return i.ID != ""
	}
	w := b.watches[i.Task]
	return s.Selects(i.Task, w.Folder, w.Source)
}

// follows reports whether the channel follows a task at all, whatever the
// topic: what it was told of is told to its end.
func (p *post) follows(i batchsync.Incident) bool {
	return i.Rehearsal || slices.ContainsFunc(p.subs, func(s batchsync.Subscription) bool { return p.selects(s.Selector, i) })
}

// hush reports whether news of an incident are kept back.
func (b board) hush(i batchsync.Incident) bool {
	w := b.watches[i.Task]
	return !i.Rehearsal && b.silent(i.Task, w.Folder, w.Source)
}

// silent reports whether nothing is told of a task now. News of the platform,
// which is task 0, are kept back only where everything is quiet.
func (b board) silent(task batchsync.TaskID, folder, source string) bool {
	return b.tellable(task, folder, source).After(b.now)
}

// tellable is when news of a task may be told: now, or when its mute and the quiet
// windows that are open for it are over; the latter moves when a person ends one.
func (b board) tellable(task batchsync.TaskID, folder, source string) time.Time {
	due := b.now
	if until := b.tasks[task].Muted; until.After(due) {
		due = until
	}
	for _, q := range b.known.Quiet {
		about := q.Selector.Kind == batchsync.SelectAll || task != 0 && q.Selector.Selects(task, folder, source)
		if about && q.At(b.now) && q.To.After(due) {
			due = q.To
		}
	}
	return due
}

// open lists the open alerts.
func (p *post) open() []*batchsync.Alert {
	var out []*batchsync.Alert
	for _, a := range p.alerts {
		if a.Open() {
			out = append(out, a)
		}
	}
	return out
}

// follow brings the open alerts up to date with what changed about their
// incidents, and closes those that have none left.
func (p *post) follow() {
	for _, a := range p.open() {
		var turns []change
		for _, c := range p.changes {
			if a.Has(c.incident.ID) {
				turns = append(turns, c)
				p.touched[a.ID] = true
			}
		}
		lost := !slices.ContainsFunc(a.Incidents, func(id batchsync.IncidentID) bool { return p.follows(p.incidents[id]) })
		over := !slices.ContainsFunc(a.Incidents, func(id batchsync.IncidentID) bool { return p.incidents[id].State == batchsync.IncidentOpen })
		if lost || over {
			a.Closed = p.now
			p.touched[a.ID] = true
		}
		if !lost {
			p.keepBack(a, turns)
			p.reply(*a, turns, over)
			p.afterQuiet(a)
		}
	}
}

// announce tells what is open and is not told in this channel yet.
func (p *post) announce() {
	var news []batchsync.Incident
	for _, i := range p.incidents {
		if i.State == batchsync.IncidentOpen && p.wants(i) && !p.hush(i) && !p.told(i.ID) && !p.revive(i) {
			news = append(news, i)
		}
	}
	slices.SortFunc(news, func(a, b batchsync.Incident) int {
		return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Task, b.Task), cmp.Compare(a.ID, b.ID))
	})
	for _, kind := range []batchsync.AlertKind{batchsync.AlertSource, batchsync.AlertVCluster} {
		news = p.cause(kind, news)
	}
	news = p.storm(news)
	for _, i := range news {
		kind := batchsync.AlertSingle
		if i.Task == 0 {
			kind = batchsync.AlertPlatform
		}
		p.add(kind, "", i)
	}
}

// revive opens the alert again that told of an incident which came back soon
// after its end, so that the channel has one message about it.
func (p *post) revive(i batchsync.Incident) bool {
	for _, a := range slices.Backward(p.alerts) {
		if !a.Has(i.ID) || a.Folded != "" {
			continue
		}
		a.Closed = time.Time{}
		p.touched[a.ID] = true
		p.say(*a, "reopened", true, batchsync.T("incident.reply_reopened", i.Name, string(i.Worst().Reason)))
		return true
	}
	return false
}

func (p *post) told(id batchsync.IncidentID) bool {
	return slices.ContainsFunc(p.open(), func(a *batchsync.Alert) bool { return a.Has(id) })
}

// add opens an alert.
func (p *post) add(kind batchsync.AlertKind, subject string, of ...batchsync.Incident) *batchsync.Alert {
	a := &batchsync.Alert{ID: batchsync.AlertID(p.id()), Channel: p.channel, Kind: kind, Subject: subject, Opened: p.now}
	for _, i := range of {
		a.Incidents = append(a.Incidents, i.ID)
		if owner := p.owner(i.Task); owner != "" && !slices.Contains(a.Mentions, owner) && len(a.Mentions) < maxMentions {
			a.Mentions = append(a.Mentions, owner)
		}
	}
	p.alerts = append(p.alerts, a)
	p.touched[a.ID], p.fresh[a.ID] = true, true
	return a
}

// maxMentions bounds whom one message pings.
const maxMentions = 5

func (p *post) owner(id batchsync.TaskID) batchsync.UserID {
	if !p.mentions || id == 0 {
		return ""
	}
	return p.tasks[id].Owner
}

// join takes more incidents into an open alert.
func (p *post) join(a *batchsync.Alert, more []batchsync.Incident) {
	if len(more) == 0 {
		return
	}
	for _, i := range more {
		a.Incidents = append(a.Incidents, i.ID)
	}
	p.touched[a.ID] = true
	p.say(*a, "more", false, batchsync.T("alert.more", strconv.Itoa(len(more)), names(more)))
}

// save raises versions and hands over what changed.
func (p *post) save(out *routed) {
	for _, a := range p.alerts {
		if p.touched[a.ID] {
			a.Version++
			out.alerts = append(out.alerts, *a)
		}
	}
	out.messages = append(out.messages, p.messages...)
}
