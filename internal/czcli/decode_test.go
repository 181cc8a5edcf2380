package czcli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bs "batchsync/internal/batchsync"
	"batchsync/internal/redact"
)

func TestFirstDocument(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, stdout string
		data, code   string // of the document
		bad          bool
	}{
		{"data", `{"data":[1]}`, `[1]`, "", false},
		{"null data", `{"data":null}`, `null`, "", false},
		{"error", `{"error":{"code":"A","message":"m"}}`, "", "A", false},
		{"numeric code", `{"error":{"code":42,"message":null}}`, "", "42", false},
		{"error as a sentence", `{"error":"m"}`, "", "", false},
		{"rows", `{"columns":["a"],"rows":[[1,null,"x",true]]}`, "", "", false},
		{"two documents", "{\"data\":1}\n{\"error\":{\"code\":\"B\"}}", "1", "", false},
		{"text behind", "{\"data\":1}\nUpdate available!", "1", "", false},
		{"spaces before", "\n\t {\"data\":1}", "1", "", false},
		{"empty", "", "", "", true},
		{"spaces", " \n", "", "", true},
		{"text before", "Warning\n{\"data\":1}", "", "", true},
		{"cut", `{"data":[1`, "", "", true},
		{"figure", "900031\n", "", "", true},
		{"list", "[1]", "", "", true},
		{"null", "null", "", "", true},
		{"neither", `{"count":1}`, "", "", true},
		{"null error", `{"error":null}`, "", "", true},
		{"wrong columns", `{"columns":"a"}`, "", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := firstDocument([]byte(tt.stdout))
			if (err != nil) != tt.bad {
				t.Fatalf("error %v, want one: %v", err, tt.bad)
			}
			if err != nil {
				return
			}
			code := ""
			if doc.Error != nil {
				code = string(doc.Error.Code)
			}
			if string(doc.Data) != tt.data || code != tt.code {
				t.Errorf("data %s, code %q; want %s, %q", doc.Data, code, tt.data, tt.code)
			}
		})
	}
}

func FuzzFirstDocument(f *testing.F) {
	files, err := filepath.Glob("testdata/samples/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var s sample
		if err := json.Unmarshal(raw, &s); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(s.Stdout))
	}
	f.Add([]byte(`{"data":{"executed":false}}{"error":1}`))
	f.Add([]byte(`{"data":{},"error":[],"rows":[[[]]],"columns":[null]}`))
	f.Fuzz(func(t *testing.T, stdout []byte) {
		doc, err := firstDocument(stdout)
		if err != nil {
			return
		}
		if doc.Data == nil && doc.Columns == nil && doc.Error == nil {
			t.Fatal("an answer without anything in it")
		}
		if doc.Data != nil && !json.Valid(doc.Data) {
			t.Fatalf("data is not JSON: %q", doc.Data)
		}
		// What follows the first document must not matter.
		again, err := firstDocument(append(stdout[:len(stdout):len(stdout)], " {\"error\":{\"code\":\"X\"}}"...))
		if err != nil || string(again.Data) != string(doc.Data) || (again.Error == nil) != (doc.Error == nil) {
			t.Fatalf("a second document changed the first: %v", err)
		}
		doc.notExecuted()
		var list []struct{ ID number }
		_ = doc.into(&list)
		var kept stored
		_ = kept.decode(doc.Data)
		kept.content(mapping{})
	})
}

