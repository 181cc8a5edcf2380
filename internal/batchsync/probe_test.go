package batchsync

import (
	"strings"
	"testing"
)

func TestJudgeProbes(t *testing.T) {
	t.Parallel()
	fine := func() ProbeInput {
		return ProbeInput{
			Source: &SourceProbe{Name: "shop"}, VCluster: "sync_vc", Zone: "UTC",
			VClusters: []VCluster{{Name: "sync_vc", Type: "INTEGRATION"}, {Name: "DEFAULT", Type: "GENERAL"}},
			Content:   &Content{Scope: ScopeMulti, Pairs: []TablePair{{"shop.t", "ods.t"}}},
			Draft:     &DraftSchedule{Cron: "0 00 02 * * ? *", VCluster: "sync_vc"},
			Deployed:  &Deployed{Online: true, Cron: "0 00 02 * * ? *", VCluster: "sync_vc"},
			Targets:   []TargetFigures{{Table: "ods.t", Exists: true}},
			Problems:  map[ProbeName]*Problem{},
		}
	}
	type want struct {
		name    ProbeName
		verdict Verdict
		key     TextKey
		act     Act
	}
	tests := []struct {
		name   string
		change func(*ProbeInput)
		want   want
	}{
		{"source refuses", func(in *ProbeInput) { in.Source.Problem = &Problem{Code: CodeRefused} }, want{ProbeSource, VerdictFailed, "probe.source_bad", OfferTest}},
		{"platform does not answer", func(in *ProbeInput) { in.Source.Problem = &Problem{Code: CodeUnreachable} }, want{ProbeSource, VerdictUnchecked, "probe.source_unknown", OfferNone}},
		{"source not tested", func(in *ProbeInput) { in.Source = nil }, want{ProbeSource, VerdictUnchecked, "probe.source_unknown", OfferNone}},
		{"cluster of another type", func(in *ProbeInput) { in.VCluster = "DEFAULT" }, want{ProbeVCluster, VerdictFailed, "probe.vcluster_type", OfferVCluster}},
		{"cluster gone", func(in *ProbeInput) { in.VCluster = "old" }, want{ProbeVCluster, VerdictFailed, "probe.vcluster_gone", OfferVCluster}},
		{"clusters not told", func(in *ProbeInput) { in.VClusters = nil }, want{ProbeVCluster, VerdictUnchecked, "probe.vcluster_unknown", OfferNone}},
		{"not set up", func(in *ProbeInput) {
			in.Content, in.Problems[ProbeContent] = nil, ProblemOf(&PlatformError{Failure: FailNotConfigured})
		}, want{ProbeContent, VerdictFailed, "probe.content_none", OfferStudio}},
		{"content not read", func(in *ProbeInput) { in.Content, in.Problems[ProbeContent] = nil, &Problem{Code: CodeUnreachable} }, want{ProbeContent, VerdictUnchecked, "probe.content_unknown", OfferNone}},
		{"no table", func(in *ProbeInput) { in.Content.Pairs = nil }, want{ProbeContent, VerdictFailed, "probe.content_empty", OfferStudio}},
		{"whole database", func(in *ProbeInput) { in.Content.Pairs, in.Content.Scope = nil, ScopeWhole }, want{ProbeContent, VerdictPassed, "probe.content_whole", OfferNone}},
		{"no column", func(in *ProbeInput) { in.Content.Scope = ScopeSingle }, want{ProbeContent, VerdictFailed, "probe.content_unmapped", OfferStudio}},
		{"crossed", func(in *ProbeInput) { in.Content.Crossed = []string{"a -> b"} }, want{ProbeContent, VerdictFailed, "probe.content_crossed", OfferStudio}},
		{"offline", func(in *ProbeInput) { in.Deployed = &Deployed{} }, want{ProbeSchedule, VerdictFailed, "judged.schedule_offline", OfferStudio}},
		{"saved since", func(in *ProbeInput) { in.Draft.Cron = "0 00 03 * * ? *" }, want{ProbeSchedule, VerdictFailed, "judged.schedule_not_saved", OfferStudio}},
		{"target gone", func(in *ProbeInput) { in.Targets[0].Exists = false }, want{ProbeTarget, VerdictFailed, "probe.target_gone", OfferStudio}},
		{"target in doubt", func(in *ProbeInput) { in.Targets[0] = TargetFigures{Problem: &Problem{}} }, want{ProbeTarget, VerdictUnchecked, "probe.target_some", OfferNone}},
		{"not all targets looked at", func(in *ProbeInput) {
			in.Content.Pairs = append(in.Content.Pairs, TablePair{"shop.u", "ODS.T"}, TablePair{"shop.v", "ods.v"})
		}, want{ProbeTarget, VerdictUnchecked, "probe.target_part", OfferNone}},
		{"no target looked at", func(in *ProbeInput) { in.Targets = nil }, want{ProbeTarget, VerdictUnchecked, "probe.target_unknown", OfferNone}},
	}
	for i, p := range JudgeProbes(fine(), acceptanceNow()) {
		if p.Name != ProbeNames()[i] || p.Verdict != VerdictPassed || p.Act != OfferNone {
			t.Errorf("fine, and %+v", p)
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := fine()
			tt.change(&in)
			for _, p := range JudgeProbes(in, acceptanceNow()) {
				if p.Name == tt.want.name && (p.Verdict != tt.want.verdict || p.Text.Key != tt.want.key || p.Act != tt.want.act) {
					t.Errorf("got %+v, want %+v", p, tt.want)
				}
				if p.Name != tt.want.name && p.Verdict != VerdictPassed {
					t.Errorf("also %+v", p)
				}
			}
		})
	}
}

// Names are the same in any case, as they are to the Lakehouse.
func TestTargetTables(t *testing.T) {
	t.Parallel()
	got := TargetTables([]TablePair{{"a.x", "ods.X"}, {"b.x", "ODS.x"}, {"a.z", ""}, {"a.y", "ods.y"}})
	if strings.Join(got, " ") != "ods.X ods.y" {
		t.Errorf("got %q", got)
	}
}
