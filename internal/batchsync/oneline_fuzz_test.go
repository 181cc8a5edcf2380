package batchsync

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// anyName is a name of the source that a spec takes.
func anyName(pick func(int) int) string {
	pieces := []string{"orders", "Order", "订单", "🚀", " ", ".", ",", "，", "*", "?", "=", "->", "→", "=>", "⇒", "“", "’", "$x", "02:00", "daily", "{", "&gt;", "\u3000", "ß", "#", "vc=", "every", "1"}
	var name string
	for range 1 + pick(4) {
		name += pieces[pick(len(pieces))]
	}
	return name
}

func plainOf(pick func(int) int) string {
	return []string{"ods", "orders", "daily", "Append", "t_1", "_x"}[pick(6)]
}

// anySpec is a spec that validates, with the facts that know its names.
func anySpec(pick func(int) int) (Spec, Facts) {
	source := Datasource{ID: 11, Name: anyName(pick), Type: []string{"MySQL", "PostgreSQL", "SQLServer", "OSS", "Oracle"}[pick(5)]}
	target := Datasource{ID: 90, Name: anyName(pick) + "lake", Type: "LakeHouse"}
	s := Spec{
		Kind: source.Kind(), Source: source, Target: target, Scope: Scopes()[pick(4)], WriteMode: WriteModes()[pick(2)],
		SourceSchema: anyName(pick), TargetSchema: plainOf(pick), TargetTable: plainOf(pick),
		Folder: Folder{ID: 7, Path: "a/" + strings.TrimSpace(anyName(pick)) + "b"}, VCluster: plainOf(pick),
		Name: "n " + anyName(pick) + "!", Schedule: anySchedule(pick),
	}
	s.Tables = []string{anyName(pick)}
	rule := plainOf(pick) + VarSourceTable + VarSourceDatabase
	switch s.Scope {
	case ScopeWhole:
		s.Tables, s.TargetTable = nil, rule
	case ScopeMerge:
		for range pick(4) {
			s.Tables = append(s.Tables, anyName(pick))
		}
	case ScopeMulti: // the names of the target are made of these
		s.Tables = nil
		for range 1 + pick(4) {
			s.Tables = append(s.Tables, plainOf(pick))
		}
	}
	if s.Scope == ScopeMulti {
		s.TargetTable = []string{"", VarSourceTable, "x" + VarSourceTable}[pick(3)]
	}
	s.Tuning = anyTuning(pick, s)
	return s, Facts{
		Datasources: []Datasource{source, target, crmPG}, Schemas: []string{s.SourceSchema}, Tables: s.Tables,
		Folders: []Folder{s.Folder, {ID: 8, Path: "b"}}, VClusters: []VCluster{{Name: s.VCluster, Type: "INTEGRATION"}},
	}
}

func anySchedule(pick func(int) int) Schedule {
	s := Schedule{Every: []Every{Daily, Weekly, Monthly, Hours, Minutes}[pick(5)], Hour: pick(24), Minute: pick(60), Zone: []string{"Asia/Shanghai", "UTC", "Europe/Berlin"}[pick(3)]}
	switch s.Every {
	case Weekly:
		for d := range time.Saturday + 1 {
			if pick(2) == 0 {
				s.Weekdays = append(s.Weekdays, d)
			}
		}
		if pick(3) == 0 {
			s.Weekdays = []time.Weekday{1, 2, 3, 4, 5}
		}
	case Monthly:
		s.Day = 1 + pick(31)
	case Hours:
		s.Step = HourSteps()[pick(7)]
		s.Hour *= pick(2)
		s.Last = pick(2) * pick(24)
	case Minutes:
		s.Step, s.Hour, s.Minute = MinuteSteps()[pick(8)], 0, 0
	}
	return s
}

