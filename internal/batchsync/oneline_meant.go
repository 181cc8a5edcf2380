package batchsync

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What people write in the place of what a line takes. None of it is taken for
// what it looks like: it is told as wrong, with what was likely meant.

// meantKeys are words for keys that have another name here.
func meantKeys() map[string]string {
	return map[string]string{
		"vcluster": "vc", "cluster": "vc", "virtual_cluster": "vc",
		"dir": "folder", "directory": "folder", "path": "folder", "task": "name", "task_name": "name", "title": "name",
		"timezone": "zone", "time_zone": "zone", "tz": "zone", "lakehouse": "lake",
		"filter": "where", "condition": "where", "parallelism": "parallel", "concurrency": "parallel", "threads": "parallel",
		"limit": "rate", "speed": "rate", "rate_limit": "rate", "type": "kind", "source_type": "kind", "test": "debug",
	}
}

// nearestKeys are the keys that were likely meant by a word: those it is another
// name of, else those a few letters away.
func nearestKeys(word string) []string {
	word = strings.ToLower(word)
	if key, other := meantKeys()[strings.ReplaceAll(word, "-", "_")]; other {
		return []string{key}
	}
	all := lineKeys()
	for i, key := range all {
		all[i] = key + "="
	}
	var out []string
	for _, near := range nearest(word+"=", all) {
		out = append(out, strings.TrimSuffix(near, "="))
	}
	return out
}

// meansKey reports whether a word is a key, or another name of one.
func meansKey(word string) bool {
	word = strings.ToLower(word)
	_, other := meantKeys()[strings.ReplaceAll(word, "-", "_")]
	return other || slices.Contains(lineKeys(), word)
}

// spaced tells of a key, its sign and its value that stand apart. It reports
// whether the words begin with such, and sets how many those are.
func (p *lineParser) spaced(words []lineWord, n *int) bool {
	size := p.apart(words)
	if size == 0 {
		return false
	}
	first, last := words[0], words[size-1]
	key := first.key
	if !first.keyed {
		key, _ = first.plain()
	}
	key = nearestKeys(key)[0]
	value := strings.TrimSpace(strings.TrimPrefix(p.text(last), "="))
	*n = size
	span := lineWord{from: first.from, to: last.to}
	p.tell(span, T("oneline.spaced"), key+"="+value)
	p.set(lineField(key), p.text(span))
	return true
}

// apart is how many words a key, its sign and its value are that stand apart, 0
// where the words are something else.
func (p *lineParser) apart(words []lineWord) int {
	first, n := words[0], 0
	word, plain := first.plain()
	switch {
	case first.keyed: // vc= x
		if meansKey(first.key) && first.value.text == "" && !first.value.quoted && len(words) > 1 && !words[1].keyed {
			n = 2
		}
	case !plain || !meansKey(word) || len(words) < 2 || !words[1].keyed || words[1].key != "":
	case words[1].value.text != "" || words[1].value.quoted: // vc =x
		n = 2
	default: // vc = x
		n = 3
	}
	if n == 0 || len(words) < n {
		return 0
	}
	last := words[n-1]
	value, _ := last.plain()
	if last.bad || last.arrow != "" || slices.Contains(lineWords(), strings.ToLower(value)) {
		return 0
	}
	for i, w := range words[1:n] { // what stood in front of the tables is no neighbour
		if strings.TrimSpace(p.line[words[i].to:w.from]) != "" {
			return 0
		}
	}
	return n
}

var clockLike = regexp.MustCompile(`^(\d{1,2})(?:[:：hH]?(\d{1,2}))?\s*([aApP]\.?[mM]\.?)?$`)

// meantTime is the time of day that was likely meant by one that is written in
// another way, or is none; "" for what looks like no time.
func meantTime(s string) string {
	switch strings.ToLower(s) {
	case "midnight":
		return "00:00"
	case "noon":
		return "12:00"
	}
	found := clockLike.FindStringSubmatch(s)
	if found == nil {
		return ""
	}
	hour, minute := int(number(found[1])), int(number(found[2]))
	if half := strings.ToLower(found[3]); half != "" && hour <= 12 {
		if hour %= 12; half[0] == 'p' {
			hour += 12
		}
	}
	if hour == 24 && minute == 0 {
		hour = 0 // of the next day, which is what a schedule calls the same
	}
	return fmt.Sprintf("%02d:%02d", min(hour, 23), min(minute, 59))
}

