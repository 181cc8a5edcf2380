package blocks

import "batchsync/internal/batchsync"

func chineseFollowing() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
