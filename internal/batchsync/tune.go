package batchsync

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Bounds of retries. They are the bot's own, the program has none; how much may
// be copied at once is [MaxParallel].
const (
	MaxRetries    = 10
	MaxRetryPause = 60 // minutes
)

// Retry is how the platform repeats a failed run by itself.
type Retry struct {
	Told  bool   `json:"told,omitempty"`  // the platform said it; else the rest means nothing
	Count int    `json:"count,omitempty"` // 0: never
	Pause int    `json:"pause,omitempty"` // between two tries; 0: not told
	Unit  string `json:"unit,omitempty"`  // of the pause: "m" or "s"
}

// Adjustment is what shall be otherwise about how the runs of a task are carried
// out. What it does not name stays as it is.
type Adjustment struct {
	Concurrency int  `json:"concurrency,omitempty"` // tables or parts copied at once, 1 to 10; 0: stays
	Retries     *int `json:"retries,omitempty"`     // of a failed run by the platform, 0 to 10; nil: stays
	Pause       int  `json:"pause,omitempty"`       // between two retries, 1 to 60 minutes; 0: stays
}

// Empty reports whether nothing shall be otherwise.
func (a Adjustment) Empty() bool { return a.Concurrency == 0 && !a.Retried() }

// Retried reports whether the retries shall be otherwise.
func (a Adjustment) Retried() bool { return a.Retries != nil || a.Pause != 0 }

// Beyond is what of the tuning is not so yet.
func (a Adjustment) Beyond(concurrency int, now Retry) Adjustment {
	if a.Concurrency == concurrency {
		a.Concurrency = 0
	}
	if a.Retries != nil && now.Told && *a.Retries == now.Count {
		a.Retries = nil
	}
	if now.Unit == "m" && a.Pause == now.Pause {
		a.Pause = 0
	}
	return a
}

// Goal is how failed runs are repeated once the tuning is in effect.
func (a Adjustment) Goal(now Retry) Retry {
	if a.Retries != nil {
		now.Told, now.Count = true, *a.Retries
	}
	if a.Pause != 0 {
		now.Told, now.Pause, now.Unit = true, a.Pause, "m"
	}
	return now
}

// CutAdjustment takes the settings off the end of what was typed: words like
// "concurrency=4", "retries=3" and "interval=5" (minutes). A name of one word
// is never taken for a setting. It fails with [CodeInvalid] on a setting that
// is unknown, there twice, or out of bounds.
func CutAdjustment(typed string) (task string, a Adjustment, err error) {
	words := strings.Fields(typed)
	n := len(words)
	for n > 1 && strings.Contains(words[n-1], "=") {
		n--
	}
	if n == len(words) {
		return strings.TrimSpace(typed), a, nil
	}
	seen := map[string]bool{}
	for _, word := range words[n:] {
		key, value, _ := strings.Cut(strings.ToLower(word), "=")
		if seen[key] {
			return "", a, &Error{Code: CodeInvalid, Text: T("tune.twice", key), Hint: T("tune.unknown_hint")}
		}
		seen[key] = true
		if err := a.set(key, value, word); err != nil {
			return "", a, err
		}
	}
	return strings.Join(words[:n], " "), a, nil
}

func (a *Adjustment) set(key, value, word string) error {
	invalid := func(key TextKey, args ...string) error {
		return &Error{Code: CodeInvalid, Text: T(key, args...), Hint: T("tune.unknown_hint")}
	}
	n, ok := wholeNumber(value)
	switch key {
	case "concurrency":
		if !ok || n < 1 || n > MaxParallel {
			return invalid("tune.bad_concurrency", value, strconv.Itoa(MaxParallel))
		}
		a.Concurrency = n
	case "retries":
		if !ok || n > MaxRetries {
			return invalid("tune.bad_retries", value, strconv.Itoa(MaxRetries))
		}
		a.Retries = &n
	case "interval":
		if !ok || n < 1 || n > MaxRetryPause {
			return invalid("tune.bad_interval", value, strconv.Itoa(MaxRetryPause))
		}
		a.Pause = n
	default:
		return invalid("tune.unknown", word)
	}
	return nil
}

// wholeNumber reads up to three ASCII digits.
func wholeNumber(s string) (int, bool) {
	if s == "" || len(s) > 3 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// Print tells contents apart: that of two contents is the same where they copy
// the same in the same manner, however many tables or parts at once.
func (c Content) Print() string {
	c.Parallel = 0
	data, err := json.Marshal(c)
	if err != nil {
		return "" // a struct of strings and figures always can be
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// CanAdjust says why the program must not be asked for a tuning of a task, nil
// where it may. What is saved and not deployed would be published with it.
func CanAdjust(a Adjustment, v TaskView) error {
	refused := func(code Code, key TextKey, hint TextKey) error {
		return &Error{Code: code, Text: T(key, v.Ref.Name), Hint: T(hint)}
	}
	switch {
	case v.Content == nil || v.Draft == nil || v.Deployed == nil:
		return refused(CodeUnreachable, "tune.unread", "tune.unread_hint")
	case !v.Deployed.Online:
		return refused(CodeConflict, "tune.offline", "tune.offline_hint")
	case v.Changed() || v.Draft.Cron == "":
		return refused(CodeConflict, "tune.unpublished", "tune.unpublished_hint")
	case v.Content.Params && !a.Empty(), v.Content.NoEdit && a.Concurrency != 0:
		return refused(CodeInvalid, "tune.by_hand", "tune.by_hand_hint")
	}
	return nil
}

// idle reports whether a step has nothing to do for the change.
func (c Change) idle(s StepName) bool {
	a := c.Tune
	return a != nil && (s == StepConcurrency && a.Concurrency == 0 || s == StepRetries && !a.Retried())
}

// changeSteps are the steps that a change takes: those of its kind that have
// something to do.
func changeSteps(k OperationKind, c Change) []StepName {
	return slices.DeleteFunc(StepNames(k), c.idle)
}
