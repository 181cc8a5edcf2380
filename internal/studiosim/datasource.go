package studiosim

import (
	"fmt"
	"slices"
	"strings"
)

const sourceTypes = "lakehouse, kafka, hive, clickhouse, mysql, postgresql, sqlserver, oss, hbase, odps, mongodb, elasticsearch, doris, starrocks, selectdb, tidb, mariadb, polardb, hologres, db2, greenplum, oracle, dm, cos, redis, databricks, automq, redshift, s3, dynamodb, aurora_mysql, aurora_postgresql, polardb_postgresql"

func (c *call) datasourceList() (*reply, error) {
	kind := strings.ToLower(c.str("type", ""))
	if kind != "" && !slices.Contains(strings.Split(sourceTypes, ", "), kind) {
		return nil, fail(1, "INVALID_TYPE", "Unknown datasource type '%s'. Valid: %s", kind, sourceTypes)
	}
	name := strings.ToLower(c.str("name", ""))
	var hits []*Datasource
	for _, d := range c.st.Datasources {
		if strings.Contains(strings.ToLower(d.Name), name) && (kind == "" || strings.ToLower(d.Type) == kind) {
			hits = append(hits, d)
		}
	}
	page, size := c.paging(20)
	rows := []obj{}
	for _, d := range cutPage(hits, page, size) {
		rows = append(rows, o("id", d.ID, "name", d.Name, "type", d.Type, "status", 1, "connectionParams", d.Params, "testFailedReason", nil))
	}
	return data(rows, "time_ms", 18, "count", len(rows), "ai_message", fmt.Sprintf("Page %d, showing %d of %d datasources.", page, len(rows), len(hits))), nil
}

// findDatasource resolves an id or a name. Only the first 100 are looked at;
// the first partial name wins, and an unknown id is found out only in use.
func (c *call) findDatasource(word string) (*Datasource, *failure) {
	list := c.st.Datasources[:min(100, len(c.st.Datasources))]
	if id := number(word); id > 0 {
		for _, d := range list {
			if d.ID == id {
				return d, nil
			}
		}
		return &Datasource{ID: id, Name: word, Fault: fmt.Sprintf("datasource %d does not exist", id)}, nil
	}
	for _, d := range list {
		if d.Name == word {
			return d, nil
		}
	}
	for _, d := range list {
		if strings.Contains(strings.ToLower(d.Name), strings.ToLower(word)) {
			return d, nil
		}
	}
	return nil, fail(1, c.cmd.code, "Datasource '%s' not found", word)
}

// reachable is the datasource of the first argument when it can be reached.
func (c *call) reachable() (*Datasource, error) {
	d, f := c.findDatasource(c.args[0])
	if f != nil {
		return nil, f
	}
	if d.Fault != "" {
		return nil, fail(1, "DATASOURCE_ERROR", "%s", d.Fault)
	}
	return d, nil
}

func (c *call) datasourceTest() (*reply, error) {
	d, f := c.findDatasource(c.args[0])
	if f != nil {
		return nil, f
	}
	if d.Fault != "" {
		f := fail(1, "CONNECTION_FAILED", "%s", d.Fault)
		f.hint = fmt.Sprintf("Datasource '%s' (id=%d) is not reachable. Check network and connection parameters.", d.Name, d.ID)
		return nil, f
	}
	return data(o("datasource", d.Name, "id", d.ID, "connected", true), "time_ms", 17), nil
}

// names filters and cuts a list of names; the cut leaves no trace.
func (c *call) names(all []string) []string {
	filter := strings.ToLower(c.str("filter", ""))
	out := []string{}
	for _, name := range all {
		if strings.Contains(strings.ToLower(name), filter) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), max(0, c.int("limit", 50)))]
}

