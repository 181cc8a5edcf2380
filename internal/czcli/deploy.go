package czcli

import (
	"context"

	"batchsync/internal/batchsync"
)

// Deploy publishes a task's content and schedule. Missing content or schedule
// is the failure not_configured; deploying again is accepted.
func (c *Client) Deploy(ctx context.Context, task batchsync.TaskID) error {
	return c.do(ctx, deployCommand(task), nil)
}

func deployCommand(task batchsync.TaskID) *command { return write("task deploy").task(task).yes() }

// Undeploy takes a task offline, which deletes all its run instances, backfills
// included. A task that is not online is refused, and so is one with a
// downstream task that is, unless those are taken offline with it. After a lost
// answer the program asks again and is told that the task is not online: the
// error is uncertain, see Deployed.
func (c *Client) Undeploy(ctx context.Context, task batchsync.TaskID, withDownstream bool) error {
	k := write("task undeploy").task(task)
	if withDownstream {
		k.on("with-downstream")
	}
	return c.do(ctx, k.yes(), nil)
}

// Deployed reads what the scheduler holds of a task. A task is online when the
// scheduler has a cron expression; that it has none may also be a passing
// trouble of the platform, which the program does not tell apart.
func (c *Client) Deployed(ctx context.Context, task batchsync.TaskID) (batchsync.Deployed, error) {
	var data struct {
		Cron      text   `json:"cron_expression"`
		VCluster  text   `json:"vc_code"`
		Version   number `json:"data_file_version"`
		Published number `json:"publish_time"`
		LastRun   number `json:"latest_instance_id"`
		Rerun     number `json:"rerun_property"`
		retry
	}
	if err := c.get(ctx, read("task schedule-info").task(task), &data); err != nil {
		return batchsync.Deployed{}, err
	}
	return batchsync.Deployed{
		Online: data.Cron != "", Cron: string(data.Cron), VCluster: string(data.VCluster),
		Version: int64(data.Version), PublishedAt: millis(data.Published), LastRun: batchsync.RunID(data.LastRun), Retry: data.deployed(), Rerun: int(data.Rerun),
	}, nil
}

// Downstream lists the tasks that wait for a task. Like everywhere, one with a
// cron expression is online.
func (c *Client) Downstream(ctx context.Context, task batchsync.TaskID) ([]batchsync.TaskLink, error) {
	var list []struct {
		ID       number `json:"task_id"`
		Name     text   `json:"task_name"`
		Cron     text   `json:"cron"`
		VCluster text   `json:"vc"`
		Owner    text   `json:"owner"`
	}
	if err := c.get(ctx, read("task downstream").task(task), &list); err != nil {
		return nil, err
	}
	out := []batchsync.TaskLink{}
	for _, t := range list {
		out = append(out, batchsync.TaskLink{
			ID: batchsync.TaskID(t.ID), Name: string(t.Name), Online: t.Cron != "",
			Cron: string(t.Cron), VCluster: string(t.VCluster), Owner: string(t.Owner),
		})
	}
	return out, nil
}

// Upstream lists the tasks a task is set up to wait for, deployed or not. Only
// their ids and names are told; Online is false for want of knowledge.
func (c *Client) Upstream(ctx context.Context, task batchsync.TaskID) ([]batchsync.TaskLink, error) {
	var data struct {
		List []struct {
			ID   number `json:"dependency_task_id"`
			Name text   `json:"dependency_task_name"`
		} `json:"dependencies"`
	}
	if err := c.get(ctx, read("task deps").task(task), &data); err != nil {
		return nil, err
	}
	out := []batchsync.TaskLink{}
	for _, t := range data.List {
		out = append(out, batchsync.TaskLink{ID: batchsync.TaskID(t.ID), Name: string(t.Name)})
	}
	return out, nil
}
