package czcli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bs "batchsync/internal/batchsync"
)

// newSimulated is a client of a freshly built simulator with a world of its own.
func newSimulated(t *testing.T) *Client {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a program")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "cz-cli")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "batchsync/cmd/cz-cli-sim")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the simulator: %v\n%s", err, out)
	}
	profiles := filepath.Join(dir, ".clickzetta")
	if err := os.Mkdir(profiles, 0o700); err != nil {
		t.Fatal(err)
	}
	text := "[profiles.fake]\nservice = \"studio.example.test\"\nprotocol = \"http\"\ninstance = \"shopinst\"\nworkspace = \"ecommerce\"\n"
	if err := os.WriteFile(filepath.Join(profiles, "profiles.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return New(Config{Path: program, Profile: "fake", Env: []string{
		"CZ_SIM_STATE=" + filepath.Join(dir, "world"), "CLICKZETTA_TEST_HOME=" + dir, "CZ_PAT=czt_fake_token_0001",
	}})
}

// TestClient_Simulated makes a task from nothing to online against the
// simulator, through the lists a person would choose from.
func TestClient_Simulated(t *testing.T) {
	t.Parallel()
	c, ctx := newSimulated(t), t.Context()
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	must("profile", c.CheckProfile(ctx))
	connection, err := c.Ping(ctx)
	must("ping", err)
	if !connection.Connected {
		t.Fatalf("not connected: %s", connection.Reason)
	}
	folders, err := c.Folders(ctx)
	must("folders", err)
	clusters, err := c.VClusters(ctx)
	must("clusters", err)
	if len(folders) == 0 || !slices.ContainsFunc(clusters, bs.VCluster.ForSync) {
		t.Fatalf("folders %v, clusters %v", folders, clusters)
	}
	cluster := clusters[slices.IndexFunc(clusters, bs.VCluster.ForSync)].Name
	tables, err := c.Tables(ctx, 5002, "shop")
	must("tables", err)
	columns, err := c.Columns(ctx, 5002, "shop", tables[0])
	must("columns", err)

	spec := single()
	spec.Tables = tables[:1]
	made, err := c.CreateTask(ctx, "first task", spec.TaskType(), folders[0].ID, "of a test")
	must("create", err)
	if _, err := c.Content(ctx, made.ID); bs.FailureOf(err) != bs.FailNotConfigured {
		t.Errorf("content of an empty task: %v", err)
	}
	if url, err := c.StudioURL(ctx, made.ID); err != nil || url == "" || url != made.StudioURL {
		t.Errorf("address of an empty task: %q, %v, want %q as at its creation", url, err, made.StudioURL)
	}
	must("setup", c.Setup(ctx, made.ID, spec))
	content, err := c.Content(ctx, made.ID)
	must("content", err)
	if !slices.Equal(content.Pairs, spec.Pairs()) || content.Columns != len(columns) || content.WriteMode != spec.WriteMode ||
		content.Source.ID != spec.Source.ID || content.Target.ID != spec.Target.ID || content.Scope != spec.Scope {
		t.Errorf("content %+v of %+v", content, spec)
	}
	if err := c.Deploy(ctx, made.ID); bs.FailureOf(err) != bs.FailNotConfigured {
		t.Errorf("deploy without a schedule: %v", err)
	}
	cron := bs.Schedule{Every: bs.Weekly, Weekdays: []time.Weekday{1, 0}, Hour: 2, Minute: 5, Zone: "UTC"}.Cron()
	must("save cron", c.SaveCron(ctx, made.ID, cron.Send, cluster))
	must("save rerun", c.SaveRerun(ctx, made.ID))
	draft, err := c.DraftSchedule(ctx, made.ID)
	must("draft", err)
	if !bs.SameCron(draft.Cron, cron.Stored) || draft.VCluster != cluster || draft.Rerun != 1 {
		t.Errorf("draft schedule %+v, want %s on %s", draft, cron.Stored, cluster)
	}
	two := 2
	must("concurrency", c.SetConcurrency(ctx, made.ID, 7))
	must("retries", c.SaveRetries(ctx, made.ID, bs.Adjustment{Retries: &two, Pause: 5}))
	tuned, err := c.DraftSchedule(ctx, made.ID)
	must("draft after retries", err)
	after, err := c.Content(ctx, made.ID)
	must("content after concurrency", err)
	draft.Retry = bs.Retry{Told: true, Count: 2, Pause: 5, Unit: "m"}
	if tuned != draft || after.Parallel != 7 || after.Print() != content.Print() || after.NoEdit {
		t.Errorf("saved %+v and %+v, want %+v and the content as it was", tuned, after, draft)
	}
	must("deploy", c.Deploy(ctx, made.ID))
	deployed, err := c.Deployed(ctx, made.ID)
	must("deployed", err)
	if !deployed.Online || !bs.SameCron(deployed.Cron, cron.Stored) || deployed.VCluster != cluster || deployed.Retry.Count != 2 {
		t.Errorf("deployed %+v", deployed)
	}
	refs, err := c.TasksLike(ctx, "first task")
	must("list", err)
	if len(refs) != 1 || refs[0].ID != made.ID || refs[0].Type != bs.TypeSingle || refs[0].Folder != folders[0].ID {
		t.Errorf("tasks %+v", refs)
	}
	_, err = c.CreateTask(ctx, "first task", spec.TaskType(), folders[0].ID, "")
	if bs.FailureOf(err) != bs.FailDuplicate || bs.Uncertain(err) {
		t.Errorf("second task of the name: %v", err)
	}
}

// TestClient_SimulatedMirrors sets up the scopes of more than one table.
func TestClient_SimulatedMirrors(t *testing.T) {
	t.Parallel()
	c, ctx := newSimulated(t), t.Context()
	for _, spec := range []bs.Spec{
		multi("orders", "customers"),
		whole(bs.VarSourceDatabase, bs.VarSourceDatabase+"_"+bs.VarSourceTable),
		whole("ods", bs.VarSourceTable),
	} {
		made, err := c.CreateTask(ctx, "mirror "+string(spec.Scope)+" "+spec.TargetSchema, spec.TaskType(), 111, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Setup(ctx, made.ID, spec); err != nil {
			t.Errorf("setup %s: %v", spec.Scope, err)
			continue
		}
		got, err := c.Content(ctx, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Scope != spec.Scope || got.Source.ID != spec.Source.ID || got.Target.ID != spec.Target.ID || !slices.Equal(got.Pairs, spec.Pairs()) {
			t.Errorf("content %+v of %+v", got, spec)
		}
		if spec.Scope == bs.ScopeWhole && (got.SchemaRule != spec.TargetSchema || got.TableRule != spec.TargetTable) {
			t.Errorf("content %+v of %+v", got, spec)
		}
	}
}
