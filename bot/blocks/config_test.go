package blocks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// expanded is a draft whose owner asked for more options.
func expanded(scope batchsync.Scope, name string) batchsync.Draft {
	d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, scope, batchsync.Daily, name)
	d.More = true
	d.Answers[batchsync.FieldParallel] = choice("4")
	switch scope {
	case batchsync.ScopeSingle:
		d.Answers[batchsync.FieldWhere], d.Answers[batchsync.FieldRate] = choice("note = '"+name+"'"), choice("20")
	case batchsync.ScopeMulti, batchsync.ScopeWhole:
		d.Answers[batchsync.FieldKeyedMode] = choice(string(batchsync.Append))
		d.Answers[batchsync.FieldTargetTable] = choice("x_" + batchsync.VarSourceTable)
	}
	return d
}

func TestPrinter_Wizard_More(t *testing.T) {
	t.Parallel()
	for label, name := range map[string]string{"english": "orders", "hostile": hostile} {
		for _, scope := range batchsync.Scopes() {
			for _, step := range []batchsync.Step{batchsync.StepTables, batchsync.StepReview} {
				d := expanded(scope, name)
				d.Step = step
				s := sampleScreen(d)
				s.Facts.Tables = []string{"orders", "Orders", "items"}
				s.Columns = &SourceColumns{Tables: 1, Of: 1, All: 12, Unusual: []string{name + " enum('a')"}}
				if scope != batchsync.ScopeSingle {
					s.Columns.Tables, s.Columns.Of = 20, 30
				}
				v := printer().Wizard(s)
				if r := checkView(t, v); len(r.mentions) > 0 {
					t.Errorf("%s mentions %v", label, r.mentions)
				}
				if step == batchsync.StepReview { // inputs hold what was typed into them
					noSecret(t, v)
				}
				golden(t, fmt.Sprintf("wizard_more_%s_%s_%s", step, scope, label), v)
			}
		}
	}
}

func TestPrinter_Wizard_MoreButton(t *testing.T) {
	t.Parallel()
	for _, scope := range batchsync.Scopes() {
		for _, more := range []bool{false, true} {
			d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, scope, batchsync.Daily, "orders")
			d.More = more
			got := has(actionsOf(printer().Wizard(sampleScreen(d)).Blocks.BlockSet), ActionMore)
			if want := !more && scope != batchsync.ScopeMerge; got != want {
				t.Errorf("%s, expanded %v: offered %v, want %v", scope, more, got, want)
			}
		}
	}
}

// What is drawn as chosen on an expanded screen is what is left open without it.
func TestPrinter_Wizard_MoreUntouched(t *testing.T) {
	t.Parallel()
	for _, scope := range batchsync.Scopes() {
		d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, scope, batchsync.Daily, "orders")
		want := d.Spec().Tuning
		d.More = true
		if got := d.With(Answers(stateOf(printer().Wizard(sampleScreen(d))))).Spec().Tuning; got != want {
			t.Errorf("%s: %+v, want %+v", scope, got, want)
		}
		full := expanded(scope, "orders")
		if got := full.With(Answers(stateOf(printer().Wizard(sampleScreen(full))))).Spec().Tuning; got != full.Spec().Tuning {
			t.Errorf("%s: %+v came back, want %+v", scope, got, full.Spec().Tuning)
		}
	}
}

// Every combination says what follows from it, and none says what is not true
// of it.
func TestPrinter_ModeAdvice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind  batchsync.SourceKind
		scope batchsync.Scope
		mode  batchsync.WriteMode
		says  []string
		not   []string
	}{
		{batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Overwrite, []string{"not followed", "reads all rows"}, []string{"automatically", "upsert"}},
		{batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Append, []string{"ALL rows", "condition under More Options"}, []string{"replaces"}},
		{batchsync.KindMySQL, batchsync.ScopeMulti, batchsync.Overwrite, []string{"created automatically", "written as NULL", "primary key", "upsert"}, []string{"added to the schema later"}},
		{batchsync.KindMySQL, batchsync.ScopeMulti, batchsync.Append, []string{"ALL rows", "only a single table can be limited"}, nil},
		{batchsync.KindMySQL, batchsync.ScopeWhole, batchsync.Overwrite, []string{"added to the schema later", "created automatically"}, nil},
		{batchsync.KindMySQL, batchsync.ScopeMerge, batchsync.Append, []string{"one shape", "in Studio"}, []string{"More Options"}},
		{batchsync.KindObject, batchsync.ScopeSingle, batchsync.Append, []string{"by hand"}, []string{"More Options"}},
	} {
		d := sampleDraft(batchsync.StepSource, tt.kind, tt.scope, batchsync.Daily, "orders")
		d.Answers[batchsync.FieldWriteMode] = choice(string(tt.mode))
		v := printer().Wizard(sampleScreen(d))
		checkView(t, v)
		drawn := string(mustJSON(t, v.Blocks.BlockSet[slices.IndexFunc(v.Blocks.BlockSet, func(b slack.Block) bool { return b.ID() == "mode" })]))
		for _, want := range tt.says {
			if !strings.Contains(drawn, want) {
				t.Errorf("%s %s %s does not say %q: %s", tt.kind, tt.scope, tt.mode, want, drawn)
			}
		}
		for _, wrong := range tt.not {
			if strings.Contains(drawn, wrong) {
				t.Errorf("%s %s %s says %q: %s", tt.kind, tt.scope, tt.mode, wrong, drawn)
			}
		}
	}
}

