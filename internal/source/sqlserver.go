package source

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// sqlServer speaks to Microsoft SQL Server.
type sqlServer struct{ config msdsn.Config }

func newSQLServer(dsn string) (sqlServer, error) {
	c, err := msdsn.Parse(dsn)
	if err != nil {
		return sqlServer{}, errors.New("the address or one of its options cannot be used")
	}
	c.LogFlags = 0
	return sqlServer{c}, nil
}

func (s sqlServer) connector(l *lines, quiet time.Duration) (driver.Connector, error) {
	config := s.config
	config.ConnTimeout = quiet
	c := mssql.NewConnectorConfig(config)
	c.Dialer = hostDialer{l, config.Host}
	return c, nil
}

// hostDialer leaves finding the host to the dialer, which respects deadlines.
type hostDialer struct {
	*lines
	host string
}

func (d hostDialer) HostName() string { return d.host }

func (d hostDialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	return d.dial(ctx, network, addr)
}

// options: there are no read-only transactions; ours end in a rollback.
func (sqlServer) options() *sql.TxOptions { return nil }

func (sqlServer) version() string { return "" }

// bounds: the server bounds waiting for locks only; a statement that works for
// too long is called off by the driver.
func (sqlServer) bounds(_ string, d time.Duration) []string {
	return []string{fmt.Sprintf("SET LOCK_TIMEOUT %d", d.Milliseconds())}
}

func (sqlServer) quote(name string) string { return quoteWith("[", name, "]") }

func (sqlServer) count() string { return "COUNT_BIG(*)" }

// describe: an alias type is the type behind it. Lengths are in bytes, -1 for
// max, and two bytes a character where the type begins with n. What MySQL means
// by the same word otherwise is told apart: its tinyint has a sign, its float
// half the bits, and its timestamp is a time.
func (sqlServer) describe(tables []Table) (string, []any) {
	const query = `SELECT w.i, CAST(CASE WHEN o.type = 'V' THEN 1 ELSE 0 END AS bit),
 (SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = o.object_id AND p.index_id IN (0, 1)),
 c.name,
 CASE
  WHEN b.name IN ('char', 'varchar', 'binary', 'varbinary') THEN b.name + '(' + CASE c.max_length WHEN -1 THEN 'max' ELSE CAST(c.max_length AS varchar(10)) END + ')'
  WHEN b.name IN ('nchar', 'nvarchar') THEN b.name + '(' + CASE c.max_length WHEN -1 THEN 'max' ELSE CAST(c.max_length / 2 AS varchar(10)) END + ')'
  WHEN b.name IN ('decimal', 'numeric') THEN b.name + '(' + CAST(c.precision AS varchar(10)) + ',' + CAST(c.scale AS varchar(10)) + ')'
  WHEN b.name IN ('time', 'datetime2', 'datetimeoffset') THEN b.name + '(' + CAST(c.scale AS varchar(10)) + ')'
  WHEN b.name = 'tinyint' THEN 'tinyint unsigned'
  WHEN b.name = 'float' THEN 'float(53)'
  WHEN b.name = 'timestamp' THEN 'rowversion'
  ELSE COALESCE(b.name, u.name) END,
 c.is_nullable,
 CAST(CASE WHEN EXISTS (SELECT 1 FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
   WHERE i.object_id = o.object_id AND i.is_primary_key = 1 AND k.column_id = c.column_id) THEN 1 ELSE 0 END AS bit),
 c.column_id
 FROM (VALUES %s) AS w (i, s, n)
 JOIN sys.schemas s ON s.name = COALESCE(NULLIF(w.s, ''), SCHEMA_NAME())
 JOIN sys.objects o ON o.schema_id = s.schema_id AND o.name = w.n AND o.type IN ('U', 'V')
 JOIN sys.columns c ON c.object_id = o.object_id
 JOIN sys.types u ON u.user_type_id = c.user_type_id
 LEFT JOIN sys.types b ON b.user_type_id = c.system_type_id`
	return fmt.Sprintf(query, rows("(%d, @p%d, @p%d)", len(tables))), names(tables)
}

func (sqlServer) zeroDate([]described) string { return "" }

func (sqlServer) fault(err error) (fault, string) {
	var e mssql.Error
	if !errors.As(err, &e) {
		return "", ""
	}
	switch e.Number {
	case 4060, 18452, 18456, 18470, 18486, 18487, 18488:
		return faultLogin, e.Message
	case 208:
		return faultGone, e.Message
	case 229, 230, 916:
		return faultDenied, e.Message
	case 1222:
		return faultTimeout, e.Message
	}
	return faultRefused, e.Message
}
