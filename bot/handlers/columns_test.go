package handlers

import (
	"context"
	"testing"

	"batchsync/internal/batchsync"
)

// dotted is a platform with one table, in a schema with a dot.
type dotted struct {
	unread
	asked chan [2]string
}

func (p dotted) Content(context.Context, batchsync.TaskID) (batchsync.Content, error) {
	return batchsync.Content{Scope: batchsync.ScopeSingle, SourceSchema: "my.app", Pairs: []batchsync.TablePair{{Source: "my.app.t.x", Sink: "ods.x"}}}, nil
}

func (p dotted) Columns(_ context.Context, _ batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error) {
	p.asked <- [2]string{schema, table}
	return []batchsync.Column{{Name: "id", Type: "int"}}, nil
}

func (dotted) TargetFigures(context.Context, []batchsync.TargetQuery) ([]batchsync.TargetFigures, error) {
	return nil, nil
}

// TestBot_Columns_Dotted asks for the columns of a table by the schema it is in,
// also where that has dots.
func TestBot_Columns_Dotted(t *testing.T) {
	t.Parallel()
	p := dotted{unread{t}, make(chan [2]string, 2)}
	b := idle(p, nothing{}, nil)
	first := func([]batchsync.TablePair) int { return 1 }
	if v, err := b.columnsView(t.Context(), batchsync.TaskRef{ID: 1}, first); err != nil || len(v.Columns) != 1 {
		t.Errorf("got %+v, %v", v, err)
	}
	content, _ := p.Content(t.Context(), 1)
	b.columnsNow(t.Context(), []batchsync.SourceFigures{{Table: "my.app.t.x"}}, content)
	for range 2 {
		if got, want := <-p.asked, [2]string{"my.app", "t.x"}; got != want {
			t.Errorf("asked for %q, want %q", got, want)
		}
	}
	for name, want := range map[string][2]string{
		"my.app.t": {"my.app", "t"}, "other.t.x": {"other", "t.x"}, "my.apple.t": {"my", "apple.t"}, "bare": {"bare", ""},
	} {
		if in, table := sourceTable(name, "my.app"); in != want[0] || table != want[1] {
			t.Errorf("%s: got %q and %q", name, in, table)
		}
	}
}
