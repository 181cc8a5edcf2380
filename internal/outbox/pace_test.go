package outbox

import (
	"testing"
	"time"

	"batchsync/internal/batchsync"
)

func TestBackoff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		failures int
		jitter   float64
		want     time.Duration
	}{
		{"first", 1, 0, time.Second},
		{"first, spread", 1, 0.5, 1125 * time.Millisecond},
		{"second", 2, 0, 2 * time.Second},
		{"sixth", 6, 0, 32 * time.Second},
		{"ninth is capped", 9, 0, 4 * time.Minute},
		{"never above the maximum", 1000, 1, maxBackoff},
		{"none counts as one", 0, 0, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := backoff(tt.failures, tt.jitter); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPace_Earliest(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	fresh := batchsync.Message{Channel: "A"}
	posted := batchsync.Message{Channel: "A", TS: "1.1", SentAt: at}
	later := batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: time.Minute}
	limits := func(channels ...batchsync.ChannelID) (out []result) {
		for i, c := range channels {
			out = append(out, result{message: batchsync.Message{Channel: c}, delivery: later, at: at.Add(time.Duration(i) * time.Second)})
		}
		return out
	}
	taken := result{message: batchsync.Message{Channel: "X"}, delivery: batchsync.Delivery{Outcome: batchsync.OutcomeDone, TS: "9.9"}, at: at.Add(2 * time.Second)}
	file := batchsync.Message{Channel: "A", Kind: batchsync.MessageFile}
	for _, tt := range []struct {
		name  string
		noted []result
		m     batchsync.Message
		want  time.Time
	}{
		{"nothing known", nil, fresh, time.Time{}},
		{"after a post in the channel", []result{{message: fresh, at: at}}, fresh, at.Add(postEvery)},
		{"after a post to the same person by another id", []result{{message: fresh, delivery: batchsync.Delivery{Channel: "D1"}, at: at}}, batchsync.Message{Channel: "D1"}, at.Add(postEvery)},
		{"after a post elsewhere", []result{{message: batchsync.Message{Channel: "B"}, at: at}}, fresh, time.Time{}},
		{"after an edit in the channel", []result{{message: posted, at: at}}, fresh, time.Time{}},
		{"edit after the last send", nil, posted, at.Add(editEvery)},
		{"edit after a post in the channel", []result{{message: fresh, at: at.Add(time.Hour)}}, posted, at.Add(editEvery)},
		{"posts limited", limits("A"), fresh, at.Add(time.Minute)},
		{"posts limited elsewhere", limits("B"), fresh, time.Time{}},
		{"posts limited, of a person by another id", limits("U1"), batchsync.Message{Channel: "D1", Posted: "U1"}, at.Add(time.Minute)},
		{"posts limited, a file", limits("A"), file, at.Add(time.Minute)},
		{"two channels limited", limits("B", "C", "B"), fresh, time.Time{}},
		{"three channels limited", limits("B", "C", "D"), fresh, at.Add(2*time.Second + time.Minute)},
		{"three channels limited, an edit", limits("B", "C", "D"), posted, at.Add(editEvery)},
		{"three channels limited, a file", limits("B", "C", "D"), file, time.Time{}},
		{"three channels limited, but a post was taken", append(limits("B", "C"), taken, limits("", "", "", "D")[3]), fresh, time.Time{}},
		{"three channels limited, a post was only skipped", append(limits("B", "C"),
			result{message: fresh, delivery: batchsync.Delivery{Outcome: batchsync.OutcomeDone}, at: at.Add(2 * time.Second)},
			limits("", "", "", "D")[3]), batchsync.Message{Channel: "E"}, at.Add(3*time.Second + time.Minute)},
		{"three channels limited, one long ago", append(limits("B", "C"),
			result{message: batchsync.Message{Channel: "D"}, delivery: later, at: at.Add(time.Minute)}), fresh, time.Time{}},
		{"uploads limited", []result{{message: batchsync.Message{Channel: "B", Kind: batchsync.MessageFile}, delivery: later, at: at}}, file, at.Add(time.Minute)},
		{"uploads limited, a post", []result{{message: batchsync.Message{Channel: "B", Kind: batchsync.MessageFile}, delivery: later, at: at}}, fresh, time.Time{}},
		{"posts limited, an edit", []result{{message: fresh, delivery: later, at: at}}, posted, at.Add(editEvery)},
		{"edits limited", []result{{message: posted, delivery: later, at: at}}, posted, at.Add(time.Minute)},
		{"a shorter limit does not shorten", []result{
			{message: fresh, delivery: later, at: at},
			{message: fresh, delivery: batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: time.Second}, at: at},
		}, fresh, at.Add(time.Minute)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPace()
			for _, r := range tt.noted {
				r.to = conversations(r.message, nil)
				p.note(r)
			}
			if got := p.earliest(tt.m, conversations(tt.m, nil)); !got.Equal(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// What is remembered of channels is forgotten when it does not matter any more.
func TestPace_Note_Forgets(t *testing.T) {
	t.Parallel()
	p, at := newPace(), time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for i, c := range []batchsync.ChannelID{"A", "B", "C"} {
		p.note(result{
			message: batchsync.Message{Channel: c}, to: []batchsync.ChannelID{c}, at: at.Add(time.Duration(i) * time.Hour),
			delivery: batchsync.Delivery{Outcome: batchsync.OutcomeLater, Wait: time.Minute},
		})
	}
	for name, m := range map[string]map[batchsync.ChannelID]time.Time{"posted": p.posted, "served": p.served, "limited": p.limited, "row": p.row} {
		if len(m) != 1 {
			t.Errorf("%s is %v, want the last only", name, m)
		}
	}
}
