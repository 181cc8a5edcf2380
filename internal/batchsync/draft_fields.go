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
		return []Field{FieldSourceSchema, FieldTables, FieldTarget, FieldTargetSchema, FieldTargetTable,
			FieldWhere, FieldParallel, FieldRate, FieldKeyedMode}
	case StepSchedule:
		return []Field{FieldSchedule, FieldStep, FieldWeekdays, FieldDay, FieldTime, FieldUntil, FieldZone}
	case StepPlace:
		return []Field{FieldFolder, FieldVCluster, FieldName, FieldDebug}
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
		return scope != ScopeMulti || d.ShowsMore()
	case FieldWhere, FieldRate:
		return d.ShowsMore() && scope == ScopeSingle && SourceKind(d.Answers.Value(FieldKind)) != KindObject
	case FieldParallel:
		return d.ShowsMore() && !d.byHand()
	case FieldKeyedMode:
		return d.ShowsMore() && (scope == ScopeMulti || scope == ScopeWhole)
	case FieldStep:
		return every == Hours || every == Minutes
	case FieldWeekdays:
		return every == Weekly
	case FieldDay:
		return every == Monthly
	case FieldUntil:
		return every == Hours
	case FieldTime:
		return every != Minutes
	}
	return true
}

// ShowsMore reports whether the questions of the tuning are asked: on request,
// and as long as one of them is answered.
func (d Draft) ShowsMore() bool {
	for _, f := range []Field{FieldWhere, FieldParallel, FieldRate, FieldKeyedMode} {
		if d.Answers.Value(f) != "" {
			return true
		}
	}
	return d.More || Scope(d.Answers.Value(FieldScope)) == ScopeMulti && d.Answers.Value(FieldTargetTable) != ""
}

// Offered is the draft with v as the answer of an open question, for drawing
// it as chosen.
func (d Draft) Offered(f Field, v string) Draft {
	if d.Answers.Value(f) == "" {
		d.Answers = d.Answers.clone()
		d.set(f, v)
	}
	return d
}

// OffersMore reports whether asking for the questions of the tuning would show
// any.
func (d Draft) OffersMore() bool { return d.Step == StepTables && !d.ShowsMore() && !d.byHand() }

func (d Draft) byHand() bool {
	return Spec{Scope: Scope(d.Answers.Value(FieldScope)), Kind: SourceKind(d.Answers.Value(FieldKind))}.ByHand()
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
		DebugFirst:   a.Value(FieldDebug) == Yes,
	}
	if d.Shows(FieldTables) {
		s.Tables = a.Values(FieldTables)
	}
	if d.Shows(FieldTargetTable) {
		s.TargetTable = strings.TrimSpace(a.Value(FieldTargetTable))
	}
	s.Tuning = d.tuning()
	return s
}

// tuning reads the answers that are asked with the present scope.
func (d Draft) tuning() Tuning {
	shown := func(f Field) string {
		if !d.Shows(f) {
			return ""
		}
		return strings.TrimSpace(d.Answers.Value(f))
	}
	t := Tuning{
		Where: shown(FieldWhere), Parallel: int(number(shown(FieldParallel))), Rate: int(number(shown(FieldRate))),
		KeyedMode: WriteMode(shown(FieldKeyedMode)),
	}
	if t.KeyedMode == Overwrite {
		t.KeyedMode = "" // the screen offers it as chosen; it takes no command of its own
	}
	return t
}

// Unused lists what was answered under More Options and does not count with the
// present scope and kind of source, which do not ask for it; each with the reason.
func (d Draft) Unused() []FieldError {
	var out []FieldError
	for _, u := range []FieldError{
		{FieldWhere, T("field.where_single_only")}, {FieldParallel, T("field.parallel_by_hand")},
		{FieldRate, T("field.rate_single_only")}, {FieldKeyedMode, T("field.keyed_several_only")},
	} {
		v := strings.TrimSpace(d.Answers.Value(u.Field))
		usual := u.Field == FieldKeyedMode && WriteMode(v) == Overwrite
		if v != "" && !usual && !d.Shows(u.Field) {
			out = append(out, u)
		}
	}
	return out
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
	case Weekdays:
		s.Every, s.Weekdays = Weekly, WorkingDays()
	case Hours:
		s.Step = int(number(a.Value(FieldStep)))
		if v := a.Value(FieldUntil); v != UntilAlways {
			s.Last = int(number(v))
		}
	case Minutes:
		s.Step = int(number(a.Value(FieldStep)))
	}
	return s
}

// UntilAlways answers [FieldUntil] for a rhythm around the clock.
const UntilAlways = "always"

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
