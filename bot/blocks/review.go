package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// A list spells out so many names as long as they take no more than so many
// characters together; the rest is counted.
const (
	maxNames     = 20
	maxNameUnits = 900
)

// review shows a whole specification and what Create Sync will do.
func (p Printer) review(s Screen, ref string) []slack.Block {
	spec := s.Draft.Planned(s.Facts)
	all := append(p.replanned(s.Review.Changed),
		p.fields("from", p.source(spec, s.Facts)),
		p.fields("to", p.target(spec)),
		p.fields("place", p.placed(spec)),
	)
	if tuned := p.tuned(spec.Tuning); len(tuned) > 0 {
		all = append(all, p.fields("tuning", tuned))
	}
	all = append(all, p.naming(s)...)
	if columns := p.sourceColumns(s.Columns); columns != "" {
		all = append(all, contextLine("columns", columns))
	}
	all = append(all, slack.NewDividerBlock())
	panel := p.panel(s)
	all = append(all, panel...)
	if also := p.alsoWritten(s.Also); also != "" && panel == nil {
		all = append(all, section("also", also))
	}
	if spec.ByHand() {
		all = append(all, section("by_hand", p.handoff(spec)))
	}
	all = append(all, section("plan", lines(append([]mark{bold(p.word("review.plan"))}, p.plan(s, spec)...)...)))
	all = append(all, p.commands(s)...)
	all = append(all, p.reviewButtons(s, ref)...)
	all = append(all, p.preview(s)...)
	return append(all, contextLine("limits", p.say("review.limits")))
}

// fact is a label and what it is of the specification.
type fact struct {
	label batchsync.TextKey
	value mark
}

func (p Printer) fields(id string, facts []fact) slack.Block {
	var all []*slack.TextBlockObject
	for _, f := range facts {
		if f.value != "" {
			all = append(all, marked(lines(bold(p.word(f.label)), f.value), maxSectionPart))
		}
	}
	return slack.NewSectionBlock(nil, all, nil, slack.SectionBlockOptionBlockID(id))
}

func (p Printer) source(s batchsync.Spec, facts batchsync.Facts) []fact {
	out := []fact{
		{"label.source", p.datasource(s, facts)},
		{"label.scope", p.enum("scope.", string(s.Scope))},
		{"label.source_schema", p.name(s.SourceSchema)},
	}
	if s.Scope == batchsync.ScopeWhole {
		return append(out, fact{"label.tables", p.say("review.all_tables")})
	}
	return append(out, fact{"label.tables", p.names(s.Tables)})
}

// datasource is the name of the source and its type; where the platform's list
// is known, as it stands there.
func (p Printer) datasource(s batchsync.Spec, facts batchsync.Facts) mark {
	for _, known := range facts.Datasources {
		if known.ID == s.Source.ID && known.Type != "" {
			return p.say("review.datasource", p.name(known.Name), p.foreign(known.Type))
		}
	}
	return p.say("review.datasource", p.name(s.Source.Name), p.enum("kind.", string(s.Kind)))
}

func (p Printer) target(s batchsync.Spec) []fact {
	table := p.name(s.TargetTable)
	if s.Scope == batchsync.ScopeMulti && table == "" {
		table = p.say("review.same_names")
	}
	return []fact{
		{"label.target", p.name(s.Target.Name)},
		{"label.write_mode", p.enum("write_mode.", string(s.WriteMode))},
		{"label.target_schema", p.name(s.TargetSchema)},
		{"label.target_table", table},
	}
}

func (p Printer) placed(s batchsync.Spec) []fact {
	return []fact{
		{"label.name", p.name(s.Name)},
		{"label.schedule", p.rhythm(s.Schedule)},
		{"label.folder", p.name(s.Folder.Path)},
		{"label.vcluster", p.name(s.VCluster)},
	}
}

// enum is the name of a value of ours; anything else is shown as it is.
func (p Printer) enum(prefix, value string) mark {
	key := batchsync.TextKey(prefix + value)
	if _, ok := p.words[key]; !ok {
		return p.foreign(value)
	}
	return p.say(key)
}

