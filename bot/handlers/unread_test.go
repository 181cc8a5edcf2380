package handlers

import (
	"strings"
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// TestBot_Unread counts the sync tasks that may write a table without the bot
// knowing: those it read, and those that do not run, are none of them.
func TestBot_Unread(t *testing.T) {
	t.Parallel()
	at := time.Now()
	ref := func(id batchsync.TaskID) batchsync.TaskRef {
		return batchsync.TaskRef{ID: id, Name: "other", Type: batchsync.TypeSingle}
	}
	pair := []batchsync.TablePair{{Source: "shop.orders", Sink: "ods.orders"}}
	for _, c := range []struct {
		name  string
		watch batchsync.Watch
		made  bool
		look  bool
		want  int
	}{
		{"nothing known", batchsync.Watch{}, false, false, 1},
		{"online, not read", batchsync.Watch{Task: 1, Online: true, Read: at}, false, false, 1},
		{"offline", batchsync.Watch{Task: 1, Read: at}, false, false, 0},
		{"gone", batchsync.Watch{Task: 1, Gone: true}, false, false, 0},
		{"read by the monitor", batchsync.Watch{Task: 1, Online: true, Read: at, Pairs: pair}, false, false, 0},
		{"made here", batchsync.Watch{}, true, false, 0},
		{"looked at", batchsync.Watch{}, false, true, 0},
	} {
		s := delivered{watching{}, nil}
		if c.watch.Task != 0 {
			s.watches = []batchsync.Watch{c.watch}
		}
		if c.made {
			s.tasks = []batchsync.Task{{ID: 1, Spec: &batchsync.Spec{}}}
		}
		tasks := []batchsync.TaskRef{ref(1), {ID: 2, Name: "a query", Type: sqlTask.Type}}
		b := idle(&original{plant: plant{tasks: tasks}, content: batchsync.Content{Pairs: pair}}, s, nil)
		if c.look {
			if _, err := b.content(t.Context(), ref(1)); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.unread(nil); got != -1 {
			t.Errorf("%s: %d of no list", c.name, got)
		}
		if listed, err := b.listSyncs(t.Context()); !listed || err != nil {
			t.Errorf("%s: listed %v, %v", c.name, listed, err)
		}
		if got := b.unread(nil); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	none := idle(&original{}, delivered{}, nil)
	if listed, err := none.listSyncs(t.Context()); listed || err != nil || none.unread(nil) != -1 {
		t.Errorf("a list without any task is believed: %v, %v", listed, err)
	}
}

// TestBot_Looked_Writers has a review know what somebody saw of a task, and pass
// nothing as long as others were not looked at.
func TestBot_Looked_Writers(t *testing.T) {
	t.Parallel()
	d := atReview(t, checkLine(batchsync.LevelTick))
	d.Platform = &original{
		plant:   plant{tasks: []batchsync.TaskRef{{ID: 41, Name: "theirs", Type: batchsync.TypeSingle}}},
		content: batchsync.Content{Target: batchsync.Datasource{ID: 9}, Scope: batchsync.ScopeSingle, Pairs: []batchsync.TablePair{{Source: "x.orders", Sink: "ods.orders"}}},
	}
	says := func(want string) {
		t.Helper()
		d.preflight(t.Context(), d.book.draft, d.book.draft.Spec())
		d.drawDraft(t.Context(), ana, "V1", d.book.draft, nil)
		if said := d.wall.top(); !strings.Contains(said, want) {
			t.Errorf("does not say %q: %s", want, said)
		}
	}
	says("*Other writers*, not known: 1 sync task was not read")
	if _, err := d.content(t.Context(), batchsync.TaskRef{ID: 41, Name: "theirs", Type: batchsync.TypeSingle}); err != nil {
		t.Fatal(err)
	}
	says("*Other writers*, look at it: These tasks write a table of this one, too: theirs")
}
