package source

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// mySQL speaks to MySQL and MariaDB.
type mySQL struct{ config *mysql.Config }

func newMySQL(u *url.URL, query url.Values) (mySQL, error) {
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net = "tcp"
	c.DBName = strings.Trim(u.Path, "/")
	c.TLSConfig = "preferred"
	port := u.Port()
	if port == "" {
		port = "3306"
	}
	c.Addr = net.JoinHostPort(u.Hostname(), port)
	for key := range query {
		switch value := query.Get(key); {
		case key != "tls":
			return mySQL{}, fmt.Errorf("the address has an option %q; there is only tls", key)
		case value != "true" && value != "false" && value != "skip-verify" && value != "preferred":
			return mySQL{}, errors.New("option tls is none of true, false, skip-verify and preferred")
		default:
			c.TLSConfig = value
		}
	}
	if _, err := mysql.NewConnector(c); err != nil {
		return mySQL{}, errors.New("the address cannot be used")
	}
	return mySQL{c}, nil
}

func (m mySQL) connector(l *lines, quiet time.Duration) (driver.Connector, error) {
	c := m.config.Clone()
	c.DialFunc = l.dial
	c.ReadTimeout, c.WriteTimeout = quiet, quiet
	c.Logger = &mysql.NopLogger{}
	return mysql.NewConnector(c)
}

func (mySQL) options() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

func (mySQL) version() string { return "SELECT VERSION()" }

// bounds: the two products have a name and a unit each for the same thing.
// Waiting for a lock counts in seconds.
func (mySQL) bounds(version string, d time.Duration) []string {
	limit := fmt.Sprintf("SET SESSION max_execution_time = %d", d.Milliseconds())
	if strings.Contains(strings.ToLower(version), "mariadb") {
		limit = fmt.Sprintf("SET SESSION max_statement_time = %.3f", d.Seconds())
	}
	return []string{limit, fmt.Sprintf("SET SESSION lock_wait_timeout = %d", max(1, int(d.Seconds())))}
}

func (mySQL) quote(name string) string { return quoteWith("`", name, "`") }

func (mySQL) count() string { return "COUNT(*)" }

// describe looks each table up by its name, because the server opens all others
// when asked for several. It compares those names without case, even where
// tables differ by case only. COLUMN_KEY is PRI for a unique key without nulls,
// too, if the table has no primary one.
func (m mySQL) describe(tables []Table) (string, []any) {
	const one = `SELECT %d, t.table_type <> 'BASE TABLE', t.table_rows,
 c.column_name, c.column_type, c.is_nullable = 'YES', c.column_key = 'PRI', c.ordinal_position
 FROM information_schema.tables t, information_schema.columns c
 WHERE t.table_schema = ? AND t.table_name = ? AND c.table_schema = ? AND c.table_name = ?
 AND (@@lower_case_table_names <> 0 OR CAST(CONCAT(t.table_schema, '/', t.table_name) AS BINARY) = CAST(? AS BINARY)
  AND CAST(CONCAT(c.table_schema, '/', c.table_name) AS BINARY) = CAST(? AS BINARY))`
	var parts []string
	var args []any
	for i, t := range tables {
		if t.Schema == "" {
			t.Schema = m.config.DBName
		}
		parts = append(parts, fmt.Sprintf(one, i))
		args = append(args, t.Schema, t.Name, t.Schema, t.Name, t.Schema+"/"+t.Name, t.Schema+"/"+t.Name)
	}
	return strings.Join(parts, " UNION ALL "), args
}

// zeroDate finds 0000-00-00 and 2026-00-00 alike, and names no such date: in
// its strict modes the server refuses to compare with one.
func (m mySQL) zeroDate(columns []described) string {
	var parts []string
	for _, c := range columns {
		if kind := strings.ToLower(c.kind); strings.HasPrefix(kind, "date") || strings.HasPrefix(kind, "timestamp") {
			parts = append(parts, fmt.Sprintf("MONTH(%[1]s) = 0 OR DAYOFMONTH(%[1]s) = 0", m.quote(c.name)))
		}
	}
	return strings.Join(parts, " OR ")
}

func (mySQL) fault(err error) (fault, string) {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return "", ""
	}
	switch e.Number {
	case 1044, 1045, 1130, 1698, 1862, 3118, 3955, 4151:
		return faultLogin, e.Message
	case 1049, 1146:
		return faultGone, e.Message
	case 1142, 1143, 1370:
		return faultDenied, e.Message
	case 1205, 1317, 1969, 3024:
		return faultTimeout, e.Message
	case 1040, 1053, 1203, 1226:
		return faultUnreachable, e.Message
	}
	return faultRefused, e.Message
}
