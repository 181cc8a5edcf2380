package blocks

import "batchsync/internal/batchsync"

func chineseGone() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
