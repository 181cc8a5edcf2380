package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestEnv_Example compares the file that people fill in with the settings there
// are. It must hold nothing of the environment of who made it.
func TestEnv_Example(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-of-somebody")
	t.Setenv("BATCHSYNC_CHANNEL", "C0SOMEBODY")
	var want bytes.Buffer
	must(t, writeEnv(&want))
	got, err := os.ReadFile("../../deploy/batchsync.env.example")
	must(t, err)
	if string(got) != want.String() {
		t.Error("deploy/batchsync.env.example is not what the bot reads: go run ./cmd/bot env > deploy/batchsync.env.example")
	}
	for line := range strings.Lines(want.String()) {
		if strings.HasPrefix(line, "# \n") || strings.Contains(line, "SOMEBODY") || strings.Contains(line, "somebody") {
			t.Errorf("line %q", line)
		}
	}
	if !strings.Contains(want.String(), "\nSLACK_BOT_TOKEN=\n") || !strings.Contains(want.String(), "\n#BATCHSYNC_DB=batchsync.db\n") {
		t.Errorf("the file is %s", want.String())
	}
}
