package batchsync

import (
	"cmp"
	"errors"
	"strings"
)

// namedAdvice is the rule for an error that the platform's program calls by a
// name of its own. Names that stand for anything, such as TASK_ERROR, have none.
func namedAdvice(name string) string {
	switch name {
	case "NO_CONTENT", "NO_INTEGRATION_CONFIG", "NO_SCHEDULE_CONFIG", "NO_SYNC_CONFIG":
		return "advice.not_configured"
	case "INTEGRATION_VC_REQUIRED":
		return "advice.vcluster_type"
	case "DUPLICATE_TASK":
		return "advice.name_taken"
	case "FOLDER_NOT_FOUND":
		return "advice.folder_gone"
	case "TASK_NOT_FOUND":
		return "advice.task_gone"
	case "TASK_AMBIGUOUS":
		return "advice.task_many"
	case "RUN_NOT_FOUND", "NO_ATTEMPTS":
		return "advice.run_gone"
	case "RUN_WAIT_TIMEOUT":
		return "advice.waited"
	case "JOB_TIMEOUT", "EXECUTE_TIMEOUT":
		return "advice.slow"
	case "INVALID_CRON":
		return "advice.cron"
	case "UI_ONLY_TASK", "NOT_A_CDC_PIPELINE":
		return "advice.other_type"
	case "WRITE_NOT_ALLOWED", "DANGEROUS_WRITE", "LIMIT_REQUIRED":
		return "advice.guard"
	case "NO_PROFILE", "WORKSPACE_NOT_FOUND", "PROJECT_NOT_FOUND":
		return "advice.profile"
	case "AUTH_ERROR":
		return "advice.login"
	case "CONNECTION_FAILED":
		return "advice.source_connection"
	case "USAGE_ERROR", "INVALID_ARGUMENTS", "INVALID_TYPE":
		return "advice.usage"
	}
	return ""
}

// kindAdvice is the rule for a kind of failure. One that was not found, or just
// refused, may be anything.
func kindAdvice(f Failure) string {
	switch f {
	case FailNoProfile:
		return "advice.profile"
	case FailLogin:
		return "advice.login"
	case FailUnreachable, FailTimeout, FailGarbage:
		return "advice.platform"
	case FailNotConfigured:
		return "advice.not_configured"
	case FailDuplicate:
		return "advice.name_taken"
	case FailUsage:
		return "advice.usage"
	}
	return ""
}

// matchKind finds the rule of an error of the platform's program: by its name,
// else by its words, else by what kind of failure it is.
func matchKind(err error, found []string) {
	var p *PlatformError
	if !errors.As(err, &p) {
		return
	}
	said := excerpt(cmp.Or(strings.TrimSpace(p.Name+" "+p.Message), p.Command+": "+string(p.Failure)))
	if id := namedAdvice(p.Name); id != "" {
		keepFirst(id, said, found)
		return
	}
	worded := make([]string, len(found))
	for line := range strings.SplitSeq(p.Message, "\n") {
		match(line, worded)
	}
	known := false
	for i, line := range worded {
		found[i], known = cmp.Or(found[i], line), known || line != ""
	}
	if !known {
		keepFirst(kindAdvice(p.Failure), said, found)
	}
}

// keepFirst keeps the line for the rule of that id, if there is none yet.
func keepFirst(id, line string, found []string) {
	for i, r := range compiledAdvice().rules {
		if r.id == id && found[i] == "" {
			found[i] = line
		}
	}
}
