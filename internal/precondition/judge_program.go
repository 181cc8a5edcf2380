package precondition

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"batchsync/internal/batchsync"
)

// judgeFailure is the line of a question to the platform that failed.
func judgeFailure(name batchsync.PreconditionName, err error) batchsync.Precondition {
	p := batchsync.ProblemOf(err)
	return quoting(p.Detail, failed(name, p.Text, p.Hint))
}

func judgeVersion(version, recorded string, err error) batchsync.Precondition {
	const name = batchsync.PreconditionProgram
	switch {
	case errors.Is(err, fs.ErrPermission):
		return failed(name, batchsync.T("precondition.program_denied"), batchsync.T("precondition_fix.program_denied"))
	case batchsync.FailureOf(err) == batchsync.FailMissingProgram:
		return failed(name, batchsync.T("precondition.program_missing"), batchsync.T("precondition_fix.program_missing"))
	case err != nil:
		return judgeFailure(name, err)
	}
	switch order, ok := compareVersions(version, recorded); {
	case !ok || order != 0 && !sameLine(version, recorded):
		return warning(name, batchsync.T("precondition.program_other", version, recorded), batchsync.T("precondition_fix.program_other"))
	case order < 0:
		return warning(name, batchsync.T("precondition.program_old", version, recorded), batchsync.T("precondition_fix.program_old"))
	}
	return met(name, batchsync.T("precondition.program_ok", version))
}

// numbers are those of a version such as 1.17.19.
func numbers(version string) ([]int, bool) {
	var out []int
	core, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), "-")
	for _, s := range strings.Split(core, ".") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return nil, false
		}
		out = append(out, n)
	}
	return out, len(out) >= 2
}

func compareVersions(a, b string) (order int, ok bool) {
	x, okX := numbers(a)
	y, okY := numbers(b)
	return slices.Compare(x, y), okX && okY
}

// sameLine reports whether two versions differ in what only mends.
func sameLine(a, b string) bool {
	x, okX := numbers(a)
	y, okY := numbers(b)
	return okX && okY && slices.Equal(x[:2], y[:2])
}

func judgeCommands(missing []string, err error) batchsync.Precondition {
	const name = batchsync.PreconditionCommands
	switch {
	case err != nil:
		return judgeFailure(name, err)
	case len(missing) > 0:
		return failed(name, batchsync.T("precondition.commands_missing", batchsync.List(missing...)), batchsync.T("precondition_fix.commands_missing"))
	}
	return met(name, batchsync.T("precondition.commands_ok"))
}

// judgeProfile finds the profile that calls are made with. Of one that it does
// not know the program says nothing: it goes on with what it has instead.
func judgeProfile(all []batchsync.Profile, asked string, err error) (batchsync.Profile, batchsync.Precondition) {
	const name = batchsync.PreconditionProfile
	if batchsync.FailureOf(err) == batchsync.FailNoProfile || err == nil && len(all) == 0 {
		return batchsync.Profile{}, failed(name, batchsync.T("precondition.profile_none"), batchsync.T("precondition_fix.profile_none"))
	}
	if err != nil {
		return batchsync.Profile{}, judgeFailure(name, err)
	}
	var names []string
	for _, p := range all {
		if p.Name == asked || asked == "" && p.Default {
			return p, met(name, batchsync.T("precondition.profile_ok", p.Name))
		}
		names = append(names, p.Name)
	}
	if asked == "" {
		return all[0], met(name, batchsync.T("precondition.profile_ok", all[0].Name))
	}
	return batchsync.Profile{}, failed(name, batchsync.T("precondition.profile_unknown", asked, batchsync.List(names...)), batchsync.T("precondition_fix.profile_unknown"))
}

func judgeLogin(there batchsync.Connection, err error) batchsync.Precondition {
	const name = batchsync.PreconditionLogin
	switch {
	case err != nil:
		return judgeFailure(name, err)
	case !there.Connected && there.Failure == batchsync.FailLogin:
		return quoting(there.Reason, failed(name, batchsync.T("precondition.login_refused"), batchsync.T("precondition_fix.login_refused")))
	case !there.Connected:
		return quoting(there.Reason, failed(name, batchsync.T("precondition.login_silent"), batchsync.T("precondition_fix.login_silent")))
	}
	return met(name, batchsync.T("precondition.login_ok"))
}
