package handlers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"sigs.k8s.io/yaml"
)

// calls are the methods of the Web API behind those of the client. Methods that
// take no scope of the bot token are in free.
var (
	calls = map[string][]string{
		"AuthTestContext":            {"auth.test"},
		"StartSocketModeContext":     {"apps.connections.open"},
		"PostMessageContext":         {"chat.postMessage"},
		"PostEphemeralContext":       {"chat.postEphemeral"},
		"UpdateMessageContext":       {"chat.update"},
		"GetPermalinkContext":        {"chat.getPermalink"},
		"OpenViewContext":            {"views.open"},
		"UpdateViewContext":          {"views.update"},
		"PublishViewContext":         {"views.publish"},
		"GetUserInfoContext":         {"users.info"},
		"GetUserGroupMembersContext": {"usergroups.users.list"},
		"GetConversationInfoContext": {"conversations.info"},
		"OpenConversationContext":    {"conversations.open"},
		"UploadFileContext":          {"files.getUploadURLExternal", "files.completeUploadExternal"},
	}
	free = []string{"auth.test", "apps.connections.open", "chat.getPermalink", "views.open", "views.update", "views.publish"}
)

// manifest is the part of the app's manifest that has to agree with the code.
type manifest struct {
	Features struct {
		Commands []struct {
			Command string `json:"command"`
		} `json:"slash_commands"`
	} `json:"features"`
	OAuth struct {
		Scopes struct {
			Bot  []string `json:"bot"`
			User []string `json:"user"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `json:"bot_events"`
		} `json:"event_subscriptions"`
	} `json:"settings"`
}

// TestScopes_Needed compares the table with what the code asks of Slack and what
// the manifest has Slack send.
func TestScopes_Needed(t *testing.T) {
	t.Parallel()
	asked := readManifest(t)
	needed := map[string]bool{}
	for _, method := range used(t) {
		if !slices.Contains(free, method) {
			needed[method] = true
		}
	}
	for _, e := range asked.Settings.Events.Bot {
		if e != "app_home_opened" { // takes none
			needed["event "+e] = true
		}
	}
	for _, c := range asked.Features.Commands {
		needed["command "+c.Command] = true
	}
	listed := map[string]bool{}
	for _, s := range Scopes() {
		for _, f := range s.For {
			listed[f] = true
		}
	}
	if got, want := slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(needed)); !slices.Equal(got, want) {
		t.Errorf("scopes are for\n%v, used are\n%v", got, want)
	}
}

func TestScopes_Manifest(t *testing.T) {
	t.Parallel()
	var want []string
	for _, s := range Scopes() {
		want = append(want, s.Name)
	}
	scopes := readManifest(t).OAuth.Scopes
	if slices.Sort(scopes.Bot); !slices.Equal(scopes.Bot, want) || len(scopes.User) > 0 {
		t.Errorf("the manifest asks for %v and of people %v, needed are %v", scopes.Bot, scopes.User, want)
	}
}

func readManifest(t *testing.T) (m manifest) {
	t.Helper()
	raw, err := os.ReadFile("../../deploy/slack-app-manifest.yaml")
	if err == nil {
		err = yaml.Unmarshal(raw, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// used are the methods of the Web API that the code calls through the client.
func used(t *testing.T) (out []string) {
	t.Helper()
	client := reflect.TypeFor[*slack.Client]()
	for _, dir := range []string{"..", "../../cmd/bot"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				name := sel.Sel.Name
				if _, is := client.MethodByName(name); is && strings.HasSuffix(name, "Context") {
					if calls[name] == nil {
						t.Errorf("%s calls %s, whose scopes nobody named", path, name)
					}
					out = append(out, calls[name]...)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
