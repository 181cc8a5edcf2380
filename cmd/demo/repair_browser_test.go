package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"batchsync/internal/studiosim"
)

// Tasks of the demo world that the walks are about.
const (
	ordersTask  = 40001 // failed last; dwd_orders waits for it
	dwdOrders   = 40006
	wideTask    = 40106 // 40 tables
	couponsTask = 40107 // fails now and then, six runs a day
)

// TestBrowser_Repair walks what is done when something went wrong: rerun, the
// log, and undeploy; and looks at the largest cards.
func TestBrowser_Repair(t *testing.T) {
	t.Parallel()
	w := newWalk(t, chromiumOrSkip(t))
	world := w.world(t)
	t.Run("cards", func(t *testing.T) { w.as(t); w.cards() })
	t.Run("rerun", func(t *testing.T) { w.as(t); w.rerun(world) })
	t.Run("log", func(t *testing.T) { w.as(t); w.logs(world) })
	t.Run("undeploy", func(t *testing.T) { w.as(t); w.undeploy(world) })
}

// world is the demo's platform, with runs short enough to wait for.
func (w *walk) world(t *testing.T) *studiosim.World {
	t.Helper()
	world := studiosim.Open(filepath.Join(w.data, "studio"))
	if err := world.Configure(func(s *studiosim.Settings) { s.RunMS, s.WaitMS, s.FailRate = 300, 50, 0 }); err != nil {
		t.Fatal(err)
	}
	return world
}

// cards shows the cards that have the most to tell.
func (w *walk) cards() {
	w.t.Helper()
	w.command("/batchsync show mysql_erp_40_tables")
	w.seeCard("mysql_erp_40_tables", "40 tables")
	w.portrait("30-card-40-tables", "mysql_erp_40_tables")
	w.clickIn("mysql_erp_40_tables", byTestID("task.tables"))
	w.see("Tables of mysql_erp_40_tables")
	w.portrait("30b-all-tables", "Tables of mysql_erp_40_tables")
	w.command("/batchsync show mysql_coupons_every_4h")
	w.seeCard("mysql_coupons_every_4h", "Last 30 runs")
	w.portrait("31-card-30-runs", "mysql_coupons_every_4h")
	w.clickIn("mysql_coupons_every_4h", `summary[data-testid="task.menu"]`)
	w.clickIn("mysql_coupons_every_4h", `[data-value^="task.runs "]`)
	w.see("Runs of mysql_coupons_every_4h")
	w.portrait("32-runs-30", "Runs of mysql_coupons_every_4h")
}

// rerun repeats the failed run that stands on the card, and looks again.
func (w *walk) rerun(world *studiosim.World) {
	w.t.Helper()
	w.visit("/?user=ana&channel=general")
	w.command("/batchsync show sync_mysql_orders")
	w.clickIn("sync_mysql_orders", byTestID("run.rerun"))
	w.see("The run is repeated for the same plan time")
	w.picture("33-rerun-confirm")
	w.next()
	w.see(": started.")
	w.close()
	w.seeCard("sync_mysql_orders", "Rerun by") // the button has become that
	w.seeCard("Rerun of sync_mysql_orders", "Done")
	w.picture("34-rerun-done")
	run := w.lastRun(world, ordersTask, studiosim.Success)
	if len(run.Attempts) != 2 {
		w.t.Errorf("run %d has %d attempts, want a second one", run.ID, len(run.Attempts))
	}
	if got := w.effects(world, "rerun"); len(got) != 1 {
		w.t.Errorf("effects: got %q, want one rerun", got)
	}
}

// logs reads the log of a failed run: a short one whole, a long one by its end
// and as a file.
func (w *walk) logs(world *studiosim.World) {
	w.t.Helper()
	wide := w.lastRun(world, wideTask, studiosim.Success)
	if err := world.SetRun(wide.ID, studiosim.Failed, "1 of 40 tables failed"); err != nil {
		w.t.Fatal(err)
	}
	w.visit("/?user=ana&channel=general")
	w.command("/batchsync show sync_mysql_shop_multi")
	w.clickIn("sync_mysql_shop_multi", byTestID("run.log"))
	w.see("status FAILED: Lock wait timeout exceeded")
	w.portrait("35-log-short", "status FAILED: Lock wait timeout exceeded")

	w.command("/batchsync show mysql_erp_40_tables")
	w.clickIn("1 of 40 tables failed", byTestID("run.log"))
	w.see("run failed: 1 of 40 tables failed")
	w.portrait("36-log-long", "run failed: 1 of 40 tables failed")
	w.visit("/?user=ana&channel=messages")
	w.see(fmt.Sprintf("run-%d-attempt-1.log", wide.ID))
	w.picture("37-log-file")
	w.visit("/?user=ana&channel=general")
	w.clickIn("Log of run", byTestID("run.log_post"))
	w.do("see the posted log", until(shared("run failed: 1 of 40 tables failed")+" !== undefined"))
	w.do("open its thread", until(shared("run failed: 1 of 40 tables failed")+`?.querySelector('[data-testid="open-thread"]') != null`),
		evaluate(shared("run failed: 1 of 40 tables failed")+`.querySelector('[data-testid="open-thread"]').click()`))
	w.do("see the whole log in the thread", visible("#thread a.file"))
	w.picture("37b-log-posted")
}

