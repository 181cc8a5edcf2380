package batchsync

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func adviceOn(message, log string) string {
	var out []string
	for _, a := range Advise(message, log) {
		out = append(out, strings.TrimPrefix(a.ID, "advice."))
	}
	return strings.Join(out, " ")
}

// recordedAdvice is every recorded error of the platform, and what it leads to.
func recordedAdvice() map[string]string {
	return map[string]string{
		"attempts_log.no_argument":                 "usage",
		"datasource_test.failed":                   "source_connection",
		"fault.http_429":                           "platform",
		"fault.http_500":                           "platform",
		"fault.sql_malformed":                      "platform",
		"integration_edit.nothing":                 "usage",
		"integration_setup.missing_table":          "usage",
		"no_profile.error":                         "profile",
		"profile_unknown.error":                    "login",
		"runs_deps.task_id_given":                  "run_gone",
		"runs_detail.by_task_name_two_documents":   "run_gone",
		"runs_detail.not_found":                    "run_gone",
		"runs_list.task_ambiguous":                 "task_many",
		"runs_list.task_not_found":                 "task_gone",
		"runs_logs.no_attempts":                    "run_gone",
		"runs_refill.from_only":                    "usage",
		"runs_refill.not_online":                   "offline",
		"runs_wait.upstream_failed_never_ends":     "waited",
		"sql.dangerous_write":                      "guard",
		"sql.empty":                                "usage",
		"sql.leading_comment_positional":           "usage",
		"task_cdc_tables.on_multi_di":              "other_type",
		"task_content.ambiguous_partial":           "task_many",
		"task_content.ambiguous_same_name":         "task_many",
		"task_content.numeric_name":                "task_gone",
		"task_create.dash_name":                    "usage",
		"task_create.missing_type":                 "usage",
		"task_cron_preview.bad":                    "cron",
		"task_list.bad_type":                       "usage",
		"task_save_config.nothing":                 "usage",
		"task_save_content.ui_only":                "other_type",
		"task_save_cron.bad_fields":                "cron",
		"task_save_cron.bad_gap":                   "cron",
		"task_save_cron.day_and_weekday":           "cron",
		"task_save_cron.last_day":                  "cron",
		"usage.bad_choice":                         "usage",
		"usage.bad_format":                         "usage",
		"usage.double_dash":                        "usage",
		"usage.legacy_output_flag":                 "usage",
		"usage.missing_positional":                 "usage",
		"usage.unknown_flag":                       "usage",
		"usage.unknown_subcommand":                 "usage",
		"attempts_log.unknown_run":                 "run_gone",
		"datasource_catalogs.unreachable":          "source_connection",
		"datasource_describe.not_found":            "source_table",
		"datasource_list.bad_type":                 "usage",
		"datasource_test.not_found":                "datasource_gone",
		"fault.business_error":                     "project_rights",
		"fault.connection_dropped":                 "platform",
		"fault.create_answer_lost_reports_error":   "name_taken",
		"fault.empty_body":                         "platform",
		"fault.http_403":                           "project_rights",
		"fault.login_500":                          "platform",
		"fault.login_malformed":                    "platform",
		"fault.malformed":                          "platform",
		"fault.token_expired":                      "login",
		"fault.truncated":                          "platform",
		"fault.undeploy_answer_lost_reports_error": "offline",
		"instance_unknown.error":                   "profile",
		"integration_setup.unknown_datasource":     "datasource_gone",
		"integration_setup.unknown_table":          "source_table",
		"integration_show.no_content":              "not_configured",
		"login_rejected.error":                     "login",
		"no_profile.env_only":                      "profile",
		"profile_status.bad_pat":                   "login",
		"runs_detail.failed":                       "source_table",
		"runs_detail.multi_failed":                 "partial",
		"runs_rerun.running_refused":               "running",
		"runs_stop.not_running":                    "not_running",
		"runs_wait.failed":                         "partial",
		"runs_wait.timeout":                        "waited",
		"sql.column_not_found":                     "mapping",
		"sql.integration_vc":                       "vcluster_query",
		"sql.limit_required":                       "guard",
		"sql.syntax_error":                         "query",
		"sql.table_not_found":                      "target_table",
		"sql.timeout":                              "slow",
		"sql.write_refused":                        "guard",
		"task_content.not_found_id":                "task_gone",
		"task_content.not_found_name":              "task_gone",
		"task_create.bad_type":                     "usage",
		"task_create.duplicate":                    "name_taken",
		"task_create.folder_id_unknown":            "folder_gone",
		"task_create.missing_folder":               "usage",
		"task_create.nested_folder_by_leaf":        "folder_gone",
		"task_delete.online_refused":               "online",
		"task_deploy.multi_not_configured":         "not_configured",
		"task_deploy.no_schedule":                  "not_configured",
		"task_deploy.single_not_configured":        "not_configured",
		"task_execute.general_vc_fails":            "vcluster_type",
		"task_execute.no_vc":                       "vcluster_type",
		"task_execute.timeout":                     "slow",
		"task_undeploy.has_downstream":             "downstream",
		"task_undeploy.not_online":                 "offline",
		"unreachable.error":                        "platform",
		"usage.unknown_command":                    "usage",
		"workspace_no_project.error":               "profile",
		"workspace_unknown.error":                  "profile",
	}
}

