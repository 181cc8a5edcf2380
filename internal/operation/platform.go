package operation

import (
	"context"

	"batchsync/internal/batchsync"
)

// Store is what the runner remembers with. Advance fails when the stored
// operation is not of the version before the given one.
type Store interface {
	Running() ([]batchsync.Operation, error)
	Operation(id batchsync.OperationID) (batchsync.Operation, error)
	Draft(id batchsync.DraftID) (batchsync.Draft, error)
	Message(id batchsync.MessageID) (batchsync.Message, error)
	Advance(p batchsync.Progress) error
}

// Platform is what operations take, step by step. Its methods set their own
// deadlines and fail with *batchsync.PlatformError.
type Platform interface {
	Identifier
	Preflighter
	Maker
	Configurer
	Scheduler
	Tuner
	Deployer
	RunReader
	RunChanger
	Debugger
	Undeployer
}

// Identifier tells what a task is called and of which type it is.
type Identifier interface {
	TaskInfo(ctx context.Context, id batchsync.TaskID) (batchsync.TaskRef, error)
}

// Preflighter answers what is checked before anything is changed.
type Preflighter interface {
	CheckProfile(ctx context.Context) error
	Ping(ctx context.Context) (batchsync.Connection, error)
	Datasources(ctx context.Context) ([]batchsync.Datasource, error)
	TestDatasource(ctx context.Context, id batchsync.DatasourceID) error
	Schemas(ctx context.Context, id batchsync.DatasourceID) ([]string, error)
	Tables(ctx context.Context, id batchsync.DatasourceID, schema string) ([]string, error)
	Folders(ctx context.Context) ([]batchsync.Folder, error)
	VClusters(ctx context.Context) ([]batchsync.VCluster, error)
	TasksLike(ctx context.Context, name string) ([]batchsync.TaskRef, error)
	// TargetSchemas are those of the profile's workspace.
	TargetSchemas(ctx context.Context) ([]string, error)
}

// Maker makes an empty task, finds it again and tells whether it is empty still.
// StudioURL is its address for
// people, known from its creation unless the answer to that was lost.
type Maker interface {
	CreateTask(ctx context.Context, name string, typ batchsync.TaskType, folder batchsync.FolderID, description string) (batchsync.Created, error)
	TasksLike(ctx context.Context, name string) ([]batchsync.TaskRef, error)
	Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error)
	StudioURL(ctx context.Context, task batchsync.TaskID) (string, error)
}

// Configurer sets the content of a task and reads it back.
type Configurer interface {
	Setup(ctx context.Context, task batchsync.TaskID, spec batchsync.Spec) error
	Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error)
}

// Scheduler saves the schedule of a task and reads it back. The expression has
// five fields, see [batchsync.PlatformCron].
type Scheduler interface {
	SaveCron(ctx context.Context, task batchsync.TaskID, cron, vcluster string) error
	SaveRerun(ctx context.Context, task batchsync.TaskID) error
	DraftSchedule(ctx context.Context, task batchsync.TaskID) (batchsync.DraftSchedule, error)
}

// Tuner saves how the runs of a task are carried out and reads it back.
type Tuner interface {
	SetConcurrency(ctx context.Context, task batchsync.TaskID, n int) error
	SaveRetries(ctx context.Context, task batchsync.TaskID, t batchsync.Adjustment) error
	Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error)
	DraftSchedule(ctx context.Context, task batchsync.TaskID) (batchsync.DraftSchedule, error)
}

// Deployer puts a task online and tells whether it is.
type Deployer interface {
	Deploy(ctx context.Context, task batchsync.TaskID) error
	Deployed(ctx context.Context, task batchsync.TaskID) (batchsync.Deployed, error)
}

// RunReader tells of runs. An unknown task has no runs, and an unknown run no
// attempts.
type RunReader interface {
	Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error)
	Run(ctx context.Context, id batchsync.RunID) (batchsync.Run, error)
	Attempts(ctx context.Context, run batchsync.RunID) ([]batchsync.Attempt, error)
}

// RunChanger makes, repeats and stops runs. A yes means that the request was
// taken: what came of it is found among the runs.
type RunChanger interface {
	Refill(ctx context.Context, task batchsync.TaskID, window batchsync.Window, vcluster, job string) error
	Rerun(ctx context.Context, id batchsync.RunID) error
	StopRun(ctx context.Context, id batchsync.RunID) error
}

// Debugger runs a task once, outside of its schedule, and tells what came of it.
// A yes means that the run was begun; it is found among the temporary runs.
type Debugger interface {
	RunReader
	Execute(ctx context.Context, task batchsync.TaskID, vcluster string) error
	StopRun(ctx context.Context, id batchsync.RunID) error
	Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error)
	// AttemptLog reads the last limit bytes of a log. They are stored and shown,
	// so secrets must have been taken out. With an error comes what was read.
	AttemptLog(ctx context.Context, run batchsync.RunID, attempt int64, limit int) (text string, cut bool, err error)
	TableFigures(ctx context.Context, tables []string) ([]batchsync.TableFigures, error)
}

// Undeployer takes a task off the scheduler, which deletes its runs.
type Undeployer interface {
	Undeploy(ctx context.Context, task batchsync.TaskID, withDownstream bool) error
	Downstream(ctx context.Context, task batchsync.TaskID) ([]batchsync.TaskLink, error)
}
