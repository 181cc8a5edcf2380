package source

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// maxDescribed is how many tables are described by one query.
const maxDescribed = 200

// describe tells the columns of tables by their index; asked are those to
// describe. If it cannot, the problem says why, and everywhere that it is no
// use to ask this source for anything else.
func (c *Counter) describe(ctx context.Context, p *pool, tables []Table, asked []int) (known map[int][]described, trouble *batchsync.Problem, everywhere bool) {
	known = map[int][]described{}
	for some := range slices.Chunk(asked, maxDescribed) {
		if !p.take(ctx) {
			return known, nil, false
		}
		f, detail := c.describeSome(ctx, p, tables, some, known)
		p.release()
		if f != "" {
			// Who gave no answer to this will give none to counts either.
			return known, f.problem(seconds(c.limits.statement), detail), f.everywhere() || f == faultTimeout
		}
	}
	return known, nil, false
}

func (c *Counter) describeSome(ctx context.Context, p *pool, tables []Table, some []int, known map[int][]described) (fault, string) {
	var these []Table
	for _, i := range some {
		these = append(these, tables[i])
	}
	query, args := p.dialect.describe(these)
	return c.reading(ctx, p, "describe", func(ctx context.Context, tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var at int
			var d described
			if err := found.Scan(&at, &d.view, &d.rows, &d.name, &d.kind, &d.nullable, &d.primary, &d.position); err != nil {
				return err
			}
			if at < 0 || at >= len(some) {
				return fmt.Errorf("the answer is about table %d of %d", at, len(some))
			}
			known[some[at]] = append(known[some[at]], d)
		}
		for _, i := range some {
			slices.SortFunc(known[i], func(a, b described) int { return cmp.Compare(a.position, b.position) })
		}
		return found.Err()
	})
}

// reading carries out do in a read-only transaction with the usual bounds, and
// rolls back. about names what is asked, for the log.
func (c *Counter) reading(ctx context.Context, p *pool, about string, do func(context.Context, *sql.Tx) error) (fault, string) {
	// The server's own bound comes first where there is one: it ends the work
	// there as well.
	ctx, cancel := context.WithTimeout(ctx, c.limits.statement+c.limits.goodbye/2)
	defer cancel()
	err := c.inTransaction(ctx, p, do)
	if err == nil {
		return "", ""
	}
	f, detail := faultOf(ctx, p.dialect, err)
	c.log.Warn("source did not answer", "source", p.name, "about", about, "fault", string(f), "error", p.masked(err.Error()))
	return f, cut(p.masked(detail))
}

// maxDetail is how much of a server's message is kept, in bytes.
const maxDetail = 500

func cut(detail string) string {
	return strings.ToValidUTF8(detail[:min(len(detail), maxDetail)], "")
}

func (c *Counter) inTransaction(ctx context.Context, p *pool, do func(context.Context, *sql.Tx) error) error {
	tx, err := p.db.BeginTx(ctx, p.dialect.options())
	if err != nil {
		return err
	}
	defer tx.Rollback() // there is nothing to lose, and a broken connection is thrown away anyway
	if err := bound(ctx, tx, p.dialect, c.limits.statement); err != nil {
		return err
	}
	return do(ctx, tx)
}

// bound has the server end each further statement after d.
func bound(ctx context.Context, tx *sql.Tx, d dialect, after time.Duration) error {
	var version string
	if ask := d.version(); ask != "" {
		if err := tx.QueryRowContext(ctx, ask).Scan(&version); err != nil {
			return err
		}
	}
	for _, set := range d.bounds(version, after) {
		if _, err := tx.ExecContext(ctx, set); err != nil {
			return err
		}
	}
	return nil
}

func seconds(d time.Duration) string { return strconv.Itoa(int(max(d, time.Second) / time.Second)) }

// columnsOf are the columns as others know them.
func columnsOf(all []described) []batchsync.SourceColumn {
	var out []batchsync.SourceColumn
	for _, d := range all {
		out = append(out, batchsync.SourceColumn{Name: d.name, Type: d.kind, Nullable: d.nullable, Primary: d.primary})
	}
	return out
}
