package studiosim

import (
	"slices"
	"time"
)

// day is in milliseconds.
const day = 24 * hour

// newWorld is a fresh world at the moment now: the one of the recorded
// samples, or the demo, which adds to it.
func newWorld(seed string, now int64) *state {
	st := &state{Seed: seed, Clock: Clock{Real: now, Sim: now, Speed: 1}, Zone: "Asia/Shanghai", Workspace: "ecommerce", Instance: "shopinst",
		BadPATs: []string{"czt_wrong"}, NextID: 60034, NextRun: 900034, WaitMS: 200, RunMS: 1500, now: now, dirty: true, runsDirty: true, runsKnown: true}
	if err := st.prepareZone(); err != nil {
		st.Zone, st.zone = "UTC", time.UTC // a machine without zone data
	}
	for _, f := range []Folder{{110, 0, "data_sync", 0}, {111, 110, "mysql", 0}, {112, 110, "postgres", 0}, {120, 0, "etl", 0}, {130, 0, "scratch", 0}} {
		f.Created = now - day
		st.Folders = append(st.Folders, f)
	}
	st.VCs = []VC{{"DEFAULT", "GENERAL", "4", "RUNNING", "7001"}, {"sync_vc", "INTEGRATION", "1", "RUNNING", "7002"},
		{"bi_vc", "ANALYTICS", "2", "SUSPENDED", "7003"}, {"sync_vc_small", "INTEGRATION", "0.25", "SUSPENDED", "7004"}}
	st.Schemas = []string{"dwd", "ods", "public"}
	st.seedSources()
	st.seedLake()
	st.seedTasks()
	st.seedRuns()
	if seed == "demo" {
		st.seedDemo()
	}
	for _, t := range st.Tasks {
		st.plan(t)
	}
	return st
}

// columns builds a column list; the first one is the primary key.
func columns(pairs ...string) []Column {
	var out []Column
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, Column{Name: pairs[i], Type: pairs[i+1], Primary: i == 0})
	}
	return out
}

func orderColumns() []Column {
	return columns("id", "BIGINT", "customer_id", "BIGINT", "status", "VARCHAR", "amount", "DECIMAL", "created_at", "DATETIME")
}

func customerColumns() []Column {
	return columns("id", "BIGINT", "name", "VARCHAR", "email", "VARCHAR", "phone", "VARCHAR", "created_at", "DATETIME")
}

func customerRows() [][]any {
	return [][]any{{7, "Li Lei", "lilei@example.com", "13800001111", "2026-01-02 08:00:00"},
		{9, "Han Mei", "hanmei@example.com", "13900002222", "2026-01-03 09:30:00"}}
}

func (st *state) seedSources() {
	shop := []SourceTable{
		{Name: "orders", Columns: orderColumns(), Rows: 12034},
		{Name: "customers", Columns: customerColumns(), Rows: 3120, Sample: customerRows()},
		{Name: "order_items", Columns: columns("id", "BIGINT", "order_id", "BIGINT", "product_id", "BIGINT", "quantity", "INT", "price", "DECIMAL"), Rows: 30877},
		{Name: "products", Columns: columns("id", "BIGINT", "title", "VARCHAR", "price", "DECIMAL"), Rows: 512},
		{Name: "coupons", Columns: columns("id", "BIGINT", "code", "VARCHAR", "discount", "DECIMAL"), Rows: 48},
	}
	public := []SourceTable{
		{Name: "users", Columns: customerColumns(), Rows: 880},
		{Name: "events", Columns: columns("id", "BIGINT", "user_id", "BIGINT", "kind", "VARCHAR", "happened_at", "TIMESTAMP"), Rows: 20555},
	}
	st.Datasources = []*Datasource{
		{ID: 5001, Name: "LAKEHOUSE_ecommerce", Type: "LakeHouse", TypeCode: 1, Params: map[string]any{"instance": "shopinst", "workspace": "ecommerce"}},
		{ID: 5002, Name: "aliyun_mysql", Type: "MySQL", TypeCode: 5,
			Params:   map[string]any{"host": "rm-demo.mysql.example.com", "password": "Pl41nText!", "port": 3306, "username": "sync_reader"},
			Catalogs: []Catalog{{"crm", nil}, {"information_schema", nil}, {"shop", shop}}},
		{ID: 5003, Name: "pg_prod", Type: "PostgreSQL", TypeCode: 7,
			Params:   map[string]any{"host": "pg.example.com", "password": "s3cret", "port": 5432, "username": "etl"},
			Catalogs: []Catalog{{"public", public}}},
		{ID: 5004, Name: "legacy_sqlserver", Type: "SqlServer", TypeCode: 8, Params: map[string]any{"host": "mssql.example.com", "port": 1433},
			Fault: "connect timed out: mssql.example.com:1433"},
		{ID: 5005, Name: "aliyun_mysql_staging", Type: "MySQL", TypeCode: 5,
			Params:   map[string]any{"host": "rm-stg.mysql.example.com", "password": "stg", "port": 3306, "username": "stg"},
			Catalogs: []Catalog{{"shop", shop[:2:2]}}},
	}
}

