package batchsync

// CheckLine is one check that is made before a sync is created, in words.
type CheckLine struct {
	Part  CheckPart
	Level CheckLevel
	Text  Text // what was found
	Why   Text // of a question that got no answer; else zero
	Fix   Text // what to do about it, and where; zero where there is nothing to do
	// Detail is the platform's own message; foreign text, may be empty.
	Detail string
}

// CheckLevel says how a check came out.
type CheckLevel string

const (
	LevelTick    CheckLevel = "tick"    // as it should be
	LevelWarning CheckLevel = "warning" // worth knowing; the creation goes on
	LevelCross   CheckLevel = "cross"   // the creation would be refused
	LevelUnread  CheckLevel = "unread"  // not known: nothing was answered, or nobody can ask
)

// CheckLevels are all levels.
func CheckLevels() []CheckLevel {
	return []CheckLevel{LevelTick, LevelWarning, LevelCross, LevelUnread}
}

// CheckPart is what a check is about.
type CheckPart string

const (
	PartProfile  CheckPart = "profile"
	PartRights   CheckPart = "rights"
	PartSource   CheckPart = "source"
	PartTables   CheckPart = "tables"
	PartTarget   CheckPart = "target"
	PartSchema   CheckPart = "schema"  // of the target
	PartWriters  CheckPart = "writers" // other tasks that write the target
	PartFolder   CheckPart = "folder"
	PartName     CheckPart = "name"
	PartVCluster CheckPart = "vcluster"
	PartSchedule CheckPart = "schedule"
	PartRerun    CheckPart = "rerun"
)

// CheckParts are all parts in the order they are shown in.
func CheckParts() []CheckPart {
	return []CheckPart{
		PartProfile, PartRights, PartSource, PartTables, PartTarget, PartSchema, PartWriters,
		PartFolder, PartName, PartVCluster, PartSchedule, PartRerun,
	}
}

// FirstCross is the first check that would have the creation refused.
func FirstCross(lines []CheckLine) (CheckLine, bool) {
	for _, l := range lines {
		if l.Level == LevelCross {
			return l, true
		}
	}
	return CheckLine{}, false
}
