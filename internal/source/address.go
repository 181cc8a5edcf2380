package source

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// mask stands where a secret was.
const mask = "[redacted]"

// address says where a source is and speaks its language.
type address struct {
	dialect dialect
	secrets []string
}

// parse reads an address. Errors say what is wrong with it and quote nothing
// of it but the names of options.
func parse(dsn string) (address, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return address{}, errors.New("the address is not a URL; write special characters of the password as %XX")
	}
	if u.Opaque != "" || u.Fragment != "" || u.Hostname() == "" && u.Query().Get("host") == "" {
		return address{}, errors.New("the address is not like kind://account:password@host:port/; write special characters of the password as %XX")
	}
	if u.User.Username() == "" {
		return address{}, errors.New("the address names no account")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return address{}, errors.New("the options of the address cannot be read")
	}
	a := address{secrets: secretsOf(dsn, u, query)}
	switch strings.ToLower(u.Scheme) {
	case "mysql", "mariadb":
		a.dialect, err = newMySQL(u, query)
	case "postgres", "postgresql":
		a.dialect, err = newPostgres(dsn)
	case "sqlserver":
		a.dialect, err = newSQLServer(dsn)
	default:
		err = errors.New("the kind of the address is none of mysql, postgres and sqlserver")
	}
	return a, err
}

// secretsOf also knows passwords that are given as an option.
func secretsOf(dsn string, u *url.URL, query url.Values) []string {
	out := []string{dsn}
	if p, ok := u.User.Password(); ok && p != "" {
		out = append(out, u.User.String(), p)
		if raw := rawPassword(dsn); raw != p {
			out = append(out, raw)
		}
	}
	for key, values := range query {
		key = strings.ToLower(key)
		if strings.Contains(key, "pass") || strings.Contains(key, "pwd") || strings.Contains(key, "secret") || strings.Contains(key, "token") {
			out = append(out, values...)
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// rawPassword is the password as it is written in the address.
func rawPassword(dsn string) string {
	_, rest, _ := strings.Cut(dsn, "://")
	if end := strings.LastIndex(rest, "@"); end >= 0 {
		rest = rest[:end]
	}
	_, raw, _ := strings.Cut(rest, ":")
	return raw
}

// masked takes the secrets out of a text, the longest first. Unlike the log's
// redactor it spares short passwords no word.
func (a address) masked(text string) string {
	all := slices.Clone(a.secrets)
	for _, s := range a.secrets {
		all = append(all, url.QueryEscape(s), url.PathEscape(s), strings.Trim(fmt.Sprintf("%q", s), `"`))
	}
	slices.SortFunc(all, func(x, y string) int { return len(y) - len(x) })
	var pairs []string
	for _, s := range all {
		if s != "" {
			pairs = append(pairs, s, mask)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
