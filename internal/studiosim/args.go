package studiosim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// flagSpec describes one flag of a command.
type flagSpec struct {
	name     string
	aliases  []string
	boolean  bool
	array    bool
	required bool
	choices  []string
}

// parseSpec reads a compact list of flags: "type! status[]=A|B limit yes,y?".
// A trailing "?" is a switch, "[]" may repeat, "!" is required.
func parseSpec(spec string) []flagSpec {
	var out []flagSpec
	for _, word := range strings.Fields(spec) {
		head, choices, hasChoices := strings.Cut(word, "=")
		var f flagSpec
		if hasChoices {
			f.choices = strings.Split(choices, "|")
		}
		f.boolean = strings.HasSuffix(head, "?")
		f.required = strings.HasSuffix(head, "!")
		f.array = strings.HasSuffix(head, "[]")
		names := strings.Split(strings.TrimRight(head, "?![]"), ",")
		f.name, f.aliases = names[0], names[1:]
		out = append(out, f)
	}
	return out
}

const globalSpec = "profile,p version? jdbc pat username password service protocol=https|http instance workspace " +
	"schema,s vcluster,v format=json|pretty|table|csv|text|jsonl|toon field debug,d? help?"

// call is one parsed invocation.
type call struct {
	argv  []string
	cmd   *command
	args  []string            // positionals of the command
	flags map[string][]string // given flags by their full name
	env   map[string]string
	stdin func() string
	st    *state // set while the world is locked
	inv   *invocation
}

func (c *call) has(name string) bool { return len(c.flags[name]) > 0 }

// str is a flag's last value, or the fallback.
func (c *call) str(name, fallback string) string {
	if v := c.flags[name]; len(v) > 0 {
		return v[len(v)-1]
	}
	return fallback
}

func (c *call) bool(name string) bool { return c.str(name, "false") == "true" }

func (c *call) float(name string, fallback float64) float64 {
	f, err := strconv.ParseFloat(c.str(name, ""), 64)
	if err != nil {
		return fallback
	}
	return f
}

func (c *call) int(name string, fallback int) int { return int(c.float(name, float64(fallback))) }

func usage(group, format string, args ...any) *failure {
	f := fail(2, "USAGE_ERROR", format, args...)
	if strings.Contains(group, " ") || isGroup(group) {
		first, _, _ := strings.Cut(group, " ")
		f.hint = fmt.Sprintf("%s. Run `cz-cli %s --help` for details.", f.message, first)
	} else {
		f.hint = "Run the command with --help to see available options and usage."
	}
	return f
}

// parse reads the command line the way the real program does: global flags
// anywhere, "--" hides everything after it, a word that begins with "-" is
// always flags, negative numbers excepted.
func parse(argv []string) (*call, *failure) {
	c := &call{argv: argv, flags: map[string][]string{}}
	c.cmd, _ = match(plainWords(argv))
	specs := parseSpec(globalSpec)
	if c.cmd != nil {
		specs = append(specs, parseSpec(c.cmd.flags)...)
	}
	words, unknown := c.split(argv, specs)
	if c.bool("version") || c.bool("help") {
		return c, nil
	}
	if slices.Contains(unknown, "o") || slices.Contains(unknown, "output") {
		return nil, legacyOutput(words)
	}
	cmd, rest := match(words)
	c.cmd = cmd
	if cmd == nil {
		return c, noCommand(words)
	}
	c.args = rest
	if len(rest) < cmd.min {
		return nil, usage(cmd.path, "Not enough non-option arguments: got %d, need at least %d", len(rest), cmd.min)
	}
	if f := c.check(specs, unknown); f != nil {
		return nil, f
	}
	return c, nil
}

// plainWords guesses the command words before flags are known.
func plainWords(argv []string) []string {
	global := parseSpec(globalSpec)
	var words []string
	for i := 0; i < len(argv) && argv[i] != "--"; i++ {
		if !strings.HasPrefix(argv[i], "-") {
			words = append(words, argv[i])
			continue
		}
		f := find(global, strings.TrimLeft(argv[i], "-"))
		if f != nil && !f.boolean && !strings.Contains(argv[i], "=") {
			i++
		}
	}
	return words
}

