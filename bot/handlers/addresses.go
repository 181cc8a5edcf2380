package handlers

import (
	"cmp"
	"context"
	"strings"

	"batchsync/internal/batchsync"
)

// addresses makes the web addresses of many messages. Slack is asked for one;
// all of a workspace are alike but for channel and timestamp.
type addresses struct {
	ask   func(context.Context, batchsync.Message) string // "" when Slack does not tell
	base  string                                          // up to the channel, with its slash
	asked int
}

// maxLinkTries ends the asking when nothing comes of it.
const maxLinkTries = 3

// of is the address of a message, "" when it is not posted or nothing is known.
func (a *addresses) of(ctx context.Context, m batchsync.Message) string {
	const archives = "/archives/"
	if m.TS == "" {
		return ""
	}
	if a.base == "" && a.asked < maxLinkTries {
		a.asked++
		if site, _, ok := strings.Cut(a.ask(ctx, m), archives); ok {
			a.base = site + archives
		}
	}
	if a.base == "" {
		return ""
	}
	return a.base + string(m.Posted) + "/p" + strings.ReplaceAll(m.TS, ".", "")
}

// alerts is where it is kept which messages tell of an incident.
type alerts interface {
	AlertsOf(batchsync.IncidentID) ([]batchsync.Alert, error)
	Message(batchsync.MessageID) (batchsync.Message, error)
}

// ofIncident is the address of the message that tells of an incident: in the
// channel if there is one, else the newest of another channel.
func (a *addresses) ofIncident(ctx context.Context, from alerts, id batchsync.IncidentID, channel batchsync.ChannelID) string {
	told, err := from.AlertsOf(id)
	if err != nil {
		return ""
	}
	here, elsewhere := "", ""
	for _, t := range told {
		m, err := from.Message(batchsync.AlertMessage(t.ID))
		switch {
		case err != nil || t.Folded != "":
		case t.Channel == channel:
			here = cmp.Or(a.of(ctx, m), here)
		case !direct(m.Posted): // somebody's direct message is no place to lead to
			elsewhere = cmp.Or(a.of(ctx, m), elsewhere)
		}
	}
	return cmp.Or(here, elsewhere)
}
