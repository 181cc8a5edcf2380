package source

import (
	"context"
	"database/sql"
	"errors"

	"batchsync/internal/batchsync"
)

// count fills in what is told of one table.
func (c *Counter) count(ctx context.Context, p *pool, t Table, columns []described, out *batchsync.SourceFigures) {
	out.Columns = columnsOf(columns)
	out.DatesUnread = p.dialect.zeroDate(columns) != ""
	where, err := filter(t.Where)
	if err != nil {
		out.Problem = filterProblem(err)
		return
	}
	if len(columns) > 0 && where == "" && !columns[0].view && columns[0].rows.Int64 > c.limits.huge {
		out.How, out.Rows = batchsync.CountedEstimated, columns[0].rows.Int64
	} else {
		f, detail := c.reading(ctx, p, out.Table, func(ctx context.Context, tx *sql.Tx) error {
			return tx.QueryRowContext(ctx, counting(p.dialect, t, where)).Scan(&out.Rows)
		})
		if f != "" {
			out.Rows, out.Problem = -1, f.problem(seconds(c.limits.statement), detail)
			return
		}
		out.How = batchsync.CountedExactly
	}
	out.At = c.now().UTC()
	if len(columns) == 0 && out.Problem == nil {
		out.Problem = &batchsync.Problem{Code: batchsync.CodeForbidden, Text: batchsync.T("source.columns"), Hint: batchsync.T("source.columns_hint")}
	}
	out.ZeroDate, out.DatesUnread = c.zeroDates(ctx, p, t, where, columns)
}

// counting is the statement that counts the rows the task copies.
func counting(d dialect, t Table, where string) string {
	return "SELECT " + d.count() + " FROM " + from(d, t) + condition(where)
}

func condition(where string) string {
	if where == "" {
		return ""
	}
	return " WHERE (" + where + ")"
}

// zeroDates reports whether a table is known to hold dates that do not exist,
// and whether that was not found out, e.g. because the look took too long; the
// count stands without it.
func (c *Counter) zeroDates(ctx context.Context, p *pool, t Table, where string, columns []described) (found, unread bool) {
	zero := p.dialect.zeroDate(columns)
	if zero == "" {
		return false, false
	}
	if where != "" {
		zero = "(" + where + ") AND (" + zero + ")"
	}
	f, _ := c.reading(ctx, p, t.String()+" zero dates", func(ctx context.Context, tx *sql.Tx) error {
		if err := bound(ctx, tx, p.dialect, c.limits.probe); err != nil {
			return err
		}
		var one int
		err := tx.QueryRowContext(ctx, "SELECT 1 FROM "+from(p.dialect, t)+" WHERE "+zero+" LIMIT 1").Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	return found, f != ""
}
