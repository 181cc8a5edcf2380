package studiosim

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Fault makes matching invocations go wrong. Kinds:
//
//	slow, hang              wait Seconds, then work (hang with 0 waits for ever)
//	garbage, half           stdout is HTML, or half of the JSON answer
//	two_documents           an error document ahead of the answer, exit 1
//	huge                    10 MB of JSON
//	exit_zero_refusal       {"data":{..,"executed":false}}, exit 0, nothing done
//	http_500 http_429 http_403 token_expired unreachable login_rejected
//	malformed truncated connection_dropped business_error login_500
//	login_malformed         the recorded error answers, nothing done
//	empty_body, null_data   the backend's answer was empty, or data null
//	degraded                runs detail without its schedule
//	applied_reported_failed the work is done, an error is reported
//	applied_twice           the work is done twice (two backfill jobs)
//	applied_killed, killed  dies by SIGKILL after, or before, the work
//	old_version             1.10.0: no "task integration"
//	stderr_noise            the usual answer and a dump on stderr
type Fault struct {
	Match   string  `json:"match"` // start of the command line, or a pattern with *; "" matches all
	Kind    string  `json:"kind"`
	Times   int     `json:"times"`   // 0: for ever
	Seconds float64 `json:"seconds"` // of slow and hang
}

func (f Fault) matches(argv []string, path string, args []string) bool {
	plain := strings.TrimSpace(path + " " + strings.Join(args, " "))
	for _, line := range []string{strings.Join(argv, " "), plain} {
		if strings.Contains(f.Match, "*") {
			if glob(f.Match, line) {
				return true
			}
		} else if strings.HasPrefix(line, f.Match) {
			return true
		}
	}
	return false
}

// glob matches a whole text against a pattern in which * is any text.
func glob(pattern, text string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	if !strings.HasPrefix(text, head) {
		return false
	}
	text = text[len(head):]
	for i := 0; i <= len(text); i++ {
		if glob(rest, text[i:]) {
			return true
		}
	}
	return false
}

func (f Fault) delays() bool { return f.Kind == "slow" || f.Kind == "hang" }

func (f Fault) wait() {
	if f.Kind == "hang" && f.Seconds == 0 {
		time.Sleep(time.Hour)
	}
	time.Sleep(time.Duration(f.Seconds * float64(time.Second)))
}

// pickFault takes the first matching fault, from the environment or the world.
func (inv *invocation) pickFault() error {
	path := ""
	if inv.call.cmd != nil {
		path = inv.call.cmd.path
	}
	if text := inv.vars["CZ_SIM_FAULTS"]; text != "" {
		var list []Fault
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return fmt.Errorf("decode CZ_SIM_FAULTS: %w", err)
		}
		for _, f := range list {
			if f.matches(inv.argv, path, inv.call.args) {
				inv.fault = f
				return nil
			}
		}
	}
	return takeFault(inv.dir, func(f Fault) bool {
		if f.matches(inv.argv, path, inv.call.args) {
			inv.fault = f
			return true
		}
		return false
	})
}

const faultFile = "faults.json" // apart from the state, so that most invocations load once

// takeFault offers the world's faults in order; the one that is accepted
// counts down.
func takeFault(dir string, accept func(Fault) bool) error {
	path := filepath.Join(dir, faultFile)
	if _, err := os.Stat(path); err != nil {
		return nil // none were set
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read faults: %w", err)
	}
	var list []Fault
	if err := json.Unmarshal(raw, &list); err != nil {
		return fmt.Errorf("decode faults: %w", err)
	}
	i := slices.IndexFunc(list, accept)
	if i < 0 || list[i].Times == 0 {
		return nil
	}
	if list[i].Times--; list[i].Times == 0 {
		list = slices.Delete(list, i, i+1)
	}
	return replace(path, compact(list))
}

const (
	injected = `HTTP %d: {"timestamp":0,"status":%d,"error":"injected fault"}`
	gateway  = "<html><head><title>502</title></head><body>gateway</body>"
	dropped  = "ECONNRESET: The socket connection was closed unexpectedly. For more information, pass `verbose: true` in the second argument to fetch()"
)

