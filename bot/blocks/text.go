package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Slack's limits, in characters. They are counted in UTF-16 units, which is
// never less than what Slack counts.
const (
	maxTitle       = 24 // of a modal, also its buttons
	maxHeader      = 150
	maxSection     = 3000
	maxSectionPart = 2000 // one field of a section
	maxCardPart    = 2000 // ours: Slack limits a message as a whole to some 13,000
	maxContext     = 1000 // ours: a longer one is no context
	maxLabel       = 150  // ours, of an input; Slack takes 2000
	maxHint        = 500  // ours; Slack takes 2000
	maxPlaceholder = 150
	maxButton      = 75
	maxOption      = 75
	maxValue       = 150 // of an option
	maxConfirm     = 300
	maxConfirmHead = 100
	maxConfirmWord = 30
	maxTop         = 3000 // top-level text of a message
	maxFieldError  = 150  // ours
	maxArgument    = 300  // ours: one name or message inside a sentence
	maxDetail      = 1000 // ours: the platform's own message
	maxLogTail     = 2500 // ours: the end of a log
	maxAlert       = 200
	maxAccessible  = 75  // spoken name of a button
	maxCell        = 80  // ours: a name in a list or table, of which a message has many
	maxRow         = 550 // ours: a line of a list, likewise
	maxURL         = 3000
)

// mark is text in Slack's markup, escaped and safe to send.
type mark string

// Mentions and localised times are made by these and nothing else.

// date is a moment in the reader's own zone, with a zone-qualified fallback.
func date(t time.Time) mark {
	zone := strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>|&", r) {
			return -1
		}
		return r
	}, t.Location().String())
	return mark(fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s %s>", t.Unix(), t.Format("2006-01-02 15:04"), zone))
}

// dateIn is date with the fallback in a zone; UTC where there is no such zone.
func dateIn(t time.Time, zone string) mark { return date(inZone(t, zone)) }

func inZone(t time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return t.UTC()
	}
	return t.In(loc)
}

// clock is a moment as the clocks of a zone show it, for places that have no
// localised times; the zone is named beside it.
func clock(t time.Time, zone string) string { return inZone(t, zone).Format("2006-01-02 15:04") }

// user mentions a person by id; anything else is shown as it is.
func (p Printer) user(id string) mark {
	if m := mention(batchsync.UserID(id)); m != "" {
		return m
	}
	return p.foreign(id)
}

// mention is user for places where anything else must not be shown.
func mention(id batchsync.UserID) mark {
	if slackID(string(id), "UW") {
		return mark("<@" + string(id) + ">")
	}
	return ""
}

// typedUser is the person a mention in a command names, or an id by itself.
func typedUser(s string) batchsync.UserID {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "<@"), ">")
	id, _, _ := strings.Cut(s, "|")
	return batchsync.UserID(id)
}

// userOrGroup is user for lists that may also name groups.
func (p Printer) userOrGroup(id string) mark {
	if slackID(id, "S") {
		return mark("<!subteam^" + id + ">")
	}
	return p.user(id)
}

// channel names a channel without notifying anybody; a direct message has no
// name worth telling.
func (p Printer) channel(id batchsync.ChannelID) (mark, bool) {
	if slackID(string(id), "CG") {
		return mark("<#" + string(id) + ">"), true
	}
	return "", false
}

