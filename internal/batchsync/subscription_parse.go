package batchsync

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DigestUsual is the time of a daily summary for which none was named.
const DigestUsual = "09:00"

// maxSelector is in characters: a folder path with room to spare.
const maxSelector = 1000

// SubscribeRequest is what somebody typed behind subscribe or unsubscribe.
type SubscribeRequest struct {
	// Selector chooses; of a task it has the Name only, as typed: a name or a
	// number, which still has to be looked up.
	Selector Selector
	Topics   []Topic // in the order of [Topics], each once; nil: none was named
	Digest   string  // time of day, HH:MM; set exactly if Topics has the digest
}

// String is the request in the words it can be typed with again; they read
// back as the same request.
func (r SubscribeRequest) String() string {
	all := []string{r.Selector.Words()}
	for _, t := range r.Topics {
		all = append(all, string(t))
		if t == TopicDigest {
			all = append(all, r.Digest)
		}
	}
	return strings.Join(all, " ")
}

// ParseSubscribe reads
//
//	TASK|FOLDER/*|source:NAME|* [topic...] [digest [HH:MM]]
//
// Names with spaces are in double quotes, in which a backslash stands before a
// quote or a backslash that is meant. A word in quotes is never a topic. Errors
// are of [CodeInvalid] and quote what was not understood.
func ParseSubscribe(words string) (SubscribeRequest, error) {
	in := wordReader{strings.ToValidUTF8(words, "\uFFFD")}
	first, err := in.next()
	if err != nil {
		return SubscribeRequest{}, err
	}
	var r SubscribeRequest
	if r.Selector, err = parseSelector(first); err != nil {
		return SubscribeRequest{}, err
	}
	for {
		w, err := in.next()
		switch {
		case err != nil:
			return SubscribeRequest{}, err
		case w.end():
			r.Topics = inTopicOrder(r.Topics)
			return r, nil
		}
		topic, ok := w.topic()
		if !ok {
			return SubscribeRequest{}, notATopic(w)
		}
		r.Topics = append(r.Topics, topic)
		if topic != TopicDigest {
			continue
		}
		if err := r.digestAt(&in); err != nil {
			return SubscribeRequest{}, err
		}
	}
}

// digestAt takes the time behind the word digest, if there is one.
func (r *SubscribeRequest) digestAt(in *wordReader) error {
	ahead := *in
	w, err := ahead.next()
	if err != nil || w.quoted || !strings.Contains(w.text, ":") {
		if r.Digest == "" {
			r.Digest = DigestUsual
		}
		return nil // what comes next is read as the next word, errors and all
	}
	at, ok := clockTime(w.text)
	if !ok {
		return &Error{Code: CodeInvalid, Text: T("subscribe.bad_time", w.text)}
	}
	r.Digest, *in = at, ahead
	return nil
}

// clockTime reads H:MM or HH:MM and writes HH:MM.
func clockTime(s string) (string, bool) {
	hour, minute, ok := strings.Cut(s, ":")
	if len(hour) == 1 {
		hour = "0" + hour
	}
	digits := func(s, highest string) bool { return len(s) == 2 && allASCIIDigits(s) && s <= highest }
	if !ok || !digits(hour, "23") || !digits(minute, "59") {
		return "", false
	}
	return hour + ":" + minute, true
}

func allASCIIDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// inTopicOrder is the topics in the order of the help text, each once.
func inTopicOrder(some []Topic) []Topic {
	var out []Topic
	for _, t := range Topics() {
		if slices.Contains(some, t) {
			out = append(out, t)
		}
	}
	return out
}

// parseSelector reads what chooses tasks.
func parseSelector(w word) (Selector, error) {
	name := strings.TrimSpace(w.text)
	invalid := func(t Text) (Selector, error) {
		return Selector{}, &Error{Code: CodeInvalid, Text: t, Hint: T("subscribe.how")}
	}
	if w.end() {
		return invalid(T("subscribe.whose"))
	}
	if utf8.RuneCountInString(name) > maxSelector {
		return invalid(T("subscribe.long", itoa(maxSelector)))
	}
	if _, is := w.topic(); is {
		return invalid(T("subscribe.topic_first", w.text))
	}
	s := Selector{Kind: SelectTask, Name: name}
	switch source, ok := cutSource(name); {
	case name == "*":
		return Selector{Kind: SelectAll}, nil
	case ok:
		s = Selector{Kind: SelectSource, Name: source}
	case strings.HasSuffix(name, "/*"):
		s = Selector{Kind: SelectFolder, Name: strings.TrimFunc(strings.TrimSuffix(name, "/*"), aroundFolder)}
	}
	if s.Name == "" {
		return invalid(T("subscribe.no_name", w.text))
	}
	return s, nil
}

