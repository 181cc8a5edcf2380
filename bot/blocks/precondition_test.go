package blocks

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"batchsync/internal/batchsync"
)

// samplePreconditions have every state, and foreign text wherever there is some.
func samplePreconditions(foreign string) []batchsync.Precondition {
	return []batchsync.Precondition{
		{Name: batchsync.PreconditionBotToken, State: batchsync.PreconditionMet, Text: batchsync.T("precondition.bot_token_ok", foreign)},
		{Name: batchsync.PreconditionClock, State: batchsync.PreconditionFailed, Text: batchsync.T("precondition.clock_behind", "10m0s"), Fix: batchsync.T("precondition_fix.clock")},
		{Name: batchsync.PreconditionVCluster, State: batchsync.PreconditionFailed,
			Text: batchsync.T("precondition.vcluster_type", foreign, foreign), Fix: batchsync.T("precondition_fix.vcluster_choose", batchsync.List(foreign, "sync_vc")), Detail: foreign},
		{Name: batchsync.PreconditionFolder, State: batchsync.PreconditionUnchecked, Text: batchsync.T("precondition.because", string(batchsync.PreconditionLogin))},
		{Name: batchsync.PreconditionSource, State: batchsync.PreconditionWarning, About: foreign, Text: batchsync.T("precondition.source_plain"), Fix: batchsync.T("precondition_fix.source_plain")},
	}
}

func TestPrinter_Preconditions_Golden(t *testing.T) {
	t.Parallel()
	for name, foreign := range map[string]string{"plain": "shop_prod", "hostile": hostile} {
		m := printer().Preconditions(samplePreconditions(foreign))
		checkMessage(t, m)
		noSecret(t, m)
		golden(t, "preconditions_"+name, m)
	}
	m := chinesePrinter().Preconditions(samplePreconditions("shop_prod"))
	checkMessage(t, m)
	goldenWords(t, "preconditions", m)
	checkMessage(t, printer().PreconditionsUnderWay())
}

// Many lines stay within what Slack takes, and the worst are in the text that
// is read out.
func TestPrinter_Preconditions_Many(t *testing.T) {
	t.Parallel()
	var all []batchsync.Precondition
	for range 40 {
		all = append(all, samplePreconditions(strings.Repeat("n", 300))...)
	}
	for _, p := range both() {
		checkMessage(t, p.Preconditions(all))
	}
	few := append(samplePreconditions("x"), all...)
	few[0].State = batchsync.PreconditionFailed
	m := printer().Preconditions(few)
	raw, err := json.Marshal(m.Blocks)
	if err != nil || !strings.Contains(string(raw), "Slack accepts it as x.") || !strings.Contains(string(raw), "more\"") {
		t.Errorf("what has to be mended is not kept, or the rest not counted: %s, %v", raw, err)
	}
	if got := string(printer().Preconditions(samplePreconditions("x")).Text); !strings.Contains(got, "2 to mend") || !strings.Contains(got, "Clock: This machine's clock is 10 min behind") {
		t.Errorf("read out is %q", got)
	}
}

// A terminal obeys control characters, so there are none.
func TestPrinter_Precondition_Terminal(t *testing.T) {
	t.Parallel()
	for _, p := range both() {
		signs := map[string]bool{}
		for _, c := range samplePreconditions(hostile + "\x1b[31m") {
			l := p.Precondition(c)
			signs[l.Sign+l.State] = true
			whole := l.Name + l.About + l.State + l.Text + l.Fix + l.Detail
			if strings.ContainsFunc(whole, unicode.IsControl) || strings.Contains(whole, "planted") {
				t.Errorf("%s: %q", c.Name, whole)
			}
		}
		if len(signs) != len(batchsync.PreconditionStates()) {
			t.Errorf("signs and words tell %d states apart: %v", len(signs), signs)
		}
	}
}
