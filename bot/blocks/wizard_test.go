package blocks

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

func optionValues(t *testing.T, v slack.ModalViewRequest, f batchsync.Field) []string {
	t.Helper()
	for _, b := range v.Blocks.BlockSet {
		in, ok := b.(*slack.InputBlock)
		if !ok || !strings.HasPrefix(in.BlockID, blockPrefix+string(f)+"/") {
			continue
		}
		var options []*slack.OptionBlockObject
		switch e := in.Element.(type) {
		case *slack.RadioButtonsBlockElement:
			options = e.Options
		case *slack.SelectBlockElement:
			options = e.Options
		}
		var out []string
		for _, o := range options {
			out = append(out, o.Value)
		}
		return out
	}
	t.Fatalf("no input for %s", f)
	return nil
}

func TestPrinter_Wizard_OffersOnlyWhatIsPossible(t *testing.T) {
	t.Parallel()
	draw := func(kind batchsync.SourceKind, scope batchsync.Scope) slack.ModalViewRequest {
		return printer().Wizard(sampleScreen(sampleDraft(batchsync.StepSource, kind, scope, batchsync.Daily, "orders")))
	}
	if got := optionValues(t, draw(batchsync.KindMySQL, batchsync.ScopeSingle), batchsync.FieldWriteMode); len(got) != 2 {
		t.Errorf("write modes of a single table: %v", got)
	}
	if got := optionValues(t, draw(batchsync.KindMySQL, batchsync.ScopeMulti), batchsync.FieldWriteMode); len(got) != 2 {
		t.Errorf("write modes of a mirror: %v", got)
	}
	if got := optionValues(t, draw(batchsync.KindObject, batchsync.ScopeSingle), batchsync.FieldScope); len(got) != 1 || got[0] != "single" {
		t.Errorf("scopes of object storage: %v", got)
	}
}

func TestPrinter_Wizard_Frame(t *testing.T) {
	t.Parallel()
	for _, step := range batchsync.Steps() {
		d := sampleDraft(step, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders")
		v := printer().Wizard(sampleScreen(d))
		want := map[bool]string{true: "Create Sync", false: "Next"}[step == batchsync.StepReview]
		if v.Submit.Text != want || v.Close.Text != "Cancel" || !v.NotifyOnClose || v.CallbackID != string(CallbackWizard) {
			t.Errorf("step %s has the wrong frame: %+v", step, v)
		}
		if ref, err := ParseRef(v.PrivateMetadata); err != nil || ref != (Ref{ID: "d1", Version: 3}) {
			t.Errorf("step %s points to %+v, %v", step, ref, err)
		}
		back := strings.Contains(string(mustJSON(t, v)), string(ActionBack))
		if back == (step == batchsync.StepSource) {
			t.Errorf("step %s has Back: %v", step, back)
		}
	}
}

func TestPrinter_Wizard_SchedulePreview(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		every    batchsync.Every
		zone, at string
		want     string
		dates    int
	}{
		{"another zone", batchsync.Daily, "Asia/Shanghai", "02:00", "every day at 18:00 (UTC)", 5},
		{"same zone", batchsync.Daily, "UTC", "02:00", "2026-03-05 02:00 = <!date", 5},
		{"drifting zone", batchsync.Daily, "Europe/Berlin", "02:00", "changes with daylight saving", 5},
		{"weekly", batchsync.Weekly, "Asia/Shanghai", "02:00", "every Sunday, Thursday at 18:00 (UTC)", 5},
		{"weekdays", batchsync.Weekdays, "Asia/Shanghai", "12:00", "on weekdays at 04:00 (UTC)", 5},
		{"weekdays of the day before", batchsync.Weekdays, "Asia/Shanghai", "02:00", "every Sunday, Monday, Tuesday, Wednesday, Thursday at 18:00", 5},
		{"monthly leaves short months out", batchsync.Monthly, "UTC", "02:00", "Months without a day 31 are left out.", 5},
		{"hours", batchsync.Hours, "Asia/Shanghai", "03:30", "every 2 hours, first at 01:30 (UTC)", 5},
		{"minutes", batchsync.Minutes, "Asia/Shanghai", "", "every 2 minutes", 5},
		{"minutes of the platform", batchsync.Minutes, "Asia/Kathmandu", "", "2026-03-04 10:53 Asia/Kathmandu", 5},
		{"no time", batchsync.Daily, "UTC", "", "once the schedule is complete", 0},
		{"no zone", batchsync.Daily, "", "02:00", "once the schedule is complete", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sampleDraft(batchsync.StepSchedule, batchsync.KindMySQL, batchsync.ScopeSingle, tt.every, "orders")
			d.Answers[batchsync.FieldZone], d.Answers[batchsync.FieldTime] = choice(tt.zone), choice(tt.at)
			v := printer().Wizard(sampleScreen(d))
			checkView(t, v)
			var shown []string
			for _, b := range v.Blocks.BlockSet {
				switch x := b.(type) {
				case *slack.SectionBlock:
					shown = append(shown, x.Text.Text)
				case *slack.ContextBlock:
					shown = append(shown, x.ContextElements.Elements[0].(*slack.TextBlockObject).Text)
				}
			}
			text := strings.Join(shown, "\n")
			if !strings.Contains(text, tt.want) || strings.Count(text, "<!date") != tt.dates {
				t.Errorf("preview is %q, want %q and %d dates", text, tt.want, tt.dates)
			}
		})
	}
}

