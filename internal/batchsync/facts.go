package batchsync

import (
	"slices"
	"strings"
	"time"
)

// Facts are what is known of the platform when an event is judged. A nil list
// is not known yet and judges nothing; the preflight of the operation will. A
// list that may have been cut short counts as not known. Schemas and Tables
// belong to the source and schema of the event, where it answers these.
type Facts struct {
	Datasources []Datasource
	Schemas     []string // of the chosen source
	Tables      []string // of the chosen source schema
	Folders     []Folder
	VClusters   []VCluster
	// PlatformZone is the zone the platform reads cron expressions in.
	PlatformZone string
	// Masked is what stands in an answer for a secret that was not sent; such an
	// answer is asked for again. Empty: none.
	Masked string
}

// check judges the answers of one screen, and at the review all together.
func (d Draft) check(step Step, facts Facts, now time.Time) []FieldError {
	spec := d.Spec().withFacts(facts)
	var out []FieldError
	wrong := append(d.masked(facts.Masked), spec.Validate()...)
	for _, e := range append(wrong, spec.contradicts(facts, now)...) {
		onScreen := step == StepReview || slices.Contains(StepFields(step), e.Field)
		already := slices.ContainsFunc(out, func(o FieldError) bool { return o.Field == e.Field })
		if onScreen && !already {
			out = append(out, e)
		}
	}
	return out
}

// masked lists the answers in which something stands for a secret.
func (d Draft) masked(by string) []FieldError {
	var out []FieldError
	for _, step := range Steps() {
		for _, f := range StepFields(step) {
			hidden := func(c Choice) bool { return by != "" && strings.Contains(c.Value, by) }
			if slices.ContainsFunc(d.Answers[f], hidden) {
				out = append(out, FieldError{f, T("field.masked")})
			}
		}
	}
	return out
}

// withFacts fills in what the platform knows about the chosen ids.
func (s Spec) withFacts(facts Facts) Spec {
	for _, ds := range facts.Datasources {
		if ds.ID == s.Source.ID {
			s.Source = ds
		}
		if ds.ID == s.Target.ID {
			s.Target = ds
		}
	}
	for _, f := range facts.Folders {
		if f.ID == s.Folder.ID {
			s.Folder = f
		}
	}
	return s
}

// contradicts lists the answers that the known facts rule out.
func (s Spec) contradicts(facts Facts, now time.Time) []FieldError {
	var out []FieldError
	add := func(f Field, t Text) { out = append(out, FieldError{f, t}) }
	known := func(id DatasourceID) bool {
		return slices.ContainsFunc(facts.Datasources, func(d Datasource) bool { return d.ID == id })
	}
	if facts.Datasources != nil {
		if !known(s.Source.ID) {
			add(FieldSource, T("field.source_gone", s.Source.Name))
		}
		if !known(s.Target.ID) {
			add(FieldTarget, T("field.source_gone", s.Target.Name))
		}
	}
	if facts.Schemas != nil && !slices.Contains(facts.Schemas, s.SourceSchema) {
		add(FieldSourceSchema, T("field.schema_gone", s.SourceSchema))
	}
	if facts.Tables != nil && s.Kind != KindObject {
		have := map[string]bool{}
		for _, t := range facts.Tables {
			have[t] = true
		}
		for _, t := range s.Tables {
			if !have[t] {
				add(FieldTables, T("field.table_gone", t, s.SourceSchema))
			}
		}
		if s.Scope == ScopeWhole {
			if bad := s.CheckSinks(facts.Tables); !bad.IsZero() {
				add(FieldTargetTable, bad)
			}
		}
	}
	if facts.Folders != nil && !slices.ContainsFunc(facts.Folders, func(f Folder) bool { return f.ID == s.Folder.ID }) {
		add(FieldFolder, T("field.folder_gone", s.Folder.Path))
	}
	if facts.VClusters != nil {
		i := slices.IndexFunc(facts.VClusters, func(v VCluster) bool { return v.Name == s.VCluster })
		if i < 0 {
			add(FieldVCluster, T("field.vcluster_gone", s.VCluster))
		} else if !facts.VClusters[i].ForSync() {
			add(FieldVCluster, T("field.vcluster_type", s.VCluster, facts.VClusters[i].Type))
		}
	}
	if facts.PlatformZone != "" {
		if _, err := s.Schedule.In(facts.PlatformZone, now); err != nil {
			add(scheduleField(err), textOf(err))
		}
	}
	return out
}
