package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"batchsync/internal/slacksim"

	"sigs.k8s.io/yaml"
)

// scrape is the answer of /metrics.
func scrape(t testing.TB, setting string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(within(t, ackWait), http.MethodGet, "http://"+strings.TrimPrefix(setting, "BATCHSYNC_LISTEN=")+"/metrics", nil)
	must(t, err)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "" // not there yet
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("a scrape is answered with %d: %s", res.StatusCode, body)
	}
	return string(body)
}

// exported are the names of our metrics in a scrape, each with its type.
func exported(scrape string) map[string]string {
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (batchsync_\w+) (\w+)$`).FindAllStringSubmatch(scrape, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// documented are the names in the table of the operators' guide.
func documented(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(batchsync_\\w+)` \\|").FindAllStringSubmatch(manual(t), -1) {
		out = append(out, m[1])
	}
	return out
}

func manual(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "OPERATIONS.md"))
	must(t, err)
	return string(b)
}

// TestMetrics_Story has the real program do a bit of everything and scrapes it:
// what it exports is what the guide lists and all that dashboard and rules use,
// and nothing of what people type or administrators set is in there.
func TestMetrics_Story(t *testing.T) {
	t.Parallel()
	const planted = "pl4nted-p1ng-s3cret"
	outside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(outside.Close)
	s := newStage(t)
	setting, _ := listening(t)
	b := s.start(setting, "BATCHSYNC_BACKUP_DIR="+filepath.Join(s.dir, "backups"), "BATCHSYNC_PING_URL="+outside.URL+"/"+planted, "CZ_PAT=czt_pl4nted_access_token")
	ana := s.as(t, "ana")
	ana.open()
	answerSingle("e2e_measured")(ana)
	s.card(t, slacksim.General, "e2e_measured", "Ready")
	for n := range 20 {
		_, err := ana.actor.Slash(within(t, ackWait), slacksim.General, fmt.Sprintf("/batchsync h0stile%d\"} 1 <!channel>", n))
		must(t, err)
	}
	ana.settled()

	want := documented(t)
	var last string
	until(t, "every documented metric", func() bool {
		last = scrape(t, setting)
		return !slices.ContainsFunc(want, func(name string) bool { return exported(last)[name] == "" })
	})
	for name := range exported(last) {
		if !slices.Contains(want, name) {
			t.Errorf("%s is not in the table of docs/OPERATIONS.md", name)
		}
	}
	for _, sample := range []string{
		`batchsync_ack_seconds_count{kind="submit"} `, `batchsync_ack_seconds_count{kind="command"} 2`, `batchsync_slack_connected 1`,
		`batchsync_operations_ended_total{kind="create",outcome="done"} 1`, `batchsync_outbox_sent_total{method="post"} `,
		`batchsync_czcli_calls_total{command="task create",outcome="ok"} 1`, `batchsync_slack_calls_total{error="none",method="views.open"} 1`,
		`batchsync_slack_calls_total{error="none",method="response_url"} `, `batchsync_last_success_timestamp_seconds{job="look"} `,
		`batchsync_last_success_timestamp_seconds{job="backup"} `, `batchsync_outbox_given_up_total 0`, `batchsync_sign_age_seconds{sign="slack"} `, `batchsync_frames_received_total `, `batchsync_file_bytes `, `go_goroutines `, `process_resident_memory_bytes `,
	} {
		// One without a value has to be above 0: many stand there as 0 from the start.
		_, value, _ := strings.Cut(last, "\n"+sample)
		value, _, _ = strings.Cut(value, "\n")
		if n, err := strconv.ParseFloat(value, 64); strings.HasSuffix(sample, " ") && (err != nil || n <= 0) || !strings.Contains(last, "\n"+sample) {
			t.Errorf("no sample %s", sample)
		}
	}
	for _, secret := range []string{"pl4nted", s.slack.BotToken, s.slack.AppToken, "h0stile", "Pl41nText!", "s3cret", "e2e_measured", slacksim.Ana, slacksim.General} {
		if strings.Contains(last, secret) {
			t.Errorf("the metrics show %q", secret)
		}
	}
	t.Run("dashboard", func(t *testing.T) { usesOnly(t, dashboard(t), exported(last)) })
	t.Run("rules", func(t *testing.T) {
		var all []string
		for _, r := range rulesOf(t) {
			all = append(all, r.Expr)
		}
		usesOnly(t, all, exported(last))
		for _, m := range regexp.MustCompile(`(sign|state|pool)=~?"([^"]+)"`).FindAllStringSubmatch(strings.Join(all, "\n"), -1) {
			for value := range strings.SplitSeq(m[2], "|") {
				if !strings.Contains(last, m[1]+`="`+value+`"`) {
					t.Errorf("a rule asks for %s %q, which is never exported", m[1], value)
				}
			}
		}
	})
	b.stop(t)
	if strings.Contains(s.log.String(), planted) {
		t.Error("the log shows the address of the ping")
	}
	s.clean()
}

