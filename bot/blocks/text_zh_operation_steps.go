package blocks

import "batchsync/internal/batchsync"

func chineseSteps() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
