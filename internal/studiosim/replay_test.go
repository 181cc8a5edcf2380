package studiosim

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// sample is one recorded invocation.
type sample struct {
	Argv   []string `json:"argv"`
	Exit   int      `json:"exit_code"`
	Stdout string   `json:"stdout"`
	Stderr string   `json:"stderr"`
}

// recipe is what a sample needs before it is replayed.
type recipe struct {
	before    [][]string
	fault     string
	settings  func(*Settings)
	change    func(*World) error
	stdin     string
	env       []string
	noProfile bool
	running   bool          // the clock runs
	shift     time.Duration // moved between the earlier commands and the sample
}

func argv(line string) []string { return strings.Fields(line) }

const refillArgs = "runs refill 40001 --from 2026-07-20T00:00:00+08:00 --to 2026-07-20T23:59:59+08:00"

func recipes() map[string]recipe {
	return map[string]recipe{
		"no_profile.error":                         {noProfile: true},
		"no_profile.env_only":                      {noProfile: true, env: []string{"CZ_PAT=czt_fake", "CZ_SERVICE=studio.example.test", "CZ_INSTANCE=shopinst", "CZ_WORKSPACE=ecommerce"}},
		"task_create.ok_multi":                     {change: nextID(60035)},
		"task_create.root_folder_warning":          {change: nextID(60036)},
		"task_create_folder.ok":                    {change: nextID(60037)},
		"task_status.multi_di_deployed_bare":       {settings: func(s *Settings) { s.Switches.BareCDC = true }},
		"task_deploy.no_schedule":                  {before: [][]string{argv("task integration setup 40004 --source-table coupons --sink-schema ods --source-datasource aliyun_mysql --source-schema shop --sink-datasource LAKEHOUSE_ecommerce")}},
		"task_delete.ok":                           {before: [][]string{argv("task undeploy 40003 -y")}},
		"task_execute.ok":                          {running: true},
		"task_execute.general_vc_fails":            {running: true},
		"task_execute.timeout":                     {change: nextRun(900036)},
		"runs_deps.ok":                             {change: rerunOrders, shift: 300 * time.Millisecond},
		"runs_detail.null_data":                    {settings: func(s *Settings) { s.Switches.UnknownRunNull = true }},
		"runs_logs.first_page":                     {settings: func(s *Settings) { s.LogPage = 200 }},
		"runs_logs.next_page":                      {settings: func(s *Settings) { s.LogPage = 200 }},
		"runs_wait.upstream_failed_never_ends":     {change: func(w *World) error { return w.SetRun(900033, 8, "") }},
		"runs_refill.ok_job_object":                {change: nextID(60035), settings: func(s *Settings) { s.Switches.RefillAnswer = "job" }},
		"runs_refill.ok_instance":                  {change: nextRun(900036), settings: func(s *Settings) { s.Switches.RefillAnswer = "instance" }},
		"runs_list.refill":                         {before: [][]string{argv(refillArgs + " -y")}, shift: 5 * time.Second},
		"runs_list.refill_out_of_default_window":   {before: [][]string{argv(refillArgs + " -y"), argv("runs refill 40001 --from lastweek --to today --vc sync_vc -y")}, shift: 5 * time.Second},
		"runs_rerun.running_refused":               {before: [][]string{argv("runs rerun 900007 -y")}},
		"runs_stop.not_running":                    {before: [][]string{argv("runs stop 900031 -y")}},
		"sql.stdin":                                {stdin: "SELECT COUNT(*) AS c FROM ods.orders"},
		"sql.timeout":                              {settings: func(s *Settings) { s.SQLSeconds = 2 }},
		"fault.http_500_once":                      {fault: "slow"},
		"fault.request_timeout_60s":                {fault: "slow"},
		"fault.login_timeout_10s":                  {fault: "slow"},
		"fault.slow_3s":                            {fault: "slow"},
		"fault.http_500":                           {fault: "http_500"},
		"fault.http_429":                           {fault: "http_429"},
		"fault.http_403":                           {fault: "http_403"},
		"fault.token_expired":                      {fault: "token_expired"},
		"fault.malformed":                          {fault: "malformed"},
		"fault.sql_malformed":                      {fault: "malformed"},
		"fault.truncated":                          {fault: "truncated"},
		"fault.empty_body":                         {fault: "empty_body"},
		"fault.null_data":                          {fault: "null_data"},
		"fault.business_error":                     {fault: "business_error"},
		"fault.connection_dropped":                 {fault: "connection_dropped"},
		"fault.login_500":                          {fault: "login_500"},
		"fault.login_malformed":                    {fault: "login_malformed"},
		"fault.detail_degraded":                    {fault: "degraded"},
		"fault.refill_answer_lost_submits_twice":   {fault: "applied_twice"},
		"fault.create_answer_lost_reports_error":   {fault: "applied_reported_failed"},
		"fault.undeploy_answer_lost_reports_error": {fault: "applied_reported_failed"},
	}
}

// unlike lists the samples whose output is not reproduced, with the reason;
// their exit code still counts.
func unlike() map[string]string {
	return map[string]string{
		"usage.bare_group_prints_help": "plain help text for people; only that it is no JSON matters",
	}
}

// seedMoments is when the world of a recorded group was seeded, where the
// group's outputs tell; there the times are compared to the millisecond.
func seedMoments() map[string]int64 {
	return map[string]int64{
		"task_status.": 1795354915701, "task_list.": 1795354915701, "task_search.": 1795354915701, "task_schedule_info.": 1795354915701,
		"task_cron_preview.": 1795354915701, "task_list_folders.": 1795354943339, "task_stats.": 1795354915701,
		"runs_list.refill": 0, "runs_list.": 1795354956636, "runs_detail.": 1795354956636, "runs_wait.": 1795354958997, "attempts_": 1795354958997,
		"runs_logs.": 1795354958701, "runs_deps.": 1795354964379, "fault.http_500_once": 1795354970475, "fault.detail_degraded": 1795355102204,
		"fault.request_timeout": 1795355000162, "fault.login_timeout": 1795355061137, "fault.slow": 1795355071461, "sql.desc_history": 1795356365813,
		"sql.batch": 1795356365813,
	}
}

