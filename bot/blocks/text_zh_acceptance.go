package blocks

import "batchsync/internal/batchsync"

func chineseAcceptance() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseExpecting() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}

func chineseDiagnosis() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{}
}
