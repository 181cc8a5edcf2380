package precondition

import (
	"errors"
	"slices"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// judgeWorkspace compares the workspace of the profile with the one that
// answers.
func judgeWorkspace(want batchsync.Profile, got string, err error) batchsync.Precondition {
	const name = batchsync.PreconditionWorkspace
	fix := batchsync.T("precondition_fix.workspace")
	var pe *batchsync.PlatformError
	switch {
	case errors.As(err, &pe) && pe.Failure == batchsync.FailLogin:
		return quoting(pe.Message, failed(name, batchsync.T("precondition.workspace_refused", want.Workspace, want.Instance), fix))
	case err != nil:
		return judgeFailure(name, err)
	case want.Workspace != "" && got != "" && want.Workspace != got:
		return failed(name, batchsync.T("precondition.workspace_other", want.Workspace, got), fix)
	case want.Instance == "":
		return met(name, batchsync.T("precondition.workspace_alone", got))
	}
	return met(name, batchsync.T("precondition.workspace_ok", got, want.Instance))
}

func judgeFolder(path string, all []batchsync.Folder) batchsync.Precondition {
	const name = batchsync.PreconditionFolder
	switch {
	case path == "":
		return met(name, batchsync.T("precondition.folder_none"))
	case !slices.ContainsFunc(all, func(f batchsync.Folder) bool { return f.Path == path }):
		return failed(name, batchsync.T("precondition.folder_unknown", path), batchsync.T("precondition_fix.folder_unknown"))
	}
	return met(name, batchsync.T("precondition.folder_ok", path))
}

func judgeVCluster(want string, all []batchsync.VCluster, err error) batchsync.Precondition {
	const name = batchsync.PreconditionVCluster
	if err != nil {
		return judgeFailure(name, err)
	}
	var usable []string
	for _, v := range all {
		if v.ForSync() {
			usable = append(usable, v.Name)
		}
	}
	i := slices.IndexFunc(all, func(v batchsync.VCluster) bool { return strings.EqualFold(v.Name, want) })
	switch choose := batchsync.T("precondition_fix.vcluster_choose", batchsync.List(usable...)); {
	case len(usable) == 0:
		return failed(name, batchsync.T("precondition.vcluster_none"), batchsync.T("precondition_fix.vcluster_none"))
	case want == "":
		return met(name, batchsync.T("precondition.vcluster_unset", batchsync.List(usable...)))
	case i < 0:
		return failed(name, batchsync.T("precondition.vcluster_unknown", want), choose)
	case !all[i].ForSync():
		return failed(name, batchsync.T("precondition.vcluster_type", want, all[i].Type), choose)
	}
	switch state := all[i].State; strings.ToUpper(state) {
	case "RUNNING", "STARTING", "RESUMING", "SCALING":
		return met(name, batchsync.T("precondition.vcluster_running", want))
	case "SUSPENDED", "SUSPENDING", "STOPPED", "STOPPING":
		return met(name, batchsync.T("precondition.vcluster_asleep", want))
	default:
		return warning(name, batchsync.T("precondition.vcluster_state", want, state), batchsync.T("precondition_fix.vcluster_state"))
	}
}

// judgeRights tells of reading only: what may be made shows when it is made.
func judgeRights(schema string, schemas []string, err error) batchsync.Precondition {
	const name = batchsync.PreconditionRights
	switch {
	case batchsync.FailureOf(err) == batchsync.FailRefused:
		p := batchsync.ProblemOf(err)
		return quoting(p.Detail, failed(name, batchsync.T("precondition.rights_refused"), batchsync.T("precondition_fix.rights_refused")))
	case err != nil:
		return judgeFailure(name, err)
	case schema != "" && !slices.Contains(schemas, schema):
		return met(name, batchsync.T("precondition.rights_schema", schema))
	}
	return met(name, batchsync.T("precondition.rights_ok"))
}

// wall is how the platform writes moments.
const wall = "2006-01-02 15:04:05"

// judgePlatformZone compares how the platform writes a moment with what the
// clocks of the zone show then. What is written is not read as a moment: where
// clocks are set back, it may mean two.
func judgePlatformZone(zone string, shown []batchsync.ShownTime, err error) batchsync.Precondition {
	const name = batchsync.PreconditionPlatformZone
	loc, unknown := time.LoadLocation(zone)
	if unknown != nil || zone == "" {
		return failed(name, batchsync.T("precondition.platform_zone_unknown", zone), batchsync.T("precondition_fix.platform_zone"))
	}
	if err != nil {
		return judgeFailure(name, err)
	}
	for _, s := range shown {
		written, err := time.Parse(wall, s.Wall)
		if err != nil {
			continue // another form tells nothing
		}
		there := s.At.In(loc).Format(wall)
		if shows, _ := time.Parse(wall, there); written.Sub(shows).Abs() >= time.Minute {
			return failed(name, batchsync.T("precondition.platform_zone_other", zone, s.Wall, there), batchsync.T("precondition_fix.platform_zone"))
		}
		return met(name, batchsync.T("precondition.platform_zone_ok", zone))
	}
	return unchecked(name, batchsync.T("precondition.platform_zone_untold", zone))
}
