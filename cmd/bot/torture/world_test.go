package torture

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// programs builds the bot that can be killed at its points, and the stand-in for
// the platform's program, once for all rounds.
var programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "batchsync-torture")
	if err != nil {
		return "", err
	}
	if err := noticed("../../.."); err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-tags", "failpoints", "-o", dir+"/", "batchsync/cmd/bot", "batchsync/cmd/cz-cli-sim").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build programs: %w\n%s", err, out)
	}
	return dir, nil
})

// noticed looks into the folders of the sources, so that go test does not take
// an old result for that of changed programs.
func noticed(root string) error {
	return filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		return err
	})
}

// What must never be seen again outside the place it was planted in. Those of
// the demo's data sources are its own.
const (
	plantedPassword = "s3cret-planted-7"
	sourcePassword  = "Pl41nText!"
	otherPassword   = "S3Secret!"
	plantedFailure  = "connect jdbc:mysql://etl:" + plantedPassword + "@10.0.0.9:3306/shop failed: timed out; password=" + plantedPassword
)

// round is one local Slack, one platform and one bot with its file, which dies
// again and again.
type round struct {
	plan   plan
	slack  *slacksim.Sim
	world  *studiosim.World
	dir    string
	bin    string
	log    *buffer
	ledger *ledger
	life   *life
	doomed atomic.Pointer[os.Process] // dies at the next yes
	result result
}

// newRound makes the world of a plan; nothing runs yet but the local Slack.
func newRound(p plan) (r *round, err error) {
	r = &round{plan: p, log: &buffer{}, ledger: &ledger{}, life: newLife()}
	r.result.kills = map[string]int{}
	if r.bin, err = programs(); err != nil {
		return nil, err
	}
	if r.dir, err = os.MkdirTemp("", "batchsync-round"); err != nil {
		return nil, err
	}
	r.slack = slacksim.New(slacksim.Options{BotToken: "xoxb-torture-" + rand.Text(), AppToken: "xapp-torture-" + rand.Text()})
	if err := r.slack.Start(); err != nil {
		return nil, err
	}
	if r.world, err = studiosim.Seed(filepath.Join(r.dir, "studio"), "demo"); err != nil {
		return nil, err
	}
	if _, err := studiosim.WriteProfile(filepath.Join(r.dir, "home"), "test"); err != nil {
		return nil, err
	}
	err = r.world.Configure(func(c *studiosim.Settings) {
		c.RunMS, c.WaitMS, c.FailRate, c.Switches.ExecuteMS = 300, 50, 0, 300
		if p.failing {
			c.Switches.ExecuteFails = plantedFailure
		}
	})
	return r, err
}

// close ends what the round began. Children of a bot that was killed may write
// for another moment, so the files go as soon as they can.
func (r *round) close() {
	r.slack.Close()
	patience := time.After(10 * time.Second)
	for os.RemoveAll(r.dir) != nil {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-patience:
			return
		}
	}
}

func (r *round) database() string { return filepath.Join(r.dir, "batchsync.db") }

// env is the bot's whole environment.
func (r *round) env(failpoint string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(r.dir, "home"),
		"CZ_SIM_STATE=" + filepath.Join(r.dir, "studio"),
		"SLACK_BOT_TOKEN=" + r.slack.BotToken,
		"SLACK_APP_TOKEN=" + r.slack.AppToken,
		"SLACK_API_URL=" + r.slack.URL() + "/api/",
		"CZ_CLI=" + filepath.Join(r.bin, "cz-cli-sim"),
		"BATCHSYNC_DB=" + r.database(),
		"BATCHSYNC_ADMINS=" + slacksim.Adam,
		"BATCHSYNC_OPERATORS=" + slacksim.Ana + "," + slacksim.Vera,
		"BATCHSYNC_FOLDER=data_sync/mysql",
		"BATCHSYNC_TIMEZONE=Asia/Shanghai", // the stand-in platform's zone
		"BATCHSYNC_LISTEN=",
		"BATCHSYNC_LOCALE=en",
		"BATCHSYNC_POLL=@every 1s",
		"BATCHSYNC_LOG_LEVEL=debug",
		"BATCHSYNC_FAILPOINT=" + failpoint,
	}
}

// scheduled adds a task like one of the demo's that will not run by itself
// during a round.
func (r *round) scheduled(name string, online bool) (int64, error) {
	task, err := r.world.Task(40105)
	if err != nil {
		return 0, err
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return 0, err
	}
	draft, published := *task.Draft, *task.Published
	draft.Cron = time.Now().In(zone).Add(12 * time.Hour).Format("0 04 15 * * ? *")
	published.Cron = draft.Cron
	task.ID, task.Name, task.Draft, task.Published, task.FailRate, task.Fired = 0, name, &draft, &published, 0, 0
	task.PublishedAt = time.Now().UnixMilli()
	if !online {
		task.Online, task.Published, task.PublishedAt = false, nil, 0
	}
	return r.world.AddTask(task)
}

// buffer collects the log of all lives of the bot.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*buffer)(nil)

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func contains(text string, words ...string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
