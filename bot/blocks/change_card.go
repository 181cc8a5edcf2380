package blocks

import (
	"cmp"
	"slices"

	"batchsync/internal/batchsync"
)

// How many of the runs of a change its card lists with all that is known of them,
// and how many more of those that failed by their ids.
const (
	maxFollowed = 10
	maxFailed   = 90
)

// changeFacts is what a change is asked to do, in a line or two.
func (p Printer) changeFacts(op batchsync.Operation) mark {
	c := op.Change
	switch {
	case op.Kind == batchsync.OpBackfill && c.Backfill != nil:
		b := c.Backfill
		return p.onCluster(p.say("fact.backfill", p.window(b.Window), number(len(b.Instances))), b.VCluster)
	case op.Kind == batchsync.OpRerun, op.Kind == batchsync.OpStop:
		if c.Plan.IsZero() {
			return p.say("fact.run", mark(c.Run.String()))
		}
		return p.say("fact.run_of", mark(c.Run.String()), mark(clock(c.Plan, p.planZone(c))), p.zoneName(p.planZone(c)))
	case op.Kind == batchsync.OpSchedule && c.Schedule != nil:
		if c.Cron == "" {
			return p.onCluster(p.say("fact.schedule", p.rhythm(*c.Schedule)), c.Onto())
		}
		return lines(p.onCluster(p.say("fact.schedule", p.rhythm(*c.Schedule)), c.Cluster), p.was(c))
	case op.Kind == batchsync.OpDebug && op.Debug != nil:
		return p.say("fact.debug", p.name(op.Debug.VCluster))
	case op.Kind == batchsync.OpTune && c.Tune != nil:
		return p.adjusted(c)
	case op.Kind == batchsync.OpUndeploy && c.WithDownstream:
		return lines(p.say("fact.downstream", p.linked(c.After)), p.was(c))
	}
	return p.was(c)
}

// linked are the names of tasks, as many as a list shows.
func (p Printer) linked(all []batchsync.TaskLink) mark {
	var names []mark
	for i, l := range all {
		if i == maxLinks {
			names = append(names, p.say("list.more", number(len(all)-i)))
			break
		}
		names = append(names, p.shortName(l.Name))
	}
	return p.series(names)
}

// was is the schedule and cluster the task had when the change was asked for.
func (p Printer) was(c *batchsync.Change) mark {
	if c.Cron == "" {
		return ""
	}
	return p.say("fact.was", p.onCluster(p.cron(c.Cron, c.Zone), c.VCluster))
}

// onCluster adds the cluster to a schedule, if it is known.
func (p Printer) onCluster(m mark, vcluster string) mark {
	if name := p.name(vcluster); name != "" {
		return p.say("cron.cluster", m, name)
	}
	return m
}

// window is a span of business time as the clocks of its zone show it.
func (p Printer) window(w batchsync.Window) mark {
	return p.say("window.in_zone", mark(clock(w.From, w.Zone)), mark(clock(w.To, w.Zone)), p.foreign(w.Zone))
}

// cron is a stored expression in words where it can be read, and as it is.
func (p Printer) cron(expr, zone string) mark {
	s, ok := batchsync.ReadSchedule(expr, zone)
	switch {
	case zone == "":
		return p.shortName(expr)
	case !ok:
		return p.say("cron.raw", p.shortName(expr), escape(p.clip(zone, maxCell)))
	}
	return p.say("cron.words", p.rhythm(s), p.shortName(expr))
}

// cronLines is cron for a narrow column: the expression has a line of its own,
// so that it is not broken in the middle.
func (p Printer) cronLines(expr, zone string) mark {
	s, ok := batchsync.ReadSchedule(expr, zone)
	if !ok || zone == "" {
		return p.cron(expr, zone)
	}
	return lines(p.rhythm(s), p.shortName(expr))
}

// tally counts the followed runs: "12 of 40 done · 3 failed · 1 running".
func (p Printer) tally(op batchsync.Operation) mark {
	if op.Change == nil || !seenRuns(*op.Change) && !following(op) || len(op.Change.Followed) == 0 {
		return ""
	}
	done, failed, _ := op.Change.Tally()
	running := 0
	for _, f := range op.Change.Followed {
		if f.Status == batchsync.RunRunning {
			running++
		}
	}
	parts := []mark{p.say("tally.done", number(done), number(len(op.Change.Followed)))}
	if failed > 0 {
		parts = append(parts, p.say(failedWord(op), number(failed)))
	}
	if running > 0 {
		parts = append(parts, p.say("tally.running", number(running)))
	}
	if unmade := unmade(op); unmade > 0 {
		parts = append(parts, p.say("tally.unmade", number(unmade)))
	}
	return join(parts, " · ")
}

