package slacksim

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

func TestPage_Assets(t *testing.T) {
	t.Parallel()
	s, _ := newSim(t, Options{})
	for path, want := range map[string]string{"/": "app.js", "/app.js": "EventSource", "/app.css": "--bg", "/health": "ok"} {
		res, err := http.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		if strings.Contains(string(body), "innerHTML") {
			t.Errorf("%s builds markup from strings", path)
		}
	}
}

// TestPage_Act plays a short story through the page's own API.
func TestPage_Act(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	connect(t, s, ctx, func(api *slack.Client, e socketmode.Event) any {
		if d, isSlash := e.Data.(slack.SlashCommand); isSlash {
			if _, err := api.OpenViewContext(ctx, d.TriggerID, modal(t, form)); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	act := func(body string) outcome {
		t.Helper()
		res, err := http.Post(s.URL()+"/sim/act", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var out outcome
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := act(`{"user":"ana","kind":"slash","channel":"data-sync","text":"/batchsync new"}`); !out.OK {
		t.Fatal(out.Error)
	}
	v, _ := s.View(Ana)
	if out := act(`{"user":"ana","kind":"type","view":"` + v.ID + `","element":"name/name","text":"orders"}`); !out.OK {
		t.Error(out.Error)
	}
	if out := act(`{"user":"ana","kind":"submit","view":"` + v.ID + `"}`); !out.OK || out.Errors["src"] == "" || out.Errors["name"] != "" {
		t.Errorf("submit without a source: %+v", out)
	}
	if out := act(`{"user":"vera","kind":"close","view":"` + v.ID + `"}`); out.OK {
		t.Error("vera closed ana's modal")
	}
	if out := act(`{"user":"ana","kind":"say","channel":"data-sync","text":"hello"}`); !out.OK {
		t.Error(out.Error)
	}
	var shot snapshot
	res, err := http.Get(s.URL() + "/sim/snapshot?user=ana")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&shot); err != nil {
		t.Fatal(err)
	}
	if len(shot.Modals) != 1 || str(shot.Modals[0].Values["name"]["name"], "value") != "orders" || len(shot.Messages) != 1 || shot.Connected != 1 {
		t.Errorf("snapshot %+v", shot)
	}
	if res, err := http.Post(s.URL()+"/sim/act", "text/plain", strings.NewReader("{}")); err != nil || res.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("a plain form was taken: %v", err)
	}
}
