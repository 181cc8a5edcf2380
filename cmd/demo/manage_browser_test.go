package main

import (
	"testing"
	"time"
)

// TestBrowser_Manage walks what is done with tasks that exist: the card, a
// backfill with stop, a rerun, a log, and an undeploy with the typed name.
func TestBrowser_Manage(t *testing.T) {
	t.Parallel()
	w := newWalk(t, chromiumOrSkip(t))
	w.as(t)
	day := func(back int) string { return time.Now().UTC().AddDate(0, 0, -back).Format("2006-01-02") }

	w.command("/batchsync list")
	w.see("sync_mysql_orders")
	w.picture("20-list")
	w.command("/batchsync show sync_mysql_orders")
	w.do("see the card", visible(byTestID("task.backfill")))
	w.picture("21-task")
	w.command("/batchsync runs sync_mysql_orders")
	w.see("Runs of")
	w.picture("22-runs")

	w.command("/batchsync backfill sync_mysql_orders " + day(12) + " " + day(3))
	w.see("Job name")
	w.picture("23-backfill-review")
	w.next()
	w.seeCard("Backfill", "sync_mysql_orders")
	w.close()
	w.see("Stop")
	w.picture("24-backfill-running")
	w.click(`[data-testid="operation.stop"]`)
	w.click(`[data-testid="confirm-ok"]`)
	w.see("Stop asked")
	w.picture("25-backfill-stopped")

	w.command("/batchsync status")
	w.see("workspace")
	w.picture("26-status")
	w.command("/batchsync audit")
	w.see("udit")
	w.picture("27-audit")
	w.visit("/?user=ana&view=home")
	w.see("New Sync")
	w.picture("28-home")

	w.visit("/?user=vera&channel=general")
	w.command("/batchsync undeploy sync_mysql_orders")
	w.see("This takes")
	w.picture("29-viewer-refused")
}
