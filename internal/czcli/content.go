package czcli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"batchsync/internal/batchsync"
)

// mapping is what "integration show" tells of a task.
type mapping struct {
	Columns []batchsync.TablePair `json:"column_mapping"`
	Tables  []batchsync.TablePair `json:"table_mapping"`
	Type    text                  `json:"sync_type"`
	Where   text                  `json:"where"`
	Threads number                `json:"parallelism"`
	Rate    number                `json:"m_bytes"`
	Keyed   text                  `json:"pk_write_mode"`
	Keyless text                  `json:"non_pk_write_mode"`
}

// stored is the task content as Studio keeps it. Only what is needed is
// named; tasks made by hand in Studio may lack any of it.
type stored struct {
	Pipeline number `json:"pipelineType"` // 0 single table, 1 several, 3 whole databases; others only by hand
	Jobs     []struct {
		Source table `json:"source"`
		Sink   table `json:"sink"`
	} `json:"jobs"`
	From struct {
		connection
		All []connection `json:"datasource"`
	} `json:"sourceConnection"`
	To      connection `json:"sinkConnection"`
	Setting struct {
		WriteMode text `json:"nonPkWriteMode"`
	} `json:"setting"`
	Names struct {
		Schema rule `json:"schema"`
		Table  rule `json:"table"`
	} `json:"nameRule"`
	Mirror struct {
		DBs []struct {
			Namespace text `json:"namespace"`
		} `json:"dbs"`
	} `json:"dbMirror"`
}

type table struct {
	Namespace text     `json:"namespace"`
	Name      text     `json:"dataObject"`
	Columns   []mapped `json:"columns"`
	Params    struct {
		WriteMode text `json:"writeMode"`
		Where     text `json:"where"`
	} `json:"params"`
}

func (t table) String() string { return strings.Trim(string(t.Namespace+"."+t.Name), ".") }

type connection struct {
	ID   number `json:"datasourceId"`
	Name text   `json:"datasourceName"`
}

func (c connection) datasource() batchsync.Datasource {
	return batchsync.Datasource{ID: batchsync.DatasourceID(c.ID), Name: string(c.Name)}
}

type rule struct {
	Rule text `json:"rule"`
}

// Content reads back what a task is set up to copy; parts the platform does
// not tell stay zero. A task without content is the failure not_configured,
// and so is one that is no sync task.
func (c *Client) Content(ctx context.Context, task batchsync.TaskID) (batchsync.Content, error) {
	var shown mapping
	if err := c.get(ctx, read("task integration show").task(task), &shown); err != nil {
		return batchsync.Content{}, err
	}
	var kept stored
	var params bool
	err := c.do(ctx, read("task content").task(task), func(d document) error {
		var data struct {
			Content json.RawMessage   `json:"task_content"`
			Params  []json.RawMessage `json:"params"`
			In      []json.RawMessage `json:"input_params"`
			Out     []json.RawMessage `json:"output_params"`
		}
		if err := d.into(&data); err != nil {
			return err
		}
		kept = stored{}
		params = len(data.Params)+len(data.In)+len(data.Out) > 0
		return kept.decode(data.Content)
	})
	if err != nil {
		return batchsync.Content{}, err
	}
	out := kept.content(shown)
	out.Params, out.NoEdit = params, params || !kept.editable(len(shown.Columns))
	return out, nil
}

// decode takes the content as a string of JSON, which is what is seen, or as
// an object. Parts of another shape than expected stay zero.
func (s *stored) decode(raw json.RawMessage) error {
	var quoted string
	if json.Unmarshal(raw, &quoted) == nil {
		raw = json.RawMessage(quoted)
	}
	if len(strings.TrimSpace(string(raw))) == 0 {
		return nil
	}
	var shape *json.UnmarshalTypeError
	if err := json.Unmarshal(raw, s); err != nil && !errors.As(err, &shape) {
		return errors.New("task_content is not JSON")
	}
	return nil
}

