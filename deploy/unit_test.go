package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// unit are the keys and values of a systemd unit, by section.
func unit(t testing.TB) map[string]map[string][]string {
	t.Helper()
	all, section := map[string]map[string][]string{}, ""
	for line := range strings.Lines(read(t, "batchsync.service")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]")
			all[section] = map[string][]string{}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || section == "" {
			t.Fatalf("line %q is no setting of a unit", line)
		}
		all[section][key] = append(all[section][key], value)
	}
	return all
}

func TestUnit(t *testing.T) {
	t.Parallel()
	u := unit(t)
	if len(u) != 3 || u["Unit"] == nil || u["Install"] == nil {
		t.Errorf("sections: %v", u)
	}
	s := u["Service"]
	for key, want := range map[string]string{
		"Type": "exec", "ExecStart": "/usr/local/bin/bot", "User": "batchsync", "StateDirectory": "batchsync", "StateDirectoryMode": "0700",
		"Restart": "on-failure", "KillMode": "mixed", "OOMPolicy": "continue", "NoNewPrivileges": "yes", "ProtectSystem": "strict",
		"ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes", "CapabilityBoundingSet": "", "RestrictNamespaces": "yes", "MemoryMax": "1G",
	} {
		if got := s[key]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	for key, why := range map[string]string{
		"MemoryDenyWriteExecute":   "the runtime of cz-cli compiles as it runs",
		"RestartPreventExitStatus": "a panic ends a Go program with 2, as wrong settings do",
	} {
		if s[key] != nil {
			t.Errorf("%s is set, but %s", key, why)
		}
	}
	if grace, err := time.ParseDuration(s["TimeoutStopSec"][0] + "s"); err != nil || grace < (stopsWithin+5)*time.Second {
		t.Errorf("TimeoutStopSec %q, but the bot takes up to %d s", s["TimeoutStopSec"], stopsWithin)
	}
	all, _ := settings(t)
	for _, setting := range s["Environment"] {
		name, value, _ := strings.Cut(setting, "=")
		if name != "HOME" && !slices.Contains(all, name) {
			t.Errorf("%s is no setting", name)
		}
		if name != "CZ_CLI" && !strings.HasPrefix(value, "/var/lib/"+s["StateDirectory"][0]) {
			t.Errorf("%s is %s, where it may not write", name, value)
		}
	}
}

// TestUnit_Verified has systemd itself read the unit, and say how much it may do.
func TestUnit_Verified(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not here")
	}
	path := filepath.Join(t.TempDir(), "batchsync.service")
	content := strings.Replace(read(t, "batchsync.service"), "ExecStart=/usr/local/bin/bot", "ExecStart=/bin/true", 1) // it must be there
	must(t, os.WriteFile(path, []byte(content), 0o600))
	if out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", path).CombinedOutput(); err != nil || strings.Contains(string(out), path) {
		t.Errorf("systemd says: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), analyze, "security", "--no-pager", "--offline=yes", "--threshold=20", path).CombinedOutput()
	if strings.Contains(string(out), "unrecognized option") {
		t.Skip("this systemd cannot judge a unit that is not installed")
	}
	if err != nil {
		t.Errorf("it may do more than 2.0 of 10: %v\n%s", err, out[max(0, len(out)-300):])
	}
}
