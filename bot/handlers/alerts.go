package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// errNotYet says that a message leads to another one that is about to be
// posted.
var errNotYet = errors.New("waits for the message it leads to")

// errNotShown says that a message has nothing to tell any more that another one
// does not, and nobody saw it.
var errNotShown = errors.New("told elsewhere before it was posted")

// alert draws an alert from what is stored now.
func (s *Sender) alert(ctx context.Context, p blocks.Printer, m batchsync.Message) (drawn blocks.Message, direct batchsync.ChannelID, err error) {
	t, err := s.Store.Telling(batchsync.AlertID(m.Object))
	if err != nil {
		return drawn, "", fmt.Errorf("draw alert %s: %w", m.Object, err)
	}
	if t.Alert.Folded != "" && m.TS == "" {
		return drawn, "", errNotShown
	}
	v := blocks.AlertView{
		Alert: t.Alert, Incidents: t.Incidents, Watches: t.Watches, Tasks: t.Tasks, Holders: t.Holders, Into: t.Into, Now: time.Now(),
		Posted: posted(m.TS),
	}
	if into := t.IntoMessage; into != nil {
		if into.TS == "" && into.State == batchsync.MessageDue {
			return drawn, "", errNotYet
		}
		v.IntoLink = s.permalink(ctx, *into)
	}
	return p.Alert(v), batchsync.ChannelID(t.Responsible()), nil
}

// permalink is the web address of a posted message, "" when Slack does not
// tell.
func (s *Sender) permalink(ctx context.Context, m batchsync.Message) string {
	return askAddress(ctx, s.API, m)
}

// directOf is who gets a notice or a digest when its channel must not, or
// cannot, be posted to: the person it mentions, who is responsible for the
// alert it answers to, or who subscribed the channel; "" where there is nobody.
func (s *Sender) directOf(m batchsync.Message) batchsync.ChannelID {
	if m.Mention != "" || direct(m.Channel) {
		return batchsync.ChannelID(m.Mention)
	}
	t := batchsync.Telling{}
	if id, ok := batchsync.AlertOf(m.Thread); ok {
		t, _ = s.Store.Telling(id) // without it: who subscribed
	}
	if len(t.Subscriptions) == 0 {
		t.Subscriptions, _ = s.Store.Subscriptions(m.Channel) // without them: nobody
	}
	return batchsync.ChannelID(t.Responsible())
}

// isInside reports whether a message must not go to a channel that people from
// outside joined since it was stored: what tells of tasks because the channel
// follows them, the figures of its tables, and logs, which may hold rows of data.
func isInside(m batchsync.Message) bool {
	_, reply := batchsync.AlertOf(m.Thread)
	return m.Kind == batchsync.MessageAlert || m.Kind == batchsync.MessageAcceptance || m.Kind == batchsync.MessageLog || m.Kind == batchsync.MessageDigest || m.Kind == batchsync.MessageNotice && (reply || m.Mention == "")
}

// keepInside sends a message elsewhere that people from outside would read: to who
// is responsible. A message that stands in such a channel is not edited there
// any more but posted anew. A delivery is returned where there is nothing to
// send now.
func (s *Sender) keepInside(ctx context.Context, m *batchsync.Message, thread **batchsync.Message, to batchsync.ChannelID) *batchsync.Delivery {
	if !isInside(*m) {
		return nil
	}
	target := m.Channel
	switch {
	case m.TS != "":
		target = m.Posted
	case *thread != nil && (*thread).TS != "":
		target = (*thread).Posted
	}
	leaks, err := s.Channels.leaks(ctx, target)
	switch {
	case err != nil:
		return &batchsync.Delivery{Outcome: batchsync.OutcomeFailed, Reason: "channel not looked up: " + errorCode(err)}
	case !leaks:
		return nil
	case m.TS != "":
		return &batchsync.Delivery{Outcome: batchsync.OutcomeGone, Reason: "channel is shared"}
	case to == "":
		return &batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "channel is shared"}
	}
	s.Log.Info("message goes to a person directly: the channel is shared", "message", m.ID, "channel", target)
	m.Channel, m.ThreadTS, *thread = to, "", nil
	return nil
}

// toldElsewhere reports whether a reply answers to an alert that was folded
// before anybody saw it: alone it would tell nobody anything.
func (s *Sender) toldElsewhere(m batchsync.Message) bool {
	if _, reply := batchsync.AlertOf(m.Thread); !reply || m.TS != "" {
		return false
	}
	root, err := s.Store.Message(m.Thread)
	return err == nil && root.State == batchsync.MessageSent && root.TS == ""
}

// overtaken is how much earlier than its alert was posted a reply was made that
// the alert tells already; clocks of Slack and ours may differ by less.
const overtaken = time.Minute

// toldByRoot reports whether a reply was made long before Slack took the alert
// that it answers to: that showed everything up to then, and a reply now would
// be a notification of what may be over. One that asks somebody is sent.
func toldByRoot(m batchsync.Message, root *batchsync.Message) bool {
	if root == nil || root.Kind != batchsync.MessageAlert || m.TS != "" || m.Mention != "" || m.CreatedAt.IsZero() {
		return false
	}
	return posted(root.TS).After(m.CreatedAt.Add(overtaken))
}

// posted is when Slack took a message, by its timestamp; zero where it has none.
func posted(ts string) time.Time {
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// rootTries is how often a reply waits for its alert to be posted anew.
const rootTries = 8

// rootComes has the alert posted anew that a reply found deleted, so that the
// reply has a thread to go to. It is false for other messages, and when that
// does not help.
func (s *Sender) rootComes(m batchsync.Message, thread *batchsync.Message) bool {
	if thread == nil || thread.Kind != batchsync.MessageAlert || m.Attempts >= rootTries {
		return false
	}
	if thread.State == batchsync.MessageDue {
		return true // it is about to find out itself
	}
	if err := s.Store.Refresh(thread.ID, time.Now()); err != nil {
		s.Log.Error("have a deleted alert posted anew", "message", thread.ID, "error", err)
		return false
	}
	return true
}

// maxLinked is how many of each kind a digest links to; it lists no more.
const maxLinked = 10

// digest looks up what a daily summary only names by id. What is not stored any
// more is left out.
func (s *Sender) digest(ctx context.Context, m batchsync.Message) blocks.DigestView {
	v := blocks.DigestView{Digest: *m.Digest, Links: map[batchsync.IncidentID]string{}, Cards: map[batchsync.OperationID]string{}}
	links := addresses{ask: s.permalink, site: &site{}}
	for _, id := range m.Digest.Open {
		i, err := s.Store.Incident(id)
		if err != nil {
			continue
		}
		v.Incidents = append(v.Incidents, i)
		if len(v.Links) < maxLinked {
			v.Links[id] = links.ofIncident(ctx, s.Store, id, m.Channel)
		}
	}
	for _, id := range m.Digest.Waiting {
		op, err := s.Store.Operation(id)
		if err != nil {
			continue
		}
		v.Waiting = append(v.Waiting, op)
		if card, err := s.Store.Message(batchsync.CardOf(id)); err == nil && len(v.Cards) < maxLinked {
			v.Cards[id] = links.of(ctx, card)
		}
	}
	return v
}
