package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBrowser walks /batchsync new by clicking in the page of the local Slack,
// as a person would, and ends with deployed tasks. BATCHSYNC_BROWSER=required
// makes a missing Chromium a failure; BATCHSYNC_SCREENSHOTS names a folder for
// the pictures.
func TestBrowser(t *testing.T) {
	t.Parallel()
	w := newWalk(t, chromiumOrSkip(t))

	t.Run("single table", func(t *testing.T) {
		w.as(t)
		w.command("/batchsync new")
		w.see("Step 1 of 5")
		w.choose("field.kind", "mysql")
		w.pick("field.source", "aliyun_mysql")
		w.picture("1-source")
		w.next()
		w.see("Step 2 of 5")
		w.pick("field.source_schema", "shop")
		w.pick("field.tables", "orders")
		w.pick("field.target", "LAKEHOUSE_ecommerce")
		w.picture("2-tables")
		w.next()
		w.see("Step 3 of 5")
		w.picture("3-schedule")
		w.click(`[data-testid="wizard.back"]`)
		w.see("Step 2 of 5")
		w.next()
		w.see("Step 3 of 5")
		w.next()
		w.see("Step 4 of 5")
		w.pick("field.folder", "data_sync/mysql")
		w.pick("field.vcluster", "sync_vc")
		w.fill("field.name", "orders_to_ods_daily")
		w.picture("4-place")
		w.next()
		w.see("Step 5 of 5")
		w.picture("5-review")
		w.next()
		w.seeCard("orders_to_ods_daily", "Ready")
		w.close()
		w.picture("6-card")
	})

	t.Run("mirror of chosen tables", func(t *testing.T) {
		w.as(t)
		w.command("/batchsync new")
		w.source("multi")
		w.pick("field.source_schema", "shop")
		w.pick("field.tables", "orders")
		w.pick("field.tables", "customers")
		w.place("shop_tables_daily")
		w.picture("6b-card-multi")
	})

	t.Run("whole-database mirror", func(t *testing.T) {
		w.as(t)
		w.command("/batchsync new")
		w.source("whole_db")
		w.pick("field.source_schema", "crm")
		w.place("crm_mirror_daily")
		w.picture("6c-card-whole")
	})

	t.Run("refusals stand at their fields", func(t *testing.T) {
		w.as(t)
		w.command("/batchsync new")
		w.see("Step 1 of 5")
		w.next() // nothing chosen: Slack's client itself says so
		w.do("see the errors", visible(".has-error"))
		w.picture("7-missing")
		w.close()
		w.see("Discard Draft")
		w.picture("8-kept")
	})

	t.Run("sharded merge with the hand-off", func(t *testing.T) {
		w.as(t)
		w.command("/batchsync new")
		w.see("Start Over")
		w.picture("9-resume")
		w.click(`[data-testid="wizard.start_over"]`)
		w.see("Give the unfinished draft up?")
		w.click(`[data-testid="confirm-ok"]`)
		w.see("Step 1 of 5")
		w.choose("field.kind", "mysql")
		w.pick("field.source", "aliyun_mysql")
		w.click(`[data-action-id="field.scope"] input[value="merge"]`)
		w.see("Step 1 of 5")
		w.next()
		w.see("Step 2 of 5")
		w.pick("field.source_schema", "shop")
		w.pick("field.tables", "orders")
		w.pick("field.tables", "order_items")
		w.pick("field.target", "LAKEHOUSE_ecommerce")
		w.fill("field.target_table", "all_orders")
		w.next()
		w.see("Step 3 of 5")
		w.next()
		w.see("Step 4 of 5")
		w.pick("field.folder", "data_sync/mysql")
		w.pick("field.vcluster", "sync_vc")
		w.fill("field.name", "merge_orders")
		w.next()
		w.see("Step 5 of 5")
		w.picture("10-review-merge")
		w.next()
		w.seeCard("merge_orders", "Waiting for you")
		w.close()
		w.picture("11-hand-off")
		w.inStudio("shop.orders\nshop.order_items", "ods.all_orders")
		w.click(`[data-testid="operation.check_again"]`)
		w.seeCard("merge_orders", "Ready")
		w.picture("12-merged")
	})

	t.Run("a viewer is refused", func(t *testing.T) {
		w.as(t)
		w.visit("/?user=vera&channel=general")
		w.command("/batchsync new")
		w.see("This takes an operator")
		w.picture("13-viewer")
	})
}

// source answers the first screen for a scope other than the one chosen already.
func (w *walk) source(scope string) {
	w.t.Helper()
	w.see("Step 1 of 5")
	w.choose("field.kind", "mysql")
	w.pick("field.source", "aliyun_mysql")
	w.click(fmt.Sprintf(`[data-action-id="field.scope"] input[value=%q]`, scope))
	w.settled()
	w.next()
	w.see("Step 2 of 5")
}

