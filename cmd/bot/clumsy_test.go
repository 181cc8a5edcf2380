package main

import (
	"fmt"
	"strings"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// typed types a command and waits for the screen that follows; whatever stood
// there before is closed.
func (p *person) typed(line string, words ...string) slacksim.View {
	p.t.Helper()
	if was, open := p.slack.View(p.name); open {
		_, err := p.actor.CloseView(within(p.t, ackWait), was)
		must(p.t, err)
	}
	return p.modal(line, words...)
}

// TestClumsy has lists that are far too long or empty, and a platform that tells
// nothing or what does not fit: every screen can be drawn and left, and says why.
func TestClumsy(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var all []studiosim.SourceTable
	var names []string
	for i := range 300 {
		names = append(names, fmt.Sprintf("t_%03d", i))
		all = append(all, studiosim.SourceTable{Name: names[i]})
	}
	must(t, s.world.ChangeDatasource(5002, func(d *studiosim.Datasource) {
		d.Catalogs = append(d.Catalogs, studiosim.Catalog{Name: "many", Tables: all}, studiosim.Catalog{Name: "bare"})
	}))
	s.start()
	ana := s.as(t, "ana")
	const rest = " daily 03:30 vc=sync_vc folder=data_sync/mysql lake=LAKEHOUSE_ecommerce name=e2e_clumsy"

	// More tables than a menu shows as chosen.
	v := ana.typed("/batchsync new aliyun_mysql many."+strings.Join(names, ",")+" -> ods.*"+rest, "Step 5 of 5")
	for _, step := range []int{4, 3, 2} {
		_, err := ana.actor.Click(within(t, ackWait), v, "Back")
		must(t, err)
		v = ana.step(step)
	}
	if !strings.Contains(v.AllText(), "Chosen: 300") {
		t.Errorf("300 tables: %s", v.AllText())
	}
	ana.next()
	ana.step(3)

	// A schema without tables.
	v = ana.typed("/batchsync new aliyun_mysql bare.? -> ods.x"+rest, "Step 2 of 5")
	until(t, "that the schema is empty", func() bool {
		options, err := ana.actor.Suggest(within(t, ackWait), v, "field.tables", "")
		must(t, err)
		return len(options) == 1 && options[0].Text == "This schema has no tables"
	})
	ana.typed("/batchsync new aliyun_mysql bare.* -> ods"+rest, ":x:", "Schema bare has no tables")

	// A condition that is more than one.
	ana.typed("/batchsync new aliyun_mysql shop.orders -> ods.orders where=\"1=1 union select 1\""+rest, "UNION would end the condition")

	// A task on a cluster that no sync can run on.
	ana.typed("/batchsync new like sync_pg_novc", "Step 4 of 5", "Cluster DEFAULT is of type GENERAL")

	if made := s.effects(t, "create "); len(made) != 0 {
		t.Errorf("made %q", made)
	}
	s.clean()
}
