package operation

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// previewTime bounds all checks of one preview together.
const previewTime = 45 * time.Second

// Preview makes the checks of a creation before it is confirmed. It keeps
// nothing, changes nothing and is safe for concurrent use.
type Preview struct{ pre preflight }

// NewPreview makes one that reads schedules in the platform's zone.
func NewPreview(p Preflighter, zone string, log *slog.Logger) Preview {
	return Preview{preflight{p, zone, log}}
}

// Preflight checks what the creation itself will check first, and says what
// follows from it, in the order of [batchsync.CheckParts]. It takes up to 45
// seconds; what was not answered by then is unread. It never fails.
func (v Preview) Preflight(ctx context.Context, spec batchsync.Spec, now time.Time) []batchsync.CheckLine {
	ctx, cancel := context.WithTimeout(ctx, previewTime)
	defer cancel()
	var checks []check
	whole := v.pre.safely(of(batchsync.PartProfile, func() check {
		checks = v.pre.checks(ctx, spec, now)
		return check{}
	}))
	if whole.problem != nil { // the bot's own fault, and in the log
		checks = []check{whole}
	}
	if len(checks) > 1 {
		checks = append(checks, rights(checks), ofPart(batchsync.PartRerun, ok("preflight.rerun")))
		checks = append(checks, v.pre.together(of(batchsync.PartSchema, func() check { return v.pre.sinkSchema(ctx, spec) }))...)
	}
	var out []batchsync.CheckLine
	for _, part := range batchsync.CheckParts() {
		for _, c := range checks {
			if c.part == part {
				out = append(out, c.lines()...)
			}
		}
	}
	return out
}

func ofPart(part batchsync.CheckPart, c check) check {
	c.part = part
	return c
}

// lines are the notes of a check as people see them before they confirm. A
// question that was answered with a refusal would end the creation just as a
// wrong answer.
func (c check) lines() (out []batchsync.CheckLine) {
	level, fix := batchsync.LevelTick, batchsync.Text{}
	switch {
	case c.part == batchsync.PartRights, c.err != nil && passing(c.err):
		level = batchsync.LevelUnread
	case c.problem != nil:
		level = batchsync.LevelCross
	case c.odd:
		level = batchsync.LevelWarning
	}
	if c.problem != nil {
		fix = c.fix()
	}
	for i, note := range c.notes {
		line := batchsync.CheckLine{Part: c.part, Level: batchsync.LevelTick, Text: note}
		if i == len(c.notes)-1 {
			line.Level, line.Fix = level, fix
			if c.problem != nil {
				line.Detail = c.problem.Detail
			}
			if c.err != nil {
				line.Why = c.problem.Text
			}
		}
		out = append(out, line)
	}
	return out
}

// fix says what to do about a problem, and where.
func (c check) fix() batchsync.Text {
	if c.err != nil {
		return c.problem.Hint
	}
	switch c.problem.Text.Key {
	case "preflight.source_test", "preflight.target_test":
		return batchsync.T("fix.datasource")
	case "preflight.vcluster_none":
		return batchsync.T("fix.administrator")
	}
	switch c.part {
	case batchsync.PartSource:
		return batchsync.T("fix.source")
	case batchsync.PartTables, batchsync.PartTarget:
		return batchsync.T("fix.tables")
	case batchsync.PartSchedule:
		return batchsync.T("fix.schedule")
	}
	return batchsync.T("fix.place")
}

// rights says what the other checks tell of the account's rights. Those to make,
// read and write are known to the platform alone, which nobody can ask.
func rights(checks []check) check {
	for _, c := range checks {
		if (c.part == batchsync.PartFolder || c.part == batchsync.PartName) && c.err != nil {
			return ofPart(batchsync.PartRights, ok("preflight.rights_unread"))
		}
	}
	return ofPart(batchsync.PartRights, ok("preflight.rights"))
}

// sinkSchema tells whether the schema that is written to is there: the setup of
// a single table makes it, of several tables only the first run may.
func (p preflight) sinkSchema(ctx context.Context, s batchsync.Spec) check {
	list, err := p.TargetSchemas(ctx)
	schema := s.SinkSchema()
	switch {
	case err != nil:
		return unread(err, "preflight.target_schema_unread", schema)
	case slices.ContainsFunc(list, func(name string) bool { return strings.EqualFold(name, schema) }):
		return ok("preflight.target_schema_ok", schema)
	case s.Scope == batchsync.ScopeSingle && !s.ByHand():
		return ok("preflight.target_schema_made", schema)
	}
	return odd("preflight.target_schema_missing", schema)
}
