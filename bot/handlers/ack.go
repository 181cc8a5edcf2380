package handlers

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// ackFor is how long an acknowledgement holds: then the person is asked again
// if it is still wrong.
const ackFor = 4 * time.Hour

// ack takes on the open incident of a task. It needs no platform, which may be
// what is wrong.
func (b *Bot) ack(ctx context.Context, o origin, typed string) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		b.incidents(ctx, o, "")
		return
	}
	i, ok := b.openIncident(ctx, o, typed)
	if !ok {
		return
	}
	if b.takeOn(ctx, o, i) {
		b.ackTold(ctx, o, 1)
	}
}

// openIncident finds the one open incident a person means: by the number or name
// of its task. Where there is none, they have been told.
func (b *Bot) openIncident(ctx context.Context, o origin, typed string) (batchsync.Incident, bool) {
	open, err := b.Store.OpenIncidents()
	if err != nil {
		b.fail(ctx, o, "list open incidents", err)
		return batchsync.Incident{}, false
	}
	ref, candidates := batchsync.FindTask(typed, tasksOf(open))
	switch {
	case ref.ID == 0 && ref.Name == "" && len(candidates) == 0:
		b.fail(ctx, o, "find incident", &batchsync.Error{Code: batchsync.CodeNotFound, Text: batchsync.T("ack.none", typed), Hint: batchsync.T("ack.none_hint")})
		return batchsync.Incident{}, false
	case len(candidates) > 0:
		b.tell(ctx, o, b.printerOf(o).Candidates(typed, candidates))
		return batchsync.Incident{}, false
	}
	at := slices.IndexFunc(open, func(i batchsync.Incident) bool { return i.Task == ref.ID })
	return open[at], true
}

// platformWord is what the incident of the platform itself is called in a
// command.
const platformWord = "platform"

// tasksOf are the tasks of incidents, as what a person types is compared with.
func tasksOf(incidents []batchsync.Incident) (out []batchsync.TaskRef) {
	for _, i := range incidents {
		ref := batchsync.TaskRef{ID: i.Task, Name: i.Name, Type: i.Type}
		if i.Task == 0 {
			ref.Name = platformWord
		}
		out = append(out, ref)
	}
	return out
}

// acked takes on the incident a button names. Who presses on a drawing that did
// not show that somebody else is on it already is told so instead.
func (b *Bot) acked(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	i, err := b.Store.Incident(batchsync.IncidentID(ref.ID))
	switch {
	case err != nil:
		b.fail(ctx, in.origin, "acknowledge incident "+ref.ID, err)
	case i.AckedBy == in.User && now().Sub(i.AckedAt).Abs() < doubleClick:
		in.done()
	case i.AckedBy != "" && i.AckedBy != in.User && i.Version != ref.Version:
		in.done()
		b.fail(ctx, in.origin, "acknowledge incident "+ref.ID, &batchsync.Error{
			Code: batchsync.CodeConflict, Text: batchsync.T("ack.taken", b.nameOf(ctx, i.AckedBy)), Hint: batchsync.T("ack.taken_hint"),
		})
	default:
		if b.takeOn(ctx, in.origin, i) && !showsAck(in) {
			b.ackTold(ctx, in.origin, 1)
		}
	}
}

// takeOn records that a person is on an incident, and reports whether that went
// well. The messages that tell of it show that.
func (b *Bot) takeOn(ctx context.Context, o origin, i batchsync.Incident) bool {
	_, err := b.Store.Acknowledge(i.ID, o.User, ackFor, now(), batchsync.AuditRow{
		At: now(), Actor: o.User, Action: batchsync.ActAck, Object: "task/" + i.Task.String(), Name: i.Name, Outcome: string(batchsync.OpDone),
	})
	if err != nil {
		b.fail(ctx, o, "acknowledge incident "+string(i.ID), err)
		return false
	}
	o.done()
	b.Deliver()
	return true
}

// ackedAll takes on all that an alert of several tells.
func (b *Bot) ackedAll(ctx context.Context, in click) {
	ref, err := blocks.ParseRef(in.Value)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	done, err := b.Store.AcknowledgeAll(batchsync.AlertID(ref.ID), in.User, ackFor, now(), batchsync.AuditRow{
		At: now(), Actor: in.User, Action: batchsync.ActAck, Object: "alert/" + ref.ID, Outcome: string(batchsync.OpDone),
	})
	if err != nil {
		b.fail(ctx, in.origin, "acknowledge alert "+ref.ID, err)
		return
	}
	in.done()
	if len(done) == 0 { // a double click, or all of it is over
		return
	}
	b.Log.InfoContext(ctx, "incidents acknowledged", "user", in.User, "alert", ref.ID, "count", len(done))
	b.Deliver()
	if !showsAck(in) {
		b.ackTold(ctx, in.origin, len(done))
	}
}

// showsAck reports whether a button was pressed where it is shown by itself that
// an incident was acknowledged: in a message everybody sees, or on the Home tab.
func showsAck(in click) bool { return in.Thread != "" || in.Channel == "" }

func (b *Bot) ackTold(ctx context.Context, o origin, n int) {
	hours := fmt.Sprint(ackFor.Hours())
	b.tell(ctx, o, b.printerOf(o).Notice([]batchsync.Text{batchsync.T("ack.done", strconv.Itoa(n), hours)}))
}
