package batchsync

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// told are problems as "words: key(arguments) nearest".
func told(problems []LineProblem) string {
	var out []string
	for _, p := range problems {
		s := fmt.Sprintf("%s: %s(%s)", p.Quoted, p.Text.Key, strings.Join(p.Text.Args, ","))
		if len(p.Nearest) > 0 {
			s += " " + strings.Join(p.Nearest, "|")
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// lineFacts is a platform with names of all kinds.
func lineFacts() Facts {
	f := goodFacts()
	f.Datasources = append(f.Datasources, Datasource{ID: 31, Name: "my db.eu, new", Type: "MySQL"}, Datasource{ID: 32, Name: "twin", Type: "MySQL"},
		Datasource{ID: 33, Name: "twin", Type: "MySQL"}, Datasource{ID: 34, Name: "logs", Type: "OSS"})
	f.Schemas = append(f.Schemas, "my shop", "业务", "bucket", "=>")
	f.Tables = append(f.Tables, "order_2024", "order_2025", "my.orders", "订单", "🚀 launch", "a->b", "*", "?", "=", "customers_old", "a,b")
	return f
}

// plainTables are names that the target can have, too.
func plainTables() []string { return []string{"orders", "customers", "order_2024", "order_2025"} }

func lineDraft() Draft {
	return newDraft().Suggest(goodFacts(), "data_sync").filled(Answers{FieldVCluster: one("sync_vc")})
}

// read is the draft that a line makes, and everything told about the line.
func read(t *testing.T, line string, d Draft, facts Facts) (Draft, []LineProblem) {
	t.Helper()
	l, wrong := ParseLine(line)
	d, more := l.Answers(d, facts, actAt)
	return d, append(wrong, more...)
}

func TestParseLine_Places(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, line string
		scope      Scope
		source     DatasourceID
		pairs      string // schema of the source, tables, target
		step       Step
	}{
		{"one table", "shop_mysql shop.orders -> ods.orders", ScopeSingle, 11, "shop [orders] ods orders", StepReview},
		{"arrow of a client", "shop_mysql shop.orders → ods.orders", ScopeSingle, 11, "shop [orders] ods orders", StepReview},
		{"no spaces", "shop_mysql shop.orders->ods.orders", ScopeSingle, 11, "shop [orders] ods orders", StepReview},
		{"same name", "shop_mysql shop.orders -> ods", ScopeSingle, 11, "shop [orders] ods orders", StepReview},
		{"name the target cannot have", "shop_mysql shop.订单 -> ods", ScopeSingle, 11, "shop [订单] ods ", StepTables},
		{"mirror of one", "shop_mysql shop.orders -> ods.*", ScopeMulti, 11, "shop [orders] ods ", StepReview},
		{"mirror of one, renamed", "shop_mysql shop.orders -> ods.x_{SOURCE_TABLE}", ScopeMulti, 11, "shop [orders] ods x_{SOURCE_TABLE}", StepReview},
		{"list", "shop_mysql shop.orders,customers -> ods", ScopeMulti, 11, "shop [orders customers] ods ", StepReview},
		{"list with spaces and schemas", "shop_mysql shop.orders , shop.customers， order_2024 -> ods.*", ScopeMulti, 11, "shop [orders customers order_2024] ods ", StepReview},
		{"pattern", "shop_mysql shop.order_* -> ods", ScopeMulti, 11, "shop [order_2024 order_2025] ods ", StepReview},
		{"pattern and list", "shop_mysql shop.orders,o*ders,order_*4,cust*ers,customers -> ods", ScopeMulti, 11, "shop [orders order_2024 customers] ods ", StepReview},
		{"renamed", "shop_mysql shop.order_* -> ods.my_{SOURCE_TABLE}", ScopeMulti, 11, "shop [order_2024 order_2025] ods my_{SOURCE_TABLE}", StepReview},
		{"whole database", "shop_mysql shop.* -> ods", ScopeWhole, 11, "shop [] ods {SOURCE_TABLE}", StepReview},
		{"whole database, starred", "shop_mysql shop.* -> ods.*", ScopeWhole, 11, "shop [] ods {SOURCE_TABLE}", StepReview},
		{"whole database by rules", "shop_mysql shop.* -> {SOURCE_DATABASE}.{SOURCE_DATABASE}_{SOURCE_TABLE}", ScopeWhole, 11, "shop [] {SOURCE_DATABASE} {SOURCE_DATABASE}_{SOURCE_TABLE}", StepReview},
		{"merge", "shop_mysql shop.order_* => ods.orders", ScopeMerge, 11, "shop [order_2024 order_2025] ods orders", StepReview},
		{"merge without a name", "shop_mysql shop.order_* ⇒ ods", ScopeMerge, 11, "shop [order_2024 order_2025] ods ", StepTables},
		{"quoted", `“my db.eu, new” "my shop".“my.orders” => `, ScopeMerge, 31, "my shop [my.orders] ods ", StepTables},
		{"backticks", "shop_mysql `my shop`.`🚀 launch`,订单 => ods.x", ScopeMerge, 11, "my shop [🚀 launch 订单] ods x", StepReview},
		{"signs in quotes", `shop_mysql ‘=>’."a->b",'*',"?","=" => ods.x`, ScopeMerge, 11, "=> [a->b * ? =] ods x", StepReview},
		{"source with dots", "my.db shop.orders -> ods.orders", ScopeSingle, 0, "shop [orders] ods orders", StepSource},
		{"no source", "shop.orders -> ods.orders", ScopeSingle, 0, "shop [orders] ods orders", StepSource},
		{"source only", "shop_mysql", ScopeSingle, 11, " [] ods ", StepTables},
		{"source and options", "shop_mysql append", ScopeSingle, 11, " [] ods ", StepTables},
		{"source and target", "shop_mysql -> dwd.orders", ScopeSingle, 11, " [] dwd orders", StepTables},
		{"no target", "shop_mysql shop.*", ScopeWhole, 11, "shop [] ods {SOURCE_TABLE}", StepReview},
		{"nothing behind the arrow", "shop_mysql shop.orders ->", ScopeSingle, 11, "shop [orders] ods orders", StepReview},
		{"open table", "shop_mysql shop.? -> ods.*", ScopeMulti, 11, "shop [] ods ", StepTables},
		{"open list", "shop_mysql shop.orders,? -> ods", ScopeMulti, 11, "shop [] ods ", StepTables},
		{"everything open", "? ?.? -> ?.?", ScopeSingle, 0, " []  ", StepSource},
		{"open tables", "shop_mysql ? => ods.x", ScopeMerge, 11, " [] ods x", StepTables},
		{"open options", "shop_mysql shop.orders -> ods.orders weekly ? 02:00", ScopeSingle, 11, "shop [orders] ods orders", StepSchedule},
		{"open first time", "shop_mysql shop.orders -> ods.orders every 4h from ? until 20", ScopeSingle, 11, "shop [orders] ods orders", StepSchedule},
		{"open last hour", "shop_mysql shop.orders -> ods.orders every 4h from 02:00 until ?", ScopeSingle, 11, "shop [orders] ods orders", StepSchedule},
		{"open cluster", "shop_mysql shop.orders -> ods.orders vc=?", ScopeSingle, 11, "shop [orders] ods orders", StepPlace},
		{"path", `logs bucket."a/b.csv" -> ods.logs`, ScopeSingle, 34, "bucket [a/b.csv] ods logs", StepReview},
		{"nothing", " ", ScopeSingle, 0, " [] ods ", StepSource},
	}
	for _, tt := range tests {
		facts := lineFacts()
		if tt.scope == ScopeWhole {
			facts.Tables = plainTables()
		}
		d, wrong := read(t, tt.line, lineDraft(), facts)
		want := ""
		if tt.name == "source with dots" {
			want = "my.db: oneline.no_source()"
		} else if tt.name == "quoted" {
			want = `"my shop".“my.orders”: field.tables_merge_few()`
		}
		if got := told(wrong); got != want {
			t.Errorf("%s: told %s; want %s", tt.name, got, want)
		}
		s := d.Spec()
		pairs := fmt.Sprint(s.SourceSchema, " ", s.Tables, " ", s.TargetSchema, " ", s.TargetTable)
		if s.Scope != tt.scope || s.Source.ID != tt.source || pairs != tt.pairs {
			t.Errorf("%s: %s of %d, %s", tt.name, s.Scope, s.Source.ID, pairs)
		}
		if step := d.FirstOpen(facts, actAt); step != tt.step {
			t.Errorf("%s: opens at %s: %+v", tt.name, step, d.check(step, facts, actAt))
		}
		if d.Step != StepSource || d.Version != 1 {
			t.Errorf("%s: moved to %s, version %d", tt.name, d.Step, d.Version)
		}
	}
}

func TestParseLine_Options(t *testing.T) {
	t.Parallel()
	const front = "shop_mysql shop.orders -> ods.orders "
	weekdays := func(days ...time.Weekday) Schedule { return Schedule{Every: Weekly, Hour: 2, Weekdays: days} }
	tests := []struct {
		name, line string
		schedule   Schedule // in the draft's zone
	}{
		{"nothing", "", Schedule{Every: Daily, Hour: 2}},
		{"daily", "daily 7:05", Schedule{Every: Daily, Hour: 7, Minute: 5}},
		{"daily, colon of a Chinese keyboard", "DAILY 07：05", Schedule{Every: Daily, Hour: 7, Minute: 5}},
		{"daily, no time", "daily", Schedule{Every: Daily, Hour: 2}},
		{"weekdays", "weekdays 02:00", weekdays(1, 2, 3, 4, 5)},
		{"weekly", "weekly thu,Mon 02:00", weekdays(1, 4)},
		{"weekly, a span", "weekly mon-thu,Sat 02:00", weekdays(1, 2, 3, 4, 6)},
		{"weekly, over its end", "weekly fri–mon 02:00", weekdays(0, 1, 5, 6)},
		{"weekly in words", "weekly thurs sunday, mon 02:00", weekdays(0, 1, 4)},
		{"monthly", "monthly 15 23:59", Schedule{Every: Monthly, Day: 15, Hour: 23, Minute: 59}},
		{"hourly", "hourly", Schedule{Every: Hours, Step: 1}},
		{"hourly at", "hourly :15", Schedule{Every: Hours, Step: 1, Minute: 15}},
		{"hours", "every 4h", Schedule{Every: Hours, Step: 4}},
		{"hours from", "every 4H from 02:30", Schedule{Every: Hours, Step: 4, Hour: 2, Minute: 30}},
		{"hours until", "every 3h from 08:00 until 20", Schedule{Every: Hours, Step: 3, Hour: 8, Last: 20}},
		{"hours until a full one", "every 3h from 08:00 until 20:00", Schedule{Every: Hours, Step: 3, Hour: 8, Last: 20}},
		{"minutes", "every 15m", Schedule{Every: Minutes, Step: 15}},
	}
	for _, tt := range tests {
		for _, line := range []string{front + tt.line + " append vc=sync_vc", front + "append  vc=sync_vc\u00a0" + tt.line, front + "vc=sync_vc " + tt.line + " APPEND"} {
			d, wrong := read(t, line, lineDraft(), lineFacts())
			tt.schedule.Zone = "Asia/Shanghai"
			s := d.Spec()
			if len(wrong) > 0 || fmt.Sprint(s.Schedule) != fmt.Sprint(tt.schedule) || s.WriteMode != Append {
				t.Errorf("%s: %+v, %s; told %s", tt.name, s.Schedule, s.WriteMode, told(wrong))
			}
			if step := d.FirstOpen(lineFacts(), actAt); step != StepReview {
				t.Errorf("%s: opens at %s", tt.name, step)
			}
		}
	}
}

func TestParseLine_Keys(t *testing.T) {
	t.Parallel()
	d, wrong := read(t, `shop_mysql shop.orders -> ods.orders vc=DEFAULT vc2 ZONE=UTC folder=/data_sync/mysql/ lake=lake name="nightly \"orders\"" `+
		`where=“status = ‘paid’ and n = 'O’Brien' and a -> 3” parallel=4 rate=20 kind=mysql`, lineDraft(), lineFacts())
	if got := told(wrong); got != "vc2: oneline.unknown_word() vc=; vc=DEFAULT: field.vcluster_type(DEFAULT,GENERAL) sync_vc" {
		t.Errorf("told %s", got)
	}
	s := d.Spec()
	if s.Schedule.Zone != "UTC" || s.Folder != (Folder{8, "data_sync/mysql"}) || s.Target.ID != 90 || s.Name != `nightly "orders"` ||
		s.Where != `status = 'paid' and n = 'O’Brien' and a -> 3` || s.Parallel != 4 || s.Rate != 20 {
		t.Errorf("got %+v", s)
	}
	facts := lineFacts()
	facts.Tables = plainTables()
	d, wrong = read(t, "shop_mysql shop.* -> ods keyed=append where=id>10", lineDraft(), facts)
	if got := told(wrong); got != "where=id>10: field.where_single_only()" || d.Spec().KeyedMode != Append {
		t.Errorf("told %s; %+v", got, d.Spec())
	}
}

func TestParseLine_Refuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, line, want string }{
		{"open quote", `shop_mysql shop."orders -> ods`, `"orders -> ods: oneline.unclosed()`},
		{"quote in a name", `shop_mysql shop.or"d"ers -> ods`, `shop.or"d"ers: oneline.stray_quote()`},
		{"quote behind a name", `shop_mysql "shop"x.orders -> ods`, `"shop"x.orders: oneline.stray_quote()`},
		{"quote in a value", `shop_mysql where=a="x" daily`, `where=a="x": oneline.stray_quote()`},
		{"source of two words", "my db shop.orders -> ods.orders", "my db shop.orders: oneline.extra()"},
		{"two arrows", "shop_mysql shop.orders -> ods.orders -> dwd.orders", "->: oneline.two_arrows(); dwd.orders: oneline.unknown_word()"},
		{"no schema", "shop_mysql orders -> ods.orders", "orders: oneline.no_schema()"},
		{"no name", "shop_mysql shop.orders, -> ods", "shop.orders,: oneline.no_name()"},
		{"no name behind the dot", "shop_mysql shop. -> ods", "shop.: oneline.no_name()"},
		{"three names", "shop_mysql pg.shop.orders -> ods", "pg.shop.orders: oneline.dots()"},
		{"two schemas", "shop_mysql shop.orders,crm.people -> ods", "crm.people: oneline.two_schemas(shop,crm)"},
		{"pattern of schemas", "shop_mysql sh*.orders -> ods", "sh*.orders: oneline.schema_glob()"},
		{"star and others", "shop_mysql shop.*,orders -> ods", "shop.*,orders: oneline.star_others()"},
		{"many patterns", "shop_mysql shop." + strings.Repeat("o*,", 20) + "a* -> ods", "a*: oneline.globs_many(20)"},
		{"many tables", "shop_mysql shop." + strings.Repeat("o,", 1000) + "o -> ods", "shop." + strings.Repeat("o,", 97) + "o: field.tables_many(1001,1000)"},
		{"two targets", "shop_mysql shop.orders -> ods.a,b", "ods.a,b: oneline.target()"},
		{"target in three", "shop_mysql shop.orders -> lake.ods.a", "lake.ods.a: oneline.target()"},
		{"star as target", "shop_mysql shop.orders -> *", "*: oneline.target()"},
		{"target without a name", "shop_mysql shop.orders -> ods.", "ods.: oneline.no_name()"},
		{"many into one", "shop_mysql shop.order_* -> ods.orders", "ods.orders: oneline.many_into_one() ods.*|=> ods.orders"},
		{"merge into many", "shop_mysql shop.order_* => ods.*", "ods.*: oneline.merge_name()"},
		{"merge of one", "shop_mysql shop.orders => ods.orders", "shop.orders: field.tables_merge_few()"},
		{"mistyped word", "shop_mysql shop.orders -> ods overwirte", "overwirte: oneline.unknown_word() overwrite"},
		{"mistyped word without an arrow", "shop_mysql dialy 02:00", "dialy: oneline.unknown_word() daily; 02:00: oneline.stray_time() daily 02:00"},
		{"unknown key", "shop_mysql floder=x", "floder=x: oneline.unknown_key() folder=x"},
		{"spaces around the sign", "shop_mysql vc = x", "vc = x: oneline.spaced() vc=x"},
		{"no value", "shop_mysql vc= daily", "vc=: oneline.no_value()"},
		{"no value in quotes", `shop_mysql where=" " name="" daily`, `where=" ": oneline.no_value(); name="": oneline.no_value()`},
		{"kind", "shop_mysql kind=mysq", "kind=mysq: oneline.choice() kind=mysql"},
		{"twice", "shop_mysql daily DAILY Append append vc=sync_vc VC=sync_vc", ""},
		{"twice with a time", "shop_mysql daily 02:00 append daily 02:00", ""},
		{"value in other letters", "shop_mysql vc=a vc=A", "vc=A: oneline.contradicts(vc=a)"},
		{"kind that is none", "shop_mysql kind=oracle", "kind=oracle: oneline.choice() kind=other"},
		{"kind by another name", "shop_mysql kind=aurora-mysql", "kind=aurora-mysql: oneline.choice() kind=mysql"},
		{"contradiction", "shop_mysql append overwrite daily 02:00 every 4h vc=a VC=b", "overwrite: oneline.contradicts(append); every 4h: oneline.contradicts(daily 02:00); VC=b: oneline.contradicts(vc=a)"},
		{"time", "shop_mysql daily 24:00", "24:00: oneline.time() 00:00"},
		{"minute", "shop_mysql hourly :60", ":60: oneline.minute() :00"},
		{"weekday", "shop_mysql weekly mno,tue 02:00", "mno,tue: oneline.weekday() mon,tue"},
		{"one weekday", "shop_mysql weekly fir 02:00", "fir: oneline.weekday() fri"},
		{"day", "shop_mysql monthly 32", "32: schedule.day_invalid() 31"},
		{"step of hours", "shop_mysql every 5h", "every 5h: oneline.step() every 6h|every 4h|every 3h"},
		{"the same in hours", "shop_mysql every 60m", "every 60m: oneline.step() every 1h|every 30m|every 20m"},
		{"hours in minutes", "shop_mysql every 120m", "every 120m: oneline.step() every 2h|every 3h|every 1h"},
		{"between two", "shop_mysql every 90m", "every 90m: oneline.step() every 2h|every 1h|every 30m"},
		{"a day in hours", "shop_mysql every 24h", "every 24h: oneline.step() daily|every 12h|every 8h"},
		{"more than a figure holds", "shop_mysql every 99999999999999999999h", "every 99999999999999999999h: oneline.step() daily|every 12h|every 8h"},
		{"none", "shop_mysql every 0m", "every 0m: oneline.step() every 1m|every 2m|every 3m"},
		{"upsert", "shop_mysql upsert", "upsert: field.upsert_in_studio() overwrite|append"},
		{"upsert by key", "shop_mysql keyed=upsert", "keyed=upsert: field.upsert_in_studio() keyed=overwrite|keyed=append"},
		{"one of two", "shop_mysql debug=maybe", "debug=maybe: oneline.choice() debug=yes|debug=no"},
		{"step of minutes", "shop_mysql every 45m", "every 45m: oneline.step() every 1h|every 30m|every 20m"},
		{"no first time", "shop_mysql shop.orders -> ods every 4h from until 20", "from: oneline.time()"},
		{"no last hour", "shop_mysql shop.orders -> ods every 4h from 02:00 until vc=sync_vc", "until: oneline.hour()"},
		{"last hour beyond the day", "shop_mysql shop.orders -> ods every 4h until 25", "25: oneline.hour() 23"},
		{"last hour", "shop_mysql every 4h until 3", "every 4h until 3: schedule.window_invalid()"},
		{"last hour with minutes", "shop_mysql every 4h until 20:30", "20:30: oneline.hour() 20"},
		{"unit", "shop_mysql every 3d", "every 3d: oneline.every() daily|every 12h|every 8h"},
		{"step of nothing", "shop_mysql every", "every: oneline.every() every 4h|every 15m"},
		{"source mistyped", "shop_mysqll shop.orders -> ods", "shop_mysqll: oneline.no_source() shop_mysql"},
		{"schema of a source that is not known", "nosuch shp.orderz -> ods", "nosuch: oneline.no_source()"},
		{"source in other letters", "Shop_MySQL shop.orders -> ods", "Shop_MySQL: oneline.no_source() shop_mysql"},
		{"source is a target", "lake shop.orders -> ods", "lake: field.source_is_target(lake)"},
		{"source twice", "twin shop.orders -> ods", "twin: oneline.same_name()"},
		{"source of another kind", "shop_mysql shop.orders -> ods kind=postgresql", "shop_mysql: field.source_other_kind(shop_mysql,MySQL)"},
		{"schema", "shop_mysql shp.orderz -> ods", "shp.orderz: field.schema_gone(shp) shop"},
		{"tables", "shop_mysql shop.order,customer,customers -> ods", "shop.order: field.table_gone(order,shop) orders|order-items|order_2024; customer: field.table_gone(customer,shop) customers|customers_old"},
		{"pattern", "shop_mysql shop.ordres_* -> ods", "shop.ordres_*: oneline.glob_empty() orders"},
		{"table twice", "shop_mysql shop.orders,orders -> ods", "shop.orders,orders: field.table_twice(orders)"},
		{"table with a comma", `shop_mysql shop."a,b",orders -> ods`, `shop."a,b",orders: field.table_comma(a,b)`},
		{"target name", "shop_mysql shop.orders -> ods.订单", "ods.订单: field.target_name_invalid(订单)"},
		{"rule without the table", "shop_mysql shop.* -> ods.{SOURCE_DATABASE}", "ods.{SOURCE_DATABASE}: field.rule_no_table({SOURCE_TABLE}) ods.{SOURCE_DATABASE}_{SOURCE_TABLE}"},
		{"cluster", "shop_mysql shop.orders -> ods vc=sync_cv", "vc=sync_cv: oneline.no_vcluster() sync_vc"},
		{"cluster in other letters", "shop_mysql shop.orders -> ods vc=SYNC_VC", "vc=SYNC_VC: oneline.no_vcluster() sync_vc"},
		{"folder in other letters", "shop_mysql shop.orders -> ods folder=Data_Sync", "folder=Data_Sync: oneline.no_folder() data_sync|data_sync/mysql"},
		{"folder", "shop_mysql shop.orders -> ods folder=data_snyc", "folder=data_snyc: oneline.no_folder() data_sync"},
		{"lake like none", "shop_mysql shop.orders -> ods lake=foo", "lake=foo: oneline.no_source() lake"},
		{"names of a mirror", "shop_mysql shop.orders,订单 -> ods", "shop.orders,订单: field.sink_names(订单)"},
		{"names of a mirror by a rule", `shop_mysql shop."order-items" -> ods.x_{SOURCE_TABLE}`, `shop."order-items": field.sink_names(order-items)`},
		{"lake", "shop_mysql shop.orders -> ods lake=lakee", "lake=lakee: oneline.no_source() lake"},
		{"lake is none", "shop_mysql shop.orders -> ods lake=crm_pg", "lake=crm_pg: field.target_not_lakehouse(crm_pg)"},
		{"zone", "shop_mysql shop.orders -> ods zone=Asia/Shangai", "zone=Asia/Shangai: schedule.zone_unknown(Asia/Shangai) Asia/Shanghai"},
		{"zone that drifts", "shop_mysql shop.orders -> ods zone=Europe/Berlin", "zone=Europe/Berlin: schedule.zone_drifts(Europe/Berlin,Asia/Shanghai)"},
		{"name", "shop_mysql shop.orders -> ods name=-x", "name=-x: field.name_dash(-x)"},
		{"parallel", "shop_mysql shop.orders -> ods parallel=11", "parallel=11: field.parallel_range(10) 10"},
		{"parallel is none", "shop_mysql shop.orders -> ods parallel=many", "parallel=many: field.parallel_range(10)"},
		{"nothing to set", "shop_mysql shop.order_* => ods.x parallel=4", "parallel=4: oneline.by_hand()"},
		{"path without quotes", "logs bucket.a/*.csv -> ods.logs", "bucket.a/*.csv: oneline.dots()"},
		{"pattern of paths", "logs bucket.a/* -> ods.logs", "ods.logs: oneline.many_into_one() ods.*|=> ods.logs; bucket.a/*: oneline.glob_object()"},
		{"sign before the value", "shop_mysql vc =x daily", "vc =x: oneline.spaced() vc=x"},
		{"sign behind the key", `shop_mysql shop.orders -> ods folder= "data sync" daily`, `folder= "data sync": oneline.spaced() folder="data sync"`},
		{"no value before a word", "shop_mysql vc= daily append", "vc=: oneline.no_value()"},
		{"sign far from the value", "vc= shop_mysql shop.orders -> ods x", "vc=: oneline.no_value(); x: oneline.unknown_word()"},
		{"other name of a key", "shop_mysql vcluster=sync_vc Time-Zone=UTC", "vcluster=sync_vc: oneline.unknown_key() vc=sync_vc; Time-Zone=UTC: oneline.unknown_key() zone=UTC"},
		{"mode as a key", "shop_mysql mode=Append", "mode=Append: oneline.unknown_key() append"},
		{"half a day", "shop_mysql daily 2am", "2am: oneline.time() 02:00"},
		{"other half", "shop_mysql daily 12:30PM", "12:30PM: oneline.time() 12:30"},
		{"midnight", "shop_mysql daily 12am", "12am: oneline.time() 00:00"},
		{"hour alone", "shop_mysql weekly mon 2", "2: oneline.time() 02:00"},
		{"no colon", "shop_mysql weekdays 0230", "0230: oneline.time() 02:30"},
		{"beyond the day", "shop_mysql daily 25:00", "25:00: oneline.time() 23:00"},
		{"beyond the hour", "shop_mysql daily 2:75", "2:75: oneline.time() 02:59"},
		{"time of no form", "shop_mysql daily 2:x", "2:x: oneline.time()"},
		{"time without a rhythm", "shop_mysql 2pm", "2pm: oneline.stray_time() daily 14:00"},
		{"minute alone", "shop_mysql hourly 30", "30: oneline.minute() :30"},
		{"minute of an hour", "shop_mysql hourly 02:15", "02:15: oneline.minute() :15"},
		{"span of no days", "shop_mysql weekly mon-fry 02:00", "mon-fry: oneline.weekday() mon-fri"},
		{"ordinal", "shop_mysql monthly 15th 02:00", "15th: schedule.day_invalid() 15"},
		{"day before the first", "shop_mysql monthly 0", "0: schedule.day_invalid() 1"},
		{"unit apart", "shop_mysql every 2 hours from 08:00", "every 2 hours: oneline.every() every 2h|every 3h|every 1h"},
		{"unit in letters", "shop_mysql every 15min append", "every 15min: oneline.every() every 15m|every 20m|every 10m"},
		{"unit alone", "shop_mysql every day", "every day: oneline.every() daily|every 12h|every 8h"},
		{"step alone", "shop_mysql 4h", "4h: oneline.unknown_word() every 4h|every 3h|every 6h"},
		{"last hour as a clock has it", "shop_mysql every 4h until 8pm", "8pm: oneline.hour() 20"},
		{"city", "shop_mysql shop.orders -> ods zone=shanghai", "zone=shanghai: schedule.zone_unknown(shanghai) Asia/Shanghai"},
		{"city that drifts", "shop_mysql shop.orders -> ods zone=New_York", "zone=New_York: schedule.zone_unknown(New_York) America/New_York"},
		{"zone of nowhere", "shop_mysql shop.orders -> ods zone=Q", "zone=Q: schedule.zone_unknown(Q)"},
		{"parallel below", "shop_mysql shop.orders -> ods parallel=-2", "parallel=-2: field.parallel_range(10) 1"},
		{"rate with its unit", "shop_mysql shop.orders -> ods rate=20MB", "rate=20MB: field.rate_range(1000) 20"},
		{"rate beyond", "shop_mysql shop.orders -> ods rate=5000", "rate=5000: field.rate_range(1000) 1000"},
		{"variable in small letters", "shop_mysql shop.* -> ods.o_{source_table}", "ods.o_{source_table}: field.rule_no_table({SOURCE_TABLE}) ods.o_{SOURCE_TABLE}"},
		{"variables of other tools", "shop_mysql shop.* -> ods.{db}_{tbl_name}", "ods.{db}_{tbl_name}: field.rule_no_table({SOURCE_TABLE}) ods.{SOURCE_DATABASE}_{SOURCE_TABLE}"},
		{"rule past help", "shop_mysql shop.* -> ods.订单_{SOURCE_TABLE}", "ods.订单_{SOURCE_TABLE}: field.rule_invalid(订单_{SOURCE_TABLE})"},
		{"huge", strings.Repeat("x", MaxLineBytes+1), strings.Repeat("x", maxQuoted) + ": oneline.long(256)"},
	}
	for _, tt := range tests {
		d, wrong := read(t, tt.line, lineDraft(), lineFacts())
		if got := told(wrong); got != tt.want {
			t.Errorf("%s: told %s; want %s", tt.name, got, tt.want)
		}
		if step := d.FirstWrong(wrong, lineFacts(), actAt); step == StepReview && !strings.Contains(tt.want, "unknown") &&
			!slices.Contains([]string{"two arrows"}, tt.name) {
			t.Errorf("%s: goes to the review", tt.name)
		}
	}
}

