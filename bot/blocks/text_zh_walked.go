package blocks

import "batchsync/internal/batchsync"

// chineseDrafts are the words of [englishDrafts].
func chineseDrafts() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"preflight.whole_names":        "%[1]s 中有 %[2]s 个表的名称可能不被目标端接受，例如 %[3]s。请在首次运行后检查这些表。",
		"field.sink_names":             "目标表名只能包含字母、数字和下划线。请去掉以下表，或分别以单表方式同步：%[1]s。",
		"field.sink_names_more":        "目标表名只能包含字母、数字和下划线。请去掉以下表，或分别以单表方式同步：%[1]s，另有 %[2]s 个。",
		"field.sink_names_prefix":      "目标表名不能以数字开头。请用命名规则在前面加上字母，或去掉以下表：%[1]s。",
		"field.sink_names_prefix_more": "目标表名不能以数字开头。请用命名规则在前面加上字母，或去掉以下表：%[1]s，另有 %[2]s 个。",

		"line.given_up":      "你的输入有误，其内容没有保留。如需继续，请从这里复制。",
		"line.given_up_long": "此处无法完整显示。",

		"home.drafts_title": "你的草稿",
		"drafts.about":      "最新的在前。每份草稿自最后一次修改起保留七天。",
		"drafts.none":       "你没有草稿。",
		"drafts.more":       "另有 %[1]s 份较早的草稿未显示。丢弃一些即可看到。",
		"choose.others":     "你另有 %[1]s 份草稿。",
		"button.all_drafts": "全部草稿",

		"preflight.writers_unread":   "有 %[1]s 个同步任务尚未读取，可能写入本任务的目标表。",
		"preflight.writers_unlisted": "平台没有列出其他任务。",
		"fix.writers_read":           "`/batchsync config TASK` 可读取一个任务。",
		"fix.writers_append":         "如果另一个任务覆盖该表，本任务追加的行会丢失。如非有意，请返回第 2 步更换目标。",
	}
}
