package blocks

import (
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// sampleReview is a review with everything it can show about things of a name.
func sampleReview(scope batchsync.Scope, name string) Screen {
	s := sampleScreen(sampleDraft(batchsync.StepReview, batchsync.KindMySQL, scope, batchsync.Daily, name))
	line := func(part batchsync.CheckPart, level batchsync.CheckLevel, text, fix batchsync.Text, detail string) batchsync.CheckLine {
		return batchsync.CheckLine{Part: part, Level: level, Text: text, Fix: fix, Detail: detail}
	}
	none := batchsync.Text{}
	s.Also = []batchsync.TaskRef{{ID: 7, Name: name}}
	s.Review = Review{
		Digest: strings.Repeat("0a1b2c3d", 9),
		Checks: []batchsync.CheckLine{
			line(batchsync.PartProfile, batchsync.LevelTick, batchsync.T("preflight.reached", name), none, ""),
			line(batchsync.PartRights, batchsync.LevelUnread, batchsync.T("preflight.rights"), none, ""),
			line(batchsync.PartSource, batchsync.LevelCross, batchsync.T("preflight.source_test", name), batchsync.T("fix.datasource"), "connect ECONNREFUSED "+name),
			line(batchsync.PartTables, batchsync.LevelCross, batchsync.T("preflight.tables_gone", name, name), batchsync.T("fix.tables"), ""),
			line(batchsync.PartTarget, batchsync.LevelTick, batchsync.T("preflight.target_ok", name, "Lakehouse"), none, ""),
			line(batchsync.PartSchema, batchsync.LevelTick, batchsync.T("preflight.target_schema_made", name), none, ""),
			line(batchsync.PartFolder, batchsync.LevelWarning, batchsync.T("preflight.folder_moved", name, name), none, ""),
			line(batchsync.PartName, batchsync.LevelTick, batchsync.T("preflight.name_ok", name, name), none, ""),
			{Part: batchsync.PartVCluster, Level: batchsync.LevelUnread, Text: batchsync.T("preflight.vclusters_unread"),
				Why: batchsync.T("platform.timeout"), Fix: batchsync.T("platform.timeout_hint")},
			line(batchsync.PartSchedule, batchsync.LevelTick, batchsync.T("preflight.schedule_ok", "0 00 18 * * ? *", "UTC"), none, ""),
			line(batchsync.PartRerun, batchsync.LevelTick, batchsync.T("preflight.rerun"), none, ""),
		},
		Commands: []batchsync.PlannedCommand{
			{Argv: []string{"task", "create", name, "--type=INTEGRATION", "--folder=7", "--description=batchsync <OPERATION> for U0ACTOR"}},
			{Argv: []string{"task", "integration", "setup", "<TASK>", "--source-table=" + name, "--source-schema=it's"}},
			{Argv: []string{"task", "save-cron", "<TASK>", "--cron=0 18 * * ?", "--vc=" + name}},
			{Argv: []string{"task", "deploy", "<TASK>", "-y"}},
		},
	}
	return s
}

// printers are one of each language.
func printers() map[string]Printer {
	zh := printer()
	zh.words = merged(chineseParts())
	return map[string]Printer{"en": printer(), "zh": zh}
}

func TestPrinter_Review(t *testing.T) {
	t.Parallel()
	changed := []batchsync.PlanChange{
		{Name: batchsync.PlanSource, Was: "shop", Now: "shop_old"}, {Name: batchsync.PlanSchedule, Now: "0 00 03 * * ? * (UTC)"},
		{Name: batchsync.PlanContent}, {Name: batchsync.PlanWriters, Was: "orders (7)"},
	}
	for name, change := range map[string]func(*Screen){
		"checked":      func(*Screen) {},
		"checking":     func(s *Screen) { s.Review.Checks, s.Review.Checking, s.Also = nil, true, nil },
		"commands":     func(s *Screen) { s.Draft.Commands = true },
		"replanned":    func(s *Screen) { s.Review.Changed, s.Review.Checks, s.Review.Checking = changed, nil, true },
		"old_version":  func(s *Screen) { s.Review.Changed = []batchsync.PlanChange{{}} },
		"held_back":    func(s *Screen) { s.Problems = []batchsync.FieldError{{Text: batchsync.T("preflight.crossed")}} },
		"before_lists": func(s *Screen) { s.Review = Review{} },
	} {
		for language, p := range printers() {
			s := sampleReview(batchsync.ScopeSingle, "orders")
			change(&s)
			v := p.Wizard(s)
			checkView(t, v)
			golden(t, "review_"+name+"_"+language, v)
		}
	}
}

// TestPrinter_Review_Panel has what is in the way first, and what passed in one
// line until somebody asks for details.
func TestPrinter_Review_Panel(t *testing.T) {
	t.Parallel()
	inOrder := func(s Screen, want ...string) {
		t.Helper()
		text := string(mustJSON(t, printer().Wizard(s)))
		for _, w := range want {
			_, rest, found := strings.Cut(text, w)
			if !found {
				t.Fatalf("%q is missing, or not where it should be: %s", w, text)
			}
			text = rest
		}
	}
	s := sampleReview(batchsync.ScopeSingle, "orders")
	inOrder(s, ":x: *Source*, failed: ", ":x: *Source tables*, failed: ", ":warning: *Other writers*, look at it: ", ":warning: *Folder*, look at it: ",
		":grey_question: *Rights*, not known: ", ":grey_question: *VCluster*, not known: ", ":white_check_mark: *6 passed*: Connection, Target, Target schema, Task name, Schedule, Reruns", "What will happen")
	s.Draft.Commands = true
	inOrder(s, ":x: *Source*", ":white_check_mark: *Connection*: ", ":white_check_mark: *Reruns*: ", "Commands that make this")
	s = sampleReview(batchsync.ScopeSingle, "orders")
	s.Review.Checks, s.Review.Checking = nil, true
	inOrder(s, ":warning: *Other writers*", ":hourglass_flowing_sand: Connection, Rights, ", "Reruns: checking…")
	s = sampleReview(batchsync.ScopeSingle, "orders")
	s.May = []batchsync.TaskRef{{ID: 8, Name: "mirror"}}
	inOrder(s, "write a table of this one, too: orders", "may write a table of this one, too: mirror", "Two tasks that overwrite one table")
	s.Also, s.May = nil, nil // a tick, but never among those that speak for all there is
	inOrder(s, ":white_check_mark: *Other writers*: No task whose tables the bot knows", ":white_check_mark: *6 passed*: Connection, Target, Target schema, Task name")
	s.Unread = 3
	inOrder(s, ":grey_question: *Other writers*, not known: 3 sync tasks were not read", "`/batchsync config TASK` reads a task.", ":white_check_mark:")
	s.Unread = -1
	inOrder(s, ":grey_question: *Other writers*, not known: The platform did not list the other tasks.")
	s = sampleReview(batchsync.ScopeSingle, "orders")
	s.Unread = 1
	inOrder(s, ":warning: *Other writers*, look at it: ", "Two tasks that overwrite one table", ":grey_question: *Other writers*, not known: 1 sync task was not read")
	s.Draft.Answers[batchsync.FieldWriteMode] = []batchsync.Choice{{Value: string(batchsync.Append)}}
	inOrder(s, ":warning: *Other writers*, look at it: ", "Where another task overwrites the table, the rows that this one appends are lost.")
	if drawn := string(mustJSON(t, printer().Wizard(s))); strings.Contains(drawn, "Two tasks that overwrite") {
		t.Errorf("a task that appends is told to overwrite: %s", drawn)
	}
	s = sampleReview(batchsync.ScopeWhole, "orders")
	s.Also = nil
	inOrder(s, ":grey_question: *Other writers*, not known: No task whose tables the bot knows")
}

func TestPrinter_Review_EveryName(t *testing.T) {
	t.Parallel()
	for label, name := range names() {
		for _, scope := range batchsync.Scopes() {
			for language, p := range printers() {
				s := sampleReview(scope, name)
				s.Draft.Commands = true
				s.Review.Changed = []batchsync.PlanChange{{Name: batchsync.PlanFolder, Was: name, Now: name}}
				v := p.Wizard(s)
				if r := checkView(t, v); len(r.mentions) > 0 {
					t.Errorf("mentions %v", r.mentions)
				}
				if js := string(mustJSON(t, v)); strings.Contains(js, "planted") || strings.Contains(js, "<!channel") {
					t.Errorf("shows what must not be: %s", js)
				}
				if ref, err := ParseRef(v.PrivateMetadata); err != nil || ref.Plan != s.Review.Digest {
					t.Errorf("the modal is bound to %+v, %v", ref, err)
				}
				if scope == batchsync.ScopeSingle && label == "hostile" {
					golden(t, "review_hostile_"+language, v)
				}
			}
		}
	}
}

func TestPrinter_Review_Buttons(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*Screen)
		want   []ActionID
	}{
		{"checked", func(*Screen) {}, []ActionID{ActionShowCommands, ActionCheckDraft}},
		{"checking", func(s *Screen) { s.Review.Checking = true }, []ActionID{ActionShowCommands}},
		{"commands shown", func(s *Screen) { s.Draft.Commands = true }, []ActionID{ActionHideCommands, ActionCheckDraft}},
		{"nothing behind", func(s *Screen) { s.Review = Review{} }, nil},
	}
	for _, tt := range tests {
		s := sampleReview(batchsync.ScopeSingle, "orders")
		tt.change(&s)
		got := actionsOf(printer().Wizard(s).Blocks.BlockSet)
		for _, id := range []ActionID{ActionShowCommands, ActionHideCommands, ActionCheckDraft} {
			if has(got, id) != slices.Contains(tt.want, id) {
				t.Errorf("%s: %s is offered: %v", tt.name, id, has(got, id))
			}
		}
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"create": "create", "--folder=7": "--folder=7", "--cron=0 2 * * ?": "'--cron=0 2 * * ?'", "": "''",
		"it's": `'it'\''s'`, "<TASK>": "<TASK>", "订单": "'订单'", "<$(x)>": "'<$(x)>'", "a;b": "'a;b'", "$x": "'$x'",
	} {
		if got := quoted(in); got != want {
			t.Errorf("quoted(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestPrinter_Fitted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", 100_000)
	for _, all := range [][]string{{"a", "b"}, {"a", long}, {long, long, long, long, long, long}, {strings.Repeat("x", 2500), "a", "b"}} {
		got := printer().fitted(all, maxCommands)
		total := 0
		for i, line := range got {
			total += units(line) + 1
			if len(all[i]) < 300 && line != all[i] {
				t.Errorf("a short line is cut to %q", line)
			}
			if line != all[i] && !strings.Contains(line, "more characters") {
				t.Errorf("cut without a word: %q", line)
			}
		}
		if total > maxCommands {
			t.Errorf("%d lines take %d, more than there is room for", len(all), total)
		}
	}
}
