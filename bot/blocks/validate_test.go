package blocks

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// obj is a JSON object as Slack gets it.
type obj = map[string]any

// rules checks a drawing against Slack's limits and the rules of this package,
// and collects what is wrong.
type rules struct {
	bad       []string
	surface   string // m (message), v (modal) or h (Home)
	simple    bool   // the simplest drawing: no block that a workspace may refuse
	ids       map[string]bool
	inputs    int
	primaries int
	chars     int
	mentions  []string
}

func (r *rules) fail(format string, args ...any) { r.bad = append(r.bad, fmt.Sprintf(format, args...)) }

func encode(t testing.TB, v any) obj {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	var o obj
	if err := json.Unmarshal(b, &o); err != nil {
		t.Fatalf("decode: %v", err)
	}
	return o
}

// checkView fails the test unless Slack would take the view.
func checkView(t testing.TB, v slack.ModalViewRequest) *rules {
	t.Helper()
	b, _ := json.Marshal(v)
	r := &rules{ids: map[string]bool{}, surface: "v"}
	if len(b) > 250_000 {
		r.fail("view has %d bytes", len(b))
	}
	o := encode(t, v)
	for _, part := range []string{"title", "close", "submit"} {
		if part == "title" || o[part] != nil {
			r.text("/"+part, o[part], 24, true)
		}
	}
	r.size("/private_metadata", str(o, "private_metadata"), 0, 3000)
	r.size("/callback_id", str(o, "callback_id"), 1, 255)
	if !slices.Contains(CallbackIDs(), CallbackID(v.CallbackID)) {
		r.fail("callback id %q is not declared", v.CallbackID)
	}
	r.blocks(o["blocks"], 100)
	if r.inputs > 0 && o["submit"] == nil {
		r.fail("inputs without submit")
	}
	if most := mostInputs(r.ids); r.inputs > most {
		r.fail("%d inputs, at most %d", r.inputs, most)
	}
	r.report(t)
	return r
}

// mostInputs is how many questions a screen may have: six, or nine where a
// person asked for more options.
func mostInputs(ids map[string]bool) int {
	for id := range ids {
		if strings.HasPrefix(id, blockPrefix+string(batchsync.FieldParallel)+"/") {
			return 9
		}
	}
	return 6
}

// checkMessage fails the test unless Slack would take the message.
func checkMessage(t testing.TB, m Message) *rules {
	t.Helper()
	r := &rules{ids: map[string]bool{}}
	r.size("/text", m.Text, 1, 3000)
	r.markup("/text", m.Text)
	for i, drawing := range append([][]slack.Block{m.Blocks}, m.Fallbacks...) {
		r.ids, r.chars, r.primaries = map[string]bool{}, 0, 0
		r.surface, r.simple = "m", i > 0 && i == len(m.Fallbacks)
		r.blocks(encode(t, obj{"blocks": drawing})["blocks"], 50)
		if r.chars > 13_000 {
			r.fail("message has %d characters", r.chars)
		}
		if r.inputs > 0 && !slices.ContainsFunc(slices.Collect(maps.Keys(r.ids)), func(id string) bool { return strings.HasPrefix(id, "frame/buttons#") }) {
			r.fail("inputs in a message")
		}
		r.report(t)
	}
	return r
}

// checkHome fails the test unless Slack would take the Home tab.
func checkHome(t testing.TB, v slack.HomeTabViewRequest) *rules {
	t.Helper()
	r := &rules{ids: map[string]bool{}, surface: "h"}
	r.blocks(encode(t, v)["blocks"], 100)
	if r.inputs > 0 {
		r.fail("inputs on the Home tab")
	}
	r.report(t)
	return r
}

func (r *rules) report(t testing.TB) {
	t.Helper()
	if r.primaries > 1 {
		r.fail("%d primary buttons", r.primaries)
	}
	for _, b := range r.bad {
		t.Error(b)
	}
}

func str(o obj, key string) string { s, _ := o[key].(string); return s }

func (r *rules) size(path, s string, least, most int) {
	if n := units(s); n < least || n > most || !utf8.ValidString(s) {
		r.fail("%s has %d characters, want %d to %d valid ones", path, n, least, most)
	}
}

