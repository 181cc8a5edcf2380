package studiosim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Main is one invocation of the program: argv without the program name, the
// environment as KEY=value, and the three streams. It returns the exit code.
//
// Environment: CZ_SIM_STATE (the world's directory, required), CZ_SIM_SEED
// ("samples" or "demo", used when the directory is empty), CZ_SIM_FAULTS (a
// JSON list of [Fault], for this invocation only), and HOME or
// CLICKZETTA_TEST_HOME for profiles.toml.
func Main(argv, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	began := time.Now()
	vars := map[string]string{}
	for _, kv := range env {
		key, value, _ := strings.Cut(kv, "=")
		vars[key] = value
	}
	dir := vars["CZ_SIM_STATE"]
	if dir == "" {
		fmt.Fprintln(stderr, "cz-cli-sim: CZ_SIM_STATE is not set; it names the directory that holds the simulated world")
		return 70
	}
	inv := &invocation{dir: dir, seed: orText(vars["CZ_SIM_SEED"], "samples"), argv: argv, vars: vars, stdin: stdin}
	inv.out = printer{out: stdout, err: stderr, format: orText(vars["CZ_FORMAT"], "json")}
	exit, err := inv.do()
	if err != nil {
		fmt.Fprintf(stderr, "cz-cli-sim: %v\n", err)
		exit = 70
	}
	inv.journal(began, exit)
	return exit
}

type invocation struct {
	dir, seed string
	argv      []string
	vars      map[string]string
	stdin     io.Reader
	out       printer
	call      *call
	fault     Fault
	effect    []string
	sleep     time.Duration
}

// do runs the invocation and prints its answer. An error means the simulator
// itself is broken or misused.
func (inv *invocation) do() (int, error) {
	c, bad := parse(inv.argv)
	if bad != nil {
		inv.out.failure(bad)
		return bad.exit, nil
	}
	inv.call = c
	c.env = inv.vars
	c.stdin = func() string {
		if inv.stdin == nil {
			return ""
		}
		raw, _ := io.ReadAll(inv.stdin)
		return string(raw)
	}
	c.inv = inv
	inv.out.format = c.str("format", inv.out.format)
	inv.out.field = c.str("field", "")
	if err := inv.pickFault(); err != nil {
		return 0, err
	}
	if c.bool("help") || c.cmd == nil && !c.bool("version") {
		return inv.help()
	}
	if inv.fault.delays() {
		if inv.fault.Seconds == 0 {
			inv.journal(time.Now(), -1) // it will be killed
		}
		inv.fault.wait()
	}
	return inv.act()
}

// act does the work of the command, under the lock unless it polls.
func (inv *invocation) act() (int, error) {
	c := inv.call
	if c.bool("version") {
		if inv.fault.Kind == "old_version" {
			fmt.Fprintln(inv.out.out, "1.10.0")
		} else {
			fmt.Fprintln(inv.out.out, cliVersion)
		}
		return 0, nil
	}
	if exit, done := inv.before(); done {
		return exit, nil
	}
	r, err := inv.work()
	time.Sleep(inv.sleep)
	if r != nil {
		inv.effect = r.effect
	}
	var refusal *failure
	if err != nil && !errors.As(err, &refusal) {
		return 0, err
	}
	if refusal == nil && inv.fault.Kind == "applied_twice" && inv.call.cmd.path != "task execute" {
		if again, err := inv.work(); err == nil && again != nil {
			inv.effect = append(inv.effect, again.effect...)
		}
	}
	if exit, done := inv.after(refusal); done {
		return exit, nil
	}
	if refusal != nil {
		inv.out.failure(refusal)
		return refusal.exit, nil
	}
	inv.out.reply(r)
	return r.exit, nil
}

func (inv *invocation) work() (r *reply, err error) {
	c := inv.call
	if c.cmd.path == "task execute" || c.cmd.path == "runs wait" {
		return c.cmd.run(c)
	}
	refusal := inv.within(func(*state) error {
		r, err = c.connected()
		return nil
	})
	if refusal != nil {
		return nil, refusal
	}
	return r, err
}

// connected logs in when the command needs it, then runs it.
func (c *call) connected() (*reply, error) {
	if c.cmd.code != "" {
		if f := c.precheck(); f != nil {
			return nil, f
		}
		if f := c.connect(c.cmd.code); f != nil {
			return nil, f
		}
	}
	return c.cmd.run(c)
}

// within runs fn on the locked world; the call sees the same world.
func (inv *invocation) within(fn func(*state) error) error {
	return locked(inv.dir, inv.seed, func(st *state) error {
		inv.call.st = st
		return fn(st)
	})
}

// later asks for a pause once the lock is released.
func (c *call) later(d time.Duration) { c.inv.sleep += d }

// Invocation is one line of the journal.
type Invocation struct {
	Time   time.Time `json:"time"`
	Argv   []string  `json:"argv"`
	Exit   int       `json:"exit"`
	MS     int64     `json:"ms"`
	Effect []string  `json:"effect,omitempty"` // for example "create 60034"
	Fault  string    `json:"fault,omitempty"`
}

// journal appends one line; a line of moderate size is written in one piece.
func (inv *invocation) journal(began time.Time, exit int) {
	line, err := json.Marshal(Invocation{Time: began.UTC(), Argv: inv.argv, Exit: exit,
		MS: time.Since(began).Milliseconds(), Effect: inv.effect, Fault: inv.fault.Kind})
	if err != nil {
		return
	}
	f, err := os.OpenFile(filepath.Join(inv.dir, "journal.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	f.Write(append(line, '\n'))
}

// die ends the process the way a killed child ends: no output, SIGKILL.
func (inv *invocation) die() {
	inv.journal(time.Now(), 137)
	syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal is on its way
}