// place answers the rest and waits for the task to be ready.
func (w *walk) place(name string) {
	w.t.Helper()
	w.pick("field.target", "LAKEHOUSE_ecommerce")
	w.next()
	w.see("Step 3 of 5")
	w.next()
	w.see("Step 4 of 5")
	w.pick("field.folder", "data_sync/mysql")
	w.pick("field.vcluster", "sync_vc")
	w.fill("field.name", name)
	w.next()
	w.see("Step 5 of 5")
	w.next()
	w.seeCard(name, "Ready")
	w.close()
}

// chromiumOrSkip finds the browser. Without one the walk is left out, unless
// this run insists on it.
func chromiumOrSkip(t *testing.T) string {
	t.Helper()
	path := findChromium()
	if path == "" && os.Getenv("BATCHSYNC_BROWSER") == "required" {
		t.Fatal("Chromium is not installed, and this run insists on the browser walk")
	}
	if path == "" {
		t.Skip("the browser walk needs Chromium")
	}
	return path
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Size of the window in pixels.
const width, height = 1280, 1000

type action = chromedp.Action[chromedp.Void]

// walk is one browser and one demo.
type walk struct {
	t        *testing.T
	ctx      context.Context
	base     string
	data     string
	pictures string
	acts     int // presses and lines so far, as a person would count them
}

// newWalk starts a demo and a browser; prepared may lay files into the demo's
// folder first.
func newWalk(t *testing.T, chromium string, prepared ...func(data string)) *walk {
	t.Helper()
	return newWalkWith(t, chromium, "", prepared...)
}

// newWalkWith has the bot count the databases of the file sources.
func newWalkWith(t *testing.T, chromium, sources string, prepared ...func(data string)) *walk {
	t.Helper()
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{t: t, data: t.TempDir(), pictures: os.Getenv("BATCHSYNC_SCREENSHOTS")}
	if w.pictures == "" {
		w.pictures = t.TempDir()
	}
	for _, prepare := range prepared {
		prepare(w.data)
	}
	at := place{bin: bin, listen: "127.0.0.1:0", data: w.data, sources: sources}
	ready, ended := make(chan string, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { ended <- run(ctx, at, func(base string) { ready <- base }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	select {
	case w.base = <-ready:
	case err := <-ended:
		ended <- err
		t.Fatalf("the demo did not start: %v", err)
	}
	w.ctx = browser(t, chromium)
	w.visit("/?user=ana&channel=general")
	return w
}

func browser(t *testing.T, path string) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(width, height))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(func() { cancel(); stop() })
	// The browser lives as long as the context of this first call.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

func (w *walk) as(t *testing.T) { w.t = t }

func (w *walk) do(what string, actions ...action) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 90*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		name := "failed-" + time.Now().Format("150405")
		w.picture(name)
		log, _ := os.ReadFile(filepath.Join(w.data, "bot.log"))
		w.t.Fatalf("%s: %v (picture %s)\n%s\n%s", what, err, name, w.shown(), log[max(0, len(log)-3000):])
	}
}

// shown is what stands on the page, and of which state of the workspace it is.
func (w *walk) shown() string {
	ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`"page at version " + document.documentElement.dataset.version + "\n" + document.body.innerText.slice(-2000)`))
	if err != nil {
		return "the page does not answer: " + err.Error()
	}
	return text
}

func (w *walk) visit(path string) {
	w.t.Helper()
	w.do("visit "+path, chromedp.Navigate(w.base+path), until(
		`document.querySelector('[data-testid="connection"]') && document.querySelector('[data-testid="composer"], [data-testid="home"]') !== null`))
}

func (w *walk) command(line string) {
	w.t.Helper()
	w.acts++
	w.do("type "+line, chromedp.SendKeys(chromedp.CSS(`[data-testid="composer"]`), line+kb.Enter))
}

func (w *walk) click(selector string) {
	w.t.Helper()
	w.acts++
	w.do("click "+selector, visible(selector), pressed(selector))
}

func (w *walk) next() {
	w.t.Helper()
	w.acts++
	w.settled()
	w.do("submit", visible(`[data-testid="modal-submit"]:not([disabled])`), pressed(`[data-testid="modal-submit"]`))
}

// close leaves the modal by its own button.
func (w *walk) close() {
	w.t.Helper()
	w.do("close", pressed(`[data-testid="modal-close"]`), chromedp.WaitNotPresent(chromedp.CSS(`[data-testid="modal"]`)))
}

// see waits for words anywhere on the page.
func (w *walk) see(words string) {
	w.t.Helper()
	w.do("see "+words, until(fmt.Sprintf(`document.body.innerText.includes(%q)`, words)))
}

// seeCard waits for one message that holds both words.
func (w *walk) seeCard(name, state string) {
	w.t.Helper()
	w.do("see card "+name+" "+state, until(fmt.Sprintf(
		`[...document.querySelectorAll('[data-testid="message"]')].some(m => m.innerText.includes(%q) && m.innerText.includes(%q))`, name, state)))
}

