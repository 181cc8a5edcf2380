package czcli

import (
	"os"
	"slices"
	"strings"
	"testing"

	bs "batchsync/internal/batchsync"
)

// outcome is what a recorded invocation must come to.
type outcome struct {
	failure   bs.Failure
	uncertain bool
}

// sampleCount keeps a lost sample from passing unnoticed.
const sampleCount = 225

// outcomes lists every sample that is not a success.
func outcomes() map[string]outcome {
	is := func(f bs.Failure) outcome { return outcome{failure: f} }
	open := func(f bs.Failure) outcome { return outcome{f, true} }
	return map[string]outcome{
		"attempts_log.no_argument":                 is(bs.FailUsage),
		"attempts_log.unknown_run":                 is(bs.FailNotFound),
		"datasource_catalogs.unreachable":          is(bs.FailRefused),
		"datasource_describe.not_found":            is(bs.FailNotFound),
		"datasource_list.bad_type":                 is(bs.FailUsage),
		"datasource_test.failed":                   is(bs.FailRefused),
		"datasource_test.not_found":                is(bs.FailNotFound),
		"fault.business_error":                     is(bs.FailRefused),
		"fault.connection_dropped":                 is(bs.FailUnreachable),
		"fault.create_answer_lost_reports_error":   open(bs.FailDuplicate),
		"fault.empty_body":                         is(bs.FailUnreachable),
		"fault.http_403":                           is(bs.FailRefused),
		"fault.http_429":                           is(bs.FailUnreachable),
		"fault.http_500":                           is(bs.FailUnreachable),
		"fault.login_500":                          is(bs.FailUnreachable),
		"fault.login_malformed":                    is(bs.FailUnreachable),
		"fault.malformed":                          is(bs.FailUnreachable),
		"fault.sql_malformed":                      is(bs.FailUnreachable),
		"fault.token_expired":                      is(bs.FailLogin),
		"fault.truncated":                          is(bs.FailUnreachable),
		"fault.undeploy_answer_lost_reports_error": open(bs.FailRefused),
		"instance_unknown.error":                   is(bs.FailLogin),
		"integration_edit.nothing":                 is(bs.FailUsage),
		"integration_setup.missing_table":          is(bs.FailUsage),
		"integration_setup.unknown_datasource":     open(bs.FailNotFound),
		"integration_setup.unknown_table":          open(bs.FailNotFound),
		"integration_show.no_content":              is(bs.FailNotConfigured),
		"login_rejected.error":                     is(bs.FailLogin),
		"no_profile.env_only":                      is(bs.FailNoProfile),
		"no_profile.error":                         is(bs.FailNoProfile),
		"profile_unknown.error":                    is(bs.FailLogin),
		"runs_deps.task_id_given":                  is(bs.FailNotFound),
		"runs_detail.by_task_name_two_documents":   is(bs.FailNotFound),
		"runs_detail.error_as_table":               is(bs.FailGarbage),
		"runs_detail.error_with_field":             is(bs.FailGarbage),
		"runs_detail.not_found":                    is(bs.FailNotFound),
		"runs_list.csv":                            is(bs.FailGarbage),
		"runs_list.field":                          is(bs.FailGarbage),
		"runs_list.task_ambiguous":                 is(bs.FailRefused),
		"runs_list.task_not_found":                 is(bs.FailNotFound),
		"runs_logs.no_attempts":                    is(bs.FailNotFound),
		"runs_refill.cancelled":                    is(bs.FailNotExecuted),
		"runs_refill.from_only":                    is(bs.FailUsage),
		"runs_refill.not_online":                   open(bs.FailRefused),
		"runs_rerun.cancelled":                     is(bs.FailNotExecuted),
		"runs_rerun.running_refused":               open(bs.FailRefused),
		"runs_stop.cancelled":                      is(bs.FailNotExecuted),
		"runs_stop.not_running":                    open(bs.FailRefused),
		"runs_wait.failed":                         is(bs.FailRefused),
		"runs_wait.timeout":                        is(bs.FailRefused),
		"runs_wait.upstream_failed_never_ends":     is(bs.FailRefused),
		"sql.column_not_found":                     is(bs.FailNotFound),
		"sql.dangerous_write":                      is(bs.FailRefused),
		"sql.empty":                                is(bs.FailUsage),
		"sql.integration_vc":                       is(bs.FailRefused),
		"sql.leading_comment_positional":           is(bs.FailUsage),
		"sql.limit_required":                       is(bs.FailRefused),
		"sql.syntax_error":                         is(bs.FailRefused),
		"sql.table_not_found":                      is(bs.FailNotFound),
		"sql.timeout":                              is(bs.FailUnreachable),
		"sql.write_refused":                        is(bs.FailRefused),
		"task_cdc_tables.on_multi_di":              is(bs.FailRefused),
		"task_content.ambiguous_partial":           is(bs.FailRefused),
		"task_content.ambiguous_same_name":         is(bs.FailRefused),
		"task_content.not_found_id":                is(bs.FailNotFound),
		"task_content.not_found_name":              is(bs.FailNotFound),
		"task_content.numeric_name":                is(bs.FailNotFound),
		"task_create.bad_type":                     open(bs.FailRefused),
		"task_create.dash_name":                    is(bs.FailUsage),
		"task_create.duplicate":                    is(bs.FailDuplicate),
		"task_create.folder_id_unknown":            open(bs.FailNotFound),
		"task_create.missing_folder":               is(bs.FailUsage),
		"task_create.missing_type":                 is(bs.FailUsage),
		"task_create.nested_folder_by_leaf":        is(bs.FailNotFound),
		"task_cron_preview.bad":                    is(bs.FailRefused),
		"task_delete.cancelled":                    is(bs.FailNotExecuted),
		"task_delete.online_refused":               open(bs.FailRefused),
		"task_deploy.cancelled":                    is(bs.FailNotExecuted),
		"task_deploy.multi_not_configured":         is(bs.FailNotConfigured),
		"task_deploy.no_schedule":                  is(bs.FailNotConfigured),
		"task_deploy.single_not_configured":        is(bs.FailNotConfigured),
		"task_execute.general_vc_fails":            open(bs.FailRefused),
		"task_execute.no_vc":                       is(bs.FailRefused),
		"task_execute.timeout":                     open(bs.FailRefused),
		"task_list.bad_type":                       is(bs.FailRefused),
		"task_save_config.nothing":                 is(bs.FailUsage),
		"task_save_content.ui_only":                is(bs.FailRefused),
		"task_save_cron.bad_fields":                is(bs.FailRefused),
		"task_save_cron.bad_gap":                   is(bs.FailRefused),
		"task_save_cron.day_and_weekday":           is(bs.FailRefused),
		"task_save_cron.last_day":                  is(bs.FailRefused),
		"task_undeploy.cancelled":                  is(bs.FailNotExecuted),
		"task_undeploy.has_downstream":             open(bs.FailRefused),
		"task_undeploy.not_online":                 open(bs.FailRefused),
		"usage.bad_choice":                         is(bs.FailUsage),
		"usage.bad_format":                         is(bs.FailUsage),
		"usage.bare_group_prints_help":             is(bs.FailGarbage),
		"usage.double_dash":                        is(bs.FailUsage),
		"usage.legacy_output_flag":                 is(bs.FailUsage),
		"usage.missing_positional":                 is(bs.FailUsage),
		"usage.unknown_command":                    is(bs.FailUsage),
		"usage.unknown_flag":                       is(bs.FailUsage),
		"usage.unknown_subcommand":                 is(bs.FailUsage),
		"unreachable.error":                        is(bs.FailUnreachable),
		"workspace_no_project.error":               is(bs.FailLogin),
		"workspace_unknown.error":                  is(bs.FailLogin),
	}
}

