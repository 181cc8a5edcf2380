package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"batchsync/bot/handlers"
	"batchsync/internal/slacksim"

	"sigs.k8s.io/yaml"
)

const manifestPath = root + "/deploy/slack-app-manifest.yaml"

// appManifest is everything that the manifest may have. What is not here asks
// for more than the bot needs: shortcuts, redirect addresses, scopes of people.
type appManifest struct {
	Metadata struct {
		Major int `json:"major_version"`
	} `json:"_metadata"`
	Display struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Background  string `json:"background_color"`
	} `json:"display_information"`
	Features struct {
		Home struct {
			Enabled  bool `json:"home_tab_enabled"`
			Messages bool `json:"messages_tab_enabled"`
			ReadOnly bool `json:"messages_tab_read_only_enabled"`
		} `json:"app_home"`
		Bot struct {
			Name   string `json:"display_name"`
			Always bool   `json:"always_online"`
		} `json:"bot_user"`
		Commands []struct {
			Command     string `json:"command"`
			Description string `json:"description"`
			Hint        string `json:"usage_hint"`
			Escape      bool   `json:"should_escape"`
		} `json:"slash_commands"`
	} `json:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `json:"is_enabled"`
		} `json:"interactivity"`
		OrgDeploy bool `json:"org_deploy_enabled"`
		Socket    bool `json:"socket_mode_enabled"`
		Rotation  bool `json:"token_rotation_enabled"`
	} `json:"settings"`
}

// TestManifest holds that the app is sent what the bot answers, and nothing
// else. That it has the scopes of the methods that are called is held in
// bot/handlers.
func TestManifest(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(manifestPath)
	must(t, err)
	var m appManifest
	must(t, yaml.UnmarshalStrict(raw, &m))

	// The kinds of events and interactions that the source distinguishes.
	source := handlersSource(t)
	events := map[string]string{"AppHomeOpenedEvent": "app_home_opened", "AppMentionEvent": "app_mention", "MessageEvent": "message.im"}
	var handled []string
	for _, found := range regexp.MustCompile(`slackevents\.(\w+Event)\b`).FindAllStringSubmatch(source, -1) {
		if !strings.HasPrefix(found[1], "EventsAPI") { // the envelopes of events
			handled = append(handled, events[found[1]])
		}
	}
	slices.Sort(handled)
	if got := m.Settings.Events.Bot; !slices.Equal(got, slices.Compact(handled)) {
		t.Errorf("Slack sends %v, handled are %v", got, handled)
	}
	if strings.Contains(source, "slack.InteractionTypeShortcut") || strings.Contains(source, "slack.InteractionTypeMessageAction") {
		t.Error("a shortcut is handled, and the manifest has none")
	}
	if c := m.Features.Commands; len(c) != 1 || c[0].Command != "/batchsync" || !c[0].Escape {
		t.Errorf("commands: %+v", c)
	}
	if h := m.Features.Home; !h.Enabled || !h.Messages || h.ReadOnly {
		t.Errorf("the Home tab or direct messages are off: %+v", h)
	}
	if s := m.Settings; !s.Socket || !s.Interactivity.Enabled || s.OrgDeploy || s.Rotation {
		t.Errorf("settings: %+v", s)
	}
	// The local Slack of all the other tests grants no more than this.
	granted := slices.Sorted(slices.Values(slacksim.DefaultScopes()))
	if !slices.Equal(granted, slices.Sorted(slices.Values(m.OAuth.Scopes.Bot))) {
		t.Errorf("the local Slack grants %v, the manifest asks for %v", granted, m.OAuth.Scopes.Bot)
	}
}

// TestManifest_SaysWhy holds that beside each scope stands what needs it.
func TestManifest_SaysWhy(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(manifestPath)
	must(t, err)
	why := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^ *- ([a-z._]+:[a-z]+|commands) +# (.*)$`).FindAllStringSubmatch(string(raw), -1) {
		why[m[1]] = m[2]
	}
	for _, scope := range handlers.Scopes() {
		for _, use := range scope.For {
			_, name, kind := strings.Cut(use, " ") // such as event app_mention
			if !kind {
				name = use
			}
			if !strings.Contains(why[scope.Name], name) {
				t.Errorf("%s is for %s, and the manifest says %q", scope.Name, use, why[scope.Name])
			}
		}
		delete(why, scope.Name)
	}
	if len(why) > 0 {
		t.Errorf("nothing needs %v", why)
	}
}

// handlersSource is the source of the room that Slack talks to, without its
// tests.
func handlersSource(t *testing.T) string {
	t.Helper()
	paths, err := filepath.Glob(root + "/bot/handlers/*.go")
	must(t, err)
	var all strings.Builder
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(path)
		must(t, err)
		all.Write(raw)
	}
	return all.String()
}
