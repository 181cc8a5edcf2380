package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestVersion_Read tells what is said of builds of every origin: what the linker
// was told wins, what the compiler saw comes next, and nothing is made up.
func TestVersion_Read(t *testing.T) {
	t.Parallel()
	stamped := func(version, modified string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-11-22T21:15:00Z"}, {Key: "vcs.modified", Value: modified},
		}}
	}
	for _, c := range []struct {
		name   string
		linked build
		info   *debug.BuildInfo
		want   string
	}{
		{"a release", build{Version: "v1.2.0", Commit: "fedcba9876543210", Time: "2026-11-01T08:00:00Z"}, stamped("v9.9.9", "true"),
			"batchsync v1.2.0\ncommit: fedcba9876543210\ntime: 2026-11-01T08:00:00Z\n"},
		{"a release with changes", build{Version: "v1.2.0-4-gfedcba9-dirty", Commit: "fedcba9876543210", Time: "2026-11-01T08:00:00Z"}, nil,
			"batchsync v1.2.0-4-gfedcba9-dirty\ncommit: fedcba9876543210, with changes\ntime: 2026-11-01T08:00:00Z\n"},
		{"only a name", build{Version: "v1.2.0"}, stamped("v9.9.9", "false"), "batchsync v1.2.0\ncommit: unknown\ntime: unknown\n"},
		{"built from a tag", build{}, stamped("v1.3.0", "false"), "batchsync v1.3.0\ncommit: 0123456789abcdef\ntime: 2026-11-22T21:15:00Z\n"},
		{"built from a checkout", build{}, stamped("(devel)", "true"), "batchsync devel\ncommit: 0123456789abcdef, with changes\ntime: 2026-11-22T21:15:00Z\n"},
		{"built without anything", build{}, &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "batchsync devel\ncommit: unknown\ntime: unknown\n"},
		{"no build information", build{}, nil, "batchsync devel\ncommit: unknown\ntime: unknown\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := readBuild(c.linked, c.info).String(); !strings.HasPrefix(got, c.want+"go: go") {
				t.Errorf("got %q, want it to begin with %q", got, c.want)
			}
		})
	}
}
