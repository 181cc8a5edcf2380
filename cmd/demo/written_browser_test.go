package main

import (
	"testing"
	"time"
)

// TestBrowser_Written writes to the bot instead of typing commands: in a
// channel, whose thread everybody reads, and in a direct message.
func TestBrowser_Written(t *testing.T) {
	t.Parallel()
	w := newWalk(t, chromiumOrSkip(t))
	const line = "show mysql_coupons_every_4h"
	w.visit("/?user=ana&channel=data-sync")
	w.command("@batchsync " + line)
	w.clickIn(line, byTestID("open-thread"))
	w.do("see the card in the thread", visible(`#thread [data-testid="task.refresh"]`))
	w.picture("42-written-thread")
	w.visit("/?user=ana&channel=messages")
	w.command("backfill mysql_coupons_every_4h " + time.Now().AddDate(0, 0, -3).Format(time.DateOnly) + " " + time.Now().AddDate(0, 0, -2).Format(time.DateOnly))
	w.clickIn("/batchsync backfill mysql_coupons_every_4h", byTestID("command.run"))
	w.see("Job name")
	w.picture("43-written-direct")
	w.next()
	w.see(": started.")
	w.close()
	w.visit("/?user=ana&view=home")
	w.see("Under way")
	w.see("Its card")
	w.picture("44-home-card")
}
