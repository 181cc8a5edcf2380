package handlers

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// papers keeps the drafts of one person, as the file does.
type papers struct {
	desk
	all []batchsync.Draft // the newest first
}

func (s *papers) FirstTime(string, time.Time) (bool, error) { return true, nil }

func (s *papers) OpenDrafts(batchsync.UserID) (out []batchsync.Draft, err error) {
	for _, d := range s.all {
		if d.State == batchsync.DraftOpen && d.Mistaken == "" {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *papers) CreateDraft(d batchsync.Draft) error {
	if d.Mistaken != "" {
		s.all = slices.DeleteFunc(s.all, func(d batchsync.Draft) bool { return d.Mistaken != "" })
	}
	s.all = append([]batchsync.Draft{d}, s.all...)
	return nil
}

func (s *papers) Draft(id batchsync.DraftID) (batchsync.Draft, error) {
	for _, d := range s.all {
		if d.ID == id {
			return d, nil
		}
	}
	return batchsync.Draft{}, missing()
}

func (s *papers) EditDraft(id batchsync.DraftID, fn func(batchsync.Draft) (batchsync.Draft, error)) (batchsync.Draft, error) {
	for i, d := range s.all {
		if d.ID != id {
			continue
		}
		next, err := fn(d)
		switch {
		case err != nil:
		case next.State == batchsync.DraftCancelled:
			s.all = slices.Delete(s.all, i, i+1)
		default:
			s.all[i] = next
		}
		return next, err
	}
	return batchsync.Draft{}, missing()
}

// liner is a bot that reads lines, its drafts, and the wall it draws on.
func liner(t *testing.T) (*Bot, *papers, *wall) {
	t.Helper()
	d := atReview(t)
	s := &papers{}
	d.Store, d.Lists = s, &told{facts: shopFacts("orders")}
	return d.Bot, s, d.wall
}

const wrongLine = `"shop db" shop.oders -> ods.orders daily 02:00 folder=sync name=n vc=sync_vc zone=UTC lake=lake`

// modalOf is the modal that shows a draft.
func modalOf(d batchsync.Draft) *slack.View {
	return &slack.View{ID: "V1", PrivateMetadata: blocks.Ref{ID: string(d.ID), Version: d.Version}.String()}
}

// TestBot_Mistaken has a line with mistakes be no draft of the person before they go
// on with it, and be told once more when it is closed.
func TestBot_Mistaken(t *testing.T) {
	t.Parallel()
	b, s, w := liner(t)
	for range 3 {
		b.drawLine(t.Context(), ana, "V1", wrongLine)
	}
	if open, _ := s.OpenDrafts(slacksim.Ana); len(open) != 0 || len(s.all) != 1 {
		t.Fatalf("three mistyped lines leave %d drafts, %d of them open", len(s.all), len(open))
	}
	view := modalOf(s.all[0])
	b.dismissed(t.Context(), closed{origin: origin{User: slacksim.Ana, Key: "closed/V1"}, Callback: blocks.CallbackLine, View: *view})
	if said := w.top(); len(s.all) != 0 || !strings.Contains(said, "Nothing of your line was kept") || !strings.Contains(said, `/batchsync new \"shop db\" shop.oders `) {
		t.Errorf("closed, %d drafts are left and it says %s", len(s.all), said)
	}

	b.drawLine(t.Context(), ana, "V1", wrongLine)
	on := click{origin: origin{User: slacksim.Ana}, Value: modalOf(s.all[0]).PrivateMetadata, View: modalOf(s.all[0])}
	b.chosenResume(t.Context(), on)
	open, _ := s.OpenDrafts(slacksim.Ana)
	if len(open) != 1 || open[0].Step != batchsync.StepTables || open[0].Spec().Name != "n" {
		t.Fatalf("going on leaves %+v", open)
	}
	b.drawLine(t.Context(), ana, "V2", wrongLine)
	b.chosenResume(t.Context(), click{origin: origin{User: slacksim.Ana}, Value: modalOf(s.all[0]).PrivateMetadata, View: modalOf(s.all[0])})
	if !slices.ContainsFunc(w.seen, func(said string) bool { return strings.Contains(said, "Your other one is kept") }) {
		t.Error("going on beside another draft does not say that it is kept")
	}
}

// TestBot_TakeLine_Replaced takes a line whose draft a later one replaced, and takes
// no line twice.
func TestBot_TakeLine_Replaced(t *testing.T) {
	t.Parallel()
	b, s, _ := liner(t)
	right := strings.Replace(wrongLine, "oders", "orders", 1)
	b.drawLine(t.Context(), ana, "V1", wrongLine)
	first := click{origin: origin{User: slacksim.Ana}, View: modalOf(s.all[0])}
	b.drawLine(t.Context(), ana, "V2", wrongLine)
	for range 2 {
		b.takeLine(t.Context(), first, right)
		if b.work.Depth() > 0 || b.reads.Depth() > 0 {
			(&desktop{Bot: b, t: t}).work(b.reads)
		}
		if open, _ := s.OpenDrafts(slacksim.Ana); len(open) != 1 || open[0].Step != batchsync.StepReview {
			t.Fatalf("taking the line leaves %d drafts", len(open))
		}
	}
}

// TestBot_ReadLine_StaysWrong offers no line in which something stays wrong, and
// tells the nearest values instead.
func TestBot_ReadLine_StaysWrong(t *testing.T) {
	t.Parallel()
	b, _, _ := liner(t)
	for _, line := range []string{
		`"shop db" shop.orders -> ods.orders hourly :75 every 7m folder=sync vc=sync_vc`,
		`"shop db" shop.oders -> ods.orders daly 02:00 qqqqqqqq folder=sync vc=sync_vc`,
	} {
		d := batchsync.NewDraft("d1", slacksim.Ana, "C1", batchsync.Defaults{Zone: "UTC"}, now())
		got, err := b.readLine(t.Context(), d, line)
		if err != nil || len(got.Problems) < 2 || got.Mended != "" {
			t.Fatalf("%s: %+v, %v", line, got, err)
		}
		near := 0
		for _, p := range got.Problems {
			near += len(p.Nearest)
			if len(p.Lines) > 0 {
				t.Errorf("%s: offers %q for %s, and others stay wrong", line, p.Lines, p.Quoted)
			}
		}
		if near == 0 {
			t.Errorf("%s: tells no nearest values", line)
		}
	}
}

// TestBot_Drafts lists all drafts of a person, discards them from there, and leads
// there from the choice that offers only the newest.
func TestBot_Drafts(t *testing.T) {
	t.Parallel()
	b, s, w := liner(t)
	for n := range 3 {
		d := batchsync.NewDraft(batchsync.DraftID(fmt.Sprint("d", n)), slacksim.Ana, "C1", batchsync.Defaults{}, now())
		d.Answers[batchsync.FieldName] = []batchsync.Choice{{Value: fmt.Sprint("task_", n)}}
		_ = s.CreateDraft(d)
	}
	b.begin(t.Context(), ana, "V1", "")
	if said := w.top(); !strings.Contains(said, "You have 2 other drafts.") || !strings.Contains(said, string(blocks.ActionDrafts)) {
		t.Errorf("the choice says %s", said)
	}
	in := click{origin: origin{User: slacksim.Ana}, View: &slack.View{ID: "V1"}}
	b.drafts(t.Context(), in)
	for n := range 3 {
		if said := w.top(); !strings.Contains(said, fmt.Sprint("task_", n)) {
			t.Errorf("the list does not have draft %d: %s", n, said)
		}
	}
	in.Value = modalOf(s.all[1]).PrivateMetadata
	b.discard(t.Context(), in)
	if said := w.top(); len(s.all) != 2 || strings.Contains(said, "task_1") || !strings.Contains(said, "task_0") {
		t.Errorf("after discarding one, %d are left and the list is %s", len(s.all), said)
	}
}
