package blocks

import "batchsync/internal/batchsync"

// chineseSources say why nothing is known of a source table.
func chineseSources() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"source.unknown":          "机器人没有读取数据源 %[1]s 的账号。",
		"source.unknown_hint":     "请管理员在 BATCHSYNC_SOURCES 指定的文件中添加。",
		"source.login":            "数据源拒绝了机器人的账号。",
		"source.login_hint":       "请管理员在 BATCHSYNC_SOURCES 指定的文件中修正该数据源的地址。",
		"source.unreachable":      "机器人无法连接数据源。",
		"source.unreachable_hint": "请检查数据源是否在运行，以及网络是否允许机器人访问。",
		"source.timeout":          "数据源未在 %[1]s 秒内响应。",
		"source.timeout_hint":     "请在数据源空闲时重试，或自行填写数值。",
		"source.time":             "剩余时间不足，未统计此表。",
		"source.gone":             "机器人的账号在数据源中找不到此表。",
		"source.gone_hint":        "表已被删除或改名，或者该账号无权查看。",
		"source.denied":           "机器人的账号无权读取此表。",
		"source.denied_hint":      "请数据源负责人授予 SELECT 权限，或自行填写数值。",
		"source.refused":          "数据源拒绝提供此表的信息。",
		"source.refused_hint":     "数据源的返回见详情；也可自行填写数值。",
		"source.columns":          "数据源没有返回此表的字段。",
		"source.columns_hint":     "请数据源负责人允许机器人的账号查看字段。",
		"source.name":             "该表名不支持在数据源中查询。",
		"source.filter":           "任务的过滤条件不是简单条件，机器人不按它统计。",
		"source.parameters":       "任务的过滤条件含有参数，参数值只有平台知道。",
		"source.count_hint":       "请在数据源中统计，并自行填写数值。",
	}
}
