package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestBrowser_Guide draws the pictures of docs/GUIDE.md that no other walk has.
// They are drawn when they are asked for, into the folder that
// BATCHSYNC_SCREENSHOTS names:
//
//	BATCHSYNC_SCREENSHOTS=docs/pictures go test -run TestBrowser_Guide ./cmd/demo
func TestBrowser_Guide(t *testing.T) {
	t.Parallel()
	if os.Getenv("BATCHSYNC_SCREENSHOTS") == "" {
		t.Skip("draws pictures for the documents; BATCHSYNC_SCREENSHOTS names their folder")
	}
	folder := os.Getenv("BATCHSYNC_SCREENSHOTS")
	if !filepath.IsAbs(folder) {
		folder = filepath.Join("..", "..", folder) // tests run in their package's folder
	}
	w := newWalk(t, chromiumOrSkip(t))
	wellBefore(t, w.world(t))
	w.pictures = folder
	for _, part := range []struct {
		name string
		draw func()
	}{
		{"wizard", w.drawWizard}, {"creation", w.drawCreation}, {"backfill", w.drawBackfill}, {"diagnosis", w.drawDiagnosis}, {"config", w.drawConfig},
		{"undeploy", w.drawUndeploy}, {"quiet", w.drawQuiet}, {"audit", w.drawAudit}, {"chinese", w.drawChinese},
	} {
		t.Run(part.name, func(t *testing.T) { w.as(t); part.draw() })
	}
}

const modal = `document.querySelector('[data-testid="modal"]')`

func (w *walk) drawWizard() {
	w.command("/batchsync new")
	w.see("Step 1 of 5")
	w.choose("field.kind", "mysql")
	w.pick("field.source", "aliyun_mysql")
	w.cut("wizard", modal)
	w.close()
}

func (w *walk) drawCreation() {
	const rest = " daily 02:00 vc=sync_vc folder=data_sync/mysql lake=LAKEHOUSE_ecommerce name="
	w.command("/batchsync new aliyun_mysql shop.cstomers -> ods.customers" + rest + "line_customers")
	w.see("Something in this line is wrong")
	w.cut("oneline", modal)
	w.close()
	w.command("/batchsync new aliyun_mysql shop.orders -> ods.orders overwrite" + rest + "line_orders")
	w.see("Step 5 of 5")
	w.see("Check Again")
	w.cut("review", modal)
	w.next()
	w.seeCard("line_orders", "Ready")
	w.close()
	w.cut("card", newest("Batch sync line_orders", "*"))
	w.command("/batchsync show sync_mysql_orders")
	w.do("see the card", visible(byTestID("task.backfill")))
	w.cut("task", newest("sync_mysql_orders", byTestID("task.backfill")))
}

func (w *walk) drawBackfill() {
	day := func(back int) string { return time.Now().UTC().AddDate(0, 0, -back).Format(time.DateOnly) }
	w.command("/batchsync backfill mysql_coupons_every_4h " + day(4) + " " + day(3))
	w.see("Job name")
	w.cut("backfill", modal)
	w.next()
	w.do("see some of its runs done", until(`/[1-9]\d* of 12 done/.test(`+newest("Backfill of mysql_coupons_every_4h", "*")+`?.innerText)`))
	w.close()
	w.cut("backfill-card", newest("Backfill of mysql_coupons_every_4h", "*"))
}

func (w *walk) drawDiagnosis() {
	const task = "mysql_products_every_6h"
	w.command("/batchsync subscribe " + task)
	w.see("This channel is told of")
	w.trouble(task, "Fail now")
	w.visit("/?user=ana&channel=general")
	w.seeCard("Failed: "+task, "Acknowledge")
	w.command("/batchsync diagnose " + task)
	w.seeCard("Diagnosis: "+task, "It rests on")
	w.cut("diagnosis", newest("Diagnosis: "+task, "*"))
}

func (w *walk) drawConfig() {
	w.command("/batchsync config mysql_erp_40_tables")
	w.seeCard("Configuration of mysql_erp_40_tables", "Saved and deployed")
	w.cut("config", newest("Configuration of mysql_erp_40_tables", "*"))
}

func (w *walk) drawUndeploy() {
	w.visit("/?user=adam&channel=general")
	w.command("/batchsync undeploy sync_mysql_orders")
	w.see("cannot be undone")
	w.see("dwd_orders")
	w.cut("undeploy", modal)
	w.close()
	w.visit("/?user=ana&channel=general")
}

func (w *walk) drawQuiet() {
	w.command("/batchsync quiet source:aliyun_mysql +0m +2h moving the database")
	w.seeCard("Quiet now for", "moving the database")
	w.cut("quiet", newest("Quiet now for", "*"))
}

func (w *walk) drawAudit() {
	w.command("/batchsync audit")
	w.seeCard("Who did what", "ackfill")
	w.cut("audit", newest("Who did what", "*"))
	w.visit("/?user=ana&view=home")
	w.see("New Sync")
	w.cut("home", `document.querySelector('[data-testid="home"]')`)
}

func (w *walk) drawChinese() {
	w.visit("/?user=lin&channel=general")
	w.command("/batchsync show mysql_coupons_every_4h")
	w.seeCard("mysql_coupons_every_4h", "在线")
	w.cut("chinese", newest("在线", "*"))
}

// cut is a picture of one part of the page, as a whole and in few colours.
func (w *walk) cut(name, part string) {
	w.t.Helper()
	w.settled()
	w.do("make room", chromedp.EmulateViewport(width, 2400))
	defer w.do("stop making room", chromedp.EmulateViewport(width, height))
	w.top()
	w.do("scroll to "+name, evaluate(fmt.Sprintf(`(() => { const e = %s; e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();
		document.documentElement.dataset.cut = JSON.stringify([b.left, b.top, b.right, b.bottom].map(Math.round)); })()`, part)))
	box, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.documentElement.dataset.cut`))
	if err != nil {
		w.t.Fatal(err)
	}
	shot, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		w.t.Fatal(err)
	}
	var at [4]int
	if err := json.Unmarshal([]byte(box), &at); err != nil {
		w.t.Fatal(err)
	}
	whole, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		w.t.Fatal(err)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, fewColours(whole, image.Rect(at[0], at[1], at[2], at[3]).Intersect(whole.Bounds()))); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.pictures, name+".png"), out.Bytes(), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// margin is how many empty lines stay below a picture.
const margin = 16

// blank reports whether a line of a picture has one colour only.
func blank(whole image.Image, box image.Rectangle, y int) bool {
	for x := box.Min.X; x < box.Max.X; x++ {
		if whole.At(x, y) != whole.At(box.Min.X, y) {
			return false
		}
	}
	return true
}

// fewColours cuts a picture out and keeps its most frequent colours, which makes
// it a third as large. Edges of letters get the nearest of them.
func fewColours(whole image.Image, box image.Rectangle) image.Image {
	for box.Dy() > 2*margin && blank(whole, box, box.Max.Y-1) {
		box.Max.Y--
	}
	box.Max.Y = min(box.Max.Y+margin, whole.Bounds().Max.Y)
	count := map[color.RGBA]int{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[color.RGBAModel.Convert(whole.At(x, y)).(color.RGBA)]++
		}
	}
	var all []color.RGBA
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	palette := color.Palette{}
	for _, c := range all[:min(len(all), 128)] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(image.Rect(0, 0, box.Dx(), box.Dy()), palette)
	draw.Draw(out, out.Bounds(), whole, box.Min, draw.Src)
	return out
}