var sequence = regexp.MustCompile(`<[^>]*>?|>`)

var allowedSequence = regexp.MustCompile(`^<(?:!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[^<>|]+|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|#[CG][A-Z0-9]+|https?://[^<>|\s]+\|[^<>|]+)>$`)

var loose = regexp.MustCompile(`&(?:amp;|lt;|gt;)?`)

// markup allows our own sequences only, and no half escapes.
func (r *rules) markup(path, s string) {
	for _, m := range sequence.FindAllString(s, -1) {
		if !allowedSequence.MatchString(m) {
			r.fail("%s has sequence %q", path, m)
		}
		if m[1] == '@' || m[1] == '!' && m[2] == 's' {
			r.mentions = append(r.mentions, m)
		}
	}
	for _, m := range loose.FindAllString(s, -1) {
		if m == "&" {
			r.fail("%s has a bare &: %q", path, s)
		}
	}
}

func (r *rules) text(path string, v any, most int, plainOnly bool) {
	o, ok := v.(obj)
	if !ok {
		r.fail("%s is no text", path)
		return
	}
	s := str(o, "text")
	r.size(path, s, 1, most)
	r.chars += units(s) + 20
	switch str(o, "type") {
	case "plain_text":
		if o["emoji"] != false {
			r.fail("%s: emoji names would be replaced", path)
		}
	case "mrkdwn":
		if plainOnly || o["verbatim"] != true {
			r.fail("%s: markup not allowed, or not verbatim", path)
		}
		r.markup(path, s)
		r.words(path, s)
	default:
		r.fail("%s has type %v", path, o["type"])
	}
}

func (r *rules) blocks(v any, most int) {
	all, _ := v.([]any)
	if len(all) == 0 || len(all) > most {
		r.fail("%d blocks", len(all))
	}
	r.spokenButtons(all)
	for i, b := range all {
		r.block(fmt.Sprintf("/blocks/%d", i), b.(obj))
	}
}

func (r *rules) block(path string, b obj) {
	if id := str(b, "block_id"); id != "" {
		r.size(path+"/block_id", id, 1, 255)
		if r.ids[id] {
			r.fail("%s: block id %q twice", path, id)
		}
		r.ids[id] = true
	}
	switch kind := str(b, "type"); kind {
	case "divider":
	case "header":
		r.text(path, b["text"], 150, true)
	case "section":
		r.section(path, b)
	case "context":
		r.list(path, b["elements"], 1, 10, func(path string, e obj) { r.text(path, e, 3000, false) })
	case "actions":
		seen := map[string]bool{}
		r.list(path, b["elements"], 1, 25, func(path string, e obj) { r.element(path, e, seen); r.named(path, e) })
	case "input":
		r.inputs++
		r.text(path+"/label", b["label"], 2000, true)
		if b["hint"] != nil {
			r.text(path+"/hint", b["hint"], 2000, true)
		}
		r.element(path+"/element", b["element"].(obj), map[string]bool{})
	case "rich_text":
		r.rich(path, b)
	case "alert":
		r.text(path, b["text"], 200, false)
		if r.surface != "v" || !slices.Contains([]string{"info", "warning", "error", "success"}, str(b, "level")) {
			r.fail("%s: alert of level %q on %s", path, str(b, "level"), r.surface)
		}
	case "data_table", "table":
		if kind == "data_table" { // the older one has none
			r.size(path+"/caption", str(b, "caption"), 1, 3000)
			r.words(path+"/caption", str(b, "caption"))
		}
		r.newer(path, kind)
		r.table(path, b)
	case "data_visualization":
		r.newer(path, kind)
		r.chart(path, b)
	default:
		r.fail("%s has type %q", path, kind)
	}
}

// newer blocks are refused by some workspaces, so a message that has one needs
// a simpler drawing.
func (r *rules) newer(path, kind string) {
	if r.simple || r.surface != "m" {
		r.fail("%s: %s in the simplest drawing, or not in a message", path, kind)
	}
}

