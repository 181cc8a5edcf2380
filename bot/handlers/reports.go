package handlers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// status answers how the bot does, and administrators with what it rests on.
func (b *Bot) status(ctx context.Context, o origin, _ string) {
	b.tell(ctx, o, b.printerOf(o).Status(b.statusView(ctx)))
	b.preconditions(ctx, o)
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
	k, err := b.Store.Known(at)
	away := k.Cursor.Looked.IsZero() || !k.Cursor.Since.IsZero() || at.Sub(k.Cursor.Looked) > time.Hour
	add(blocks.CheckMonitor, err == nil, away, b.monitorState(k))
	due, dead, oldest, err := b.Store.Counts()
	late := due > 0 && at.Sub(oldest) > time.Minute
	add(blocks.CheckOutbox, err == nil, late || dead > 0, batchsync.T("status.outbox", fmt.Sprint(due), fmt.Sprint(dead)))
	open, err := b.Store.Unsettled()
	waiting := slices.ContainsFunc(open, func(op batchsync.Operation) bool { return op.State.NeedsPerson() })
	add(blocks.CheckOperations, err == nil, waiting, batchsync.T("status.operations", fmt.Sprint(len(open))))
	if b.Backups != nil {
		state := b.Backups()
		add(blocks.CheckStore, true, state.Troubled(at), b.backupState(state))
	}
	if b.Signs != nil {
		v.Checks = withSigns(v.Checks, b.Signs())
	}
	return v
}

// backupState is when the bot's own file was last copied.
func (b *Bot) backupState(s batchsync.BackupState) batchsync.Text {
	switch {
	case !s.On:
		return batchsync.T("status.backup_off")
	case !s.Failed.IsZero() && s.Last.IsZero():
		return batchsync.T("status.backup_never", b.localTime(s.Failed))
	case !s.Failed.IsZero():
		return batchsync.T("status.backup_failed", b.localTime(s.Failed), b.localTime(s.Last))
	case s.Last.IsZero():
		return batchsync.T("status.backup_none")
	}
	return batchsync.T("status.backup", b.localTime(s.Last))
}

// monitorState is how far the monitor came, and what it found.
func (b *Bot) monitorState(k batchsync.Known) batchsync.Text {
	open := slices.DeleteFunc(k.Incidents, func(i batchsync.Incident) bool { return i.State != batchsync.IncidentOpen })
	switch {
	case !k.Cursor.Since.IsZero():
		return batchsync.T("status.monitor_blind", b.localTime(k.Cursor.Since))
	case k.Cursor.Looked.IsZero():
		return batchsync.T("status.monitor_new")
	}
	return batchsync.T("status.monitor", b.localTime(k.Cursor.Looked), fmt.Sprint(len(open)))
}
