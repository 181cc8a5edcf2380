package handlers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/internal/batchsync"
)

// describing is a platform whose tables each have a column that needs a look, but
// for those that cannot be read.
type describing struct {
	unread
	busy chan struct{}
	took time.Duration
}

func (p describing) Columns(ctx context.Context, _ batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error) {
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	default:
		p.t.Error("too many tables are asked for at the same time")
	}
	if p.took > 0 {
		select {
		case <-time.After(p.took):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if schema != "shop" || strings.Contains(table, "secret") {
		return nil, &batchsync.Error{Code: batchsync.CodeUnreachable, Text: batchsync.T("platform.timeout")}
	}
	return []batchsync.Column{{Name: "id", Type: "int"}, {Name: "kind", Type: "enum('a')"}}, nil
}

// shelved are lists that name the tables of a schema.
type shelved struct {
	unlisted
	tables []string
	err    error
}

func (l shelved) Tables(context.Context, batchsync.DatasourceID, string) ([]string, error) {
	return l.tables, l.err
}

// TestBot_SourceColumns looks at the tables of every scope, and says of how many.
func TestBot_SourceColumns(t *testing.T) {
	t.Parallel()
	many := make([]string, 25)
	for i := range many {
		many[i] = fmt.Sprintf("t%02d", i)
	}
	gone := &batchsync.Error{Code: batchsync.CodeUnreachable, Text: batchsync.T("platform.timeout")}
	for _, c := range []struct {
		name    string
		scope   batchsync.Scope
		tables  []string
		listed  []string
		err     error
		looked  int
		of      int
		unusual int
		first   string
		problem bool
	}{
		{name: "single", scope: batchsync.ScopeSingle, tables: []string{"orders"}, looked: 1, of: 1, unusual: 1, first: "kind enum('a')"},
		{name: "single, not read", scope: batchsync.ScopeSingle, tables: []string{"secret"}, of: 1, problem: true},
		{name: "several", scope: batchsync.ScopeMulti, tables: []string{"orders", "users"}, looked: 2, of: 2, unusual: 2, first: "orders.kind enum('a')"},
		{name: "several, one not read", scope: batchsync.ScopeMulti, tables: []string{"secret", "users"}, looked: 1, of: 2, unusual: 1, first: "users.kind enum('a')"},
		{name: "several, none read", scope: batchsync.ScopeMulti, tables: []string{"secret", "secrets"}, of: 2, problem: true},
		{name: "very many", scope: batchsync.ScopeMulti, tables: many, looked: 20, of: 25, unusual: 20, first: "t00.kind enum('a')"},
		{name: "merged", scope: batchsync.ScopeMerge, tables: []string{"a", "b"}, looked: 2, of: 2, unusual: 2, first: "a.kind enum('a')"},
		{name: "database", scope: batchsync.ScopeWhole, listed: []string{"users", "orders"}, looked: 2, of: 2, unusual: 2, first: "orders.kind enum('a')"},
		{name: "database, not listed", scope: batchsync.ScopeWhole, err: gone, problem: true},
		{name: "database without tables", scope: batchsync.ScopeWhole},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := idle(describing{unread{t}, make(chan struct{}, describedAtOnce), 0}, nothing{}, nil)
			b.Lists = shelved{tables: c.listed, err: c.err}
			got := b.sourceColumns(t.Context(), batchsync.Spec{Scope: c.scope, SourceSchema: "shop", Tables: c.tables})
			if got.Tables != c.looked || got.Of != c.of || len(got.Unusual) != c.unusual || got.All != 2*c.looked || (got.Problem != nil) != c.problem {
				t.Fatalf("got %+v", got)
			}
			if c.first != "" && got.Unusual[0] != c.first {
				t.Errorf("the first is %q, want %q", got.Unusual[0], c.first)
			}
		})
	}
}

// TestBot_SourceColumns_Slow asks a slow source for a few tables at a time, and
// tells what it told until the time was over.
func TestBot_SourceColumns_Slow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := idle(describing{unread{t}, make(chan struct{}, describedAtOnce), describeTime/4 - time.Second}, nothing{}, nil)
		began := time.Now()
		got := b.sourceColumns(t.Context(), batchsync.Spec{Scope: batchsync.ScopeMulti, SourceSchema: "shop", Tables: strings.Split("abcdefghijklmnop", "")})
		if got.Tables != 4*describedAtOnce || got.Of != 16 || got.Problem != nil || time.Since(began) != describeTime {
			t.Errorf("got %+v after %s", got, time.Since(began))
		}
	})
}

// TestBot_Describe_Scopes looks at the columns of every scope but object storage.
func TestBot_Describe_Scopes(t *testing.T) {
	t.Parallel()
	for scope, want := range map[batchsync.Scope]int{batchsync.ScopeSingle: 1, batchsync.ScopeMulti: 1, batchsync.ScopeWhole: 1, batchsync.ScopeMerge: 1, "": 1} {
		d := atReview(t)
		d.book.draft.Answers[batchsync.FieldScope] = []batchsync.Choice{{Value: string(scope)}}
		if scope == "" {
			d.book.draft.Answers[batchsync.FieldKind], want = []batchsync.Choice{{Value: string(batchsync.KindObject)}}, 0
		}
		d.describe(ana, "V1", d.book.draft)
		if d.reads.queued != want {
			t.Errorf("%s: the columns are asked for %d times, want %d", scope, d.reads.queued, want)
		}
	}
}
