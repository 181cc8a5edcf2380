// Package store keeps what must survive a restart in one bbolt file: drafts,
// operations, the messages Slack must show, what the monitor knows of the tasks
// it watches, and who did what.
//
// The file:
//
//	meta
//	├── version      schema version, 8 bytes big-endian
//	├── created      time of creation, nanoseconds, 8 bytes big-endian
//	├── cursor       Cursor as JSON; absent before the monitor's first look
//	└── swept        when what belongs to tasks that are gone was last looked for,
//	                 nanoseconds, 8 bytes big-endian; absent before
//	drafts
//	└── <draft id>                      Draft as JSON
//	draftsByOwner
//	└── <user id> 00 <draft id>         empty; every draft has one
//	operations
//	└── <operation id>                  Operation as JSON
//	unsettled
//	└── <operation id>                  empty; operations somebody may still move on
//	locks
//	└── <lock>                          id of the operation that holds it
//	proposals
//	└── <operation id>                  Operation as JSON; shown for confirmation, not begun
//	tasks
//	└── <task id, 8 bytes big-endian>   Task as JSON
//	messages
//	└── <message id>                    Message as JSON, and its number "seq"
//	due, sent, dead
//	└── <time><seq>                     id of a message in that state; the time is when
//	                                    it is due, when Slack last took it, when it was
//	                                    given up; nanoseconds and number, 8 bytes each;
//	                                    cards of long ago are in none of them
//	files
//	└── <file id>                       File as JSON; goes with the message that shows it
//	filesByTime
//	└── <time><file id>                 empty; when it was stored, nanoseconds, 8 bytes
//	seen
//	└── <dedupe key>                    time it was first seen, nanoseconds
//	seenByTime
//	└── <time><dedupe key>              empty
//	audit
//	└── <seq, 8 bytes big-endian>       AuditRow as JSON
//	watches
//	└── <task id, 8 bytes big-endian>   Watch as JSON
//	incidents
//	└── <incident id>                   Incident as JSON
//	openIncidents
//	└── <task id><incident id>          empty; the task id in 8 bytes, 0 is the platform
//	incidentsByTime
//	└── <time><incident id>             empty; when it was closed; every closed one has one
//	alerts
//	└── <alert id>                      Alert as JSON; goes with its message
//	openAlerts
//	└── <alert id>                      empty
//	alertsByTime
//	└── <time><alert id>                empty; when it was opened; every one has one
//	alertsByIncident
//	└── <incident id> 00 <alert id>     empty; the alerts that tell of an incident
//	subscriptions
//	└── <channel id> 00 <selector key>  Subscription as JSON
//	channels
//	└── <channel id>                    Channel as JSON
//	quiet
//	└── <quiet id>                      Quiet as JSON
//	rehearsals
//	└── <rehearsal id>                  Rehearsal as JSON; those under way
//	stopped
//	└── <run id, 8 bytes big-endian>    who stopped the run here, and when, as JSON
//	touched
//	└── <task id, 8 bytes big-endian>   when an operation last changed its schedule or
//	                                    content, nanoseconds, 8 bytes big-endian
//	acceptances
//	└── <acceptance id>                 Acceptance as JSON; goes with its cards
//	acceptancesByTask
//	└── <task id><time><acceptance id>  id of the acceptance; task id and the time it was
//	                                    asked for, nanoseconds, in 8 bytes each
//	askedAcceptances
//	└── <acceptance id>                 empty; those to be made
//	expectations
//	└── <task id, 8 bytes big-endian>   Expectation as JSON
//	fresh
//	└── <task id, 8 bytes big-endian>   Fresh as JSON; until its first good run is examined
//	examined
//	└── <task id, 8 bytes big-endian>   Examined as JSON, of the last acceptance
//	successes
//	└── <task id, 8 bytes big-endian>   Snapshot as JSON, as an acceptance read it
//	settled
//	└── <time><operation id>            empty; when a settled operation was last changed
//	sums
//	└── <bucket>                        the hashes of all its entries added up, 8 bytes
//	                                    big-endian; every other bucket has one
//
// Rules of the house:
//
//   - The drawing above changes together with the code, and with a migration
//     where files of the field would be read wrongly. New buckets need one too;
//     new optional fields of a JSON value do not.
//   - An exported method is one use case and one transaction. Helpers in lower
//     case take the transaction; no transaction leaves the package.
//   - Entries are changed by write and erase only, which keep the sums.
//   - Values are decoded inside the transaction, their bytes die with it.
//   - No clock: whatever needs the present takes it as now. Times are UTC. The
//     loop of backups, and what only measures how long it takes, are excepted.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

