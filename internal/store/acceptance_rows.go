package store

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// keepAcceptances is how many of a task's acceptances are kept that people were
// told of. Of the others, only the last is needed: the next is compared with it.
const keepAcceptances = 20

func acceptance(tx *bbolt.Tx, id batchsync.AcceptanceID) (batchsync.Acceptance, error) {
	a, ok, err := get[batchsync.Acceptance](tx, bucketAcceptances, []byte(id))
	if err == nil && !ok {
		err = notFound(batchsync.T("acceptance.gone"), "acceptance "+string(id))
	}
	return a, err
}

func askedAcceptances(tx *bbolt.Tx) (out []batchsync.Acceptance, err error) {
	for k := range ascend(tx, bucketAskedAcceptances, nil) {
		a, err := acceptance(tx, batchsync.AcceptanceID(k))
		if err != nil {
			return nil, fmt.Errorf("list asked acceptances: %w", err)
		}
		out = append(out, a)
	}
	return out, nil
}

// acceptancesOf walks those of a task, the last asked for first. Each is read
// when its turn comes: with its tables' columns one may be megabytes. What is
// walked may be changed and dropped meanwhile; an error ends it.
func acceptancesOf[A batchsync.Acceptance | leanAcceptance](tx *bbolt.Tx, task batchsync.TaskID) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		var ids [][]byte
		for _, id := range ascend(tx, bucketAcceptancesByTask, taskKey(task)) {
			ids = append(ids, bytes.Clone(id))
		}
		for _, id := range slices.Backward(ids) {
			a, ok, err := get[A](tx, bucketAcceptances, id)
			if err == nil && !ok {
				err = notFound(batchsync.T("acceptance.gone"), "acceptance "+string(id))
			}
			if err != nil {
				err = fmt.Errorf("list acceptances of task %s: %w", task, err)
			}
			if !yield(a, err) || err != nil {
				return
			}
		}
	}
}

// leanAcceptance is an acceptance without its figures: skipping them makes
// reading those of a large task a fraction of the work.
type leanAcceptance struct {
	batchsync.Acceptance
	Whole   skipped `json:"whole"`
	Tables  skipped `json:"tables"`
	Carried skipped `json:"carried"`
}

// skipped is a value that is not read.
type skipped struct{}

// UnmarshalJSON takes anything.
func (skipped) UnmarshalJSON([]byte) error { return nil }

// askAcceptance stores a new acceptance. A card shows the progress of one that
// a person asked for; others are told when they are done.
func askAcceptance(tx *bbolt.Tx, a batchsync.Acceptance) error {
	if bucket(tx, bucketAcceptances).Get([]byte(a.ID)) != nil {
		return fmt.Errorf("ask for acceptance %s: %w", a.ID, ErrExists)
	}
	if err := noneAsked(tx, a); err != nil {
		return err
	}
	if err := putAcceptance(tx, a); err != nil {
		return err
	}
	if a.Occasion != batchsync.OnRequest {
		return nil
	}
	return raiseAcceptance(tx, a, a.Asked)
}

// noneAsked fails when another acceptance of the task is under way.
func noneAsked(tx *bbolt.Tx, a batchsync.Acceptance) error {
	asked, err := askedAcceptances(tx)
	if err != nil {
		return err
	}
	for _, other := range asked {
		if other.Task == a.Task && other.ID != a.ID {
			return &batchsync.AskedError{By: other}
		}
	}
	return nil
}

// putAcceptance stores an acceptance and makes the indexes agree with it.
func putAcceptance(tx *bbolt.Tx, a batchsync.Acceptance) error {
	old, ok, err := get[batchsync.Acceptance](tx, bucketAcceptances, []byte(a.ID))
	if err != nil {
		return err
	}
	if ok {
		if err := setMark(tx, bucketAcceptancesByTask, acceptanceKey(old), false); err != nil {
			return err
		}
	}
	if err := write(tx, bucketAcceptancesByTask, acceptanceKey(a), []byte(a.ID)); err != nil {
		return fmt.Errorf("index acceptance %s: %w", a.ID, err)
	}
	if err := setMark(tx, bucketAskedAcceptances, []byte(a.ID), a.State == batchsync.AcceptanceAsked); err != nil {
		return err
	}
	if err := putExamined(tx, a); err != nil {
		return err
	}
	return put(tx, bucketAcceptances, []byte(a.ID), a)
}

// putExamined notes how far the acceptances of the task have come, unless this
// is not the last one.
func putExamined(tx *bbolt.Tx, a batchsync.Acceptance) error {
	last, _, err := get[batchsync.Examined](tx, bucketExamined, taskKey(a.Task))
	if err != nil || last.At.After(a.Asked) {
		return err
	}
	return put(tx, bucketExamined, taskKey(a.Task), batchsync.Examined{
		Run: a.Run, At: a.Asked.UTC(), Open: a.State == batchsync.AcceptanceAsked,
	})
}

