package handlers

import (
	"context"
	"fmt"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// maxAuditRows bounds what one audit reads, the newest rows; the message shows
// fewer.
const maxAuditRows = 10_000

// audit answers with who did what: of all, of one task, or of one person.
// "csv" before the filter sends a file.
func (b *Bot) audit(ctx context.Context, o origin, rest string) {
	filter, asFile := strings.TrimSpace(rest), false
	if first, more, _ := strings.Cut(filter, " "); first == "csv" {
		filter, asFile = strings.TrimSpace(more), true
	}
	rows, err := b.auditRows(ctx, filter)
	if err != nil {
		b.fail(ctx, o, "read audit", err)
		return
	}
	p := b.printerOf(o)
	if asFile && len(rows) == 0 {
		b.tell(ctx, o, p.AuditNone(filter))
		return
	}
	lines := b.lines(ctx, rows)
	if !asFile {
		b.tell(ctx, o, p.Audit(lines, filter))
		return
	}
	data, kept := auditFile(p, lines)
	if err := b.sendFile(o, "audit.csv", string(data)); err != nil {
		b.fail(ctx, o, "send audit", err)
		return
	}
	b.tell(ctx, o, p.Notice([]batchsync.Text{batchsync.T("audit.file_sent", fmt.Sprint(kept))}))
}

// auditFile writes as many of the rows, from the newest on, as a stored file may
// hold; kept tells how many.
func auditFile(p blocks.Printer, lines []blocks.AuditLine) (data []byte, kept int) {
	data = p.AuditCSV(lines)
	for len(data) > batchsync.MaxFile {
		lines = lines[:len(lines)*9/10]
		data = p.AuditCSV(lines)
	}
	return data, len(lines)
}

// auditRows reads the rows that a filter as it was typed means.
func (b *Bot) auditRows(ctx context.Context, typed string) ([]batchsync.AuditRow, error) {
	if typed == "" {
		return b.Store.AuditOf(batchsync.AuditFilter{Limit: maxAuditRows})
	}
	if user, ok := mentionedUser(typed); ok {
		return b.Store.AuditOf(batchsync.AuditFilter{Actor: user, Limit: maxAuditRows})
	}
	if id, ok := batchsync.ParseTaskID(typed); ok {
		return b.auditOfID(ctx, id)
	}
	rows, err := b.auditOfName(ctx, typed)
	if strings.HasPrefix(typed, "@") && batchsync.CodeOf(err) == batchsync.CodeNotFound {
		return nil, noSuchPerson(typed)
	}
	return rows, err
}

// noSuchPerson is about what was typed like a mention and is none: Slack sends the
// id of everybody it knows.
func noSuchPerson(typed string) error {
	return &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("audit.no_person", short(typed)), Hint: batchsync.T("audit.no_person_hint")}
}

// auditOfID needs no platform: the task may be deleted. Only where nothing is
// known of it, it is asked whether there is such a task at all.
func (b *Bot) auditOfID(ctx context.Context, id batchsync.TaskID) ([]batchsync.AuditRow, error) {
	rows, err := b.Store.AuditOf(batchsync.AuditFilter{Task: id, Limit: maxAuditRows})
	if err != nil || len(rows) > 0 {
		return rows, err
	}
	_, _, err = b.resolve(ctx, id.String())
	return nil, err
}

// auditOfName finds the rows of the one task of that name, and those of that
// name which are of no task, such as a creation that failed. A name that no
// task has any more is looked up in the audit itself.
func (b *Bot) auditOfName(ctx context.Context, name string) ([]batchsync.AuditRow, error) {
	ref, candidates, unknown := b.resolve(ctx, name)
	rows, err := b.Store.AuditOf(batchsync.AuditFilter{Task: ref.ID, Name: name, Limit: maxAuditRows})
	switch {
	case err != nil || ref.ID != 0 || len(rows) > 0:
		return rows, err
	case unknown != nil:
		return nil, unknown
	}
	return nil, &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("audit.no_such", name, candidates[0].Name), Hint: batchsync.T("audit.no_such_hint")}
}

// mentionedUser reads <@U…> or <@U…|name>, as Slack escapes a mention in a
// command.
func mentionedUser(s string) (batchsync.UserID, bool) {
	inner, ok := strings.CutPrefix(s, "<@")
	inner, closed := strings.CutSuffix(inner, ">")
	if !ok || !closed {
		return "", false
	}
	id, _, _ := strings.Cut(inner, "|")
	return batchsync.UserID(id), id != ""
}

// lines adds links to the cards that show what became of a row.
func (b *Bot) lines(ctx context.Context, rows []batchsync.AuditRow) []blocks.AuditLine {
	links := &cardLinks{bot: b, known: map[batchsync.OperationID]string{}, all: b.links()}
	out := make([]blocks.AuditLine, 0, len(rows))
	for _, row := range rows {
		out = append(out, blocks.AuditLine{AuditRow: row, Link: links.of(ctx, row.Operation)})
	}
	return out
}

// cardLinks are the web addresses of many cards.
type cardLinks struct {
	bot   *Bot
	known map[batchsync.OperationID]string
	all   addresses
}

func (l *cardLinks) of(ctx context.Context, id batchsync.OperationID) string {
	link, known := l.known[id]
	if !known && id != "" {
		if m, err := l.bot.Store.Message(batchsync.CardOf(id)); err == nil {
			link = l.all.of(ctx, m)
		}
		l.known[id] = link
	}
	return link
}