func (r *rules) table(path string, b obj) {
	rows, _ := b["rows"].([]any)
	if len(rows) < 2 || len(rows) > 100 {
		r.fail("%s has %d rows", path, len(rows))
	}
	for i, row := range rows {
		cells, _ := row.([]any)
		if len(cells) < 1 || len(cells) > 5 || len(cells) != len(rows[0].([]any)) {
			r.fail("%s/%d has %d cells", path, i, len(cells))
		}
		for j, cell := range cells {
			c, _ := cell.(obj)
			if str(c, "type") != "raw_text" {
				r.fail("%s/%d/%d has type %q", path, i, j, str(c, "type"))
			}
			r.size(fmt.Sprintf("%s/%d/%d", path, i, j), str(c, "text"), 1, 300)
			r.chars += units(str(c, "text"))
		}
	}
}

func (r *rules) chart(path string, b obj) {
	r.size(path+"/title", str(b, "title"), 1, 50)
	chart := b["chart"].(obj)
	axis := chart["axis_config"].(obj)
	r.size(path+"/y_label", str(axis, "y_label"), 1, 50)
	series, _ := chart["series"].([]any)
	if len(series) < 1 || len(series) > 2 || str(chart, "type") != "bar" {
		r.fail("%s is no bar chart of one or two series", path)
		return
	}
	names := map[string]bool{}
	for _, s := range series {
		r.series(path, s.(obj), axis, names)
	}
}

func (r *rules) series(path string, series, axis obj, names map[string]bool) {
	r.size(path+"/name", str(series, "name"), 1, 20)
	if names[str(series, "name")] {
		r.fail("%s: series %q twice", path, str(series, "name"))
	}
	names[str(series, "name")] = true
	seen := map[string]bool{}
	categories, _ := axis["categories"].([]any)
	points, _ := series["data"].([]any)
	if len(points) < 2 || len(points) > 20 || len(points) != len(categories) {
		r.fail("%s has %d points for %d categories", path, len(points), len(categories))
		return
	}
	for i, p := range points {
		label := str(p.(obj), "label")
		r.size(path+"/label", label, 1, 20)
		if seen[label] || label != categories[i] {
			r.fail("%s: label %q twice or out of order", path, label)
		}
		seen[label] = true
	}
}

func (r *rules) list(path string, v any, least, most int, each func(string, obj)) {
	all, _ := v.([]any)
	if len(all) < least || len(all) > most {
		r.fail("%s has %d entries, want %d to %d", path, len(all), least, most)
	}
	for i, e := range all {
		each(fmt.Sprintf("%s/%d", path, i), e.(obj))
	}
}

func (r *rules) section(path string, b obj) {
	if b["text"] == nil && b["fields"] == nil {
		r.fail("%s is empty", path)
	}
	if b["text"] != nil {
		r.text(path, b["text"], 3000, false)
	}
	if e, ok := b["accessory"].(obj); ok {
		r.element(path+"/accessory", e, map[string]bool{})
		r.named(path+"/accessory", e)
	}
	if b["fields"] != nil {
		r.list(path, b["fields"], 1, 10, func(path string, e obj) { r.text(path, e, 2000, false) })
	}
}

func (r *rules) rich(path string, b obj) {
	r.list(path, b["elements"], 1, 10, func(path string, e obj) {
		if str(e, "type") != "rich_text_preformatted" {
			r.fail("%s has type %q", path, str(e, "type"))
		}
		r.list(path, e["elements"], 1, 1, func(path string, e obj) {
			if str(e, "type") != "text" {
				r.fail("%s has type %q", path, str(e, "type"))
			}
			r.size(path, str(e, "text"), 1, 2500)
			r.chars += units(str(e, "text"))
		})
	})
}

