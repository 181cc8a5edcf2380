package blocks

import "batchsync/internal/batchsync"

func chineseSettled() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
