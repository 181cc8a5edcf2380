package batchsync

import (
	"slices"
	"strings"
)

// lineKeys are the keys of a line and what they answer.
func lineKeys() []string {
	return []string{"vc", "folder", "name", "zone", "lake", "where", "parallel", "rate", "keyed", "kind", "debug"}
}

func lineField(key string) Field {
	switch key {
	case "vc":
		return FieldVCluster
	case "lake":
		return FieldTarget
	case "keyed":
		return FieldKeyedMode
	}
	return Field(key) // the others are called as their questions
}

// lineWords are the words that mean something without quotes.
func lineWords() []string {
	return []string{string(Overwrite), string(Append), "daily", "weekdays", "weekly", "monthly", "hourly", "every"}
}

// options reads everything behind the tables.
func (p *lineParser) options(words []lineWord) {
	for len(words) > 0 && !p.problems.full() {
		w := words[0]
		text, plain := w.plain()
		n := 1
		switch said := strings.ToLower(text); {
		case w.bad:
		case p.spaced(words, &n):
		case w.keyed:
			p.key(w)
		case w.arrow != "":
			p.tell(w, T("oneline.two_arrows"))
		case !plain || !slices.Contains(lineWords(), said):
			p.unknown(w, text)
		case said == string(Overwrite) || said == string(Append):
			if p.once(w, FieldWriteMode) {
				p.set(FieldWriteMode, p.text(w), said)
			}
		default:
			r := rhythmReader{lineParser: p, words: words, answers: Answers{}}
			n = r.read(said)
		}
		words = words[n:]
	}
}

func (p *lineParser) unknown(w lineWord, text string) {
	if at := meantTime(text); at != "" && !allASCIIDigits(text) {
		p.tell(w, T("oneline.stray_time"), "daily "+at)
		return
	}
	if strings.EqualFold(text, string(upsert)) {
		p.tell(w, T("field.upsert_in_studio"), keysOf(WriteModes())...)
		return
	}
	all := lineWords()
	for _, k := range lineKeys() {
		all = append(all, k+"=")
	}
	near := nearest(p.text(w), all)
	if minutes, n := meantStep([]string{text}); n > 0 && !allASCIIDigits(text) {
		near = nearestSteps(minutes) // such as 4h without its every
	}
	p.tell(w, T("oneline.unknown_word"), near...)
}

// once reports whether a thing is said for the first time. Saying the same again
// changes nothing; what is said in two ways is asked for.
func (p *lineParser) once(w lineWord, f Field) bool {
	was, again := p.said[f]
	switch now := p.text(w); {
	case !again:
		p.said[f] = now
	case !sameSaid(was, now):
		p.tell(w, T("oneline.contradicts", was))
		p.answers[f] = nil
	}
	return !again
}

// sameSaid compares words of the language, of which letter case does not count,
// and values, of which it does.
func sameSaid(a, b string) bool {
	key, value, _ := strings.Cut(a, "=")
	other, said, _ := strings.Cut(b, "=")
	return strings.EqualFold(key, other) && value == said
}

// key reads KEY=VALUE.
func (p *lineParser) key(w lineWord) {
	key := strings.ToLower(w.key)
	if !slices.Contains(lineKeys(), key) {
		p.tell(w, T("oneline.unknown_key"), p.insteadOf(w)...)
		return
	}
	f := lineField(key)
	if !p.once(w, f) {
		return
	}
	value, typed := w.value.text, p.text(w)
	p.set(f, typed)
	switch {
	case w.value.open():
		return
	case strings.TrimSpace(value) == "":
		p.tell(w, T("oneline.no_value"))
		return
	case f == FieldKind:
		value = p.oneOf(w, strings.ToLower(value), keysOf(SourceKinds()))
	case f == FieldDebug:
		value = p.oneOf(w, strings.ToLower(value), []string{Yes, no})
	case f == FieldKeyedMode:
		value = p.oneOf(w, strings.ToLower(value), keysOf(WriteModes()))
	case f == FieldFolder:
		value = strings.TrimFunc(value, aroundFolder)
	case f == FieldWhere:
		value = straightQuotes(value)
	}
	if value != "" {
		p.set(f, typed, value)
	}
}

// insteadOf are the words that were likely meant by a key there is not, and its
// value.
func (p *lineParser) insteadOf(w lineWord) []string {
	value := strings.ToLower(w.value.text)
	switch strings.ToLower(w.key) {
	case "":
		return nil
	case "mode", "write", "write_mode":
		if slices.Contains(keysOf(WriteModes()), value) {
			return []string{value}
		}
	}
	_, typed, _ := strings.Cut(p.text(w), "=")
	near := nearestKeys(w.key)
	for i, key := range near {
		near[i] = key + "=" + typed
	}
	return near
}

// oneOf is the value if it is one of all, else nothing and told so.
func (p *lineParser) oneOf(w lineWord, value string, all []string) string {
	if slices.Contains(all, value) {
		return value
	}
	near, why := nearest(value, all), T("oneline.choice")
	if kind := string(KindOf(value)); len(near) == 0 && lineField(strings.ToLower(w.key)) == FieldKind && slices.Contains(all, kind) {
		near = []string{kind}
	}
	if len(near) == 0 {
		near = all
	}
	if value == string(upsert) {
		why = T("field.upsert_in_studio")
	}
	var words []string
	for _, v := range near {
		words = append(words, strings.ToLower(w.key)+"="+v)
	}
	p.tell(w, why, words...)
	return ""
}

func keysOf[K ~string](all []K) []string {
	var out []string
	for _, k := range all {
		out = append(out, string(k))
	}
	return out
}

// straightQuotes undoes what editors make of the quotes of SQL. Inside of a text
// in straight quotes curly ones are meant.
func straightQuotes(s string) string {
	inside, curly := rune(0), false // the straight form of the quote that is open
	return strings.Map(func(r rune) rune {
		straight := r
		switch r {
		case '‘', '’':
			straight = '\''
		case '“', '”', '„':
			straight = '"'
		}
		switch {
		case inside == 0 && strings.ContainsRune("'\"`", straight):
			inside, curly = straight, straight != r
			return straight
		case straight == inside && (curly || straight == r):
			inside = 0
			return straight
		}
		return r
	}, s)
}
