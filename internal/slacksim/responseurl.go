package slacksim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	linkLife = 30 * time.Minute
	linkUses = 5
)

// responseLink is one response_url.
type responseLink struct {
	channel, user, thread string
	message               string // timestamp of the message it came from, if any
	born                  time.Time
	uses                  int
}

func (s *Sim) responseURL(channel, user, message, thread string) string {
	id := fmt.Sprintf("r%08x", s.next())
	s.links[id] = &responseLink{channel: channel, user: user, message: message, thread: thread, born: time.Now()}
	return s.reach + "/response/" + id
}

func (s *Sim) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	args, code := readArgs(r)
	if text := str(args, "payload"); text != "" {
		args = Object{}
		if json.Unmarshal([]byte(text), &args) != nil {
			code = "invalid_payload"
		}
	}
	s.mu.Lock()
	call := &Call{Method: "response_url", Args: args, At: time.Now()}
	s.calls = append(s.calls, call)
	f := s.takeFault("response_url", "")
	s.mu.Unlock()
	if f != nil && f.before(s, w, r) {
		return
	}
	s.mu.Lock()
	status, answer := http.StatusBadRequest, fail(code)
	if f != nil && f.kind == faultSlackError {
		answer = fail(f.code)
	} else if code == "" {
		status, answer = s.respond(s.links[r.PathValue("id")], args)
	}
	call.Status, call.Answer = status, clone(answer)
	s.touch()
	s.mu.Unlock()
	if f != nil && f.kind == faultResetAfter {
		reset(w)
		return
	}
	writeJSON(w, status, answer)
}

// respond carries out one use of a response_url.
func (s *Sim) respond(l *responseLink, args Object) (int, Object) {
	switch {
	case l == nil:
		return http.StatusNotFound, fail("invalid_url")
	case time.Since(l.born) > linkLife:
		return http.StatusNotFound, fail("expired_url")
	case l.uses >= linkUses:
		return http.StatusNotFound, fail("used_url")
	}
	l.uses++
	original := s.find(l.channel, l.message)
	if truthy(args["delete_original"]) {
		if original == nil {
			return http.StatusNotFound, fail("message_not_found")
		}
		original.deleted = true
		return http.StatusOK, Object{"ok": true}
	}
	m := &Message{Channel: l.channel, User: BotUser, FromApp: true, EphemeralTo: l.user, ThreadTS: str(args, "thread_ts")}
	if str(args, "response_type") == "in_channel" {
		m.EphemeralTo = ""
	} else if m.ThreadTS == "" {
		m.ThreadTS = l.thread
	}
	if bad := s.content(m, args); bad != nil {
		return http.StatusBadRequest, s.refused("response_url", bad)
	}
	s.advise("response_url", args, m)
	if truthy(args["replace_original"]) && original != nil {
		original.Text, original.Blocks, original.Pings, original.Links = m.Text, m.Blocks, m.Pings, m.Links
		original.Edits++
		s.forget(messageKey(original))
		return http.StatusOK, Object{"ok": true}
	}
	s.post(m)
	return http.StatusOK, Object{"ok": true}
}
