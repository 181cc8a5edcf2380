package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// Colours of a terminal, of the sign only: without them nothing is lost.
const (
	green, yellow, red, plain = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"
)

// printChecks writes a line for each precondition, below it what somebody says
// and what to do, and at the end how many came out how.
func printChecks(out io.Writer, p blocks.Printer, all []batchsync.Precondition) error {
	colours := coloured(out)
	var text strings.Builder
	for _, c := range all {
		l := p.Precondition(c)
		sign := l.Sign
		if colour := colourOf(c.State); colours && colour != "" {
			sign = colour + sign + plain
		}
		fmt.Fprintf(&text, "%s %s (%s): %s\n", sign, l.Name, l.State, l.Text)
		if l.Detail != "" {
			fmt.Fprintf(&text, "    %q\n", l.Detail)
		}
		if l.Fix != "" {
			fmt.Fprintf(&text, "    → %s\n", l.Fix)
		}
	}
	fmt.Fprintf(&text, "\n%s\n", p.PreconditionsCounted(all))
	_, err := io.WriteString(out, text.String())
	return err
}

func colourOf(s batchsync.PreconditionState) string {
	switch s {
	case batchsync.PreconditionMet:
		return green
	case batchsync.PreconditionWarning:
		return yellow
	case batchsync.PreconditionFailed:
		return red
	}
	return ""
}

// coloured reports whether somebody looks at a terminal who wants colours.
func coloured(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || cmp.Or(os.Getenv("TERM"), "dumb") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// checkReport is what -json writes: name and state are for programs and stay,
// the rest is for people.
type checkReport struct {
	OK     bool        `json:"ok"` // nothing has to be mended
	Checks []checkLine `json:"checks"`
}

type checkLine struct {
	Name   batchsync.PreconditionName  `json:"name"`
	State  batchsync.PreconditionState `json:"state"` // met, warning, failed, unchecked
	About  string                      `json:"about,omitempty"`
	Text   string                      `json:"text"`
	Fix    string                      `json:"fix,omitempty"`
	Detail string                      `json:"detail,omitempty"` // somebody else's words
}

func encodeChecks(out io.Writer, p blocks.Printer, all []batchsync.Precondition) error {
	r := checkReport{OK: batchsync.AllMet(all)}
	for _, c := range all {
		l := p.Precondition(c)
		r.Checks = append(r.Checks, checkLine{Name: c.Name, State: c.State, About: l.About, Text: l.Text, Fix: l.Fix, Detail: l.Detail})
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}