func anyTuning(pick func(int) int, s Spec) Tuning {
	var t Tuning
	if s.Scope == ScopeSingle && s.Kind != KindObject {
		t.Where = []string{"", "id > 3", "`a` = 'O’Brien'", `"x"=1`, "a->'$.b'=1", "'?'='?'", "'='=b"}[pick(7)]
		t.Rate = pick(2) * pick(MaxRate)
	}
	if !s.ByHand() {
		t.Parallel = pick(2) * pick(MaxParallel)
	}
	if s.Scope == ScopeMulti || s.Scope == ScopeWhole {
		t.KeyedMode = []WriteMode{"", Append}[pick(2)]
	}
	return t
}

// aligned fails unless the line of a spec reads as the same spec.
func aligned(t *testing.T, s Spec, facts Facts) {
	t.Helper()
	line := LineOf(s)
	l, wrong := ParseLine(line)
	d, more := l.Answers(newDraft(), facts, actAt)
	if got := d.Spec().withFacts(facts); len(wrong)+len(more) > 0 || !reflect.DeepEqual(got, s) {
		t.Errorf("%s\nsays %+v\nread %+v\ntold %s", line, s, got, told(append(wrong, more...)))
	}
	if step := d.FirstOpen(facts, actAt); step != StepReview {
		t.Errorf("%s\nopens at %s: %+v", line, step, d.check(step, facts, actAt))
	}
}

// Many specs, the same ones every time.
func TestLineOf_ReadsBack(t *testing.T) {
	t.Parallel()
	rnd, tried := rand.New(rand.NewPCG(5, 6)), map[Scope]int{}
	for range 20_000 {
		s, facts := anySpec(rnd.IntN)
		if len(s.Validate()) > 0 {
			continue // what cannot be carried out is not written either
		}
		tried[s.Scope]++
		if aligned(t, s, facts); t.Failed() {
			return
		}
	}
	for _, scope := range Scopes() {
		if tried[scope] < 200 {
			t.Errorf("only %d of scope %s: too few to prove anything", tried[scope], scope)
		}
	}
}

func TestLineOf_LongestList(t *testing.T) {
	t.Parallel()
	s, facts := anySpec(func(int) int { return 0 })
	s.Scope, s.Kind, s.TargetTable, s.WriteMode, s.Tables = ScopeMerge, KindMySQL, "t", Overwrite, nil
	s.Tuning = Tuning{}
	for i := range MaxTables {
		s.Tables = append(s.Tables, fmt.Sprintf("表 %04d %s", i, strings.Repeat("x", 80)))
	}
	if wrong := s.Validate(); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	facts.Tables = s.Tables
	aligned(t, s, facts)
}

