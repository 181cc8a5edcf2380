package blocks

import "batchsync/internal/batchsync"

func chineseOperation() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseCreation() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
