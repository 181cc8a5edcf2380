package batchsync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"
)

func TestCodeOf(t *testing.T) {
	t.Parallel()
	refused := &PlatformError{Command: "task deploy", Failure: FailRefused}
	tests := []struct {
		name string
		err  error
		want Code
	}{
		{"nothing", nil, CodeInternal},
		{"foreign", io.EOF, CodeInternal},
		{"cancelled", context.Canceled, CodeInternal},
		{"own", &Error{Code: CodeNotFound}, CodeNotFound},
		{"own, wrapped", fmt.Errorf("load draft d1: %w", &Error{Code: CodeConflict}), CodeConflict},
		{"own around the platform's", &Error{Code: CodeUnknown, Err: refused}, CodeUnknown},
		{"platform's, wrapped", fmt.Errorf("deploy 40001: %w", refused), CodeRefused},
		{"stale", &StaleError{}, CodeConflict},
		{"invalid, wrapped", fmt.Errorf("draft: %w", &InvalidError{}), CodeInvalid},
		{"held", &HeldError{}, CodeConflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := CodeOf(tt.err); got != tt.want {
				t.Errorf("CodeOf(%v) = %q, want %q", tt.err, got, tt.want)
			}
		})
	}
}

var failureCodes = map[Failure]Code{
	FailMissingProgram: CodeMisconfigured, FailUsage: CodeMisconfigured, FailNoProfile: CodeMisconfigured, FailLogin: CodeMisconfigured,
	FailUnreachable: CodeUnreachable, FailTimeout: CodeUnreachable, FailGarbage: CodeUnreachable,
	FailNotFound: CodeNotFound, FailDuplicate: CodeConflict,
	FailNotExecuted: CodeRefused, FailNotConfigured: CodeRefused, FailRefused: CodeRefused,
}

func TestProblemOf_EveryFailure(t *testing.T) {
	t.Parallel()
	if len(Failures()) != len(failureCodes) {
		t.Errorf("%d failures, %d expected", len(Failures()), len(failureCodes))
	}
	for _, f := range Failures() {
		err := fmt.Errorf("make the task: %w", &PlatformError{Command: "task create", Failure: f, Message: "said so", Err: io.EOF})
		want := &Problem{
			Code: failureCodes[f], Text: T(TextKey("platform." + f)), Hint: T(TextKey("platform." + f + "_hint")), Detail: "said so",
		}
		if got := ProblemOf(err); !reflect.DeepEqual(got, want) {
			t.Errorf("ProblemOf(%s) = %+v, want %+v", f, got, want)
		}
		if CodeOf(err) != failureCodes[f] || FailureOf(err) != f || !errors.Is(err, io.EOF) {
			t.Errorf("%s: code %q, failure %q", f, CodeOf(err), FailureOf(err))
		}
	}
}

func TestProblemOf_Others(t *testing.T) {
	t.Parallel()
	platform := &PlatformError{Failure: FailRefused, Message: "no such column"}
	tests := []struct {
		name string
		err  error
		want Problem
	}{
		{"own sentence", &Error{Code: CodeInvalid, Text: T("a", "1"), Hint: T("b")}, Problem{Code: CodeInvalid, Text: T("a", "1"), Hint: T("b")}},
		{"own sentence with the platform's detail", fmt.Errorf("x: %w", &Error{Code: CodeUnknown, Text: T("a"), Err: platform}), Problem{Code: CodeUnknown, Text: T("a"), Detail: "no such column"}},
		{"foreign: its words are not for people", errors.New("open /var/lib/state: permission denied"), Problem{Code: CodeInternal, Text: T("error.internal"), Hint: T("error.internal_hint")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := ProblemOf(tt.err); !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("ProblemOf() = %+v, want %+v", *got, tt.want)
			}
		})
	}
}

func TestUncertain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want bool
	}{
		"lost answer":   {fmt.Errorf("x: %w", &PlatformError{Failure: FailTimeout, Uncertain: true}), true},
		"plain refusal": {&PlatformError{Failure: FailRefused}, false},
		"foreign":       {io.EOF, false},
		"nothing":       {nil, false},
	}
	for name, tt := range tests {
		if got := Uncertain(tt.err); got != tt.want {
			t.Errorf("%s: Uncertain() = %v", name, got)
		}
	}
	if got := FailureOf(io.EOF); got != "" {
		t.Errorf("FailureOf a foreign error = %q", got)
	}
}

func TestErrors_Error(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err  error
		want string
	}{
		{&Error{Code: CodeInvalid, Text: T("field.x")}, "invalid: field.x"},
		{&Error{Code: CodeInvalid, Text: T("field.x", "a", "b"), Err: io.EOF}, "invalid: field.x(a, b): EOF"},
		{&PlatformError{Command: "task create", Failure: FailTimeout, ExitCode: -1, Err: io.EOF}, "cz-cli task create: timeout (exit -1): EOF"},
		{&PlatformError{Command: "task create", Failure: FailRefused, ExitCode: 1, Name: "TASK_ERROR", Message: "no"}, "cz-cli task create: refused TASK_ERROR (exit 1): no"},
		{&PlatformError{Command: "task deploy", Failure: FailNotExecuted}, "cz-cli task deploy: not_executed"},
		{&StaleError{Draft: Draft{ID: "d1"}}, "draft d1: the menu is out of date"},
		{&InvalidError{Fields: []FieldError{{Field: FieldName}, {Field: FieldZone}}}, "wrong answers: name, zone"},
		{&HeldError{By: Operation{ID: "o1"}}, "held by operation o1"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	if !errors.Is(&Error{Err: io.EOF}, io.EOF) {
		t.Error("the cause is lost")
	}
	if got := textOf(io.EOF); got.Key != "error.internal" || !(Text{}).IsZero() || got.IsZero() {
		t.Errorf("text of a foreign error: %v", got)
	}
}

// What is listed is complete and without doubles, so that tables over it are.
func TestLists(t *testing.T) {
	t.Parallel()
	for name, n := range map[string][2]int{
		"scopes":    {len(Scopes()), len(slices.Compact(slices.Sorted(slices.Values(Scopes()))))},
		"modes":     {len(WriteModes()), len(slices.Compact(slices.Sorted(slices.Values(WriteModes()))))},
		"kinds":     {len(SourceKinds()), len(slices.Compact(slices.Sorted(slices.Values(SourceKinds()))))},
		"rhythms":   {len(Rhythms()), len(slices.Compact(slices.Sorted(slices.Values(Rhythms()))))},
		"failures":  {len(Failures()), len(slices.Compact(slices.Sorted(slices.Values(Failures()))))},
		"steps":     {len(Steps()), len(slices.Compact(slices.Sorted(slices.Values(Steps()))))},
		"actions":   {len(Actions()), len(slices.Compact(slices.Sorted(slices.Values(Actions()))))},
		"op states": {len(OperationStates()), len(slices.Compact(slices.Sorted(slices.Values(OperationStates()))))},
	} {
		if n[0] == 0 || n[0] != n[1] {
			t.Errorf("%s: %d entries, %d different", name, n[0], n[1])
		}
	}
	for _, h := range HourSteps() {
		if 24%h != 0 || h > 12 {
			t.Errorf("%d hours do not divide the day", h)
		}
	}
	for _, m := range MinuteSteps() {
		if 60%m != 0 {
			t.Errorf("%d minutes do not divide the hour", m)
		}
	}
}
