package source

import (
	"context"
	"strings"
	"sync"

	"batchsync/internal/batchsync"
)

// figures asks for everything; tables that were not reached when ctx ended say
// so.
func (c *Counter) figures(ctx context.Context, p *pool, tables []Table) []batchsync.SourceFigures {
	out := make([]batchsync.SourceFigures, len(tables))
	var asked []int
	for i, t := range tables {
		out[i] = batchsync.SourceFigures{Table: t.String(), Rows: -1}
		if t.Name == "" || strings.ContainsRune(t.Schema+t.Name, 0) {
			out[i].Problem = &batchsync.Problem{Code: batchsync.CodeInvalid, Text: batchsync.T("source.name"), Hint: batchsync.T("source.count_hint")}
			continue
		}
		asked = append(asked, i)
	}
	known, trouble, everywhere := c.describe(ctx, p, tables, asked)
	var work sync.WaitGroup
	for _, i := range asked {
		out[i].Problem = trouble
		if everywhere {
			continue
		}
		if !p.take(ctx) {
			out[i].Problem = &batchsync.Problem{Code: batchsync.CodeUnreachable, Text: batchsync.T("source.time"), Hint: batchsync.T("source.timeout_hint")}
			continue
		}
		work.Go(func() {
			defer p.release()
			c.count(ctx, p, tables[i], known[i], &out[i])
		})
	}
	work.Wait()
	return out
}

// String is schema.table, or the bare name in the address's own schema.
func (t Table) String() string {
	if t.Schema == "" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}
