package batchsync

import (
	"strings"
	"testing"
)

func textKeys(all []Text) string {
	var out []string
	for _, t := range all {
		out = append(out, string(t.Key))
	}
	return strings.Join(out, " ")
}

func TestSpec_Strayed(t *testing.T) {
	t.Parallel()
	single := singleSpec().with(func(s *Spec) { s.Where = "id > 1" })
	several := multiSpec("Orders", "items")
	shown := func(s Spec) Content {
		return Content{Source: s.Source, Target: s.Target, Scope: s.Scope, WriteMode: s.WriteMode, Pairs: s.Pairs(), Where: s.Where, Parallel: 4}
	}
	tests := []struct {
		name   string
		spec   Spec
		change func(*Content)
		want   string
	}{
		{"as asked", single, func(*Content) {}, ""},
		{"several as asked, in another case", several, func(c *Content) { c.Pairs[0].Sink = strings.ToLower(c.Pairs[0].Sink) }, ""},
		{"nothing told", single, func(c *Content) { *c = Content{Scope: ScopeSingle, Where: "id > 1"} }, ""},
		{"filter gone", single, func(c *Content) { c.Where = "" }, "changed.where"},
		{"another target", single, func(c *Content) { c.Target.ID++ }, "changed.datasource"},
		{"a table less", several, func(c *Content) { c.Pairs = c.Pairs[:1] }, "changed.tables_gone"},
		{"another table", single, func(c *Content) { c.Pairs = []TablePair{{"a.b", "c.d"}} }, "changed.tables_added changed.tables_gone"},
		{"appended to", several, func(c *Content) { c.WriteMode, c.KeyedMode = Append, Append }, "changed.mode changed.keyed_mode"},
		{"upserted in Studio", several, func(c *Content) { c.KeyedMode = "upsert" }, "changed.keyed_mode"},
		{"slower", several.with(func(s *Spec) { s.Parallel = 8 }), func(*Content) {}, "changed.parallel"},
		{"other rules", wholeSpec("ods", VarSourceTable), func(c *Content) { c.SchemaRule, c.TableRule = "ods", "x_"+VarSourceTable }, "changed.rules"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := shown(tt.spec)
			tt.change(&c)
			if got := textKeys(tt.spec.Strayed(c)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTaskView_Unpublished(t *testing.T) {
	t.Parallel()
	v := func(saved, there DraftSchedule, online bool) TaskView {
		return TaskView{Draft: &saved, Deployed: &Deployed{Online: online, Cron: there.Cron, VCluster: there.VCluster, Retry: there.Retry, Rerun: there.Rerun}}
	}
	one := DraftSchedule{Cron: "0 0 2 * * ? *", VCluster: "a", Retry: Retry{Told: true, Count: 1}}
	two := DraftSchedule{Cron: "0 0 3 * * ? *", VCluster: "b", Retry: Retry{Told: true, Count: 2}}
	for name, c := range map[string]struct {
		v    TaskView
		want string
	}{
		"the same":              {v(one, DraftSchedule{Cron: "0 00 02 * * ? *", VCluster: "a"}, true), ""},
		"all of it":             {v(two, one, true), "config.cron_differs config.cluster_differs config.retries_differ"},
		"retries only":          {v(DraftSchedule{Cron: one.Cron, VCluster: "a", Retry: two.Retry}, one, true), "config.retries_differ"},
		"retries not told":      {v(DraftSchedule{Cron: one.Cron, VCluster: "a", Retry: Retry{Count: 9}}, one, true), ""},
		"what may be repeated":  {v(DraftSchedule{Cron: one.Cron, VCluster: "a", Rerun: 3}, DraftSchedule{Cron: one.Cron, VCluster: "a", Rerun: 1}, true), "config.rerun_differs"},
		"what may be, not told": {v(DraftSchedule{Cron: one.Cron, VCluster: "a", Rerun: 3}, one, true), ""},
		"offline":               {v(two, one, false), ""},
		"not saved":             {v(DraftSchedule{}, one, true), ""},
		"nothing told":          {TaskView{}, ""},
	} {
		if got := textKeys(c.v.Unpublished()); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if got := c.v.State() == TaskModified; got != (c.want != "") {
			t.Errorf("%s: the state is %s", name, c.v.State())
		}
	}
}
