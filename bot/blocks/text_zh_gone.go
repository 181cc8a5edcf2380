package blocks

import "batchsync/internal/batchsync"

// chineseGone is englishGone in Chinese.
func chineseGone() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"task.vanished":      "任务 %[1]s 在平台上已不存在。",
		"task.vanished_hint": "未做任何更改。/batchsync audit 可查看对它做过的操作。",
		"task.gone_title":    "任务 %[1]s（id %[2]s）在平台上已不存在。",
		"task.listed_hint":   "这些任务已在频道中列出。",
		"row.gone":           "平台上已不存在",

		"backfill.too_old":   "%[1]s 过于久远：不支持补 %[2]s 年以前的数据。",
		"backfill.many_days": "日期过多：%[1]s。填写一天，或首尾两天。",
		"backfill.unticked":  "这些日期的运行超过 %[1]s 次。勾选确认全部运行，或减少日期。",

		"label.cluster":             "同步 VCluster",
		"reschedule.switch":         "今后的运行改用所选的 VCluster。同步任务须使用 INTEGRATION 类型。",
		"reschedule.cluster":        "任务尚未设置同步 VCluster，选择运行所用的 VCluster。",
		"schedule.no_clusters":      "工作空间中没有同步 VCluster，无法调度 %[1]s。",
		"schedule.no_clusters_hint": "由工作空间管理员在 Studio 中创建。",
	}
}
