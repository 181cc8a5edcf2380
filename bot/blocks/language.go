package blocks

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
)

// words is a language: every sentence by its key, with %[1]s for the first
// argument and so on. {1:row|rows} is the first of the two where argument 1 is
// "1".
type words map[batchsync.TextKey]string

// languages are all languages by the first part of their locales. They are
// built once and only read from then on.
var languages = sync.OnceValue(func() map[string]words {
	return map[string]words{"en": english(), "zh": chinese()}
})

// Drawer makes printers. One serves the whole process; it keeps no state.
type Drawer struct {
	Redact *redact.Redactor // nil: known patterns of secrets only
	// PlatformZone is the zone in which the platform reads schedules, for the
	// coming runs on cards; IANA, empty: unknown.
	PlatformZone string
	// Locale is the language of everything that is not for one person, and where
	// it is set, of everything else too; empty: English, and everybody's own.
	Locale string
}

// Languages are the languages that can be drawn in, sorted.
func Languages() []string { return slices.Sorted(maps.Keys(languages())) }

// Printer draws in one language. Only [Drawer.In] makes useful ones.
type Printer struct {
	redact *redact.Redactor
	words  words
	zone   string // the platform's
}

// In returns the printer of a person's locale such as "en-US", or of "" for
// what several see; unknown ones get English.
func (d Drawer) In(locale string) Printer {
	all := languages()
	locale = cmp.Or(d.Locale, locale)
	language, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(locale, "_", "-")), "-")
	w, ok := all[language]
	if !ok {
		w = all["en"]
	}
	return Printer{redact: d.Redact, words: w, zone: d.PlatformZone}
}

func english() words { return merged(englishParts()) }

// chinese falls back on English, sentence by sentence.
func chinese() words { return merged(append(englishParts(), chineseParts()...)) }

func merged(parts []map[batchsync.TextKey]string) words {
	out := words{}
	for _, part := range parts {
		maps.Copy(out, part)
	}
	return out
}

func englishParts() []map[batchsync.TextKey]string {
	return []map[batchsync.TextKey]string{
		englishCommon(), englishWizard(), englishFields(), englishCards(), englishOperation(), englishRequests(), englishSigns(), englishPreconditionsFrame(), englishPreconditions(),
		englishTasks(), englishChanges(), englishAdjusting(), englishDebug(), englishSettled(), englishGone(), englishHome(), englishAudit(), englishIncidents(), englishFigures(), englishSources(),
		englishNews(), englishAlerts(), englishNewsLists(),
		englishAloud(), englishAdvice(), englishSelecting(), englishFollowing(), englishDelivery(),
		englishAcceptance(), englishExpecting(), englishDiagnosis(), englishJudged(), englishTypes(), englishChanged(), englishProbes(), englishTuning(), englishPlan(), englishScheduling(), englishConfig(), englishOneLine(), englishMessageWizard(), englishDrafts(),
	}
}

func chineseParts() []map[batchsync.TextKey]string {
	return []map[batchsync.TextKey]string{
		chineseCommon(), chineseWizard(), chineseFields(), chineseCards(), chineseOperation(), chineseRequests(), chineseSigns(), chinesePreconditionsFrame(), chinesePreconditions(),
		chineseTasks(), chineseChanges(), chineseAdjusting(), chineseDebug(), chineseSettled(), chineseGone(), chineseHome(), chineseAudit(), chineseIncidents(), chineseFigures(), chineseSources(),
		chineseNews(), chineseAlerts(), chineseNewsLists(),
		chineseAloud(), chineseAdvice(), chineseSelecting(), chineseFollowing(), chineseDelivery(),
		chineseAcceptance(), chineseExpecting(), chineseDiagnosis(), chineseJudged(), chineseTypes(), chineseChanged(), chineseProbes(), chineseTuning(), chinesePlan(), chineseScheduling(), chineseConfig(), chineseOneLine(), chineseMessageWizard(), chineseDrafts(),
	}
}