func TestAdvise_Recorded(t *testing.T) {
	t.Parallel()
	for name, want := range recordedAdvice() {
		if got := adviceOn(recorded(t, name), ""); got != want {
			t.Errorf("%s: %q leads to %q, want %q", name, recorded(t, name), got, want)
		}
	}
	for _, name := range recordedErrors(t) {
		if recordedAdvice()[name] == "" {
			t.Errorf("%s is an error and nothing is said about it: %q", name, recorded(t, name))
		}
	}
	log := recorded(t, "attempts_log.ok")
	if got := adviceOn("1 of 3 tables failed", log); got != "source_locked partial" {
		t.Errorf("failed run of several tables: %q", got)
	}
	if got := Advise("", log); len(got) != 2 || !strings.Contains(got[0].Line, "shop.order_items -> ods.order_items: status FAILED: Lock wait") || got[0].Means.Key != "advice.source_locked" || got[0].Next.Key != "advice.source_locked_next" {
		t.Errorf("advice on the log: %+v", got)
	}
}

// recordedErrors are the samples whose answer is an error.
func recordedErrors(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../czcli/testdata/samples/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	var out []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sample struct{ Stdout string }
		if err := json.Unmarshal(raw, &sample); err != nil {
			t.Fatal(err)
		}
		var answer struct{ Error any }
		if json.NewDecoder(strings.NewReader(sample.Stdout)).Decode(&answer) == nil && answer.Error != nil {
			out = append(out, strings.TrimSuffix(filepath.Base(file), ".json"))
		}
	}
	return out
}

