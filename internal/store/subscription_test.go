package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

func subscribed(t *testing.T, s *Store, channel batchsync.ChannelID) (out []string) {
	t.Helper()
	for _, sub := range must[[]batchsync.Subscription](t)(s.Subscriptions(channel)) {
		out = append(out, fmt.Sprint(sub.Channel, " ", sub.Selector.Key(), " ", len(sub.Topics)))
	}
	return out
}

func TestStore_Subscribe(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	audit := batchsync.AuditRow{At: start, Actor: "U1"}
	folder := batchsync.Selector{Kind: batchsync.SelectFolder, Name: "sync/mysql"}
	everything := batchsync.Selector{Kind: batchsync.SelectAll}
	sub := func(channel batchsync.ChannelID, sel batchsync.Selector, topics ...batchsync.Topic) batchsync.Subscription {
		return batchsync.Subscription{Channel: channel, Selector: sel, Topics: topics, By: "U1", At: start}
	}
	ok(t, s.Subscribe(sub("C1", folder, batchsync.TopicLate), nil, audit))
	ok(t, s.Subscribe(sub("C1", folder, batchsync.TopicLate, batchsync.TopicTables), nil, audit))
	ok(t, s.Subscribe(sub("C1", everything, batchsync.TopicDigest), &batchsync.Channel{ID: "C1", Digest: "09:00"}, audit))
	ok(t, s.Subscribe(sub("C10", everything, batchsync.TopicDigest), nil, audit))
	if got := subscribed(t, s, "C1"); !slices.Equal(got, []string{"C1 all 1", "C1 folder/sync/mysql 2"}) {
		t.Errorf("subscribed are %q", got)
	}
	if got := subscribed(t, s, ""); len(got) != 3 {
		t.Errorf("all are %q, want three", got)
	}
	if got := must[batchsync.Channel](t)(s.Channel("C1")); got.Digest != "09:00" {
		t.Errorf("channel is %+v", got)
	}
	if got := must[batchsync.Channel](t)(s.Channel("C9")); got != (batchsync.Channel{ID: "C9"}) {
		t.Errorf("a channel nothing was set for is %+v", got)
	}
	if !must[bool](t)(s.Unsubscribe("C1", folder.Key(), audit)) || must[bool](t)(s.Unsubscribe("C1", folder.Key(), audit)) {
		t.Error("want it found once")
	}
	if must[bool](t)(s.Unsubscribe("C2", everything.Key(), audit)) {
		t.Error("another channel's was found")
	}
	if got := subscribed(t, s, "C1"); !slices.Equal(got, []string{"C1 all 1"}) {
		t.Errorf("left are %q", got)
	}
	if rows := must[[]batchsync.AuditRow](t)(s.Audit(99)); len(rows) != 5 {
		t.Errorf("%d audit rows, want one per change", len(rows))
	}
}

// The channel that a task's news goes to is subscribed once, and people have the
// last word.
func TestStore_DefaultSubscription(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	audit := batchsync.AuditRow{At: start}
	task := batchsync.Task{ID: 7, Name: "orders", Owner: "U1"}
	save := func(name string, channel batchsync.ChannelID, want ...string) {
		t.Helper()
		task.Channel = channel
		ok(t, s.SaveTask(task, audit))
		if got := subscribed(t, s, ""); !slices.Equal(got, want) {
			t.Errorf("%s: subscribed are %q, want %q", name, got, want)
		}
	}
	save("no channel", "")
	save("first", "C1", "C1 task/7 4")
	got := must[[]batchsync.Subscription](t)(s.Subscriptions("C1"))[0]
	if got.By != "U1" || !got.At.Equal(start) || got.Selector.Name != "orders" {
		t.Errorf("subscription is %+v", got)
	}
	must[bool](t)(s.Unsubscribe("C1", "task/7", audit))
	task.Muted = start
	save("unsubscribed, then muted", "C1")
	own := batchsync.Subscription{Channel: "C2", Selector: got.Selector, Topics: []batchsync.Topic{batchsync.TopicLate}}
	ok(t, s.Subscribe(own, nil, audit))
	save("moved to one that has its own", "C2", "C2 task/7 1")
	save("moved on", "C3", "C2 task/7 1", "C3 task/7 4")
	save("to no channel", "", "C2 task/7 1", "C3 task/7 4")

	ok(t, s.Begin(begin("op1", "made")))
	op := begin("op1", "made").Operation
	op.Version++
	ok(t, s.Advance(batchsync.Progress{Operation: op, Task: &batchsync.Task{ID: 8, Channel: "C1"}}))
	if got := subscribed(t, s, "C1"); !slices.Equal(got, []string{"C1 task/8 4"}) {
		t.Errorf("after a task was made: subscribed are %q", got)
	}
}

// A file of the version before opens, and the channels of its tasks are
// subscribed.
func TestMigrate_Monitor(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bot.db")
	db := must[*bbolt.DB](t)(bbolt.Open(path, 0o600, nil))
	ok(t, migrate(db, migrations()[:2], start))
	ok(t, db.Update(func(tx *bbolt.Tx) error {
		for id, data := range map[batchsync.TaskID]string{
			7: `{"id":7,"name":"orders","type":10,"owner":"U1","channel":"C1","spec":{"name":"orders"},"created_at":"2026-01-01T00:00:00Z"}`,
			8: `{"id":8,"name":"lonely","type":10,"owner":"U1","channel":"","created_at":"2026-01-01T00:00:00Z"}`,
		} {
			if err := bucket(tx, bucketTasks).Put(taskKey(id), []byte(data)); err != nil {
				return err
			}
		}
		return nil
	}))
	ok(t, db.Close())
	now := start.Add(time.Hour)
	s := must[*Store](t)(Open(path, now))
	got := must[[]batchsync.Subscription](t)(s.Subscriptions(""))
	want := batchsync.Subscription{
		Channel: "C1", Selector: batchsync.Selector{Kind: batchsync.SelectTask, Task: 7, Name: "orders"},
		Topics: batchsync.UsualTopics(), By: "U1", At: now,
	}
	if len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Errorf("subscribed are %+v, want %+v", got, want)
	}
	if k := known(t, s, now); len(k.Tasks) != 2 || len(k.Incidents) != 0 || !k.Cursor.Looked.IsZero() {
		t.Errorf("known is %+v", k)
	}
	if !must[bool](t)(s.Unsubscribe("C1", want.Selector.Key(), batchsync.AuditRow{})) {
		t.Error("it is stored under another key than others")
	}
	ok(t, s.Close())
	if got := must[[]batchsync.Subscription](t)(open(t, path).Subscriptions("")); len(got) != 0 {
		t.Errorf("opened again, subscribed are %+v, want what people left", got)
	}
}
