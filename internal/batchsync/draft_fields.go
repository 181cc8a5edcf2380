package batchsync

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// StepFields are the questions of a screen in order; which of them are shown
// depends on earlier answers, see [Draft.Shows].
func StepFields(s Step) []Field {
	switch s {
	case StepSource:
		return []Field{FieldKind, FieldSource, FieldScope, FieldWriteMode}
	case StepTables:
		return []Field{FieldSourceSchema, FieldTables, FieldTarget, FieldTargetSchema, FieldTargetTable}
	case StepSchedule:
		return []Field{FieldSchedule, FieldStep, FieldWeekdays, FieldDay, FieldTime, FieldZone}
	case StepPlace:
		return []Field{FieldFolder, FieldVCluster, FieldName}
	}
	return nil
}

// Shows reports whether the question is asked, given the answers so far.
func (d Draft) Shows(f Field) bool {
	scope, every := Scope(d.Answers.Value(FieldScope)), Every(d.Answers.Value(FieldSchedule))
	switch f {
	case FieldTables:
		return scope != ScopeWhole
	case FieldTargetTable:
		return scope != ScopeMulti
	case FieldStep:
		return every == Hours || every == Minutes
	case FieldWeekdays:
		return every == Weekly
	case FieldDay:
		return every == Monthly
	case FieldTime:
		return every != Minutes
	}
	return true
}

// Spec reads the answers as a specification. It may be incomplete; only
// [Spec.Validate] tells.
func (d Draft) Spec() Spec {
	a := d.Answers
	s := Spec{
		Kind:         SourceKind(a.Value(FieldKind)),
		Source:       Datasource{ID: DatasourceID(number(a.Value(FieldSource))), Name: a.label(FieldSource)},
		Scope:        Scope(a.Value(FieldScope)),
		WriteMode:    WriteMode(a.Value(FieldWriteMode)),
		SourceSchema: a.Value(FieldSourceSchema),
		Target:       Datasource{ID: DatasourceID(number(a.Value(FieldTarget))), Name: a.label(FieldTarget)},
		TargetSchema: strings.TrimSpace(a.Value(FieldTargetSchema)),
		Schedule:     d.schedule(),
		Folder:       Folder{ID: FolderID(number(a.Value(FieldFolder))), Path: a.label(FieldFolder)},
		VCluster:     a.Value(FieldVCluster),
		Name:         strings.TrimSpace(a.Value(FieldName)),
	}
	if d.Shows(FieldTables) {
		s.Tables = a.Values(FieldTables)
	}
	if d.Shows(FieldTargetTable) {
		s.TargetTable = strings.TrimSpace(a.Value(FieldTargetTable))
	}
	return s
}

func (d Draft) schedule() Schedule {
	a := d.Answers
	s := Schedule{Every: Every(a.Value(FieldSchedule)), Zone: a.Value(FieldZone)}
	if s.Every != Minutes {
		// An unreadable time must not become midnight.
		s.Hour, s.Minute = -1, -1
		if t, err := time.Parse("15:04", a.Value(FieldTime)); err == nil {
			s.Hour, s.Minute = t.Hour(), t.Minute()
		}
	}
	switch s.Every {
	case Weekly:
		for _, v := range a.Values(FieldWeekdays) {
			day := number(v)
			if v == "" {
				day = -1 // no answer must not become Sunday
			}
			s.Weekdays = append(s.Weekdays, time.Weekday(day))
		}
		slices.Sort(s.Weekdays)
	case Monthly:
		s.Day = int(number(a.Value(FieldDay)))
	case Hours, Minutes:
		s.Step = int(number(a.Value(FieldStep)))
	}
	return s
}

// ReadAnswers reads the schedule that answers describe, or what is wrong at
// which question. Zone is the platform's; the schedule must be expressible in
// it.
func ReadAnswers(a Answers, zone string, now time.Time) (Schedule, []FieldError) {
	s := Draft{Answers: a}.schedule()
	err := s.Validate()
	if err == nil {
		_, err = s.In(zone, now)
	}
	if err != nil {
		return s, []FieldError{{scheduleField(err), textOf(err)}}
	}
	return s, nil
}

// number reads a figure from an answer: 0 when open, -1 when it is none.
func number(s string) int64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}
