package acceptance

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// A filter belongs to a single table; of several it would be that of another.
func TestRunner_WhereOfMany(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p, s := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform(), &source{knows: "shop_db"}
		p.content.Where = "id > 5"
		running(t, b, p, s)
		synctest.Wait()
		if len(s.asked) != 2 || s.asked[0].Where != "" || s.asked[1].Where != "" {
			t.Errorf("asked the source for %+v", s.asked)
		}
	})
}

// What could not be read keeps a delivery from having passed, also where no
// check rests on it.
func TestRunner_PartUnread(t *testing.T) {
	check(t, func(t *testing.T) {
		b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
		b.tasks[7] = batchsync.Task{ID: 7, Spec: &batchsync.Spec{
			VCluster: "sync_vc", Schedule: batchsync.Schedule{Every: batchsync.Daily, Hour: 3, Minute: 30, Zone: "UTC"},
		}}
		p.set("draft", &batchsync.PlatformError{Failure: batchsync.FailNotFound})
		running(t, b, p, &source{knows: "shop_db"})
		synctest.Wait()
		a := b.get(t, "x1")
		if a.Verdict != batchsync.VerdictUnchecked || !says(a, batchsync.VerdictUnchecked, "platform.not_found") || !says(a, batchsync.VerdictPassed, "judged.schedule_asked") {
			t.Errorf("made %+v", a)
		}
		if len(b.success) != 0 {
			t.Errorf("remembered %+v although not all of it was read", b.success)
		}
	})
}

// redeployed is a platform whose task was deployed at some time.
type redeployed struct {
	*platform
	at time.Time
}

func (p redeployed) Deployed(ctx context.Context, id batchsync.TaskID) (batchsync.Deployed, error) {
	d, err := p.platform.Deployed(ctx, id)
	d.PublishedAt = p.at
	return d, err
}

// A success is remembered with what the run was made with, or not at all.
func TestRunner_Success(t *testing.T) {
	for _, tt := range []struct {
		name            string
		ended, deployed time.Duration // ago
		want            int
	}{
		{"just now", time.Minute, time.Hour, 1},
		{"long ago", 2 * time.Hour, 24 * time.Hour, 0},
		{"deployed anew since", 10 * time.Minute, 5 * time.Minute, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, func(t *testing.T) {
				b, p := newBook(asked("x1", batchsync.OnRequest, 7)), newPlatform()
				p.at = time.Now().Add(-tt.ended)
				running(t, b, redeployed{p, time.Now().Add(-tt.deployed)}, &source{knows: "shop_db"})
				synctest.Wait()
				if len(b.success) != tt.want || b.saved() != 1 {
					t.Errorf("remembered %+v", b.success)
				}
			})
		})
	}
}

// Who gave a figure is answered, also where it changes no verdict.
func TestRunner_QuietGiven(t *testing.T) {
	check(t, func(t *testing.T) {
		before, given := asked("r1", batchsync.OnEveryRun, 7), asked("r2", batchsync.OnEveryRun, 7)
		b := newBook(before)
		r := running(t, b, newPlatform(), &source{knows: "shop_db"})
		pass(time.Second)
		given.Asked = time.Now()
		given.Tables = []batchsync.AcceptanceTable{{
			Pair: newPlatform().content.Pairs[0], Source: batchsync.SourceFigures{How: batchsync.CountedPerson, Rows: 10, By: "U2", At: given.Asked},
		}}
		b.mu.Lock()
		b.all["r2"] = given
		b.mu.Unlock()
		r.Wake()
		pass(time.Second)
		if a := b.get(t, "r2"); a.State != batchsync.AcceptanceDone || a.Verdict != b.get(t, "r1").Verdict || a.Quiet {
			t.Errorf("made %+v", a)
		}
	})
}
