package slacksim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// rep repeats a JSON value n times as the inside of an array; %d in it is the index.
func rep(n int, item string) string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.ReplaceAll(item, "%d", fmt.Sprint(i))
	}
	return strings.Join(out, ",")
}

func x(n int) string { return strings.Repeat("é", n) }

func plainJSON(n int) string { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, x(n)) }
func mrkJSON(n int) string   { return fmt.Sprintf(`{"type":"mrkdwn","text":%q}`, x(n)) }

func button(extra string) string {
	return `{"type":"actions","elements":[{"type":"button","action_id":"a","text":` + plainJSON(5) + extra + `}]}`
}

func input(el string) string {
	return `{"type":"input","label":` + plainJSON(5) + `,"element":` + el + `}`
}

func selectJSON(n int) string {
	return `{"type":"section","text":` + mrkJSON(1) + `,"accessory":{"type":"static_select","action_id":"a","options":[` +
		rep(n, `{"text":{"type":"plain_text","text":"o%d"},"value":"%d"}`) + `]}}`
}

func optionOf(text, value, description int) string {
	return fmt.Sprintf(`{"type":"section","text":%s,"accessory":{"type":"static_select","action_id":"a","options":[{"text":%s,"value":%q,"description":%s}]}}`,
		mrkJSON(1), plainJSON(text), x(value), plainJSON(description))
}

func confirmOf(title, text, confirm int) string {
	return button(fmt.Sprintf(`,"confirm":{"title":%s,"text":%s,"confirm":%s,"deny":%s}`, plainJSON(title), mrkJSON(text), plainJSON(confirm), plainJSON(2)))
}

func dataTableOf(rows, cols, size int) string {
	cell := fmt.Sprintf(`{"type":"raw_text","text":%q}`, strings.Repeat("c", size))
	return `{"type":"data_table","caption":"c","rows":[` + rep(rows, `[`+rep(cols, cell)+`]`) + `]}`
}

func tableOf(rows, cols, size int) string {
	cell := fmt.Sprintf(`{"type":"raw_text","text":%q}`, strings.Repeat("c", size))
	return `{"type":"table","rows":[` + rep(rows, `[`+rep(cols, cell)+`]`) + `]}`
}

func chartOf(series, points, label int) string {
	cats := rep(points, `"%d"`)
	data := rep(points, `{"label":"%d","value":1}`)
	if label > 0 {
		cats, data = fmt.Sprintf("%q", x(label)), fmt.Sprintf(`{"label":%q,"value":1}`, x(label))
	}
	return `{"type":"data_visualization","title":"t","chart":{"type":"line","axis_config":{"categories":[` + cats + `]},"series":[` +
		rep(series, `{"name":"s%d","data":[`+data+`]}`) + `]}}`
}

func planOf(n int) string {
	return `{"type":"plan","title":"t","tasks":[` + rep(n, `{"type":"task_card","task_id":"%d","title":"t","status":"pending"}`) + `]}`
}

func cardOf(title, body, buttons int) string {
	return fmt.Sprintf(`{"type":"card","title":%s,"body":%s,"actions":[%s]}`, plainJSON(title), mrkJSON(body),
		rep(buttons, `{"type":"button","action_id":"a%d","text":`+plainJSON(3)+`}`))
}

