package deploy_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestImage_Program runs what the image does to get cz-cli, with a folder in the
// place of the release page and another shape of archive each time.
func TestImage_Program(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sh", "curl", "sha256sum", "tar", "install"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not here", program)
		}
	}
	flat := archive(t, map[string]string{"cz-cli": "the program", "setup.sh": "not it", "skills/cz-cli/SKILL.md": "not it either"})
	for _, c := range []struct {
		name, arch, folder string
		archive            []byte
		sum                string // empty: the right one
		want               string // of what is said when it fails
	}{
		{"amd64", "amd64", "cz-cli-linux-x64.tar.gz", flat, "", ""},
		{"arm64, in a folder", "arm64", "cz-cli-linux-arm64.tar.gz", archive(t, map[string]string{"bin/cz-cli": "the program", "bin/cz-tool/cz-tool": "not it"}), "", ""},
		{"no checksum", "amd64", "cz-cli-linux-x64.tar.gz", flat, "none", "pass --build-arg CZ_CLI_SHA256="},
		{"another checksum", "amd64", "cz-cli-linux-x64.tar.gz", flat, strings.Repeat("0", 64), "FAILED"},
		{"another machine", "riscv64", "cz-cli-linux-riscv64.tar.gz", flat, "", "cz-cli is not made for riscv64"},
		{"no program in it", "amd64", "cz-cli-linux-x64.tar.gz", archive(t, map[string]string{"README": "nothing"}), "", "cannot stat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, sub := range []string{"v1.17.19", "work"} {
				must(t, os.Mkdir(filepath.Join(dir, sub), 0o700))
			}
			must(t, os.WriteFile(filepath.Join(dir, "v1.17.19", c.folder), c.archive, 0o600))
			sum := c.sum
			if sum == "" {
				sum = fmt.Sprintf("%x", sha256.Sum256(c.archive))
			}
			env := append(os.Environ(), "LC_ALL=C", "TARGETARCH="+c.arch, "CZ_CLI_VERSION=1.17.19", "CZ_CLI_MIRROR=file://"+dir)
			if sum != "none" {
				env = append(env, "CZ_CLI_SHA256="+sum)
			}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(programScript(t), "/out/", dir+"/out/"))
			cmd.Dir, cmd.Env = filepath.Join(dir, "work"), env
			out, err := cmd.CombinedOutput()
			if c.want != "" {
				if err == nil || !strings.Contains(string(out), c.want) {
					t.Errorf("got %v and %q, want %q", err, out, c.want)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if got := read(t, filepath.Join(dir, "out", "cz-cli")); got != "the program" {
				t.Errorf("installed %q", got)
			}
		})
	}
}

// programScript is the one RUN of the stage "program".
func programScript(t *testing.T) string {
	t.Helper()
	stage := ""
	for _, in := range dockerfile(t) {
		if in.name == "FROM" {
			stage = in.args[len(in.args)-1]
		}
		if in.name == "RUN" && stage == "program" {
			return in.rest
		}
	}
	t.Fatal("the image gets no program")
	return ""
}

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	packed := tar.NewWriter(zipped)
	for name, content := range files {
		must(t, packed.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}))
		_, err := packed.Write([]byte(content))
		must(t, err)
	}
	must(t, packed.Close())
	must(t, zipped.Close())
	return out.Bytes()
}
