package batchsync

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func likeView(c *Content, cron string) TaskView {
	return TaskView{
		Ref: TaskRef{ID: 1, Name: "orders", Folder: 8}, FolderPath: "data_sync/mysql", Zone: "Asia/Shanghai", Content: c,
		Draft: &DraftSchedule{Cron: cron, VCluster: "sync_vc"},
	}
}

func keysSaid(all []Text) string {
	var out []string
	for _, t := range all {
		out = append(out, string(t.Key))
	}
	return strings.Join(out, " ")
}

func TestDraft_Like(t *testing.T) {
	t.Parallel()
	const daily = "0 30 03 * * ? *"
	from, to := Datasource{ID: 11, Name: "shop_mysql"}, Datasource{ID: 90, Name: "lake"}
	content := func(scope Scope, mode WriteMode, pairs ...TablePair) *Content {
		c := &Content{Source: from, Target: to, Scope: scope, WriteMode: mode, Pairs: pairs}
		if len(pairs) > 0 {
			c.SourceSchema, _, _ = strings.Cut(pairs[0].Source, ".")
		}
		return c
	}
	whole := content(ScopeWhole, Overwrite)
	whole.SourceSchema, whole.SchemaRule, whole.TableRule = "shop", "ods", "shop_{SOURCE_TABLE}"
	tuned := content(ScopeSingle, Append, TablePair{"shop.orders", "ods.orders"})
	tuned.Where, tuned.Parallel, tuned.Rate = "id > 7", 4, 20
	asSetUp := content(ScopeSingle, Overwrite, TablePair{"shop.orders", "ods.orders"})
	asSetUp.Parallel, asSetUp.Rate = 1, 1
	upserting := content(ScopeMulti, "upsert", TablePair{"shop.orders", "ods.orders"}, TablePair{"shop.customers", "ods.customers"})
	upserting.KeyedMode = "upsert"
	gone := content(ScopeSingle, Overwrite, TablePair{"shop.orders", "ods.orders"})
	gone.Source.ID = 777
	for _, tt := range []struct {
		name    string
		content *Content
		cron    string
		line    string // of the whole draft
		untold  string
		open    Step
	}{
		{"single", content(ScopeSingle, Overwrite, TablePair{"shop.orders", "ods.orders"}), daily,
			"shop_mysql shop.orders -> ods.orders overwrite daily 03:30 zone=Asia/Shanghai lake=lake folder=data_sync/mysql vc=sync_vc name=sync_shop_orders_daily", "", StepReview},
		{"single as set up", asSetUp, daily, "shop_mysql shop.orders -> ods.orders overwrite daily 03:30 zone=Asia/Shanghai lake=lake folder=data_sync/mysql vc=sync_vc name=sync_shop_orders_daily", "", StepReview},
		{"single with settings", tuned, daily,
			`shop_mysql shop.orders -> ods.orders append daily 03:30 zone=Asia/Shanghai lake=lake folder=data_sync/mysql vc=sync_vc name=sync_shop_orders_daily where="id > 7" parallel=4 rate=20`, "", StepReview},
		{"several", content(ScopeMulti, Overwrite, TablePair{"shop.orders", "ods.orders"}, TablePair{"shop.customers", "ods.customers"}), daily,
			"shop_mysql shop.orders,customers -> ods.* overwrite daily 03:30", "", StepReview},
		{"several renamed", content(ScopeMulti, Overwrite, TablePair{"shop.orders", "ods.s_orders"}, TablePair{"shop.customers", "ods.s_customers"}), daily,
			"shop_mysql shop.orders,customers -> ods.s_{SOURCE_TABLE} overwrite", "", StepReview},
		{"renamed without a rule", content(ScopeMulti, Overwrite, TablePair{"shop.orders", "ods.a"}, TablePair{"shop.customers", "ods.b"}), daily,
			"shop_mysql shop.orders,customers -> ods.*", "like.names", StepReview},
		{"merge", content(ScopeMulti, Overwrite, TablePair{"shop.orders", "ods.all"}, TablePair{"shop.order_items", "ods.all"}), daily,
			"shop_mysql shop.orders,order_items => ods.all overwrite", "like.merge", StepReview},
		{"whole", whole, daily, "shop_mysql shop.* -> ods.shop_{SOURCE_TABLE} overwrite", "", StepReview},
		{"unknown mode", upserting, daily, "shop_mysql shop.orders,customers -> ods.* daily", "like.write_mode like.keyed_mode", StepSource},
		{"two schemas", content(ScopeMulti, Overwrite, TablePair{"shop.orders", "ods.orders"}, TablePair{"crm.people", "ods.people"}), daily,
			"shop_mysql ?.? -> ?.*", "like.schemas", StepTables},
		{"source is gone", gone, daily, "? shop.orders -> ods.orders", "like.source_gone", StepSource},
		{"strange cron", content(ScopeSingle, Overwrite, TablePair{"shop.orders", "ods.orders"}), "0 0 3,5 ? * 2 *",
			"shop_mysql shop.orders -> ods.orders overwrite zone=UTC", "like.schedule", StepSchedule},
		{"never scheduled", content(ScopeSingle, Overwrite, TablePair{"shop.orders", "ods.orders"}), "",
			"shop_mysql shop.orders -> ods.orders overwrite zone=UTC", "like.no_schedule", StepSchedule},
		{"no content", nil, daily, "? ?.? -> ods.?", "like.content", StepSource},
		{"content with nothing in it", &Content{}, daily, "? ?.? -> ?.?", "like.source_gone like.source_gone like.tables like.write_mode", StepSource},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			facts := goodFacts()
			facts.Tables, facts.Schemas = nil, nil
			d := NewDraft("d1", "U1", "C1", Defaults{Zone: "UTC", TargetSchema: "ods"}, actAt)
			was := encode(t, d)
			got, untold := d.Like(likeView(tt.content, tt.cron), facts)
			if line := strings.Replace(LineOf(got.Spec()), " kind=mysql", "", 1); !strings.HasPrefix(line, tt.line) || tt.name == "single as set up" && line != tt.line {
				t.Errorf("line\n%s\nwant\n%s", line, tt.line)
			}
			if said := keysSaid(untold); said != tt.untold {
				t.Errorf("said %q, want %q", said, tt.untold)
			}
			if open := got.FirstOpen(facts, actAt); open != tt.open {
				t.Errorf("first open is %s, want %s", open, tt.open)
			}
			if encode(t, d) != was {
				t.Error("the draft it was asked of changed")
			}
		})
	}
}

