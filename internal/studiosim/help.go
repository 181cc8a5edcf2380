package studiosim

import (
	"fmt"
	"io"
	"strings"
)

// help answers a bare group. An old version lacks one.
func (inv *invocation) help() (int, error) {
	lacks := ""
	if inv.fault.Kind == "old_version" {
		lacks = "task integration"
	}
	if words := strings.Join(inv.call.argv, " "); lacks != "" && strings.HasPrefix(words, lacks) {
		f := unknownSub("task", "integration")
		f.message, f.didYouMean = "Unknown command: integration", ""
		inv.out.failure(f)
		return 2, nil
	}
	_, err := io.WriteString(inv.out.out, help(inv.call.argv, lacks))
	return 0, err
}

// help is the text of a bare group, in the manner of the real program, without
// the group it lacks.
func help(words []string, lacks string) string {
	group := ""
	for _, word := range words {
		if path := strings.TrimSpace(group + " " + word); isGroup(path) {
			group = path
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "cz-cli %s\n\nCommands:\n", group)
	for _, cmd := range commands() {
		if lacks != "" && strings.HasPrefix(cmd.path, lacks+" ") {
			continue
		}
		if group == "" || strings.HasPrefix(cmd.path, group+" ") {
			alias := ""
			if cmd.alias != "" {
				alias = "  [aliases: " + cmd.alias + "]"
			}
			fmt.Fprintf(&b, "  cz-cli %-28s %s%s\n", cmd.path, cmd.help, alias)
		}
	}
	b.WriteString("\nOptions:\n  -p, --profile    ClickZetta connection profile to use\n      --version    Show version number\n" +
		"      --format     Output format\n      --help       Show help\n")
	return b.String()
}
