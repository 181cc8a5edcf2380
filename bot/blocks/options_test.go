package blocks

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

func checkOptions(t *testing.T, o slack.OptionsResponse) {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) >= 20_000 || len(o.Options) > 100 {
		t.Errorf("%d options with %d bytes", len(o.Options), len(b))
	}
	r := &rules{ids: map[string]bool{}}
	if len(o.Options) > 0 {
		r.options("/options", encode(t, o), 100)
	}
	r.report(t)
}

func lastText(o slack.OptionsResponse) string { return o.Options[len(o.Options)-1].Text.Text }

func TestPrinter_NameOptions_Limits(t *testing.T) {
	t.Parallel()
	many := func(n int, format string) []string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf(format, i))
		}
		return out
	}
	tests := []struct {
		name  string
		names []string
		count int
		last  string
	}{
		{"none", nil, 0, ""},
		{"hundred", many(100, "t%03d"), 100, "t099"},
		{"one too many", many(101, "t%03d"), 100, "2 more are not shown"},
		{"longest", many(100, strings.Repeat("长", 146)+"%04d"), -1, "more are not shown"},
		{"value too long", []string{"a", strings.Repeat("x", 151)}, 2, "1 more is not shown"},
		{"not text", []string{"a", "b\xff"}, 2, "1 more is not shown"},
		{"twice", []string{"a", "a"}, 1, "a"},
		{"hostile", []string{hostile}, 1, "[redacted]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := printer().NameOptions(tt.names, "")
			checkOptions(t, o)
			if tt.count >= 0 && len(o.Options) != tt.count {
				t.Errorf("%d options, want %d", len(o.Options), tt.count)
			}
			if tt.last != "" && !strings.Contains(lastText(o), tt.last) {
				t.Errorf("last option is %q, want %q", lastText(o), tt.last)
			}
		})
	}
}

func TestPrinter_NameOptions_NewName(t *testing.T) {
	t.Parallel()
	p := printer()
	if o := p.NameOptions([]string{"ods"}, "dwd"); len(o.Options) != 2 || o.Options[0].Value != "dwd" || o.Options[0].Text.Text != "Create schema dwd" {
		t.Errorf("options are %+v, want the new name first", o.Options)
	}
	if o := p.NameOptions([]string{"ods"}, "ods"); len(o.Options) != 1 {
		t.Errorf("a name that exists is offered as new: %+v", o.Options)
	}
}

func TestPrinter_Options_ValuesAndTexts(t *testing.T) {
	t.Parallel()
	p := printer()
	sources := p.DatasourceOptions([]batchsync.Datasource{{ID: 5, Name: "shop", Type: "MySQL"}, {ID: 6, Name: "shop"}})
	checkOptions(t, sources)
	if o := sources.Options[0]; o.Value != "5" || o.Text.Text != "shop" || o.Description.Text != "MySQL" {
		t.Errorf("data source is %+v", o)
	}
	folders := p.FolderOptions([]batchsync.Folder{{ID: 7, Path: "a/b"}})
	if o := folders.Options[0]; o.Value != "7" || o.Text.Text != "a/b" {
		t.Errorf("folder is %+v", o)
	}
	clusters := p.VClusterOptions([]batchsync.VCluster{{Name: "gp", Type: "GENERAL"}, {Name: "sync", Type: "INTEGRATION", Size: "2"}})
	if len(clusters.Options) != 1 || clusters.Options[0].Value != "sync" {
		t.Errorf("clusters are %+v, want those for sync only", clusters.Options)
	}
	failed := p.FailedOptions(batchsync.Problem{Text: batchsync.T("platform.unreachable")})
	checkOptions(t, failed)
	if o := failed.Options[0]; o.Value != NotLoaded || !strings.Contains(o.Description.Text, "did not answer") {
		t.Errorf("failure is %+v", o)
	}
	checkOptions(t, p.LoadingOptions())
}
