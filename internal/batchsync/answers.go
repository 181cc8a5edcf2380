package batchsync

import (
	"maps"
	"slices"
)

// Choice is one answer: what it means and how the person saw it. The label
// comes back from the client and serves display only.
type Choice struct {
	Value string `json:"v"`
	Label string `json:"l,omitempty"`
}

// Answers are the answers given so far, as they were given: a wrong one is
// kept so that the person can correct it.
type Answers map[Field][]Choice

// Value is the single answer of a field, "" when open.
func (a Answers) Value(f Field) string {
	if c := a[f]; len(c) > 0 {
		return c[0].Value
	}
	return ""
}

// Values are all answers of a field.
func (a Answers) Values(f Field) []string {
	var out []string
	for _, c := range a[f] {
		out = append(out, c.Value)
	}
	return out
}

// clone is a copy that can be written to, also of no answers at all.
func (a Answers) clone() Answers {
	if a == nil {
		return Answers{}
	}
	return maps.Clone(a)
}

func (a Answers) label(f Field) string {
	if c := a[f]; len(c) > 0 {
		if c[0].Label != "" {
			return c[0].Label
		}
		return c[0].Value
	}
	return ""
}

// With is the draft with answers of its present screen taken over, for looking
// at only.
func (d Draft) With(a Answers) Draft {
	d.Answers = d.Answers.clone()
	d.merge(a)
	return d
}

// merge takes over the answers of the present screen. Where one changed, its
// dependents are forgotten; dependents on the same screen come with the old
// choice's answer and are forgotten too. A proposal nobody changed follows what
// it was made of: a target table must not keep the name of another table.
func (d *Draft) merge(a Answers) {
	table, name := d.proposed(FieldTargetTable), d.proposed(FieldName)
	var gone []Field
	for _, f := range StepFields(d.Step) {
		answer, given := a[f]
		if !given {
			continue
		}
		if !slices.Equal(d.Answers.Values(f), a.Values(f)) {
			gone = append(gone, d.outdated(f, a)...)
		}
		d.Answers[f] = slices.Clone(answer)
	}
	for _, f := range gone {
		delete(d.Answers, f)
	}
	d.follow(FieldTargetTable, table)
	if Scope(d.Answers.Value(FieldScope)) == ScopeSingle {
		d.propose(FieldTargetTable)
	}
	d.follow(FieldName, name) // proposed anew where it is asked
}

// dependents are the answers that mean nothing any more once another changed. The
// task's name is none: what was typed stays, and a proposal follows.
func dependents(f Field) []Field {
	switch f {
	case FieldKind:
		return []Field{FieldSource, FieldSourceSchema, FieldTables, FieldTargetTable}
	case FieldSource:
		return []Field{FieldSourceSchema, FieldTables, FieldTargetTable}
	case FieldScope, FieldSourceSchema:
		return []Field{FieldTables, FieldTargetTable}
	}
	return nil
}

// outdated lists the dependents of f that still hold what they held before f
// changed; one that was answered anew in the same event stays.
func (d *Draft) outdated(f Field, a Answers) []Field {
	if len(d.Answers[f]) == 0 {
		return nil
	}
	var out []Field
	for _, dep := range dependents(f) {
		if given, ok := a[dep]; ok && !slices.Equal(d.Answers.Values(dep), a.Values(dep)) && len(given) > 0 {
			continue
		}
		out = append(out, dep)
	}
	return out
}
