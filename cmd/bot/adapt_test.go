package main

import (
	"slices"
	"testing"

	"batchsync/internal/batchsync"
)

func TestUnclaimed(t *testing.T) {
	t.Parallel()
	known := batchsync.Known{Tasks: []batchsync.Task{{ID: 1, Name: "orders"}, {ID: 2}, {ID: 3}}}
	places := map[batchsync.TaskID]location{2: {folder: "sync/mysql", source: "prod"}}
	for _, c := range []struct {
		name string
		subs []batchsync.Selector
		only []batchsync.Topic // nil: the usual ones
		want []batchsync.TaskID
	}{
		{"nobody asked", nil, nil, []batchsync.TaskID{1, 2, 3}},
		{"a single task", []batchsync.Selector{{Kind: batchsync.SelectTask, Task: 1}}, nil, []batchsync.TaskID{2, 3}},
		{"a folder", []batchsync.Selector{{Kind: batchsync.SelectFolder, Name: "sync"}}, nil, []batchsync.TaskID{1, 3}},
		{"a source", []batchsync.Selector{{Kind: batchsync.SelectSource, Name: "prod"}}, nil, []batchsync.TaskID{1, 3}},
		{"everything", []batchsync.Selector{{Kind: batchsync.SelectAll}}, nil, nil},
		{"a digest of everything", []batchsync.Selector{{Kind: batchsync.SelectAll}}, []batchsync.Topic{batchsync.TopicDigest}, []batchsync.TaskID{1, 2, 3}},
		{"what is late only", []batchsync.Selector{{Kind: batchsync.SelectTask, Task: 2}}, []batchsync.Topic{batchsync.TopicLate}, []batchsync.TaskID{1, 2, 3}},
		{"failures only", []batchsync.Selector{{Kind: batchsync.SelectTask, Task: 2}}, []batchsync.Topic{batchsync.TopicFailures}, []batchsync.TaskID{1, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, topics := known, c.only
			if topics == nil {
				topics = batchsync.UsualTopics()
			}
			for _, s := range c.subs {
				k.Subscriptions = append(k.Subscriptions, batchsync.Subscription{Channel: "C1", Selector: s, Topics: topics})
			}
			var got []batchsync.TaskID
			for _, s := range unclaimed(k, places, "C9") {
				if s.Channel != "C9" || !s.Wants(batchsync.TopicFailures) || s.Wants(batchsync.TopicDigest) {
					t.Errorf("subscription %+v", s)
				}
				got = append(got, s.Selector.Task)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
