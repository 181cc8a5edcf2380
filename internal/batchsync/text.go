package batchsync

import "strings"

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

// listSign stands between the items of a list that is one argument. No name has
// it: whoever shows foreign text drops what cannot be seen.
const listSign = "\x1f"

// List makes one argument of several things of a kind. What stands between them
// is a matter of the language, see [Items].
func List(items ...string) string { return strings.Join(items, listSign) }

// Items are what [List] made an argument of.
func Items(arg string) []string { return strings.Split(arg, listSign) }

// IsZero reports whether there is nothing to say.
func (t Text) IsZero() bool { return t.Key == "" }
