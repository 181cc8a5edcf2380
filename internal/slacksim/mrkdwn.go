package slacksim

import (
	"regexp"
	"slices"
	"strings"
)

var (
	control  = regexp.MustCompile(`<([@#!][^<>|]+|https?://[^<>|\s]+|mailto:[^<>|\s]+)(\|[^<>]*)?>`)
	bareName = regexp.MustCompile(`(?:^|[^\w@/&])(@(?:here|channel|everyone|group)|#[a-z0-9][a-z0-9_-]*)\b`)
	bareURL  = regexp.MustCompile(`https?://[^\s<>|"` + "`" + `]+`)
	atName   = regexp.MustCompile(`(?:^|[^\w@/&])@([a-z0-9][a-z0-9._-]*)`)
	code     = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
)

// fired collects what a text would notify or link.
type fired struct {
	pings, links []string
	names        map[string]string // channel and user names to ids
}

// names maps "#name" and "@name" to ids, for texts in which Slack looks names up.
func (s *Sim) names() map[string]string {
	out := map[string]string{}
	for _, c := range s.channels {
		if c.DMWith == "" {
			out["#"+c.Name] = c.ID
		}
	}
	for _, u := range s.users {
		out["@"+u.Name] = u.ID
	}
	for _, g := range s.groups {
		out["@"+g.Handle] = g.ID
	}
	return out
}

// mentions lists the pings and links of a message. The top-level text is parsed
// for control sequences always, for bare URLs only when it is what people see, and
// for bare names only with parse=full; mrkdwn text objects are parsed for all of
// them unless verbatim; plain_text and rich_text are never parsed.
func mentions(text string, blocks []Object, parse string, names map[string]string) (pings, links []string) {
	f := &fired{names: names}
	f.controls(text)
	if len(blocks) == 0 && parse != "none" {
		f.urls(text)
	}
	if parse == "full" {
		f.bare(text, true)
	}
	walk(blocks, f.object)
	slices.Sort(f.pings)
	slices.Sort(f.links)
	return slices.Compact(f.pings), slices.Compact(f.links)
}

func (f *fired) object(o Object) {
	switch str(o, "type") {
	case "mrkdwn", "markdown":
		f.controls(str(o, "text"))
		if !truth(o, "verbatim") {
			f.urls(str(o, "text"))
			f.bare(str(o, "text"), false)
		}
	case "user":
		f.ping(str(o, "user_id"))
	case "usergroup":
		f.ping(str(o, "usergroup_id"))
	case "broadcast":
		f.ping(str(o, "range"))
	case "channel":
		f.link("#" + str(o, "channel_id"))
	case "link":
		f.link(str(o, "url"))
	}
}

func (f *fired) ping(what string) {
	if what != "" {
		f.pings = append(f.pings, "@"+what)
	}
}

func (f *fired) link(what string) { f.links = append(f.links, what) }

func (f *fired) controls(text string) {
	for _, m := range control.FindAllStringSubmatch(text, -1) {
		switch body := m[1]; {
		case body[0] == '@':
			f.ping(body[1:])
		case body[0] == '#':
			f.link(body)
		case strings.HasPrefix(body, "!subteam^"):
			f.ping(strings.TrimPrefix(body, "!subteam^"))
		case strings.HasPrefix(body, "!date^"):
			if parts := strings.SplitN(body, "^", 4); len(parts) == 4 {
				f.link(parts[3])
			}
		case body[0] == '!':
			f.ping(body[1:])
		default:
			f.link(body)
		}
	}
}

func (f *fired) urls(text string) {
	for _, u := range bareURL.FindAllString(plain(text), -1) {
		f.link(strings.TrimRight(u, ".,;:!?)*_~"))
	}
}

// bare finds names that Slack turns into mentions by itself.
func (f *fired) bare(text string, users bool) {
	text = plain(text)
	for _, m := range bareName.FindAllStringSubmatch(text, -1) {
		if m[1][0] == '@' {
			f.ping(m[1][1:])
		} else if id := f.names[m[1]]; id != "" {
			f.link("#" + id)
		}
	}
	if !users {
		return
	}
	for _, m := range atName.FindAllStringSubmatch(text, -1) {
		if id := f.names["@"+m[1]]; id != "" {
			f.ping(id)
		}
	}
}

// plain drops control sequences and code, where nothing is looked up.
func plain(text string) string {
	return control.ReplaceAllString(code.ReplaceAllString(text, " "), " ")
}
