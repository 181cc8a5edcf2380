package batchsync

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxLine      = 300 // bytes kept of a line
	maxNameWords = 16  // of a table's name; longer ones are not looked for
)

// TablesInLog says what the log of a run tells of each table it copies, worst
// first. A line counts when it says that something failed or succeeded and
// names the source or the target, as a whole name in any case and with any
// quotes: qualified, or bare where only one pair has it and the line has no
// qualified name. The last such line decides, so that a failure that a later
// try made good is none. A table of which no line speaks is unknown.
//
// Lines are kept as they are in the log: the caller takes secrets out before.
// The time it takes grows with the log, not with the number of tables.
func TablesInLog(log string, pairs []TablePair) []TableResult {
	names := newTableNames(pairs)
	out := make([]TableResult, len(pairs))
	for i, p := range pairs {
		out[i] = TableResult{Table: p.Sink, Source: p.Source, State: TableUnknown, By: FromNothing, Rows: -1}
	}
	for line := range strings.SplitSeq(log, "\n") {
		which, state := names.judge(line)
		for _, i := range which {
			r := &out[i]
			if state == TableOK {
				r.Line = ""
			} else if r.State != TableFailed {
				r.Line = excerpt(line)
			}
			r.State, r.By = state, FromLog
		}
	}
	SortTables(out)
	return out
}

// excerpt is the beginning of a line, apart from the log it is part of.
func excerpt(line string) string {
	line = strings.ToValidUTF8(strings.TrimSpace(line[:min(len(line), 2*maxLine)]), "\uFFFD")
	end := min(len(line), maxLine)
	for end < len(line) && !utf8.RuneStart(line[end]) {
		end--
	}
	return strings.Clone(line[:end])
}

// Sides of a pair.
const (
	asSource = 1 << iota
	asTarget
)

// tableNames finds the names of tables in lines. It is a tree of words, in
// which a name is the way from the root to a node.
type tableNames struct {
	*logReader
	edges  map[edge]int
	nodes  []nameNode
	isName []bool // by token of the line
	hits   []byte // by pair: the sides that the line names
	found  []int  // pairs with hits
	unique []bool // by pair: a name of the line is its alone
}

type edge struct {
	node int
	word string
}

// nameNode is where a name ends, if it has owners.
type nameNode struct {
	owners    []owner
	qualified bool
	common    bool // also a word of the language of logs
}

type owner struct {
	pair  int
	sides byte
}

// Names of tables that logs also use as words; bare, they need quotes.
const commonNames = " action attempt batch cluster column columns connection count data database date end error errors events file host id index info " +
	"job key level line lock log message mode name null process query read records result row rows run runs schema server session source sources stage " +
	"start state status success sync system table tables target task tasks test time timeout transaction type update user users value values version wait warn write "

func newTableNames(pairs []TablePair) *tableNames {
	n := &tableNames{
		logReader: newLogReader(), edges: map[edge]int{}, nodes: make([]nameNode, 1),
		hits: make([]byte, len(pairs)), unique: make([]bool, len(pairs)),
	}
	for i, p := range pairs {
		n.add(p.Source, owner{i, asSource})
		n.add(p.Sink, owner{i, asTarget})
	}
	return n
}

// add puts a name into the tree, as it is and without what is before its dots.
func (n *tableNames) add(name string, o owner) {
	n.read(name)
	dots := 0
	for i := range n.tokens {
		if n.is(i, ".") {
			dots++
		}
	}
	n.insert(n.tokens, dots > 0, o)
	for i := range n.tokens {
		if n.is(i, ".") {
			dots--
			n.insert(n.tokens[i+1:], dots > 0, o)
		}
	}
}

