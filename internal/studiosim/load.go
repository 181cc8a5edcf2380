package studiosim

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Invocations reads the journal, oldest first.
func (w *World) Invocations() ([]Invocation, error) {
	raw, err := os.ReadFile(filepath.Join(w.dir, "journal.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	var out []Invocation
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var inv Invocation
		if err := json.Unmarshal(lines.Bytes(), &inv); err != nil {
			return nil, fmt.Errorf("decode journal line %d: %w", len(out)+1, err)
		}
		out = append(out, inv)
	}
	return out, lines.Err()
}

// Effects lists what invocations changed, oldest first; prefix filters.
func (w *World) Effects(prefix string) ([]string, error) {
	list, err := w.Invocations()
	var out []string
	for _, inv := range list {
		for _, effect := range inv.Effect {
			if strings.HasPrefix(effect, prefix) {
				out = append(out, effect)
			}
		}
	}
	return out, err
}

// Scale fills the world for load: offline tasks in folder 130, finished runs
// of them over the last days, and tables in the catalog "load" of 5002.
func (w *World) Scale(tasks, runs, tables int) error {
	return w.change(func(st *state) error {
		for n := range tasks {
			st.Tasks = append(st.Tasks, &Task{ID: int64(1_000_000 + n), Name: fmt.Sprintf("load_task_%05d", n), Type: 10, Folder: 130,
				Created: st.now - 9*day, Updated: st.now - 8*day, EditState: 100, Version: 1, Content: oneTable(5002, "shop.orders"),
				Draft: daily("0 00 02 * * ? *", "sync_vc", "7002")})
		}
		st.allRuns()
		for n := range runs {
			at := st.now - int64(n)*10_000 - hour
			task := int64(40001)
			if tasks > 0 {
				task = int64(1_000_000 + n%tasks)
			}
			st.runs = append(st.runs, &Run{ID: st.NextRun, Task: task, Type: Scheduled, Status: Success, Plan: at, Trigger: at, Start: at + 200, End: at + 9_000,
				VC: "sync_vc", Held: true, Attempts: []Attempt{{ID: st.newID(), Start: at + 200, End: at + 9_000, Result: Success}}})
			st.NextRun++
		}
		load := Catalog{Name: "load"}
		for n := range tables {
			load.Tables = append(load.Tables, SourceTable{Name: fmt.Sprintf("table_%05d", n), Columns: columns("id", "BIGINT", "name", "VARCHAR"), Rows: 10})
		}
		if tables > 0 {
			st.datasource(5002).Catalogs = append(st.datasource(5002).Catalogs, load)
		}
		return nil
	})
}
