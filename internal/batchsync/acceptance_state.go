package batchsync

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// AcceptanceMessage is the id of an acceptance's card.
func AcceptanceMessage(id AcceptanceID) MessageID { return MessageID("acceptance/" + string(id)) }

// AcceptanceAlso is the id of the card in another channel, see
// [Acceptance.Also].
func AcceptanceAlso(id AcceptanceID, c ChannelID) MessageID {
	return AcceptanceMessage(id) + MessageID("/in/"+string(c))
}

// AcceptanceTold is the id of the reply under the card that tells the outcome
// of that version.
func AcceptanceTold(id AcceptanceID, version int) MessageID {
	return AcceptanceMessage(id) + MessageID("/told/"+itoa(version))
}

// AcceptanceOf reads the id of an acceptance out of that of a card of it.
func AcceptanceOf(id MessageID) (AcceptanceID, bool) {
	rest, ok := strings.CutPrefix(string(id), "acceptance/")
	rest, _, _ = strings.Cut(rest, "/in/")
	return AcceptanceID(rest), ok && rest != "" && !strings.Contains(rest, "/")
}

// AcceptanceAfter is the id of the one acceptance that follows from an
// operation: of the first good run after a deployment, or of a backfill.
func AcceptanceAfter(op OperationID) AcceptanceID { return AcceptanceID(op) }

// Operation is the operation the acceptance follows from, "" for none.
func (a Acceptance) Operation() OperationID {
	if a.Occasion == OnFirstRun || a.Occasion == OnBackfill {
		return OperationID(a.ID)
	}
	return ""
}

// Broadcast reports whether its card is shown in the channel as well as in the
// thread that it belongs to.
func (a Acceptance) Broadcast() bool {
	return a.Thread != "" && (a.Occasion == OnFirstRun || a.Occasion == OnBackfill && a.Verdict != VerdictPassed)
}

// AskedError says that an acceptance of the task is being made already.
type AskedError struct{ By Acceptance }

func (e *AskedError) Error() string { return "acceptance " + string(e.By.ID) + " is under way" }

// Code is always conflict.
func (e *AskedError) Code() Code { return CodeConflict }

// Fresh is a task that the bot deployed and whose first good scheduled run was
// not examined yet.
type Fresh struct {
	Operation OperationID `json:"operation"` // that deployed it
	Channel   ChannelID   `json:"channel"`   // of its card
	Card      MessageID   `json:"card"`
	At        time.Time   `json:"at"` // since when it is online
}

// Examined is how far the acceptances of a task have come.
type Examined struct {
	Run  RunID     `json:"run,omitempty"`  // the latest that was looked at
	At   time.Time `json:"at"`             // when the last acceptance was asked for
	Open bool      `json:"open,omitempty"` // it is not done yet
}

// Covers reports whether a run that ended then has been looked at.
func (e Examined) Covers(run RunID, ended time.Time) bool { return e.Run == run || !ended.After(e.At) }

// NewAcceptance is an acceptance to be made. A thread is the card it belongs
// to, "" for none.
func NewAcceptance(id AcceptanceID, why Occasion, task TaskID, name string, channel ChannelID, thread MessageID, now time.Time) Acceptance {
	return Acceptance{
		ID: id, Occasion: why, Task: task, Name: name, Channel: channel, Thread: thread,
		State: AcceptanceAsked, Asked: now.UTC(), Version: 1,
	}
}

// AcceptanceOfBackfill is the acceptance that is due when a backfill ended
// well; false for any other operation, and for one that was stopped or did not
// go well in all.
func AcceptanceOfBackfill(op Operation) (Acceptance, bool) {
	if op.Kind != OpBackfill || op.State != OpDone || op.Outcome() != string(OpDone) || op.Task == 0 {
		return Acceptance{}, false
	}
	return NewAcceptance(AcceptanceAfter(op.ID), OnBackfill, op.Task, op.Name(), op.Channel, op.Message, op.UpdatedAt), true
}