// faultMessage is the error text of the faults that only report an error.
func faultMessage(kind string) string {
	switch kind {
	case "http_500":
		return fmt.Sprintf(injected, 500, 500)
	case "http_429":
		return fmt.Sprintf(injected, 429, 429)
	case "http_403":
		return fmt.Sprintf(injected, 403, 403)
	case "token_expired":
		return `HTTP 401: {"code":"401","message":"token expired"}`
	case "unreachable":
		return refused
	case "login_rejected":
		return "Login failed: invalid access token"
	case "login_500":
		return fmt.Sprintf(injected, 500, 500) + " (request id: tssdk-login-55f2df44a857)"
	case "login_malformed":
		return "Login returned invalid JSON: " + gateway + " (request id: tssdk-login-04b73b6d573f)"
	case "malformed":
		return "Invalid JSON response: " + gateway
	case "truncated":
		return `Invalid JSON response: {"code":"200","count":26,"data":[{"applicationEnv":"prod","complementTaskId":null,"cycleTaskName":"sync_mysql_products","cycleTaskType":10,"endWaitTime":1795354684999,"env":"prod","executeEndTime":nul`
	case "connection_dropped":
		return dropped
	case "business_error":
		return "no permission on project"
	case "empty_body":
		return "Studio API error (code=undefined)"
	}
	return ""
}

// before handles the faults that keep the work from being done.
func (inv *invocation) before() (exit int, done bool) {
	c, code := inv.call, orText(inv.call.cmd.code, "CONNECTION_ERROR")
	if code == "SQL_ERROR" {
		code = "CONNECTION_ERROR"
	}
	switch kind := inv.fault.Kind; kind {
	case "killed":
		inv.die()
	case "garbage":
		fmt.Fprintln(inv.out.out, "<html><head><title>502 Bad Gateway</title></head><body>gateway</body></html>")
		return 0, true
	case "exit_zero_refusal":
		inv.out.reply(cancelled(c.cmd.path))
		return 0, true
	case "huge":
		fmt.Fprintf(inv.out.out, "{\"data\":[%q],\"count\":1}\n", strings.Repeat("x", 10<<20))
		return 0, true
	case "null_data":
		return inv.nullData()
	case "stderr_noise":
		io.WriteString(inv.out.err, dump("studio.example.test", refused))
	case "old_version":
		if strings.HasPrefix(c.cmd.path, "task integration") {
			f := unknownSub("task", "integration")
			f.message, f.didYouMean = "Unknown command: integration", ""
			inv.out.failure(f)
			return 2, true
		}
	default:
		return inv.reported(kind, code)
	}
	return 0, false
}

func (inv *invocation) reported(kind, code string) (int, bool) {
	msg := faultMessage(kind)
	if msg == "" {
		return 0, false
	}
	if inv.call.cmd.path == "status" || inv.call.cmd.path == "profile status" {
		inv.out.reply(data(o("connected", false, "error", msg, "cli_version", cliVersion)))
		return 0, true
	}
	if kind == "malformed" && inv.call.cmd.path == "sql" {
		code = "PARSE_ERROR"
	}
	f := fail(1, code, "%s", msg)
	f.noise = dump("studio.example.test", msg)
	inv.out.failure(f)
	return 1, true
}

// nullData is an answer whose data is null: lists look empty.
func (inv *invocation) nullData() (int, bool) {
	c := inv.call
	switch c.cmd.path {
	case "runs list":
		hint := "当前仅展示第 1 页，run_type=all。如需下一页，请执行: cz-cli runs list --page 2 --page-size 10"
		inv.out.reply(data([]obj{}, "count", 0, "ai_message", hint, "pagination", o("page", 1, "page_size", 10)))
	case "runs detail":
		id := number(c.args[0])
		inv.within(func(st *state) error { inv.out.reply(st.nullDetail(id)); return nil })
	case "task list", "attempts list", "datasource list", "task list-folders":
		inv.out.reply(data([]obj{}, "count", 0, "pagination", o("page", 1, "page_size", 10)))
	default:
		inv.out.reply(data(nil))
	}
	return 0, true
}

// after handles the faults that spoil the answer of finished work.
func (inv *invocation) after(refusal *failure) (exit int, done bool) {
	c := inv.call
	switch inv.fault.Kind {
	case "applied_killed":
		inv.die()
	case "applied_reported_failed":
		msg := dropped
		switch c.cmd.path { // the second POST meets the work of the first
		case "task create":
			msg = fmt.Sprintf("file %s already exist in the folder", c.args[0])
		case "task undeploy":
			msg = fmt.Sprintf("schedule task %s is not online", c.args[0])
		}
		if refusal != nil {
			return 0, false
		}
		inv.out.failure(fail(1, c.cmd.code, "%s", msg))
		return 1, true
	case "two_documents":
		inv.out.failure(fail(1, "RUN_NOT_FOUND", "No run instances found."))
		if refusal == nil {
			refusal = fail(1, "RUN_NOT_FOUND", "No run instances found for task '%s'.", strings.Join(c.args, " "))
		}
		inv.out.failure(refusal)
		return 1, true
	case "half":
		fmt.Fprint(inv.out.out, `{"data":[{"task_id":40001,"task_name":"sync_my`)
		return 0, true
	}
	return 0, false
}
