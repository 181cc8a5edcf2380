package czcli

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	bs "batchsync/internal/batchsync"
)

func TestClient_Attempts_order(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Stdout: `{"data":[
		{"execution_id":4,"start_time":null,"created_time":null,"finish_result":null},
		{"execution_id":5,"start_time":null,"created_time":3500,"finish_result":null},
		{"execution_id":3,"start_time":3000,"end_time":3001,"finish_result":1},
		{"execution_id":2,"start_time":2000,"end_time":2001,"finish_result":"FAILED"},
		{"execution_id":null,"start_time":1000},
		{"execution_id":1,"start_time":2000,"end_time":2001,"finish_result":3}]}`})
	got, err := f.Attempts(t.Context(), 7)
	want := []bs.Attempt{
		{ID: 1, Began: at(2000), Ended: at(2001), Result: bs.RunFailed}, {ID: 2, Began: at(2000), Ended: at(2001)},
		{ID: 3, Began: at(3000), Ended: at(3001), Result: bs.RunSuccess}, {ID: 5}, {ID: 4},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("attempts %+v, error %v\nwant %+v", got, err, want)
	}
	f.wantArgv(argv("attempts", "list", "7", "--page=1", "--page-size=100"))
}

func TestClient_AttemptLog(t *testing.T) {
	t.Parallel()
	page := func(offset int, text string, end int, more bool) answer {
		return answer{Match: fmt.Sprintf("--offset=%d ", offset), Stdout: fmt.Sprintf(`{"data":{"logContent":%q,"endOffset":%d,"hasNext":%v}}`, text, end, more)}
	}
	three := []answer{page(0, "abc", 3, true), page(3, "défg", 8, true), page(8, "hij", 11, false)}
	tests := []struct {
		name    string
		answers []answer
		limit   int
		want    string
		cut     bool
		offsets []int
	}{
		{"one page", []answer{page(0, "abc", 3, false)}, 100, "abc", false, []int{0}},
		{"three pages", three, 100, "abcdéfghij", false, []int{0, 3, 8}},
		{"exactly the limit", three, 11, "abcdéfghij", false, []int{0, 3, 8}},
		{"cut", three, 5, "fghij", true, []int{0, 3, 8}},
		{"cut before a character", three, 7, "éfghij", true, []int{0, 3, 8}},
		{"cut within a character", three, 6, "fghij", true, []int{0, 3, 8}},
		{"a page longer than the limit", []answer{page(0, "abcdef", 6, true), page(6, "g", 7, false)}, 3, "efg", true, []int{0, 6}},
		{"empty", []answer{page(0, "", 0, false)}, 100, "", false, []int{0}},
		{"offset stands still", []answer{page(0, "abc", 3, true), page(3, "abc", 3, true)}, 100, "abc", false, []int{0, 3}},
		{"offset goes back", []answer{page(0, "abc", 3, true), page(3, "ab", 2, true)}, 100, "abc", false, []int{0, 3}},
		{"no offset", []answer{page(0, "abc", 0, true)}, 100, "abc", false, []int{0}},
		{"no offset at the end", []answer{page(0, "abc", 3, true), page(3, "def", 0, false)}, 100, "abcdef", false, []int{0, 3}},
		{"nothing but text", []answer{{Stdout: `{"data":{"logContent":"abc"}}`}}, 100, "abc", false, []int{0}},
		{"null", []answer{{Stdout: `{"data":null}`}}, 100, "", false, []int{0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Config{}, tt.answers...)
			got, cut, err := f.AttemptLog(t.Context(), 900009, 60009, tt.limit)
			if err != nil || got != tt.want || cut != tt.cut {
				t.Errorf("text %q, cut %v, error %v; want %q, %v", got, cut, err, tt.want, tt.cut)
			}
			var want [][]string
			for _, o := range tt.offsets {
				want = append(want, argv("attempts", "log", "900009", "--attempt-id=60009", fmt.Sprintf("--offset=%d", o)))
			}
			f.wantArgv(want...)
		})
	}
}

// TestClient_AttemptLog_broken checks that what was read is not lost.
func TestClient_AttemptLog_broken(t *testing.T) {
	t.Parallel()
	f := newFake(t, Config{}, answer{Match: "--offset=0 ", Stdout: `{"data":{"logContent":"abc","endOffset":3,"hasNext":true}}`}, answer{Sample: "fault.business_error"})
	got, cut, err := f.AttemptLog(t.Context(), 7, 1, 2)
	if got != "bc" || !cut || bs.FailureOf(err) != bs.FailRefused || !strings.Contains(fmt.Sprint(err), "run 7: cz-cli attempts log") {
		t.Errorf("text %q, cut %v, error %v; want the first page and the refusal", got, cut, err)
	}
}

func FuzzTail(f *testing.F) {
	f.Add("abc", "défg", 4)
	f.Add("", "\U0001F600", 3)
	f.Add("a", "b\xff\x80\x80", 2)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if limit <= 0 || limit > 1<<20 {
			return
		}
		kept := tail{max: limit}
		kept.add(a)
		kept.add(b)
		got, all := string(kept.text), a+b
		if len(got) > limit || !strings.HasSuffix(all, got) || kept.cut != (len(got) < len(all)) {
			t.Fatalf("%q of %q, limit %d, cut %v", got, all, limit, kept.cut)
		}
		if utf8.ValidString(a) && utf8.ValidString(b) && (!utf8.ValidString(got) || kept.cut && len(got) <= limit-utf8.UTFMax) {
			t.Fatalf("%q of %q, limit %d", got, all, limit)
		}
	})
}
