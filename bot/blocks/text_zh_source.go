package blocks

import "batchsync/internal/batchsync"

func chineseSources() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
