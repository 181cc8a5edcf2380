package blocks

import (
	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// explained is what stands below a question and follows from its answer.
func (p Printer) explained(s Screen, f batchsync.Field) []slack.Block {
	switch f {
	case batchsync.FieldWriteMode:
		return []slack.Block{contextLine("mode", p.modeAdvice(s.Draft.Spec()))}
	case batchsync.FieldTargetTable:
		return p.naming(s)
	}
	return nil
}

// modeAdvice says what follows from the chosen scope and write mode together.
func (p Printer) modeAdvice(s batchsync.Spec) mark {
	return lines(p.scopeAdvice(s), p.writeAdvice(s))
}

func (p Printer) scopeAdvice(s batchsync.Spec) mark {
	switch {
	case s.Kind == batchsync.KindObject:
		return p.say("mode.object")
	case s.Scope == batchsync.ScopeSingle:
		return p.say("mode.single")
	case s.Scope == batchsync.ScopeMulti:
		return p.say("mode.several")
	case s.Scope == batchsync.ScopeWhole:
		return join([]mark{p.say("mode.whole"), p.say("mode.several")}, " ")
	case s.Scope == batchsync.ScopeMerge:
		return p.say("mode.merge")
	}
	return ""
}

func (p Printer) writeAdvice(s batchsync.Spec) mark {
	byTable := s.Scope == batchsync.ScopeMulti || s.Scope == batchsync.ScopeWhole
	switch {
	case s.WriteMode == batchsync.Append && s.Scope == batchsync.ScopeSingle && s.Kind != batchsync.KindObject:
		return p.say("mode.append_single")
	case s.WriteMode == batchsync.Append && byTable:
		return p.say("mode.append_several")
	case s.WriteMode == batchsync.Append:
		return p.say("mode.append")
	case s.WriteMode == batchsync.Overwrite && byTable:
		return p.say("mode.overwrite_several")
	case s.WriteMode == batchsync.Overwrite:
		return p.say("mode.overwrite")
	}
	return ""
}

// tuned are the settings that were asked for beyond the platform's own.
func (p Printer) tuned(t batchsync.Tuning) []fact {
	var out []fact
	if t.Where != "" {
		out = append(out, fact{"label.where", p.name(t.Where)})
	}
	if t.Parallel > 0 {
		out = append(out, fact{"label.parallel", number(t.Parallel)})
	}
	if t.Rate > 0 {
		out = append(out, fact{"label.rate", number(t.Rate)})
	}
	if t.KeyedMode != "" {
		out = append(out, fact{"label.keyed_mode", p.enum("write_mode.", string(t.KeyedMode))})
	}
	return out
}

// edits are what a second command sets after the setup, in a few words each.
func (p Printer) edits(s batchsync.Spec) []mark {
	var out []mark
	bare := s.AsSetUp()
	if s.TargetSchema != bare.TargetSchema || s.TargetTable != bare.TargetTable {
		out = append(out, p.say("edit.rule", p.name(s.TargetSchema+"."+s.TargetTable)))
	}
	if s.WriteMode != bare.WriteMode {
		out = append(out, p.say("edit.write_mode", p.enum("write_mode.", string(s.WriteMode))))
	}
	if s.KeyedMode != "" {
		out = append(out, p.say("edit.keyed_mode", p.enum("write_mode.", string(s.KeyedMode))))
	}
	if s.Where != "" {
		out = append(out, p.say("edit.where", p.name(s.Where)))
	}
	if s.Parallel > 0 {
		out = append(out, p.say("edit.parallel", number(s.Parallel)))
	}
	if s.Rate > 0 {
		out = append(out, p.say("edit.rate", number(s.Rate)))
	}
	return out
}
