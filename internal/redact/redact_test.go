package redact

import (
	"strings"
	"testing"
)

func TestRedactor_String_Patterns(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"bot token", "got xoxb-1234567890-abcdefXYZ.", "got [redacted]."},
		{"rotated token", "xoxe.xoxp-1-Mi0yLTEy", "[redacted]"},
		{"app token", "token xapp-1-A0123-456-abcdef", "token [redacted]"},
		{"platform token", "czt_abcDEF0123456789", "[redacted]"},
		{"access token of a person", "pat_0123456789abcdef0123", "[redacted]"},
		{"signed token", "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "[redacted]"},
		{"jdbc", "cannot open jdbc:mysql://db:3306/shop?user=a&password=b now", "cannot open [redacted] now"},
		{"url with credentials", "GET https://ana:pw@db.example.com/x", "GET https://[redacted]@db.example.com/x"},
		{"at sign in the password", "https://ana:p@w@db.example.com/x", "https://[redacted]@db.example.com/x"},
		{"mysql dsn", "dial ana:pw@tcp(db:3306)/shop", "dial [redacted]@tcp(db:3306)/shop"},
		{"key and value", "password=hunter2 user=ana", "password=[redacted] user=ana"},
		{"key with prefix", "db_password=hunter2", "db_password=[redacted]"},
		{"camel case", `accessKeySecret: abc, clientSecret=x`, `accessKeySecret: [redacted] clientSecret=[redacted]`},
		{"short key", "db_pass=x", "db_pass=[redacted]"},
		{"json", `{"password": "a \"b\" c", "user":"ana"}`, `{"password": "[redacted]", "user":"ana"}`},
		{"json in json", `{"p":"{\"password\":\"abc\",\"u\":1}"}`, `{"p":"{\"password\":\"[redacted]\",\"u\":1}"}`},
		{"single quotes", `pwd='a b' x`, `pwd='[redacted]' x`},
		{"query", "/x?access_token=abc&y=1", "/x?access_token=[redacted]&y=1"},
		{"flag", "run --api-token s3cret --debug", "run --api-token [redacted] --debug"},
		{"response url", "post https://hooks.slack.com/commands/T1/2/abc failed", "post https://hooks.slack.com/[redacted] failed"},
		{"path of a response url", "/commands/T01/123/abcDEF", "/commands/[redacted]"},
		{"authorization", "Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"},
		{"bearer alone", "bearer abcdefghij0123456789", "bearer [redacted]"},
		{"aws", "key AKIAIOSFODNN7EXAMPLE.", "key [redacted]."},
		{"aliyun", "LTAI4FzzzzzzzzzzzzzzzzzZ", "[redacted]"},
		{"private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "[redacted]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var none *Redactor
			if got := none.String(tt.in); got != tt.want {
				t.Errorf("String(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestRedactor_String_Harmless(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "token_count = 5", "copied password_reset table", "xapple", "xapp", "xoxo", "tokens: 12",
		"https://studio.example.com:8080/task?id=1", "path: /data/sync", "ssh://git@host/x", "a:b@c",
		"basic information about the table", "compat: yes", "bearer of bad news", "eyJ", "password reset finished",
		"the secretary: ana", "schedule 0 00 02 * * ? *", "AKIN to it", "mail ana@example.com", "数据同步 完成: 3",
		"repeat: 3", "update=1", "bypass: on", "spat: x", "shop.token -> ods.token", "rows are identified by the primary key",
		"the password 5 times", "registry.example.com:5000/x/y@sha256:abc", "foo/bar@1.2.3", "git@github.com:a/b.git", "http://127.0.0.1:8080/x, mail ana@example.com",
		"密码错误", "令牌桶算法: 限流", "where a = 'x' and c like '%ab%'", "100%", "50%25 of it", "https://app.example.com/a?b=%7B%22x%22%3A1%7D", "https://ana@example.com/x",
		`{"code":"401","message":"token expired","url":"https://h:8080/x","mail":"a@b.c"}`, "update t set x=1; commit; y=2", `"password":""`, "<password></password>",
	} {
		if got := New("s3cret-value").String(s); got != s {
			t.Errorf("String(%q) = %q, want it unchanged", s, got)
		}
	}
}

func TestRedactor_String_Literals(t *testing.T) {
	t.Parallel()
	r := New("hunter 2/7", "hunter 2/7 long", "tiny", "", "redact")
	for in, want := range map[string]string{
		"x hunter 2/7 y":      "x [redacted] y",
		"x hunter 2/7 long y": "x [redacted] y",
		"hunter+2%2F7":        "[redacted]",
		"hunter%202%2F7":      "[redacted]",
		"tiny stays":          "tiny stays",
		"redacted stays":      "redacted stays",
	} {
		if got := r.String(in); got != want {
			t.Errorf("String(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzRedactor_String(f *testing.F) {
	f.Add("a", "b", "s3cret-value")
	f.Add("password=", "@tcp(", "s3cret-value")
	f.Add("https://a:", "@b", "0123456789")
	f.Add("xoxb-", "", "[redacted][r")
	f.Fuzz(func(t *testing.T, before, after, secret string) {
		if len(secret) < minSecret || secret != strings.TrimSpace(secret) || strings.Contains(Mask, secret) || strings.Contains(secret, "redact") {
			t.Skip()
		}
		r := New(secret)
		out := r.String(before + secret + after)
		if strings.Contains(out, secret) {
			t.Errorf("%q survived in %q", secret, out)
		}
		if again := r.String(out); again != out {
			t.Errorf("not idempotent: %q then %q", out, again)
		}
	})
}

func FuzzRedactor_String_Keys(f *testing.F) {
	for i := range carriers() {
		f.Add("seen ", " now", uint8(i))
		f.Add(`password="`, `"`, uint8(i))
	}
	f.Fuzz(func(t *testing.T, before, after string, shape uint8) {
		carrier := carriers()[int(shape)%len(carriers())]
		in := before + " " + strings.ReplaceAll(carrier, "%%", secret) + " " + after
		var r *Redactor
		out := r.String(in)
		if strings.Contains(out, secret) {
			t.Errorf("%q survived in %q", secret, out)
		}
		if again := r.String(out); again != out {
			t.Errorf("not idempotent: %q then %q", out, again)
		}
	})
}

func BenchmarkRedactor_String(b *testing.B) {
	r := New("s3cret-value", "another-secret")
	b.Run("harmless", func(b *testing.B) {
		for b.Loop() {
			r.String("task sync_shop_orders_daily was deployed with 12 tables")
		}
	})
	b.Run("log line", func(b *testing.B) {
		s := strings.Repeat("error: cannot open jdbc:mysql://db/x?password=abc for task=12 ", 10)
		for b.Loop() {
			r.String(s)
		}
	})
}