// names spells the first of a list out and counts the rest.
func (p Printer) names(all []string) mark {
	var out []mark
	room := maxNameUnits
	for _, name := range all[:min(len(all), maxNames)] {
		m := p.name(name)
		if room -= units(string(m)); room < 0 && len(out) > 0 {
			break
		}
		out = append(out, m)
	}
	m := p.series(out)
	if rest := len(all) - len(out); rest > 0 {
		m = p.say("names.more", m, number(rest))
	}
	return m
}

// plan is what will happen, as a numbered list.
func (p Printer) plan(s Screen, spec batchsync.Spec) []mark {
	name, folder := p.name(spec.Name), p.name(spec.Folder.Path)
	todo := []mark{p.say("plan.make", name, folder)}
	if spec.ByHand() {
		todo = append(todo, p.say("plan.by_hand"))
	} else {
		todo = append(todo, p.say("plan.configure", p.flow(spec)))
		if spec.Edited() {
			todo = append(todo, p.say("plan.edit", p.series(p.edits(spec))))
		}
	}
	if spec.DebugFirst {
		todo = append(todo, p.say("plan.debug", p.name(spec.VCluster)))
	}
	todo = append(todo, p.planSchedule(spec, s.PlatformZone, s.Now), p.say("plan.rerun"), p.say("plan.deploy"), p.say("plan.verify"))
	for i, m := range todo {
		todo[i] = p.say("list.numbered", number(i+1), m)
	}
	return todo
}

func (p Printer) planSchedule(spec batchsync.Spec, zone string, now time.Time) mark {
	if there, err := spec.Schedule.In(zone, now); err == nil && zone != "" && there.Validate() == nil {
		return p.say("plan.set_cron", mark(there.Cron().Stored), p.foreign(zone), p.name(spec.VCluster))
	}
	return p.say("plan.schedule", p.rhythm(spec.Schedule), p.name(spec.VCluster))
}

// flow is what is copied where, in one line.
func (p Printer) flow(s batchsync.Spec) mark {
	var from mark
	switch {
	case s.Scope == batchsync.ScopeWhole:
		from = p.say("flow.all", p.name(s.SourceSchema))
	case len(s.Tables) == 1:
		from = p.name(s.SourceSchema + "." + s.Tables[0])
	default:
		from = p.say("flow.many", p.name(s.SourceSchema), number(len(s.Tables)))
	}
	to := p.name(s.TargetSchema)
	if s.Scope == batchsync.ScopeSingle || s.Scope == batchsync.ScopeMerge {
		to = p.name(s.TargetSchema + "." + s.TargetTable)
	}
	return p.say("flow.line", p.name(s.Source.Name), from, p.name(s.Target.Name), to)
}

// handoff is what a person has to set up in Studio, exactly.
func (p Printer) handoff(s batchsync.Spec) mark {
	where := p.say("handoff.other")
	schema, tables := fact{"label.source_schema", p.name(s.SourceSchema)}, fact{"label.tables", p.names(s.Tables)}
	switch {
	case s.Kind == batchsync.KindObject:
		where = p.say("handoff.object")
		schema.label, tables.label = "label.bucket", "label.path"
	case s.Scope == batchsync.ScopeMerge:
		where = p.say("handoff.merge")
	}
	all := []mark{bold(p.word("handoff.title")), where}
	for _, f := range append([]fact{
		{"label.source", p.name(s.Source.Name)},
		schema,
		tables,
		{"label.target", p.name(s.Target.Name)},
		{"label.target_schema", p.name(s.TargetSchema)},
		{"label.target_table", p.name(s.TargetTable)},
		{"label.write_mode", p.enum("write_mode.", string(s.WriteMode))},
	}, p.tuned(s.Tuning)...) {
		if f.value != "" {
			all = append(all, p.say("list.item", p.say("problem.at", bold(p.word(f.label)), f.value)))
		}
	}
	return lines(append(all, p.say("handoff.then"))...)
}
