package blocks

import "batchsync/internal/batchsync"

// englishIncidents are what acting on incidents, quiet windows and rehearsals
// is answered with.
func englishIncidents() map[batchsync.TextKey]string {
	return map[batchsync.TextKey]string{
		"incident.gone":           "This incident is no longer stored.",
		"incident.closed_since":   "This incident is closed by now.",
		"incident.acked":          "Acknowledged: %[1]s.",
		"incident.acked_all":      "Acknowledged: all %[1]s.",
		"incident.acked_platform": "Acknowledged: the platform does not answer.",
		"alert.gone":              "This alert is no longer stored.",
		"quiet.gone":              "There is no such quiet window, or it is over.",
		"rehearse.under_way":      "A rehearsal is under way in this channel already. Wait until it is resolved.",
	}
}
