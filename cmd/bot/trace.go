package main

import (
	"context"
	"log/slog"

	"batchsync/internal/batchsync"
)

// traced adds to every line of the log the ids that its context carries, so
// that one click is followed by searching for them.
type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, rec slog.Record) error {
	of := batchsync.TraceOf(ctx)
	for _, id := range []struct{ key, value string }{
		{"envelope", of.Envelope}, {"operation", string(of.Operation)}, {"step", string(of.Step)}, {"acceptance", string(of.Acceptance)},
	} {
		if id.value != "" {
			rec.AddAttrs(slog.String(id.key, id.value))
		}
	}
	return t.Handler.Handle(ctx, rec)
}

func (t traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(attrs)} }

func (t traced) WithGroup(name string) slog.Handler { return traced{t.Handler.WithGroup(name)} }
