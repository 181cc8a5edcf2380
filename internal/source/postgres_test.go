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
func TestPostgres(t *testing.T) {
	owner := sourcetest.StartPostgres(t)
	reader := sourcetest.As(t, owner, sourcetest.Reader, sourcetest.Password)
	plantPostgres(t, owner)

	t.Run("types", func(t *testing.T) { postgresTypes(t, reader) })
	t.Run("names", func(t *testing.T) { postgresNames(t, reader) })
	t.Run("figures", func(t *testing.T) { postgresFigures(t, reader) })
	t.Run("bounds", func(t *testing.T) { postgresBounds(t, owner, reader) })
	t.Run("dropped", func(t *testing.T) { postgresDropped(t, owner, reader) })
	t.Run("read only", func(t *testing.T) { postgresReadOnly(t, owner) })
	t.Run("access", func(t *testing.T) { checkAccess(t, owner, reader) })
	t.Run("password", func(t *testing.T) { checkPassword(t, owner) })
	t.Run("masked", func(t *testing.T) { checkMasked(t, reader, `"`+sourcetest.Password+`"`) })
	t.Run("close", func(t *testing.T) {
		slow := Table{"shop", "many", "pg_sleep(60) IS NOT NULL"}
		working := asks(t, owner, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader' AND query LIKE '%pg_sleep%' AND state = 'active'")
		checkClose(t, reader, working, slow, slow)
		until(t, "the server is called off", func() bool { return working() == 0 })
	})
}

func plantPostgres(t *testing.T, owner string) {
	t.Helper()
	var wide []string
	for i := range 500 {
		wide = append(wide, fmt.Sprintf("c%03d int", i))
	}
	sourcetest.Exec(t, owner,
		"CREATE SCHEMA shop", `CREATE SCHEMA "we""ird `+"`x`"+`"`,
		"CREATE TYPE shop.mood AS ENUM ('b', 'it''s')", "CREATE DOMAIN shop.price AS numeric(10,2) CHECK (VALUE >= 0)",
		"CREATE TABLE shop.types (gone int, id bigint NOT NULL, part smallint NOT NULL, flag bit(3), mood shop.mood, price shop.price, amount numeric(40,5), n numeric,"+
			" t time, dt timestamptz, txt text, many int[], j jsonb, password varchar(20), PRIMARY KEY (id, part))",
		"ALTER TABLE shop.types DROP COLUMN gone",
		"INSERT INTO shop.types (id, part) VALUES (1, 1), (2, 1), (3, 1)",
		"CREATE VIEW shop.seen AS SELECT * FROM shop.types WHERE id > 1",
		"CREATE TABLE shop.empty (id int primary key, d date)",
		`CREATE TABLE shop."Orders" (id int primary key)`, `INSERT INTO shop."Orders" VALUES (1)`,
		"CREATE TABLE shop.orders (id int primary key, more int)", "INSERT INTO shop.orders VALUES (1, 1), (2, 2)",
		`CREATE TABLE "we""ird `+"`x`"+`"."Ta""ble '城市'; --" ("a""b" int)`, `INSERT INTO "we""ird `+"`x`"+`"."Ta""ble '城市'; --" VALUES (1)`,
		"CREATE TABLE shop.wide ("+strings.Join(wide, ", ")+")",
		"CREATE TABLE shop.many (id int primary key)", "INSERT INTO shop.many SELECT generate_series(1, 1000)", "ANALYZE shop.many",
		"CREATE TABLE shop.parts (id int) PARTITION BY RANGE (id)", "CREATE TABLE shop.p1 PARTITION OF shop.parts FOR VALUES FROM (0) TO (1000)",
		"CREATE TABLE shop.p2 PARTITION OF shop.parts FOR VALUES FROM (1000) TO (2000)", "INSERT INTO shop.parts SELECT generate_series(1, 1500)", "ANALYZE shop.parts",
		"CREATE TABLE public.plain (id int)", "CREATE SEQUENCE shop.ticket",
	)
}

func postgresTypes(t *testing.T, reader string) {
	f := counter(t, reader, nil).ask(t, Table{"shop", "types", ""})[0]
	for name, want := range map[string]string{
		"id": "bigint", "flag": "bit(3)", "mood": "enum('b','it''s')", "price": "numeric(10,2)", "amount": "numeric(40,5)", "n": "numeric",
		"t": "time without time zone", "dt": "timestamp with time zone", "txt": "text", "many": "integer[]", "j": "jsonb", "password": "character varying(20)",
	} {
		if got := typesOf(f)[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if first := f.Columns[0]; first.Name != "id" || !first.Primary || first.Nullable || len(f.Columns) != 13 {
		t.Errorf("the first of %d columns is %+v", len(f.Columns), first)
	}
	if second, third := f.Columns[1], f.Columns[2]; !second.Primary || third.Primary || !third.Nullable {
		t.Errorf("the next columns are %+v, %+v", second, third)
	}
}

func postgresNames(t *testing.T, reader string) {
	out := counter(t, reader, nil).ask(t, Table{"shop", "Orders", ""}, Table{"shop", "orders", ""}, Table{"we\"ird `x`", "Ta\"ble '城市'; --", ""}, Table{"shop", "wide", ""}, Table{"", "plain", ""})
	for i, want := range []struct{ rows, columns int }{{1, 1}, {2, 2}, {1, 1}, {0, 500}, {0, 1}} {
		if f := out[i]; f.Rows != int64(want.rows) || len(f.Columns) != want.columns || f.Problem != nil {
			t.Errorf("%s: %d rows, %d columns, %+v; want %+v", f.Table, f.Rows, len(f.Columns), f.Problem, want)
		}
	}
}

func postgresFigures(t *testing.T, reader string) {
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
		{Table{"shop", "parts", ""}, batchsync.CountedEstimated, 1500, ""},
		{Table{"shop", "many", "dt = '${bizdate}'"}, "", -1, "source.parameters"},
		{Table{"shop", "many", "1=1; DROP TABLE shop.many"}, "", -1, "source.filter"},
		{Table{"shop", "many", "no_such = 1"}, "", -1, "source.refused"},
		{Table{"shop", "none", ""}, "", -1, "source.gone"},
		{Table{"nowhere", "none", ""}, "", -1, "source.gone"},
	} {
		f := c.ask(t, tt.table)[0]
		if f.How != tt.how || f.Rows != tt.rows || problemKey(f) != tt.problem {
			t.Errorf("%+v: %q, %d rows, %+v", tt.table, f.How, f.Rows, f.Problem)
		}
	}
}

func postgresBounds(t *testing.T, owner, reader string) {
	c := counter(t, reader, func(l *limits) {
		l.statement, l.goodbye, l.idle = 300*time.Millisecond, 10*time.Second, 100*time.Millisecond
	})
	slow := "pg_sleep(60) IS NOT NULL"
	out := c.ask(t, Table{"shop", "many", slow}, Table{"shop", "many", ""}, Table{"shop", "many", slow}, Table{"shop", "orders", ""})
	for i, want := range []batchsync.TextKey{"source.timeout", "", "source.timeout", ""} {
		if problemKey(out[i]) != want {
			t.Errorf("table %d: %+v %+v", i, out[i].Rows, out[i].Problem)
		}
	}
	if said := out[0].Problem; said == nil || !strings.Contains(said.Detail, "statement timeout") {
		t.Errorf("the server itself did not end it: %+v", said)
	}
	connections := asks(t, owner, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'")
	until(t, "unused connections are closed", func() bool { return connections() == 0 })

	c = counter(t, reader, func(l *limits) { l.total = 300 * time.Millisecond })
	out = c.ask(t, Table{"shop", "many", slow}, Table{"shop", "many", slow}, Table{"shop", "many", ""})
	for i, want := range []batchsync.TextKey{"source.timeout", "source.timeout", "source.time"} {
		if problemKey(out[i]) != want {
			t.Errorf("table %d after all time: %+v", i, out[i].Problem)
		}
	}
}

// The gates are locks of the server that hold both connections while a table
// that was described already is dropped.
func postgresDropped(t *testing.T, owner, reader string) {
	sourcetest.Exec(t, owner, "CREATE TABLE shop.victim (id int primary key)")
	gate := sourcetest.Open(t, owner)
	gate.SetMaxOpenConns(1)
	do := func(statement string) {
		if _, err := gate.ExecContext(t.Context(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	do("SELECT pg_advisory_lock(1)")
	blocked := asks(t, owner, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'")
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
		do("SELECT pg_advisory_unlock(1)")
	}()
	through := "(SELECT pg_advisory_xact_lock_shared(1)) IS NOT NULL"
	out := counter(t, reader, nil).ask(t, Table{"shop", "orders", through}, Table{"shop", "Orders", through}, Table{"shop", "victim", ""})
	<-dropped
	if f := out[2]; problemKey(f) != "source.gone" || f.Rows != -1 || len(f.Columns) != 1 {
		t.Errorf("a table that was dropped: %+v %+v", f, f.Problem)
	}
	if out[0].Rows != 2 || out[1].Rows != 1 {
		t.Errorf("the others: %+v %+v", out[0], out[1])
	}
}

// Even an account that may write changes nothing.
func postgresReadOnly(t *testing.T, owner string) {
	f := counter(t, owner, nil).ask(t, Table{"shop", "orders", "nextval('shop.ticket') > 0"})[0]
	if problemKey(f) != "source.refused" || !strings.Contains(f.Problem.Detail, "read-only") {
		t.Errorf("a filter that writes: %+v %+v", f, f.Problem)
	}
	if n := asks(t, owner, "SELECT count(*) FROM pg_sequences WHERE sequencename = 'ticket' AND last_value IS NOT NULL")(); n != 0 {
		t.Error("a count drew a number of the sequence")
	}
}
