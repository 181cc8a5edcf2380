package batchsync

import "strings"

// Suggest answers open questions that have only one answer, or a configured
// one, as far as the platform's lists are known: the only Lakehouse, the only
// cluster that can run a sync, the folder of a path.
func (d Draft) Suggest(facts Facts, folder string) Draft {
	d.Answers = d.Answers.clone()
	offer := func(f Field, c []Choice) {
		if len(d.Answers[f]) == 0 && len(c) == 1 {
			d.Answers[f] = c
		}
	}
	var targets, folders, clusters []Choice
	for _, ds := range facts.Datasources {
		if ds.Kind() == KindLakehouse {
			targets = append(targets, Choice{ds.ID.String(), ds.Name})
		}
	}
	for _, f := range facts.Folders {
		if f.Path == folder && folder != "" {
			folders = append(folders, Choice{f.ID.String(), f.Path})
		}
	}
	for _, v := range facts.VClusters {
		if v.ForSync() {
			clusters = append(clusters, Choice{Value: v.Name})
		}
	}
	offer(FieldTarget, targets)
	offer(FieldFolder, folders)
	offer(FieldVCluster, clusters)
	return d
}

// proposal is what the bot would answer itself, "" where it has no idea: the
// source table's name for the target of a single table, the shortest naming
// rule of a whole database, and a name that says what the task copies.
func (d *Draft) proposal(f Field) string {
	spec := d.Spec()
	switch {
	case f == FieldName:
		return spec.SuggestName()
	case f != FieldTargetTable || spec.Kind == KindObject:
		return ""
	case spec.Scope == ScopeWhole:
		return VarSourceTable
	case spec.Scope == ScopeSingle && len(spec.Tables) == 1 && plainName(spec.Tables[0]):
		return spec.Tables[0]
	}
	return ""
}

// propose answers an open question with the proposal, where there is one.
func (d *Draft) propose(f Field) {
	if p := d.proposal(f); p != "" && d.Answers.Value(f) == "" {
		d.set(f, p)
	}
}

// proposed is the answer of f if it is what the bot would propose, else "".
func (d *Draft) proposed(f Field) string {
	if v := d.Answers.Value(f); d.proposes(f, v) {
		return v
	}
	return ""
}

// proposes reports whether v is what the bot would propose. A name that is taken
// is proposed with a number, see [Draft.Called]; one that a person gave it stays.
func (d *Draft) proposes(f Field, v string) bool {
	p := d.proposal(f)
	counted, cut := strings.CutPrefix(v, p+"_")
	return v == p || f == FieldName && v == d.Numbered && cut && p != "" && allDigits(counted)
}

// follow forgets the answer of f if it still is the proposal that was, and is
// not one that would be made now.
func (d *Draft) follow(f Field, was string) {
	if v := d.Answers.Value(f); was != "" && v == was && !d.proposes(f, v) {
		delete(d.Answers, f)
	}
}

func (d *Draft) set(f Field, v string) { d.Answers[f] = []Choice{{Value: v}} }
