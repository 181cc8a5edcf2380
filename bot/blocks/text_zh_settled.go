package blocks

import "batchsync/internal/batchsync"

// chineseSettled are buttons that were used, the whole mapping of a task, and
// what replaces a hint where its card has a button for it.
func chineseSettled() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"settled.by":    "%[1]s：%[2]s · %[3]s",
		"settled.card":  "查看卡片",
		"settled.times": "连续 %[1]s 次",

		"tables.title":         "%[1]s 的同步表",
		"tables.count":         "共 %[1]s 张表，目标表均与源表同名。",
		"tables.count_renamed": "共 %[1]s 张表，其中 *%[2]s 张* 的目标表与源表不同名。",
		"tables.none":          "平台未逐一列出表：任务为整库镜像，或尚未配置内容。",
		"tables.page":          "第 %[1]s 到 %[2]s 张表，共 %[3]s 张。",
		"tables.line":          "%[1]s. %[2]s → %[3]s · %[4]s",
		"tables.number":        "序号",
		"tables.source":        "源表",
		"tables.target":        "目标表",
		"tables.name":          "表名对比",
		"tables.same":          "= 同名",
		"tables.renamed":       "≠ 不同名",
		"task.renamed":         "%[1]s · ≠ 不同名",
		"task.written_also":    "警告：已知任务 %[1]s 也写入同一目标表，可能相互覆盖。",
		"task.not_adopted_ask": "在别处创建；管理员纳管后在此推送它的消息",

		"task.unlisted":      "平台未列出名为 %[1]s 的任务，但机器人记录中有该任务，ID 为 %[2]s。",
		"task.unlisted_hint": "请一分钟后再查看，或改用 ID 查询。若仍查不到，则任务已在 Studio 中删除或改名。",
		"list.range":         "第 %[1]s 到 %[2]s 项，共 %[3]s 项，最近变更的在前；可用 `/batchsync list TEXT` 缩小范围。",
		"list.null":          "平台未列出任何任务，但机器人记录中有 %[1]s 个。请一分钟后再查看。",
		"row.state_unread":   "状态未读取",
		"row.run_unseen":     "最近一次运行未知",
		"list.none_seen":     "在已读取的运行中没有找到。",
		"list.cut":           "运行太多，未全部读取：计划时间早于 %[2]s 的没有查看，有 %[1]s 个任务的最近一次运行未知，可在各任务的卡片上查看。",
		"strip.stopped":      "停止 %[1]s",
		"run.status_stopped": "已手动停止",

		"button.previous":   "上一页",
		"button.all_tables": "全部表",

		"drop.change_title": "放弃此次变更？",
		"drop.change_text":  "机器人将不再处理此次变更。不会回滚，已完成的变更保留。",

		"label.bucket": "存储桶",
		"label.path":   "路径",

		"platform.missing_program_hint_card": "请管理员在机器人所在环境安装 cz-cli，然后点击“再次检查”。",
		"platform.usage_hint_card":           "请管理员在机器人所在环境升级 cz-cli，然后点击“再次检查”。",
		"platform.no_profile_hint_card":      "请管理员修正 profile 名称或添加该 profile，然后点击“再次检查”。",
		"platform.login_hint_card":           "请管理员更新访问令牌，然后点击“再次检查”。",
		"platform.unreachable_hint_card":     "请几分钟后点击“再次检查”。",
		"platform.timeout_hint_card":         "请几分钟后点击“再次检查”。",
		"platform.garbage_hint_card":         "请点击“再次检查”。若问题依旧，请管理员核对 cz-cli 版本与机器人适配的版本是否一致。",
		"platform.not_found_hint_card":       "请在 Studio 中确认它是否被移动或删除，然后点击“再次检查”。",
		"platform.duplicate_hint_card":       "请在 Studio 中删除另一个任务后点击“再次检查”，或放弃并改用其他名称。",
		"platform.not_executed_hint_card":    "请点击“再次检查”。若问题依旧，请管理员查看日志。",
		"platform.not_configured_hint_card":  "请在 Studio 中补全任务，然后点击“再次检查”。",
		"platform.refused_hint_card":         "请消除平台指出的原因，然后点击“再次检查”。",
		"check.hint_refused":                 "请消除原因后重新发起。",
		"check.since_hint_refused":           "请查看任务现状后重新发起。",
		"check.task_gone_hint_refused":       "没有可变更的内容。",
		"change.no_sync_hint_refused":        "机器人可以显示此类任务，但只能变更离线同步任务。请在 Studio 中修改。",
		"tune.unpublished_hint_refused":      "请先发布已保存的调度或另选调度，然后重新发起。",
		"card.guard_next":                    "请联系机器人管理员。",

		"error.internal_hint_card": "请点击“再次检查”。若再次出现，请管理员在日志中查找原因。",
	}
}
