package handlers

import (
	"sync"

	"batchsync/internal/batchsync"
)

// opened remembers where a modal was asked for: a modal belongs to no channel
// and no message, but the card of what is confirmed in it should stand in that
// channel, and the button that led to it should settle. It is a convenience
// and not kept on disk: what was opened before a restart has its card where
// the task's news goes, or in a direct message, and its button stays.
type opened struct {
	mu    sync.Mutex
	by    map[string]opening // by view id
	order []string           // oldest first
}

// opening is where a modal was asked for; what is zero is not known.
type opening struct {
	channel batchsync.ChannelID
	from    spot
	again   opener
}

// maxOpened bounds what is remembered; most modals are closed without a word.
const maxOpened = 2000

func (v *opened) remember(view string, o opening) {
	if o == (opening{}) {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.by == nil {
		v.by = map[string]opening{}
	}
	if _, known := v.by[view]; !known {
		v.order = append(v.order, view)
	}
	v.by[view] = o
	if len(v.order) > maxOpened {
		delete(v.by, v.order[0])
		v.order = v.order[1:]
	}
}

// of is where the modal was asked for, zero when that is not known.
func (v *opened) of(view string) opening {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.by[view]
}
