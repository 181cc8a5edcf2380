package main

import (
	"os"
	"reflect"
	"slices"
	"strings"
)

// unknownSetting is a variable that looks like a setting and is none, so that it
// does nothing. Its value is not looked at: it may be a secret.
type unknownSetting struct {
	name string
	near string // the setting that may be meant; empty: none is near
}

// String is a sentence about it, without a period.
func (u unknownSetting) String() string {
	if u.near == "" {
		return u.name + " is no setting of the bot and does nothing: see what bot env lists"
	}
	return u.name + " is no setting of the bot and does nothing: " + u.near + " may be meant"
}

// tellUnknown tells of them where there is no log yet.
func tellUnknown(all []unknownSetting) {
	for _, u := range all {
		_, _ = os.Stderr.WriteString("batchsync: " + u.String() + "\n") // nobody is left to tell
	}
}

const (
	nearBy    = 2  // letters by which a name may be off
	nearShort = 10 // letters from which on a name that others use too is not near by chance
)

// unknownSettings finds them in an environment, sorted by name: everything with
// our own prefix, and what misses one of our names by little. Names of Slack and
// of the platform's program belong to others as well, so one that is near to ours
// is told of only when ours is not set.
func unknownSettings(environ []string) (out []unknownSetting) {
	known := readNames()
	set := map[string]bool{}
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		set[name] = true
	}
	for name := range set {
		if slices.Contains(known, name) {
			continue
		}
		near := nearestName(strings.ToUpper(name), known)
		ours := strings.HasPrefix(near, prefix+"_")
		doubtful := near != "" && !set[near] && len(near) >= nearShort && sameFamily(name, near)
		if ours || doubtful || strings.HasPrefix(strings.ToUpper(name), prefix+"_") {
			out = append(out, unknownSetting{name, near})
		}
	}
	slices.SortFunc(out, func(a, b unknownSetting) int { return strings.Compare(a.name, b.name) })
	return out
}

// sameFamily reports whether names begin with the same word, as SLACK_ does.
func sameFamily(a, b string) bool {
	first, _, _ := strings.Cut(strings.ToUpper(a), "_")
	return strings.HasPrefix(b, first+"_")
}

// readNames are all names that are read: each setting's, bare and with the prefix.
func readNames() (out []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := f.Tag.Get("envconfig"); name != "" {
			out = append(out, name, prefix+"_"+name)
		}
	}
	return out
}

// nearestName is the known name that is off by the fewest letters; empty when all are
// too far away.
func nearestName(name string, known []string) (near string) {
	best := nearBy + 1
	for _, k := range known {
		if d := lettersOff(name, k); d < best {
			near, best = k, d
		}
	}
	return near
}

// lettersOff is how many letters have to be put in, left out or exchanged to make
// one name of the other.
func lettersOff(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
