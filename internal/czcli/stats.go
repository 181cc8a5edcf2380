package czcli

import (
	"context"
	"errors"
	"time"

	"batchsync/internal/batchsync"
)

// RunStats counts the runs whose plan time lies in a window, by status, type
// and type of task; a combination without runs is left out. Both ends are
// included, and the window is widened to whole seconds as that of Runs is, so
// that the two are about the same runs. It costs one child, however many runs
// there are. An answer without counts is an error, never no runs.
func (c *Client) RunStats(ctx context.Context, from, to time.Time) ([]batchsync.RunCount, error) {
	type item struct {
		Status   number `json:"task_run_status"`
		Type     number `json:"task_run_type"`
		TaskType number `json:"task_type"`
		Count    text   `json:"count"`
	}
	var out []batchsync.RunCount
	err := c.do(ctx, read("runs stats").window(from, to), func(d document) error {
		var items []item
		if err := d.into(&items); err != nil {
			return err
		}
		if items == nil {
			return errors.New("no list of counts")
		}
		out = []batchsync.RunCount{}
		for _, it := range items {
			n, ok := wholeNumber(string(it.Count))
			if !ok || n < 0 {
				return errors.New("a group of runs has no count")
			}
			out = append(out, batchsync.RunCount{
				Status: batchsync.RunStatus(it.Status), Type: batchsync.RunType(it.Type), TaskType: batchsync.TaskType(it.TaskType), Count: int(n),
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
