package blocks

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// An answer to a menu that asks for its entries takes 100 of them, and an
// acknowledgement less than 20,000 bytes, whatever is in it.
const (
	maxOptions     = 100
	maxOptionBytes = 18_000
)

// DatasourceOptions offers data sources; the value is the id.
func (p Printer) DatasourceOptions(list []batchsync.Datasource) slack.OptionsResponse {
	var all []*slack.OptionBlockObject
	for _, d := range list {
		all = append(all, p.option(d.ID.String(), d.Name, d.Type))
	}
	return p.menu(all)
}

// NameOptions offers names; the value is the name, see [Printer.Unveil]. extra, when not empty and
// not among the names, comes first and is offered as a new schema.
func (p Printer) NameOptions(names []string, extra string) slack.OptionsResponse {
	var all []*slack.OptionBlockObject
	if extra != "" && !slices.Contains(names, extra) && p.veil(extra) == extra {
		all = append(all, p.option(extra, p.format("option.new_schema", []any{extra}), ""))
	}
	for _, name := range names {
		all = append(all, p.option(p.veil(name), name, ""))
	}
	return p.menu(all)
}

// FolderOptions offers folders; the value is the id.
func (p Printer) FolderOptions(list []batchsync.Folder) slack.OptionsResponse {
	var all []*slack.OptionBlockObject
	for _, f := range list {
		all = append(all, p.option(f.ID.String(), f.Path, ""))
	}
	return p.menu(all)
}

// VClusterOptions offers the clusters a batch sync can run on; the value is
// the name, see [Printer.Unveil].
func (p Printer) VClusterOptions(list []batchsync.VCluster) slack.OptionsResponse {
	var all []*slack.OptionBlockObject
	for _, v := range list {
		if v.ForSync() {
			all = append(all, p.option(p.veil(v.Name), v.Name, v.Size))
		}
	}
	return p.menu(all)
}

// LoadingOptions is one entry that says that the list is not there yet.
func (p Printer) LoadingOptions() slack.OptionsResponse {
	return p.menu([]*slack.OptionBlockObject{p.option(NotLoaded, p.word("option.loading"), p.word("option.loading_hint"))})
}

// NoTableOptions is one entry that says that the chosen schema is empty.
func (p Printer) NoTableOptions() slack.OptionsResponse {
	return p.menu([]*slack.OptionBlockObject{p.option(NotLoaded, p.word("option.no_tables"), p.word("option.no_tables_hint"))})
}

// FailedOptions is one entry that says why there is no list.
func (p Printer) FailedOptions(problem batchsync.Problem) slack.OptionsResponse {
	o := p.option(NotLoaded, p.word("option.failed"), p.Text(problem.Text))
	return p.menu([]*slack.OptionBlockObject{o})
}

// option is one entry of a menu. One whose value Slack would not take comes
// out as nil.
func (p Printer) option(value, text, about string) *slack.OptionBlockObject {
	if value == "" || units(value) > maxValue || !utf8.ValidString(value) {
		return nil
	}
	o := slack.NewOptionBlockObject(value, p.plain(text, maxOption), nil)
	if about != "" {
		o.Description = p.plain(about, maxOption)
	}
	return o
}

// menu keeps as many entries as one answer takes. When some had to be left out,
// the last entry says how many and what helps.
func (p Printer) menu(all []*slack.OptionBlockObject) slack.OptionsResponse {
	var out []*slack.OptionBlockObject
	room := maxOptionBytes
	seen := map[string]bool{}
	left := 0
	for _, o := range all {
		size := encodedSize(o)
		switch {
		case o != nil && seen[o.Value]: // the same twice is one entry
		case o == nil || len(out) == maxOptions || size > room:
			left++
		default:
			seen[o.Value] = true
			out = append(out, o)
			room -= size
		}
	}
	if left == 0 {
		return slack.OptionsResponse{Options: out}
	}
	if len(out) == maxOptions {
		out = out[:maxOptions-1]
		left++
	}
	more := p.option(NotLoaded, p.format("option.more", []any{number(left)}), p.word("option.more_hint"))
	return slack.OptionsResponse{Options: append(out, more)}
}

// encodedSize is what the entry takes in an answer, its comma included.
func encodedSize(o *slack.OptionBlockObject) int {
	b, err := json.Marshal(o)
	if err != nil {
		return maxOptionBytes + 1
	}
	return len(b) + 1
}
