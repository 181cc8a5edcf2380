package batchsync

// CommonZones are the time zones that are offered, by their IANA names: UTC and
// one for each large place. Any other one can be named.
func CommonZones() []string {
	return []string{
		"UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "America/Argentina/Buenos_Aires",
		"America/Bogota", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City",
		"America/New_York", "America/Sao_Paulo", "America/Toronto", "Asia/Bangkok", "Asia/Dubai",
		"Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Karachi", "Asia/Kolkata", "Asia/Manila",
		"Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tokyo",
		"Australia/Sydney", "Europe/Amsterdam", "Europe/Berlin", "Europe/Istanbul", "Europe/London",
		"Europe/Madrid", "Europe/Moscow", "Europe/Paris", "Pacific/Auckland",
	}
}
