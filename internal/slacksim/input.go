package slacksim

import (
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// chosen turns the values of a Select into the state of the element.
func (s *Sim) chosen(u *User, here spot, p placed, values []string) (any, error) {
	f, stateful := fields()[p.kind()]
	if !stateful && p.kind() != "overflow" {
		return nil, fmt.Errorf("%s has nothing to choose: %w", p.actionID(), ErrNotFound)
	}
	if !f.many && len(values) > 1 {
		return nil, fmt.Errorf("%s takes one value: %w", p.actionID(), ErrClientRejected)
	}
	if most, set := p.element["max_selected_items"].(float64); set && len(values) > int(most) {
		return nil, fmt.Errorf("%s takes at most %v values: %w", p.actionID(), most, ErrClientRejected)
	}
	picked := []any{}
	for _, v := range values {
		one, err := s.choice(u, here, p, v)
		if err != nil {
			return nil, err
		}
		picked = append(picked, one)
	}
	switch {
	case f.many:
		return picked, nil
	case len(picked) == 0:
		return nil, nil
	}
	return picked[0], nil
}

// choice resolves one value: an option object, a user id or a channel id.
func (s *Sim) choice(u *User, here spot, p placed, want string) (any, error) {
	kind := strings.TrimPrefix(p.kind(), "multi_")
	switch kind {
	case "users_select":
		if found := s.user(want); found != nil {
			return found.ID, nil
		}
	case "conversations_select", "channels_select":
		c := s.channel(want)
		shared := truth(obj(p.element, "filter"), "exclude_external_shared_channels")
		if c != nil && c.has(u.ID) && !(shared && c.ExtShared) {
			return c.ID, nil
		}
	default:
		options := choices(p.element)
		if kind == "external_select" {
			options = s.options[suggestionKey(u, here, p)]
		}
		if o := pick(options, want); o != nil {
			return clone(o), nil
		}
	}
	return nil, fmt.Errorf("choice %q of %s: %w", want, p.actionID(), ErrNotFound)
}

// typed turns entered text into the state of the element.
func typed(p placed, text string) (any, error) {
	f, stateful := fields()[p.kind()]
	if !stateful || f.many || f.state == "selected_option" {
		return nil, fmt.Errorf("%s takes no text: %w", p.actionID(), ErrNotFound)
	}
	if text == "" {
		return nil, nil
	}
	layout := map[string]string{"datepicker": time.DateOnly, "timepicker": "15:04"}[p.kind()]
	if layout != "" {
		if _, err := time.Parse(layout, text); err != nil {
			return nil, fmt.Errorf("%q in %s is not of the form %s: %w", text, p.actionID(), layout, ErrClientRejected)
		}
	}
	if p.kind() == "datetimepicker" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q in %s is not Unix seconds: %w", text, p.actionID(), ErrClientRejected)
		}
		return float64(n), nil
	}
	return text, nil
}

// clientErrors are the complaints of Slack's own client before it submits a view.
func (s *Sim) clientErrors(v *View) map[string]string {
	values, out := s.state(v.User, v.ID, v.Blocks), map[string]string{}
	for _, p := range elements(v.Blocks) {
		if str(p.block, "type") != "input" {
			continue
		}
		f := fields()[p.kind()]
		value := values[p.blockID()][p.actionID()][f.state]
		if problem := complaint(p, value); problem != "" {
			out[p.blockID()] = problem
		}
	}
	return out
}

func complaint(p placed, value any) string {
	text, _ := value.(string)
	many, isMany := value.([]any)
	if value == nil || (isMany && len(many) == 0) || (text == "" && !isMany && isText(value)) {
		if truth(p.block, "optional") {
			return ""
		}
		return "Please complete this required field."
	}
	n := float64(utf8.RuneCountInString(text))
	if least, set := p.element["min_length"].(float64); set && n < least {
		return fmt.Sprintf("Please enter at least %v characters.", least)
	}
	if most, set := p.element["max_length"].(float64); set && n > most {
		return fmt.Sprintf("Please enter at most %v characters.", most)
	}
	switch p.kind() {
	case "number_input":
		return numberComplaint(p.element, text)
	case "email_text_input":
		if _, err := mail.ParseAddress(text); err != nil {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if u, err := url.Parse(text); err != nil || u.Scheme == "" || u.Host == "" {
			return "Please enter a valid URL."
		}
	}
	return ""
}

func isText(v any) bool { _, ok := v.(string); return ok }

func numberComplaint(element Object, text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || (!truth(element, "is_decimal_allowed") && strings.ContainsAny(text, ".eE")) {
		return "Please enter a valid number."
	}
	if least, err := strconv.ParseFloat(str(element, "min_value"), 64); err == nil && n < least {
		return "Please enter a number of at least " + str(element, "min_value") + "."
	}
	if most, err := strconv.ParseFloat(str(element, "max_value"), 64); err == nil && n > most {
		return "Please enter a number of at most " + str(element, "max_value") + "."
	}
	return ""
}