func TestPrinter_Naming(t *testing.T) {
	t.Parallel()
	many := make([]string, 30)
	for i := range many {
		many[i] = fmt.Sprintf("t%02d", i)
	}
	for _, tt := range []struct {
		name  string
		rule  string
		known []string
		says  []string
		not   string
	}{
		{"not known", "{SOURCE_TABLE}", nil, []string{"not known yet"}, "Names in"},
		{"two", "x_{SOURCE_TABLE}", []string{"a", "b"}, []string{"(2 tables)", "orders.a` → `ods.x_a", "ods.x_b"}, `\n+`},
		{"many", "{SOURCE_DATABASE}_{SOURCE_TABLE}", many, []string{"ods.orders_t00", "ods.orders_t07", "+22 more"}, "t08"},
		{"that meet", "{SOURCE_TABLE}", append([]string{"Orders", "orders"}, many...), []string{"✗ `Orders`, `orders` would all be written to `orders`", "(32 tables)"}, "t08"},
		{"a rule that makes one name", "x", many, nil, "Names in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeWhole, batchsync.Daily, "orders")
			d.Answers[batchsync.FieldTargetTable] = choice(tt.rule)
			s := sampleScreen(d)
			s.Facts.Tables = tt.known
			v := printer().Wizard(s)
			checkView(t, v)
			drawn := strings.ReplaceAll(string(mustJSON(t, v)), `\u003e`, ">")
			for _, want := range tt.says {
				if !strings.Contains(drawn, want) {
					t.Errorf("does not say %q: %s", want, drawn)
				}
			}
			if strings.Contains(drawn, tt.not) {
				t.Errorf("says %q: %s", tt.not, drawn)
			}
		})
	}
}

// columnsCases are mappings of columns with their pages.
func columnsCases(name string) map[string]ColumnsView {
	ref := batchsync.TaskRef{ID: 40001, Name: name}
	pair := batchsync.TablePair{Source: "shop." + name, Sink: "ods." + name}
	var source []batchsync.SourceColumn
	var target []batchsync.TargetColumn
	for i, kind := range []string{"int unsigned", "enum('a','b')", "varchar(255)", "bigint", "geometry", "text", "datetime"} {
		source = append(source, batchsync.SourceColumn{Name: fmt.Sprintf("%s_%d", name, i), Type: kind, Primary: i == 0})
		target = append(target, batchsync.TargetColumn{Name: fmt.Sprintf("%s_%d", name, i), Type: []string{"bigint", "string", "varchar(20)", "bigint", "string", "string", "timestamp"}[i]})
	}
	mapped := batchsync.Content{}.MapColumns
	var long []batchsync.SourceColumn
	for i := range 130 {
		long = append(long, batchsync.SourceColumn{Name: fmt.Sprintf("%s_%03d", name, i), Type: "int"})
	}
	pairs := samplePairs(150)
	problem := batchsync.Problem{Text: batchsync.T("platform.timeout")}
	return map[string]ColumnsView{
		"both":      {Task: ref, Tables: []batchsync.TablePair{pair}, Table: 1, Columns: mapped(source, target), Page: 1},
		"no_target": {Task: ref, Tables: []batchsync.TablePair{pair}, Table: 1, Columns: mapped(source, nil), Page: 1, NoTarget: true},
		"unread":    {Task: ref, Tables: []batchsync.TablePair{pair}, Table: 1, Page: 1, SourceProblem: &problem, TargetProblem: &problem},
		"second":    {Task: ref, Tables: samplePairs(3), Table: 2, Columns: mapped(long, nil), Page: 2},
		"choose":    {Task: ref, Tables: pairs},
		"not_found": {Task: ref, Tables: pairs[:2], Typed: name},
		"none":      {Task: ref},
	}
}

func TestPrinter_Columns_Golden(t *testing.T) {
	t.Parallel()
	for name, v := range columnsCases("orders") {
		goldenMessage(t, "columns_"+name+"_english", printer().Columns(v))
	}
	goldenMessage(t, "columns_both_hostile", printer().Columns(columnsCases(hostile)["both"]))
	for _, name := range names() {
		for _, v := range columnsCases(name) {
			checkMessage(t, printer().Columns(v))
		}
	}
}

