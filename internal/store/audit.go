package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// Record adds a row to the audit trail; its Seq is given by the store.
func (s *Store) Record(row batchsync.AuditRow) error {
	return s.update(func(tx *bbolt.Tx) error { return appendAudit(tx, row) })
}

// Audit reads the last n rows, the newest first.
func (s *Store) Audit(n int) ([]batchsync.AuditRow, error) {
	if n <= 0 {
		return nil, nil
	}
	return s.AuditOf(batchsync.AuditFilter{Limit: n})
}

// AuditOf reads the rows that pass the filter, the newest first. It goes
// through the whole trail until it has found enough. A row that nobody can read is
// an error only where it may be one of those.
func (s *Store) AuditOf(f batchsync.AuditFilter) (out []batchsync.AuditRow, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		of := tasksOf{}
		rest := f // what a row says by itself
		rest.Task, rest.Name = 0, ""
		words := wordsOf(f)
		for k, v := range descend(tx, bucketAudit) {
			if f.Limit > 0 && len(out) >= f.Limit {
				break
			}
			if slices.ContainsFunc(words, func(w []byte) bool { return !bytes.Contains(v, w) }) {
				continue
			}
			row, err := decode[batchsync.AuditRow](bucketAudit, k, v)
			if err != nil {
				return err
			}
			if !rest.Has(row, 0) {
				continue
			}
			var task batchsync.TaskID
			if f.Task != 0 {
				if task, err = of.task(tx, row.Operation); err != nil {
					return err
				}
			}
			if f.Has(row, task) {
				out = append(out, row)
			}
		}
		return nil
	})
	return out, err
}

// wordsOf is what stands in each row that passes the filter: most of a long trail
// is left out without being decoded.
func wordsOf(f batchsync.AuditFilter) (out [][]byte) {
	for _, word := range []string{string(f.Action), f.Outcome} {
		if written, err := json.Marshal(word); err == nil && word != "" {
			out = append(out, written)
		}
	}
	return out
}

// tasksOf are the tasks of operations, as far as they were asked for: rows are
// never changed, so one that was written before the task was made is found
// through its operation.
type tasksOf map[batchsync.OperationID]batchsync.TaskID

func (m tasksOf) task(tx *bbolt.Tx, id batchsync.OperationID) (batchsync.TaskID, error) {
	if id == "" {
		return 0, nil
	}
	if task, known := m[id]; known {
		return task, nil
	}
	op, _, err := get[batchsync.Operation](tx, bucketOperations, []byte(id))
	if err != nil {
		return 0, err
	}
	m[id] = op.Task
	return op.Task, nil
}

func appendAudit(tx *bbolt.Tx, rows ...batchsync.AuditRow) error {
	for _, row := range rows {
		seq, err := bucket(tx, bucketAudit).NextSequence()
		if err != nil {
			return fmt.Errorf("number audit row of %s: %w", row.Object, err)
		}
		row.Seq, row.At = seq, row.At.UTC()
		if err := put(tx, bucketAudit, be64(seq), row); err != nil {
			return err
		}
	}
	return nil
}
