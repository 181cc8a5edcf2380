package precondition

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"batchsync/internal/batchsync"
)

// judgeRefused is the line of whatever Slack did not answer as hoped.
func judgeRefused(name batchsync.PreconditionName, err error, text, fix batchsync.Text) batchsync.Precondition {
	var no *Refusal
	switch {
	case !errors.As(err, &no):
		return failed(name, batchsync.T("precondition.slack_silent"), batchsync.T("precondition_fix.slack_silent"))
	case no.Code == "missing_scope" && no.Needed != "" && no.Needed != "connections:write":
		return unchecked(name, batchsync.T("precondition.because_scope", no.Needed))
	}
	return failed(name, text, fix)
}

func code(err error) string {
	var no *Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}

func judgeBotToken(me Identity, err error) batchsync.Precondition {
	const name = batchsync.PreconditionBotToken
	fix := batchsync.T("precondition_fix.bot_token")
	switch {
	case err == nil:
		return met(name, batchsync.T("precondition.bot_token_ok", me.User))
	case code(err) == "not_allowed_token_type":
		return failed(name, batchsync.T("precondition.token_kind"), fix)
	}
	return judgeRefused(name, err, batchsync.T("precondition.token_refused", code(err)), fix)
}

func judgeAppToken(err error) batchsync.Precondition {
	const name = batchsync.PreconditionAppToken
	fix := batchsync.T("precondition_fix.app_token")
	switch code(err) {
	case "not_allowed_token_type":
		return failed(name, batchsync.T("precondition.token_kind"), fix)
	case "missing_scope":
		return failed(name, batchsync.T("precondition.app_scope"), fix)
	}
	if err == nil {
		return met(name, batchsync.T("precondition.app_token_ok"))
	}
	return judgeRefused(name, err, batchsync.T("precondition.token_refused", code(err)), fix)
}

// judgeScopes compares what was granted with what is needed.
func judgeScopes(me Identity, need []Scope) batchsync.Precondition {
	const name = batchsync.PreconditionScopes
	if !me.Scoped {
		return unchecked(name, batchsync.T("precondition.scopes_untold"))
	}
	var missing, uses, names []string
	for _, s := range need {
		names = append(names, s.Name)
		if !slices.Contains(me.Scopes, s.Name) {
			missing = append(missing, s.Name)
			uses = append(uses, s.For...)
		}
	}
	slices.Sort(uses)
	more := slices.DeleteFunc(slices.Clone(me.Scopes), func(s string) bool { return slices.Contains(names, s) })
	switch {
	case len(missing) > 0:
		return failed(name, batchsync.T("precondition.scopes_missing", batchsync.List(missing...), batchsync.List(slices.Compact(uses)...)),
			batchsync.T("precondition_fix.scopes"))
	case len(more) > 0:
		return warning(name, batchsync.T("precondition.scopes_more", batchsync.List(more...)), batchsync.T("precondition_fix.scopes_more"))
	}
	return met(name, batchsync.T("precondition.scopes_ok", strconv.Itoa(len(need))))
}

// Bounds of the clock.
const (
	clockWarns = 5 * time.Second
	clockFails = time.Minute
)

func judgeClock(me Identity) batchsync.Precondition {
	const name = batchsync.PreconditionClock
	off := me.Skew.Round(time.Second)
	text := batchsync.T("precondition.clock_behind", off.Abs().String())
	if off < 0 {
		text.Key = "precondition.clock_ahead"
	}
	switch fix := batchsync.T("precondition_fix.clock"); {
	case !me.Timed:
		return unchecked(name, batchsync.T("precondition.clock_untold"))
	case me.Skew.Abs() > clockFails:
		return failed(name, text, fix)
	case me.Skew.Abs() > clockWarns:
		return warning(name, text, fix)
	}
	return met(name, batchsync.T("precondition.clock_ok"))
}

func judgeChannel(id string, there Channel, allowShared bool, err error) batchsync.Precondition {
	const name = batchsync.PreconditionChannel
	invite := batchsync.T("precondition_fix.channel_invite", id)
	switch {
	case err != nil:
		return judgeRefused(name, err, batchsync.T("precondition.channel_unknown", id, code(err)), invite)
	case there.Archived:
		return failed(name, batchsync.T("precondition.channel_archived", id), batchsync.T("precondition_fix.channel_other"))
	case !there.Member:
		return failed(name, batchsync.T("precondition.channel_not_in", id), invite)
	case there.Shared && !allowShared:
		return failed(name, batchsync.T("precondition.channel_shared", id), batchsync.T("precondition_fix.channel_shared"))
	}
	return met(name, batchsync.T("precondition.channel_ok", id))
}

// judgePeople is one line if all is well, and else one for each id that gives
// nobody a role.
func judgePeople(all []asked, admins bool, team string) []batchsync.Precondition {
	const name = batchsync.PreconditionPeople
	var out []batchsync.Precondition
	groups := 0
	for _, a := range all {
		if p, wrong := judgePerson(a, team); wrong {
			out = append(out, of(a.id, p))
		}
		if strings.HasPrefix(a.id, "S") {
			groups++
		}
	}
	if !admins {
		out = append(out, warning(name, batchsync.T("precondition.people_no_admin"), batchsync.T("precondition_fix.people_no_admin")))
	}
	if len(out) == 0 {
		out = one(met(name, batchsync.T("precondition.people_ok", strconv.Itoa(len(all)-groups), strconv.Itoa(groups))))
	}
	return out
}

func judgePerson(a asked, team string) (p batchsync.Precondition, wrong bool) {
	const name = batchsync.PreconditionPeople
	fix := batchsync.T("precondition_fix.person")
	group := strings.HasPrefix(a.id, "S")
	switch u := a.user; {
	case a.err != nil:
		return judgeRefused(name, a.err, batchsync.T("precondition.person_unknown", code(a.err)), fix), true
	case group && a.members == 0:
		return warning(name, batchsync.T("precondition.group_empty"), batchsync.T("precondition_fix.group_empty")), true
	case group:
		return p, false
	case u.Deleted:
		return failed(name, batchsync.T("precondition.person_deleted"), fix), true
	case u.Guest || u.Stranger || u.Bot || u.Team != team:
		return failed(name, batchsync.T("precondition.person_outside"), fix), true
	}
	return p, false
}
