package blocks

import "batchsync/internal/batchsync"

// chineseAcceptance is englishAcceptance in Chinese.
func chineseAcceptance() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"examined.title":            "%[1]s：%[2]s 的交付",
		"examined.asked_title":      "验收：%[1]s",
		"examined.head":             "*%[1]s %[2]s。* %[3]s",
		"examined.check":            "%[1]s *%[2]s：* %[3]s",
		"examined.tables":           "%[1]s 张表",
		"examined.tables_one":       "1 张表",
		"examined.of_tables":        "%[2]s 张表中的 %[1]s 张",
		"examined.nothing":          "全部项目",
		"examined.wrong":            "需要关注的问题，严重的在前",
		"examined.trouble":          "%[1]s %[2]s · %[3]s：%[4]s",
		"examined.trouble_many":     "%[1]s %[2]s 张表 · %[3]s：%[4]s。以其中一张为例：%[5]s",
		"examined.later":            "之后的一次验收",
		"examined.asked_by":         "发起人 %[1]s",
		"examined.expect_keys":      "关键字段非空率不低于 %[1]s%%",
		"examined.expect_tolerance": "行数相差不超过 %[1]s%%",
		"examined.expect_drop":      "行数降幅不超过 %[1]s%%",
		"examined.on_card":          "验收：%[1]s %[2]s",
		"examined.on_card_link":     "验收卡片",
		"examined.on_card_asked":    "验收：正在采集数据",
		"examined.on_card_first":    "验收：首次调度运行成功后执行，结果发在本话题中",

		"verdict.passed":    "通过",
		"verdict.failed":    "未通过",
		"verdict.person":    "需人工确认",
		"verdict.unchecked": "未检查",

		"verdict_in.passed":    "通过",
		"verdict_in.failed":    "未通过",
		"verdict_in.person":    "需人工确认",
		"verdict_in.unchecked": "未检查",

		"verdict_count.passed":    "通过",
		"verdict_count.failed":    "未通过",
		"verdict_count.person":    "需人工确认",
		"verdict_count.unchecked": "未检查",

		"check_name.rows":       "行数",
		"check_name.keys":       "关键字段",
		"check_name.duplicates": "重复键",
		"check_name.run":        "最近运行",
		"check_name.types":      "字段类型",
		"check_name.schedule":   "调度",
		"check_name.freshness":  "新鲜度",
		"check_name.columns":    "源表字段",

		"check_in.rows":       "行数",
		"check_in.keys":       "关键字段",
		"check_in.duplicates": "重复键",
		"check_in.run":        "最近运行",
		"check_in.types":      "字段类型",
		"check_in.schedule":   "调度",
		"check_in.freshness":  "新鲜度",
		"check_in.columns":    "源表字段",

		"occasion.first_run": "首次调度运行成功后",
		"occasion.every_run": "运行后，因本频道订阅了验收",
		"occasion.backfill":  "补数据后",
		"occasion.request":   "手动发起",

		"delivery.asked":         "正在采集源端和目标端的数据，结论得出后显示在此卡片上。",
		"delivery.passed":        "已检查的项目均符合要求（%[1]s）。",
		"delivery.failed":        "不符合要求：%[1]s。",
		"delivery.person":        "没有未通过的项目，以下需人工确认：%[1]s。",
		"delivery.unchecked":     "没有未通过的项目，但以下未能查清：%[1]s。",
		"delivery.not_looked":    "未检查。",
		"delivery.all_tables":    "%[1]s 张表全部通过。",
		"delivery.tables":        "各表结果：%[1]s。",
		"delivery.accepted":      "*已验收* · %[1]s · %[2]s，以上述数据为准。",
		"delivery.reopened":      "*已重新打开：* %[1]s未通过。",
		"delivery.accepted_text": "已验收：%[1]s。",
		"delivery.reopened_text": "曾经验收，现已重新打开。",
		"delivery.estimated":     "源表行数很多，以下为估算值，未实际统计：%[1]s。",
		"delivery.given":         "源表行数由 %[1]s 提供：%[2]s。",
		"delivery.expected":      "该任务的预期：%[1]s。",
		"delivery.more_tables":   "另有 %[1]s 张表，情况均不比以上更差。",

		"grid.source_rows":        "源表行数",
		"grid.target_rows":        "目标表行数",
		"grid.keys":               "关键字段",
		"grid.verdict":            "结论",
		"grid.acceptance_caption": "各表数据，问题严重的在前",
		"grid.unknown":            "未知",
		"grid.estimate":           "约 %[1]s（估算）",
		"grid.given":              "%[1]s（人工提供）",
		"grid.no_table":           "表不存在",
		"grid.no_keys":            "无已知字段",
		"grid.no_rows":            "无数据",
		"grid.set":                "非空率 %[1]s",
		"grid.set_unknown":        "非空率未知",
		"grid.twice":              "重复 %[1]s",
		"grid.twice_unknown":      "重复数未知",

		"accept.title":    "验收交付",
		"accept.about":    "按 %[2]s 的验收结果，验收 %[1]s 的交付。",
		"accept.open":     "有项目未通过或未确认。",
		"accept.tables":   "%[1]s：%[3]s 张表中的 %[2]s 张（%[4]s）。",
		"accept.then":     "验收人和所依据的数据会被记录。之后若有验收未通过，交付将重新打开。",
		"accept.done":     "%[1]s 的交付已验收。",
		"accept.failed":   "%[1]s 最近一次验收未通过，不能验收交付。",
		"accept.none":     "%[1]s 的交付尚未执行过验收。",
		"accept.asked":    "%[1]s 的交付正在执行验收。",
		"accept.reopened": "%[1]s 之后的一次验收未通过，本次交付不能再次验收。",
		"accept.before":   "%[1]s 的交付此前已验收。",
		"accept.again":    "原因消除后，用 /batchsync acceptance 重新执行验收。",
		"accept.first":    "先用 /batchsync acceptance 执行验收。",
		"accept.wait":     "等结论得出后再决定。",

		"accepting.under_way": "%[1]s 的交付已在执行验收，见%[2]s。",
		"accepting.no_sync":   "%[1]s 不是离线同步任务。",

		"figure.title":    "提供行数",
		"figure.about":    "源端有多少行？%[1]s 的验收将按所填行数重新判定，并注明提供者。",
		"figure.more":     "共 %[2]s 张表，仅列出前 %[1]s 张。",
		"figure.none":     "源端的表均已统计行数。",
		"figure.no_table": "请选择一张表。",
		"figure.given":    "有人给出：%[1]s 有 %[2]s 行。",
		"figure.taken":    "已记录，交付将据此重新判定。",

		"label.figure_table": "源表",
		"label.figure":       "行数",
		"hint.figure":        "以源端统计为准；任务有过滤条件时，按同样条件统计。例如 1,234,567。",

		"button.accept_delivery":   "验收交付",
		"button.give_figure":       "提供行数",
		"button.run_acceptance":    "执行验收",
		"button.expectations":      "预期",
		"button.save_expectations": "保存",

		"action.acceptance": "执行验收",
		"action.accept":     "验收交付",
		"action.expect":     "设置预期",

		"help.acceptance": "`/batchsync acceptance TASK` 对比目标表与源端，并检查关键字段、重复键、类型、调度和最近运行。",
		"help.accept":     "`/batchsync accept TASK` 按最近一次验收结果验收交付。未通过的项目会先列出。",
		"help.expect":     "`/batchsync expect TASK` 设置关键字段、非空率下限和行数容差。需要管理员权限。",
	}
}

