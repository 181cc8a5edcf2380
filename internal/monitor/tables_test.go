package monitor

import (
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// lookUp makes what the last look planned, of a platform that says what the test
// does, and decides on it. It returns what was said.
func (d *desk) lookUp(p Details) []batchsync.TextKey {
	d.t.Helper()
	d.said = nil
	d.m.work.p = p
	queue := d.m.work.queue
	d.m.work.queue = nil
	for _, i := range queue {
		d.m.work.make(d.t.Context(), i)
	}
	d.m.again(d.t.Context(), d.now)
	return d.said
}

// shrunk is a desk of a table that has had 1,000 rows, at the end of the run that
// left it with 400.
func shrunk(t *testing.T) (*desk, *details) {
	d := newDesk(t)
	p := &details{
		content:  batchsync.Content{Source: batchsync.Datasource{Name: "mysql"}, Pairs: []batchsync.TablePair{{Source: "a.orders", Sink: "ods.orders"}}},
		deployed: []batchsync.Deployed{{Online: true, Cron: "0 00 02 1 * ? *"}},
	}
	d.m.cfg.RowDrop = 50
	d.night(p, 1, 1000)
	d.open()
	d.night(p, 2, 400)
	d.open("7 tables 2")
	return d, p
}

// night lets a day pass and a run leave a table with so many rows, and returns
// what was said.
func (d *desk) night(p *details, run int64, rows int64) (said []batchsync.TextKey) {
	d.t.Helper()
	d.now = d.now.Add(24 * time.Hour)
	r := planned(run, 7, midday.Sub(d.now)+10*time.Minute, ok)
	d.p.set(r)
	p.figures = []batchsync.TableFigures{{Table: "ods.orders", Exists: true, Rows: rows}}
	for range 6 {
		said = append(said, d.look()...)
		said = append(said, d.lookUp(p)...)
	}
	return said
}

// A table that lost rows for good is told once, and then the new level counts.
func TestTables_ShrunkForGood(t *testing.T) {
	t.Parallel()
	d, p := shrunk(t)
	if said := d.night(p, 3, 402); !slices.Equal(said, []batchsync.TextKey{"incident.reply_stays"}) {
		t.Errorf("the second night at the new level says %q", said)
	}
	d.open()
	if i := d.last(); i.Ending != batchsync.EndedStays || i.EndedBy != 3 {
		t.Errorf("ended as %s by run %d", i.Ending, i.EndedBy)
	}
	if said := d.night(p, 4, 404); len(said) != 0 {
		t.Errorf("the third says %q", said)
	}
	d.night(p, 5, 150)
	d.open("7 tables 5")
}

// What comes back is a recovery, and what goes on falling is not over.
func TestTables_Shrunk(t *testing.T) {
	t.Parallel()
	d, p := shrunk(t)
	d.night(p, 3, 1000)
	d.open()
	if i := d.last(); i.Ending != batchsync.EndedRecovered {
		t.Errorf("with all rows again, ended as %s", i.Ending)
	}
	d, p = shrunk(t)
	d.night(p, 3, 120)
	d.open("7 tables 3")
}

// A level that nobody was told of is not the usual one, however long it lasts.
func TestTables_ShrunkInAQuietWindow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.known.Quiet = []batchsync.Quiet{{ID: "q", Selector: batchsync.Selector{Kind: batchsync.SelectAll}, From: midday.Add(25 * time.Hour), To: midday.Add(130 * time.Hour)}}
	p := &details{content: batchsync.Content{Pairs: []batchsync.TablePair{{Source: "a.orders", Sink: "ods.orders"}}}, deployed: []batchsync.Deployed{{Online: true, Cron: "0 00 02 1 * ? *"}}}
	d.m.cfg.RowDrop = 50
	d.night(p, 1, 1000)
	for run := range int64(4) {
		d.night(p, run+2, 400)
		d.open("7 tables " + batchsync.RunID(run+2).String())
	}
	d.now = midday.Add(130 * time.Hour)
	d.look()
	if len(d.known.Alerts) != 1 {
		t.Errorf("at the end of the window there are %d messages", len(d.known.Alerts))
	}
	d.night(p, 6, 400)
	d.open()
}

// While nobody names the tables of a whole database, it is asked for them once a
// day, what was told of them is not over, and no recovery waits for them.
func TestTables_Unnamed(t *testing.T) {
	t.Parallel()
	d, p := shrunk(t)
	named := p.content
	p.content, p.calls = batchsync.Content{Scope: batchsync.ScopeWhole, Source: named.Source, SourceSchema: "a"}, nil
	if said := d.night(p, 3, 1000); len(said) != 0 {
		t.Errorf("a run of unnamed tables says %q", said)
	}
	d.open("7 tables 2")
	if w := d.watch[7]; w.Checked != 3 || !w.Unnamed || w.Good["ods.orders"] != 1000 {
		t.Errorf("known is %+v", w)
	}
	p.calls = slices.DeleteFunc(p.calls, func(c string) bool { return c != "Content" && c != "Tables" && c != "TableFigures" })
	if !slices.Equal(p.calls, []string{"Content"}) {
		t.Errorf("looked up: %v", p.calls)
	}
	p.content = named
	d.night(p, 4, 1000)
	d.open()
	if i := d.last(); i.EndedBy != 4 {
		t.Errorf("ended as %s by run %d", i.Ending, i.EndedBy)
	}

	d = newDesk(t)
	p = &details{content: whole, deployed: []batchsync.Deployed{{Online: true, Cron: "0 00 02 1 * ? *"}}}
	d.p.set(planned(1, 7, time.Hour, bust))
	d.look()
	d.lookUp(p)
	d.open("7 failed 1")
	d.p.change(1, ok, d.now)
	d.look()
	d.open("7 failed 1")
	d.lookUp(p)
	d.open()
}
