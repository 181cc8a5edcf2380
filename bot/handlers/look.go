package handlers

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Platform is what is read anew whenever somebody looks at a task.
type Platform interface {
	Tasks(ctx context.Context) ([]batchsync.TaskRef, error)
	TasksLike(ctx context.Context, name string) ([]batchsync.TaskRef, error)
	TaskInfo(ctx context.Context, id batchsync.TaskID) (batchsync.TaskRef, error)
	TaskParts
	RunParts
	Ping(ctx context.Context) (batchsync.Connection, error)
	Version(ctx context.Context) (string, error)
}

// TaskParts are the parts of a task's description.
type TaskParts interface {
	Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error)
	DraftSchedule(ctx context.Context, task batchsync.TaskID) (batchsync.DraftSchedule, error)
	Deployed(ctx context.Context, task batchsync.TaskID) (batchsync.Deployed, error)
	Downstream(ctx context.Context, task batchsync.TaskID) ([]batchsync.TaskLink, error)
	Upstream(ctx context.Context, task batchsync.TaskID) ([]batchsync.TaskLink, error)
	StudioURL(ctx context.Context, task batchsync.TaskID) (string, error)
}

// RunParts are runs, their attempts and logs.
type RunParts interface {
	Runs(ctx context.Context, f batchsync.RunFilter) ([]batchsync.Run, error)
	Run(ctx context.Context, id batchsync.RunID) (batchsync.Run, error)
	Attempts(ctx context.Context, id batchsync.RunID) ([]batchsync.Attempt, error)
	AttemptLog(ctx context.Context, id batchsync.RunID, attempt int64, limit int) (string, bool, error)
}

const (
	stripRuns   = 30                  // runs on a card
	stripWindow = 60 * 24 * time.Hour // how far back they may lie
)

// look reads everything a task's card shows, the parts at the same time. A
// part that cannot be read is named on the card; a task that is not there is
// an error.
func (b *Bot) look(ctx context.Context, id batchsync.TaskID) (batchsync.TaskView, error) {
	at := now()
	v := batchsync.TaskView{At: at, Zone: b.cfg.PlatformZone}
	ref, err := b.Platform.TaskInfo(ctx, id)
	if err != nil {
		return v, unknownTask(err, id.String())
	}
	v.Ref = ref
	if known, err := b.Store.Task(id); err == nil {
		v.Known = &known
	}
	if holder, held, err := b.Store.HolderOf(batchsync.TaskLock(id)); err == nil && held {
		v.Holder = &holder
	}
	var (
		mu sync.Mutex
		wg sync.WaitGroup
	)
	part := func(read func() error) {
		wg.Go(func() {
			if err := b.safely(read); err != nil && batchsync.FailureOf(err) != batchsync.FailNotConfigured {
				mu.Lock()
				defer mu.Unlock()
				v.Missing = append(v.Missing, *batchsync.ProblemOf(err))
			}
		})
	}
	part(func() error { return keep(&v.Content, &mu)(b.Platform.Content(ctx, id)) })
	part(func() error { return keep(&v.Draft, &mu)(b.Platform.DraftSchedule(ctx, id)) })
	part(func() error { return keep(&v.Deployed, &mu)(b.Platform.Deployed(ctx, id)) })
	part(func() (err error) {
		v.After, err = b.Platform.Downstream(ctx, id)
		return err
	})
	part(func() (err error) {
		v.Runs, err = b.Platform.Runs(ctx, batchsync.RunFilter{Task: id, From: at.Add(-stripWindow), To: at.Add(time.Hour), Limit: stripRuns})
		return err
	})
	wg.Wait()
	v.FolderPath = b.folderPath(ctx, ref.Folder)
	return v, nil
}

// unknownTask puts "there is none" into words about tasks.
func unknownTask(err error, typed string) error {
	if batchsync.CodeOf(err) != batchsync.CodeNotFound {
		return err
	}
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("task.no_such_id", typed), Hint: batchsync.T("task.not_found_hint"), Err: err}
}

// unknownRun does the same for runs.
func (b *Bot) unknownRun(err error, id batchsync.RunID) error {
	if err == nil || batchsync.CodeOf(err) != batchsync.CodeNotFound {
		return err
	}
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("run.no_such_id", id.String()), Hint: batchsync.T("run.no_id_hint"), Err: err}
}

// safely makes a panic the error of this one part: its goroutine has nobody
// else to keep it from ending the program.
func (b *Bot) safely(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			b.Log.Error("part of a task panicked", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return read()
}

// keep stores what was read, if it was.
func keep[T any](to **T, mu *sync.Mutex) func(T, error) error {
	return func(got T, err error) error {
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		*to = &got
		return nil
	}
}

// folderPath is the path of a folder if the list is at hand, "" otherwise: it
// decorates and must not cost time.
func (b *Bot) folderPath(_ context.Context, id batchsync.FolderID) string {
	folders := b.Lists.Facts(0, "").Folders
	if i := slices.IndexFunc(folders, func(f batchsync.Folder) bool { return f.ID == id }); i >= 0 {
		return folders[i].Path
	}
	return ""
}

// resolve finds the one task a person means. Candidates come back instead when
// the text is no id and no exact name of one task.
func (b *Bot) resolve(ctx context.Context, typed string) (batchsync.TaskRef, []batchsync.TaskRef, error) {
	if id, ok := batchsync.ParseTaskID(typed); ok {
		ref, err := b.Platform.TaskInfo(ctx, id)
		return ref, nil, unknownTask(err, typed)
	}
	if typed == "" {
		return batchsync.TaskRef{}, nil, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("task.none_typed"), Hint: batchsync.T("task.none_typed_hint")}
	}
	like, err := b.Platform.TasksLike(ctx, typed)
	if err != nil {
		return batchsync.TaskRef{}, nil, err
	}
	ref, candidates := batchsync.FindTask(typed, like)
	if ref.ID == 0 && len(candidates) == 0 {
		return ref, nil, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("task.not_found", typed), Hint: batchsync.T("task.not_found_hint")}
	}
	return ref, candidates, nil
}
