package czcli

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// understand takes the answer to one statement, whose place alone says what it
// is about.
func (c *Client) understand(k *command, tables []wanted, a reply) {
	i, n := *a.Index, len(tables)
	switch {
	case i < n:
		tables[i].count(k, a, c.cleaner())
	case i < 2*n && a.Error == nil:
		if versions, err := a.versions(c.cfg.Zone); err == nil {
			tables[i-n].Versions = versions
		}
	}
}

func (t wanted) count(k *command, a reply, clean cleaner) {
	t.Problem = nil
	if a.Error != nil {
		if pe := k.refused(result{}, *a.Error, clean); !noTable.MatchString(pe.Message) {
			t.Problem = problem(pe)
		}
		return
	}
	rows, ok := int64(0), false
	if len(a.Rows) == 1 && len(a.Rows[0]) == 1 {
		rows, ok = wholeNumber(string(a.Rows[0][0]))
	}
	if !ok || rows < 0 {
		t.Problem = problem(k.garbage(result{}, errors.New("no count in the answer")))
		return
	}
	t.Exists, t.Rows = true, rows
}

var (
	// noTable finds the refusal of a table that is not there, and neither of a
	// cluster nor of a person.
	noTable = regexp.MustCompile("(?i)\\b(?:table|view|schema)(?: or view)?(?: (?:'[^']*'|`[^`]*`|\"[^\"]*\"|\\S+))? (?:is |was )?(?:not found|does not exist|doesn't exist)")
	// integrationOnly finds the refusal of a cluster that copies data but runs
	// no queries.
	integrationOnly = regexp.MustCompile(`(?i)\bvcluster\b.*\bintegration\b`)
)

// problem says why a table was not told of.
func problem(pe *batchsync.PlatformError) *batchsync.Problem {
	p := batchsync.ProblemOf(pe)
	if integrationOnly.MatchString(pe.Message) {
		p.Code, p.Text, p.Hint = batchsync.CodeMisconfigured, batchsync.T("figures.cluster"), batchsync.T("figures.cluster_hint")
	}
	return p
}

// versions are the rows of DESC HISTORY, the newest first. One that cannot be
// read makes all worthless: a table is judged by the newest.
func (a reply) versions(zone *time.Location) ([]batchsync.TableVersion, error) {
	at, number := column(a.Columns, "time"), column(a.Columns, "version")
	rows, operation := column(a.Columns, "total_rows"), column(a.Columns, "operation")
	if at < 0 {
		return nil, errors.New("DESC HISTORY has no column time")
	}
	type version struct {
		batchsync.TableVersion
		number int64
	}
	var all []version
	for _, row := range a.Rows {
		v := version{batchsync.TableVersion{Rows: -1, Operation: cell(row, operation)}, 0}
		var err error
		if v.At, err = moment(cell(row, at), zone); err != nil {
			return nil, err
		}
		if n, ok := wholeNumber(cell(row, rows)); ok {
			v.Rows = n
		}
		v.number, _ = wholeNumber(cell(row, number))
		all = append(all, v)
	}
	slices.SortStableFunc(all, func(a, b version) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.number, a.number)) })
	out := []batchsync.TableVersion{}
	for _, v := range all {
		out = append(out, v.TableVersion)
	}
	return out, nil
}

// moment reads a time of the platform's SQL, with or without an offset.
func moment(s string, zone *time.Location) (time.Time, error) {
	s = strings.Replace(s, " ", "T", 1)
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	t, err := time.ParseInLocation("2006-01-02T15:04:05", s, zone)
	if err != nil {
		return time.Time{}, errors.New("not a time")
	}
	return t.UTC(), nil
}
