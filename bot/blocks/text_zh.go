package blocks

import "batchsync/internal/batchsync"

func chineseCommon() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseWizard() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseFields() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseCards() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
