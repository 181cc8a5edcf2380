package blocks

import "batchsync/internal/batchsync"

// chineseFollowing is englishFollowing in Chinese.
func chineseFollowing() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"channel.unread":         "无法从 Slack 获知该频道的类型，未做任何更改。",
		"channel.no_member":      "机器人无法在这里发消息。",
		"channel.no_member_hint": "用 /invite @batchsync 邀请机器人，或在与机器人的私信中操作。",
		"channel.archived":       "该频道已归档。",
		"channel.shared":         "该频道有外部组织的成员，不在此发布任务消息。",
		"channel.shared_hint":    "换一个频道，或由管理员通过 BATCHSYNC_ALLOW_SHARED_CHANNELS 放行。",
		"channel.direct":         "该任务的卡片和消息改为私信发送：机器人无法在此频道发消息，或频道中有外部组织的成员。",

		"status.monitor":       "上次检查 %[1]s，未关闭故障 %[2]s 个",
		"status.monitor_new":   "尚未检查",
		"status.monitor_blind": "自 %[1]s 起无法检查",
		"status.backup":        "上次备份 %[1]s",
		"status.backup_none":   "尚无备份",
		"status.backup_off":    "未设置 BATCHSYNC_BACKUP_DIR，不做备份",
		"status.backup_failed": "%[1]s 的备份失败，最近一份备份为 %[2]s",
		"status.backup_never":  "%[1]s 的备份失败，尚无任何备份",

		"subscribe.told":           "%[1]s 为本频道订阅了 %[2]s：%[3]s。",
		"subscribe.no_folder":      "没有目录 %[1]s。",
		"subscribe.no_folder_hint": "写 Studio 中显示的完整路径，后接 /*。",
		"subscribe.no_source":      "没有数据源 %[1]s。",
		"subscribe.no_source_hint": "名称须与 Studio 中显示的完全一致。",
		"unsubscribe.told":         "%[1]s 取消了本频道对 %[2]s 的订阅。",
		"unsubscribe.told_left":    "%[1]s 调整了本频道对 %[2]s 的订阅，保留：%[3]s。",
		"unsubscribe.none":         "本频道没有订阅 %[1]s。",
		"unsubscribe.none_hint":    "`/batchsync subscriptions` 列出本频道的订阅。",

		"quiet.told":     "%[1]s 为 %[2]s 设置了免打扰时段：%[3]s 至 %[4]s，期间暂不发送消息。",
		"quiet.told_why": "%[1]s 为 %[2]s 设置了免打扰时段：%[3]s 至 %[4]s，原因：%[5]s。期间暂不发送消息。",
		"quiet.told_end": "%[1]s 结束了 %[2]s 的免打扰时段。",

		"ack.none":       "%[1]s 没有未关闭的故障。",
		"ack.none_hint":  "`/batchsync incidents` 列出未关闭的故障。",
		"ack.taken":      "%[1]s 已认领。",
		"ack.taken_hint": "`/batchsync ack TASK` 可接手处理。",
		"ack.done":       "已认领 %[1]s 个故障。%[2]s 小时后仍未恢复的会再次提醒。",
	}
}
