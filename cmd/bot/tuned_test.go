package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestCreate_Tuned walks the wizard with More Options: a mirror of chosen tables
// with a naming rule, appended to, four at once. What was asked for is what the
// platform holds, and what the bot tells of it afterwards.
func TestCreate_Tuned(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	ana.open()
	ana.step(1)
	ana.set("kind", "mysql")
	ana.pick("source", "aliyun_mysql")
	ana.set("scope", "multi")
	ana.saying("created automatically")
	ana.set("write_mode", "append")
	ana.saying("every run adds ALL rows once more")
	ana.next()
	ana.step(2)
	ana.pick("source_schema", "shop")
	ana.pick("tables", "orders", "customers", "products")
	ana.pick("target", "LAKEHOUSE_ecommerce")
	v, _ := ana.slack.View("ana")
	if strings.Contains(v.AllText(), "Concurrency") {
		t.Error("the questions of the tuning are asked unbidden")
	}
	_, err := ana.actor.Click(within(t, ackWait), v, "More Options")
	must(t, err)
	v = ana.saying("Concurrency", "Write mode of tables with a primary key")
	_, err = ana.actor.Type(within(t, ackWait), v, "field.target_table", "{SOURCE_DATABASE}_{SOURCE_TABLE}")
	must(t, err)
	ana.saying("Names in the target (3 tables)", "ods.shop_orders")
	ana.set("parallel", "4")
	ana.set("keyed_mode", "append")
	ana.next()
	ana.step(3)
	ana.saying("choose a time of low load")
	ana.typeIn("time", "03:30")
	ana.next()
	ana.step(4)
	ana.pick("folder", "data_sync/mysql")
	ana.pick("vcluster", "sync_vc")
	ana.typeIn("name", "e2e_tuned")
	ana.next()
	ana.step(5)
	ana.saying("Then set", "concurrency 4", "ods.shop_customers")
	ana.next()
	s.card(t, slacksim.General, "e2e_tuned", "Ready")

	made := s.made(t, "e2e_tuned")
	if len(made) != 1 || !made[0].Online || made[0].Content == nil {
		t.Fatalf("made: got %+v", made)
	}
	c := made[0].Content
	want := []studiosim.Pair{
		{Source: "shop.orders", Sink: "ods.shop_orders"}, {Source: "shop.customers", Sink: "ods.shop_customers"},
		{Source: "shop.products", Sink: "ods.shop_products"},
	}
	byName := func(a, b studiosim.Pair) int { return strings.Compare(a.Source, b.Source) }
	slices.SortFunc(want, byName)
	got := slices.Clone(c.Tables)
	slices.SortFunc(got, byName)
	if !slices.Equal(got, want) || c.NonPKMode != "APPEND" || c.PKMode != "APPEND" || c.Parallel != 4 {
		t.Errorf("content: got %+v", c)
	}
	id := fmt.Sprint(made[0].ID)
	ana.ask("/batchsync config "+id, "Configuration of e2e_tuned", "The content is as it was asked for", "Incremental append", "3 of them with another name")
	ana.ask("/batchsync mapping e2e_tuned", "The task copies 3 tables. Choose one.")
	ana.ask("/batchsync mapping e2e_tuned shop_orders", "shop.orders", "ods.shop_orders", "The target table does not exist yet.")
	ana.ask("/batchsync mapping "+id+" nothing", "is called nothing")
	s.clean()
}

// TestConfig_Changed sees what somebody changed elsewhere.
func TestConfig_Changed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, ana := s.review(t, "e2e_config")
	ana.create()
	s.card(t, slacksim.General, "e2e_config", "Ready")
	made := s.made(t, "e2e_config")
	if len(made) != 1 {
		t.Fatalf("made %d tasks", len(made))
	}
	changed := *made[0].Content
	changed.Where, changed.WriteMode = "id > 7", "APPEND"
	must(t, s.world.ConfigureInStudio(made[0].ID, changed))
	ana.ask("/batchsync config e2e_config", "id &gt; 7", "The filter of the source changed.", "Deployed schedule")
	m := ana.ask("/batchsync mapping e2e_config", "shop.orders", "(key)")
	_, err := ana.actor.Click(within(t, ackWait), m, "Configuration")
	must(t, err)
	s.clean()
}

// TestKill_BetweenCommands cuts the power around the two commands that set up
// a content: both take effect in the end, and one task is deployed once. The
// first may be repeated, as it replaces a content that no run has seen.
func TestKill_BetweenCommands(t *testing.T) {
	t.Parallel()
	for _, at := range []struct{ when, command string }{
		{"after", "task integration setup"}, {"before", "task integration edit"}, {"after", "task integration edit"},
	} {
		t.Run(at.when+" "+at.command, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			program := "CZ_CLI=" + s.program(t, deadly)
			draft := reviewed("draft1", slacksim.Ana, "e2e_between")
			draft.Answers[batchsync.FieldParallel] = []batchsync.Choice{{Value: "4"}}
			draft.Answers[batchsync.FieldWhere] = []batchsync.Choice{{Value: "id > 7"}}
			s.seed(t, draft)
			b, ana := s.start(program), s.as(t, "ana")
			ana.resume()
			v := ana.step(5)
			must(t, os.WriteFile(filepath.Join(s.dir, at.when), nil, 0o600))
			must(t, os.WriteFile(filepath.Join(s.dir, "trap"), []byte(at.command), 0o600))
			_, err := ana.actor.Submit(within(t, ackWait), v)
			must(t, err)
			s.ended(t, b)
			b = s.start(program)
			s.card(t, slacksim.General, "e2e_between", "Ready")
			b.stop(t)
			made := s.made(t, "e2e_between")
			if len(made) != 1 || !made[0].Online || made[0].Content == nil || made[0].Content.Parallel != 4 || made[0].Content.Where != "id > 7" {
				t.Errorf("made %+v", made)
			}
			if got := s.effects(t, "deploy "); len(got) != 1 {
				t.Errorf("deployed %d times, want once", len(got))
			}
			s.clean()
		})
	}
}