func (r *rules) element(path string, e obj, seen map[string]bool) {
	id := str(e, "action_id")
	if !slices.Contains(ActionIDs(), ActionID(id)) || seen[id] {
		r.fail("%s: action id %q is not declared, or there twice", path, id)
	}
	seen[id] = true
	if e["placeholder"] != nil {
		r.text(path+"/placeholder", e["placeholder"], 150, true)
	}
	switch kind := str(e, "type"); kind {
	case "button":
		r.button(path, e)
	case "static_select":
		r.options(path, e, 100)
	case "radio_buttons", "checkboxes":
		r.options(path, e, 10)
	case "external_select", "multi_external_select":
		if e["min_query_length"] != 0.0 {
			r.fail("%s: the list does not open by itself", path)
		}
		r.options(path, e, 0)
	case "plain_text_input":
		most, _ := e["max_length"].(float64)
		r.size(path+"/initial_value", str(e, "initial_value"), 0, int(most))
	case "datepicker":
		if s := str(e, "initial_date"); s != "" && !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(s) {
			r.fail("%s: day %q", path, s)
		}
	case "overflow":
		r.overflow(path, e)
	case "timepicker":
		if s := str(e, "initial_time"); s != "" && !regexp.MustCompile(`^\d\d:\d\d$`).MatchString(s) {
			r.fail("%s: time %q", path, s)
		}
	default:
		r.fail("%s has type %q", path, kind)
	}
}

// overflow checks a menu of actions: each entry must be one that is known.
func (r *rules) overflow(path string, e obj) {
	r.options(path, e, 5)
	all, _ := e["options"].([]any)
	for _, o := range all {
		c, err := ParseMenuChoice(str(o.(obj), "value"))
		if err != nil {
			r.fail("%s: %v", path, err)
		}
		_, notRef := ParseRef(c.Value)
		_, notRun := ParseRunRef(c.Value)
		if notRef != nil && notRun != nil {
			r.fail("%s: %v", path, notRef)
		}
		if u := str(o.(obj), "url"); u != "" && webURL(u) == "" {
			r.fail("%s: url %q", path, u)
		}
	}
}

func (r *rules) button(path string, e obj) {
	r.text(path, e["text"], 75, true)
	r.words(path, str(e["text"].(obj), "text"))
	r.size(path+"/value", str(e, "value"), 0, 2000)
	r.size(path+"/accessibility_label", str(e, "accessibility_label"), 0, 75)
	r.size(path+"/url", str(e, "url"), 0, 3000)
	if u := str(e, "url"); u != "" && webURL(u) == "" {
		r.fail("%s: url %q", path, u)
	}
	switch str(e, "style") {
	case "primary":
		r.primaries++
	case "danger":
		if e["confirm"] == nil {
			r.fail("%s destroys without asking", path)
		}
	}
	if c, ok := e["confirm"].(obj); ok {
		r.text(path+"/confirm/title", c["title"], 100, true)
		r.text(path+"/confirm/text", c["text"], 300, false)
		r.text(path+"/confirm/confirm", c["confirm"], 30, true)
		r.text(path+"/confirm/deny", c["deny"], 30, true)
	}
}

// options checks a menu; most 0 is one whose entries are asked for later.
func (r *rules) options(path string, e obj, most int) {
	var drawn []string
	values := map[string]bool{}
	each := func(path string, o obj) {
		r.text(path, o["text"], 75, true)
		r.size(path+"/value", str(o, "value"), 1, 150)
		if o["description"] != nil {
			r.text(path+"/description", o["description"], 75, true)
		}
	}
	if most > 0 {
		r.list(path, e["options"], 1, most, func(path string, o obj) {
			each(path, o)
			if values[str(o, "value")] {
				r.fail("%s: value %q twice", path, str(o, "value"))
			}
			values[str(o, "value")] = true
			b, _ := json.Marshal(o)
			drawn = append(drawn, string(b))
		})
	}
	var chosen []any
	if e["initial_option"] != nil {
		chosen = append(chosen, e["initial_option"])
	}
	if all, ok := e["initial_options"].([]any); ok {
		chosen = append(chosen, all...)
	}
	if len(chosen) > 100 {
		r.fail("%s: %d entries are chosen, more than 100", path, len(chosen))
	}
	for _, c := range chosen {
		each(path+"/initial", c.(obj))
		if b, _ := json.Marshal(c); most > 0 && !slices.Contains(drawn, string(b)) {
			r.fail("%s: %s is chosen but not among the options", path, b)
		}
	}
}
