package blocks

import (
	"maps"
	"strings"
	"sync"

	"batchsync/internal/batchsync"
	"batchsync/internal/redact"
)

// words is a language: every sentence by its key, with %[1]s for the first
// argument and so on.
type words map[batchsync.TextKey]string

// languages are all languages by the first part of their locales. They are
// built once and only read from then on.
var languages = sync.OnceValue(func() map[string]words {
	return map[string]words{"en": english()}
})

// Drawer makes printers. One serves the whole process; it keeps no state.
type Drawer struct {
	Redact *redact.Redactor // nil: known patterns of secrets only
	// PlatformZone is the zone in which the platform reads schedules, for the
	// coming runs on cards; IANA, empty: unknown.
	PlatformZone string
}

// Printer draws in one language. Only [Drawer.In] makes useful ones.
type Printer struct {
	redact *redact.Redactor
	words  words
	zone   string // the platform's
}

// In returns the printer of a locale such as "en-US"; unknown ones get English.
func (d Drawer) In(locale string) Printer {
	all := languages()
	language, _, _ := strings.Cut(strings.ToLower(locale), "-")
	w, ok := all[language]
	if !ok {
		w = all["en"]
	}
	return Printer{redact: d.Redact, words: w, zone: d.PlatformZone}
}

func english() words { return merged(englishParts()) }

func merged(parts []map[batchsync.TextKey]string) words {
	out := words{}
	for _, part := range parts {
		maps.Copy(out, part)
	}
	return out
}

func englishParts() []map[batchsync.TextKey]string {
	return []map[batchsync.TextKey]string{
		englishCommon(), englishWizard(), englishFields(), englishCards(), englishOperation(), englishRequests(),
		englishTasks(), englishChanges(), englishSettled(), englishGone(), englishHome(), englishIncidents(), englishFigures(), englishSources(),
		englishNews(), englishAlerts(), englishNewsLists(),
		englishAloud(), englishAdvice(), englishSelecting(), englishFollowing(), englishDelivery(),
		englishAcceptance(), englishExpecting(), englishDiagnosis(), englishJudged(), englishTypes(), englishChanged(), englishProbes(),
	}
}

func chineseParts() []map[batchsync.TextKey]string {
	return []map[batchsync.TextKey]string{
		chineseCommon(), chineseWizard(), chineseFields(), chineseCards(), chineseOperation(), chineseRequests(),
		chineseTasks(), chineseChanges(), chineseSettled(), chineseGone(), chineseHome(), chineseIncidents(), chineseFigures(), chineseSources(),
		chineseNews(), chineseAlerts(), chineseNewsLists(),
		chineseAloud(), chineseAdvice(), chineseSelecting(), chineseFollowing(), chineseDelivery(),
		chineseAcceptance(), chineseExpecting(), chineseDiagnosis(), chineseJudged(), chineseTypes(), chineseChanged(), chineseProbes(),
	}
}
