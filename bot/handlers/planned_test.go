package handlers

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// notebook has one draft of Ana's, and notes what is begun.
type notebook struct {
	desk
	draft batchsync.Draft
	begun []batchsync.Begin
}

func (n *notebook) Tasks() ([]batchsync.Task, error)    { return n.tasks, nil }
func (n *notebook) Watches() ([]batchsync.Watch, error) { return nil, nil }

func (n *notebook) Draft(batchsync.DraftID) (batchsync.Draft, error)       { return n.draft, nil }
func (n *notebook) FirstTime(string, time.Time) (bool, error)              { return true, nil }
func (n *notebook) OpenDrafts(batchsync.UserID) ([]batchsync.Draft, error) { return nil, nil }

func (n *notebook) CreateDraft(d batchsync.Draft) error {
	n.draft = d
	return nil
}

func (n *notebook) EditDraft(_ batchsync.DraftID, fn func(batchsync.Draft) (batchsync.Draft, error)) (batchsync.Draft, error) {
	next, err := fn(n.draft)
	if err == nil {
		n.draft = next
	}
	return next, err
}

func (n *notebook) Begin(b batchsync.Begin) error {
	n.begun, n.draft = append(n.begun, b), *b.Draft
	return nil
}

// known are lists that are what they are.
type known struct {
	unlisted
	facts *batchsync.Facts
}

func (k known) Facts(batchsync.DatasourceID, string) batchsync.Facts { return *k.facts }

// verdict are checks that always come out the same.
type verdict struct {
	lines []batchsync.CheckLine
	asked *int
}

func (v verdict) Preflight(context.Context, batchsync.Spec, time.Time) []batchsync.CheckLine {
	*v.asked++
	return v.lines
}

func checkLine(l batchsync.CheckLevel) batchsync.CheckLine {
	return batchsync.CheckLine{Part: batchsync.PartFolder, Level: l, Text: batchsync.T("preflight.folder_gone", "sync"), Fix: batchsync.T("fix.place")}
}

// desktop is a bot with a draft of Ana's at its review, and what it is made of.
type desktop struct {
	*Bot
	t     *testing.T
	wall  *wall
	book  *notebook
	facts *batchsync.Facts
	asked int
}

func atReview(t *testing.T, lines ...batchsync.CheckLine) *desktop {
	t.Helper()
	b, w := changer(t, &plant{}, desk{}, clusters{})
	d := &desktop{Bot: b, t: t, wall: w, book: &notebook{}, facts: &batchsync.Facts{
		Datasources: []batchsync.Datasource{{ID: 5, Name: "shop", Type: "MySQL"}, {ID: 9, Name: "lake", Type: "Lakehouse"}},
		Folders:     []batchsync.Folder{{ID: 7, Path: "sync"}}, Tables: []string{"orders", "items"},
	}}
	draft := batchsync.NewDraft("d1", slacksim.Ana, slacksim.General, batchsync.Defaults{
		Zone: "Asia/Shanghai", TargetSchema: "ods", VCluster: "vc", Folder: batchsync.Folder{ID: 7, Path: "sync"}, Target: batchsync.Datasource{ID: 9, Name: "lake"},
	}, time.Now())
	for field, answer := range map[batchsync.Field][]batchsync.Choice{
		batchsync.FieldKind: {{Value: "mysql"}}, batchsync.FieldSource: {{Value: "5", Label: "shop"}}, batchsync.FieldScope: {{Value: "multi"}},
		batchsync.FieldSourceSchema: {{Value: "shop"}}, batchsync.FieldTables: {{Value: "orders"}, {Value: "items"}}, batchsync.FieldName: {{Value: "sync_shop"}},
	} {
		draft.Answers[field] = answer
	}
	draft.Step, draft.Version = batchsync.StepReview, 5
	d.book.draft = draft
	b.Store, b.Lists, b.Checks = d.book, known{facts: d.facts}, verdict{lines, &d.asked}
	_, api := connect(t, slacksim.Options{})
	b.people = newPeople(api, batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}, 0, quiet())
	b.Run, b.Deliver = func(batchsync.OperationID) {}, func() {}
	b.Commands = func(s batchsync.Spec, _ batchsync.PlatformCron, about string) []batchsync.PlannedCommand {
		return []batchsync.PlannedCommand{{Argv: []string{"task", "create", s.Name, about}}}
	}
	return d
}

// drawn is the metadata of the review as it would be drawn now.
func (d *desktop) drawn() string { return d.drawing(ana, d.book.draft, nil).PrivateMetadata }

