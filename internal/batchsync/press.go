package batchsync

import "time"

// Press is a button of an operation's card that somebody pressed. The card
// names the last one: without it, a second Check Again that finds the same as
// the first would look as if nothing had happened.
type Press struct {
	Action Action    `json:"action"` // ActResume, ActDrop or ActStop
	By     UserID    `json:"by"`
	At     time.Time `json:"at"`
	Times  int       `json:"times"` // in a row by this person, from 1
}

// Press notes that a person pressed a button of the card; it is saved together
// with what the button did.
func (o Operation) Press(act Action, by UserID, now time.Time) Operation {
	next := Press{Action: act, By: by, At: now.UTC(), Times: 1}
	if last := o.Pressed; last != nil && last.Action == act && last.By == by {
		next.Times = last.Times + 1
	}
	o.Pressed = &next
	return o
}
