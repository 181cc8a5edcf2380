package blocks

import "batchsync/internal/batchsync"

// chineseNews is what the monitor says: words for what it finds, replies in the
// threads of alerts, and notices.
func chineseNews() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"reason.unreachable": "平台不可达",
		"reason.failed":      "失败",
		"reason.blocked":     "被上游阻塞",
		"reason.tables":      "部分失败",
		"reason.missing":     "未产生运行",
		"reason.late":        "延迟",
		"reason.stuck":       "卡住",
		"reason.paused":      "已暂停",
		"reason.slow":        "耗时过长",
		"reason.odd":         "状态未知",
		"reason.unclear":     "异常",

		"ending.recovered": "已恢复",
		"ending.offline":   "已下线",
		"ending.unwatched": "不再关注",
		"ending.stopped":   "已停止",
		"ending.stays":     "稳定在新水平",
		"ending.vanished":  "已消失",
		"ending.over":      "已结束",

		"table_state.failed":    "失败",
		"table_state.missing":   "缺失",
		"table_state.empty":     "为空",
		"table_state.dropped":   "行数骤减",
		"table_state.unwritten": "未写入",
		"table_state.unknown":   "未知",
		"table_state.ok":        "正常",

		"evidence.log":     "日志",
		"evidence.history": "表版本",
		"evidence.count":   "表行数",
		"evidence.gone":    "未找到",
		"evidence.run":     "运行状态",
		"evidence.nothing": "无依据",

		"topic.failures":   "失败",
		"topic.tables":     "部分失败",
		"topic.late":       "延迟",
		"topic.recoveries": "恢复",
		"topic.acceptance": "验收",
		"topic.digest":     "日报",
		"topic.digest_at":  "日报 %[1]s（%[2]s）",

		"incident.reply_reopened":  "%[1]s 结束后不久再次出现故障：%[2]s。",
		"incident.reply_changed":   "%[1]s 的故障有变化：%[2]s。",
		"incident.reply_another":   "%[1]s 的另一次运行出现同样的故障：%[2]s。",
		"incident.reply_again":     "%[1]s 再次失败，已连续 %[2]s 次。",
		"incident.reply_remind":    "%[1]s 仍未恢复，认领已到期；如继续处理，请点击“我来处理”。",
		"incident.reply_platform":  "平台已恢复响应，历时 %[1]s。",
		"incident.reply_recovered": "%[1]s 已恢复，历时 %[2]s。",
		"incident.reply_offline":   "%[1]s 已下线，故障持续 %[2]s。",
		"incident.reply_unwatched": "%[1]s 已无人关注，故障持续 %[2]s。",
		"incident.reply_stays":     "%[1]s：行数减少的表稳定在新的水平，此后的运行以此为准比较；故障持续 %[2]s。",
		"incident.reply_vanished":  "%[1]s 的运行已不在平台上，之后也没有成功的运行；故障持续 %[2]s。",
		"incident.reply_stopped":   "%[1]s 的运行已在此处停止，历时 %[2]s。",

		"alert.more":         "新增 %[1]s 个：%[2]s。",
		"alert.ended":        "%[1]s 个已恢复或无需处理：%[3]s；仍有 %[2]s 个未恢复。",
		"alert.again":        "%[1]s 个再次出现故障：%[2]s。",
		"alert.failed_again": "%[1]s 个任务再次失败，最多已连续 %[2]s 次：%[3]s。",
		"alert.another":      "%[1]s 个任务的后续运行出现同样的故障：%[2]s。",
		"alert.changed":      "%[1]s 个任务的故障有变化（目前：%[2]s）：%[3]s。",
		"alert.remind":       "%[1]s 个任务仍未恢复，认领已到期：%[2]s；如继续处理，请点击“全部由我处理”。",
		"alert.over":         "全部 %[1]s 个任务的故障已结束，历时 %[2]s。",

		"news.gone":     "%[1]s 已在机器人之外被删除。",
		"news.offline":  "%[1]s 已在机器人之外下线，不再运行。",
		"news.online":   "%[1]s 已在机器人之外发布，调度为 %[2]s。",
		"news.schedule": "%[1]s 的调度已在机器人之外修改，由 %[2]s 改为 %[3]s。",
		"news.cluster":  "%[1]s 的 VCluster 已在机器人之外修改，由 %[2]s 改为 %[3]s。",

		"mute.over":       "%[1]s 的静音已结束，目前没有异常。",
		"mute.over_still": "%[1]s 的静音已结束，仍有异常。",
	}
}