// confirms presses Create Sync in a modal and tells the answer.
func (d *desktop) confirms(metadata string) string {
	d.t.Helper()
	var said string
	d.submittedWizard(d.t.Context(), submit{origin: origin{User: slacksim.Ana}, View: slack.View{ID: "V1", PrivateMetadata: metadata}}, func(payload any) {
		js, err := json.Marshal(payload)
		if err != nil {
			d.t.Error(err)
		}
		said = unquoted(string(js))
	})
	return said
}

// work carries out what a pool has queued.
func (d *desktop) work(p *pool) {
	for lane, jobs := range p.lanes {
		for _, job := range jobs {
			job(d.t.Context())
		}
		p.queued -= len(jobs)
		delete(p.lanes, lane)
	}
	for len(p.ready) > 0 {
		<-p.ready
	}
}

// metadataOf reads which review an answer shows.
func (d *desktop) metadataOf(answer string) string {
	d.t.Helper()
	var got struct{ View slack.View }
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		d.t.Fatalf("%v in %s", err, answer)
	}
	return got.View.PrivateMetadata
}

// TestBot_Confirm_Bound has something change between the review and its
// confirmation: nothing is begun, what changed is named, and what is confirmed
// then is what stands there.
func TestBot_Confirm_Bound(t *testing.T) {
	t.Parallel()
	other := batchsync.Spec{Scope: batchsync.ScopeSingle, Target: batchsync.Datasource{ID: 9}, TargetSchema: "ODS", TargetTable: "Items"}
	tests := []struct {
		name   string
		change func(d *desktop)
		want   []string
	}{
		{"data source renamed", func(d *desktop) { d.facts.Datasources[0].Name = "shop_old" }, []string{"*Source*: was `shop`, is now `shop_old`"}},
		{"folder moved", func(d *desktop) { d.facts.Folders[0].Path = "old/sync" }, []string{"*Folder*: was `sync`, is now `old/sync`"}},
		{"schedule zone shifted", func(d *desktop) { d.cfg.PlatformZone = "UTC" }, []string{"*Schedule*: was `0 00 02 * * ? * (Asia/Shanghai)`, is now `0 00 18 * * ? * (UTC)`"}},
		{"another writer appeared", func(d *desktop) { d.book.tasks = []batchsync.Task{{ID: 3, Name: "theirs", Spec: &other}} }, []string{"*Other tasks that write the target*: is now `theirs (3)`"}},
		{"two at once", func(d *desktop) { d.facts.Datasources[1].Name, d.facts.Folders[0].Path = "lake2", "x" }, []string{"*Target*: was `lake`, is now `lake2`", "*Folder*: was `sync`, is now `x`"}},
		{"another bot", func(d *desktop) { d.Commands = nil }, []string{"*Commands*: changed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, forget := range map[string]bool{"remembered": false, "after a restart": true} {
				d := atReview(t)
				seen := d.drawn()
				tt.change(d)
				if forget {
					d.reviews = reviews{}
				}
				said := d.confirms(seen)
				if len(d.book.begun) != 0 || d.book.draft.Version != 6 || d.book.draft.State != batchsync.DraftOpen {
					t.Fatalf("%s: begun %d, draft %+v", name, len(d.book.begun), d.book.draft)
				}
				for _, want := range append(tt.want, "The plan changed since you saw it", "Step 5 of 5") {
					_, part, _ := strings.Cut(want, "is now ")
					if !strings.Contains(said, want) && (!forget || !strings.Contains(said, "is now "+part)) {
						t.Errorf("%s: the answer lacks %q: %s", name, want, said)
					}
				}
				if again := d.confirms(seen); len(d.book.begun) != 0 || !strings.Contains(again, "The form was out of date") {
					t.Errorf("%s: the old modal is confirmed: %s", name, again)
				}
				if done := d.confirms(d.metadataOf(said)); len(d.book.begun) != 1 {
					t.Fatalf("%s: what stands there now is not begun: %s", name, done)
				}
				got, want := *d.book.begun[0].Operation.Spec, d.book.draft.Planned(*d.facts)
				if got.Source.Name != want.Source.Name || got.Folder != want.Folder || got.Target.Name != want.Target.Name {
					t.Errorf("%s: begun %+v, shown %+v", name, got, want)
				}
			}
		})
	}
}

