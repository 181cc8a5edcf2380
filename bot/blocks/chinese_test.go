package blocks

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"batchsync/internal/batchsync"
)

// chineseAlone are the Chinese words without the English ones they fall back
// on.
func chineseAlone() words { return merged(chineseParts()) }

var placeholder = regexp.MustCompile(`%\[\d+\]s`)

func placeholders(words string) []string {
	all := placeholder.FindAllString(words, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestChinese_Complete(t *testing.T) {
	t.Parallel()
	zh, en := chineseAlone(), english()
	for _, key := range slices.Sorted(maps.Keys(en)) {
		words, ok := zh[key]
		switch {
		case !ok:
			t.Errorf("%q has no Chinese words: %q", key, en[key])
		case !slices.Equal(placeholders(words), placeholders(en[key])):
			t.Errorf("%q has %v, in English %v: %q", key, placeholders(words), placeholders(en[key]), words)
		}
		if rest := regexp.MustCompile(`%\[\d+\]s|%%`).ReplaceAllString(words, ""); strings.Contains(rest, "%") {
			t.Errorf("%q has a stray %%: %q", key, words)
		}
	}
	for key := range zh {
		if _, ok := en[key]; !ok {
			t.Errorf("%q is in Chinese only", key)
		}
	}
}

func TestChinese_OnePlace(t *testing.T) {
	t.Parallel()
	seen := map[batchsync.TextKey]bool{}
	for i, part := range chineseParts() {
		for key := range part {
			if seen[key] {
				t.Errorf("%q is in part %d and in one before", key, i)
			}
			seen[key] = true
		}
	}
}

// syntax are words that are the same in every language: signs, figures, names.
var syntax = regexp.MustCompile("^(?:✗|[。（）]|%\\[\\d+\\]s|%%|:[a-z_]+:|[A-Z]\\w*|`[^`]*`|[\\s\\d·•–—=(),.:;*/<>、；：，→+-]|NULL|upsert|cron|ok|OSS|schema)*$")

func TestChinese_Style(t *testing.T) {
	t.Parallel()
	halfWidth := regexp.MustCompile(`\p{Han}[,;:?!()]|\p{Han}\.(?:\s|$)|[,;?!]\p{Han}`)
	ends := map[byte]string{'.': "。", '?': "？", ':': "："}
	en := english()
	for key, words := range chineseAlone() {
		if !han(words) && !syntax.MatchString(words) {
			t.Errorf("%q is not in Chinese: %q", key, words)
		}
		if m := halfWidth.FindString(words); m != "" && !strings.Contains(words, "*") {
			t.Errorf("%q has half-width punctuation at %q: %q", key, m, words)
		}
		if strings.ContainsAny(words, "您！") || strings.Contains(words, "批量同步") || strings.Contains(words, "接管") {
			t.Errorf("%q has a word that is not ours: %q", key, words)
		}
		if e := en[key]; e != "" && ends[e[len(e)-1]] != "" && han(words) && !strings.HasSuffix(e, "…") && e != "No." {
			if want := ends[e[len(e)-1]]; !strings.HasSuffix(words, want) && !(want == "。" && strings.HasSuffix(words, "？")) {
				t.Errorf("%q does not end with %s: %q", key, want, words)
			}
		}
	}
}

// What does not fit where it is shown would be cut there.
func TestChinese_Fits(t *testing.T) {
	t.Parallel()
	en := english()
	limits := map[string]int{
		"button.": maxButton, "label.": maxLabel, "placeholder.": maxPlaceholder, "hint.": maxHint,
		"kind.": maxOption, "scope.": maxOption, "write_mode.": maxOption, "every.": maxOption, "option.": maxOption,
		"weekday.": maxOption, "mute_for.": maxOption, "until.": maxOption, "zone.drifts": maxOption, "step.": maxOption,
	}
	for key, words := range chineseAlone() {
		for prefix, limit := range limits {
			if n := units(words); strings.HasPrefix(string(key), prefix) && n > limit {
				t.Errorf("%q has %d characters of %d: %q", key, n, limit, words)
			}
		}
		frame := strings.HasPrefix(string(key), "button.") || strings.HasSuffix(string(key), ".title")
		if frame && units(en[key]) <= maxTitle && units(words) > maxTitle {
			t.Errorf("%q does not fit a modal's frame as the English does: %q", key, words)
		}
	}
}

// Slack formats code and bold text only beside characters of half width.
func TestSpaced(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"code between letters", "表`orders`不存在", "表 `orders` 不存在"},
		{"code before punctuation", "缺少：`a`、`b`。", "缺少： `a` 、 `b` 。"},
		{"bold", "*源端*是*目标端*", "*源端* 是 *目标端*"},
		{"spaces are there", "表 `orders` 不存在", "表 `orders` 不存在"},
		{"half width", "Table `orders`, (`a`)", "Table `orders`, (`a`)"},
		{"full width inside stays", "a `表` b", "a `表` b"},
		{"no pair", "表`a", "表`a"},
		{"bold sign inside a link", "见<https://x/*a*|表>和*b*", "见<https://x/*a*|表>和 *b*"},
		{"bold sign inside code", "`a*b`和`c*d`", "`a*b` 和 `c*d`"},
		{"next line", "*标题*\n内容", "*标题*\n内容"},
		{"nothing", "", ""},
	} {
		if got := string(spaced(mark(tt.in))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if again := spaced(spaced(mark(tt.in))); string(again) != tt.want {
			t.Errorf("%s: twice is %q", tt.name, again)
		}
	}
}
