package handlers

import (
	"cmp"
	"context"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

const (
	// probeTime bounds each look: what has not answered by then is said to be
	// unknown.
	probeTime = 50 * time.Second
	// maxProbed is how many target tables a probe looks at, as many as an
	// acceptance does of a whole database; of more it is said that not all were.
	maxProbed = 200
)

// probe looks at the parts of a task that a run needs.
func (b *Bot) probe(ctx context.Context, o origin, ref batchsync.TaskRef) {
	defer b.patience(o).Stop()
	probes := batchsync.JudgeProbes(b.probed(ctx, ref.ID), now())
	b.answerIn(ctx, o, b.printerOf(o).Probes(blocks.ProbesView{Task: ref, Probes: probes, Studio: b.studio(ctx, ref.ID), At: now()}))
}

// testSource has the platform connect to the data source of a task.
func (b *Bot) testSource(ctx context.Context, o origin, ref batchsync.TaskRef) {
	defer b.patience(o).Stop()
	in := batchsync.ProbeInput{Problems: map[batchsync.ProbeName]*batchsync.Problem{}}
	content, err := b.Platform.Content(ctx, ref.ID)
	if err == nil {
		in.Source = b.sourceProbe(ctx, content.Source)
	} else {
		in.Problems[batchsync.ProbeSource] = batchsync.ProblemOf(err)
	}
	probes := batchsync.JudgeProbes(in, now())[:1]
	b.answerIn(ctx, o, b.printerOf(o).Probes(blocks.ProbesView{Task: ref, Probes: probes, At: now()}))
}

// sourceProbe is how the platform connects to a data source.
func (b *Bot) sourceProbe(ctx context.Context, source batchsync.Datasource) *batchsync.SourceProbe {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	out := &batchsync.SourceProbe{Name: cmp.Or(source.Name, source.ID.String())}
	if err := b.safely(func() error { return b.Platform.TestDatasource(ctx, source.ID) }); err != nil {
		out.Problem = batchsync.ProblemOf(err)
	}
	return out
}

// probed looks at all parts at the same time; source and targets are known
// once the content is.
func (b *Bot) probed(ctx context.Context, id batchsync.TaskID) batchsync.ProbeInput {
	in := batchsync.ProbeInput{Zone: b.cfg.PlatformZone, Problems: map[batchsync.ProbeName]*batchsync.Problem{}}
	var mu sync.Mutex
	look := func(name batchsync.ProbeName, read func(context.Context) error) func() {
		return func() {
			ctx, cancel := context.WithTimeout(ctx, probeTime)
			defer cancel()
			if err := b.safely(func() error { return read(ctx) }); err != nil {
				b.Log.InfoContext(ctx, "part of a task not probed", "task", id, "probe", name, "error", err)
				mu.Lock()
				defer mu.Unlock()
				in.Problems[name] = batchsync.ProblemOf(err)
			}
		}
	}
	var parts sync.WaitGroup
	parts.Go(look(batchsync.ProbeContent, func(ctx context.Context) error { return keep(&in.Content, &mu)(b.Platform.Content(ctx, id)) }))
	parts.Go(look(batchsync.ProbeSchedule, func(ctx context.Context) error {
		err := keep(&in.Draft, &mu)(b.Platform.DraftSchedule(ctx, id))
		if batchsync.FailureOf(err) == batchsync.FailNotConfigured {
			err = nil
		}
		return err
	}))
	parts.Go(look(batchsync.ProbeSchedule, func(ctx context.Context) error { return keep(&in.Deployed, &mu)(b.Platform.Deployed(ctx, id)) }))
	parts.Go(look(batchsync.ProbeVCluster, func(ctx context.Context) (err error) {
		in.VClusters, err = b.Platform.VClusters(ctx)
		return err
	}))
	parts.Wait()
	in.VCluster = batchsync.TaskView{Deployed: in.Deployed, Draft: in.Draft}.VCluster()
	if in.Content == nil {
		return in
	}
	parts.Go(func() { in.Source = b.sourceProbe(ctx, in.Content.Source) })
	if asked := targetQueries(in.Content.Pairs); len(asked) > 0 {
		parts.Go(look(batchsync.ProbeTarget, func(ctx context.Context) (err error) {
			in.Targets, err = b.Platform.TargetFigures(ctx, asked)
			return err
		}))
	}
	parts.Wait()
	return in
}

// targetQueries ask for nothing but whether tables are there.
func targetQueries(pairs []batchsync.TablePair) []batchsync.TargetQuery {
	var out []batchsync.TargetQuery
	tables := batchsync.TargetTables(pairs)
	for _, table := range tables[:min(len(tables), maxProbed)] {
		out = append(out, batchsync.TargetQuery{Table: table})
	}
	return out
}

// studio is where Studio shows a task, "" where that is not known.
func (b *Bot) studio(ctx context.Context, id batchsync.TaskID) string {
	if known, err := b.Store.Task(id); err == nil && known.StudioURL != "" {
		return known.StudioURL
	}
	url, _ := b.Platform.StudioURL(ctx, id) // a link is a convenience
	return url
}