// TestReplay sends every recorded invocation through a client.
func TestReplay(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("testdata/samples")
	if err != nil {
		t.Fatal(err)
	}
	wants, played := outcomes(), 0
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".json")
		if !ok {
			continue
		}
		played++
		want := wants[name] // absent: a success
		delete(wants, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			replay(t, name, want)
		})
	}
	if played != sampleCount {
		t.Errorf("%d samples were played, want %d", played, sampleCount)
	}
	for name := range wants {
		t.Errorf("there is no sample %s", name)
	}
}

func replay(t *testing.T, name string, want outcome) {
	s, err := loadSample(name)
	if err != nil {
		t.Fatal(err)
	}
	k := &command{words: "replay", argv: s.Argv, write: changes(s.Argv), plain: name == "version.ok"}
	f := newFake(t, Config{}, answer{Sample: name})
	var doc document
	err = f.do(t.Context(), k, func(d document) error { doc = d; return nil })
	if want.failure == "" {
		if err != nil {
			t.Fatalf("error %v, want success", err)
		}
		if doc.plain == "" && doc.Data == nil && doc.Columns == nil {
			t.Error("success without an answer")
		}
		return
	}
	if err == nil {
		t.Fatalf("success, want %s", want.failure)
	}
	pe := platformError(t, err)
	if got := (outcome{pe.Failure, pe.Uncertain}); got != want {
		t.Errorf("outcome %+v of %v, want %+v", got, err, want)
	}
	if pe.ExitCode != s.ExitCode {
		t.Errorf("exit code %d, want %d", pe.ExitCode, s.ExitCode)
	}
}

// changes tells whether a recorded command line is one of a change.
func changes(argv []string) bool {
	words := argv[:min(2, len(argv))]
	if slices.Equal(words, []string{"task", "integration"}) {
		return argv[2] != "show"
	}
	for _, w := range []string{
		"task create", "task create-folder", "task save-cron", "task save-config", "task save-content", "task deploy",
		"task undeploy", "task delete", "task execute", "runs refill", "runs rerun", "runs stop",
	} {
		if slices.Equal(words, strings.Fields(w)) {
			return true
		}
	}
	return false
}