// unmade counts the business times that have no run and will hardly get one:
// the platform makes the runs of a backfill one after the other.
func unmade(op batchsync.Operation) int {
	if op.State == batchsync.OpRunning && !op.Change.StopAsked {
		return 0
	}
	n := 0
	for _, f := range op.Change.Followed {
		if f.Run == 0 && !f.Status.Over() {
			n++
		}
	}
	return n
}

// seenRuns reports whether any run of the change was seen. Before that, a list
// of what is to come says nothing.
func seenRuns(c batchsync.Change) bool {
	return slices.ContainsFunc(c.Followed, func(f batchsync.Followed) bool { return f.Run != 0 })
}

// followed is the tally and those runs that matter most; a card is no log.
func (p Printer) followed(op batchsync.Operation) mark {
	head := p.tally(op)
	if head == "" {
		return ""
	}
	all := []mark{join([]mark{head, p.say("tally.zone", p.zoneName(p.planZone(op.Change)))}, " · ")}
	worst := urgentFirst(*op.Change)
	for i, f := range worst {
		if i == maxFollowed {
			all = append(all, p.say("list.more", number(len(worst)-i)))
			break
		}
		all = append(all, p.followedLine(f, p.planZone(op.Change)))
	}
	return lines(all...)
}

// urgentFirst are the runs of a change in the order in which its card shows them.
func urgentFirst(c batchsync.Change) []batchsync.Followed {
	all := slices.Clone(c.Followed)
	slices.SortStableFunc(all, func(a, b batchsync.Followed) int { return cmp.Compare(urgency(a), urgency(b)) })
	return all
}

// alsoFailed names the failed runs among those that are not listed: the id is all
// it takes to repeat one.
func (p Printer) alsoFailed(op batchsync.Operation) mark {
	if p.tally(op) == "" {
		return ""
	}
	var ids []mark
	left, worst := 0, urgentFirst(*op.Change)
	for _, f := range worst[min(len(worst), maxFollowed):] {
		switch {
		case f.Run == 0 || !failedFollowed(f):
		case len(ids) == maxFailed:
			left++
		default:
			ids = append(ids, mark(f.Run.String()))
		}
	}
	if len(ids) == 0 {
		return ""
	}
	if left > 0 {
		ids = append(ids, p.say("list.more", number(left)))
	}
	if op.Change.StopAsked {
		return p.say("tally.also_stopped", p.series(ids))
	}
	return p.say("tally.also_failed", p.series(ids))
}

func failedFollowed(f batchsync.Followed) bool {
	return f.Status == batchsync.RunFailed || f.Status == batchsync.RunBlocked
}

// planZone is the zone in which the plan times of a change are shown: that of the
// schedule, and not the reader's, whose midnight is another.
func (p Printer) planZone(c *batchsync.Change) string {
	if c.Backfill != nil {
		return cmp.Or(c.Backfill.Window.Zone, c.Zone, p.zone, "UTC")
	}
	return cmp.Or(c.Zone, p.zone, "UTC")
}

func (p Printer) followedLine(f batchsync.Followed, zone string) mark {
	state, run := p.say("tally.unseen"), mark("")
	if f.Run != 0 {
		state, run = p.runWord(f.Status), p.say("tally.run", mark(f.Run.String()))
	}
	parts := []mark{p.say("tally.line", runSymbol(f.Status), mark(clock(f.Plan, zone)), state), run}
	if f.Twice {
		parts = append(parts, p.say("tally.twice"))
	}
	return join(parts, " · ")
}

// urgency sorts runs by how much they want to be seen, the least figure first.
func urgency(f batchsync.Followed) int {
	switch {
	case failedFollowed(f):
		return 0
	case f.Twice:
		return 1
	case f.Status == batchsync.RunRunning:
		return 2
	case f.Status == batchsync.RunSuccess:
		return 4
	}
	return 3
}

// runWord is the word of a run's status.
func (p Printer) runWord(s batchsync.RunStatus) mark { return p.say(s.Word()) }

// runSymbol accompanies the word of a run's status.
func runSymbol(s batchsync.RunStatus) mark {
	switch s {
	case batchsync.RunSuccess:
		return "✓"
	case batchsync.RunFailed, batchsync.RunBlocked:
		return "✗"
	case batchsync.RunStopped:
		return "■"
	case batchsync.RunRunning, batchsync.RunWaitingResources, batchsync.RunWaitingUpstream, batchsync.RunPaused:
		return "…"
	case batchsync.RunNotStarted, 0:
		return "○"
	}
	return "?"
}

// failedWord is what runs are called that did not succeed: after a stop they
// were most likely stopped, and the platform does not tell the two apart.
func failedWord(op batchsync.Operation) batchsync.TextKey {
	if op.Change.StopAsked {
		return "tally.stopped_runs"
	}
	return "tally.failed_runs"
}
