package blocks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// use is a place where a sentence is named.
type use struct {
	key  string
	args int // -1: not known
	at   token.Position
}

// sources parses every non-test file below the directories.
func sources(t *testing.T, dirs ...string) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	fset, out := token.NewFileSet(), map[string]*ast.File{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(fset, path, nil, 0)
			out[path] = f
			return err
		})
		if err != nil {
			t.Fatalf("read sources: %v", err)
		}
	}
	return fset, out
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func nameOf(e ast.Expr) string {
	switch f := e.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// keyArgument is where a function takes a key, by the function's name.
var keyArgument = map[string]int{"T": 0, "TextKey": 0, "say": 0, "word": 0, "format": 0, "button": 1, "modal": 1, "ask": 1, "form": 1, "asking": 1, "links": 1}

// namedSentences finds every sentence that is named by a literal.
func namedSentences(fset *token.FileSet, files map[string]*ast.File) []use {
	var out []use
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := nameOf(call.Fun)
			i, takes := keyArgument[name]
			if !takes || len(call.Args) <= i {
				return true
			}
			if key, ok := literal(call.Args[i]); ok && !strings.HasSuffix(key, ".") {
				args := -1
				if (name == "T" || name == "say") && !call.Ellipsis.IsValid() {
					args = len(call.Args) - 1
				}
				out = append(out, use{key, args, fset.Position(call.Pos())})
			}
			return true
		})
	}
	return out
}

