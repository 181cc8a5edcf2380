package studiosim

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestStoredCron(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, given, want string }{
		{"daily", "0 2 * * *", "0 00 02 * * ? *"},
		{"seven fields", "0 0 2 * * ? *", "0 00 02 * * ? *"},
		{"six fields", "0 0 2 * * ?", "0 00 02 * * ? *"},
		{"minutes", "*/5 * * * *", "0 */5 * * * ? *"},
		{"hourly", "15 * * * *", "0 15 * * * ? *"},
		{"hour range and step", "0 8-20/3 * * *", "0 00 08-20/3 * * ? *"},
		{"whole day step", "0 0-23/2 * * *", "0 00 00-23/2 * * ? *"},
		{"hour range", "0 9-17 * * *", "0 00 09-17/1 * * ? *"},
		{"weekdays", "0 2 * * 1-5", "0 00 02 ? * 1,2,3,4,5 *"},
		{"weekday name", "0 2 * * MON", "0 00 02 ? * 1 *"},
		{"sunday as zero", "0 2 * * 0", "0 00 02 ? * 0 *"},
		{"monthly", "0 2 1 * *", "0 00 02 1 * ? *"},
		{"open hour step is broken", "0 */2 * * *", "0 00 NaN-NaN/2 * * ? *"},
		{"hour list is cut", "0 9,18 * * *", "0 00 09 * * ? *"},
		{"minute list is cut", "0,30 * * * *", "0 00 * * * ? *"},
		{"month is dropped", "0 2 1 6 *", "0 00 02 1 * ? *"},
		{"hour 25 stays", "0 25 * * *", "0 00 25 * * ? *"},
		{"minute 99 stays", "99 2 * * *", "0 99 02 * * ? *"},
		{"day step stays", "0 2 */2 * *", "0 00 02 */2 * ? *"},
		{"minute gap", "*/7 * * * *", "Unsupported minute gap: 7. Allowed: 1,2,3,5,10,15,20,30"},
		{"hour gap", "0 */13 * * *", "Unsupported hour gap: 13. Allowed: 1-12"},
		{"both days", "0 2 1 * 1", "Both day-of-month and day-of-week are specific."},
		{"last day", "0 2 L * *", "Unsupported Quartz token: L in 'L'"},
		{"third friday", "0 2 * * 5#3", "Unsupported Quartz token: # in '5#3'"},
		{"macro", "@daily", "Unsupported cron field count: 1. Expected 5, 6, or 7."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, bad := storedCron(tt.given)
			if bad != nil {
				got = bad.message
				if bad.exit != 2 || bad.code != "INVALID_CRON" {
					t.Errorf("refused with %s, exit %d", bad.code, bad.exit)
				}
			}
			if got != tt.want {
				t.Errorf("%q gives %q, want %q", tt.given, got, tt.want)
			}
		})
	}
}

func TestFires(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("east", 8*3600)
	from := time.Date(2026, 3, 6, 0, 0, 0, 0, zone) // a Friday
	tests := []struct {
		name, cron string
		want       []string
	}{
		{"daily", "0 30 02 * * ? *", []string{"06 02:30", "07 02:30", "08 02:30"}},
		{"weekday", "0 00 02 ? * 1 *", []string{"09 02:00", "16 02:00", "23 02:00"}},
		{"range with step", "0 00 08-20/6 * * ? *", []string{"06 08:00", "06 14:00", "06 20:00"}},
		{"minutes", "0 */20 * * * ? *", []string{"06 00:20", "06 00:40", "06 01:00"}},
		{"broken", "0 00 NaN-NaN/2 * * ? *", nil},
		{"never", "0 00 25 * * ? *", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, at := range fires(tt.cron, zone, from.UnixMilli(), from.UnixMilli()+60*day, 3) {
				got = append(got, time.UnixMilli(at).In(zone).Format("02 15:04"))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("fires at %v, want %v", got, tt.want)
			}
		})
	}
}

