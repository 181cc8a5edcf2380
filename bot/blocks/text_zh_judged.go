package blocks

import "batchsync/internal/batchsync"

// chineseJudged is englishJudged in Chinese.
func chineseJudged() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"judged.no_tables":      "任务包含哪些表未知。",
		"judged.no_target":      "目标表不存在。",
		"judged.target_unknown": "无法查看目标表。",
		"judged.table_missing":  "目标表 %[1]s 不存在。",

		"judged.rows_none":          "源表和目标表都没有数据。",
		"judged.rows_equal":         "源表与目标表行数一致：%[1]s。",
		"judged.rows_equal_person":  "目标表行数与人工提供的源表行数一致：%[1]s。",
		"judged.rows_within":        "目标表 %[1]s 行，源表 %[2]s 行，相差在预期的 %[3]s%% 以内。",
		"judged.rows_fewer":         "目标表 %[1]s 行，源表 %[2]s 行，少 %[3]s 行。",
		"judged.rows_more":          "目标表 %[1]s 行，源表 %[2]s 行，多 %[3]s 行。",
		"judged.rows_appended":      "任务为追加写入，不作对比。目标表 %[1]s 行，源表 %[2]s 行。",
		"judged.rows_estimate":      "目标表 %[1]s 行，源表约 %[2]s 行（估算），相差在预期的 %[3]s%% 以内。",
		"judged.rows_estimate_off":  "目标表 %[1]s 行，源表约 %[2]s 行（估算），相差超过 %[3]s%%：请用实际统计的行数对比。",
		"judged.rows_dropped":       "目标表 %[1]s 行，上次验收时 %[2]s 行。预期降幅不超过 %[3]s%%，源表行数未知。",
		"judged.rows_dropped_since": "目标表 %[1]s 行，最近一次已知（%[4]s）为 %[2]s 行。预期降幅不超过 %[3]s%%，源表行数未知。",
		"judged.columns_since":      "与最近一次已知的字段（%[1]s）对比。",
		"judged.source_unknown":     "未作对比：无法统计源表行数。目标表 %[1]s 行。",
		"judged.source_ask":         "源表有多少行？目标表 %[1]s 行。",

		"judged.keys_none":           "没有已知的关键字段，可在“预期”中指定。",
		"judged.keys_set":            "每行均非空：%[1]s。",
		"judged.keys_share":          "非空率不低于 %[2]s%%：%[1]s。",
		"judged.keys_low":            "非空率低于 %[2]s%%：%[1]s。",
		"judged.keys_absent":         "目标表缺少字段：%[1]s。",
		"judged.keys_unknown":        "非空行数未知：%[1]s。",
		"judged.keys_no_rows":        "目标表没有数据，源表行数未知。",
		"judged.keys_no_rows_either": "目标表没有数据，源表也没有。",
		"judged.keys_rows_lost":      "目标表没有数据，源表 %[1]s 行。",

		"judged.no_rows":             "没有数据。",
		"judged.duplicates":          "键 %[2]s 重复的行数：%[1]s。",
		"judged.duplicates_appended": "键 %[2]s 重复的行数：%[1]s。任务为追加写入，重复可能来自多次运行，请确认是否符合预期。",
		"judged.duplicates_merged":   "键 %[2]s 重复的行数：%[1]s。多张源表写入此表，它们的键可能相同，请在“预期”中指定此表的键。",
		"judged.no_duplicates":       "没有重复键：%[1]s。",
		"judged.duplicates_unknown":  "是否有重复键未知。",

		"judged.run_ok":        "最近一次调度运行 %[1]s（%[2]s）成功。",
		"judged.run_ok_later":  "最近一次已结束的调度运行 %[1]s（%[2]s）成功；另有一次运行正在进行，数据可能变动。",
		"judged.run_made_good": "最近一次调度运行 %[1]s（%[2]s）未成功；之后同一时间点的另一次运行成功。",
		"judged.run_failed":    "最近一次调度运行 %[1]s（%[2]s）失败。",
		"judged.run_blocked":   "最近一次调度运行 %[1]s（%[2]s）因上游失败无法开始。",
		"judged.run_stopped":   "最近一次调度运行 %[1]s（%[2]s）被人工停止。",
		"judged.run_paused":    "最近一次调度运行 %[1]s（%[2]s）被人工暂停。",
		"judged.run_odd":       "最近一次调度运行 %[1]s 处于未知状态（%[2]s）。",
		"judged.run_open":      "尚无已结束的调度运行。",
		"judged.run_none":      "尚无调度运行。",
		"judged.run_unread":    "无法读取运行记录。",

		"judged.schedule_asked":     "已按要求发布。下次运行：%[1]s。",
		"judged.schedule_saved":     "已按保存的内容发布。下次运行：%[1]s。",
		"judged.schedule_unread":    "无法读取已发布的内容。",
		"judged.schedule_offline":   "任务未发布。",
		"judged.schedule_other":     "已发布的调度为 %[1]s，要求的是 %[2]s。",
		"judged.cluster_other":      "已发布的 VCluster 为 %[1]s，要求的是 %[2]s。",
		"judged.schedule_not_saved": "已发布的调度为 %[1]s（%[2]s），已保存的却是 %[3]s（%[4]s）。",
		"judged.schedule_unasked":   "已发布的调度为 %[1]s（%[2]s），原本的要求未知。下次运行：%[3]s。",
		"judged.schedule_zone":      "要求的调度无法用平台时区的表达式表示；已发布的为 %[1]s。下次运行：%[2]s。",
		"judged.next_unknown":       "无法得知调度 %[1]s 的下次运行时间。",
		"judged.next_never":         "调度 %[1]s 不会再运行。",

		"judged.fresh":          "最近写入：%[1]s。",
		"judged.fresh_nothing":  "源表没有数据，无需写入。",
		"judged.fresh_no_run":   "没有可与最近写入对比的运行。",
		"judged.fresh_unknown":  "目标表的写入时间未知。",
		"judged.fresh_no_write": "平台没有目标表的写入记录，可能已超出保留期。",
		"judged.fresh_ahead":    "最近写入时间为 %[1]s，晚于当前时间。请检查设置中的平台时区。",
		"judged.fresh_unsure":   "最近写入时间为 %[1]s，最近一次运行始于 %[2]s，无法确定两者是否为同一时区。",
		"judged.never_written":  "目标表从未写入。",
		"judged.stale":          "最近写入：%[1]s。最近一次运行在此之后开始：%[2]s。",
	}
}

