package source

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/microsoft/go-mssqldb/msdsn"

	"batchsync/internal/batchsync"
)

// Access tells how the account of a source is connected and what it may change
// there, as far as the source says so to the account itself. It changes nothing
// and reads no table. An error is a [batchsync.Error] that says why nothing is
// told, or that of ctx; it shows no address.
func (c *Counter) Access(ctx context.Context, source string) (batchsync.SourceAccess, error) {
	p, err := c.begin(source)
	if err != nil {
		return batchsync.SourceAccess{}, err
	}
	defer c.calls.Done()
	if !p.take(ctx) {
		return batchsync.SourceAccess{}, fmt.Errorf("look at source %s: %w", source, ctx.Err())
	}
	defer p.release()
	var out batchsync.SourceAccess
	f, detail := c.reading(ctx, p, "access", func(ctx context.Context, tx *sql.Tx) error {
		out, err = p.dialect.access(ctx, tx)
		return err
	})
	if f != "" {
		problem := f.problem(seconds(c.limits.statement), detail)
		return batchsync.SourceAccess{}, &batchsync.Error{Code: problem.Code, Text: problem.Text, Hint: problem.Hint, Err: errors.New(detail)}
	}
	return out, nil
}

// writing is what an account may do that holds these rights.
func writing(rights []string) batchsync.SourceAccess {
	slices.Sort(rights)
	rights = slices.Compact(rights)
	return batchsync.SourceAccess{Writes: batchsync.Tell(len(rights) > 0), Rights: rights}
}

func (mySQL) access(ctx context.Context, tx *sql.Tx) (batchsync.SourceAccess, error) {
	grants, err := tx.QueryContext(ctx, "SHOW GRANTS")
	if err != nil {
		return batchsync.SourceAccess{}, err
	}
	defer grants.Close()
	var rights []string
	unknown := false // what a role brings is not shown
	for grants.Next() {
		var line string
		if err := grants.Scan(&line); err != nil {
			return batchsync.SourceAccess{}, err
		}
		some, role := changing(line)
		rights, unknown = append(rights, some...), unknown || role
	}
	if err := grants.Err(); err != nil {
		return batchsync.SourceAccess{}, err
	}
	out := writing(rights)
	if unknown && len(rights) == 0 {
		out.Writes = batchsync.NotTold
	}
	var name, cipher string
	if err := tx.QueryRowContext(ctx, "SHOW SESSION STATUS LIKE 'Ssl_cipher'").Scan(&name, &cipher); err == nil {
		out.TLS = batchsync.Tell(cipher != "")
	}
	return out, nil
}

var (
	quotedName  = regexp.MustCompile("`(?:[^`]|``)*`")
	columnsOfIt = regexp.MustCompile(`\([^)]*\)`)
)

// changing are the rights of a line of SHOW GRANTS by which something can be
// changed; role tells that it grants a role instead. The rest of the line, which
// may hold what a password is checked with, is not looked at.
func changing(line string) (rights []string, role bool) {
	line = columnsOfIt.ReplaceAllString(quotedName.ReplaceAllString(line, ""), "")
	line, ok := strings.CutPrefix(line, "GRANT ")
	head, _, on := strings.Cut(line, " ON ")
	if !ok || !on {
		return nil, ok
	}
	for _, right := range strings.Split(head, ",") {
		switch right = strings.TrimSpace(right); right {
		case "ALL", "ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "TRIGGER", "EVENT", "FILE", "SUPER",
			"CREATE VIEW", "CREATE ROUTINE", "ALTER ROUTINE", "CREATE USER", "DELETE HISTORY", "CREATE TABLESPACE":
			rights = append(rights, right)
		}
	}
	return rights, false
}

func (postgres) access(ctx context.Context, tx *sql.Tx) (batchsync.SourceAccess, error) {
	const query = `SELECT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
 coalesce(bool_or(has_table_privilege(c.oid, 'INSERT')), false), coalesce(bool_or(has_table_privilege(c.oid, 'UPDATE')), false),
 coalesce(bool_or(has_table_privilege(c.oid, 'DELETE')), false), coalesce(bool_or(has_table_privilege(c.oid, 'TRUNCATE')), false)
 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`
	out, err := granted(tx.QueryRowContext(ctx, query), "SUPERUSER", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
	if err != nil {
		return out, err
	}
	var encrypted bool
	if err := tx.QueryRowContext(ctx, "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()").Scan(&encrypted); err == nil {
		out.TLS = batchsync.Tell(encrypted)
	}
	return out, nil
}

// access: only those who may look at the server's state are told by it whether
// they are encrypted, so the address has to say it.
func (s sqlServer) access(ctx context.Context, tx *sql.Tx) (batchsync.SourceAccess, error) {
	const query = `SELECT CAST(IS_SRVROLEMEMBER('sysadmin') AS bit), CAST(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'INSERT') AS bit),
 CAST(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UPDATE') AS bit), CAST(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'DELETE') AS bit),
 CAST(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'ALTER') AS bit)`
	out, err := granted(tx.QueryRowContext(ctx, query), "sysadmin", "INSERT", "UPDATE", "DELETE", "ALTER")
	switch s.config.Encryption {
	case msdsn.EncryptionRequired, msdsn.EncryptionStrict:
		out.TLS = batchsync.ToldYes
	case msdsn.EncryptionDisabled, msdsn.EncryptionOff:
		out.TLS = batchsync.ToldNo
	}
	return out, err
}

// granted reads a row of truth values, one per right.
func granted(row *sql.Row, names ...string) (batchsync.SourceAccess, error) {
	has := make([]sql.NullBool, len(names))
	var to []any
	for i := range has {
		to = append(to, &has[i])
	}
	if err := row.Scan(to...); err != nil {
		return batchsync.SourceAccess{}, err
	}
	var rights []string
	for i, h := range has {
		if h.Bool {
			rights = append(rights, names[i])
		}
	}
	return writing(rights), nil
}
