package studiosim

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const cliVersion = "1.17.19"

// profile is what profiles.toml and the environment say together.
type profile struct {
	name    string
	found   bool
	keys    map[string]string
	all     []string // every profile name, in file order
	tables  map[string]map[string]string
	primary string
}

// readProfiles parses the little TOML that is needed: tables and key = "text".
func readProfiles(home string) profile {
	p := profile{tables: map[string]map[string]string{}, keys: map[string]string{}}
	raw, err := os.ReadFile(filepath.Join(home, ".clickzetta", "profiles.toml"))
	if err != nil {
		return p
	}
	table := ""
	for _, line := range strings.Split(string(raw), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			name, ok := strings.CutPrefix(strings.Trim(line, "[] "), "profiles.")
			table = strings.Trim(name, `"`)
			if ok && !strings.Contains(name, ".") {
				p.all = append(p.all, table)
				p.tables[table] = map[string]string{}
			}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		key, value = strings.TrimSpace(key), strings.Trim(strings.TrimSpace(value), `"'`)
		if table == "" && key == "default_profile" {
			p.primary = value
		} else if keys := p.tables[table]; keys != nil {
			keys[key] = value
		}
	}
	if p.primary == "" && len(p.all) > 0 {
		p.primary = p.all[0]
	}
	return p
}

// profileOf resolves the profile of a call: flag, then environment, then file.
func (c *call) profileOf() (profile, *failure) {
	home := c.env["CLICKZETTA_TEST_HOME"]
	if home == "" {
		home = c.env["HOME"]
	}
	p := readProfiles(home)
	if len(p.all) == 0 {
		return p, noProfile()
	}
	p.name = c.str("profile", c.env["CZ_PROFILE"])
	if p.name == "" {
		p.name = p.primary
	}
	file, found := p.tables[p.name]
	p.found = found
	for _, key := range []string{"pat", "username", "password", "service", "protocol", "instance", "workspace", "schema", "vcluster"} {
		p.keys[key] = file[key]
		if v := c.env["CZ_"+strings.ToUpper(key)]; v != "" {
			p.keys[key] = v
		}
		p.keys[key] = c.str(key, p.keys[key])
	}
	return p, nil
}

func noProfile() *failure {
	f := fail(1, "NO_PROFILE", "No ClickZetta profile configured.")
	f.extras = o("next_step", "cz-cli setup",
		"next_steps", []string{"cz-cli setup --credential <base64_string>", "cz-cli setup --username <username> --password <password> --account-name <account_name>"},
		"register_urls", []string{"https://accounts.clickzetta.com/register?ref=cz-cli", "https://accounts.singdata.com/register?ref=cz-cli"},
		"llm_help", "cz-cli agent llm --help")
	return f
}

const refused = "ECONNREFUSED: Unable to connect. Is the computer able to access the url?"

// dump is what stderr gets when nothing listens: one stack trace per try.
func dump(service, problem string) string {
	if problem != refused {
		return ""
	}
	at := "http://" + strings.TrimPrefix(strings.TrimPrefix(service, "http://"), "https://") + "/clickzetta-portal/user/loginSingle"
	return strings.Repeat(fmt.Sprintf("DEBUG fetch error: %s <code frame omitted>\n\nTypeError: %s\n  path: %q,\n errno: 0,\n  code: \"ECONNREFUSED\"\n\n", at, refused, at), 6)
}

// login is the first half of a connection; the text is why it failed. A
// service is out of reach when its host name contains "unreachable".
func (c *call) login(p profile) (problem string) {
	switch {
	case strings.Contains(p.keys["service"], "unreachable"):
		problem = refused
	case !p.found && p.keys["service"] == "", // built-in host, which knows nobody
		p.keys["pat"] == "" && p.keys["username"] == "",
		slices.Contains(c.st.BadPATs, p.keys["pat"]):
		problem = "Login failed: invalid access token"
	}
	return problem
}

