package blocks

import "batchsync/internal/batchsync"

func chineseHome() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
