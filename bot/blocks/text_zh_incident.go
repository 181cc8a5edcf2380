package blocks

import "batchsync/internal/batchsync"

func chineseIncidents() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
