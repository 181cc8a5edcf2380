package blocks

import "batchsync/internal/batchsync"

// chineseHome are the Home tab, the audit, the state of the bot, and the help.
// Slack sees code style only between spaces, so no command stands beside a
// Chinese mark.
func chineseHome() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"home.title":       "离线同步",
		"home.empty":       "这里还没有内容：你的任务、草稿和进行中的操作会显示在此。",
		"home.example":     "可以先用一张表试试：点击“新建同步”，选择数据源和一张表（如 shop.orders），每天 02:00 同步到 ods.orders，核对后点击“创建同步”。已有的任务可用 `/batchsync list` 查看。",
		"home.attention":   "需要处理",
		"home.running":     "进行中",
		"home.drafts":      "草稿",
		"home.mine":        "我的任务",
		"home.not_read":    "尚未读取运行情况，点击“刷新”读取。",
		"home.runs_as_of":  "运行情况截至 %[1]s，点击“刷新”重新读取。",
		"home.read_failed": "平台在 %[1]s 没有响应。",
		"home.step":        "第 %[1]s 步，共 %[2]s 步：%[3]s",

		"button.status": "状态",
		"button.audit":  "审计日志",
		"button.help":   "帮助",

		"audit.title":       "审计日志",
		"audit.title_of":    "%[1]s 的审计日志",
		"audit.count":       "%[1]s（%[2]s 条）。",
		"audit.none":        "没有记录。",
		"audit.line":        "%[1]s %[2]s · %[3]s",
		"audit.more":        "另有 %[1]s 条。",
		"audit.csv":         "`/batchsync audit csv` 以文件发送全部记录，加上 TASK 或 `@user` 则只发送相关部分。",
		"audit.bot":         "机器人",
		"audit.card":        "查看卡片",
		"action.view":       "查看",
		"action.inspect":    "查看",
		"action.create":     "创建",
		"action.backfill":   "补数据",
		"action.rerun":      "重跑",
		"action.stop":       "停止",
		"action.mute":       "静音",
		"action.schedule":   "修改调度",
		"action.deploy":     "发布",
		"action.undeploy":   "下线",
		"action.adopt":      "纳管",
		"action.resume":     "再次检查",
		"action.drop":       "放弃",
		"action.ack":        "认领",
		"action.subscribe":  "订阅",
		"action.quiet":      "免打扰",
		"action.rehearse":   "演练",
		"outcome.asked":     "已请求",
		"outcome.forbidden": "无权限",
		"outcome.done":      "已完成",
		"outcome.stopped":   "已停止",
		"outcome.trouble":   "已结束（有失败）",
		"outcome.dropped":   "已放弃",
		"outcome.refused":   "被拒绝，未做任何变更",
		"outcome.failed":    "失败",
		"outcome.unknown":   "结果未知",
		"outcome.waiting":   "等待处理",
		"outcome.running":   "进行中",
		"outcome.ended":     "已结束",
		"outcome.muted":     "已静音",
		"outcome.unmuted":   "已取消静音",

		"status.title":   "机器人状态",
		"status.fine":    "一切正常。",
		"status.trouble": "%[2]s 项中有 %[1]s 项需要关注。",
		"status.text":    "机器人状态：%[1]s",
		"status.line":    "%[1]s %[2]s · %[3]s",
		"status.started": "自 %[1]s 起运行",
		"status.version": "版本 %[1]s",

		"check_state.ok":   "正常",
		"check_state.warn": "需要关注",
		"check_state.bad":  "异常",
		"part.slack":       "Slack",
		"part.platform":    "平台",
		"part.lists":       "平台列表",
		"part.monitor":     "监控",
		"part.operations":  "操作",
		"part.outbox":      "消息",
		"part.store":       "存储",

		"help.intro":   "机器人用于创建、监控和修复 ClickZetta Lakehouse 离线同步任务。TASK 是任务 ID 或完整的任务名；日期写作 2026-03-31。",
		"help.rights":  "所有人都可以查看。创建、发布、补数据、重跑、停止、修改调度和设置、静音、设置免打扰时段、订阅、认领和验收需要操作员；下线、纳管、设置预期和演练需要管理员。单个命令的说明见 `/batchsync help WORD` 命令。",
		"help.unknown": "没有 %[1]s 这个命令。",
		"help.nearest": "没有 %[1]s 这个命令，要用的是不是 `/batchsync %[2]s` 命令？",
		"help.commands": "输入 `/batchsync` 和以下命令：\n• `new [LINE]` 打开新建离线同步的表单，`new like TASK` 仿照已有任务填写\n" +
			"• `questions` 用一段文字列出所需的全部内容\n" +
			"• `list [mine|failed] [TEXT]` 列出任务\n" +
			"• `show TASK` 查看任务及其运行和操作按钮\n" +
			"• `runs TASK` 列出运行记录 · `log RUN [ATTEMPT]` 查看单次运行的日志\n" +
			"• `deps TASK` 查看上游和下游任务\n" +
			"• `config TASK` 查看任务配置，`mapping TASK [TABLE]` 查看字段映射和类型\n" +
			"• `backfill TASK FROM TO` 补过去日期的数据\n" +
			"• `run TASK` 在调度之外立即运行一次\n" +
			"• `rerun RUN` 重跑一次运行 · `stop RUN` 停止一次运行\n" +
			"• `deploy TASK` 发布任务 · `undeploy TASK` 下线任务\n" +
			"• `schedule TASK` 修改调度 · `tune TASK` 修改并发和重试\n" +
			"• `adopt TASK` 纳管非机器人创建的任务 · `mute TASK` 暂不推送它的消息\n" +
			"• `incidents` 列出故障 · `ack TASK` 认领 · `diagnose TASK` 诊断原因\n" +
			"• `acceptance TASK` 将目标表与源表比对 · `accept TASK` 验收交付 · `expect TASK` 设置预期\n" +
			"• `subscribe TASK|FOLDER/*|source:NAME|*` 让本频道接收任务消息 · `unsubscribe` 退订 · `subscriptions` 列出订阅\n" +
			"• `quiet FROM TO` 在计划内的操作期间免打扰 · `rehearse` 演练消息能否送达\n" +
			"• `audit [TASK|@user]` 查看谁做了什么 · `audit csv [TASK|@user]` 以文件发送 · `status` 查看机器人状态 · `help [WORD]` 显示本说明",

		"help.new":      "`/batchsync new` 打开表单，共五步：源端，表与目标端，调度，目录与名称，核对。在核对页点击“创建同步”之前不会创建任何内容。表单可随时关闭，草稿保留七天。\n也可在命令后写一行内容，例如 `/batchsync new aliyun_mysql shop.orders -&gt; ods.orders overwrite daily 02:00 vc=sync_vc folder=data_sync/mysql`：已写明的不再询问，内容完整时直接进入核对页。`/batchsync questions` 显示可写的全部内容。`/batchsync new like TASK` 仿照已有任务填写。写在 `@batchsync` 之后、在私信中，或表单无法打开时，同样的问题会以消息形式出现。",
		"help.list":     "`/batchsync list [mine|failed] [TEXT]` 列出全部任务、我的任务、最近一次运行失败的任务，或名称包含指定文本的任务；两者可以合用，例如 `/batchsync list failed orders`。",
		"help.show":     "`/batchsync show TASK` 显示任务的同步内容、调度和最近运行，以及以下各项操作的按钮。",
		"help.runs":     "`/batchsync runs TASK` 列出最近 30 次运行的计划时间、状态和耗时。",
		"help.log":      "`/batchsync log RUN [ATTEMPT]` 显示最近一次尝试的日志末尾，也可指定第几次尝试。RUN 是运行 ID，可用 `/batchsync runs TASK` 查到。日志仅自己可见，点击“发送日志到频道”后他人才能看到；频道中卡片上的“查看日志”会在话题中回复。",
		"help.deps":     "`/batchsync deps TASK` 列出上游任务和下游任务。",
		"help.backfill": "`/batchsync backfill TASK FROM TO` 按调度重新运行从起始日期到结束日期的每一次，首尾两天均包含在内，按调度的时区计算。提交前可核对具体的运行；平台会逐个执行。",
		"help.rerun":    "`/batchsync rerun RUN` 按同一计划时间重跑一次已结束的运行，确认后才会执行。",
		"help.stop":     "`/batchsync stop RUN` 停止一次尚未结束的运行。补数据请用其卡片上的按钮停止。",
		"help.deploy":   "`/batchsync deploy TASK` 按已保存的内容发布任务。发布前的表单会显示已保存与已发布调度的差异。",
		"help.undeploy": "`/batchsync undeploy TASK` 下线任务。平台会清空运行记录，不可撤销；机器人会先将记录存为文件，并要求输入任务名确认。",
		"help.schedule": "`/batchsync schedule TASK` 修改任务的调度。新调度会立即保存并发布。",
		"help.adopt":    "`/batchsync adopt TASK` 纳管非机器人创建的任务，其动态会发布到本频道。",
		"help.mute":     "`/batchsync mute TASK` 暂不推送任务的消息，时长在表单中选择，任务照常运行。卡片上的“取消静音”可提前结束。",
		"help.audit":    "`/batchsync audit [TASK|@user]` 显示谁做了什么及其结果，最新的在前；范围可以是全部、某个任务（ID 或完整名称，包括已删除的）或某个人。用 `/batchsync audit csv` 以文件私信发送同样的内容，也可加上 TASK 或 `@user` 限定范围。",
		"help.status":   "`/batchsync status` 显示机器人以及它与 Slack 和平台的连接状态。",
		"help.help":     "`/batchsync help [WORD]` 显示全部命令，或其中一个命令的说明。",
	}
}