func TestBot_Confirm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		lines  []batchsync.CheckLine
		looked bool // the checks are back
		plain  bool // the modal is bound to no plan
		begun  int
		want   string
	}{
		{"still checking", []batchsync.CheckLine{checkLine(batchsync.LevelCross)}, false, false, 1, "Creating"},
		{"all well", []batchsync.CheckLine{checkLine(batchsync.LevelTick)}, true, false, 1, "Creating"},
		{"a warning", []batchsync.CheckLine{checkLine(batchsync.LevelWarning)}, true, false, 1, "Creating"},
		{"not known", []batchsync.CheckLine{checkLine(batchsync.LevelUnread)}, true, false, 1, "Creating"},
		{"a cross", []batchsync.CheckLine{checkLine(batchsync.LevelTick), checkLine(batchsync.LevelCross)}, true, false, 0, "Nothing was created: a check failed"},
		{"drawn by an older bot", nil, false, true, 0, "an older version of the bot"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := atReview(t, tt.lines...)
			d.behind(ana, "V1", d.book.draft)
			if tt.looked {
				d.work(d.reads)
			}
			seen := d.drawn()
			if tt.plain {
				seen = blocks.Ref{ID: "d1", Version: 5}.String()
			}
			said := d.confirms(seen)
			if len(d.book.begun) != tt.begun || !strings.Contains(said, tt.want) {
				t.Errorf("begun %d, want %d; said %s", len(d.book.begun), tt.begun, said)
			}
			if tt.begun == 0 && tt.looked && !strings.Contains(said, ":x: *Folder*") {
				t.Errorf("the panel is not shown: %s", said)
			}
		})
	}
}

// TestBot_Behind has the checks come back to a review that is still there, and
// to one that is not.
func TestBot_Behind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		meanwhile func(d *desktop)
		drawn     bool
	}{
		{"still there", func(*desktop) {}, true},
		{"commands shown meanwhile", func(d *desktop) { d.book.draft.Commands = true }, true},
		{"another version", func(d *desktop) { d.book.draft.Version++ }, false},
		{"confirmed", func(d *desktop) { d.book.draft.State = batchsync.DraftConfirmed }, false},
		{"went back", func(d *desktop) { d.book.draft.Step = batchsync.StepPlace }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := atReview(t, checkLine(batchsync.LevelCross))
			if first := d.drawing(ana, d.book.draft, nil); !strings.Contains(string(mustJSON(t, first)), "checking…") {
				t.Errorf("the first drawing does not say that checks are under way")
			}
			was := d.book.draft
			d.behind(ana, "V1", was)
			d.behind(ana, "V1", was) // a second drawing asks nothing twice
			if d.wall.top() != "" || d.asked != 0 {
				t.Fatal("somebody waited for the checks")
			}
			tt.meanwhile(d)
			d.work(d.reads)
			if d.asked != 1 {
				t.Errorf("checked %d times", d.asked)
			}
			if d.wall.top() != "" {
				t.Error("drawn outside of the person's turn")
			}
			d.work(d.Bot.work)
			if drawn := strings.Contains(d.wall.top(), ":x: *Folder*"); drawn != tt.drawn || !tt.drawn && d.wall.top() != "" {
				t.Errorf("drawn: %v, want %v: %s", drawn, tt.drawn, d.wall.top())
			}
		})
	}
}

