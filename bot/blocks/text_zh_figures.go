package blocks

import "batchsync/internal/batchsync"

// chineseFigures is englishFigures in Chinese.
func chineseFigures() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"figures.name":         "平台无法查询使用这种名称的表。",
		"figures.name_hint":    "在 Studio 中查看该表。",
		"figures.cluster":      "机器人使用的 VCluster 仅供同步，不能统计行数。",
		"figures.cluster_hint": "由管理员在 cz-cli 的 profile 中改用通用型或分析型 VCluster。",
	}
}
