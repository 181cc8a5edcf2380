package precondition

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Program is the platform's program, and the platform behind it. Nothing of it
// changes anything.
type Program interface {
	Version(ctx context.Context) (string, error)
	// Missing are the commands that the bot uses and the program does not know.
	Missing(ctx context.Context) ([]string, error)
	Profiles(ctx context.Context) ([]batchsync.Profile, error)
	Ping(ctx context.Context) (batchsync.Connection, error)
	Folders(ctx context.Context) ([]batchsync.Folder, error)
	VClusters(ctx context.Context) ([]batchsync.VCluster, error)
	Datasources(ctx context.Context) ([]batchsync.Datasource, error)
	TargetSchemas(ctx context.Context) ([]string, error)
	Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error)
	ShownTimes(ctx context.Context, run batchsync.RunID) ([]batchsync.ShownTime, error)
}

// platformSide goes from the program on this machine to what the platform has,
// as each step rests on the one before.
func (c *Checker) platformSide(ctx context.Context, b *board) {
	onPlatform := []batchsync.PreconditionName{
		batchsync.PreconditionWorkspace, batchsync.PreconditionFolder, batchsync.PreconditionVCluster,
		batchsync.PreconditionRights, batchsync.PreconditionPlatformZone,
	}
	if !c.look(ctx, b, batchsync.PreconditionProgram, []string{"CZ_CLI"}, c.version) {
		because(b, batchsync.PreconditionProgram, append(onPlatform, batchsync.PreconditionCommands, batchsync.PreconditionProfile, batchsync.PreconditionLogin)...)
		return
	}
	var commands sync.WaitGroup
	defer commands.Wait()
	commands.Go(func() { c.look(ctx, b, batchsync.PreconditionCommands, nil, c.commands) })

	var profile batchsync.Profile
	if !c.look(ctx, b, batchsync.PreconditionProfile, nil, func(ctx context.Context) []batchsync.Precondition {
		all, err := c.Program.Profiles(ctx)
		var p batchsync.Precondition
		profile, p = judgeProfile(all, c.set.Profile, err)
		return one(p)
	}) {
		because(b, batchsync.PreconditionProfile, append(onPlatform, batchsync.PreconditionLogin)...)
		return
	}
	var there batchsync.Connection
	if !c.look(ctx, b, batchsync.PreconditionLogin, nil, func(ctx context.Context) []batchsync.Precondition {
		var err error
		there, err = c.Program.Ping(ctx)
		return one(judgeLogin(there, err))
	}) {
		because(b, batchsync.PreconditionLogin, onPlatform...)
		return
	}
	c.onPlatform(ctx, b, profile, there)
}

// onPlatform looks at what is in the workspace. The list of folders also tells
// whether it is the workspace that was meant: logging in says nothing of it.
func (c *Checker) onPlatform(ctx context.Context, b *board, profile batchsync.Profile, there batchsync.Connection) {
	var folders []batchsync.Folder
	if !c.look(ctx, b, batchsync.PreconditionWorkspace, nil, func(ctx context.Context) []batchsync.Precondition {
		var err error
		folders, err = c.Program.Folders(ctx)
		return one(judgeWorkspace(c.expected(profile), there.Workspace, err))
	}) {
		because(b, batchsync.PreconditionWorkspace, batchsync.PreconditionFolder, batchsync.PreconditionVCluster,
			batchsync.PreconditionRights, batchsync.PreconditionPlatformZone)
		return
	}
	b.add(judgeFolder(c.set.Folder, folders))
	var parts sync.WaitGroup
	parts.Go(func() {
		c.look(ctx, b, batchsync.PreconditionVCluster, nil, func(ctx context.Context) []batchsync.Precondition {
			all, err := c.Program.VClusters(ctx)
			return one(judgeVCluster(c.set.VCluster, all, err))
		})
	})
	parts.Go(func() { c.look(ctx, b, batchsync.PreconditionRights, nil, c.rights) })
	parts.Go(func() {
		c.look(ctx, b, batchsync.PreconditionPlatformZone, []string{"BATCHSYNC_STUDIO_TIMEZONE"}, func(ctx context.Context) []batchsync.Precondition {
			shown, err := c.shownTimes(ctx)
			return one(judgePlatformZone(c.set.PlatformZone, shown, err))
		})
	})
	parts.Wait()
}

func (c *Checker) version(ctx context.Context) []batchsync.Precondition {
	version, err := c.Program.Version(ctx)
	return one(judgeVersion(version, c.set.Recorded, err))
}

func (c *Checker) commands(ctx context.Context) []batchsync.Precondition {
	missing, err := c.Program.Missing(ctx)
	return one(judgeCommands(missing, err))
}

// expected is the profile with what stands in the environment in its place.
func (c *Checker) expected(p batchsync.Profile) batchsync.Profile {
	if c.set.Workspace != "" {
		p.Workspace = c.set.Workspace
	}
	if c.set.Instance != "" {
		p.Instance = c.set.Instance
	}
	return p
}

// rights reads everything the bot reads, as far as that takes a right.
func (c *Checker) rights(ctx context.Context) []batchsync.Precondition {
	var errs [3]error
	var schemas []string
	var parts sync.WaitGroup
	parts.Go(func() { _, errs[0] = c.Program.Datasources(ctx) })
	parts.Go(func() { schemas, errs[1] = c.Program.TargetSchemas(ctx) })
	parts.Go(func() {
		now := time.Now()
		_, errs[2] = c.Program.Runs(ctx, batchsync.RunFilter{From: now.Add(-time.Hour), To: now, Limit: 1})
	})
	parts.Wait()
	return one(judgeRights(c.set.TargetSchema, schemas, errors.Join(errs[:]...)))
}

// runsBack is how far back a run is looked for whose times can be compared.
const runsBack = 3 * 24 * time.Hour

func (c *Checker) shownTimes(ctx context.Context) ([]batchsync.ShownTime, error) {
	now := time.Now()
	runs, err := c.Program.Runs(ctx, batchsync.RunFilter{From: now.Add(-runsBack), To: now, Limit: 20})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(runs, func(r batchsync.Run) bool { return !r.Began.IsZero() })
	if i < 0 {
		return nil, nil
	}
	return c.Program.ShownTimes(ctx, runs[i].ID)
}
