package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthCommand_Address(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, listen, want string }{
		{"loopback", "127.0.0.1:8090", "127.0.0.1:8090"},
		{"all addresses", ":8090", "127.0.0.1:8090"},
		{"all of IPv4", "0.0.0.0:8090", "127.0.0.1:8090"},
		{"all of IPv6", "[::]:8090", "[::1]:8090"},
		{"one address", "10.1.2.3:80", "10.1.2.3:80"},
		{"a name", "localhost:80", "localhost:80"},
		{"off", "", ""},
		{"nonsense", "8090", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, err := localAddress(c.listen); got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("localAddress(%q) = %q, %v, want %q", c.listen, got, err, c.want)
			}
		})
	}
}

// TestHealthCommand_Asked has something answer in the bot's place.
func TestHealthCommand_Asked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		code       int
		want       string // empty: well
	}{
		{"well", `{"ok":true,"signs":[]}`, 200, ""},
		{"not well", `{"ok":false,"reasons":["slack: last good 7m0s ago, may be 5m0s","monitor: not yet"]}`, 503, "not well: slack: last good 7m0s ago, may be 5m0s; monitor: not yet"},
		{"well in words only", `{"ok":true}`, 503, "not well"},
		{"well by status only", `{}`, 200, "not well"},
		{"somebody else", `<html>`, 200, "not how the bot answers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/healthz" {
					t.Errorf("asked for %s", r.URL.Path)
				}
				w.WriteHeader(c.code)
				fmt.Fprint(w, c.body)
			}))
			t.Cleanup(server.Close)
			err := askHealth(within(t, ackWait), strings.TrimPrefix(server.URL, "http://"))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
