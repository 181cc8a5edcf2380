package handlers

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"batchsync/internal/batchsync"
)

// Platform is what is read anew whenever somebody looks at a task.
type Platform interface {
	Tasks(ctx context.Context) ([]batchsync.TaskRef, error)
	TasksLike(ctx context.Context, name string) ([]batchsync.TaskRef, error)
	TaskInfo(ctx context.Context, id batchsync.TaskID) (batchsync.TaskRef, error)
	TaskParts
	RunParts
	Probed
	Ping(ctx context.Context) (batchsync.Connection, error)
	Version(ctx context.Context) (string, error)
}

// Probed is what is looked at because a run failed.
type Probed interface {
	TestDatasource(ctx context.Context, id batchsync.DatasourceID) error
	Columns(ctx context.Context, id batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error)
	VClusters(ctx context.Context) ([]batchsync.VCluster, error)
	TargetFigures(ctx context.Context, queries []batchsync.TargetQuery) ([]batchsync.TargetFigures, error)
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

	// studioTime is how long a link to Studio may keep the rest of a card waiting.
	studioTime = 5 * time.Second
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
	part(func() error { return keep(&v.Content, &mu)(b.content(ctx, ref)) })
	part(func() error { return keep(&v.Draft, &mu)(b.Platform.DraftSchedule(ctx, id)) })
	part(func() error { return keep(&v.Deployed, &mu)(b.Platform.Deployed(ctx, id)) })
	part(func() (err error) {
		v.After, err = b.Platform.Downstream(ctx, id)
		v.AfterRead = err == nil
		return err
	})
	part(func() error {
		runs, err := b.Platform.Runs(ctx, batchsync.RunFilter{Task: id, From: at.Add(-stripWindow), To: at.Add(time.Hour), Limit: stripRuns})
		v.Runs, v.RunsRead = b.stopped(runs), err == nil
		return err
	})
	wg.Go(func() {
		_ = b.safely(func() error { // a link is a convenience
			soon, cancel := context.WithTimeout(ctx, studioTime)
			defer cancel()
			v.Studio = b.studio(soon, id)
			return nil
		})
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
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("task.no_such_id", typed), Hint: batchsync.T("task.not_found_hint"), Err: worded(err)}
}

// worded keeps an error for the log only: the platform's own words would repeat
// our sentence in other terms.
func worded(err error) error { return errors.New(err.Error()) }

// vanished says that a task which was there a moment ago, or which the bot
// follows, is no more.
func vanished(name string) error {
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("task.vanished", name), Hint: batchsync.T("task.vanished_hint")}
}

// unknownRun does the same for runs.
func (b *Bot) unknownRun(err error, id batchsync.RunID) error {
	if err == nil || batchsync.CodeOf(err) != batchsync.CodeNotFound {
		return err
	}
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("run.no_such_id", id.String()), Hint: batchsync.T("run.no_id_hint"), Err: worded(err)}
}

// noSuchRun is unknownRun for an id that somebody typed: it may be a task's.
func (b *Bot) noSuchRun(ctx context.Context, err error, id batchsync.RunID) error {
	err = b.unknownRun(err, id)
	if err == nil || batchsync.CodeOf(err) != batchsync.CodeNotFound {
		return err
	}
	task, unknown := b.Platform.TaskInfo(ctx, batchsync.TaskID(id))
	if unknown != nil {
		return err
	}
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("run.is_task", id.String(), short(task.Name)), Hint: batchsync.T("run.is_task_hint", id.String()), Err: err}
}

// short is what a person typed, or a name, as it is repeated in an answer.
func short(typed string) string {
	const most = 80 // runes: enough to recognise it by
	if all := []rune(typed); len(all) > most {
		return string(all[:most-1]) + "…"
	}
	return typed
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
		if known, followed := b.followed(id, err); followed {
			return ref, nil, vanished(known.Name)
		}
		return ref, nil, unknownTask(err, typed)
	}
	if strings.TrimFunc(typed, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }) == "" {
		return batchsync.TaskRef{}, nil, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("task.none_typed"), Hint: batchsync.T(noneTypedHint, "show")}
	}
	if !batchsync.CouldName(typed) {
		return batchsync.TaskRef{}, nil, notFound(typed)
	}
	like, err := b.Platform.TasksLike(ctx, typed)
	if err != nil {
		return batchsync.TaskRef{}, nil, err
	}
	ref, candidates := batchsync.FindTask(typed, like)
	if ref.ID == 0 && len(candidates) == 0 {
		if known, ok := b.knownAs(typed); ok {
			return ref, nil, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("task.unlisted", short(typed), known.String()), Hint: batchsync.T("task.unlisted_hint")}
		}
		return ref, nil, notFound(typed)
	}
	return ref, candidates, nil
}

// noneTypedHint has the command to show how a task is typed with it.
const noneTypedHint batchsync.TextKey = "task.none_typed_hint"

func notFound(typed string) error {
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("task.not_found", short(typed)), Hint: batchsync.T("task.not_found_hint")}
}

// followed is the task that the bot remembers where the platform says that
// there is none of that id.
func (b *Bot) followed(id batchsync.TaskID, err error) (batchsync.Task, bool) {
	if batchsync.CodeOf(err) != batchsync.CodeNotFound {
		return batchsync.Task{}, false
	}
	tasks, err := b.Store.Tasks()
	i := slices.IndexFunc(tasks, func(t batchsync.Task) bool { return t.ID == id })
	if err != nil || i < 0 {
		return batchsync.Task{}, false
	}
	return tasks[i], true
}

// knownAs is the task of a name that the bot knows by itself: the platform may
// list none for lack of an answer, or because the task was deleted there.
func (b *Bot) knownAs(name string) (batchsync.TaskID, bool) {
	tasks, err := b.Store.Tasks()
	i := slices.IndexFunc(tasks, func(t batchsync.Task) bool { return t.Name == name })
	if err != nil || i < 0 {
		return 0, false
	}
	return tasks[i].ID, true
}
