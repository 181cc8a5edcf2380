package studiosim

import (
	"encoding/json"
	"strings"
)

// contentText is the sync content as the JSON text that Studio stores, or the
// script of another task; "" when there is none.
func (st *state) contentText(t *Task) string {
	if t.Content == nil {
		return t.Script
	}
	if t.Content.Kind == "single" {
		return string(compact(st.singleContent(t.Content)))
	}
	return string(compact(st.multiContent(t.Content)))
}

func (st *state) connection(id int64) map[string]any {
	ds := st.datasource(id)
	if ds == nil {
		return map[string]any{"datasourceId": id}
	}
	return map[string]any{"datasourceId": ds.ID, "datasourceName": ds.Name, "type": ds.TypeCode}
}

func (st *state) typeCode(id int64) int {
	if ds := st.datasource(id); ds != nil {
		return ds.TypeCode
	}
	return 0
}

func (st *state) singleContent(c *Integration) map[string]any {
	mapping := map[string]string{}
	source, sink := []map[string]string{}, []map[string]string{}
	for _, col := range c.Columns {
		mapping[col[0]] = col[1]
		source = append(source, map[string]string{"name": col[0]})
		sink = append(sink, map[string]string{"name": col[1]})
	}
	var pair Pair
	if len(c.Tables) > 0 {
		pair = c.Tables[0]
	}
	fromNS, from := cut(pair.Source)
	toNS, to := cut(pair.Sink)
	job := map[string]any{
		"columnMapping": mapping,
		"setting":       map[string]any{"errorLimit": map[string]int{"maxCount": -1, "record": -1}, "parallelism": max(1, c.Parallel)},
		"sink": map[string]any{"columns": sink, "dataObject": to, "namespace": toNS,
			"params": map[string]any{"dsType": st.typeCode(c.Sink), "writeMode": orText(c.WriteMode, "OVERWRITE")}},
		"source": map[string]any{"columns": source, "dataObject": from, "namespace": fromNS,
			"params": map[string]any{"dsType": st.typeCode(c.Source)}},
	}
	if c.Where != "" {
		job["source"].(map[string]any)["params"].(map[string]any)["where"] = c.Where
	}
	return map[string]any{"jobs": []any{job}, "sinkConnection": st.connection(c.Sink), "sourceConnection": st.connection(c.Source),
		"templateKey": 1, "userParams": map[string]any{}}
}

// pipelineType numbers: 1 several tables, 2 sharded tables merged into one
// (the number is this world's own), 3 whole databases.
func (c *Integration) pipelineType() int {
	switch c.Kind {
	case "merge":
		return 2
	case "whole_db":
		return 3
	}
	return 1
}

func (st *state) multiContent(c *Integration) map[string]any {
	jobs := []any{}
	for _, pair := range c.Tables {
		fromNS, from := cut(pair.Source)
		toNS, to := cut(pair.Sink)
		jobs = append(jobs, map[string]any{"columnMapping": map[string]any{},
			"sink":   map[string]any{"columns": []any{}, "dataObject": to, "namespace": toNS},
			"source": map[string]any{"columns": []any{}, "dataObject": from, "datasourceId": c.Source, "namespace": fromNS}})
	}
	rule := map[string]any{"schema": map[string]any{"mode": "2"}, "table": map[string]any{"mode": "1"}}
	if c.Kind == "whole_db" {
		rule = map[string]any{"schema": map[string]any{"mode": "3", "rule": c.SchemaRule}, "table": map[string]any{"mode": "3", "rule": c.TableRule}}
	}
	n := max(1, c.Parallel)
	if c.Parallel == 0 {
		n = 4
	}
	content := map[string]any{"heterogeneous": false, "jobs": jobs, "nameRule": rule, "pipelineType": c.pipelineType(),
		"setting": map[string]any{"groupingStrategy": map[string]any{"batchSize": 4, "connections": 4, "parallelism": n, "strategy": "SIZE"},
			"nonPkWriteMode": orText(c.NonPKMode, "OVERWRITE"), "pkWriteMode": orText(c.PKMode, "OVERWRITE")},
		"sinkConnection":   st.connection(c.Sink),
		"sourceConnection": map[string]any{"datasource": []any{st.connection(c.Source)}},
		"templateKey":      1, "userParams": map[string]any{}}
	if len(c.SourceDBs) > 0 {
		var dbs []any
		for _, db := range c.SourceDBs {
			dbs = append(dbs, map[string]any{"namespace": db, "datasourceId": c.Source})
		}
		content["dbMirror"] = map[string]any{"dbs": dbs}
	}
	return content
}

