package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

const (
	pingEvery   = time.Minute
	pingTimeout = 10 * time.Second
)

// ping asks for an address while the bot is well, so that somebody outside
// notices when it is not, or is not there at all. The address is a secret:
// whoever knows it can pretend that all is well.
type ping struct {
	url    string
	well   func() bool // must not wait
	client *http.Client
	log    *slog.Logger
}

func newPing(address Secret, well func() bool, log *slog.Logger) *ping {
	return &ping{url: address.Reveal(), well: well, log: log, client: &http.Client{
		Timeout: pingTimeout,
		// A service answers where it is asked; elsewhere the address is nobody's business.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Run asks every minute until ctx ends. That it fails is logged once, until it
// works again.
func (p *ping) Run(ctx context.Context) error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if !p.well() {
			continue // the signs of life say why
		}
		err := p.once(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil && !failing:
			p.log.Warn("ping not taken; trying on every minute", "error", err)
		case err == nil && failing:
			p.log.Info("ping taken again")
		}
		failing = err != nil
	}
}

// once asks for the address. An error names at most the host of it.
func (p *ping) once(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return errors.New("the address cannot be asked for")
	}
	res, err := p.client.Do(req)
	var shown *url.Error
	if errors.As(err, &shown) {
		err = shown.Err // without the address
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 1<<10) // the connection may be used again; nobody needs what it says
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("answered %d", res.StatusCode)
	}
	return nil
}

// checkPing says what is wrong with the address, without it.
func checkPing(address Secret) error {
	if address.Reveal() == "" {
		return nil
	}
	u, err := url.Parse(address.Reveal())
	switch {
	case err != nil || u.Hostname() == "":
		return errors.New("is no address")
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return errors.New("does not begin with https://")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// pingSecrets are the parts of the address that must not be shown by
// themselves either.
func pingSecrets(address Secret) []string {
	u, err := url.Parse(address.Reveal())
	if address.Reveal() == "" || err != nil {
		return nil
	}
	out := []string{address.Reveal(), u.User.Username(), u.RawQuery, u.Fragment}
	if password, ok := u.User.Password(); ok {
		out = append(out, password)
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		if len(part) >= minPathSecret {
			out = append(out, part)
		}
	}
	return out
}

// minPathSecret is how long a part of a path is that is no ordinary word.
const minPathSecret = 16

// well is whether every sign of life is as it should be. It never waits.
func (v *vitals) well() bool {
	return all(v.Signs(), func(s batchsync.Sign) bool { return s.OK })
}
