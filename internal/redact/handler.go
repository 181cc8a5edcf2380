package redact

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
)

// Handler returns a handler that hands records on to next without secrets: in
// the message and in every attribute, also inside groups, errors and values
// that print themselves. The value of an attribute named like a secret is left
// out whatever it is.
func Handler(next slog.Handler, r *Redactor) slog.Handler { return handler{next, r} }

type handler struct {
	next   slog.Handler
	redact *Redactor
}

func (h handler) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h handler) Handle(ctx context.Context, rec slog.Record) error {
	clean := slog.NewRecord(rec.Time, rec.Level, h.redact.String(rec.Message), rec.PC)
	rec.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.next.WithAttrs(h.attrs(attrs)), h.redact}
}

func (h handler) WithGroup(name string) slog.Handler {
	return handler{h.next.WithGroup(name), h.redact}
}

func (h handler) attrs(in []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(in))
	for i, a := range in {
		out[i] = h.attr(a)
	}
	return out
}

func (h handler) attr(a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	switch {
	case a.Value.Kind() == slog.KindGroup:
		a.Value = slog.GroupValue(h.attrs(a.Value.Group())...)
	case keyOfSecret().MatchString(a.Key):
		a.Value = slog.StringValue(Mask)
	case a.Value.Kind() == slog.KindString:
		a.Value = slog.StringValue(h.redact.String(a.Value.String()))
	case a.Value.Kind() == slog.KindAny:
		a.Value = h.any(a.Value)
	}
	return a
}

// any keeps a structured value as long as its printed form holds no secret.
func (h handler) any(v slog.Value) slog.Value {
	switch x := v.Any().(type) {
	case nil:
		return v
	case error:
		return slog.StringValue(h.redact.String(x.Error()))
	case []byte:
		return slog.StringValue(h.redact.String(string(x)))
	case fmt.Stringer:
		return slog.StringValue(h.redact.String(x.String()))
	default:
		printed := fmt.Sprintf("%+v", x)
		if clean := h.redact.String(printed); clean != printed {
			return slog.StringValue(clean)
		}
		return v
	}
}

var keyOfSecret = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:` + longKey + `|(?:^|[_.-])` + shortKey + `)$`)
})
