package metrics

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestTransport has a server answer in every way, and looks at what is counted
// and at what the caller gets.
func TestTransport(t *testing.T) {
	t.Parallel()
	says := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	const post = "/api/chat.postMessage"
	for _, c := range []struct {
		name   string
		path   string
		answer http.HandlerFunc
		method string
		error  string
	}{
		{"taken", post, says(200, `{"ok":true,"ts":"1.1"}`), "chat.postMessage", "none"},
		{"taken, long", post, says(200, `{"ok":true,"text":"`+strings.Repeat("x", 3*maxAnswer)+`"}`), "chat.postMessage", "none"},
		{"refused", post, says(200, `{"error":"not_in_channel","ok":false}`), "chat.postMessage", "not_in_channel"},
		{"refused for a reason nobody knows", post, says(200, `{"ok":false,"error":"planted_secret"}`), "chat.postMessage", "other"},
		{"refused without a reason", post, says(200, `{"ok":false}`), "chat.postMessage", "other"},
		{"refused by the word none", post, says(200, `{"ok":false,"error":"none"}`), "chat.postMessage", "other"},
		{"no JSON", post, says(200, `<html>proxy</html>`), "chat.postMessage", "other"},
		{"no word on how it went", post, says(200, `{"ts":"1.1"}`), "chat.postMessage", "other"},
		{"limited", post, says(429, ``), "chat.postMessage", "rate_limited"},
		{"limited in words", post, says(200, `{"ok":false,"error":"ratelimited"}`), "chat.postMessage", "rate_limited"},
		{"broken", post, says(503, `<html>`), "chat.postMessage", "http_5xx"},
		{"unknown address", post, says(404, ``), "chat.postMessage", "http_4xx"},
		{"cut off", post, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "chat.postMessage", "no_answer"},
		{"cut off inside", post, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"ok":true`)
		}, "chat.postMessage", "no_answer"},
		{"hanging", post, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the end of the caller is noticed behind it only
			<-r.Context().Done()
		}, "chat.postMessage", "timeout"},
		{"method nobody uses", "/api/planted.secret", says(200, `{"ok":true}`), "other", "none"},
		{"answer to a request", "/actions/T1/2/planted", says(200, `ok`), "response_url", "none"},
		{"answer to a request, too late", "/actions/T1/2/planted", says(404, `used_url`), "response_url", "http_4xx"},
		{"bytes of a file", "/upload/v1/planted", says(200, `OK - 3`), "upload_url", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(c.answer)
			t.Cleanup(server.Close)
			m := New(Build{}, empty)
			client := &http.Client{Transport: m.Transport(server.URL+"/api/", nil)}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if c.error == "timeout" {
				ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
				defer cancel()
			}
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+c.path, strings.NewReader("token=planted"))
			if err != nil {
				t.Fatal(err)
			}
			if res, err := client.Do(req); err == nil {
				if strings.HasPrefix(c.path, "/api/") && res.StatusCode == http.StatusOK { // as the library reads it
					var v any
					_ = json.NewDecoder(res.Body).Decode(&v)
				}
				res.Body.Close()
				res.Body.Close() // counts once
			}
			got := scraped(t, m)
			sample := `batchsync_slack_calls_total{error="` + c.error + `",method="` + c.method + `"}`
			if got[sample] != "1" || got[`batchsync_slack_call_seconds_count{method="`+c.method+`"}`] != "1" {
				for name, value := range got {
					if strings.Contains(name, "slack_call") && value != "0" && !strings.Contains(name, "bucket") {
						t.Errorf("counted %s %s, want %s", name, value, sample)
					}
				}
			}
			for name := range got {
				if strings.Contains(name, "planted") {
					t.Errorf("foreign text is shown: %s", name)
				}
			}
		})
	}
}

// TestTransport_Whole holds that the caller gets every byte of an answer.
func TestTransport_Whole(t *testing.T) {
	t.Parallel()
	want := `{"ok":true,"text":"` + strings.Repeat("é", 3*maxAnswer) + `"}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, want) }))
	t.Cleanup(server.Close)
	client := &http.Client{Transport: New(Build{}, empty).Transport(server.URL+"/api/", nil)}
	res, err := client.Get(server.URL + "/api/users.info")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, err := io.ReadAll(res.Body); err != nil || string(got) != want {
		t.Errorf("got %d bytes and %v, want %d", len(got), err, len(want))
	}
}
