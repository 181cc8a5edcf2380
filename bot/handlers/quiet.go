package handlers

import (
	"context"
	"slices"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// quiet plans a window in which news is kept back, ends one, or lists them.
func (b *Bot) quiet(ctx context.Context, o origin, rest string) {
	word, more, _ := strings.Cut(strings.TrimSpace(rest), " ")
	switch strings.ToLower(word) {
	case "":
		b.quiets(ctx, o)
	case "end":
		b.endQuiet(ctx, o, strings.TrimSpace(more))
	default:
		b.addQuiet(ctx, o, rest)
	}
}

func (b *Bot) quiets(ctx context.Context, o origin) {
	at := now()
	all, err := b.Store.Quiets(at)
	if err != nil {
		b.fail(ctx, o, "list quiet windows", err)
		return
	}
	b.tell(ctx, o, b.printerOf(o).Quiets(blocks.QuietsView{Rows: all, Zone: b.cfg.Zone, Now: at}))
}

func (b *Bot) addQuiet(ctx context.Context, o origin, words string) {
	req, err := batchsync.ParseQuiet(words, b.cfg.Zone, now())
	if err != nil {
		b.fail(ctx, o, "read quiet window", err)
		return
	}
	selector, ok := b.chosen(ctx, o, req.Selector)
	if !ok {
		return
	}
	q := batchsync.Quiet{ID: newID(), Selector: selector, From: req.From, To: req.To, Why: req.Why, By: o.User}
	if err := b.Store.AddQuiet(q, quietRow(o, q, string(batchsync.OpDone))); err != nil {
		b.fail(ctx, o, "add quiet window "+q.ID, err)
		return
	}
	b.Look()
	said := batchsync.T("quiet.told", b.nameOf(ctx, o.User), selector.Words(), b.localTime(q.From), b.localTime(q.To))
	if q.Why != "" {
		said = batchsync.T("quiet.told_why", append(said.Args, q.Why)...)
	}
	b.announceQuiet(ctx, o, said)
	b.tell(ctx, o, b.printerOf(o).QuietSet(q, b.cfg.Zone, now()))
}

// announceQuiet tells the channel where it was asked for, if the bot may post
// there: a quiet window holds for all channels, and can be set anywhere.
func (b *Bot) announceQuiet(ctx context.Context, o origin, said batchsync.Text) {
	if b.mayPost(ctx, o) {
		b.announce(ctx, o, o.Channel, said)
	}
}

// endQuiet ends the window of that id, the only one, or the one for what was
// typed.
func (b *Bot) endQuiet(ctx context.Context, o origin, typed string) {
	all, err := b.Store.Quiets(now())
	if err != nil {
		b.fail(ctx, o, "list quiet windows", err)
		return
	}
	meant := slices.DeleteFunc(slices.Clone(all), func(q batchsync.Quiet) bool {
		return typed != "" && q.ID != typed && q.Selector.Words() != typed
	})
	if len(meant) != 1 {
		b.quiets(ctx, o)
		return
	}
	b.stopQuiet(ctx, o, meant[0])
}

// quietEnded ends the window a button names.
func (b *Bot) quietEnded(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	all, err := b.Store.Quiets(now())
	i := slices.IndexFunc(all, func(q batchsync.Quiet) bool { return q.ID == ref.ID })
	if err == nil && i < 0 {
		err = &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("quiet.gone")}
	}
	if err != nil {
		b.fail(ctx, in.origin, "end quiet window "+ref.ID, err)
		return
	}
	b.stopQuiet(ctx, in.origin, all[i])
}

func (b *Bot) stopQuiet(ctx context.Context, o origin, q batchsync.Quiet) {
	if err := b.Store.EndQuiet(q.ID, now(), quietRow(o, q, batchsync.AuditEnded)); err != nil {
		b.fail(ctx, o, "end quiet window "+q.ID, err)
		return
	}
	o.done()
	b.Look()
	b.announceQuiet(ctx, o, batchsync.T("quiet.told_end", b.nameOf(ctx, o.User), q.Selector.Words()))
	b.tell(ctx, o, b.printerOf(o).QuietEnded(q))
}

func quietRow(o origin, q batchsync.Quiet, outcome string) batchsync.AuditRow {
	row := batchsync.AuditRow{At: now(), Actor: o.User, Action: batchsync.ActQuiet, Object: "quiet/" + q.ID, Name: q.Selector.Words(), Outcome: outcome}
	if q.Selector.Kind == batchsync.SelectTask {
		row.Object, row.Name = "task/"+q.Selector.Task.String(), q.Selector.Name
	}
	return row
}
