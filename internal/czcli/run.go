package czcli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"batchsync/internal/batchsync"
)

// do carries a command out and hands its answer to take, which may be nil. An
// error of take means that the answer is not what was expected. A read whose
// answer is missing or unusable is asked once more within the same deadline;
// a change never is.
func (c *Client) do(ctx context.Context, k *command, take func(document) error) error {
	pe := c.attempt(ctx, k, take)
	if pe != nil && pe.Failure == batchsync.FailLogin && !k.noLogin {
		pe = c.loginRefused(ctx, pe) // takes a child of its own, so not before ours is given back
	}
	if pe != nil {
		return k.explain(pe)
	}
	return nil
}

// attempt waits for a free child, starts it, and once more where that helps.
func (c *Client) attempt(ctx context.Context, k *command, take func(document) error) *batchsync.PlatformError {
	if k.bad != nil {
		return &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailUsage, Err: k.bad}
	}
	if err := c.slots.take(ctx, c.background); err != nil {
		return &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailTimeout, ExitCode: -1, Err: err}
	}
	defer c.slots.release()
	limit := cmp.Or(k.limit, c.cfg.Read)
	if k.write {
		limit = c.cfg.Write
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	pe := c.once(ctx, k, take)
	if pe != nil && !k.write && ctx.Err() == nil && passing(pe.Failure) {
		pe = c.once(ctx, k, take)
	}
	return pe
}

// passing trouble may be gone at the next try.
func passing(f batchsync.Failure) bool {
	return f == batchsync.FailUnreachable || f == batchsync.FailGarbage
}

func (k *command) explain(pe *batchsync.PlatformError) error {
	if k.about == "" {
		return pe
	}
	return fmt.Errorf("%s: %w", k.about, pe)
}

// unfit is the failure of a read whose answers are well-formed but cannot be
// right.
func (k *command) unfit(err error) error {
	return k.explain(&batchsync.PlatformError{Command: k.words, Failure: batchsync.FailGarbage, Err: err})
}

// missing is the failure of a read that answers as if all was well, but with
// nothing.
func (k *command) missing() error {
	return k.explain(&batchsync.PlatformError{Command: k.words, Failure: batchsync.FailNotFound})
}

// get carries a command out and decodes its data.
func (c *Client) get(ctx context.Context, k *command, data any) error {
	return c.do(ctx, k, func(d document) error { return d.into(data) })
}

// once starts the one child of a try and judges what it printed.
func (c *Client) once(ctx context.Context, k *command, take func(document) error) *batchsync.PlatformError {
	began := time.Now()
	var held []*os.File
	if k.write {
		held = c.cfg.Mark.inherited()
	}
	res := start(ctx, c.cfg.Path, c.argv(k), c.env, held...)
	doc, pe := k.judge(res, c.cleaner())
	if pe == nil && take != nil {
		if err := take(doc); err != nil {
			pe = k.garbage(res, err)
		}
	}
	c.report(ctx, k, res, pe, time.Since(began))
	return pe
}

func (c *Client) argv(k *command) []string {
	argv := k.argv[:len(k.argv):len(k.argv)]
	if !k.plain {
		argv = append(argv, "--format=json")
	}
	if c.cfg.Profile != "" && !k.noLogin {
		argv = append(argv, "--profile="+c.cfg.Profile)
	}
	return argv
}

func (c *Client) report(ctx context.Context, k *command, res result, pe *batchsync.PlatformError, took time.Duration) {
	var failure batchsync.Failure
	if pe != nil {
		failure = pe.Failure
	}
	attrs := []slog.Attr{
		slog.String("command", k.words), slog.Int("pid", res.pid), slog.Int("exit", res.exit),
		slog.Duration("took", took), slog.String("failure", string(failure)),
	}
	if failure == batchsync.FailGarbage {
		attrs = append(attrs, slog.String("stderr", c.cleaner().firstLine(res.stderr)))
	}
	level := slog.LevelDebug
	if k.write {
		level = slog.LevelInfo // few, and what people look for afterwards
	}
	c.cfg.Log.LogAttrs(ctx, level, "cz-cli ended", attrs...)
	if c.cfg.Observe != nil {
		c.cfg.Observe(k.words, failure, took)
	}
}

// judge decides by the child's end, its error document and its data, in this
// order of trust, what became of the command. What a batch answered counts
// however it ended; what it lacks it lacks for the reason that would be that of
// an empty answer.
func (k *command) judge(res result, clean cleaner) (document, *batchsync.PlatformError) {
	if k.batch && batched(res.stdout) {
		doc := document{batch: res.stdout}
		res.stdout = nil
		_, doc.rest = k.judge(res, clean)
		return doc, nil
	}
	switch {
	case !res.started && ended(res.err):
		return document{}, &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailTimeout, ExitCode: -1, Err: res.err}
	case !res.started:
		return document{}, &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailMissingProgram, ExitCode: -1, Err: res.err}
	case ended(res.err):
		return document{}, &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailTimeout, ExitCode: -1, Uncertain: k.write, Err: res.err}
	case res.err != nil:
		return document{}, k.garbage(res, res.err)
	case res.tooMuch:
		return document{}, k.garbage(res, fmt.Errorf("stdout has more than %d bytes", maxStdout))
	case k.plain && res.exit == 0:
		return document{plain: string(res.stdout)}, nil
	}
	doc, err := firstDocument(res.stdout)
	switch {
	case err != nil && res.exit == 2:
		return doc, &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailUsage, ExitCode: 2, Uncertain: k.write, Err: err}
	case err != nil:
		return doc, k.garbage(res, err)
	case doc.Error != nil:
		return doc, k.refused(res, *doc.Error, clean)
	case res.exit != 0:
		return doc, k.garbage(res, errors.New("data in spite of the exit code"))
	}
	if said, yes := doc.notExecuted(); yes {
		return doc, &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailNotExecuted, Message: clean.clean(said), Uncertain: k.write && !alone(res.stdout)}
	}
	return doc, nil
}

func ended(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

func (k *command) garbage(res result, err error) *batchsync.PlatformError {
	return &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailGarbage, ExitCode: res.exit, Uncertain: k.write, Err: err}
}

// refused takes a refusal for certain only where it is all that was answered:
// what a second document tells may be of a change that was made.
func (k *command) refused(res result, r refusal, clean cleaner) *batchsync.PlatformError {
	failure, sure := classify(string(r.Code), string(r.Message))
	sure = sure && alone(res.stdout)
	return &batchsync.PlatformError{
		Command: k.words, Failure: failure, ExitCode: res.exit, Name: clean.clean(string(r.Code)),
		Message: clean.clean(string(r.Message)), Uncertain: k.write && !sure,
	}
}
