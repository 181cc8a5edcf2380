package blocks

import "strings"

// ListFilter is what somebody typed behind list, taken apart.
type ListFilter struct {
	Word string // "mine", "failed" or ""
	Part string // of a name, as typed; "" for any
}

// ReadListFilter takes a filter apart: a word, part of a name, or both with the
// word first. Letters of either case make the word. A task whose name begins with
// such a word and a space is found by what follows it.
func ReadListFilter(typed string) ListFilter {
	typed = strings.TrimSpace(typed)
	first, rest, _ := strings.Cut(typed, " ")
	switch word := strings.ToLower(first); word {
	case "mine", "failed":
		return ListFilter{word, strings.TrimSpace(rest)}
	}
	return ListFilter{Part: typed}
}

// Own reports whether the list is of the tasks of whoever asks for it.
func (f ListFilter) Own() bool { return f.Word == "mine" }
