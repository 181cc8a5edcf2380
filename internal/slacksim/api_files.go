package slacksim

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

const maxUpload = 16 << 20

type file struct {
	id, name, title string
	length          int
	data            []byte
	uploaded, done  bool
}

func (s *Sim) filesGetUploadURL(r *http.Request, args Object) Object {
	name := str(args, "filename")
	length, err := strconv.Atoi(fmt.Sprint(args["length"]))
	switch {
	case name == "":
		return fail("invalid_arguments", "missing required field: filename")
	case err != nil || length <= 0:
		return fail("invalid_arguments", "length must be a positive integer")
	}
	f := &file{id: fmt.Sprintf("F%010d", s.next()), name: name, title: name, length: length}
	s.files[f.id] = f
	return Object{"upload_url": "http://" + r.Host + "/upload/" + f.id, "file_id": f.id}
}

// serveUpload takes the bytes, raw or as the "file"/"filename" part of a form.
func (s *Sim) serveUpload(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(http.MaxBytesReader(w, r.Body, maxUpload))
	if parts, err := r.MultipartReader(); err == nil {
		part, err := parts.NextPart()
		if err != nil {
			http.Error(w, "empty form", http.StatusBadRequest)
			return
		}
		body = part
	}
	data, err := io.ReadAll(io.LimitReader(body, maxUpload))
	if err != nil {
		http.Error(w, "cannot read the upload", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[r.PathValue("id")]
	if f == nil || f.uploaded {
		http.NotFound(w, r)
		return
	}
	if len(data) != f.length {
		s.violate("file upload: %d bytes announced, %d sent", f.length, len(data))
	}
	f.data, f.uploaded = data, true
	fmt.Fprintf(w, "OK - %d", len(data))
}

func (s *Sim) filesComplete(_ *http.Request, args Object) Object {
	wanted := list(args, "files")
	if len(wanted) == 0 {
		return fail("invalid_arguments", "missing required field: files")
	}
	var c *Channel
	if id := str(args, "channel_id"); id != "" {
		var code string
		if c, code = s.target(id); code != "" {
			return fail(code)
		}
	}
	var shown []Object
	for _, want := range wanted {
		f := s.files[str(want, "id")]
		if f == nil || !f.uploaded || f.done {
			return fail("file_not_found")
		}
		f.done = true
		if t := str(want, "title"); t != "" {
			f.title = t
		}
		shown = append(shown, Object{"id": f.id, "name": f.name, "title": f.title, "size": len(f.data), "url_private": "/files/" + f.id})
	}
	if c != nil {
		m := &Message{Channel: c.ID, User: BotUser, FromApp: true, Text: str(args, "initial_comment"), ThreadTS: str(args, "thread_ts"), Files: shown}
		m.Pings, m.Links = mentions(m.Text, nil, "", s.names())
		s.post(m)
	}
	return Object{"files": anys(shown)}
}

// Upload is a file that the app sent, whether or not it was shared then.
type Upload struct {
	ID, Name, Title string
	Data            []byte
}

// Uploads returns the files whose bytes have come, oldest first.
func (s *Sim) Uploads() []Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Upload
	for _, id := range slices.Sorted(maps.Keys(s.files)) { // ids are numbered
		if f := s.files[id]; f.uploaded {
			out = append(out, Upload{f.id, f.name, f.title, bytes.Clone(f.data)})
		}
	}
	return out
}

// serveFile shows an uploaded file to the page; always as plain text, so that
// nothing in it can run.
func (s *Sim) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var data []byte
	f := s.files[r.PathValue("id")]
	shared := f != nil && f.done
	if shared {
		data = f.data
	}
	s.mu.Unlock()
	if !shared {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(data)
}
