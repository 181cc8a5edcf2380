package czcli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"batchsync/internal/batchsync"
)

// Bounds of one child that looks at tables. The SQL is one argument, see
// maxValue; one table that takes for ever must not cost the others theirs.
const (
	maxBatch      = 200 // tables
	maxStatement  = time.Minute
	maxBatchTime  = 5 * time.Minute
	timePerTable  = 2 * time.Second
	maxIdentifier = 255 // bytes of a schema or a table
)

// wanted is a table to be looked at, and what is known of it so far.
type wanted struct {
	name string // quoted
	*batchsync.TableFigures
}

// TableFigures counts the rows of target tables and reads when they were
// written; one answer per table, in the order asked. Names are schema.table.
// Up to 200 tables cost one child, which has up to five minutes; a name given
// twice is asked twice. The profile's own cluster does the work.
//
// Rows are -1, and Problem says why, where no count was told; a Problem is
// never a table without rows. Exists is false without a Problem only where the
// platform says that there is no such table. Versions are nil where they were
// not told, and empty where the table was never written; those of a table with
// a very long history may be missing together with those of the tables after
// it. Their times are read in [Config.Zone] unless they carry an offset.
//
// An error means that nothing at all was told of some tables.
func (c *Client) TableFigures(ctx context.Context, tables []string) ([]batchsync.TableFigures, error) {
	out := make([]batchsync.TableFigures, len(tables))
	var all []wanted
	for i, table := range tables {
		out[i] = batchsync.TableFigures{Table: table, Rows: -1}
		name, err := quoted(table)
		if err != nil {
			out[i].Problem = &batchsync.Problem{Code: batchsync.CodeInvalid, Text: batchsync.T("figures.name"), Hint: batchsync.T("figures.name_hint")}
			continue
		}
		all = append(all, wanted{name, &out[i]})
	}
	for len(all) > 0 {
		n := fitting(all)
		if err := c.lookAt(ctx, all[:n]); err != nil {
			return nil, err
		}
		all = all[n:]
	}
	return out, nil
}

// quoted is schema.table as the platform's SQL takes any name. What could end
// the quotation is refused.
func quoted(table string) (string, error) {
	schema, name, _ := strings.Cut(table, ".")
	for _, part := range []string{schema, name} {
		switch {
		case part == "" || len(part) > maxIdentifier:
			return "", errors.New("not schema.table")
		case !utf8.ValidString(part) || strings.ContainsFunc(part, invisible) || strings.ContainsAny(part, "`'\"\\;"):
			return "", errors.New("a name with quotes, semicolons or control characters cannot be asked for")
		}
	}
	return "`" + schema + "`.`" + name + "`", nil
}

// statements are two per table. All counts come first: they are short, and
// what comes last is lost where time or room runs out.
func statements(tables []wanted) string {
	var sql []string
	for _, t := range tables {
		sql = append(sql, "SELECT COUNT(*) AS c1 FROM "+t.name)
	}
	for _, t := range tables {
		sql = append(sql, "DESC HISTORY "+t.name)
	}
	return strings.Join(sql, "; ")
}

// fitting is how many of the tables one child takes.
func fitting(tables []wanted) int {
	const words = len("SELECT COUNT(*) AS c1 FROM ; DESC HISTORY ; ")
	size := 0
	for i, t := range tables[:min(len(tables), maxBatch)] {
		if size += words + 2*len(t.name); size > maxValue {
			return i
		}
	}
	return min(len(tables), maxBatch)
}

// lookAt asks one child about some tables.
func (c *Client) lookAt(ctx context.Context, tables []wanted) error {
	k := read("sql").on("batch").flag("execute", statements(tables)).number("timeout", int64(maxStatement/time.Second))
	k.about = fmt.Sprintf("%d tables", len(tables))
	k.batch = true
	k.limit = batchLimit(c.cfg.Read, len(tables))
	err := c.do(ctx, k, func(d document) error {
		if d.rest == nil {
			return errors.New("no statement is answered")
		}
		for _, t := range tables {
			*t.TableFigures = batchsync.TableFigures{Table: t.Table, Rows: -1, Problem: problem(d.rest)}
		}
		d.answers(func(a reply) { c.understand(k, tables, a) })
		return nil
	})
	var pe *batchsync.PlatformError
	if errors.As(err, &pe) && integrationOnly.MatchString(pe.Message) {
		for _, t := range tables {
			t.Problem = problem(pe)
		}
		return nil
	}
	return err
}

// batchLimit is the deadline of a child that looks at n tables: that of any
// read, one slow statement, and something for each table.
func batchLimit(read time.Duration, n int) time.Duration {
	return max(read, min(maxBatchTime, read+maxStatement+time.Duration(n)*timePerTable))
}
