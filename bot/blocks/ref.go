package blocks

import (
	"fmt"
	"strconv"
	"strings"
)

// Ref points to a stored object as it was when it was drawn. It is all that a
// button or a modal carries: what is done is decided by what is stored.
type Ref struct {
	ID      string // of a draft or an operation; never empty
	Version int    // from 1
}

// maxRefID keeps a Ref far below the limits of every place it is put in.
const maxRefID = 200

// String writes the reference as "<version>:<id>".
func (r Ref) String() string { return strconv.Itoa(r.Version) + ":" + r.ID }

// ParseRef reads what [Ref.String] wrote. It fails on anything else, such as
// leading zeros, a version below 1, and an empty or overlong id.
func ParseRef(s string) (Ref, error) {
	version, id, ok := strings.Cut(s, ":")
	n, err := strconv.Atoi(version)
	r := Ref{ID: id, Version: n}
	if !ok || err != nil || n < 1 || id == "" || len(id) > maxRefID || r.String() != s {
		return Ref{}, fmt.Errorf("reference %.40q is not a version and an id", s)
	}
	return r, nil
}