// builtKeys are those that are put together from values of the domain.
func builtKeys() []string {
	var out []string
	add := func(prefix string, values []string, suffixes ...string) {
		for _, v := range values {
			for _, s := range append([]string{""}, suffixes...) {
				out = append(out, prefix+v+s)
			}
		}
	}
	add("platform.", keys(batchsync.Failures()), "_hint")
	add("kind.", keys(batchsync.SourceKinds()))
	add("scope.", keys(batchsync.Scopes()), "_about")
	add("write_mode.", keys(batchsync.WriteModes()), "_about")
	add("every.", keys(batchsync.Rhythms()))
	add("step.", keys(batchsync.Steps()))
	add("step.", []string{"hours", "minutes"}, "_one")
	add("weekday.", []string{"0", "1", "2", "3", "4", "5", "6"})
	add("state.", keys(batchsync.OperationStates()))
	add("state.", []string{"running_about", "waiting_about", "unknown_about", "refused_about", "done_about", "dropped_about"})
	add("told.", []string{"waiting", "unknown", "failed", "refused", "done"})
	for _, kind := range operationKinds() {
		add("operation.step.", keys(batchsync.StepNames(kind)))
		add("title.", []string{string(kind)})
		if kind != batchsync.OpCreate {
			add("change.done_", []string{string(kind)})
		}
	}
	add("change.", []string{"running", "done"})
	add("change.", []string{"refused", "stopped"}, "_about")
	add("change.trouble", []string{"", "_backfill", "_rerun", "_debug"})
	add("change.", []string{"dropped_about", "waiting_about"})
	add("confirm.", []string{"rerun", "stop", "schedule", "tune"}, "_about")
	add("button.confirm_", []string{"rerun", "stop", "schedule", "tune"})
	for _, s := range batchsync.RunStatuses() {
		add(string(s.Word()), []string{""})
	}
	add("task.state_", []string{"online", "modified", "offline", "unknown"})
	add("mute_for.", []string{MuteHour, MuteShift, MuteDay, MuteUntil})
	add("action.", keys(batchsync.Actions()))
	add("outcome.", append(keys(batchsync.OperationStates()), batchsync.AuditAsked, batchsync.AuditForbidden, batchsync.AuditStopped, batchsync.AuditTrouble, batchsync.AuditEnded, "muted", "unmuted"))
	add("audit.", []string{"run", "run_of", "incident", "incident_of"})
	add("audit.some_", []string{"draft", "operation", "acceptance", "alert", "quiet", "channel", "button"})
	add("list.title", []string{"", "_mine", "_failed", "_like", "_mine_like", "_failed_like"})
	add("part.", keys(CheckNames()))
	add("check_state.", []string{string(CheckOK), string(CheckWarn), string(CheckBad)})
	for word := range CommandActions() {
		add("help.", []string{word})
	}
	add("step_state.", []string{"pending", "running", "done", "waiting", "unknown", "failed"})
	add("reason.", keys(batchsync.Reasons()))
	add("next.", keys(batchsync.Reasons()))
	add("table_state.", keys(batchsync.TableStates()))
	add("evidence.", keys([]batchsync.Evidence{
		batchsync.FromLog, batchsync.FromHistory, batchsync.FromCount, batchsync.FromRun, batchsync.FromNothing,
	}))
	add("topic.", keys(batchsync.Topics()))
	for _, prefix := range []string{"ending.", "ended.", "incident.reply_"} {
		add(prefix, keys([]batchsync.Ending{batchsync.EndedRecovered, batchsync.EndedOffline, batchsync.EndedUnwatched, batchsync.EndedStopped, batchsync.EndedVanished, batchsync.EndedStays}))
	}
	for _, prefix := range []string{"verdict.", "verdict_in.", "verdict_count."} {
		add(prefix, keys(batchsync.Verdicts()))
	}
	for _, prefix := range []string{"check_name.", "check_in."} {
		add(prefix, keys(batchsync.CheckNames()))
	}
	add("occasion.", keys([]batchsync.Occasion{batchsync.OnFirstRun, batchsync.OnEveryRun, batchsync.OnBackfill, batchsync.OnRequest}))
	add("told.acceptance_", keys(batchsync.Verdicts()))
	add("check_part.", keys(batchsync.CheckParts()))
	add("preflight.line_", []string{string(batchsync.LevelCross), string(batchsync.LevelWarning), string(batchsync.LevelUnread)})
	add("precondition_name.", keys(batchsync.PreconditionNames()))
	add("precondition_state.", keys(batchsync.PreconditionStates()))
	add("plan_part.", keys(batchsync.PlanNames()))
	add("probe_name.", keys(batchsync.ProbeNames()))
	add("probe_fix.", keys(batchsync.ProbeNames()))
	add("act.", keys([]batchsync.Act{batchsync.OfferStudio}))
	for _, step := range batchsync.Steps() {
		add("label.", keys(batchsync.StepFields(step)))
	}
	return out
}

func operationKinds() []batchsync.OperationKind {
	return []batchsync.OperationKind{
		batchsync.OpCreate, batchsync.OpBackfill, batchsync.OpRerun, batchsync.OpStop,
		batchsync.OpDeploy, batchsync.OpUndeploy, batchsync.OpSchedule, batchsync.OpTune, batchsync.OpDebug,
	}
}

