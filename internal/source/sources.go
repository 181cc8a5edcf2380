package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
)

// maxFile is more than any list of sources needs, in bytes.
const maxFile = 1 << 20

// Sources are the data sources that can be counted, by the name the platform
// has for them. They hold passwords: printed or logged they are names only.
// The zero value has none.
type Sources struct{ by map[string]address }

// Load reads the sources from a file with one JSON object of names and
// addresses:
//
//	{"mysql_prod": "mysql://reader:secret@db.example:3306/?tls=true",
//	 "pg_prod":    "postgres://reader:secret@db.example:5432/shop?sslmode=verify-full",
//	 "mssql_prod": "sqlserver://reader:secret@db.example:1433?database=shop"}
//
// Special characters of a password are written as %XX. An empty path is no
// sources. A file that everybody may read is refused. Errors name the source
// and never show an address or a password.
func Load(path string) (Sources, error) {
	if path == "" {
		return Sources{}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return Sources{}, fmt.Errorf("open sources: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Sources{}, fmt.Errorf("look at sources %s: %w", path, err)
	}
	if mode := info.Mode().Perm(); mode&0o007 != 0 {
		return Sources{}, fmt.Errorf("sources %s hold passwords and are open to everybody (mode %04o): run chmod 600 %s", path, mode, path)
	}
	by, err := decode(io.LimitReader(f, maxFile))
	if err != nil {
		return Sources{}, fmt.Errorf("read sources %s: %w", path, err)
	}
	return Sources{by}, nil
}

// decode reads the object name by name, because a name given twice would be
// lost in a map. What encoding/json says of bad input may quote it, so it is
// not passed on.
func decode(r io.Reader) (map[string]address, error) {
	dec := json.NewDecoder(r)
	broken := func(what string) error { return fmt.Errorf("%s near byte %d", what, dec.InputOffset()) }
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, broken("not a JSON object of names and addresses")
	}
	by := map[string]address{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, broken("not a JSON object of names and addresses")
		}
		var dsn string
		if dec.Decode(&dsn) != nil {
			return nil, broken(fmt.Sprintf("source %q: no address in quotes", name))
		}
		if name = strings.TrimSpace(name); name == "" {
			return nil, broken("a source without a name")
		}
		if _, twice := by[name]; twice {
			return nil, fmt.Errorf("source %q is there twice", name)
		}
		if by[name], err = parse(strings.TrimSpace(dsn)); err != nil {
			return nil, fmt.Errorf("source %q: %w", name, err)
		}
	}
	if t, err := dec.Token(); err != nil || t != json.Delim('}') {
		return nil, broken("not a JSON object of names and addresses")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, broken("something follows the object")
	}
	return by, nil
}

// Names returns the names of all sources in order.
func (s Sources) Names() []string { return slices.Sorted(maps.Keys(s.by)) }

// Secrets returns what must never leave the process: addresses, passwords.
func (s Sources) Secrets() []string {
	var out []string
	for _, name := range s.Names() {
		out = append(out, s.by[name].secrets...)
	}
	return out
}

func (s Sources) String() string               { return "sources [" + strings.Join(s.Names(), " ") + "]" }
func (s Sources) GoString() string             { return s.String() }
func (s Sources) LogValue() slog.Value         { return slog.StringValue(s.String()) }
func (s Sources) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
