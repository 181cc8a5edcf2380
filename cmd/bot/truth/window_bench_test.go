package truth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// printed is one run as the program prints it: much more than is asked of it.
const printed = `{"task_name":"sync_mysql_orders_%05d","task_type":10,"end_wait_time":1795344156636,"env":"prod",` +
	`"execute_end_time":1795344197636,"execute_start_time":1795344156636,"executor_user_id":501,` +
	`"executor_user_name":"bot_user","fail_msg":"","fail_type":0,"task_run_status":1,"task_run_type":1,` +
	`"plan_trigger_time":1795344126636,"project_id":4001,"project_name":"ecommerce","rerun_status":0,"task_id":%d,` +
	`"task_param":null,"start_wait_time":1795344154636,"task_group_id":null,"task_group_name":null,"run_id":%d,` +
	`"task_owner_cn":"Bot User","task_owner_en":"bot_user","task_priority":1,"tenant_id":1001,` +
	`"trigger_time":1795344154636,"user_id":501,"vc_code":"sync_vc","version":1,"wait_span_time":2000}`

// readRun is what a look has to know of a run.
type readRun struct {
	Run      int64  `json:"run_id"`
	Task     int64  `json:"task_id"`
	TaskName string `json:"task_name"`
	TaskType int64  `json:"task_type"`
	Status   int64  `json:"task_run_status"`
	Type     int64  `json:"task_run_type"`
	Plan     int64  `json:"plan_trigger_time"`
	Waits    int64  `json:"start_wait_time"`
	Trigger  int64  `json:"trigger_time"`
	Began    int64  `json:"execute_start_time"`
	Ended    int64  `json:"execute_end_time"`
	Failure  string `json:"fail_msg"`
	VCluster string `json:"vc_code"`
}

// printedPage is a page of the list of runs.
func printedPage() []byte {
	var runs []string
	for n := range benchPage {
		runs = append(runs, fmt.Sprintf(printed, n, n+1, benchRuns-n))
	}
	return fmt.Appendf(nil, `{"data":[%s],"count":%d,"pagination":{"page":1,"page_size":%d,"total":%d}}`,
		strings.Join(runs, ","), benchPage, benchPage, benchRuns)
}

// decodeWindow is the CPU time of decoding as many pages as the whole window has,
// which nobody who lists it can do without.
func decodeWindow(b *testing.B, page []byte) time.Duration {
	b.Helper()
	began := cpuTime()
	for range benchRuns / benchPage {
		var list struct {
			Data []readRun `json:"data"`
		}
		if err := json.NewDecoder(bytes.NewReader(page)).Decode(&list); err != nil || len(list.Data) != benchPage {
			b.Fatalf("decode a page: %d runs, %v", len(list.Data), err)
		}
	}
	return cpuTime() - began
}
