package czcli

import (
	"context"

	"batchsync/internal/batchsync"
)

// ShownTimes are the moments at which the tries of a run began, each as it is
// and as the platform writes it in its own zone. Those that the platform does
// not tell both ways are left out.
func (c *Client) ShownTimes(ctx context.Context, run batchsync.RunID) ([]batchsync.ShownTime, error) {
	var list []struct {
		Began number `json:"start_time"`
		Shown text   `json:"start_time_str"`
	}
	if err := c.get(ctx, read("attempts list").run(run), &list); err != nil {
		return nil, err
	}
	var out []batchsync.ShownTime
	for _, a := range list {
		if a.Began > 0 && a.Shown != "" {
			out = append(out, batchsync.ShownTime{At: millis(a.Began), Wall: string(a.Shown)})
		}
	}
	return out, nil
}
