package czcli

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
)

func argv(words ...string) []string { return append(words, "--format=json") }

func single() bs.Spec {
	return bs.Spec{
		Kind: bs.KindMySQL, Source: bs.Datasource{ID: 5002, Name: "aliyun_mysql", Type: "MySQL"}, Scope: bs.ScopeSingle,
		WriteMode: bs.Append, SourceSchema: "shop", Tables: []string{"coupons"},
		Target: bs.Datasource{ID: 5001, Name: "LAKEHOUSE_ecommerce", Type: "LakeHouse"}, TargetSchema: "ods", TargetTable: "coupons_copy",
	}
}

func multi(tables ...string) bs.Spec {
	s := single()
	s.Scope, s.WriteMode, s.Tables, s.TargetTable = bs.ScopeMulti, bs.Overwrite, tables, ""
	return s
}

func whole(schema, table string) bs.Spec {
	s := single()
	s.Scope, s.WriteMode, s.Tables, s.TargetSchema, s.TargetTable = bs.ScopeWhole, bs.Overwrite, nil, schema, table
	return s
}

func tuned(s bs.Spec, t bs.Tuning) bs.Spec {
	s.Tuning = t
	return s
}

// done turns a method without a value into one with the value "done".
func done(err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return "done", nil
}

func value[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// TestClient_Methods calls every method and checks the command lines it sends
// and what it makes of the recorded answers.
func TestClient_Methods(t *testing.T) {
	t.Parallel()
	at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
	list := func(page int) []string {
		return argv("datasource", "list", fmt.Sprintf("--page=%d", page), "--page-size=100")
	}
	tests := []struct {
		name    string
		answers []answer
		call    func(context.Context, *Client) (any, error)
		want    any
		argv    [][]string
	}{
		{
			"Version", []answer{{Sample: "version.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Version(ctx)) },
			"1.17.19", [][]string{{"--version"}},
		},
		{
			"Ping", []answer{{Sample: "profile_status.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Ping(ctx)) },
			bs.Connection{Connected: true, Workspace: "ecommerce", Version: "1.17.19"},
			[][]string{argv("profile", "status")},
		},
		{
			"Ping/bad token", []answer{{Match: "profile list", Sample: "profile_list.ok"}, {Sample: "profile_status.bad_pat"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Ping(ctx)) },
			bs.Connection{Version: "1.17.19", Failure: bs.FailLogin, Reason: "Login failed: invalid access token"},
			[][]string{argv("profile", "status"), argv("profile", "list")},
		},
		{
			"CheckProfile/default", []answer{{Sample: "profile_list.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return done(c.CheckProfile(ctx)) },
			"done", [][]string{argv("profile", "list")},
		},
		{
			"Datasources", []answer{{Sample: "datasource_list.ok_with_passwords"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Datasources(ctx)) },
			[]bs.Datasource{
				{ID: 5001, Name: "LAKEHOUSE_ecommerce", Type: "LakeHouse"}, {ID: 5002, Name: "aliyun_mysql", Type: "MySQL"},
				{ID: 5003, Name: "pg_prod", Type: "PostgreSQL"}, {ID: 5004, Name: "legacy_sqlserver", Type: "SqlServer"},
				{ID: 5005, Name: "aliyun_mysql_staging", Type: "MySQL"},
			},
			[][]string{list(1)},
		},
		{
			"TestDatasource", []answer{{Sample: "datasource_test.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return done(c.TestDatasource(ctx, 5002)) },
			"done", [][]string{argv("datasource", "test", "5002")},
		},
		{
			"Schemas", []answer{{Sample: "datasource_catalogs.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Schemas(ctx, 5002)) },
			[]string{"crm", "information_schema", "shop"},
			[][]string{argv("datasource", "catalogs", "5002", "--limit=20000")},
		},
		{
			"Tables", []answer{{Sample: "datasource_objects.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Tables(ctx, 5002, "shop")) },
			[]string{"coupons", "customers", "order_items", "orders", "products"},
			[][]string{argv("datasource", "objects", "5002", "shop", "--limit=20000")},
		},
		{
			"Tables/none is not nil", []answer{{Sample: "datasource_objects.unknown_catalog_is_empty"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Tables(ctx, 5002, "nope")) },
			[]string{}, [][]string{argv("datasource", "objects", "5002", "nope", "--limit=20000")},
		},
		{
			"Columns", []answer{{Sample: "datasource_describe.ok"}},
			func(ctx context.Context, c *Client) (any, error) {
				return value(c.Columns(ctx, 5002, "shop", "orders"))
			},
			[]bs.Column{
				{Name: "id", Type: "BIGINT", Primary: true}, {Name: "customer_id", Type: "BIGINT", Nullable: true},
				{Name: "status", Type: "VARCHAR", Nullable: true}, {Name: "amount", Type: "DECIMAL", Nullable: true},
				{Name: "created_at", Type: "DATETIME", Nullable: true},
			},
			[][]string{argv("datasource", "describe", "5002", "shop", "orders")},
		},
		{
			"Folders", []answer{{Sample: "task_folder_tree.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Folders(ctx)) },
			[]bs.Folder{{ID: 110, Path: "data_sync"}, {ID: 111, Path: "data_sync/mysql"}, {ID: 112, Path: "data_sync/postgres"}, {ID: 120, Path: "etl"}, {ID: 130, Path: "scratch"}},
			[][]string{argv("task", "folder-tree")},
		},
		{
			"VClusters", []answer{{Sample: "sql.show_vclusters"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.VClusters(ctx)) },
			[]bs.VCluster{
				{Name: "DEFAULT", Type: "GENERAL", Size: "4", State: "RUNNING"}, {Name: "sync_vc", Type: "INTEGRATION", Size: "1", State: "RUNNING"},
				{Name: "bi_vc", Type: "ANALYTICS", Size: "2", State: "SUSPENDED"}, {Name: "sync_vc_small", Type: "INTEGRATION", Size: "0.25", State: "SUSPENDED"},
			},
			[][]string{argv("sql", "--execute=SHOW VCLUSTERS", "--limit=0")},
		},
		{
			"VClusters/other columns", []answer{{Stdout: `{"columns":["state","VCLUSTER_TYPE","x","NAME"],"rows":[["UP","INTEGRATION",1,"v"],[]]}`}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.VClusters(ctx)) },
			[]bs.VCluster{{Name: "v", Type: "INTEGRATION", State: "UP"}, {}},
			[][]string{argv("sql", "--execute=SHOW VCLUSTERS", "--limit=0")},
		},
		{
			"TargetSchemas", []answer{{Sample: "schema_list.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.TargetSchemas(ctx)) },
			[]string{"dwd", "ods", "public"}, [][]string{argv("schema", "list")},
		},
		{
			"TasksLike", []answer{{Sample: "task_list.by_type"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.TasksLike(ctx, "sync shop")) },
			[]bs.TaskRef{
				{ID: 40002, Name: "sync_mysql_shop_multi", Type: 291, Folder: 111, Created: at(1792762915701), Updated: at(1795182115701)},
				{ID: 40012, Name: "sync_pg_multi_new", Type: 291, Folder: 111, Created: at(1792762915701), Updated: at(1795182115701)},
			},
			[][]string{argv("task", "list", "--like=sync shop", "--page=1", "--page-size=100")},
		},
		{
			"TasksLike/none is not nil", []answer{{Sample: "task_list.like_empty"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.TasksLike(ctx, "zzz")) },
			[]bs.TaskRef{}, [][]string{argv("task", "list", "--like=zzz", "--page=1", "--page-size=100")},
		},
		{
			"CreateTask/single", []answer{{Sample: "task_create.ok"}},
			func(ctx context.Context, c *Client) (any, error) {
				return value(c.CreateTask(ctx, "new_sync_a", bs.TypeSingle, 111, ""))
			},
			bs.Created{ID: 60034, StudioURL: "https://shopinst.studio.example.test/ide?workspace_name=ecommerce&fileId=60034"},
			[][]string{argv("task", "create", "new_sync_a", "--type=INTEGRATION", "--folder=111")},
		},
		{
			"CreateTask/multi with description", []answer{{Sample: "task_create.ok_multi"}},
			func(ctx context.Context, c *Client) (any, error) {
				return value(c.CreateTask(ctx, "订单 同步", bs.TypeMulti, 111, `- made "by" hand = x`))
			},
			bs.Created{ID: 60035, StudioURL: "https://shopinst.studio.example.test/ide?workspace_name=ecommerce&fileId=60035"},
			[][]string{argv("task", "create", "订单 同步", "--type=MULTI_DI", "--folder=111", `--description=- made "by" hand = x`)},
		},
		{
			"Setup/single", []answer{{Sample: "integration_setup.single_ok"}},
			func(ctx context.Context, c *Client) (any, error) { return done(c.Setup(ctx, 40004, single())) },
			"done", [][]string{argv("task", "integration", "setup", "40004", "--sync-type=single", "--source-datasource=5002", "--source-schema=shop",
				"--sink-datasource=5001", "--source-table=coupons", "--sink-schema=ods", "--sink-table=coupons_copy", "--write-mode=APPEND")},
		},
		{
			"Setup/multi", []answer{{Sample: "integration_setup.multi_ok"}},
			func(ctx context.Context, c *Client) (any, error) {
				return done(c.Setup(ctx, 40012, multi("orders", "customers", "order items")))
			},
			"done", [][]string{argv("task", "integration", "setup", "40012", "--sync-type=multi", "--source-datasource=5002", "--source-schema=shop",
				"--sink-datasource=5001", "--source-tables=orders,customers,order items", "--sink-schema=ods")},
		},
		{
			"Setup/whole database with the program's own rules", []answer{{Stdout: `{"data":{"task_id":40012,"sync_type":"whole_db"}}`}},
			func(ctx context.Context, c *Client) (any, error) {
				return done(c.Setup(ctx, 40012, whole("{SOURCE_DATABASE}", "{SOURCE_DATABASE}_{SOURCE_TABLE}")))
			},
			"done", [][]string{argv("task", "integration", "setup", "40012", "--sync-type=whole_db", "--source-datasource=5002", "--source-schema=shop",
				"--sink-datasource=5001", "--source-dbs=shop")},
		},
		{
			"Setup/whole database with rules", []answer{{Stdout: `{"data":{"task_id":40012,"sync_type":"whole_db"}}`}},
			func(ctx context.Context, c *Client) (any, error) {
				return done(c.Setup(ctx, 40012, whole("ods", "{SOURCE_TABLE}")))
			},
			"done", [][]string{
				argv("task", "integration", "setup", "40012", "--sync-type=whole_db", "--source-datasource=5002", "--source-schema=shop",
					"--sink-datasource=5001", "--source-dbs=shop"),
				argv("task", "integration", "edit", "40012", "--schema-rule=ods", "--table-rule={SOURCE_TABLE}"),
			},
		},
		{
			"Setup/tuned single", []answer{{Stdout: `{"data":{"task_id":40004}}`}},
			func(ctx context.Context, c *Client) (any, error) {
				return done(c.Setup(ctx, 40004, tuned(single(), bs.Tuning{Where: `--a = 'x' AND "b c" < 3`, Parallel: 4, Rate: 20})))
			},
			"done", [][]string{
				argv("task", "integration", "setup", "40004", "--sync-type=single", "--source-datasource=5002", "--source-schema=shop",
					"--sink-datasource=5001", "--source-table=coupons", "--sink-schema=ods", "--sink-table=coupons_copy", "--write-mode=APPEND"),
				argv("task", "integration", "edit", "40004", "--parallelism=4", `--where=--a = 'x' AND "b c" < 3`, "--m-bytes=20"),
			},
		},
		{
			"Setup/tuned multi", []answer{{Stdout: `{"data":{"task_id":40012}}`}},
			func(ctx context.Context, c *Client) (any, error) {
				s := tuned(multi("orders", "Order Items"), bs.Tuning{Parallel: 10, KeyedMode: bs.Append})
				s.WriteMode, s.TargetTable = bs.Append, "{SOURCE_DATABASE}_{SOURCE_TABLE}"
				return done(c.Setup(ctx, 40012, s))
			},
			"done", [][]string{
				argv("task", "integration", "setup", "40012", "--sync-type=multi", "--source-datasource=5002", "--source-schema=shop",
					"--sink-datasource=5001", "--source-tables=orders,Order Items", "--sink-schema=ods"),
				argv("task", "integration", "edit", "40012", "--parallelism=10", "--non-pk-write-mode=APPEND", "--pk-write-mode=APPEND",
					`--table-mapping=[{"source":"shop.orders","sink":"ods.shop_orders"},{"source":"shop.Order Items","sink":"ods.shop_Order Items"}]`),
			},
		},
		{
			"Setup/appended whole database", []answer{{Stdout: `{"data":{"task_id":40012}}`}},
			func(ctx context.Context, c *Client) (any, error) {
				s := whole("{SOURCE_DATABASE}", "{SOURCE_DATABASE}_{SOURCE_TABLE}")
				s.WriteMode = bs.Append
				return done(c.Setup(ctx, 40012, s))
			},
			"done", [][]string{
				argv("task", "integration", "setup", "40012", "--sync-type=whole_db", "--source-datasource=5002", "--source-schema=shop",
					"--sink-datasource=5001", "--source-dbs=shop"),
				argv("task", "integration", "edit", "40012", "--non-pk-write-mode=APPEND"),
			},
		},
		{
			"SaveCron", []answer{{Sample: "task_save_cron.ok_5field"}},
			func(ctx context.Context, c *Client) (any, error) {
				return done(c.SaveCron(ctx, 40008, "0 2 * * *", "sync_vc"))
			},
			"done", [][]string{argv("task", "save-cron", "40008", "--cron=0 2 * * *", "--vc=sync_vc")},
		},
		{
			"SaveRerun", []answer{{Sample: "task_save_config.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return done(c.SaveRerun(ctx, 40005)) },
			"done", [][]string{argv("task", "save-config", "40005", "--rerun-property=1")},
		},
		{
			"DraftSchedule", []answer{{Sample: "task_content.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.DraftSchedule(ctx, 40001)) },
			bs.DraftSchedule{Cron: "0 00 02 * * ? *", VCluster: "sync_vc", Rerun: 1, Retry: bs.Retry{Told: true, Count: 1, Pause: 1, Unit: "m"}},
			[][]string{argv("task", "content", "40001")},
		},
		{
			"DraftSchedule/none", []answer{{Stdout: `{"data":{"task_id":1,"task_content":"","schedule_config":null}}`}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.DraftSchedule(ctx, 1)) },
			bs.DraftSchedule{}, [][]string{argv("task", "content", "1")},
		},
		{
			"Deploy", []answer{{Sample: "task_deploy.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return done(c.Deploy(ctx, 40005)) },
			"done", [][]string{argv("task", "deploy", "40005", "-y")},
		},
		{
			"Deployed/single", []answer{{Sample: "task_schedule_info.ok"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Deployed(ctx, 40001)) },
			bs.Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "sync_vc", Version: 1, PublishedAt: at(1795182115701), LastRun: 900007, Retry: bs.Retry{Told: true, Count: 1}, Rerun: 1},
			[][]string{argv("task", "schedule-info", "40001")},
		},
		{
			"Deployed/multi", []answer{{Sample: "task_schedule_info.multi_di"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Deployed(ctx, 40002)) },
			bs.Deployed{Online: true, Cron: "0 30 02 * * ? *", VCluster: "sync_vc", Version: 1, PublishedAt: at(1795182115701), LastRun: 900009, Retry: bs.Retry{Told: true, Count: 1}, Rerun: 1},
			[][]string{argv("task", "schedule-info", "40002")},
		},
		{
			"Deployed/not online", []answer{{Sample: "task_schedule_info.not_deployed"}},
			func(ctx context.Context, c *Client) (any, error) { return value(c.Deployed(ctx, 40004)) },
			bs.Deployed{}, [][]string{argv("task", "schedule-info", "40004")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, tt.answers...)
			got, err := tt.call(t.Context(), f.Client)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
			f.wantArgv(tt.argv...)
		})
	}
}

func TestClient_StudioURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		content answer
		want    string
	}{
		{"as recorded", answer{Sample: "task_content.ok"}, "https://shopinst.studio.example.test/ide?workspace_name=ecommerce&fileId=40001"},
		{"none named", answer{Stdout: content(`{}`)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.content.Match = "task content"
			f := newFake(t, Config{}, tt.content)
			if got, err := f.StudioURL(t.Context(), 40001); err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
			f.wantArgv(argv("task", "content", "40001"))
		})
	}
}

func TestClient_Content(t *testing.T) {
	t.Parallel()
	lakehouse := bs.Datasource{ID: 5001, Name: "LAKEHOUSE_ecommerce"}
	mysql := bs.Datasource{ID: 5002, Name: "aliyun_mysql"}
	tests := []struct {
		name          string
		show, content answer
		want          bs.Content
	}{
		{
			"single", answer{Sample: "integration_show.single"}, answer{Sample: "task_content.ok"},
			bs.Content{
				Source: mysql, Target: lakehouse, Scope: bs.ScopeSingle, Columns: 1, WriteMode: bs.Overwrite, SourceSchema: "shop",
				Pairs: []bs.TablePair{{Source: "shop.orders", Sink: "ods.orders"}}, Mapped: []bs.TablePair{{Source: "id", Sink: "id"}}, Parallel: 1, Rate: 1,
			},
		},
		{
			"single with crossed columns",
			answer{Stdout: `{"data":{"sync_type":"single","where":"id > 5","column_mapping":[{"source":"ID","sink":"id"},{"source":"a","sink":"b"},{"source":"b","sink":"a"}]}}`},
			answer{Stdout: content(`{"jobs":[{"source":{"namespace":"s","dataObject":"t"},"sink":{"namespace":"ods","dataObject":"t2","params":{"writeMode":"APPEND"}}}],
				"sourceConnection":{"datasourceId":"7","datasourceName":"x"}}`)},
			bs.Content{
				Source: bs.Datasource{ID: 7, Name: "x"}, Scope: bs.ScopeSingle, Columns: 3, Crossed: []string{"a -> b", "b -> a"},
				WriteMode: bs.Append, SourceSchema: "s", Pairs: []bs.TablePair{{Source: "s.t", Sink: "ods.t2"}}, Where: "id > 5",
				Mapped: []bs.TablePair{{Source: "ID", Sink: "id"}, {Source: "a", Sink: "b"}, {Source: "b", Sink: "a"}}, NoEdit: true,
			},
		},
		{
			"multi", answer{Sample: "integration_show.multi"},
			answer{Stdout: content(`{"pipelineType":1,"sourceConnection":{"datasource":[{"datasourceId":5002,"datasourceName":"aliyun_mysql","type":5}],"params":{}},
				"sinkConnection":{"datasourceId":5001,"datasourceName":"LAKEHOUSE_ecommerce"},"setting":{"pkWriteMode":"OVERWRITE","nonPkWriteMode":"APPEND"},
				"nameRule":{"schema":{"mode":"2"},"table":{"mode":"1"}},"jobs":[{"source":{"namespace":"shop","dataObject":"orders"},"sink":{"namespace":"ods","dataObject":"orders"}}]}`)},
			bs.Content{
				Source: mysql, Target: lakehouse, Scope: bs.ScopeMulti, WriteMode: bs.Append, SourceSchema: "shop", Parallel: 4, KeyedMode: bs.Overwrite,
				Pairs: []bs.TablePair{{Source: "shop.orders", Sink: "ods.orders"}, {Source: "shop.customers", Sink: "ods.customers"}, {Source: "shop.order_items", Sink: "ods.order_items"}},
			},
		},
		{
			"whole database after an edit",
			answer{Stdout: `{"data":{"sync_type":"whole_db","pipeline_type":3,"table_mapping":[],"schema_rule":"ods","table_rule":"x"}}`},
			answer{Stdout: content(`{"pipelineType":3,"sourceConnection":{"datasourceId":5002,"datasourceName":"aliyun_mysql"},"sinkConnection":{"datasourceId":5001,"datasourceName":"LAKEHOUSE_ecommerce"},
				"setting":{"nonPkWriteMode":"OVERWRITE"},"nameRule":{"schema":{"mode":"3","rule":"ods"},"table":{"mode":"2","rule":"{SOURCE_TABLE}"}},
				"dbMirror":{"dbs":[{"namespace":"shop","datasourceId":5002}]},"jobs":[{"columnMapping":{}}]}`)},
			bs.Content{
				Source: mysql, Target: lakehouse, Scope: bs.ScopeWhole, WriteMode: bs.Overwrite, SourceSchema: "shop",
				SchemaRule: "ods", TableRule: "{SOURCE_TABLE}",
			},
		},
		{
			"multi without tables after an edit",
			answer{Stdout: `{"data":{"sync_type":"multi","table_mapping":[]}}`}, answer{Stdout: content(`{"pipelineType":1,"jobs":[{"columnMapping":{}}]}`)},
			bs.Content{Scope: bs.ScopeMulti},
		},
		{
			"merge by hand is shown as single by the program",
			answer{Stdout: `{"data":{"sync_type":"single","column_mapping":[]}}`},
			answer{Stdout: content(`{"pipelineType":2,"jobs":[{"source":{"namespace":"shop","dataObject":"t_01"},"sink":{"namespace":"ods","dataObject":"t"}},{"source":{"namespace":"shop","dataObject":"t_02"},"sink":{"namespace":"ods","dataObject":"t"}}]}`)},
			bs.Content{
				Scope: bs.ScopeMulti, SourceSchema: "shop", NoEdit: true,
				Pairs: []bs.TablePair{{Source: "shop.t_01", Sink: "ods.t"}, {Source: "shop.t_02", Sink: "ods.t"}},
			},
		},
		{
			"parts of a strange shape stay zero",
			answer{Stdout: `{"data":{"sync_type":"multi","table_mapping":[{"source":"a.b","sink":"c.d"}]}}`},
			answer{Stdout: content(`{"pipelineType":"1","sourceConnection":[],"sinkConnection":{"datasourceId":5001,"datasourceName":"LAKEHOUSE_ecommerce"},"jobs":null,"nameRule":"none"}`)},
			bs.Content{Target: lakehouse, Scope: bs.ScopeMulti, Pairs: []bs.TablePair{{Source: "a.b", Sink: "c.d"}}},
		},
		{
			"content as an object",
			answer{Stdout: `{"data":{"sync_type":"single","column_mapping":null}}`},
			answer{Stdout: `{"data":{"task_content":{"jobs":[{"source":{"dataObject":"t","params":{"where":"day = 1"}}}]}}}`},
			bs.Content{Scope: bs.ScopeSingle, Where: "day = 1", Pairs: []bs.TablePair{{Source: "t"}}, NoEdit: true},
		},
		{
			"no content text", answer{Sample: "integration_show.multi"}, answer{Stdout: `{"data":{"task_content":null}}`},
			bs.Content{Scope: bs.ScopeMulti, Parallel: 4, NoEdit: true, WriteMode: bs.Overwrite, KeyedMode: bs.Overwrite, Pairs: []bs.TablePair{{Source: "shop.orders", Sink: "ods.orders"}, {Source: "shop.customers", Sink: "ods.customers"}, {Source: "shop.order_items", Sink: "ods.order_items"}}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.show.Match, tt.content.Match = "integration show", "task content"
			f := newFake(t, Config{}, tt.show, tt.content)
			got, err := f.Content(t.Context(), 40001)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
			f.wantArgv(argv("task", "integration", "show", "40001"), argv("task", "content", "40001"))
		})
	}
}

// content is the answer of "task content" with the given content text.
func content(text string) string { return fmt.Sprintf(`{"data":{"task_content":%q}}`, text) }

func TestClient_Failures(t *testing.T) {
	t.Parallel()
	garbage := outcome{failure: bs.FailGarbage}
	tests := []struct {
		name    string
		cfg     Config
		answers []answer
		call    func(context.Context, *Client) error
		want    outcome
		message string
	}{
		{"CheckProfile/unknown name", Config{Profile: "prod"}, []answer{{Sample: "profile_list.ok"}},
			checkProfile, outcome{failure: bs.FailNoProfile}, `there is no profile "prod", only fake`},
		{"CheckProfile/unknown name in the environment", Config{Env: []string{"CZ_PROFILE=prod"}}, []answer{{Sample: "profile_list.ok"}},
			checkProfile, outcome{failure: bs.FailNoProfile}, `there is no profile "prod", only fake`},
		{"CheckProfile/none", Config{}, []answer{{Stdout: `{"data":[],"count":0}`}},
			checkProfile, outcome{failure: bs.FailNoProfile}, "no profile is configured"},
		{"CheckProfile/no file", Config{Profile: "fake"}, []answer{{Sample: "no_profile.error"}},
			checkProfile, outcome{failure: bs.FailNoProfile}, "No ClickZetta profile configured."},
		{"Version/noise", Config{}, []answer{{Stdout: "hello\n"}},
			func(ctx context.Context, c *Client) error { _, err := c.Version(ctx); return err }, garbage, ""},
		{"Ping/says nothing", Config{}, []answer{{Stdout: `{"data":{}}`}},
			func(ctx context.Context, c *Client) error { _, err := c.Ping(ctx); return err }, garbage, ""},
		{"TestDatasource/not connected", Config{}, []answer{{Stdout: `{"data":{"connected":false}}`}},
			func(ctx context.Context, c *Client) error { return c.TestDatasource(ctx, 1) }, outcome{failure: bs.FailRefused}, "not connected"},
		{"TestDatasource/unreachable source", Config{}, []answer{{Sample: "datasource_test.failed"}},
			func(ctx context.Context, c *Client) error { return c.TestDatasource(ctx, 5004) },
			outcome{failure: bs.FailRefused}, "connect timed out: mssql.example.com:1433"},
		{"VClusters/no columns", Config{}, []answer{{Stdout: `{"columns":["name"],"rows":[]}`}},
			func(ctx context.Context, c *Client) error { _, err := c.VClusters(ctx); return err }, garbage, ""},
		{"Tables/wrong shape", Config{}, []answer{{Stdout: `{"data":{"a":1}}`}},
			func(ctx context.Context, c *Client) error { _, err := c.Tables(ctx, 1, "s"); return err }, garbage, ""},
		{"CreateTask/no id", Config{}, []answer{{Stdout: `{"data":{}}`}},
			func(ctx context.Context, c *Client) error {
				_, err := c.CreateTask(ctx, "x", bs.TypeSingle, 1, "")
				return err
			}, outcome{bs.FailGarbage, true}, ""},
		{"CreateTask/duplicate", Config{}, []answer{{Sample: "task_create.duplicate"}},
			func(ctx context.Context, c *Client) error {
				_, err := c.CreateTask(ctx, "sync_mysql_orders", bs.TypeSingle, 111, "")
				return err
			}, outcome{failure: bs.FailDuplicate}, "Task 'sync_mysql_orders' already exists in this folder (task_id=40001). Use a different name or delete the existing task first."},
		{"Setup/old program", Config{}, []answer{{Exit: 2, Stdout: `{"error":{"code":"USAGE_ERROR","message":"Unknown command: integration"}}`}},
			func(ctx context.Context, c *Client) error { return c.Setup(ctx, 1, single()) }, outcome{failure: bs.FailUsage}, "Unknown command: integration"},
		{"Setup/rules refused", Config{}, []answer{{Match: "setup", Stdout: `{"data":{}}`}, {Match: "edit", Exit: 1, Stdout: `{"error":{"code":"INTEGRATION_ERROR","message":"HTTP 502: x"}}`}},
			func(ctx context.Context, c *Client) error { return c.Setup(ctx, 1, whole("ods", "{SOURCE_TABLE}")) }, outcome{bs.FailUnreachable, true}, "HTTP 502: x"},
		{"Content/not set up", Config{}, []answer{{Sample: "integration_show.no_content"}},
			func(ctx context.Context, c *Client) error { _, err := c.Content(ctx, 40007); return err },
			outcome{failure: bs.FailNotConfigured}, "No integration content found for this task. Configure it first via: cz-cli task integration setup"},
		{"Content/broken text", Config{}, []answer{{Match: "show", Sample: "integration_show.multi"}, {Stdout: content(`{"jobs":[`)}},
			func(ctx context.Context, c *Client) error { _, err := c.Content(ctx, 1); return err }, garbage, ""},
		{"Deploy/not executed", Config{}, []answer{{Sample: "task_deploy.cancelled"}},
			func(ctx context.Context, c *Client) error { return c.Deploy(ctx, 40001) },
			outcome{failure: bs.FailNotExecuted}, "Cancelled by user. No online action was executed."},
		{"Deployed/unknown task", Config{}, []answer{{Sample: "task_content.not_found_id"}},
			func(ctx context.Context, c *Client) error { _, err := c.Deployed(ctx, 99999); return err },
			outcome{failure: bs.FailNotFound}, "data file 99999 does not exist"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.call(t.Context(), newFake(t, tt.cfg, tt.answers...).Client)
			if err == nil {
				t.Fatal("success")
			}
			pe := platformError(t, err)
			if got := (outcome{pe.Failure, pe.Uncertain}); got != tt.want || pe.Message != tt.message {
				t.Errorf("outcome %+v %q of %v, want %+v %q", got, pe.Message, err, tt.want, tt.message)
			}
		})
	}
}

func checkProfile(ctx context.Context, c *Client) error { return c.CheckProfile(ctx) }

// TestClient_Pages checks that lists are read to their end, also from a
// platform that gives smaller pages than asked for or repeats itself.
func TestClient_Pages(t *testing.T) {
	t.Parallel()
	page := func(from, n int) string {
		s := `{"data":[`
		for i := range n {
			if i > 0 {
				s += ","
			}
			s += fmt.Sprintf(`{"id":%d,"name":"d%d"}`, from+i, from+i)
		}
		return s + `]}`
	}
	tests := []struct {
		name        string
		answers     []answer
		want, calls int
	}{
		{"one short page", []answer{{Stdout: page(1, 19)}}, 19, 1},
		{"capped at 20", []answer{{Match: "--page=1 ", Stdout: page(1, 20)}, {Match: "--page=2 ", Stdout: page(21, 20)}, {Match: "--page=3 ", Stdout: page(41, 3)}}, 43, 3},
		{"full, then empty", []answer{{Match: "--page=1 ", Stdout: page(1, 100)}, {Stdout: page(1, 0)}}, 100, 2},
		{"repeats the first page", []answer{{Stdout: page(1, 100)}}, 100, 2},
		{"total reached", []answer{{Stdout: `{"pagination":{"total":20},` + page(1, 20)[1:]}}, 20, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, tt.answers...)
			got, err := f.Datasources(t.Context())
			if err != nil || len(got) != tt.want || len(f.invocations()) != tt.calls {
				t.Errorf("%d data sources in %d calls, error %v; want %d in %d", len(got), len(f.invocations()), err, tt.want, tt.calls)
			}
		})
	}
}

// TestClient_BadArguments checks that no child is started for arguments that
// the program would misread.
func TestClient_BadArguments(t *testing.T) {
	t.Parallel()
	create := func(name string, typ bs.TaskType, folder bs.FolderID, description string) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, err := c.CreateTask(ctx, name, typ, folder, description)
			return err
		}
	}
	setup := func(task bs.TaskID, spec bs.Spec, change func(*bs.Spec)) func(context.Context, *Client) error {
		change(&spec)
		return func(ctx context.Context, c *Client) error { return c.Setup(ctx, task, spec) }
	}
	tests := []struct {
		name string
		call func(context.Context, *Client) error
	}{
		{"create/dash", create("-x", bs.TypeSingle, 1, "")},
		{"create/digits", create("20260720", bs.TypeSingle, 1, "")},
		{"create/empty", create("", bs.TypeSingle, 1, "")},
		{"create/control", create("a\nb", bs.TypeSingle, 1, "")},
		{"create/invisible", create("a\u202eb", bs.TypeSingle, 1, "")},
		{"create/not UTF-8", create("a\xff", bs.TypeSingle, 1, "")},
		{"create/type", create("a", 23, 1, "")},
		{"create/root folder", create("a", bs.TypeSingle, 0, "")},
		{"create/description", create("a", bs.TypeSingle, 1, "a\x00b")},
		{"setup/task", setup(0, single(), func(*bs.Spec) {})},
		{"setup/source", setup(1, single(), func(s *bs.Spec) { s.Source.ID = 0 })},
		{"setup/target", setup(1, single(), func(s *bs.Spec) { s.Target.ID = -1 })},
		{"setup/schema", setup(1, single(), func(s *bs.Spec) { s.SourceSchema = "" })},
		{"setup/two tables", setup(1, single(), func(s *bs.Spec) { s.Tables = []string{"a", "b"} })},
		{"setup/no table", setup(1, single(), func(s *bs.Spec) { s.Tables = nil })},
		{"setup/target table", setup(1, single(), func(s *bs.Spec) { s.TargetTable = "" })},
		{"setup/scope", setup(1, single(), func(s *bs.Spec) { s.Scope = "" })},
		{"setup/merge", setup(1, single(), func(s *bs.Spec) { s.Scope = bs.ScopeMerge })},
		{"setup/object storage", setup(1, single(), func(s *bs.Spec) { s.Kind = bs.KindObject })},
		{"setup/no tables", setup(1, multi(), func(*bs.Spec) {})},
		{"setup/comma", setup(1, multi("a,b", "c"), func(*bs.Spec) {})},
		{"setup/outer space", setup(1, multi(" a"), func(*bs.Spec) {})},
		{"setup/dash table", setup(1, multi("a", "-b"), func(*bs.Spec) {})},
		{"setup/schema with comma", setup(1, whole("{SOURCE_DATABASE}", "{SOURCE_TABLE}"), func(s *bs.Spec) { s.SourceSchema = "a,b" })},
		{"setup/no rule", setup(1, whole("ods", ""), func(*bs.Spec) {})},
		{"cron", func(ctx context.Context, c *Client) error { return c.SaveCron(ctx, 1, "", "vc") }},
		{"cluster", func(ctx context.Context, c *Client) error { return c.SaveCron(ctx, 1, "0 2 * * *", "") }},
		{"cron task", func(ctx context.Context, c *Client) error { return c.SaveCron(ctx, 0, "0 2 * * *", "vc") }},
		{"rerun", func(ctx context.Context, c *Client) error { return c.SaveRerun(ctx, -4) }},
		{"deploy", func(ctx context.Context, c *Client) error { return c.Deploy(ctx, 0) }},
		{"deployed", func(ctx context.Context, c *Client) error { _, err := c.Deployed(ctx, 0); return err }},
		{"content", func(ctx context.Context, c *Client) error { _, err := c.Content(ctx, 0); return err }},
		{"address", func(ctx context.Context, c *Client) error { _, err := c.StudioURL(ctx, 0); return err }},
		{"draft", func(ctx context.Context, c *Client) error { _, err := c.DraftSchedule(ctx, 0); return err }},
		{"test", func(ctx context.Context, c *Client) error { return c.TestDatasource(ctx, 0) }},
		{"schemas", func(ctx context.Context, c *Client) error { _, err := c.Schemas(ctx, 0); return err }},
		{"tables", func(ctx context.Context, c *Client) error { _, err := c.Tables(ctx, 1, "--help"); return err }},
		{"columns", func(ctx context.Context, c *Client) error { _, err := c.Columns(ctx, 1, "s", ""); return err }},
		{"like", func(ctx context.Context, c *Client) error { _, err := c.TasksLike(ctx, " "); return err }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, answer{Stdout: `{"data":{"id":1}}`})
			err := tt.call(t.Context(), f.Client)
			if err == nil {
				t.Fatal("accepted")
			}
			if pe := platformError(t, err); pe.Failure != bs.FailUsage || pe.Uncertain {
				t.Errorf("error %v, want a certain usage failure", err)
			}
			f.wantArgv()
		})
	}
}