// Without the platform's list the data sources are those of the task.
func TestDraft_Like_NoList(t *testing.T) {
	t.Parallel()
	c := &Content{Source: Datasource{ID: 11, Name: "shop_mysql"}, Target: Datasource{ID: 90, Name: "lake"}, Scope: ScopeSingle, WriteMode: Overwrite,
		SourceSchema: "shop", Pairs: []TablePair{{"shop.orders", "ods.orders"}}}
	d, untold := NewDraft("d1", "U1", "C1", Defaults{}, actAt).Like(likeView(c, "0 30 03 * * ? *"), Facts{})
	if s := d.Spec(); s.Source.ID != 11 || s.Target.ID != 90 || s.Kind != "" || len(untold) > 0 || d.FirstOpen(Facts{}, actAt) != StepSource {
		t.Errorf("got %+v, said %v", s, untold)
	}
}

// Every schedule that the picker makes is taken over whole.
func TestSchedule_Answers(t *testing.T) {
	t.Parallel()
	for _, s := range []Schedule{
		{Every: Daily, Hour: 2, Minute: 5, Zone: "UTC"},
		{Every: Weekly, Hour: 23, Weekdays: []time.Weekday{0, 1, 5}, Zone: "UTC"},
		{Every: Monthly, Day: 31, Minute: 59, Zone: "UTC"},
		{Every: Hours, Step: 6, Hour: 1, Minute: 30, Zone: "UTC"},
		{Every: Hours, Step: 1, Minute: 7, Zone: "UTC"},
		{Every: Hours, Step: 3, Hour: 8, Last: 20, Zone: "UTC"},
		{Every: Minutes, Step: 15, Zone: "UTC"},
	} {
		read, ok := ReadSchedule(s.Cron().Stored, "UTC")
		if !ok {
			t.Fatalf("%+v cannot be read back", s)
		}
		d := NewDraft("d1", "U1", "C1", Defaults{}, actAt).filled(read.answers())
		if got := d.Spec().Schedule; got.Cron().Stored != s.Cron().Stored || got.Zone != "UTC" {
			t.Errorf("%+v becomes %+v", s, got)
		}
	}
}