func (c *call) integrationSetup() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	source, f := c.findDatasource(c.str("source-datasource", ""))
	if f != nil {
		return nil, f
	}
	sink, f := c.findDatasource(c.str("sink-datasource", ""))
	if f != nil {
		return nil, f
	}
	kind := c.str("sync-type", "single")
	if want := map[string]int{"single": 10, "multi": 291, "whole_db": 291}[kind]; t.Type != want {
		return nil, fail(1, "INTEGRATION_ERROR", "task %d of type %s does not take a sync of type %s", t.ID, typeWord(t.Type), kind)
	}
	content := &Integration{Kind: kind, Source: source.ID, Sink: sink.ID}
	switch kind {
	case "single":
		return c.setupSingle(t, content, source)
	case "whole_db":
		return c.setupWhole(t, content)
	}
	return c.setupMulti(t, content)
}

func (c *call) setupSingle(t *Task, content *Integration, source *Datasource) (*reply, error) {
	db, table := c.str("source-schema", ""), c.str("source-table", "")
	if table == "" {
		return nil, fail(2, "INVALID_ARGUMENTS", "--source-table is required for single-table sync.")
	}
	if source.Fault != "" {
		return nil, fail(1, "INTEGRATION_ERROR", "%s", source.Fault)
	}
	src := source.table(db, table)
	if src == nil {
		return nil, fail(1, "INTEGRATION_ERROR", "object %s.%s does not exist in %s", db, table, source.Name)
	}
	schema, name := c.str("sink-schema", "public"), c.str("sink-table", table)
	pair := Pair{db + "." + table, schema + "." + name}
	content.Tables, content.WriteMode = []Pair{pair}, c.str("write-mode", "OVERWRITE")
	if c.st.lakeTable(schema, name) == nil {
		c.st.addSchema(schema)
		c.st.Lake = append(c.st.Lake, &LakeTable{Schema: schema, Name: name, Columns: src.Columns})
	}
	for _, col := range src.Columns {
		content.Columns = append(content.Columns, [2]string{col.Name, col.Name})
	}
	c.configured(t, content)
	return data(o("task_id", t.ID, "sync_type", "single", "source", pair.Source, "sink", pair.Sink,
		"column_mapping", content.mapping(), "studio_url", c.st.studioURL(t.ID)),
		"ai_message", "已创建单表同步任务并生成默认字段映射。如需调整映射或同步参数，使用: cz-cli task integration edit <task>。集成任务执行需使用 INTEGRATION 类型的 vcluster。").
		changed("setup %d", t.ID), nil
}

func (c *Integration) mapping() []obj {
	out := []obj{}
	for _, col := range c.Columns {
		out = append(out, o("source", col[0], "sink", col[1]))
	}
	return out
}

func (c *call) setupMulti(t *Task, content *Integration) (*reply, error) {
	tables := []string{}
	for _, name := range strings.Split(c.str("source-tables", ""), ",") {
		if name = strings.TrimSpace(name); name != "" {
			tables = append(tables, name)
			content.Tables = append(content.Tables, Pair{c.str("source-schema", "") + "." + name, c.str("sink-schema", "public") + "." + name})
		}
	}
	c.configured(t, content)
	return data(o("task_id", t.ID, "sync_type", "multi", "tables", tables, "studio_url", c.st.studioURL(t.ID)),
		"ai_message", "已创建多表同步任务（"+cell(len(tables))+" 张表）。集成任务执行需使用 INTEGRATION 类型的 vcluster。").
		changed("setup %d", t.ID), nil
}