// slackID reports whether id is one of Slack's, of a kind by its first letter.
func slackID(id, kinds string) bool {
	if len(id) < 3 || len(id) > 30 || !strings.ContainsRune(kinds, rune(id[0])) {
		return false
	}
	return strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// foreign is text of others inside a sentence.
func (p Printer) foreign(s string) mark { return escape(p.clip(s, maxArgument)) }

// name is a foreign name where it stands by itself: in code style, because
// Slack would read asterisks and underscores as formatting. A backtick would
// end the style early; a name with one goes without.
func (p Printer) name(s string) mark {
	m := p.foreign(s)
	if m == "" || strings.Contains(string(m), "`") {
		return m
	}
	return "`" + m + "`"
}

// shortName is name where there are many.
func (p Printer) shortName(s string) mark { return p.name(p.clip(s, maxCell)) }

// clip is s in one line without secrets and unseen characters, cut to limit.
func (p Printer) clip(s string, limit int) string { return cut(p.clean(s), limit, "…") }

// Clean is s in one line without secrets and unseen characters, for files that are
// made elsewhere.
func (d Drawer) Clean(s string) string { return d.In("").clean(s) }

func (p Printer) clean(s string) string {
	return strings.TrimSpace(visible(p.redact.String(visible(s, false)), false))
}

// visible drops what cannot be seen or turns the writing direction: two names
// must not look alike, and a name must not reorder what follows it.
func visible(s string, lines bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n', r == '\r', r == '\t', r == 0x2028, r == 0x2029:
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError, r == 0x061C, r == 0x200B, r == 0x200E, r == 0x200F, r == 0x2060, r == 0xFEFF:
			return -1
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

func escape(s string) mark {
	if !strings.ContainsAny(s, "&<>") {
		return mark(s) // nearly always
	}
	return mark(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s))
}

func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// cut shortens s to limit, the tail included, without splitting a character.
func cut(s string, limit int, tail string) string {
	if units(s) <= limit {
		return s
	}
	room := limit - units(tail)
	for i, r := range s {
		if room -= utf16.RuneLen(r); room < 0 {
			return strings.TrimRight(s[:i], " ") + tail
		}
	}
	return s
}

// cutMark is cut for markup: it also keeps escapes and <…> sequences whole.
func cutMark(m mark, limit int) string {
	s := string(m)
	if units(s) <= limit {
		return s
	}
	s = cut(s, limit-2, "")
	if open := strings.LastIndexByte(s, '<'); open > strings.LastIndexByte(s, '>') {
		s = s[:open]
	}
	if amp := strings.LastIndexByte(s, '&'); amp > strings.LastIndexByte(s, ';') && len(s)-amp < len("&amp;") {
		s = s[:amp]
	}
	return strings.TrimRight(s, " \n") + "…"
}

// Text is the sentence in words, redacted but not escaped.
func (p Printer) Text(t batchsync.Text) string {
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = p.argument(t.Key, i, a)
	}
	return p.format(t.Key, args)
}

// sentence is a Text in markup. With people, ids of persons become mentions:
// only where that notifies nobody, in modals and ephemeral messages.
func (p Printer) sentence(t batchsync.Text, people bool) mark {
	args := make([]mark, len(t.Args))
	for i, a := range t.Args {
		args[i] = escape(p.argument(t.Key, i, a))
		if m, ok := p.noted(t, i); ok {
			args[i] = m
			continue
		}
		switch {
		case people && (t.Key == keyAsk || isHeld(t.Key) && i == 1):
			args[i] = p.userOrGroup(a)
		case isHeld(t.Key) && i == 2:
			if at, err := time.Parse(momentLayout, a); err == nil {
				args[i] = date(at)
			}
		case isHeld(t.Key) && i == 3:
			args[i] = p.cardPlace(a)
		case t.Key == keyPosted:
			args[i] = link(a, p.word("log.link"))
		case t.Key == keyUnderWay && i == 1:
			args[i] = link(a, p.word("examined.on_card_link"))
		case isTimed(t.Key):
			if at, ok := batchsync.ParseMoment(a); ok {
				args[i] = date(at)
			}
		}
	}
	return p.say(t.Key, args...)
}

// keyAsk lists persons: any number of arguments, all of them ids.
const keyAsk batchsync.TextKey = "access.ask"

// keyPosted has the web address of a message of ours.
const keyPosted batchsync.TextKey = "log.posted_before"

// keyUnderWay has the web address of an acceptance's card as its second
// argument.
const keyUnderWay batchsync.TextKey = "accepting.under_way"

// isHeld recognises the sentences of [Held]: their second argument is a person,
// their third a moment, their fourth where the card is.
func isHeld(key batchsync.TextKey) bool {
	return key == "held.by" || key == "held.change" || key == "held.along"
}

// isTimed recognises the sentences whose moments ([batchsync.ParseMoment]) are
// shown in the reader's time, like all others: those of acceptances and probes,
// of the bot's own state, of mutes and of quiet windows.
func isTimed(key batchsync.TextKey) bool {
	for _, prefix := range []string{"judged.", "status.monitor", "status.backup", "mute.done", "quiet.told"} {
		if strings.HasPrefix(string(key), prefix) {
			return true
		}
	}
	return false
}

const momentLayout = "2006-01-02 15:04 MST"

// moment is a time as an argument of a sentence, in UTC.
func moment(t time.Time) string { return t.UTC().Format(momentLayout) }

// say is a sentence of the catalog with arguments that are markup already.
func (p Printer) say(key batchsync.TextKey, args ...mark) mark {
	if _, ok := p.words[key]; !ok {
		return p.foreign(p.format(key, nil))
	}
	all := make([]any, len(args))
	for i, a := range args {
		all[i] = string(a)
	}
	return mark(p.format(key, all))
}

// word is a sentence of the catalog without arguments.
func (p Printer) word(key batchsync.TextKey) string { return p.format(key, nil) }

