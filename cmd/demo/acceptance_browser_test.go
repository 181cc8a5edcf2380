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

// ledger copies one table of a source whose address the bot does not have.
const ledger = "财务总账_每日"

// TestBrowser_Acceptance takes the delivery of 50 tables of a real MySQL from
// passed over accepted to failed and re-opened, that of a real PostgreSQL and
// that of a source which only people can count to their verdicts, and a failed
// run to its diagnosis and a probe.
func TestBrowser_Acceptance(t *testing.T) {
	t.Parallel()
	path := chromiumOrSkip(t)
	w := newWalkWith(t, path, sources(t, map[string]string{"aliyun_mysql": erp(t), "pg_prod": sales(t)}))
	world := w.world(t)
	enlarge(t, world)
	wellBefore(t, world)
	if err := world.ChangeTable("ods.ledger", func(t *studiosim.LakeTable) { t.Rows = 1_234_567 }); err != nil {
		t.Fatal(err)
	}
	t.Run("accepted", func(t *testing.T) { w.as(t); w.acceptedDelivery() })
	t.Run("spoiled", func(t *testing.T) { w.as(t); w.spoiledDelivery() })
	t.Run("postgres", func(t *testing.T) { w.as(t); w.postgresDelivery() })
	t.Run("given", func(t *testing.T) { w.as(t); w.givenFigure() })
	t.Run("expected", func(t *testing.T) { w.as(t); w.expected() })
	t.Run("diagnosis", func(t *testing.T) { w.as(t); w.diagnosis() })
}

// sources is a file with the addresses of databases for an account that may
// only read.
func sources(t *testing.T, owners map[string]string) string {
	t.Helper()
	readers := map[string]string{}
	for name, dsn := range owners {
		readers[name] = sourcetest.As(t, dsn, sourcetest.Reader, sourcetest.Password)
	}
	addresses, err := json.Marshal(readers)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sources.json")
	if err := os.WriteFile(path, addresses, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sales starts a real PostgreSQL with the invoices that the demo's platform
// copies, and returns its address.
func sales(t *testing.T) string {
	t.Helper()
	dsn := sourcetest.StartPostgres(t)
	sourcetest.Exec(t, dsn, "CREATE SCHEMA sales",
		"CREATE TABLE sales.invoices (id BIGINT PRIMARY KEY, total NUMERIC(12,2), issued_at TIMESTAMP)",
		"INSERT INTO sales.invoices SELECT n, 1.5, '2026-01-02' FROM generate_series(1, 7421) n",
		"CREATE TABLE sales.invoice_lines (id BIGINT PRIMARY KEY, invoice_id BIGINT, amount NUMERIC(12,2))",
		"INSERT INTO sales.invoice_lines SELECT n, n, 1.5 FROM generate_series(1, 22190) n")
	return dsn
}

// erp starts a real MySQL with the tables that the demo's platform copies, and
// returns its address.
func erp(t *testing.T) string {
	t.Helper()
	dsn := sourcetest.StartMySQL(t)
	statements := []string{"CREATE DATABASE erp", "USE erp"}
	for n := 1; n <= bigTables; n++ {
		statements = append(statements, fmt.Sprintf("CREATE TABLE erp_table_%03d (id BIGINT PRIMARY KEY, code VARCHAR(40), changed_at DATETIME)", n),
			fmt.Sprintf("INSERT INTO erp_table_%03d SELECT seq, 'x', '2026-01-02 03:04:05' FROM seq_1_to_%d", n, n*11))
	}
	sourcetest.Exec(t, dsn, statements...)
	return dsn
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

// postgresDelivery runs the acceptance of a clean copy of a PostgreSQL.
func (w *walk) postgresDelivery() {
	w.t.Helper()
	w.command("/batchsync acceptance pg_invoices_daily")
	w.seeCard("Passed: delivery of pg_invoices_daily", "22,190")
	w.portrait("84b-delivery-postgres", "Passed: delivery of pg_invoices_daily")
}

// givenFigure tells the bot how many rows a source has that it cannot count:
// not with letters in the figure, but with separators.
func (w *walk) givenFigure() {
	w.t.Helper()
	const card = "delivery of " + ledger
	w.command("/batchsync acceptance " + ledger)
	w.seeCard(card, "How many rows does the source have?")
	w.clickIn(card, byTestID("acceptance.figure"))
	w.see("How many rows does the source have? The acceptance of")
	w.fill("form.figure", "12abc")
	w.next()
	w.see("The number 12abc is not understood.")
	w.picture("84c-figure-refused")
	w.fill("form.figure", "1,234,567")
	w.next()
	w.see("Recorded.")
	w.close()
	w.seeCard(card, "as many rows as a person gave for the source: 1,234,567")
	w.portrait("84d-figure-given", card)
}

// expected sets what a delivery has to be like, which takes an administrator;
// what cannot be meant is refused at its field.
func (w *walk) expected() {
	w.t.Helper()
	const card = "delivery of " + ledger
	w.visit("/?user=adam&channel=" + general)
	w.clickIn(card, byTestID("acceptance.expect"))
	w.see("What the tables of")
	w.fill("form.keys", "id")
	w.fill("form.tolerance", "a lot")
	w.next()
	w.see("a lot is no percentage from 0 to 100.")
	w.picture("84e-expectations-refused")
	w.fill("form.tolerance", "0.5")
	w.next()
	w.see("are saved.")
	w.close()
	w.clickIn(card, byTestID("acceptance.run"))
	w.see("row counts up to 0.5 percent apart")
	w.visit("/?user=ana&channel=" + general)
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
	w.clickIn("Failed: "+task, byTestID("incident.diagnose"))
	w.seeCard("Failed: "+task, "repl") // in its thread
	w.clickIn("Failed: "+task, byTestID("open-thread"))
	w.inThread("Diagnosis: "+task, "Lock wait timeout exceeded")
	w.do("make room", chromedp.EmulateViewport(width, 1600))
	w.picture("86-diagnosis")
	w.click(`#thread ` + byTestID("diagnose.probe"))
	w.see("Probe: " + task)
	w.picture("87-probe")
	w.visit("/?user=ana&channel=" + general)
	w.command("/batchsync show " + task)
	w.seeCard("Last failed", "Run Acceptance")
	w.portrait("88-task-failed", "Last failed")
}

// inThread waits until the open thread says all the words.
func (w *walk) inThread(words ...string) {
	w.t.Helper()
	for _, said := range words {
		w.do("see "+said+" in the thread", until(fmt.Sprintf(`document.querySelector('#thread')?.innerText.includes(%q)`, said)))
	}
}
