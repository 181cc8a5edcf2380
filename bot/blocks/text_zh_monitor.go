package blocks

import "batchsync/internal/batchsync"

func chineseNews() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
