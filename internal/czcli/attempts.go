package czcli

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"batchsync/internal/batchsync"
)

// maxLogPages ends the reading of a log that goes on for ever.
const maxLogPages = 2000

// Attempts lists the tries of a run, the oldest first. A run that has not
// begun has none, and neither has an unknown one.
func (c *Client) Attempts(ctx context.Context, run batchsync.RunID) ([]batchsync.Attempt, error) {
	type item struct {
		ID      number `json:"execution_id"`
		Created number `json:"created_time"`
		Began   number `json:"start_time"`
		Ended   number `json:"end_time"`
		Result  number `json:"finish_result"`
	}
	const usual = 10
	page := func() *command { return read("attempts list").run(run) }
	items, err := pages(ctx, c, usual, page, func(i item) int64 { return int64(i.ID) })
	if err != nil {
		return nil, err
	}
	// The platform's order is not known; an attempt yet to begin is the last.
	began := func(i item) number { return cmp.Or(i.Began, i.Created, math.MaxInt64) }
	slices.SortFunc(items, func(a, b item) int { return cmp.Or(cmp.Compare(began(a), began(b)), cmp.Compare(a.ID, b.ID)) })
	out := []batchsync.Attempt{}
	for _, it := range items {
		if it.ID > 0 {
			out = append(out, batchsync.Attempt{ID: int64(it.ID), Began: millis(it.Began), Ended: millis(it.Ended), Result: batchsync.RunStatus(it.Result)})
		}
	}
	return out, nil
}

// AttemptLog reads the log of one attempt and keeps its last limit bytes,
// whole characters only; cut tells that earlier text was left out. Each page is
// a command of its own, up to 2000 of them, so that a long log takes minutes
// unless ctx ends it. With an error comes the text read up to then.
//
// The text is foreign and as the platform has it: secrets may be in it.
func (c *Client) AttemptLog(ctx context.Context, run batchsync.RunID, attempt int64, limit int) (text string, cut bool, err error) {
	kept, offset := tail{max: limit}, int64(0)
	for range maxLogPages {
		page, err := c.logPage(ctx, logCommand(run, attempt, offset, limit))
		if err != nil {
			return string(kept.text), kept.cut, err
		}
		end := int64(page.End)
		if known := offset > 0 && end > 0 && end <= offset; !known { // the platform may repeat its last page
			kept.add(string(page.Content))
		}
		if page.More != "true" || end <= offset {
			return string(kept.text), kept.cut, nil
		}
		offset = end
	}
	k := logCommand(run, attempt, offset, limit)
	return string(kept.text), kept.cut, k.unfit(fmt.Errorf("the log does not end after %d pages", maxLogPages))
}

func logCommand(run batchsync.RunID, attempt, offset int64, limit int) *command {
	k := read("attempts log").run(run).flagID("attempt-id", attempt).number("offset", offset)
	if limit <= 0 {
		k.refuse("limit %d leaves no text", limit)
	}
	return k
}

// logPage is a piece of a log; End is the offset of its end in bytes.
type logPage struct {
	Content text   `json:"logContent"`
	End     number `json:"endOffset"`
	More    text   `json:"hasNext"`
}

func (c *Client) logPage(ctx context.Context, k *command) (page logPage, err error) {
	err = c.get(ctx, k, &page)
	return page, err
}

// tail keeps the last max bytes of a text, whole characters only.
type tail struct {
	max  int
	text []byte
	cut  bool
}

func (t *tail) add(s string) {
	t.text = append(t.text, s...)
	over := len(t.text) - t.max
	if over <= 0 {
		return
	}
	for over < len(t.text) && !utf8.RuneStart(t.text[over]) {
		over++
	}
	t.text = append(t.text[:0], t.text[over:]...) // in place: the array must not grow with the log
	t.cut = true
}
