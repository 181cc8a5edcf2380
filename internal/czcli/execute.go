package czcli

import (
	"context"
	"errors"

	"batchsync/internal/batchsync"
)

// Execute has the platform run a task once, now, on that cluster, whether it is
// deployed or not. Nobody checks the cluster, and a wrong one makes the run
// fail.
//
// The program would wait for the end of the run; it is told to give that up
// after a second, because a run may take hours. Success therefore means that
// the run was begun, not how it ended: it is found among the temporary runs of
// the task, see Runs. It does not mean that it was begun once either: after a
// lost answer the program asks again. An error is uncertain unless the refusal
// certainly came first; a run that failed within that second is one too.
func (c *Client) Execute(ctx context.Context, task batchsync.TaskID, vcluster string) error {
	err := c.do(ctx, executeCommand(task, vcluster), nil)
	var pe *batchsync.PlatformError
	if errors.As(err, &pe) && pe.Name == "EXECUTE_TIMEOUT" {
		return nil // it is at work
	}
	return err
}

func executeCommand(task batchsync.TaskID, vcluster string) *command {
	k := write("task execute").task(task).flag("vc", vcluster)
	return k.number("max-wait-seconds", 1).number("poll-interval", 1)
}