func TestParseLine_TellsTen(t *testing.T) {
	t.Parallel()
	_, wrong := ParseLine("shop_mysql shop.orders -> ods " + strings.Repeat("x ", 50_000))
	if len(wrong) != maxProblems {
		t.Errorf("%d problems", len(wrong))
	}
}

// A line is looked up in two rounds, and again on what they made.
func TestLine_Answers_Rounds(t *testing.T) {
	t.Parallel()
	l, _ := ParseLine("shop_mysql shop.order_* -> ods folder=data_sync vc=any")
	none, wrong := l.Answers(newDraft(), Facts{}, actAt)
	if len(wrong) > 0 || none.FirstOpen(Facts{}, actAt) != StepSource || l.Wants(newDraft(), Facts{}) != (Prefetch{SourceSchema: "shop"}) {
		t.Errorf("without facts: %s, told %s, wants %+v", none.FirstOpen(Facts{}, actAt), told(wrong), l.Wants(newDraft(), Facts{}))
	}
	first := Facts{Datasources: lineFacts().Datasources}
	if got := l.Wants(newDraft(), lineFacts()); got != (Prefetch{Source: 11, SourceSchema: "shop"}) {
		t.Errorf("wants %+v", got)
	}
	half, wrong := l.Answers(none, first, actAt)
	if len(wrong) > 0 || half.FirstOpen(first, actAt) != StepTables || half.Spec().Kind != KindMySQL || half.Spec().Folder.ID != 0 || half.Answers.Value(FieldName) != "" {
		t.Errorf("first round: %+v, told %s", half.Answers, told(wrong))
	}
	facts := lineFacts()
	facts.VClusters = nil
	whole, wrong := l.Answers(half, facts, actAt)
	direct, _ := l.Answers(newDraft(), facts, actAt)
	if len(wrong) > 0 || len(whole.Spec().Tables) != 2 || whole.Spec().VCluster != "any" {
		t.Errorf("second round: %+v, told %s", whole.Answers, told(wrong))
	}
	if fmt.Sprint(whole.Answers) != fmt.Sprint(direct.Answers) {
		t.Errorf("in rounds %v, at once %v", whole.Answers, direct.Answers)
	}
}

