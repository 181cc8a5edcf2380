package blocks

import (
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// TestPrinter_Unveil sends names out and takes them back.
func TestPrinter_Unveil(t *testing.T) {
	t.Parallel()
	p := printer()
	names := []string{"orders", "czt_abcdef_orders", "czt_abcdef_items", "xoxb-1234567890-abc", "password=hunter22", Masked}
	sent := map[string]bool{}
	for _, name := range names {
		value := p.veil(name)
		if sent[value] {
			t.Errorf("two names are sent as %q", value)
		}
		sent[value] = true
		if value != name && strings.Contains(value, name) || p.redact.String(value) != value {
			t.Errorf("%q is sent as %q", name, value)
		}
		if got := p.Unveil(value, names); got != name {
			t.Errorf("%q came back as %q", name, got)
		}
		if got := p.Unveil(value, []string{"orders"}); got != value {
			t.Errorf("%q, which is not known any more, came back as %q", name, got)
		}
	}
	const typed = "note = 1 and token = 'abcdef'"
	if shown := p.redact.String(typed); shown == typed || p.Unveil(shown, []string{typed}) != typed || p.Unveil(shown+" ", []string{typed}) == typed {
		t.Errorf("what was typed came back as %q", p.Unveil(shown, []string{typed}))
	}
}

// TestPrinter_Veiled draws menus and inputs of names that are secrets.
func TestPrinter_Veiled(t *testing.T) {
	t.Parallel()
	const secret = "czt_abcdef_orders"
	p := printer()
	d := batchsync.Draft{Answers: batchsync.Answers{
		batchsync.FieldTables: {{Value: secret}}, batchsync.FieldTargetTable: {{Value: secret}}, batchsync.FieldVCluster: {{Value: secret}},
	}}
	cluster := []batchsync.VCluster{{Name: secret, Type: "INTEGRATION"}}
	for name, drawn := range map[string]any{
		"names":    p.NameOptions([]string{secret}, "xoxb-1234567890-abc"),
		"clusters": p.VClusterOptions(cluster),
		"chosen":   p.lookupMany(d, batchsync.FieldTables),
		"typed":    p.typed(d, batchsync.FieldTargetTable, 100),
		"keys":     p.optional(inputKeys, "label.keys", "", ActionKeys, secret+": id", maxKeysText),
		"schedule": p.ScheduleForm(ScheduleForm{Clusters: cluster, Cluster: secret}),
		"debug":    p.DebugForm(DebugForm{Op: batchsync.Operation{Debug: &batchsync.DebugRun{VCluster: secret}}, Clusters: cluster}),
	} {
		text := string(mustJSON(t, drawn))
		if strings.Contains(text, "abcdef") || strings.Contains(text, "1234567890") {
			t.Errorf("%s shows a secret: %s", name, text)
		}
		if chooses := []string{"chosen", "schedule", "debug"}; slices.Contains(chooses, name) && !strings.Contains(text, `"initial_option`) {
			t.Errorf("%s has nothing chosen: %s", name, text)
		}
	}
}
