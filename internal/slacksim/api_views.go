package slacksim

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

const maxStack = 3

// trigger is a trigger id: three seconds, one use, one user.
type trigger struct {
	user  string
	view  string // the modal it came from, if any
	born  time.Time
	spent bool
}

func (s *Sim) newTrigger(user, view string) string {
	id := fmt.Sprintf("%d.%d.%08x", 1_000_000_000+s.next(), 2_000_000_000, s.next())
	s.triggers[id] = &trigger{user: user, view: view, born: time.Now()}
	return id
}

// exchange spends the trigger of a call or says why it cannot.
func (s *Sim) exchange(args Object) (*trigger, string) {
	t := s.triggers[str(args, "trigger_id")]
	switch {
	case str(args, "trigger_id") == "":
		return nil, "invalid_arguments"
	case t == nil:
		return nil, "invalid_trigger_id"
	case t.spent:
		return nil, "exchanged_trigger_id"
	case time.Since(t.born) > s.opts.TriggerTTL:
		return nil, "expired_trigger_id"
	}
	return t, ""
}

// build validates a view argument and makes a view of it.
func (s *Sim) build(method string, raw Object, user, replaces string) (*View, Object) {
	if raw == nil {
		return nil, fail("invalid_arguments", "missing required field: view")
	}
	if size(raw) > 250_000 {
		return nil, s.refused(method, fail("view_too_large"))
	}
	if errs := s.checkView(raw, method == "views.publish"); len(errs) > 0 {
		return nil, s.refused(method, fail("invalid_arguments", errs...))
	}
	v := &View{
		ID: fmt.Sprintf("V%010d", s.next()), Type: str(raw, "type"), User: user,
		CallbackID: str(raw, "callback_id"), ExternalID: str(raw, "external_id"),
		Title: textOf(raw, "title"), Submit: textOf(raw, "submit"), Close: textOf(raw, "close"),
		PrivateMetadata: str(raw, "private_metadata"), Hash: s.hash(),
		NotifyOnClose: truth(raw, "notify_on_close"), ClearOnClose: truth(raw, "clear_on_close"),
		Blocks: s.normalise(items(raw, "blocks")),
	}
	v.RootID = v.ID
	if v.ExternalID != "" && s.findExternal(v.ExternalID, replaces) {
		return nil, fail("duplicate_external_id")
	}
	return v, nil
}

func (s *Sim) hash() string { return fmt.Sprintf("%d.%08x", time.Now().Unix(), s.next()) }

func (s *Sim) allViews() []*View {
	var all []*View
	for _, stack := range s.stacks {
		all = append(all, stack...)
	}
	for _, home := range s.homes {
		all = append(all, home)
	}
	return all
}

func (s *Sim) findExternal(external, except string) bool {
	return slices.ContainsFunc(s.allViews(), func(v *View) bool { return v.ExternalID == external && v.ID != except })
}

func (s *Sim) viewsOpen(_ *http.Request, args Object) Object {
	t, code := s.exchange(args)
	if code != "" {
		return fail(code)
	}
	v, bad := s.build("views.open", obj(args, "view"), t.user, "")
	if bad != nil {
		return bad
	}
	if t.view != "" {
		s.violate("views.open: the trigger came from a modal; views.push is meant there")
	}
	t.spent = true
	s.stacks[t.user] = []*View{v}
	return Object{"view": s.viewPayload(v)}
}

func (s *Sim) viewsPush(_ *http.Request, args Object) Object {
	t, code := s.exchange(args)
	if code != "" {
		return fail(code)
	}
	stack := s.stacks[t.user]
	if t.view == "" || len(stack) == 0 {
		return fail("not_found")
	}
	if len(stack) >= maxStack {
		return fail("push_limit_reached")
	}
	v, bad := s.build("views.push", obj(args, "view"), t.user, "")
	if bad != nil {
		return bad
	}
	t.spent = true
	s.push(v)
	return Object{"view": s.viewPayload(v)}
}

func (s *Sim) push(v *View) {
	stack := s.stacks[v.User]
	v.RootID, v.PreviousID = stack[0].ID, stack[len(stack)-1].ID
	s.stacks[v.User] = append(stack, v)
	s.touch()
}

// lookup finds an open modal by id or external id.
func (s *Sim) lookup(id, external string) *View {
	for _, v := range s.allViews() {
		if (id != "" && v.ID == id) || (id == "" && external != "" && v.ExternalID == external) {
			return v
		}
	}
	return nil
}

func (s *Sim) viewsUpdate(_ *http.Request, args Object) Object {
	id, external := str(args, "view_id"), str(args, "external_id")
	if id == "" && external == "" {
		return fail("invalid_arguments", "must provide view_id or external_id")
	}
	old := s.lookup(id, external)
	if old == nil {
		return fail("not_found")
	}
	if h := str(args, "hash"); h != "" && h != old.Hash {
		return fail("hash_conflict")
	}
	fresh, bad := s.build("views.update", obj(args, "view"), old.User, old.ID)
	if bad != nil {
		return bad
	}
	if fresh.Type != old.Type {
		return fail("invalid_arguments", "view type cannot change [json-pointer:/view/type]")
	}
	s.replace(old, fresh)
	return Object{"view": s.viewPayload(old)}
}

// replace gives an open view new content under its old identity. What the user
// entered survives where block_id and action_id stay the same.
func (s *Sim) replace(old, fresh *View) {
	s.carry(old, fresh)
	fresh.ID, fresh.RootID, fresh.PreviousID = old.ID, old.RootID, old.PreviousID
	if fresh.ExternalID == "" {
		fresh.ExternalID = old.ExternalID
	}
	*old = *fresh
	s.touch()
}

func (s *Sim) viewsPublish(_ *http.Request, args Object) Object {
	u := s.user(str(args, "user_id"))
	if u == nil || u.Deleted || u.Bot {
		return fail("user_not_found")
	}
	old := s.homes[u.ID]
	if h := str(args, "hash"); h != "" && (old == nil || h != old.Hash) {
		return fail("hash_conflict")
	}
	replaces := ""
	if old != nil {
		replaces = old.ID
	}
	v, bad := s.build("views.publish", obj(args, "view"), u.ID, replaces)
	if bad != nil {
		return bad
	}
	if old != nil {
		s.replace(old, v)
		v = old
	}
	s.homes[u.ID] = v
	return Object{"view": s.viewPayload(v)}
}

// viewPayload is a view as Slack sends it in answers and interactions.
func (s *Sim) viewPayload(v *View) Object {
	p := Object{
		"id": v.ID, "team_id": TeamID, "type": v.Type, "blocks": copiedObjects(v.Blocks),
		"private_metadata": v.PrivateMetadata, "callback_id": v.CallbackID, "hash": v.Hash,
		"state":          Object{"values": clone(s.state(v.User, viewKey(v), v.Blocks))},
		"clear_on_close": v.ClearOnClose, "notify_on_close": v.NotifyOnClose,
		"root_view_id": v.RootID, "previous_view_id": nil, "app_id": AppID, "bot_id": BotID,
		"external_id": v.ExternalID, "app_installed_team_id": TeamID,
		"title": Object{"type": "plain_text", "text": v.Title, "emoji": true}, "close": nil, "submit": nil,
	}
	if v.PreviousID != "" {
		p["previous_view_id"] = v.PreviousID
	}
	if v.Submit != "" {
		p["submit"] = Object{"type": "plain_text", "text": v.Submit, "emoji": true}
	}
	if v.Close != "" {
		p["close"] = Object{"type": "plain_text", "text": v.Close, "emoji": true}
	}
	return p
}
