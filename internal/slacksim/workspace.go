package slacksim

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Ids of the sample workspace. Ana, Adam, Vera and Lin are ordinary members; which
// role they play is the business of the bot's configuration.
const (
	TeamID  = "T0SIMTEAM0"
	AppID   = "A0BATCHBOT"
	BotUser = "U0BATCHBOT"
	BotID   = "B0BATCHBOT"

	Ana      = "U0ANA00001" // operator
	Adam     = "U0ADAM0001" // administrator
	Vera     = "U0VERA0001" // viewer
	Lin      = "U0LIN00001" // operator, reads Chinese
	Gus      = "U0GUEST001" // single-channel guest
	Fay      = "U0FOREIGN1" // member of another workspace, seen through Slack Connect
	Dora     = "U0DELETED1" // deactivated account
	OtherBot = "U0OTHERBOT" // another app's bot user

	DataSync = "C0DATASYNC" // public, bot is a member
	General  = "C0GENERAL0" // public, bot is a member
	Private  = "C0PRIVATE0" // private, bot is a member
	Archived = "C0ARCHIVED" // public, archived
	Shared   = "C0EXTSHARE" // shared with another organisation, bot is a member
	Outside  = "C0OUTSIDE0" // public, bot is not a member
	Secret   = "C0SECRET00" // private, bot is not a member

	Engineers = "S0DATAENG0" // user group @data-engineers: Ana and Adam
	Admins    = "S0ADMINS00" // user group @lakehouse-admins: Adam
)

const (
	foreignTeam = "T0FOREIGN0"
	teamDomain  = "northwind-data"
)

// User is one account that the workspace knows.
type User struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Title    string `json:"title"` // shown in the page's user switcher
	TeamID   string `json:"team_id"`
	Locale   string `json:"locale,omitempty"` // empty: en-US
	Zone     string `json:"zone,omitempty"`   // IANA; empty: Etc/UTC, and on the page the browser's

	Admin, Guest, Stranger, Bot, Deleted bool `json:"-"`
}

// Channel is one conversation. Members lists user ids, the bot's included.
type Channel struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Topic   string   `json:"topic"`
	Members []string `json:"members"`

	Private   bool   `json:"private"`
	Archived  bool   `json:"archived"`
	ExtShared bool   `json:"ext_shared"`
	DMWith    string `json:"dm_with,omitempty"` // user id; set for direct messages with the bot
}

func (c *Channel) has(user string) bool { return slices.Contains(c.Members, user) }

// Group is a user group.
type Group struct {
	ID, Handle string
	Members    []string
}

func sampleUsers() []*User {
	return []*User{
		{ID: Ana, Name: "ana", RealName: "Ana", Title: "Operator", TeamID: TeamID},
		{ID: Adam, Name: "adam", RealName: "Adam", Title: "Admin", TeamID: TeamID, Admin: true},
		{ID: Vera, Name: "vera", RealName: "Vera", Title: "Viewer", TeamID: TeamID},
		{ID: Lin, Name: "lin", RealName: "Lin", Title: "Operator, reads Chinese", TeamID: TeamID, Locale: "zh-CN", Zone: "Asia/Shanghai"},
		{ID: Gus, Name: "gus", RealName: "Gus", Title: "Guest", TeamID: TeamID, Guest: true},
		{ID: Fay, Name: "fay", RealName: "Fay", Title: "Other company", TeamID: foreignTeam, Stranger: true},
		{ID: Dora, Name: "dora", RealName: "Dora", Title: "Deactivated", TeamID: TeamID, Deleted: true},
		{ID: BotUser, Name: "batchsync", RealName: "BatchSync", Title: "App", TeamID: TeamID, Bot: true},
		{ID: OtherBot, Name: "otherbot", RealName: "Other Bot", Title: "App", TeamID: TeamID, Bot: true},
	}
}

