package batchsync

import (
	"strings"
	"testing"
)

// A correction is the line with nothing changed but the words in question.
func FuzzLineProblem_Corrections(f *testing.F) {
	f.Add("a shop.oders -> ods.x", "shop.oders", "oders", "orders")
	f.Add("a a", "a", "", "b")
	f.Add("", "", "", "")
	f.Add("vc=x y", "vc=x", "x", "订 单")
	f.Fuzz(func(t *testing.T, line, quoted, wrong, near string) {
		p := LineProblem{Quoted: quoted, Text: T("field.table_gone", wrong), Nearest: []string{near}}
		asked := 0
		all := p.Corrections(line, func(c string) bool {
			asked++
			before, after, found := strings.Cut(line, quoted)
			if !found || quoted == "" {
				t.Errorf("%q is offered for %q, which is not in %q", c, quoted, line)
			}
			if strings.Count(line, quoted) == 1 && (!strings.HasPrefix(c, before) || !strings.HasSuffix(c, after)) {
				t.Errorf("%q changes more of %q than %q", c, line, quoted)
			}
			return asked > 1
		})
		if len(all) > 1 {
			t.Errorf("one value gives %q", all)
		}
	})
}
