package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// slackMethods are those of the Web API that the bot uses, and two that have no
// name: answers to the address of a request, and the bytes of a file.
func slackMethods() []string {
	return []string{
		"auth.test", "apps.connections.open", "chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "chat.getPermalink",
		"views.open", "views.push", "views.update", "views.publish", "users.info", "usergroups.users.list", "conversations.info",
		"conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal", "team.info", responseURL, uploadURL,
	}
}

const (
	responseURL = "response_url"
	uploadURL   = "upload_url"
)

// slackErrors are the errors told apart: those that somebody can do something
// about, by Slack's own words, and those of the way there.
func slackErrors() []string {
	return []string{
		none, rateLimited, "timeout", "canceled", "no_answer", "connection_lost", "http_4xx", "http_5xx", "internal_error",
		"invalid_auth", "token_revoked", "account_inactive", "missing_scope",
		"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "user_not_found", "user_disabled",
		"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found",
		"invalid_blocks", "msg_too_long", "expired_trigger_id", "trigger_expired", "hash_conflict", "not_found", "view_not_found",
		"not_drawn", "panic", "nothing_to_draw", "file_is_gone", "channel_is_shared",
	}
}

// slackError is the class of Slack's word for an error, or of ours.
func slackError(code string) string {
	switch code {
	case none:
		return other
	case "ratelimited":
		return rateLimited
	case "fatal_error", "service_unavailable", "request_timeout":
		return "internal_error"
	}
	return known(slackErrors(), strings.ReplaceAll(code, " ", "_"))
}

// errorClass is that of an attempt to deliver a message that did not succeed.
func errorClass(d batchsync.Delivery) string {
	if d.Outcome == batchsync.OutcomeLater {
		return rateLimited
	}
	return slackError(d.Reason)
}

// Transport counts the calls that go through it to next, or to the default one
// for nil. api is the address that the methods of the Web API stand behind. A
// call counts when its answer is closed, because Slack's errors stand in there.
func (m *Metrics) Transport(api string, next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	base, err := url.Parse(api)
	if err != nil {
		base = &url.URL{} // no method has a name then
	}
	return &transport{metrics: m, host: base.Host, path: base.Path, next: next}
}

type transport struct {
	metrics    *Metrics
	host, path string
	next       http.RoundTripper
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	began := time.Now()
	method := t.method(req.URL)
	res, err := t.next.RoundTrip(req)
	if err != nil {
		t.done(method, broken(err), began)
		return res, err
	}
	status := res.StatusCode
	res.Body = &answer{ReadCloser: res.Body, plain: method == responseURL || method == uploadURL, done: func(code string) {
		if status != http.StatusOK {
			code = statusClass(status)
		}
		t.done(method, code, began)
	}}
	return res, nil
}

func (t *transport) done(method, code string, began time.Time) {
	t.metrics.slackCalls.WithLabelValues(method, code).Inc()
	t.metrics.slackSeconds.WithLabelValues(method).Observe(time.Since(began).Seconds())
}

// method names a call without anything of its address: those of answers and
// uploads are secrets.
func (t *transport) method(u *url.URL) string {
	name, ok := strings.CutPrefix(u.Path, t.path)
	under := ok && u.Host == t.host
	switch {
	case under && known(slackMethods(), name) != other:
		return name
	case strings.HasPrefix(u.Path, "/upload/"):
		return uploadURL
	case under && len(t.path) > len("/"):
		return other
	}
	return responseURL
}

func statusClass(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return rateLimited
	case status >= http.StatusInternalServerError:
		return "http_5xx"
	}
	return "http_4xx"
}

// broken is the class of a call without an answer.
func broken(err error) string {
	var late interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.As(err, &late) && late.Timeout():
		return "timeout"
	}
	return "no_answer"
}

// maxAnswer is how much of an answer is looked at. One with an error is far
// smaller; a longer one has data.
const maxAnswer = 4 << 10

// answer looks at what is read of a body, and tells when it is closed.
type answer struct {
	io.ReadCloser
	plain bool // the status says all
	done  func(code string)
	once  sync.Once
	head  []byte
	long  bool
	err   error
}

func (a *answer) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	if room := maxAnswer - len(a.head); !a.plain && !a.long {
		a.head = append(a.head, p[:min(n, room)]...)
		a.long = n > room
	}
	if err != nil && !errors.Is(err, io.EOF) {
		a.err = err
	}
	return n, err
}

func (a *answer) Close() error {
	err := a.ReadCloser.Close()
	a.once.Do(func() { a.done(a.code()) })
	return err
}

func (a *answer) code() string {
	var said struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	switch {
	case a.err != nil:
		return broken(a.err)
	case a.plain || a.long:
		return none
	case json.Unmarshal(a.head, &said) != nil || said.OK == nil:
		return other // no answer of Slack's
	case *said.OK:
		return none
	}
	return slackError(said.Error)
}
