package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// What the linker is told of a release, see release in the Makefile; empty in
// every other build, and written by nobody else.
var linkedVersion, linkedCommit, linkedTime string

// build is what this program was made of.
type build struct {
	Version  string `json:"version"`          // as git describes the commit, such as v1.2.0 or v1.2.0-4-g70fde4a; devel where nobody said
	Commit   string `json:"commit,omitempty"` // full hash; empty: not known
	Time     string `json:"time,omitempty"`   // of the commit, RFC 3339 in UTC; empty: not known
	Modified bool   `json:"modified"`         // files differed from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"` // such as linux/amd64
}

// unnamed is the version of a build that was given none.
const unnamed = "devel"

// readBuild puts together what the linker and the compiler wrote down. What
// neither of them tells stays empty rather than being guessed.
func readBuild(linked build, info *debug.BuildInfo) build {
	b := linked
	b.Go, b.Platform = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
	b.Modified = strings.HasSuffix(b.Version, "-dirty")
	if linked.Version == "" && info != nil {
		if info.Main.Version != "(devel)" {
			b.Version = info.Main.Version
		}
		b.Commit, b.Time = setting(info, "vcs.revision"), setting(info, "vcs.time")
		b.Modified = setting(info, "vcs.modified") == "true"
	}
	b.Version = cmp.Or(b.Version, unnamed)
	return b
}

func setting(info *debug.BuildInfo, key string) string {
	i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == key })
	if i < 0 {
		return ""
	}
	return info.Settings[i].Value
}

func thisBuild() build {
	info, _ := debug.ReadBuildInfo() // nil where there is none
	return readBuild(build{Version: linkedVersion, Commit: linkedCommit, Time: linkedTime}, info)
}

// buildInfo is the version in a few words, for people in Slack.
func buildInfo() string {
	b := thisBuild()
	if b.Commit == "" {
		return b.Version
	}
	return fmt.Sprintf("%s (%.12s)", b.Version, b.Commit)
}

// String is one line per fact, in an order that does not change.
func (b build) String() string {
	commit := cmp.Or(b.Commit, "unknown")
	if b.Modified {
		commit += ", with changes"
	}
	return fmt.Sprintf("batchsync %s\ncommit: %s\ntime: %s\ngo: %s\nplatform: %s\n",
		b.Version, commit, cmp.Or(b.Time, "unknown"), b.Go, b.Platform)
}

// versionCommand prints what was built, as lines or with -json as one object.
func versionCommand(args []string, out io.Writer) int {
	b := thisBuild()
	var err error
	switch {
	case len(args) == 0:
		_, err = io.WriteString(out, b.String())
	case len(args) == 1 && isJSON(args[0]):
		err = json.NewEncoder(out).Encode(b)
	default:
		return usageOf(os.Stderr, "version")
	}
	if err != nil {
		return 1 // nobody is reading: there is nobody to tell
	}
	return 0
}
