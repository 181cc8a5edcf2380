// Package blocks is what things look like in Slack: it turns domain values
// into Block Kit and reads answers back. Every id, every English text and
// every limit of Slack is here and nowhere else.
//
// Rules of the house:
//
//   - It draws and decides nothing: no client, no store, no clock, no
//     permission. What is shown follows from the arguments alone.
//   - Buttons and modals carry a [Ref] (id and version), never a command.
//   - Text objects are built in text.go only. Foreign text (names, messages
//     of the platform) is redacted, cleaned, escaped and cut to the limit of
//     its place there, so it can neither mention, link nor break a block.
//   - Words are looked up in a language table; drawing code never asks which
//     language it is.
//   - A state always has a word. Symbols only accompany it, and labels,
//     headers and buttons have none.
package blocks
