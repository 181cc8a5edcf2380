package operation

import (
	"slices"
	"strconv"
	"strings"

	"batchsync/internal/batchsync"
)

// difference is what the platform shows otherwise than the specification has
// it. What the platform does not show is no difference, unless it takes a command
// of its own to be as asked for; it is noted as not compared.
type difference struct {
	found     []batchsync.Text
	unseen    []batchsync.Text
	elsewhere bool // another source or another target
}

func (d difference) texts() []batchsync.Text { return slices.Concat(d.found, d.unseen) }

// problem names the first difference.
func (d difference) problem() *batchsync.Problem {
	return &batchsync.Problem{Code: batchsync.CodeRefused, Text: d.found[0], Hint: batchsync.T("differs.hint")}
}

func (d *difference) add(key batchsync.TextKey, args ...string) {
	d.found = append(d.found, batchsync.T(key, args...))
}

// compare lists the differences, the weightiest first.
func compare(s batchsync.Spec, c batchsync.Content) difference {
	var d difference
	d.ends("differs.source", s.Source, c.Source)
	d.ends("differs.target", s.Target, c.Target)
	d.elsewhere = len(d.found) > 0
	if want := shownScope(s); c.Scope != "" && c.Scope != want {
		d.add("differs.scope", string(want), string(c.Scope))
	}
	if s.Scope == batchsync.ScopeWhole {
		d.rules(s, c)
	} else {
		d.pairs(s, c)
	}
	d.modes(s, c)
	d.tuning(s, c)
	return d
}

// modes compares the write modes. One that is not shown is a difference where a
// command of its own had to set it: the setup alone leaves another one.
func (d *difference) modes(s batchsync.Spec, c batchsync.Content) {
	switch {
	case c.WriteMode == "" && s.WriteMode != s.AsSetUp().WriteMode:
		d.add("differs.write_mode_unseen", string(s.WriteMode))
	case c.WriteMode != "" && c.WriteMode != s.WriteMode:
		d.add("differs.write_mode", string(s.WriteMode), string(c.WriteMode))
	}
	several := s.Scope == batchsync.ScopeMulti || s.Scope == batchsync.ScopeWhole
	switch {
	case c.KeyedMode == "" && s.KeyedMode != "":
		d.add("differs.keyed_mode_unseen", string(s.KeyedMode))
	case several && c.KeyedMode != "" && c.KeyedMode != s.Keyed():
		d.add("differs.keyed_mode", string(s.Keyed()), string(c.KeyedMode))
	}
}

// tuning compares what was asked for beyond the platform's defaults.
func (d *difference) tuning(s batchsync.Spec, c batchsync.Content) {
	if s.Where != "" && c.Where != s.Where {
		d.add("differs.where", s.Where, c.Where)
	}
	if s.Parallel != 0 && c.Parallel != s.Parallel {
		d.add("differs.parallel", strconv.Itoa(s.Parallel), strconv.Itoa(c.Parallel))
	}
	if s.Rate != 0 && c.Rate != s.Rate {
		d.add("differs.rate", strconv.Itoa(s.Rate), strconv.Itoa(c.Rate))
	}
}

// shownScope is how the platform shows the scope.
func shownScope(s batchsync.Spec) batchsync.Scope {
	if s.Scope == batchsync.ScopeMerge {
		return batchsync.ScopeMulti
	}
	return s.Scope
}

// ends compares a data source by its number.
func (d *difference) ends(key batchsync.TextKey, want, got batchsync.Datasource) {
	switch {
	case got.ID == 0:
		d.unseen = append(d.unseen, batchsync.T(key+"_unseen", want.Name))
	case got.ID != want.ID:
		name := got.Name
		if name == "" {
			name = got.ID.String()
		}
		d.add(key, want.Name, name)
	}
}

// rules compares a whole-database mirror.
func (d *difference) rules(s batchsync.Spec, c batchsync.Content) {
	if c.SourceSchema != "" && c.SourceSchema != s.SourceSchema {
		d.add("differs.schema", s.SourceSchema, c.SourceSchema)
	}
	switch {
	case c.SchemaRule == "" && c.TableRule == "":
		d.unseen = append(d.unseen, batchsync.T("differs.rules_unseen"))
	case c.SchemaRule != s.TargetSchema || c.TableRule != s.TargetTable:
		d.add("differs.rules", s.TargetSchema+"."+s.TargetTable, c.SchemaRule+"."+c.TableRule)
	}
}

// pairs compares the mapping. Several tables without a mapping copy nothing,
// which the program accepts; of everything else the mapping may just not be
// shown. The paths of object storage are not comparable to table names.
func (d *difference) pairs(s batchsync.Spec, c batchsync.Content) {
	if len(c.Pairs) == 0 && s.Scope != batchsync.ScopeMulti {
		d.unseen = append(d.unseen, batchsync.T("differs.pairs_unseen"))
		return
	}
	key := func(p batchsync.TablePair) string {
		if s.Kind == batchsync.KindObject {
			return strings.ToLower(p.Sink)
		}
		return p.Source + " -> " + strings.ToLower(p.Sink)
	}
	if missing := without(s.Pairs(), c.Pairs, key); len(missing) > 0 {
		d.add("differs.missing", joined(missing))
	}
	if extra := without(c.Pairs, s.Pairs(), key); len(extra) > 0 {
		d.add("differs.extra", joined(extra))
	}
}

// without lists the pairs of a that b lacks.
func without(a, b []batchsync.TablePair, key func(batchsync.TablePair) string) []string {
	have := map[string]bool{}
	for _, p := range b {
		have[key(p)] = true
	}
	var out []string
	for _, p := range a {
		if !have[key(p)] {
			out = append(out, p.Source+" -> "+p.Sink)
		}
	}
	return out
}
