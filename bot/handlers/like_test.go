package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"
)

// original is a platform with one task to make others like.
type original struct {
	plant
	content    batchsync.Content
	contentErr error
}

func (p *original) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	return p.content, p.contentErr
}

// shelfOf keeps the drafts that are begun.
type shelfOf struct {
	desk
	open, made []batchsync.Draft
}

func (s *shelfOf) OpenDrafts(batchsync.UserID) ([]batchsync.Draft, error) { return s.open, nil }
func (s *shelfOf) CreateDraft(d batchsync.Draft) error {
	s.made = append(s.made, d)
	return nil
}
func (s *shelfOf) Watches() ([]batchsync.Watch, error) { return nil, nil }

func TestBot_LikeForm(t *testing.T) {
	t.Parallel()
	content := batchsync.Content{
		Source: batchsync.Datasource{ID: 5, Name: "shop db"}, Target: batchsync.Datasource{ID: 9, Name: "lake"}, Scope: batchsync.ScopeSingle,
		WriteMode: batchsync.Overwrite, SourceSchema: "shop", Pairs: []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}},
	}
	ref := syncTask
	ref.Folder = 7
	other := batchsync.NewDraft("d0", slacksim.Ana, slacksim.General, batchsync.Defaults{}, now())
	for _, c := range []struct {
		name  string
		ref   batchsync.TaskRef
		err   error
		open  []batchsync.Draft
		taken string // a task of that name exists
		step  batchsync.Step
		task  string // name of the new one
		says  string
	}{
		{"all of it", ref, nil, nil, "", batchsync.StepReview, "sync_shop_orders_daily", "This is filled in like orders"},
		{"name is taken", ref, nil, nil, "sync_shop_orders_daily", batchsync.StepReview, "sync_shop_orders_daily_2", "This is filled in like orders"},
		{"beside another draft", ref, nil, []batchsync.Draft{other}, "", batchsync.StepReview, "sync_shop_orders_daily", "Your other one is kept"},
		{"not configured", ref, &batchsync.PlatformError{Command: "task integration show", Failure: batchsync.FailNotConfigured}, nil, "", batchsync.StepSource, "", "could not be read"},
		{"platform does not answer", ref, errors.New("broken"), nil, "", "", "", "went wrong"},
		{"no sync", sqlTask, nil, nil, "", "", "", "is no batch sync"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &original{content: content, contentErr: c.err}
			p.draft = batchsync.DraftSchedule{Cron: daily, VCluster: "sync_vc"}
			p.tasks = []batchsync.TaskRef{ref, {ID: 50, Name: c.taken}}
			b, w := changer(t, &p.plant, desk{}, &told{facts: shopFacts("orders")})
			s := &shelfOf{open: c.open}
			b.Platform, b.Store = p, s
			b.likeForm(t.Context(), ana, "V1", c.ref)
			if c.step == "" != (len(s.made) == 0) {
				t.Fatalf("began %+v", s.made)
			}
			for _, d := range s.made {
				if d.Step != c.step || d.Spec().Name != c.task {
					t.Errorf("began at %s, called %q, want %s and %q", d.Step, d.Spec().Name, c.step, c.task)
				}
			}
			if !slices.ContainsFunc(w.seen, func(said string) bool { return strings.Contains(said, c.says) }) {
				t.Errorf("nothing drawn says %q: %.3000s", c.says, strings.Join(w.seen, "\n"))
			}
		})
	}
}
