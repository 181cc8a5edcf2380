package source

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgres speaks to PostgreSQL.
type postgres struct{ config *pgx.ConnConfig }

func newPostgres(dsn string) (postgres, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return postgres{}, errors.New("the address or one of its options cannot be used")
	}
	// Each statement is parsed as one statement, and nothing stays on the
	// server, because there may be a pooler in between.
	c.DefaultQueryExecMode = pgx.QueryExecModeExec
	c.Tracer, c.OnNotice = nil, nil
	return postgres{c}, nil
}

func (p postgres) connector(l *lines, _ time.Duration) (driver.Connector, error) {
	c := p.config.Copy()
	c.DialFunc = l.dial
	return stdlib.GetConnector(*c), nil
}

func (postgres) options() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

func (postgres) version() string { return "" }

func (postgres) bounds(_ string, d time.Duration) []string {
	return []string{fmt.Sprintf("SET LOCAL statement_timeout = %d", d.Milliseconds())}
}

func (postgres) quote(name string) string { return quoteWith(`"`, name, `"`) }

func (postgres) count() string { return "COUNT(*)" }

// describe: a domain is its base type, an enumeration its values. The
// estimate of a partitioned table is that of its partitions.
func (postgres) describe(tables []Table) (string, []any) {
	const query = `SELECT w.i, c.relkind IN ('v', 'f'),
 (CASE WHEN c.relkind = 'p' THEN 0 ELSE greatest(c.reltuples, 0) END + coalesce((SELECT sum(greatest(p.reltuples, 0))
   FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = c.oid), 0))::bigint,
 a.attname::text,
 CASE t.typtype
  WHEN 'e' THEN 'enum(' || (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
    FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) || ')'
  WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
  ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END,
 NOT a.attnotnull,
 EXISTS (SELECT 1 FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid AND x.indisprimary AND a.attnum = ANY (x.indkey)),
 a.attnum
 FROM (VALUES %s) AS w (i, s, n)
 JOIN pg_catalog.pg_namespace n ON n.nspname = coalesce(nullif(w.s, ''), current_schema()::text)
 JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.n AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 JOIN pg_catalog.pg_type t ON t.oid = a.atttypid`
	return fmt.Sprintf(query, rows("(%d, $%d::text, $%d::text)", len(tables))), names(tables)
}

func (postgres) zeroDate([]described) string { return "" }

func (postgres) fault(err error) (fault, string) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return "", ""
	}
	switch {
	case strings.HasPrefix(e.Code, "28"), e.Code == "3D000":
		return faultLogin, e.Message
	case e.Code == "42P01", e.Code == "3F000":
		return faultGone, e.Message
	case e.Code == "42501":
		return faultDenied, e.Message
	case e.Code == "57014", e.Code == "55P03":
		return faultTimeout, e.Message
	case strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"):
		return faultUnreachable, e.Message
	}
	return faultRefused, e.Message
}
