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

func TestLineProblem_Corrections_Apart(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"x oders,b": "x orders,b", "x oders，b": "x orders，b", "x\u00a0oders\u00a0y": "x\u00a0orders\u00a0y",
		"x àoders": "", "x oders订": "",
	} {
		p := LineProblem{Quoted: "oders", Nearest: []string{"orders"}}
		got := strings.Join(p.Corrections(line, func(string) bool { return true }), "|")
		if got != want {
			t.Errorf("%q is corrected to %q, want %q", line, got, want)
		}
	}
}