// TestChecker_Limits tries every limit at its edge and one beyond.
func TestChecker_Limits(t *testing.T) {
	t.Parallel()
	divider := `{"type":"divider"}`
	tests := []struct {
		name, surface string
		fine, over    string // blocks, comma separated
		want          string // part of the complaint about over
	}{
		{"message blocks", "m", rep(50, divider), rep(51, divider), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"modal blocks", "v", rep(100, divider), rep(101, divider), "no more than 100 items"},
		{"home blocks", "h", rep(100, divider), rep(101, divider), "no more than 100 items"},
		{"block_id", "m", `{"type":"divider","block_id":"` + x(255) + `"}`, `{"type":"divider","block_id":"` + x(256) + `"}`, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"},
		{"duplicate block_id", "m", `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"b"}`, `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`, "already exists"},
		{"duplicate action_id", "m", button("") + "," + button(""), `{"type":"actions","elements":[` + rep(2, `{"type":"button","action_id":"a","text":`+plainJSON(2)+`}`) + `]}`, "already exists"},
		{"action_id", "m", button(`,"action_id":"` + x(255) + `"`), button(`,"action_id":"` + x(256) + `"`), "less than 256"},
		{"section text", "m", `{"type":"section","text":` + mrkJSON(3000) + `}`, `{"type":"section","text":` + mrkJSON(3001) + `}`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"empty text", "m", `{"type":"section","text":` + mrkJSON(1) + `}`, `{"type":"section","text":` + mrkJSON(0) + `}`, "must be more than 0 characters"},
		{"section needs content", "m", `{"type":"section","fields":[` + mrkJSON(1) + `]}`, `{"type":"section"}`, "missing required field"},
		{"fields", "m", `{"type":"section","fields":[` + rep(10, mrkJSON(2)) + `]}`, `{"type":"section","fields":[` + rep(11, mrkJSON(2)) + `]}`, "no more than 10"},
		{"field text", "m", `{"type":"section","fields":[` + mrkJSON(2000) + `]}`, `{"type":"section","fields":[` + mrkJSON(2001) + `]}`, "less than 2001"},
		{"header", "m", `{"type":"header","text":` + plainJSON(150) + `}`, `{"type":"header","text":` + plainJSON(151) + `}`, "less than 151"},
		{"header is plain", "m", `{"type":"header","text":` + plainJSON(1) + `}`, `{"type":"header","text":` + mrkJSON(1) + `}`, "must be one of: plain_text"},
		{"context", "m", `{"type":"context","elements":[` + rep(10, mrkJSON(2)) + `]}`, `{"type":"context","elements":[` + rep(11, mrkJSON(2)) + `]}`, "no more than 10"},
		{"actions", "m", `{"type":"actions","elements":[` + rep(25, `{"type":"button","action_id":"a%d","text":`+plainJSON(2)+`}`) + `]}`,
			`{"type":"actions","elements":[` + rep(26, `{"type":"button","action_id":"a%d","text":`+plainJSON(2)+`}`) + `]}`, "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
		{"button text", "m", button(`,"text":` + plainJSON(75)), button(`,"text":` + plainJSON(76)), "less than 76"},
		{"button value", "m", button(`,"value":"` + x(2000) + `"`), button(`,"value":"` + x(2001) + `"`), "less than 2001"},
		{"button url", "m", button(`,"url":"` + x(3000) + `"`), button(`,"url":"` + x(3001) + `"`), "less than 3001"},
		{"accessibility label", "m", button(`,"accessibility_label":"` + x(75) + `"`), button(`,"accessibility_label":"` + x(76) + `"`), "less than 76"},
		{"button style", "m", button(`,"style":"danger"`), button(`,"style":"default"`), "must be one of: primary, danger"},
		{"unknown property", "m", button(""), button(`,"colour":"red"`), "invalid additional property: colour"},
		{"confirm title", "m", confirmOf(100, 300, 30), confirmOf(101, 300, 30), "less than 101"},
		{"confirm text", "m", confirmOf(1, 300, 30), confirmOf(1, 301, 30), "less than 301"},
		{"confirm label", "m", confirmOf(1, 1, 30), confirmOf(1, 1, 31), "less than 31"},
		{"options", "m", selectJSON(100), selectJSON(101), "no more than 100"},
		{"option text", "m", optionOf(75, 1, 1), optionOf(76, 1, 1), "less than 76"},
		{"option value", "m", optionOf(1, 150, 1), optionOf(1, 151, 1), "less than 151"},
		{"option description", "m", optionOf(1, 1, 75), optionOf(1, 1, 76), "less than 76"},
		{"overflow", "m", strings.ReplaceAll(selectJSON(5), "static_select", "overflow"), strings.ReplaceAll(selectJSON(6), "static_select", "overflow"), "no more than 5"},
		{"radio", "m", strings.ReplaceAll(selectJSON(10), "static_select", "radio_buttons"), strings.ReplaceAll(selectJSON(11), "static_select", "radio_buttons"), "no more than 10"},
		{"checkboxes", "m", strings.ReplaceAll(selectJSON(10), "static_select", "checkboxes"), strings.ReplaceAll(selectJSON(11), "static_select", "checkboxes"), "no more than 10"},
		{"initial option", "v", strings.Replace(selectJSON(2), `"options":`, `"initial_option":{"text":{"type":"plain_text","text":"o1"},"value":"1"},"options":`, 1),
			strings.Replace(selectJSON(2), `"options":`, `"initial_option":{"text":{"type":"plain_text","text":"o9"},"value":"9"},"options":`, 1), "is not among the options"},
		{"input label", "v", `{"type":"input","label":` + plainJSON(2000) + `,"element":{"type":"datepicker"}}`, `{"type":"input","label":` + plainJSON(2001) + `,"element":{"type":"datepicker"}}`, "less than 2001"},
		{"placeholder", "v", input(`{"type":"datepicker","placeholder":` + plainJSON(150) + `}`), input(`{"type":"datepicker","placeholder":` + plainJSON(151) + `}`), "less than 151"},
		{"max_length", "v", input(`{"type":"plain_text_input","max_length":3000}`), input(`{"type":"plain_text_input","max_length":3001}`), "from 1 to 3000"},
		{"number bounds are strings", "v", input(`{"type":"number_input","is_decimal_allowed":false,"min_value":"1"}`), input(`{"type":"number_input","is_decimal_allowed":false,"min_value":1}`), "must match"},
		{"number in modals only", "v", input(`{"type":"number_input","is_decimal_allowed":false}`), "", ""},
		{"number not in messages", "m", input(`{"type":"plain_text_input"}`), input(`{"type":"number_input","is_decimal_allowed":false}`), "in modals only"},
		{"datetimepicker not on home", "h", input(`{"type":"datepicker"}`), input(`{"type":"datetimepicker"}`), "not allowed in a home"},
		{"focus", "v", input(`{"type":"datepicker","focus_on_load":true}`), rep(2, input(`{"type":"datepicker","focus_on_load":true}`)), "only one element"},
		{"date", "v", input(`{"type":"datepicker","initial_date":"2026-12-31"}`), input(`{"type":"datepicker","initial_date":"31.12.2026"}`), "must match"},
		{"time", "v", input(`{"type":"timepicker","initial_time":"23:59"}`), input(`{"type":"timepicker","initial_time":"24:00"}`), "must match"},
		{"image alt", "m", `{"type":"image","image_url":"https://e/x.png","alt_text":"` + x(2000) + `"}`, `{"type":"image","image_url":"https://e/x.png"}`, "missing required field: alt_text"},
		{"image url", "m", `{"type":"image","image_url":"` + x(3000) + `","alt_text":"a"}`, `{"type":"image","image_url":"` + x(3001) + `","alt_text":"a"}`, "less than 3001"},
		{"markdown", "m", `{"type":"markdown","text":"` + x(12000) + `"}`, `{"type":"markdown","text":"` + x(6001) + `"},{"type":"markdown","text":"` + x(6000) + `"}`, "msg_blocks_too_long"},
		{"text of all blocks", "m", rep(4, `{"type":"section","text":`+mrkJSON(3000)+`}`), rep(5, `{"type":"section","text":`+mrkJSON(3000)+`}`), "msg_blocks_too_long"},
		{"rich_text", "m", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}`,
			`{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}`, "more than 0"},
		{"table rows", "m", tableOf(100, 2, 2), tableOf(101, 2, 2), "no more than 100"},
		{"table columns", "m", tableOf(2, 20, 2), tableOf(2, 21, 2), "no more than 20"},
		{"table characters", "m", tableOf(10, 10, 100), tableOf(10, 10, 101), "msg_blocks_too_long"},
		{"one table", "m", tableOf(1, 1, 1), rep(2, tableOf(1, 1, 1)), "only_one_table_allowed"},
		{"table numbers", "m", tableOf(1, 1, 1), `{"type":"table","rows":[[{"type":"raw_number","value":1}]]}`, "unsupported type: raw_number"},
		{"table not in modals", "h", tableOf(1, 1, 1), "", ""},
		{"no table in modals", "v", divider, tableOf(1, 1, 1), "not allowed in a modal"},
		{"data_table rows", "m", dataTableOf(101, 2, 2), dataTableOf(102, 2, 2), "no more than 101"},
		{"data_table columns", "m", dataTableOf(2, 20, 2), dataTableOf(2, 21, 2), "no more than 20"},
		{"data_table characters", "m", dataTableOf(10, 10, 200), dataTableOf(10, 10, 201), "msg_blocks_too_long"},
		{"data_table empty cell", "m", dataTableOf(2, 2, 1), dataTableOf(2, 2, 0), "more than 0"},
		{"data_table header only", "m", dataTableOf(2, 2, 1), dataTableOf(1, 2, 1), "no fewer than 2"},
		{"data_table caption", "m", dataTableOf(2, 2, 1), strings.Replace(dataTableOf(2, 2, 1), `"caption":"c",`, "", 1), "missing required field: caption"},
		{"data_table ragged", "m", dataTableOf(2, 1, 1), `{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"a"}],[{"type":"raw_text","text":"a"},{"type":"raw_text","text":"b"}]]}`, "like the header"},
		{"charts", "m", rep(2, chartOf(1, 2, 0)), rep(3, chartOf(1, 2, 0)), "no more than 2 data_visualization"},
		{"chart series", "m", chartOf(12, 2, 0), chartOf(13, 2, 0), "no more than 12"},
		{"chart points", "m", chartOf(1, 20, 0), chartOf(1, 21, 0), "no more than 20"},
		{"chart label", "m", chartOf(1, 1, 20), chartOf(1, 1, 21), "less than 21"},
		{"pie", "m", `{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}`,
			`{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":0}]}}`, "above 0"},
		{"chart not in modals", "v", divider, chartOf(1, 1, 0), "not allowed in a modal"},
		{"plan tasks", "m", planOf(50), planOf(51), "no more than 50"},
		{"plan task ids", "m", planOf(1), strings.ReplaceAll(planOf(2), `"task_id":"1"`, `"task_id":"0"`), "already exists"},
		{"pending only in a plan", "m", `{"type":"task_card","task_id":"1","title":"t","status":"complete"}`, `{"type":"task_card","task_id":"1","title":"t","status":"pending"}`, "must be one of"},
		{"alert", "v", `{"type":"alert","level":"error","text":` + plainJSON(200) + `}`, `{"type":"alert","text":` + plainJSON(201) + `}`, "less than 201"},
		{"alert only in modals", "m", divider, `{"type":"alert","text":` + plainJSON(2) + `}`, "not allowed in a message"},
		{"container children", "m", `{"type":"container","title":` + plainJSON(150) + `,"child_blocks":[` + rep(10, divider) + `]}`,
			`{"type":"container","title":` + plainJSON(150) + `,"child_blocks":[` + rep(11, divider) + `]}`, "no more than 10"},
		{"container content", "m", divider, `{"type":"container","title":` + plainJSON(1) + `,"child_blocks":[` + cardOf(1, 1, 1) + `]}`, "not allowed in a container"},
		{"card title", "m", cardOf(150, 200, 3), cardOf(151, 200, 3), "less than 151"},
		{"card body", "m", cardOf(1, 200, 3), cardOf(1, 201, 3), "less than 201"},
		{"card buttons", "m", cardOf(1, 1, 3), cardOf(1, 1, 4), "no more than 3"},
		{"carousel", "m", `{"type":"carousel","elements":[` + rep(10, cardOf(1, 1, 1)) + `]}`, `{"type":"carousel","elements":[` + rep(11, cardOf(1, 1, 1)) + `]}`, "no more than 10"},
		{"unknown block", "m", divider, `{"type":"hologram"}`, "unsupported type: hologram [json-pointer:/blocks/0/type]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := complaints(t, tt.surface, tt.fine); got != "" {
				t.Errorf("at the limit: %s", got)
			}
			if got := complaints(t, tt.surface, tt.over); tt.over != "" && !strings.Contains(got, tt.want) {
				t.Errorf("beyond the limit: got %q, want %q", got, tt.want)
			}
		})
	}
}

