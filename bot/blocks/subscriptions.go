package blocks

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// SubscriptionsView is what a channel is told.
type SubscriptionsView struct {
	Channel batchsync.Channel        // digest and its zone
	Rows    []batchsync.Subscription // of the channel; 20 are shown at most
	Quiet   []batchsync.Quiet        // windows that are open or to come; 5 are shown at most
	Zone    string                   // of the windows, IANA; empty: the printer's
	Now     time.Time
}

// How many quiet windows are listed, by themselves and among other things; and
// how long a zone may be.
const (
	maxQuiets    = 10
	maxQuietsFew = 5
	maxZone      = 40
)

// SelectorRef tells the subscriptions of a channel apart in the value of a
// button, which carries no foreign text: compare it with that of each.
func SelectorRef(s batchsync.Selector) string {
	sum := sha256.Sum256([]byte(s.Key()))
	return hex.EncodeToString(sum[:12])
}

// Subscriptions lists what a channel is told, and when it is told nothing. It
// mentions persons, so it is for the eyes of who asked only.
func (p Printer) Subscriptions(v SubscriptionsView) Message {
	title := p.word("subscriptions.title")
	all := []slack.Block{p.header("subscriptions/title", title)}
	var said []mark
	if len(v.Rows) == 0 {
		text := p.say("subscriptions.none")
		all, said = append(all, section("subscriptions/none", text)), append(said, text)
	} else {
		said = append(said, p.say("subscriptions.count", number(len(v.Rows))))
	}
	for n, s := range v.Rows[:min(len(v.Rows), maxRows)] {
		line := join([]mark{p.topics(s.Topics, v.Channel), p.say("subscriptions.by", p.user(string(s.By)), date(s.At))}, " · ")
		end := p.spoken(p.button(ActionUnsubscribe, "button.unsubscribe", SelectorRef(s.Selector)), p.selectorText(s.Selector))
		which := p.selector(s.Selector)
		if v.twins(s.Selector) {
			which = p.say("selector.id", which, mark(s.Selector.Task.String()))
		}
		all = append(all, listed("subscriptions/"+strconv.Itoa(n), lines("*"+which+"*", line), end))
		said = append(said, p.say("list.line", which, p.topics(s.Topics, v.Channel)))
	}
	if rest := len(v.Rows) - maxRows; rest > 0 {
		all = append(all, contextLine("subscriptions/more", p.say("list.more", number(rest))))
	}
	blocks, words := p.quietRows(v.Quiet, maxQuietsFew, v.Zone, v.Now)
	all, said = append(all, blocks...), append(said, words...)
	all = append(all, slack.NewActionBlock("subscriptions/buttons", p.subscriptionButtons(v)...))
	all = append(all, contextLine("subscriptions/how", p.say("subscriptions.how")))
	return Message{Text: top(said...), Blocks: toldApart(all)}
}

// twins reports whether another task of the list has the same name.
func (v SubscriptionsView) twins(s batchsync.Selector) bool {
	return slices.ContainsFunc(v.Rows, func(o batchsync.Subscription) bool {
		return s.Kind == batchsync.SelectTask && o.Selector.Kind == s.Kind && o.Selector.Task != s.Task && o.Selector.Name == s.Name
	})
}

func (p Printer) subscriptionButtons(v SubscriptionsView) []slack.BlockElement {
	var out []slack.BlockElement
	if len(v.Rows) == 0 {
		all := batchsync.Selector{Kind: batchsync.SelectAll}
		out = append(out, primary(p.button(ActionSubscribe, "button.subscribe_all", all.Words())))
	}
	return append(out,
		p.button(ActionIncidents, "button.incidents", FilterAll),
		p.button(ActionRehearse, "button.rehearse", FilterAll))
}

// selector is which tasks are meant.
func (p Printer) selector(s batchsync.Selector) mark {
	switch s.Kind {
	case batchsync.SelectAll:
		return p.say("selector.all")
	case batchsync.SelectFolder:
		return p.say("selector.folder", p.shortName(s.Name))
	case batchsync.SelectSource:
		return p.say("selector.source", p.shortName(s.Name))
	}
	return p.say("selector.task", p.shortName(p.taskName(s.Task, s.Name, maxCell)))
}

// selectorText is selector for places without markup.
func (p Printer) selectorText(s batchsync.Selector) string { return p.clip(s.Words(), maxCell) }

// topics are the kinds of news, the digest with its time.
func (p Printer) topics(all []batchsync.Topic, c batchsync.Channel) mark {
	var out []mark
	for _, t := range all {
		word := p.enum("topic.", string(t))
		if t == batchsync.TopicDigest && c.Digest != "" {
			word = p.say("topic.digest_at", escape(p.cell(c.Digest, maxZone)), escape(p.cell(c.Zone, maxZone)))
		}
		out = append(out, word)
	}
	return p.series(out)
}

// Subscribed confirms a subscription as it stands now. tasks is how many tasks
// it chooses at present; below zero: not known.
func (p Printer) Subscribed(s batchsync.Subscription, c batchsync.Channel, tasks int) Message {
	text := p.say("subscribed.done", p.selector(s.Selector), p.topics(s.Topics, c))
	now := mark("")
	switch {
	case s.Selector.Kind == batchsync.SelectTask:
	case tasks == 0:
		now = p.say("subscribed.no_task")
	case tasks > 0:
		now = p.say("subscribed.tasks", number(tasks))
	}
	return Message{Text: top(text, now), Blocks: []slack.Block{
		section("subscribed", lines(text, now)),
		slack.NewActionBlock("subscribed/buttons", p.button(ActionSubscriptions, "button.subscriptions", FilterAll)),
		contextLine("subscribed/by", p.say("subscribed.by", p.user(string(s.By)), date(s.At))),
	}}
}

