package czcli

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// question is one statement about one table.
type question struct {
	sql    string
	take   func(reply) error
	refuse func(*batchsync.PlatformError) // by the platform; may be nil
	lost   func(*batchsync.Problem)       // it was not answered, or not understood; may be nil
}

// counting asks for rows and keys in one statement, so that they are of one
// moment. Names of columns are neutral: the program masks values by them.
func (d *delivery) counting(keys []string) question {
	items := []string{"COUNT(*) AS c1"}
	for i, key := range keys {
		items = append(items, "COUNT("+key+") AS k"+strconv.Itoa(i+1))
	}
	lost := func(p *batchsync.Problem) { d.Problem = p }
	return question{
		sql: "SELECT " + strings.Join(items, ", ") + " FROM " + d.name, lost: lost,
		refuse: func(pe *batchsync.PlatformError) {
			d.Problem, d.refused = nil, !noTable.MatchString(pe.Message)
			if d.refused {
				d.Problem = problem(pe)
			}
		},
		take: func(a reply) error {
			counts, err := a.wholeRow(len(items))
			if err != nil {
				return err
			}
			d.Exists, d.Rows, d.Problem = true, counts[0], nil
			if len(keys) > 0 {
				d.NonNull = map[string]int64{}
			}
			for i := range keys {
				d.NonNull[d.ask.Keys[i]] = counts[i+1]
			}
			return nil
		},
	}
}

// wholeRow is an answer of one row of counts.
func (a reply) wholeRow(n int) ([]int64, error) {
	if len(a.Rows) != 1 || len(a.Rows[0]) != n {
		return nil, errors.New("not one row of counts")
	}
	var out []int64
	for _, value := range a.Rows[0] {
		count, err := exactCount(string(value))
		if err != nil {
			return nil, err
		}
		out = append(out, count)
	}
	return out, nil
}

// exactCount reads a count that may be a number, a string beyond 2^53 or a
// decimal, without the detour over a float. Anything else is none, such as what
// the program masks.
func exactCount(s string) (int64, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || strings.Trim(fraction, "0") != "" || strings.HasPrefix(whole, "+") {
		return -1, errors.New("no count in the answer")
	}
	return n, nil
}

// describing asks for the columns.
func (d *delivery) describing() question {
	return question{sql: "DESC TABLE " + d.name, refuse: d.vanishes, take: func(a reply) error {
		name, kind := column(a.Columns, "column_name"), column(a.Columns, "data_type")
		if name < 0 || kind < 0 {
			return errors.New("DESC TABLE has no columns column_name and data_type")
		}
		var out []batchsync.TargetColumn
		for _, row := range a.Rows {
			c := batchsync.TargetColumn{Name: cell(row, name), Type: cell(row, kind)}
			if c.Name == "" || strings.HasPrefix(c.Name, "#") {
				break // what follows tells of partitions and the like
			}
			if strings.Contains(c.Name, "***") || strings.Contains(c.Type, "***") {
				return errors.New("columns are masked")
			}
			out = append(out, c)
		}
		d.Columns = out
		return nil
	}}
}

// comparing asks for rows beyond the first of their key. Rows without a whole
// key are left out: they are told by the keys. The columns are named within
// the brackets only.
func (d *delivery) comparing() question {
	sql := "SELECT COUNT(" + d.keys[0] + ") - COUNT(DISTINCT " + d.keys[0] + ") AS c1 FROM " + d.name
	if len(d.keys) > 1 {
		sql = "SELECT COALESCE(SUM(g1.c2), 0) AS c1 FROM (SELECT COUNT(*) - 1 AS c2 FROM " + d.name +
			" WHERE " + strings.Join(d.keys, " IS NOT NULL AND ") + " IS NOT NULL GROUP BY " + strings.Join(d.keys, ", ") + " HAVING COUNT(*) > 1) g1"
	}
	return question{sql: sql, refuse: d.vanishes, take: func(a reply) error {
		counts, err := a.wholeRow(1)
		if err == nil {
			d.Duplicates = counts[0]
		}
		return err
	}}
}

// vanishes records that a table went while it was looked at.
func (d *delivery) vanishes(pe *batchsync.PlatformError) {
	if noTable.MatchString(pe.Message) {
		*d.TargetFigures = batchsync.TargetFigures{Table: d.Table, Rows: -1, Duplicates: -1}
	}
}

// history asks when the table was written last. A refusal proves nothing: views
// have none.
func (d *delivery) history(zone *time.Location) question {
	return question{sql: "DESC HISTORY " + d.name, take: func(a reply) error {
		versions, err := a.versions(zone)
		if err == nil {
			d.Written, d.History = batchsync.LastWrite(versions), true
		}
		return err
	}}
}

// quotedName is one identifier, as [quoted] takes them.
func quotedName(name string) (string, error) {
	both, err := quoted("s." + name)
	if err != nil {
		return "", errors.New("not a column")
	}
	return strings.TrimPrefix(both, "`s`."), nil
}
