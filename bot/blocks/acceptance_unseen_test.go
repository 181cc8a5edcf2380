package blocks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// uncountedFor is an acceptance of n tables whose sources were not counted for
// the reasons given, in turn.
func uncountedFor(n int, why ...batchsync.Problem) batchsync.Acceptance {
	a := uncounted(n, "orders")
	a.Verdict = batchsync.VerdictUnchecked
	for i := range a.Tables {
		pr := why[i%len(why)]
		a.Tables[i].Source.Problem = &pr
		find(&a.Tables[i], batchsync.CheckRows, batchsync.VerdictUnchecked, batchsync.T("judged.source_unknown", "1,250,000"))
	}
	return a
}

// lineOf is the line of a check on the card.
func lineOf(t *testing.T, a batchsync.Acceptance, name string) string {
	t.Helper()
	all := printer().checkLines(a)
	i := slices.IndexFunc(all, func(m mark) bool { return strings.Contains(string(m), "*"+name+":*") })
	if i < 0 {
		t.Fatalf("no line of %s: %s", name, all)
	}
	return string(all[i])
}

// Why a table was not counted, and what helps, stands behind the rows: each
// reason once, whatever shares it.
func TestPrinter_Acceptance_Obstacles(t *testing.T) {
	t.Parallel()
	problem := func(key string, args ...string) batchsync.Problem {
		return batchsync.Problem{Text: batchsync.T(batchsync.TextKey(key), args...), Hint: batchsync.T(batchsync.TextKey(key + "_hint"))}
	}
	login, slow := problem("source.login"), problem("source.timeout", "60")
	const refuses, corrects, busy = "The source refuses the bot's account.", " An administrator corrects", "The source did not answer within 60 seconds. Try again"
	refused := batchsync.Problem{Code: batchsync.CodeRefused, Text: batchsync.T("source.refused"), Hint: batchsync.T("source.refused_hint"), Detail: "lock <!channel> `x` xoxb-1234567890-planted"}
	unread := sampleAcceptance(2, "orders")
	unread.Tables[1].Target.Rows, unread.Tables[1].Target.Problem = -1, &batchsync.Problem{Text: batchsync.T("platform.timeout"), Hint: batchsync.T("platform.timeout_hint")}
	undescribed := sampleAcceptance(1, "orders")
	columns := problem("source.columns")
	undescribed.Tables[0].Source.Problem = &columns
	untold := sampleAcceptance(1, "orders")
	untold.Tables[0].Target.Rows, untold.Tables[0].Target.Problem = -1, &batchsync.Problem{Text: batchsync.T("judged.target_unknown")}
	find(&untold.Tables[0], batchsync.CheckRows, batchsync.VerdictUnchecked, batchsync.T("judged.target_unknown"))
	var many []batchsync.Problem
	for i := range 5 {
		many = append(many, problem("source.timeout", fmt.Sprint(i+2)))
	}
	for _, tt := range []struct {
		name  string
		a     batchsync.Acceptance
		check string
		want  []string // in this order, each once
		never []string
	}{
		{"one table", uncountedFor(1, login), "Row counts", []string{"could not be counted. Rows of the target: 1,250,000. " + refuses + corrects}, []string{"shop.orders", "1 of 1"}},
		{"two tables alike", uncountedFor(2, login), "Row counts", []string{"2 not checked", "2 of 2 tables: " + refuses + corrects}, nil},
		{"two reasons", uncountedFor(3, login, slow), "Row counts", []string{"2 of 3 tables: " + refuses, "`shop.orders_01`: " + busy}, nil},
		{"too many reasons", uncountedFor(5, many...), "Row counts", []string{"within 2 seconds", "within 3 seconds", "within 4 seconds", "+2 more"}, []string{"within 5 seconds"}},
		{"refused in the server's words", uncountedFor(1, refused), "Row counts", []string{"refuses to tell", "lock &lt;!channel&gt;"}, []string{"<!channel>", "xoxb-"}},
		{"the words of a login stay away", uncountedFor(1, batchsync.Problem{Text: login.Text, Hint: login.Hint, Detail: "user 'reader'@'10.0.0.1'"}), "Row counts", []string{refuses}, []string{"reader"}},
		{"the target", unread, "Row counts", []string{"`ods.orders_01`: The platform did not answer in time. Try again in a few minutes."}, nil},
		{"a target nothing is told of", untold, "Row counts", []string{"The target could not be looked at."}, nil},
		{"columns, with the types", undescribed, "Column types", []string{"The source does not tell the columns of this table. The owner"}, nil},
		{"columns, not with the rows", undescribed, "Row counts", nil, []string{"does not tell"}},
		{"counted by a person meanwhile", func() batchsync.Acceptance {
			a := uncountedFor(1, login)
			a.Tables[0].Source.How, a.Tables[0].Source.Rows = batchsync.CountedPerson, 5
			return a
		}(), "Row counts", nil, []string{"refuses"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			line, at := lineOf(t, tt.a, tt.check), -1
			for _, want := range tt.want {
				if i := strings.Index(line, want); i <= at || strings.Count(line, want) != 1 {
					t.Errorf("%q is not there once, in order: %s", want, line)
				} else {
					at = i
				}
			}
			for _, never := range tt.never {
				if strings.Contains(line, never) {
					t.Errorf("%q is there: %s", never, line)
				}
			}
			m := printer().Acceptance(AcceptanceView{Acceptance: tt.a})
			checkMessage(t, m)
			noSecret(t, m)
			if tt.want != nil && !strings.Contains(m.Text, tt.want[len(tt.want)-1]) {
				t.Errorf("not in the text of the message: %s", m.Text)
			}
		})
	}
}

// A hostile reason takes no more than its room.
func TestPrinter_Acceptance_ObstaclesBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(hostile, 50)
	a := uncountedFor(50, batchsync.Problem{Code: batchsync.CodeRefused, Text: batchsync.T("no.such", long), Hint: batchsync.T("source.refused_hint"), Detail: long})
	for i := range a.Tables {
		a.Tables[i].Source.Problem.Text.Args = []string{long, fmt.Sprint(i)}
	}
	for _, m := range printer().obstacles(a.Tables, batchsync.CheckRows) {
		if units(string(m)) > maxObstacle {
			t.Errorf("%d units: %s", units(string(m)), m)
		}
	}
	m := printer().Acceptance(AcceptanceView{Acceptance: a})
	mayMention(t, checkMessage(t, m), "U0ANA")
	noSecret(t, m)
}
