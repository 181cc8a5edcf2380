package redact

import (
	"strings"
	"testing"
	"time"
)

// secret is what no text may show that was redacted.
const secret = "Zq7Zq8Zq9Zq0Zq1Zq"

// carriers are shapes in which texts carry a secret, which stands for each %% of
// them.
func carriers() []string {
	return []string{
		"password=%%", `"password": "%%"`, "xoxb-%%", "czt_%%", "https://ana:%%@db/x", "jdbc:mysql://db/x?p=%%", "ana:%%@tcp(db)/x", "Authorization: Bearer %%",
		`{"Authorization":["Bearer %%"]}`, "https://%%@db/x", "https://:%%@db/x", "https://ana:%%@@db/x", `https:\/\/ana:%%@db\/x`,
		// What ends a value elsewhere.
		"postgres://ana:a/%%@db", "postgres://ana:a#%%@db", "postgres://ana:a?%%@db", `postgres://ana:a"%%@db`, "postgres://ana:a@b/%%@db",
		"jdbc:sqlserver://h;user=sa;password=a %%;", "jdbc:sqlserver://h;user=sa;password=a %%", "jdbc:sqlserver://h;password={a %%};x=y", `jdbc:mysql://h/x?user=a&password="a %%"`, `"jdbc:mysql://h/x?password=\"a %%\""`,
		"jdbc:sqlserver://h;databaseName=a b;password=a %%;", "Server=h;Uid=sa;Pwd=a %%;Database=x", "Password=a %%;Initial Catalog=x", "Pwd={a %%}", "PWD={a}} %%};UID=b", "DSN=x;PWD=a %%",
		"password=a&%%", "/x?password=a&%%", `password=a\%%`, `password=a"%%`, "password=a'%%", "password=a,%%", `password="a"%%`, `password='a'\''%%'`, "password='a''%%'", "password='''a %%'''", "password=`a %%`", "password=“a %%”",
		"passwd = a;%%", "password:  %%", "password:\n  %%", "password=[redacted]%%", "password=[redacted],%%",
		// Other signs.
		"password => '%%'", "password => %%", "password := %%", "password == %%", "password：%%", "password＝%%", "password %3D %%", "password%3D%%", "password%253D%%", "PASSWORD%3d%%", "**Password:** %%", "`password`: %%", `cfg["password"] = %%`,
		// Other keys.
		"密码：%%", "密码:%%", "数据库口令 = %%", "密码：“a %%”", "密钥：%%", "令牌=%%", "MYSQL_PWD=%%", `--password "a %%"`, "--db-token %%",
		`"name":"password","value":"a %%"`, `{"name":"password","type":"string","value":"%%"}`, `<property name="password" value="a %%"/>`,
		// Lists and objects.
		`"password":["%%"]`, `"password":["a","b %%"]`, `"password":["a] b","c %%"]`, "password: [a %%]", `"credentials":{"user":"a b","p":"%%"}`, `credentials={"p":{"q":"a %%"}}`, `"secret":["a %%`,
		// SQL and XML.
		"IDENTIFIED BY '%%'", "identified by 'a %%'", `IDENTIFIED BY "%%"`, "IDENTIFIED BY %%", "create user ana identified by %%", "IDENTIFIED WITH mysql_native_password BY '%%'", "CREATE USER ana PASSWORD '%%'", "SET PASSWORD FOR ana = PASSWORD('%%')",
		"<password>%%</password>", "<db:password enc='no'>a %%</db:password>", "<password>\n  a %%\n</password>", "<password><![CDATA[a %%]]></password>", "<password>a %%", `<entry key="password">a %%</entry>`,
		"&lt;password&gt;a %%&lt;/password&gt;", `\u003cpassword\u003ea %%\u003c/password\u003e`,
		// Oracle's addresses.
		"scott/%%@//db:1521/orcl", "scott/a/%%@//db:1521/orcl", `scott/"a %%"@//db:1521/orcl`, "scott/%%@db:1521/orcl", "scott/%%@db:1521:orcl",
		// Quoted or encoded as a whole.
		`"{\"password\":\"a %%\"}"`, `{\\\"password\\\":\\\"a %%\\\"}`, `{\\\\\\\"password\\\\\\\":\\\\\\\"a %%\\\\\\\"}`, `"{\"password\":\"a\\\"b %%\"}"`, `""password"":""%%""`,
		"hooks.slack.com%2Fcommands%2FT0123%2F456%2F%%", "https%3A%2F%2Fhooks.slack.com%2Fservices%2FT1%2F%%", "https%3A%2F%2Fana%3A%%%40db", "%2Fcommands%2FT0123%2F456%2F%%", "%2522password%2522%253A%2522%%", "%22password%22%3A%22a%20%%%22",
		`https:\/\/hooks.slack.com\/commands\/T0123\/456\/%%`,
	}
}

func TestRedactor_String_Carriers(t *testing.T) {
	t.Parallel()
	var r *Redactor
	for _, carrier := range carriers() {
		in := strings.ReplaceAll(carrier, "%%", secret)
		for _, in := range []string{in, "cannot connect: " + in + " (SQLSTATE 28000)", "数据源" + in, "a=1 " + in + "\n" + in} {
			out := r.String(in)
			if strings.Contains(out, secret) || !strings.Contains(out, Mask) {
				t.Errorf("String(%q) = %q", in, out)
			}
			if again := r.String(out); again != out {
				t.Errorf("not idempotent: %q, %q, then %q", in, out, again)
			}
		}
	}
}

// TestRedactor_String_Long reads no part of a long text again and again.
func TestRedactor_String_Long(t *testing.T) {
	t.Parallel()
	var r *Redactor
	for _, unit := range []string{
		`password="`, "password='", "password=[", `password={"`, "password=“", "password:", ";password=a", "password=a;b=", `\"password\":\"`, "a://", "a://b:c@",
		"-", "--a", "--", "+--", "=", ":", "/", "@", "\"", "a:@", "a/", "x=", "{", "[", "\\", "&lt;", "<a ", "identified by ", "eyJaaaaaaaa.", "user/", "<password>", "&lt;password&gt;", `password"`, "%70", "jdbc:x;password=",
	} {
		for _, text := range []string{strings.Repeat(unit, 60_000/len(unit)), strings.Repeat(unit+" ", 60_000/len(unit))} {
			best := time.Hour
			for tries := 0; tries < 3 && best > time.Second; tries++ { // the machine may be busy
				began := time.Now()
				r.String(text)
				best = min(best, time.Since(began))
			}
			if best > time.Second { // linear ones take 10 ms
				t.Errorf("%d bytes of %q took %s", len(text), unit, best)
			}
		}
	}
}
