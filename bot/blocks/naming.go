package blocks

import (
	"maps"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// maxNamed is how many resulting names are spelled out, and maxClashes how many
// of those that meet.
const (
	maxNamed   = 8
	maxClashes = 3
)

// naming shows which names a rule makes, and which of them are one and the
// same; nothing where no rule is at work.
func (p Printer) naming(s Screen) []slack.Block {
	spec := s.Draft.Spec()
	tables := spec.Tables
	switch {
	case spec.TargetTable == "" || spec.TargetSchema == "":
		return nil
	case spec.Scope == batchsync.ScopeWhole:
		tables = s.Facts.Tables
		if tables == nil {
			return []slack.Block{contextLine("naming", p.say("naming.unknown"))}
		}
	case spec.Scope != batchsync.ScopeMulti:
		return nil
	}
	if len(tables) == 0 || !strings.Contains(spec.TargetTable, batchsync.VarSourceTable) {
		return nil // what is wrong is said where it is answered
	}
	pairs, clashes := spec.Named(tables)
	var out []slack.Block
	if meet := p.clashes(clashes); meet != "" {
		out = append(out, section("naming/clashes", meet))
	}
	return append(out, contextLine("naming", p.resulting(clashing(pairs, clashes))))
}

// clashing are the pairs, those that meet before the others.
func clashing(pairs []batchsync.TablePair, clashes map[string][]string) []batchsync.TablePair {
	if len(clashes) == 0 {
		return pairs
	}
	meets := func(pair batchsync.TablePair) bool { return clashes[strings.ToLower(bareName(pair.Sink))] != nil }
	var first, then []batchsync.TablePair
	for _, pair := range pairs {
		if meets(pair) {
			first = append(first, pair)
		} else {
			then = append(then, pair)
		}
	}
	return append(first, then...)
}

func (p Printer) clashes(clashes map[string][]string) mark {
	var all []mark
	for i, sink := range slices.Sorted(maps.Keys(clashes)) {
		if i == maxClashes {
			all = append(all, p.say("list.more", number(len(clashes)-i)))
			break
		}
		all = append(all, p.say("naming.clash", p.say("field.sink_clash", p.names(clashes[sink]), p.name(sink))))
	}
	return lines(all...)
}

// resulting spells the first names out and counts the rest.
func (p Printer) resulting(pairs []batchsync.TablePair) mark {
	all := []mark{p.say("naming.title", number(len(pairs)))}
	room := maxContext - 100
	for i, pair := range pairs {
		line := p.say("task.copies", p.name(p.middle(pair.Source, maxPairName)), p.name(p.middle(pair.Sink, maxPairName)))
		if room -= units(string(line)); i == maxNamed || room < 0 {
			all = append(all, p.say("list.more", number(len(pairs)-i)))
			break
		}
		all = append(all, line)
	}
	return lines(all...)
}
