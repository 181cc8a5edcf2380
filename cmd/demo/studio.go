package main

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"batchsync/internal/studiosim"
)

// studio is a page that stands in for the platform's web UI where the bot
// hands a task over to it: one form that sets a task's content.
type studio struct{ world *studiosim.World }

var page = template.Must(template.New("studio").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Studio (stand-in)</title>
<style>
body{font:15px system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1d1c1d;background:#fff}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input,select,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #868686;border-radius:4px}
button{font:inherit;font-weight:600;margin-top:1.5rem;padding:.6rem 1.2rem;border:0;border-radius:4px;background:#007a5a;color:#fff}
.note{background:#f3f6f4;border-left:4px solid #007a5a;padding:.75rem 1rem}
</style>
<h1>{{.Task.Name}}</h1>
<p>Task {{.Task.ID}}. This page stands in for the platform's own web UI.</p>
{{if .Saved}}<p class="note" role="status">Saved. Go back to the local Slack and press <b>Check Again</b> on the card.</p>{{end}}
{{if .Problem}}<p class="note" role="alert">{{.Problem}}</p>{{end}}
<form method="post">
<label for="source">Source data source</label>
<select id="source" name="source">{{range .Sources}}<option value="{{.ID}}">{{.Name}} ({{.Type}})</option>{{end}}</select>
<label for="tables">Source tables or path, one per line, as schema.table</label>
<textarea id="tables" name="tables" rows="5" required></textarea>
<label for="sink">Target table, as schema.table</label>
<input id="sink" name="sink" required placeholder="ods.orders">
<button>Save content</button>
</form>`))

type studioPage struct {
	Task    studiosim.Task
	Sources []studiosim.Datasource
	Saved   bool
	Problem string
}

func (s *studio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/studio/control" {
		s.control(w, r)
		return
	}
	id, err := strconv.ParseInt(r.FormValue("fileId"), 10, 64)
	if err != nil {
		http.Error(w, "no such page: the link lacks fileId", http.StatusNotFound)
		return
	}
	task, err := s.world.Task(id)
	if err != nil {
		http.Error(w, fmt.Sprintf("task %d does not exist", id), http.StatusNotFound)
		return
	}
	view := studioPage{Task: task}
	if view.Sources, err = s.world.Datasources(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if r.Method == http.MethodPost {
		if err := s.save(r, task, view.Sources); err != nil {
			view.Problem = err.Error()
		} else {
			view.Saved = true
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, view) // the browser is gone: nobody left to tell
}

// save sets the content as the form says.
func (s *studio) save(r *http.Request, task studiosim.Task, sources []studiosim.Datasource) error {
	content := studiosim.Integration{Kind: "merge", WriteMode: "OVERWRITE", PKMode: "OVERWRITE", NonPKMode: "OVERWRITE"}
	if task.Type == 10 {
		content.Kind = "single"
	}
	content.Source, _ = strconv.ParseInt(r.FormValue("source"), 10, 64)
	for _, ds := range sources {
		if ds.Type == "LakeHouse" {
			content.Sink = ds.ID
		}
	}
	sink := strings.TrimSpace(r.FormValue("sink"))
	for line := range strings.Lines(r.FormValue("tables")) {
		if line = strings.TrimSpace(line); line != "" {
			content.Tables = append(content.Tables, studiosim.Pair{Source: line, Sink: sink})
		}
	}
	if len(content.Tables) == 0 || !strings.Contains(sink, ".") {
		return fmt.Errorf("name at least one source table and the target as schema.table")
	}
	if content.Kind == "single" {
		content.Columns = [][2]string{{"id", "id"}}
	}
	return s.world.ConfigureInStudio(task.ID, content)
}
