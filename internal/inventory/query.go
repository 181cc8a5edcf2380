package inventory

import "batchsync/internal/batchsync"

// Query names a list to be fetched ahead.
type Query struct {
	list   listKind
	source batchsync.DatasourceID
	schema string
}

type listKind int

const (
	listDatasources listKind = iota + 1
	listSchemas
	listTables
	listFolders
	listVClusters
	listTargetSchemas
)

// Start is what the first screens of a wizard will ask for.
func Start() []Query {
	return []Query{{list: listDatasources}, {list: listFolders}, {list: listVClusters}, {list: listTargetSchemas}}
}

// Ahead is what the prefetch effect of a wizard asks for: the schemas of a
// source, and the tables of the schema when one is chosen.
func Ahead(p batchsync.Prefetch) []Query {
	out := []Query{{list: listSchemas, source: p.Source}}
	if p.SourceSchema != "" {
		out = append(out, Query{list: listTables, source: p.Source, schema: p.SourceSchema})
	}
	return out
}

// Warm starts fetching the lists that are missing or old, and returns at once.
func (i *Inventory) Warm(lists ...Query) {
	for _, q := range lists {
		switch q.list {
		case listDatasources:
			i.datasources.warm(struct{}{})
		case listSchemas:
			i.schemas.warm(q.source)
		case listTables:
			i.tables.warm(place{q.source, q.schema})
		case listFolders:
			i.folders.warm(struct{}{})
		case listVClusters:
			i.vclusters.warm(struct{}{})
		case listTargetSchemas:
			i.targetSchemas.warm(struct{}{})
		}
	}
}
