package operation

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"batchsync/internal/batchsync"
)

// source checks that the chosen data source is what the person saw: its id
// still has the name and the kind, and the platform can connect to it.
func (p preflight) source(ctx context.Context, s batchsync.Spec, list []batchsync.Datasource) check {
	ds, found := byID(list, s.Source.ID)
	switch {
	case !found:
		return wrong(batchsync.CodeNotFound, "preflight.source_gone", s.Source.Name, s.Source.ID.String())
	case ds.Name != s.Source.Name:
		return wrong(batchsync.CodeConflict, "preflight.source_renamed", s.Source.Name, ds.Name)
	case ds.Kind() != s.Kind:
		return wrong(batchsync.CodeInvalid, "preflight.source_kind", ds.Name, ds.Type, string(s.Kind))
	}
	return p.connects(ctx, ds, "preflight.source_ok", "preflight.source_test")
}

func (p preflight) target(ctx context.Context, s batchsync.Spec, list []batchsync.Datasource) check {
	ds, found := byID(list, s.Target.ID)
	switch {
	case !found:
		return wrong(batchsync.CodeNotFound, "preflight.target_gone", s.Target.Name, s.Target.ID.String())
	case ds.Name != s.Target.Name:
		return wrong(batchsync.CodeConflict, "preflight.target_renamed", s.Target.Name, ds.Name)
	case ds.Kind() != batchsync.KindLakehouse:
		return wrong(batchsync.CodeInvalid, "preflight.target_kind", ds.Name, ds.Type)
	}
	return p.connects(ctx, ds, "preflight.target_ok", "preflight.target_test")
}

func byID(list []batchsync.Datasource, id batchsync.DatasourceID) (batchsync.Datasource, bool) {
	i := slices.IndexFunc(list, func(d batchsync.Datasource) bool { return d.ID == id })
	if i < 0 {
		return batchsync.Datasource{}, false
	}
	return list[i], true
}

// connects lets the platform try the connection. A connection that fails is
// wrong, whatever its message looks like; only a question that got no answer
// is asked again.
func (p preflight) connects(ctx context.Context, ds batchsync.Datasource, good, bad batchsync.TextKey) check {
	err := p.TestDatasource(ctx, ds.ID)
	if err == nil {
		return ok(good, ds.Name, ds.Type)
	}
	var pe *batchsync.PlatformError
	if errors.As(err, &pe) && (pe.Name == "CONNECTION_FAILED" || pe.Failure == batchsync.FailRefused || pe.Failure == batchsync.FailNotFound) {
		c := wrong(batchsync.CodeRefused, bad, ds.Name)
		c.problem.Detail = pe.Message
		return c
	}
	return unread(err, bad, ds.Name)
}

// tables checks that what is to be copied exists.
func (p preflight) tables(ctx context.Context, s batchsync.Spec) check {
	if s.Kind == batchsync.KindObject {
		return odd("preflight.object_unchecked", s.SourceSchema, joined(s.Tables))
	}
	schemas, err := p.Schemas(ctx, s.Source.ID)
	if err != nil {
		return unread(err, "preflight.schemas_unread", s.Source.Name)
	}
	if !slices.Contains(schemas, s.SourceSchema) && batchsync.Complete(schemas) {
		return wrong(batchsync.CodeNotFound, "preflight.schema_gone", s.SourceSchema, s.Source.Name)
	}
	list, err := p.Tables(ctx, s.Source.ID, s.SourceSchema)
	if err != nil {
		return unread(err, "preflight.tables_unread", s.SourceSchema)
	}
	if s.Scope == batchsync.ScopeWhole {
		if len(list) == 0 {
			return wrong(batchsync.CodeNotFound, "preflight.schema_empty", s.SourceSchema)
		}
		if bad := s.CheckSinks(list); !bad.IsZero() {
			return wrong(batchsync.CodeConflict, bad.Key, bad.Args...)
		}
		if names := s.OddSinks(list); len(names) > 0 {
			return odd("preflight.whole_names", s.SourceSchema, strconv.Itoa(len(names)), joined(names[:min(len(names), 3)]))
		}
		count := strconv.Itoa(len(list))
		if !batchsync.Complete(list) {
			count += "+"
		}
		return ok("preflight.whole_ok", s.SourceSchema, count)
	}
	have := map[string]bool{}
	for _, name := range list {
		have[name] = true
	}
	gone := slices.DeleteFunc(slices.Clone(s.Tables), func(name string) bool { return have[name] })
	switch {
	case len(gone) > 0 && !batchsync.Complete(list):
		return odd("preflight.tables_unchecked", joined(gone), s.SourceSchema, strconv.Itoa(len(list)))
	case len(gone) > 0:
		return wrong(batchsync.CodeNotFound, "preflight.tables_gone", joined(gone), s.SourceSchema)
	}
	return ok("preflight.tables_ok", s.SourceSchema, strconv.Itoa(len(s.Tables)))
}