// chineseTypes is englishTypes in Chinese.
func chineseTypes() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"types.fit":           "字段类型全部匹配（%[1]s 个）。",
		"types.accepted":      "需要留意、但此前已验收的字段（%[1]s 个）：%[2]s。",
		"types.no_source":     "源表字段未知。",
		"types.no_target":     "目标表字段未知。",
		"types.absent":        "目标表缺少的字段（%[1]s 个）：%[2]s。",
		"types.narrow":        "目标表长度或范围不足的字段（%[1]s 个）：%[2]s。",
		"types.other":         "类型无法容纳源值的字段（%[1]s 个）：%[2]s。",
		"types.bit":           "BIT 类型字段，目标端没有对应类型（%[1]s 个）：%[2]s。",
		"types.enum":          "ENUM 类型字段（%[1]s 个），请检查写入的是文本而非数字：%[2]s。",
		"types.set":           "SET 类型字段（%[1]s 个），请检查写入的是文本而非数字：%[2]s。",
		"types.time":          "时刻或时长字段，目标端没有对应类型（%[1]s 个）：%[2]s。",
		"types.text":          "TEXT 类字段（%[1]s 个），请检查长值是否被截断：%[2]s。",
		"types.unsigned":      "无符号字段（%[1]s 个），请检查最大值：%[2]s。",
		"types.unsigned_high": "上半段取值会溢出的无符号字段（%[1]s 个）：%[2]s。",
		"types.precision":     "超过 38 位的 DECIMAL 字段（%[1]s 个）：%[2]s。",
		"types.scale":         "小数位数减少的字段（%[1]s 个）：%[2]s。",
		"types.open_decimal":  "源端未说明精度的 DECIMAL 字段（%[1]s 个）：%[2]s。",
		"types.unknown":       "类型无法识别的字段（%[1]s 个）：%[2]s。",
		"types.cross":         "类型类别改变的字段（%[1]s 个）：%[2]s。",
		"types.dates_unread":  "未能及时查明源端是否有 0000-00-00 这类日期，可能涉及的字段（%[1]s 个）：%[2]s。",
		"types.zero_date":     "源端有 0000-00-00 这类日期，可能涉及的字段（%[1]s 个）：%[2]s。",

		"columns.unknown":        "源表字段未知。",
		"columns.unknown_before": "上次验收时源表字段未知。",
		"columns.first":          "首次验收，今后将对比字段变化。",
		"columns.same":           "字段均无变化（%[1]s 个）。",
		"columns.key":            "加入或移出主键的字段（%[1]s 个）：%[2]s。",
		"columns.retyped":        "类型改变的字段（%[1]s 个）：%[2]s。",
		"columns.gone":           "已删除的字段（%[1]s 个）：%[2]s。",
		"columns.added":          "新增的字段（%[1]s 个）：%[2]s。",
	}
}