// The troubleshooting table of the product, row by row, and how databases word
// such errors.
func TestAdvise_Troubleshooting(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, message, want string }{
		{"row: creation", "Task creation failed", "creation"},
		{"row: source", "Source connection failed", "source_connection"},
		{"row: mapping", "Column mapping failed", "mapping"},
		{"row: slow", "Slow sync speed", "slow"},
		{"row: evolution", "Schema Evolution failed", "schema_change"},
		{"row: partial", "Partial table failure in multi-table sync", "partial"},
		{"row: upsert", "Data inconsistency in upsert mode", "keys"},
		{"row: cluster", "Wrong VCluster type", "vcluster_type"},
		{"evolution: cross-type", "Cross-type conversions are not supported: int -> double", "schema_change"},
		{"evolution: key", "cannot alter the primary key of ods.orders", "schema_key"},
		{"sqlserver: filter", "Incorrect syntax near 'AND'.", "query"},
		{"creation: rights", "no permission on project", "project_rights"},
		{"creation: folder", "folder 99999 does not exist", "folder_gone"},
		{"source: time", "connect timed out: mssql.example.com:1433", "source_connection"},
		{"source: mysql", "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure", "source_connection"},
		{"source: postgres", `could not connect to server: Connection refused`, "source_connection"},
		{"source: login", "Access denied for user 'sync'@'10.0.0.1' (using password: YES)", "source_login"},
		{"source: postgres login", `FATAL: password authentication failed for user "sync"`, "source_login"},
		{"source: sqlserver login", "Login failed for user 'sync'.", "source_login"},
		{"source: select", "SELECT command denied to user 'sync'@'%' for table 'orders'", "source_select"},
		{"source: postgres select", "ERROR: permission denied for table orders", "source_select"},
		{"target: rights", "user etl has no privilege: need INSERT privilege on ods.orders", "target_rights"},
		{"mapping: name", "Unknown column 'shop.orders.note' in 'field list'", "mapping"},
		{"mapping: type", "type mismatch: column amount is STRING, expected DECIMAL", "mapping"},
		{"mapping: value", "Data truncation: Out of range value for column 'qty'", "mapping"},
		{"slow", "execution timeout after 3600 s", "slow"},
		{"slow: concurrency", "Too many connections", "source_full"},
		{"evolution: key column", "Schema Evolution failed: primary key column change is not supported", "schema_key"},
		{"evolution: type", "unsupported type change int32 -> double for column qty", "schema_change"},
		{"partial", "3 of 40 tables failed", "partial"},
		{"upsert", "Duplicate entry '7' for key 'orders.PRIMARY'", "keys"},
		{"upsert: postgres", `duplicate key value violates unique constraint "orders_pkey"`, "keys"},
		{"cluster type", "vcluster DEFAULT is of type GENERAL, an integration task needs an INTEGRATION vcluster", "vcluster_type"},
		{"cluster gone", "vcluster sync_vc not found", "vcluster_gone"},
		{"deadlock", "Deadlock found when trying to get lock; try restarting transaction", "source_locked"},
		{"stopped", "killed by bot_user", "stopped"},
		{"disk", "write failed: No space left on device", "disk_full"},

		{"table: creation", "Verify account has task creation permissions: user u1 has no permission to create task", "project_rights"},
		{"table: creation, where", "no permission to create task in workspace ws", "project_rights"},
		{"table: folder", "Folder with id 99999 not found", "folder_gone"},
		{"table: key", "Primary key column changes not supported", "schema_key"},
		{"table: key, in full", "Primary key column changes are not supported (Lakehouse primary key table limitation)", "schema_key"},
		{"table: widening", "type changes only support same-type widening (int8→int16→int32→int64)", "schema_change"},
		{"table: widening, in full", "Column type changes only support same-type widening (int8 → int16 → int32 → int64)", "schema_change"},
		{"table: cluster", "Batch sync must use Sync VCluster", "vcluster_type"},
		{"table: cluster, in full", "Batch sync tasks (task_type=1 and 291) must use a Sync VCluster", "vcluster_type"},
		{"table: other clusters", "general-purpose or analytics VClusters are not supported", "vcluster_type"},
		{"table: select", "the account configured in the data source must have SELECT permission", "source_select"},
		{"table: create and insert", "the task owner must have CREATE and INSERT permissions", "target_rights"},
		{"cluster: not", "VCLUSTER DEFAULT is not an INTEGRATION vcluster", "vcluster_type"},
		{"evolution: key column, named", "Schema evolution failed: primary key column id changed", "schema_key"},
		{"evolution: modified", "Modifying primary key columns is not supported", "schema_key"},
		{"evolution: of a table", "Schema evolution of table shop.orders failed", "schema_change"},
		{"evolution: changed", "column qty type changed from INT to DOUBLE, not supported", "schema_change"},
		{"sqlserver: column", "Invalid column name 'foo'.", "mapping"},
		{"postgres: column", `column "foo" of relation "orders" does not exist`, "mapping"},
		{"postgres: column alone", `ERROR: column "foo" does not exist`, "mapping"},
		{"postgres: table", `relation "public.orders" does not exist`, "source_table"},
		{"postgres: null", `null value in column "id" violates not-null constraint`, "mapping"},
		{"source: host", "java.net.UnknownHostException: db", "source_connection"},
		{"source: read", "java.net.SocketTimeoutException: Read timed out", "source_connection"},
		{"source: read, bare", "Read timed out", "source_connection"},
		{"source: lost", "Lost connection to MySQL server during query", "source_connection"},
		{"source: away", "MySQL server has gone away", "source_connection"},
		{"source: database", "Unknown database 'shop'", "source_database"},
		{"source: postgres database", `FATAL: database "shop" does not exist`, "source_database"},
		{"zero date", "Value '0000-00-00 00:00:00' can not be represented as java.sql.Timestamp", "zero_date"},
		{"zero date, refused", "Incorrect datetime value: '0000-00-00 00:00:00' for column 'created'", "zero_date"},
		{"another date", "Incorrect datetime value: 'soon' for column 'created'", "mapping"},
		{"partial, one", "1 table(s) failed", "partial"},
		{"partial, ten", "10 of 30 tables failed", "partial"},
		{"rights: create", "CREATE permission denied on schema ods", "target_rights"},
		{"rights: lacks", "Access denied: user lacks privilege CREATE on schema ods", "target_rights"},
		{"several, the most specific first", "2 of 3 tables failed\nDeadlock detected\nAccess denied for user 'a'\nDuplicate entry '1'", "keys source_login source_locked"},
	}
	for _, tt := range tests {
		if got := adviceOn(tt.message, ""); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		logged := "2026-11-22 19:46:08.997 ERROR " + strings.ReplaceAll(tt.message, "\n", "\r\n2026-11-22 19:46:08.997 ERROR ")
		if got := adviceOn("", "INFO starts\r\n"+logged+"\r\n"); got != tt.want {
			t.Errorf("%s in a log: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAdvise_NotMisled(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]string{
		"nothing":           "",
		"unknown":           "boom",
		"another status":    "HTTP 4030: odd",
		"status in a word":  "xhttp 403",
		"a longer word":     "deadlock detector started",
		"good connection":   "connected in 3 ms",
		"tables, no number": "some tables failed",
		"right cluster":     "run 900009 starts on vcluster sync_vc of type INTEGRATION",
		"folder exists":     "folder data_sync exists",
		"within a name":     "reading shop.connection_refused_log",
		"far apart":         "folder a b c d does not exist",
		"mapping, good":     "column mapping has 12 columns",
		"schedule":          "schedule task 7 is online",
		"instance, well":    "task instance 900007 is running late", // the words go on
		"slow, a name":      "reading table slow_sync",
		"key, a name":       "reading change_primary_key_log",
		"usage, a sentence": "an unknown command was never seen",
		"no table failed":   "run finished: 0 of 3 tables failed",
		"evolution is off":  "boom; schema evolution is off",
		"evolution, well":   "Schema evolution: no changes",
		"evolution, done":   "schema evolution finished, 2 new columns added",
		"permission, well":  "boom. create permission ok",
		"permission, there": "create permission granted on ods.orders",
		"privileges, well":  "no missing privileges",
		"errors, tolerated": "retry policy: connection reset errors are retried",
		"key, unchanged":    "primary key changed: no",
		"waits":             "run 5 did reach terminal state within 2 attempts",
	} {
		if got := adviceOn(message, ""); got != "" {
			t.Errorf("%s: %q leads to %q", name, message, got)
		}
	}
	for name, log := range map[string]string{
		"told, not an error":  "INFO retry policy: on deadlock detected, try again",
		"no table failed":     "2026-11-22 19:46:08.997 INFO  run finished: 0 of 3 tables failed",
		"no table, an error":  "2026-11-22 19:46:08.997 ERROR run failed: boom (0 of 3 tables failed)",
		"errors, tolerated":   "2026-11-22 19:46:08.997 INFO  retry policy: connection reset errors are retried",
		"evolution is off":    "2026-11-22 19:46:08.997 ERROR boom; schema evolution is off",
		"permission, well":    "2026-11-22 19:46:08.997 ERROR boom. create permission ok",
		"not failed":          "INFO table shop.orders: 0 errors, Lock wait timeout exceeded: 0",
		"behind many errors":  strings.Repeat("ERROR odd\n", maxAdviceLines) + "ERROR deadlock detected",
		"far behind the line": "ERROR " + strings.Repeat("x ", maxAdviceBytes) + "deadlock detected",
	} {
		if got := adviceOn("", log); got != "" {
			t.Errorf("log, %s: leads to %q", name, got)
		}
	}
}

func TestAdvice_RulesAreDistinct(t *testing.T) {
	t.Parallel()
	ids := slices.Sorted(slices.Values(AdviceIDs()))
	if len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("an id is there twice: %q", ids)
	}
	offered := map[Act]bool{}
	for _, r := range adviceRules() {
		for n, act := range r.acts {
			offered[act] = true
			if !slices.Contains(Acts(), act) || act == OfferNone || slices.Contains(r.acts[:n], act) {
				t.Errorf("%s offers %q", r.id, r.acts)
			}
		}
	}
	if len(offered) != len(Acts())-1 { // none is no offer
		t.Errorf("offered are %v, of %q", offered, Acts())
	}
}