func cutSource(name string) (string, bool) {
	const prefix = "source:"
	if len(name) < len(prefix) || !strings.EqualFold(name[:len(prefix)], prefix) {
		return "", false
	}
	return strings.TrimSpace(name[len(prefix):]), true
}

// aroundFolder is what a path is typed with and does not have.
func aroundFolder(r rune) bool { return r == '/' || unicode.IsSpace(r) }

// Words is the selector as it is typed. A task whose name would be read as
// something else is named by its number.
func (s Selector) Words() string {
	switch s.Kind {
	case SelectAll:
		return "*"
	case SelectFolder:
		return quoteWord(s.Name + "/*")
	case SelectSource:
		return "source:" + quoteWord(s.Name)
	}
	w := word{text: s.Name, quoted: true}
	if read, err := parseSelector(w); s.Task != 0 && (err != nil || read.Kind != SelectTask || read.Name != s.Name || allDigits(s.Name)) {
		return s.Task.String()
	}
	if _, topic := (word{text: s.Name}).topic(); topic || timeLike(s.Name) {
		return inQuotes(s.Name)
	}
	return quoteWord(s.Name)
}

// word is one word of a command.
type word struct {
	text   string
	quoted bool // some of it was
}

// end reports whether it is the nothing behind the last word.
func (w word) end() bool { return w.text == "" && !w.quoted }

func (w word) topic() (Topic, bool) {
	t := Topic(strings.ToLower(w.text))
	return t, !w.quoted && slices.Contains(Topics(), t)
}

// wordReader takes words from the front of a text, so that what comes after
// them can stay as it is.
type wordReader struct{ rest string }

// next is the next word. Quotes begin and end anywhere in it, also those that
// Slack's editors make of plain ones.
func (r *wordReader) next() (word, error) {
	r.rest = strings.TrimLeftFunc(r.rest, unicode.IsSpace)
	var w word
	var text strings.Builder
	inside, escaped, end := false, false, len(r.rest)
	for i, c := range r.rest {
		ahead, _ := utf8.DecodeRuneInString(r.rest[i+utf8.RuneLen(c):])
		switch {
		case escaped:
			escaped = false
			text.WriteRune(c)
		case inside && c == '\\' && (ahead == '\\' || isQuote(ahead)):
			escaped = true
		case isQuote(c):
			inside, w.quoted = !inside, true
		case unicode.IsSpace(c) && !inside:
			end = i
		default:
			text.WriteRune(c)
		}
		if end < len(r.rest) {
			break
		}
	}
	if inside {
		return word{}, &Error{Code: CodeInvalid, Text: T("subscribe.unclosed", r.rest)}
	}
	w.text, r.rest = text.String(), r.rest[end:]
	return w, nil
}

func isQuote(r rune) bool { return strings.ContainsRune("\"“”„", r) }

// quoteWord puts a name in quotes where it needs them to stay one word.
func quoteWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || isQuote(r) }) {
		return s
	}
	return inQuotes(s)
}

func inQuotes(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r == '\\' || isQuote(r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

func notATopic(w word) error {
	if _, ok := clockTime(w.text); ok {
		return &Error{Code: CodeInvalid, Text: T("subscribe.stray_time", w.text), Hint: T("subscribe.how")}
	}
	return &Error{Code: CodeInvalid, Text: T("subscribe.not_a_topic", w.text, string(nearestTopic(w.text))), Hint: T("subscribe.how")}
}

// nearestTopic is what a word most likely meant: the topic it begins, or the
// one with the fewest letters to change.
func nearestTopic(s string) Topic {
	s = strings.ToLower(s)
	for _, t := range Topics() {
		if len(s) > 1 && strings.HasPrefix(string(t), s) {
			return t
		}
	}
	return slices.MinFunc(Topics(), func(a, b Topic) int { return edits(s, string(a)) - edits(s, string(b)) })
}

// edits counts the single-character edits that make a into b.
func edits(a, b string) int {
	from, to := []rune(a), []rune(b)
	from = from[:min(len(from), 2*maxTopic)] // more letters are wrong in any case
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range from {
		corner := row[0]
		row[0] = i + 1
		for j := range to {
			change := corner
			if from[i] != to[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, change)
		}
	}
	return row[len(to)]
}

const maxTopic = 10 // characters of the longest
