package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// columnsTime bounds the look at each side of a table.
const columnsTime = 40 * time.Second

// mapping answers with what the columns of a task's table are copied into. What
// is typed is a task, or a task and one of its tables.
func (b *Bot) mapping(ctx context.Context, o origin, typed string) {
	ref, table, candidates, err := b.resolveTable(ctx, strings.TrimSpace(typed))
	switch {
	case err != nil:
		b.fail(ctx, o, "find task", err)
	case ref.ID == 0:
		b.tell(ctx, o, b.printerOf(o).Candidates(strings.TrimSpace(typed), candidates))
	default:
		b.tellColumns(ctx, o, ref, table)
	}
}

// resolveTable finds a task, and the table typed behind it. Names of tasks may
// have blanks: the whole text is tried first, then all but its last word. What
// follows an id is the table, whatever it looks like.
func (b *Bot) resolveTable(ctx context.Context, typed string) (ref batchsync.TaskRef, table string, candidates []batchsync.TaskRef, err error) {
	first, rest, two := strings.Cut(typed, " ")
	if _, isID := batchsync.ParseTaskID(first); isID && two {
		ref, candidates, err = b.resolve(ctx, first)
		return ref, strings.TrimSpace(rest), candidates, err
	}
	ref, candidates, err = b.resolve(ctx, typed)
	at := strings.LastIndexByte(typed, ' ')
	if at < 0 || ref.ID != 0 || err != nil && batchsync.CodeOf(err) != batchsync.CodeNotFound {
		return ref, "", candidates, err
	}
	if shorter, _, failed := b.resolve(ctx, strings.TrimSpace(typed[:at])); failed == nil && shorter.ID != 0 {
		return shorter, typed[at+1:], nil, nil
	}
	return ref, "", candidates, err
}

// columns is mapping for a task that is known.
func (b *Bot) columns(ctx context.Context, o origin, ref batchsync.TaskRef) {
	b.tellColumns(ctx, o, ref, "")
}

func (b *Bot) tellColumns(ctx context.Context, o origin, ref batchsync.TaskRef, table string) {
	v, err := b.columnsView(ctx, ref, func(pairs []batchsync.TablePair) int {
		if table == "" && len(pairs) == 1 {
			return 1
		}
		return batchsync.FindPair(pairs, table) + 1
	})
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("show columns of task %d", ref.ID), err)
		return
	}
	v.Page, v.Typed = 1, table
	b.tell(ctx, o, b.printerOf(o).Columns(v))
}

// columnsTurned shows another table or page of it in place.
func (b *Bot) columnsTurned(ctx context.Context, in click) {
	at, err := blocks.ParseColumnsRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	ref, err := b.Platform.TaskInfo(ctx, at.Task)
	var v blocks.ColumnsView
	if err == nil {
		v, err = b.columnsView(ctx, ref, func([]batchsync.TablePair) int { return at.Table })
	}
	if err != nil {
		b.fail(ctx, in.origin, fmt.Sprintf("show columns of task %d", at.Task), unknownTask(err, at.Task.String()))
		return
	}
	v.Page = at.Page
	b.settle(ctx, in.origin, b.printer(in.User).Columns(v))
}

// columnsView reads the tables of a task, and both sides of the one that is
// chosen by its number, from 1.
func (b *Bot) columnsView(ctx context.Context, ref batchsync.TaskRef, choose func([]batchsync.TablePair) int) (blocks.ColumnsView, error) {
	v := blocks.ColumnsView{Task: ref}
	content, err := b.content(ctx, ref)
	if batchsync.FailureOf(err) == batchsync.FailNotConfigured {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Tables = content.Pairs
	if content.Scope == batchsync.ScopeWhole && len(v.Tables) == 0 {
		names, err := b.Lists.Tables(ctx, content.Source.ID, content.SourceSchema)
		if err != nil {
			return v, err
		}
		v.Tables = content.Mirrored(slices.Sorted(slices.Values(names)))
	}
	if v.Table = choose(v.Tables); v.Table < 1 || v.Table > len(v.Tables) {
		v.Table = 0
		return v, nil
	}
	b.bothSides(ctx, &v, content)
	return v, nil
}

// sourceTable parts the name of a source table. A schema may have dots, so the one
// the task reads from is taken for what it is; of any other it ends at the first.
func sourceTable(name, schema string) (in, table string) {
	if table, found := strings.CutPrefix(name, schema+"."); found && schema != "" {
		return schema, table
	}
	in, table, _ = strings.Cut(name, ".")
	return in, table
}

// bothSides asks source and target for the columns of the chosen table.
func (b *Bot) bothSides(ctx context.Context, v *blocks.ColumnsView, content batchsync.Content) {
	ctx, cancel := context.WithTimeout(ctx, columnsTime)
	defer cancel()
	pair := v.Tables[v.Table-1]
	var source []batchsync.SourceColumn
	var target []batchsync.TargetFigures
	var sides sync.WaitGroup
	sides.Go(func() {
		err := b.safely(func() error {
			schema, table := sourceTable(pair.Source, content.SourceSchema)
			columns, err := b.Platform.Columns(ctx, content.Source.ID, schema, table)
			source = described(columns)
			return err
		})
		if err != nil {
			v.SourceProblem = batchsync.ProblemOf(err)
		}
	})
	sides.Go(func() {
		err := b.safely(func() (err error) {
			target, err = b.Platform.TargetFigures(ctx, []batchsync.TargetQuery{{Table: pair.Sink}})
			return err
		})
		if err != nil {
			v.TargetProblem = batchsync.ProblemOf(err)
		}
	})
	sides.Wait()
	var into []batchsync.TargetColumn
	if len(target) == 1 {
		into = target[0].Columns
		v.TargetProblem = cmp.Or(v.TargetProblem, target[0].Problem)
		v.NoTarget = !target[0].Exists && v.TargetProblem == nil
	}
	v.Columns = content.MapColumns(source, into)
}
