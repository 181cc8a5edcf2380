package czcli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

var versionShape = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\S*$`)

// Version is the program's version, e.g. "1.17.19". It needs no profile and
// reaches no platform.
func (c *Client) Version(ctx context.Context) (string, error) {
	k := read("--version")
	k.words, k.plain, k.noLogin = "version", true, true
	var version string
	err := c.do(ctx, k, func(d document) error {
		version = strings.TrimSpace(d.plain)
		if !versionShape.MatchString(version) {
			return errors.New("the answer is not a version number")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return version, nil
}

// Ping asks whether the platform can be reached and accepts the credentials.
// A platform that cannot be reached, or refuses, is not an error but a
// Connection with its failure and reason. Only the path of SQL is tried, not
// that of Studio.
func (c *Client) Ping(ctx context.Context) (batchsync.Connection, error) {
	var out batchsync.Connection
	err := c.do(ctx, read("profile status"), func(d document) error {
		var data struct {
			Connected *bool `json:"connected"`
			Workspace text  `json:"workspace"`
			Version   text  `json:"cli_version"`
			Error     text  `json:"error"`
		}
		if err := d.into(&data); err != nil {
			return err
		}
		if data.Connected == nil {
			return errors.New("the answer does not say whether the platform is connected")
		}
		out = batchsync.Connection{Connected: *data.Connected, Workspace: string(data.Workspace), Version: string(data.Version)}
		if !out.Connected {
			out.Failure, out.Reason = failureOf(string(data.Error)), c.cleaner().clean(string(data.Error))
		}
		return nil
	})
	if err != nil {
		return batchsync.Connection{}, err
	}
	if out.Failure == batchsync.FailLogin {
		if missing := c.profile.missing(ctx, c.CheckProfile); missing != nil {
			out.Failure, out.Reason = missing.Failure, missing.Message
		}
	}
	return out, nil
}

// failureOf sorts the reason for a missing connection as the message of an error
// would be. What is no refused login is no connection: nothing else was asked.
func failureOf(reason string) batchsync.Failure {
	if f, _ := classify("", reason); f == batchsync.FailLogin {
		return f
	}
	return batchsync.FailUnreachable
}

// Profiles lists the profiles that the program knows, in its order.
func (c *Client) Profiles(ctx context.Context) ([]batchsync.Profile, error) {
	k := read("profile list")
	k.noLogin = true
	var listed []struct {
		Name      string `json:"name"`
		Instance  text   `json:"instance"`
		Workspace text   `json:"workspace"`
		Default   text   `json:"is_default"`
	}
	if err := c.get(ctx, k, &listed); err != nil {
		return nil, err
	}
	out := []batchsync.Profile{}
	for _, p := range listed {
		out = append(out, batchsync.Profile{Name: p.Name, Instance: string(p.Instance), Workspace: string(p.Workspace), Default: p.Default == "true"})
	}
	return out, nil
}

// Profile is the name of the profile that calls are made with; empty: the
// program's default.
func (c *Client) Profile() string { return cmp.Or(c.cfg.Profile, lookup(c.env, "CZ_PROFILE")) }

// Workspace is the workspace that stands in the environment in place of the
// profile's, and Instance likewise; empty: none does.
func (c *Client) Workspace() string { return lookup(c.env, "CZ_WORKSPACE") }

// Instance: see [Client.Workspace].
func (c *Client) Instance() string { return lookup(c.env, "CZ_INSTANCE") }

// CheckProfile fails with no_profile when there is none of the configured
// name (or none at all): the program would go on with built-in defaults and
// report a refused login. The message names the known profiles.
func (c *Client) CheckProfile(ctx context.Context) error {
	profiles, err := c.Profiles(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	want := c.Profile()
	missing := &batchsync.PlatformError{Command: "profile list", Failure: batchsync.FailNoProfile}
	switch {
	case len(names) == 0:
		missing.Message = "no profile is configured"
		return missing
	case want != "" && !slices.Contains(names, want):
		missing.Message = fmt.Sprintf("there is no profile %q, only %s", want, strings.Join(names, ", "))
		return missing
	}
	return nil
}

// profileFor is how long what was found out about the profile counts.
const profileFor = time.Minute

// profile knows whether the profile is missing. It is looked up when a login is
// refused: the program takes an unknown profile for one without credentials.
type profile struct {
	turn chan struct{} // one slot; whoever fills it may use the rest
	at   time.Time
	err  *batchsync.PlatformError // nil: the profile is there
}

func newProfile() *profile { return &profile{turn: make(chan struct{}, 1)} }

// missing is the failure no_profile if there is no such profile, nil if there
// is one or that cannot be told. Those who ask at the same time share one look.
func (p *profile) missing(ctx context.Context, look func(context.Context) error) *batchsync.PlatformError {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	defer func() { <-p.turn }()
	if !p.at.IsZero() && time.Since(p.at) < profileFor {
		return p.err
	}
	err := look(ctx)
	if ctx.Err() != nil {
		return nil // nobody waits for it, and the next may have more time
	}
	p.at, p.err = time.Now(), nil
	if batchsync.FailureOf(err) == batchsync.FailNoProfile {
		errors.As(err, &p.err)
	}
	return p.err
}

// loginRefused puts the missing profile in the place of the refused login that
// came of it.
func (c *Client) loginRefused(ctx context.Context, pe *batchsync.PlatformError) *batchsync.PlatformError {
	missing := c.profile.missing(ctx, c.CheckProfile)
	if missing == nil {
		return pe
	}
	out := *pe
	out.Failure, out.Name, out.Message = missing.Failure, missing.Name, missing.Message
	return &out
}
