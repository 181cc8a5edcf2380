package blocks

import "batchsync/internal/batchsync"

// chineseAudit is englishAudit in Chinese.
func chineseAudit() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"audit.typed":           "%[1]s · %[2]s",
		"audit.run":             "运行 %[1]s",
		"audit.run_of":          "%[2]s 的运行 %[1]s",
		"audit.incident":        "故障",
		"audit.incident_of":     "%[1]s 的故障",
		"audit.some_draft":      "草稿",
		"audit.some_operation":  "变更",
		"audit.some_acceptance": "验收",
		"audit.some_alert":      "一组故障",
		"audit.some_quiet":      "免打扰时段",
		"audit.some_channel":    "与机器人的私信",
		"audit.some_button":     "按钮操作",
	}
}