func testDirs(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("../../internal/*")
	if err != nil {
		t.Fatal(err)
	}
	dirs := []string{"..", "../../cmd"}
	for _, dir := range found {
		if !strings.HasSuffix(dir, "sim") {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func TestEnglish_Complete(t *testing.T) {
	t.Parallel()
	fset, files := sources(t, testDirs(t)...)
	catalog := english()
	for _, u := range namedSentences(fset, files) {
		if _, ok := catalog[batchsync.TextKey(u.key)]; !ok {
			t.Errorf("%s: %q has no words", u.at, u.key)
		}
	}
	for _, key := range builtKeys() {
		if _, ok := catalog[batchsync.TextKey(key)]; !ok {
			t.Errorf("%q has no words", key)
		}
	}
}

// Keys are also handed around as plain literals; whatever looks like one must
// be one. Action ids look the same and are declared in id.go.
func TestEnglish_CompleteForLookalikes(t *testing.T) {
	t.Parallel()
	fset, files := sources(t, testDirs(t)...)
	catalog, prefixes := english(), map[string]bool{}
	for key := range catalog {
		prefix, _, _ := strings.Cut(string(key), ".")
		prefixes[prefix] = true
	}
	like := regexp.MustCompile(`^([a-z_]+)\.[a-z_]+$`)
	for path, f := range files {
		if filepath.Base(path) == "id.go" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			s, _ := literal(e)
			if m := like.FindStringSubmatch(s); m != nil && prefixes[m[1]] && catalog[batchsync.TextKey(s)] == "" && !begins(catalog, s) {
				t.Errorf("%s: %q looks like a key and has no words", fset.Position(n.Pos()), s)
			}
			return true
		})
	}
}

// begins reports whether s is what keys are put together from.
func begins(catalog map[batchsync.TextKey]string, s string) bool {
	for key := range catalog {
		if strings.HasSuffix(s, "_") && strings.HasPrefix(string(key), s) {
			return true
		}
	}
	return false
}

// A key in two places would have the words of one of them, by chance.
func TestEnglish_OnePlace(t *testing.T) {
	t.Parallel()
	seen := map[batchsync.TextKey]bool{}
	for i, part := range englishParts() {
		for key := range part {
			if seen[key] {
				t.Errorf("%q is in part %d and in one before", key, i)
			}
			seen[key] = true
		}
	}
}

func highest(words string) int {
	most := 0
	for _, m := range regexp.MustCompile(`%\[(\d+)\]s`).FindAllStringSubmatch(words, -1) {
		n, _ := strconv.Atoi(m[1])
		most = max(most, n)
	}
	return most
}

func TestEnglish_Arguments(t *testing.T) {
	t.Parallel()
	fset, files := sources(t, testDirs(t)...)
	catalog := english()
	for _, u := range namedSentences(fset, files) {
		if n := highest(catalog[batchsync.TextKey(u.key)]); u.args >= 0 && n > u.args {
			t.Errorf("%s: %q takes %d arguments and gets %d", u.at, u.key, n, u.args)
		}
	}
	for key, words := range catalog {
		if rest := regexp.MustCompile(`%\[\d+\]s|%%`).ReplaceAllString(words, ""); strings.Contains(rest, "%") {
			t.Errorf("%q has a stray %%: %q", key, words)
		}
	}
}

// A sentence nobody says is a sentence somebody forgot to say, or to delete.
func TestEnglish_NothingUnused(t *testing.T) {
	t.Parallel()
	_, files := sources(t, testDirs(t)...)
	said := map[string]bool{}
	var parts []string // of keys put together elsewhere
	for path, f := range files {
		if base := filepath.Base(path); strings.HasPrefix(base, "text_en") || strings.HasPrefix(base, "text_zh") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if s, ok := literal(e); ok {
					said[s] = true
				}
			}
			if sum, ok := n.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
				if s, ok := literal(sum.Y); ok && strings.HasPrefix(s, "_") {
					parts = append(parts, s)
				}
			}
			return true
		})
	}
	for _, key := range builtKeys() {
		said[key] = true
	}
	for key := range english() {
		built := slices.ContainsFunc(parts, func(s string) bool {
			base, ok := strings.CutSuffix(string(key), s)
			return ok && said[base]
		})
		if !said[string(key)] && !built {
			t.Errorf("%q is never said", key)
		}
	}
}