// Every column stands on exactly one page, in every drawing of it.
func TestPrinter_Columns_Pages(t *testing.T) {
	t.Parallel()
	v := columnsCases("orders")["second"]
	var seen []string
	for page := 1; page <= 4; page++ {
		v.Page = page
		m := printer().Columns(v)
		rows := rowsOf(t, m.Blocks)
		if len(rows) != len(rowsOf(t, m.Fallbacks[0])) {
			t.Errorf("page %d differs between its drawings", page)
		}
		for _, row := range rows {
			seen = append(seen, row[0])
		}
		if got := actionsOf(m.Blocks); has(got, ActionColumnsNext) != (page < 4) || has(got, ActionColumnsBack) != (page > 1) {
			t.Errorf("page %d offers %q", page, got)
		}
	}
	if len(seen) != 130 || seen[129] != "orders_129" {
		t.Errorf("%d columns are shown", len(seen))
	}
}

func configCases(name string) map[string]ConfigView {
	single, several, whole := sampleView(1, 0, name), sampleView(3, 0, name), sampleView(0, 0, name)
	single.Content.Where, single.Content.Parallel, single.Content.Rate, single.Content.Columns = "note = '"+name+"'", 4, 20, 12
	single.Draft.Retry = batchsync.Retry{Told: true, Count: 3, Pause: 5, Unit: "m"}
	single.Deployed.Version, single.Deployed.PublishedAt = 7, sampleNow().AddDate(0, 0, -3)
	several.Draft.Cron, several.Draft.VCluster = "0 30 03 * * ? *", name
	several.Content.KeyedMode = "upsert"
	whole.Known, whole.Content.SchemaRule, whole.Content.TableRule = nil, "ods", "x_{SOURCE_TABLE}"
	offline := sampleView(1, 0, name)
	offline.Deployed = &batchsync.Deployed{}
	unread := batchsync.TaskView{At: sampleNow(), Ref: single.Ref, Missing: []batchsync.Problem{{Text: batchsync.T("platform.timeout")}}}
	return map[string]ConfigView{
		"single": {TaskView: single, SourceType: "MySQL", IsAsked: true, Compared: batchsync.Comparison{Since: sampleNow(), Read: sampleNow()}},
		"several": {TaskView: several, IsAsked: true, Asked: []batchsync.Text{batchsync.T("changed.keyed_mode", "overwrite", "upsert")},
			Compared: batchsync.Comparison{Since: sampleNow(), Read: sampleNow(), Changed: []batchsync.Text{batchsync.T("changed.tables_added", "1", name)}}},
		"whole":   {TaskView: whole},
		"offline": {TaskView: offline, IsAsked: true},
		"unread":  {TaskView: unread, IsAsked: true, Compared: batchsync.Comparison{Since: sampleNow(), Read: sampleNow()}},
	}
}

func TestPrinter_Config_Golden(t *testing.T) {
	t.Parallel()
	for name, v := range configCases("orders") {
		goldenMessage(t, "config_"+name+"_english", printer().Config(v))
	}
	goldenMessage(t, "config_single_hostile", printer().Config(configCases(hostile)["single"]))
	for _, name := range names() {
		for _, v := range configCases(name) {
			checkMessage(t, printer().Config(v))
		}
	}
}

func TestColumnsRef(t *testing.T) {
	t.Parallel()
	want := ColumnsRef{40001, 3, 2}
	if got, err := ParseColumnsRef(want.String()); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "1/2", "1/2/0", "1/2/3/4", "01/2/3", "1/9999999999/1", "a/1/1"} {
		if got, err := ParseColumnsRef(bad); err == nil {
			t.Errorf("%q is %+v", bad, got)
		}
	}
}

// The two languages have the same sentences of these screens, with the same
// arguments.
func TestConfig_Chinese(t *testing.T) {
	t.Parallel()
	for i, english := range []words{englishTuning(), englishConfig()} {
		chinese := []words{chineseTuning(), chineseConfig()}[i]
		for key, text := range english {
			if there, ok := chinese[key]; !ok || highest(there) != highest(text) {
				t.Errorf("%q: %q, want as in %q", key, there, text)
			}
		}
		if len(chinese) != len(english) {
			t.Errorf("%d sentences, want %d", len(chinese), len(english))
		}
	}
}

// TestPrinter_Wizard_Unused says of a condition that it does not count any more,
// where that is decided, where it was asked, and at the review.
func TestPrinter_Wizard_Unused(t *testing.T) {
	t.Parallel()
	const said = "*Only rows where*, answered before, is not used: Only the sync of a single table can leave rows out."
	for _, scope := range []batchsync.Scope{batchsync.ScopeSingle, batchsync.ScopeMulti} {
		for _, step := range batchsync.Steps() {
			d := sampleDraft(step, batchsync.KindMySQL, scope, batchsync.Daily, "orders")
			d.Answers[batchsync.FieldWhere] = choice("id > 100")
			got := strings.Contains(string(mustJSON(t, printer().Wizard(sampleScreen(d)))), said)
			want := scope == batchsync.ScopeMulti && (step == batchsync.StepSource || step == batchsync.StepTables || step == batchsync.StepReview)
			if got != want {
				t.Errorf("%s, %s: said %v, want %v", scope, step, got, want)
			}
		}
	}
}
