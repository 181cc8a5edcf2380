package batchsync

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// lineTime reads a time of day, also with the colon of a Chinese keyboard.
func lineTime(s string) (string, bool) { return clockTime(strings.ReplaceAll(s, "：", ":")) }

// rhythmReader reads how often and when.
type rhythmReader struct {
	*lineParser
	words   []lineWord // the first is the word of the rhythm
	n       int        // how many are read
	answers Answers
}

// read returns how many words belong to the rhythm. What it answers shadows the
// parser's answers until it is known to be said once.
func (r *rhythmReader) read(said string) int {
	first := r.words[0]
	r.n = 1
	switch said {
	case "daily":
		r.answer(FieldSchedule, string(Daily))
		r.clock()
	case "weekdays":
		r.answer(FieldSchedule, string(Weekdays))
		r.clock()
	case "weekly":
		r.answer(FieldSchedule, string(Weekly))
		r.days()
		r.clock()
	case "monthly":
		r.answer(FieldSchedule, string(Monthly))
		r.day()
		r.clock()
	case "hourly":
		r.answer(FieldSchedule, string(Hours))
		r.answer(FieldStep, "1")
		r.answer(FieldTime, "00:00")
		r.answer(FieldUntil, UntilAlways)
		r.minute()
	case "every":
		r.every()
	}
	span := lineWord{from: first.from, to: r.words[r.n-1].to}
	if r.once(span, FieldSchedule) {
		for f, c := range r.answers {
			r.lineParser.answers[f], r.typed[f] = c, beginning(r.text(span))
		}
	}
	return r.n
}

func (r *rhythmReader) answer(f Field, values ...string) {
	r.answers[f] = nil
	for _, v := range values {
		r.answers[f] = append(r.answers[f], Choice{Value: v})
	}
}

// ahead is the next word, "" if it is none of a rhythm.
func (r *rhythmReader) ahead() string {
	if r.n >= len(r.words) {
		return ""
	}
	text, _ := r.words[r.n].plain()
	return text
}

// take reads the next word for a question: a value, or the ? that leaves it open.
func (r *rhythmReader) take(f Field, value string) {
	if value == "?" {
		r.answer(f)
	} else {
		r.answer(f, value)
	}
	r.n++
}

// clock reads the time of day, and reports whether there is one.
func (r *rhythmReader) clock() bool {
	before := r.n
	text := r.ahead()
	at, ok := lineTime(text)
	switch {
	case text == "?":
		r.take(FieldTime, text)
	case ok:
		r.take(FieldTime, at)
	case meantTime(text) != "":
		r.tell(r.words[r.n], T("oneline.time"), meantTime(text))
		r.take(FieldTime, "?")
	case strings.ContainsAny(text, ":："):
		r.tell(r.words[r.n], T("oneline.time"))
		r.take(FieldTime, "?")
	}
	return r.n > before
}

// minute reads the minute of every hour, as :MM.
func (r *rhythmReader) minute() {
	text := r.ahead()
	at, ok := lineTime("0" + text)
	switch {
	case text == "?":
		r.take(FieldTime, text)
	case ok && len(at) == len("00:00") && strings.IndexAny(text, ":：") == 0:
		r.take(FieldTime, at)
	case meantMinute(text) != "":
		r.tell(r.words[r.n], T("oneline.minute"), meantMinute(text))
		r.take(FieldTime, "?")
	case strings.ContainsAny(text, ":："):
		r.tell(r.words[r.n], T("oneline.minute"), ":00", ":30")
		r.take(FieldTime, "?")
	}
}

// days reads the weekdays, in one list or one by one.
func (r *rhythmReader) days() {
	var values []string
	for r.n < len(r.words) {
		w := r.words[r.n]
		if w.bad || w.keyed || w.arrow != "" {
			break
		}
		if r.ahead() == "?" && len(values) == 0 {
			r.take(FieldWeekdays, "?")
			return
		}
		found, wrong := weekdaysIn(w)
		if wrong != "" && (len(w.list) > 1 || len(values) == 0 && !isOption(w) && !strings.ContainsAny(wrong, ":：")) {
			near := nearest(wrong, weekdayWords())
			for i, day := range near {
				near[i] = strings.Replace(r.text(w), wrong, day, 1)
			}
			r.tell(w, T("oneline.weekday"), near...)
			r.take(FieldWeekdays, "?")
			return
		}
		if wrong != "" {
			break
		}
		values = append(values, found...)
		r.n++
	}
	if len(values) == 0 {
		return // the question stays as it is: open in a new draft
	}
	slices.Sort(values)
	r.answer(FieldWeekdays, slices.Compact(values)...)
}

// weekdaysIn reads a list of weekdays and of spans such as mon-fri, or says what
// is none.
func weekdaysIn(w lineWord) (values []string, wrong string) {
	for _, names := range w.list {
		name := names[0].text
		from, to, span := strings.Cut(strings.ReplaceAll(name, "–", "-"), "-")
		if !span {
			to = from
		}
		first, last := weekdayOf(from), weekdayOf(to)
		switch {
		case len(names) != 1:
			return nil, cmp.Or(name, ",")
		case first < 0:
			return nil, cmp.Or(from, ",")
		case last < 0:
			return nil, cmp.Or(to, name)
		}
		for day := first; ; day = (day + 1) % 7 {
			values = append(values, itoa(day))
			if day == last {
				break
			}
		}
	}
	return values, ""
}

// weekdayOf is the figure of a weekday, -1 for what is none; its first three
// letters do.
func weekdayOf(name string) int {
	return slices.IndexFunc(weekdayNames(), func(full string) bool {
		return len(name) >= 3 && strings.HasPrefix(full, strings.ToLower(name))
	})
}

