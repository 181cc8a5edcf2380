package czcli

import (
	"context"
	"testing"

	bs "batchsync/internal/batchsync"
)

func figure(n int) *int { return &n }

func TestClient_Tune(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		sample string
		call   func(context.Context, *Client) error
		want   []string // nil: refused before the program is asked
	}{
		{"concurrency", "integration_edit.single_ok", func(ctx context.Context, c *Client) error { return c.SetConcurrency(ctx, 40001, 3) },
			argv("task", "integration", "edit", "40001", "--parallelism=3")},
		{"concurrency, too much", "", func(ctx context.Context, c *Client) error { return c.SetConcurrency(ctx, 40001, 11) }, nil},
		{"concurrency, none", "", func(ctx context.Context, c *Client) error { return c.SetConcurrency(ctx, 40001, 0) }, nil},
		{"concurrency of no task", "", func(ctx context.Context, c *Client) error { return c.SetConcurrency(ctx, 0, 3) }, nil},
		{"retries", "task_save_config.ok", retries(bs.Adjustment{Retries: figure(2)}), argv("task", "save-config", "40005", "--retry-count=2")},
		{"no more retries", "task_save_config.ok", retries(bs.Adjustment{Retries: figure(0), Concurrency: 4}), argv("task", "save-config", "40005", "--retry-count=0")},
		{"interval", "task_save_config.ok", retries(bs.Adjustment{Pause: 60}), argv("task", "save-config", "40005", "--retry-interval=60", "--retry-unit=m")},
		{"both", "task_save_config.ok", retries(bs.Adjustment{Retries: figure(10), Pause: 5}),
			argv("task", "save-config", "40005", "--retry-count=10", "--retry-interval=5", "--retry-unit=m")},
		{"retries, nothing asked", "", retries(bs.Adjustment{Concurrency: 3}), nil},
		{"retries, too many", "", retries(bs.Adjustment{Retries: figure(11)}), nil},
		{"retries, less than none", "", retries(bs.Adjustment{Retries: figure(-1)}), nil},
		{"interval, too long", "", retries(bs.Adjustment{Pause: 61}), nil},
		{"interval, backwards", "", retries(bs.Adjustment{Pause: -5}), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reply := answer{Stdout: `{"data":{}}`}
			if tt.sample != "" {
				reply = answer{Sample: tt.sample}
			}
			f := newFake(t, Config{}, reply)
			err := tt.call(t.Context(), f.Client)
			if tt.want == nil {
				if pe := platformError(t, err); pe.Failure != bs.FailUsage || pe.Uncertain {
					t.Errorf("error %v, want a certain usage failure", err)
				}
				f.wantArgv()
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			f.wantArgv(tt.want)
		})
	}
}

func retries(a bs.Adjustment) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error { return c.SaveRetries(ctx, 40005, a) }
}

// What the program would lose when it writes a content anew is seen before.
func TestClient_Content_NoEdit(t *testing.T) {
	t.Parallel()
	const one = `{"sync_type":"single","column_mapping":[{"source":"id","sink":"id"}]}`
	job := func(source, sink string) string {
		return content(`{"jobs":[{"source":{"dataObject":"t","columns":` + source + `},"sink":{"dataObject":"t","columns":` + sink + `}}]}`)
	}
	const id = `[{"name":"id"}]`
	for _, tt := range []struct {
		name, show, content string
		noEdit, params      bool
	}{
		{"plain", one, job(id, id), false, false},
		{"partitioned", one, job(id, `[{"name":"id","partitionColumn":true}]`), true, false},
		{"a column twice", one, job(`[{"name":"id"},{"name":"id","inputType":"default"}]`, id), true, false},
		{"a column that is made", one, job(`[{"name":"id","inputType":"default"}]`, id), true, false},
		{"columns not told", one, job(`[]`, `[]`), true, false},
		{"not mapped", `{"sync_type":"single","column_mapping":[]}`, job(`[]`, `[]`), true, false},
		{"another pipeline", one, content(`{"pipelineType":7,"jobs":[{"source":{"dataObject":"t"}}]}`), true, false},
		{"several tables", `{"sync_type":"multi","table_mapping":[]}`, content(`{"pipelineType":1}`), false, false},
		{"several tables, with parameters", `{"sync_type":"multi"}`, `{"data":{"task_content":"{\"pipelineType\":1}","params":[{"paramKey":"bizdate"}]}}`, true, true},
		{"parameters of its input", one, `{"data":{"task_content":"{}","input_params":[{"paramKey":"a"}]}}`, true, true},
		{"no parameters", `{"sync_type":"multi"}`, `{"data":{"task_content":"{\"pipelineType\":1}","params":[],"output_params":null}}`, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, answer{Match: "show", Stdout: `{"data":` + tt.show + `}`}, answer{Stdout: tt.content})
			got, err := f.Content(t.Context(), 40001)
			if err != nil {
				t.Fatal(err)
			}
			if got.NoEdit != tt.noEdit || got.Params != tt.params {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestClient_DraftSchedule_Retry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, schedule string
		want           bs.Retry
	}{
		{"none told", `{"cron_express":"x"}`, bs.Retry{}},
		{"never", `{"retry_count":0,"retry_interval_time":1,"retry_interval_time_unit":"m"}`, bs.Retry{Told: true, Pause: 1, Unit: "m"}},
		{"seconds", `{"retry_count":"3","retry_interval_time":"30","retry_interval_time_unit":"s"}`, bs.Retry{Told: true, Count: 3, Pause: 30, Unit: "s"}},
		{"without a unit", `{"retry_count":3,"retry_interval_time":2}`, bs.Retry{Told: true, Count: 3, Pause: 2, Unit: "m"}},
		{"without an interval", `{"retry_count":3,"retry_interval_time_unit":"m"}`, bs.Retry{Told: true, Count: 3}},
	} {
		f := newFake(t, Config{}, answer{Stdout: `{"data":{"task_id":1,"schedule_config":` + tt.schedule + `}}`})
		if got, err := f.DraftSchedule(t.Context(), 1); err != nil || got.Retry != tt.want {
			t.Errorf("%s: got %+v, %v, want %+v", tt.name, got.Retry, err, tt.want)
		}
	}
}
