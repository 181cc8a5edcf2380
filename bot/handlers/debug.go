package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// debugForm proposes to run a task once, now: on its own cluster, or on another
// one that a sync can run on.
func (b *Bot) debugForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	v, ok := b.ready(ctx, o, view, ref.ID)
	if !ok {
		return
	}
	err := noContent(v)
	var all []batchsync.VCluster
	if err == nil {
		all, err = b.Lists.VClusters(ctx)
	}
	fit := slices.DeleteFunc(slices.Clone(all), func(c batchsync.VCluster) bool { return !c.ForSync() })
	if err == nil && len(fit) == 0 {
		err = &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("debug.no_clusters", v.Ref.Name), Hint: batchsync.T("schedule.no_clusters_hint")}
	}
	var op batchsync.Operation
	if err == nil {
		op, err = b.proposeDebug(o, v, b.cardHome(ctx, o, v), fit)
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("run task %d once", ref.ID), err, nil)
		return
	}
	f := blocks.DebugForm{Op: op, Clusters: fit}
	for _, pair := range v.Content.Pairs {
		if !slices.Contains(f.Sinks, pair.Sink) {
			f.Sinks = append(f.Sinks, pair.Sink)
		}
	}
	if i := slices.IndexFunc(all, called(v.VCluster())); i >= 0 && !all[i].ForSync() {
		f.Unfit = all[i]
	}
	b.draw(ctx, o, view, "", b.printer(o.User).DebugForm(f))
}

// noContent refuses a task of which it is not known what it would write.
func noContent(v batchsync.TaskView) error {
	if v.Content != nil {
		return nil
	}
	return &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("debug.no_content", v.Ref.Name), Hint: batchsync.T("debug.no_content_hint")}
}

// proposeDebug stores the proposal. The cluster is the task's own, else the
// usual one, else the only one there is; nothing where a person has to choose.
func (b *Bot) proposeDebug(o origin, v batchsync.TaskView, channel batchsync.ChannelID, fit []batchsync.VCluster) (batchsync.Operation, error) {
	c := b.seenNow(v)
	c.Content = v.Content.Print()
	op := batchsync.NewChange(batchsync.OperationID(newID()), batchsync.OpDebug, o.User, channel, v.Ref.ID, c, now())
	op.State = batchsync.OpProposed
	op.Debug = &batchsync.DebugRun{Mode: v.Content.WriteMode, Keyed: v.Content.KeyedMode}
	wanted := v.VCluster()
	if wanted == "" {
		wanted = b.cfg.VCluster
	}
	if i := slices.IndexFunc(fit, called(wanted)); i >= 0 {
		op.Debug.VCluster = fit[i].Name
	} else if len(fit) == 1 {
		op.Debug.VCluster = fit[0].Name
	}
	return op, b.Store.Propose(op)
}

// called finds a cluster by its name.
func called(name string) func(batchsync.VCluster) bool {
	return func(c batchsync.VCluster) bool { return strings.EqualFold(c.Name, name) }
}

// debugAnswers takes the chosen cluster over.
func (b *Bot) debugAnswers(in submit, op *batchsync.Operation) {
	d := *op.Debug
	if chosen := b.clusterChosen(in.origin, in.View.State, d.VCluster); chosen != "" {
		d.VCluster = chosen // the check refuses what is no cluster for a sync
	}
	op.Debug = &d
}

// debugFirst has a creation go on that waits for its content, and run the task
// once before it is scheduled.
func (b *Bot) debugFirst(ctx context.Context, in click) {
	b.changeOperation(ctx, in, batchsync.ActDebug, batchsync.AuditAsked, func(op batchsync.Operation, version int) (batchsync.Operation, error) {
		return op.DebugFirst(version, now())
	})
}
