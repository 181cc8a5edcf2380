package slacksim

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
)

// method is one row of the Web API table. Its function runs with s.mu held.
type method struct {
	app   bool // needs the app-level token instead of the bot token
	scope string
	run   func(s *Sim, r *http.Request, args Object) Object
}

func methods() map[string]method {
	return map[string]method{
		"auth.test":                    {run: (*Sim).authTest},
		"apps.connections.open":        {app: true, run: (*Sim).connectionsOpen},
		"chat.postMessage":             {scope: "chat:write", run: (*Sim).chatPostMessage},
		"chat.update":                  {scope: "chat:write", run: (*Sim).chatUpdate},
		"chat.delete":                  {scope: "chat:write", run: (*Sim).chatDelete},
		"chat.postEphemeral":           {scope: "chat:write", run: (*Sim).chatPostEphemeral},
		"chat.getPermalink":            {run: (*Sim).chatGetPermalink},
		"views.open":                   {run: (*Sim).viewsOpen},
		"views.push":                   {run: (*Sim).viewsPush},
		"views.update":                 {run: (*Sim).viewsUpdate},
		"views.publish":                {run: (*Sim).viewsPublish},
		"users.info":                   {scope: "users:read", run: (*Sim).usersInfo},
		"usergroups.users.list":        {scope: "usergroups:read", run: (*Sim).usergroupsUsersList},
		"conversations.info":           {run: (*Sim).conversationsInfo},
		"conversations.open":           {scope: "im:write", run: (*Sim).conversationsOpen},
		"conversations.members":        {run: (*Sim).conversationsMembers},
		"files.getUploadURLExternal":   {scope: "files:write", run: (*Sim).filesGetUploadURL},
		"files.completeUploadExternal": {scope: "files:write", run: (*Sim).filesComplete},
		"bots.info":                    {scope: "users:read", run: (*Sim).botsInfo},
		"team.info":                    {scope: "team:read", run: (*Sim).teamInfo},
	}
}

func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	args, parseErr := readArgs(r)
	shown := maps.Clone(args)
	delete(shown, "token")
	call := &Call{Method: name, Args: shown, At: time.Now()}
	s.mu.Lock()
	s.calls = append(s.calls, call)
	s.touch()
	f := s.takeFault(name, str(args, "channel"))
	s.mu.Unlock()

	if f != nil && f.before(s, w, r) {
		return
	}
	s.mu.Lock()
	status, answer := s.answer(r, name, args, parseErr, f)
	call.Status, call.Answer, call.Left = status, clone(answer), r.Context().Err() != nil
	s.touch()
	scopes, skew := s.granted(name), s.skew
	s.mu.Unlock()
	if f != nil && f.kind == faultResetAfter {
		reset(w)
		return
	}
	w.Header().Set("X-OAuth-Scopes", scopes)
	w.Header().Set("Date", time.Now().Add(skew).UTC().Format(http.TimeFormat))
	if wait, limited := answer["retry_after"]; limited {
		w.Header().Set("Retry-After", fmt.Sprint(wait))
		delete(answer, "retry_after")
	}
	writeJSON(w, status, answer)
}

// answer runs one call. Callers hold s.mu.
func (s *Sim) answer(r *http.Request, name string, args Object, parseErr string, f *Fault) (int, Object) {
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return http.StatusMethodNotAllowed, fail("invalid_post_type")
	}
	m, known := methods()[name]
	if !known {
		return http.StatusOK, Object{"ok": false, "error": "unknown_method", "req_method": name}
	}
	if f != nil && f.kind == faultSlackError {
		return http.StatusOK, fail(f.code)
	}
	if code := s.checkToken(r, args, m.app); code != "" {
		return http.StatusOK, fail(code)
	}
	if f != nil && f.kind == faultRateLimit {
		return http.StatusTooManyRequests, Object{"ok": false, "error": "ratelimited", "retry_after": seconds(f.wait)}
	}
	if wait := s.overLimit(name, args); wait > 0 {
		return http.StatusTooManyRequests, Object{"ok": false, "error": "ratelimited", "retry_after": seconds(wait)}
	}
	if parseErr != "" {
		return http.StatusOK, fail(parseErr)
	}
	if m.scope != "" {
		if missing := s.missingScope(m.scope); missing != nil {
			return http.StatusOK, missing
		}
	}
	answer := m.run(s, r, args)
	if _, set := answer["ok"]; !set {
		answer["ok"] = true
	}
	return http.StatusOK, answer
}

// granted are the scopes of the token that a method takes. Callers hold s.mu.
func (s *Sim) granted(name string) string {
	if methods()[name].app {
		return "connections:write"
	}
	return strings.Join(s.opts.Scopes, ",")
}

func (s *Sim) missingScope(need string) Object {
	if slices.Contains(s.opts.Scopes, need) {
		return nil
	}
	return Object{"ok": false, "error": "missing_scope", "needed": need, "provided": strings.Join(s.opts.Scopes, ",")}
}

func (s *Sim) checkToken(r *http.Request, args Object, app bool) string {
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !given {
		token = str(args, "token")
	}
	delete(args, "token")
	switch {
	case token == "":
		return "not_authed"
	case token != s.BotToken && token != s.AppToken:
		return "invalid_auth"
	case app != (token == s.AppToken):
		return "not_allowed_token_type"
	}
	return ""
}

// jsonArgs are arguments that forms carry as JSON text.
func jsonArgs() []string {
	return []string{"blocks", "view", "files", "metadata", "attachments"}
}

// readArgs reads arguments from a form, a multipart form, the query or a JSON body.
// The second result is Slack's error code for a body it cannot read.
func readArgs(r *http.Request) (Object, string) {
	args := Object{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
		if err != nil || (len(body) > 0 && json.Unmarshal(body, &args) != nil) {
			return Object{}, "invalid_json"
		}
	} else {
		if kind == "multipart/form-data" {
			if r.ParseMultipartForm(4<<20) != nil {
				return args, "invalid_form_data"
			}
		} else if r.ParseForm() != nil {
			return args, "invalid_form_data"
		}
		for k, v := range r.Form {
			args[k] = v[0]
		}
	}
	for _, k := range jsonArgs() {
		text, isText := args[k].(string)
		if !isText {
			continue
		}
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			if k == "blocks" {
				return args, "invalid_blocks_format"
			}
			return args, "invalid_arguments"
		}
		args[k] = v
	}
	return args, ""
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the client may be gone; nothing is left to do then
}

// fail is Slack's error answer; details become response_metadata.messages.
func fail(code string, details ...string) Object {
	answer := Object{"ok": false, "error": code}
	if len(details) > 0 {
		tagged := make([]string, len(details))
		for i, d := range details {
			tagged[i] = "[ERROR] " + d
		}
		answer["errors"] = details
		answer["response_metadata"] = Object{"messages": tagged}
	}
	return answer
}
