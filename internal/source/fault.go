package source

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"batchsync/internal/batchsync"
)

// errClosed is what a counter says that was closed.
var errClosed = errors.New("the counter of sources is closed")

// fault says what kept a source from telling something.
type fault string

const (
	faultLogin       fault = "login"       // the account is refused
	faultUnreachable fault = "unreachable" // no connection
	faultTimeout     fault = "timeout"     // no answer in time
	faultGone        fault = "gone"        // no such table, for this account
	faultDenied      fault = "denied"      // the account may not read it
	faultRefused     fault = "refused"     // anything else the server says
)

// everywhere reports whether a fault is one of the source rather than of a
// table.
func (f fault) everywhere() bool { return f == faultLogin || f == faultUnreachable }

// faultOf classifies an error. What comes back as message was said by the
// server, or is the bare reason why there is no connection: errors of drivers
// may hold the address.
func faultOf(ctx context.Context, d dialect, err error) (fault, string) {
	if f, message := d.fault(err); f != "" {
		return f, message
	}
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil || errors.As(err, &network) && network.Timeout() {
		return faultTimeout, ""
	}
	// The SQL Server driver says some refusals in its own words only.
	if strings.Contains(err.Error(), "login error") {
		return faultLogin, ""
	}
	return faultUnreachable, reason(err)
}

// reason is why there is no connection, without saying to where.
func reason(err error) string {
	var number syscall.Errno
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &number):
		return number.Error()
	case errors.As(err, &name):
		return "the host is not known"
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "the certificate cannot be verified"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed"
	}
	return ""
}

// problem is a fault as people read it.
func (f fault) problem(seconds, detail string) *batchsync.Problem {
	p := &batchsync.Problem{Detail: detail}
	switch f {
	case faultLogin:
		p.Code, p.Text, p.Hint = batchsync.CodeMisconfigured, batchsync.T("source.login"), batchsync.T("source.login_hint")
	case faultUnreachable:
		p.Code, p.Text, p.Hint = batchsync.CodeUnreachable, batchsync.T("source.unreachable"), batchsync.T("source.unreachable_hint")
	case faultTimeout:
		p.Code, p.Text, p.Hint = batchsync.CodeUnreachable, batchsync.T("source.timeout", seconds), batchsync.T("source.timeout_hint")
	case faultGone:
		p.Code, p.Text, p.Hint = batchsync.CodeNotFound, batchsync.T("source.gone"), batchsync.T("source.gone_hint")
	case faultDenied:
		p.Code, p.Text, p.Hint = batchsync.CodeForbidden, batchsync.T("source.denied"), batchsync.T("source.denied_hint")
	default:
		p.Code, p.Text, p.Hint = batchsync.CodeRefused, batchsync.T("source.refused"), batchsync.T("source.refused_hint")
	}
	return p
}

// filterProblem says why a filter is not used.
func filterProblem(err error) *batchsync.Problem {
	p := &batchsync.Problem{Code: batchsync.CodeInvalid, Text: batchsync.T("source.filter"), Hint: batchsync.T("source.count_hint")}
	if errors.Is(err, errParameters) {
		p.Text = batchsync.T("source.parameters")
	}
	return p
}
