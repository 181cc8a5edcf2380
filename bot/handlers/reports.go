package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// Sizes of a log: what is read at most, and how much of its end is shown.
const (
	maxLog  = 2 << 20
	logTail = 2400
)

// log answers with the end of the newest attempt's log; a long one follows
// whole as a file.
func (b *Bot) log(ctx context.Context, o origin, id batchsync.RunID) {
	run, err := b.Platform.Run(ctx, id)
	err = b.unknownRun(err, id)
	var attempts []batchsync.Attempt
	if err == nil {
		attempts, err = b.Platform.Attempts(ctx, id)
	}
	if err == nil && len(attempts) == 0 {
		err = &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("log.not_begun", id.String()), Hint: batchsync.T("log.not_begun_hint")}
	}
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("read log of run %d", id), err)
		return
	}
	newest := attempts[len(attempts)-1]
	text, cut, err := b.Platform.AttemptLog(ctx, id, newest.ID, maxLog)
	if err != nil {
		b.fail(ctx, o, fmt.Sprintf("read log of run %d", id), err)
		return
	}
	view := blocks.LogView{
		Run: run, Attempt: newest, Number: len(attempts), Attempts: len(attempts), Tail: tailOf(text, logTail),
		Cut: cut || len(text) > logTail, Lines: strings.Count(text, "\n"), Bytes: len(text), AsFile: len(text) > logTail,
	}
	b.tell(ctx, o, b.printer(o.User).Log(view))
	if view.AsFile {
		b.sendFile(o, fmt.Sprintf("run-%d-attempt-%d.log", id, len(attempts)), b.Drawer.Redact.String(text))
	}
}

// tailOf is the end of a text from the beginning of a line, n bytes at most.
func tailOf(text string, n int) string {
	if len(text) <= n {
		return text
	}
	end := text[len(text)-n:]
	if _, rest, ok := strings.Cut(end, "\n"); ok {
		return rest
	}
	return strings.ToValidUTF8(end, "")
}

// sendFile delivers a file to the person, as a direct message: a log may hold
// rows, and who asked is who wanted to see it.
func (b *Bot) sendFile(o origin, name, text string) {
	id := newID()
	err := b.Store.EnqueueFile(batchsync.File{ID: id, Name: name, Data: []byte(text)}, batchsync.Message{
		ID: batchsync.MessageID("file/" + id), Kind: batchsync.MessageFile, Object: id, Channel: batchsync.ChannelID(o.User),
		State: batchsync.MessageDue, Wanted: 1, Due: now(), CreatedAt: now(),
	})
	if err != nil {
		b.Log.Error("store file", "name", name, "user", o.User, "error", err)
		return
	}
	b.Deliver()
}

// auditRows is how many rows an audit shows; the file has more.
const (
	auditRows     = 20
	auditFileRows = 10_000
)

// audit answers with who did what: of all, of one task, or of one person.
// "csv" before the filter sends a file.
func (b *Bot) audit(ctx context.Context, o origin, rest string) {
	filter, asFile := strings.CutPrefix(strings.TrimSpace(rest), "csv")
	filter = strings.TrimSpace(filter)
	f, err := b.auditFilter(ctx, filter)
	f.Limit = auditRows
	if asFile {
		f.Limit = auditFileRows
	}
	var rows []batchsync.AuditRow
	if err == nil {
		rows, err = b.Store.AuditOf(f)
	}
	if err != nil {
		b.fail(ctx, o, "read audit", err)
		return
	}
	p := b.printer(o.User)
	if asFile {
		b.sendFile(o, "audit.csv", string(p.AuditCSV(b.lines(ctx, rows, false))))
		b.tell(ctx, o, p.Notice([]batchsync.Text{batchsync.T("audit.file_sent", fmt.Sprint(len(rows)))}))
		return
	}
	b.tell(ctx, o, p.Audit(b.lines(ctx, rows, true), filter))
}

func (b *Bot) auditFilter(ctx context.Context, typed string) (batchsync.AuditFilter, error) {
	if typed == "" {
		return batchsync.AuditFilter{}, nil
	}
	if user, ok := mentionedUser(typed); ok {
		return batchsync.AuditFilter{Actor: user}, nil
	}
	ref, candidates, err := b.resolve(ctx, typed)
	if err == nil && ref.ID == 0 {
		err = &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("audit.no_such", typed, candidates[0].Name), Hint: batchsync.T("audit.no_such_hint")}
	}
	return batchsync.AuditFilter{Object: "task/" + ref.ID.String()}, err
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
func (b *Bot) lines(ctx context.Context, rows []batchsync.AuditRow, linked bool) []blocks.AuditLine {
	links := map[batchsync.OperationID]string{}
	var out []blocks.AuditLine
	for _, row := range rows {
		line := blocks.AuditLine{AuditRow: row}
		if linked && row.Operation != "" {
			link, known := links[row.Operation]
			if !known {
				link = b.permalink(ctx, batchsync.CardOf(row.Operation))
				links[row.Operation] = link
			}
			line.Link = link
		}
		out = append(out, line)
	}
	return out
}

func (b *Bot) permalink(ctx context.Context, id batchsync.MessageID) string {
	m, err := b.Store.Message(id)
	if err != nil || m.TS == "" {
		return ""
	}
	link, err := b.API.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: string(m.Posted), Ts: m.TS})
	if err != nil {
		return ""
	}
	return link
}

// status answers how the bot does.
func (b *Bot) status(ctx context.Context, o origin, _ string) {
	b.tell(ctx, o, b.printer(o.User).Status(b.statusView(ctx)))
}

func (b *Bot) statusView(ctx context.Context) blocks.StatusView {
	at := now()
	socket := b.Status()
	v := blocks.StatusView{Version: b.cfg.Version, Started: b.started, Now: at}
	add := func(name blocks.CheckName, ok bool, warn bool, detail batchsync.Text) {
		state := blocks.CheckOK
		if warn {
			state = blocks.CheckWarn
		}
		if !ok {
			state = blocks.CheckBad
		}
		v.Checks = append(v.Checks, blocks.Check{Name: name, State: state, Detail: detail})
	}
	add(blocks.CheckSlack, socket.Connected, socket.Connections > 1, batchsync.T("status.slack", fmt.Sprint(socket.Connections), fmt.Sprint(socket.Reconnects)))
	c, err := b.Platform.Ping(ctx)
	switch {
	case err != nil:
		add(blocks.CheckPlatform, false, false, batchsync.ProblemOf(err).Text)
	case !c.Connected:
		add(blocks.CheckPlatform, false, false, batchsync.T("status.platform_down"))
	default:
		add(blocks.CheckPlatform, true, false, batchsync.T("status.platform", c.Workspace, c.Version))
	}
	due, dead, oldest, err := b.Store.Counts()
	late := due > 0 && at.Sub(oldest) > time.Minute
	add(blocks.CheckOutbox, err == nil, late || dead > 0, batchsync.T("status.outbox", fmt.Sprint(due), fmt.Sprint(dead)))
	open, err := b.Store.Unsettled()
	waiting := slices.ContainsFunc(open, func(op batchsync.Operation) bool { return op.State.NeedsPerson() })
	add(blocks.CheckOperations, err == nil, waiting, batchsync.T("status.operations", fmt.Sprint(len(open))))
	return v
}
