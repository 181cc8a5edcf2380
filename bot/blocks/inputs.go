package blocks

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// FieldBlockID is the block id of a question in the drawing of a draft. Slack
// keeps what was chosen as long as the id stays, so it has a salt of the
// answers the question depends on: when one of them changes, the old choice
// goes, and so does the old proposal.
func FieldBlockID(d batchsync.Draft, f batchsync.Field) string {
	hash := sha256.New()
	for _, on := range dependsOn(f) {
		for _, v := range append([]string{string(on)}, d.Answers.Values(on)...) {
			hash.Write([]byte(strconv.Quote(v)))
		}
	}
	return blockPrefix + string(f) + "/" + hex.EncodeToString(hash.Sum(nil)[:4])
}

// dependsOn lists the questions that decide what a question offers or proposes.
func dependsOn(f batchsync.Field) []batchsync.Field {
	switch f {
	case batchsync.FieldSource, batchsync.FieldScope:
		return []batchsync.Field{batchsync.FieldKind}
	case batchsync.FieldWriteMode:
		return []batchsync.Field{batchsync.FieldKind, batchsync.FieldScope}
	case batchsync.FieldSourceSchema:
		return []batchsync.Field{batchsync.FieldKind, batchsync.FieldSource}
	case batchsync.FieldTables:
		return []batchsync.Field{batchsync.FieldKind, batchsync.FieldSource, batchsync.FieldScope, batchsync.FieldSourceSchema}
	case batchsync.FieldTargetTable:
		return []batchsync.Field{batchsync.FieldKind, batchsync.FieldSource, batchsync.FieldScope, batchsync.FieldSourceSchema, batchsync.FieldTables}
	case batchsync.FieldStep:
		return []batchsync.Field{batchsync.FieldSchedule}
	case batchsync.FieldName: // what its suggestion is made of
		return []batchsync.Field{
			batchsync.FieldScope, batchsync.FieldSourceSchema, batchsync.FieldTables, batchsync.FieldTargetTable,
			batchsync.FieldSchedule, batchsync.FieldStep,
		}
	}
	return nil
}

// input is a question as it is drawn. Its element is made from the draft.
type input struct {
	element  slack.BlockElement
	dispatch bool // a change redraws the screen
	hint     batchsync.TextKey
}

// question draws one question of a screen with the answer so far.
func (p Printer) question(s Screen, f batchsync.Field) slack.Block {
	in := p.input(s, f)
	block := slack.NewInputBlock(FieldBlockID(s.Draft, f), p.plain(p.word(labelOf(f)), maxLabel), nil, in.element)
	if in.hint != "" {
		block.Hint = p.plain(p.word(in.hint), maxHint)
	}
	block.DispatchAction = in.dispatch
	return block
}

func labelOf(f batchsync.Field) batchsync.TextKey { return batchsync.TextKey("label." + string(f)) }

func (p Printer) input(s Screen, f batchsync.Field) input {
	d := s.Draft
	spec := d.Spec()
	object := spec.Kind == batchsync.KindObject
	switch f {
	case batchsync.FieldKind:
		return input{p.choose(d, f, p.entries("kind.", keys(batchsync.SourceKinds()))), true, ""}
	case batchsync.FieldSource:
		return input{p.lookup(d, f), true, "hint.source"}
	case batchsync.FieldScope:
		return input{p.radio(d, f, p.described("scope.", keys(scopesFor(spec)))), true, ""}
	case batchsync.FieldWriteMode:
		return input{p.radio(d, f, p.described("write_mode.", keys(modesFor(spec)))), false, ""}
	case batchsync.FieldSourceSchema:
		if object {
			return input{p.lookup(d, f), true, "hint.bucket"}
		}
		return input{p.lookup(d, f), true, ""}
	case batchsync.FieldTables:
		switch {
		case object:
			return input{p.typed(d, f, maxSectionPart), false, "hint.path"}
		case spec.Scope == batchsync.ScopeSingle:
			return input{p.lookup(d, f), true, "hint.table"}
		case spec.Scope == batchsync.ScopeMerge:
			return input{p.lookupMany(d, f), false, "hint.tables_merge"}
		}
		return input{p.lookupMany(d, f), false, "hint.tables"}
	case batchsync.FieldTarget:
		return input{p.lookup(d, f), false, ""}
	case batchsync.FieldTargetSchema:
		return input{p.lookup(d, f), false, "hint.target_schema"}
	case batchsync.FieldTargetTable:
		if spec.Scope == batchsync.ScopeWhole {
			return input{p.typed(d, f, batchsync.MaxNameRunes), false, "hint.rule"}
		}
		return input{p.typed(d, f, batchsync.MaxNameRunes), false, "hint.target_table"}
	case batchsync.FieldFolder:
		return input{p.lookup(d, f), false, ""}
	case batchsync.FieldVCluster:
		return input{p.lookup(d, f), false, "hint.vcluster"}
	case batchsync.FieldName:
		return input{p.typed(d, f, batchsync.MaxNameRunes), false, "hint.name"}
	}
	return p.scheduleInput(s, f)
}

