package blocks

import (
	"cmp"
	"strconv"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// ConfigView is how a task is set up now, and what of it differs from what the
// bot knows of it.
type ConfigView struct {
	batchsync.TaskView
	SourceType string               // the platform's word, "" for not known
	Asked      []batchsync.Text     // what of the content is otherwise than it was asked for
	IsAsked    bool                 // it was asked for here
	Compared   batchsync.Comparison // with the last success that is remembered
}

// Config shows the present configuration. What the platform does not tell is
// said to be so.
func (p Printer) Config(v ConfigView) Message {
	id := func(part string) string { return "config/" + v.Ref.ID.String() + "/" + part }
	title := p.format("configured.title", []any{p.clip(v.Ref.Name, maxHeader)})
	all := []slack.Block{p.header(id("title"), title), cardSection(id("copies"), lines(p.taskState(v.TaskView), p.copies(v.Content)))}
	said := []mark{escape(p.clip(title, maxArgument)), p.taskState(v.TaskView), p.copies(v.Content)}
	for _, part := range []struct {
		id    string
		facts []fact
	}{{"content", p.contentFacts(v)}, {"tuning", p.tuningFacts(v.Content)}, {"schedule", p.scheduleFacts(v.TaskView)}} {
		told := p.factLines(part.facts)
		if len(told) == 0 {
			continue
		}
		all, said = append(all, p.fields(id(part.id), part.facts)), append(said, told...)
	}
	all = append(all, slack.NewDividerBlock())
	for _, part := range []struct {
		id   string
		text mark
	}{{"unpublished", p.unpublished(v)}, {"asked", p.asAsked(v)}, {"changed", p.sinceSuccess(v)}} {
		all, said = append(all, cardSection(id(part.id), part.text)), append(said, part.text)
	}
	for i, pr := range v.Missing[:min(len(v.Missing), maxMissing)] {
		all = append(all, contextLine(id("missing/"+strconv.Itoa(i)), p.say("task.missing", p.sentence(pr.Text, false))))
	}
	all = append(all, contextLine(id("fresh"), p.say("task.as_of", date(v.At))), slack.NewActionBlock(id("buttons"), p.configButtons(v)...))
	return Message{Text: top(said...), Blocks: all}
}

// factLines are facts for who does not see the fields.
func (p Printer) factLines(facts []fact) []mark {
	var out []mark
	for _, f := range facts {
		if f.value != "" {
			out = append(out, p.say("problem.at", escape(p.word(f.label)), f.value))
		}
	}
	return out
}

// told is what the platform tells, or that it does not.
func (p Printer) told(m mark) mark { return cmp.Or(m, p.say("configured.not_told")) }

func (p Printer) toldFigure(n int) mark {
	if n <= 0 {
		return p.told("")
	}
	return number(n)
}

func (p Printer) toldEnum(prefix, value string) mark {
	if value == "" {
		return p.told("")
	}
	return p.enum(prefix, value)
}

func (p Printer) contentFacts(v ConfigView) []fact {
	c := v.Content
	if c == nil {
		return nil
	}
	source := p.told(p.name(c.Source.Name))
	if v.SourceType != "" && c.Source.Name != "" {
		source = p.say("review.datasource", source, p.foreign(v.SourceType))
	}
	out := []fact{
		{"label.source", source},
		{"label.target", p.told(p.name(c.Target.Name))},
		{"label.scope", p.toldEnum("scope.", string(c.Scope))},
		{"label.source_schema", p.told(p.name(c.SourceSchema))},
	}
	switch {
	case c.Scope == batchsync.ScopeWhole:
		out = append(out, fact{"label.tables", p.say("review.all_tables")},
			fact{"label.target_schema", p.told(p.name(c.SchemaRule))}, fact{"label.target_table", p.told(p.name(c.TableRule))})
	case len(c.Pairs) == 1:
		out = append(out, fact{"label.tables", p.name(c.Pairs[0].Source)}, fact{"label.target_table", p.name(c.Pairs[0].Sink)})
	default:
		out = append(out, fact{"label.tables", p.pairsCounted(c.Pairs)})
	}
	if c.Scope == batchsync.ScopeSingle {
		out = append(out, fact{"configured.columns", p.toldFigure(c.Columns)})
	}
	return out
}

// pairsCounted is how many tables there are, and how many of them are called
// otherwise in the target.
func (p Printer) pairsCounted(pairs []batchsync.TablePair) mark {
	if len(pairs) == 0 {
		return p.told("")
	}
	n := 0
	for _, pair := range pairs {
		if renamed(pair) {
			n++
		}
	}
	if n == 0 {
		return p.say("configured.tables", number(len(pairs)))
	}
	return p.say("configured.renamed", number(len(pairs)), number(n))
}

func (p Printer) tuningFacts(c *batchsync.Content) []fact {
	if c == nil {
		return nil
	}
	out := []fact{{"label.write_mode", p.toldEnum("write_mode.", string(c.WriteMode))}}
	if c.Scope != batchsync.ScopeSingle {
		return append(out, fact{"label.keyed_mode", p.toldEnum("write_mode.", string(c.KeyedMode))}, fact{"label.parallel", p.toldFigure(c.Parallel)})
	}
	where := p.name(c.Where)
	if c.Where == "" {
		where = p.say("configured.all_rows")
	}
	return append(out, fact{"label.where", where}, fact{"label.parallel", p.toldFigure(c.Parallel)}, fact{"label.rate", p.toldFigure(c.Rate)})
}

func (p Printer) scheduleFacts(v batchsync.TaskView) []fact {
	var out []fact
	if d := v.Draft; d != nil {
		saved := p.say("task.no_schedule")
		if d.Cron != "" {
			saved = p.onCluster(p.cron(d.Cron, v.Zone), d.VCluster)
		}
		out = append(out, fact{"configured.saved", saved}, fact{"label.retries", p.retry(d.Retry)}, fact{"configured.rerun", p.rerun(d.Rerun)})
	}
	switch d := v.Deployed; {
	case d == nil:
	case !d.Online:
		out = append(out, fact{"configured.deployed", p.say("configured.offline")})
	default:
		version := p.told("")
		if d.Version > 0 {
			version = mark(strconv.FormatInt(d.Version, 10))
		}
		if !d.PublishedAt.IsZero() {
			version = p.say("configured.version_of", version, date(d.PublishedAt))
		}
		runs := p.onCluster(p.cron(d.Cron, v.Zone), d.VCluster)
		if saved := v.Draft; saved != nil && saved.Cron == d.Cron && saved.VCluster == d.VCluster {
			runs = p.say("configured.as_saved")
		}
		out = append(out, fact{"configured.deployed", runs}, fact{"configured.version", version})
	}
	return append(out, fact{"label.folder", p.name(v.FolderPath)})
}

// rerun is which runs the platform lets be repeated.
func (p Printer) rerun(policy int) mark {
	switch policy {
	case 1:
		return p.say("configured.rerun_always")
	case 2:
		return p.say("configured.rerun_failed")
	case 3:
		return p.say("configured.rerun_never")
	}
	return p.told("")
}

func (p Printer) unpublished(v ConfigView) mark {
	title := bold(p.word("configured.unpublished"))
	switch {
	case v.Draft == nil || v.Deployed == nil:
		return lines(title, p.say("config.schedule_unread"))
	case !v.Deployed.Online:
		return lines(title, p.say("config.offline"))
	}
	found := v.Unpublished()
	if len(found) == 0 {
		return lines(title, p.say("config.schedule_same"))
	}
	return lines(title, p.itemised(found))
}

func (p Printer) asAsked(v ConfigView) mark {
	title := bold(p.word("configured.asked"))
	switch {
	case !v.IsAsked:
		return lines(title, p.say("config.made_elsewhere"))
	case v.Content == nil:
		return lines(title, p.say("config.content_unread"))
	case len(v.Asked) == 0:
		return lines(title, p.say("config.as_asked"))
	}
	return lines(title, p.itemised(v.Asked))
}

func (p Printer) sinceSuccess(v ConfigView) mark {
	title := bold(p.word("configured.since"))
	switch {
	case v.Compared.Since.IsZero():
		return lines(title, p.say("config.no_success"))
	case v.Content == nil && v.Deployed == nil:
		return lines(title, p.say("config.content_unread"))
	}
	return lines(title, p.compared(v.Compared, "config.changed_since", "config.same_since"))
}

func (p Printer) itemised(all []batchsync.Text) mark {
	var out []mark
	for i, t := range all {
		if i == maxChanges {
			out = append(out, p.say("list.more", number(len(all)-i)))
			break
		}
		out = append(out, p.say("list.item", mark(cutMark(p.sentence(t, false), maxArgument))))
	}
	return lines(out...)
}

func (p Printer) configButtons(v ConfigView) []slack.BlockElement {
	ref := TaskRefOf(v.Ref.ID).String()
	all := []slack.BlockElement{p.button(ActionColumns, "button.columns", ref)}
	if v.Content != nil && len(v.Content.Pairs) > 1 {
		all = append(all, p.button(ActionTables, "button.all_tables", PageRef{v.Ref.ID, 1}.String()))
	}
	all = append(all, p.button(ActionShowTask, "button.show_task", ref))
	if v.Known != nil && webURL(v.Known.StudioURL) != "" {
		all = append(all, p.button(ActionOpenStudio, "button.open_studio", ref).WithURL(webURL(v.Known.StudioURL)))
	}
	return all
}
