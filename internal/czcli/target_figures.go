package czcli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// delivery is a target table to be looked at for an acceptance, and what is
// known of it so far.
type delivery struct {
	name string   // quoted
	keys []string // quoted, as in the query
	ask  batchsync.TargetQuery
	// keyTrouble is why the keys were not looked at although the rows were.
	keyTrouble *batchsync.Problem
	// refused by the platform was the count together with its keys.
	refused bool
	*batchsync.TargetFigures
}

// TargetFigures finds out what a delivery's target tables hold: rows, columns,
// how often the keys are set, rows beyond the first of a key, and the last
// write; one answer per query, in the order asked. Up to 200 tables cost three
// children, if the names are not very long: counts and columns, duplicates, and
// histories, so that a long history costs no count and a slow comparison
// neither. Each has up to five minutes. The profile's own cluster does the work.
//
// Rows and Duplicates are -1 where they are not told, NonNull lacks a key that
// is not, and Columns are empty; Problem says why for the first of these, and a
// Problem is never a table without rows. Exists is false without a Problem only
// where the platform says that there is no such table, also if it goes while
// others are looked at. A key that the table does not have costs its other
// keys and the duplicates, not the rows. Counts are exact up to an int64; a
// masked value is none.
//
// An error means that nothing was told of any table.
func (c *Client) TargetFigures(ctx context.Context, queries []batchsync.TargetQuery) ([]batchsync.TargetFigures, error) {
	out := make([]batchsync.TargetFigures, len(queries))
	var all []*delivery
	for i, q := range queries {
		out[i] = batchsync.TargetFigures{Table: q.Table, Rows: -1, Duplicates: -1}
		name, err := quoted(q.Table)
		if err != nil {
			out[i].Problem = badName()
			continue
		}
		d := &delivery{name: name, ask: q, TargetFigures: &out[i]}
		for _, key := range q.Keys {
			if quotedKey, err := quotedName(key); err == nil {
				d.keys = append(d.keys, quotedKey)
			} else {
				d.keys, d.keyTrouble = nil, badName() // half a key has other duplicates
				break
			}
		}
		all = append(all, d)
	}
	if err := c.countAndDescribe(ctx, all); err != nil {
		return nil, err
	}
	c.compareKeys(ctx, all)
	c.readHistories(ctx, all)
	for _, d := range all {
		if d.Exists && d.Problem == nil {
			d.Problem = d.keyTrouble
		}
	}
	return out, nil
}

func badName() *batchsync.Problem {
	return &batchsync.Problem{Code: batchsync.CodeInvalid, Text: batchsync.T("figures.name"), Hint: batchsync.T("figures.name_hint")}
}

// countAndDescribe asks for rows, keys and columns. Where it is refused for a
// key, it asks for the rows alone with the duplicates.
func (c *Client) countAndDescribe(ctx context.Context, all []*delivery) error {
	var questions []question
	for _, d := range all {
		questions = append(questions, d.counting(d.keys))
	}
	for _, d := range all {
		questions = append(questions, d.describing())
	}
	err := c.ask(ctx, questions, timePerTable)
	if err != nil && slices.ContainsFunc(all, func(d *delivery) bool { return d.Problem == nil || d.refused }) {
		c.cfg.Log.Warn("some tables were not told of", "tables", len(all), "error", err)
		return nil
	}
	return err
}

// compareKeys asks for duplicates, first of all for rows that were refused with
// their keys. What fails here is left as not told.
func (c *Client) compareKeys(ctx context.Context, all []*delivery) {
	var again, questions []question
	for _, d := range all {
		switch {
		case d.refused && len(d.keys) > 0:
			d.keyTrouble = d.Problem
			again = append(again, d.counting(nil))
		case d.Rows > 0 && len(d.keys) > 0:
			questions = append(questions, d.comparing())
		case d.Rows == 0 && len(d.keys) > 0:
			d.Duplicates = 0 // nothing is there twice
		}
	}
	const perComparison = 10 * time.Second
	if err := c.ask(ctx, append(again, questions...), perComparison); err != nil {
		c.cfg.Log.Warn("duplicates were not told", "tables", len(again)+len(questions), "error", err)
	}
}

// readHistories asks when the tables were written last.
func (c *Client) readHistories(ctx context.Context, all []*delivery) {
	var questions []question
	for _, d := range all {
		if d.Exists {
			questions = append(questions, d.history(c.cfg.Zone))
		}
	}
	if err := c.ask(ctx, questions, timePerTable); err != nil {
		c.cfg.Log.Warn("histories were not told", "tables", len(questions), "error", err)
	}
}

// ask puts the questions to as few children as their arguments allow. What one
// child was told is kept if another fails; the first error is returned.
func (c *Client) ask(ctx context.Context, all []question, each time.Duration) error {
	var first error
	for len(all) > 0 {
		n := fittingQuestions(all)
		if err := c.askChild(ctx, all[:n], each); err != nil && first == nil {
			first = err
		}
		all = all[n:]
	}
	return first
}

// fittingQuestions is how many of them one argument has room for; one at least.
func fittingQuestions(all []question) int {
	size := 0
	for i, q := range all[:min(len(all), 2*maxBatch)] {
		if size += len(q.sql) + len("; "); size > maxValue && i > 0 {
			return i
		}
	}
	return min(len(all), 2*maxBatch)
}

func (c *Client) askChild(ctx context.Context, all []question, each time.Duration) error {
	var sql []string
	for _, q := range all {
		sql = append(sql, q.sql)
	}
	k := read("sql").on("batch").flag("execute", strings.Join(sql, "; ")).number("timeout", int64(maxStatement/time.Second))
	k.about = fmt.Sprintf("%d questions about tables", len(all))
	k.batch = true
	k.limit = max(c.cfg.Read, min(maxBatchTime, c.cfg.Read+maxStatement+time.Duration(len(all))*each))
	err := c.do(ctx, k, func(d document) error {
		if d.rest == nil {
			return errors.New("no statement is answered")
		}
		for _, q := range all {
			q.lose(problem(d.rest))
		}
		d.answers(func(a reply) {
			if *a.Index < len(all) {
				c.settle(k, all[*a.Index], a)
			}
		})
		return nil
	})
	var pe *batchsync.PlatformError
	if !errors.As(err, &pe) {
		return err
	}
	for _, q := range all {
		q.lose(problem(pe))
	}
	if integrationOnly.MatchString(pe.Message) {
		return nil // an answer, about the cluster
	}
	return err
}

func (q question) lose(p *batchsync.Problem) {
	if q.lost != nil {
		q.lost(p)
	}
}

// settle takes the answer to one question.
func (c *Client) settle(k *command, q question, a reply) {
	if a.Error != nil {
		if q.refuse != nil {
			q.refuse(k.refused(result{}, *a.Error, c.cleaner()))
		}
		return
	}
	if err := q.take(a); err != nil {
		q.lose(problem(k.garbage(result{}, err)))
	}
}
