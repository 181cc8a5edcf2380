package precondition

import (
	"context"
	"strconv"
	"sync"
	"time"

	"batchsync/internal/batchsync"
)

// Machine is what the bot runs on. Nothing of it is changed by looking, and none
// of its methods fails: what could not be found out is in the answer.
type Machine interface {
	File(ctx context.Context) FileState
	// Free is the room for the file in bytes, negative when it is not known.
	Free() int64
	Backups(ctx context.Context) BackupState
	Address(ctx context.Context) AddressState
}

// Found is how the database file was found.
type Found string

// Ways to find it.
const (
	FoundSound   Found = "sound"
	FoundNothing Found = "nothing" // there is none yet
	FoundInUse   Found = "in_use"  // by a running bot, which checked it at its start
	FoundDamaged Found = "damaged"
	FoundForeign Found = "foreign" // something else than a database of the bot
	FoundNewer   Found = "newer"   // written by a newer version
	FoundSlow    Found = "slow"    // its check took too long
	FoundUnread  Found = "unread"  // for another reason, see Detail
)

// FileState is how the database file and its folder are.
type FileState struct {
	Path     string
	Found    Found
	Writable bool // the file, if there is one, and its folder
	Detail   string
}

// BackupState is how the folder for backups is.
type BackupState struct {
	Dir      string // empty: none is set
	Every    time.Duration
	Writable bool      // it, or the folder it would be made in
	Newest   time.Time // zero: there is none
	Now      time.Time
}

// AddressState is whether the health endpoint can be served.
type AddressState struct {
	Address string // empty: it is off
	Ours    bool   // a bot answers there
	Free    bool
	Detail  string
}

// machineSide looks at the parts at the same time.
func (c *Checker) machineSide(ctx context.Context, b *board) {
	var parts sync.WaitGroup
	parts.Go(func() {
		c.look(ctx, b, batchsync.PreconditionFile, []string{"BATCHSYNC_DB"}, func(ctx context.Context) []batchsync.Precondition {
			return one(judgeFile(c.Machine.File(ctx)))
		})
	})
	parts.Go(func() {
		c.look(ctx, b, batchsync.PreconditionDisk, []string{"BATCHSYNC_DB"}, func(context.Context) []batchsync.Precondition {
			return one(judgeDisk(c.Machine.Free()))
		})
	})
	parts.Go(func() {
		c.look(ctx, b, batchsync.PreconditionBackup, []string{"BATCHSYNC_BACKUP_DIR", "BATCHSYNC_BACKUP_EVERY"}, func(ctx context.Context) []batchsync.Precondition {
			return one(judgeBackups(c.Machine.Backups(ctx)))
		})
	})
	parts.Go(func() {
		c.look(ctx, b, batchsync.PreconditionAddress, []string{"BATCHSYNC_LISTEN"}, func(ctx context.Context) []batchsync.Precondition {
			return one(judgeAddress(c.Machine.Address(ctx)))
		})
	})
	parts.Wait()
}

func judgeFile(s FileState) batchsync.Precondition {
	const name = batchsync.PreconditionFile
	switch s.Found {
	case FoundDamaged:
		return quoting(s.Detail, failed(name, batchsync.T("precondition.file_damaged", s.Path), batchsync.T("precondition_fix.file_damaged")))
	case FoundForeign:
		return failed(name, batchsync.T("precondition.file_foreign", s.Path), batchsync.T("precondition_fix.file_foreign"))
	case FoundNewer:
		return failed(name, batchsync.T("precondition.file_newer", s.Path), batchsync.T("precondition_fix.file_newer"))
	case FoundUnread:
		return quoting(s.Detail, failed(name, batchsync.T("precondition.file_unread", s.Path), batchsync.T("precondition_fix.file_unwritable")))
	}
	switch {
	case !s.Writable:
		return failed(name, batchsync.T("precondition.file_unwritable", s.Path), batchsync.T("precondition_fix.file_unwritable"))
	case s.Found == FoundInUse:
		return met(name, batchsync.T("precondition.file_in_use", s.Path))
	case s.Found == FoundNothing:
		return met(name, batchsync.T("precondition.file_nothing", s.Path))
	case s.Found == FoundSlow:
		return warning(name, batchsync.T("precondition.file_slow", s.Path), batchsync.T("precondition_fix.file_slow"))
	}
	return met(name, batchsync.T("precondition.file_ok", s.Path))
}

// fullAt is the room below which the file cannot even grow by what it grows by
// at a time.
const fullAt = 32 << 20

func judgeDisk(free int64) batchsync.Precondition {
	const name = batchsync.PreconditionDisk
	megabytes := func(n int64) string { return strconv.FormatInt(n>>20, 10) }
	text := batchsync.T("precondition.disk", megabytes(free), megabytes(batchsync.FreeBound))
	switch fix := batchsync.T("precondition_fix.disk"); {
	case free < 0:
		return unchecked(name, batchsync.T("precondition.disk_untold"))
	case free < fullAt:
		return failed(name, text, fix)
	case free < batchsync.FreeBound:
		return warning(name, text, fix)
	}
	return met(name, text)
}

// judgeBackups: one that a running bot should have made long ago is worth a
// look, while a stopped bot makes none.
func judgeBackups(s BackupState) batchsync.Precondition {
	const name = batchsync.PreconditionBackup
	age := s.Now.Sub(s.Newest).Round(time.Second)
	switch {
	case s.Dir == "":
		return warning(name, batchsync.T("precondition.backup_off"), batchsync.T("precondition_fix.backup_off"))
	case !s.Writable:
		return failed(name, batchsync.T("precondition.backup_unwritable", s.Dir), batchsync.T("precondition_fix.backup_unwritable"))
	case s.Newest.IsZero():
		return met(name, batchsync.T("precondition.backup_none", s.Dir))
	case age > 2*s.Every:
		return warning(name, batchsync.T("precondition.backup_old", age.String()), batchsync.T("precondition_fix.backup_old"))
	}
	return met(name, batchsync.T("precondition.backup_ok", max(0, age).String()))
}

func judgeAddress(s AddressState) batchsync.Precondition {
	const name = batchsync.PreconditionAddress
	switch {
	case s.Address == "":
		return met(name, batchsync.T("precondition.address_off"))
	case s.Ours:
		return met(name, batchsync.T("precondition.address_ours", s.Address))
	case s.Free:
		return met(name, batchsync.T("precondition.address_free", s.Address))
	}
	return quoting(s.Detail, failed(name, batchsync.T("precondition.address_taken", s.Address), batchsync.T("precondition_fix.address_taken")))
}
