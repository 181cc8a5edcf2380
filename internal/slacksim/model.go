package slacksim

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Message is one posted message as the workspace sees it.
type Message struct {
	Channel   string   `json:"channel"`
	TS        string   `json:"ts"`
	ThreadTS  string   `json:"thread_ts,omitempty"`
	User      string   `json:"user"`
	Text      string   `json:"text"`
	Blocks    []Object `json:"blocks,omitempty"`
	Metadata  Object   `json:"metadata,omitempty"`
	Files     []Object `json:"files,omitempty"`
	Broadcast bool     `json:"broadcast,omitempty"`

	// EphemeralTo is the only user who sees the message; empty for ordinary ones.
	EphemeralTo string `json:"ephemeral_to,omitempty"`
	Edits       int    `json:"edits"` // how often it was updated
	FromApp     bool   `json:"from_app"`

	// Pings and Links are what the current content would notify or make clickable:
	// "@U…", "@S…", "@here", "@channel", "@everyone"; URLs and "#C…".
	Pings []string `json:"pings,omitempty"`
	Links []string `json:"links,omitempty"`

	deleted bool
}

// copied is the message as it may be handed out.
func (m Message) copied() Message {
	m.Blocks, m.Metadata, m.Files = copiedObjects(m.Blocks), copiedObject(m.Metadata), copiedObjects(m.Files)
	m.Pings, m.Links = slices.Clone(m.Pings), slices.Clone(m.Links)
	return m
}

// AllText is the message's text and every text inside its blocks, one per line.
func (m Message) AllText() string { return m.Text + "\n" + strings.Join(texts(m.Blocks), "\n") }

// View is one modal or Home tab with the input state of the user who sees it.
type View struct {
	ID              string   `json:"id"`
	Type            string   `json:"type"`
	User            string   `json:"user"`
	CallbackID      string   `json:"callback_id"`
	ExternalID      string   `json:"external_id"`
	Title           string   `json:"title"`
	Submit          string   `json:"submit"`
	Close           string   `json:"close"`
	PrivateMetadata string   `json:"private_metadata"`
	Hash            string   `json:"hash"`
	RootID          string   `json:"root_id"`
	PreviousID      string   `json:"previous_id"`
	Blocks          []Object `json:"blocks"`
	NotifyOnClose   bool     `json:"notify_on_close"`
	ClearOnClose    bool     `json:"clear_on_close"`

	// Values is what the user entered: block_id, then action_id, then the state
	// in the form of Slack's view.state.values.
	Values map[string]map[string]Object `json:"values"`
	// Errors are the messages at fields from the last submission, by block_id.
	Errors map[string]string `json:"errors,omitempty"`
}

// copied is the view as it may be handed out, without what the user entered.
func (v View) copied() View {
	v.Blocks, v.Errors, v.Values = copiedObjects(v.Blocks), maps.Clone(v.Errors), nil
	return v
}

// AllText is the title and every text inside the blocks, one per line.
func (v View) AllText() string { return v.Title + "\n" + strings.Join(texts(v.Blocks), "\n") }

// texts collects every shown string inside blocks, in drawing order.
func texts(blocks []Object) []string {
	var out []string
	var visit func(v any)
	visit = func(v any) {
		switch t := v.(type) {
		case []any:
			for _, c := range t {
				visit(c)
			}
		case Object:
			for _, key := range slices.Sorted(maps.Keys(t)) {
				s, isText := t[key].(string)
				shown := key == "text" || key == "caption" || key == "title" || key == "alt_text" || key == "label" || key == "name"
				if isText && shown {
					out = append(out, s)
				} else if !isText {
					visit(t[key])
				}
			}
		}
	}
	for _, b := range blocks {
		visit(any(b))
	}
	return out
}

// Toast is a notice that Slack's client shows outside messages and views.
type Toast struct {
	User string    `json:"user"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Call is one Web API call and its answer.
type Call struct {
	Method string
	Args   Object
	At     time.Time
	Status int
	Answer Object
	Left   bool // the caller had hung up before it was answered
}

// OK reports whether the answer said so.
func (c Call) OK() bool { return truth(c.Answer, "ok") }

// Err is Slack's error code; empty on success.
func (c Call) Err() string { return str(c.Answer, "error") }

// Envelope is one Socket Mode delivery.
type Envelope struct {
	ID      string
	Type    string
	Payload Object
	Sent    time.Time
	Acked   time.Time // zero while not acked
	Acks    int
	Answer  Object // payload of the first ack
	Retry   int    // retry_attempt
}