// meantMinute is the minute of every hour that was likely meant, as :MM; "" for
// what looks like none.
func meantMinute(s string) string {
	digits := strings.TrimLeft(s, ":：")
	if _, after, both := strings.Cut(strings.ReplaceAll(s, "：", ":"), ":"); both {
		digits = after
	}
	if digits == "" || len(digits) > 2 || !allASCIIDigits(digits) {
		return ""
	}
	minute := number(digits)
	if minute == 60 {
		minute = 0
	}
	return fmt.Sprintf(":%02d", min(minute, 59))
}

// meantDay is the day of a month that was likely meant; "" for what looks like
// none.
func meantDay(s string) string {
	digits := strings.TrimRightFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	suffix := strings.ToLower(s[len(digits):])
	if digits == "" || !allASCIIDigits(digits) || !slices.Contains([]string{"", "st", "nd", "rd", "th", "日", "号"}, suffix) {
		return ""
	}
	n := number(digits)
	if n < 0 { // more than a figure holds
		n = 31
	}
	return itoa(int(max(1, min(n, 31))))
}

// meantUnits are words for the units of a rhythm, in minutes.
func meantUnits() map[string]int {
	out := map[string]int{}
	for each, words := range map[int]string{1: "m min mins minute minutes", 60: "h hr hrs hour hours", 24 * 60: "d day days"} {
		for word := range strings.FieldsSeq(words) {
			out[word] = each
		}
	}
	return out
}

var stepLike = regexp.MustCompile(`^(\d*)([a-z]*)$`)

// meantStep reads a step and a unit as people write them, such as 2 hours, 15min
// or day, and returns it in minutes with how many words it takes; 0, 0 for
// anything else.
func meantStep(words []string) (minutes, n int) {
	if len(words) == 0 {
		return 0, 0
	}
	found := stepLike.FindStringSubmatch(strings.ToLower(words[0]))
	if found == nil {
		return 0, 0
	}
	figure, unit := found[1], found[2]
	n = 1
	if unit == "" && len(words) > 1 {
		unit = strings.ToLower(words[1])
		n = 2
	}
	each, known := meantUnits()[unit]
	if !known {
		return 0, 0
	}
	step := int64(1)
	if figure != "" {
		step = number(figure)
	}
	if step < 0 || step > 24*60 { // more than a figure holds, or than a day
		step = 24 * 60
	}
	return int(step) * each, n
}

// meantZones are the zones that were likely meant: by their whole name, or by
// that of the city alone.
func meantZones(typed string) []string {
	cities := map[string]string{}
	for _, zone := range CommonZones() {
		cities[strings.ReplaceAll(zone[strings.LastIndex(zone, "/")+1:], "_", " ")] = zone
	}
	cities["Beijing"], cities["China"], cities["PRC"] = "Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai"
	cities["GMT"], cities["Z"], cities["India"] = "UTC", "UTC", "Asia/Kolkata"
	out := nearest(typed, CommonZones())
	city := strings.ReplaceAll(typed[strings.LastIndex(typed, "/")+1:], "_", " ")
	for _, near := range nearest(city, slices.Sorted(maps.Keys(cities))) {
		if zone := cities[near]; !slices.Contains(out, zone) {
			out = append(out, zone)
		}
	}
	return out
}

// meantFigure is the figure nearest to what was typed, from 1 to most; nothing
// for what is none. A unit behind it, which is not written, is passed over.
func meantFigure(typed string, most int) []string {
	digits := strings.TrimRightFunc(typed, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.Atoi(digits)
	if err != nil {
		return nil
	}
	return []string{itoa(max(1, min(n, most)))}
}

var variableLike = regexp.MustCompile(`\{[^{}]*\}`)

// meantRule is a rule for names with the variables that were likely meant, and
// with that of the table in any case; nothing where the rule would not do still.
func meantRule(rule string) []string {
	meant := variableLike.ReplaceAllStringFunc(rule, func(v string) string {
		switch v = strings.ToLower(v); {
		case strings.Contains(v, "table") || strings.Contains(v, "name"):
			return VarSourceTable
		case strings.Contains(v, "base") || strings.Contains(v, "db") || strings.Contains(v, "schema") || strings.Contains(v, "source"):
			return VarSourceDatabase
		}
		return v
	})
	if !strings.Contains(meant, VarSourceTable) {
		meant = strings.TrimSuffix(meant, "_") + "_" + VarSourceTable
	}
	if !checkRule(meant).IsZero() {
		return nil
	}
	return []string{meant}
}
