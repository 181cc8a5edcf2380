package blocks

import "batchsync/internal/batchsync"

func chinesePlan() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"plan.rerun": "允许重跑它的运行。",

		"preflight.title":         "创建前检查",
		"preflight.title_under":   "正在检查，不必等待即可创建",
		"preflight.line":          "%[1]s %[2]s：%[3]s",
		"preflight.line_cross":    "%[1]s %[2]s，未通过：%[3]s",
		"preflight.line_warning":  "%[1]s %[2]s，需留意：%[3]s",
		"preflight.line_unread":   "%[1]s %[2]s，未知：%[3]s",
		"preflight.fix":           ":arrow_right: %[1]s",
		"preflight.platform_says": "平台返回：%[1]s",
		"preflight.checking":      "检查中…",
		"preflight.passed":        "%[1]s 项通过",
		"preflight.crossed":       "有检查未通过，未创建任何内容。请先处理下方未通过的项；如已在别处处理，请点击“再次检查”。",

		"check_part.profile":  "连接",
		"check_part.rights":   "权限",
		"check_part.source":   "数据源",
		"check_part.tables":   "源表",
		"check_part.target":   "目标端",
		"check_part.schema":   "目标 schema",
		"check_part.writers":  "其他写入任务",
		"check_part.folder":   "目录",
		"check_part.name":     "任务名",
		"check_part.vcluster": "VCluster",
		"check_part.schedule": "调度",
		"check_part.rerun":    "重跑",

		"preflight.rights":                "任务列表和目录可以读取。创建任务、读取源端（SELECT）和写入目标端（CREATE、INSERT）的权限在使用时才能得知。",
		"preflight.rights_unread":         "任务列表或目录读取失败，权限情况未知。",
		"preflight.rerun":                 "机器人会通过 `task save-config --rerun-property=1` 允许重跑；平台默认不允许。",
		"preflight.target_schema_ok":      "目标端已有 schema %[1]s。",
		"preflight.target_schema_made":    "目标端没有 schema %[1]s，将随任务一起创建。",
		"preflight.target_schema_missing": "机器人连接的工作空间中没有 schema %[1]s。运行时是否会自动创建无法事先得知。",
		"preflight.target_schema_unread":  "目标端是否有 schema %[1]s 读取失败。",
		"preflight.writers":               "以下任务也写入本任务的目标表：%[1]s。",
		"preflight.writers_may":           "以下任务可能也写入本任务的目标表：%[1]s。",
		"preflight.writers_none":          "机器人已知目标表的任务中，没有写入本任务目标表的；在 Studio 中创建的其他任务仍有可能写入。",
		"preflight.writers_unknown":       "机器人已知目标表的任务中，没有写入按该规则命名的表的；以后新增的表，以及在 Studio 中创建的其他任务，无法事先得知。",

		"fix.source":        "返回第 1 步重新选择。",
		"fix.tables":        "返回第 2 步重新选择。",
		"fix.schedule":      "返回第 3 步修改调度。",
		"fix.place":         "返回第 4 步重新选择。",
		"fix.datasource":    "在 Studio 中打开该数据源，修正后测试连接，再点击“再次检查”。",
		"fix.administrator": "由工作空间管理员在 Studio 中处理，再点击“再次检查”。",
		"fix.writers":       "两个任务覆盖同一张表会互相抵消。如非有意，请返回第 2 步更换目标。",

		"button.show_commands": "显示详情",
		"button.hide_commands": "隐藏详情",

		"commands.title": "将执行的命令",
		"commands.about": "每个参数与 cz-cli 收到的一致，含特殊字符的名称加引号。<TASK> 和 <OPERATION> 是尚未产生的编号。未列出 --format、--profile 以及只读命令。",
		"commands.cut":   "…（另有 %[1]s 个字符）",

		"replanned.title":    "计划在核对之后发生了变化",
		"replanned.then":     "未创建任何内容。请重新核对，“创建同步”将按现在显示的内容执行。",
		"replanned.was":      "%[1]s：原为 %[2]s，现为 %[3]s",
		"replanned.now":      "%[1]s：现为 %[2]s",
		"replanned.part":     "%[1]s：已变化",
		"replanned.all":      "此核对页由旧版本的机器人绘制。",
		"replanned.nothing":  "无",
		"plan_part.source":   "数据源",
		"plan_part.target":   "目标端",
		"plan_part.content":  "表和写入模式",
		"plan_part.schedule": "调度",
		"plan_part.folder":   "目录",
		"plan_part.vcluster": "VCluster",
		"plan_part.task":     "任务名",
		"plan_part.writers":  "写入同一目标的其他任务",
		"plan_part.commands": "命令",
	}
}