// raiseAcceptance has the cards of an acceptance redrawn, or drawn for the first
// time, and that of the operation it follows from.
func raiseAcceptance(tx *bbolt.Tx, a batchsync.Acceptance, now time.Time) error {
	if a.Quiet {
		return nil
	}
	due := now
	if a.Held.After(due) {
		due = a.Held
	}
	card := batchsync.Message{
		ID: batchsync.AcceptanceMessage(a.ID), Kind: batchsync.MessageAcceptance, Object: string(a.ID), Channel: a.Channel,
		Thread: a.Thread, Broadcast: a.Broadcast(), Due: due, CreatedAt: now,
	}
	cards := []batchsync.Message{card}
	for _, c := range a.Also {
		card.ID, card.Channel, card.Thread, card.Broadcast = batchsync.AcceptanceAlso(a.ID, c), c, "", false
		cards = append(cards, card)
	}
	for _, card := range cards {
		if err := raiseOrEnqueue(tx, card, now); err != nil {
			return err
		}
	}
	if op := a.Operation(); op != "" {
		return raiseShown(tx, batchsync.CardOf(op), now)
	}
	return nil
}

func raiseOrEnqueue(tx *bbolt.Tx, m batchsync.Message, now time.Time) error {
	row, ok, err := get[messageRow](tx, bucketMessages, []byte(m.ID))
	if err != nil {
		return err
	}
	if ok {
		return raise(tx, row, now)
	}
	return enqueue(tx, m)
}

// raiseShown has a message redrawn if there is such a one.
func raiseShown(tx *bbolt.Tx, id batchsync.MessageID, now time.Time) error {
	row, ok, err := get[messageRow](tx, bucketMessages, []byte(id))
	if err != nil || !ok {
		return err
	}
	return raise(tx, row, now)
}

// reopenAccepted opens what people accepted of a task when another acceptance
// failed. There is one under way at a time, so that one's figures are the newer
// ones, also where somebody accepted while they were gathered.
func reopenAccepted(tx *bbolt.Tx, failed batchsync.Acceptance) error {
	for lean, err := range acceptancesOf[leanAcceptance](tx, failed.Task) {
		if err != nil {
			return err
		}
		if lean.ID == failed.ID || !lean.Accepted() {
			continue
		}
		a, err := acceptance(tx, lean.ID)
		if err != nil {
			return err
		}
		a.ReopenedBy = failed.ID
		a.Version++
		if err := putAcceptance(tx, a); err != nil {
			return err
		}
		if err := raiseAcceptance(tx, a, failed.Done); err != nil {
			return err
		}
	}
	return nil
}

// pruneAcceptances forgets those of a task that are more than what is kept.
// The last that was accepted stays: it is the word that the delivery rests on.
func pruneAcceptances(tx *bbolt.Tx, task batchsync.TaskID) error {
	told, quiet, accepted := 0, 0, 0
	for a, err := range acceptancesOf[leanAcceptance](tx, task) {
		if err != nil {
			return err
		}
		keep := a.State == batchsync.AcceptanceAsked
		if a.Quiet {
			quiet++
			keep = keep || quiet <= 1
		} else {
			told++
			keep = keep || told <= keepAcceptances
		}
		if a.AcceptedBy != "" {
			accepted++
			keep = keep || accepted <= 1
		}
		if keep {
			continue
		}
		if err := dropAcceptance(tx, a.Acceptance); err != nil {
			return err
		}
	}
	return nil
}

// dropAcceptance forgets an acceptance with its cards.
func dropAcceptance(tx *bbolt.Tx, a batchsync.Acceptance) error {
	cards := []batchsync.MessageID{batchsync.AcceptanceMessage(a.ID)}
	for _, c := range a.Also {
		cards = append(cards, batchsync.AcceptanceAlso(a.ID, c))
	}
	for _, id := range cards {
		row, ok, err := get[messageRow](tx, bucketMessages, []byte(id))
		if err != nil {
			return err
		}
		if ok {
			if err := dropMessage(tx, row); err != nil {
				return err
			}
		}
	}
	if err := setMark(tx, bucketAcceptancesByTask, acceptanceKey(a), false); err != nil {
		return err
	}
	if err := setMark(tx, bucketAskedAcceptances, []byte(a.ID), false); err != nil {
		return err
	}
	return setMark(tx, bucketAcceptances, []byte(a.ID), false)
}

// acceptanceKey sorts those of a task by when they were asked for.
func acceptanceKey(a batchsync.Acceptance) []byte {
	return slices.Concat(taskKey(a.Task), timeKey(a.Asked), []byte(a.ID))
}

// expireAcceptances forgets those asked for before, and tasks that were
// deployed before and never had a good run since.
func expireAcceptances(tx *bbolt.Tx, before time.Time) (int, error) {
	var old []batchsync.AcceptanceID
	for k, id := range ascend(tx, bucketAcceptancesByTask, nil) {
		if bytes.Compare(k[8:16], timeKey(before)) < 0 {
			old = append(old, batchsync.AcceptanceID(id))
		}
		if len(old) == expireBatch {
			break
		}
	}
	for _, id := range old {
		a, err := acceptance(tx, id)
		if err != nil {
			return 0, err
		}
		if err := dropAcceptance(tx, a); err != nil {
			return 0, err
		}
	}
	_, err := removeWhere(tx, bucketFresh, older(bucketFresh, before, func(f batchsync.Fresh) time.Time { return f.At }))
	return len(old), err
}
