package monitor

import (
	"maps"
	"slices"
	"time"

	"batchsync/internal/batchsync"
)

// When several incidents become one message.
const (
	causeAt     = 3                // of one source or cluster
	causeWithin = 30 * time.Minute // of each other
	stormNew    = 5                // more at one look are a storm
	stormSum    = 8                // and so are more within stormWithin
	stormWithin = 10 * time.Minute
	stormOpen   = 30 * time.Minute // how long a storm takes more in
)

// cause finds incidents of one source or cluster that belong together, and
// returns the rest of the news. Messages they had of their own are folded into
// the one: what is their cause may be known only after they were told. What
// began before a run of that source or cluster last went well had another one.
func (p *post) cause(kind batchsync.AlertKind, news []batchsync.Incident) (rest []batchsync.Incident) {
	for _, name := range p.causes(kind, news) {
		good := p.good(kind, name)
		points := func(i batchsync.Incident) bool { return causeOf(kind, i) == name && !good.After(i.Worst().Since) }
		var group []batchsync.Incident
		news = slices.DeleteFunc(slices.Clone(news), func(i batchsync.Incident) bool {
			if !points(i) {
				return false
			}
			group = append(group, i)
			return true
		})
		singles, alone := p.singles(causeWithin, points)
		all := slices.Concat(singles, group)
		a := p.openOf(kind, name, good)
		switch {
		case a != nil:
			p.join(a, all)
		case len(all) >= causeAt && (kind != batchsync.AlertVCluster || !oneSource(all)):
			a = p.add(kind, name, all...)
		default:
			rest = append(rest, group...)
			continue
		}
		p.fold(alone, a)
	}
	rest = append(rest, news...)
	slices.SortStableFunc(rest, func(a, b batchsync.Incident) int { return a.Opened.Compare(b.Opened) })
	return rest
}

// causes are the sources or clusters that news, or messages told lately, may
// be the fault of, in order.
func (p *post) causes(kind batchsync.AlertKind, news []batchsync.Incident) []string {
	names := map[string]bool{}
	for _, i := range news {
		names[causeOf(kind, i)] = true
	}
	for _, a := range p.open() {
		if a.Kind == batchsync.AlertSingle {
			names[causeOf(kind, p.incidents[a.Incidents[0]])] = true
		}
	}
	delete(names, "")
	return slices.Sorted(maps.Keys(names))
}

// oneSource reports whether failures have their source in common: it is the
// likelier cause then, and tasks of one source often run on one cluster.
func oneSource(all []batchsync.Incident) bool {
	for _, i := range all {
		if i.Worst().Reason != batchsync.ReasonFailed || i.Source != all[0].Source {
			return false
		}
	}
	return true
}

// causeOf is the source or cluster an incident may be the fault of, "" where
// its kind of trouble does not point there.
func causeOf(kind batchsync.AlertKind, i batchsync.Incident) string {
	c := i.Worst()
	switch {
	case kind == batchsync.AlertSource && c.Reason == batchsync.ReasonFailed:
		return i.Source
	case kind == batchsync.AlertVCluster && c.Reason == batchsync.ReasonStuck && c.Status == batchsync.RunWaitingResources:
		return i.VCluster
	case kind == batchsync.AlertVCluster && c.Reason == batchsync.ReasonFailed && i.Source != "":
		return i.VCluster // unless they have their source in common, see oneSource
	}
	return ""
}

// openOf is the alert of a cause that still holds: nothing went well since.
func (p *post) openOf(kind batchsync.AlertKind, name string, good time.Time) *batchsync.Alert {
	for _, a := range p.open() {
		if a.Kind == kind && a.Subject == name && !good.After(a.Opened) {
			return a
		}
	}
	return nil
}

// singles are the incidents that have a message of their own, for a short
// while only, and those messages.
func (p *post) singles(within time.Duration, which func(batchsync.Incident) bool) (of []batchsync.Incident, alone []*batchsync.Alert) {
	for _, a := range p.open() {
		if a.Kind != batchsync.AlertSingle || p.now.Sub(a.Opened).Abs() > within {
			continue
		}
		if i := p.incidents[a.Incidents[0]]; i.State == batchsync.IncidentOpen && which(i) {
			of, alone = append(of, i), append(alone, a)
		}
	}
	return of, alone
}

// fold closes messages that another one tells from now on.
func (p *post) fold(alone []*batchsync.Alert, into *batchsync.Alert) {
	for _, a := range alone {
		a.Closed, a.Folded = p.now, into.ID
		into.Kept, a.Kept = append(slices.Clone(into.Kept), a.Kept...), nil
		p.touched[a.ID] = true
	}
}

// storm makes one message of many that come at once, and returns the rest.
// Messages that the first of them had of their own are folded into it.
func (p *post) storm(news []batchsync.Incident) (rest []batchsync.Incident) {
	recent := 0
	var under *batchsync.Alert
	for _, a := range p.alerts {
		for _, id := range a.Incidents {
			if i, ok := p.incidents[id]; ok && p.now.Sub(i.Opened).Abs() < stormWithin && !p.fresh[a.ID] && a.Folded == "" {
				recent++
			}
		}
		if a.Open() && a.Kind == batchsync.AlertStorm && p.now.Sub(a.Opened).Abs() < stormOpen {
			under = a
		}
	}
	switch {
	case len(news) == 0:
		return nil
	case len(news) <= stormNew && len(news)+recent <= stormSum:
		return news
	case under != nil:
		p.join(under, news)
		return nil
	}
	singles, alone := p.singles(stormWithin, func(i batchsync.Incident) bool { return !i.Rehearsal })
	all := slices.Concat(singles, news)
	if len(all) == 1 {
		return news
	}
	p.fold(alone, p.add(batchsync.AlertStorm, "", all...))
	return nil
}
