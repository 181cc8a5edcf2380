package batchsync

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Strayed says what of a task's content is otherwise than it was asked for when
// the bot made the task. What was left to the platform, and what the platform
// does not tell, is no difference.
func (s Spec) Strayed(now Content) []Text { return changedContent(s.asked(now), now) }

// asked is the content as it would be shown had nobody touched it.
func (s Spec) asked(now Content) Content {
	want := now
	want.Scope = s.Scope
	if s.Scope == ScopeMerge {
		want.Scope = ScopeMulti // as the platform shows it
	}
	if now.WriteMode != "" {
		want.WriteMode = s.WriteMode
	}
	if now.Source.ID != 0 {
		want.Source = s.Source
	}
	if now.Target.ID != 0 {
		want.Target = s.Target
	}
	if s.Kind != KindObject && len(now.Pairs) > 0 {
		want.Pairs = spelled(s.Pairs(), now.Pairs)
	}
	switch {
	case s.Scope == ScopeWhole && (now.SchemaRule != "" || now.TableRule != ""):
		want.SchemaRule, want.TableRule = s.TargetSchema, s.TargetTable
		want.SourceSchema = cmp.Or(s.SourceSchema, now.SourceSchema)
	case s.Scope == ScopeSingle:
		want.Where, want.Rate = s.Where, s.Rate
	}
	if now.KeyedMode != "" && (s.Scope == ScopeMulti || s.Scope == ScopeWhole) {
		want.KeyedMode = s.Keyed()
	}
	want.Parallel = s.Parallel
	return want
}

// spelled are the pairs asked for, with the target's names as the platform
// writes them: it folds case.
func spelled(asked, shown []TablePair) []TablePair {
	have := make(map[TablePair]TablePair, len(shown))
	for _, p := range shown {
		have[TablePair{p.Source, strings.ToLower(p.Sink)}] = p
	}
	out := slices.Clone(asked)
	for i, p := range out {
		if as, there := have[TablePair{p.Source, strings.ToLower(p.Sink)}]; there {
			out[i] = as
		}
	}
	return out
}

// Unpublished says what is saved with a task and differs from what is deployed;
// nothing for a task that is offline, or where either was not told.
func (v TaskView) Unpublished() []Text {
	if !v.comparable() {
		return nil
	}
	var out []Text
	if saved, there := v.Draft.Cron, v.Deployed.Cron; !SameCron(saved, there) {
		out = append(out, T("config.cron_differs", saved, there))
	}
	if saved, there := v.Draft.VCluster, v.Deployed.VCluster; saved != there {
		out = append(out, T("config.cluster_differs", cmp.Or(saved, "–"), cmp.Or(there, "–")))
	}
	if saved, there := v.Draft.Retry, v.Deployed.Retry; saved.Told && there.Told && saved.Count != there.Count {
		out = append(out, T("config.retries_differ", strconv.Itoa(saved.Count), strconv.Itoa(there.Count)))
	}
	if saved, there := v.Draft.Rerun, v.Deployed.Rerun; saved != 0 && there != 0 && saved != there {
		out = append(out, T("config.rerun_differs"))
	}
	return out
}
