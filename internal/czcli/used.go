package czcli

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"batchsync/internal/batchsync"
)

// Recorded is the version of the program whose answers this package was written
// and is tested with.
const Recorded = "1.17.19"

// Used are the commands that this package carries out, by their words.
func Used() []string {
	return []string{
		"attempts list", "attempts log",
		"datasource catalogs", "datasource describe", "datasource list", "datasource objects", "datasource test",
		"profile list", "profile status",
		"runs deps", "runs detail", "runs list", "runs refill", "runs rerun", "runs stats", "runs stop",
		"schema list", "sql",
		"task content", "task create", "task deploy", "task deps", "task downstream", "task execute", "task folder-tree",
		"task integration edit", "task integration setup", "task integration show",
		"task list", "task save-config", "task save-cron", "task schedule-info", "task undeploy",
	}
}

// Missing are those of [Used] that the program does not list in its help. It
// needs no profile and reaches no platform: one child for each group of
// commands.
func (c *Client) Missing(ctx context.Context) ([]string, error) {
	known := map[string]map[string]bool{}
	var missing []string
	for _, words := range Used() {
		group, last := "", words
		if i := strings.LastIndexByte(words, ' '); i >= 0 {
			group, last = words[:i], words[i+1:]
		}
		if known[group] == nil {
			listed, err := c.listed(ctx, group)
			if err != nil {
				return nil, err
			}
			known[group] = listed
		}
		if !known[group][last] {
			missing = append(missing, words)
		}
	}
	return missing, nil
}

// listed are the words that may follow those of a group, none where the program
// does not know the group.
func (c *Client) listed(ctx context.Context, group string) (map[string]bool, error) {
	k := read(group)
	k.argv = append(k.argv, "--help")
	k.words, k.plain, k.noLogin = "help", true, true
	out := map[string]bool{}
	err := c.do(ctx, k, func(d document) error {
		out = helpWords(d.plain, group)
		return nil
	})
	if batchsync.FailureOf(err) == batchsync.FailUsage {
		return out, nil
	}
	return out, err
}

var (
	helpLine  = regexp.MustCompile(`(?m)^\s+cz-cli\s+(\S.*)$`)
	helpAlias = regexp.MustCompile(`\[aliases: ([^\]]*)\]`)
)

// helpWords reads the names and other names of commands off a help text.
func helpWords(text, group string) map[string]bool {
	out := map[string]bool{}
	entries := helpLine.FindAllStringSubmatchIndex(text, -1)
	words := strings.Fields(group)
	for i, at := range entries {
		end := len(text)
		if i+1 < len(entries) {
			end = entries[i+1][0]
		}
		line := strings.Fields(text[at[2]:at[3]])
		if len(line) <= len(words) || !slices.Equal(line[:len(words)], words) {
			continue
		}
		out[line[len(words)]] = true
		for _, m := range helpAlias.FindAllStringSubmatch(strings.Join(strings.Fields(text[at[2]:end]), " "), -1) {
			for _, alias := range strings.Split(m[1], ",") {
				out[strings.TrimSpace(alias)] = true
			}
		}
	}
	return out
}
