package source

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// dialect is what differs between the kinds of source.
type dialect interface {
	// connector makes connections through l; a server that is silent for
	// longer than quiet has its connection closed.
	connector(l *lines, quiet time.Duration) (driver.Connector, error)

	// options are those of a read-only transaction.
	options() *sql.TxOptions

	// bounds are statements after which the server ends each further one
	// of the transaction by itself after d. version is that of the server.
	bounds(version string, d time.Duration) []string

	// version asks for the server's version, "" if bounds does not need it.
	version() string

	// quote makes a name of any characters safe.
	quote(name string) string

	// count is the aggregate that counts all rows.
	count() string

	// describe asks for the columns of tables: index of the table, whether it
	// is a view, estimated rows or null, column, type in full, nullable,
	// primary, position of the column.
	describe(tables []Table) (query string, args []any)

	// zeroDate is the condition under which one of the columns holds a date
	// that does not exist, "" where there are none.
	zeroDate(columns []described) string

	// access tells what the account may change, and whether it is encrypted.
	access(ctx context.Context, tx *sql.Tx) (batchsync.SourceAccess, error)

	// fault tells what an error of the server means, "" for anything else.
	fault(err error) (f fault, message string)
}

// described is one column of what describe asks for.
type described struct {
	view       bool
	rows       sql.NullInt64
	name, kind string
	nullable   bool
	primary    bool
	position   int
}

// from names the table in a statement.
func from(d dialect, t Table) string {
	if t.Schema == "" {
		return d.quote(t.Name)
	}
	return d.quote(t.Schema) + "." + d.quote(t.Name)
}

// quoteWith puts a name in quotes, its own closing ones doubled.
func quoteWith(open, name, end string) string {
	return open + strings.ReplaceAll(name, end, end+end) + end
}

// names are the arguments of a query that asks for schema and name of each
// table.
func names(tables []Table) []any {
	var out []any
	for _, t := range tables {
		out = append(out, t.Schema, t.Name)
	}
	return out
}

// rows are the values of n tables: index, and the numbers of two placeholders.
func rows(format string, n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(format, i, 2*i+1, 2*i+2))
	}
	return strings.Join(out, ", ")
}
