package handlers

import (
	"strings"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// TestBot_SubmittedSchedule_Turned submits a form whose task was deployed, or
// undeployed, since it was opened: a new schedule must not undo that silently.
func TestBot_SubmittedSchedule_Turned(t *testing.T) {
	t.Parallel()
	offline := batchsync.Deployed{Cron: daily, VCluster: "sync_b"}
	up := batchsync.Deployed{Online: true, Cron: daily, VCluster: "sync_b"}
	const puts = "This puts it online"
	for _, c := range []struct {
		name, seen string
		deployed   batchsync.Deployed
		want, not  string
	}{
		{"undeployed", blocks.SeenOnline(true), offline, "The task went offline since it was shown", "Change Schedule"},
		{"deployed", blocks.SeenOnline(false), up, "The task was deployed since it was shown", "Change Schedule"},
		{"online as before", blocks.SeenOnline(true), up, "saved and deployed at once", puts},
		{"offline as before", blocks.SeenOnline(false), offline, puts, "since it was shown"},
		{"drawn by an older bot", "", offline, puts, "since it was shown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, w := changer(t, &plant{tasks: []batchsync.TaskRef{syncTask}, deployed: c.deployed}, desk{}, clusters{})
			_, api := connect(t, slacksim.Options{})
			b.people = newPeople(api, batchsync.Access{Team: slacksim.TeamID, Operators: []batchsync.UserID{slacksim.Ana}}, 0, quiet())
			b.submittedSchedule(t.Context(), submit{origin: ana, View: slack.View{
				ID: "V1", PrivateMetadata: blocks.ExpectRef(7, c.seen).String(), State: dailyAtThree(),
			}}, func(any) {})
			for _, jobs := range b.reads.lanes {
				for _, job := range jobs {
					job(t.Context())
				}
			}
			if said := w.top(); !strings.Contains(said, c.want) || strings.Contains(said, c.not) {
				t.Errorf("said %s, want %q and not %q", said, c.want, c.not)
			}
		})
	}
}

// dailyAtThree is what was chosen in a schedule form.
func dailyAtThree() *slack.ViewState {
	state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{}}
	for field, value := range map[batchsync.Field]string{
		batchsync.FieldSchedule: "daily", batchsync.FieldTime: "03:00", batchsync.FieldZone: "Asia/Shanghai",
	} {
		state.Values["field/"+string(field)+"/1"] = map[string]slack.BlockAction{
			string(blocks.FieldAction(field)): {SelectedOption: slack.OptionBlockObject{Value: value}},
		}
	}
	return state
}

// TestBot_ScheduleForm_Seen notes in the form what was seen of the task.
func TestBot_ScheduleForm_Seen(t *testing.T) {
	t.Parallel()
	b := idle(unread{t}, nothing{}, nil)
	for _, online := range []bool{true, false} {
		v := batchsync.TaskView{At: time.Now(), Ref: syncTask, Deployed: &batchsync.Deployed{Online: online, Cron: daily}}
		form := b.printer(slacksim.Ana).ScheduleForm(b.scheduleOf(v, nil))
		if id, seen, err := blocks.ParseExpectRef(form.PrivateMetadata); err != nil || id != 7 || turnedSince(seen, v) != nil || seen == "" {
			t.Errorf("online %v: the form carries %q", online, form.PrivateMetadata)
		}
	}
}
