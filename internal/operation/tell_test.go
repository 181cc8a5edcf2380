package operation

import (
	"testing"

	"batchsync/internal/batchsync"
)

// told is the reply that came with the operation's present version, zero
// without one.
func (r *rig) told(op batchsync.Operation) batchsync.Message {
	r.Helper()
	m, err := r.disk.Message(batchsync.ToldOf(op.ID, op.Version))
	if err != nil && batchsync.CodeOf(err) != batchsync.CodeNotFound {
		r.Fatal(err)
	}
	return m
}

func TestTell(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		spec batchsync.Spec
		arm  func(p *platform)
		want []batchsync.TextKey // of the paragraphs, none without a reply
	}{
		{"QuickSuccess", single(), func(*platform) {}, nil},
		{"SuccessJustInTime", single(), func(p *platform) { p.faults["Folders"] = repeat(unreached, 2) }, nil},
		{"SlowSuccess", single(), func(p *platform) {
			p.faults["Folders"], p.faults["Deploy"] = repeat(unreached, 2), repeat(unreached, 1)
		}, []batchsync.TextKey{"told.done"}},
		{"Refused", single(), func(p *platform) { p.folders = nil }, []batchsync.TextKey{"told.refused", "preflight.folder_gone"}},
		{"Failed", single(), func(p *platform) { p.always["Deploy"] = refuse }, []batchsync.TextKey{"told.failed", "platform.refused"}},
		{"Unknown", single(), func(p *platform) {
			p.faults["Deploy"], p.always["Deployed"] = []fault{lost}, unreached
		}, []batchsync.TextKey{"told.unknown", "operation.unclear"}},
		{"Waiting", merge(), func(*platform) {}, []batchsync.TextKey{"told.waiting"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			test(t, tt.spec, func(r *rig) {
				tt.arm(r.platform)
				op := r.live()
				m := r.told(op)
				if len(m.Body) != len(tt.want) {
					r.Fatalf("in state %s: told %+v, want %v", op.State, m, tt.want)
				}
				for i, text := range m.Body {
					if text.Key != tt.want[i] || i == 0 && (len(text.Args) != 1 || text.Args[0] != tt.spec.Name) {
						r.Errorf("paragraph %d: got %+v, want %q", i, text, tt.want[i])
					}
				}
				if len(tt.want) == 0 {
					return
				}
				if m.Kind != batchsync.MessageNotice || m.Mention != "U1" || m.Thread != op.Message || m.Channel != "C1" || m.State != batchsync.MessageDue {
					r.Errorf("got %+v, want a notice for U1 under the card", m)
				}
			})
		})
	}
}

// TestTell_Again says what is new, not what was said before.
func TestTell_Again(t *testing.T) {
	t.Parallel()
	test(t, merge(), func(r *rig) {
		first := r.told(r.live())
		if again := r.told(r.checkAgain()); again.ID != "" {
			r.Errorf("told again: %+v", again)
		}
		r.platform.tasks[0].content = contentOf(merge())
		r.platform.always["Deploy"] = refuse
		next := r.told(r.checkAgain())
		if len(next.Body) == 0 || next.Body[0].Key != "told.failed" || next.ID == first.ID {
			r.Errorf("got %+v, want the failure told", next)
		}
	})
}

// TestTell_WithTheOutcome comes with the save of the outcome or not at all.
func TestTell_WithTheOutcome(t *testing.T) {
	t.Parallel()
	test(t, merge(), func(r *rig) {
		r.disk.cut = 6 // of the outcome of the third step
		op := r.live()
		if _, err := r.disk.Message(batchsync.ToldOf(op.ID, op.Version+1)); batchsync.CodeOf(err) != batchsync.CodeNotFound {
			r.Errorf("told what was not saved: %v", err)
		}
		if op := r.live(); op.State != batchsync.OpWaiting || r.told(op).ID == "" {
			r.Errorf("got state %s and no word of it", op.State)
		}
	})
}
