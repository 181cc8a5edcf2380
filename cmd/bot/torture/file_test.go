package torture

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// The file as the model reads it: with its own eyes, not with those of the
// program that wrote it.
type file struct {
	operations map[string]operation
	locks      map[string]string
	unsettled  int
	due        int
	dead       []string
	messages   map[string]message
	tasks      []task
	incidents  []incident
	deliveries []delivery
	audit      []auditRow
	raw        []byte
}

type operation struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	State string `json:"state"`
	Actor string `json:"actor"`
	Task  int64  `json:"task"`
}

type message struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Object string `json:"object"`
	State  string `json:"state"`
	Wanted int    `json:"wanted"`
	Shown  int    `json:"shown"`
	Posted string `json:"posted"`
	TS     string `json:"ts"`
	Reason string `json:"reason"`
}

type task struct {
	Name  string    `json:"name"`
	Muted time.Time `json:"muted"`
}

type incident struct {
	Name    string    `json:"name"`
	AckedBy string    `json:"acked_by"`
	Closed  time.Time `json:"closed"`
}

type delivery struct {
	Name       string `json:"name"`
	AcceptedBy string `json:"accepted_by"`
}

type auditRow struct {
	Actor     string `json:"actor"`
	Action    string `json:"action"`
	Name      string `json:"name"`
	Outcome   string `json:"outcome"`
	Operation string `json:"operation"`
}

// readFile reads the file of a bot that is not running.
func readFile(path string) (*file, error) {
	f := &file{operations: map[string]operation{}, locks: map[string]string{}, messages: map[string]message{}}
	var err error
	if f.raw, err = os.ReadFile(path); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		f.unsettled = count(tx, "unsettled")
		f.due = count(tx, "due")
		return firstError(
			each(tx, "operations", func(_ string, o operation) { f.operations[o.ID] = o }),
			each(tx, "messages", func(_ string, m message) {
				f.messages[m.ID] = m
				if m.State == "dead" {
					f.dead = append(f.dead, m.ID+": "+m.Reason)
				}
			}),
			each(tx, "tasks", func(_ string, t task) { f.tasks = append(f.tasks, t) }),
			each(tx, "incidents", func(_ string, i incident) { f.incidents = append(f.incidents, i) }),
			each(tx, "acceptances", func(_ string, d delivery) { f.deliveries = append(f.deliveries, d) }),
			each(tx, "audit", func(_ string, a auditRow) { f.audit = append(f.audit, a) }),
			tx.Bucket([]byte("locks")).ForEach(func(k, v []byte) error { f.locks[string(k)] = string(v); return nil }),
		)
	})
	return f, firstError(err, db.Close())
}

func count(tx *bbolt.Tx, bucket string) (n int) {
	_ = tx.Bucket([]byte(bucket)).ForEach(func(_, _ []byte) error { n++; return nil }) // fails only if we do
	return n
}

func each[T any](tx *bbolt.Tx, bucket string, take func(key string, value T)) error {
	return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
		var value T
		if err := json.Unmarshal(v, &value); err != nil {
			return fmt.Errorf("decode %s %q: %w", bucket, k, err)
		}
		take(string(k), value)
		return nil
	})
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
