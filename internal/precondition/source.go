package precondition

import (
	"context"
	"errors"
	"sync"

	"batchsync/internal/batchsync"
)

// Sources are the data sources that the bot counts by itself.
type Sources interface {
	Names() []string
	// Access connects to one and looks at what the account may do there. Its
	// errors show no address.
	Access(ctx context.Context, source string) (batchsync.SourceAccess, error)
}

func (c *Checker) sourceSide(ctx context.Context, b *board) {
	const name = batchsync.PreconditionSource
	names := c.Sources.Names()
	if len(names) == 0 {
		c.look(ctx, b, name, []string{"BATCHSYNC_SOURCES"}, func(context.Context) []batchsync.Precondition {
			return one(met(name, batchsync.T("precondition.source_none")))
		})
		return
	}
	found := make([][]batchsync.Precondition, len(names))
	var all sync.WaitGroup
	for i, source := range names {
		all.Go(func() {
			var own board
			c.look(ctx, &own, name, nil, func(ctx context.Context) []batchsync.Precondition {
				access, err := c.Sources.Access(ctx, source)
				lines := judgeSource(access, err)
				for i := range lines {
					lines[i].About = source
				}
				return lines
			})
			found[i] = own.sorted()
		})
	}
	all.Wait()
	for _, lines := range found { // in the order of their names
		b.add(lines...)
	}
}

func judgeSource(a batchsync.SourceAccess, err error) []batchsync.Precondition {
	const name = batchsync.PreconditionSource
	var e *batchsync.Error
	switch {
	case errors.As(err, &e):
		detail := ""
		if e.Err != nil {
			detail = e.Err.Error()
		}
		return one(quoting(detail, failed(name, e.Text, e.Hint)))
	case err != nil:
		return one(failed(name, batchsync.T("source.unreachable"), batchsync.T("source.unreachable_hint")))
	}
	var out []batchsync.Precondition
	if a.Writes == batchsync.ToldYes {
		out = append(out, warning(name, batchsync.T("precondition.source_writes", batchsync.List(a.Rights...)), batchsync.T("precondition_fix.source_writes")))
	}
	if a.TLS == batchsync.ToldNo {
		out = append(out, warning(name, batchsync.T("precondition.source_plain"), batchsync.T("precondition_fix.source_plain")))
	}
	switch {
	case len(out) > 0:
		return out
	case a.Writes == batchsync.NotTold:
		return one(met(name, batchsync.T("precondition.source_rights_untold")))
	}
	return one(met(name, batchsync.T("precondition.source_ok")))
}