func (c *call) setupWhole(t *Task, content *Integration) (*reply, error) {
	for _, word := range append([]string{c.str("source-schema", "")}, c.flags["source-dbs"]...) {
		for _, db := range strings.Split(word, ",") {
			if db != "" && !contains(content.SourceDBs, db) {
				content.SourceDBs = append(content.SourceDBs, db)
			}
		}
	}
	content.SchemaRule, content.TableRule = "{SOURCE_DATABASE}", "{SOURCE_DATABASE}_{SOURCE_TABLE}"
	c.configured(t, content)
	return data(o("task_id", t.ID, "sync_type", "whole_db", "source_dbs", content.SourceDBs, "studio_url", c.st.studioURL(t.ID))).
		changed("setup %d", t.ID), nil
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

func (c *call) configured(t *Task, content *Integration) {
	t.Content = content
	if c.st.Switches.ConfigSetBy != "save-cron" {
		t.HasConfig = true
	}
	c.st.edited(t)
}

func (c *call) integrationShow() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	if t.Content == nil {
		return nil, fail(1, "NO_CONTENT", "No integration content found for this task. Configure it first via: cz-cli task integration setup")
	}
	i := t.Content
	if i.Kind == "single" {
		return data(o("task_id", t.ID, "sync_type", "single", "column_mapping", i.mapping(), "parallelism", max(1, i.Parallel), "error_limit", -1,
			"m_bytes", orInt(i.Rate, 1), "split_pk", i.SplitPK, "where", i.Where, "advanced_params", []obj{}, "studio_url", c.st.studioURL(t.ID))), nil
	}
	return data(o("task_id", t.ID, "sync_type", i.syncType(), "pipeline_type", i.pipelineType(), "table_mapping", i.tableMapping(),
		"pk_write_mode", orText(i.PKMode, "OVERWRITE"), "non_pk_write_mode", orText(i.NonPKMode, "OVERWRITE"),
		"schema_rule", i.SchemaRule, "table_rule", i.TableRule, "parallelism", orInt(i.Parallel, 4), "batch_size", 4, "connections", 4,
		"studio_url", c.st.studioURL(t.ID))), nil
}

func orInt(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}

func (c *Integration) syncType() string {
	if c.Kind == "merge" {
		return "multi"
	}
	return c.Kind
}

func (c *Integration) tableMapping() []obj {
	out := []obj{}
	if c.Kind == "whole_db" {
		return out
	}
	for _, pair := range c.Tables {
		out = append(out, o("source", pair.Source, "sink", pair.Sink))
	}
	return out
}

func (c *call) integrationEdit() (*reply, error) {
	t, err := c.theTask()
	if err != nil {
		return nil, err
	}
	given := false
	for _, spec := range parseSpec(c.cmd.flags) {
		given = given || c.has(spec.name)
	}
	if !given {
		return nil, fail(2, "INVALID_ARGUMENTS", "Provide at least one field to change. See 'cz-cli task integration edit --help'.")
	}
	if t.Content == nil {
		return nil, fail(1, "NO_CONTENT", "No integration content found for this task. Configure it first via: cz-cli task integration setup")
	}
	i := t.Content
	if f := i.edit(c); f != nil {
		return nil, f
	}
	c.st.edited(t)
	if i.Kind == "single" {
		return data(o("task_id", t.ID, "sync_type", "single", "column_mapping", i.mapping(), "studio_url", c.st.studioURL(t.ID)),
			"ai_message", "已更新集成任务").changed("edit %d", t.ID), nil
	}
	return data(o("task_id", t.ID, "sync_type", i.syncType(), "table_mapping", i.tableMapping(), "studio_url", c.st.studioURL(t.ID)),
		"ai_message", "已更新集成任务参数").changed("edit %d", t.ID), nil
}

func (i *Integration) edit(c *call) *failure {
	i.Where = c.str("where", i.Where)
	i.Parallel = c.int("parallelism", i.Parallel)
	i.Rate = c.int("m-bytes", i.Rate)
	i.PKMode = c.str("pk-write-mode", i.PKMode)
	i.NonPKMode = c.str("non-pk-write-mode", i.NonPKMode)
	i.SchemaRule = c.str("schema-rule", i.SchemaRule)
	i.TableRule = c.str("table-rule", i.TableRule)
	i.SplitPK = c.str("split-pk", i.SplitPK)
	i.WriteMode = c.str("write-mode", i.WriteMode)
	if c.has("table-mapping") {
		var pairs []Pair
		if err := json.Unmarshal([]byte(c.str("table-mapping", "")), &pairs); err != nil {
			return fail(2, "INVALID_ARGUMENTS", "--table-mapping is not valid JSON: %v", err)
		}
		i.Tables = pairs
	}
	if c.has("column-mapping") {
		var columns []Pair
		if err := json.Unmarshal([]byte(c.str("column-mapping", "")), &columns); err != nil {
			return fail(2, "INVALID_ARGUMENTS", "--column-mapping is not valid JSON: %v", err)
		}
		i.Columns = nil
		for _, col := range columns {
			i.Columns = append(i.Columns, [2]string{col.Source, col.Sink})
		}
	}
	return nil
}