// chineseExpecting is englishExpecting in Chinese.
func chineseExpecting() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"expect.title": "预期",
		"expect.about": "%[1]s 的表应满足的要求，从下次验收起生效。",
		"expect.done":  "%[1]s 的预期已保存。",
		"expect.next":  "从下次验收起生效。",

		"expect.changed_since": "表单打开后有人修改了预期，因此未保存任何内容。现在显示的是对方保存的内容。",

		"expect.keys_line":    "请写明是哪张表，格式为 TABLE: COLUMN, COLUMN。",
		"expect.keys_name":    "%[1]s 不是字段列表。",
		"expect.keys_twice":   "表 %[1]s 出现了两次。",
		"expect.keys_unknown": "任务没有目标表 %[1]s。",
		"expect.keys_which":   "有多张表名为 %[1]s：%[2]s。请加上 schema。",
		"expect.keys_many":    "每张表最多 %[1]s 个关键字段。",
		"expect.non_null":     "%[1]s 不是大于 0 且不超过 100 的百分比。",
		"expect.tolerance":    "%[1]s 不是 0 到 100 之间的百分比。",
		"expect.drop":         "%[1]s 不是 1 到 100 之间的整数百分比。",

		"label.keys":      "关键字段",
		"label.non_null":  "关键字段非空率下限（百分比）",
		"label.tolerance": "行数容差（百分比）",
		"label.row_drop":  "两次运行间行数降幅上限（百分比）",
		"hint.keys":       "只填键与源表主键不同的表，每行一张，格式为 TABLE: COLUMN, COLUMN。留空：使用源表主键。",
		"hint.non_null":   "留空：100。",
		"hint.tolerance":  "用于同步期间仍有写入的源端。留空：不允许相差。",
		"hint.row_drop":   "留空：使用机器人的设置。",
	}
}