func find(specs []flagSpec, name string) *flagSpec {
	for i := range specs {
		if specs[i].name == name || slices.Contains(specs[i].aliases, name) {
			return &specs[i]
		}
	}
	return nil
}

func isFlag(word string) bool {
	if !strings.HasPrefix(word, "-") || word == "-" {
		return false
	}
	_, err := strconv.ParseFloat(word, 64)
	return err != nil
}

// split separates words from flags and notes the unknown flags.
func (c *call) split(argv []string, specs []flagSpec) (words, unknown []string) {
	for i := 0; i < len(argv); i++ {
		word := argv[i]
		if word == "--" {
			break
		}
		if !isFlag(word) {
			words = append(words, word)
			continue
		}
		name, value, hasValue := flagName(word)
		if !strings.HasPrefix(word, "--") && !hasValue && len(name) > 1 {
			for _, letter := range name {
				unknown = c.letter(specs, string(letter), unknown)
			}
			continue
		}
		spec := find(specs, name)
		if spec == nil {
			if off := find(specs, strings.TrimPrefix(name, "no-")); off != nil && strings.HasPrefix(name, "no-") {
				c.flags[off.name] = []string{"false"}
				continue
			}
			unknown = append(unknown, name)
			if !hasValue && i+1 < len(argv) && !isFlag(argv[i+1]) {
				i++
			}
			continue
		}
		i = c.take(spec, value, hasValue, argv, i)
	}
	return words, unknown
}

func flagName(word string) (name, value string, hasValue bool) {
	name = strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-")
	if at := strings.IndexByte(name, '\n'); at >= 0 && !strings.Contains(name[:at], "=") {
		return name[:at], "", true
	}
	return strings.Cut(name, "=")
}

func (c *call) letter(specs []flagSpec, name string, unknown []string) []string {
	if spec := find(specs, name); spec != nil {
		c.flags[spec.name] = append(c.flags[spec.name], "true")
		return unknown
	}
	return append(unknown, name)
}

// take stores the value of a flag and returns the index of the last word used.
func (c *call) take(spec *flagSpec, value string, hasValue bool, argv []string, i int) int {
	switch {
	case spec.boolean && !hasValue:
		if i+1 < len(argv) && (argv[i+1] == "true" || argv[i+1] == "false") {
			i++
			value = argv[i]
		} else {
			value = "true"
		}
	case hasValue:
	case spec.array:
		for i+1 < len(argv) && !isFlag(argv[i+1]) {
			i++
			c.flags[spec.name] = append(c.flags[spec.name], argv[i])
		}
		return i
	case i+1 < len(argv) && !isFlag(argv[i+1]):
		i++
		value = argv[i]
	}
	c.flags[spec.name] = append(c.flags[spec.name], value)
	return i
}

// check reports missing, unknown and ill-chosen flags.
func (c *call) check(specs []flagSpec, unknown []string) *failure {
	var missing []string
	for _, f := range specs {
		if f.required && !c.has(f.name) {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		return usage(c.cmd.path, "Missing required argument%s: %s", plural(len(missing)), strings.Join(missing, ", "))
	}
	if len(c.args) > c.cmd.max {
		unknown = append(unknown, c.args[c.cmd.max:]...)
	}
	if len(unknown) > 0 {
		return usage(c.cmd.path, "Unknown argument%s: %s", plural(len(unknown)), strings.Join(unknown, ", "))
	}
	for _, f := range specs {
		for _, v := range c.flags[f.name] {
			if len(f.choices) > 0 && !slices.Contains(f.choices, v) {
				quoted := make([]string, len(f.choices))
				for i, choice := range f.choices {
					quoted[i] = strconv.Quote(choice)
				}
				return usage(c.cmd.path, "Invalid values:\n  Argument: %s, Given: %q, Choices: %s", f.name, v, strings.Join(quoted, ", "))
			}
		}
	}
	return nil
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func legacyOutput(words []string) *failure {
	group := ""
	if len(words) > 0 {
		group = " " + words[0]
	}
	f := fail(2, "USAGE_ERROR", "-o/--output is no longer supported. Use --format instead: cz-cli%s --format <value>", group)
	f.hint = "-o/--output was removed. Replace with --format. Valid choices: json, pretty, table, csv, text, jsonl, toon."
	return f
}
