package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// veiledPatience is how long the names of target schemas are waited for: the
// answer that they are needed for is waited for, too.
const veiledPatience = time.Second

// answers reads a screen of a draft. Where something stands for a name that
// Slack does not get, it is that name; where it is not known any more, the screen
// asks for it again, see [batchsync.Facts].
func (b *Bot) answers(ctx context.Context, d batchsync.Draft, state *slack.ViewState) batchsync.Answers {
	a := blocks.Answers(state)
	if !veiled(a) {
		return a
	}
	p := b.printer(d.Owner)
	for range 2 { // the tables are those of a schema that may be such a name itself
		facts := b.facts(d.With(a))
		for field, all := range a {
			known := append(d.Answers.Values(field), b.namesFor(ctx, field, facts)...)
			for i := range all {
				all[i].Value = p.Unveil(all[i].Value, known)
			}
		}
	}
	return a
}

func veiled(a batchsync.Answers) bool {
	for _, all := range a {
		if slices.ContainsFunc(all, func(c batchsync.Choice) bool { return strings.Contains(c.Value, blocks.Masked) }) {
			return true
		}
	}
	return false
}

// namesFor are the names that a field offers.
func (b *Bot) namesFor(ctx context.Context, f batchsync.Field, facts batchsync.Facts) []string {
	switch f {
	case batchsync.FieldSourceSchema:
		return facts.Schemas
	case batchsync.FieldTables:
		return facts.Tables
	case batchsync.FieldVCluster:
		return clusterNames(facts.VClusters)
	case batchsync.FieldTargetSchema:
		ctx, cancel := context.WithTimeout(ctx, veiledPatience)
		defer cancel()
		names, err := b.Lists.TargetSchemas(ctx)
		if err != nil {
			return nil // it is asked for again
		}
		return names
	}
	return nil
}

func clusterNames(all []batchsync.VCluster) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.Name)
	}
	return out
}

// clusterChosen is the cluster that a form was answered with, "" for none.
func (b *Bot) clusterChosen(in origin, state *slack.ViewState, present string) string {
	known := append(clusterNames(b.Lists.Facts(0, "").VClusters), present)
	chosen := b.printer(in.User).Unveil(blocks.ClusterAnswer(state), known)
	if strings.Contains(chosen, blocks.Masked) {
		return ""
	}
	return chosen
}
