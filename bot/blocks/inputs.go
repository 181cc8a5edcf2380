package blocks

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

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
	case batchsync.FieldKeyedMode, batchsync.FieldParallel:
		return []batchsync.Field{batchsync.FieldScope}
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

// optional reports whether a question may be left open.
func optional(d batchsync.Draft, f batchsync.Field) bool {
	switch f {
	case batchsync.FieldWhere, batchsync.FieldParallel, batchsync.FieldRate, batchsync.FieldKeyedMode, batchsync.FieldDebug:
		return true
	case batchsync.FieldTargetTable:
		return d.Spec().Scope == batchsync.ScopeMulti
	}
	return false
}

// question draws one question of a screen with the answer so far.
func (p Printer) question(s Screen, f batchsync.Field) slack.Block {
	in := p.input(s, f)
	if n := len(s.Draft.Answers[f]); isLookup(in.element) && s.Draft.Answers.Value(f) != "" && len(p.chosen(s.Draft, f)) < n {
		return p.counted(FieldBlockID(s.Draft, f), p.word(labelOf(f)), n)
	}
	block := slack.NewInputBlock(FieldBlockID(s.Draft, f), p.plain(p.word(labelOf(f)), maxLabel), nil, in.element)
	if in.hint != "" {
		block.Hint = p.plain(p.word(in.hint), maxHint)
	}
	block.DispatchAction = in.dispatch
	block.Optional = optional(s.Draft, f)
	return block
}

// isLookup reports whether an element shows what was chosen as entries of a menu.
func isLookup(el slack.BlockElement) bool {
	if one, ok := el.(*slack.SelectBlockElement); ok {
		return one.Type == slack.OptTypeExternal
	}
	_, many := el.(*slack.MultiSelectBlockElement)
	return many
}

// counted stands in the place of a question whose answer no menu holds: too many
// tables, or a name that is too long for an entry. A menu with a part of it
// would lose the rest when the screen is sent; so it is told, and stays.
func (p Printer) counted(id, label string, n int) slack.Block {
	return section(id, lines(bold(label), p.say("frame.many", number(n))))
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
		return input{p.radio(d, f, p.described("write_mode.", keys(batchsync.WriteModes()))), true, ""}
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
		return input{p.lookupMany(d, f), d.ShowsMore(), "hint.tables"} // the names they get are shown then
	case batchsync.FieldTarget:
		return input{p.lookup(d, f), false, "hint.target"}
	case batchsync.FieldTargetSchema:
		return input{p.lookup(d, f), false, "hint.target_schema"}
	case batchsync.FieldTargetTable:
		switch spec.Scope {
		case batchsync.ScopeWhole:
			return input{p.typed(d, f, batchsync.MaxNameRunes), true, "hint.rule"}
		case batchsync.ScopeMulti:
			return input{p.typed(d, f, batchsync.MaxNameRunes), true, "hint.rule_open"}
		}
		return input{p.typed(d, f, batchsync.MaxNameRunes), false, "hint.target_table"}
	case batchsync.FieldFolder:
		return input{p.lookup(d, f), false, ""}
	case batchsync.FieldVCluster:
		return input{p.lookup(d, f), false, "hint.vcluster"}
	case batchsync.FieldName:
		return input{p.typed(d, f, batchsync.MaxNameRunes), false, "hint.name"}
	case batchsync.FieldDebug:
		return input{p.debugBox(d), false, "hint.debug"}
	}
	return p.tuningInput(s, f)
}

// tuningInput draws what is asked behind More Options, and leaves the rest to
// the schedule.
func (p Printer) tuningInput(s Screen, f batchsync.Field) input {
	d := s.Draft
	switch f {
	case batchsync.FieldWhere:
		return input{p.typed(d, f, batchsync.MaxWhereRunes), false, "hint.where"}
	case batchsync.FieldParallel:
		return input{p.choose(d.Offered(f, "0"), f, p.parallels()), false, "hint.parallel"}
	case batchsync.FieldRate:
		return input{p.typed(d, f, maxRateDigits), false, "hint.rate"}
	case batchsync.FieldKeyedMode:
		el := p.radio(d.Offered(f, string(batchsync.Overwrite)), f, p.described("write_mode.", keys(batchsync.WriteModes())))
		return input{el, false, "hint.keyed_mode"}
	}
	return p.scheduleInput(s, f)
}

// maxRateDigits is what a bound may be typed with.
const maxRateDigits = 10

// parallels are the platform's own figure, and those that can be asked for.
func (p Printer) parallels() []*slack.OptionBlockObject {
	out := []*slack.OptionBlockObject{p.option("0", p.word("option.own_default"), "")}
	for n := 1; n <= batchsync.MaxParallel; n++ {
		out = append(out, p.option(strconv.Itoa(n), strconv.Itoa(n), ""))
	}
	return out
}

// scopesFor leaves out what an object storage cannot do.
func scopesFor(s batchsync.Spec) []batchsync.Scope {
	if s.Kind == batchsync.KindObject {
		return []batchsync.Scope{batchsync.ScopeSingle}
	}
	return batchsync.Scopes()
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
