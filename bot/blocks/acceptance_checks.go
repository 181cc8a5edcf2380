package blocks

import (
	"cmp"
	"slices"

	"batchsync/internal/batchsync"
)

const (
	maxWrong     = 10 // lines of what is not as it should be
	maxAlike     = 3  // tables with the same trouble that have a line each
	maxCheckText = 3  // sentences of one check
)

// checkLines has a line for every check: what it came to, in words.
func (p Printer) checkLines(a batchsync.Acceptance) []mark {
	var out []mark
	for _, c := range batchsync.CheckNames() {
		whole := foundBy(c, a.Whole)
		all := slices.Clone(whole)
		for _, t := range a.Tables {
			all = append(all, foundBy(c, t.Found)...)
		}
		v := verdictOf(all)
		line := p.say("examined.check", symbolOf(v), p.enum("check_name.", string(c)), p.checkText(a, c, whole, v))
		line = mark(cutMark(line, maxArgument+maxCell))
		out = append(out, join(append([]mark{line}, p.obstacles(a.Tables, c)...), " "))
	}
	return out
}

func foundBy(c batchsync.CheckName, found []batchsync.Finding) []batchsync.Finding {
	var out []batchsync.Finding
	for _, f := range found {
		if f.Check == c {
			out = append(out, f)
		}
	}
	return out
}

// checkText is what a check found: its sentences about the task and about an
// only table, and of several tables how many came to what.
func (p Printer) checkText(a batchsync.Acceptance, c batchsync.CheckName, whole []batchsync.Finding, v batchsync.Verdict) mark {
	var parts []mark
	told := slices.Clone(whole)
	if len(a.Tables) == 1 {
		told = append(told, foundBy(c, a.Tables[0].Found)...)
	}
	slices.SortStableFunc(told, func(x, y batchsync.Finding) int { return cmp.Compare(verdictRank(x.Verdict), verdictRank(y.Verdict)) })
	for _, f := range told[:min(len(told), maxCheckText)] {
		parts = append(parts, p.sentence(f.Text, false))
	}
	if len(a.Tables) > 1 {
		if counts := p.verdictCounts(a.Tables, c); counts != "" {
			parts = append(parts, counts)
		}
	}
	if len(parts) == 0 {
		return p.say("delivery.not_looked")
	}
	return join(parts, " ")
}

// verdictCounts is "2 failed, 48 passed": of the tables that a check looked at;
// "" when it looked at none.
func (p Printer) verdictCounts(tables []batchsync.AcceptanceTable, c batchsync.CheckName) mark {
	n := map[batchsync.Verdict]int{}
	for _, t := range tables {
		if found := foundBy(c, t.Found); len(found) > 0 {
			n[verdictOf(found)]++
		}
	}
	if n[batchsync.VerdictPassed] == len(tables) {
		return p.say("delivery.all_tables", number(len(tables)))
	}
	var parts []mark
	for _, v := range batchsync.Verdicts() {
		if n[v] > 0 {
			parts = append(parts, p.say("trouble.count", number(n[v]), p.enum("verdict_count.", string(v))))
		}
	}
	if parts == nil {
		return ""
	}
	return p.say("delivery.tables", p.series(parts))
}

// followsFromGone says of a check that there is no table to look at: that has a
// line of its own, and the others would only repeat it.
const followsFromGone = batchsync.TextKey("judged.no_target")

// trouble is one kind of trouble and the tables that have it.
type trouble struct {
	batchsync.Finding // of the first of them
	tables            []string
}

// wrongLines says of several tables what is not as it should be, the worst
// first. Many tables with the same trouble share a line.
func (p Printer) wrongLines(a batchsync.Acceptance) mark {
	all := troubles(a.Tables)
	if len(a.Tables) < 2 || len(all) == 0 {
		return ""
	}
	out := []mark{bold(p.word("examined.wrong"))}
	room := maxCardPart - 200
	for i, t := range all {
		line := mark(cutMark(p.troubleLine(t), maxArgument+maxCell))
		if room -= units(string(line)); i == maxWrong || room < 0 {
			out = append(out, p.say("list.more", number(len(all)-i)))
			break
		}
		out = append(out, line)
	}
	return lines(out...)
}

// troubles are the findings that did not pass: table by table where few have
// the same, together where many do.
func troubles(tables []batchsync.AcceptanceTable) []trouble {
	type kind struct {
		check   batchsync.CheckName
		verdict batchsync.Verdict
		key     batchsync.TextKey
	}
	var all []trouble
	at := map[kind]int{}
	for _, t := range tables {
		for _, f := range t.Found {
			if f.Verdict == batchsync.VerdictPassed || f.Text.Key == followsFromGone {
				continue
			}
			k := kind{f.Check, f.Verdict, f.Text.Key}
			i, seen := at[k]
			if !seen {
				i, at[k] = len(all), len(all)
				all = append(all, trouble{Finding: f})
			}
			all[i].tables = append(all[i].tables, t.Pair.Sink)
		}
	}
	all = apart(all, tables)
	slices.SortStableFunc(all, func(x, y trouble) int { return cmp.Compare(verdictRank(x.Verdict), verdictRank(y.Verdict)) })
	return all
}

// apart gives each table a line of its own where few share a trouble, for then
// its own figures can be told.
func apart(all []trouble, tables []batchsync.AcceptanceTable) []trouble {
	var out []trouble
	for _, t := range all {
		if len(t.tables) > maxAlike {
			out = append(out, t)
			continue
		}
		for _, table := range tables {
			for _, f := range table.Found {
				if f.Check == t.Check && f.Verdict == t.Verdict && f.Text.Key == t.Text.Key {
					out = append(out, trouble{f, []string{table.Pair.Sink}})
				}
			}
		}
	}
	return out
}

// troubleLine is "✗ ods.orders · Row counts: 12 rows are missing."
func (p Printer) troubleLine(t trouble) mark {
	line := p.say("examined.trouble", symbolOf(t.Verdict), p.fewNames(t.tables), p.enum("check_name.", string(t.Check)), p.sentence(t.Text, false))
	if len(t.tables) > 1 {
		line = p.say("examined.trouble_many", symbolOf(t.Verdict), number(len(t.tables)), p.enum("check_name.", string(t.Check)), p.fewNames(t.tables), p.sentence(t.Text, false))
	}
	return line
}