func complaints(t *testing.T, surface, blocks string) string {
	t.Helper()
	var all []any
	if err := json.Unmarshal([]byte("["+blocks+"]"), &all); err != nil {
		t.Fatalf("%v in %.200s", err, blocks)
	}
	s := New(Options{})
	if surface == "m" {
		bad := s.checkMessage(all)
		details, _ := bad["errors"].([]string)
		return strings.Join(append(details, str(bad, "error")), "; ")
	}
	raw := Object{"type": map[string]string{"v": "modal", "h": "home"}[surface], "blocks": all}
	text := Object{"type": "plain_text", "text": "T"}
	if surface == "v" {
		raw["title"], raw["submit"] = text, text
	}
	return strings.Join(s.checkView(raw, surface == "h"), "; ")
}

// TestChecker_View covers the frame of a modal.
func TestChecker_View(t *testing.T) {
	t.Parallel()
	base := func() Object {
		return Object{"type": "modal", "title": Object{"type": "plain_text", "text": x(24)}, "blocks": []any{Object{"type": "divider"}}}
	}
	tests := []struct {
		name string
		with func(Object)
		want string
	}{
		{"fine", func(o Object) { o["private_metadata"], o["callback_id"], o["external_id"] = x(3000), x(255), x(255) }, ""},
		{"title", func(o Object) { o["title"] = Object{"type": "plain_text", "text": x(25)} }, "less than 25 characters [json-pointer:/view/title/text]"},
		{"no title", func(o Object) { delete(o, "title") }, "missing required field: title"},
		{"submit", func(o Object) { o["submit"] = Object{"type": "plain_text", "text": x(25)} }, "/view/submit/text"},
		{"close", func(o Object) { o["close"] = Object{"type": "plain_text", "text": x(25)} }, "/view/close/text"},
		{"metadata", func(o Object) { o["private_metadata"] = x(3001) }, "less than 3001"},
		{"callback_id", func(o Object) { o["callback_id"] = x(256) }, "less than 256"},
		{"input without submit", func(o Object) {
			o["blocks"] = []any{Object{"type": "input", "label": Object{"type": "plain_text", "text": "L"}, "element": Object{"type": "datepicker"}}}
		}, "missing required field: submit"},
		{"no blocks", func(o Object) { delete(o, "blocks") }, "missing required field: blocks"},
		{"wrong type", func(o Object) { o["type"] = "sheet" }, "must be modal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := base()
			tt.with(o)
			got := strings.Join(New(Options{}).checkView(o, false), "; ")
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestMentions shows what fires and what does not.
func TestMentions(t *testing.T) {
	t.Parallel()
	mrk := func(text string, verbatim bool) []Object {
		return []Object{{"type": "section", "text": Object{"type": "mrkdwn", "text": text, "verbatim": verbatim}}}
	}
	tests := []struct {
		name, text, parse string
		blocks            []Object
		pings, links      []string
	}{
		{"nothing", "all is well", "", nil, nil, nil},
		{"user in text", "<@U0ANA00001> hi", "", nil, []string{"@U0ANA00001"}, nil},
		{"broadcasts in text", "<!here> <!channel|channel> <!subteam^S0DATAENG0|@x>", "", nil, []string{"@S0DATAENG0", "@channel", "@here"}, nil},
		{"escaped", "&lt;!channel&gt; &lt;@U0ANA00001&gt;", "", nil, nil, nil},
		{"date", "<!date^1700000000^{date}|x>", "", nil, nil, nil},
		{"date with link", "<!date^1700000000^{date}^https://e.example|x>", "", nil, nil, []string{"https://e.example"}},
		{"bare in text", "@here #general", "", nil, nil, nil},
		{"url in text without blocks", "see https://e.example/x.", "", nil, nil, []string{"https://e.example/x"}},
		{"url in text behind blocks", "see https://e.example/x.", "", mrk("ok", true), nil, nil},
		{"parse full", "@ana @here", "full", nil, []string{"@U0ANA00001", "@here"}, nil},
		{"bare in mrkdwn", "x", "", mrk("@here @everyone #general https://e.example", false), []string{"@everyone", "@here"}, []string{"#C0GENERAL0", "https://e.example"}},
		{"verbatim", "x", "", mrk("@here #general https://e.example", true), nil, nil},
		{"verbatim does not stop sequences", "x", "", mrk("<!here>", true), []string{"@here"}, nil},
		{"in code", "x", "", mrk("`@here` ```https://e.example @channel```", false), nil, nil},
		{"mail is not a mention", "x", "", mrk("ops@here.example", false), nil, nil},
		{"plain_text", "x", "", []Object{{"type": "header", "text": Object{"type": "plain_text", "text": "@here <!here> https://e"}}}, nil, nil},
		{"rich text", "x", "", []Object{{"type": "rich_text", "elements": []any{Object{"type": "user", "user_id": "U1"}, Object{"type": "broadcast", "range": "here"},
			Object{"type": "text", "text": "@channel"}, Object{"type": "link", "url": "https://l"}}}}, []string{"@U1", "@here"}, []string{"https://l"}},
	}
	names := New(Options{}).names()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pings, links := mentions(tt.text, tt.blocks, tt.parse, names)
			if !slices.Equal(pings, tt.pings) || !slices.Equal(links, tt.links) {
				t.Errorf("got %q %q, want %q %q", pings, links, tt.pings, tt.links)
			}
		})
	}
}

