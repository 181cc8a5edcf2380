package czcli

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	bs "batchsync/internal/batchsync"
)

// TestClient_Ping_Failure sorts the reasons for a missing connection.
func TestClient_Ping_Failure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		reason string
		want   bs.Failure
	}{
		{"token", "Login failed: invalid access token", bs.FailLogin},
		{"expired", "HTTP 401: {}", bs.FailLogin},
		{"instance", "instance name 'x' is unknown", bs.FailLogin},
		{"login unreachable", "Login failed: ECONNREFUSED: Unable to connect.", bs.FailUnreachable},
		{"unreachable", "ECONNREFUSED: Unable to connect. Is the computer able to access the url?", bs.FailUnreachable},
		{"gateway", "HTTP 502: <html>", bs.FailUnreachable},
		{"something else", "no idea", bs.FailUnreachable},
		{"nothing", "", bs.FailUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			said, err := json.Marshal(map[string]any{"data": map[string]any{"connected": false, "error": tt.reason}})
			if err != nil {
				t.Fatal(err)
			}
			f := newFake(t, Config{}, answer{Match: "list", Sample: "profile_list.ok"}, answer{Stdout: string(said)})
			got, err := f.Ping(t.Context())
			if err != nil || got.Connected || got.Failure != tt.want || got.Reason != tt.reason {
				t.Errorf("got %+v, %v, want failure %q", got, err, tt.want)
			}
		})
	}
}

// TestClient_ProfileUnknown names the profile where the program only reports a
// refused login, whatever was asked.
func TestClient_ProfileUnknown(t *testing.T) {
	t.Parallel()
	answers := []answer{
		{Match: "profile list", Sample: "profile_list.ok"},
		{Match: "profile status", Sample: "profile_status.bad_pat"},
		{Sample: "profile_unknown.error"},
	}
	f := newFake(t, Config{Profile: "prod"}, answers...)
	const message = `there is no profile "prod", only fake`
	_, read := f.Folders(t.Context())
	_, described := f.Columns(t.Context(), 5, "s", "t")
	for name, err := range map[string]error{"read": read, "read of something": described, "change": f.Background().Deploy(t.Context(), 1)} {
		pe := platformError(t, err)
		if got := (outcome{pe.Failure, pe.Uncertain}); got != (outcome{failure: bs.FailNoProfile}) || pe.Message != message || strings.HasPrefix(pe.Command, "profile") {
			t.Errorf("%s: got %+v", name, pe)
		}
	}
	if got, err := f.Ping(t.Context()); err != nil || got.Failure != bs.FailNoProfile || got.Reason != message {
		t.Errorf("ping: got %+v, %v", got, err)
	}
	var looks int
	for _, inv := range f.invocations() {
		if slices.Contains(inv.Argv, "profile") && slices.Contains(inv.Argv, "list") {
			looks++
		}
	}
	if looks != 1 {
		t.Errorf("the profile was looked up %d times within a minute, want 1", looks)
	}
}

// TestClient_ProfileKnown leaves a refused login alone, also where it cannot be
// told whether there is the profile.
func TestClient_ProfileKnown(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]answer{
		"known":         {Match: "profile list", Sample: "profile_list.ok"},
		"cannot tell":   {Match: "profile list", Stdout: "?"},
		"login refused": {Match: "profile list", Sample: "login_rejected.error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{Profile: "fake", Children: 1}, list, answer{Sample: "login_rejected.error"})
			_, err := f.Folders(t.Context())
			if pe := platformError(t, err); pe.Failure != bs.FailLogin || pe.Command != "task folder-tree" {
				t.Errorf("got %+v", pe)
			}
		})
	}
}

// TestProfile_Missing asks once for all who ask together, and again after a
// minute.
func TestProfile_Missing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		looks, answer := 0, error(&bs.PlatformError{Failure: bs.FailNoProfile})
		look := func(context.Context) error {
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			looks++
			return answer
		}
		set := func(err error) { mu.Lock(); answer = err; mu.Unlock() }
		p := newProfile()
		want := func(missing bool, after int) {
			t.Helper()
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if got := p.missing(t.Context(), look); (got != nil) != missing {
						t.Errorf("got %v, want it missing: %t", got, missing)
					}
				})
			}
			all.Wait()
			if looks != after {
				t.Errorf("got %d looks, want %d", looks, after)
			}
		}
		want(true, 1)
		set(nil)
		time.Sleep(profileFor - time.Second)
		want(true, 1)
		time.Sleep(time.Second)
		want(false, 2)
		set(errors.New("down"))
		time.Sleep(profileFor)
		if got := p.missing(t.Context(), look); got != nil || looks != 3 {
			t.Errorf("what is not known: got %v after %d looks", got, looks)
		}
		set(&bs.PlatformError{Failure: bs.FailNoProfile})
		want(false, 3) // the program is not asked again and again
		time.Sleep(profileFor)
		hasty, leave := context.WithTimeout(t.Context(), time.Millisecond)
		if got := p.missing(hasty, look); got != nil {
			t.Errorf("somebody who left meanwhile: got %v", got)
		}
		leave()
		want(true, 5)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		p.turn <- struct{}{}
		if got := p.missing(gone, look); got != nil {
			t.Errorf("somebody who left: got %v", got)
		}
	})
}

// TestClient_ListsCut keeps to the limit, so that a list cut there is known to
// be.
func TestClient_ListsCut(t *testing.T) {
	t.Parallel()
	for _, n := range []int{bs.MaxNames - 1, bs.MaxNames, bs.MaxNames + 1} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			said, err := json.Marshal(map[string]any{"data": make([]string, n)})
			if err != nil {
				t.Fatal(err)
			}
			f := newFake(t, Config{}, answer{Stdout: string(said)})
			tables, err := f.Tables(t.Context(), 1, "s")
			if err != nil || len(tables) != min(n, bs.MaxNames) || bs.Complete(tables) != (n < bs.MaxNames) {
				t.Errorf("got %d tables, complete %t, %v", len(tables), bs.Complete(tables), err)
			}
		})
	}
}
