package batchsync

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// decidedRun is the latest scheduled run that is over, nil without one. Runs
// come with the newest plan time first.
func decidedRun(runs []Run) *Run {
	i := slices.IndexFunc(runs, func(r Run) bool { return r.Type == RunScheduled && r.Status.Over() })
	if i < 0 {
		return nil
	}
	return &runs[i]
}

// latestRun judges the latest scheduled run. One that is at work decides
// nothing; one that stands still, or is in a state without a meaning, keeps the
// one before it from speaking for the task.
func (j *acceptanceJudge) latestRun() Finding {
	later := 0
	for _, r := range j.Runs {
		if r.Type != RunScheduled {
			continue
		}
		switch {
		case r.Status.Over():
			return j.over(r, later > 0)
		case r.Status == RunPaused:
			return personal(CheckRun, "judged.run_paused", r.ID.String(), j.moment(r.Plan))
		case !r.Status.Known():
			return unchecked(CheckRun, "judged.run_odd", r.ID.String(), strconv.Itoa(int(r.Status)))
		case r.Status != RunNotStarted || !r.Plan.After(j.now):
			later++
		}
	}
	switch {
	case later > 0:
		return unchecked(CheckRun, "judged.run_open")
	case len(j.Missing) > 0 && len(j.Runs) == 0:
		return unchecked(CheckRun, "judged.run_unread")
	}
	return unchecked(CheckRun, "judged.run_none")
}

func (j *acceptanceJudge) over(r Run, later bool) Finding {
	id, plan := r.ID.String(), j.moment(r.Plan)
	madeGood := slices.ContainsFunc(j.Runs, func(o Run) bool {
		return o.Status == RunSuccess && o.ID != r.ID && o.Type != RunTemporary && o.Plan.Equal(r.Plan) && o.Ended.After(r.Ended)
	})
	switch {
	case r.Status == RunSuccess && later:
		return passed(CheckRun, "judged.run_ok_later", id, plan)
	case r.Status == RunSuccess:
		return passed(CheckRun, "judged.run_ok", id, plan)
	case madeGood:
		return passed(CheckRun, "judged.run_made_good", id, plan)
	case r.Status == RunStopped:
		return personal(CheckRun, "judged.run_stopped", id, plan)
	case r.Status == RunBlocked:
		return failed(CheckRun, "judged.run_blocked", id, plan)
	}
	return failed(CheckRun, "judged.run_failed", id, plan)
}

// moment is a time as the platform's schedules mean it, with its zone.
func (j *acceptanceJudge) moment(t time.Time) string { return momentIn(t, j.Zone) }

// schedule judges what the scheduler holds against what was asked for.
func (j *acceptanceJudge) schedule() []Finding {
	switch {
	case j.Deployed == nil:
		return []Finding{unchecked(CheckSchedule, "judged.schedule_unread")}
	case !j.Deployed.Online:
		return []Finding{failed(CheckSchedule, "judged.schedule_offline")}
	}
	next, bad := j.next()
	var out []Finding
	switch cron, cluster, by := j.wanted(); {
	case by == wantedNothing:
		out = append(out, unchecked(CheckSchedule, "judged.schedule_unasked", j.Deployed.Cron, j.Deployed.VCluster, next))
	case by == wantedUnreadable:
		out = append(out, unchecked(CheckSchedule, "judged.schedule_zone", j.Deployed.Cron, next))
	case by == wantedSaved && (!SameCron(cron, j.Deployed.Cron) || !strings.EqualFold(cluster, j.Deployed.VCluster)):
		out = append(out, personal(CheckSchedule, "judged.schedule_not_saved", j.Deployed.Cron, j.Deployed.VCluster, cron, cluster))
	case by == wantedSaved:
		out = append(out, passed(CheckSchedule, "judged.schedule_saved", next))
	default:
		if !SameCron(cron, j.Deployed.Cron) {
			out = append(out, failed(CheckSchedule, "judged.schedule_other", j.Deployed.Cron, cron))
		}
		if !strings.EqualFold(cluster, j.Deployed.VCluster) {
			out = append(out, failed(CheckSchedule, "judged.cluster_other", j.Deployed.VCluster, cluster))
		}
		if out == nil {
			out = append(out, passed(CheckSchedule, "judged.schedule_asked", next))
		}
	}
	if bad.Verdict == "" {
		return out
	}
	if out[0].Verdict == VerdictPassed {
		return []Finding{bad} // it would promise a next run
	}
	return append(out, bad)
}

// By whom a schedule was wanted.
const (
	wantedNothing    = iota // nobody said
	wantedAsked             // whoever had the bot make the task
	wantedSaved             // whoever saved it in Studio
	wantedUnreadable        // it was asked for in a way that has no expression
)

// wanted is the schedule that should be deployed.
func (j *acceptanceJudge) wanted() (cron, cluster string, by int) {
	switch {
	case j.Asked != nil:
		s, err := j.Asked.Schedule.In(j.Zone, j.now)
		if err != nil {
			return "", "", wantedUnreadable
		}
		return s.Cron().Stored, j.Asked.VCluster, wantedAsked
	case j.Draft != nil && j.Draft.Cron != "":
		return j.Draft.Cron, j.Draft.VCluster, wantedSaved
	}
	return "", "", wantedNothing
}

// next is when the deployed schedule runs next, or the finding that says why
// that is not known.
func (j *acceptanceJudge) next() (string, Finding) {
	loc, err := time.LoadLocation(j.Zone)
	if err != nil {
		return "?", unchecked(CheckSchedule, "judged.next_unknown", j.Deployed.Cron)
	}
	cron, err := ParseCron(j.Deployed.Cron)
	if err != nil {
		return "?", unchecked(CheckSchedule, "judged.next_unknown", j.Deployed.Cron)
	}
	fires := cron.Next(j.now, loc, 1)
	if len(fires) == 0 {
		return "?", failed(CheckSchedule, "judged.next_never", j.Deployed.Cron)
	}
	return j.moment(fires[0]), Finding{}
}
