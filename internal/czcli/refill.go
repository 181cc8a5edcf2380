package czcli

import (
	"context"
	"time"

	"batchsync/internal/batchsync"
)

// Refill makes the platform run an online task again for every plan time its
// schedule has in the window, one after the other. The ends are sent with the
// offset of the window's zone; fractions of a second are cut off inwards.
// Nobody checks the cluster, and a wrong one makes the runs fail. The job is
// the name people see in Studio.
//
// No id comes back on purpose: the number in the answer is missing, or that of
// a job, and never to be taken for a run's. The runs are found by their plan
// time, see Runs. Success does not mean that they were made once: after a lost
// answer the program submits the job again. An error is uncertain unless the
// refusal certainly came first.
func (c *Client) Refill(ctx context.Context, task batchsync.TaskID, window batchsync.Window, vcluster, job string) error {
	return c.do(ctx, refillCommand(task, window, vcluster, job), nil)
}

func refillCommand(task batchsync.TaskID, window batchsync.Window, vcluster, job string) *command {
	k := write("runs refill").task(task)
	zone, err := time.LoadLocation(window.Zone)
	if err != nil || window.Zone == "" || window.Zone == "Local" {
		k.refuse("window: not the name of a time zone")
		zone = time.UTC
	}
	from, to := ceil(window.From), window.To.Truncate(time.Second)
	if !from.Before(to) {
		k.refuse("window: nothing lies between its ends")
	}
	k.moment("from", from.In(zone)).moment("to", to.In(zone))
	return k.flag("vc", vcluster).flag("name", job).yes()
}
