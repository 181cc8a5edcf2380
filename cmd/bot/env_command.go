package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"text/template"

	"github.com/kelseyhightower/envconfig"
)

// envFile is every setting with its meaning: what has to be set stands bare,
// everything else behind a # with its default. Values are not quoted, because
// Docker would take quotes for a part of them.
const envFile = `# The settings of batchsync, one per line, for systemd (EnvironmentFile), Docker
# (env_file) and Kubernetes (--from-env-file). Values stand as they are, without
# quotes. Whoever can read this file has the tokens: chmod 600.
{{range .}}
# {{.Tags.Get "desc"}}
{{if not (required .Alt)}}#{{end}}{{.Alt}}={{if eq .Field.Kind.String "bool"}}false{{else}}{{.Tags.Get "default"}}{{end}}
{{end}}`

// requiredSettings are those without which the bot does not start.
func requiredSettings() []string { return []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"} }

// writeEnv writes a file of settings to be filled in. It reads nothing of the
// environment, so no secret can get into it.
func writeEnv(out io.Writer) error {
	tmpl, err := template.New("env").Funcs(template.FuncMap{
		"required": func(name string) bool { return slices.Contains(requiredSettings(), name) },
	}).Parse(envFile)
	if err != nil {
		return err
	}
	return envconfig.Usaget(prefix, &Config{}, out, tmpl)
}

func envCommand(out io.Writer) int {
	if err := writeEnv(out); err != nil {
		fmt.Fprintln(os.Stderr, "batchsync: write settings:", err)
		return 1
	}
	return 0
}
