package slacksim

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

type keys = map[string]rule

// shapes is the table of everything a block may contain, by type.
func shapes() map[string]shape {
	out := map[string]shape{}
	for _, part := range []map[string]shape{plainBlocks(), newerBlocks(), dataBlocks(), buttons(), selects(), pickers(), textInputs()} {
		for kind, s := range part {
			out[kind] = s
		}
	}
	return out
}

func selectTypes() []string {
	return []string{"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
}

func multiTypes() []string {
	var out []string
	for _, t := range selectTypes() {
		out = append(out, "multi_"+t)
	}
	return out
}

func plainBlocks() map[string]shape {
	action := append(selectTypes(), "button", "overflow", "datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes")
	accessory := append(append(selectTypes(), multiTypes()...), "button", "overflow", "datepicker", "timepicker", "radio_buttons", "checkboxes", "image")
	input := append(append(selectTypes(), multiTypes()...), "plain_text_input", "number_input", "email_text_input", "url_text_input",
		"rich_text_input", "file_input", "datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes")
	return map[string]shape{
		"section": {"mvh", keys{"text": may(anyText(3000)), "fields": may(array(1, 10, anyText(2000))),
			"accessory": may(element(accessory...)), "expand": may(boolean)},
			func(c *checker, path string, o Object) {
				if o["text"] == nil && o["fields"] == nil {
					c.fail(path, "missing required field: text or fields")
				}
			}},
		"header":  {"mvh", keys{"text": must(plainText(150)), "level": may(number(1, 4))}, nil},
		"divider": {"mvh", nil, nil},
		"context": {"mvh", keys{"elements": must(array(1, 10, contextItem))}, nil},
		"actions": {"mvh", keys{"elements": must(array(1, 25, element(action...)))}, nil},
		"input": {"mvh", keys{"label": must(plainText(2000)), "hint": may(plainText(2000)), "optional": may(boolean),
			"dispatch_action": may(boolean), "element": must(element(input...))},
			func(c *checker, path string, o Object) {
				c.inputs++
				if truth(o, "dispatch_action") && str(obj(o, "element"), "type") == "file_input" {
					c.fail(path, "dispatch_action is not allowed with file_input")
				}
			}},
		// One shape serves the block and the element; only the block may have a title.
		"image": {"mvh", keys{"image_url": may(bare(1, 3000)), "slack_file": may(anything), "alt_text": must(bare(1, 2000)), "title": may(plainText(2000))},
			func(c *checker, path string, o Object) {
				if (o["image_url"] == nil) == (o["slack_file"] == nil) {
					c.fail(path, "exactly one of image_url and slack_file is needed")
				}
			}},
		"rich_text": {"mvh", keys{"elements": must(anything)}, func(c *checker, path string, o Object) { richText(c, path, o) }},
		"markdown": {"m", keys{"text": must(bare(1, 1<<20))},
			func(c *checker, _ string, o Object) { c.chars["markdown"] += utf8.RuneCountInString(str(o, "text")) }},
	}
}

func contextItem(c *checker, path string, v any) {
	o, _ := v.(Object)
	if str(o, "type") == "image" {
		element("image")(c, path, v)
		return
	}
	anyText(3000)(c, path, v)
}

func newerBlocks() map[string]shape {
	return map[string]shape{
		"alert": {"v", keys{"text": must(anyText(200)), "level": may(oneOf("default", "info", "warning", "error", "success"))}, nil},
		"container": {"mh", keys{"title": may(plainText(150)), "rich_text_title": may(richText), "subtitle": may(anyText(150)),
			"icon": may(element("image")), "width": may(oneOf("narrow", "standard", "wide", "full")), "is_collapsible": may(boolean),
			"default_collapsed": may(boolean), "has_header_divider": may(boolean), "child_blocks": must(array(1, 10, childBlock))},
			func(c *checker, path string, o Object) {
				if (o["title"] == nil) == (o["rich_text_title"] == nil) {
					c.fail(path, "exactly one of title and rich_text_title is needed")
				}
			}},
		"card": {"mvh", keys{"hero_image": may(element("image")), "icon": may(element("image")), "slack_icon": may(anything),
			"title": may(anyText(150)), "subtitle": may(anyText(150)), "body": may(anyText(200)), "subtext": may(anyText(200)),
			"actions": may(array(1, 3, element("button")))}, func(c *checker, path string, o Object) {
			if o["hero_image"] == nil && o["title"] == nil && o["actions"] == nil && o["body"] == nil {
				c.fail(path, "one of hero_image, title, actions and body is needed")
			}
		}},
		"carousel": {"mh", keys{"elements": must(array(1, 10, childCard))}, nil},
		"plan": {"m", keys{"title": must(bare(1, 3000)), "tasks": may(array(0, 50, planTask))},
			func(c *checker, path string, o Object) {
				seen := map[string]bool{}
				for i, t := range list(o, "tasks") {
					if seen[str(t, "task_id")] {
						c.fail(fmt.Sprintf("%s/tasks/%d/task_id", path, i), "`task_id` %q already exists", str(t, "task_id"))
					}
					seen[str(t, "task_id")] = true
				}
			}},
		"task_card":       {"m", taskKeys("in_progress", "complete", "error"), nil},
		"context_actions": {"m", keys{"elements": must(array(1, 5, element("feedback_buttons", "icon_button")))}, nil},
	}
}

func childBlock(c *checker, path string, v any) {
	o, _ := v.(Object)
	if kind := str(o, "type"); slices.Contains([]string{"card", "carousel", "data_table", "container"}, kind) {
		c.fail(path+"/type", "%s is not allowed in a container", kind)
		return
	}
	c.block(path, o)
}

func childCard(c *checker, path string, v any) {
	o, _ := v.(Object)
	if str(o, "type") != "card" {
		c.fail(path+"/type", "must be card")
		return
	}
	c.block(path, o)
}

func taskKeys(states ...string) keys {
	return keys{"task_id": must(bare(1, 255)), "title": must(bare(1, 3000)), "status": may(oneOf(states...)), "details": may(richText),
		"output": may(richText), "sources": may(array(0, 100, part("url"))), "hide_title": may(boolean)}
}

func planTask(c *checker, path string, v any) {
	o, _ := v.(Object)
	if str(o, "type") != "task_card" {
		c.fail(path+"/type", "must be task_card")
	}
	task := taskKeys("pending", "in_progress", "complete", "error")
	task["block_id"] = may(bare(0, 255))
	c.object(path, o, shape{keys: task})
}

func buttons() map[string]shape {
	return map[string]shape{
		"button": {"", keys{"action_id": may(bare(0, 255)), "text": must(plainText(75)), "value": may(bare(0, 2000)), "url": may(bare(0, 3000)),
			"style": may(oneOf("primary", "danger")), "confirm": may(part("confirm")), "accessibility_label": may(bare(0, 75))}, nil},
		"confirm": {"", keys{"title": must(plainText(100)), "text": must(anyText(300)), "confirm": must(plainText(30)), "deny": must(plainText(30)),
			"style": may(oneOf("primary", "danger"))}, nil},
		"url": {"", keys{"url": must(bare(1, 3000)), "text": must(bare(1, 255))}, nil},
		"icon_button": {"", keys{"action_id": may(bare(0, 255)), "icon": must(oneOf("trash")), "text": must(plainText(75)), "value": may(bare(0, 2000)),
			"confirm": may(part("confirm")), "accessibility_label": may(bare(0, 75)), "visible_to_user_ids": may(anything)}, nil},
		"feedback_buttons": {"", keys{"action_id": may(bare(0, 255)), "positive_button": must(anything), "negative_button": must(anything)}, nil},
		"overflow": {"", keys{"action_id": may(bare(0, 255)), "options": must(anything), "confirm": may(part("confirm"))},
			func(c *checker, path string, o Object) { array(1, 5, option(false))(c, path+"/options", o["options"]) }},
	}
}

// withCommon adds what all selects and pickers share.
func withCommon(k keys) keys {
	k["action_id"], k["confirm"], k["focus_on_load"] = may(bare(0, 255)), may(part("confirm")), may(boolean)
	k["placeholder"] = may(plainText(150))
	return k
}

func selects() map[string]shape {
	out := map[string]shape{}
	static := func(c *checker, path string, o Object) {
		c.options(o, path, 100, false)
		initialChosen(c, path, o)
	}
	one, many := map[string]keys{}, map[string]keys{}
	one["static_select"], many["static_select"] = keys{"options": may(anything), "option_groups": may(anything), "initial_option": may(option(false))},
		keys{"options": may(anything), "option_groups": may(anything), "initial_options": may(array(1, 100, option(false)))}
	one["external_select"], many["external_select"] = keys{"min_query_length": may(number(0, 3000)), "initial_option": may(option(false))},
		keys{"min_query_length": may(number(0, 3000)), "initial_options": may(array(1, 100, option(false)))}
	for name, initial := range map[string]string{"users_select": "initial_user", "conversations_select": "initial_conversation", "channels_select": "initial_channel"} {
		one[name], many[name] = keys{initial: may(bare(1, 255)), "response_url_enabled": may(boolean)}, keys{initial + "s": may(array(0, 100, bare(1, 255)))}
	}
	for _, k := range []keys{one["conversations_select"], many["conversations_select"]} {
		k["filter"], k["default_to_current_conversation"] = may(anything), may(boolean)
	}
	for name := range one {
		many[name]["max_selected_items"] = may(number(1, 1000))
		var extra func(*checker, string, Object)
		if name == "static_select" {
			extra = static
		}
		out[name], out["multi_"+name] = shape{"", withCommon(one[name]), extra}, shape{"", withCommon(many[name]), extra}
	}
	return out
}

// initialChosen demands that initial options are among the options, as Slack does.
func initialChosen(c *checker, path string, o Object) {
	all := choices(o)
	wanted := list(o, "initial_options")
	if one := obj(o, "initial_option"); one != nil {
		wanted = append(wanted, one)
	}
	for _, w := range wanted {
		same := func(a Object) bool {
			return str(a, "value") == str(w, "value") && textOf(a, "text") == textOf(w, "text")
		}
		if !slices.ContainsFunc(all, same) {
			c.fail(path, "initial option %q is not among the options", str(w, "value"))
		}
	}
}

func pickers() map[string]shape {
	group := func(initial string, rule rule) shape {
		return shape{"", keys{"action_id": may(bare(0, 255)), "confirm": may(part("confirm")), "focus_on_load": may(boolean), "options": must(anything), initial: rule},
			func(c *checker, path string, o Object) {
				array(1, 10, option(true))(c, path+"/options", o["options"])
				initialChosen(c, path, o)
			}}
	}
	return map[string]shape{
		"radio_buttons":  group("initial_option", may(option(true))),
		"checkboxes":     group("initial_options", may(array(1, 10, option(true)))),
		"datepicker":     {"", withCommon(keys{"initial_date": may(matching(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`))}), nil},
		"timepicker":     {"", withCommon(keys{"initial_time": may(matching(`^([01]\d|2[0-3]):[0-5]\d$`)), "timezone": may(bare(1, 64))}), nil},
		"datetimepicker": {"", withCommon(keys{"initial_date_time": may(number(1e9, 1e10-1))}), nil},
	}
}

func textInputs() map[string]shape {
	dispatch := may(part("dispatch"))
	decimal := may(matching(`^-?\d+(\.\d+)?$`))
	line := func() keys {
		return withCommon(keys{"initial_value": may(bare(0, 3000)), "dispatch_action_config": dispatch})
	}
	text := line()
	text["multiline"], text["min_length"], text["max_length"] = may(boolean), may(number(0, 3000)), may(number(1, 3000))
	num := withCommon(keys{"is_decimal_allowed": must(boolean), "initial_value": decimal, "min_value": decimal, "max_value": decimal, "dispatch_action_config": dispatch})
	trigger := oneOf("on_enter_pressed", "on_character_entered")
	return map[string]shape{
		"dispatch":         {"", keys{"trigger_actions_on": must(array(1, 2, trigger))}, nil},
		"plain_text_input": {"", text, nil},
		"email_text_input": {"", line(), nil},
		"url_text_input":   {"", line(), nil},
		"number_input":     {"", num, nil},
		"rich_text_input":  {"", withCommon(keys{"initial_value": may(richText), "dispatch_action_config": dispatch}), nil},
		"file_input":       {"", keys{"action_id": may(bare(0, 255)), "filetypes": may(anything), "max_files": may(number(1, 10))}, nil},
	}
}

// cellChars is how many characters a table cell shows.
func cellChars(cell Object) int {
	n := 0
	walk(cell, func(o Object) {
		if text, ok := o["text"].(string); ok {
			n += utf8.RuneCountInString(text)
		}
	})
	if v, ok := cell["value"].(float64); ok && str(cell, "text") == "" {
		n += len(strings.TrimSpace(fmt.Sprint(v)))
	}
	return n
}
