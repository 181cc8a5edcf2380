package monitor

import (
	"fmt"
	"hash/fnv"
	"strconv"

	"batchsync/internal/batchsync"
)

// event is news of a task that is no condition: it happened, and is told once.
type event string

const (
	eventGone     event = "gone"     // the platform does not know the task any more
	eventOffline  event = "offline"  // it was taken off the scheduler elsewhere
	eventOnline   event = "online"   // it was deployed elsewhere
	eventSchedule event = "schedule" // its schedule was changed elsewhere
	eventCluster  event = "cluster"  // its cluster was
)

// news is an event and what is said of it.
type news struct {
	event event
	watch batchsync.Watch // after it
	said  batchsync.Text
}

// happened compares what the scheduler told of a task before and now. A task
// that was never read before has no news.
func happened(before, now batchsync.Watch) (event, batchsync.Text) {
	switch {
	case before.Read.IsZero():
		return "", batchsync.Text{}
	case now.Gone && !before.Gone:
		return eventGone, batchsync.T("news.gone", now.Name)
	case before.Online && !now.Online:
		return eventOffline, batchsync.T("news.offline", now.Name)
	case !before.Online && now.Online:
		return eventOnline, batchsync.T("news.online", now.Name, now.Cron)
	case now.Online && !batchsync.SameCron(before.Cron, now.Cron):
		return eventSchedule, batchsync.T("news.schedule", now.Name, before.Cron, now.Cron)
	case now.Online && before.VCluster != now.VCluster:
		return eventCluster, batchsync.T("news.cluster", now.Name, before.VCluster, now.VCluster)
	}
	return "", batchsync.Text{}
}

// topic is the kind of news an event belongs to.
func (e event) topic() batchsync.Topic {
	if e == eventGone || e == eventOffline {
		return batchsync.TopicFailures
	}
	return batchsync.TopicLate
}

// tell makes a notice of an event for every channel that wants it. Its id is
// made of what happened, so that the same news is told once. What is kept back is
// not decided on yet, see judgement.elsewhere.
func tell(b board, n news) []batchsync.Message {
	e, w, said := n.event, n.watch, n.said
	if e == "" {
		return nil
	}
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, w.Online, w.Gone, w.Cron, w.VCluster, w.Read.Unix()) // never fails
	mark := strconv.FormatUint(uint64(h.Sum32()), 36)
	var out []batchsync.Message
	for _, c := range b.channels() {
		if !wantsEvent(b, c, e, w) {
			continue
		}
		out = append(out, batchsync.Message{
			ID:   batchsync.MessageID("news/" + w.Task.String() + "/" + string(e) + "/" + mark + "/" + string(c)),
			Kind: batchsync.MessageNotice, Body: []batchsync.Text{said}, Channel: c,
			State: batchsync.MessageDue, Wanted: 1, Due: b.now, CreatedAt: b.now,
		})
	}
	return out
}

func wantsEvent(b board, c batchsync.ChannelID, e event, w batchsync.Watch) bool {
	for _, s := range b.subscriptionsOf(c) {
		if s.Wants(e.topic()) && s.Selector.Selects(w.Task, w.Folder, w.Source) {
			return true
		}
	}
	return false
}
