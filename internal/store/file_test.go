package store

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

// upload is a message that shows a file.
func upload(id batchsync.MessageID, file string) batchsync.Message {
	return batchsync.Message{ID: id, Kind: batchsync.MessageFile, Object: file, Channel: "C1", Thread: "operation/op1", Due: start, CreatedAt: start}
}

func csv(id string) batchsync.File {
	return batchsync.File{ID: id, Name: "runs.csv", Data: []byte("run_id\n1\n")}
}

// A file comes with what it belongs to or not at all.
func TestStore_File_WithProgress(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	b := begin("op1", "orders")
	b.Files = []batchsync.File{csv("asked")}
	ok(t, s.Begin(b))
	if got := must[batchsync.File](t)(s.File("asked")); got.Name != "runs.csv" || string(got.Data) != "run_id\n1\n" {
		t.Errorf("stored %+v", got)
	}
	op := b.Operation
	p := batchsync.Progress{Operation: op, Files: []batchsync.File{csv("late")}, Messages: []batchsync.Message{upload("m", "late")}}
	wantCode(t, s.Advance(p), batchsync.CodeConflict) // the version was not raised
	_, err := s.File("late")
	wantCode(t, err, batchsync.CodeNotFound)
	p.Operation.Version++
	ok(t, s.Advance(p))
	must[batchsync.File](t)(s.File("late"))
	must[batchsync.Message](t)(s.Message("m"))
}

func TestStore_File_TooLarge(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	f := csv("f")
	f.Data = make([]byte, batchsync.MaxFile+1)
	if err := s.EnqueueFile(f, upload("m", "f")); err == nil {
		t.Fatal("a file above the limit was stored")
	}
	_, err := s.Message("m")
	wantCode(t, err, batchsync.CodeNotFound)
	f.Data = f.Data[:batchsync.MaxFile]
	ok(t, s.EnqueueFile(f, upload("m", "f")))
}

func TestStore_EnqueueFile_Again(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	ok(t, s.EnqueueFile(csv("f"), upload("m", "f")))
	other := csv("f")
	other.Data = []byte("other")
	ok(t, s.EnqueueFile(other, upload("m", "f")))
	if got := must[batchsync.File](t)(s.File("f")); string(got.Data) == "other" {
		t.Error("the file of a message that is under way was replaced")
	}
}

func TestStore_Expire_Files(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	for _, id := range []string{"sent", "due"} {
		ok(t, s.EnqueueFile(csv(id), upload(batchsync.MessageID(id), id)))
	}
	b := begin("op1", "orders")
	b.Files = []batchsync.File{csv("alone")}
	ok(t, s.Begin(b))
	ok(t, s.Delivered("sent", 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, start, start))

	if got := must[Expired](t)(s.Expire(start.Add(29 * day))); got.Files != 0 || got.Messages != 0 {
		t.Errorf("too early: got %+v", got)
	}
	if got := must[Expired](t)(s.Expire(start.Add(30*day + time.Second))); got.Files != 1 || got.Messages != 1 {
		t.Errorf("got %+v, want a message and a file besides", got)
	}
	for id, kept := range map[string]bool{"sent": false, "due": true, "alone": false} {
		if _, err := s.File(id); (err == nil) != kept {
			t.Errorf("file %s: got %v, want kept %t", id, err, kept)
		}
	}
	// Once it is delivered it goes like any other.
	now := start.Add(31 * day)
	ok(t, s.Delivered("due", 1, batchsync.Delivery{Outcome: batchsync.OutcomeDone}, now, now))
	if got := must[Expired](t)(s.Expire(now)); got.Files != 1 {
		t.Errorf("got %+v, want the last file gone", got)
	}
	ok(t, s.Check())
}

// TestStore_EnqueueFile_With stores a file with the message it goes under, or
// neither.
func TestStore_EnqueueFile_With(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	reply := upload("log/file", "f")
	reply.Thread = "log"
	for range 2 {
		ok(t, s.EnqueueFile(csv("f"), notice("log", start), reply))
	}
	due := must[[]batchsync.Message](t)(s.Due(start.Add(day), 9))
	if len(due) != 2 || due[0].ID != "log" || due[1].Thread != "log" {
		t.Errorf("due: %+v, want the message and its file", due)
	}
	ok(t, s.EnqueueFile(csv("g"), notice("log", start), upload("other", "g")))
	if _, err := s.Message("other"); err == nil {
		t.Error("the file of a message that is there already was stored")
	}
}
