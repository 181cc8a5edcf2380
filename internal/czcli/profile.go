package czcli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

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
// A platform that cannot be reached is not an error but a Connection with its
// reason. Only the path of SQL is tried, not that of Studio.
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
			out.Reason = cleaner{c.secrets}.clean(string(data.Error))
		}
		return nil
	})
	if err != nil {
		return batchsync.Connection{}, err
	}
	return out, nil
}

// CheckProfile fails with no_profile when there is none of the configured
// name (or none at all): the program would go on with built-in defaults and
// report a refused login. The message names the known profiles.
func (c *Client) CheckProfile(ctx context.Context) error {
	k := read("profile list")
	k.noLogin = true
	var profiles []struct {
		Name string `json:"name"`
	}
	if err := c.get(ctx, k, &profiles); err != nil {
		return err
	}
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	want := cmp.Or(c.cfg.Profile, lookup(c.env, "CZ_PROFILE"))
	missing := &batchsync.PlatformError{Command: k.words, Failure: batchsync.FailNoProfile}
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
