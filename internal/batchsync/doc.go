// Package batchsync is the domain: what a batch sync task is, how a person
// describes one step by step, what a change to the platform goes through, and
// what has to be said about it.
//
// Rules of the house:
//
//   - It imports nothing of ours and no technology: no Slack, no bbolt, no
//     child process, no clock. Whatever needs the present takes it as now.
//   - What two rooms exchange is declared here, so that they need not know
//     each other.
//   - Decisions are pure functions with a table test; unknown input is an
//     error, never a default.
//   - Sentences for people are [Text] values, a key and its arguments; the
//     words themselves live in one catalog, in bot/blocks.
package batchsync
