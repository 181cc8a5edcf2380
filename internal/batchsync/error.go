package batchsync

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of trouble an error is, for machines.
type Code string

const (
	CodeInternal      Code = "internal"      // a bug or a broken disk; people see a reference id only
	CodeInvalid       Code = "invalid"       // what was asked cannot be done as it stands
	CodeNotFound      Code = "not_found"     // the thing does not exist (any more)
	CodeConflict      Code = "conflict"      // somebody else holds it, or it changed meanwhile
	CodeForbidden     Code = "forbidden"     // this person may not
	CodeUnreachable   Code = "unreachable"   // the platform did not answer
	CodeMisconfigured Code = "misconfigured" // program missing, profile unknown: an administrator must act
	CodeRefused       Code = "refused"       // the platform answered no
	CodeUnknown       Code = "unknown"       // a change may or may not have taken effect
	CodeWaiting       Code = "waiting"       // a person has to do something in Studio first
	CodeLoading       Code = "loading"       // a list is still being fetched
	CodeDisk          Code = "disk"          // the bot's disk takes no change: an administrator must act
)

// Error is trouble worth telling a person. Only Text and Hint ever reach
// Slack; Err is for the log.
type Error struct {
	Code Code
	Text Text // what happened, one sentence
	Hint Text // what to do next, one sentence; may be zero
	Err  error
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + string(e.Text.Key)
	if len(e.Text.Args) > 0 {
		s += "(" + strings.ReplaceAll(strings.Join(e.Text.Args, ", "), listSign, ", ") + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf tells the code of err, also of the errors of this package that carry
// more than a sentence; anything foreign is internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	var own interface {
		error
		Code() Code
	}
	if errors.As(err, &own) {
		return own.Code()
	}
	return CodeInternal
}

// Failure classifies why the platform's program did not do what was asked.
type Failure string

const (
	FailMissingProgram Failure = "missing_program" // the executable cannot be started
	FailUsage          Failure = "usage"           // exit 2 before any request: unknown flag or command
	FailNoProfile      Failure = "no_profile"      // no profile, or one of that name is unknown
	FailLogin          Failure = "login"           // the platform refuses the credentials
	FailUnreachable    Failure = "unreachable"     // no answer, connection refused, 5xx, 429
	FailTimeout        Failure = "timeout"         // our own deadline; the child was killed
	FailGarbage        Failure = "garbage"         // the answer is not what the program is known to print
	FailNotFound       Failure = "not_found"       // task, run, folder, data source, table
	FailDuplicate      Failure = "duplicate"       // a task of that name is there already
	FailNotExecuted    Failure = "not_executed"    // exit 0, but the program says it did nothing
	FailNotConfigured  Failure = "not_configured"  // content or schedule is missing
	FailRefused        Failure = "refused"         // the platform's own refusal; Message says why
)

// PlatformError is a failed invocation of the platform's program.
type PlatformError struct {
	Command  string // the words before the first argument, e.g. "task create"; never user text
	Failure  Failure
	ExitCode int    // -1 when the program did not exit by itself
	Name     string // the program's own code, e.g. "TASK_ERROR"; empty without an answer
	Message  string // the platform's message; foreign text
	// Uncertain is true for a write whose effect is not known: the program
	// re-sends lost requests and reports errors for work that was done, so
	// the caller must read the state back.
	Uncertain bool
	Err       error
}

func (e *PlatformError) Error() string {
	s := "cz-cli " + e.Command + ": " + string(e.Failure)
	if e.Name != "" {
		s += " " + e.Name
	}
	if e.ExitCode != 0 {
		s += fmt.Sprintf(" (exit %d)", e.ExitCode)
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *PlatformError) Unwrap() error { return e.Err }

// Code maps the failure to the coarse code people's messages are chosen by.
func (e *PlatformError) Code() Code {
	switch e.Failure {
	case FailMissingProgram, FailNoProfile, FailLogin, FailUsage:
		return CodeMisconfigured
	case FailUnreachable, FailTimeout, FailGarbage:
		return CodeUnreachable
	case FailNotFound:
		return CodeNotFound
	case FailDuplicate:
		return CodeConflict
	default:
		return CodeRefused
	}
}

// FailureOf tells the failure of a platform error, "" for anything else.
func FailureOf(err error) Failure {
	var p *PlatformError
	if errors.As(err, &p) {
		return p.Failure
	}
	return ""
}

// Uncertain reports whether err leaves it open if a write took effect.
func Uncertain(err error) bool {
	var p *PlatformError
	return errors.As(err, &p) && p.Uncertain
}

// textOf is the sentence of an error of ours.
func textOf(err error) Text {
	var e *Error
	if errors.As(err, &e) {
		return e.Text
	}
	return T("error.internal")
}
