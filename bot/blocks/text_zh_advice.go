package blocks

import "batchsync/internal/batchsync"

func chineseAdvice() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseSelecting() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
