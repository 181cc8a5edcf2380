package slacksim

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// live finds what the user sees at a place now. Callers hold s.mu.
func (a Actor) live(at Place) (*User, spot, error) {
	u, err := a.who()
	if err != nil {
		return nil, spot{}, err
	}
	s := a.sim
	channel, id := at.place()
	if channel == "" {
		v := s.lookup(id, "")
		stack := s.stacks[u.ID]
		onTop := v != nil && v.User == u.ID && (v.Type == "home" || stack[len(stack)-1] == v)
		if !onTop {
			return nil, spot{}, fmt.Errorf("view %s of %s: %w", id, u.Name, ErrNotFound)
		}
		return u, spot{view: v}, nil
	}
	m, c := s.find(channel, id), s.channel(channel)
	switch {
	case m == nil:
		return nil, spot{}, fmt.Errorf("message %s in %s: %w", id, channel, ErrNotFound)
	case m.EphemeralTo != "" && m.EphemeralTo != u.ID, !c.has(u.ID) && (c.Private || u.Guest || u.Stranger || c.DMWith != ""):
		return nil, spot{}, fmt.Errorf("message %s as seen by %s: %w", id, u.Name, ErrNotAllowed)
	}
	return u, spot{message: m}, nil
}

// locate finds an element by "block_id/action_id", action_id or visible label.
func locate(blocks []Object, ref string) (placed, error) {
	matches := func(test func(placed) bool) []placed {
		return slices.Collect(func(yield func(placed) bool) {
			for _, p := range elements(blocks) {
				if test(p) && !yield(p) {
					return
				}
			}
		})
	}
	found := matches(func(p placed) bool { return p.blockID()+"/"+p.actionID() == ref })
	if len(found) == 0 {
		found = matches(func(p placed) bool { return p.actionID() == ref })
	}
	if len(found) == 0 {
		found = matches(func(p placed) bool {
			return slices.Contains([]string{textOf(p.element, "text"), textOf(p.block, "label"), str(p.element, "accessibility_label")}, ref)
		})
	}
	switch len(found) {
	case 0:
		return placed{}, fmt.Errorf("element %q: %w", ref, ErrNotFound)
	case 1:
		return found[0], nil
	}
	return placed{}, fmt.Errorf("element %q is there %d times, name it as block_id/action_id: %w", ref, len(found), ErrNotFound)
}

// use changes an element and tells the app if the element does that.
func (a Actor) use(ctx context.Context, at Place, ref string, value func(*User, spot, placed) (any, error)) (Ack, error) {
	s := a.sim
	s.mu.Lock()
	u, here, err := a.live(at)
	var p placed
	if err == nil {
		p, err = locate(here.blocks(), ref)
	}
	var v any
	if err == nil {
		v, err = value(u, here, p)
	}
	if err != nil {
		s.mu.Unlock()
		return Ack{}, err
	}
	if _, stateful := fields()[p.kind()]; stateful {
		s.enter(u.ID, here.key(), p, v)
	}
	if str(p.block, "type") == "input" && !truth(p.block, "dispatch_action") {
		s.mu.Unlock()
		return Ack{}, nil
	}
	payload := s.blockActions(u, here, action(p, v))
	s.mu.Unlock()
	return s.deliver(ctx, u.ID, "interactive", payload)
}

// Click presses a button, named by action_id, by block_id/action_id or by its
// label; a confirm dialog counts as confirmed. Links are sent to the app too.
func (a Actor) Click(ctx context.Context, at Place, button string) (Ack, error) {
	return a.use(ctx, at, button, func(_ *User, _ spot, p placed) (any, error) {
		if p.kind() != "button" && p.kind() != "icon_button" {
			return nil, fmt.Errorf("%s is a %s, not a button: %w", button, p.kind(), ErrNotFound)
		}
		return nil, nil
	})
}

// Select chooses options by value or label in a select, overflow menu, radio group
// or checkboxes (all the ticked ones); users and channels by id or name. No values
// clear the choice. For external selects the options of the last Suggest count.
func (a Actor) Select(ctx context.Context, at Place, element string, values ...string) (Ack, error) {
	return a.use(ctx, at, element, func(u *User, here spot, p placed) (any, error) {
		return a.sim.chosen(u, here, p, values)
	})
}

// Type enters text, a number, a date (YYYY-MM-DD), a time (HH:mm) or, in a
// datetimepicker, Unix seconds. Empty text clears the field.
func (a Actor) Type(ctx context.Context, at Place, element, text string) (Ack, error) {
	return a.use(ctx, at, element, func(_ *User, _ spot, p placed) (any, error) { return typed(p, text) })
}

// Suggest types into an external select and returns the options the app answered
// with, groups flattened. Below the element's min_query_length nothing is sent.
func (a Actor) Suggest(ctx context.Context, at Place, element, query string) ([]Option, error) {
	s := a.sim
	s.mu.Lock()
	u, here, err := a.live(at)
	var p placed
	if err == nil {
		p, err = locate(here.blocks(), element)
	}
	if err == nil && !strings.HasSuffix(p.kind(), "external_select") {
		err = fmt.Errorf("%s is a %s: %w", element, p.kind(), ErrNotFound)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	least := 3.0
	if n, set := p.element["min_query_length"].(float64); set {
		least = n
	}
	if float64(len([]rune(query))) < least {
		s.mu.Unlock()
		return nil, nil
	}
	payload := s.suggestion(u, here, p, query)
	key := suggestionKey(u, here, p)
	s.mu.Unlock()
	ack, err := s.deliver(ctx, u.ID, "interactive", payload)
	if err != nil {
		return nil, err
	}
	return s.suggested(key, ack)
}

func suggestionKey(u *User, here spot, p placed) string {
	return u.ID + "|" + here.key() + "|" + p.blockID() + "|" + p.actionID()
}

// Option is one choice of a select, with the label of its group if it has one.
type Option struct {
	Text        string `json:"text"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Group       string `json:"group,omitempty"`
}

// suggested checks and keeps the options of an ack.
func (s *Sim) suggested(key string, ack Ack) ([]Option, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := newChecker("", nil)
	_, flat := ack.Payload["options"]
	_, grouped := ack.Payload["option_groups"]
	if !flat && !grouped {
		c.fail("", "neither options nor option_groups")
	}
	c.options(ack.Payload, "", 100, false)
	if len(c.errs) > 0 {
		s.violate("block_suggestion answer: %s", strings.Join(c.errs, "; "))
		return nil, fmt.Errorf("suggestions: %s: %w", c.errs[0], ErrClientRejected)
	}
	s.options[key] = choices(ack.Payload)
	var out []Option
	add := func(all []Object, group string) {
		for _, o := range all {
			out = append(out, Option{textOf(o, "text"), str(o, "value"), textOf(o, "description"), group})
		}
	}
	add(list(ack.Payload, "options"), "")
	for _, g := range list(ack.Payload, "option_groups") {
		add(list(g, "options"), textOf(g, "label"))
	}
	return out, nil
}