// What a new line does not say must not stay from an old one that it contradicts.
func TestLine_Answers_Forgets(t *testing.T) {
	t.Parallel()
	d, _ := read(t, "shop_mysql shop.orders -> ods.orders where=id>3", lineDraft(), lineFacts())
	if d.Spec().Name != "sync_shop_orders_daily" {
		t.Errorf("called %q", d.Spec().Name)
	}
	other, _ := read(t, "crm_pg weekly mon", d, lineFacts())
	if s := other.Spec(); s.Source.ID == 11 || s.SourceSchema != "" || len(s.Tables) > 0 || s.TargetTable != "" || s.Name != "" {
		t.Errorf("kept %+v", s)
	}
	same, _ := read(t, "shop_mysql shop.orders -> ods.orders weekly mon name=mine", d, lineFacts())
	if s := same.Spec(); len(s.Tables) != 1 || s.Name != "mine" {
		t.Errorf("forgot %+v", s)
	}
	renamed, _ := read(t, "shop_mysql shop.customers -> ods monthly 3", d, lineFacts())
	if s := renamed.Spec(); s.TargetTable != "customers" || s.Name != "sync_shop_customers_monthly" {
		t.Errorf("proposals stayed: %+v", s)
	}
	if named, _ := read(t, "shop_mysql shop.customers -> ods name=sync_shop_orders_daily", d, lineFacts()); named.Spec().Name != "sync_shop_orders_daily" {
		t.Errorf("a name like an old proposal is forgotten: %q", named.Spec().Name)
	}
	if both, _ := read(t, "shop_mysql shop.orders -> ods every 15m every 2h append overwrite where=a where=b", d, lineFacts()); both.Spec().Schedule.Every != "" || both.Spec().WriteMode != "" || both.Spec().Where != "" {
		t.Errorf("one of two contradictions was taken: %+v", both.Spec())
	}
	if moved, _ := read(t, "crm_pg crm.orders -> ods.orders", d, lineFacts()); len(moved.Spec().Tables) != 1 {
		t.Errorf("a table of the same name is forgotten: %+v", moved.Spec())
	}
	if wrong, _ := read(t, "shop_mysql vc=nonsense", d, lineFacts()); wrong.FirstOpen(lineFacts(), actAt) != StepPlace {
		t.Errorf("a wrong cluster opens %s", wrong.FirstOpen(lineFacts(), actAt))
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"orders", "order_items", "customers", "Products", "产品表", "ab"}
	for typed, want := range map[string]string{
		"ordres": "orders", "order": "orders order_items", "PRODUCTS": "Products", "产品": "产品表", "产品表格": "产品表", "x": "", "zzzzzz": "", "": "",
	} {
		if got := strings.Join(nearest(typed, names), " "); got != want {
			t.Errorf("%q is near %s, want %s", typed, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"order_*", "order_1", true}, {"order_*", "order_", true}, {"order_*", "orders", false}, {"*", "", true}, {"a*a", "a", false},
		{"*b*", "abc", true}, {"a*b*c", "a-b-b-c", true}, {"a*b*c", "acb", false}, {"**", "x", true}, {"a*bb*b", "abb", false}, {"a?", "ab", false},
	} {
		if got := matches(tt.pattern, tt.name); got != tt.want {
			t.Errorf("%s on %s: %t", tt.pattern, tt.name, got)
		}
	}
}

// A list without any data source is no list: nothing can be said of a name.
func TestLine_Answers_NothingTold(t *testing.T) {
	t.Parallel()
	for name, list := range map[string][]Datasource{"none": nil, "an empty one": {}} {
		line, _ := ParseLine("shop_mysql shop.orders -> ods.orders lake=lake daily 03:30")
		d, wrong := line.Answers(newDraft(), Facts{Datasources: list}, actAt)
		if len(wrong) > 0 || d.Spec().Source.ID != 0 || d.Spec().SourceSchema != "shop" {
			t.Errorf("%s: problems %v, draft %+v", name, wrong, d.Spec())
		}
	}
}

// A table that is not there is told once, however often it is named.
func TestLine_Answers_SameWrong(t *testing.T) {
	t.Parallel()
	line, _ := ParseLine("shop_mysql shop.nosuch,nosuch,nosuch -> ods.*")
	_, wrong := line.Answers(newDraft(), goodFacts(), actAt)
	if len(wrong) != 1 || wrong[0].Text.Key != "field.table_gone" {
		t.Errorf("problems %v", wrong)
	}
}

// What was refused is not kept: the draft says nothing that was told to be wrong,
// and begins where it is to be answered.
func TestLine_Answers_Refused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, line, want string // what the draft's own line says
		step             Step
	}{
		{"task name", "shop_mysql shop.orders -> ods.orders name=12345", "shop_mysql shop.orders -> ods.orders name=sync_shop_orders_daily", StepPlace},
		{"condition", `shop_mysql shop.orders -> ods.orders where="a;b"`, "shop_mysql shop.orders -> ods.orders", StepTables},
		{"cluster", "shop_mysql shop.orders -> ods.orders vc=nope", "shop_mysql shop.orders -> ods.orders vc=?", StepPlace},
		{"schema", "shop_mysql shp.orders -> ods.orders", "shop_mysql ?.orders -> ods.orders", StepTables},
		{"table", "shop_mysql shop.oders -> ods", "shop_mysql shop.? -> ods.?", StepTables},
		{"one of two tables", "shop_mysql shop.oders,orders -> ods", "shop_mysql shop.orders -> ods.*", StepTables},
		{"target", "shop_mysql shop.orders -> ods.订单", "shop_mysql shop.orders -> ods.orders", StepTables},
		{"tables that get no name", "shop_mysql shop.orders,订单 -> ods", "shop_mysql shop.orders,订单 -> ods.*", StepTables},
	} {
		d, wrong := read(t, tt.line, lineDraft(), lineFacts())
		said := strings.ReplaceAll(LineOf(d.Spec()), " overwrite daily 02:00 zone=Asia/Shanghai lake=lake folder=data_sync", "")
		if len(wrong) != 1 || !strings.HasPrefix(strings.ReplaceAll(said, " vc=sync_vc", ""), tt.want) {
			t.Errorf("%s: says %s, told %s; want %s", tt.name, said, told(wrong), tt.want)
		}
		if step := d.FirstWrong(wrong, lineFacts(), actAt); step != tt.step {
			t.Errorf("%s: begins at %s, want %s", tt.name, step, tt.step)
		}
	}
}
