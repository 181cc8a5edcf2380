package blocks

import "batchsync/internal/batchsync"

// chineseAloud is englishAloud in Chinese.
func chineseAloud() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"offer.form":       "点击按钮打开表单：Slack 只允许在点击后打开。",
		"offer.change":     "点击按钮执行：对话中的文字不会直接引起更改。",
		"button.open_form": "打开表单",
		"button.carry_out": "执行",

		"command.long":      "内容超出了命令的最大长度。",
		"command.long_hint": "用任务 id 代替名称。",

		"action.share": "发送日志",

		"run.is_task":      "%[1]s 是任务 %[2]s 的 id，不是运行 id。",
		"run.is_task_hint": "/batchsync runs %[1]s 列出该任务的运行及其 id。",

		"help.places": "同样的命令也可写在频道或话题里的 `@batchsync` 之后，回复所有人可见；在与机器人的私信中直接输入即可。",
	}
}
