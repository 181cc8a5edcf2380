package store

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// Writable carries out a transaction that changes nothing: it takes the lock of
// writers, writes the file's own pages and has the disk keep them. A file that
// cannot be written to fails; a disk that hangs makes it wait.
func (s *Store) Writable() error {
	if err := s.update(func(*bbolt.Tx) error { return nil }); err != nil {
		return fmt.Errorf("write database: %w", err)
	}
	return nil
}
