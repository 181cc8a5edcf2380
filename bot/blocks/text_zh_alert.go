package blocks

import "batchsync/internal/batchsync"

func chineseAlerts() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
