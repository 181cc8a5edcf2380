package studiosim

import "fmt"

// seedDemo adds what a busy workspace has: object storage, PostgreSQL schemas,
// sharded tables, a wide schema, more clusters and two weeks of runs.
func (st *state) seedDemo() {
	st.RunMS, st.WaitMS, st.FailRate = 0, 3_000, 0.03
	st.VCs = append(st.VCs, VC{"sync_vc_large", "INTEGRATION", "8", "RUNNING", "7005"}, VC{"sync_vc_night", "INTEGRATION", "2", "SUSPENDED", "7006"})
	st.demoSources()
	st.demoTasks()
	st.demoHistory()
}

func (st *state) demoSources() {
	mysql, pg := st.Datasources[1], st.Datasources[2]
	for month := 1; month <= 12; month++ {
		shop := &mysql.Catalogs[2]
		shop.Tables = append(shop.Tables, SourceTable{Name: fmt.Sprintf("order_2024_%02d", month), Columns: orderColumns(), Rows: int64(900 + 37*month)})
	}
	for n := range 64 {
		crm := &mysql.Catalogs[0]
		crm.Tables = append(crm.Tables, SourceTable{Name: fmt.Sprintf("contact_%02d", n), Columns: customerColumns(), Rows: int64(100 + n)})
	}
	var wide []SourceTable
	for n := 1; n <= 250; n++ {
		wide = append(wide, SourceTable{Name: fmt.Sprintf("erp_table_%03d", n), Columns: columns("id", "BIGINT", "code", "VARCHAR", "changed_at", "DATETIME"), Rows: int64(n * 11)})
	}
	mysql.Catalogs = append(mysql.Catalogs, Catalog{"erp", wide})
	pg.Catalogs = append(pg.Catalogs,
		Catalog{"sales", []SourceTable{
			{Name: "invoices", Columns: columns("id", "BIGINT", "total", "NUMERIC", "issued_at", "TIMESTAMP"), Rows: 7421},
			{Name: "invoice_lines", Columns: columns("id", "BIGINT", "invoice_id", "BIGINT", "amount", "NUMERIC"), Rows: 22190},
			{Name: "客户订单", Columns: columns("id", "BIGINT", "客户", "TEXT", "金额", "NUMERIC"), Rows: 318}}},
		Catalog{"hr", []SourceTable{{Name: "employees", Columns: customerColumns(), Rows: 240}, {Name: "leave_requests", Columns: columns("id", "BIGINT", "employee_id", "BIGINT", "day", "DATE")}}})
	file := columns("line", "VARCHAR")
	st.Datasources = append(st.Datasources,
		&Datasource{ID: 5006, Name: "oss_bucket", Type: "OSS", TypeCode: 20,
			Params:   map[string]any{"endpoint": "oss.example.com", "accessKeyId": "demo-key", "accessKeySecret": "0ssSecret!"},
			Catalogs: []Catalog{{"shop-exports", []SourceTable{{Name: "refunds/2026/refunds.csv", Columns: file, Rows: 410}, {Name: "reviews/reviews.parquet", Columns: file, Rows: 9050}}}}},
		&Datasource{ID: 5007, Name: "s3_data", Type: "S3", TypeCode: 34,
			Params:   map[string]any{"region": "us-east-1", "accessKey": "demo-key", "secretKey": "S3Secret!"},
			Catalogs: []Catalog{{"partner-feed", []SourceTable{{Name: "daily/feed.csv", Columns: file, Rows: 1250}}}}},
		&Datasource{ID: 5008, Name: "财务库_mysql", Type: "MySQL", TypeCode: 5,
			Params:   map[string]any{"host": "fin.mysql.example.com", "password": "f1n4nce", "port": 3306, "username": "reader"},
			Catalogs: []Catalog{{"finance", []SourceTable{{Name: "ledger", Columns: columns("id", "BIGINT", "amount", "DECIMAL", "booked_at", "DATETIME"), Rows: 65_000}}}}})
}

func (st *state) demoTasks() {
	merge := &Integration{Kind: "merge", Source: 5002, Sink: 5001}
	for month := 1; month <= 12; month++ {
		merge.Tables = append(merge.Tables, Pair{fmt.Sprintf("shop.order_2024_%02d", month), "ods.order_2024"})
	}
	add := func(id int64, name string, kind int, folder int64, content *Integration, cron string) {
		t := &Task{ID: id, Name: name, Type: kind, Folder: folder, Content: content, HasConfig: true, Draft: daily(cron, "sync_vc", "7002"),
			Created: st.now - 30*day, Updated: st.now - 2*day}
		t.online(st.now)
		t.PublishedAt = st.now - 20*day
		st.Tasks = append(st.Tasks, t)
	}
	add(40101, "pg_invoices_daily", 291, 112, &Integration{Kind: "multi", Source: 5003, Sink: 5001,
		Tables: []Pair{{"sales.invoices", "ods.invoices"}, {"sales.invoice_lines", "ods.invoice_lines"}}}, "0 15 01 * * ? *")
	add(40102, "mysql_order_shards_merge", 291, 111, merge, "0 00 06 * * ? *")
	add(40103, "oss_refunds_daily", 10, 110, &Integration{Kind: "single", Source: 5006, Sink: 5001,
		Tables: []Pair{{"shop-exports.refunds/2026/refunds.csv", "ods.refunds"}}, Columns: [][2]string{{"line", "line"}}}, "0 40 01 * * ? *")
	add(40104, "财务总账_每日", 10, 130, &Integration{Kind: "single", Source: 5008, Sink: 5001,
		Tables: []Pair{{"finance.ledger", "ods.ledger"}}, Columns: [][2]string{{"id", "id"}, {"amount", "amount"}}}, "0 30 00 * * ? *")
	add(40105, "mysql_products_every_6h", 10, 111, oneTable(5002, "shop.products"), "0 00 00-23/6 * * ? *")
	wide := &Integration{Kind: "multi", Source: 5002, Sink: 5001}
	for n := 1; n <= 40; n++ {
		wide.Tables = append(wide.Tables, Pair{fmt.Sprintf("erp.erp_table_%03d", n), fmt.Sprintf("ods.erp_table_%03d", n)})
	}
	add(40106, "mysql_erp_40_tables", 291, 111, wide, "0 45 02 * * ? *")
	add(40107, "mysql_coupons_every_4h", 10, 111, oneTable(5002, "shop.coupons"), "0 20 00-23/4 * * ? *")
	st.task(40107).FailRate = 0.2
}

// demoHistory lets the demo tasks run through the last two weeks. Those of the
// samples are deployed just now, so that no run of theirs is missed.
func (st *state) demoHistory() {
	now := st.now
	for _, t := range st.Tasks {
		if t.ID < 40100 { // their recorded runs do not follow their schedules
			if t.Published != nil {
				t.PublishedAt = now
			}
			continue
		}
		for _, at := range fires(t.Published.Cron, st.zone, now-14*day, now, 400) {
			st.now = at
			st.start(t, Scheduled, at, at, t.Published.VC)
		}
	}
	st.now = now
}
