package batchsync

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Step is one screen of the wizard.
type Step string

const (
	StepSource   Step = "source"   // what to copy from, how much, how it is written
	StepTables   Step = "tables"   // which tables, and where to
	StepSchedule Step = "schedule" // when
	StepPlace    Step = "place"    // folder, cluster, name
	StepReview   Step = "review"   // everything once more, and the confirmation
)

// Steps are the screens in order.
func Steps() []Step {
	return []Step{StepSource, StepTables, StepSchedule, StepPlace, StepReview}
}

// DraftState says whether a draft can still be answered.
type DraftState string

const (
	DraftOpen      DraftState = "open"      // the owner moves it on
	DraftConfirmed DraftState = "confirmed" // became an operation; reopened if that fails before anything was made
	DraftCancelled DraftState = "cancelled" // the owner gave it up; removed
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

// Draft is a half-answered wizard. It belongs to one person, survives
// restarts, and ends confirmed, cancelled or expired.
//
// Version grows whenever the step or the state changes. Every drawn menu
// carries id and version, and a move that names another version is answered
// with a fresh drawing. That covers double clicks, redelivered envelopes and
// two open windows. Field edits do not raise it: each carries all answers of
// its screen, so the last one wins.
type Draft struct {
	ID        DraftID     `json:"id"`
	Owner     UserID      `json:"owner"`
	Channel   ChannelID   `json:"channel"` // where the wizard was opened; the card goes there
	Version   int         `json:"version"`
	State     DraftState  `json:"state"`
	Step      Step        `json:"step"`
	Answers   Answers     `json:"answers"`
	Operation OperationID `json:"operation,omitempty"` // once confirmed
	CreatedAt time.Time   `json:"created_at"`
	UpdatedAt time.Time   `json:"updated_at"`
}

// Defaults are the answers a new draft starts with; empty ones stay open.
type Defaults struct {
	Zone         string
	TargetSchema string
	VCluster     string
	Folder       Folder
	Target       Datasource
}

// NewDraft starts a wizard.
func NewDraft(id DraftID, owner UserID, channel ChannelID, d Defaults, now time.Time) Draft {
	a := Answers{
		FieldWriteMode: {{Value: string(Overwrite)}},
		FieldScope:     {{Value: string(ScopeSingle)}},
		FieldSchedule:  {{Value: string(Daily)}},
		FieldTime:      {{Value: "02:00"}},
	}
	if d.Zone != "" {
		a[FieldZone] = []Choice{{Value: d.Zone}}
	}
	if d.TargetSchema != "" {
		a[FieldTargetSchema] = []Choice{{Value: d.TargetSchema}}
	}
	if d.VCluster != "" {
		a[FieldVCluster] = []Choice{{Value: d.VCluster}}
	}
	if d.Folder.ID > 0 {
		a[FieldFolder] = []Choice{{Value: d.Folder.ID.String(), Label: d.Folder.Path}}
	}
	if d.Target.ID > 0 {
		a[FieldTarget] = []Choice{{Value: d.Target.ID.String(), Label: d.Target.Name}}
	}
	return Draft{
		ID: id, Owner: owner, Channel: channel, Version: 1, State: DraftOpen,
		Step: StepSource, Answers: a, CreatedAt: now.UTC(), UpdatedAt: now.UTC(),
	}
}

// Event is something a person did in the wizard.
type Event interface{ event() }

// Edited says that a field of the present screen changed. Answers holds every
// field of that screen as it stands.
type Edited struct {
	Step    Step
	Answers Answers
}

// Submitted says that the person wants to go on from a screen.
type Submitted struct {
	Version int
	Answers Answers
}

// WentBack says that the person wants to see the screen before, keeping what
// was typed.
type WentBack struct {
	Version int
	Answers Answers
}

// Confirmed says that the person wants the reviewed task made.
type Confirmed struct{ Version int }

// Cancelled says that the person gives the draft up.
type Cancelled struct{}

func (Edited) event()    {}
func (Submitted) event() {}
func (WentBack) event()  {}
func (Confirmed) event() {}
func (Cancelled) event() {}

// Effect is what the world has to do after an event.
type Effect interface{ effect() }

// Prefetch asks for the lists the coming screen will offer.
type Prefetch struct {
	Source       DatasourceID
	SourceSchema string // empty: the schemas, else the tables of the schema
}

// Create asks for the task to be made.
type Create struct{ Spec Spec }

func (Prefetch) effect() {}
func (Create) effect()   {}

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
}

// StaleError says that an event belongs to an older drawing of the draft.
type StaleError struct{ Draft Draft }

func (e *StaleError) Error() string {
	return "draft " + string(e.Draft.ID) + ": the menu is out of date"
}

// Code is always conflict.
func (e *StaleError) Code() Code { return CodeConflict }

// InvalidError carries the wrong answers of a screen. The draft keeps them.
type InvalidError struct{ Fields []FieldError }

