package blocks

import "batchsync/internal/batchsync"

func chineseDelivery() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
