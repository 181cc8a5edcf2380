// Package operation carries a change somebody asked for through its steps and
// settles what became of it.
//
// Rules of the house:
//
//   - Before a step changes anything, its intent is on disk: state running, one
//     more try. Its outcome, whatever was made and the card that tells it are
//     saved in one transaction.
//   - Each change has a look that asks the platform whether it is in effect. The
//     look comes first when a step is picked up again (after a crash, or by
//     Check Again) and follows every try. Only a change that is certainly not in
//     effect is tried again, three times at most.
//   - Where the look cannot tell, the step is unknown and said to be; so is one
//     that only reads, once something was changed. There is no blind retry, and
//     no error of a change is believed unless it says that nothing was done.
//   - A failure of which it is certain that nothing was made ends the operation:
//     refused, with its draft open again. One that may have made something is
//     failed or unknown and goes on only by Check Again. What is over, but not
//     all well, is done with trouble: there is nothing left to do.
//   - What the program cannot do, a person does in Studio: the step waits with
//     the exact values to set, and Check Again looks at the result.
//   - A task is addressed by its number. Its name is used to find it once, by
//     exact comparison, in the folder it was made in, and only where the answer
//     to its creation is in doubt. One that has content is never taken for ours.
//   - Who asked is told once, by a reply under the card, when a person is needed
//     or it took long: the edit of a card notifies nobody.
//   - A change of an existing task begins with a check: the person decided on
//     what they saw, so whatever is otherwise since ends it, and nothing was
//     changed.
//   - What cannot be taken back or told from a repetition (a backfill, a rerun)
//     is asked for once. Its runs are those that were not there before.
//   - A step that has to wait for the platform rests: it costs no goroutine, it
//     is taken up by a timer, by Wake or after a restart, and saves only news.
//   - Runs are deleted by an undeployment, so it begins only when Slack has
//     their history.
//   - Stopping parks a step: it may end within a grace period, and what is not
//     known by then stays running on disk and is looked up at the next start.
package operation
