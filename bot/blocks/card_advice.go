package blocks

import "batchsync/internal/batchsync"

// cardAdvice is what the platform's words on a change that failed or was
// refused are known to mean, and what helps. It stands on the card itself:
// Diagnose is about the runs of a task, and there may be neither.
func (p Printer) cardAdvice(op batchsync.Operation, pr *batchsync.Problem) (a batchsync.Advice, known bool) {
	if pr == nil || op.State != batchsync.OpFailed && op.State != batchsync.OpRefused && op.State != batchsync.OpUnknown {
		return a, false
	}
	for _, a := range batchsync.Advise(p.redact.String(pr.Detail), "") {
		if a.ID == "advice.stopped" || a.ID == "advice.platform" {
			continue // these are about runs; the problem says itself that the platform did not answer, or do it
		}
		a.Line = "" // the words stand above
		if op.State == batchsync.OpRefused && a.Next.Key == "advice.guard_next" {
			a.Next = batchsync.T("card.guard_next") // the state says already that nothing was changed
		}
		return a, true
	}
	return a, false
}
