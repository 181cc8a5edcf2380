package slacksim

import (
	"net"
	"net/http"
	"time"
)

type faultKind int

const (
	faultStatus faultKind = iota
	faultRateLimit
	faultHang
	faultResetBefore
	faultResetAfter
	faultSlackError
)

// Fault is one way a Web API call goes wrong. Make it with [HTTPStatus],
// [RateLimited], [Hang], [ResetBefore], [ResetAfter] or [SlackError].
type Fault struct {
	kind   faultKind
	status int
	wait   time.Duration
	code   string
}

// HTTPStatus answers with a bare status such as 500 and does nothing.
func HTTPStatus(status int) Fault { return Fault{kind: faultStatus, status: status} }

// RateLimited answers 429 with Retry-After, rounded up to whole seconds.
func RateLimited(wait time.Duration) Fault { return Fault{kind: faultRateLimit, wait: wait} }

// Hang never answers; the call does nothing.
func Hang() Fault { return Fault{kind: faultHang} }

// ResetBefore closes the connection without doing anything.
func ResetBefore() Fault { return Fault{kind: faultResetBefore} }

// ResetAfter carries the call out and then closes the connection without an answer.
func ResetAfter() Fault { return Fault{kind: faultResetAfter} }

// SlackError answers {"ok": false, "error": code} and does nothing.
func SlackError(code string) Fault { return Fault{kind: faultSlackError, code: code} }

type fault struct {
	Fault
	method  string
	channel string // "" for any
	left    int
}

// Fault makes the next calls of a method ("*" for any) go wrong: as often as
// times says, or until ClearFaults if times is negative. Faults of one method
// happen in the order they were given.
func (s *Sim) Fault(method string, f Fault, times int) { s.FaultIn("", method, f, times) }

// FaultIn is Fault for the calls that name a channel, as they name it: messages
// to a person may name the person.
func (s *Sim) FaultIn(channel, method string, f Fault, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{Fault: f, method: method, channel: channel, left: times})
}

// ClearFaults ends all Web API faults.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Sim) takeFault(method, channel string) *Fault {
	for _, f := range s.faults {
		if f.left != 0 && (f.method == method || f.method == "*") && (f.channel == "" || f.channel == channel) {
			f.left--
			s.strikes = append(s.strikes, Strike{method, f.Fault})
			return &f.Fault
		}
	}
	return nil
}

// Strike is a call that was made to go wrong. Faults can be compared.
type Strike struct {
	Method string
	Fault  Fault
}

// Strikes returns every call that was made to go wrong so far, oldest first.
func (s *Sim) Strikes() []Strike {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Strike(nil), s.strikes...)
}

// before carries out faults that replace the call; it reports whether it did.
func (f *Fault) before(s *Sim, w http.ResponseWriter, r *http.Request) bool {
	switch f.kind {
	case faultStatus:
		http.Error(w, http.StatusText(f.status), f.status)
	case faultHang:
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
	case faultResetBefore:
		reset(w)
	default:
		return false
	}
	return true
}

// reset closes the client's connection with a TCP reset instead of an answer.
func reset(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
