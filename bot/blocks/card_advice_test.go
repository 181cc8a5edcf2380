package blocks

import (
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// A change or creation that failed or was refused says on its own card what the
// platform's words mean and what helps; one that goes on, or whose words are not
// known, says nothing of it.
func TestPrinter_Operation_Advice(t *testing.T) {
	t.Parallel()
	advice := batchsync.Advise("needs an INTEGRATION vcluster", "")[0]
	refused := batchsync.Problem{Code: batchsync.CodeRefused, Text: batchsync.T("platform.refused"), Hint: batchsync.T("platform.refused_hint")}
	for _, tt := range []struct {
		name   string
		kind   batchsync.OperationKind
		state  batchsync.OperationState
		detail string
		want   bool
	}{
		{"failed creation", batchsync.OpCreate, batchsync.OpFailed, "odd\nneeds an INTEGRATION vcluster", true},
		{"refused creation", batchsync.OpCreate, batchsync.OpRefused, "needs an INTEGRATION vcluster", true},
		{"failed change", batchsync.OpDeploy, batchsync.OpFailed, "needs an INTEGRATION vcluster", true},
		{"refused change", batchsync.OpSchedule, batchsync.OpRefused, "needs an INTEGRATION vcluster", true},
		{"outcome unknown", batchsync.OpDeploy, batchsync.OpUnknown, "needs an INTEGRATION vcluster", true},
		{"words that only a run may take so", batchsync.OpCreate, batchsync.OpRefused, "Cancelled by user.", false},
		{"and others beside them", batchsync.OpCreate, batchsync.OpRefused, "HTTP 500\nneeds an INTEGRATION vcluster", true},
		{"words that nobody knows", batchsync.OpDeploy, batchsync.OpFailed, "boom", false},
		{"no words", batchsync.OpCreate, batchsync.OpRefused, "", false},
		{"a person's turn", batchsync.OpCreate, batchsync.OpWaiting, "needs an INTEGRATION vcluster", false},
		{"given up", batchsync.OpDeploy, batchsync.OpDropped, "needs an INTEGRATION vcluster", false},
		{"at work", batchsync.OpDeploy, batchsync.OpRunning, "needs an INTEGRATION vcluster", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			op := sampleChange(batchsync.OpDeploy, tt.state, 1, "orders")
			if tt.kind == batchsync.OpCreate {
				op = sampleOperation(tt.state, 1, batchsync.ScopeSingle, "orders")
			} else {
				op.Kind = tt.kind
			}
			pr := refused
			pr.Detail = tt.detail
			op.Steps[max(op.Current(), 0)].Problem = &pr
			m := printer().Operation(op, sampleNow())
			checkMessage(t, m)
			for _, key := range []batchsync.TextKey{advice.Means.Key, advice.Next.Key} {
				words := english()[key]
				if strings.HasPrefix(tt.name, "words that only") {
					words = english()["advice.stopped"]
				}
				if drawn := unescaped(mustJSON(t, m.Blocks)); strings.Contains(drawn, words) != tt.want || strings.Contains(m.Text, words) != tt.want {
					t.Errorf("%q on the card, want %v: %s\n%s", words, tt.want, m.Text, drawn)
				}
			}
		})
	}
}

// A refused change says once that nothing was changed, whatever refused it.
func TestPrinter_Operation_UnchangedOnce(t *testing.T) {
	t.Parallel()
	of := func(hint batchsync.TextKey, detail string) batchsync.Problem {
		return batchsync.Problem{Code: batchsync.CodeRefused, Text: batchsync.T("platform.refused"), Hint: batchsync.T(hint), Detail: detail}
	}
	for name, pr := range map[string]batchsync.Problem{
		"check": of("check.hint", ""), "changed since": of("check.since_hint", ""), "gone": of("check.task_gone_hint", ""),
		"no sync": of("change.no_sync_hint", ""), "unpublished": of("tune.unpublished_hint", ""),
		"the program refuses the statement": of("check.hint", "write operation detected"),
	} {
		op := sampleChange(batchsync.OpTune, batchsync.OpRefused, 1, "orders")
		op.Steps[op.Current()].Problem = &pr
		for i, p := range both() {
			sentence := []string{"Nothing was changed", "未做任何"}[i]
			m := p.Operation(op, sampleNow())
			drawn := unescaped(mustJSON(t, m.Blocks))
			if strings.Count(drawn, sentence) != 1 || strings.Count(m.Text, sentence) != 1 {
				t.Errorf("%s: %q stands %d times on the card and %d in %q", name, sentence, strings.Count(drawn, sentence), strings.Count(m.Text, sentence), m.Text)
			}
		}
	}
}
