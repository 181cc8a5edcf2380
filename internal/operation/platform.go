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
	Advance(p batchsync.Progress) error
}

// Platform is what creating a task takes, step by step. Its methods set their
// own deadlines and fail with *batchsync.PlatformError.
type Platform interface {
	Preflighter
	Maker
	Configurer
	Scheduler
	Deployer
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
}

// Maker makes an empty task and finds it again.
type Maker interface {
	CreateTask(ctx context.Context, name string, typ batchsync.TaskType, folder batchsync.FolderID, description string) (batchsync.Created, error)
	TasksLike(ctx context.Context, name string) ([]batchsync.TaskRef, error)
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

// Deployer puts a task online and tells whether it is.
type Deployer interface {
	Deploy(ctx context.Context, task batchsync.TaskID) error
	Deployed(ctx context.Context, task batchsync.TaskID) (batchsync.Deployed, error)
}
