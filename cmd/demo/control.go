package main

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"batchsync/internal/studiosim"
)

// controls is a page that makes trouble in the stand-in platform and ends it:
// what the bot then tells is not arranged with it.
var controls = template.Must(template.New("controls").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Platform (stand-in)</title>
<style>
body{font:15px system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d;background:#fff}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ddd}
form{display:inline}button{font:inherit;padding:.25rem .6rem;border:1px solid #868686;border-radius:4px;background:#fff}
.note{background:#f3f6f4;border-left:4px solid #007a5a;padding:.75rem 1rem}
</style>
{{define "press"}}<form method="post"><input type="hidden" name="what" value="{{.What}}"><input type="hidden" name="of" value="{{.Of}}"><button>{{.Word}}</button></form>{{end}}
<h1>Trouble</h1>
<p>This page stands in for what goes wrong on a platform. The bot finds out by itself, at its next look.</p>
{{if .Said}}<p class="note" role="status">{{.Said}}</p>{{end}}
<h2>Platform</h2>
<p>{{range .Platform}}{{template "press" .}} {{end}}</p>
<h2>Data sources and clusters</h2>
<table>{{range .Causes}}<tr><td>{{.Name}}<td>{{range .Presses}}{{template "press" .}} {{end}}{{end}}</table>
<h2>Tasks on schedule</h2>
<table>{{range .Tasks}}<tr><td>{{.Name}}<td>{{range .Presses}}{{template "press" .}} {{end}}{{end}}</table>`))

// press is a button of the page.
type press struct{ What, Of, Word string }

type controlled struct {
	Name    string
	Presses []press
}

type controlPage struct {
	Said          string
	Platform      []press
	Causes, Tasks []controlled
}

func (s *studio) control(w http.ResponseWriter, r *http.Request) {
	var said string
	if r.Method == http.MethodPost {
		said = "Done."
		if err := s.do(r.FormValue("what"), r.FormValue("of")); err != nil {
			said = err.Error()
		}
	}
	view, err := s.controlPage()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	view.Said = said
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = controls.Execute(w, view) // the browser is gone: nobody left to tell
}

func (s *studio) controlPage() (controlPage, error) {
	view := controlPage{Platform: []press{
		{"away", "", "Make it unreachable"}, {"back", "", "Bring it back"}, {"storm", "", "Fail many tasks, each by itself"}, {"calm", "", "Recover everything"},
	}}
	sources, err := s.world.Datasources()
	if err != nil {
		return view, err
	}
	tasks, err := s.tasks()
	if err != nil {
		return view, err
	}
	clusters := map[string]bool{}
	for _, ds := range sources {
		id := strconv.FormatInt(ds.ID, 10)
		if ds.Type != "LakeHouse" {
			view.Causes = append(view.Causes, controlled{ds.Name, []press{{"down", id, "Break"}, {"up", id, "Mend"}}})
		}
	}
	for _, t := range tasks {
		if vc := t.Published.VC; !clusters[vc] {
			clusters[vc] = true
			view.Causes = append(view.Causes, controlled{"Cluster " + vc, []press{{"stall", vc, "Let runs wait"}, {"release", vc, "Let them begin"}}})
		}
		id := strconv.FormatInt(t.ID, 10)
		presses := []press{{"fail", id, "Fail now"}, {"table", id, "Fail one table now"}, {"empty", id, "Succeed with an empty table now"}, {"skip", id, "Miss its next run"}}
		if t.Content != nil && len(t.Content.Tables) >= studiosim.SpoilTables {
			presses = append(presses, press{"spoil", id, "Spoil its delivery"})
		}
		view.Tasks = append(view.Tasks, controlled{t.Name, append(presses, press{"mend", id, "Recover now"})})
	}
	return view, nil
}

// synced reports whether runs of a task can be had: a general cluster runs no
// sync.
func synced(t studiosim.Task) bool {
	return t.Online && (t.Type == 10 || t.Type == 291) && t.Published.VC != "DEFAULT"
}

// took is how long the runs take that this page starts.
const took = 2 * time.Second

// do makes or ends one kind of trouble, and lets what it is about run now.
func (s *studio) do(what, of string) error {
	id, _ := strconv.ParseInt(of, 10, 64) // 0 is no id of anything
	switch what {
	case "away", "back":
		return s.world.Away(what == "away")
	case "stall", "release":
		return s.world.StallVC(of, what == "stall")
	case "down":
		return s.source(id, "source query failed: Communications link failure")
	case "up":
		return s.source(id, "")
	case "storm":
		return s.storm()
	case "calm":
		return s.calm()
	case "skip":
		return s.world.ChangeTask(id, func(t *studiosim.Task) { t.SkipFires = 1 })
	case "spoil":
		return errors.Join(s.world.Mend(id), s.world.Spoil(id))
	case "fail", "table", "empty", "mend":
		return s.task(what, id)
	}
	return fmt.Errorf("%q is no button of this page", what)
}

func (s *studio) task(what string, id int64) error {
	if err := errors.Join(s.world.Mend(id), s.world.MendDelivery(id)); err != nil {
		return err
	}
	err := s.world.ChangeTask(id, func(t *studiosim.Task) {
		sink := ""
		if t.Content != nil && len(t.Content.Tables) > 0 {
			sink = t.Content.Tables[0].Sink
		}
		switch what {
		case "fail":
			t.FailRate, t.FailMsg = 1, "source query failed: Lock wait timeout exceeded"
		case "table":
			t.TableFaults = map[string]string{sink: "Lock wait timeout exceeded"}
		case "empty":
			t.EmptyTables = []string{sink}
		}
	})
	if err != nil {
		return err
	}
	return s.run(took, id)
}

// source breaks or mends a data source and runs the tasks that read it.
func (s *studio) source(id int64, message string) error {
	if err := s.world.BreakSource(id, message); err != nil {
		return err
	}
	tasks, err := s.tasks()
	if err != nil {
		return err
	}
	var of []int64
	for _, t := range tasks {
		if t.Content != nil && t.Content.Source == id {
			of = append(of, t.ID)
		}
	}
	return s.run(took, of...)
}

// storm has tasks fail for reasons of their own. One of each source that has
// several ends well just after them, so neither the source nor a cluster is to
// blame.
func (s *studio) storm() error {
	tasks, err := s.tasks()
	if err != nil {
		return err
	}
	reasons := []string{"source query failed: Lock wait timeout exceeded", "source query failed: Communications link failure",
		"sink write failed: value out of range for column amount", "source query failed: Access denied for user 'reader'"}
	readers := map[int64]int{}
	for _, t := range tasks {
		if t.Content != nil {
			readers[t.Content.Source]++
		}
	}
	var bad, good []int64
	for n, t := range tasks {
		if err := s.world.Mend(t.ID); err != nil {
			return err
		}
		if t.Content != nil && readers[t.Content.Source] > 1 {
			readers[t.Content.Source] = 0
			good = append(good, t.ID)
			continue
		}
		if err := s.world.Break(t.ID, reasons[n%len(reasons)]); err != nil {
			return err
		}
		bad = append(bad, t.ID)
	}
	now, err := s.world.Now()
	if err != nil {
		return err
	}
	return errors.Join(s.runAt(now, took+time.Millisecond, good...), s.runAt(now, took, bad...))
}

// calm ends all trouble and lets every task run.
func (s *studio) calm() error {
	tasks, err := s.tasks()
	if err != nil {
		return err
	}
	errs := []error{s.world.Away(false)}
	var all []int64
	for _, t := range tasks {
		errs = append(errs, s.world.StallVC(t.Published.VC, false), s.world.Mend(t.ID), s.world.MendDelivery(t.ID))
		if t.Content != nil {
			errs = append(errs, s.world.BreakSource(t.Content.Source, ""))
		}
		all = append(all, t.ID)
	}
	return errors.Join(append(errs, s.run(took, all...))...)
}

// tasks are those that this page can run.
func (s *studio) tasks() ([]studiosim.Task, error) {
	all, err := s.world.Tasks()
	return slices.DeleteFunc(all, func(t studiosim.Task) bool { return !synced(t) }), err
}

// run lets tasks run now, as their schedules would; all of them end at once.
func (s *studio) run(took time.Duration, tasks ...int64) error {
	now, err := s.world.Now()
	if err != nil {
		return err
	}
	return s.runAt(now, took, tasks...)
}

func (s *studio) runAt(plan time.Time, took time.Duration, tasks ...int64) error {
	for _, id := range tasks {
		if _, err := s.world.RunAt(id, plan, took); err != nil {
			return err
		}
	}
	return nil
}