// weekdayNames are the weekdays from Sunday on; the first three letters do.
func weekdayNames() []string {
	var out []string
	for d := time.Sunday; d <= time.Saturday; d++ {
		out = append(out, strings.ToLower(d.String()))
	}
	return out
}

func weekdayWords() []string {
	var out []string
	for _, name := range weekdayNames() {
		out = append(out, name[:3])
	}
	return out
}

// day reads the day of a month.
func (r *rhythmReader) day() {
	text := r.ahead()
	switch n := number(text); {
	case text == "?":
		r.take(FieldDay, text)
	case text == "" || meantDay(text) == "":
	case !allASCIIDigits(text) || n < 1 || n > 31:
		r.tell(r.words[r.n], T("schedule.day_invalid"), meantDay(text))
		r.take(FieldDay, "?")
	default:
		r.take(FieldDay, itoa(int(n)))
	}
}

// every reads a step and its unit.
func (r *rhythmReader) every() {
	text := strings.ToLower(r.ahead())
	figure, unit := text, ""
	if text != "" {
		figure, unit = text[:len(text)-1], text[len(text)-1:]
	}
	steps, every, each := HourSteps(), Hours, 60
	if unit == "m" {
		steps, every, each = MinuteSteps(), Minutes, 1
	}
	known := (unit == "h" || unit == "m") && figure != "" && (figure == "?" || allASCIIDigits(figure))
	if !known {
		r.notEvery()
		return
	}
	r.answer(FieldSchedule, string(every))
	span := lineWord{from: r.words[0].from, to: r.words[r.n].to}
	switch n := number(figure); {
	case figure == "?":
		r.take(FieldStep, "?")
	case !slices.Contains(steps, int(n)):
		if n < 0 || n > 24*60 { // more than a figure holds, or than a day
			n = 24 * 60
		}
		r.tell(span, T("oneline.step"), nearestSteps(int(n)*each)...)
		r.take(FieldStep, "?")
	default:
		r.take(FieldStep, itoa(int(n)))
	}
	if every == Hours {
		r.window()
	}
}

// notEvery tells of a step that is written in another way, or of none.
func (r *rhythmReader) notEvery() {
	r.answer(FieldSchedule)
	var ahead []string
	for _, w := range r.words[1:min(3, len(r.words))] {
		text, _ := w.plain()
		ahead = append(ahead, text)
	}
	minutes, n := meantStep(ahead)
	if n == 0 {
		r.tell(r.words[0], T("oneline.every"), "every 4h", "every 15m")
		return
	}
	r.n += n
	r.tell(lineWord{from: r.words[0].from, to: r.words[n].to}, T("oneline.every"), nearestSteps(minutes)...)
	if slices.Contains([]string{"from", "until"}, strings.ToLower(r.ahead())) {
		r.window()
	}
}

// window reads the first time and the last hour of a rhythm of hours.
func (r *rhythmReader) window() {
	r.answer(FieldTime, "00:00")
	r.answer(FieldUntil, UntilAlways)
	if strings.EqualFold(r.ahead(), "from") {
		r.n++
		if !r.clock() {
			r.tell(r.words[r.n-1], T("oneline.time"))
			r.answer(FieldTime)
		}
	}
	if strings.EqualFold(r.ahead(), "until") {
		r.n++
		r.until()
	}
}

// until reads the last hour of a window behind its word.
func (r *rhythmReader) until() {
	r.answer(FieldUntil, itoa(noHour))
	text := strings.TrimSuffix(strings.ReplaceAll(r.ahead(), "：", ":"), ":00")
	hour, meant := number(text), meantTime(text)
	switch {
	case text == "?":
		r.wrong[FieldUntil] = true // nobody's mistake
		r.n++
	case text != "" && allASCIIDigits(text) && hour >= 0 && hour <= 23:
		r.answer(FieldUntil, itoa(int(hour)))
		r.n++
	case text != "" && allASCIIDigits(text): // midnight is of the next day
		r.tell(r.words[r.n], T("oneline.hour"), "23")
		r.wrong[FieldUntil] = true
		r.n++
	case meant != "":
		r.tell(r.words[r.n], T("oneline.hour"), itoa(int(number(meant[:2]))))
		r.wrong[FieldUntil] = true
		r.n++
	case strings.ContainsAny(text, ":："):
		r.tell(r.words[r.n], T("oneline.hour"))
		r.wrong[FieldUntil] = true
		r.n++
	default:
		r.tell(r.words[r.n-1], T("oneline.hour"))
		r.wrong[FieldUntil] = true
	}
}

// noHour is an answer that is none, which keeps the draft from the review: an
// open one would mean around the clock.
const noHour = 24

// nearestSteps are the offered rhythms nearest to one of so many minutes, of any
// unit: the one that is the same comes first, and of two as near the rarer.
func nearestSteps(minutes int) []string {
	words, all := map[int]string{24 * 60: "daily"}, []int{24 * 60}
	add := func(steps []int, each int, unit string) {
		for _, s := range slices.Backward(steps) {
			words[s*each] = "every " + itoa(s) + unit
			all = append(all, s*each)
		}
	}
	add(HourSteps(), 60, "h")
	add(MinuteSteps(), 1, "m")
	distance := func(m int) int { return max(m-minutes, minutes-m) }
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(distance(a), distance(b)) })
	var out []string
	for _, m := range all[:maxNearest] {
		out = append(out, words[m])
	}
	return out
}