func TestEnglish_Style(t *testing.T) {
	t.Parallel()
	// Fragments, or texts that end with a list or an ellipsis.
	open := []string{"place.", "settled.", "tables.", "title.", "change.", "action.", "outcome.", "part.", "check_state.", "run.status_", "run.type_", "runs.", "row.", "task.state_", "task.", "cron.", "strip.", "chart.", "took.", "fact.", "settings.", "window.", "tally.", "confirm.", "mute_for.", "log.", "audit.", "home.", "deps.", "status.", "backfill.title", "deploy.title", "undeploy.title", "undeploy.lost", "undeploy.after", "reschedule.title", "mute.title", "started.title", "discard.title", "help.commands", "list.", "names.", "text.", "ago.", "label.", "button.", "placeholder.", "option.", "kind.", "scope.", "write_mode.", "every.", "until.", "zone.drifts", "step.", "weekday.", "rhythm.", "flow.", "card.", "operation.step.", "step_state.", "wizard.", "preview.title", "preview.both", "review.", "handoff.title", "choose.unnamed", "problem.at", "modal.loading", "creating.text", "drop.title", "state.",
		"reason.", "ending.", "table_state.", "evidence.", "topic.", "trouble.", "group.", "grid.", "digest.", "incidents.", "diagnosis.title", "diagnosis.line",
		"subscriptions.", "selector.", "quiets.title",
		"examined.", "verdict.", "verdict_in.", "verdict_count.", "check_name.", "configured.", "mapped.", "naming.", "edit.", "mapping.title", "mapping.key", "mapping.line", "mapping.no_", "review.", "check_in.", "occasion.", "probe_name.", "probes.title", "figure.title", "expect.title", "accept.title",
		"debug.rows", "debug.run", "debug.table", "preflight.title", "preflight.line", "preflight.fix", "preflight.platform_says", "preflight.checking", "preflight.passed", "check_part.", "mapping.column", "mapping.count_", "subscribed.by", "commands.title", "commands.cut", "replanned.", "plan_part.", "precondition_name.", "precondition_state.", "precondition_line."}
	for key, words := range english() {
		k := string(key)
		fragment := slices.ContainsFunc(open, func(p string) bool { return strings.HasPrefix(k, p) })
		sentence := slices.Contains(whole(), k) || strings.HasPrefix(k, "button.unknown") || strings.HasPrefix(k, "list.loading") ||
			k == "review.limits" || strings.HasPrefix(k, "state.") && strings.HasSuffix(k, "_about")
		if ends := regexp.MustCompile(`[.?:]$`).MatchString(words); (sentence || !fragment) && !ends {
			t.Errorf("%q is a sentence without an end: %q", key, words)
		}
		if strings.HasPrefix(k, "label.") || strings.HasPrefix(k, "button.") && !sentence {
			plainLabel(t, k, words)
		}
	}
}

// whole are sentences among fragments.
func whole() []string {
	return []string{
		"tables.count", "tables.count_renamed", "tables.none", "tables.page", "task.written_also", "task.unlisted", "task.unlisted_hint", "list.null", "list.none_seen", "list.cut", "list.range",
		"task.gone", "task.no_content", "task.changed", "task.text", "task.text_schedule", "task.text_failed", "task.last_failed",
		"cron.unreadable", "strip.none", "strip.legend", "strip.count", "strip.count_one", "chart.takeaway", "list.none", "list.narrow",
		"runs.order", "runs.latest", "log.empty", "log.size", "log.zone", "log.cut", "log.first", "log.middle", "log.as_file", "log.in_thread", "log.posted_before", "log.on_its_way", "log.not_begun", "log.no_attempt", "log.bad_number", "log.closed", "log.text", "deps.text", "deps.no_before",
		"deps.no_after", "change.refused_about", "change.trouble_backfill", "change.trouble_rerun", "change.stopped_about", "change.dropped_about",
		"change.waiting_about", "change.done_backfill", "change.done_rerun", "change.done_stop", "change.done_deploy",
		"change.done_undeploy", "change.done_schedule", "change.done_tune", "change.done_debug", "change.trouble_debug", "confirm.tune_about", "settings.present", "settings.fixed", "settings.then", "confirm.rerun_about", "confirm.stop_about", "confirm.schedule_about",
		"undeploy.lost_runs", "undeploy.lost_schedule", "undeploy.lost_state", "home.empty", "home.example", "home.not_read",
		"trouble.text", "trouble.forgotten", "trouble.folded", "trouble.unfollowed", "trouble.muted", "trouble.away", "trouble.tables",
		"trouble.rerun_tables", "group.open", "group.were", "group.over", "group.common_source", "group.common_vcluster", "group.common_moment",
		"group.unfollowed", "group.worst", "grid.zone", "grid.more_tables", "grid.more_tasks", "digest.fine", "digest.no_runs", "digest.no_runs_but",
		"digest.share", "digest.trend", "digest.trend_fine", "incidents.none", "incidents.count", "incidents.range", "subscriptions.none",
		"subscriptions.count", "subscriptions.how",
		"audit.count", "audit.none", "audit.more", "audit.csv", "status.fine", "status.trouble",
	}
}

