package blocks

import "batchsync/internal/batchsync"

// chineseMessageWizard is englishMessageWizard in Chinese.
func chineseMessageWizard() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"button.all_questions": "全部问题",
		"button.take_line":     "采用此行",
		"button.go_on":         "继续",
		"button.new_like":      "仿照新建",

		"frame.many": "已选 %[1]s 项，菜单里放不下，会保持不变；要重新选择，请输入新的一行，或更改上面的选项。",

		"frame.cut": "消息里放不下其余内容，请打开表单查看。",

		"line.wrong":      "这一行有误：",
		"line.nearest":    "相近的有：%[1]s。",
		"line.hint":       "“继续”会保留该行的其他内容，并询问其余部分。",
		"line.left_out":   "未能识别，已略去：%[1]s。",
		"line.unread":     "平台未能给出列表，因此该行中的名称尚未确定。",
		"line.other_kept": "该行开始了自己的草稿，另一份草稿仍然保留。",

		"questions.intro":  "一行即可新建离线同步：替换大写的词，想被询问的内容可以省略。",
		"questions.draft":  "草稿写成一行：替换每个 ? 以及需要改动的内容。草稿：%[1]s。",
		"questions.source": "• *来源*：数据源名称，含空格时加引号。",
		"questions.tables": "• *表*：`schema.table`；多张表 `schema.t1,t2`；整库 `schema.*`；按名称匹配 `schema.order_*`。",
		"questions.target": "• *目标*写在 `-&gt;` 之后：`schema.table`，或用 `schema.*` 保留表名；合并的目标表写在 `=&gt;` 之后。然后写 `overwrite` 或 `append`。",
		"questions.rhythm": "• *调度*：`daily 02:00`、`weekdays 02:00`、`weekly mon,thu 02:00`、`monthly 1 02:00`、`hourly :30`、`every 2h from 08:00 until 20`、`every 15m`。",
		"questions.keys":   "• *其他*：`folder=` `vc=` `name=` `zone=` `lake=`（目标）`where=` `parallel=` `rate=` `keyed=`（有主键的表的写入模式）`debug=yes`（设置调度前先运行一次）。",
		"questions.long":   "草稿中的表太多，这里放不下。可用 `schema.order_*` 这样的模式写成一行。",
		"questions.then":   "把这一行作为命令输入，或写在 `@batchsync` 之后。内容完整时直接进入核对页。",

		"like.content":      "无法读取该任务的内容，因此只沿用其调度和位置。",
		"like.source_gone":  "该任务的数据源 %[1]s 不在平台的列表中。",
		"like.tables":       "平台没有给出该任务的表。",
		"like.schemas":      "该任务涉及多个来源或目标 schema；这里新建的任务各只有一个。",
		"like.names":        "该任务的表名不是按同一规则修改的；这里保留原名。",
		"like.merge":        "该任务合并多张表，其内容需在 Studio 中手动设置。",
		"like.write_mode":   "该任务的写入模式 %[1]s 无法在此设置。",
		"like.keyed_mode":   "有主键的表的模式 %[1]s 需在 Studio 中设置；这里为覆盖。",
		"like.columns":      "该任务的参数和改动过的列不会沿用，请在 Studio 中查看。",
		"like.parallel":     "该任务的并发数 %[1]s 不会沿用；这里最多为 %[2]s。",
		"like.no_schedule":  "该任务没有保存调度。",
		"like.schedule":     "该任务的调度 %[1]s 无法在此设置。",
		"like.from":         "已仿照 %[1]s 填写。",
		"like.no_sync":      "%[1]s 不是离线同步任务，无法仿照。",
		"like.no_sync_hint": "输入 /batchsync list 查找离线同步任务。",

		"help.questions": "`/batchsync questions` – 在一段文字中列出新建同步所需的一切：把未完成的草稿写成 `/batchsync new` 可用的一行，未定之处为 ?。",
	}
}
