package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/store"
	"batchsync/internal/studiosim"
)

// The channels of the walk: what one tells does not mix with the others.
const (
	general  = "general"
	dataSync = "data-sync"
	closed   = "data-private"
)

// TestBrowser_News makes trouble on the control page and follows it in Slack
// from the first message to resolved; see what each walk says.
func TestBrowser_News(t *testing.T) {
	t.Parallel()
	newsWalk(t, []newsPart{{"failure", (*walk).failure}, {"tables", (*walk).brokenTables}, {"source", (*walk).sourceDown}, {"platform", (*walk).platformAway}})
}

// TestBrowser_Storm has many tasks fail at once, and looks at what is told and
// kept back besides.
func TestBrowser_Storm(t *testing.T) {
	t.Parallel()
	newsWalk(t, []newsPart{{"storm", (*walk).stormy}, {"digest", (*walk).digest}, {"lists", (*walk).lists}, {"rehearsal", (*walk).rehearsal}})
}

// newsPart is one part of a walk past what channels are told.
type newsPart struct {
	name string
	do   func(*walk, *studiosim.World)
}

func newsWalk(t *testing.T, parts []newsPart) {
	t.Helper()
	w := newWalk(t, chromiumOrSkip(t), func(data string) { watched(t, data) })
	world := w.world(t)
	wellBefore(t, world)
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) { w.as(t); part.do(w, world) })
	}
}

