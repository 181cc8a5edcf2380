package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// contents are all entries of a file as "bucket/key", without what the schema
// keeps for itself.
func contents(t testing.TB, path string) map[string][]byte {
	t.Helper()
	db := must[*bbolt.DB](t)(bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true}))
	defer db.Close()
	out := map[string][]byte{}
	ok(t, db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				if key := fmt.Sprintf("%s/%s", name, k); key != "meta/version" && string(name) != bucketSums {
					out[key] = bytes.Clone(v)
				}
				return nil
			})
		})
	}))
	return out
}

// TestOpen_OldSchemas opens files as earlier versions of the program wrote
// them. Everything is found, and the file is sound.
func TestOpen_OldSchemas(t *testing.T) {
	t.Parallel()
	for schema := 1; schema < len(migrations()); schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "bot.db")
			old := must[[]byte](t)(os.ReadFile(filepath.Join("testdata", fmt.Sprintf("schema-%d.db", schema))))
			ok(t, os.WriteFile(path, old, 0o600))
			was := contents(t, path)
			ok(t, CheckFile(path))
			s := must[*Store](t)(Open(path, start))
			ok(t, s.Check())
			foundOld(t, s, schema)
			ok(t, s.Close())
			is := contents(t, path)
			for k, v := range was {
				if schema == 3 && strings.HasPrefix(k, bucketSubscriptions) {
					v = is[k] // its topics change, see TestMigrate_Acceptance
				}
				if v == nil || !bytes.Equal(is[k], v) {
					t.Errorf("%s was %q, is %q", k, v, is[k])
				}
			}
			if len(was) < 20 {
				t.Errorf("the old file has only %d entries", len(was))
			}
		})
	}
}

// foundOld reads what each schema added, through the methods that the program
// uses today.
func foundOld(t *testing.T, s *Store, schema int) {
	t.Helper()
	if op, held, err := s.HolderOf(must[batchsync.Operation](t)(s.Operation("live")).Lock); err != nil || !held || op.ID != "live" {
		t.Errorf("the lock is held by %q (%t, %v)", op.ID, held, err)
	}
	if task := must[batchsync.Task](t)(s.Task(7)); task.Operation != "done" || task.Channel != "C1" {
		t.Errorf("task is %+v", task)
	}
	if m := must[batchsync.Message](t)(s.Message("operation/done")); m.TS != "1.1" {
		t.Errorf("card is %+v", m)
	}
	if must[bool](t)(s.FirstTime("envelope", start)) {
		t.Error("the envelope is forgotten")
	}
	if len(must[[]batchsync.Draft](t)(s.OpenDrafts("U1"))) != 1 || len(must[[]batchsync.Message](t)(s.Dead(9))) != 1 {
		t.Error("the draft or the dead message is missing")
	}
	if schema >= 2 {
		must[batchsync.Operation](t)(s.Proposal("proposed"))
		must[batchsync.File](t)(s.File("runs"))
	}
	k := known(t, s, start)
	if schema >= 3 && (len(k.Incidents) != 2 || len(k.Alerts) != 1 || len(k.Quiet) != 1 || len(k.Rehearsals) != 1 || k.Touched[1].IsZero() || k.Cursor.Looked.IsZero()) {
		t.Errorf("known are %+v", k)
	}
	if subs := subscribed(t, s, "C2"); schema >= 3 && len(subs) != 1 || schema < 3 && strings.Join(subscribed(t, s, ""), "") == "" {
		t.Errorf("subscribed are %q", subs)
	}
	if schema >= 4 && (k.Fresh[9].Operation != "deployed" || len(must[[]batchsync.Acceptance](t)(s.AskedAcceptances())) != 1) {
		t.Errorf("fresh are %+v", k.Fresh)
	}
	if schema >= 4 {
		must[batchsync.Acceptance](t)(s.LastAcceptance(7))
		must[batchsync.Snapshot](t)(s.Success(7, 0))
	}
}
