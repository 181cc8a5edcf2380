package blocks

import "batchsync/internal/batchsync"

func chineseScheduling() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"every.weekdays":  "工作日（周一至周五）",
		"label.until":     "截止时间",
		"hint.time_first": "每天的首次运行。",
		"hint.until":      "晚于此时间不再运行；选择全天时，夜间也会运行。",
		"until.always":    "全天",
		"zone.drifts":     "不可用：与 %[1]s 的时差随夏令时变化",

		"rhythm.weekdays":      "每个工作日 %[1]s（%[2]s）",
		"rhythm.monthly_short": "每月 %[1]s 日 %[2]s（%[3]s），当月无此日则跳过",
		"rhythm.window":        "每天 %[2]s 至 %[3]s，每 %[1]s 小时（%[4]s）",
		"rhythm.window_hourly": "每天 %[1]s 至 %[2]s，每小时（%[3]s）",

		"preview.title_both":   "接下来的运行：%[1]s 时间与本地时间",
		"preview.both":         "%[1]s = %[2]s",
		"preview.short_months": "没有 %[1]s 日的月份会跳过。",

		"crowd.text": ":busts_in_silhouette: 在机器人关注的任务中，%[3]s 至 %[4]s 之间，包括本任务在内共有 %[1]s 个任务开始读取 %[2]s，其中有 %[5]s。",
		"crowd.free": "最近的较空闲时段从 %[1]s 开始。",

		"schedule.window_invalid": "最后一次运行须至少比首次晚一个间隔；每天只运行一次时，请选择每天。",
		"schedule.window_edge":    "%[1]s 的这个时段换算到 %[2]s 会跨越零点，平台无法表示。",

		// What stands between things, and after what they are about.
		"list.and":     "、",
		"list.clauses": "；",
		"list.about":   "%[1]s：%[2]s",
		"took.days":    "%[1]s 天",
		"list.percent": "%[1]s%%",
		"list.both":    "%[1]s，%[2]s",
	}
}
