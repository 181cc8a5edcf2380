package batchsync

// Begin is everything that is written when a change is accepted, in one
// transaction: an acknowledgement to Slack means that it is on disk.
type Begin struct {
	Operation Operation
	Draft     *Draft // the confirmed draft it came from; nil for other changes
	Audit     AuditRow
	Files     []File // that messages will show
}

// Progress is everything that is written when an operation got on by a step,
// in one transaction, so that what is told and what is known never differ.
type Progress struct {
	Operation Operation // with its Version raised by one
	Task      *Task     // made or changed by the step
	// Draft is open again after nothing was made. The operation is refused in
	// the same breath: else it would hold the lock against its own successor,
	// and Check Again could make the task twice.
	Draft     *Draft
	DropDraft DraftID // no longer needed
	Audit     []AuditRow
	Files     []File
	Messages  []Message // besides the operation's card, which is redrawn anyway
}

// HeldError says that somebody else is changing the same thing.
type HeldError struct {
	By   Operation
	Lock string // one of By's; empty: its own
	Too  bool   // it is not what the change was asked for, but what goes offline along with that
}

func (e *HeldError) Error() string { return "held by operation " + string(e.By.ID) }

// Name is what people call the thing that is held; foreign text.
func (e *HeldError) Name() string {
	if t := e.along(); t != nil {
		return t.Name
	}
	return e.By.Name()
}

// Along reports whether what is held goes offline along with the task that is
// being changed.
func (e *HeldError) Along() bool { return e.along() != nil }

func (e *HeldError) along() *TaskLink {
	if e.Lock == "" || e.Lock == e.By.Lock {
		return nil
	}
	for _, t := range e.By.Changes() {
		if TaskLock(t.ID) == e.Lock {
			return &t
		}
	}
	return nil
}

// Code is always conflict.
func (e *HeldError) Code() Code { return CodeConflict }