func TestClassify(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code, message string
		want          bs.Failure
		sure          bool
	}{
		{"NO_PROFILE", "", bs.FailNoProfile, true},
		{"USAGE_ERROR", "Unknown command: integration", bs.FailUsage, true},
		{"DUPLICATE_TASK", "", bs.FailDuplicate, true},
		{"NO_SYNC_CONFIG", "", bs.FailNotConfigured, true},
		{"NO_SOMETHING_NEW_CONFIG", "", bs.FailNotConfigured, true},
		{"INVALID_CRON", "", bs.FailRefused, true},
		{"AUTH_ERROR", "", bs.FailLogin, true},
		{"CONNECTION_ERROR", "", bs.FailUnreachable, false},
		{"CONNECTION_ERROR", "Login failed: invalid access token", bs.FailLogin, true},
		{"CONNECTION_ERROR", `HTTP 401: {"message":"token expired"}`, bs.FailLogin, false},
		{"TASK_ERROR", "Login failed: invalid access token", bs.FailLogin, true},
		{"TASK_ERROR", "Login failed: HTTP 503: x", bs.FailUnreachable, true},
		{"TASK_ERROR", "Login failed: ECONNREFUSED: x", bs.FailUnreachable, true},
		{"TASK_ERROR", "HTTP 401: {}", bs.FailLogin, false},
		{"TASK_ERROR", "HTTP 429: {}", bs.FailUnreachable, false},
		{"TASK_ERROR", "HTTP 599: {}", bs.FailUnreachable, false},
		{"TASK_ERROR", "HTTP 404: object x not found", bs.FailRefused, false},
		{"TASK_ERROR", "HTTP 409: {}", bs.FailRefused, false},
		{"TASK_ERROR", "HTTP status unknown", bs.FailRefused, false},
		{"TASK_ERROR", "ETIMEDOUT", bs.FailUnreachable, false},
		{"TASK_ERROR", "file HTTP 500: does not exist", bs.FailNotFound, false},
		{"TASK_ERROR", "file x already exist in the folder", bs.FailDuplicate, false},
		{"DATASOURCE_ERROR", "connect timed out: db:1433", bs.FailRefused, false},
		{"SOMETHING_NEW", "whatever", bs.FailRefused, false},
		{"", "", bs.FailRefused, false},
	}
	for _, tt := range tests {
		t.Run(tt.code+" "+tt.message, func(t *testing.T) {
			t.Parallel()
			if got, sure := classify(tt.code, tt.message); got != tt.want || sure != tt.sure {
				t.Errorf("%s, sure %v; want %s, %v", got, sure, tt.want, tt.sure)
			}
		})
	}
}

func TestCleaner_Clean(t *testing.T) {
	t.Parallel()
	tests := []struct{ message, want string }{
		{"task 40001 is not online", "task 40001 is not online"},
		{`HTTP 401: {"code":"401","message":"token expired"}`, `HTTP 401: {"code":"401","message":"token expired"}`},
		{"path: /a/b", "path: /a/b"},
		{"user=etl password=hunter2;x", "user=etl password=[redacted]"},
		{`{"password":"hunter, \"two\"","port":3306}`, `{"password":"[redacted]","port":3306}`},
		{`{\"db_password\":\"hunter, two\"}`, `{\"db_password\":\"[redacted]\"}`},
		{`Token = 'hunter two' x`, `Token = '[redacted]' x`},
		{"jdbc:mysql://etl:hunter2@host/db", "[redacted]"},
		{"postgres://etl:a/hunter2@host/db", "postgres://[redacted]@host/db"},
		{"Invalid JSON response: {\"a\":1", "Invalid JSON response"},
		{"sent topsecretvalue", "sent [redacted]"},
		{"bad \xff byte", "bad ? byte"},
		{strings.Repeat("é", 998) + "was-told", strings.Repeat("é", 998) + "[r…"},
		{strings.Repeat("é", 1001), strings.Repeat("é", 1000) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.message[:min(20, len(tt.message))], func(t *testing.T) {
			t.Parallel()
			if got := (cleaner{[]string{"topsecretvalue"}, redact.New("was-told").String}).clean(tt.message); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNumberAndText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw    string
		number number
		text   text
	}{
		{`5`, 5, "5"}, {`"5"`, 5, "5"}, {`null`, 0, ""}, {`"x"`, 0, "x"}, {`1.795e12`, 1795000000000, "1.795e12"},
		{`9007199254740993`, 9007199254740993, "9007199254740993"}, {`1.5`, 0, "1.5"}, {`true`, 0, "true"}, {`{"a":1}`, 0, `{"a":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.raw, func(t *testing.T) {
			t.Parallel()
			var n number
			var s text
			if err := json.Unmarshal([]byte(tt.raw), &n); err != nil || n != tt.number {
				t.Errorf("number %d, %v; want %d", n, err, tt.number)
			}
			if err := json.Unmarshal([]byte(tt.raw), &s); err != nil || s != tt.text {
				t.Errorf("text %q, %v; want %q", s, err, tt.text)
			}
		})
	}
}
