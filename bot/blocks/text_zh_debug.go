package blocks

import "batchsync/internal/batchsync"

// chineseDebug are the words of debug runs.
func chineseDebug() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"title.debug":          "调试运行 %[1]s",
		"action.debug":         "调试运行",
		"change.done_debug":    "运行成功。调度保持不变。",
		"change.trouble_debug": "运行未成功；最后的日志见下方。",
		"told.debug_done":      "%[1]s 调试运行成功。",
		"told.debug_stopped":   "%[1]s 的调试运行已停止。",
		"told.debug_trouble":   "%[1]s 调试运行失败。",
		"told.debug_first":     "离线同步 %[1]s 等待处理：调试运行未成功，因此未设置调度。详情见卡片。",

		"fact.debug": "立即在 VCluster %[1]s 上运行一次",

		"operation.step.execute": "启动运行",
		"operation.step.debug":   "调试运行",

		"debug.begun":         "运行 %[1]s 已启动。",
		"debug.others":        "该任务同时还启动了 %[1]s 次临时运行，跟踪最新的一次。",
		"debug.lost":          "无法确定平台是否启动了运行：未列出该任务新的临时运行。",
		"debug.lost_hint":     "不会重复提交，以免运行两次。请在 Studio 中查看该任务的运行，然后点击“再次检查”；若没有，请放弃并重新发起。",
		"debug.failed":        "调试运行 %[1]s 未成功，因此未设置调度，也未发布。",
		"debug.failed_hint":   "请先改正问题，然后点击“再次检查”：任务会再运行一次，成功后才设置调度。也可以放弃；已创建的内容保留在 Studio 中。",
		"debug.stopped":       "调试运行 %[1]s 已按要求停止。",
		"debug.stopped_hint":  "未设置调度，也未发布。点击“再次检查”会再运行一次。也可以放弃；已创建的内容保留在 Studio 中。",
		"debug.log_unread":    "未能完整读取该运行的日志。",
		"debug.tables_unread": "无法读取各表的行数。",
		"debug.no_content":    "无法读取 %[1]s 的同步内容，或尚未设置。",

		"debug.no_clusters":     "工作空间没有同步 VCluster，因此无法运行 %[1]s。",
		"debug.no_content_hint": "未运行任何内容。请在 Studio 中设置任务，或稍后重试。",

		"debug.about":          "任务会在调度之外立即运行一次。这不是演练：会真实读取源端并写入目标。",
		"debug.mode_overwrite": "全量覆盖：目标中的行会被替换。",
		"debug.mode_append":    "增量追加：新行会追加到目标中；此前已复制的行会重复出现。",
		"debug.mode_other":     "写入模式为 %[1]s：目标中的行会相应变更。",
		"debug.mode_unknown":   "平台未返回写入模式：目标中的行可能被替换或追加。",
		"debug.mode_keyed":     "有主键的表：%[1]s。",
		"debug.data":           "日志的最后几行会显示在卡片上，频道中的所有人都能看到。",
		"debug.sinks":          "写入 %[1]s。",
		"debug.unfit":          "任务自身的 VCluster %[1]s（%[2]s）不能运行同步。请在此选择其他 VCluster，并在调度到期前修改其调度的 VCluster。",
		"debug.then":           "运行的是已保存的内容，与是否发布无关。内容和调度都不会改变。",
		"debug.run":            "%[1]s 调试运行 %[2]s：%[3]s",
		"debug.log":            "日志的最后几行：",
		"debug.table":          "%[1]s %[2]s",
		"debug.rows":           "行数：%[1]s",
		"debug.untold":         "情况未知的表：%[1]s。",

		"plan.debug":   "先在 VCluster %[1]s 上运行一次，会真实写入目标；运行成功后才执行后续步骤。",
		"label.debug":  "调试运行",
		"option.debug": "设置调度前先运行一次",
		"hint.debug":   "会真实读取源端并写入目标。运行成功后才设置调度。",

		"confirm.debug":        "调试运行",
		"button.confirm_debug": "立即运行",
		"button.debug":         "调试运行",
		"button.debug_first":   "检查并调试运行",
		"button.open_run":      "打开运行",
		"help.run":             "`/batchsync run TASK`：在同步 VCluster 上立即运行任务一次，无论是否已发布。会真实读取源端并写入目标，因此会先确认。卡片显示运行结果、各表行数和日志末尾。向导中也可为新任务选择在设置调度前先运行一次。",
	}
}
