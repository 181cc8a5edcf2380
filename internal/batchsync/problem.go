package batchsync

import "errors"

// ProblemOf makes a problem of an error: its own sentence where it has one, the
// one for its failure otherwise. The platform's message goes
// along as detail, never as the sentence.
func ProblemOf(err error) *Problem {
	var e *Error
	if errors.As(err, &e) {
		p := &Problem{Code: e.Code, Text: e.Text, Hint: e.Hint}
		var pe *PlatformError
		if errors.As(err, &pe) {
			p.Detail = pe.Message
		}
		return p
	}
	var pe *PlatformError
	if errors.As(err, &pe) {
		return &Problem{
			Code: pe.Code(), Text: T(TextKey("platform." + string(pe.Failure))),
			Hint: T(TextKey("platform." + string(pe.Failure) + "_hint")), Detail: pe.Message,
		}
	}
	return &Problem{Code: CodeInternal, Text: T("error.internal"), Hint: T("error.internal_hint")}
}

// Failures returns every class of platform failure.
func Failures() []Failure {
	return []Failure{
		FailMissingProgram, FailUsage, FailNoProfile, FailLogin, FailUnreachable, FailTimeout, FailGarbage,
		FailNotFound, FailDuplicate, FailNotExecuted, FailNotConfigured, FailRefused,
	}
}
