package czcli

import (
	"slices"
	"strings"

	"batchsync/internal/redact"
)

// passed are the variables of our own process that the child gets; the rest
// of our environment (Slack tokens) is none of its business.
func passed(key string) bool {
	switch strings.ToUpper(key) {
	case "PATH", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
		"SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS":
		return true
	}
	return key == "HOME" || strings.HasPrefix(key, "CZ_")
}

// childEnv is the whole environment of a child. CZ_FORMAT would change the
// output, LANG and TZ the texts and dates in it, and an update would replace
// the program under our feet.
func childEnv(own []string, cfg Config) []string {
	vars := map[string]string{}
	for _, kv := range own {
		if key, value, ok := strings.Cut(kv, "="); ok && passed(key) {
			vars[key] = value
		}
	}
	if cfg.Home != "" {
		vars["HOME"] = cfg.Home
	}
	for _, kv := range cfg.Env {
		if key, value, ok := strings.Cut(kv, "="); ok {
			vars[key] = value
		}
	}
	delete(vars, "CZ_FORMAT")
	vars["CLICKZETTA_DISABLE_AUTOUPDATE"] = "1"
	vars["LANG"], vars["TZ"] = "C.UTF-8", "UTC"
	var out []string
	for key, value := range vars {
		out = append(out, key+"="+value)
	}
	slices.Sort(out)
	return out
}

// lookup is a variable of a child's environment.
func lookup(env []string, key string) string {
	for _, kv := range env {
		if k, v, ok := strings.Cut(kv, "="); ok && k == key {
			return v
		}
	}
	return ""
}

// secretsOf are the values of env that must not be told to anybody. Very
// short ones are left out: replacing them would garble every message.
func secretsOf(env []string) []string {
	var out []string
	for _, key := range []string{"CZ_PAT", "CZ_PASSWORD"} {
		if v := lookup(env, key); len(v) >= 4 {
			out = append(out, v)
		}
	}
	return out
}

// maxMessage is how much of a foreign message is kept, in runes.
const maxMessage = 1000

// cleaner takes secrets out of the platform's messages. They may quote the
// head of an answer, and that of "datasource list" holds passwords.
type cleaner struct {
	secrets []string
	redact  func(string) string // nil: what has the shape of a secret
}

func (c *Client) cleaner() cleaner { return cleaner{c.secrets, c.cfg.Redact} }

func (c cleaner) clean(message string) string {
	for _, mark := range []string{"Invalid JSON response:", "Login returned invalid JSON:"} {
		if strings.HasPrefix(message, mark) {
			return strings.TrimSuffix(mark, ":")
		}
	}
	for _, s := range c.secrets {
		message = strings.ReplaceAll(message, s, redact.Mask)
	}
	if c.redact != nil {
		message = c.redact(message)
	} else {
		message = redact.New().String(message)
	}
	if runes := []rune(message); len(runes) > maxMessage {
		message = string(runes[:maxMessage]) + "…"
	}
	return strings.ToValidUTF8(message, "?")
}

// firstLine is the cleaned beginning of what a child wrote to stderr.
func (c cleaner) firstLine(stderr []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(stderr)), "\n")
	line = c.clean(line) // whole: half a secret would not be recognised
	if runes := []rune(line); len(runes) > 200 {
		line = string(runes[:200])
	}
	return line
}