func TestParse_Flags(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		argv  []string
		check func(*call) bool
	}{
		{"global flag first", argv("--profile p1 runs list --limit=5"), func(c *call) bool { return c.str("profile", "") == "p1" && c.int("limit", 0) == 5 }},
		{"repeated", argv("runs list --status FAILED --status RUNNING"), func(c *call) bool { return len(c.flags["status"]) == 2 }},
		{"listed", argv("runs list --status FAILED RUNNING"), func(c *call) bool { return len(c.flags["status"]) == 2 }},
		{"value with dash", []string{"sql", "--execute=-- c\nSELECT 1"}, func(c *call) bool { return c.str("execute", "") == "-- c\nSELECT 1" }},
		{"switch before a word", argv("task deploy -y 40001"), func(c *call) bool { return c.bool("yes") && c.args[0] == "40001" }},
		{"alias of a command", argv("task online 40001 -y"), func(c *call) bool { return c.cmd.path == "task deploy" }},
		{"spaces and Chinese", []string{"task", "create", "每日 同步", "--type", "DI"}, func(c *call) bool { return c.args[0] == "每日 同步" }},
		{"limit off", argv("sql x --no-limit"), func(c *call) bool { return c.str("limit", "") == "false" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, bad := parse(tt.argv)
			if bad != nil {
				t.Fatal(bad)
			}
			if !tt.check(c) {
				t.Errorf("parsed %q, %v, %v", c.cmd.path, c.args, c.flags)
			}
		})
	}
}

func TestSQL_Statements(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	tests := []struct{ name, sql, want string }{
		{"counts with quoted names", "SELECT COUNT(*) AS c1, COUNT(`email`) AS c2, COUNT(\"name\") AS c3 FROM `ods`.`customers`", `"rows":[[3120,2964,3120]]`},
		{"one count", "select count(1) from ods.orders", `"rows":[[12034]]`},
		{"literal with a quote", "SELECT 'it''s' AS t, COUNT(*) AS c FROM ods.orders", `"rows":[["it's",12034]]`},
		{"rate guarded against zero", "SELECT ROUND(COUNT(email) * 100.0 / NULLIF(COUNT(*), 0), 1) AS r1 FROM ods.customers", `"rows":[["95.0"]]`},
		{"empty table", "SELECT COUNT(*) AS c, ROUND(COUNT(id) * 100.0 / COUNT(*), 2) AS r FROM ods.events", `"rows":[[0,null]]`},
		{"schemas", "SHOW SCHEMAS", `["dwd","managed"],["ods","managed"]`},
		{"three-part name", "SELECT COUNT(*) AS c FROM ecommerce.ods.orders", `"rows":[[12034]]`},
		{"quoted name with a blank", "SELECT COUNT(*) AS c FROM `ods`.`no such` WHERE x = 1", "not found: ods.no such"},
		{"union with a limit", "SELECT 'a' AS t, COUNT(*) AS c FROM ods.orders UNION ALL SELECT 'b', COUNT(*) FROM ods.events LIMIT 1", `"rows":[["a",12034]]`},
		{"masked telephone", "SELECT 'x' AS hotel_cnt", `"rows":[["****"]]`},
		{"unknown schema", "SHOW TABLES IN nope", "schema not found: nope"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := c.do("sql", "--execute="+tt.sql); !strings.Contains(got.stdout, tt.want) {
				t.Errorf("%s", got.stdout)
			}
		})
	}
}

