package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// healthTimeout is shorter than what supervisors wait for.
const healthTimeout = 4 * time.Second

// healthCommand asks the bot that runs with the same settings whether it should
// go on, for a supervisor that cannot ask by itself: a container without a
// shell. The exit code is the answer: 0 it should, 1 it should not or does not
// answer, 2 there is nothing to ask.
func healthCommand(ctx context.Context, out io.Writer) int {
	addr, err := localAddress(readConfig().Listen) // what else is set wrongly is not asked here
	if err != nil {
		fmt.Fprintln(os.Stderr, "batchsync:", err)
		return 2
	}
	if err := askHealth(ctx, addr); err != nil {
		fmt.Fprintln(os.Stderr, "batchsync:", err)
		return 1
	}
	fmt.Fprintf(out, "The bot at %s is well.\n", addr)
	return 0
}

// localAddress is where this machine reaches what listens at an address, which
// may stand for all of the machine's.
func localAddress(listen string) (string, error) {
	if listen == "" {
		return "", errors.New("BATCHSYNC_LISTEN is empty: the bot answers nobody who asks for its health")
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("BATCHSYNC_LISTEN is no address: %w", err)
	}
	switch ip := net.ParseIP(host); {
	case host == "" || ip != nil && ip.Equal(net.IPv4zero):
		host = "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		host = "::1"
	}
	return net.JoinHostPort(host, port), nil
}

// askHealth is nil when the bot at an address says that it should go on.
func askHealth(ctx context.Context, addr string) error {
	said, status, err := healthOf(ctx, addr)
	switch {
	case err != nil:
		return err
	case !said.OK || status != http.StatusOK:
		return fmt.Errorf("the bot at %s is not well: %s", addr, strings.Join(said.Reasons, "; "))
	}
	return nil
}

// healthOf is what a bot at an address says of itself, and the status that it
// says it with.
func healthOf(ctx context.Context, addr string) (said report, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/healthz", nil)
	if err != nil {
		return said, 0, fmt.Errorf("ask %s: %w", addr, err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: healthTimeout} // and no proxy
	res, err := client.Do(req)
	if err != nil {
		return said, 0, fmt.Errorf("ask the bot: %w", err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&said); err != nil {
		return said, 0, fmt.Errorf("%s answered %s, which is not how the bot answers", addr, res.Status)
	}
	return said, res.StatusCode, nil
}
