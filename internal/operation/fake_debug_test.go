package operation

import (
	"context"
	"time"

	"batchsync/internal/batchsync"
)

// debugWorld is the part of the fake platform that knows debug runs.
type debugWorld struct {
	executes int
	again    bool   // the program asks for every run twice
	runFails bool   // debug runs fail
	onVC     string // of the last one
}

const debugLog = "INFO 1\nINFO 2\nINFO 3\nINFO 4\nINFO 5\nINFO 6\nINFO 7\nINFO 8\nINFO 9\nINFO 10\nINFO 11\nINFO 12\nERROR table ods.orders failed: no route to host\n"

func (p *platform) Execute(ctx context.Context, id batchsync.TaskID, vc string) error {
	return p.call(ctx, "Execute", func() error {
		t, err := p.find(id)
		switch {
		case err != nil:
			return err
		case t.content == nil:
			return unsure("task execute", "nothing to run")
		}
		times := 1
		if p.again {
			times = 2
		}
		for range times {
			p.executes++
			r := p.addRun(id, batchsync.RunTemporary, time.Now(), time.Now().Add(2*time.Second), vc)
			if p.runFails {
				r.then = batchsync.RunFailed
			}
		}
		p.onVC = vc
		return nil
	})
}

func (p *platform) AttemptLog(ctx context.Context, _ batchsync.RunID, _ int64, limit int) (text string, cut bool, err error) {
	err = p.call(ctx, "AttemptLog", func() error {
		text = debugLog[max(0, len(debugLog)-limit):]
		return nil
	})
	return text, false, err
}

func (p *platform) TableFigures(ctx context.Context, tables []string) (out []batchsync.TableFigures, err error) {
	err = p.call(ctx, "TableFigures", func() error {
		for _, table := range tables {
			out = append(out, batchsync.TableFigures{Table: table, Exists: true, Rows: 1234})
		}
		return nil
	})
	return out, err
}
