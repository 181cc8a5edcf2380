package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// programs builds what a demo runs, once for all tests, into a folder that
// TestMain removes.
var programs = sync.OnceValues(func() (bin string, err error) {
	bin, err = os.MkdirTemp("", "batchsync-demo")
	if err != nil {
		return "", fmt.Errorf("folder of the programs: %w", err)
	}
	out, err := exec.Command("go", "build", "-o", bin+"/", "batchsync/cmd/bot", "batchsync/cmd/cz-cli-sim").CombinedOutput()
	if err != nil {
		return bin, fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := programs(); err == nil {
		os.RemoveAll(bin)
	}
	os.Exit(code)
}