func TestFreeName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", MaxNameRunes)
	for _, tt := range []struct {
		name  string
		taken []string
		want  string
	}{
		{"a", nil, "a"},
		{"a", []string{"b", "a_2"}, "a"},
		{"a", []string{"A", "a_2"}, "a_3"},
		{long, []string{long}, strings.Repeat("长", MaxNameRunes-8) + "_2"},
	} {
		if got := FreeName(tt.name, tt.taken); got != tt.want {
			t.Errorf("FreeName(%.10q, %.10q) = %q, want %q", tt.name, tt.taken, got, tt.want)
		}
	}
}

func TestLineProblem_Corrections(t *testing.T) {
	t.Parallel()
	facts := goodFacts()
	d := NewDraft("d1", "U1", "C1", Defaults{Zone: "Asia/Shanghai"}, actAt)
	problems := func(line string) []LineProblem {
		l, found := ParseLine(line)
		_, more := l.Answers(d, facts, actAt)
		return append(found, more...)
	}
	for _, tt := range []struct{ name, line, want string }{
		{"source", "shop_mysq shop.orders -> ods.orders daily 02:00", "shop_mysql shop.orders -> ods.orders daily 02:00"},
		{"table", "shop_mysql shop.oders -> ods.orders", "shop_mysql shop.orders -> ods.orders"},
		{"one of the tables", "shop_mysql shop.orders,custmers -> ods", "shop_mysql shop.orders,customers -> ods"},
		{"schema", "shop_mysql shp.orders -> ods.orders", "shop_mysql shop.orders -> ods.orders"},
		{"cluster", "shop_mysql shop.orders -> ods.orders vc=sync_v", "shop_mysql shop.orders -> ods.orders vc=sync_vc"},
		{"folder", "shop_mysql shop.orders -> ods.orders folder=data_sync/mysq", "shop_mysql shop.orders -> ods.orders folder=data_sync/mysql"},
		{"word", "shop_mysql shop.orders -> ods.orders dayly 02:00", "shop_mysql shop.orders -> ods.orders daily 02:00"},
		{"many into one", "shop_mysql shop.orders,customers -> ods.all", "shop_mysql shop.orders,customers -> ods.*"},
		{"nothing near", "shop_mysql shop.zzzzzzzz -> ods.orders", ""},
		{"place is not clear", "custmers shop.custmers -> ods.custmers", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			found := problems(tt.line)
			if len(found) == 0 {
				t.Fatal("nothing is wrong")
			}
			var all []string
			for _, p := range found {
				all = append(all, p.Corrections(tt.line, func(c string) bool { return len(problems(c)) < len(found) })...)
			}
			if tt.want == "" && tt.name == "nothing near" && len(all) > 0 || tt.want != "" && !slices.Contains(all, tt.want) {
				t.Errorf("%+v is corrected to %q, want %q", found, all, tt.want)
			}
		})
	}
}

// A draft like another task says what of it cannot be any more, and not what is
// only open.
func TestDraft_Wrong(t *testing.T) {
	t.Parallel()
	d := draftAt(t, StepPlace)
	d.Answers[FieldVCluster] = one("DEFAULT")
	delete(d.Answers, FieldFolder)
	delete(d.Answers, FieldName)
	if got, want := wrong(d.Wrong(goodFacts(), actAt)), "vcluster=field.vcluster_type"; got != want {
		t.Errorf("Wrong() = %q, want %q", got, want)
	}
	d.Step = StepSchedule
	if got := d.Wrong(goodFacts(), actAt); len(got) != 0 {
		t.Errorf("another screen's: %v", got)
	}
}
