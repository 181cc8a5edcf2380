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
// Out: views and answers to one person are sent here and now; whatever must
// not be lost goes through the outbox, whose Sender lives here.
package handlers