// TestSwitches shows that each open question has its other answer.
func TestSwitches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		set    func(*Switches)
		before string
		line   string
		want   string
	}{
		{"runs found by name", func(s *Switches) { s.IgnoreTypeFilter = true }, "", "runs detail sync_mysql_orders", `"run_id":900007`},
		{"wrong vc at save", func(s *Switches) { s.WrongVC = "save" }, "", "task save-config 40005 --vc bi_vc", "of type ANALYTICS"},
		{"wrong vc at deploy", func(s *Switches) { s.WrongVC = "deploy" }, "task save-config 40005 --vc bi_vc", "task deploy 40005 -y", "of type ANALYTICS"},
		{"rerun makes a run", func(s *Switches) { s.RerunNewRun = true }, "runs rerun 900007 -y", "runs detail 900034", `"task_run_type":1`},
		{"rerun 3 of a draft only", func(s *Switches) { s.RefuseRerun3 = true }, "task save-config 40001 --rerun-property 3", "runs rerun 900007 -y", `"data":true`},
		{"page cap", func(s *Switches) { s.PageCap = 2 }, "", "runs list --limit 10", `"count":2`},
		{"edit states swapped", func(s *Switches) { s.SwapEditStates = true }, "", "task list --limit 1", `"task_edit_state":20`},
		{"config by save-cron", func(s *Switches) { s.ConfigSetBy = "save-cron" },
			"task integration setup 40012 --sync-type multi --source-tables orders --source-datasource 5002 --source-schema shop --sink-datasource 5001",
			"task deploy 40012 -y", "NO_SYNC_CONFIG"},
		{"refill planned now", func(s *Switches) { s.RefillPlanNow = true }, "runs refill 40001 --from 2026-07-20 --to 2026-07-21 -y", "runs list --run-type REFILL", `"count":2`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "samples")
			must(t, c.Configure(func(s *Settings) { tt.set(&s.Switches) }))
			if tt.before != "" {
				c.ok(t, nil, argv(tt.before)...)
			}
			if got := c.do(argv(tt.line)...); !strings.Contains(got.stdout, tt.want) {
				t.Errorf("%s: %s", tt.line, got.stdout)
			}
		})
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flag, text, tz, want string }{
		{"date is UTC midnight", "from", "2026-07-20", "Asia/Shanghai", "2026-07-20T00:00:00Z"},
		{"end of the UTC day", "to", "2026-07-20", "Asia/Shanghai", "2026-07-20T23:59:59.999Z"},
		{"local time", "from", "2026-07-20T00:00:00", "Asia/Shanghai", "2026-07-19T16:00:00Z"},
		{"offset", "from", "2026-07-20T00:00:00+08:00", "UTC", "2026-07-19T16:00:00Z"},
		{"unreadable is now", "from", "20260720", "UTC", "2026-01-01T00:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
			c := &call{flags: map[string][]string{tt.flag: {tt.text}}, env: map[string]string{"TZ": tt.tz}, st: &state{now: now}}
			if got := time.UnixMilli(c.moment(tt.flag, 0)).UTC().Format(time.RFC3339Nano); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestSwitches_RefuseRerun3(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "samples")
	must(t, c.Configure(func(s *Settings) { s.Switches.RefuseRerun3 = true }))
	c.ok(t, nil, argv("task save-config 40001 --rerun-property 3")...)
	c.ok(t, nil, argv("task deploy 40001 -y")...)
	if got := c.do(argv("runs rerun 900007 -y")...); got.exit != 1 || !strings.Contains(got.stdout, "not allowed to rerun") {
		t.Errorf("exit %d: %s", got.exit, got.stdout)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("runs list --status FAILED")
	f.Add("task create -bad --type=DI -- x")
	f.Add("sql --execute=")
	f.Fuzz(func(t *testing.T, line string) {
		if c, bad := parse(strings.Split(line, " ")); bad == nil && c == nil {
			t.Error("neither a call nor a refusal")
		}
	})
}

func FuzzStatements(f *testing.F) {
	f.Add("SELECT 1; DROP TABLE x -- c\n; SELECT ';'")
	f.Add("SELECT COUNT(*) AS c, ROUND(COUNT(id) * 100.0 / COUNT(*), 2) FROM ods.orders LIMIT 2")
	f.Fuzz(func(t *testing.T, text string) {
		st := newWorld("samples", 1795354950000)
		for _, s := range statementsOf(text) {
			if out, bad := st.execute(stripComments(s)); bad == nil {
				for _, row := range out.rows {
					if len(row) != len(out.columns) {
						t.Errorf("%q: %d cells under %d columns", s, len(row), len(out.columns))
					}
				}
			}
		}
	})
}

func FuzzCron(f *testing.F) {
	f.Add("0 2 * * *")
	f.Add("0 0-23/2 * * 1-5")
	f.Fuzz(func(t *testing.T, expr string) {
		stored, bad := storedCron(expr)
		if bad != nil {
			return
		}
		from := int64(1795354950000)
		for _, at := range fires(stored, time.UTC, from, from+3*day, 5) {
			if at <= from || at > from+3*day {
				t.Errorf("%q fires at %d, outside the window", stored, at)
			}
		}
	})
}
