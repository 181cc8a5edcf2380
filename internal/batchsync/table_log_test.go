package batchsync

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// recorded is the message or the log in a recorded answer of the program.
func recorded(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../czcli/testdata/samples", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var sample struct{ Stdout string }
	if err := json.Unmarshal(raw, &sample); err != nil {
		t.Fatal(err)
	}
	var answer any
	if err := json.NewDecoder(strings.NewReader(sample.Stdout)).Decode(&answer); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if s := spoken(answer); s != "" {
		return s
	}
	t.Fatalf("%s says nothing", name)
	return ""
}

// spoken finds the message in an answer.
func spoken(v any) string {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range []string{"logContent", "fail_msg", "message", "error"} {
			if s, ok := v[key].(string); ok && s != "" {
				return s
			}
		}
		for _, key := range []string{"error", "data"} {
			if s := spoken(v[key]); s != "" {
				return s
			}
		}
	case []any:
		for _, one := range v {
			if s := spoken(one); s != "" {
				return s
			}
		}
	}
	return ""
}

func shopPairs(tables ...string) []TablePair {
	var out []TablePair
	for _, table := range tables {
		out = append(out, TablePair{"shop." + table, "ods." + table})
	}
	return out
}

// states are the results as "table state", worst first.
func states(all []TableResult) string {
	var out []string
	for _, r := range all {
		out = append(out, r.Table+" "+string(r.State))
	}
	return strings.Join(out, ", ")
}

func TestTablesInLog_Recorded(t *testing.T) {
	t.Parallel()
	pairs := shopPairs("order", "orders", "customers", "order_items")
	got := TablesInLog(recorded(t, "attempts_log.ok"), pairs)
	if s := states(got); s != "ods.order_items failed, ods.order unknown, ods.orders ok, ods.customers ok" {
		t.Error(s)
	}
	if line := got[0].Line; !strings.HasSuffix(line, "ERROR table shop.order_items -> ods.order_items: status FAILED: Lock wait timeout exceeded") {
		t.Errorf("rests on %q", line)
	}
	if got[1].By != FromNothing || got[2].By != FromLog || got[2].Line != "" || got[2].Rows != -1 {
		t.Errorf("got %+v", got)
	}
	// The first page ends in the middle of a line.
	if s := states(TablesInLog(recorded(t, "runs_logs.first_page"), pairs)); s != "ods.order unknown, ods.orders unknown, ods.customers unknown, ods.order_items unknown" {
		t.Error(s)
	}
}

