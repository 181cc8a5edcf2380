package handlers

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// site is how the web addresses of this workspace's messages begin, as Slack
// told it once; it stays the same. The zero value does not know it yet.
type site struct {
	mu   sync.Mutex
	base string
}

func (s *site) known() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

func (s *site) learn(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = cmp.Or(base, s.base)
}

// addresses makes the web addresses of many messages. Slack is asked for one at
// most; all of a workspace are alike but for channel and timestamp.
type addresses struct {
	ask   func(context.Context, batchsync.Message) string // "" when Slack does not tell
	site  *site
	asked int
}

// maxLinkTries ends the asking when nothing comes of it.
const maxLinkTries = 3

// links makes addresses for a request.
func (b *Bot) links() addresses { return addresses{ask: b.addressOf, site: &b.site} }

// of is the address of a message, "" when it is not posted or nothing is known.
func (a *addresses) of(ctx context.Context, m batchsync.Message) string {
	const archives = "/archives/"
	if m.TS == "" {
		return ""
	}
	base := a.site.known()
	if base == "" && a.asked < maxLinkTries {
		a.asked++
		if found, _, ok := strings.Cut(a.ask(ctx, m), archives); ok {
			base = found + archives
			a.site.learn(base)
		}
	}
	if base == "" {
		return ""
	}
	return base + string(m.Posted) + "/p" + strings.ReplaceAll(m.TS, ".", "")
}

// askAddress asks Slack for the web address of a message, "" when it is not
// posted, is deleted, or Slack does not tell in time.
func askAddress(ctx context.Context, api *slack.Client, m batchsync.Message) string {
	if m.TS == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	link, err := api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: string(m.Posted), Ts: m.TS})
	if err != nil {
		return ""
	}
	return link
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

// permalink is the web address of a stored message, "" when it is not posted or
// Slack does not tell.
func (b *Bot) permalink(ctx context.Context, id batchsync.MessageID) string {
	m, err := b.Store.Message(id)
	if err != nil {
		return ""
	}
	return b.addressOf(ctx, m)
}

// addressOf is permalink for a message at hand.
func (b *Bot) addressOf(ctx context.Context, m batchsync.Message) string {
	return askAddress(ctx, b.API, m)
}
