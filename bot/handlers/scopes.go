package handlers

// Scope is a right of the Slack app, and what takes it: methods of the Web API,
// events, or the command.
type Scope struct {
	Name string
	For  []string
}

// Scopes are all that the bot token needs, and nothing besides. The app's
// manifest asks for the same. The app-level token has connections:write.
func Scopes() []Scope {
	return []Scope{
		{"app_mentions:read", []string{"event app_mention"}},
		{"channels:read", []string{"conversations.info"}},
		{"chat:write", []string{"chat.postMessage", "chat.update", "chat.postEphemeral"}},
		{"commands", []string{"command /batchsync"}},
		{"files:write", []string{"files.getUploadURLExternal", "files.completeUploadExternal"}},
		{"groups:read", []string{"conversations.info"}},
		{"im:history", []string{"event message.im"}},
		{"im:write", []string{"conversations.open"}},
		{"usergroups:read", []string{"usergroups.users.list"}},
		{"users:read", []string{"users.info"}},
	}
}
