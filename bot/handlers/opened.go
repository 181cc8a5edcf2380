package handlers

import (
	"sync"

	"batchsync/internal/batchsync"
)

// opened remembers in which channel a modal was asked for: a modal belongs to
// none, but the card of what is confirmed in it should stand there. It is a
// convenience and not kept on disk: what was opened before a restart has its
// card where the task's news goes, or in a direct message.
type opened struct {
	mu    sync.Mutex
	in    map[string]batchsync.ChannelID // by view id
	order []string                       // oldest first
}

// maxOpened bounds what is remembered; most modals are closed without a word.
const maxOpened = 2000

func (v *opened) remember(view string, channel batchsync.ChannelID) {
	if channel == "" {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.in == nil {
		v.in = map[string]batchsync.ChannelID{}
	}
	if _, known := v.in[view]; !known {
		v.order = append(v.order, view)
	}
	v.in[view] = channel
	if len(v.order) > maxOpened {
		delete(v.in, v.order[0])
		v.order = v.order[1:]
	}
}

// channel is where the modal was asked for, "" when that is not known.
func (v *opened) channel(view string) batchsync.ChannelID {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.in[view]
}
