package main

import (
	"fmt"
	"testing"
)

// TestBrowser_Chinese makes a task, reads its card and changes its schedule as
// somebody whose Slack is in Chinese, while the channel's card stays in
// English.
func TestBrowser_Chinese(t *testing.T) {
	w := newWalk(t, chromiumOrSkip(t))
	w.visit("/?user=lin&channel=general")
	w.command("/batchsync help")
	w.see("机器人用于创建")
	w.picture("50-chinese-help")
	w.command("/batchsync new")
	w.see("第 1 步，共 5 步")
	w.choose("field.kind", "mysql")
	w.pick("field.source", "aliyun_mysql")
	w.picture("51-chinese-source")
	w.next()
	w.see("第 2 步，共 5 步")
	w.pick("field.source_schema", "shop")
	w.pick("field.tables", "orders")
	w.pick("field.target", "LAKEHOUSE_ecommerce")
	w.next()
	w.see("第 3 步，共 5 步")
	w.choose("field.schedule", "hours")
	w.choose("field.step", "3")
	w.choose("field.until", "20")
	w.see("每天的首次运行。")
	w.see("接下来的运行，按本地时区")
	w.picture("52-chinese-schedule")
	w.choose("field.schedule", "weekdays")
	w.see("接下来的运行")
	w.next()
	w.see("第 4 步，共 5 步")
	w.pick("field.folder", "data_sync/mysql")
	w.pick("field.vcluster", "sync_vc")
	w.fill("field.name", "订单_每日")
	w.next()
	w.see("第 5 步，共 5 步")
	w.picture("53-chinese-review")
	w.next()
	w.seeCard("订单_每日", "Ready")
	w.close()
	w.command("/batchsync show 订单_每日")
	w.seeCard("订单_每日", "在线")
	w.do("see the card from its head", until(fmt.Sprintf(`(() => { const m = [...document.querySelectorAll('[data-testid="message"]')].find(m => m.innerText.includes(%q)); m.scrollIntoView(); return true; })()`, "在线")))
	w.picture("54-chinese-task")
}