// connect logs in and finds the workspace, as every Studio command does.
func (c *call) connect(code string) *failure {
	p, f := c.profileOf()
	if f != nil {
		return f
	}
	if problem := c.login(p); problem != "" {
		if c.st.RealDelays {
			c.later(5 * time.Second)
		}
		f := fail(1, code, "%s", problem)
		f.noise = dump(p.keys["service"], problem)
		return f
	}
	if name := p.keys["instance"]; name != "" && name != c.st.Instance {
		return fail(1, code, "instance name '%s' is invalid or not found. Please check your `instance` configuration. server error:No such element: instance", name)
	}
	switch name := p.keys["workspace"]; name {
	case c.st.Workspace, "":
		return nil
	case "empty_ws":
		return fail(1, "PROJECT_NOT_FOUND", "Workspace '%s' has no associated project.", name)
	default:
		return fail(1, "WORKSPACE_NOT_FOUND", "Workspace '%s' not found.", name)
	}
}

func (c *call) status() (*reply, error) {
	p, f := c.profileOf()
	if f != nil {
		return nil, f
	}
	if problem := c.login(p); problem != "" {
		r := data(o("connected", false, "error", problem, "cli_version", cliVersion, "time_ms", 5024))
		r.warn = dump(p.keys["service"], problem)
		return r, nil
	}
	return data(o("connected", true, "workspace", c.st.Workspace, "schema", orText(p.keys["schema"], "public"), "cli_version", cliVersion, "time_ms", 16)), nil
}

func (c *call) profileStatus() (*reply, error) {
	p, f := c.profileOf()
	if f != nil {
		return nil, f
	}
	if problem := c.login(p); problem != "" {
		r := data(o("cli_version", cliVersion, "connected", false, "error", problem))
		r.warn = dump(p.keys["service"], problem)
		return r, nil
	}
	return data(o("cli_version", cliVersion, "workspace", c.st.Workspace, "schema", orText(p.keys["schema"], "public"), "connected", true)), nil
}

func (c *call) profileList() (*reply, error) {
	p, f := c.profileOf()
	if f != nil {
		return nil, f
	}
	list := []obj{}
	for _, name := range p.all {
		keys := p.tables[name]
		mode, pat := "password", ""
		if keys["pat"] != "" {
			mode, pat = "pat", keys["pat"][:min(8, len(keys["pat"]))]+"****"
		}
		list = append(list, o("name", name, "auth_mode", mode, "pat", pat, "username", keys["username"], "service", keys["service"],
			"protocol", keys["protocol"], "instance", keys["instance"], "workspace", keys["workspace"], "is_default", name == p.primary))
	}
	return data(list, "count", len(list)), nil
}

func orText(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// webUI is where the web UI lives.
func (st *state) webUI() string {
	return orText(st.StudioURL, "https://"+st.Instance+".studio.example.test")
}

// studioURL is the address of a task in the web UI.
func (st *state) studioURL(id int64) string {
	return fmt.Sprintf("%s/ide?workspace_name=%s&fileId=%d", st.webUI(), url.QueryEscape(st.Workspace), id)
}

func (st *state) opsURL(run int64, tab string) string {
	return fmt.Sprintf("%s/ops/taskInst/%d%s", st.webUI(), run, tab)
}

// WriteProfile writes the profiles.toml that an invocation needs into home
// and returns the path. The access token in it is accepted by every world.
func WriteProfile(home, name string) (string, error) {
	dir := filepath.Join(home, ".clickzetta")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make profile directory %s: %w", dir, err)
	}
	path := filepath.Join(dir, "profiles.toml")
	text := fmt.Sprintf("default_profile = %q\n\n[profiles.%s]\nservice = \"studio.example.test\"\nprotocol = \"http\"\n"+
		"instance = \"shopinst\"\nworkspace = \"ecommerce\"\nschema = \"public\"\nvcluster = \"DEFAULT\"\npat = \"czt_fake_token_0001\"\nuser_id = 501\n", name, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return "", fmt.Errorf("write profile %s: %w", path, err)
	}
	return path, nil
}
