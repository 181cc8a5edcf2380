package redact

import (
	"bytes"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

type pair struct{ Name, Value string }

type lazy struct{}

func (lazy) LogValue() slog.Value { return slog.StringValue("xoxb-1234567890-planted") }

func TestHandler_Handle_NothingSurvives(t *testing.T) {
	t.Parallel()
	const secret = "planted-Secret"
	u := &url.URL{Scheme: "https", User: url.UserPassword("ana", secret), Host: "db"}
	attrs := map[string]slog.Attr{
		"string":   slog.String("a", "x "+secret),
		"error":    slog.Any("a", errors.New(secret)),
		"stringer": slog.Any("a", u),
		"bytes":    slog.Any("a", []byte(secret)),
		"struct":   slog.Any("a", pair{"p", secret}),
		"group":    slog.Group("g", slog.Group("h", slog.String("a", secret))),
		"lazy":     slog.Any("a", lazy{}),
		"key":      slog.String("db.password", "short-planted"),
		"nil":      slog.Any("a", nil),
	}
	for name, attr := range attrs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var buf bytes.Buffer
			log := slog.New(Handler(slog.NewJSONHandler(&buf, nil), New(secret)))
			log.Info("message "+secret, attr)
			log.With(attr).WithGroup("g").Info("again", attr)
			if strings.Contains(buf.String(), "lanted") {
				t.Errorf("log has the secret: %s", buf.String())
			}
		})
	}
}

func TestHandler_Handle_KeepsTheRest(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	log := slog.New(Handler(slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: slog.LevelInfo}), nil))
	log.Debug("not wanted")
	log.Info("deployed", "task", 12, "token_count", 3, "pairs", pair{"a", "b"})
	for _, want := range []string{`"msg":"deployed"`, `"task":12`, `"token_count":3`, `"pairs":{"Name":"a","Value":"b"}`} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("log %s misses %s", buf.String(), want)
		}
	}
	if strings.Contains(buf.String(), "not wanted") {
		t.Error("the level of the next handler is not kept")
	}
}
