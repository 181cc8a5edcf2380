package handlers

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// acceptance draws the card of an acceptance from what is stored now.
func (s *Sender) acceptance(ctx context.Context, p blocks.Printer, m batchsync.Message) (drawn blocks.Message, direct batchsync.ChannelID, err error) {
	a, err := s.Store.Acceptance(batchsync.AcceptanceID(m.Object))
	if err != nil {
		return drawn, "", fmt.Errorf("draw acceptance %s: %w", m.Object, err)
	}
	v := blocks.AcceptanceView{Acceptance: a}
	if a.ReopenedBy != "" {
		v.Reopening = s.acceptanceLink(ctx, a.ReopenedBy)
	}
	return p.Acceptance(v), cmp.Or(batchsync.ChannelID(a.By), s.followedFrom(a), s.directOf(m)), nil
}

// followedFrom is who asked for the change that an acceptance follows from; ""
// for none.
func (s *Sender) followedFrom(a batchsync.Acceptance) batchsync.ChannelID {
	if a.Operation() == "" {
		return ""
	}
	op, err := s.Store.Operation(a.Operation())
	if err != nil {
		return ""
	}
	return batchsync.ChannelID(op.Actor)
}

// acceptanceLink is the web address of an acceptance's card, "" when that is
// not posted.
func (s *Sender) acceptanceLink(ctx context.Context, id batchsync.AcceptanceID) string {
	m, err := s.Store.Message(batchsync.AcceptanceMessage(id))
	if err != nil {
		return ""
	}
	return s.permalink(ctx, m)
}

// withAcceptance draws the card of a change together with the acceptance that
// followed from it, or that is to follow.
func (s *Sender) withAcceptance(ctx context.Context, p blocks.Printer, op batchsync.Operation) blocks.Message {
	drawn := p.Operation(op, time.Now())
	a, err := s.Store.Acceptance(batchsync.AcceptanceAfter(op.ID))
	switch {
	case err == nil:
		return p.WithAcceptance(drawn, op, &a, s.acceptanceLink(ctx, a.ID))
	case op.State == batchsync.OpDone && (op.Kind == batchsync.OpCreate || op.Kind == batchsync.OpDeploy):
		return p.WithAcceptance(drawn, op, nil, "")
	}
	return drawn
}