// FuzzMentions must never fail on any text, and escaping must silence everything
// but bare names.
func FuzzMentions(f *testing.F) {
	for _, seed := range []string{"<!channel> @here", "<@U1|x>&<!date^1^a^b|c>", "```<!here>", "`<", "<!date^>"} {
		f.Add(seed)
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	f.Fuzz(func(t *testing.T, text string) {
		mentions(text, nil, "full", map[string]string{"@ana": "U1"})
		block := []Object{{"type": "mrkdwn", "text": escape.Replace(text), "verbatim": true}}
		if pings, links := mentions("", block, "", nil); len(pings)+len(links) > 0 {
			t.Errorf("escaped verbatim text fired %q %q", pings, links)
		}
	})
}

// FuzzChecker must reject or accept any JSON without failing.
func FuzzChecker(f *testing.F) {
	f.Add([]byte(`[{"type":"section","text":5},{"type":"actions","elements":[null,{"type":"button"}]},7]`))
	f.Add([]byte(`[{"type":"data_table","rows":[[1],2]},{"type":"container","child_blocks":[{"type":"plan"}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var all []any
		if json.Unmarshal(data, &all) != nil {
			return
		}
		s := New(Options{})
		s.checkMessage(all)
		s.checkView(Object{"type": "modal", "blocks": all}, false)
		elements(s.normalise(all))
	})
}
