package studiosim

import (
	"fmt"
	"strconv"
	"time"
)

// taskExecute starts a temporary run and waits for its end; it holds the lock
// only to look.
func (c *call) taskExecute() (*reply, error) {
	var run *Run
	var task *Task
	var refusal error
	err := c.inv.within(func(*state) error {
		run, task, refusal = c.execute()
		return nil
	})
	if err != nil || refusal != nil {
		return nil, orError(err, refusal)
	}
	c.inv.effect = append(c.inv.effect, fmt.Sprintf("run %d", run.ID))
	if c.inv.fault.Kind == "applied_twice" { // the program waits for the first of both
		if err := c.inv.within(func(*state) error {
			if again, _, refused := c.execute(); refused == nil {
				c.inv.effect = append(c.inv.effect, fmt.Sprintf("run %d", again.ID))
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	wait := c.float("max-wait-seconds", 300)
	began := time.Now()
	for time.Since(began).Seconds() < wait {
		time.Sleep(time.Duration(c.float("poll-interval", 5) * float64(time.Second)))
		now, err := c.peek(run.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case now == nil || now.Status == Failed:
			return nil, fail(1, "EXECUTE_FAILED", "%s", failText(now))
		case now.Status == Success:
			hint := fmt.Sprintf("临时执行完成（task_id=%d，run_id=%d）。Notice: 这是一次临时执行，不影响调度计划。--param 传入的参数值仅对本次执行有效，调度运行使用任务配置中保存的参数（通过 cz-cli task save-content --params 设置）。如需将当前脚本提升为正式调度，请在用户确认后执行: cz-cli task online %d -y", task.ID, run.ID, task.ID)
			r := data(o("task_id", task.ID, "run_id", run.ID, "execution_status", "SUCCESS"), "ai_message", hint)
			r.effect = c.inv.effect
			return r, nil
		}
	}
	return nil, fail(1, "EXECUTE_TIMEOUT", "Task execution %d did not complete within %ss", run.ID, strconv.FormatFloat(wait, 'f', -1, 64))
}

func failText(r *Run) string {
	if r == nil {
		return "the run is gone"
	}
	return r.FailMsg
}

func orError(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func (c *call) execute() (*Run, *Task, error) {
	if f := c.connect(c.cmd.code); f != nil {
		return nil, nil, f
	}
	t, err := c.theTask()
	if err != nil {
		return nil, nil, err
	}
	vc := c.str("vc", "")
	if vc == "" && t.Draft != nil {
		vc = t.Draft.VC
	}
	if vc == "" && t.Type == 10 {
		return nil, nil, fail(2, "INTEGRATION_VC_REQUIRED", "INTEGRATION task ad-hoc execution requires a Sync VCluster.\nConfigure via 'cz-cli task save-cron %d --vc <SYNC_VC>', or\npass explicitly: cz-cli task execute %d --vc <SYNC_VC_NAME>\nRun 'cz-cli sql --sync \"SHOW VCLUSTERS\"' to list available Sync VClusters.", t.ID, t.ID)
	}
	return c.st.start(t, Temporary, c.st.now, c.st.now, orText(vc, "DEFAULT")), t, nil
}

// peek looks at a run without holding the lock afterwards.
func (c *call) peek(id int64) (found *Run, err error) {
	err = c.inv.within(func(st *state) error {
		found = st.run(id)
		return nil
	})
	return found, err
}
