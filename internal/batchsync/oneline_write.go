package batchsync

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// LineOf is the line that says what a specification, also an unfinished one,
// says: behind the word new, with ? for what is open. [ParseLine] and
// [Line.Answers] make the same of it, as far as the facts have its names, each
// of them once. A draft's line is that of its [Draft.Spec].
func LineOf(s Spec) string {
	arrow := "->"
	if s.Scope == ScopeMerge {
		arrow = "=>"
	}
	all := []string{lineSlot(s.Source.Name), s.lineFrom(), arrow, s.lineTo()}
	if s.WriteMode != "" {
		all = append(all, string(s.WriteMode))
	}
	all = append(all, s.Schedule.line()...)
	key := func(key, value string, asked bool) {
		if value != "" || asked {
			all = append(all, key+"="+lineValue(value))
		}
	}
	key("zone", s.Schedule.Zone, true)
	if s.Source.Name == "" { // else it tells its kind
		key("kind", string(s.Kind), true)
	}
	key("lake", s.Target.Name, true)
	key("folder", s.Folder.Path, true)
	key("vc", s.VCluster, true)
	key("name", s.Name, true)
	key("where", s.Where, false)
	key("parallel", setFigure(s.Parallel), false)
	key("rate", setFigure(s.Rate), false)
	key("keyed", string(s.KeyedMode), false)
	if s.DebugFirst {
		key("debug", Yes, false)
	}
	return strings.Join(all, " ")
}

func setFigure(n int) string {
	if n == 0 {
		return ""
	}
	return itoa(n)
}

func (s Spec) lineFrom() string {
	schema := lineSlot(s.SourceSchema)
	if s.Scope == ScopeWhole {
		return schema + ".*"
	}
	var tables []string
	for _, t := range s.Tables {
		tables = append(tables, lineSlot(t))
	}
	if len(tables) == 0 {
		tables = []string{"?"}
	}
	return schema + "." + strings.Join(tables, ",")
}

func (s Spec) lineTo() string {
	table := lineSlot(s.TargetTable)
	if s.Scope == ScopeMulti && s.TargetTable == "" {
		table = "*"
	}
	return lineSlot(s.TargetSchema) + "." + table
}

// line are the words of the rhythm.
func (s Schedule) line() []string {
	at := "?"
	if s.Hour >= 0 && s.Minute >= 0 {
		at = fmt.Sprintf("%02d:%02d", s.Hour, s.Minute)
	}
	switch s.Every {
	case Daily:
		return []string{"daily", at}
	case Weekly:
		return append(s.lineDays(), at)
	case Monthly:
		return []string{"monthly", openFigure(s.Day), at}
	case Minutes:
		return []string{"every", openFigure(s.Step) + "m"}
	case Hours:
		if s.Step == 1 && s.Hour == 0 && s.Last == 0 {
			return []string{"hourly", at[len("00"):]}
		}
		words := []string{"every", openFigure(s.Step) + "h", "from", at}
		if s.Last != 0 {
			words = append(words, "until", itoa(s.Last))
		}
		return words
	}
	return nil
}

func (s Schedule) lineDays() []string {
	if slices.Equal(s.Weekdays, WorkingDays()) {
		return []string{"weekdays"}
	}
	var days []string
	for _, d := range s.Weekdays {
		if d >= time.Sunday && d <= time.Saturday {
			days = append(days, weekdayWords()[d])
		}
	}
	if len(days) == 0 {
		days = []string{"?"}
	}
	return []string{"weekly", strings.Join(days, ",")}
}

func openFigure(n int) string {
	if n <= 0 {
		return "?"
	}
	return itoa(n)
}

// lineSlot is a name in a line, ? when there is none.
func lineSlot(name string) string {
	if name == "" {
		return "?"
	}
	apart := func(r rune) bool {
		return unicode.IsSpace(r) || closing(r) != "" || strings.ContainsRune(".,，=*?→⟶➔⇒⟹", r)
	}
	word := slices.Contains(lineWords(), strings.ToLower(name))
	if word || strings.ContainsFunc(name, apart) || strings.Contains(name, "->") {
		return inQuotes(name)
	}
	return name
}

// lineValue is a value behind its key, ? when there is none.
func lineValue(value string) string {
	switch {
	case value == "":
		return "?"
	case value == "?", closing([]rune(value)[0]) != "",
		strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || isQuote(r) }):
		return inQuotes(value)
	}
	return value
}