func momentOf(name string) int64 {
	best, moment := "", int64(0)
	for prefix, at := range seedMoments() {
		if strings.HasPrefix(name, prefix) && len(prefix) > len(best) {
			best, moment = prefix, at
		}
	}
	return moment
}

func nextID(n int64) func(*World) error {
	return func(w *World) error { return w.change(func(st *state) error { st.NextID = n; return nil }) }
}

func nextRun(n int64) func(*World) error {
	return func(w *World) error { return w.change(func(st *state) error { st.NextRun = n; return nil }) }
}

// rerunOrders reruns 900007 as long after the seed as the recording did.
func rerunOrders(w *World) error {
	if err := w.Shift(184 * time.Millisecond); err != nil {
		return err
	}
	return w.change(func(st *state) error {
		c := &call{st: st, cmd: &command{code: "RUNS_ERROR"}, args: []string{"900007"}, flags: map[string][]string{"yes": {"true"}}}
		_, err := c.runsRerun()
		return err
	})
}

// outcome is what one invocation of Main gave.
type outcome struct {
	exit           int
	stdout, stderr string
}

func invoke(dir, home, stdin string, env []string, args ...string) outcome {
	var out, errs bytes.Buffer
	env = append([]string{"CZ_SIM_STATE=" + dir, "HOME=" + home, "TZ=UTC"}, env...)
	exit := Main(args, env, strings.NewReader(stdin), &out, &errs)
	return outcome{exit, out.String(), errs.String()}
}

// newHome is a home directory with a profile called fake.
func newHome(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	if _, err := WriteProfile(home, "fake"); err != nil {
		t.Fatal(err)
	}
	return home
}

func newTestWorld(t *testing.T, seed string) *World {
	t.Helper()
	w, err := Seed(t.TempDir(), seed)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestReplay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../czcli/testdata/samples/*.json")
	if err != nil || len(files) < 200 {
		t.Fatalf("found %d samples, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want sample
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			replay(t, name, want)
		})
	}
}

func replay(t *testing.T, name string, want sample) {
	t.Helper()
	rec, moment := recipes()[name], momentOf(name)
	exact := moment != 0
	if !exact {
		moment = 1795354950000
	}
	w, err := SeedAt(t.TempDir(), "samples", time.UnixMilli(moment))
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	if !rec.noProfile {
		home = newHome(t)
	}
	steps := []func() error{}
	if !rec.running {
		steps = append(steps, func() error { return w.clock(func(c *Clock) { c.Frozen, c.Sim = true, moment }) })
	}
	if rec.settings != nil {
		steps = append(steps, func() error { return w.Configure(rec.settings) })
	}
	if rec.change != nil {
		steps = append(steps, func() error { return rec.change(w) })
	}
	for _, line := range rec.before {
		steps = append(steps, func() error { invoke(w.Dir(), home, "", nil, line...); return nil })
	}
	steps = append(steps, func() error { return w.Shift(rec.shift) })
	if rec.fault != "" {
		steps = append(steps, func() error { return w.SetFaults(Fault{Kind: rec.fault, Seconds: 0.01}) })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	got := invoke(w.Dir(), home, rec.stdin, rec.env, want.Argv...)
	if got.exit != want.Exit {
		t.Errorf("exit %d, want %d; stdout %s stderr %s", got.exit, want.Exit, got.stdout, got.stderr)
	}
	if reason := unlike()[name]; reason != "" {
		t.Skip(reason)
	}
	if !strings.HasPrefix(want.Stderr, "DEBUG") && got.stderr != want.Stderr {
		t.Errorf("stderr %q, want %q", got.stderr, want.Stderr)
	}
	compare(t, got.stdout, want.Stdout, exact)
}

func compare(t *testing.T, got, want string, exact bool) {
	t.Helper()
	if !strings.HasPrefix(want, "{") {
		if got != want {
			t.Errorf("stdout\n%q, want\n%q", got, want)
		}
		return
	}
	gotLines, wantLines := strings.Split(strings.TrimSpace(got), "\n"), strings.Split(strings.TrimSpace(want), "\n")
	if len(gotLines) != len(wantLines) {
		t.Fatalf("%d documents, want %d:\n%s", len(gotLines), len(wantLines), got)
	}
	for i := range gotLines {
		a, b := plain(t, gotLines[i], exact), plain(t, wantLines[i], exact)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("document %d\n got %s\nwant %s", i, compact(a), compact(b))
		}
	}
}

var (
	jobText  = regexp.MustCompile(`\b2026\d{10}[0-9a-z]{5,}`)
	timeText = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?`)
)

// plain decodes a document and blanks what differs from run to run.
func plain(t *testing.T, text string, exact bool) any {
	t.Helper()
	text = jobText.ReplaceAllString(text, "JOB")
	var v any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("decode %q: %v", text, err)
	}
	return blank(v, exact)
}

func blank(v any, exact bool) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if key == "time_ms" {
				v[key] = "MS"
				continue
			}
			v[key] = blank(value, exact)
		}
	case []any:
		for i := range v {
			v[i] = blank(v[i], exact)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil && n > 1_700_000_000_000 && !exact {
			return "TIME"
		}
	case string:
		if !exact {
			return timeText.ReplaceAllString(v, "TIME")
		}
	}
	return v
}