// choose takes an entry of a menu of fixed choices.
func (w *walk) choose(field, value string) {
	w.t.Helper()
	w.take("choose "+value, fmt.Sprintf(`document.querySelector(%q).value === %q`, byTestID(field), value),
		visible(byTestID(field)), evaluate(fmt.Sprintf(
			`(() => { const e = document.querySelector(%q); e.value = %q; e.dispatchEvent(new Event('change', {bubbles: true})); })()`, byTestID(field), value)))
}

// pick takes an entry of a menu that the bot fills.
func (w *walk) pick(field, text string) {
	w.t.Helper()
	entries := `[...document.querySelectorAll('li[role=option]')].filter(x => x.offsetParent)`
	find := fmt.Sprintf(`(%s.find(x => x.dataset.value === %q) || %s.find(x => x.textContent.startsWith(%q)))`, entries, text, entries, text)
	// A redrawing takes the focus away, so it is given again until the list is there.
	focus := fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (e && document.activeElement !== e) e.focus(); return %s !== undefined; })()`, byTestID(field), find)
	press := fmt.Sprintf(`(() => { const o = %s; window.picked = {value: o.dataset.value, text: o.textContent};
		o.dispatchEvent(new MouseEvent('mousedown', {bubbles: true, cancelable: true})); })()`, find)
	taken := fmt.Sprintf(`(() => { const e = document.querySelector(%q);
		return e && (e.value !== '' && window.picked.text.startsWith(e.value) ||
			[...e.closest('.combo').querySelectorAll('.chip')].some(c => c.dataset.value === window.picked.value)); })()`, byTestID(field))
	w.take("pick "+text+" in "+field, taken, visible(byTestID(field)), until(focus), evaluate(press))
}

// take does something until it shows: what is chosen at the moment at which the
// bot draws the form anew is lost with the form that it was chosen in.
func (w *walk) take(what, taken string, actions ...action) {
	w.t.Helper()
	for range 3 {
		w.do(what, actions...)
		w.settled()
		ctx, cancel := context.WithTimeout(w.ctx, 3*time.Second)
		err := chromedp.Do(ctx, until(taken))
		cancel()
		if err == nil {
			return
		}
	}
	w.t.Fatalf("%s: it does not stay\n%s", what, w.shown())
}

// settled waits until no control is busy with an answer of the bot.
func (w *walk) settled() {
	w.t.Helper()
	w.do("wait for the bot's answer", until(`!document.querySelector('[aria-busy="true"]')`))
}

func (w *walk) fill(field, text string) {
	w.t.Helper()
	w.do("fill "+field, visible(byTestID(field)),
		evaluate(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.focus(); e.select(); })()`, byTestID(field))),
		chromedp.KeyEvent(text), until(fmt.Sprintf(`document.querySelector(%q).value === %q`, byTestID(field), text)))
	w.settled()
}

// inStudio does by hand what the card asks for, on the page it links to.
func (w *walk) inStudio(tables, sink string) {
	w.t.Helper()
	tasks, err := prepareWorld(w.data, w.base)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := tasks.Tasks()
	if err != nil {
		w.t.Fatal(err)
	}
	newest := all[0]
	for _, task := range all {
		if task.ID > newest.ID {
			newest = task
		}
	}
	w.do("set content in Studio", chromedp.Navigate(fmt.Sprintf("%s/studio/ide?fileId=%d", w.base, newest.ID)),
		visible("#source"), chromedp.SetValue(chromedp.CSS("#source"), "5002"), chromedp.SendKeys(chromedp.CSS("#tables"), tables),
		chromedp.SendKeys(chromedp.CSS("#sink"), sink), chromedp.Click(chromedp.CSS("button")), visible(`[role="status"]`))
	w.picture("studio")
	w.visit("/?user=ana&channel=general")
}

func (w *walk) picture(name string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		w.t.Logf("picture %s: %v", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(w.pictures, name+".png"), png, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func byTestID(id string) string { return fmt.Sprintf(`[data-testid=%q]`, id) }

func visible(selector string) action { return chromedp.WaitVisible(chromedp.CSS(selector)) }

// pressed presses a button as the keyboard does: a redrawing between the two
// halves of a mouse click would swallow it.
func pressed(selector string) action {
	return evaluate(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

func evaluate(js string) action { return chromedp.Evaluate[chromedp.Void](js) }

// until waits for the page to be so. A question that meets the page as it is
// replaced by the next one is lost with it, and asked again.
func until(js string) action {
	poll := chromedp.Poll[chromedp.Void](js, chromedp.WithPollingInterval(50*time.Millisecond))
	return func(ctx context.Context, target *chromedp.Target) (nothing chromedp.Void, err error) {
		for {
			_, err = poll(ctx, target)
			if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "Cannot find context") {
				return nothing, err
			}
		}
	}
}
