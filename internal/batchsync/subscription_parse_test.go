package batchsync

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// said is what an error of ours says, as "key(arguments)".
func said(t *testing.T, err error) string {
	t.Helper()
	var e *Error
	if err == nil {
		return ""
	}
	if !errors.As(err, &e) || e.Code != CodeInvalid {
		t.Fatalf("not an invalid request: %v", err)
	}
	return string(e.Text.Key) + "(" + strings.Join(e.Text.Args, ",") + ")"
}

func TestParseSubscribe(t *testing.T) {
	t.Parallel()
	task := func(name string) Selector { return Selector{Kind: SelectTask, Name: name} }
	all := Selector{Kind: SelectAll}
	tests := []struct {
		name, words string
		want        SubscribeRequest
		again       string
	}{
		{"task", "sync_orders", SubscribeRequest{Selector: task("sync_orders")}, "sync_orders"},
		{"number", " 40001 ", SubscribeRequest{Selector: task("40001")}, "40001"},
		{"all", "*", SubscribeRequest{Selector: all}, "*"},
		{"folder", "data_sync/mysql/*", SubscribeRequest{Selector: Selector{Kind: SelectFolder, Name: "data_sync/mysql"}}, "data_sync/mysql/*"},
		{"folder from the root", "/data_sync//*", SubscribeRequest{Selector: Selector{Kind: SelectFolder, Name: "data_sync"}}, "data_sync/*"},
		{"folder in quotes", `"My Data/*"`, SubscribeRequest{Selector: Selector{Kind: SelectFolder, Name: "My Data"}}, `"My Data/*"`},
		{"folder half in quotes", `"My Data"/*`, SubscribeRequest{Selector: Selector{Kind: SelectFolder, Name: "My Data"}}, `"My Data/*"`},
		{"source", "Source:aliyun_mysql", SubscribeRequest{Selector: Selector{Kind: SelectSource, Name: "aliyun_mysql"}}, "source:aliyun_mysql"},
		{"source with a space", `source:"My DB" late`, SubscribeRequest{Selector: Selector{Kind: SelectSource, Name: "My DB"}, Topics: []Topic{TopicLate}}, `source:"My DB" late`},
		{"source in Slack's quotes", `source:“My DB”`, SubscribeRequest{Selector: Selector{Kind: SelectSource, Name: "My DB"}}, `source:"My DB"`},
		{"task with a space", `"nightly orders"`, SubscribeRequest{Selector: task("nightly orders")}, `"nightly orders"`},
		{"task with a quote", `"a \"b\" \\c\d"`, SubscribeRequest{Selector: task(`a "b" \c\d`)}, `"a \"b\" \\c\\d"`},
		{"task with a backslash", `a\b`, SubscribeRequest{Selector: task(`a\b`)}, `a\b`},
		{"task called like a topic", `"Late"`, SubscribeRequest{Selector: task("Late")}, `"Late"`},
		{"task called like a time", `"22:00"`, SubscribeRequest{Selector: task("22:00")}, `"22:00"`},
		{"topics folded and in order", "* late FAILURES late tables", SubscribeRequest{Selector: all, Topics: []Topic{TopicFailures, TopicTables, TopicLate}}, "* failures tables late"},
		{"digest", "* digest", SubscribeRequest{Selector: all, Topics: []Topic{TopicDigest}, Digest: "09:00"}, "* digest 09:00"},
		{"digest at a time", "* digest 7:30", SubscribeRequest{Selector: all, Topics: []Topic{TopicDigest}, Digest: "07:30"}, "* digest 07:30"},
		{"digest among others", "* digest 23:59 late", SubscribeRequest{Selector: all, Topics: []Topic{TopicLate, TopicDigest}, Digest: "23:59"}, "* late digest 23:59"},
		{"digest twice", "* digest 08:00 digest", SubscribeRequest{Selector: all, Topics: []Topic{TopicDigest}, Digest: "08:00"}, "* digest 08:00"},
	}
	for _, tt := range tests {
		got, err := ParseSubscribe(tt.words)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %+v, %v; want %+v", tt.name, got, err, tt.want)
		}
		if got.String() != tt.again {
			t.Errorf("%s: typed again as %s, want %s", tt.name, got, tt.again)
		}
	}
}

