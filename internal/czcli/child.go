package czcli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"

	"batchsync/internal/failpoint"
)

// Bounds of one child. A list of 20000 tables takes about 1 MB.
const (
	maxStdout = 12 << 20
	maxStderr = 64 << 10
	// pipeGrace is how long the pipes may stay open after the child's end: a
	// process it left behind can hold them.
	pipeGrace = time.Second
)

// result is how a child ended.
type result struct {
	stdout  []byte
	stderr  []byte
	tooMuch bool  // stdout was cut
	exit    int   // -1: killed, or never started
	pid     int   // 0: never started
	started bool  // false: it cannot have done anything
	err     error // why it did not start or did not end by itself
}

// start runs the program to its end, with an empty stdin and in a process
// group of its own; the whole group is killed when ctx ends. It holds the files
// open as long as it lives.
func start(ctx context.Context, path string, argv, env []string, held ...*os.File) result {
	cmd := exec.CommandContext(ctx, path, argv...)
	cmd.Env = env
	cmd.ExtraFiles = held
	stdout, stderr := &capped{max: maxStdout}, &capped{max: maxStderr}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = pipeGrace
	failpoint.Hit(failpoint.ChildBefore)
	err := cmd.Start()
	if err == nil {
		failpoint.Hit(failpoint.ChildAfter)
		err = cmd.Wait()
		failpoint.Hit(failpoint.ChildEnd)
	}
	if cmd.ProcessState == nil {
		return result{exit: -1, err: err}
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		_ = cmd.Cancel() // whoever holds the pipe; its leader is gone, nothing else to tell
	}
	res := result{stdout: stdout.kept.Bytes(), stderr: stderr.kept.Bytes(), tooMuch: stdout.cut, exit: cmd.ProcessState.ExitCode(), pid: cmd.Process.Pid, started: true}
	if !cmd.ProcessState.Exited() {
		if res.err = ctx.Err(); res.err == nil {
			res.err = errors.New("killed by somebody else: " + cmd.ProcessState.String())
		}
	}
	return res
}

// capped keeps the first max bytes and takes the rest without keeping it, so
// that the child does not stall on a full pipe.
type capped struct {
	kept bytes.Buffer // not embedded: its ReadFrom would bypass Write
	max  int
	cut  bool
}

func (c *capped) Write(p []byte) (int, error) {
	keep := p
	if room := c.max - c.kept.Len(); len(p) > room {
		keep, c.cut = p[:room], true
	}
	c.kept.Write(keep)
	return len(p), nil
}
