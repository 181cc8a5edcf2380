package blocks

import "batchsync/internal/batchsync"

func chineseTasks() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
