package handlers

import (
	"slices"
	"strings"

	"batchsync/internal/batchsync"
)

// alsoWriting lists the other tasks that the bot made and that write a table
// of this one: they would overwrite each other. Tasks made elsewhere are not
// among them: what they write is not known here.
func (b *Bot) alsoWriting(v batchsync.TaskView) []batchsync.TaskRef {
	if v.Content == nil || len(v.Content.Pairs) == 0 {
		return nil
	}
	var sinks []string
	for _, pair := range v.Content.Pairs {
		sinks = append(sinks, pair.Sink)
	}
	return b.writers(v.Content.Target, sinks, v.Ref.ID)
}

// alsoWritingSpec is alsoWriting for a task that is not made yet.
func (b *Bot) alsoWritingSpec(s batchsync.Spec) []batchsync.TaskRef {
	return b.writers(s.Target, sinksOf(s), 0)
}

// writers lists the known tasks that write one of the tables, but for one.
func (b *Bot) writers(target batchsync.Datasource, sinks []string, but batchsync.TaskID) (out []batchsync.TaskRef) {
	known, err := b.Store.Tasks()
	if err != nil {
		b.Log.Warn("list tasks for a warning", "error", err)
		return nil
	}
	wanted := map[string]bool{}
	for _, s := range sinks {
		wanted[strings.ToLower(s)] = true
	}
	for _, t := range known {
		if t.ID == but || t.Spec == nil || t.Spec.Target.ID != target.ID && t.Spec.Target.Name != target.Name {
			continue
		}
		if slices.ContainsFunc(sinksOf(*t.Spec), func(s string) bool { return wanted[strings.ToLower(s)] }) {
			out = append(out, batchsync.TaskRef{ID: t.ID, Name: t.Name, Type: t.Type})
		}
	}
	return out
}

// sinksOf are the tables a specification writes, each as schema.table; none
// for a whole database, whose tables the platform names.
func sinksOf(s batchsync.Spec) (out []string) {
	switch s.Scope {
	case batchsync.ScopeSingle, batchsync.ScopeMerge:
		return []string{s.TargetSchema + "." + s.TargetTable}
	case batchsync.ScopeMulti:
		for _, pair := range s.Pairs() {
			out = append(out, pair.Sink)
		}
	}
	return out
}