func (n *tableNames) insert(name []token, qualified bool, o owner) {
	if len(name) == 0 || len(name) > maxNameWords || !name[0].word {
		return
	}
	node := 0
	for _, t := range name {
		e := edge{node, string(n.text[t.from:t.to])}
		next, ok := n.edges[e]
		if !ok {
			next = len(n.nodes)
			n.edges[e], n.nodes = next, append(n.nodes, nameNode{})
		}
		node = next
	}
	at := &n.nodes[node]
	at.qualified = qualified
	at.common = len(name) == 1 && strings.Contains(commonNames, " "+string(n.text[name[0].from:name[0].to])+" ")
	if i := slices.IndexFunc(at.owners, func(other owner) bool { return other.pair == o.pair }); i >= 0 {
		at.owners[i].sides |= o.sides
		return
	}
	at.owners = append(at.owners, o)
}

// judge says of which pairs a line tells something, and what. The answer is
// good until the next line.
func (n *tableNames) judge(line string) ([]int, TableState) {
	n.read(line)
	if !n.speaks() || !n.names() {
		return nil, ""
	}
	good, bad, alarm := n.outcome(func(i int) bool { return n.isName[i] })
	switch {
	case good && !bad && !alarm:
		return n.meant(false), TableOK
	case (bad || alarm) && !good:
		return n.meant(true), TableFailed
	case alarm: // it names good words too: about one table it is clear
		if which := n.meant(true); len(which) == 1 {
			return which, TableFailed
		}
	}
	return nil, ""
}

// names finds the names in the line: the qualified ones, or else the bare.
func (n *tableNames) names() bool {
	for _, i := range n.found {
		n.hits[i], n.unique[i] = 0, false
	}
	n.found = n.found[:0]
	for _, qualified := range []bool{true, false} {
		n.isName = append(n.isName[:0], make([]bool, len(n.tokens))...)
		for i := 0; i < len(n.tokens); {
			node, end := n.longest(i, qualified)
			if node == 0 {
				i++
				continue
			}
			n.hit(n.nodes[node].owners)
			for ; i < end; i++ {
				n.isName[i] = true
			}
		}
		if len(n.found) > 0 {
			return true
		}
	}
	return false
}

func (n *tableNames) hit(owners []owner) {
	for _, o := range owners {
		if n.hits[o.pair] == 0 {
			n.found = append(n.found, o.pair)
		}
		n.hits[o.pair] |= o.sides
		n.unique[o.pair] = n.unique[o.pair] || len(owners) == 1
	}
}

// longest is the longest name that begins at a token, and where it ends.
func (n *tableNames) longest(from int, qualified bool) (node, end int) {
	at := 0
	for i := from; i < len(n.tokens); i++ {
		t := n.tokens[i]
		next, ok := n.edges[edge{at, string(n.text[t.from:t.to])}]
		if !ok {
			break
		}
		at = next
		if owned := n.nodes[at]; len(owned.owners) > 0 && owned.qualified == qualified && n.whole(from, i+1, owned) {
			node, end = at, i+1
		}
	}
	return node, end
}

// whole reports whether the tokens are a name of their own and not part of a
// longer one, a path or a sentence.
func (n *tableNames) whole(from, end int, as nameNode) bool {
	if as.qualified {
		return true
	}
	if len(as.owners) > 1 {
		return false // whose it is cannot be told
	}
	if as.common {
		before, behind := n.tokens[from].from-1, n.tokens[end-1].to
		return before >= 0 && behind < len(n.text) && aroundName(rune(n.text[before])) && aroundName(rune(n.text[behind]))
	}
	tied := func(i int) bool { return i >= 0 && i < len(n.tokens) && (n.is(i, ".") || n.is(i, "/") || n.is(i, `\`)) }
	return !tied(from-1) && !tied(end)
}

// meant are the pairs that the names of the line belong to: those that have a
// name of it alone, and the one of which it names both sides. If there are
// none, bad news is taken to be about all that share the names, good news about
// none of them.
func (n *tableNames) meant(bad bool) []int {
	var sure, both []int
	for _, i := range n.found {
		switch {
		case n.unique[i]:
			sure = append(sure, i)
		case n.hits[i] == asSource|asTarget:
			both = append(both, i)
		}
	}
	switch {
	case bad && len(sure)+len(both) == 0:
		return slices.Clone(n.found)
	case bad || len(both) == 1:
		return append(sure, both...)
	}
	return sure
}