// Tables that do not fit a menu are counted and not asked, so that none is lost.
func TestPrinter_Wizard_TooManyTables(t *testing.T) {
	t.Parallel()
	for _, sign := range []string{"长", "<"} {
		d := sampleDraft(batchsync.StepTables, batchsync.KindMySQL, batchsync.ScopeMulti, batchsync.Daily, "orders")
		var many []batchsync.Choice
		for i := range 1000 {
			many = append(many, batchsync.Choice{Value: strings.Repeat(sign, 140) + string(rune('一'+i))})
		}
		d.Answers[batchsync.FieldTables] = many
		v := printer().Wizard(sampleScreen(d))
		checkView(t, v)
		if s := string(mustJSON(t, v)); !strings.Contains(s, "Chosen: 1000") {
			t.Error("the tables are not counted")
		}
		if got := d.With(Answers(stateOf(v))).Answers.Values(batchsync.FieldTables); len(got) != 1000 {
			t.Errorf("%d tables are left when the screen is sent", len(got))
		}
	}
}

func TestPrinter_Operation_Buttons(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		state   batchsync.OperationState
		current int
		want    string
	}{
		{"running", batchsync.OpRunning, 2, "Open in Studio"},
		{"waiting", batchsync.OpWaiting, 2, "*Check Again, Check With Debug Run, Open in Studio, Give Up"},
		{"unknown", batchsync.OpUnknown, 2, "*Check Again, Diagnose, Open in Studio, Give Up"},
		{"failed after something was made", batchsync.OpFailed, 2, "*Check Again, Diagnose, Open in Studio, Give Up"},
		{"failed while it was made", batchsync.OpFailed, 1, "*Check Again, Open in Studio, Give Up"},
		{"refused at the checks", batchsync.OpRefused, 0, "*Edit Draft"},
		{"refused at the creation", batchsync.OpRefused, 1, "*Edit Draft"},
		{"done", batchsync.OpDone, 6, "Open in Studio, Show Task"},
		{"dropped", batchsync.OpDropped, 2, "Open in Studio, Show Task"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			op := sampleOperation(tt.state, tt.current, batchsync.ScopeSingle, "orders")
			var got []string
			for _, e := range printer().cardButtons(op) {
				b := e.(*slack.ButtonBlockElement)
				label := b.Text.Text
				if b.Style == slack.StylePrimary {
					label = "*" + label
				}
				got = append(got, label)
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("buttons are %q, want %q", s, tt.want)
			}
		})
	}
}

// A refused card says that nothing was made and offers its draft, if that is
// there; it cannot be checked again.
func TestPrinter_Operation_Refused(t *testing.T) {
	t.Parallel()
	problems := []batchsync.Problem{
		{Text: batchsync.T("error.internal"), Hint: batchsync.T("error.internal_hint")},
		{Text: batchsync.T("make.taken", "a", "b", "1"), Hint: batchsync.T("make.taken_hint")},
		{Text: batchsync.T("preflight.folder_gone", "a"), Hint: batchsync.T("preflight.hint")},
	}
	for _, f := range batchsync.Failures() {
		problems = append(problems, *batchsync.ProblemOf(&batchsync.PlatformError{Failure: f}))
	}
	for _, problem := range problems {
		for _, draft := range []batchsync.DraftID{"d1", ""} {
			op := sampleOperation(batchsync.OpRefused, 1, batchsync.ScopeSingle, "orders")
			op.Draft, op.Steps[1].Problem = draft, &problem
			m := printer().Operation(op, sampleNow())
			checkMessage(t, m)
			for _, s := range []string{m.Text, string(mustJSON(t, m.Blocks))} {
				if strings.Contains(s, "Check Again") || !strings.Contains(s, "Not created") || !strings.Contains(s, "Nothing was made") {
					t.Errorf("%s: %s", problem.Text.Key, s)
				}
				if offers := strings.Contains(s, "the draft is open again"); offers == (draft == "") {
					t.Errorf("draft %q is offered: %v", draft, offers)
				}
			}
			if s := string(mustJSON(t, m.Blocks)); strings.Contains(s, string(ActionEditDraft)) == (draft == "") {
				t.Errorf("draft %q: %s", draft, s)
			}
		}
	}
}

