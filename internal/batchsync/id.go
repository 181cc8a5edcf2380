package batchsync

import "strconv"

// Ids are named types so that a channel cannot be passed where a user is due.
type (
	// TaskID is the platform's number of a task; changes address a task by it,
	// never by name, because names match partially.
	TaskID int64
	// RunID is the platform's number of one run instance of a task.
	RunID int64
	// FolderID is the platform's number of a task folder; 0 is the root.
	FolderID int64
	// DatasourceID is the platform's number of a data source.
	DatasourceID int64
	// DraftID names a half-answered wizard.
	DraftID string
	// OperationID names a change somebody asked for.
	OperationID string
	// MessageID names something Slack must show.
	MessageID string
	// UserID is Slack's id of a person (U… or W…).
	UserID string
	// ChannelID is Slack's id of a conversation (C…, G… or D…), or a user id
	// where a direct message is meant.
	ChannelID string
	// GroupID is Slack's id of a user group (S…).
	GroupID string
)

func (id TaskID) String() string       { return strconv.FormatInt(int64(id), 10) }
func (id RunID) String() string        { return strconv.FormatInt(int64(id), 10) }
func (id FolderID) String() string     { return strconv.FormatInt(int64(id), 10) }
func (id DatasourceID) String() string { return strconv.FormatInt(int64(id), 10) }

func itoa(n int) string { return strconv.Itoa(n) }
