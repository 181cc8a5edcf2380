package blocks

import "batchsync/internal/batchsync"

func chineseOneLine() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"oneline.long":        "一行最多 %[1]s kB。请改用整库镜像，或拆成多个任务。",
		"oneline.unclosed":    "这里的引号没有配对。",
		"oneline.stray_quote": "请给整个名称或值加引号，不要只加一部分。",

		"oneline.extra":         "箭头前只有数据源和源表。名称中有空格时请加引号。",
		"oneline.two_arrows":    "一行只能有一个箭头。名称中有箭头时请加引号。",
		"oneline.no_name":       "点号或逗号旁边缺少名称。",
		"oneline.no_schema":     "请写明 schema 和表，例如 shop.orders 或 shop.*。",
		"oneline.dots":          "表由 schema 和表名组成。名称中有点号时请加引号。",
		"oneline.two_schemas":   "一个任务只同步一个 schema 的表，这些表分别在 %[1]s 和 %[2]s 中。",
		"oneline.schema_glob":   "星号只能用在表名中，请写明一个 schema。",
		"oneline.star_others":   "单独的星号表示 schema 中的所有表，不能再列出其他表。",
		"oneline.globs_many":    "一行最多 %[1]s 个表名模式。",
		"oneline.target":        "箭头后是一个目标：schema.table、schema 或 schema.*。",
		"oneline.many_into_one": "多张表只有在分表合并时才能写入同一张表，否则沿用各自的表名。",
		"oneline.merge_name":    "分表合并需要写明目标表的名称。",

		"oneline.unknown_word": "无法识别这个词。",
		"oneline.unknown_key":  "没有这个选项。",
		"oneline.spaced":       "键、等号和值之间不能有空格。",
		"oneline.no_value":     "等号后缺少值。写 ? 表示稍后填写。",
		"oneline.choice":       "没有这个可选值。",
		"oneline.contradicts":  "与 %[1]s 矛盾。",

		"oneline.time":       "请写 00:00 到 23:59 之间的时间。",
		"oneline.minute":     "请写 :00 到 :59 之间的分钟。",
		"oneline.hour":       "请写最后一次运行的小时，1 到 23。",
		"oneline.stray_time": "请在时间前写明多久运行一次。",
		"oneline.weekday":    "这不是星期几。可用的写法：mon、tue、wed、thu、fri、sat、sun。",
		"oneline.every":      "请在 every 后写明小时数或分钟数。",
		"oneline.step":       "平台不支持这个间隔，请换一个。",

		"oneline.no_source":   "没有这个数据源。",
		"oneline.same_name":   "有多个同名项，请在向导中选择。",
		"oneline.no_folder":   "没有这个目录。",
		"oneline.no_vcluster": "没有这个 VCluster。",
		"oneline.glob_empty":  "没有匹配的表。",
		"oneline.glob_object": "对象存储的路径请加引号。",
		"oneline.by_hand":     "这类任务的内容在 Studio 中手工配置，机器人无法设置此项。",
	}
}
