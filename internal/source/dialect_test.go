package source

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"
)

func TestCounting(t *testing.T) {
	t.Parallel()
	hostile := Table{Schema: "a`b\"c]d", Name: "T; DROP 'x'"}
	for _, tt := range []struct {
		name string
		d    dialect
		t    Table
		want string
	}{
		{"mysql", mySQL{}, Table{Schema: "shop", Name: "Orders", Where: "id > 1 OR x"}, "SELECT COUNT(*) FROM `shop`.`Orders` WHERE (id > 1 OR x)"},
		{"mysql hostile", mySQL{}, hostile, "SELECT COUNT(*) FROM `a``b\"c]d`.`T; DROP 'x'`"},
		{"postgres", postgres{}, Table{Name: "Orders"}, `SELECT COUNT(*) FROM "Orders"`},
		{"postgres hostile", postgres{}, hostile, "SELECT COUNT(*) FROM \"a`b\"\"c]d\".\"T; DROP 'x'\""},
		{"sqlserver", sqlServer{}, Table{Schema: "dbo", Name: "Orders", Where: "[a b] = 'x'"}, "SELECT COUNT_BIG(*) FROM [dbo].[Orders] WHERE ([a b] = 'x')"},
		{"sqlserver hostile", sqlServer{}, hostile, "SELECT COUNT_BIG(*) FROM [a`b\"c]]d].[T; DROP 'x']"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			where, err := filter(tt.t.Where)
			if got := counting(tt.d, tt.t, where); err != nil || got != tt.want {
				t.Errorf("statement is %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

// There is no SQL Server to ask, so its statements are looked at only.
func TestSQLServer_Describe(t *testing.T) {
	t.Parallel()
	query, args := sqlServer{}.describe([]Table{{Schema: "dbo", Name: "a"}, {Name: "b'; --"}})
	for _, want := range []string{
		"FROM (VALUES (0, @p1, @p2), (1, @p3, @p4)) AS w (i, s, n)",
		"s.name = COALESCE(NULLIF(w.s, ''), SCHEMA_NAME())",
		"o.name = w.n AND o.type IN ('U', 'V')",
		"i.is_primary_key = 1",
		"WHEN b.name = 'timestamp' THEN 'rowversion'", "WHEN b.name = 'float' THEN 'float(53)'", "WHEN b.name = 'tinyint' THEN 'tinyint unsigned'",
	} {
		if !strings.Contains(query, want) {
			t.Errorf("query lacks %q:\n%s", want, query)
		}
	}
	if fmt.Sprint(args) != "[dbo a  b'; --]" || strings.Contains(query, "--") || strings.Contains(query, "%!") {
		t.Errorf("arguments are %q of\n%s", args, query)
	}
	if n := strings.Count(query, "("); n != strings.Count(query, ")") {
		t.Errorf("parentheses are not closed:\n%s", query)
	}
	if got := (sqlServer{}).bounds("", 30*time.Second); len(got) != 1 || got[0] != "SET LOCK_TIMEOUT 30000" {
		t.Errorf("bounds are %q", got)
	}
}

func TestMySQL_Bounds(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"10.11.6-MariaDB-0+deb12u1": "SET SESSION max_statement_time = 1.500",
		"8.4.0":                     "SET SESSION max_execution_time = 1500",
	} {
		if got := (mySQL{}).bounds(version, 1500*time.Millisecond); got[0] != want || got[1] != "SET SESSION lock_wait_timeout = 1" {
			t.Errorf("bounds of %s are %q", version, got)
		}
	}
}

func TestFaultOf(t *testing.T) {
	t.Parallel()
	over, cancel := context.WithCancel(context.Background())
	cancel()
	my := func(n uint16) error { return fmt.Errorf("wrapped: %w", &mysql.MySQLError{Number: n, Message: "said"}) }
	pg := func(code string) error {
		return fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code, Message: "said"})
	}
	ms := func(n int32) error { return fmt.Errorf("wrapped: %w", mssql.Error{Number: n, Message: "said"}) }
	for _, tt := range []struct {
		name   string
		ctx    context.Context
		d      dialect
		err    error
		want   fault
		detail string
	}{
		{"mysql password", t.Context(), mySQL{}, my(1045), faultLogin, "said"},
		{"mysql no table", t.Context(), mySQL{}, my(1146), faultGone, "said"},
		{"mysql denied", t.Context(), mySQL{}, my(1142), faultDenied, "said"},
		{"mysql deadline", t.Context(), mySQL{}, my(3024), faultTimeout, "said"},
		{"mariadb deadline", t.Context(), mySQL{}, my(1969), faultTimeout, "said"},
		{"mysql full", t.Context(), mySQL{}, my(1040), faultUnreachable, "said"},
		{"mysql other", t.Context(), mySQL{}, my(1054), faultRefused, "said"},
		{"postgres password", t.Context(), postgres{}, pg("28P01"), faultLogin, "said"},
		{"postgres no table", t.Context(), postgres{}, pg("42P01"), faultGone, "said"},
		{"postgres denied", t.Context(), postgres{}, pg("42501"), faultDenied, "said"},
		{"postgres deadline", t.Context(), postgres{}, pg("57014"), faultTimeout, "said"},
		{"postgres full", t.Context(), postgres{}, pg("53300"), faultUnreachable, "said"},
		{"postgres other", t.Context(), postgres{}, pg("42703"), faultRefused, "said"},
		{"sqlserver password", t.Context(), sqlServer{}, ms(18456), faultLogin, "said"},
		{"sqlserver password in words", t.Context(), sqlServer{}, errors.New("login error: Login failed"), faultLogin, ""},
		{"sqlserver no table", t.Context(), sqlServer{}, ms(208), faultGone, "said"},
		{"sqlserver denied", t.Context(), sqlServer{}, ms(229), faultDenied, "said"},
		{"sqlserver lock", t.Context(), sqlServer{}, ms(1222), faultTimeout, "said"},
		{"sqlserver other", t.Context(), sqlServer{}, ms(207), faultRefused, "said"},
		{"our deadline", over, mySQL{}, mysql.ErrInvalidConn, faultTimeout, ""},
		{"connection refused", t.Context(), mySQL{}, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, faultUnreachable, "connection refused"},
		{"no such host", t.Context(), mySQL{}, &net.DNSError{Name: "secret.example"}, faultUnreachable, "the host is not known"},
		{"closed", t.Context(), postgres{}, io.ErrUnexpectedEOF, faultUnreachable, "the connection was closed"},
		{"anything", t.Context(), postgres{}, errors.New("at secret.example"), faultUnreachable, ""},
		{"done", t.Context(), postgres{}, sql.ErrConnDone, faultUnreachable, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if f, detail := faultOf(tt.ctx, tt.d, tt.err); f != tt.want || detail != tt.detail {
				t.Errorf("fault is %q (%q), want %q (%q)", f, detail, tt.want, tt.detail)
			}
			if p := tt.want.problem("30", ""); p.Code == "" || p.Text.IsZero() || p.Hint.IsZero() {
				t.Errorf("problem is %+v", p)
			}
		})
	}
}

func TestAddress_Masked(t *testing.T) {
	t.Parallel()
	dsn := "postgres://" + url.UserPassword("reader", planted).String() + "@db.example/shop"
	a, err := parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"cannot connect to " + dsn, "password " + planted, fmt.Sprintf("%q", "x "+planted), url.QueryEscape(planted)} {
		if got := a.masked(text); strings.Contains(got, "pl4nted") || !strings.Contains(got, mask) {
			t.Errorf("%q is masked as %q", text, got)
		}
	}
}
