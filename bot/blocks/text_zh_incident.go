package blocks

import "batchsync/internal/batchsync"

// chineseIncidents is englishIncidents in Chinese.
func chineseIncidents() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"incident.gone":           "该故障记录已不再保存。",
		"incident.closed_since":   "该故障已关闭。",
		"incident.acked":          "已认领：%[1]s。",
		"incident.acked_all":      "已认领：全部 %[1]s 个故障。",
		"incident.acked_platform": "已认领：平台无响应。",
		"alert.gone":              "该告警记录已不再保存。",
		"quiet.gone":              "没有这个免打扰时段，或已结束。",
		"rehearse.under_way":      "本频道已有演练正在进行，待其恢复后再开始。",
	}
}
