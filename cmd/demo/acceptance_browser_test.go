package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"batchsync/internal/source/sourcetest"
	"batchsync/internal/studiosim"
)

// bigTask is the demo's task of 40 tables, with ten more of them.
const bigTask, bigTables = "mysql_erp_50_tables", 50

// TestBrowser_Acceptance takes the delivery of 50 tables of a real MySQL from
// passed over accepted to failed and re-opened, and a failed run to its
// diagnosis and a probe.
func TestBrowser_Acceptance(t *testing.T) {
	path := chromiumOrSkip(t)
	t.Setenv("BATCHSYNC_SOURCES", erp(t))
	w := newWalk(t, path)
	world := w.world(t)
	enlarge(t, world)
	wellBefore(t, world)
	t.Run("accepted", func(t *testing.T) { w.as(t); w.acceptedDelivery() })
	t.Run("spoiled", func(t *testing.T) { w.as(t); w.spoiledDelivery() })
	t.Run("diagnosis", func(t *testing.T) { w.as(t); w.diagnosis() })
}

// erp starts a real MySQL with the tables that the demo's platform copies, and
// returns the file with its address.
func erp(t *testing.T) string {
	t.Helper()
	dsn := sourcetest.StartMySQL(t)
	statements := []string{"CREATE DATABASE erp", "USE erp"}
	for n := 1; n <= bigTables; n++ {
		statements = append(statements, fmt.Sprintf("CREATE TABLE erp_table_%03d (id BIGINT PRIMARY KEY, code VARCHAR(40), changed_at DATETIME)", n),
			fmt.Sprintf("INSERT INTO erp_table_%03d SELECT seq, 'x', '2026-01-02 03:04:05' FROM seq_1_to_%d", n, n*11))
	}
	sourcetest.Exec(t, dsn, statements...)
	addresses, err := json.Marshal(map[string]string{"aliyun_mysql": sourcetest.As(t, dsn, sourcetest.Reader, sourcetest.Password)})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sources.json")
	if err := os.WriteFile(path, addresses, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// enlarge gives the wide task all tables.
func enlarge(t *testing.T, world *studiosim.World) {
	t.Helper()
	err := world.ChangeTask(wideTask, func(task *studiosim.Task) {
		task.Name, task.Content.Tables = bigTask, nil
		for n := 1; n <= bigTables; n++ {
			task.Content.Tables = append(task.Content.Tables, studiosim.Pair{Source: fmt.Sprintf("erp.erp_table_%03d", n), Sink: fmt.Sprintf("ods.erp_table_%03d", n)})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// acceptedDelivery runs the acceptance of a clean copy and accepts it.
func (w *walk) acceptedDelivery() {
	w.t.Helper()
	const card = "Passed: delivery of " + bigTask
	w.visit("/?user=ana&channel=" + general)
	w.command("/batchsync acceptance " + bigTask)
	w.seeCard(card, "Accept Delivery")
	w.portrait("80-delivery-passed", card)
	w.clickIn(card, byTestID("acceptance.accept"))
	w.see("You take the delivery of")
	w.picture("81-accept-delivery")
	w.next()
	w.see("is accepted.")
	w.close()
	w.seeCard(card, "Accepted by")
	w.portrait("82-delivery-accepted", card)
}

// spoiledDelivery has something be wrong with six tables: all are found, and
// what was accepted is open again.
func (w *walk) spoiledDelivery() {
	w.t.Helper()
	const card = "Failed: delivery of " + bigTask
	w.trouble(bigTask, "Spoil its delivery")
	w.visit("/?user=ana&channel=" + general)
	w.command("/batchsync acceptance " + bigTask)
	w.seeCard(card, "6 of 50 tables")
	for n, what := range []string{"Row counts", "Key fields", "Duplicate keys", "Column types", "Freshness", "Row counts"} {
		w.seeCard(card, fmt.Sprintf("ods.erp_table_%03d · %s:", n+1, what))
	}
	w.portrait("83-delivery-failed", card)
	w.seeCard("Passed: delivery of "+bigTask, "Re-opened")
	w.portrait("84-delivery-reopened", "Passed: delivery of "+bigTask)
}

// diagnosis asks a failed run's alert why, and has the bot probe.
func (w *walk) diagnosis() {
	w.t.Helper()
	const task = "mysql_coupons_every_4h"
	w.command("/batchsync subscribe " + task)
	w.see("This channel is told of")
	w.trouble(task, "Fail now")
	w.visit("/?user=ana&channel=" + general)
	w.seeCard("Failed: "+task, "Acknowledge")
	w.portrait("85-failed", "Failed: "+task)
	w.clickIn("Failed: "+task, `summary[data-testid="task.menu"]`)
	w.clickIn("Failed: "+task, `[data-value^="incident.diagnose "]`)
	w.seeCard("Failed: "+task, "repl") // in its thread
	w.clickIn("Failed: "+task, byTestID("open-thread"))
	w.inThread("Diagnosis: "+task, "Lock wait timeout exceeded")
	w.do("make room", chromedp.EmulateViewport(width, 1600))
	w.picture("86-diagnosis")
	w.click(`#thread ` + byTestID("diagnose.probe"))
	w.see("Probe: " + task)
	w.picture("87-probe")
}

// inThread waits until the open thread says all the words.
func (w *walk) inThread(words ...string) {
	w.t.Helper()
	for _, said := range words {
		w.do("see "+said+" in the thread", until(fmt.Sprintf(`document.querySelector('#thread')?.innerText.includes(%q)`, said)))
	}
}
