package studiosim

import (
	"regexp"
	"strings"
)

var plainName = regexp.MustCompile(`^[A-Za-z0-9_.]+$`)

// lake is the lakehouse table that the first argument names.
func (c *call) lake() (*LakeTable, error) {
	if !plainName.MatchString(c.args[0]) {
		return nil, fail(2, "INVALID_ARGUMENTS", "Invalid table name: %s", c.args[0])
	}
	t, f := c.st.table(c.args[0])
	if f != nil {
		return nil, f
	}
	return t, nil
}

func (c *call) tableStats() (*reply, error) {
	t, err := c.lake()
	if err != nil {
		return nil, err
	}
	return data(o("table", c.args[0], "row_count", t.Rows), "time_ms", 3), nil
}

func (c *call) tableList() (*reply, error) {
	rows := []obj{}
	for _, name := range c.st.tables(c.str("in", c.str("schema", "public"))) {
		if strings.Contains(name, c.str("like", "")) {
			rows = append(rows, o("name", name))
		}
	}
	return data(rows, "time_ms", 3, "count", len(rows)), nil
}

func (c *call) tableDescribe() (*reply, error) {
	t, err := c.lake()
	if err != nil {
		return nil, err
	}
	columns := []obj{}
	for _, col := range t.Columns {
		columns = append(columns, o("name", col.Name, "type", lakeType(col.Type), "comment", ""))
	}
	return data(o("table", c.args[0], "columns", columns), "time_ms", 3), nil
}

func (c *call) schemaList() (*reply, error) {
	rows := []obj{}
	for _, name := range c.st.schemas() {
		if strings.Contains(name, c.str("like", "")) {
			rows = append(rows, o("name", name, "type", "managed"))
		}
	}
	return data(rows, "time_ms", 3, "count", len(rows)), nil
}