func TestAdvise_Acts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		message string
		want    []Act
	}{
		{"Lock wait timeout exceeded; try restarting transaction", []Act{OfferRerun, OfferLessAtOnce, OfferRetries}},
		{"Too many connections", []Act{OfferLessAtOnce, OfferRetries}},
		{"connect timed out: db:3306", []Act{OfferTest, OfferRerun}},
		{"vcluster sync_vc not found", []Act{OfferVCluster}},
		{"folder 99999 does not exist", nil},
	} {
		if got := Advise(tt.message, ""); len(got) != 1 || !slices.Equal(got[0].Acts, tt.want) {
			t.Errorf("%s: %+v, want %v", tt.message, got, tt.want)
		}
	}
}

// An error of the program is known by its name whatever its words, and by its
// kind only where neither name nor words say more.
func TestAdvise_Kinds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"name, foreign words", &PlatformError{Name: "NO_SYNC_CONFIG", Message: "尚未配置"}, "not_configured"},
		{"name, no words", &PlatformError{Name: "INTEGRATION_VC_REQUIRED"}, "vcluster_type"},
		{"name before words", &PlatformError{Name: "NO_CONTENT", Message: "deadlock detected"}, "not_configured"},
		{"name before kind", &PlatformError{Name: "JOB_TIMEOUT", Failure: FailUnreachable}, "slow"},
		{"words, name says nothing", &PlatformError{Name: "TASK_ERROR", Failure: FailRefused, Message: "vcluster a not found"}, "vcluster_gone"},
		{"words before kind", &PlatformError{Failure: FailUnreachable, Message: "job 7 timed out after 5 s"}, "slow"},
		{"kind alone", fmt.Errorf("read log: %w", &PlatformError{Command: "attempts log", Failure: FailTimeout}), "platform"},
		{"kind: login", &PlatformError{Failure: FailLogin, Message: "nope"}, "login"},
		{"kind that may be anything", &PlatformError{Name: "TASK_ERROR", Failure: FailNotFound, Message: "odd"}, ""},
		{"refused, unknown", &PlatformError{Failure: FailRefused, Message: "odd"}, ""},
		{"not the program's", errors.New("NO_CONTENT"), ""},
		{"none", nil, ""},
	} {
		var ids []string
		for _, a := range Advise("", "", tt.err) {
			ids = append(ids, strings.TrimPrefix(a.ID, "advice."))
			if a.Line == "" {
				t.Errorf("%s: the advice rests on nothing", tt.name)
			}
		}
		if got := strings.Join(ids, " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := Advise("task not configured", "", &PlatformError{Name: "NO_SYNC_CONFIG"}); len(got) != 1 {
		t.Errorf("what is said twice is not one advice: %+v", got)
	}
}

