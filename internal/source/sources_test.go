package source

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// planted is a password that must show up nowhere.
const planted = "pl4nted:p@ss"

func write(t *testing.T, mode os.FileMode, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sources.json")
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	t.Parallel()
	s, err := Load(write(t, 0o640, `{
 "orders": "mysql://reader:pl4nted%3Ap%40ss@db.example:3306/?tls=true",
 " pg ": "postgres://reader:pl4nted%3Ap%40ss@db.example/shop?sslmode=require",
 "ms": "sqlserver://reader:pl4nted%3Ap%40ss@db.example:1433?database=shop"}`))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	if got := s.Names(); !slices.Equal(got, []string{"ms", "orders", "pg"}) {
		t.Errorf("names are %q", got)
	}
	for _, want := range []string{planted, "pl4nted%3Ap%40ss", "mysql://reader:pl4nted%3Ap%40ss@db.example:3306/?tls=true"} {
		if !slices.Contains(s.Secrets(), want) {
			t.Errorf("secrets lack %q", want)
		}
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "sources", s)
	encoded, _ := json.Marshal(s)
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s", s, s, s, s), log.String(), string(encoded)} {
		if strings.Contains(shown, "pl4nted") || !strings.Contains(shown, "orders") {
			t.Errorf("sources are shown as %q", shown)
		}
	}
}

func TestLoad_Nothing(t *testing.T) {
	t.Parallel()
	s, err := Load("")
	if err != nil || len(s.Names()) != 0 || len(s.Secrets()) != 0 {
		t.Errorf("no file gives %v, %v", s, err)
	}
}

func TestLoad_Refused(t *testing.T) {
	t.Parallel()
	one := func(dsn string) string { return fmt.Sprintf(`{"orders": %q}`, dsn) }
	for _, tt := range []struct {
		name    string
		mode    os.FileMode
		content string
		want    string
	}{
		{"open to everybody", 0o644, `{}`, "chmod 600"},
		{"open to write", 0o602, `{}`, "chmod 600"},
		{"empty", 0o600, ``, "not a JSON object"},
		{"a list", 0o600, `["mysql://a:pl4nted@h"]`, "not a JSON object"},
		{"cut short", 0o600, `{"orders": "mysql://a:pl4nted@h"`, "not a JSON object"},
		{"not text", 0o600, `{"orders": {"password": "pl4nted"}}`, `source "orders": no address`},
		{"broken text", 0o600, `{"orders": "mysql://a:pl4nted@h/\q"}`, `source "orders": no address`},
		{"twice", 0o600, `{"orders": "mysql://a:pl4nted@h", "orders": "mysql://a:pl4nted@i"}`, `"orders" is there twice`},
		{"nameless", 0o600, `{"": "mysql://a:pl4nted@h"}`, "without a name"},
		{"trailing", 0o600, one("mysql://a:pl4nted@h") + `{}`, "something follows"},
		{"other kind", 0o600, one("oracle://a:pl4nted@h"), "none of mysql"},
		{"driver's own form", 0o600, one("a:pl4nted@tcp(h:3306)/db"), `source "orders"`},
		{"no host", 0o600, one("mysql://a:pl4nted@/db"), "kind://account"},
		{"no account", 0o600, one("mysql://h:3306/pl4nted"), "no account"},
		{"hash in password", 0o600, one("mysql://a:pl4nted#x@h"), "%XX"},
		{"percent in password", 0o600, one("mysql://a:pl4nted%zz@h"), "%XX"},
		{"slash in password", 0o600, one("mysql://a:12/pl4nted@h"), `source "orders"`},
		{"mysql option", 0o600, one("mysql://a:pl4nted@h/?multiStatements=true"), `option "multiStatements"`},
		{"mysql tls", 0o600, one("mysql://a:pl4nted@h/?tls=pl4nted"), "option tls"},
		{"postgres option", 0o600, one("postgres://a:pl4nted@h/?sslmode=pl4nted"), "cannot be used"},
		{"sqlserver option", 0o600, one("sqlserver://a:pl4nted@h?encrypt=pl4nted"), "cannot be used"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(write(t, tt.mode, tt.content))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error is %v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "pl4nted") {
				t.Errorf("error shows the password: %v", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("mysql://", "reader", planted, "db:3306/x?tls=true")
	f.Add("postgres://", "r", "a#b", "h")
	f.Add("sqlserver://", "r", "%zz", "h?database=x")
	f.Fuzz(func(t *testing.T, kind, account, password, rest string) {
		secret := "pl4nted" + password
		a, err := parse(kind + account + ":" + secret + "@" + rest)
		if err != nil && strings.Contains(err.Error(), "pl4nted") {
			t.Errorf("error shows the password: %v", err)
		}
		if err == nil && strings.Contains(a.masked("at "+kind+account+":"+secret+"@"+rest), "pl4nted") {
			t.Error("a text with the address still shows the password")
		}
	})
}
