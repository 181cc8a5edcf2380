package blocks

import "batchsync/internal/batchsync"

func chineseNewsLists() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
