package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// rule forbids imports to packages; both sides are patterns of path.Match on
// the import path, a trailing /... standing for everything below.
type rule struct {
	from   string
	forbid string
	except []string
	why    string
}

func rules() []rule {
	const databases = "internal/source/sourcetest" // started by tests
	const simulators = "internal/slacksim internal/studiosim internal/source/sourcetest cmd/demo cmd/cz-cli-sim"
	const sources = "internal/source internal/source/sourcetest"
	return []rule{
		{"batchsync/internal/batchsync", "batchsync/...", nil, "the domain imports nothing of ours"},
		{"batchsync/internal/batchsync", "os...", nil, "the domain touches no machine"},
		{"batchsync/internal/batchsync", "net...", nil, "the domain touches no network"},
		{"batchsync/internal/batchsync", "github.com/...", nil, "the domain knows no technology"},
		{"batchsync/internal/...", "batchsync/bot/...", nil, "imports point down"},
		{"batchsync/internal/...", "batchsync/cmd/...", nil, "imports point down"},
		{"batchsync/bot/...", "batchsync/cmd/...", nil, "imports point down"},
		{"batchsync/internal/...", "batchsync/internal/...", []string{"batchsync/internal/batchsync", "batchsync/internal/failpoint", "batchsync/internal/redact"}, "rooms exchange domain types and do not know each other"},
		{"batchsync/internal/... -internal/czcli", "batchsync/internal/redact", nil, "secrets are taken out where foreign text comes in and where it goes out"},
		{"batchsync/bot/...", "batchsync/internal/...", []string{"batchsync/internal/batchsync", "batchsync/internal/redact", "batchsync/internal/failpoint"}, "Slack's side meets the other rooms in cmd/bot"},
		{"batchsync/... -internal/store internal/czcli bot/handlers cmd/bot", "batchsync/internal/failpoint", nil, "points to be killed at stand where a room ends"},
		{"batchsync/bot/blocks", "batchsync/bot/handlers", nil, "drawing does not know who asks for it"},
		{"batchsync/cmd/bot", "batchsync/internal/slacksim", nil, "simulators do not ship"},
		{"batchsync/cmd/bot", "batchsync/internal/studiosim", nil, "simulators do not ship"},
		{"batchsync/...", "batchsync/internal/source/sourcetest", nil, "servers of tests do not ship"},
		{"batchsync/... -internal/czcli " + databases + " " + simulators, "os/exec", nil, "one room starts child processes"},
		{"batchsync/... -internal/source " + databases, "database/sql...", nil, "one room talks to databases"},
		{"batchsync/... -internal/source " + databases, "github.com/go-sql-driver/...", nil, "one room knows the drivers"},
		{"batchsync/... -internal/source " + databases, "github.com/jackc/...", nil, "one room knows the drivers"},
		{"batchsync/... -internal/source " + databases, "github.com/microsoft/...", nil, "one room knows the drivers"},
		{"batchsync/internal/acceptance", "net...", nil, "figures are gathered by other rooms"},
		{"batchsync/cmd/...", "batchsync/internal/source/sourcetest", nil, "databases for tests do not ship"},
		{"batchsync/... -internal/store", "go.etcd.io/bbolt...", nil, "one room knows the file"},
		{"batchsync/... -" + sources, "database/sql...", nil, "one room asks databases"},
		{"batchsync/... -" + sources, "github.com/go-sql-driver/...", nil, "one room knows the drivers"},
		{"batchsync/... -" + sources, "github.com/jackc/...", nil, "one room knows the drivers"},
		{"batchsync/... -" + sources, "github.com/microsoft/...", nil, "one room knows the drivers"},
		{"batchsync/... -internal/monitor", "github.com/robfig/cron/...", nil, "one room knows the cron library"},
		{"batchsync/... -bot/blocks bot/handlers cmd/bot", "github.com/slack-go/...", nil, "Slack's types stay on Slack's side"},
		{"batchsync/bot/blocks", "github.com/slack-go/slack/socketmode", nil, "drawing does not talk to Slack"},
		{"batchsync/... -internal/metrics", "github.com/prometheus/...", nil, "one room knows Prometheus"},
		{"batchsync/internal/precondition", "net...", nil, "looking is done by other rooms, judging here"},
		{"batchsync/internal/precondition", "os...", nil, "looking is done by other rooms, judging here"},
		{"batchsync/internal/metrics", "batchsync/internal/failpoint", nil, "counting decides nothing"},
		{"batchsync/... -cmd/bot", "github.com/kelseyhightower/envconfig", nil, "the environment is read in one place"},
		{"batchsync/... -bot/handlers " + simulators, "github.com/gorilla/websocket", nil, "sockets belong to slack-go; one room tells it how to dial"},
		{"batchsync/... -" + databases, "testing", nil, "tests stay in test files"},
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, r := range rules() {
		matched := false
		for _, p := range all {
			if !r.covers(p.ImportPath) {
				continue
			}
			matched = true
			for _, imported := range p.Imports {
				if matches(r.forbid, imported) && imported != p.ImportPath && !slices.Contains(r.except, imported) {
					t.Errorf("%s imports %s, but %s", p.ImportPath, imported, r.why)
				}
			}
		}
		if !matched {
			t.Errorf("rule %q -> %q covers no package: was one renamed?", r.from, r.forbid)
		}
	}
}

func TestRule_Matches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pattern, path string
		want                bool
	}{
		{"exact", "os/exec", "os/exec", true},
		{"below", "batchsync/...", "batchsync/bot/blocks", true},
		{"itself", "net...", "net", true},
		{"deeper", "net...", "net/http", true},
		{"look-alike", "net...", "netip", false},
		{"other", "os/exec", "os", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := matches(c.pattern, c.path); got != c.want {
				t.Errorf("matches(%q, %q) = %v, want %v", c.pattern, c.path, got, c.want)
			}
		})
	}
}

// covers reads "pattern -a b c": everything that fits the pattern but the
// packages listed behind the dash, relative to the module.
func (r rule) covers(pkg string) bool {
	pattern, but, _ := strings.Cut(r.from, " -")
	for _, name := range strings.Fields(but) {
		if pkg == path.Join("batchsync", name) {
			return false
		}
	}
	return matches(pattern, pkg)
}

func matches(pattern, pkg string) bool {
	if base, ok := strings.CutSuffix(pattern, "..."); ok {
		base = strings.TrimSuffix(base, "/")
		return pkg == base || strings.HasPrefix(pkg, base+"/")
	}
	return pattern == pkg
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "batchsync/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		all = append(all, p)
	}
}