func (p Printer) scheduleInput(s Screen, f batchsync.Field) input {
	d := s.Draft
	switch f {
	case batchsync.FieldStep:
		steps := batchsync.HourSteps()
		unit := batchsync.TextKey("step.hours")
		if batchsync.Every(d.Answers.Value(batchsync.FieldSchedule)) == batchsync.Minutes {
			steps, unit = batchsync.MinuteSteps(), "step.minutes"
		}
		return input{p.choose(d, f, p.steps(steps, unit)), true, ""}
	case batchsync.FieldWeekdays:
		return input{p.checkboxes(d, f, p.weekdays()), true, ""}
	case batchsync.FieldDay:
		return input{p.choose(d, f, p.days()), true, "hint.day"}
	case batchsync.FieldTime:
		el := slack.NewTimePickerBlockElement(string(FieldAction(f)))
		if _, err := time.Parse("15:04", d.Answers.Value(f)); err == nil {
			el.InitialTime = d.Answers.Value(f)
		}
		if batchsync.Every(d.Answers.Value(batchsync.FieldSchedule)) == batchsync.Hours {
			return input{el, true, "hint.time_hours"}
		}
		return input{el, true, ""}
	case batchsync.FieldZone:
		return input{p.choose(d, f, p.zones(s)), true, "hint.zone"}
	}
	return input{p.choose(d, f, p.entries("every.", keys(batchsync.Rhythms()))), true, ""}
}

// scopesFor leaves out what an object storage cannot do.
func scopesFor(s batchsync.Spec) []batchsync.Scope {
	if s.Kind == batchsync.KindObject {
		return []batchsync.Scope{batchsync.ScopeSingle}
	}
	return batchsync.Scopes()
}

// modesFor leaves out what only a single table can do.
func modesFor(s batchsync.Spec) []batchsync.WriteMode {
	if s.Scope == batchsync.ScopeSingle {
		return batchsync.WriteModes()
	}
	return []batchsync.WriteMode{batchsync.Overwrite}
}

// entries are the options of an enumeration: its values, named in the catalog
// under a prefix.
func (p Printer) entries(prefix string, values []string) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, v := range values {
		out = append(out, p.option(v, p.word(batchsync.TextKey(prefix+v)), ""))
	}
	return out
}

// described are entries with what follows from choosing them.
func (p Printer) described(prefix string, values []string) []*slack.OptionBlockObject {
	out := p.entries(prefix, values)
	for _, o := range out {
		o.Description = p.plain(p.word(batchsync.TextKey(prefix+o.Value+"_about")), maxOption)
	}
	return out
}

func keys[V ~string](all []V) []string {
	var out []string
	for _, v := range all {
		out = append(out, string(v))
	}
	return out
}

func (p Printer) steps(all []int, unit batchsync.TextKey) []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for _, n := range all {
		if n == 1 {
			out = append(out, p.option("1", p.word(unit+"_one"), ""))
			continue
		}
		out = append(out, p.option(strconv.Itoa(n), p.format(unit, []any{strconv.Itoa(n)}), ""))
	}
	return out
}

func (p Printer) weekdays() []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for i := range 7 {
		day := (i + 1) % 7 // weeks begin on Monday
		out = append(out, p.option(strconv.Itoa(day), p.word(weekdayKey(time.Weekday(day))), ""))
	}
	return out
}

func weekdayKey(d time.Weekday) batchsync.TextKey {
	return batchsync.TextKey("weekday." + strconv.Itoa(int(d)))
}

func (p Printer) days() []*slack.OptionBlockObject {
	var out []*slack.OptionBlockObject
	for day := 1; day <= 31; day++ {
		out = append(out, p.option(strconv.Itoa(day), strconv.Itoa(day), ""))
	}
	return out
}

// zones are common time zones, with the platform's and the present one.
func (p Printer) zones(s Screen) []*slack.OptionBlockObject {
	names := []string{s.Draft.Answers.Value(batchsync.FieldZone), s.PlatformZone}
	names = append(names, commonZones()...)
	var out []*slack.OptionBlockObject
	for i, name := range names {
		if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" || slices.Index(names, name) < i {
			continue
		}
		out = append(out, p.option(name, name, ""))
	}
	slices.SortFunc(out, func(a, b *slack.OptionBlockObject) int {
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	return out
}

func commonZones() []string {
	return []string{
		"UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "America/Argentina/Buenos_Aires",
		"America/Bogota", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City",
		"America/New_York", "America/Sao_Paulo", "America/Toronto", "Asia/Bangkok", "Asia/Dubai",
		"Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Karachi", "Asia/Kolkata", "Asia/Manila",
		"Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tokyo",
		"Australia/Sydney", "Europe/Amsterdam", "Europe/Berlin", "Europe/Istanbul", "Europe/London",
		"Europe/Madrid", "Europe/Moscow", "Europe/Paris", "Pacific/Auckland",
	}
}
