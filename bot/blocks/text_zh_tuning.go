package blocks

import "batchsync/internal/batchsync"

func chineseTuning() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"label.where":      "只同步符合条件的行",
		"label.parallel":   "并发数",
		"label.rate":       "限速（MB/秒）",
		"label.keyed_mode": "有主键的表的写入模式",

		"button.more_options": "更多选项",
		"option.own_default":  "平台默认值",
		"hint.where":          "源端 SQL 的过滤条件，不写 WHERE，例如 updated_at >= '2026-01-01'。留空表示全部行。",
		"hint.parallel":       "同时同步的表数（单表为分片数），最多 10。越大越快，对源端的压力也越大。",
		"hint.rate":           "整数；留空表示不限速。",
		"hint.keyed_mode":     "第一步选择的写入模式用于无主键的表。upsert 需在 Studio 中设置。",
		"hint.rule_open":      "如需改名，请填写命名规则：{SOURCE_DATABASE} 和 {SOURCE_TABLE} 代表源端名称。按回车键预览名称。",
		"hint.target":         "任务负责人需要目标端的 CREATE 和 INSERT 权限。",

		"mode.single":            "一张表同步到一张表：目标表不存在时会自动创建。之后不跟随源端的字段变更。",
		"mode.several":           "自动创建缺失的目标表，并跟随字段变更：新增字段自动添加，删除的字段写入 NULL。不支持主键变更，也不支持同类扩宽以外的类型变更（如 int 改为 double）。",
		"mode.whole":             "之后在 schema 中新增的表也会同步。",
		"mode.merge":             "将多张同构表合并为一张。内容需在 Studio 中配置，其余由机器人完成。",
		"mode.object":            "对象存储需手动配置：机器人创建任务，你在 Studio 中配置内容，其余由机器人完成。",
		"mode.overwrite":         "每次运行都读取全部行并替换目标表中的数据，表越大耗时越长。",
		"mode.overwrite_several": "每次运行都读取所有表的全部行并替换目标表中的数据。有主键的表可在“更多选项”中另选；upsert 需要主键，在 Studio 中设置。",
		"mode.append":            "保留目标表中已有的数据，每次运行再追加全部行。",
		"mode.append_single":     "保留目标表中已有的数据，每次运行再追加全部行，除非在“更多选项”中设置过滤条件。",
		"mode.append_several":    "保留目标表中已有的数据，每次运行再追加全部行；只有单表同步可以设置过滤条件。此模式用于无主键的表，有主键的表见“更多选项”。",
		"schedule.low_load":      "每次运行都会读取源端：请选择源端的低峰时段。",
		"field.upsert_in_studio": "upsert 需要有主键的表，并在 Studio 中设置。请在此选择其他写入模式。",
		"naming.title":           "目标端的名称（%[1]s 张表）：",
		"naming.unknown":         "尚未读到该 schema 的表，因此无法预览名称。",
		"naming.clash":           "✗ %[1]s",
		"review.columns_unread":  "源端字段未知：%[1]s",
		"review.columns_fit":     "源端有 %[1]s 个字段，类型均无需留意。",
		"review.columns_look":    "%[2]s 个字段中有 %[1]s 个的类型需要留意：%[3]s。",
		"plan.edit":              "然后设置其余内容：%[1]s。",
		"edit.rule":              "按规则 %[1]s 命名",
		"edit.write_mode":        "无主键的表使用%[1]s",
		"edit.keyed_mode":        "有主键的表使用%[1]s",
		"edit.where":             "只同步符合 %[1]s 的行",
		"edit.parallel":          "并发数 %[1]s",
		"edit.rate":              "限速 %[1]s MB/秒",

		"field.parallel_range":     "请选择 1 到 %[1]s 之间的数，留空则使用平台默认值。",
		"field.rate_range":         "请填写 1 到 %[1]s 之间的数，留空表示不限速。",
		"field.rate_single_only":   "只有单表同步可以限速。",
		"field.keyed_several_only": "只有同步多张表时才区分有无主键。",
		"field.where_single_only":  "只有单表同步可以按条件过滤行。",
		"field.where_long":         "过滤条件最多 %[1]s 个字符。",
		"field.where_word":         "不要写 WHERE，平台会自动加上。",
		"field.where_params":       "带 ${bizdate} 等参数的过滤条件只能在 Studio 中设置。",
		"field.where_unsafe":       "过滤条件只能是一个表达式：引号和括号成对，不含分号、注释和反斜杠。",
		"field.where_clause":       "%[1]s 会使过滤条件提前结束，请去掉；如果是列名，请加上引号。",
		"field.sink_clash":         "%[1]s 会写入同一张表 %[2]s：Lakehouse 的名称不区分大小写。",
		"field.mapping_long":       "一条命令放不下 %[1]s 张表的新名称。请减少表的数量，或保留原表名。",

		"differs.write_mode_unseen": "平台未显示任务的写入模式，无法确认是否为%[1]s。",
		"differs.keyed_mode_unseen": "平台未显示有主键的表的写入模式，无法确认是否为%[1]s。",

		"differs.keyed_mode": "有主键的表应以 %[1]s 写入，平台上是 %[2]s。",
		"differs.where":      "过滤条件应为 %[1]s，平台上是 %[2]s。",
		"differs.parallel":   "并发数应为 %[1]s，平台上是 %[2]s。",
		"differs.rate":       "限速应为 %[1]s MB/秒，平台上是 %[2]s。",
	}
}