// chineseChanged is englishChanged in Chinese.
func chineseChanged() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"changed.columns_key":     "%[1]s 加入或移出主键的字段（%[2]s 个）：%[3]s。",
		"changed.columns_retyped": "%[1]s 类型改变的字段（%[2]s 个）：%[3]s。",
		"changed.columns_gone":    "%[1]s 已删除的字段（%[2]s 个）：%[3]s。",
		"changed.columns_added":   "%[1]s 新增的字段（%[2]s 个）：%[3]s。",
		"changed.columns_many":    "字段有变化的源表（%[1]s 张）：%[2]s。",
		"changed.datasource":      "原来从 %[1]s 同步到 %[2]s，现在从 %[3]s 同步到 %[4]s。",
		"changed.tables_added":    "新增的表（%[1]s 张）：%[2]s。",
		"changed.tables_gone":     "移除的表（%[1]s 张）：%[2]s。",
		"changed.mapping":         "字段映射有变化：%[1]s。",
		"changed.mode":            "任务原为 %[1]s、%[2]s，现为 %[3]s、%[4]s。",
		"changed.rules":           "源 schema 或命名规则有变化。",
		"changed.where":           "源端过滤条件有变化。",
		"changed.parallel":        "并发数由 %[1]s 改为 %[2]s。",
		"changed.rate":            "限速由 %[1]s 改为 %[2]s MB/秒。",
		"changed.keyed_mode":      "有主键的表的写入模式由 %[1]s 改为 %[2]s。",
		"changed.vcluster":        "VCluster 由 %[1]s 改为 %[2]s。",
		"changed.schedule":        "调度由 %[1]s 改为 %[2]s。",
		"changed.zone":            "调度时区由 %[1]s 改为 %[2]s。",
		"changed.version":         "任务重新发布过：版本由 %[1]s 变为 %[2]s。",

		"uncompared.content":      "未对比任务内容。",
		"uncompared.columns":      "未对比源表字段。",
		"uncompared.columns_some": "已对比 %[2]s 张源表中 %[1]s 张的字段。",
		"uncompared.widths":       "对比字段类型时不含长度。",
		"uncompared.vcluster":     "未对比 VCluster。",
		"uncompared.schedule":     "未对比调度。",
		"uncompared.version":      "未对比已发布的版本。",

		"figure.how":        "填写整数行数，例如 1234567 或 1,234,567。",
		"figure.missing":    "请填写行数。",
		"figure.negative":   "行数不能为负：%[1]s。",
		"figure.large":      "数字 %[1]s 过大。",
		"figure.unreadable": "无法识别数字 %[1]s。",
	}
}

// chineseProbes is englishProbes in Chinese.
func chineseProbes() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"probe.source_ok":        "平台可以连通数据源 %[1]s。",
		"probe.source_bad":       "平台无法连通数据源 %[1]s。",
		"probe.source_unknown":   "无法测试数据源。",
		"probe.vcluster_ok":      "VCluster %[1]s 可用于同步。",
		"probe.vcluster_gone":    "VCluster %[1]s 不存在。",
		"probe.vcluster_type":    "VCluster %[1]s 为 %[2]s 类型，同步须使用 INTEGRATION 类型。",
		"probe.vcluster_unknown": "VCluster 类型未知。",
		"probe.content_ok":       "任务已配置，同步 %[1]s 张表。",
		"probe.content_whole":    "任务已配置为同步 %[1]s 的全部表。",
		"probe.content_none":     "任务尚未配置。",
		"probe.content_empty":    "任务没有配置表。",
		"probe.content_unmapped": "任务没有配置字段。",
		"probe.content_crossed":  "两侧字段名不一致的映射（%[1]s 个）：%[2]s。",
		"probe.content_unknown":  "无法读取任务内容。",
		"probe.target_ok":        "目标表全部存在（%[1]s 张）。",
		"probe.target_gone":      "不存在的目标表（%[1]s 张）：%[2]s。",
		"probe.target_some":      "无法查看的目标表（%[1]s 张）：%[2]s。",
		"probe.target_part":      "只查看了 %[2]s 张目标表中的 %[1]s 张，这些表存在。",
		"probe.target_unknown":   "所有目标表均无法查看。",
	}
}
