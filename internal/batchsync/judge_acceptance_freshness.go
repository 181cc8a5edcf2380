package batchsync

import (
	"slices"
	"time"
)

// zonesApart is how far a time may be off when it was read in a wrong zone.
const zonesApart = 27 * time.Hour

// LastWrite is the newest version that came from writing rows; zero without
// one.
func LastWrite(versions []TableVersion) time.Time {
	var last time.Time
	for _, v := range versions {
		if wrote(v) && v.At.After(last) {
			last = v.At
		}
	}
	return last
}

// freshness judges whether the target was written by the latest run, or since.
// A table that seems not to be is stale only if the zone of such times is
// certain, or could not explain it.
func (j *acceptanceJudge) freshness(t AcceptanceTable) Finding {
	since, known := j.since()
	rows, how := j.sourceRows(t.Pair.Sink)
	switch {
	case t.Target.gone():
		return unchecked(CheckFreshness, "judged.no_target")
	case !known:
		return unchecked(CheckFreshness, "judged.fresh_no_run")
	case !t.Target.History && t.Target.Written.IsZero():
		return unchecked(CheckFreshness, "judged.fresh_unknown")
	case t.Target.Written.After(j.now.Add(TableSkew)):
		return unchecked(CheckFreshness, "judged.fresh_ahead", j.moment(t.Target.Written))
	case !t.Target.Written.Before(since):
		return passed(CheckFreshness, "judged.fresh", j.moment(t.Target.Written))
	case rows == 0 && how == CountedExactly:
		return passed(CheckFreshness, "judged.fresh_nothing")
	case t.Target.Written.IsZero() && j.speaks:
		return failed(CheckFreshness, "judged.never_written")
	case t.Target.Written.IsZero():
		return unchecked(CheckFreshness, "judged.fresh_no_write")
	case j.speaks || since.Sub(t.Target.Written) > zonesApart:
		return failed(CheckFreshness, "judged.stale", j.moment(t.Target.Written), j.moment(since.Add(TableSkew)))
	}
	return unchecked(CheckFreshness, "judged.fresh_unsure", j.moment(t.Target.Written), j.moment(since.Add(TableSkew)))
}

// since is from when on a write counts: the begin of the run that decides, or
// without one of the last good run of any kind.
func (j *acceptanceJudge) since() (time.Time, bool) {
	run := j.run
	if run == nil {
		if i := slices.IndexFunc(j.Runs, func(r Run) bool { return r.Status == RunSuccess }); i >= 0 {
			run = &j.Runs[i]
		}
	}
	if run == nil || run.Began.IsZero() {
		return time.Time{}, false
	}
	return run.Began.Add(-TableSkew), true
}

// historySpeaks reports whether the times of writes can be compared with the
// run: some table was written within it, which shows that their zone is
// understood.
func (j *acceptanceJudge) historySpeaks() bool {
	since, known := j.since()
	if !known || j.run == nil || j.run.Ended.IsZero() {
		return false
	}
	for _, f := range j.target {
		if !f.Written.IsZero() && !f.Written.Before(since) && !f.Written.After(j.run.Ended.Add(TableSkew)) {
			return true
		}
	}
	return false
}
