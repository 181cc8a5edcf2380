//go:build !failpoints

package failpoint

import "net/http"

// Hit does nothing.
func Hit(string) {}

// Transport returns next.
func Transport(next http.RoundTripper) http.RoundTripper { return next }
