package batchsync

import "time"

// RepeatedError says that a form had its effect before, at At, and was sent or
// delivered once more: it has none again.
type RepeatedError struct{ At time.Time }

func (e *RepeatedError) Error() string {
	return "the form had its effect at " + e.At.UTC().Format(time.RFC3339)
}

// Code is always conflict.
func (e *RepeatedError) Code() Code { return CodeConflict }
