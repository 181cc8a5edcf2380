package batchsync

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ProbeName names something that is looked at on request, because a run failed.
type ProbeName string

const (
	ProbeSource   ProbeName = "source"   // the platform connects to the data source
	ProbeVCluster ProbeName = "vcluster" // exists, and is one for copying
	ProbeContent  ProbeName = "content"  // the task is set up
	ProbeSchedule ProbeName = "schedule" // deployed, as saved, and with a next run
	ProbeTarget   ProbeName = "target"   // the target tables are there
)

// ProbeNames returns every probe in the order of the answer.
func ProbeNames() []ProbeName {
	return []ProbeName{ProbeSource, ProbeVCluster, ProbeContent, ProbeSchedule, ProbeTarget}
}

// Probe is what a look at one thing found.
type Probe struct {
	Name    ProbeName
	Verdict Verdict // never person
	Text    Text
	Problem *Problem // of the look itself, or what the data source answered; foreign text inside
	Act     Act
}

// ProbeInput is what was looked at. What could not be is nil, with its problem
// in Problems.
type ProbeInput struct {
	Source    *SourceProbe
	VCluster  string     // of the deployed schedule, else of the saved one
	VClusters []VCluster // nil: not told
	Content   *Content
	Draft     *DraftSchedule
	Deployed  *Deployed
	Zone      string // of the platform's schedules
	Targets   []TargetFigures
	Problems  map[ProbeName]*Problem
}

// SourceProbe is how the platform's connection to a data source went.
type SourceProbe struct {
	Name    string   // of the data source; foreign text
	Problem *Problem // nil: it connected
}

// JudgeProbes says what each look found, in the order of [ProbeNames].
func JudgeProbes(in ProbeInput, now time.Time) []Probe {
	out := []Probe{in.source(), in.vcluster(), in.content(), in.schedule(now), in.targets()}
	for i, name := range ProbeNames() {
		out[i].Name = name
		if out[i].Verdict == VerdictUnchecked && out[i].Problem == nil {
			out[i].Problem = in.Problems[name]
		}
		if out[i].Act == "" {
			out[i].Act = OfferNone
		}
	}
	return out
}

func (in ProbeInput) source() Probe {
	switch {
	case in.Source == nil:
		return Probe{Verdict: VerdictUnchecked, Text: T("probe.source_unknown")}
	case in.Source.Problem == nil:
		return Probe{Verdict: VerdictPassed, Text: T("probe.source_ok", in.Source.Name)}
	case in.Source.Problem.Code != CodeRefused:
		return Probe{Verdict: VerdictUnchecked, Text: T("probe.source_unknown"), Problem: in.Source.Problem}
	}
	return Probe{Verdict: VerdictFailed, Text: T("probe.source_bad", in.Source.Name), Problem: in.Source.Problem, Act: OfferTest}
}

func (in ProbeInput) vcluster() Probe {
	if in.VCluster == "" || in.VClusters == nil {
		return Probe{Verdict: VerdictUnchecked, Text: T("probe.vcluster_unknown")}
	}
	i := slices.IndexFunc(in.VClusters, func(v VCluster) bool { return strings.EqualFold(v.Name, in.VCluster) })
	switch {
	case i < 0:
		return Probe{Verdict: VerdictFailed, Text: T("probe.vcluster_gone", in.VCluster), Act: OfferVCluster}
	case !in.VClusters[i].ForSync():
		return Probe{Verdict: VerdictFailed, Text: T("probe.vcluster_type", in.VCluster, in.VClusters[i].Type), Act: OfferVCluster}
	}
	return Probe{Verdict: VerdictPassed, Text: T("probe.vcluster_ok", in.VCluster)}
}

func (in ProbeInput) content() Probe {
	switch p := in.Problems[ProbeContent]; {
	case in.Content == nil && p != nil && p.Text.Key == "platform.not_configured":
		return Probe{Verdict: VerdictFailed, Text: T("probe.content_none"), Act: OfferStudio}
	case in.Content == nil:
		return Probe{Verdict: VerdictUnchecked, Text: T("probe.content_unknown")}
	case len(in.Content.Pairs) == 0 && in.Content.Scope != ScopeWhole:
		return Probe{Verdict: VerdictFailed, Text: T("probe.content_empty"), Act: OfferStudio}
	case in.Content.Scope == ScopeSingle && in.Content.Columns == 0:
		return Probe{Verdict: VerdictFailed, Text: T("probe.content_unmapped"), Act: OfferStudio}
	case len(in.Content.Crossed) > 0:
		return Probe{Verdict: VerdictFailed, Text: T("probe.content_crossed", strconv.Itoa(len(in.Content.Crossed)), listed(in.Content.Crossed)), Act: OfferStudio}
	case in.Content.Scope == ScopeWhole:
		return Probe{Verdict: VerdictPassed, Text: T("probe.content_whole", in.Content.SourceSchema)}
	}
	return Probe{Verdict: VerdictPassed, Text: T("probe.content_ok", strconv.Itoa(len(in.Content.Pairs)))}
}

// schedule judges like an acceptance of a task that nobody here asked for.
func (in ProbeInput) schedule(now time.Time) Probe {
	j := newAcceptanceJudge(AcceptanceInput{Draft: in.Draft, Deployed: in.Deployed, Zone: in.Zone}, now)
	f := j.schedule()[0]
	p := Probe{Verdict: f.Verdict, Text: f.Text}
	if p.Verdict == VerdictPerson {
		p.Verdict = VerdictFailed
	}
	if p.Verdict == VerdictFailed {
		p.Act = OfferStudio
	}
	return p
}

// TargetTables are the tables that pairs write, each once in the case it is
// written first: the target folds case. A pair without one is left out.
func TargetTables(pairs []TablePair) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range pairs {
		if key := strings.ToLower(p.Sink); key != "" && !seen[key] {
			seen[key] = true
			out = append(out, p.Sink)
		}
	}
	return out
}

func (in ProbeInput) targets() Probe {
	var gone, unknown []string
	for _, f := range in.Targets {
		switch {
		case f.gone():
			gone = append(gone, f.Table)
		case !f.Exists:
			unknown = append(unknown, f.Table)
		}
	}
	switch {
	case len(in.Targets) == 0:
		return Probe{Verdict: VerdictUnchecked, Text: T("probe.target_unknown")}
	case gone != nil:
		return Probe{Verdict: VerdictFailed, Text: T("probe.target_gone", strconv.Itoa(len(gone)), listed(gone)), Act: OfferStudio}
	case unknown != nil:
		return Probe{Verdict: VerdictUnchecked, Text: T("probe.target_some", strconv.Itoa(len(unknown)), listed(unknown))}
	}
	if in.Content != nil {
		if all := len(TargetTables(in.Content.Pairs)); len(in.Targets) < all {
			return Probe{Verdict: VerdictUnchecked, Text: T("probe.target_part", strconv.Itoa(len(in.Targets)), strconv.Itoa(all))}
		}
	}
	return Probe{Verdict: VerdictPassed, Text: T("probe.target_ok", strconv.Itoa(len(in.Targets)))}
}