func TestLineOf(t *testing.T) {
	t.Parallel()
	spec, _ := read(t, "shop_mysql shop.order_* -> ods hourly :15", lineDraft(), lineFacts())
	whole, _ := read(t, `"my db.eu, new" "my shop".* -> ods.o_{SOURCE_TABLE} weekdays name="a b" keyed=append parallel=3`, lineDraft(), lineFacts())
	for _, tt := range []struct{ name, got, want string }{
		{"nothing", LineOf(Spec{}), "? ?.? -> ?.? zone=? kind=? lake=? folder=? vc=? name=?"},
		{"new draft", LineOf(newDraft().Spec()), "? ?.? -> ods.? overwrite daily 02:00 zone=Asia/Shanghai kind=? lake=? folder=? vc=? name=?"},
		{"several", LineOf(spec.Spec()), "shop_mysql shop.order_2024,order_2025 -> ods.* overwrite hourly :15 zone=Asia/Shanghai lake=lake folder=data_sync vc=sync_vc name=sync_shop_2_tables_hourly"},
		{"whole", LineOf(whole.Spec()), `"my db.eu, new" "my shop".* -> ods.o_{SOURCE_TABLE} overwrite weekdays 02:00 zone=Asia/Shanghai lake=lake folder=data_sync vc=sync_vc name="a b" parallel=3 keyed=append`},
		{"debug", LineOf(Spec{DebugFirst: true}), "? ?.? -> ?.? zone=? kind=? lake=? folder=? vc=? name=? debug=yes"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

// tells fails when a problem quotes what nobody typed, or says nothing.
func tells(t *testing.T, line string, problems []LineProblem) {
	t.Helper()
	for _, p := range problems {
		if p.Quoted == "" || !strings.Contains(strings.ToValidUTF8(line, "\uFFFD"), p.Quoted) || utf8.RuneCountInString(p.Quoted) > maxQuoted {
			t.Errorf("%q: quotes %q", line, p.Quoted)
		}
		if p.Text.IsZero() || len(p.Nearest) > maxNearest || slices.Contains(p.Nearest, "") {
			t.Errorf("%q: tells %+v", line, p)
		}
	}
	if len(problems) > maxProblems {
		t.Errorf("%q: %d problems", line, len(problems))
	}
}

func FuzzParseLine(f *testing.F) {
	for _, s := range []string{
		"shop_mysql shop.orders -> ods.orders overwrite daily 02:00 vc=sync_vc folder=data_sync",
		`“my db.eu, new” "my shop".*->{SOURCE_DATABASE}.{SOURCE_TABLE} weekly mon,thu 2:00 where="a\"b"`,
		"shop_mysql shop.order_*,orders ⇒ ods.x every 4h from 02:30 name='x y' keyed=append",
		"? ?.? -> ?.? monthly ? ? every ?h vc=? hourly ?", "-> => -> = \"", "a.b.c,,. -> .", "shop_mysql shop.or\xffders -> ods zone=\u00a0",
		"logs bucket.\"a/*.csv\" -> ods.x kind=object_storage", "weekly mon, every 5m from daily", "twin 业务.订单，🚀 → ods append rate=9 where=‘x’=“y”",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		l, wrong := ParseLine(line)
		tells(t, line, wrong)
		for _, facts := range []Facts{{}, {Datasources: lineFacts().Datasources}, lineFacts()} {
			d, more := l.Answers(lineDraft(), facts, actAt)
			tells(t, line, more)
			if len(d.Answers[FieldSource]) > 1 || d.Step != StepSource {
				t.Errorf("%q: made %+v", line, d)
			}
			if len(wrong) > 0 {
				continue // what is wrong may stay so, or become another thing that is
			}
			again := LineOf(d.Spec())
			l2, worse := ParseLine(again)
			d2, _ := l2.Answers(lineDraft(), facts, actAt)
			if len(worse) > 0 || facts.Folders != nil && !reflect.DeepEqual(d2.Spec(), d.Spec()) {
				t.Errorf("%q is written %q, told %s\nfirst %+v\nagain %+v", line, again, told(worse), d.Spec(), d2.Spec())
			}
		}
	})
}

func BenchmarkParseLine_Longest(b *testing.B) {
	for name, line := range map[string]string{
		"words": strings.Repeat("x ", MaxLineBytes/2), "list": "s a." + strings.Repeat("b,", MaxLineBytes/2-10) + "b -> c", "quote": strings.Repeat(`"`, MaxLineBytes),
		"dots": strings.Repeat(".", MaxLineBytes), "commas": strings.Repeat(" , ", MaxLineBytes/3), "arrows": strings.Repeat("->", MaxLineBytes/2),
		"days": "weekly " + strings.Repeat("mon ", MaxLineBytes/4-9),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ParseLine(line)
			}
		})
	}
}

// The most that one line makes the lists be searched for.
func BenchmarkLine_Answers_Most(b *testing.B) {
	facts := lineFacts()
	facts.Tables = nil
	for i := range MaxNames - 1 {
		facts.Tables = append(facts.Tables, fmt.Sprintf("a_table_of_some_length_and_more_%06d", i))
	}
	wrong, _ := ParseLine("shop_mysql shop." + strings.Repeat("a_tabel_fo_some_lenght_dna_more,", MaxTables-1) + "x -> ods")
	patterns, _ := ParseLine("shop_mysql shop." + strings.Repeat("a*a*b*l*e*_*6*z,", maxGlobs-1) + "a* -> ods")
	for name, l := range map[string]Line{"wrong": wrong, "patterns": patterns} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l.Answers(lineDraft(), facts, actAt)
			}
		})
	}
}