func TestParseSubscribe_Refuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, words, want string }{
		{"nothing", "  ", "subscribe.whose()"},
		{"no name", `""`, "subscribe.no_name()"},
		{"no source", "source: late", "subscribe.no_name(source:)"},
		{"root", "/*", "subscribe.no_name(/*)"},
		{"topic first", "failures late", "subscribe.topic_first(failures)"},
		{"name of two words", "sync orders", "subscribe.not_a_topic(orders,tables)"},
		{"mistyped", "* failrues", "subscribe.not_a_topic(failrues,failures)"},
		{"shortened", "* fail", "subscribe.not_a_topic(fail,failures)"},
		{"singular", "* recovery", "subscribe.not_a_topic(recovery,recoveries)"},
		{"quoted topic", `* "late"`, "subscribe.not_a_topic(late,late)"},
		{"huge", "* " + strings.Repeat("x", 1_000_000), ""},
		{"stray time", "* 09:00", "subscribe.stray_time(09:00)"},
		{"no such time", "* digest 24:00", "subscribe.bad_time(24:00)"},
		{"no such minute", "* digest 9:60", "subscribe.bad_time(9:60)"},
		{"signs in a time", "* digest +9:00", "subscribe.bad_time(+9:00)"},
		{"open quote", `source:"My DB late`, `subscribe.unclosed(source:"My DB late)`},
		{"open quote behind digest", `* digest "a`, `subscribe.unclosed("a)`},
		{"too long", strings.Repeat("x", 1001), "subscribe.long(1000)"},
	}
	for _, tt := range tests {
		got, err := ParseSubscribe(tt.words)
		if err == nil {
			t.Errorf("%s: taken as %+v", tt.name, got)
		} else if s := said(t, err); s != tt.want && tt.want != "" {
			t.Errorf("%s: says %s, want %s", tt.name, s, tt.want)
		}
	}
}

func TestSelector_Words(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   Selector
		want string
	}{
		{"task", Selector{Kind: SelectTask, Task: 7, Name: "a b"}, `"a b"`},
		{"task named like a folder", Selector{Kind: SelectTask, Task: 7, Name: "a/*"}, "7"},
		{"task named like a source", Selector{Kind: SelectTask, Task: 7, Name: "source:a"}, "7"},
		{"task named like all", Selector{Kind: SelectTask, Task: 7, Name: "*"}, "7"},
		{"task named by digits", Selector{Kind: SelectTask, Task: 7, Name: "2026"}, "7"},
		{"task without a name", Selector{Kind: SelectTask, Task: 7}, "7"},
		{"folder", Selector{Kind: SelectFolder, Name: "a b"}, `"a b/*"`},
	}
	for _, tt := range tests {
		if got := tt.in.Words(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func FuzzParseSubscribe(f *testing.F) {
	for _, s := range []string{
		`"My \"DB\"" late digest 9:00`, `source:“a b” tables`, `a\"b c/*`, "digest", `"+1 "x`, `*`, `"" digest "`, "\xff\u00a0 \u201e",
		`"late"`, `source:source:x`, `source:"x/*"`, `a/*/*`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		r, err := ParseSubscribe(words)
		if err != nil {
			said(t, err)
			return
		}
		again, err := ParseSubscribe(r.String())
		if err != nil || !reflect.DeepEqual(again, r) || again.String() != r.String() {
			t.Errorf("%q is %+v, typed again as %q it is %+v, %v", words, r, r.String(), again, err)
		}
		if has := len(r.Topics) > 0 && r.Topics[len(r.Topics)-1] == TopicDigest; has != (r.Digest != "") {
			t.Errorf("%q: topics %v with digest at %q", words, r.Topics, r.Digest)
		}
	})
}