// chineseDiagnosis is englishDiagnosis in Chinese.
func chineseDiagnosis() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"diagnosis.title":        "诊断：%[1]s",
		"diagnosis.line":         "依据：%[1]s",
		"diagnosis.well":         "最近一次运行没有失败，或从未运行。“探测”可检查数据源、VCluster、任务内容、调度和目标表。",
		"diagnosis.run":          "运行 %[1]s 的状态：%[2]s。“探测”可检查数据源、VCluster、任务内容、调度和目标表。",
		"diagnosis.later":        "之后的运行 %[1]s 已成功（%[2]s）。",
		"diagnosis.none":         "报错信息不在已知范围内，含义未知。其他发现见下。",
		"diagnosis.tables_next":  "重跑会整体重复这次运行；验收会把各表与源表比对；探测会查看下一次运行所需的条件。",
		"diagnosis.message_only": "已查看：运行的报错信息。",
		"diagnosis.with_log":     "已查看：运行的报错信息和日志。",
		"diagnosis.changed":      "自上次成功（%[1]s）以来的变化：",
		"diagnosis.changed_read": "自 %[1]s 成功运行时读取以来的变化：",
		"diagnosis.same":         "自上次成功（%[1]s）以来，所对比的内容没有变化。",
		"diagnosis.as_read":      "任务内容、字段和版本与 %[1]s 读取的对比。",
		"diagnosis.unread":       "无法读取自上次成功以来的变化。",
		"diagnosis.no_success":   "没有成功运行的记录可供对比。",
		"diagnosis.waiting":      "等待它的下游任务 %[1]s 个：%[2]s。",
		"diagnosis.nobody_waits": "没有等待它的下游任务。",
		"diagnosis.after_unread": "无法读取等待它的下游任务。",
		"diagnosis.delivery":     "最近一次验收（%[1]s）：%[2]s。涉及：%[3]s。",

		"act.open_studio": "需在 Studio 中处理。",

		"probes.title": "探测：%[1]s",

		"probe_name.source":   "数据源",
		"probe_name.vcluster": "VCluster",
		"probe_name.content":  "任务内容",
		"probe_name.schedule": "调度",
		"probe_name.target":   "目标表",

		"probe_fix.source":   "检查数据源的地址、账号和网络，以及数据库是否在运行。",
		"probe_fix.vcluster": "将调度改用现有的同步 VCluster。",
		"probe_fix.content":  "补全任务内容，然后发布。",
		"probe_fix.schedule": "按已保存的内容发布任务，或更改调度。",
		"probe_fix.target":   "按源表字段创建这些表。多表任务会在下次运行时自动创建。",

		"button.probe":          "探测",
		"button.probe_again":    "再次探测",
		"button.test_source":    "测试数据源",
		"button.switch_cluster": "更换 VCluster",

		"help.diagnose": "`/batchsync diagnose TASK|RUN` 解释失败运行的平台报错和日志并给出处理建议，列出自上次成功以来的变化和等待它的下游任务。",
	}
}
