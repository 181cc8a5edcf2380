package blocks

import (
	"testing"

	"batchsync/internal/batchsync"
)

// Advice names its sentences by the id of its rule.
func TestEnglish_Advice(t *testing.T) {
	t.Parallel()
	catalog, want := english(), map[batchsync.TextKey]bool{}
	for _, id := range batchsync.AdviceIDs() {
		for _, key := range []batchsync.TextKey{batchsync.TextKey(id), batchsync.TextKey(id + "_next")} {
			want[key] = true
			if words := catalog[key]; words == "" || highest(words) > 0 {
				t.Errorf("%q has no words, or such as take arguments: %q", key, words)
			}
		}
	}
	for key := range englishAdvice() {
		if !want[key] {
			t.Errorf("%q belongs to no rule", key)
		}
	}
}