func (e *InvalidError) Error() string {
	var names []string
	for _, f := range e.Fields {
		names = append(names, string(f.Field))
	}
	return "wrong answers: " + strings.Join(names, ", ")
}

// Code is always invalid.
func (e *InvalidError) Code() Code { return CodeInvalid }

// Apply moves the wizard on. It returns the draft as it must be saved, also
// with an error: [*InvalidError] keeps what was typed on the same screen (of a
// confirmation: leads to the first wrong screen), [*StaleError] changes nothing.
func (d Draft) Apply(ev Event, facts Facts, now time.Time) (Draft, []Effect, error) {
	if d.State != DraftOpen {
		return d, nil, &StaleError{d}
	}
	next := d
	next.Answers = d.Answers.clone()
	next.UpdatedAt = now.UTC()
	switch e := ev.(type) {
	case Edited:
		if e.Step != d.Step {
			return d, nil, &StaleError{d}
		}
		next.merge(e.Answers)
		return next, next.prefetch(), nil
	case Submitted:
		if e.Version != d.Version || d.Step == StepReview {
			return d, nil, &StaleError{d}
		}
		next.merge(e.Answers)
		if errs := next.check(d.Step, facts, now); len(errs) > 0 {
			return next, nil, &InvalidError{errs}
		}
		next.move(+1)
		return next, next.prefetch(), nil
	case WentBack:
		if e.Version != d.Version || d.Step == StepSource {
			return d, nil, &StaleError{d}
		}
		next.merge(e.Answers)
		next.move(-1)
		return next, next.prefetch(), nil
	case Confirmed:
		if e.Version != d.Version || d.Step != StepReview {
			return d, nil, &StaleError{d}
		}
		for _, step := range Steps() {
			if errs := next.check(step, facts, now); len(errs) > 0 {
				next.Step = step
				next.Version++
				return next, nil, &InvalidError{errs}
			}
		}
		next.State = DraftConfirmed
		next.Version++
		return next, []Effect{Create{next.Spec().withFacts(facts)}}, nil
	case Cancelled:
		next.State = DraftCancelled
		next.Version++
		return next, nil, nil
	}
	return d, nil, &Error{Code: CodeInternal, Text: T("error.internal")}
}

// Reopen makes a confirmed draft answerable again at its review, after its
// operation failed before anything was made.
func (d Draft) Reopen(now time.Time) Draft {
	d.State, d.Step, d.Operation = DraftOpen, StepReview, ""
	d.Version++
	d.UpdatedAt = now.UTC()
	return d
}

func (d *Draft) move(by int) {
	steps := Steps()
	i := slices.Index(steps, d.Step) + by
	d.Step = steps[min(max(i, 0), len(steps)-1)]
	d.Version++
	if d.Step == StepPlace {
		d.propose(FieldName)
	}
	if d.Step == StepTables && d.Spec().Scope == ScopeWhole {
		d.propose(FieldTargetTable)
	}
}

func (d *Draft) set(f Field, v string) { d.Answers[f] = []Choice{{Value: v}} }

// dependents are the answers that mean nothing any more once another changed.
func dependents(f Field) []Field {
	switch f {
	case FieldKind:
		return []Field{FieldSource, FieldSourceSchema, FieldTables, FieldTargetTable, FieldName}
	case FieldSource:
		return []Field{FieldSourceSchema, FieldTables, FieldTargetTable, FieldName}
	case FieldScope:
		return []Field{FieldTables, FieldTargetTable, FieldName}
	case FieldSourceSchema:
		return []Field{FieldTables, FieldTargetTable, FieldName}
	case FieldTables:
		return []Field{FieldName}
	}
	return nil
}

// With is the draft with answers of its present screen taken over, for looking
// at only.
func (d Draft) With(a Answers) Draft {
	d.Answers = d.Answers.clone()
	d.merge(a)
	return d
}

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
	if v := d.Answers.Value(f); v == d.proposal(f) {
		return v
	}
	return ""
}

// follow forgets the answer of f if it still is the proposal that was, and is
// not the one that would be made now.
func (d *Draft) follow(f Field, was string) {
	if v := d.Answers.Value(f); was != "" && v == was && v != d.proposal(f) {
		delete(d.Answers, f)
	}
}

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

// check judges the answers of one screen, and at the review all together.
func (d Draft) check(step Step, facts Facts, now time.Time) []FieldError {
	spec := d.Spec().withFacts(facts)
	var out []FieldError
	for _, e := range append(spec.Validate(), spec.contradicts(facts, now)...) {
		onScreen := step == StepReview || slices.Contains(StepFields(step), e.Field)
		asked := d.Shows(e.Field)
		already := slices.ContainsFunc(out, func(o FieldError) bool { return o.Field == e.Field })
		if onScreen && asked && !already {
			out = append(out, e)
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

func (d Draft) prefetch() []Effect {
	source := DatasourceID(number(d.Answers.Value(FieldSource)))
	if source <= 0 {
		return nil
	}
	return []Effect{Prefetch{Source: source, SourceSchema: d.Answers.Value(FieldSourceSchema)}}
}