func (p Printer) format(key batchsync.TextKey, args []any) string {
	words, ok := p.words[key]
	switch {
	case !ok:
		// A test keeps this from happening; a stored text of an older version may.
		return "(" + p.clip(string(key), maxArgument) + ")"
	case key == keyAsk:
		var all []string
		for _, a := range args {
			all = append(all, fmt.Sprint(a))
		}
		args = []any{strings.Join(all, p.words["list.and"])}
	}
	if words = numbered(words, args); !strings.Contains(words, "%") {
		return words
	}
	for len(args) < strings.Count(words, "%[") {
		args = append(args, "–")
	}
	return fmt.Sprintf(words, args...)
}

func bold(s string) mark { return mark("*" + string(escape(s)) + "*") }

func number(n int) mark { return mark(strconv.Itoa(n)) }

func lines(all ...mark) mark { return join(all, "\n") }

// series puts things of one kind into a sentence, one after the other.
func (p Printer) series(all []mark) mark { return join(all, p.word("list.and")) }

func join(all []mark, by string) mark {
	var out []string
	for _, m := range all {
		if m != "" {
			out = append(out, string(m))
		}
	}
	return mark(strings.Join(out, by))
}

// plain is a text object that Slack does not interpret at all.
func (p Printer) plain(s string, limit int) *slack.TextBlockObject {
	s = p.clip(s, limit)
	if s == "" {
		s = "–" // Slack refuses empty text
	}
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// marked is a text object of markup; verbatim, so that Slack makes no links
// and mentions of its own.
func marked(m mark, limit int) *slack.TextBlockObject {
	if m == "" {
		m = "–"
	}
	return slack.NewTextBlockObject(slack.MarkdownType, cutMark(spaced(m), limit), false, true)
}

func section(id string, m mark) slack.Block {
	return slack.NewSectionBlock(marked(m, maxSection), nil, nil, slack.SectionBlockOptionBlockID(id))
}

// cardSection is a section of a message that has many.
func cardSection(id string, m mark) slack.Block { return section(id, mark(cutMark(m, maxCardPart))) }

func contextLine(id string, m mark) slack.Block {
	return slack.NewContextBlock(id, marked(m, maxContext))
}

func (p Printer) header(id, s string) slack.Block {
	return slack.NewHeaderBlock(p.plain(s, maxHeader), slack.HeaderBlockOptionBlockID(id))
}

// preformatted shows the platform's own words in a box, lines kept, and says
// how much was left out.
func (p Printer) preformatted(id, s string) slack.Block {
	s = strings.TrimSpace(visible(p.redact.String(visible(s, true)), true))
	if over := units(s) - maxDetail; over > 0 {
		tail := "\n" + p.format("text.cut", []any{strconv.Itoa(over + 40)})
		s = cut(s, maxDetail, tail)
	}
	return box(id, s)
}

// tail shows the end of a log in a box: what went wrong is said last.
func (p Printer) tail(id, s string) slack.Block {
	s = strings.TrimSpace(visible(p.redact.String(visible(s, true)), true))
	if s == "" {
		s = p.word("log.empty")
	}
	if over := units(s) - maxLogTail; over > 0 {
		head := p.format("log.earlier", []any{strconv.Itoa(over + 80)}) + "\n"
		s = head + cutFront(s, maxLogTail-units(head))
	}
	return box(id, s)
}

// cutFront keeps the last characters of s, limit at most, from the beginning of
// a line where one is near.
func cutFront(s string, limit int) string {
	n := units(s)
	from := len(s)
	for i, r := range s {
		if n <= limit {
			from = i
			break
		}
		n -= utf16.RuneLen(r)
	}
	s = s[from:]
	if line := strings.IndexByte(s, '\n'); line >= 0 && line < len(s)/2 {
		s = s[line+1:]
	}
	return s
}

func box(id, s string) slack.Block {
	return slack.NewRichTextBlock(id, &slack.RichTextPreformatted{
		Type:     slack.RTEPreformatted,
		Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(s, nil)},
	})
}

// alert stands out in a modal; messages cannot have one.
func alert(id string, m mark, level slack.AlertLevel) slack.Block {
	return slack.NewAlertBlock(marked(m, maxAlert), slack.AlertBlockOptionBlockID(id), slack.AlertBlockOptionLevel(level))
}

// link leads to a web address; without a usable one it is the words alone.
func link(address, words string) mark {
	address = webURL(address)
	if address == "" {
		return escape(words)
	}
	address = strings.NewReplacer("|", "%7C", "<", "%3C", ">", "%3E", "&", "&amp;").Replace(address)
	return mark("<" + address + "|" + string(escape(words)) + ">")
}

// top makes the top-level text of a message: for notifications and screen
// readers, one paragraph per part.
func top(parts ...mark) string { return cutMark(spaced(join(parts, "\n")), maxTop) }
