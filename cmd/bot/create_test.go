package main

import (
	"strings"
	"testing"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// TestCreate walks the wizard for every scope, from the command to the
// deployed task.
func TestCreate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		task   string
		answer func(p *person)
		check  func(t *testing.T, s *stage, task studiosim.Task)
	}{
		{"single table", "e2e_single", answerSingle("e2e_single"), func(t *testing.T, s *stage, task studiosim.Task) {
			if task.Type != 10 || task.Content == nil || len(task.Content.Tables) != 1 || task.Content.Tables[0].Sink != "ods.orders" {
				t.Errorf("content: got %+v", task.Content)
			}
			if got := task.Published.Cron; got != "0 30 03 * * ? *" {
				t.Errorf("schedule: got %q", got)
			}
		}},
		{"chosen tables", "e2e_multi", answerMulti("e2e_multi"), func(t *testing.T, s *stage, task studiosim.Task) {
			if task.Type != 291 || task.Content == nil || len(task.Content.Tables) != 3 {
				t.Errorf("content: got %+v", task.Content)
			}
		}},
		{"whole database", "e2e_whole", answerWhole("e2e_whole"), func(t *testing.T, s *stage, task studiosim.Task) {
			if task.Type != 291 || task.Content == nil || task.Content.Kind != "whole_db" || task.Content.SchemaRule != "ods" || task.Content.TableRule != "{SOURCE_TABLE}" {
				t.Errorf("content: got %+v", task.Content)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.start()
			ana := s.as(t, "ana")
			ana.open()
			c.answer(ana)
			s.card(t, slacksim.General, c.task, "Ready")
			made := s.made(t, c.task)
			if len(made) != 1 {
				t.Fatalf("made %d tasks of that name, want 1", len(made))
			}
			task := made[0]
			if !task.Online || task.Published == nil || task.Published.VC != "sync_vc" || task.Published.Rerun != 1 {
				t.Errorf("not deployed as asked: %+v", task)
			} else {
				c.check(t, s, task)
			}
			s.clean()
		})
	}
}

// TestCreate_Merge needs a person in Studio between the two halves.
func TestCreate_Merge(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.start()
	ana := s.as(t, "ana")
	ana.open()
	answerMerge("e2e_merge")(ana)
	card := s.card(t, slacksim.General, "e2e_merge", "Waiting for you", "Check Again")
	made := s.made(t, "e2e_merge")
	if len(made) != 1 || made[0].Online {
		t.Fatalf("before Studio: got %+v", made)
	}

	// Pressing without having done anything says so and stays.
	if _, err := ana.actor.Click(within(t, ackWait), card, "Check Again"); err != nil {
		t.Fatal(err)
	}
	card, err := s.slack.WaitMessage(within(t, storyWait), slacksim.General, func(m slacksim.Message) bool {
		return m.TS == card.TS && m.Edits > card.Edits && strings.Contains(m.AllText(), "Waiting for you")
	})
	must(t, err)

	must(t, s.world.ConfigureInStudio(made[0].ID, studiosim.Integration{
		Kind: "merge", Source: 5002, Sink: 5001, WriteMode: "OVERWRITE", PKMode: "OVERWRITE", NonPKMode: "OVERWRITE",
		Tables: []studiosim.Pair{{Source: "shop.orders", Sink: "ods.all_orders"}, {Source: "shop.order_items", Sink: "ods.all_orders"}},
	}))
	if _, err := ana.actor.Click(within(t, ackWait), card, "Check Again"); err != nil {
		t.Fatal(err)
	}
	s.card(t, slacksim.General, "e2e_merge", "Ready")
	if made = s.made(t, "e2e_merge"); len(made) != 1 || !made[0].Online {
		t.Errorf("after Studio: got %+v", made)
	}
	s.clean()
}

func sourceScreen(p *person, scope string) {
	p.step(1)
	p.set("kind", "mysql")
	p.pick("source", "aliyun_mysql")
	if scope != "single" { // chosen already
		p.set("scope", scope)
	}
	p.next()
	p.step(2)
}

func place(p *person, task string) {
	p.next()
	p.step(3)
	p.typeIn("time", "03:30")
	p.next()
	p.step(4)
	p.pick("folder", "data_sync/mysql")
	p.pick("vcluster", "sync_vc")
	p.typeIn("name", task)
	p.next()
	p.step(5)
	p.next()
}

func answerSingle(task string) func(*person) {
	return func(p *person) {
		sourceScreen(p, "single")
		p.pick("source_schema", "shop")
		p.pick("tables", "orders")
		p.pick("target", "LAKEHOUSE_ecommerce")
		p.typeIn("target_table", "orders")
		place(p, task)
	}
}

func answerMulti(task string) func(*person) {
	return func(p *person) {
		sourceScreen(p, "multi")
		p.pick("source_schema", "shop")
		p.pick("tables", "orders", "customers", "products")
		p.pick("target", "LAKEHOUSE_ecommerce")
		place(p, task)
	}
}

func answerWhole(task string) func(*person) {
	return func(p *person) {
		sourceScreen(p, "whole_db")
		p.pick("source_schema", "crm")
		p.pick("target", "LAKEHOUSE_ecommerce")
		place(p, task)
	}
}

func answerMerge(task string) func(*person) {
	return func(p *person) {
		sourceScreen(p, "merge")
		p.pick("source_schema", "shop")
		p.pick("tables", "orders", "order_items")
		p.pick("target", "LAKEHOUSE_ecommerce")
		p.typeIn("target_table", "all_orders")
		place(p, task)
	}
}
