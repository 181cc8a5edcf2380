package blocks

import "batchsync/internal/batchsync"

func chineseAloud() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
