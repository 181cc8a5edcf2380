package blocks

import "batchsync/internal/batchsync"

// chineseSigns are the signs of life of the bot's parts.
func chineseSigns() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"part.disk":            "磁盘",
		"disk.full":            "机器人的磁盘已满，未保存任何内容。",
		"disk.read_only":       "机器人的磁盘为只读，未保存任何内容。",
		"disk.hint":            "请联系管理员，待磁盘恢复正常后重试。",
		"status.sign_slack":    "上次收到数据：%[1]s前",
		"status.sign_platform": "cz-cli 上次响应：%[1]s前",
		"status.sign_monitor":  "上次完整检查：%[1]s前",
		"status.sign_outbox":   "最早的一条已等待 %[1]s，正常不超过 %[2]s",
		"status.sign_store":    "上次写入：%[1]s前",
		"status.sign_disk":     "可用 %[1]s MB，至少需要 %[2]s MB",
		"status.sign_full":     "磁盘已满或只读，无法保存任何更改，上次写入：%[1]s前",
		"status.sign_failed":   "无法写入，上次写入：%[1]s前",
		"status.sign_missing":  "已有 %[1]s没有动静，正常不超过 %[2]s",
		"status.sign_not_yet":  "启动 %[1]s以来尚无动静",
	}
}