var (
	// ErrLocked says that another process has the file open.
	ErrLocked = errors.New("another instance is running")
	// ErrNewer says that the file was written by a later version of the program.
	ErrNewer = errors.New("file was written by a newer version")
	// ErrDamaged says that the file cannot be used as it is.
	ErrDamaged = errors.New("file is damaged")
	// ErrForeign says that there is something else than a database of this
	// program: another kind of file, a folder, or the database of another program.
	ErrForeign = errors.New("no database of the bot")
	// ErrExists says that the thing was stored before, as after a redelivery;
	// it carries [batchsync.CodeConflict].
	ErrExists error = &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("operation.exists")}
	// ErrStale says that the operation, incident or alert was changed by
	// somebody else meanwhile; it carries [batchsync.CodeConflict].
	ErrStale error = &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("operation.changed_since")}
)

// Store is the open file. Its methods may be called from several goroutines;
// changes are on disk when they return.
type Store struct {
	db       opened
	path     string // the database itself knows the name it was created under
	upgraded Upgraded
	exposed  []Exposed
	refused  atomic.Pointer[error] // why the disk did not take a change, see [Store.Writable]; nil: it takes them
}

// Open opens the file at path, creates it when there is none (readable by its
// owner only), and brings an older schema up to date, after it kept a copy
// beside it, see [Store.Upgraded]. Rights that others have to the file or its kept
// copies are taken away, see [Store.Exposed]. It fails with [ErrUnkept] when that cannot be,
// with [ErrLocked] when another process has the file open for longer than a second,
// with [ErrNewer] when the file is of a later schema, with [ErrForeign] when it is
// something else, and with [ErrDamaged] when it is empty or its pages lead nowhere;
// the file is left as it is then. That what the pages hold is what was written is found by [Store.Check].
func Open(path string, now time.Time) (s *Store, err error) {
	if s, err = openKeeping(path, now, true); err == nil {
		s.exposed = makePrivate(path)
	}
	return s, err
}

// openKeeping is [Open]; without keep an older schema is brought up to date where it is.
func openKeeping(path string, now time.Time, keep bool) (s *Store, err error) {
	// The database panics on pages it cannot read, and reads past the end of a
	// file that was cut off.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, fmt.Errorf("open store %s: %w: %v", path, ErrDamaged, p)
		}
	}()
	_, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(path, now)
	case err != nil:
		return nil, fmt.Errorf("open store: %w", err)
	}
	db, err := openFile(path, false)
	if err != nil {
		return nil, err
	}
	if err := ready(db.DB); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), db.Close())
	}
	return migrated(db, path, now, keep)
}

// create makes the file under another name and renames it once the schema is
// in it, so that a power loss never leaves half a file at path. The new file
// stays open and locked throughout: two processes cannot both create one.
func create(path string, now time.Time) (*Store, error) {
	fresh := path + ".new"
	db, err := openFile(fresh, true)
	// A damaged file was left by a creation that was cut short. Opening it got
	// the lock before it failed, so nobody is using it.
	if err != nil && !errors.Is(err, ErrLocked) && os.Remove(fresh) == nil {
		db, err = openFile(fresh, true)
	}
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err == nil {
		// Somebody else was faster; theirs counts.
		return nil, errors.Join(fmt.Errorf("%w (file %s)", ErrLocked, path), os.Remove(fresh), db.Close())
	}
	s, err := migrated(db, path, now, false)
	if err != nil {
		return nil, err
	}
	if err := publish(fresh, path); err != nil {
		return nil, errors.Join(fmt.Errorf("create store %s: %w", path, err), s.Close())
	}
	return s, nil
}

// publish renames the file and makes the new name durable.
func publish(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(to)
}

// syncDir has the names beside a file on disk.
func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

var errOther = fmt.Errorf("%w: it is a database of another program", ErrForeign)

// ready reports why a file that was there must not be changed: it holds nothing
// of ours, or it is of an older schema, which has no sums, and damaged.
func ready(db *bbolt.DB) error {
	have, err := version(db)
	switch {
	case err != nil:
		return err
	case have == 0:
		return errOther
	case have >= uint64(len(migrations())):
		return nil
	}
	return db.View(func(tx *bbolt.Tx) error {
		if bucket(tx, bucketSums) != nil && have < schemaSums {
			return fmt.Errorf("%w: schema %d has no sums", ErrDamaged, have)
		}
		return checkPages(tx)
	})
}

func migrated(db opened, path string, now time.Time, keep bool) (*Store, error) {
	s := &Store{db: db, path: path}
	err := s.upToDate(now, keep)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), db.Close())
	}
	return s, nil
}

// upToDate brings the file to the present schema.
func (s *Store) upToDate(now time.Time, keep bool) error {
	have, err := version(s.db.DB)
	if err != nil {
		return err
	}
	if want := uint64(len(migrations())); keep && have < want {
		s.upgraded = Upgraded{From: have, To: want}
		if s.upgraded.Copy, err = keepCopy(s.path, want, now); err != nil {
			return err
		}
	}
	return migrate(s.db.DB, migrations(), now)
}

// Close ends the use of the file, after the transactions under way.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}
