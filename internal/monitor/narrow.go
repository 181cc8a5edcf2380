package monitor

import (
	"context"
	"maps"
	"slices"
	"time"
)

const (
	// fewRuns are listed rather than halved and counted once more: that would
	// take as many children.
	fewRuns = 3 * listPage
	// partRuns are read of a sweep in one go. Between two of them the monitor
	// can tell news.
	partRuns = 10 * listPage
)

// narrow lists where the settled part of the window differs from what is known.
// Counts of both halves make that of the whole, so a count per halving finds it.
// What does not agree in the end changed meanwhile, or lists lack what counts
// have: if it still does at the next look, everything is listed.
func (l *looking) narrow(ctx context.Context, settled map[group]int) error {
	if err := l.differing(ctx, l.from, l.edge, settled); err != nil {
		return err
	}
	l.torn = !l.agrees(settled, l.edge)
	return nil
}

// differing lists the parts of a part that are not as they are counted.
func (l *looking) differing(ctx context.Context, from, to time.Time, counted map[group]int) error {
	known := l.tally(from, to, false)
	if maps.Equal(known, counted) {
		return nil
	}
	half := before(from.Add(to.Sub(from) / 2))
	if max(sum(known), sum(counted)) <= l.v.fewRuns || !half.After(from) {
		if err := l.list(ctx, from, to); err != nil {
			return err
		}
		last := &l.spans[len(l.spans)-1]
		last.full, last.firm = true, maps.Equal(l.tally(from, to, true), counted)
		return nil
	}
	first, err := l.counts(ctx, from, half)
	if err != nil {
		return err
	}
	if err := l.differing(ctx, from, half, first); err != nil {
		return err
	}
	return l.differing(ctx, half.Add(1), to, without(counted, first))
}

func sum(counted map[group]int) (all int) {
	for _, n := range counted {
		all += n
	}
	return all
}

// without takes counts off counts.
func without(whole, part map[group]int) map[group]int {
	out := map[group]int{}
	for g, n := range whole {
		if n -= part[g]; n > 0 {
			out[g] = n
		}
	}
	return out
}

// part is how far a sweep in parts got.
type part struct {
	from  time.Time // what comes next; zero: the window's begin
	doubt bool      // of what was listed so far, not all agreed with the counts
}

// sweepPart lists the next part of the window and compares what is settled of it
// with the platform's counts. The last part of a sweep tells so, by Swept, and
// lists what is unfinished before the window. After an error the snapshot is what
// it was, and the next call tries the same part again.
func (v *view) sweepPart(ctx context.Context, p runLister, now time.Time) (seen, error) {
	l := newLooking(v, p, now)
	l.torn = v.torn
	next, err := l.sweepPart(ctx, v.part)
	if err == nil && l.swept {
		l.listOld(ctx)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return seen{Calls: l.calls}, err
	}
	v.part = next
	return l.commit(), nil
}

func (l *looking) sweepPart(ctx context.Context, p part) (next part, err error) {
	from := p.from
	if from.Before(l.from) || !from.Before(l.edge) { // the window moved on, or the clock was set
		from = l.from
	}
	to := l.partEnd(from)
	if err := l.list(ctx, from, to); err != nil {
		return p, err
	}
	settled := to
	if last := to.Equal(l.to); last {
		settled, l.swept = l.edge, true
	}
	counted, err := l.counts(ctx, from, settled)
	if err != nil {
		return p, err
	}
	firm := maps.Equal(l.tally(from, settled, true), counted)
	l.spans = []span{{from: from, to: settled, full: true, firm: firm}}
	if l.swept {
		l.spans = append(l.spans, span{from: l.edge, to: l.to, full: true})
	}
	next = part{from: to, doubt: p.doubt || !firm && !maps.Equal(l.tally(from, settled, false), counted)}
	if l.swept {
		l.doubt, next = next.doubt, part{}
	}
	return next, nil
}

// partEnd is where a part ends that has as many runs as are read in one go; it is
// the window's end where no more are left before its last hours.
func (l *looking) partEnd(from time.Time) time.Time {
	var times []time.Time
	for _, s := range l.v.runs {
		if !s.at.Before(from) && !s.at.After(l.to) {
			times = append(times, s.at)
		}
	}
	if len(times) <= l.v.partRuns {
		return l.to
	}
	slices.SortFunc(times, time.Time.Compare)
	end := before(times[l.v.partRuns])
	if !end.After(from) { // all at one minute
		end = from.Truncate(time.Minute).Add(2*time.Minute - time.Second)
	}
	if !end.Before(l.edge) {
		return l.to
	}
	return end
}
