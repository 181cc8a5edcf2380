package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// Every change of an entry goes through write and erase, which keep the sum of
// its bucket: the hashes of all its entries added up. The database itself would
// not notice a value that changed on the disk, nor a page that lost entries.

// write stores an entry as it is. A mark is an empty value.
func write(tx *bbolt.Tx, name string, key, value []byte) error {
	b := bucket(tx, name)
	delta := entrySum(name, key, value)
	if old := b.Get(key); old != nil {
		delta -= entrySum(name, key, old)
	}
	if value == nil {
		value = []byte{} // nil would read as no entry until it is committed
	}
	if err := b.Put(key, value); err != nil {
		return fmt.Errorf("put %s %q: %w", name, key, err)
	}
	return addSum(tx, name, delta)
}

// erase removes an entry, if there is one.
func erase(tx *bbolt.Tx, name string, key []byte) error {
	b := bucket(tx, name)
	old := b.Get(key)
	if old == nil {
		return nil
	}
	delta := -entrySum(name, key, old)
	if err := b.Delete(key); err != nil {
		return fmt.Errorf("delete %s %q: %w", name, key, err)
	}
	return addSum(tx, name, delta)
}

func addSum(tx *bbolt.Tx, name string, delta uint64) error {
	if delta == 0 {
		return nil
	}
	if err := bucket(tx, bucketSums).Put([]byte(name), be64(sumOf(tx, name)+delta)); err != nil {
		return fmt.Errorf("sum up %s: %w", name, err)
	}
	return nil
}

// sumOf is the sum that was noted of a bucket.
func sumOf(tx *bbolt.Tx, name string) uint64 {
	data := bucket(tx, bucketSums).Get([]byte(name))
	if len(data) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(data)
}

// entrySum is one entry's share in the sum of its bucket.
func entrySum(name string, key, value []byte) uint64 {
	var room [512]byte
	data := append(room[:0], name...)
	data = append(data, 0)
	data = binary.AppendUvarint(data, uint64(len(key)))
	data = append(data, key...)
	data = append(data, value...)
	sum := sha256.Sum256(data)
	return binary.BigEndian.Uint64(sum[:])
}
