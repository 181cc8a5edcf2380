package batchsync

// TextKey names a sentence of the catalog.
type TextKey string

// Text is a sentence for people before it has a language: a key of the
// catalog and its arguments in order. Arguments may be foreign text (names,
// error messages); whoever renders a Text escapes and redacts them.
type Text struct {
	Key  TextKey  `json:"k,omitempty"`
	Args []string `json:"a,omitempty"`
}

// T makes a Text.
func T(key TextKey, args ...string) Text { return Text{Key: key, Args: args} }

// IsZero reports whether there is nothing to say.
func (t Text) IsZero() bool { return t.Key == "" }
