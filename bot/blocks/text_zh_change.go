package blocks

import "batchsync/internal/batchsync"

func chineseChanges() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
