package handlers

import "batchsync/internal/batchsync"

// opened remembers where a modal was asked for: a modal belongs to no channel
// and no message, but the card of what is confirmed in it should stand in that
// channel, and the button that led to it should settle. It is a convenience
// and not kept on disk: what was opened before a restart has its card where
// the task's news goes, or in a direct message, and its button stays.
type opened struct {
	memory[string, opening] // by view id
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
	if o != (opening{}) {
		v.put(view, o, maxOpened)
	}
}

// of is where the modal was asked for, zero when that is not known.
func (v *opened) of(view string) opening {
	o, _ := v.get(view)
	return o
}
