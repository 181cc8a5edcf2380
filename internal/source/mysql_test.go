package source

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/source/sourcetest"
)

// Parts are not parallel: goroutines are counted, and the server is shared.
func TestMySQL(t *testing.T) {
	owner := sourcetest.StartMySQL(t)
	reader := sourcetest.As(t, owner, sourcetest.Reader, sourcetest.Password)
	plantMySQL(t, owner)

	t.Run("types", func(t *testing.T) { mysqlTypes(t, reader) })
	t.Run("names", func(t *testing.T) { mysqlNames(t, reader) })
	t.Run("figures", func(t *testing.T) { mysqlFigures(t, reader) })
	t.Run("zero dates", func(t *testing.T) { mysqlZeroDates(t, reader) })
	t.Run("dates unread", func(t *testing.T) { mysqlDatesUnread(t, reader) })
	t.Run("bounds", func(t *testing.T) { mysqlBounds(t, owner, reader) })
	t.Run("dropped", func(t *testing.T) { mysqlDropped(t, owner, reader) })
	t.Run("read only", func(t *testing.T) { mysqlReadOnly(t, owner) })
	t.Run("access", func(t *testing.T) { checkAccess(t, owner, reader) })
	t.Run("password", func(t *testing.T) { checkPassword(t, owner) })
	t.Run("masked", func(t *testing.T) { checkMasked(t, reader, "`"+sourcetest.Password+"`") })
	t.Run("close", func(t *testing.T) {
		slow := Table{"shop", "many", "'closing' <> '' AND (SELECT COUNT(*) FROM shop.many a, shop.many b, shop.many c, shop.many d) > 0"}
		checkClose(t, reader, asks(t, owner, working), slow, slow)
	})
}

// working counts what the reader is asking in the test of closing. What was
// called off before is not counted: the server works on for its 30 seconds.
const working = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'reader' AND info LIKE '%''closing''%'"

func plantMySQL(t *testing.T, owner string) {
	t.Helper()
	var wide []string
	for i := range 500 {
		wide = append(wide, fmt.Sprintf("c%03d int", i))
	}
	sourcetest.Exec(t, owner,
		"SET SESSION sql_mode = ''",
		"CREATE DATABASE shop", "CREATE DATABASE `we``ird \"x\"`",
		"CREATE TABLE shop.types (id int unsigned NOT NULL, part smallint NOT NULL, flag bit(1), kind enum('a','it''s'), tags set('x','y'), big bigint unsigned,"+
			" t time, txt mediumtext, amount decimal(38,10), d date, dt datetime(3), password varchar(20), PRIMARY KEY (id, part))",
		"INSERT INTO shop.types (id, part, d, dt) VALUES (1, 1, '0000-00-00', NULL), (2, 1, '2026-01-01', '2026-01-01'), (3, 1, NULL, NULL)",
		"CREATE VIEW shop.seen AS SELECT * FROM shop.types WHERE id > 1",
		"CREATE TABLE shop.part (id int primary key, dt datetime)", "INSERT INTO shop.part VALUES (1, '2026-00-10'), (2, '2026-01-01')",
		"CREATE TABLE shop.empty (id int primary key, d date)",
		"CREATE TABLE shop.Orders (id int primary key)", "INSERT INTO shop.Orders VALUES (1)",
		"CREATE TABLE shop.orders (id int primary key, more int)", "INSERT INTO shop.orders VALUES (1, 1), (2, 2)",
		"CREATE TABLE `we``ird \"x\"`.`Ta``ble '城市'; --` (`a``b` int)", "INSERT INTO `we``ird \"x\"`.`Ta``ble '城市'; --` VALUES (1)",
		"CREATE TABLE shop.wide ("+strings.Join(wide, ", ")+")",
		"CREATE TABLE shop.many (id int primary key)", "INSERT INTO shop.many SELECT seq FROM shop.seq_1_to_1000", "ANALYZE TABLE shop.many",
		"CREATE TABLE shop.written (id int)",
		"CREATE FUNCTION shop.writes() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO shop.written VALUES (1); RETURN 1; END",
	)
}

