// Package failpoint lets a test end the process at a named point, as a power
// cut would: between two things that must not depend on each other.
//
// Without the build tag "failpoints" there is nothing of it in the program:
// [Hit] is empty, [Transport] gives back what it is given, and no environment is
// read. With the tag, the variable BATCHSYNC_FAILPOINT="NAME:N" has the process
// kill itself when it passes the point of that name for the N-th time.
package failpoint

// The points, each at the one place that all work of its kind passes.
const (
	CommitBefore = "store.commit.before" // everything is written into the transaction
	CommitAfter  = "store.commit.after"  // it is on disk, and nobody knows
	ChildBefore  = "child.start.before"  // the program is about to be started
	ChildAfter   = "child.start.after"   // it is at work, and goes on by itself
	ChildEnd     = "child.end"           // it ended, and its answer was not looked at
	CallBefore   = "slack.call.before"   // a request to the Web API is about to be sent
	CallAfter    = "slack.call.after"    // Slack answered, and nobody knows
	AckBefore    = "slack.ack.before"    // an envelope is about to be acknowledged
	AckAfter     = "slack.ack.after"     // the acknowledgement is handed to the connection
	FrameAfter   = "slack.frame.after"   // a frame, such as an acknowledgement, has left
)

// Points returns all of them.
func Points() []string {
	return []string{CommitBefore, CommitAfter, ChildBefore, ChildAfter, ChildEnd, CallBefore, CallAfter, AckBefore, AckAfter, FrameAfter}
}