func sampleChannels() []*Channel {
	team := []string{Ana, Adam, Vera, Lin, BotUser}
	return []*Channel{
		{ID: DataSync, Name: "data-sync", Topic: "Batch sync tasks and their alerts", Members: append([]string{Gus}, team...)},
		{ID: General, Name: "general", Topic: "Company-wide announcements", Members: team},
		{ID: Private, Name: "data-private", Topic: "Closed group", Private: true, Members: []string{Ana, Adam, BotUser}},
		{ID: Shared, Name: "ext-partner", Topic: "Shared with another company", ExtShared: true, Members: append([]string{Fay}, team...)},
		{ID: Outside, Name: "random", Topic: "The app is not a member here", Members: []string{Ana, Adam, Vera}},
		{ID: Archived, Name: "old-project", Topic: "Archived", Archived: true, Members: team},
		{ID: Secret, Name: "secret", Topic: "Private, without the app", Private: true, Members: []string{Adam}},
	}
}

func sampleGroups() []*Group {
	return []*Group{
		{ID: Engineers, Handle: "data-engineers", Members: []string{Ana, Adam}},
		{ID: Admins, Handle: "lakehouse-admins", Members: []string{Adam}},
	}
}

// user finds an account by id or name; nil if there is none.
func (s *Sim) user(ref string) *User {
	ref = strings.TrimPrefix(ref, "@")
	for _, u := range s.users {
		if u.ID == ref || u.Name == ref {
			return u
		}
	}
	return nil
}

// channel finds a conversation by id or name; nil if there is none.
func (s *Sim) channel(ref string) *Channel {
	ref = strings.TrimPrefix(ref, "#")
	for _, c := range s.channels {
		if c.ID == ref || (c.DMWith == "" && c.Name == ref) {
			return c
		}
	}
	return nil
}

// SetGroup gives a user group, by id or handle, other members.
func (s *Sim) SetGroup(group string, members ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.group(group); g != nil {
		g.Members = members
	}
}

// Skew sets the clock that answers show in their Date header off by d.
func (s *Sim) Skew(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew = d
}

// Share has another organisation join a channel, or leave it.
func (s *Sim) Share(channel string, shared bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channel(channel); c != nil {
		c.ExtShared = shared
	}
}

func (s *Sim) group(ref string) *Group {
	ref = strings.TrimPrefix(ref, "@")
	for _, g := range s.groups {
		if g.ID == ref || g.Handle == ref {
			return g
		}
	}
	return nil
}

// dm returns the direct message channel of a user with the bot, creating it once.
func (s *Sim) dm(user string) *Channel {
	for _, c := range s.channels {
		if c.DMWith == user {
			return c
		}
	}
	c := &Channel{ID: "D" + strings.TrimPrefix(user, "U"), Name: "directmessage", Members: []string{user, BotUser}, DMWith: user}
	s.channels = append(s.channels, c)
	return c
}

func (u *User) payload() Object {
	return Object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID}
}

func (u *User) info() Object {
	zone, err := time.LoadLocation(cmp.Or(u.Zone, "Etc/UTC"))
	if err != nil {
		zone = time.UTC
	}
	_, offset := time.Now().In(zone).Zone()
	return Object{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted,
		"color": "9f69e7", "tz": zone.String(), "tz_label": zone.String(), "tz_offset": offset,
		"is_admin": u.Admin, "is_owner": false, "is_primary_owner": false,
		"is_restricted": u.Guest, "is_ultra_restricted": u.Guest, "is_stranger": u.Stranger,
		"is_bot": u.Bot, "is_app_user": false, "updated": 1700000000,
		"profile": Object{"real_name": u.RealName, "display_name": u.Name, "real_name_normalized": u.RealName, "team": u.TeamID},
	}
}

func (c *Channel) info() Object {
	if c.DMWith != "" {
		return Object{"id": c.ID, "created": 1700000000, "is_im": true, "user": c.DMWith, "is_org_shared": false, "is_open": true}
	}
	return Object{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "created": 1700000000, "creator": Adam,
		"is_channel": true, "is_group": false, "is_im": false, "is_mpim": false,
		"is_private": c.Private, "is_archived": c.Archived, "is_general": c.ID == General,
		"is_shared": c.ExtShared, "is_ext_shared": c.ExtShared, "is_org_shared": false,
		"is_pending_ext_shared": false, "is_member": c.has(BotUser), "num_members": len(c.Members),
		"topic": Object{"value": c.Topic, "creator": "", "last_set": 0},
	}
}
