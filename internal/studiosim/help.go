package studiosim

import (
	"fmt"
	"strings"
)

// help is the text of a bare group, in the manner of the real program.
func help(words []string) string {
	group := ""
	for _, word := range words {
		if path := strings.TrimSpace(group + " " + word); isGroup(path) {
			group = path
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "cz-cli %s\n\nCommands:\n", group)
	for _, cmd := range commands() {
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
