package source

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"batchsync/internal/batchsync"
	"batchsync/internal/source/sourcetest"
)

func TestChanging(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, line string
		want       []string
		role       bool
	}{
		{"reading", "GRANT SELECT, SHOW VIEW ON `shop`.* TO `r`@`%`", nil, false},
		{"nothing", "GRANT USAGE ON *.* TO `r`@`%` IDENTIFIED BY PASSWORD '*INSERT ON'", nil, false},
		{"some", "GRANT SELECT, INSERT, UPDATE ON `shop`.* TO `r`@`%`", []string{"INSERT", "UPDATE"}, false},
		{"everything", "GRANT ALL PRIVILEGES ON *.* TO `r`@`%` WITH GRANT OPTION", []string{"ALL PRIVILEGES"}, false},
		{"columns", "GRANT SELECT (`a`, `INSERT`), UPDATE (`x ON y`, `)`) ON `shop`.`t` TO `r`@`%`", []string{"UPDATE"}, false},
		{"a table of that name", "GRANT SELECT ON `shop`.`INSERT ON` TO `r`@`%`", nil, false},
		{"role", "GRANT `writers`@`%` TO `r`@`%`", nil, true},
		{"other text", "SET DEFAULT ROLE x FOR y ON z", nil, false},
	} {
		rights, role := changing(tt.line)
		if !slices.Equal(rights, tt.want) || role != tt.role {
			t.Errorf("%s: got %v, role %v", tt.name, rights, role)
		}
	}
}

// checkAccess compares what is told of the owner and the reader of a server.
func checkAccess(t *testing.T, owner, reader string) {
	t.Helper()
	mighty, err := counter(t, owner, nil).Access(t.Context(), "src")
	if err != nil || mighty.Writes != batchsync.ToldYes || len(mighty.Rights) == 0 {
		t.Errorf("owner: got %+v, %v, want rights to write", mighty, err)
	}
	meek, err := counter(t, reader, nil).Access(t.Context(), "src")
	if err != nil || meek.Writes != batchsync.ToldNo || len(meek.Rights) > 0 {
		t.Errorf("reader: got %+v, %v, want rights to read only", meek, err)
	}
	if meek.TLS == batchsync.NotTold {
		t.Error("it is not told whether the connection is encrypted")
	}
	wrong := counter(t, sourcetest.As(t, reader, sourcetest.Reader, "other"), nil)
	_, err = wrong.Access(t.Context(), "src")
	var e *batchsync.Error
	if !errors.As(err, &e) || e.Text.Key != "source.login" {
		t.Errorf("wrong password: got %v", err)
	}
}

func TestAccess_Unreachable(t *testing.T) {
	t.Parallel()
	c := counter(t, "mysql://reader:pl4nted@127.0.0.1:1/", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := c.Access(ctx, "src")
	var e *batchsync.Error
	if !errors.As(err, &e) || e.Text.Key != "source.unreachable" {
		t.Errorf("got %v", err)
	}
	if _, err = c.Access(ctx, "other"); !errors.As(err, &e) || e.Text.Key != "source.unknown" {
		t.Errorf("unknown source: got %v", err)
	}
}
