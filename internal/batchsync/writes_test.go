package batchsync

import "testing"

func TestWrites_Meets(t *testing.T) {
	t.Parallel()
	shop, crm, lake, pond := Datasource{ID: 1, Name: "shop"}, Datasource{ID: 2, Name: "crm"}, Datasource{ID: 9, Name: "lake"}, Datasource{ID: 8, Name: "pond"}
	one := func(from Datasource, schema, table, sink string, to Datasource) Writes {
		return Spec{Scope: ScopeSingle, Source: from, SourceSchema: schema, Tables: []string{table}, Target: to, TargetSchema: "ods", TargetTable: sink}.Writes()
	}
	whole := func(from Datasource, schema, into, rule string, to Datasource) Writes {
		return Spec{Scope: ScopeWhole, Source: from, SourceSchema: schema, Target: to, TargetSchema: into, TargetTable: rule}.Writes()
	}
	orders := one(shop, "shop", "orders", "orders", lake)
	mirror := whole(shop, "shop", "ods", VarSourceTable, lake)
	unknown := Writes{Pairs: []TablePair{{Source: "x.y", Sink: "ODS.Orders"}}}
	for _, c := range []struct {
		name string
		a, b Writes
		want Meeting
	}{
		{"same table", orders, one(crm, "crm", "o", "Orders", lake), MeetYes},
		{"other table", orders, one(shop, "shop", "orders", "orders_2", lake), MeetNot},
		{"other target", orders, one(shop, "shop", "orders", "orders", pond), MeetNot},
		{"target not known", orders, unknown, MeetMay},
		{"target known by id only", orders, Writes{Target: Datasource{ID: 9}, Pairs: unknown.Pairs}, MeetYes},
		{"mirror of its source table", orders, mirror, MeetYes},
		{"mirror into another target", orders, whole(shop, "shop", "ods", VarSourceTable, pond), MeetNot},
		{"mirror into another schema", orders, whole(shop, "shop", "raw", VarSourceTable, lake), MeetNot},
		{"mirror into a schema named as the database", one(shop, "ods", "orders", "orders", lake), whole(shop, "ods", VarSourceDatabase, VarSourceTable, lake), MeetYes},
		{"mirror may have that table", one(shop, "shop", "orders", "customers", lake), mirror, MeetMay},
		{"mirror of another source", one(crm, "shop", "orders", "orders", lake), mirror, MeetMay},
		{"mirror of another schema", one(shop, "crm", "orders", "orders", lake), mirror, MeetMay},
		{"mirror by a rule that does not make the name", orders, whole(shop, "shop", "ods", "raw_"+VarSourceTable, lake), MeetNot},
		{"mirror by a rule that makes the name", one(shop, "shop", "orders", "shop_orders", lake), whole(shop, "shop", "ods", VarSourceDatabase+"_"+VarSourceTable, lake), MeetYes},
		{"nothing is left for the table", one(shop, "shop", "orders", "a_a", lake), whole(shop, "shop", "ods", "a_"+VarSourceTable+"_a", lake), MeetNot},
		{"the table twice in a rule", one(shop, "shop", "o", "o_x_o", lake), whole(shop, "shop", "ods", VarSourceTable+"_x_"+VarSourceTable, lake), MeetYes},
		{"same mirror", mirror, mirror, MeetYes},
		{"mirrors of two databases", mirror, whole(crm, "crm", "ods", VarSourceTable, lake), MeetMay},
		{"mirrors kept apart by their rules", mirror, whole(crm, "crm", "raw", VarSourceTable, lake), MeetNot},
		{"mirrors whose rules end otherwise", whole(shop, "shop", "ods", VarSourceTable+"_a", lake), whole(crm, "crm", "ods", VarSourceTable+"_b", lake), MeetNot},
		{"mirror spelled out, has it", one(crm, "x", "y", "orders", lake), mirror.Of([]string{"orders", "customers"}), MeetYes},
		{"mirror spelled out, has it not", one(crm, "x", "y", "orders", lake), mirror.Of([]string{"customers"}), MeetNot},
		{"content of a mirror", orders, Content{Scope: ScopeWhole, Source: Datasource{ID: 1}, Target: Datasource{ID: 9}, SourceSchema: "shop", SchemaRule: "ods", TableRule: VarSourceTable}.Writes(), MeetYes},
		{"nothing known", orders, Writes{}, MeetNot},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, back := c.a.Meets(c.b), c.b.Meets(c.a); got != c.want || back != c.want {
				t.Errorf("got %d, and %d the other way round, want %d", got, back, c.want)
			}
		})
	}
}
