// Package sourcetest starts real database servers for tests, as processes of
// an unprivileged user on a free port of this machine, with their data in a
// directory of the test. They end with the test.
//
// A server whose programs are not installed skips the test, unless
// BATCHSYNC_DATABASES is "required".
package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// T is what is needed of a *testing.T.
type T interface {
	Helper()
	TempDir() string
	Cleanup(func())
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Accounts of every server. Owner may do everything, Reader only read.
const (
	Owner    = "owner"
	Reader   = "reader"
	Password = "pl4nted-p@ss"
)

// startTime is how long a server may take until it answers.
const startTime = time.Minute

// server is a process to be started.
type server struct {
	dir  string // its home; the data are below
	run  []string
	dsn  string
	stop syscall.Signal // ends it at once
}

// start runs the server until the end of the test and waits for its answer.
func (s server) start(t T) string {
	t.Helper()
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		t.Fatalf("log of the server: %v", err)
	}
	defer log.Close()
	cmd := exec.Command(s.run[0], s.run[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = s.dir, log, log, unprivileged(t)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", s.run[0], err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cmd.Wait() // how it ended is in its log
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(s.stop)
		<-ended
	})
	s.await(t, ended)
	return s.dsn
}

// await asks until the server answers.
func (s server) await(t T, ended <-chan struct{}) {
	t.Helper()
	db := Open(t, s.dsn)
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return
		}
		select {
		case <-ended:
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
			continue
		}
		said, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		t.Fatalf("%s does not answer: %v\n%s", s.run[0], err, said)
	}
}

// home is a directory that the unprivileged user owns and can reach.
func home(t T) string {
	t.Helper()
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		return dir
	}
	who := unprivileged(t).Credential
	err := errors.Join(os.Chmod(filepath.Dir(dir), 0o711), os.Chown(dir, int(who.Uid), int(who.Gid)))
	if err != nil {
		t.Fatalf("home of the server: %v", err)
	}
	return dir
}

// unprivileged says as whom servers run: not as root, which they refuse.
func unprivileged(t T) *syscall.SysProcAttr {
	t.Helper()
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		return attr
	}
	who, err := user.Lookup("nobody")
	if err != nil {
		t.Fatalf("whom to run servers as: %v", err)
	}
	uid, uidErr := strconv.ParseUint(who.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(who.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		t.Fatalf("whom to run servers as: %v", err)
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr
}

// run carries out a program that prepares a server.
func run(t T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.SysProcAttr = dir, unprivileged(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// program finds an installed program; Debian keeps some outside of the path.
func program(t T, name string, also ...string) string {
	t.Helper()
	for _, pattern := range append([]string{"/usr/sbin/" + name}, also...) {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[len(found)-1]
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name)
	}
	return path
}

func missing(t T, name string) {
	t.Helper()
	if os.Getenv("BATCHSYNC_DATABASES") == "required" {
		t.Fatalf("%s is not installed, and BATCHSYNC_DATABASES is required", name)
	}
	t.Skipf("%s is not installed: apt-get install mariadb-server postgresql", name)
}

// freePort is a port that nobody listens on now.
func freePort(t T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("find a free port: %v", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func address(kind string, port int, path string) string {
	return (&url.URL{Scheme: kind, User: url.UserPassword(Owner, Password), Host: fmt.Sprintf("127.0.0.1:%d", port), Path: path}).String()
}
