package slacksim

import (
	"context"
	"fmt"
	"slices"
)

// Submission is the outcome of submitting a modal.
type Submission struct {
	Ack
	// Action is "close", "errors", "update", "push" or "clear".
	Action string
	Errors map[string]string // at fields, by block_id
	View   *View             // what is on top now; nil when no modal is left
}

// Submit presses the submit button of the modal on top. When the client itself
// refuses the input nothing is sent: Errors is set and the error is ErrClientRejected.
func (a Actor) Submit(ctx context.Context, v View) (Submission, error) {
	s := a.sim
	s.mu.Lock()
	u, here, err := a.live(v)
	if err == nil && (here.view == nil || here.view.Type != "modal" || here.view.Submit == "") {
		err = fmt.Errorf("submit of view %s: %w", v.ID, ErrNotFound)
	}
	if err != nil {
		s.mu.Unlock()
		return Submission{}, err
	}
	here.view.Errors = s.clientErrors(here.view)
	s.touch()
	if errs := here.view.Errors; len(errs) > 0 {
		s.mu.Unlock()
		return Submission{Action: "errors", Errors: clone(errs)}, fmt.Errorf("submit %s: %w", v.ID, ErrClientRejected)
	}
	payload := s.submission(u, here.view)
	s.mu.Unlock()
	ack, err := s.deliver(ctx, u.ID, "interactive", payload)
	if err != nil {
		return Submission{Ack: ack}, err
	}
	return s.settle(u, v.ID, ack)
}

// settle applies the app's answer to a submission.
func (s *Sim) settle(u *User, id string, ack Ack) (Submission, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	out := Submission{Ack: ack, Action: str(ack.Payload, "response_action")}
	if out.Action == "" {
		out.Action = "close"
	}
	v := s.lookup(id, "")
	if v == nil {
		return out, nil // closed meanwhile
	}
	var problem string
	switch out.Action {
	case "close":
		s.remove(v)
	case "clear":
		delete(s.stacks, u.ID)
	case "errors":
		out.Errors, problem = fieldErrors(v, obj(ack.Payload, "errors"))
		v.Errors = out.Errors
	case "update", "push":
		problem = s.answerView(v, out.Action, obj(ack.Payload, "view"))
	default:
		problem = "unknown response_action " + out.Action
	}
	if problem != "" {
		s.violate("view_submission answer: %s", problem)
		s.toast(u.ID, "We had some trouble connecting. Try again?")
		return out, fmt.Errorf("submission of %s: %s", id, problem)
	}
	if stack := s.stacks[u.ID]; len(stack) > 0 {
		top := s.shown(stack[len(stack)-1])
		out.View = &top
	}
	return out, nil
}

func fieldErrors(v *View, raw Object) (map[string]string, string) {
	out := map[string]string{}
	for id, text := range raw {
		i := slices.IndexFunc(v.Blocks, func(b Object) bool { return str(b, "block_id") == id })
		if i < 0 || str(v.Blocks[i], "type") != "input" {
			return nil, fmt.Sprintf("error key %q is not the block_id of an input", id)
		}
		out[id], _ = text.(string)
		if out[id] == "" {
			return nil, fmt.Sprintf("the error at %q is empty", id)
		}
	}
	if len(out) == 0 {
		return nil, "response_action errors without errors"
	}
	return out, ""
}

func (s *Sim) answerView(v *View, how string, raw Object) string {
	if how == "push" && len(s.stacks[v.User]) >= maxStack {
		return "push_limit_reached"
	}
	replaces := ""
	if how == "update" {
		replaces = v.ID
	}
	fresh, bad := s.build("response_action "+how, raw, v.User, replaces)
	switch {
	case bad != nil:
		return str(bad, "error")
	case how == "update":
		s.replace(v, fresh)
	default:
		s.push(fresh)
	}
	return ""
}

// remove takes one view off its stack.
func (s *Sim) remove(v *View) {
	s.stacks[v.User] = slices.DeleteFunc(s.stacks[v.User], func(o *View) bool { return o == v })
	s.forget(v.ID)
	s.touch()
}

// CloseView presses the close button: the view goes, or the whole stack if it says
// clear_on_close. Views with notify_on_close tell the app.
func (a Actor) CloseView(ctx context.Context, v View) (Ack, error) {
	s := a.sim
	s.mu.Lock()
	u, here, err := a.live(v)
	if err == nil && (here.view == nil || here.view.Type != "modal") {
		err = fmt.Errorf("close view %s: %w", v.ID, ErrNotFound)
	}
	if err != nil {
		s.mu.Unlock()
		return Ack{}, err
	}
	cleared := here.view.ClearOnClose
	payload := s.viewClosed(u, here.view, cleared)
	s.remove(here.view)
	if cleared {
		delete(s.stacks, u.ID)
	}
	s.mu.Unlock()
	if !here.view.NotifyOnClose {
		return Ack{}, nil
	}
	return s.deliver(ctx, u.ID, "interactive", payload)
}
