package czcli

import (
	"reflect"
	"testing"

	bs "batchsync/internal/batchsync"
)

func TestClient_RunStats(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answer  answer
		want    []bs.RunCount
		failure bs.Failure
	}{
		{"recorded", answer{Sample: "runs_stats.ok"}, []bs.RunCount{
			{Status: 1, Type: 1, TaskType: 23, Count: 1}, {Status: 1, Type: 3, TaskType: 10, Count: 1}, {Status: 3, Type: 1, TaskType: 10, Count: 1},
			{Status: 3, Type: 1, TaskType: 291, Count: 1}, {Status: 4, Type: 1, TaskType: 10, Count: 1}, {Status: 1, Type: 1, TaskType: 10, Count: 21},
		}, ""},
		{"no runs", answer{Stdout: `{"data":[],"count":0}`}, []bs.RunCount{}, ""},
		{"figures as text", answer{Stdout: `{"data":[{"count":"21","task_run_status":"42","task_run_type":null}]}`}, []bs.RunCount{{Status: 42, Count: 21}}, ""},
		{"null", answer{Stdout: `{"data":null}`}, nil, bs.FailGarbage},
		{"no data", answer{Stdout: `{"count":0}`}, nil, bs.FailGarbage},
		{"no list", answer{Stdout: `{"data":{}}`}, nil, bs.FailGarbage},
		{"no count", answer{Stdout: `{"data":[{"task_run_status":1}]}`}, nil, bs.FailGarbage},
		{"null count", answer{Stdout: `{"data":[{"task_run_status":1,"count":null}]}`}, nil, bs.FailGarbage},
		{"negative count", answer{Stdout: `{"data":[{"task_run_status":1,"count":-1}]}`}, nil, bs.FailGarbage},
		{"refused", answer{Sample: "fault.business_error"}, nil, bs.FailRefused},
		{"unreachable", answer{Sample: "unreachable.error"}, nil, bs.FailUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, tt.answer)
			got, err := f.RunStats(t.Context(), july().From, july().To)
			if bs.FailureOf(err) != tt.failure || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, error %v; want %+v, %q", got, err, tt.want, tt.failure)
			}
			if tt.failure == "" {
				f.wantArgv(argv("runs", "stats", "--from=2026-07-19T00:00:00+00:00", "--to=2026-07-21T00:00:00+00:00"))
			}
		})
	}
	t.Run("reversed", func(t *testing.T) {
		t.Parallel()
		f := newFake(t, Config{})
		if _, err := f.RunStats(t.Context(), july().To, july().From); bs.FailureOf(err) != bs.FailUsage || len(f.invocations()) != 0 {
			t.Errorf("error %v after %d calls", err, len(f.invocations()))
		}
	})
}