// usesOnly holds that expressions name metrics as they are exported.
func usesOnly(t *testing.T, expressions []string, exported map[string]string) {
	t.Helper()
	if len(expressions) == 0 {
		t.Error("nothing is asked for")
	}
	for _, e := range expressions {
		for _, name := range regexp.MustCompile(`batchsync_\w+`).FindAllString(e, -1) {
			base := name
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				if b, ok := strings.CutSuffix(name, suffix); ok && exported[b] == "histogram" {
					base = b
				}
			}
			switch kind := exported[base]; {
			case kind == "", kind == "histogram" && base == name:
				t.Errorf("%s is not exported; asked for by %s", name, e)
			case kind == "counter" && !strings.Contains(e, "rate(") && !strings.Contains(e, "increase("):
				t.Errorf("%s only grows, and is shown as it is by %s", name, e)
			case kind == "gauge" && regexp.MustCompile(`\b(rate|irate|increase|delta|idelta)\(`+name).MatchString(e):
				t.Errorf("%s goes up and down, and what is new in it cannot be told as in %s", name, e)
			}
		}
	}
}

// alertRule is one of deploy/alerts.yaml, as Prometheus reads it.
type alertRule struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for,omitempty"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

func rulesOf(t testing.TB) []alertRule {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "deploy", "alerts.yaml"))
	must(t, err)
	var file struct {
		Groups []struct {
			Name  string      `json:"name"`
			Rules []alertRule `json:"rules"`
		} `json:"groups"`
	}
	must(t, yaml.UnmarshalStrict(b, &file))
	if len(file.Groups) != 1 {
		t.Fatalf("%d groups of rules", len(file.Groups))
	}
	return file.Groups[0].Rules
}

// TestAlerts_Documented holds that each rule says what to do, in a part of the
// guide that is there, and that each of those parts has its rule.
func TestAlerts_Documented(t *testing.T) {
	t.Parallel()
	guide := manual(t)
	headings := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(guide, -1) {
		headings[strings.ReplaceAll(strings.ToLower(strings.NewReplacer(",", "", "'", "").Replace(m[1])), " ", "-")] = true
	}
	told := map[string]bool{}
	for _, r := range rulesOf(t) {
		if told[r.Alert] {
			t.Errorf("%s stands there twice", r.Alert)
		}
		told[r.Alert] = true
		path, anchor, _ := strings.Cut(r.Annotations["runbook"], "#")
		if path != "docs/OPERATIONS.md" || anchor != strings.ToLower(r.Alert) || !headings[anchor] {
			t.Errorf("%s leads to %s, which is not there", r.Alert, r.Annotations["runbook"])
		}
		for _, text := range []string{r.Annotations["summary"], r.Annotations["description"]} {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s says %q, which is no sentence", r.Alert, text)
			}
		}
		if s := r.Labels["severity"]; s != "critical" && s != "warning" {
			t.Errorf("%s has severity %q", r.Alert, s)
		}
		for name := range maps.Keys(r.Annotations) {
			if !slices.Contains([]string{"summary", "description", "runbook"}, name) {
				t.Errorf("%s has an annotation %s", r.Alert, name)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^### (Batchsync\w+)$`).FindAllStringSubmatch(guide, -1) {
		if !told[m[1]] {
			t.Errorf("docs/OPERATIONS.md tells of %s, which is no rule", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\]\(#([\w-]+)\)`).FindAllStringSubmatch(guide, -1) {
		if !headings[m[1]] {
			t.Errorf("docs/OPERATIONS.md leads to #%s, which is not there", m[1])
		}
	}
}

// dashboard reads deploy/grafana-dashboard.json and returns what it asks for.
func dashboard(t testing.TB) (expressions []string) {
	t.Helper()
	type source struct {
		Type string `json:"type"`
		UID  string `json:"uid"`
	}
	type grid struct{ H, W, X, Y int }
	var board struct {
		Title, UID, Description, Refresh, Timezone string
		Tags                                       []string
		SchemaVersion, Version                     int
		Editable                                   bool
		Time                                       struct{ From, To string }
		Templating                                 struct {
			List []struct {
				Name, Label, Type, Query string
				Datasource               source
				Refresh                  int
				IncludeAll, Multi        bool
				Current                  struct{ Text, Value string }
			}
		}
		Panels []struct {
			ID                       int
			Type, Title, Description string
			Collapsed                bool
			Datasource               source
			GridPos                  grid
			Panels                   []any
			FieldConfig              struct {
				Overrides []any
				Defaults  struct {
					Unit       string
					Min        float64
					Mappings   []any
					Thresholds any
				}
			}
			Targets []struct {
				RefID, Expr, LegendFormat string
				Datasource                source
			}
		}
	}
	file, err := os.Open(filepath.Join("..", "..", "deploy", "grafana-dashboard.json"))
	must(t, err)
	defer file.Close()
	dec := json.NewDecoder(file)
	dec.DisallowUnknownFields()
	must(t, dec.Decode(&board))
	ids := map[int]bool{}
	for _, p := range board.Panels {
		if ids[p.ID] || p.GridPos.X+p.GridPos.W > 24 || p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %d, %s, cannot be shown", p.ID, p.Title)
		}
		ids[p.ID] = true
		for _, target := range p.Targets {
			expressions = append(expressions, target.Expr)
		}
	}
	return expressions
}
