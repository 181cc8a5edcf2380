package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"batchsync/internal/studiosim"
)

// TestBrowser_OneLine walks the shortest ways to a task: one line, a line with a
// mistake, another task; and what the wizard has for those who want more.
func TestBrowser_OneLine(t *testing.T) {
	t.Parallel()
	w := newWalk(t, chromiumOrSkip(t))
	const rest = " daily 02:00 vc=sync_vc folder=data_sync/mysql lake=LAKEHOUSE_ecommerce name="

	t.Run("a complete line takes two interactions", func(t *testing.T) {
		w.as(t)
		w.acts = 0
		w.command("/batchsync new aliyun_mysql shop.orders -> ods.orders overwrite" + rest + "line_orders")
		w.see("Step 5 of 5")
		w.see("Check Again")
		w.tall("70-line-review")
		w.next()
		w.seeCard("line_orders", "Ready")
		if w.acts != 2 {
			t.Errorf("deployed after %d interactions, want 2", w.acts)
		}
		w.close()
	})

	t.Run("a wrong line is mended by its button", func(t *testing.T) {
		w.as(t)
		w.command("/batchsync new aliyun_mysql shop.cstomers -> ods.customers" + rest + "line_customers")
		w.see("Something in this line is wrong")
		w.see("shop.customers")
		w.picture("71-line-wrong")
		w.click(byTestID("command.run"))
		w.see("Step 5 of 5")
		w.see("Check Again")
		w.click(byTestID("wizard.commands"))
		w.see("cz-cli task create line_customers")
		w.tall("72-line-details")
		w.at(byTestID("wizard.commands_off"))
		w.picture("73-line-commands")
		w.next()
		w.seeCard("line_customers", "Ready")
		w.close()
	})

	t.Run("like another task, from its card", func(t *testing.T) {
		w.as(t)
		w.command("/batchsync show line_customers")
		w.click(byTestID("wizard.like"))
		w.see("This is filled in like line_customers")
		w.see("Check Again")
		w.tall("74-like")
		w.next()
		w.seeCard("sync_shop_customers_daily", "Ready")
		w.close()
	})

	t.Run("configuration and columns", func(t *testing.T) {
		w.as(t)
		w.visit("/?user=ana&channel=messages")
		w.command("config line_customers")
		w.see("Configuration of line_customers")
		w.picture("75-config")
		w.command("mapping line_customers")
		w.see("Columns of")
		w.picture("76-mapping")
		w.visit("/?user=ana&channel=general")
	})

	t.Run("wizard with everything", func(t *testing.T) {
		w.as(t)
		screens := map[string]bool{}
		w.command("/batchsync new")
		w.on(screens, 1)
		w.choose("field.kind", "mysql")
		w.pick("field.source", "aliyun_mysql")
		w.click(`[data-action-id="field.scope"] input[value="multi"]`)
		w.see("Missing target tables are created automatically")
		w.picture("77-mode-advice")
		w.next()
		w.on(screens, 2)
		w.click(byTestID("wizard.back"))
		w.on(screens, 1)
		w.next()
		w.on(screens, 2)
		w.pick("field.source_schema", "shop")
		w.pick("field.tables", "orders")
		w.pick("field.tables", "customers")
		w.pick("field.target", "LAKEHOUSE_ecommerce")
		w.click(byTestID("wizard.more"))
		w.do("see More Options", visible(byTestID("field.parallel")))
		w.choose("field.parallel", "4")
		w.fill("field.target_table", "shop_{SOURCE_TABLE}")
		w.do("press Enter", chromedp.KeyEvent(kb.Enter))
		w.see("ods.shop_customers")
		w.picture("78-more-options")
		w.at(byTestID("wizard.back"))
		w.picture("79-more-options-end")
		w.next()
		w.on(screens, 3)
		w.next()
		w.on(screens, 4)
		w.pick("field.folder", "data_sync/mysql")
		w.pick("field.vcluster", "sync_vc")
		w.fill("field.name", "wizard_everything")
		w.next()
		w.on(screens, 5)
		w.see("Check Again")
		w.tall("79b-review-tuned")
		w.next()
		w.seeCard("wizard_everything", "Ready")
		w.close()
		if len(screens) > 5 {
			t.Errorf("%d screens", len(screens))
		}
	})
}

// TestBrowser_DebugRun runs a task once, outside of its schedule, and reads on
// its card how it went.
func TestBrowser_DebugRun(t *testing.T) {
	t.Parallel()
	w := newWalk(t, chromiumOrSkip(t))
	w.quickRuns(1500)
	w.command("/batchsync run mysql_coupons_every_4h")
	w.see("This is no rehearsal")
	w.picture("79c-debug-form")
	w.next()
	w.seeCard("Debug run of mysql_coupons_every_4h", "The run succeeded")
	w.close()
	w.picture("79d-debug-card")
}

// quickRuns has what is run outside of schedules take so many milliseconds.
func (w *walk) quickRuns(ms int64) {
	w.t.Helper()
	world, err := prepareWorld(w.data, w.base)
	if err == nil {
		err = world.Configure(func(s *studiosim.Settings) { s.Switches.ExecuteMS = ms })
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// on waits for a screen of the wizard and counts it by what it says of itself.
func (w *walk) on(screens map[string]bool, step int) {
	w.t.Helper()
	w.settled()
	words := fmt.Sprintf("Step %d of 5", step)
	w.see(words)
	shown, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.querySelector('[data-testid="modal"]').innerText`))
	if err != nil {
		w.t.Fatal(err)
	}
	_, progress, _ := strings.Cut(shown, "Step ")
	progress, _, _ = strings.Cut(progress, "\n")
	screens[progress] = true
}

// top scrolls the modal to its beginning.
func (w *walk) top() {
	w.t.Helper()
	w.do("scroll to the top", evaluate(`document.querySelectorAll('[data-testid="modal"], [data-testid="modal"] *').forEach(e => { e.scrollTop = 0; })`))
}

// at scrolls until a part of the page stands in sight.
func (w *walk) at(selector string) {
	w.t.Helper()
	w.do("scroll to "+selector, visible(selector), evaluate(fmt.Sprintf(`document.querySelector(%q).scrollIntoView()`, selector)))
}

// tall is a picture of a modal as a whole, however long it is.
func (w *walk) tall(name string) {
	w.t.Helper()
	w.do("make room", chromedp.EmulateViewport(width, 1600))
	w.top()
	w.picture(name)
	w.do("stop making room", chromedp.EmulateViewport(width, height))
}
