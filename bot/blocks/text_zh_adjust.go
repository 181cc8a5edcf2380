package blocks

import "batchsync/internal/batchsync"

// chineseAdjusting are the words of a change of concurrency or retries.
func chineseAdjusting() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"title.tune":       "%[1]s 的新设置",
		"action.tune":      "修改设置：",
		"change.done_tune": "任务已按新设置上线。",
		"told.tune_done":   "%[1]s 已按新设置上线。",

		"fact.concurrency":     "并发数：%[1]s → %[2]s",
		"fact.concurrency_new": "并发数：%[1]s",
		"fact.retries":         "失败重试：%[1]s → %[2]s",
		"fact.retries_new":     "失败重试：%[1]s",
		"fact.interval":        "重试间隔（分钟）：%[1]s",

		"operation.step.set_concurrency": "保存并发数",
		"operation.step.set_retries":     "保存重试设置",

		"set_concurrency.saved":                "已保存的并发数为 %[1]s。",
		"set_concurrency.differs":              "并发数应为 %[1]s，但保存的是 %[2]s。",
		"set_concurrency.differs_hint":         "未发布任何内容。请在 Studio 中设置并保存任务，然后点击“再次检查”；或者放弃此操作。",
		"set_concurrency.content_differs":      "除并发数外，任务已保存的内容也与之前不同。",
		"set_concurrency.content_differs_hint": "再次发布前请先在 Studio 中查看该任务：可能有人修改了它，或程序丢失了部分内容。改正后点击“再次检查”；或者放弃并重新发起。",
		"set_retries.saved":                    "已保存的重试设置为 %[1]s。",
		"set_retries.differs":                  "重试设置应为 %[1]s，但保存的是 %[2]s。",
		"set_retries.differs_hint":             "未发布任何内容。请在 Studio 中设置并保存任务，然后点击“再次检查”；或者放弃此操作。",
		"set_retries.schedule_differs":         "除重试设置外，任务已保存的调度也与之前不同。",
		"set_retries.schedule_differs_hint":    "未发布任何内容。请在 Studio 中查看并改正调度，然后点击“再次检查”；或者放弃并重新发起。",
		"deploy.retries_differ":                "重试设置应为 %[1]s，但调度器中是 %[2]s。",
		"deploy.retries_differ_hint":           "可能有人同时发布了该任务，或平台采用了其他重试设置。点击“再次检查”可再次发布。",

		"check.content_since":     "任务内容在显示之后发生了变化。",
		"check.concurrency_since": "并发数在显示之后发生了变化：原为 %[1]s，现为 %[2]s。",
		"check.policy_since":      "允许重跑的运行在显示之后发生了变化。",
		"check.retries_since":     "重试设置在显示之后发生了变化：原为 %[1]s，现为 %[2]s。",

		"tune.unread":           "无法读取 %[1]s 的设置。",
		"tune.unread_hint":      "未做任何修改。请稍后重试。",
		"tune.offline":          "%[1]s 尚未发布。",
		"tune.offline_hint":     "设置只对已发布的任务生效。请先发布。",
		"tune.unpublished":      "%[1]s 有已保存但未发布的调度，会随新设置一起发布。",
		"tune.unpublished_hint": "未做任何修改。请先发布已保存的调度或另选调度，然后重新发起。",
		"tune.by_hand":          "机器人无法为 %[1]s 设置此项：平台程序会丢失其部分内容，例如参数或分区。",
		"tune.by_hand_hint":     "请在 Studio 中打开任务，在同步设置中调整并发数，或在调度设置中调整重试次数，然后保存并发布。",
		"tune.same":             "%[1]s 已经是这些设置。",
		"tune.same_hint":        "未做任何修改。",
		"tune.unknown":          "没有设置项 %[1]s。",
		"tune.unknown_hint":     "请按此格式输入：`/batchsync tune TASK concurrency=4 retries=3 interval=5`。",
		"tune.twice":            "设置项 %[1]s 出现了两次。",
		"tune.bad_concurrency":  "并发数 %[1]s 不是 1 到 %[2]s 之间的整数。",
		"tune.bad_retries":      "重试次数 %[1]s 不是 0 到 %[2]s 之间的整数。",
		"tune.bad_interval":     "间隔 %[1]s 不是 1 到 %[2]s 之间的整数分钟。",

		"settings.title":         "修改设置",
		"settings.present":       "当前：%[1]s。",
		"settings.concurrency":   "并发数 %[1]s",
		"settings.retries":       "重试 %[1]s",
		"settings.apart_minutes": "%[1]s 次，间隔 %[2]s 分钟",
		"settings.apart_seconds": "%[1]s 次，间隔 %[2]s 秒",
		"settings.not_told":      "未知",
		"settings.fixed":         "机器人无法设置此任务的并发数：平台程序会丢失其部分内容，例如参数或分区。请在 Studio 的任务同步设置中调整。",
		"settings.then":          "设置会立即保存并发布，任务内容中其他已保存的修改也会一并发布。",
		"label.concurrency":      "并发数",
		"hint.concurrency":       "同时复制的表数，或单表的分片数。数值越小，源端压力越小。",
		"label.retries":          "失败重试次数",
		"label.interval":         "重试间隔（分钟）",

		"confirm.tune":           "修改设置",
		"confirm.tune_about":     "设置会立即保存并发布，任务内容中其他已保存的修改也会一并发布：平台程序不显示已发布的内容。",
		"button.confirm_tune":    "修改设置",
		"button.less_at_once":    "降低并发",
		"button.raise_retries":   "增加重试",
		"button.change_settings": "修改设置",
		"help.tune":              "`/batchsync tune TASK [concurrency=N] [retries=N] [interval=MINUTES]`：修改同时复制的表数或分片数（1 到 10），以及平台自动重试失败运行的次数（0 到 10）。不带设置项时，表单会显示当前设置。新设置会立即保存并发布。",
	}
}
