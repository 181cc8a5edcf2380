package blocks

import "batchsync/internal/batchsync"

func chineseRequests() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
