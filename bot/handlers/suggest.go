package handlers

import (
	"context"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"

	"github.com/slack-go/slack"
)

// suggested answers a menu with its entries: from memory, or what there is
// when Slack's patience ends.
func (b *Bot) suggested(ctx context.Context, in suggest, patience time.Time, a ack) {
	p := b.printer(in.User)
	once(a, func() any { return p.LoadingOptions() }, func(answer ack) {
		ctx, cancel := context.WithDeadline(ctx, patience)
		defer cancel()
		options, err := b.options(ctx, p, in)
		switch {
		case err == nil:
		case batchsync.CodeOf(err) == batchsync.CodeLoading:
			options = p.LoadingOptions()
		default:
			pr, _ := b.problem(in.origin, "list for "+string(in.Action), err)
			options = p.FailedOptions(pr)
		}
		if len(options.Options) == 0 {
			// The library leaves an empty list out; Slack wants to see it.
			answer(map[string]any{"options": []any{}})
			return
		}
		answer(options)
	})
}

func (b *Bot) options(ctx context.Context, p blocks.Printer, in suggest) (slack.OptionsResponse, error) {
	field, ok := blocks.FieldOf(in.Action)
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if !ok || err != nil {
		return slack.OptionsResponse{}, nil
	}
	draft, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID))
	if err != nil {
		return slack.OptionsResponse{}, err
	}
	// A menu may be opened before a changed field has been taken over.
	spec := draft.With(b.answers(ctx, draft, in.View.State)).Spec()
	query := strings.TrimSpace(in.Query)
	switch field {
	case batchsync.FieldSource:
		return b.datasources(ctx, p, query, func(d batchsync.Datasource) bool { return d.Kind() == spec.Kind })
	case batchsync.FieldTarget:
		return b.datasources(ctx, p, query, func(d batchsync.Datasource) bool { return d.Kind() == batchsync.KindLakehouse })
	case batchsync.FieldSourceSchema:
		names, err := b.Lists.Schemas(ctx, spec.Source.ID)
		return p.NameOptions(b.match(query, names), ""), err
	case batchsync.FieldTables:
		names, err := b.Lists.Tables(ctx, spec.Source.ID, spec.SourceSchema)
		if err == nil && len(names) == 0 && spec.SourceSchema != "" {
			return p.NoTableOptions(), nil
		}
		return p.NameOptions(b.match(query, names), ""), err
	case batchsync.FieldTargetSchema:
		names, err := b.Lists.TargetSchemas(ctx)
		if spec.Scope == batchsync.ScopeWhole {
			names = append([]string{batchsync.VarSourceDatabase}, names...)
		}
		return p.NameOptions(b.match(query, names), query), err
	case batchsync.FieldFolder:
		return b.folders(ctx, p, query)
	case batchsync.FieldVCluster:
		return b.vclusters(ctx, p, query)
	}
	return slack.OptionsResponse{}, nil
}

func (b *Bot) match(query string, names []string) []string {
	var out []string
	for _, i := range b.Lists.Match(query, names, len(names)) {
		out = append(out, names[i])
	}
	return out
}

// pick keeps the entries that pass keep and fit the query, best first. The
// drawing shows as many as a menu takes and says how many are left out.
func pick[T any](b *Bot, query string, all []T, name func(T) string, keep func(T) bool) []T {
	var kept []T
	var names []string
	for _, x := range all {
		if keep(x) {
			kept, names = append(kept, x), append(names, name(x))
		}
	}
	var out []T
	for _, i := range b.Lists.Match(query, names, len(names)) {
		out = append(out, kept[i])
	}
	return out
}

func (b *Bot) datasources(ctx context.Context, p blocks.Printer, query string, keep func(batchsync.Datasource) bool) (slack.OptionsResponse, error) {
	all, err := b.Lists.Datasources(ctx)
	return p.DatasourceOptions(pick(b, query, all, func(d batchsync.Datasource) string { return d.Name }, keep)), err
}

func (b *Bot) folders(ctx context.Context, p blocks.Printer, query string) (slack.OptionsResponse, error) {
	all, err := b.Lists.Folders(ctx)
	return p.FolderOptions(pick(b, query, all,
		func(f batchsync.Folder) string { return f.Path }, func(batchsync.Folder) bool { return true })), err
}

func (b *Bot) vclusters(ctx context.Context, p blocks.Printer, query string) (slack.OptionsResponse, error) {
	all, err := b.Lists.VClusters(ctx)
	return p.VClusterOptions(pick(b, query, all,
		func(v batchsync.VCluster) string { return v.Name }, batchsync.VCluster.ForSync)), err
}
