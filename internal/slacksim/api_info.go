package slacksim

import (
	"cmp"
	"net/http"
	"slices"
)

func (s *Sim) authTest(_ *http.Request, _ Object) Object {
	return Object{"url": "https://" + teamDomain + ".slack.com/", "team": s.opts.Team, "user": "batchsync",
		"team_id": TeamID, "user_id": BotUser, "bot_id": BotID, "is_enterprise_install": false}
}

func (s *Sim) usersInfo(_ *http.Request, args Object) Object {
	for _, u := range s.users {
		if u.ID == str(args, "user") {
			info := u.info()
			if args["include_locale"] == true || str(args, "include_locale") == "true" || str(args, "include_locale") == "1" {
				info["locale"] = cmp.Or(u.Locale, "en-US")
			}
			return Object{"user": info}
		}
	}
	return fail("user_not_found")
}

func (s *Sim) usergroupsUsersList(_ *http.Request, args Object) Object {
	for _, g := range s.groups {
		if g.ID == str(args, "usergroup") {
			return Object{"users": g.Members}
		}
	}
	return fail("no_such_subteam")
}

// visible finds a channel by id as the bot sees it: private ones only as a member.
func (s *Sim) visible(id string) *Channel {
	for _, c := range s.channels {
		if c.ID == id && (!c.Private || c.has(BotUser)) {
			return c
		}
	}
	return nil
}

func (c *Channel) readScope() string {
	switch {
	case c.DMWith != "":
		return "im:read"
	case c.Private:
		return "groups:read"
	}
	return "channels:read"
}

func (s *Sim) conversationsInfo(_ *http.Request, args Object) Object {
	c := s.visible(str(args, "channel"))
	if c == nil {
		return fail("channel_not_found")
	}
	if missing := s.missingScope(c.readScope()); missing != nil {
		return missing
	}
	info := c.info()
	if !truthy(args["include_num_members"]) {
		delete(info, "num_members")
	}
	return Object{"channel": info}
}

func (s *Sim) conversationsMembers(_ *http.Request, args Object) Object {
	c := s.visible(str(args, "channel"))
	if c == nil {
		return fail("channel_not_found")
	}
	if missing := s.missingScope(c.readScope()); missing != nil {
		return missing
	}
	return Object{"members": slices.Clone(c.Members), "response_metadata": Object{"next_cursor": ""}}
}

func (s *Sim) conversationsOpen(_ *http.Request, args Object) Object {
	u := s.user(str(args, "users"))
	switch {
	case str(args, "users") == "":
		return fail("users_list_not_supplied")
	case u == nil:
		return fail("user_not_found")
	case u.Deleted:
		return fail("user_disabled")
	case u.Bot:
		return fail("cannot_dm_bot")
	}
	c := s.dm(u.ID)
	answer := Object{"channel": Object{"id": c.ID}}
	if truthy(args["return_im"]) {
		answer["channel"] = c.info()
	}
	return answer
}

func (s *Sim) botsInfo(_ *http.Request, args Object) Object {
	if id := str(args, "bot"); id != "" && id != BotID {
		return fail("bot_not_found")
	}
	return Object{"bot": Object{"id": BotID, "deleted": false, "name": "batchsync", "app_id": AppID, "user_id": BotUser}}
}

func (s *Sim) teamInfo(_ *http.Request, _ Object) Object {
	return Object{"team": Object{"id": TeamID, "name": s.opts.Team, "domain": teamDomain}}
}
