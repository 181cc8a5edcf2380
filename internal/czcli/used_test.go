package czcli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestUsed_Complete compares the list with the commands that are built.
func TestUsed_Complete(t *testing.T) {
	t.Parallel()
	built := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			name, ok := call.Fun.(*ast.Ident)
			if !ok || name.Name != "read" && name.Name != "write" {
				return true
			}
			if lit, ok := call.Args[0].(*ast.BasicLit); ok {
				if words, err := strconv.Unquote(lit.Value); err == nil && !strings.HasPrefix(words, "-") {
					built[words] = true
				}
			}
			return true
		})
	}
	if got, want := Used(), slices.Sorted(maps.Keys(built)); !slices.Equal(got, want) {
		t.Errorf("the list is\n%q, built are\n%q", got, want)
	}
}

func TestHelpWords(t *testing.T) {
	t.Parallel()
	sample, err := os.ReadFile(filepath.Join("testdata", "samples", "usage.bare_group_prints_help.json"))
	if err != nil {
		t.Fatal(err)
	}
	recorded := strings.ReplaceAll(string(sample), `\n`, "\n")
	for _, tt := range []struct{ name, text, group, want string }{
		{"recorded", recorded, "runs", "deps detail list log logs refill rerun stats stop wait"},
		{"other group", recorded, "task", ""},
		{"the top", "Commands:\n  cz-cli sql [statement]  Run SQL\n  cz-cli task             Manage\n", "", "sql task"},
		{"an alias in the next line", "  cz-cli task deploy <task>  Publish a\n                   task   [aliases: online,\n    publish]\n  cz-cli task list  List\n", "task", "deploy list online publish"},
		{"a group of a group", "  cz-cli task integration setup <task>  Configure\n", "task integration", "setup"},
		{"no help", "<html>", "task", ""},
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(helpWords(tt.text, tt.group))), " "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
