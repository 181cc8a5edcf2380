package batchsync

import "context"

// Trace are the ids that connect the lines of the log about one thing: what
// somebody asked for, what is carried out for it, and the child processes of
// that. What is zero is not known. It travels in a context and decides nothing.
type Trace struct {
	Envelope   string // of the request, by Slack
	Operation  OperationID
	Step       StepName
	Acceptance AcceptanceID
}

type traceKey struct{}

// In returns a context that carries the trace, together with what ctx carries
// already of what is zero here.
func (t Trace) In(ctx context.Context) context.Context {
	was := TraceOf(ctx)
	if t.Envelope == "" {
		t.Envelope = was.Envelope
	}
	if t.Operation == "" {
		t.Operation, t.Step = was.Operation, was.Step
	}
	if t.Acceptance == "" {
		t.Acceptance = was.Acceptance
	}
	return context.WithValue(ctx, traceKey{}, t)
}

// TraceOf is what a context carries, zero for nothing.
func TraceOf(ctx context.Context) Trace {
	t, _ := ctx.Value(traceKey{}).(Trace)
	return t
}