// shared is an expression for the newest message with the words that everybody
// in the channel sees.
func shared(words string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('#main [data-testid="message"]:not(.ephemeral)')].filter(m => m.innerText.includes(%q)).at(-1)`, words)
}

// undeploy takes a task and the one that waits for it off the scheduler: not
// without its name, and not before its history is saved.
func (w *walk) undeploy(world *studiosim.World) {
	w.t.Helper()
	w.visit("/?user=adam&channel=general")
	w.command("/batchsync show sync_mysql_orders")
	w.clickIn("sync_mysql_orders", `summary[data-testid="task.menu"]`)
	w.clickIn("sync_mysql_orders", `[data-value^="task.undeploy "]`)
	w.see("cannot be undone")
	w.see("dwd_orders")
	w.picture("38-undeploy")
	w.fill("form.name", "sync_mysql_orders")
	w.next()
	w.see("Tick the box to undeploy them too")
	w.picture("39-undeploy-downstream")
	w.click(`[data-action-id="form.downstream"] input`)
	w.settled()
	w.fill("form.name", "sync_mysql_order")
	w.next()
	w.see("That is not the task's name.")
	w.picture("40-undeploy-wrong-name")
	if got := w.effects(world, "undeploy"); len(got) != 0 {
		w.t.Fatalf("undeployed without the name: %q", got)
	}
	w.fill("form.name", "sync_mysql_orders")
	w.next()
	w.see(": started.")
	w.close()
	w.seeCard("Undeploy sync_mysql_orders", "Done")
	w.clickIn("Undeploy sync_mysql_orders", byTestID("open-thread"))
	w.do("see the history in the thread", visible("#thread a.file"))
	w.picture("41-undeploy-done")
	w.historyFirst(world)
}

// historyFirst holds that the tasks are offline, and that Slack had the file
// before they went.
func (w *walk) historyFirst(world *studiosim.World) {
	w.t.Helper()
	for _, id := range []int64{ordersTask, dwdOrders} {
		if task, err := world.Task(id); err != nil || task.Online {
			w.t.Errorf("task %d online: %v, error %v", id, task.Online, err)
		}
	}
	ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
	defer cancel()
	ts, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector('#thread a.file').closest('article').dataset.ts`))
	if err != nil {
		w.t.Fatalf("read the time of the file: %v", err)
	}
	seconds, _, _ := strings.Cut(ts, ".")
	shown, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		w.t.Fatalf("time of the file: %v", err)
	}
	all, err := world.Invocations()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, call := range all {
		if slices.ContainsFunc(call.Effect, func(e string) bool { return strings.HasPrefix(e, "undeploy") }) && call.Time.Unix() < shown {
			w.t.Errorf("undeployed at %s, but the history came at %d", call.Time, shown)
		}
	}
}

// lastRun is the newest run of a task that is over, which must have ended so.
func (w *walk) lastRun(world *studiosim.World, task int64, status int) studiosim.Run {
	w.t.Helper()
	runs, err := world.Runs(task)
	runs = slices.DeleteFunc(runs, func(r studiosim.Run) bool { return r.End == 0 })
	if err != nil || len(runs) == 0 {
		w.t.Fatalf("runs of task %d: %d, error %v", task, len(runs), err)
	}
	newest := slices.MaxFunc(runs, func(a, b studiosim.Run) int { return int(a.Plan - b.Plan) })
	if newest.Status != status {
		w.t.Fatalf("newest run of task %d: %+v, want status %d", task, newest, status)
	}
	return newest
}

func (w *walk) effects(world *studiosim.World, prefix string) []string {
	w.t.Helper()
	got, err := world.Effects(prefix)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// newest is an expression for the newest message that shows the words and
// holds the selector.
func newest(words, selector string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('#main [data-testid="message"]')].filter(m => m.innerText.includes(%q) && m.querySelector(%q)).at(-1)`, words, selector)
}

// clickIn presses something of the newest message that shows the words.
func (w *walk) clickIn(words, selector string) {
	w.t.Helper()
	m := newest(words, selector)
	w.do("click "+selector+" of "+words, until(m+" !== undefined"), evaluate(fmt.Sprintf(`%s.querySelector(%q).click()`, m, selector)))
}

// portrait is a picture of one message as a whole, however long it is.
func (w *walk) portrait(name, words string) {
	w.t.Helper()
	w.do("make room", chromedp.EmulateViewport(width, 2400))
	w.do("scroll to "+words, evaluate(newest(words, "*")+`.scrollIntoView({block: 'center'})`))
	w.picture(name)
	w.do("stop making room", chromedp.EmulateViewport(width, height))
}
