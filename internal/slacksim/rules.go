package slacksim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// check judges one value; path is its JSON pointer.
type check func(c *checker, path string, v any)

// rule is what a shape says about one key.
type rule struct {
	must  bool
	check check
}

func must(f check) rule { return rule{true, f} }
func may(f check) rule  { return rule{false, f} }

// shape describes an object. Blocks name the surfaces they may stand on, by the
// letters m (message), v (modal view) and h (Home); other objects name none.
type shape struct {
	surfaces string
	keys     map[string]rule
	extra    func(c *checker, path string, o Object) // what no single key can tell
}

func (s shape) on(surface string) bool {
	return strings.Contains(s.surfaces, map[string]string{onMessage: "m", onModal: "v", onHome: "h"}[surface])
}

func anything(*checker, string, any) {}

func length(c *checker, path, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		c.fail(path, "must be more than %d characters", least-1)
	case n > most:
		c.fail(path, "must be less than %d characters", most+1)
	}
}

// bare is a JSON string.
func bare(least, most int) check {
	return func(c *checker, path string, v any) {
		if text, ok := v.(string); ok {
			length(c, path, text, least, most)
		} else {
			c.fail(path, "must be a string")
		}
	}
}

// boolean is a JSON truth value.
func boolean(c *checker, path string, v any) {
	if _, ok := v.(bool); !ok {
		c.fail(path, "must be a boolean")
	}
}

func number(least, most float64) check {
	return func(c *checker, path string, v any) {
		if n, ok := v.(float64); !ok || n < least || n > most || n != float64(int64(n)) {
			c.fail(path, "must be an integer from %v to %v", least, most)
		}
	}
}

func oneOf(allowed ...string) check {
	return func(c *checker, path string, v any) {
		if text, ok := v.(string); !ok || !slices.Contains(allowed, text) {
			c.fail(path, "must be one of: %s", strings.Join(allowed, ", "))
		}
	}
}

func matching(pattern string) check {
	re := regexp.MustCompile(pattern)
	return func(c *checker, path string, v any) {
		if text, ok := v.(string); !ok || !re.MatchString(text) {
			c.fail(path, "must match pattern %s", pattern)
		}
	}
}

func array(least, most int, each check) check {
	return func(c *checker, path string, v any) {
		all, ok := v.([]any)
		switch {
		case !ok:
			c.fail(path, "must be an array")
		case len(all) < least:
			c.fail(path, "no fewer than %d items allowed", least)
		case len(all) > most:
			c.fail(path, "no more than %d items allowed", most)
		}
		for i, item := range all {
			each(c, fmt.Sprintf("%s/%d", path, i), item)
		}
	}
}

// anyText is a text object of 1 to most characters, plainText one that is plain_text.
func anyText(most int) check   { return textObject(most, "plain_text", "mrkdwn") }
func plainText(most int) check { return textObject(most, "plain_text") }

func textObject(most int, kinds ...string) check {
	return func(c *checker, path string, v any) {
		o, ok := v.(Object)
		if !ok {
			c.fail(path, "must be a text object")
			return
		}
		kind := str(o, "type")
		if !slices.Contains(kinds, kind) {
			c.fail(path+"/type", "must be one of: %s", strings.Join(kinds, ", "))
		}
		if (kind == "mrkdwn" && truth(o, "emoji")) || (kind == "plain_text" && truth(o, "verbatim")) {
			c.fail(path, "invalid additional property for %s", kind)
		}
		bare(1, most)(c, path+"/text", o["text"])
	}
}

// element is an interactive element or image whose type is among the allowed.
func element(allowed ...string) check {
	return func(c *checker, path string, v any) {
		e, _ := v.(Object)
		kind := str(e, "type")
		s, known := c.table[kind]
		if !known || !slices.Contains(allowed, kind) {
			c.fail(path+"/type", "unsupported type: %s", kind)
			return
		}
		if where := modalOnly(kind); c.surface != where && where != "" {
			c.fail(path+"/type", "%s is allowed in modals only", kind)
		}
		if kind == "datetimepicker" && c.surface == onHome {
			c.fail(path+"/type", "datetimepicker is not allowed in a home")
		}
		if truth(e, "focus_on_load") {
			if c.focused {
				c.fail(path+"/focus_on_load", "only one element may have focus_on_load")
			}
			c.focused = true
		}
		c.object(path, e, s)
	}
}

func modalOnly(kind string) string {
	if slices.Contains([]string{"number_input", "email_text_input", "url_text_input", "file_input"}, kind) {
		return onModal
	}
	return ""
}

// part is an object of a fixed shape without a choice of types.
func part(name string) check {
	return func(c *checker, path string, v any) {
		o, ok := v.(Object)
		if !ok {
			c.fail(path, "must be an object")
			return
		}
		c.object(path, o, c.table[name])
	}
}

// option is one choice; radio buttons and checkboxes may use mrkdwn.
func option(mrkdwn bool) check {
	text := plainText(75)
	if mrkdwn {
		text = anyText(75)
	}
	s := shape{keys: map[string]rule{"text": must(text), "value": must(bare(1, 150)), "description": may(text), "url": may(bare(0, 3000))}}
	return func(c *checker, path string, v any) {
		o, _ := v.(Object)
		c.object(path, o, s)
	}
}

// richText is a rich_text block or a value of that form.
func richText(c *checker, path string, v any) {
	o, ok := v.(Object)
	if !ok || str(o, "type") != "rich_text" {
		c.fail(path, "must be a rich_text object")
		return
	}
	array(0, 1000, richPart)(c, path+"/elements", o["elements"])
}

func richPart(c *checker, path string, v any) {
	o, _ := v.(Object)
	switch kind := str(o, "type"); kind {
	case "rich_text_section", "rich_text_preformatted", "rich_text_quote":
		array(0, 1000, richLeaf)(c, path+"/elements", o["elements"])
	case "rich_text_list":
		oneOf("bullet", "ordered")(c, path+"/style", o["style"])
		array(1, 1000, richPart)(c, path+"/elements", o["elements"])
	default:
		c.fail(path+"/type", "unsupported type: %s", kind)
	}
}

func richLeaf(c *checker, path string, v any) {
	o, _ := v.(Object)
	needs := map[string][]string{"text": {"text"}, "link": {"url"}, "emoji": {"name"}, "user": {"user_id"}, "channel": {"channel_id"},
		"usergroup": {"usergroup_id"}, "broadcast": {"range"}, "date": {"format"}, "color": {"value"}, "team": {"team_id"}, "tag": nil}
	keys, known := needs[str(o, "type")]
	if !known {
		c.fail(path+"/type", "unsupported type: %s", str(o, "type"))
	}
	for _, key := range keys {
		bare(1, 12_000)(c, path+"/"+key, o[key])
	}
	if _, isNumber := o["timestamp"].(float64); str(o, "type") == "date" && !isNumber {
		c.fail(path, "missing required field: timestamp")
	}
}
