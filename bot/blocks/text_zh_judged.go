package blocks

import "batchsync/internal/batchsync"

func chineseJudged() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseTypes() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseChanged() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseProbes() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
