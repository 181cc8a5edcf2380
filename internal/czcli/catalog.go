package czcli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"batchsync/internal/batchsync"
)

// Datasources lists every data source. Connection parameters, which hold
// passwords, are never decoded.
func (c *Client) Datasources(ctx context.Context) ([]batchsync.Datasource, error) {
	type item struct {
		ID   number `json:"id"`
		Name string `json:"name"`
		Type text   `json:"type"`
	}
	const usual = 20
	items, err := pages(ctx, c, usual, func() *command { return read("datasource list") }, func(i item) int64 { return int64(i.ID) })
	if err != nil {
		return nil, err
	}
	out := []batchsync.Datasource{}
	for _, it := range items {
		if it.ID > 0 {
			out = append(out, batchsync.Datasource{ID: batchsync.DatasourceID(it.ID), Name: it.Name, Type: string(it.Type)})
		}
	}
	return out, nil
}

// TestDatasource lets the platform connect to a data source. A source that
// cannot be reached from there is the failure refused.
func (c *Client) TestDatasource(ctx context.Context, id batchsync.DatasourceID) error {
	var data struct {
		Connected *bool `json:"connected"`
	}
	k := read("datasource test").source(id)
	if err := c.get(ctx, k, &data); err != nil {
		return err
	}
	if data.Connected != nil && !*data.Connected {
		return k.explain(&batchsync.PlatformError{Command: k.words, Failure: batchsync.FailRefused, Message: "not connected"})
	}
	return nil
}

// Schemas lists the schemas of a data source; databases, buckets or whatever
// the source calls them. There are [batchsync.MaxNames] at most, see
// [batchsync.Complete].
func (c *Client) Schemas(ctx context.Context, id batchsync.DatasourceID) ([]string, error) {
	return c.words(ctx, read("datasource catalogs").source(id))
}

// Tables lists the tables of a schema. The program does not tell an unknown
// schema from an empty one. There are [batchsync.MaxNames] at most, see
// [batchsync.Complete].
func (c *Client) Tables(ctx context.Context, id batchsync.DatasourceID, schema string) ([]string, error) {
	return c.words(ctx, read("datasource objects").source(id).name("schema", schema))
}

// words lists names. The limit is passed because the program would silently cut
// the list at 50.
func (c *Client) words(ctx context.Context, k *command) ([]string, error) {
	var list []string
	if err := c.get(ctx, k.number("limit", batchsync.MaxNames), &list); err != nil {
		return nil, err
	}
	list = list[:min(len(list), batchsync.MaxNames)]
	return append([]string{}, list...), nil // never nil: an empty list is knowledge, too
}

// Columns describes the columns of a source table, in the source's order.
func (c *Client) Columns(ctx context.Context, id batchsync.DatasourceID, schema, table string) ([]batchsync.Column, error) {
	var data struct {
		Columns []struct {
			Name     string `json:"name"`
			Type     text   `json:"type"`
			Nullable bool   `json:"nullable"`
			Primary  bool   `json:"primary"`
		} `json:"columns"`
	}
	k := read("datasource describe").source(id).name("schema", schema).name("table", table)
	if err := c.get(ctx, k, &data); err != nil {
		return nil, err
	}
	out := []batchsync.Column{}
	for _, col := range data.Columns {
		out = append(out, batchsync.Column{Name: col.Name, Type: string(col.Type), Nullable: col.Nullable, Primary: col.Primary})
	}
	return out, nil
}

// Folders lists every task folder below the root, parents first.
func (c *Client) Folders(ctx context.Context) ([]batchsync.Folder, error) {
	var list []struct {
		ID   number `json:"id"`
		Path string `json:"path"`
	}
	if err := c.get(ctx, read("task folder-tree"), &list); err != nil {
		return nil, err
	}
	out := []batchsync.Folder{}
	for _, f := range list {
		if f.ID > 0 {
			out = append(out, batchsync.Folder{ID: batchsync.FolderID(f.ID), Path: f.Path})
		}
	}
	return out, nil
}

// VClusters lists the compute clusters of every type. The program has no
// command for them but SQL, whose rows it cuts at 100 unless told otherwise.
func (c *Client) VClusters(ctx context.Context) ([]batchsync.VCluster, error) {
	k := read("sql").flag("execute", "SHOW VCLUSTERS").number("limit", 0)
	out := []batchsync.VCluster{}
	err := c.do(ctx, k, func(d document) error {
		name, kind := column(d.Columns, "name"), column(d.Columns, "vcluster_type")
		size, state := column(d.Columns, "vcluster_size"), column(d.Columns, "state")
		if name < 0 || kind < 0 {
			return errors.New("SHOW VCLUSTERS has no columns name and vcluster_type")
		}
		out = out[:0]
		for _, row := range d.Rows {
			out = append(out, batchsync.VCluster{Name: cell(row, name), Type: cell(row, kind), Size: cell(row, size), State: cell(row, state)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// column is the index of a column, -1 when there is none.
func column(columns []string, name string) int {
	return slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, name) })
}

func cell(row []text, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return string(row[i])
}

// TargetSchemas lists the schemas of the profile's Lakehouse workspace.
func (c *Client) TargetSchemas(ctx context.Context) ([]string, error) {
	var list []struct {
		Name string `json:"name"`
	}
	if err := c.get(ctx, read("schema list"), &list); err != nil {
		return nil, err
	}
	out := []string{}
	for _, s := range list {
		out = append(out, s.Name)
	}
	return out, nil
}