func plainLabel(t *testing.T, key, words string) {
	t.Helper()
	for _, r := range words {
		if r > 127 {
			t.Errorf("%q has more than plain letters: %q", key, words)
		}
	}
	if strings.HasSuffix(words, ".") || units(words) > maxButton {
		t.Errorf("%q is no label: %q", key, words)
	}
	if !strings.HasPrefix(key, "button.") {
		return
	}
	for _, w := range strings.Fields(words) {
		if w != "in" && w != "to" && (w[0] < 'A' || w[0] > 'Z') {
			t.Errorf("%q is not in title case: %q", key, words)
		}
	}
}

// What is said in a menu must not be cut there.
func TestEnglish_FitsMenus(t *testing.T) {
	t.Parallel()
	for key, words := range english() {
		k := string(key)
		for _, prefix := range []string{"until.", "zone.drifts", "kind.", "scope.", "write_mode.", "every.", "option.", "weekday.", "mute_for."} {
			if strings.HasPrefix(k, prefix) && units(words) > maxOption {
				t.Errorf("%q has %d characters, a menu takes %d", key, units(words), maxOption)
			}
		}
		if strings.HasPrefix(k, "hint.") && units(words) > maxHint {
			t.Errorf("%q is longer than a hint", key)
		}
	}
	for _, key := range []batchsync.TextKey{"wizard.title", "button.next", "button.cancel", "button.close", "button.create_sync",
		"backfill.title", "deploy.title", "undeploy.title", "reschedule.title", "mute.title", "started.title", "confirm.rerun", "confirm.stop",
		"confirm.schedule", "button.review", "button.start_backfill", "button.deploy", "button.undeploy", "button.change_schedule", "button.mute",
		"button.confirm_rerun", "button.confirm_stop", "button.confirm_schedule",
		"accept.title", "expect.title", "figure.title", "button.accept_delivery", "button.give_figure", "button.save_expectations"} {
		if n := units(english()[key]); n == 0 || n > maxTitle {
			t.Errorf("%q does not fit a modal's frame", key)
		}
	}
}

// Text objects are made in one place, where everything foreign is cleaned.
func TestText_OnlyPlaceOfTextObjects(t *testing.T) {
	t.Parallel()
	made := regexp.MustCompile(`^(NewTextBlockObject|TextBlockObject|NewRichText\w*|RichText(Preformatted|Section|Quote|List|Block)\w*|NewMarkdownBlock|MarkdownBlock)$`)
	fset, files := sources(t, ".")
	for path, f := range files {
		if filepath.Base(path) == "text.go" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			var e ast.Expr
			switch x := n.(type) {
			case *ast.CallExpr:
				e = x.Fun
			case *ast.CompositeLit:
				e = x.Type
			}
			if e != nil && made.MatchString(nameOf(e)) {
				t.Errorf("%s makes a text object", fset.Position(n.Pos()))
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && (strings.Contains(lit.Value, "<@") || strings.Contains(lit.Value, "<!")) {
				t.Errorf("%s writes a mention or a date by itself", fset.Position(n.Pos()))
			}
			return true
		})
	}
}