// Unsubscribed confirms the end of a subscription, or of some of its topics:
// left are those that stay.
func (p Printer) Unsubscribed(s batchsync.Selector, left []batchsync.Topic, c batchsync.Channel) Message {
	text := p.say("unsubscribed.done", p.selector(s))
	if len(left) > 0 {
		text = p.say("unsubscribed.left", p.selector(s), p.topics(left, c))
	}
	return Message{Text: top(text), Blocks: []slack.Block{
		section("unsubscribed", text),
		slack.NewActionBlock("unsubscribed/buttons", p.button(ActionSubscriptions, "button.subscriptions", FilterAll)),
	}}
}

// QuietsView is a list of quiet windows.
type QuietsView struct {
	Rows []batchsync.Quiet // that are open or to come; 10 are shown at most
	Zone string            // IANA; empty: the printer's
	Now  time.Time
}

// Quiets lists the windows in which news is kept back. It mentions persons, so
// it is for the eyes of who asked only.
func (p Printer) Quiets(v QuietsView) Message {
	all := []slack.Block{p.header("quiets/title", p.word("quiets.title"))}
	rows, said := p.quietRows(v.Rows, maxQuiets, v.Zone, v.Now)
	if len(v.Rows) == 0 {
		none := p.say("quiets.none")
		rows, said = []slack.Block{section("quiets/none", none)}, []mark{none}
	}
	all = append(append(all, rows...), contextLine("quiets/how", p.say("quiets.how")))
	return Message{Text: top(said...), Blocks: toldApart(all)}
}

func (p Printer) quietRows(all []batchsync.Quiet, most int, zone string, now time.Time) (rows []slack.Block, said []mark) {
	for n, q := range all[:min(len(all), most)] {
		line := p.quietLine(q, zone, now)
		end := p.spoken(p.button(ActionQuietEnd, "button.quiet_end", Ref{ID: q.ID, Version: 1}.String()), p.selectorText(q.Selector))
		by := p.say("subscriptions.set_by", p.user(string(q.By)))
		rows = append(rows, listed("quiet/"+strconv.Itoa(n), lines(line, p.reason(q.Why, maxCell), by), end))
		said = append(said, line)
	}
	if rest := len(all) - most; rest > 0 {
		rows = append(rows, contextLine("quiet/more", p.say("quiets.more", number(rest))))
	}
	return rows, said
}

// quietLine is a window in a sentence.
func (p Printer) quietLine(q batchsync.Quiet, zone string, now time.Time) mark {
	if zone == "" {
		zone = p.zone
	}
	key := batchsync.TextKey("quiets.coming")
	if q.At(now) {
		key = "quiets.open"
	}
	return p.say(key, p.selector(q.Selector), dateIn(q.From, zone), dateIn(q.To, zone))
}

// QuietSet confirms a window.
func (p Printer) QuietSet(q batchsync.Quiet, zone string, now time.Time) Message {
	text := p.quietLine(q, zone, now)
	about := p.say("quiets.about")
	return Message{Text: top(text, about), Blocks: []slack.Block{
		row("quiet/set", lines(text, p.reason(q.Why, maxArgument)), p.button(ActionQuietEnd, "button.quiet_end", Ref{ID: q.ID, Version: 1}.String())),
		contextLine("quiet/about", join([]mark{about, p.say("subscriptions.set_by", p.user(string(q.By)))}, " ")),
	}}
}

// typedMarks are mentions and links as Slack sends those that were typed.
var typedMarks = regexp.MustCompile(`<(?:([@#!])([^<>|\s]+)|((?:https?://|mailto:)[^<>|\s]+))(?:\|([^<>]*))?>`)

// reason is why a window was set, as it was typed: a mention in it is the name
// alone, and nothing of it is markup.
func (p Printer) reason(why string, limit int) mark {
	words := typedMarks.ReplaceAllStringFunc(p.clean(why), func(found string) string {
		part := typedMarks.FindStringSubmatch(found)
		sign := strings.Replace(part[1], "!", "@", 1) // <!here> was typed as @here
		return sign + strings.TrimLeft(cmp.Or(part[4], part[3], part[2]), "@#")
	})
	return p.name(p.clip(strings.ReplaceAll(words, "`", "'"), limit)) // a backtick would end the style
}

// QuietEnded confirms the end of a window before its time.
func (p Printer) QuietEnded(q batchsync.Quiet) Message {
	text := p.say("quiets.ended", p.selector(q.Selector))
	return Message{Text: top(text), Blocks: []slack.Block{section("quiet/ended", text)}}
}

// RehearsalStarted says what follows in the channel.
func (p Printer) RehearsalStarted(r batchsync.Rehearsal) Message {
	text := p.say("rehearse.begun")
	if channel, ok := p.channel(r.Channel); ok {
		text = p.say("rehearse.begun_in", channel)
	}
	return Message{Text: top(text), Blocks: []slack.Block{section("rehearse/begun", text), contextLine("rehearse/about", p.say("rehearse.about"))}}
}