// TestBot_Behind_OpenedAgain closes the modal while the checks are under way and
// opens it again: they are shown where it is open now.
func TestBot_Behind_OpenedAgain(t *testing.T) {
	t.Parallel()
	for name, early := range map[string]bool{"before they are back": false, "while they come back": true} {
		d := atReview(t, checkLine(batchsync.LevelCross))
		d.behind(ana, "V1", d.book.draft)
		d.drawing(ana, d.book.draft, nil)
		if early {
			d.work(d.reads)
		}
		d.behind(ana, "V2", d.book.draft)
		d.work(d.reads)
		d.work(d.Bot.work)
		if got := d.wall.top(); d.asked != 1 || !strings.Contains(got, ":x: *Folder*") || !strings.Contains(got, "V2") {
			t.Errorf("%s: checked %d times, drawn %s", name, d.asked, got)
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	js, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(unquoted(string(js)))
}

func TestBot_Review_Buttons(t *testing.T) {
	t.Parallel()
	d := atReview(t, checkLine(batchsync.LevelTick))
	d.behind(ana, "V1", d.book.draft)
	d.work(d.reads)
	press := func(id blocks.ActionID, version int) string {
		ref := blocks.Ref{ID: "d1", Version: version}.String()
		d.clicked(t.Context(), click{origin: ana, Action: id, Value: ref, View: &slack.View{ID: "V1", PrivateMetadata: ref}})
		return d.wall.top()
	}
	if got := press(blocks.ActionShowCommands, 5); !strings.Contains(got, "cz-cli task create sync_shop 'batchsync <OPERATION> for "+slacksim.Ana+"'") || !strings.Contains(got, "Hide Details") {
		t.Errorf("commands: %s", got)
	}
	if got := press(blocks.ActionShowCommands, 5); !strings.Contains(got, "Hide Details") {
		t.Errorf("a double click hides them: %s", got)
	}
	if got := press(blocks.ActionCheckDraft, 5); !strings.Contains(got, "checking…") || !strings.Contains(got, "cz-cli task create") {
		t.Errorf("check again: %s", got)
	}
	d.work(d.reads)
	if d.asked != 2 {
		t.Errorf("checked %d times, want once more", d.asked)
	}
	if got := press(blocks.ActionHideCommands, 5); strings.Contains(got, "cz-cli task create") || !strings.Contains(got, "Show Details") {
		t.Errorf("hidden: %s", got)
	}
	if got := press(blocks.ActionShowCommands, 4); !strings.Contains(got, "The form was out of date") || d.book.draft.Commands {
		t.Errorf("an old button: %s", got)
	}
}

// columned is a platform that tells the columns of its sources, unless it fails.
type columned struct {
	Platform
	err   error
	asked int
}

func (c *columned) Columns(context.Context, batchsync.DatasourceID, string, string) ([]batchsync.Column, error) {
	c.asked++
	return []batchsync.Column{{Name: "id", Type: "BIGINT"}}, c.err
}

// TestBot_Check_Columns: what a source did not tell is asked for again together
// with the checks, and what it told is not.
func TestBot_Check_Columns(t *testing.T) {
	t.Parallel()
	d := atReview(t, checkLine(batchsync.LevelTick))
	source := &columned{err: &batchsync.PlatformError{Failure: batchsync.FailMissingProgram}}
	d.Platform = source
	d.book.draft.Answers[batchsync.FieldScope] = []batchsync.Choice{{Value: "single"}}
	d.book.draft.Answers[batchsync.FieldTables] = []batchsync.Choice{{Value: "orders"}}
	d.behind(ana, "V1", d.book.draft)
	again := func() string {
		d.work(d.reads)
		d.work(d.Bot.work)
		shown := d.wall.top()
		ref := blocks.Ref{ID: "d1", Version: 5}.String()
		d.clicked(t.Context(), click{origin: ana, Action: blocks.ActionCheckDraft, Value: ref, View: &slack.View{ID: "V1", PrivateMetadata: ref}})
		return shown
	}
	const unread = "The columns of the source are not known"
	if got := again(); !strings.Contains(got, unread) {
		t.Fatalf("shown: %s", got)
	}
	source.err = nil
	if got := again(); strings.Contains(got, unread) || source.asked != 2 {
		t.Errorf("asked %d times, shown: %s", source.asked, got)
	}
	if again(); source.asked != 2 || d.asked != 3 {
		t.Errorf("columns asked %d times, want 2; checked %d times, want 3", source.asked, d.asked)
	}
}

// TestBot_Check_Full has no room for the checks: the review says so and the
// confirmation goes on.
func TestBot_Check_Full(t *testing.T) {
	t.Parallel()
	d := atReview(t, checkLine(batchsync.LevelTick))
	d.reads.limit = 0
	d.behind(ana, "V1", d.book.draft)
	d.work(d.Bot.work)
	if got := d.wall.top(); strings.Contains(got, "checking…") || !strings.Contains(got, ":grey_question: *Connection*") || !strings.Contains(got, "Check Again") {
		t.Errorf("shown: %s", got)
	}
	if d.confirms(d.drawn()); len(d.book.begun) != 1 {
		t.Error("not begun")
	}
}

func TestReviews(t *testing.T) {
	t.Parallel()
	var r reviews
	draft := func(id string, version int) batchsync.Draft {
		return batchsync.Draft{ID: batchsync.DraftID(id), Version: version}
	}
	r.note(draft("a", 2), func(v *review) { v.checking = true })
	r.note(draft("a", 1), func(*review) { t.Error("a version that is past is noted") })
	if !r.of(draft("a", 2)).checking || r.of(draft("a", 1)).checking || r.of(draft("b", 2)).checking {
		t.Error("mixes versions or drafts up")
	}
	r.note(draft("a", 3), func(v *review) {
		if v.checking {
			t.Error("what was known of an older version is believed")
		}
	})
	for i := range 3 * maxReviews {
		r.note(draft(string(rune('A'+i%26))+strings.Repeat("x", i/26), 1), func(*review) {})
	}
	if len(r.by) > maxReviews || len(r.order) != len(r.by) {
		t.Errorf("remembers %d of %d", len(r.by), len(r.order))
	}
}

// TestBot_Describe_Once draws a review twice while its source is asked.
func TestBot_Describe_Once(t *testing.T) {
	t.Parallel()
	d := atReview(t)
	d.book.draft.Answers[batchsync.FieldScope] = []batchsync.Choice{{Value: "single"}}
	d.book.draft.Answers[batchsync.FieldTables] = []batchsync.Choice{{Value: "orders"}}
	d.describe(ana, "V1", d.book.draft)
	d.describe(ana, "V1", d.book.draft)
	if d.reads.queued != 1 {
		t.Errorf("the columns are asked for %d times", d.reads.queued)
	}
}