// Accept records that a person takes the delivery over as it is. One that
// failed cannot be.
func (a Acceptance) Accept(by UserID, version int, now time.Time) (Acceptance, error) {
	switch {
	case a.Version != version || a.State != AcceptanceDone || a.Accepted():
		return a, &Error{Code: CodeConflict, Text: T("acceptance.changed_since")}
	case a.Verdict == VerdictFailed:
		return a, &Error{Code: CodeInvalid, Text: T("acceptance.not_failed"), Hint: T("acceptance.not_failed_hint")}
	}
	a.AcceptedBy, a.AcceptedAt, a.ReopenedBy = by, now.UTC(), ""
	a.Version++
	return a, nil
}

// Accepted reports whether a person took the delivery over, and nothing spoke
// against it since.
func (a Acceptance) Accepted() bool { return a.AcceptedBy != "" && a.ReopenedBy == "" }

// Give records how many rows a source table has, as a person says, and asks
// for the acceptance anew.
func (a Acceptance) Give(table string, rows int64, by UserID, version int, now time.Time) (Acceptance, error) {
	if a.Version != version || a.State != AcceptanceDone || a.AcceptedBy != "" {
		return a, &Error{Code: CodeConflict, Text: T("acceptance.changed_since")}
	}
	i := slices.IndexFunc(a.Tables, func(t AcceptanceTable) bool { return t.Source.Table == table || t.Pair.Source == table })
	if i < 0 || rows < 0 {
		return a, &Error{Code: CodeNotFound, Text: T("acceptance.no_table", table)}
	}
	a.Tables = slices.Clone(a.Tables)
	for i := range a.Tables { // one source table may feed several targets
		if t := &a.Tables[i]; t.Source.Table == table || t.Pair.Source == table {
			t.Source.How, t.Source.Rows, t.Source.By, t.Source.At = CountedPerson, rows, by, now.UTC()
		}
	}
	a.State, a.Asked, a.Run, a.Quiet = AcceptanceAsked, now.UTC(), 0, false
	a.Version++
	return a, nil
}

// Given reports whether people gave a figure of it.
func (a Acceptance) Given() bool {
	return slices.ContainsFunc(a.Tables, func(t AcceptanceTable) bool { return t.Source.How == CountedPerson })
}

// Asker is who waits for its outcome: who gave the figure that it was asked
// for anew with, else who asked for it; "" for nobody.
func (a Acceptance) Asker() UserID {
	for _, t := range a.Tables {
		if t.Source.How == CountedPerson && !t.Source.At.Before(a.Asked) {
			return t.Source.By
		}
	}
	return a.By
}

// Complete is the acceptance with what was judged, one version on.
func (a Acceptance) Complete(judged Acceptance) Acceptance {
	a.State, a.Done, a.Verdict = AcceptanceDone, judged.Done, judged.Verdict
	a.Expected, a.Whole, a.Tables = judged.Expected, judged.Whole, judged.Tables
	if a.Run == 0 {
		a.Run = judged.Run
	}
	if judged.Name != "" {
		a.Name = judged.Name
	}
	a.Version++
	return a
}

// Tells reports whether an acceptance made after every run brought something
// that channels have to be told: trouble, the first time, and later any check
// that comes out otherwise than it did before.
func (a Acceptance) Tells(before *Acceptance) bool {
	if before == nil {
		return a.Verdict == VerdictFailed
	}
	if a.Verdict != before.Verdict || len(a.Tables) != len(before.Tables) {
		return true
	}
	return !maps.Equal(a.verdicts(), before.verdicts())
}

// verdicts are the worst verdicts by table and check.
func (a Acceptance) verdicts() map[string]Verdict {
	out := map[string]Verdict{}
	add := func(table string, all []Finding) {
		for _, f := range all {
			key := table + "\x00" + string(f.Check)
			if old, ok := out[key]; !ok || slices.Index(Verdicts(), f.Verdict) < slices.Index(Verdicts(), old) {
				out[key] = f.Verdict
			}
		}
	}
	add("", a.Whole)
	for _, t := range a.Tables {
		add(t.Pair.Source+"\x00"+t.Pair.Sink, t.Found)
	}
	return out
}