// wellBefore has every task succeed a moment ago, so that only the walk's own
// trouble is told.
func wellBefore(t *testing.T, world *studiosim.World) {
	t.Helper()
	s := &studio{world: world}
	tasks, err := s.tasks()
	if err != nil {
		t.Fatal(err)
	}
	runs, err := world.Runs(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs { // what the schedule has at work would be at it for minutes
		err = errors.Join(err, world.ChangeRun(r.ID, func(r *studiosim.Run, now int64) { r.StartAt, r.EndAt = min(r.StartAt, now), min(r.EndAt, now) }))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if err := world.Mend(task.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.runAt(time.Now().Add(-time.Minute), took, task.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// watched lays a file into the folder, as if the bot had followed a task for two
// weeks: the digest has a chart of that.
func watched(t *testing.T, data string) {
	t.Helper()
	s, err := store.Open(filepath.Join(data, "batchsync.db"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	follows := batchsync.Subscription{
		Channel: slacksim.General, Topics: batchsync.UsualTopics(), By: slacksim.Ana, At: time.Now(),
		Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: couponsTask, Name: "mysql_coupons_every_4h"},
	}
	if err := s.Subscribe(follows, nil, batchsync.AuditRow{At: time.Now(), Actor: slacksim.Ana, Action: batchsync.ActSubscribe}); err != nil {
		t.Fatal(err)
	}
	w := batchsync.Watch{Task: couponsTask, Name: "mysql_coupons_every_4h", Type: batchsync.TypeSingle}
	for back := 14; back > 1; back-- {
		d := batchsync.DayFigures{Day: time.Now().AddDate(0, 0, -back).Format(time.DateOnly), OK: 6}
		if back%3 == 0 {
			d.OK, d.Failed = 4, 2
		}
		w.Days = append(w.Days, d)
	}
	if err := s.RecordLook(batchsync.Look{At: time.Now(), Watches: []batchsync.Watch{w}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// failure takes one from its first message to resolved.
func (w *walk) failure(world *studiosim.World) {
	const task = "mysql_coupons_every_4h"
	w.visit("/?user=ana&channel=" + general)
	w.command("/batchsync subscribe " + task)
	w.see("This channel is told of")
	w.trouble(task, "Fail now")
	w.visit("/?user=ana&channel=" + general)
	w.seeCard("Failed: "+task, "Acknowledge")
	w.portrait("50-failed", "Failed: "+task)
	w.clickIn("Failed: "+task, byTestID("incident.ack"))
	w.seeCard("Failed: "+task, "Acknowledged by")
	w.clickIn("Failed: "+task, byTestID("run.log"))
	w.seeCard("Failed: "+task, "2 replies")
	w.clickIn("Failed: "+task, byTestID("open-thread"))
	w.do("see the log in the thread", until(`document.querySelector('#thread').innerText.includes('run failed')`))
	w.picture("51-acknowledged-with-log")
	if err := world.Mend(couponsTask); err != nil {
		w.t.Fatal(err)
	}
	w.visit("/?user=ana&channel=" + general)
	w.clickIn("Failed: "+task, byTestID("run.rerun"))
	w.see("The run is repeated for the same plan time")
	w.next()
	w.see(": started.")
	w.close()
	w.seeCard("Recovered: "+task, "Show Task")
	w.seeCard("Recovered: "+task, fmt.Sprintf("by run %d", w.lastRun(world, couponsTask, studiosim.Success).ID)) // not while it was repeated
	w.seeCard(task, "also sent to the channel")
	w.clickIn("Recovered: "+task, byTestID("open-thread"))
	w.do("see the end in the thread", until(`document.querySelector('#thread').innerText.includes('is well again')`))
	w.picture("52-recovered")
	w.portrait("52b-recovered", "Recovered: "+task)
}

// brokenTables has a run of 40 tables fail for three of them, and the next one
// succeed with an empty table.
func (w *walk) brokenTables(world *studiosim.World) {
	const task = "mysql_erp_40_tables"
	w.visit("/?user=ana&channel=" + general)
	w.command("/batchsync subscribe " + task)
	w.seeCard("This channel is told of", task)
	w.tables(world, func(t *studiosim.Task) {
		t.TableFaults = map[string]string{
			"ods.erp_table_007": "Lock wait timeout exceeded", "ods.erp_table_019": "Unknown column 'changed_at' in 'field list'",
			"ods.erp_table_033": "Access denied for user 'reader'",
		}
	})
	w.seeCard("Failed: "+task, "3 failed")
	w.portrait("53-tables-failed", "Failed: "+task)
	w.tables(world, func(t *studiosim.Task) { t.TableFaults, t.EmptyTables = nil, []string{"ods.erp_table_012"} })
	w.seeCard("not for all tables: "+task, "1 empty")
	w.portrait("54-table-empty", "not for all tables: "+task)
	w.trouble(task, "Recover now")
	w.visit("/?user=ana&channel=" + general)
	w.seeCard("Recovered: "+task, "Show Task")
	w.portrait("55-tables-recovered", "Recovered: "+task)
}

// tables has the task of 40 tables run with that trouble.
func (w *walk) tables(world *studiosim.World, change func(*studiosim.Task)) {
	w.t.Helper()
	if err := world.ChangeTask(wideTask, change); err != nil {
		w.t.Fatal(err)
	}
	if err := (&studio{world: world}).run(time.Second, wideTask); err != nil {
		w.t.Fatal(err)
	}
}

// sourceDown takes a data source with many tasks away: that is one message.
func (w *walk) sourceDown(*studiosim.World) {
	w.visit("/?user=ana&channel=" + dataSync)
	w.command("/batchsync subscribe source:aliyun_mysql")
	w.see("This channel is told of")
	w.trouble("aliyun_mysql", "Break")
	w.visit("/?user=ana&channel=" + dataSync)
	w.seeCard("Source aliyun_mysql: 8 tasks in trouble", "Acknowledge All")
	w.portrait("56-source", "Source aliyun_mysql: 8 tasks")
	w.clickIn("Source aliyun_mysql", byTestID("alert.ack"))
	w.seeCard("Source aliyun_mysql", "Acknowledged: 8 of 8")
	w.trouble("aliyun_mysql", "Mend")
	w.visit("/?user=ana&channel=" + dataSync)
	w.seeCard("Recovered: Source aliyun_mysql: 8 tasks", "Recovered")
	w.portrait("57-source-recovered", "Recovered: Source aliyun_mysql")
}

// stormy has many tasks of several sources fail at once: that is one message too.
func (w *walk) stormy(world *studiosim.World) {
	for n, of := range []struct {
		source int64
		table  string
	}{{5003, "public.users"}, {5003, "hr.employees"}, {5006, "shop-exports.reviews/reviews.parquet"}, {5007, "partner-feed.daily/feed.csv"}, {5007, "partner-feed.daily/feed.csv"}} {
		if err := copied(world, fmt.Sprintf("storm_%d", n+1), of.source, of.table); err != nil {
			w.t.Fatal(err)
		}
	}
	w.visit("/?user=ana&channel=" + closed)
	w.command("/batchsync subscribe *")
	w.see("This channel is told of all tasks")
	w.trouble("Platform", "Fail many tasks, each by itself")
	w.visit("/?user=ana&channel=" + closed)
	w.seeCard("Storm: 1", "Acknowledge All")
	w.portrait("58-storm", "Storm: 1")
	w.picture("58b-storm")
	w.command("/batchsync incidents")
	w.see("worst first.")
	w.portrait("59-incidents", "Open incidents")
	w.visit("/?user=ana&view=home")
	w.see("Open incidents")
	w.picture("60-home-incidents")
	w.trouble("Platform", "Recover everything")
	w.visit("/?user=ana&channel=" + closed)
	w.seeCard("Recovered: Storm: 1", "Recovered")
	w.portrait("61-storm-over", "Recovered: Storm: 1")
}

// copied adds a deployed task like another one that reads from another source.
func copied(world *studiosim.World, name string, source int64, table string) error {
	t, err := world.Task(couponsTask)
	if err != nil {
		return err
	}
	draft, published := *t.Draft, *t.Published
	t.Content = &studiosim.Integration{Kind: "single", Source: source, Sink: t.Content.Sink, Tables: []studiosim.Pair{{Source: table, Sink: "ods." + name}}, Columns: t.Content.Columns}
	t.ID, t.Name, t.Draft, t.Published, t.PublishedAt = 0, name, &draft, &published, time.Now().UnixMilli()
	_, err = world.AddTask(t)
	return err
}

// digest asks for one a minute ago, which is soon enough to come today.
func (w *walk) digest(*studiosim.World) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		w.t.Fatal(err)
	}
	w.visit("/?user=ana&channel=" + closed)
	w.command("/batchsync subscribe * digest " + time.Now().In(zone).Format("15:04"))
	w.seeCard("Digest of", "the bot is at work")
	w.portrait("62-digest", "the bot is at work")
}

// lists looks at the subscriptions and keeps news back for an hour.
func (w *walk) lists(*studiosim.World) {
	w.visit("/?user=ana&channel=" + closed)
	w.command("/batchsync quiet source:aliyun_mysql +0m +1h moving the database")
	w.see("Quiet now for")
	w.portrait("63-quiet", "Quiet now for")
	w.command("/batchsync subscriptions")
	w.seeCard("What this channel is told", "Unsubscribe")
	w.portrait("64-subscriptions", "What this channel is told")
	w.command("/batchsync quiet")
	w.seeCard("Quiet windows", "End Quiet")
	w.clickIn("Quiet windows", byTestID("quiet.end"))
	w.see("is over. What is wrong is told now.")
	w.picture("65-quiet-ended")
}

// rehearsal makes up a failure.
func (w *walk) rehearsal(*studiosim.World) {
	w.visit("/?user=adam&channel=" + general)
	w.command("/batchsync rehearse")
	w.see("Failed: rehearsal")
	w.portrait("66-rehearsal", "Failed: rehearsal")
	w.see("Recovered: rehearsal")
	w.picture("67-rehearsal-over")
}

// platformAway takes the platform away and brings it back.
func (w *walk) platformAway(*studiosim.World) {
	w.trouble("Platform", "Make it unreachable")
	w.visit("/?user=ana&channel=" + general)
	w.seeCard("Platform unreachable", "Next:")
	w.portrait("68-unreachable", "Platform unreachable")
	w.trouble("Platform", "Bring it back")
	w.visit("/?user=ana&channel=" + general)
	w.seeCard("Recovered: the platform answers again", "Told")
	w.picture("69-platform-back")
}

// trouble presses a button of the control page, in the row of that name.
func (w *walk) trouble(row, button string) {
	w.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(%q)].find(b => b.innerText === %q && (!b.closest('tr') || b.closest('tr').cells[0].innerText === %q))`, "button", button, row)
	w.do("open the control page", chromedp.Navigate(w.base+"/studio/control"), visible("h1"))
	w.do("press "+button+" of "+row, until(find+" !== undefined"), evaluate(find+".click()"))
	w.do("see it done", visible(`[role="status"]`))
	w.see("Done.")
}
