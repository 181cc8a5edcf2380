//go:build failpoints

package failpoint

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// Variable says where to end, as NAME:N.
const Variable = "BATCHSYNC_FAILPOINT"

// armed is the point that ends this process; one process has one end, so this
// is the one state of the package.
var armed = sync.OnceValue(func() *point {
	name, count, _ := strings.Cut(os.Getenv(Variable), ":")
	n, err := strconv.Atoi(count)
	if err != nil {
		name = ""
	}
	p := &point{name: name}
	p.left.Store(int64(n))
	return p
})

type point struct {
	name string
	left atomic.Int64
}

// Hit passes a point, or ends the process there.
func Hit(name string) {
	p := armed()
	if p.name != name || p.left.Add(-1) != 0 {
		return
	}
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal takes a moment; nothing more must happen
}

// Transport passes a point before and after every call that next carries out;
// nil stands for the default transport.
func Transport(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return transport{next}
}

type transport struct{ next http.RoundTripper }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	Hit(CallBefore)
	res, err := t.next.RoundTrip(r)
	Hit(CallAfter)
	return res, err
}
