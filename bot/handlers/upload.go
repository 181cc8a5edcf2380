package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// upload puts a stored file into Slack: into the thread it belongs to, or to a
// person. Slack has no edit for files, so it is done once; its id stands for
// the timestamp.
func (s *Sender) upload(ctx context.Context, m batchsync.Message, thread *batchsync.Message) batchsync.Delivery {
	file, err := s.Store.File(m.Object)
	if err != nil {
		return batchsync.Delivery{Outcome: batchsync.OutcomeNever, Reason: "file is gone"}
	}
	if len(file.Data) == 0 {
		file.Data = []byte("\n") // Slack takes no empty file
	}
	channel, ts := m.Channel, ""
	if thread != nil {
		channel, ts = thread.Posted, rootOf(*thread)
	}
	if channel, err = s.conversation(ctx, channel); err != nil {
		return s.failure(m, err)
	}
	to := slack.UploadFileParameters{
		Filename: file.Name, Title: file.Name, Content: string(file.Data), FileSize: len(file.Data),
		Channel: string(channel), ThreadTimestamp: ts,
	}
	done, err := s.API.UploadFileContext(ctx, to)
	if thread != nil && ts != thread.TS && errorCode(err) == "thread_not_found" {
		// The thread's first message was deleted, and what it answers to stands on its own.
		to.ThreadTimestamp = thread.TS
		done, err = s.API.UploadFileContext(ctx, to)
	}
	if err != nil {
		return s.failure(m, err)
	}
	return batchsync.Delivery{Outcome: batchsync.OutcomeDone, Channel: channel, TS: done.ID}
}

// rootOf is the timestamp of the thread that a posted message belongs to or
// begins. One that could not be posted where it was wanted is in no thread.
func rootOf(m batchsync.Message) string {
	if m.ThreadTS != "" && m.Posted == m.Channel {
		return m.ThreadTS
	}
	return m.TS
}

// conversation is the channel to upload to. A file cannot be sent to a person,
// only to the conversation with them.
func (s *Sender) conversation(ctx context.Context, to batchsync.ChannelID) (batchsync.ChannelID, error) {
	if !strings.HasPrefix(string(to), "U") && !strings.HasPrefix(string(to), "W") {
		return to, nil
	}
	c, _, _, err := s.API.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{string(to)}})
	if err != nil {
		return "", fmt.Errorf("open conversation with %s: %w", to, err)
	}
	if c == nil || c.ID == "" {
		return "", errors.New("open conversation: no id in the answer")
	}
	return batchsync.ChannelID(c.ID), nil
}
