package torture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// How long something may take on a busy machine before a round is given up;
// nothing waits for them to pass.
const (
	startWait = 40 * time.Second
	stopWait  = 60 * time.Second
	quietWait = 150 * time.Second
)

// life tells people whether the bot is alive: what they wait for of one that
// died will not come.
type life struct {
	mu   sync.Mutex
	ctx  context.Context
	end  context.CancelFunc
	born chan struct{} // closed when a new one lives
}

func newLife() *life {
	ctx, end := context.WithCancel(context.Background())
	end()
	return &life{ctx: ctx, end: end, born: make(chan struct{})}
}

func (l *life) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx, l.end = context.WithCancel(context.Background())
	close(l.born)
	l.born = make(chan struct{})
}

func (l *life) over() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
}

// alive waits for a bot that lives; the context ends with it.
func (l *life) alive(ctx context.Context) (context.Context, error) {
	for {
		l.mu.Lock()
		now, born := l.ctx, l.born
		l.mu.Unlock()
		if now.Err() == nil {
			return now, nil
		}
		select {
		case <-born:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// process is one life of the bot.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it is over
}

func (r *round) launch(failpoint string) (*process, error) {
	cmd := exec.Command(filepath.Join(r.bin, "bot"))
	cmd.Env = r.env(failpoint)
	cmd.Stdout, cmd.Stderr = r.log, r.log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is in ProcessState
		close(p.done)
	}()
	return p, nil
}

// connected waits until the bot is connected, or dead.
func (r *round) connected(p *process) error {
	ctx, cancel := context.WithTimeout(context.Background(), startWait)
	defer cancel()
	ready := make(chan error, 1)
	go func() { ready <- r.slack.WaitConnected(ctx, 1) }()
	select {
	case err := <-ready:
		return err
	case <-p.done:
		return nil
	}
}

// killed reports whether the process ended by a kill; any other end is an error
// of the bot.
func (p *process) killed() bool {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// die lives one life of the bot until the death that is meant for it.
func (r *round) die(d death) error {
	p, err := r.launch(d.point)
	if err != nil {
		return err
	}
	if err := r.connected(p); err != nil {
		_ = p.cmd.Process.Kill()
		return fmt.Errorf("start of the bot: %w", err)
	}
	if p.gaveUp() {
		r.result.restarts++
		return nil
	}
	r.life.begin()
	name := d.point
	if d.atYes {
		name = "a yes"
		r.doomed.Store(p.cmd.Process)
		defer r.doomed.Store(nil)
	}
	select {
	case <-p.done:
	case <-time.After(d.after):
		name = "any moment"
		_ = p.cmd.Process.Kill() // it may be over this very moment
		<-p.done
	}
	r.life.over()
	if !p.killed() {
		return fmt.Errorf("the bot ended by itself: %s", p.cmd.ProcessState)
	}
	r.result.kill(name)
	return r.gone()
}

// yes is called with every answer to a confirmation. Who is doomed dies of it.
func (r *round) yes() {
	if p := r.doomed.Swap(nil); p != nil {
		_ = p.Kill() // it may be over already
	}
}

// gone waits until Slack sees that the bot is.
func (r *round) gone() error {
	ctx, cancel := context.WithTimeout(context.Background(), startWait)
	defer cancel()
	return r.slack.WaitDisconnected(ctx)
}

// gaveUp reports whether the bot ended because it could not reach Slack at its
// start, as it may: its supervisor starts it again.
func (p *process) gaveUp() bool {
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode() == 1
	default:
		return false
	}
}

// live starts a bot that nobody kills.
func (r *round) live() (*process, error) {
	for range tries {
		p, err := r.launch("")
		if err != nil {
			return nil, err
		}
		if err := r.connected(p); err != nil {
			_ = p.cmd.Process.Kill()
			return nil, fmt.Errorf("last start of the bot: %w", err)
		}
		if !p.gaveUp() {
			r.life.begin()
			return p, nil
		}
		r.result.restarts++
	}
	return nil, errors.New("the bot cannot be started")
}

// stop ends the bot as a supervisor would.
func (r *round) stop(p *process) error {
	r.life.over()
	_ = p.cmd.Process.Signal(os.Interrupt) // that it is over already is seen below
	select {
	case <-p.done:
	case <-time.After(stopWait):
		_ = p.cmd.Process.Kill()
		return errors.New("the bot did not stop")
	}
	if !p.cmd.ProcessState.Success() {
		return fmt.Errorf("the bot ended with %s", p.cmd.ProcessState)
	}
	return r.gone()
}