func TestPrinter_NoticeTo(t *testing.T) {
	t.Parallel()
	body := []batchsync.Text{batchsync.T("told.failed", "<@U0EVIL>"), batchsync.T("platform.refused")}
	tests := []struct {
		name string
		user batchsync.UserID
		want string
	}{
		{"a person", "U0ACTOR", "<@U0ACTOR> Batch sync &lt;@U0EVIL&gt; needs you"},
		{"a person of an enterprise", "W0ACTOR", "<@W0ACTOR> Batch sync"},
		{"nobody", "", "Batch sync"},
		{"a group", "S0OPS", "Batch sync"},
		{"a channel", "<!channel>", "Batch sync"},
	}
	for _, tt := range tests {
		m := printer().NoticeTo(tt.user, body)
		r := checkMessage(t, m)
		first := m.Blocks[0].(*slack.SectionBlock).Text.Text
		if !strings.HasPrefix(m.Text, tt.want) || !strings.HasPrefix(first, tt.want) {
			t.Errorf("%s: text %q, first block %q, want %q", tt.name, m.Text, first, tt.want)
		}
		if want := strings.Count(tt.want, "<@"); len(r.mentions) != 2*want { // in the text and in the block
			t.Errorf("%s: mentions %v", tt.name, r.mentions)
		}
	}
}

// Every twenty minutes of a clock that is a quarter ahead is not every twenty
// minutes of the platform's.
func TestPrinter_Operation_RunsOfThePlatform(t *testing.T) {
	t.Parallel()
	op := sampleOperation(batchsync.OpDone, 6, batchsync.ScopeSingle, "orders")
	op.Spec.Schedule = batchsync.Schedule{Every: batchsync.Minutes, Step: 20, Zone: "Asia/Kathmandu"}
	for zone, want := range map[string]string{"UTC": "2026-03-04 11:05 Asia/Kathmandu", "": "2026-03-04 11:00 Asia/Kathmandu"} {
		m := Drawer{PlatformZone: zone}.In("").Operation(op, sampleNow())
		if s := string(mustJSON(t, m.Blocks)); !strings.Contains(s, want) {
			t.Errorf("platform in %q: %s, want %q", zone, s, want)
		}
	}
}

func TestPrinter_Operation_HandsOff(t *testing.T) {
	t.Parallel()
	op := sampleOperation(batchsync.OpWaiting, 2, batchsync.ScopeMulti, "orders")
	if s := string(mustJSON(t, printer().Operation(op, sampleNow()).Blocks)); strings.Contains(s, "To be set in Studio") {
		t.Error("a mirror the bot configures asks for work in Studio")
	}
	op.Steps[2].Notes = []batchsync.Text{batchsync.T("configure.refused", "note-a", "b", "c", "d", "e", "f")}
	s := string(mustJSON(t, printer().Operation(op, sampleNow()).Blocks))
	if !strings.Contains(s, "To be set in Studio") || !strings.Contains(s, "+10 more") || strings.Contains(s, "note-a") {
		t.Errorf("what has to be set is not listed once and in full: %s", s)
	}
}

func TestDrawer_In_UnknownLocale(t *testing.T) {
	t.Parallel()
	for _, locale := range []string{"", "en-GB", "EN", "xx", "de-DE"} {
		if got := (Drawer{}).In(locale).word("button.next"); got != "Next" {
			t.Errorf("locale %q says %q", locale, got)
		}
	}
}

// A note is no fault: only faults are to be checked.
func TestPrinter_Wizard_Notes(t *testing.T) {
	t.Parallel()
	s := sampleScreen(sampleDraft(batchsync.StepReview, batchsync.KindMySQL, batchsync.ScopeSingle, batchsync.Daily, "orders"))
	s.Draft.Notes, s.Problems = []batchsync.Text{batchsync.T("draft.out_of_date")}, nil
	if got := string(printer().problems(s)); !strings.HasPrefix(got, "*Please note*\n") {
		t.Errorf("a note alone: %s", got)
	}
	s.Problems = []batchsync.FieldError{{Field: batchsync.FieldTables, Text: batchsync.T("field.table_missing")}}
	if got := string(printer().problems(s)); !strings.HasPrefix(got, "*Please check*\n") {
		t.Errorf("a note and a fault: %s", got)
	}
}