func (s *stored) content(shown mapping) batchsync.Content {
	out := batchsync.Content{
		Source: s.From.datasource(), Target: s.To.datasource(), Scope: s.scope(shown),
		WriteMode: writeMode(cmp.Or(s.Setting.WriteMode, shown.Keyless)), Parallel: int(shown.Threads),
		Rate: int(shown.Rate), KeyedMode: writeMode(shown.Keyed),
	}
	if len(s.From.All) > 0 && out.Source.ID == 0 {
		out.Source = s.From.All[0].datasource()
	}
	if len(s.Jobs) > 0 {
		out.SourceSchema = string(s.Jobs[0].Source.Namespace)
	}
	switch out.Scope {
	case batchsync.ScopeSingle:
		out.Pairs = s.pairs()
		out.Columns, out.Crossed, out.Mapped = len(shown.Columns), crossed(shown.Columns), shown.Columns
		out.Where = string(shown.Where)
		if len(s.Jobs) > 0 {
			out.WriteMode = writeMode(s.Jobs[0].Sink.Params.WriteMode)
			out.Where = cmp.Or(out.Where, string(s.Jobs[0].Source.Params.Where))
		}
	case batchsync.ScopeMulti:
		if out.Pairs = slices.Concat(shown.Tables); len(out.Pairs) == 0 {
			out.Pairs = s.pairs()
		}
	case batchsync.ScopeWhole:
		if out.SourceSchema == "" && len(s.Mirror.DBs) > 0 {
			out.SourceSchema = string(s.Mirror.DBs[0].Namespace)
		}
		out.SchemaRule, out.TableRule = string(s.Names.Schema.Rule), string(s.Names.Table.Rule)
	}
	return out
}

// scope trusts the content more than the program, which shows every pipeline
// it does not know as a single table.
func (s *stored) scope(shown mapping) batchsync.Scope {
	switch {
	case s.Pipeline == 3:
		return batchsync.ScopeWhole
	case s.Pipeline != 0:
		return batchsync.ScopeMulti
	case shown.Type == "":
		return batchsync.ScopeSingle
	}
	return batchsync.Scope(shown.Type) // the program's words are those of the domain
}

func (s *stored) pairs() []batchsync.TablePair {
	var out []batchsync.TablePair
	for _, job := range s.Jobs {
		// Editing a mirror without tables leaves a job without names behind.
		if job.Source.Name != "" {
			out = append(out, batchsync.TablePair{Source: job.Source.String(), Sink: job.Sink.String()})
		}
	}
	return out
}

// crossed lists the mapped columns whose names differ. The target folds case.
func crossed(columns []batchsync.TablePair) []string {
	var out []string
	for _, c := range columns {
		if !strings.EqualFold(c.Source, c.Sink) {
			out = append(out, c.Source+" -> "+c.Sink)
		}
	}
	return out
}

// writeMode turns the platform's capitals into the domain's word; a mode the
// domain has no word for stays recognisable.
func writeMode(platform text) batchsync.WriteMode {
	return batchsync.WriteMode(strings.ToLower(string(platform)))
}

// StudioURL is the address of a task in Studio, with content or without; empty
// when the program names none.
func (c *Client) StudioURL(ctx context.Context, task batchsync.TaskID) (string, error) {
	var data struct {
		URL text `json:"studio_url"`
	}
	err := c.get(ctx, read("task content").task(task), &data)
	return string(data.URL), err
}

// DraftSchedule reads the schedule saved with a task, deployed or not; without
// one it is zero.
func (c *Client) DraftSchedule(ctx context.Context, task batchsync.TaskID) (batchsync.DraftSchedule, error) {
	var data struct {
		Schedule struct {
			Cron     text   `json:"cron_express"`
			VCluster text   `json:"etl_vc_code"`
			Rerun    number `json:"rerun_property"`
			retry
		} `json:"schedule_config"`
	}
	if err := c.get(ctx, read("task content").task(task), &data); err != nil {
		return batchsync.DraftSchedule{}, err
	}
	s := data.Schedule
	return batchsync.DraftSchedule{Cron: string(s.Cron), VCluster: string(s.VCluster), Rerun: int(s.Rerun), Retry: s.saved()}, nil
}
