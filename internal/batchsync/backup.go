package batchsync

import "time"

// BackupState is how the backups of the bot's own file stand.
type BackupState struct {
	On     bool
	Every  time.Duration
	Last   time.Time // the newest one was made; zero: there is none
	Failed time.Time // the last try, if it failed; zero: it did not
	Since  time.Time // they are made since, by this process
}

// Troubled reports whether somebody should look: the last try failed, or none
// came about for twice the time that lies between two.
func (s BackupState) Troubled(now time.Time) bool {
	since := s.Since
	if s.Last.After(since) {
		since = s.Last
	}
	return s.On && (!s.Failed.IsZero() || now.Sub(since) > 2*s.Every)
}