func (st *state) seedLake() {
	written := func(rows int64) []Version {
		return []Version{{Version: 1, Time: st.now, Rows: rows, Op: "INSERT_OVERWRITE"}}
	}
	shop := st.Datasources[1].Catalogs[2].Tables
	st.Lake = []*LakeTable{
		{Schema: "ods", Name: "orders", Columns: orderColumns(), Rows: 12034, History: written(12034)},
		{Schema: "ods", Name: "customers", Columns: customerColumns(), Rows: 3120, NonNull: map[string]int64{"email": 2964}, Sample: customerRows(), History: written(3120)},
		{Schema: "ods", Name: "order_items", Columns: shop[2].Columns, Rows: 30877, History: written(30877)},
		{Schema: "ods", Name: "events", Columns: st.Datasources[2].Catalogs[0].Tables[1].Columns},
		{Schema: "dwd", Name: "dwd_orders", Columns: orderColumns(), Rows: 12034, History: written(12034)},
		{Schema: "public", Name: "demo", Columns: columns("id", "BIGINT"), Rows: 1},
	}
}

// oneTable is a single-table sync into ods whose mapping holds the id only.
func oneTable(source int64, from string) *Integration {
	_, name := cut(from)
	return &Integration{Kind: "single", Source: source, Sink: 5001, Tables: []Pair{{from, "ods." + name}}, Columns: [][2]string{{"id", "id"}}}
}

func daily(cron, vc, id string) *Schedule {
	return &Schedule{Cron: cron, VC: vc, VCID: id, Schema: "public", RetryCount: 1, RetryInterval: 1, Rerun: 1}
}

// online publishes the draft as it is.
func (t *Task) online(now int64) {
	copied := *t.Draft
	t.Published, t.Online, t.Version, t.EditState, t.PublishedAt = &copied, true, 1, 100, now-2*day
}

func (st *state) seedTasks() {
	shopTables := []Pair{{"shop.orders", "ods.orders"}, {"shop.customers", "ods.customers"}, {"shop.order_items", "ods.order_items"}}
	st.Tasks = []*Task{
		{ID: 40001, Name: "sync_mysql_orders", Type: 10, Folder: 111, Content: oneTable(5002, "shop.orders"), Draft: daily("0 00 02 * * ? *", "sync_vc", "7002")},
		{ID: 40002, Name: "sync_mysql_shop_multi", Type: 291, Folder: 111, HasConfig: true,
			Content: &Integration{Kind: "multi", Source: 5002, Sink: 5001, Tables: shopTables}, Draft: daily("0 30 02 * * ? *", "sync_vc", "7002")},
		{ID: 40003, Name: "sync_mysql_orders_hourly", Type: 10, Folder: 111, Content: oneTable(5002, "shop.orders"), Draft: daily("0 00 * * * ? *", "sync_vc", "7002")},
		{ID: 40004, Name: "sync_pg_events", Type: 10, Folder: 112},
		{ID: 40005, Name: "sync_pg_users", Type: 10, Folder: 112, Content: oneTable(5003, "public.users"), Draft: daily("0 00 03 * * ? *", "sync_vc", "7002"), EditState: 20},
		{ID: 40006, Name: "dwd_orders", Type: 23, Folder: 120, Script: "INSERT OVERWRITE dwd.dwd_orders SELECT * FROM ods.orders", Deps: []int64{40001}, Draft: daily("0 00 04 * * ? *", "DEFAULT", "7001")},
		{ID: 40007, Name: "sync_dup", Type: 10, Folder: 111},
		{ID: 40008, Name: "sync_dup", Type: 10, Folder: 112},
		{ID: 40009, Name: "sync_mysql_products", Type: 10, Folder: 111, Content: oneTable(5002, "shop.products"), Draft: daily("0 00 05 * * ? *", "sync_vc", "7002")},
		{ID: 40010, Name: "20260720", Type: 23, Folder: 130},
		{ID: 40011, Name: "rt_shop_mirror", Type: 281, Folder: 110},
		{ID: 40012, Name: "sync_pg_multi_new", Type: 291, Folder: 111},
		{ID: 40013, Name: "sync_pg_novc", Type: 10, Folder: 112, Content: oneTable(5003, "public.users"), Draft: daily("0 00 03 * * ? *", "DEFAULT", "7001")},
	}
	for _, t := range st.Tasks {
		t.Created, t.Updated, t.EditState = st.now-30*day, st.now-2*day, max(10, t.EditState)
		if slices.Contains([]int64{40001, 40002, 40003, 40006, 40009, 40013}, t.ID) {
			t.online(st.now)
		}
	}
	edited := st.task(40009)
	edited.Draft.Cron, edited.EditState = "0 00 06 * * ? *", 80
}