// The name the program gave a recorded error leads where its words do.
func TestAdvise_RecordedNames(t *testing.T) {
	t.Parallel()
	named := 0
	for _, sample := range recordedErrors(t) {
		name := recordedName(t, sample)
		if id := namedAdvice(name); id != "" {
			named++
			if want := recordedAdvice()[sample]; id != "advice."+want && sample != "runs_list.task_not_found" {
				t.Errorf("%s: %s leads to %q, its words to %q", sample, name, id, want)
			}
		}
	}
	if named < 30 {
		t.Errorf("%d recorded errors have a name that says something", named)
	}
	for _, f := range []Failure{FailNoProfile, FailLogin, FailUnreachable, FailTimeout, FailGarbage, FailNotConfigured, FailDuplicate, FailUsage} {
		if !slices.Contains(AdviceIDs(), kindAdvice(f)) {
			t.Errorf("%s leads to %q", f, kindAdvice(f))
		}
	}
}

// recordedName is the program's own name of a recorded error, "" for none.
func recordedName(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile("../czcli/testdata/samples/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var sample struct{ Stdout string }
	var answer struct{ Error struct{ Code string } }
	if err := json.Unmarshal(raw, &sample); err != nil {
		t.Fatal(err)
	}
	_ = json.NewDecoder(strings.NewReader(sample.Stdout)).Decode(&answer) // an error may be a mere text
	return answer.Error.Code
}