func (c *call) datasourceCatalogs() (*reply, error) {
	d, err := c.reachable()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, cat := range d.Catalogs {
		all = append(all, cat.Name)
	}
	list := c.names(all)
	return data(list, "time_ms", 18, "count", len(list),
		"ai_message", fmt.Sprintf("Use one of these catalog names with: cz-cli datasource objects %s <catalog>", d.Name)), nil
}

func (c *call) datasourceObjects() (*reply, error) {
	d, err := c.reachable()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, cat := range d.Catalogs {
		if cat.Name != c.args[1] {
			continue
		}
		for _, t := range cat.Tables {
			all = append(all, t.Name)
		}
	}
	list := c.names(all)
	return data(list, "time_ms", 17, "count", len(list),
		"ai_message", fmt.Sprintf("Use a table name with: cz-cli datasource describe %s %s <table>", d.Name, c.args[1])), nil
}

func (c *call) sourceTable() (*Datasource, *SourceTable, error) {
	d, err := c.reachable()
	if err != nil {
		return nil, nil, err
	}
	if t := d.table(c.args[1], c.args[2]); t != nil {
		return d, t, nil
	}
	return nil, nil, fail(1, "DATASOURCE_ERROR", "object %s.%s does not exist in %s", c.args[1], c.args[2], d.Name)
}

func (c *call) datasourceDescribe() (*reply, error) {
	d, t, err := c.sourceTable()
	if err != nil {
		return nil, err
	}
	columns := []obj{}
	for _, col := range t.Columns {
		columns = append(columns, o("cluster", false, "comment", "", "name", col.Name, "nullable", !col.Primary, "partitionColumn", false,
			"physicalType", nil, "primary", col.Primary, "properties", nil, "sorted", false, "supportAsSplitKey", col.Primary, "type", col.Type))
	}
	hint := fmt.Sprintf("Column metadata retrieved. Use source_columns to generate DDL for target Lakehouse table, or proceed to: cz-cli task create-offline-sync <name> --folder <folder> --source %s --source-db %s --source-table %s", d.Name, c.args[1], c.args[2])
	return data(o("columns", columns, "comment", "", "name", t.Name, "nameSpace", c.args[1]), "time_ms", 17, "ai_message", hint), nil
}

func (c *call) datasourceSample() (*reply, error) {
	_, t, err := c.sourceTable()
	if err != nil {
		return nil, err
	}
	rows := []obj{}
	for _, cells := range sampleRows(t.Columns, t.Sample, t.Rows, max(0, c.int("limit", 50))) {
		row := obj{}
		for i, col := range t.Columns {
			row = append(row, pair{col.Name, cells[i]})
		}
		rows = append(rows, row)
	}
	return data(rows, "time_ms", 18, "count", len(rows)), nil
}

// sampleRows are a table's kept rows, or made-up ones.
func sampleRows(columns []Column, kept [][]any, rows int64, limit int) [][]any {
	if len(kept) > 0 {
		return kept[:min(len(kept), limit)]
	}
	out := [][]any{}
	for n := int64(1); n <= rows && len(out) < limit; n++ {
		cells := make([]any, len(columns))
		for i, col := range columns {
			switch lakeType(col.Type) {
			case "bigint", "int":
				cells[i] = n
			case "decimal":
				cells[i] = fmt.Sprint(n)
			default:
				cells[i] = fmt.Sprintf("%s_%d", col.Name, n)
			}
		}
		out = append(out, cells)
	}
	return out
}

// lakeType is the lakehouse type that a source type becomes.
func lakeType(source string) string {
	t := strings.ToUpper(source)
	word, _, _ := strings.Cut(t, "(")
	switch word {
	case "ENUM", "SET", "TIME", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT":
		return "string"
	}
	switch t {
	case "VARCHAR", "CHAR", "TEXT", "JSON", "UUID":
		return "string"
	case "DATETIME", "TIMESTAMP", "TIMESTAMPTZ":
		return "timestamp"
	case "NUMERIC", "DECIMAL":
		return "decimal"
	case "INTEGER":
		return "int"
	default:
		return strings.ToLower(t)
	}
}
