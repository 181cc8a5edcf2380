package blocks

import "batchsync/internal/batchsync"

func chineseFigures() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
