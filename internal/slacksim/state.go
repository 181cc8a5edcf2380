package slacksim

import (
	"slices"
	"strings"
)

// inputState is what a user entered: block_id, action_id, state object.
type inputState map[string]map[string]Object

// field says how an element keeps its value.
type field struct {
	state, initial string
	many           bool
}

func fields() map[string]field {
	option, manyOptions := field{"selected_option", "initial_option", false}, field{"selected_options", "initial_options", true}
	text := field{"value", "initial_value", false}
	return map[string]field{
		"plain_text_input": text, "number_input": text, "email_text_input": text, "url_text_input": text,
		"static_select": option, "external_select": option, "radio_buttons": option,
		"multi_static_select": manyOptions, "multi_external_select": manyOptions, "checkboxes": manyOptions,
		"users_select":               {"selected_user", "initial_user", false},
		"multi_users_select":         {"selected_users", "initial_users", true},
		"conversations_select":       {"selected_conversation", "initial_conversation", false},
		"multi_conversations_select": {"selected_conversations", "initial_conversations", true},
		"channels_select":            {"selected_channel", "initial_channel", false},
		"multi_channels_select":      {"selected_channels", "initial_channels", true},
		"datepicker":                 {"selected_date", "initial_date", false},
		"timepicker":                 {"selected_time", "initial_time", false},
		"datetimepicker":             {"selected_date_time", "initial_date_time", false},
		"rich_text_input":            {"rich_text_value", "initial_value", false},
		"file_input":                 {"files", "", true},
	}
}

// placed is an interactive element and the block it sits in.
type placed struct{ block, element Object }

func (p placed) blockID() string  { return str(p.block, "block_id") }
func (p placed) actionID() string { return str(p.element, "action_id") }
func (p placed) kind() string     { return str(p.element, "type") }

// elements lists the interactive elements of blocks in drawing order.
func elements(blocks []Object) []placed {
	var out []placed
	add := func(b, e Object) {
		if str(e, "action_id") != "" {
			out = append(out, placed{b, e})
		}
	}
	for _, b := range blocks {
		add(b, obj(b, "element"))
		add(b, obj(b, "accessory"))
		for _, e := range list(b, "elements") {
			if str(b, "type") == "carousel" {
				out = append(out, elements([]Object{e})...)
			}
			add(b, e)
		}
		for _, e := range list(b, "actions") {
			add(b, e)
		}
		for _, row := range items(b, "rows") {
			cells, _ := row.([]any)
			for _, cell := range objects(cells) {
				if str(cell, "type") == "action_cell" {
					add(b, obj(cell, "element"))
				}
			}
		}
		out = append(out, elements(list(b, "child_blocks"))...)
	}
	return out
}

func viewKey(v *View) string       { return v.ID }
func messageKey(m *Message) string { return m.Channel + "/" + m.TS }

// state is the current value of every stateful element: what the user entered, or
// else the element's initial value. Callers hold s.mu.
func (s *Sim) state(user, key string, blocks []Object) map[string]map[string]Object {
	entered, kinds := s.inputs[user+"|"+key], fields()
	out := map[string]map[string]Object{}
	for _, p := range elements(blocks) {
		f, stateful := kinds[p.kind()]
		if !stateful {
			continue
		}
		v := entered[p.blockID()][p.actionID()]
		if v == nil || str(v, "type") != p.kind() {
			v = Object{"type": p.kind(), f.state: p.element[f.initial]}
			if f.many && v[f.state] == nil {
				v[f.state] = []any{}
			}
		}
		if out[p.blockID()] == nil {
			out[p.blockID()] = map[string]Object{}
		}
		out[p.blockID()][p.actionID()] = v
	}
	return out
}

// enter stores a user's value for one element.
func (s *Sim) enter(user, key string, p placed, value any) {
	k := user + "|" + key
	if s.inputs[k] == nil {
		s.inputs[k] = inputState{}
	}
	if s.inputs[k][p.blockID()] == nil {
		s.inputs[k][p.blockID()] = map[string]Object{}
	}
	s.inputs[k][p.blockID()][p.actionID()] = Object{"type": p.kind(), fields()[p.kind()].state: value}
	s.touch()
}

// carry keeps the user's values over an update of a view: those of elements whose
// block_id, action_id and type stay the same. Initial values of such elements are
// ignored, as in Slack.
func (s *Sim) carry(old, fresh *View) {
	before, after := s.state(old.User, old.ID, old.Blocks), inputState{}
	for _, p := range elements(fresh.Blocks) {
		v := before[p.blockID()][p.actionID()]
		if v == nil || str(v, "type") != p.kind() {
			continue
		}
		if after[p.blockID()] == nil {
			after[p.blockID()] = map[string]Object{}
		}
		after[p.blockID()][p.actionID()] = v
	}
	s.inputs[old.User+"|"+old.ID] = after
}

// forget drops what anybody entered in a message or view.
func (s *Sim) forget(key string) {
	for k := range s.inputs {
		if strings.HasSuffix(k, "|"+key) {
			delete(s.inputs, k)
		}
	}
}

// choices are the options an element offers by itself, groups flattened.
func choices(element Object) []Object {
	out := list(element, "options")
	for _, g := range list(element, "option_groups") {
		out = append(out, list(g, "options")...)
	}
	return out
}

func pick(options []Object, want string) Object {
	i := slices.IndexFunc(options, func(o Object) bool { return str(o, "value") == want })
	if i < 0 {
		i = slices.IndexFunc(options, func(o Object) bool { return textOf(o, "text") == want })
	}
	if i < 0 {
		return nil
	}
	return options[i]
}
