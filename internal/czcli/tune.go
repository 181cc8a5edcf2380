package czcli

import (
	"cmp"
	"context"

	"batchsync/internal/batchsync"
)

// SetConcurrency saves how many tables or parts of one a task copies at once,
// from 1 to [batchsync.MaxParallel], without effect before the next Deploy.
// The program reads the whole content and writes it anew: it must not be asked
// of one that it cannot keep, see [batchsync.Content.NoEdit].
func (c *Client) SetConcurrency(ctx context.Context, task batchsync.TaskID, n int) error {
	k := write("task integration edit").task(task).number("parallelism", int64(n))
	if n < 1 || n > batchsync.MaxParallel {
		k.refuse("concurrency %d is out of bounds", n)
	}
	return c.do(ctx, k, nil)
}

// SaveRetries saves how the platform repeats failed runs of a task, without
// effect before the next Deploy. What the tuning does not name, and the
// schedule, stay as they are; of a task without a schedule the program would
// save one of its own.
func (c *Client) SaveRetries(ctx context.Context, task batchsync.TaskID, t batchsync.Adjustment) error {
	k := write("task save-config").task(task)
	if t.Retries != nil {
		k.number("retry-count", int64(*t.Retries))
		if *t.Retries < 0 || *t.Retries > batchsync.MaxRetries {
			k.refuse("%d retries are out of bounds", *t.Retries)
		}
	}
	if t.Pause != 0 {
		k.number("retry-interval", int64(t.Pause)).flag("retry-unit", "m")
		if t.Pause < 0 || t.Pause > batchsync.MaxRetryPause {
			k.refuse("%d minutes between retries are out of bounds", t.Pause)
		}
	}
	if !t.Retried() {
		k.refuse("no retries to save")
	}
	return c.do(ctx, k, nil)
}

// retry is how a saved schedule has failed runs repeated. A deployed one lacks
// the interval.
type retry struct {
	Count    *number `json:"retry_count"`
	Interval number  `json:"retry_interval_time"`
	Unit     text    `json:"retry_interval_time_unit"`
}

// saved is the retry of a saved schedule; the program's own unit is minutes.
func (r retry) saved() batchsync.Retry {
	out := r.deployed()
	if out.Told && r.Interval > 0 {
		out.Pause, out.Unit = int(r.Interval), cmp.Or(string(r.Unit), "m")
	}
	return out
}

func (r retry) deployed() batchsync.Retry {
	if r.Count == nil {
		return batchsync.Retry{}
	}
	return batchsync.Retry{Told: true, Count: int(*r.Count)}
}

// mapped is a mapped column as the content keeps it.
type mapped struct {
	Partition bool `json:"partitionColumn"`
	Input     text `json:"inputType"`
}

// editable reports whether the program can change a part of the content and
// keep the rest: it takes every kind of pipeline it does not know for a single
// table, and makes the columns of that anew from its mapping.
func (s *stored) editable(columns int) bool {
	switch {
	case s.Pipeline == 1 || s.Pipeline == 3:
		return true
	case s.Pipeline != 0 || len(s.Jobs) != 1 || columns == 0:
		return false
	}
	for _, side := range [][]mapped{s.Jobs[0].Source.Columns, s.Jobs[0].Sink.Columns} {
		if len(side) != columns {
			return false
		}
		for _, c := range side {
			if c.Partition || c.Input != "" {
				return false
			}
		}
	}
	return true
}
