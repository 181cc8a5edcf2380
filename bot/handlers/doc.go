// Package handlers is the bot's side of Slack: what comes in over Socket Mode
// and what goes out through the Web API.
//
// In: an envelope is decoded once into a typed request, looked up in the table
// of buttons or of commands, acknowledged, and carried out by one of a few
// bounded pools, one request of a kind at a time per person. Rules:
//
//   - The goroutine that reads events waits for no work: it decodes,
//     acknowledges what needs no answer, and hands over.
//   - An acknowledgement of a requested change means that the change is on
//     disk; everything else is acknowledged before any work.
//   - Who may do what is decided when it is done, by one function, for every
//     entrance; what a payload carries is a reference, never a command.
//   - Nothing a person does ends in silence.
//
// A request is followed through socket.go, dispatch.go, request.go, route.go
// (buttons, menus, modals) or verbs.go (commands; aloud.go for written ones) and
// gate.go to what it asks for: the wizard (wizard.go, drafts.go, suggest.go),
// changes of a task (change.go, backfill.go, schedule.go, debug.go; forms.go for what
// their modals share; cards.go and settle.go for what is pressed later), looks
// at one (look.go, tasks.go, list.go, logs.go, audit.go), what channels are told
// (subscribe.go, quiet.go, mute.go, ack.go, incidents.go) and the Home tab
// (home.go, homes.go).
//
// Out: views and answers to one person are sent here and now; whatever must
// not be lost goes through the outbox, whose Sender lives here.
package handlers
