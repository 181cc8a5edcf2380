package handlers

import (
	"cmp"
	"context"
	"regexp"
	"strings"
	"unicode"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

// What is written to the bot, behind its name in a channel or in a direct
// message, is a command like any other. It brings no permission to open a modal
// and no address to answer to one person, so the answer is posted where it was
// written, and what takes a modal or changes something is offered as a button.

// decodeWritten reads a command that was written to the bot. What bots write,
// and what became of a message later, is none.
func decodeWritten(e slackevents.EventsAPIEvent) (slash, bool) {
	switch ev := e.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		if ev.BotID != "" || ev.User == "" {
			return slash{}, false
		}
		return written(ev.User, ev.Channel, ev.TimeStamp, cmp.Or(ev.ThreadTimeStamp, ev.TimeStamp), behindName(ev.Text, selfOf(e))), true
	case *slackevents.MessageEvent:
		if !ev.IsIM() || ev.BotID != "" || ev.User == "" || ev.SubType != "" {
			return slash{}, false
		}
		text := ev.Text
		if strings.HasPrefix(strings.TrimSpace(text), "<@") {
			text = behindName(text, selfOf(e))
		}
		return written(ev.User, ev.Channel, ev.TimeStamp, ev.ThreadTimeStamp, text), true
	}
	return slash{}, false
}

func written(user, channel, ts, thread, text string) slash {
	in := slash{origin: origin{
		User: batchsync.UserID(user), Channel: batchsync.ChannelID(channel), Message: ts, Thread: thread,
		Key: "event/" + channel + "/" + ts, Aloud: true,
	}}
	in.Command, in.Rest = words(plainly(text))
	return in
}

// selfOf is the bot's own user id, "" when Slack does not tell.
func selfOf(e slackevents.EventsAPIEvent) string {
	if outer, ok := e.Data.(*slackevents.EventsAPICallbackEvent); ok {
		for _, a := range outer.Authorizations {
			if a.IsBot {
				return a.UserID
			}
		}
	}
	return ""
}

// behindName is what follows the bot's name, or the first name where the bot
// does not know its own.
func behindName(text, self string) string {
	if at := strings.Index(text, "<@"+self); at >= 0 {
		if _, rest, closed := strings.Cut(text[at:], ">"); closed {
			return strings.TrimLeft(rest, " \u00a0:,")
		}
	}
	return text
}

// webLink is how Slack sends what looks like a web or mail address, such as a
// schema and a table with a dot between them.
var webLink = regexp.MustCompile(`<(?:https?://|mailto:)[^|>]*\|([^>]*)>|<(https?://[^|>]*)>`)

// plainly is a command as the person saw it when they wrote it, but for mentions:
// the first line of a message, as people add words of thanks below it. A task in
// one line may take several, so of that one every line counts.
func plainly(text string) string {
	text = strings.TrimSpace(strings.NewReplacer("\u00a0", " ", "\r", "").Replace(text))
	if code, fenced := strings.CutPrefix(text, "```"); fenced {
		text = strings.TrimSpace(strings.TrimSuffix(code, "```"))
	}
	first, _, more := strings.Cut(text, "\n")
	if whole := asSeen(strings.ReplaceAll(text, "\n", " ")); more {
		command, rest := words(whole)
		if _, like := likeTask(rest); command == "new" && !like {
			return whole
		}
	}
	return asSeen(first)
}

// asSeen is a line without what Slack, or the person, put around parts of it.
func asSeen(line string) string {
	line = strings.TrimSpace(line)
	if n := len(line); n > 1 && line[0] == '`' && line[n-1] == '`' {
		line = line[1 : n-1]
	}
	return unescape(webLink.ReplaceAllString(line, "$1$2"))
}

// words are the command and what follows it.
func words(line string) (command, rest string) {
	line = strings.TrimSpace(line)
	if at := strings.IndexFunc(line, unicode.IsSpace); at >= 0 {
		line, rest = line[:at], line[at:]
	}
	return strings.ToLower(line), strings.TrimSpace(rest)
}

// looks reports whether a command neither changes anything nor opens a modal:
// what may be answered in front of everybody.
func (v verb) looks() bool {
	return !v.modal && (v.act == batchsync.ActInspect || v.act == batchsync.ActView)
}

// offer answers a command that needs a press of a button with that button, if
// the person has the right.
func (b *Bot) offer(ctx context.Context, in slash, v verb) {
	if !b.allowedTyped(ctx, in.origin, v.act, "command/"+v.word, in.Rest) {
		return
	}
	line := strings.TrimSpace(in.Command + " " + in.Rest)
	if len(line) > blocks.MaxCommand {
		b.fail(ctx, in.origin, "offer command", &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("command.long"), Hint: batchsync.T("command.long_hint")})
		return
	}
	b.tell(ctx, in.origin, b.printer(in.User).Offer(line, v.modal))
}

// commanded does what a button's command says, for who pressed it and with
// their right, as if they had typed it.
func (b *Bot) commanded(ctx context.Context, in click) {
	line := slash{origin: in.origin}
	line.Command, line.Rest = words(in.Value)
	if in.View != nil && line.Command == "new" {
		b.takeLine(ctx, in, line.Rest)
		return
	}
	v, _ := b.verbOf(line.Command)
	if !v.slow {
		b.obey(ctx, line)
		return
	}
	b.enqueue(v.how, v.word, in.origin, func(ctx context.Context) { b.obey(ctx, line) })
}

// say posts an answer where the request was written. In a channel it names
// people instead of mentioning them, and it is not for channels that people
// from outside read. It reports whether it was posted.
func (b *Bot) say(ctx context.Context, o origin, m blocks.Message) bool {
	if !direct(o.Channel) {
		if !b.mayPost(ctx, o) {
			return false
		}
		m = b.unmentioned(ctx, o, m)
	}
	err := b.Ladder.climb(ctx, m, func(ctx context.Context, m blocks.Message) error {
		options := body(m)
		if o.Thread != "" {
			options = append(options, slack.MsgOptionTS(o.Thread))
		}
		_, _, err := b.API.PostMessageContext(ctx, string(o.Channel), options...)
		return err
	})
	if err != nil {
		b.Log.InfoContext(ctx, "answer not posted", "channel", o.Channel, "user", o.User, "error", errorCode(err), "details", refusal(err))
	}
	return err == nil
}

// unmentioned is a drawing for everybody in a channel: it names people instead
// of mentioning them.
func (b *Bot) unmentioned(ctx context.Context, o origin, m blocks.Message) blocks.Message {
	return b.printerOf(o).Quiet(m, func(id batchsync.UserID) string {
		who, _ := b.people.Who(ctx, id) // who is not found has no name
		return who.Name
	})
}

// aside is where something is said to the person alone: refusals, and what may
// hold rows of data.
func (o origin) aside() origin {
	o.Aloud = o.Aloud && direct(o.Channel)
	return o
}
