package batchsync

// Telling is an alert with everything its message tells, as it stands at one
// moment.
type Telling struct {
	Alert     Alert
	Incidents []Incident // those that are still stored
	// By task; what is not known is missing.
	Watches map[TaskID]Watch
	Tasks   map[TaskID]Task
	Holders map[TaskID]Operation // unsettled, that change the task now
	// Into is the alert that tells the incident now, of a folded one, and
	// IntoMessage its message; nil where they are not stored any more.
	Into        *Alert
	IntoMessage *Message
	// Subscriptions are those of the alert's channel.
	Subscriptions []Subscription
}

// Responsible is who is told when the alert's channel must not be, or cannot
// be: the owner of the first task that has one, else who subscribed the channel;
// "" where there is nobody.
func (t Telling) Responsible() UserID {
	for _, i := range t.Incidents {
		if owner := t.Tasks[i.Task].Owner; owner != "" {
			return owner
		}
	}
	for _, s := range t.Subscriptions {
		if s.By != "" {
			return s.By
		}
	}
	return ""
}