func TestTablesInLog(t *testing.T) {
	t.Parallel()
	family := shopPairs("order", "orders", "order_items")
	tests := []struct {
		name, log string
		pairs     []TablePair
		want      string
	}{
		{"nothing", "", shopPairs("orders"), "ods.orders unknown"},
		{"no tables", "ERROR failed", nil, ""},
		{"silence", "INFO table shop.orders -> ods.orders: read 5 rows", shopPairs("orders"), "ods.orders unknown"},
		{"part of another name", "ERROR table shop.order_items failed", family, "ods.order_items failed, ods.order unknown, ods.orders unknown"},
		{"part before a hyphen", "ERROR table shop.order-items failed", family, "ods.order unknown, ods.orders unknown, ods.order_items unknown"},
		{"arrow without spaces", "ERROR shop.order->ods.order failed", family, "ods.order failed, ods.orders unknown, ods.order_items unknown"},
		{"backquoted", "ERROR table `shop`.`order` failed", family, "ods.order failed, ods.orders unknown, ods.order_items unknown"},
		{"backquoted as one", "ERROR table `shop.order` failed", family, "ods.order failed, ods.orders unknown, ods.order_items unknown"},
		{"quoted", `ERROR relation "shop"."orders" does not exist`, family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"in brackets", "ERROR [shop].[orders] failed", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"apostrophes", "source query failed: Table 'shop.orders' doesn't exist", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"upper case", "ERROR TABLE SHOP.ORDERS FAILED", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"bare", "ERROR cannot write orders.", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"bare beside a qualified name", "ERROR shop.orders: see order_items", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"bare in another schema", "ERROR archive.orders failed", family, "ods.order unknown, ods.orders unknown, ods.order_items unknown"},
		{"bare in a path", "ERROR /data/orders/part-0 failed", family, "ods.order unknown, ods.orders unknown, ods.order_items unknown"},
		{"bare before a dot", "ERROR orders.csv failed", family, "ods.order unknown, ods.orders unknown, ods.order_items unknown"},
		{"bare of two pairs", "ERROR orders failed", []TablePair{{"a.orders", "ods.a_orders"}, {"b.orders", "ods.b_orders"}}, "ods.a_orders unknown, ods.b_orders unknown"},
		{"with a catalog before", "ERROR mysql.shop.orders failed", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"with a column behind", "ERROR Unknown column 'shop.orders.id'", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"three parts", "ERROR public.orders failed", []TablePair{{"crm.public.orders", "ods.crm_orders"}}, "ods.crm_orders failed"},
		{"word of the language", "ERROR run failed: status of user tables", shopPairs("run", "status", "user"), "ods.run unknown, ods.status unknown, ods.user unknown"},
		{"word of the language, quoted", "ERROR table `status` failed", shopPairs("run", "status"), "ods.status failed, ods.run unknown"},
		{"table called like an outcome", "INFO table shop.errors -> ods.errors: status SUCCESS", shopPairs("errors"), "ods.errors ok"},
		{"name with an outcome in it", "INFO table shop.failed_orders done: SUCCESS", shopPairs("failed_orders"), "ods.failed_orders ok"},
		{"name with spaces", "ERROR table \"my orders\" failed", shopPairs("my orders", "orders"), "ods.my orders failed, ods.orders unknown"},
		{"chinese", "表 shop.订单表 同步失败：连接超时", shopPairs("订单表", "订单"), "ods.订单表 failed, ods.订单 unknown"},
		{"chinese success", "表【ods.订单】同步成功", shopPairs("订单表", "订单"), "ods.订单表 unknown, ods.订单 ok"},
		{"exception", "java.sql.SQLSyntaxErrorException: bad table shop.orders", family, "ods.orders failed, ods.order unknown, ods.order_items unknown"},
		{"counted as none", "INFO shop.orders: 0 errors, failed rows: 0, status SUCCESS", shopPairs("orders"), "ods.orders ok"},
		{"as fields", `{"level":"info","table":"shop.orders","error":null,"success":true}`, shopPairs("orders"), "ods.orders ok"},
		{"as fields, empty", `{"table":"shop.orders","error":"","status":"SUCCESS"}`, shopPairs("orders"), "ods.orders ok"},
		{"as fields, failed", `{"table":"shop.orders","success":false}`, shopPairs("orders"), "ods.orders failed"},
		{"not quite a success", "INFO shop.orders: not successful", shopPairs("orders"), "ods.orders unknown"},
		{"made good later", "ERROR shop.orders: Lock wait, trying again\nINFO shop.orders: SUCCESS", shopPairs("orders"), "ods.orders ok"},
		{"failed at the end", "INFO shop.orders: connect SUCCESS\nERROR shop.orders: disk full", shopPairs("orders"), "ods.orders failed"},
		{"level before good words", "ERROR shop.orders: lost after successful connect", shopPairs("orders"), "ods.orders failed"},
		{"good and bad in one line", "INFO shop.orders: try 1 failed, try 2 SUCCESS", shopPairs("orders"), "ods.orders unknown"},
		{"summary of several", "ERROR failed: shop.order; success: shop.orders", family, "ods.order unknown, ods.orders unknown, ods.order_items unknown"},
		{"several that failed", "ERROR failed tables: shop.order, shop.orders", family, "ods.order failed, ods.orders failed, ods.order_items unknown"},
		{"shard of a merged table", "ERROR shop1.orders -> ods.orders failed", []TablePair{{"shop1.orders", "ods.orders"}, {"shop2.orders", "ods.orders"}}, "ods.orders failed, ods.orders unknown"},
		{"merged table failed", "ERROR writing ods.orders failed", []TablePair{{"shop1.orders", "ods.orders"}, {"shop2.orders", "ods.orders"}}, "ods.orders failed, ods.orders failed"},
		{"merged table succeeded", "INFO ods.orders SUCCESS", []TablePair{{"shop1.orders", "ods.orders"}, {"shop2.orders", "ods.orders"}}, "ods.orders unknown, ods.orders unknown"},
		{"one of a grid", "ERROR s.a -> o.x failed", []TablePair{{"s.a", "o.x"}, {"s.a", "o.y"}, {"s.b", "o.x"}}, "o.x failed, o.y unknown, o.x unknown"},
		{"the same name on both sides", "INFO shop.orders -> shop.orders: SUCCESS", []TablePair{{"shop.orders", "shop.orders"}}, "shop.orders ok"},
		{"a name that is source here and target there", "ERROR s.b -> s.c failed", []TablePair{{"s.a", "s.b"}, {"s.b", "s.c"}}, "s.c failed, s.b unknown"},
		{"sides swapped, good news", "INFO s.a -> s.b SUCCESS", []TablePair{{"s.a", "s.b"}, {"s.b", "s.a"}}, "s.b unknown, s.a unknown"},
		{"a name that goes on behind a space", "ERROR table \"shop\".\"my orders\" failed", shopPairs("my", "my orders"), "ods.my orders failed, ods.my unknown"},
		{"carriage returns", "ERROR shop.orders failed\r\n", shopPairs("orders"), "ods.orders failed"},
		{"broken names", "ERROR  . failed", []TablePair{{"", "."}, {"..", "- -"}, {"`", "\xff"}}, ". unknown, - - unknown, \xff unknown"},
	}
	for _, tt := range tests {
		if got := states(TablesInLog(tt.log, tt.pairs)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestTablesInLog_KeepsTheFirstLineShort(t *testing.T) {
	t.Parallel()
	log := "  ERROR shop.orders first " + strings.Repeat("错", 200) + "\xff\nERROR shop.orders second"
	line := TablesInLog(log, shopPairs("orders"))[0].Line
	if !strings.HasPrefix(line, "ERROR shop.orders first") || len(line) > 300 || len(line) < 297 || !utf8.ValidString(line) {
		t.Errorf("kept %d bytes: %q", len(line), line)
	}
}

// bigLog is a log of at least size bytes about n tables, of which every tenth
// failed.
func bigLog(size, n int) (string, []TablePair) {
	var b strings.Builder
	b.Grow(size + 1000)
	pairs := shopPairs(numbered(n, "table_with_a_name_%d")...)
	for i := 0; b.Len() < size; i++ {
		p := pairs[i%n]
		fmt.Fprintf(&b, "2026-11-22 19:46:08.997 INFO  table %s -> %s: read 12034 rows, 0 errors\n", p.Source, p.Sink)
		if i < n && i%10 == 0 {
			fmt.Fprintf(&b, "2026-11-22 19:46:08.997 ERROR table %s -> %s: status FAILED: Lock wait timeout exceeded\n", p.Source, p.Sink)
		}
	}
	return b.String(), pairs
}

func TestTablesInLog_Large(t *testing.T) {
	t.Parallel()
	log, pairs := bigLog(5<<20, 1000)
	began := time.Now()
	got := TablesInLog(log, pairs)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("5 MB took %v", took)
	}
	failed := slices.IndexFunc(got, func(r TableResult) bool { return r.State != TableFailed })
	if len(got) != 1000 || failed != 100 {
		t.Errorf("%d results, %d failed", len(got), failed)
	}
	oneLine := strings.ReplaceAll(log, "\n", " ")
	if got := TablesInLog(oneLine, pairs); len(got) != 1000 {
		t.Errorf("a log of one line: %d results", len(got))
	}
}

func BenchmarkTablesInLog(b *testing.B) {
	log, pairs := bigLog(50<<20, 1000)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		TablesInLog(log, pairs)
	}
}

func FuzzTablesInLog(f *testing.F) {
	f.Add("ERROR table `shop`.`orders` -> ods.orders failed: 0 errors", "shop.orders", "ods.orders", "s.b")
	f.Add("错误 shop.订单 \xff. error= [", "shop.订单", ".", "a b.c-d")
	f.Add("error:\nsuccess=", "", "error", "success")
	f.Fuzz(func(t *testing.T, log, a, b, c string) {
		pairs := []TablePair{{a, b}, {b, c}, {c, a}, {a, a}}
		got := TablesInLog(log, pairs)
		if len(got) != len(pairs) {
			t.Fatalf("%d results of %d pairs", len(got), len(pairs))
		}
		for _, r := range got {
			if known := r.State == TableFailed || r.State == TableOK; known != (r.By == FromLog) || !known && r.State != TableUnknown {
				t.Errorf("state and evidence: %+v", r)
			}
			if len(r.Line) > maxLine || !utf8.ValidString(r.Line) || (r.Line != "") != (r.State == TableFailed) {
				t.Errorf("line: %+v", r)
			}
		}
		for _, advice := range Advise(a+"\n"+b, log) {
			if advice.Line == "" || len(advice.Line) > maxLine {
				t.Errorf("advice: %+v", advice)
			}
		}
	})
}
