package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestLog_ErrorKey keeps one name for errors in the log, so that they are found
// by it.
func TestLog_ErrorKey(t *testing.T) {
	t.Parallel()
	found := 0
	must(t, filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for i, arg := range call.Args {
				word, ok := arg.(*ast.BasicLit)
				switch {
				case !ok || i+1 == len(call.Args):
				case word.Value == `"error"`:
					found++
				case word.Value == `"err"`:
					t.Errorf("%s: the key of an error is \"error\"", files.Position(word.Pos()))
				}
			}
			return true
		})
		return nil
	}))
	if found == 0 {
		t.Error("no error is logged anywhere: the test looks in the wrong place")
	}
}