// past adds a seeded run that started so many milliseconds before now.
func (st *state) past(id, task int64, ago, took int64, status int) *Run {
	t := st.task(task)
	at := st.now - ago
	r := &Run{ID: id, Task: task, Type: Scheduled, Status: status, Plan: at - 30_000, Trigger: at - 2_000, Start: at, VC: t.Draft.VC, Held: true}
	a := Attempt{ID: id - 840000, Start: at}
	if status == Success || status == Failed {
		r.End = at + took
		a.End, a.Result = r.End, status
		for _, pair := range t.Content.tables() {
			a.Tables = append(a.Tables, TableResult{Pair: pair, Rows: st.sourceRows(t, pair)})
		}
	}
	r.Attempts = []Attempt{a}
	st.runs = append(st.runs, r)
	return r
}

func (c *Integration) tables() []Pair {
	if c == nil {
		return nil
	}
	return c.Tables
}

func (st *state) sourceRows(t *Task, pair Pair) int64 {
	ns, name := cut(pair.Source)
	if ds := st.datasource(t.Content.Source); ds != nil {
		if src := ds.table(ns, name); src != nil {
			return src.Rows
		}
	}
	return 0
}

// fails marks a seeded run failed; table names the one that went wrong.
func (r *Run) fails(message, table, tableMessage string) {
	r.Status, r.FailMsg = Failed, message
	a := &r.Attempts[0]
	a.Result, a.FailMsg = Failed, message
	for i := range a.Tables {
		if a.Tables[i].Source == table {
			a.Tables[i].Rows, a.Tables[i].Err = 0, tableMessage
		}
	}
}

func (st *state) seedRuns() {
	for i := range int64(6) { // 900001 to 900006, one a day, the last 14 h ago
		st.past(900001+i, 40001, 14*hour+(5-i)*day, 95_000, Success)
	}
	const gone = "source query failed: Table 'shop.orders' doesn't exist"
	st.past(900007, 40001, 3*hour, 41_000, Failed).fails(gone, "shop.orders", gone)
	st.past(900008, 40002, 26*hour, 180_000, Success)
	st.past(900009, 40002, 2*hour, 210_000, Failed).fails("1 of 3 tables failed", "shop.order_items", "Lock wait timeout exceeded")
	for i := range int64(20) { // hourly, the last one an hour ago
		st.past(900010+i, 40003, (20-i)*hour, 20_000, Success)
	}
	st.past(900030, 40006, 90*60_000, 12_000, Success)
	st.past(900031, 40009, 5*60_000, 0, Running)
	st.past(900032, 40001, 10*hour, 30_000, Success).Type = Temporary
	waiting := st.past(900033, 40006, -20*60_000, 0, 6)
	waiting.Start, waiting.Trigger, waiting.Attempts = 0, 0, nil
}
