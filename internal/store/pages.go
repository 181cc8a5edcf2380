package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The database trusts its pages: a number that is wrong in one of them ends the
// program when it is followed. So they are read first as what they are, bytes.
// What is checked here is that following them stays within the file and meets
// no page twice; the rest is said by the database's own check and the sums.
// Layout: https://pkg.go.dev/go.etcd.io/bbolt, in the byte order of the machine.
const (
	pageHead     = 16 // id 8, flags 2, count 2, overflow 4
	elementSize  = 16 // branch: position 4, key size 4, page 8; leaf: flags 4, position 4, key size 4, value size 4
	bucketHead   = 16 // root page 8, sequence 8
	metaSize     = 64
	pageBranch   = 0x01
	pageLeaf     = 0x02
	pageMeta     = 0x04
	pageFreelist = 0x10
	metaMagic    = 0xED0CDAED
	noFreelist   = ^uint64(0)
	maxDepth     = 64
	minPage      = 512 // bytes
	maxPage      = 1 << 20
)

var native = binary.NativeEndian

// meta is one of the two first pages, which take turns.
type meta struct {
	pageSize       uint64
	root, freelist uint64
	pages          uint64 // in use, or once were
	tx             uint64
}

// checkStructure follows every page of a database file. It fails with
// [ErrForeign] when nothing says that it is one, and with [ErrDamaged] when a
// page leads nowhere, and when one of the first two is broken: the other one may
// be older, and the last change missing.
func checkStructure(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("check pages: %w", err)
	}
	m, err := readMetas(f, info.Size())
	if err != nil && !marked(f) {
		return fmt.Errorf("%w: it is no database at all", ErrForeign)
	}
	if err == nil {
		w := walker{file: f, meta: m, seen: make([]bool, m.pages)}
		w.seen[0], w.seen[1] = true, true
		err = errors.Join(w.freelist(), w.tree(m.root, 0))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

// marked reports whether a file may be a database, or what is left of one: one of
// its first two pages is marked so, or it is empty or begins with zeros, as a
// power loss leaves files.
func marked(f io.ReaderAt) bool {
	head := make([]byte, pageHead+metaSize)
	n, _ := f.ReadAt(head, 0) // nothing read is as good as empty
	if native.Uint32(head[pageHead:]) == metaMagic || len(bytes.Trim(head[:n], "\x00")) == 0 {
		return true
	}
	for size := int64(minPage); size <= maxPage; size *= 2 { // where the second page is, the first one said
		if n, _ := f.ReadAt(head, size); n > pageHead+4 && native.Uint32(head[pageHead:]) == metaMagic {
			return true
		}
	}
	return false
}

// readMetas reads both first pages and returns the newer one.
func readMetas(f io.ReaderAt, size int64) (meta, error) {
	first := make([]byte, pageHead+metaSize)
	if _, err := f.ReadAt(first, 0); err != nil {
		return meta{}, fmt.Errorf("its first page is cut off (%d bytes)", size)
	}
	a, err := readMeta(first, 0)
	if err != nil {
		return meta{}, err
	}
	if _, err := f.ReadAt(first, int64(a.pageSize)); err != nil {
		return meta{}, fmt.Errorf("its second page is cut off (%d bytes)", size)
	}
	b, err := readMeta(first, 1)
	if err != nil {
		return meta{}, err
	}
	if a.pageSize != b.pageSize || a.tx-b.tx+1 > 2 {
		return meta{}, errors.New("its first pages do not belong together")
	}
	if b.tx > a.tx {
		a = b
	}
	if have := uint64(size) / a.pageSize; a.pages > have {
		return meta{}, fmt.Errorf("%d bytes of %d are there", size, a.pages*a.pageSize)
	}
	return a, nil
}

func readMeta(page []byte, id uint64) (m meta, err error) {
	body := page[pageHead:]
	sum := fnv.New64a()
	_, _ = sum.Write(body[:metaSize-8]) // a hash takes anything
	m = meta{
		pageSize: uint64(native.Uint32(body[8:])), root: native.Uint64(body[16:]),
		freelist: native.Uint64(body[32:]), pages: native.Uint64(body[40:]), tx: native.Uint64(body[48:]),
	}
	switch {
	case native.Uint32(body) != metaMagic || native.Uint64(page) != id || native.Uint16(page[8:])&pageMeta == 0:
		return m, fmt.Errorf("page %d is no first page of a database", id)
	case native.Uint64(body[metaSize-8:]) != sum.Sum64():
		return m, fmt.Errorf("page %d has another checksum; the last change may be missing", id)
	case m.pageSize < minPage || m.pageSize > maxPage || m.pages < 3 || m.pages > 1<<40:
		return m, fmt.Errorf("page %d has impossible figures", id)
	}
	return m, nil
}

// walker follows pages and notes where it was.
type walker struct {
	file io.ReaderAt
	meta meta
	seen []bool
}

// page reads a page with what overflows it.
func (w *walker) page(id uint64, kinds uint16) ([]byte, error) {
	head := make([]byte, pageHead)
	if id >= w.meta.pages {
		return nil, fmt.Errorf("page %d is beyond the end", id)
	}
	if _, err := w.file.ReadAt(head, int64(id*w.meta.pageSize)); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	flags, more := native.Uint16(head[8:]), uint64(native.Uint32(head[12:]))
	switch {
	case native.Uint64(head) != id:
		return nil, fmt.Errorf("page %d says it is %d", id, native.Uint64(head))
	case flags&kinds == 0 || flags&(flags-1) != 0:
		return nil, fmt.Errorf("page %d is of the wrong kind %#x", id, flags)
	case id+more >= w.meta.pages:
		return nil, fmt.Errorf("page %d goes beyond the end", id)
	}
	for i := id; i <= id+more; i++ {
		if w.seen[i] {
			return nil, fmt.Errorf("page %d is used twice", i)
		}
		w.seen[i] = true
	}
	data := make([]byte, (more+1)*w.meta.pageSize)
	if _, err := w.file.ReadAt(data, int64(id*w.meta.pageSize)); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	return data, nil
}

func (w *walker) freelist() error {
	if w.meta.freelist == noFreelist {
		return nil
	}
	data, err := w.page(w.meta.freelist, pageFreelist)
	if err != nil {
		return err
	}
	ids := data[pageHead:]
	count := uint64(native.Uint16(data[10:]))
	if count == 0xFFFF {
		count, ids = native.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) {
		return fmt.Errorf("%d free pages do not fit their list", count)
	}
	for i := range count {
		if id := native.Uint64(ids[8*i:]); id < 2 || id >= w.meta.pages {
			return fmt.Errorf("free page %d is beyond the end", id)
		}
	}
	return nil
}

// tree follows a page and what is below it.
func (w *walker) tree(id uint64, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("page %d lies too deep", id)
	}
	data, err := w.page(id, pageBranch|pageLeaf)
	if err != nil {
		return err
	}
	if err := w.elements(data, depth); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements follows what a page, or a bucket within one, has.
func (w *walker) elements(data []byte, depth int) error {
	branch := native.Uint16(data[8:])&pageBranch != 0
	count := int(native.Uint16(data[10:]))
	if pageHead+count*elementSize > len(data) || branch && count == 0 {
		return fmt.Errorf("%d elements do not fit", count)
	}
	for i := range count {
		at := pageHead + i*elementSize
		e := data[at : at+elementSize]
		pos, key, value := uint64(native.Uint32(e[4:])), uint64(native.Uint32(e[8:])), uint64(native.Uint32(e[12:]))
		if branch {
			pos, key, value = uint64(native.Uint32(e)), uint64(native.Uint32(e[4:])), 0
		}
		from := uint64(at) + pos
		if key == 0 || pos < elementSize || from+key+value > uint64(len(data)) {
			return fmt.Errorf("element %d does not fit", i)
		}
		var err error
		switch {
		case branch:
			err = w.tree(native.Uint64(e[8:]), depth+1)
		case native.Uint32(e)&1 != 0:
			err = w.bucket(data[from+key:from+key+value], depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucket follows a bucket: it has a page of its own, or lies where its value is.
func (w *walker) bucket(value []byte, depth int) error {
	if len(value) < bucketHead || depth > maxDepth {
		return errors.New("a bucket is cut off")
	}
	if root := native.Uint64(value); root != 0 {
		return w.tree(root, depth)
	}
	inline := value[bucketHead:]
	if len(inline) < pageHead || native.Uint16(inline[8:]) != pageLeaf {
		return errors.New("a bucket holds no page")
	}
	return w.elements(inline, depth)
}
