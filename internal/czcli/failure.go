package czcli

import (
	"strconv"
	"strings"

	"batchsync/internal/batchsync"
)

// classify turns the program's error code and message into a failure. Sure
// means that the refusal came before anything could have been changed: the
// program found it by itself, or never got past the login. A lost answer is
// re-sent by the program, so that any other refusal may be of the second try.
func classify(code, message string) (f batchsync.Failure, sure bool) {
	switch code {
	case "NO_PROFILE", "PROFILE_NOT_FOUND":
		return batchsync.FailNoProfile, true
	case "USAGE_ERROR", "INVALID_ARGUMENTS", "INVALID_TYPE":
		return batchsync.FailUsage, true
	case "AUTH_ERROR", "WORKSPACE_NOT_FOUND", "PROJECT_NOT_FOUND":
		return batchsync.FailLogin, true
	case "DUPLICATE_TASK":
		return batchsync.FailDuplicate, true
	case "TASK_NOT_FOUND", "FOLDER_NOT_FOUND", "RUN_NOT_FOUND", "NO_ATTEMPTS":
		return batchsync.FailNotFound, true
	case "NO_CONTENT":
		return batchsync.FailNotConfigured, true
	case "INVALID_CRON", "INVALID_DATASOURCE", "TASK_AMBIGUOUS", "UI_ONLY_TASK", "NOT_A_CDC_PIPELINE",
		"INTEGRATION_VC_REQUIRED", "WRITE_NOT_ALLOWED", "DANGEROUS_WRITE":
		return batchsync.FailRefused, true
	case "EXECUTE_FAILED", "EXECUTE_TIMEOUT":
		// The message is that of the run, whatever it sounds like: there is one.
		return batchsync.FailRefused, false
	case "CONNECTION_FAILED":
		// The data source cannot be reached; the platform itself answered.
		return batchsync.FailRefused, false
	case "CONNECTION_ERROR", "PARSE_ERROR", "JOB_TIMEOUT":
		if strings.HasPrefix(message, loginFailed) || httpStatus(message) == 401 {
			return byMessage(message)
		}
		return batchsync.FailUnreachable, false
	}
	if strings.HasPrefix(code, "NO_") && strings.HasSuffix(code, "_CONFIG") {
		return batchsync.FailNotConfigured, true
	}
	return byMessage(message)
}

// loginFailed begins the message of whatever never got past the login.
const loginFailed = "Login failed"

// byMessage sorts what a backend refused: the program gives all of it one
// code per command group and keeps the words only.
func byMessage(message string) (f batchsync.Failure, sure bool) {
	if rest, ok := strings.CutPrefix(message, loginFailed); ok {
		if unreachable(strings.TrimLeft(rest, ": ")) {
			return batchsync.FailUnreachable, true
		}
		return batchsync.FailLogin, true
	}
	switch {
	case strings.HasPrefix(message, "instance name '"):
		return batchsync.FailLogin, true
	case httpStatus(message) == 401:
		return batchsync.FailLogin, false // the token may expire between two requests
	case unreachable(message):
		return batchsync.FailUnreachable, false
	case httpStatus(message) != 0:
		return batchsync.FailRefused, false
	case strings.Contains(message, "already exist"):
		return batchsync.FailDuplicate, false
	case strings.Contains(message, "does not exist"), strings.Contains(message, "not found"),
		strings.HasPrefix(message, "No ") && strings.Contains(message, " found"):
		return batchsync.FailNotFound, false
	}
	return batchsync.FailRefused, false
}

// unreachable recognises how a missing or unusable answer of the platform is
// worded: socket errors, gateway statuses, and pages that are not JSON.
func unreachable(message string) bool {
	if s := httpStatus(message); s >= 500 || s == 429 || s == 408 {
		return true
	}
	for _, prefix := range []string{
		"ECONN", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EPIPE", "ERR_TLS", "CERT_", "UNABLE_TO_",
		"ConnectionRefused", "FailedToOpenSocket", "TimeoutError", "The operation timed out", "Unable to connect", "fetch failed",
		"Invalid JSON response", "Login returned invalid JSON", "Studio API error (code=undefined)",
	} {
		if strings.HasPrefix(message, prefix) {
			return true
		}
	}
	return false
}

// httpStatus is the n of a message "HTTP n: body", else 0.
func httpStatus(message string) int {
	rest, ok := strings.CutPrefix(message, "HTTP ")
	if !ok {
		return 0
	}
	digits, _, _ := strings.Cut(rest, ":")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 100 || n > 599 {
		return 0
	}
	return n
}
