package blocks

import "batchsync/internal/batchsync"

// chineseDelivery is englishDelivery in Chinese.
func chineseDelivery() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"acceptance.gone":             "该验收记录已不再保存。",
		"acceptance.none":             "任务尚未执行过验收。",
		"success.none":                "没有该任务成功运行的记录。",
		"acceptance.changed_since":    "验收结果已有变化，未做任何记录。",
		"acceptance.not_failed":       "未通过的交付不能验收。",
		"acceptance.not_failed_hint":  "修复后重新执行验收，或调整预期。",
		"acceptance.no_table":         "该验收中没有源表 %[1]s。",
		"acceptance.broken":           "机器人内部出错，未做任何检查。",
		"acceptance.capped":           "共 %[2]s 张表，只检查了前 %[1]s 张。",
		"acceptance.source_slow":      "源端未及时响应。",
		"acceptance.source_slow_hint": "检查源端是否可达、负载是否过高。",

		"told.acceptance_passed":    "%[1]s 验收通过。",
		"told.acceptance_failed":    "%[1]s 验收未通过。",
		"told.acceptance_person":    "%[1]s 的验收需人工确认。",
		"told.acceptance_unchecked": "%[1]s 的验收有未能检查的项目。",
	}
}
