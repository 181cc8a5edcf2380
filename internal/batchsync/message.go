package batchsync

import "time"

// MessageKind says how a message is drawn.
type MessageKind string

const (
	// MessageOperation is the live card of an operation: drawn from the
	// operation as it stands when it is sent.
	MessageOperation MessageKind = "operation"
	// MessageNotice is a sentence, drawn from Body.
	MessageNotice MessageKind = "notice"
	// MessageFile is a stored [File], uploaded; Object is its id.
	MessageFile MessageKind = "file"
	// MessageLog is the end of a run's log, drawn from Log.
	MessageLog MessageKind = "log"
	// MessageAlert is the live message of an [Alert]: drawn from it and its
	// incidents as they stand when it is sent; Object is its id.
	MessageAlert MessageKind = "alert"
	// MessageDigest is a daily summary, drawn from Digest.
	MessageDigest MessageKind = "digest"
	// MessageAcceptance is the live card of an [Acceptance]: drawn from it as it
	// stands when it is sent; Object is its id.
	MessageAcceptance MessageKind = "acceptance"
)

// MessageState says whether a message still has to be sent.
type MessageState string

const (
	MessageDue  MessageState = "due"  // the outbox delivers it
	MessageSent MessageState = "sent" // Slack shows the newest revision
	MessageDead MessageState = "dead" // Slack will never take it; Reason says why
)

// Message is something Slack must show, as domain data: it is drawn at the
// moment it is sent. A live message (a card) has revisions: whoever changes
// what it shows raises Wanted, and the outbox posts or edits until Shown has
// caught up. Several changes in a row thus cost one edit, and the last state
// always arrives.
type Message struct {
	ID     MessageID   `json:"id"` // also the dedupe key: one id is one message
	Kind   MessageKind `json:"kind"`
	Object string      `json:"object,omitempty"` // id of what is drawn, by kind
	Body   []Text      `json:"body,omitempty"`   // of a notice, one paragraph each
	// Mention, of a notice, is the person it begins with a mention of: the one
	// way to ping somebody, never taken from foreign text.
	Mention UserID `json:"mention,omitempty"`
	// Also are others it mentions behind that one.
	Also    []UserID    `json:"also,omitempty"`
	Log     *LogExcerpt `json:"log,omitempty"`
	Digest  *Digest     `json:"digest,omitempty"`
	Channel ChannelID   `json:"channel"`          // where it is wanted; a user id means a direct message
	Thread  MessageID   `json:"thread,omitempty"` // the message it answers to
	// ThreadTS is Slack's timestamp of the thread in Channel that it belongs
	// to, where the thread's first message is known by that only.
	ThreadTS  string       `json:"thread_ts,omitempty"`
	Broadcast bool         `json:"broadcast,omitempty"`
	State     MessageState `json:"state"`
	Wanted    int          `json:"wanted"`           // revision that should be visible, from 1
	Shown     int          `json:"shown"`            // revision that is visible, 0 before the first post
	Posted    ChannelID    `json:"posted,omitempty"` // where Slack put it; a D… id for direct messages
	TS        string       `json:"ts,omitempty"`     // Slack's timestamp of it
	Attempts  int          `json:"attempts,omitempty"`
	Due       time.Time    `json:"due,omitzero"`     // when it may be sent next
	Pending   time.Time    `json:"pending,omitzero"` // since when something of it is not shown; zero: all is
	CreatedAt time.Time    `json:"created_at"`
	SentAt    time.Time    `json:"sent_at,omitzero"`
	Reason    string       `json:"reason,omitempty"` // Slack's error, of a dead or delayed message
}

// Outcome is how an attempt to deliver a message ended.
type Outcome string

const (
	OutcomeDone   Outcome = "done"   // Slack shows what was drawn, at Channel/TS
	OutcomeLater  Outcome = "later"  // rate limit: again after Wait; costs no attempt
	OutcomeFailed Outcome = "failed" // passing trouble: again with back-off
	OutcomeGone   Outcome = "gone"   // the posted message is gone or can no longer be edited: post anew
	OutcomeNever  Outcome = "never"  // the channel is gone or closed to us; keep as dead
)

// Delivery reports an attempt to deliver a message.
type Delivery struct {
	Outcome Outcome
	Channel ChannelID
	TS      string
	Wait    time.Duration // OutcomeLater
	Reason  string        // Slack's error code or a short cause; never a secret
}