func mysqlTypes(t *testing.T, reader string) {
	f := counter(t, reader, nil).ask(t, Table{"shop", "types", ""})[0]
	for name, want := range map[string]string{
		"id": "int(10) unsigned", "flag": "bit(1)", "kind": "enum('a','it''s')", "tags": "set('x','y')", "big": "bigint(20) unsigned",
		"t": "time", "txt": "mediumtext", "amount": "decimal(38,10)", "d": "date", "dt": "datetime(3)", "password": "varchar(20)",
	} {
		if got := typesOf(f)[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if first := f.Columns[0]; first.Name != "id" || !first.Primary || first.Nullable {
		t.Errorf("the first column is %+v", first)
	}
	if second, third := f.Columns[1], f.Columns[2]; !second.Primary || third.Primary || !third.Nullable {
		t.Errorf("the next columns are %+v, %+v", second, third)
	}
}

func mysqlNames(t *testing.T, reader string) {
	out := counter(t, reader, nil).ask(t, Table{"shop", "Orders", ""}, Table{"shop", "orders", ""}, Table{"we`ird \"x\"", "Ta`ble '城市'; --", ""}, Table{"shop", "wide", ""})
	for i, want := range []struct{ rows, columns int }{{1, 1}, {2, 2}, {1, 1}, {0, 500}} {
		if f := out[i]; f.Rows != int64(want.rows) || len(f.Columns) != want.columns || f.Problem != nil {
			t.Errorf("%s: %d rows, %d columns, %+v; want %+v", f.Table, f.Rows, len(f.Columns), f.Problem, want)
		}
	}
	if out[3].Columns[499].Name != "c499" {
		t.Errorf("the last of many columns is %+v", out[3].Columns[499])
	}
	// A schema that the address names may be left out.
	if f := counter(t, reader+"shop", nil).ask(t, Table{"", "orders", ""})[0]; f.Rows != 2 || len(f.Columns) != 2 || f.Table != "orders" {
		t.Errorf("without a schema: %+v", f)
	}
}

func mysqlFigures(t *testing.T, reader string) {
	c := counter(t, reader, func(l *limits) { l.huge = 500 })
	for _, tt := range []struct {
		table   Table
		how     batchsync.Counted
		rows    int64
		problem batchsync.TextKey
	}{
		{Table{"shop", "types", ""}, batchsync.CountedExactly, 3, ""},
		{Table{"shop", "types", "id = 1 OR id = 2"}, batchsync.CountedExactly, 2, ""},
		{Table{"shop", "seen", ""}, batchsync.CountedExactly, 2, ""},
		{Table{"shop", "empty", ""}, batchsync.CountedExactly, 0, ""},
		{Table{"shop", "many", "id > 0"}, batchsync.CountedExactly, 1000, ""},
		{Table{"shop", "many", ""}, batchsync.CountedEstimated, 1000, ""},
		{Table{"shop", "many", "dt = '${bizdate}'"}, "", -1, "source.parameters"},
		{Table{"shop", "many", "1=1) OR (1=1"}, "", -1, "source.filter"},
		{Table{"shop", "many", "no_such = 1"}, "", -1, "source.refused"},
		{Table{"shop", "none", ""}, "", -1, "source.gone"},
		{Table{"nowhere", "none", ""}, "", -1, "source.gone"},
	} {
		f := c.ask(t, tt.table)[0]
		if f.How != tt.how || f.Rows != tt.rows || problemKey(f) != tt.problem {
			t.Errorf("%+v: %q, %d rows, %+v", tt.table, f.How, f.Rows, f.Problem)
		}
		if f.At.IsZero() != (f.How == "") {
			t.Errorf("%+v was counted at %s", tt.table, f.At)
		}
	}
}

func mysqlZeroDates(t *testing.T, reader string) {
	c := counter(t, reader, nil)
	for _, tt := range []struct {
		table Table
		want  bool
	}{
		{Table{"shop", "types", ""}, true}, {Table{"shop", "types", "id > 1"}, false}, {Table{"shop", "seen", ""}, false},
		{Table{"shop", "part", ""}, true}, {Table{"shop", "empty", ""}, false}, {Table{"shop", "orders", ""}, false},
	} {
		if f := c.ask(t, tt.table)[0]; f.ZeroDate != tt.want || f.Problem != nil {
			t.Errorf("%+v holds zero dates: %v, %+v", tt.table, f.ZeroDate, f.Problem)
		}
	}
}

// What could not be looked at is said not to have been; nothing is made of it.
func mysqlDatesUnread(t *testing.T, reader string) {
	c := counter(t, reader, func(l *limits) { l.probe = 50 * time.Millisecond })
	for _, tt := range []struct {
		table  Table
		rows   int64
		unread bool
	}{
		{Table{"shop", "types", "SLEEP(0.2) = 0 AND id > 1"}, 2, true}, {Table{"shop", "types", "no_such = 1"}, -1, true}, {Table{"shop", "types", "("}, -1, true},
		{Table{"shop", "types", "id > 1"}, 2, false}, {Table{"shop", "orders", "SLEEP(0.2) = 0"}, 2, false}, {Table{"shop", "none", ""}, -1, false},
	} {
		if f := c.ask(t, tt.table)[0]; f.DatesUnread != tt.unread || f.ZeroDate || f.Rows != tt.rows {
			t.Errorf("%+v: dates unread %v, zero %v, %d rows, %+v", tt.table, f.DatesUnread, f.ZeroDate, f.Rows, f.Problem)
		}
	}
}

// A count that works for too long is ended by the server; others go on, and an
// unused connection goes.
func mysqlBounds(t *testing.T, owner, reader string) {
	c := counter(t, reader, func(l *limits) {
		l.statement, l.goodbye, l.idle = 300*time.Millisecond, 10*time.Second, 100*time.Millisecond
	})
	slow := "(SELECT COUNT(*) FROM shop.many a, shop.many b, shop.many c) > 0"
	out := c.ask(t, Table{"shop", "many", slow}, Table{"shop", "many", ""}, Table{"shop", "many", slow}, Table{"shop", "orders", ""})
	for i, want := range []batchsync.TextKey{"source.timeout", "", "source.timeout", ""} {
		if problemKey(out[i]) != want {
			t.Errorf("table %d: %+v %+v", i, out[i].Rows, out[i].Problem)
		}
	}
	connections := asks(t, owner, "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'reader'")
	until(t, "unused connections are closed", func() bool { return connections() == 0 })

	c = counter(t, reader, func(l *limits) { l.total = 300 * time.Millisecond })
	slow += " AND (SELECT COUNT(*) FROM shop.many a, shop.many b, shop.many c, shop.many d) > 0"
	out = c.ask(t, Table{"shop", "many", slow}, Table{"shop", "many", slow}, Table{"shop", "many", ""})
	for i, want := range []batchsync.TextKey{"source.timeout", "source.timeout", "source.time"} {
		if problemKey(out[i]) != want {
			t.Errorf("table %d after all time: %+v", i, out[i].Problem)
		}
	}
}

// The gates are locks of the server that hold both connections while a table
// that was described already is dropped.
func mysqlDropped(t *testing.T, owner, reader string) {
	sourcetest.Exec(t, owner, "CREATE TABLE shop.victim (id int primary key)")
	gate := sourcetest.Open(t, owner)
	gate.SetMaxOpenConns(1)
	do := func(statement string) {
		if _, err := gate.ExecContext(t.Context(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	do("DO GET_LOCK('gate1', 20), GET_LOCK('gate2', 20)")
	blocked := asks(t, owner, "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User lock'")
	dropped := make(chan struct{})
	go func() {
		defer close(dropped)
		for range 2000 {
			if blocked() == 2 {
				break
			}
			<-time.After(10 * time.Millisecond)
		}
		do("DROP TABLE shop.victim")
		do("DO RELEASE_LOCK('gate1'), RELEASE_LOCK('gate2')")
	}()
	out := counter(t, reader, nil).ask(t, Table{"shop", "orders", "GET_LOCK('gate1', 20) = 1"}, Table{"shop", "Orders", "GET_LOCK('gate2', 20) = 1"}, Table{"shop", "victim", ""})
	<-dropped
	if f := out[2]; problemKey(f) != "source.gone" || f.Rows != -1 || len(f.Columns) != 1 {
		t.Errorf("a table that was dropped: %+v %+v", f, f.Problem)
	}
	if out[0].Rows != 2 || out[1].Rows != 1 {
		t.Errorf("the others: %+v %+v", out[0], out[1])
	}
}

// Even an account that may write changes nothing.
func mysqlReadOnly(t *testing.T, owner string) {
	f := counter(t, owner, nil).ask(t, Table{"shop", "orders", "shop.writes() = 1"})[0]
	if problemKey(f) != "source.refused" || !strings.Contains(f.Problem.Detail, "READ ONLY") {
		t.Errorf("a filter that writes: %+v %+v", f, f.Problem)
	}
	if n := asks(t, owner, "SELECT COUNT(*) FROM shop.written")(); n != 0 {
		t.Errorf("a count wrote %d rows", n)
	}
}
