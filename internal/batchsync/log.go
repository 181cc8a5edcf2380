package batchsync

// LogExcerpt is the end of the log of one attempt of a run, as it was read at
// one moment. It is stored with the message that shows it, so secrets are taken
// out before one is made.
type LogExcerpt struct {
	Run      Run     `json:"run"`
	Attempt  Attempt `json:"attempt"`
	Number   int     `json:"number"`   // of the attempt, from 1; 0: not known
	Attempts int     `json:"attempts"` // how many the run has
	Tail     string  `json:"tail"`     // foreign text
	// Cut says that the log was longer than what is kept, so that its beginning
	// is missing; Unfinished that it was not read to its end.
	Cut        bool   `json:"cut,omitempty"`
	Unfinished bool   `json:"unfinished,omitempty"`
	Lines      int    `json:"lines"` // of what was kept
	Bytes      int    `json:"bytes"` // likewise
	AsFile     bool   `json:"as_file,omitempty"`
	By         UserID `json:"by,omitempty"` // who asked for it
}

// NewestAttempt is the number, from 1, of the attempt that began last, whatever
// the order of the list. Of attempts that have not begun it is the last; 0
// without any.
func NewestAttempt(all []Attempt) int {
	newest := len(all)
	for i, a := range all {
		if !a.Began.IsZero() && (all[newest-1].Began.IsZero() || a.Began.After(all[newest-1].Began)) {
			newest = i + 1
		}
	}
	return newest
}
